"""What a clock that was set back would leave waiting for the time it had already shown."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, func, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.occurrences import StepState
from rituals.posts import next_window
from storage.occurrences import STEP
from storage.people import ACCOUNT, ROOM
from storage.posts import POST, windows_from
from storage.statements import locked

LATELY = timedelta(minutes=10)
"""How long before the end of the old time what was put for at once may still wait; what was to come later is a plan."""


async def latest(connection: AsyncConnection) -> datetime | None:
    """The latest moment at which, as far as steps and posts still to be shown tell, something was done."""
    tried = (POST.c.shown_at, POST.c.attempted_at)
    moments = union_all(
        select(func.max(STEP.c.done_at).label("moment")),
        *(select(func.max(column).label("moment")).where(POST.c.behind) for column in tried),
    ).subquery()
    found: datetime | None = (await connection.execute(select(func.max(moments.c.moment)))).scalar_one()
    return found


async def make_up(connection: AsyncConnection, before: datetime, at: datetime) -> int:
    """The clock showed `before`, and shows `at` again: what was due or about to be by the old time may go now.

    Only where its readers' hours allow it; how many posts that is. What a platform asked to wait is held by its pace.
    Who refused messages by the old time is asked again as long after `at` as ever, and a step that failed is tried
    again now, or once it is due.
    """
    is_put_off = (STEP.c.state == StepState.WAITING) & (STEP.c.try_at > STEP.c.due_at) & (STEP.c.try_at > at)
    failed = locked(select(STEP.c.id).where(is_put_off), waiting=False)
    again = case((STEP.c.due_at > at, STEP.c.due_at), else_=at)
    await connection.execute(update(STEP).where(STEP.c.id.in_(failed)).values(try_at=again))
    for refusing in (ROOM, ACCOUNT):
        await connection.execute(update(refusing).where(refusing.c.refused_at > at).values(refused_at=at))
    kept_windows = select(POST.c.windows).where(*_left_waiting(before, at), _is_held_by_hours()).distinct()
    made_up = 0
    for windows in (await connection.execute(kept_windows)).scalars().all():
        window = next_window(windows_from(windows), at)
        if window is not None and window.opens <= at:
            theirs = _waiting(before, at).where(_is_held_by_hours(), POST.c.windows == windows)
            changed = update(POST).where(POST.c.id.in_(theirs)).values(due_at=at, closes_at=window.closes)
            made_up += (await connection.execute(changed)).rowcount
    others = _waiting(before, at).where(~_is_held_by_hours())
    changed = update(POST).where(POST.c.id.in_(others)).values(due_at=at)
    return made_up + (await connection.execute(changed)).rowcount


def _is_held_by_hours() -> ColumnElement[bool]:
    return (POST.c.windows > "") & POST.c.first_shown_at.is_(None)


def _left_waiting(before: datetime, at: datetime) -> tuple[ColumnElement[bool], ...]:
    was_due = or_(POST.c.not_before <= at, POST.c.not_before.between(before - LATELY, before))
    return (POST.c.behind, POST.c.due_at > at, was_due)


def _waiting(before: datetime, at: datetime) -> Select[tuple[str]]:
    return locked(select(POST.c.id).where(*_left_waiting(before, at)), waiting=False)
