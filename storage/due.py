"""When a post may go out: free, on the day, within its reader's hours, neither paused nor refused where it goes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.posts import next_window
from storage.brakes import PAUSE
from storage.direct import Row
from storage.people import ACCOUNT, ROOM
from storage.posts import POST, windows_from
from storage.statements import locked

UNPAUSABLE = ("home", "keeping")
"""Answers to a person's own request and words to the keepers go out even while everything is paused."""


def is_free(at: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """That nobody has claimed it, or their lease is over."""
    return or_(POST.c.lease_until.is_(None), POST.c.lease_until < at)


def is_not_refused() -> ColumnElement[bool]:
    """That the platform takes messages to its address, or is to be asked again whether it does."""
    platform = bindparam("platform", type_=String())
    since = {name: bindparam(name, type_=POST.c.due_at.type) for name in ("rooms_since", "people_since")}
    rooms = select(ROOM.c.room).where(
        ROOM.c.platform == platform, ROOM.c.refused > "", ROOM.c.refused_at > since["rooms_since"]
    )
    people = select(ACCOUNT.c.person).where(
        ACCOUNT.c.refused > "", ACCOUNT.c.refused_at > since["people_since"], ACCOUNT.c.platform == platform
    )
    return and_(
        or_(POST.c.to_type != "room", POST.c.to.not_in(rooms)),
        or_(POST.c.to_type != "person", POST.c.to.not_in(people)),
    )


def is_not_paused() -> ColumnElement[bool]:
    """That neither its ritual nor everything is paused; to take a post back never waits for the end of a pause."""
    everything = exists().where(PAUSE.c.ritual == "all")
    one = POST.c.ritual.in_(select(PAUSE.c.ritual))
    passing = or_(*(POST.c.ritual == name for name in UNPAUSABLE))
    return or_(and_(~everything, ~one), and_(everything, passing), POST.c.wanted.is_(False))


def is_within_hours(at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """That its reader's hours, where it keeps to any, are still those it was claimed in.

    The machine may have slept since, or its clock been set.
    """
    is_new = and_(POST.c.first_shown_at.is_(None), POST.c.attempted_at.is_(None))
    return or_(POST.c.closes_at.is_(None), ~is_new, and_(POST.c.due_at <= at, POST.c.closes_at > at))


def missed_its_window(row: Row, at: datetime) -> bool:
    """Whether the hours in which it was to be shown first are over."""
    is_new = row["first_shown_at"] is None and row["attempted_at"] is None
    return is_new and row["closes_at"] is not None and row["closes_at"] <= at


async def move_on(connection: AsyncConnection, windows: str, closes_at: datetime, at: datetime) -> None:
    """Whatever waited in a window that is over waits for the next, or, where there is none, is held back no more."""
    following = next_window(windows_from(windows), at)
    missed = select(POST.c.id).where(
        *(POST.c.behind, POST.c.bulk, POST.c.due_at <= at, is_free(at)),
        *(POST.c.windows == windows, POST.c.closes_at == closes_at),
        *(POST.c.first_shown_at.is_(None), POST.c.attempted_at.is_(None)),
    )
    if following is None:
        # Until it is too late, where there is a "too late".
        changes: dict[str, Any] = {"closes_at": None, "due_at": func.coalesce(POST.c.not_after, POST.c.due_at)}
    else:
        changes = {"closes_at": following.closes, "due_at": max(following.opens, at)}
    await connection.execute(update(POST).where(POST.c.id.in_(locked(missed, waiting=False))).values(**changes))
