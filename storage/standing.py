"""How things stand, in one look."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.occurrences import Step, StepState
from rituals.standing import Standing
from storage.brakes import SqlBrakes
from storage.leases import SqlAlarms
from storage.occurrences import OCCURRENCE, STEP, step_of
from storage.outbox import is_not_paused
from storage.posts import POST, SqlPosts

STUCK_AFTER = timedelta(hours=1)

NOWHERE = "unknown_destination"
"""Why a post waits that is for somebody, or a room, whom the platform does not know."""


async def standing(connection: AsyncConnection, at: datetime, *, platform: str, counted: bool = True) -> Standing:
    """How things stand at `at`; posts by state, which takes a look at every post, only where they are `counted`."""
    paused = await SqlBrakes(connection).paused()
    refused = await SqlPosts(connection).refused(platform)
    age = case((POST.c.first_shown_at.is_(None), POST.c.not_before), else_=POST.c.due_at)
    waiting = (
        select(func.min(age), func.count().filter(age < at - STUCK_AFTER))
        .where(POST.c.behind, POST.c.bulk.is_(False), age <= at, POST.c.why != NOWHERE, is_not_paused())
        .where(or_(POST.c.to_type != "room", POST.c.to.not_in(sorted(refused.rooms))))
    )
    oldest, stuck = (await connection.execute(waiting)).one()
    unsettled = await connection.execute(
        select(func.count()).where(POST.c.behind, POST.c.attempted_at.is_not(None), POST.c.reference.is_(None))
    )
    states: dict[str, int] = {}
    if counted:
        rows = await connection.execute(select(POST.c.state, func.count()).group_by(POST.c.state))
        states = dict(rows.all())
    return Standing(
        posts=states,
        oldest_unsent=oldest,
        stuck=int(stuck),
        unsettled=unsettled.scalar_one(),
        next_step=await _next_step(connection, paused),
        paused=paused,
        rooms=refused.rooms,
        people=refused.people,
        alarms=await SqlAlarms(connection).latest(limit=5),
    )


async def _next_step(connection: AsyncConnection, paused: Collection[str]) -> Step | None:
    """What falls due next; nothing does while everything is paused."""
    if "all" in paused:
        return None
    found = await connection.execute(
        select(STEP)
        .join(OCCURRENCE, OCCURRENCE.c.id == STEP.c.occurrence)
        .where(STEP.c.state == StepState.WAITING, OCCURRENCE.c.ritual.not_in(sorted(paused)))
        .order_by(STEP.c.due_at, STEP.c.id)
        .limit(1)
    )
    row = found.mappings().one_or_none()
    return step_of(row) if row else None
