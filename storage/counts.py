"""What has been done so far, counted."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.occurrences import OccurrenceState
from rituals.posts import PostState
from rituals.pulses.waves import WaveState
from storage.ballots import BALLOT, DECISION, VOTE
from storage.letters import delivered_letters
from storage.occurrences import OCCURRENCE
from storage.posts import POST
from storage.pulses import WAVE
from storage.reviews import held_reviews


async def counts(connection: AsyncConnection) -> dict[str, Any]:
    """Committees held to their end, ballots, votes, decisions, newest outcomes; pulses, reviews and digests.

    `pulses_sent`: invitations of closed waves; `pulses_left`: of people who have left since.
    """

    async def count(statement: Any) -> int:
        return int((await connection.execute(statement)).scalar_one())

    async def total(column: Any) -> Any:
        # Of closed waves only: while one is open, nobody counts.
        return await count(select(func.coalesce(func.sum(column), 0)).where(WAVE.c.state == WaveState.CLOSED))

    held = select(BALLOT.c.occurrence)
    newest = await connection.execute(
        select(DECISION.c.initiative, DECISION.c.outcome).order_by(DECISION.c.decided_at, DECISION.c.ballot)
    )
    return {
        "committees_held": await count(
            select(func.count())
            .select_from(OCCURRENCE)
            .where(OCCURRENCE.c.state == OccurrenceState.CLOSED, OCCURRENCE.c.id.in_(held))
        ),
        "ballots": await count(select(func.count()).select_from(BALLOT)),
        "votes": await count(select(func.count()).select_from(VOTE)),
        "decisions": await count(select(func.count()).select_from(DECISION)),
        "pulses_sent": await total(WAVE.c.invited),
        "pulses_answered": await total(WAVE.c.answered),
        "pulses_left": await total(WAVE.c.departed),
        "kpi_reviews_held": await held_reviews(connection),
        "digests_delivered": await delivered_letters(connection),
        "outcomes": dict(newest.all()),
    }


async def showing(connection: AsyncConnection) -> list[tuple[str, str]]:
    """The messages that chat shows by all that is known here: platform and the message's id there."""
    shown = select(POST.c.platform, POST.c.reference).where(
        POST.c.state == PostState.SHOWN, POST.c.wanted, POST.c.reference.is_not(None)
    )
    return [(platform, reference) for platform, reference in await connection.execute(shown)]
