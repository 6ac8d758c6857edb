"""How things stand, in one look."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, case, func, literal, or_, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.alarms import Alarm
from rituals.occurrences import Step, StepState
from rituals.posts import next_window
from rituals.standing import Standing
from storage.brakes import SqlBrakes
from storage.due import is_not_paused
from storage.leases import SqlAlarms
from storage.occurrences import OCCURRENCE, STEP, step_of
from storage.people import ACCOUNT
from storage.posts import LIVING_PAUSE, POST, SqlPosts, windows_from

STUCK_AFTER = timedelta(hours=1)

NOWHERE = "unknown_destination"
"""Why a post waits that is for somebody, or a room, whom the platform does not know."""


async def standing(connection: AsyncConnection, at: datetime, *, counted: bool = True) -> Standing:
    """How things stand at `at`; posts by state, which takes a look at every post, only where they are `counted`."""
    paused = await SqlBrakes(connection).paused()
    refused = await SqlPosts(connection).refused()
    age = case((POST.c.first_shown_at.is_(None), POST.c.not_before), else_=POST.c.due_at)
    waiting = (
        select(func.min(age), func.count().filter(age < at - STUCK_AFTER))
        .where(POST.c.behind, POST.c.bulk.is_(False), age <= at, POST.c.why != NOWHERE, is_not_paused())
        .where(or_(POST.c.to_type != "room", POST.c.to.not_in(sorted(refused.rooms))))
        .where(or_(POST.c.to_type != "person", _IS_NOT_UNREACHED))
    )
    oldest, stuck = (await connection.execute(waiting)).one()
    idle = await _idle(connection, at)
    held = await _held(connection, at) if counted else Held()
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
        bulk_idle_since=idle.since,
        stuck=int(stuck) + idle.stuck,
        held=held.posts,
        held_until=held.until,
        unsettled=unsettled.scalar_one(),
        next_step=await _next_step(connection, paused),
        paused=paused,
        rooms=refused.rooms,
        people=refused.people,
        alarms=await _alarms(SqlAlarms(connection)),
    )


async def _alarms(alarms: SqlAlarms) -> Sequence[Alarm]:
    """What is wrong now, however long ago that was said, and what was said last."""
    latest = await alarms.latest(limit=5)
    return [*latest, *(one for one in await alarms.standing() if one not in latest)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How many posts wait for the hours in which they may be shown, and until when the first of them do."""

    posts: int = 0
    until: datetime | None = None


async def _held(connection: AsyncConnection, at: datetime) -> Held:
    groups = await connection.execute(
        select(POST.c.windows, func.count())
        .where(POST.c.behind, POST.c.windows > "", POST.c.first_shown_at.is_(None), POST.c.attempted_at.is_(None))
        .where(is_not_paused())
        .group_by(POST.c.windows)
    )
    ahead = [(next_window(windows_from(windows), at), count) for windows, count in groups]
    closed = [(window.opens, count) for window, count in ahead if window is not None and window.opens > at]
    return Held(posts=sum(count for _, count in closed), until=min((opens for opens, _ in closed), default=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Since when bulk that may go does not on some platform, and how many posts have stood so for over an hour."""

    since: datetime | None = None
    stuck: int = 0


async def _idle(connection: AsyncConnection, at: datetime) -> Idle:
    """Whether bulk stands still on a platform: some of it may go, and none was shown, nor anybody found out of reach.

    The age of its oldest post would not do: of 50,000 posts at 300 a minute the last has waited for three hours while
    all is well. Bulk moves as long as any of it does, at whatever pace; what the platform asked to wait, a pause or the
    reader's hours hold back has its moment ahead and may not go. Each platform has a sender of its own, so that what
    moves on one says nothing of the other.
    """
    moved: dict[str, datetime] = {}
    for statement in (_LAST_SHOWN, _LAST_REFUSED):
        for platform, moment in await connection.execute(statement, {"soon": at + LIVING_PAUSE}):
            if moment is not None:
                moved[platform] = max(moment, moved.get(platform, moment))
    still = [one for one in PLATFORMS if one not in moved or moved[one] <= at - AT_LEAST]
    since: dict[str, datetime] = {}
    posts: Counter[str] = Counter()
    if still:
        given = {"at": at, "soon": at + AGAIN, "still": still}
        for platform, windows, first, count in await connection.execute(_MAY_GO, given):
            window = next_window(windows_from(windows), at)
            if windows and (window is None or window.opens > at):
                continue
            began = max(first, moved.get(platform, first), window.opens if window is not None else first)
            since[platform] = min(began, since.get(platform, began))
            posts[platform] += count
    stuck = [one for one, moment in since.items() if moment < at - STUCK_AFTER]
    return Idle(since=min(since.values(), default=None), stuck=sum(posts[one] for one in stuck))


PLATFORMS = ("slack", "teams")

AT_LEAST = timedelta(minutes=1)
"""What moved so lately is not idle for as long as anybody is told of."""

AGAIN = timedelta(minutes=10)
"""The longest until delivery tries again what failed."""

AGAIN_AND_AGAIN = 3
"""So many failures in a row: the moment of the next try is no reason any more why a post should not be out."""

_AT, _SOON = (bindparam(name, type_=POST.c.due_at.type) for name in ("at", "soon"))


def _last_shown(platform: str) -> Select[Any]:
    # By the index of what is due: a post that is shown was due a moment before.
    last = (
        select(POST.c.shown_at.label("last"))
        .where(POST.c.behind.is_(False), POST.c.bulk, POST.c.platform == platform)
        .where(POST.c.due_at <= _SOON, POST.c.shown_at.is_not(None))
        .order_by(POST.c.due_at.desc())
        .limit(1)
    )
    return select(literal(platform), last.subquery().c.last)


_LAST_SHOWN = union_all(*(_last_shown(platform) for platform in PLATFORMS))
_LAST_REFUSED = (
    select(ACCOUNT.c.platform, func.max(ACCOUNT.c.refused_at))
    .where(ACCOUNT.c.refused > "")
    .group_by(ACCOUNT.c.platform)
)
# Where they are written to: who lacks the app on Teams may well wait for what Slack does not take.
_IS_NOT_UNREACHED = tuple_(POST.c.platform, POST.c.to).not_in(
    select(ACCOUNT.c.platform, ACCOUNT.c.person).where(ACCOUNT.c.refused > "")
)
_MAY_GO = (
    select(
        POST.c.platform,
        case((POST.c.first_shown_at.is_(None), POST.c.windows), else_="").label("hours"),
        func.min(case((POST.c.first_shown_at.is_(None), POST.c.not_before), else_=POST.c.due_at)),
        func.count(),
    )
    .where(
        POST.c.behind,
        POST.c.bulk,
        POST.c.platform.in_(bindparam("still", expanding=True)),
        POST.c.due_at <= _SOON,
        or_(POST.c.due_at <= _AT, POST.c.failures >= AGAIN_AND_AGAIN),
    )
    .where(POST.c.why != NOWHERE, is_not_paused())
    .where(or_(POST.c.to_type != "person", _IS_NOT_UNREACHED))
    .group_by(POST.c.platform, "hours")
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
