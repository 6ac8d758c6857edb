"""Posts as the rules put them, and the outbox as delivery works it off."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.posts import (
    Address,
    Fate,
    Parcel,
    Place,
    Post,
    PostedInRoom,
    PostState,
    Settlement,
    ToHome,
    ToPerson,
    ToRoom,
)
from storage.brakes import PAUSE
from storage.messages import from_json, to_json
from storage.people import ACCOUNT, PERSON, ROOM
from storage.statements import insert_new, locked
from storage.tables.columns import table
from storage.tables.posts import PostRow

POST = table(PostRow)

LIVING_PAUSE = timedelta(seconds=3)
"""A living message is edited at most this often; the last state wins."""

UNPAUSABLE = ("home", "keeping")
"""Answers to a person's own request and words to the keepers go out even while everything is paused."""


def _address(row: RowMapping) -> Address:
    match row["to_type"]:
        case "person":
            return ToPerson(person=row["to"])
        case "home":
            return ToHome(person=row["to"])
        case _:
            return ToRoom(room=row["to"])


def _target(to: Address) -> str:
    return to.room if isinstance(to, ToRoom) else to.person


class SqlPosts:
    """Answers `rituals.ports.Posts`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, post: Post, *, at: datetime, hold: datetime | None = None) -> int:
        """Keeps the post for delivery; its revision. A post once taken back stays so."""
        text = to_json(post.message)
        added = await insert_new(
            self._connection,
            POST,
            {
                "id": post.id,
                "ritual": post.ritual,
                "to_type": post.to.type,
                "to": _target(post.to),
                "kind": post.message.kind,
                "message": text,
                "revision": 1,
                "wanted": True,
                "not_before": post.not_before,
                "not_after": post.not_after,
                "state": PostState.PENDING,
                "behind": True,
                "due_at": max(post.not_before, at),
                "key": secrets.token_hex(16),
                "shown_revision": 0,
                "failures": 0,
                "why": "",
            },
        )
        if added:
            return 1
        found = await self._connection.execute(
            locked(
                select(
                    *(POST.c.message, POST.c.revision, POST.c.wanted, POST.c.state),
                    *(POST.c.shown_at, POST.c.due_at, POST.c.failures),
                ).where(POST.c.id == post.id)
            )
        )
        row = found.mappings().one()
        revision = int(row["revision"])
        if row["message"] == text or not row["wanted"] or row["state"] == PostState.EXPIRED:
            return revision
        changes: dict[str, Any] = {"message": text, "revision": revision + 1, "behind": True}
        shown_at, failed = row["shown_at"], row["state"] == PostState.FAILED
        if shown_at is not None:
            # After a failed edit, the moment the platform named holds for the new words too.
            told = row["due_at"] if row["failures"] and not failed else at
            changes["due_at"] = max(at, shown_at + LIVING_PAUSE, hold or at, told)
        if failed:
            changes |= {"state": PostState.PENDING if shown_at is None else PostState.SHOWN, "failures": 0}
            changes.setdefault("due_at", at)
        await self._connection.execute(update(POST).where(POST.c.id == post.id).values(**changes))
        return revision + 1

    async def exists(self, post: str) -> bool:
        """Whether it was put; if so nobody else changes it until this work ends."""
        found = await self._connection.execute(locked(select(POST.c.id).where(POST.c.id == post)))
        return found.first() is not None

    async def drop(self, post: str) -> bool:
        """Takes back a post that nobody has been shown yet; False where it was shown, or may have been."""
        never_shown = await self._connection.execute(
            update(POST)
            .where(POST.c.id == post, POST.c.wanted, POST.c.first_shown_at.is_(None), POST.c.attempted_at.is_(None))
            .values(wanted=False, behind=False, state=PostState.WITHDRAWN)
        )
        return never_shown.rowcount == 1

    async def withdraw(self, post: str, *, at: datetime) -> bool:
        """Takes a post back; False where there is none to take back."""
        if await self.drop(post):
            return True
        shown = await self._connection.execute(
            update(POST).where(POST.c.id == post, POST.c.wanted).values(wanted=False, behind=True, due_at=at)
        )
        return shown.rowcount == 1

    async def in_rooms(self, *, limit: int) -> Sequence[PostedInRoom]:
        """What rooms were first shown last, newest first."""
        rows = await self._connection.execute(
            select(POST.c.id, POST.c.to, POST.c.message, POST.c.first_shown_at)
            .where(POST.c.to_type == "room", POST.c.wanted, POST.c.first_shown_at.is_not(None))
            .order_by(POST.c.first_shown_at.desc(), POST.c.id)
            .limit(limit)
        )
        return [
            PostedInRoom(id=post, room=room, summary=from_json(message).summary, shown_at=shown_at)
            for post, room, message, shown_at in rows
        ]


class OpenConnection(Protocol):
    """Opens one transaction."""

    def __call__(self) -> AbstractAsyncContextManager[AsyncConnection]: ...


class SqlOutbox:
    """Answers `rituals.ports.Outbox` for one platform; rooms are read in the organisation's own locale and zone."""

    def __init__(self, transaction: OpenConnection, *, platform: str, locale: str, zone: str) -> None:
        self._transaction = transaction
        self._platform = platform
        self._locale = locale
        self._zone = zone

    async def claim(self, at: datetime, *, owner: str, lease_until: datetime, limit: int) -> Sequence[Parcel]:
        """Posts whose shown revision is behind, now this owner's; what came too late for its first showing expires."""
        free = or_(POST.c.lease_until.is_(None), POST.c.lease_until < at)
        late = select(POST.c.id).where(
            *(POST.c.behind, POST.c.not_after < at),
            *(POST.c.state == PostState.PENDING, POST.c.attempted_at.is_(None), free),
        )
        async with self._transaction() as connection:
            # A claim waits for no work: what one holds is left for the next claim.
            await connection.execute(
                update(POST)
                .where(POST.c.id.in_(locked(late, waiting=False)))
                .values(state=PostState.EXPIRED, behind=False)
            )
            paused = set((await connection.execute(select(PAUSE.c.ritual))).scalars())
            statement = (
                select(POST)
                .where(POST.c.behind, POST.c.due_at <= at, free, *_not_held(paused))
                .order_by(POST.c.due_at, POST.c.id)
                .limit(limit)
            )
            rows = (await connection.execute(locked(statement, waiting=False))).mappings().all()
            if not rows:
                return []
            ids = [row["id"] for row in rows]
            await connection.execute(
                update(POST).where(POST.c.id.in_(ids)).values(owner=owner, lease_until=lease_until)
            )
            # The attempt is on record before it is made: after a crash it is looked up, never blindly repeated.
            await connection.execute(
                update(POST)
                .where(
                    POST.c.id.in_(ids),
                    POST.c.reference.is_(None),
                    POST.c.attempted_at.is_(None),
                    POST.c.to_type != "home",
                )
                .values(attempted_at=at)
            )
            return await self._parcels(connection, rows, at)

    async def peek(self, post: str, *, at: datetime) -> Parcel | None:
        """The post as it is now, without claiming it."""
        async with self._transaction() as connection:
            rows = (await connection.execute(select(POST).where(POST.c.id == post))).mappings().all()
            parcels = await self._parcels(connection, rows, at)
        return parcels[0] if parcels else None

    async def _parcels(self, connection: AsyncConnection, rows: Sequence[RowMapping], at: datetime) -> list[Parcel]:
        people = await self._people(connection, {row["to"] for row in rows if row["to_type"] != "room"})
        rooms = await self._rooms(connection, {row["to"] for row in rows if row["to_type"] == "room"})
        return [self._parcel(row, people, rooms, at) for row in rows]

    async def _rooms(self, connection: AsyncConnection, names: Collection[str]) -> dict[str, str]:
        if not names:
            return {}
        found = await connection.execute(
            select(ROOM.c.room, ROOM.c.conversation).where(ROOM.c.platform == self._platform, ROOM.c.room.in_(names))
        )
        return dict(found.all())

    async def _people(
        self, connection: AsyncConnection, ids: Collection[str]
    ) -> dict[str, tuple[str, str, str | None]]:
        if not ids:
            return {}
        statement = (
            select(PERSON.c.id, PERSON.c.locale, PERSON.c.zone, func.min(ACCOUNT.c.user))
            .outerjoin(
                ACCOUNT,
                and_(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.platform == self._platform, ACCOUNT.c.present),
            )
            .where(PERSON.c.id.in_(ids), PERSON.c.present)
            .group_by(PERSON.c.id, PERSON.c.locale, PERSON.c.zone)
        )
        return {person: (locale, zone, user) for person, locale, zone, user in await connection.execute(statement)}

    def _parcel(
        self, row: RowMapping, people: Mapping[str, tuple[str, str, str | None]], rooms: Mapping[str, str], at: datetime
    ) -> Parcel:
        if row["to_type"] == "room":
            locale, zone, destination = self._locale, self._zone, rooms.get(row["to"])
        else:
            locale, zone, destination = people.get(row["to"], (self._locale, self._zone, None))
        # Perhaps sent, and too late by now: it is looked for, and not sent if it is not found.
        too_late = row["first_shown_at"] is None and row["not_after"] is not None and row["not_after"] < at
        place = None
        if row["reference"] is not None:
            place = Place(conversation=row["conversation"], message=row["reference"])
        return Parcel(
            post=row["id"],
            revision=row["revision"],
            to=_address(row),
            message=from_json(row["message"]),
            key=row["key"],
            wanted=row["wanted"] and not too_late,
            locale=locale,
            zone=zone,
            destination=destination,
            place=place,
            unsettled=row["attempted_at"] is not None,
            attempted_at=row["attempted_at"] or at,
            failures=row["failures"],
        )

    async def settle(self, settlements: Sequence[Settlement], *, at: datetime) -> None:
        """Records what became of a batch of attempts: at once, but for posts some work holds, which follow one by one.

        To wait for one post while keeping others could close a ring with a work that keeps that one and wants these.
        """
        ids = [one.post for one in settlements]
        async with self._transaction() as connection:
            found = await connection.execute(locked(select(POST.c.id).where(POST.c.id.in_(ids)), waiting=False))
            free = set(found.scalars())
            for one in settlements:
                if one.post in free:
                    await connection.execute(_settled(one, at))
        for one in settlements:
            if one.post not in free:
                async with self._transaction() as connection:
                    await connection.execute(_settled(one, at))
        held = {one.post: one.try_again for one in settlements if one.fate is Fate.HELD and one.try_again is not None}
        for post, until in held.items():
            await self._queue_behind(post, until)

    async def _queue_behind(self, post: str, until: datetime) -> None:
        """What else waits for the same conversation waits as long: nothing overtakes what was held back."""
        async with self._transaction() as connection:
            address = (await connection.execute(select(POST.c.to_type, POST.c.to).where(POST.c.id == post))).first()
            if address is None:  # erased meanwhile
                return
            waiting = await connection.execute(
                locked(
                    select(POST.c.id).where(
                        POST.c.behind,
                        POST.c.due_at < until,
                        POST.c.to_type == address.to_type,
                        POST.c.to == address.to,
                        POST.c.shown_revision == 0,
                        POST.c.attempted_at.is_(None),
                        POST.c.lease_until.is_(None),
                    ),
                    waiting=False,
                )
            )
            ids = list(waiting.scalars())
            if ids:
                await connection.execute(update(POST).where(POST.c.id.in_(ids)).values(due_at=until))

    async def settle_redraw(self, post: str, revision: int, *, at: datetime) -> None:
        """That revision was shown by the clicked message's own reply address."""
        async with self._transaction() as connection:
            await connection.execute(
                update(POST)
                .where(POST.c.id == post, POST.c.wanted, POST.c.shown_revision < revision)
                .values(
                    state=PostState.SHOWN,
                    shown_revision=revision,
                    shown_at=at,
                    first_shown_at=func.coalesce(POST.c.first_shown_at, at),
                    behind=POST.c.revision > revision,
                    due_at=at + LIVING_PAUSE,
                )
            )

    async def hurry(self, post: str, *, at: datetime) -> None:
        """A redraw failed: the edit may go out now."""
        async with self._transaction() as connection:
            await connection.execute(update(POST).where(POST.c.id == post, POST.c.behind).values(due_at=at))

    async def release(self, owner: str | None = None) -> None:
        """Gives back what an owner that is gone had claimed (all owners: None)."""
        theirs = POST.c.owner.is_not(None) if owner is None else POST.c.owner == owner
        async with self._transaction() as connection:
            claimed = list((await connection.execute(select(POST.c.id).where(theirs))).scalars())
        for post in claimed:  # a batch at most; one by one, as when settling
            async with self._transaction() as connection:
                await connection.execute(
                    update(POST).where(POST.c.id == post, theirs).values(owner=None, lease_until=None)
                )

    async def next_due(self) -> datetime | None:
        """When the next post wants to go out, paused ones left aside."""
        async with self._transaction() as connection:
            paused = set((await connection.execute(select(PAUSE.c.ritual))).scalars())
            found = await connection.execute(select(func.min(POST.c.due_at)).where(POST.c.behind, *_not_held(paused)))
            moment: datetime | None = found.scalar_one_or_none()
            return moment

    async def overdue(self, before: datetime) -> int:
        """How many posts should have been shown, or shown anew, before that moment and are not; paused ones aside."""
        # What is tried again and again moves its due moment on, but was never shown.
        late = or_(POST.c.due_at < before, and_(POST.c.first_shown_at.is_(None), POST.c.not_before < before))
        async with self._transaction() as connection:
            paused = set((await connection.execute(select(PAUSE.c.ritual))).scalars())
            found = await connection.execute(select(func.count()).where(POST.c.behind, late, *_not_held(paused)))
            return int(found.scalar_one())

    async def counts(self) -> Mapping[str, int]:
        """Posts by state."""
        async with self._transaction() as connection:
            rows = await connection.execute(select(POST.c.state, func.count()).group_by(POST.c.state))
            return dict(rows.all())


