"""What has been done so far, counted."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.occurrences import OccurrenceState
from storage.ballots import BALLOT, DECISION, VOTE
from storage.occurrences import OCCURRENCE
from storage.reviews import held_reviews


async def counts(connection: AsyncConnection) -> dict[str, Any]:
    """Committees held to their end, ballots, votes and decisions, and each initiative's newest outcome."""

    async def count(statement: Any) -> int:
        return int((await connection.execute(statement)).scalar_one())

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
        "kpi_reviews_held": await held_reviews(connection),
        "outcomes": dict(newest.tuples().all()),
    }