def _not_held(paused: set[str]) -> list[ColumnElement[bool]]:
    if not paused:
        return []
    free = POST.c.ritual.in_(UNPAUSABLE) if "all" in paused else POST.c.ritual.not_in(sorted(paused))
    # A pause is when wrong posts are taken back: that may not wait for its end.
    return [or_(free, POST.c.wanted.is_(False))]


def _still_behind(revision: int) -> ColumnElement[bool]:
    return or_(POST.c.revision > revision, POST.c.wanted.is_(False))


def _settled(one: Settlement, at: datetime) -> Any:
    statement = update(POST).where(POST.c.id == one.post)
    free: dict[str, Any] = {"owner": None, "lease_until": None}
    match one.fate:
        case Fate.SHOWN:
            place = {"conversation": one.place.conversation, "reference": one.place.message} if one.place else {}
            return statement.values(
                **free,
                **place,
                state=PostState.SHOWN,
                shown_revision=one.revision,
                shown_at=at,
                first_shown_at=func.coalesce(POST.c.first_shown_at, at),
                behind=_still_behind(one.revision),
                due_at=at + LIVING_PAUSE,
                attempted_at=None,
                failures=0,
                why="",
            )
        case Fate.WITHDRAWN:
            state = case((POST.c.wanted, PostState.EXPIRED), else_=PostState.WITHDRAWN)
            return statement.values(**free, state=state, behind=False, attempted_at=None)
        case Fate.REFUSED:
            # Words put meanwhile deserve an attempt of their own.
            newer = POST.c.revision > one.revision
            return statement.values(**free, state=PostState.FAILED, behind=newer, attempted_at=None, why=one.why)
        case Fate.NOT_SENT:
            return statement.values(
                **free, attempted_at=None, due_at=one.try_again or at, failures=POST.c.failures + 1, why=one.why
            )
        case Fate.HELD:
            # It was not tried: an attempt recorded by this claim never was one, and nothing failed.
            return statement.values(**free, attempted_at=None, due_at=one.try_again or at)
        case Fate.UNKNOWN:
            return statement.values(**free, due_at=one.try_again or at, failures=POST.c.failures + 1, why=one.why)
