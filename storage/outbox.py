"""The outbox as delivery works it off: claimed by lease, attempted on record, settled by the batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.posts import (
    PERSON_PROBED_AFTER,
    PERSON_PROBED_BY_BULK_AFTER,
    ROOM_PROBED_AFTER,
    Address,
    Fate,
    Parcel,
    Place,
    PostState,
    Refusal,
    Settlement,
    ToHome,
    ToPerson,
    ToRoom,
)
from storage.direct import Direct, Row
from storage.due import is_free, is_not_paused, is_not_refused, is_within_hours, missed_its_window, move_on
from storage.fates import write_fates, write_fates_of_free
from storage.messages import from_json
from storage.people import ACCOUNT, PERSON, ROOM, move_voices, settle_presence
from storage.posts import LIVING_PAUSE, POST, WORDS
from storage.sending import Sending, sending
from storage.statements import among, locked
from storage.together import Together


class OpenConnection(Protocol):
    """Opens one transaction."""

    def __call__(self) -> AbstractAsyncContextManager[AsyncConnection]: ...


class SqlOutbox:
    """Answers `rituals.ports.Outbox` for one platform; rooms are read in the organisation's own locale and zone."""

    def __init__(
        self,
        transaction: OpenConnection,
        *,
        platform: str,
        locale: str,
        zone: str,
        joined: OpenConnection | None = None,
    ) -> None:
        self._transaction = transaction
        self._joined = joined or transaction  # for a look that comes with an answer to a click, and so in crowds
        self._platform = platform
        self._locale = locale
        self._zone = zone
        self._kept_sending: Sending | None = None
        self._peeking = Together(self._peeked)

    async def _sending(self, at: datetime) -> Sending:
        """What makes the keys of messages, asked for once: nothing changes it while Comitia works."""
        if self._kept_sending is None:
            async with self._transaction() as connection:
                found = await sending(connection, at=at)
            self._kept_sending = found
        return self._kept_sending

    # --- claiming ---

    async def claim(
        self, at: datetime, *, owner: str, lease_until: datetime, limit: int, bulk: bool = True
    ) -> Sequence[Parcel]:
        """Posts whose shown revision is behind, now this owner's; what came too late for its first showing expires.

        What is bulk is claimed by itself, once nothing else is due; `bulk` False leaves it alone altogether.
        """
        ours = await self._sending(at)
        async with self._transaction() as connection:
            await _EXPIRED.run(connection, {"at": at})
            rows = await self._due(connection, at, limit, bulk=False)
            if bulk and not rows:
                rows = await self._due_in_window(connection, at, limit)
            if not rows:
                return []
            ids = [row["id"] for row in rows]
            await _LEASED.run(connection, {"ids": ids, "the_owner": owner, "the_end": lease_until})
            # Asked for once the posts are ours: what another work wrote meanwhile is found in both, or in neither.
            words = {row["post"]: row["message"] for row in await _WORDS.rows(connection, {"ids": ids})}
            return await self._parcels(connection, [{**row, "message": words[row["id"]]} for row in rows], at, ours)

    async def _due(self, connection: AsyncConnection, at: datetime, limit: int, *, bulk: bool) -> Sequence[Row]:
        given = {"bulk": bulk, "at": at, "limit": limit, **self._reach(at, bulk=bulk)}
        return await _DUE.rows(connection, given)

    def _reach(self, at: datetime, *, bulk: bool = False) -> dict[str, Any]:
        """What `is_not_refused` asks for."""
        return {
            "platform": self._platform,
            "rooms_since": at - ROOM_PROBED_AFTER,
            "people_since": at - (PERSON_PROBED_BY_BULK_AFTER if bulk else PERSON_PROBED_AFTER),
        }

    async def _due_in_window(self, connection: AsyncConnection, at: datetime, limit: int) -> Sequence[Row]:
        """What is due of the bulk, once whatever waited in a window that is over waits for the next."""
        while True:
            rows = await self._due(connection, at, limit, bulk=True)
            late = {(row["windows"], row["closes_at"]) for row in rows if missed_its_window(row, at)}
            if not late:
                return rows
            for windows, closes_at in late:  # thousands share a few
                await move_on(connection, windows, closes_at, at)

    async def peek(self, post: str, *, at: datetime) -> Parcel | None:
        """The post as it is now, without claiming it."""
        ours = await self._sending(at)
        row = await self._peeking.find(post)
        if row is None:
            return None
        rooms = {}
        if row["to_type"] == "room":
            async with self._joined() as connection:
                rooms = await self._rooms(connection, {row["to"]})
        reader = (row["locale"], row["zone"], row["user"], bool(row["refused"]))
        return self._parcel(row, {row["to"]: reader} if row["locale"] else {}, rooms, at, ours)

    async def standing(self, place: Place, *, at: datetime) -> Parcel | None:
        """The post that stands there, none of bulk, as it is now."""
        async with self._transaction() as connection:
            where = {"conversation": place.conversation, "reference": place.message, "platform": self._platform}
            row = await _STANDING.one_or_none(connection, where)
        return await self.peek(row["id"], at=at) if row is not None else None

    async def _peeked(self, posts: Collection[str]) -> dict[str, Row]:
        async with self._joined() as connection:
            found = await _PEEKED.rows(connection, {"ids": list(posts), "platform": self._platform}, ending=True)
        return {row["id"]: row for row in found}

    async def _parcels(
        self, connection: AsyncConnection, rows: Sequence[Row], at: datetime, ours: Sending
    ) -> list[Parcel]:
        people = await self._people(connection, {row["to"] for row in rows if row["to_type"] != "room"})
        rooms = await self._rooms(connection, {row["to"] for row in rows if row["to_type"] == "room"})
        return [self._parcel(row, people, rooms, at, ours) for row in rows]

    async def _rooms(self, connection: AsyncConnection, names: Collection[str]) -> dict[str, tuple[str, bool]]:
        if not names:
            return {}
        found = await _ROOMS.rows(connection, {"ids": list(names), "platform": self._platform})
        return {row["room"]: (row["conversation"], row["refused"] != "") for row in found}

    async def _people(
        self, connection: AsyncConnection, ids: Collection[str]
    ) -> dict[str, tuple[str, str, str | None, bool]]:
        if not ids:
            return {}
        found = await _PEOPLE.rows(connection, {"ids": list(ids), "platform": self._platform})
        return {row["id"]: (row["locale"], row["zone"], row["user"], bool(row["refused"])) for row in found}

    def _parcel(
        self,
        row: Row,
        people: Mapping[str, tuple[str, str, str | None, bool]],
        rooms: Mapping[str, tuple[str, bool]],
        at: datetime,
        ours: Sending,
    ) -> Parcel:
        locale, zone = self._locale, self._zone
        destination: str | None
        if row["to_type"] == "room":
            destination, refused = rooms.get(row["to"], (None, False))
        else:
            locale, zone, destination, refused = people.get(row["to"], (locale, zone, None, False))
        # Perhaps sent, and too late by now: it is looked for, and not sent if it is not found.
        too_late = row["first_shown_at"] is None and row["not_after"] is not None and row["not_after"] < at
        place, attempted_at, lost_since = None, row["attempted_at"], None
        if row["reference"] is None and attempted_at is None and row["to_type"] != "home":
            lost_since = ours.maybe_sent_since(at)
        if row["reference"] is not None:
            place = Place(conversation=row["conversation"], message=row["reference"])
        return Parcel(
            post=row["id"],
            revision=row["revision"],
            to=_address(row),
            message=from_json(row["message"]),
            key=row["key"] or ours.key_of(row["id"]),
            wanted=row["wanted"] and not too_late,
            locale=locale,
            zone=zone,
            destination=destination,
            place=place,
            unsettled=attempted_at is not None or lost_since is not None,
            attempted_at=attempted_at or lost_since or at,
            failures=row["failures"],
            bulk=row["bulk"],
            probes=refused,
            to_be_sure=lost_since is not None,
        )

    # --- settling ---

    async def settle(
        self,
        settlements: Sequence[Settlement],
        *,
        at: datetime,
        attempting: Sequence[Parcel] = (),
        owner: str | None = None,
    ) -> frozenset[str]:
        """Records what became of a batch of attempts and, with it, those of the next batch: which of them may be made.

        All at once, but for posts some work holds: settlements of these follow one by one, for to wait for one post
        while keeping others could close a ring with a work that keeps that one and wants these. An attempt is on record
        before it is made, so that after a crash it is looked up, never blindly repeated; one may not be made whose post
        somebody holds, has changed since it was claimed, paused or taken over from `owner`.
        """
        if not settlements and not attempting:
            return frozenset()
        async with self._transaction() as connection:
            written = None
            if connection.dialect.name == "sqlite":
                await write_fates(settlements, connection, at)  # whoever has the transaction holds everything
            else:
                written = await write_fates_of_free(settlements, connection, at)
            begun = await self._begin(attempting, connection, at, owner)
        free = written() if written is not None else frozenset(one.post for one in settlements)
        for one in settlements:
            if one.post not in free:
                async with self._transaction() as connection:
                    await write_fates([one], connection, at)
        await self._queue_behind(settlements)
        await self._note_refusals(settlements, at)  # last: what it moves to another platform waits for nobody here
        return begun

    async def _begin(
        self, parcels: Sequence[Parcel], connection: AsyncConnection, at: datetime, owner: str | None
    ) -> frozenset[str]:
        """Puts attempts on record, of posts that are as they were claimed, and ends the transaction: which ones.

        Of a post that may have been attempted before, the first moment counts.
        """
        alike: dict[tuple[int, bool, datetime, bool], list[str]] = defaultdict(list)  # mostly one group
        for one in parcels:
            alike[one.revision, one.wanted, one.attempted_at if one.unsettled else at, one.bulk].append(one.post)
        begun: set[str] = set()
        for number, ((revision, wanted, moment, bulk), posts) in enumerate(alike.items(), 1):
            claimed = {"ids": posts, "the_revision": revision, "shows": wanted, "the_owner": owner}
            given = {**claimed, "the_moment": moment, "at": at, **self._reach(at, bulk=bulk)}
            found = await _BEGUN.rows(connection, given, ending=number == len(alike))
            begun.update(row["id"] for row in found)
        return frozenset(begun)

    async def _note_refusals(self, settlements: Sequence[Settlement], at: datetime) -> None:
        told = [one for one in settlements if one.refusal is not None or one.mended]
        if not told:
            return
        async with self._transaction() as connection:
            for one in told:
                why, moment = (one.why, at) if one.refusal is not None else ("", None)
                address = select(POST.c.to).where(POST.c.id == one.post)
                await connection.execute(
                    update(ROOM)
                    .where(ROOM.c.platform == self._platform, ROOM.c.room.in_(address.where(POST.c.to_type == "room")))
                    .values(refused=why, refused_at=moment)
                )
                people = address.where(POST.c.to_type == "person")
                theirs = and_(ACCOUNT.c.platform == self._platform, ACCOUNT.c.person.in_(people))
                await connection.execute(update(ACCOUNT).where(theirs).values(refused=why, refused_at=moment))
                if one.refusal is None:
                    continue
                them = list((await connection.execute(people)).scalars())
                if one.refusal is Refusal.LEFT:
                    await connection.execute(update(ACCOUNT).where(theirs).values(present=False))
                    await settle_presence(connection, them)
                await move_voices(connection, them, at)

    async def _queue_behind(self, settlements: Iterable[Settlement]) -> None:
        """What else waits for a conversation that was held back waits as long: nothing overtakes."""
        held: dict[datetime, list[str]] = defaultdict(list)
        for one in settlements:
            if one.try_again is not None and (one.fate is Fate.HELD or one.refusal is not None):
                held[one.try_again].append(one.post)
        for until, posts in held.items():
            async with self._transaction() as connection:
                waiting = await connection.execute(
                    locked(
                        select(POST.c.id)
                        .join(_FRONT, and_(_FRONT.c.to_type == POST.c.to_type, _FRONT.c.to == POST.c.to))
                        .where(_FRONT.c.id.in_(posts))
                        .where(
                            POST.c.behind,
                            POST.c.due_at < until,
                            POST.c.shown_revision == 0,
                            POST.c.attempted_at.is_(None),
                            POST.c.lease_until.is_(None),
                        ),
                        waiting=False,
                        of=POST,
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
        whose = _IS_CLAIMED if owner is None else POST.c.owner == owner
        theirs = and_(whose, POST.c.platform == self._platform)
        given_back = update(POST).where(theirs).values(owner=None, lease_until=None)
        async with self._transaction() as connection:
            claimed = list((await connection.execute(select(POST.c.id).where(theirs))).scalars())
            free = await _held_for(claimed, connection)
            if free:
                await connection.execute(given_back.where(POST.c.id.in_(list(free))))
        for post in claimed:  # as when settling
            if post not in free:
                async with self._transaction() as connection:
                    await connection.execute(given_back.where(POST.c.id == post))

    # --- looking ---

    async def next_due(self, *, bulk: bool = True) -> datetime | None:
        """When the next post wants to go out, or may be claimed again; paused ones left aside, or what is bulk too."""
        async with self._transaction() as connection:
            found = await connection.execute(_NEXT_DUE, self._reach(EVER))
            due, of_bulk, lease, room = found.one()
        moments = (due, of_bulk if bulk else None, lease, room + ROOM_PROBED_AFTER if room else None)
        return min((moment for moment in moments if moment is not None), default=None)

    async def counts(self) -> Mapping[str, int]:
        """Posts by state."""
        async with self._transaction() as connection:
            rows = await connection.execute(select(POST.c.state, func.count()).group_by(POST.c.state))
            return dict(rows.all())


# --- rows ------------------------------------------------------------------------------------------------------------

_CARRIED = (
    *(POST.c.id, POST.c.revision, POST.c.to_type, POST.c.to, POST.c.key, POST.c.wanted, POST.c.bulk),
    *(POST.c.windows, POST.c.closes_at, POST.c.not_after, POST.c.conversation, POST.c.reference),
    *(POST.c.first_shown_at, POST.c.attempted_at, POST.c.failures),
)


def _address(row: Row) -> Address:
    match row["to_type"]:
        case "person":
            return ToPerson(person=row["to"])
        case "home":
            return ToHome(person=row["to"])
        case _:
            return ToRoom(room=row["to"])


async def _held_for(posts: Sequence[str], connection: AsyncConnection) -> frozenset[str]:
    """Those of `posts` that nobody else holds, which are this transaction's now."""
    if not posts or connection.dialect.name == "sqlite":
        return frozenset(posts)  # there, whoever has the transaction holds everything
    found = await _HELD_FOR.rows(connection, {"ids": list(posts)})
    return frozenset(row["id"] for row in found)


# --- statements, made once: to make one costs as much as to run it --------------------------------------------------

EVER = datetime(1, 1, 9, tzinfo=UTC)
"""Before anybody was refused."""

_AT = bindparam("at", type_=POST.c.due_at.type)
_ON_PLATFORM = bindparam("platform", type_=String())
_IS_OURS = POST.c.platform == _ON_PLATFORM
_FRONT = POST.alias("front")
# Not "is not null": for that SQLite looks through all posts there ever were.
_IS_CLAIMED = POST.c.owner > ""


def _is_one(dialect: str) -> ColumnElement[bool]:
    return among(dialect, POST.c.id, "ids")


def _first_due(*, bulk: bool) -> Select[Any]:
    return (
        select(POST.c.due_at)
        .where(POST.c.behind, POST.c.bulk == bulk, _IS_OURS, POST.c.lease_until.is_(None))
        .where(is_not_paused(), is_not_refused())
        .order_by(POST.c.due_at)
        .limit(1)
    )


# A claim waits for no work: what one holds is left for the next claim.
_DUE = Direct(
    lambda _: locked(
        select(*_CARRIED)
        .where(POST.c.behind, POST.c.bulk == bindparam("bulk"), _IS_OURS, POST.c.due_at <= _AT, is_free(_AT))
        .where(is_not_paused(), is_not_refused())
        .order_by(POST.c.due_at, POST.c.id)
        .limit(bindparam("limit")),
        waiting=False,
        of=POST,
    )
)
_WORDS = Direct(lambda dialect: select(WORDS.c.post, WORDS.c.message).where(among(dialect, WORDS.c.post, "ids")))
_ROOMS = Direct(
    lambda dialect: select(ROOM.c.room, ROOM.c.conversation, ROOM.c.refused).where(
        ROOM.c.platform == _ON_PLATFORM, among(dialect, ROOM.c.room, "ids")
    )
)
_THEIRS = and_(ACCOUNT.c.person == PERSON.c.id, ACCOUNT.c.platform == _ON_PLATFORM, ACCOUNT.c.present)
_PEOPLE = Direct(
    lambda dialect: (
        select(
            *(PERSON.c.id, PERSON.c.locale, PERSON.c.zone),
            *(func.min(ACCOUNT.c.user).label("user"), func.max(ACCOUNT.c.refused).label("refused")),
        )
        .outerjoin(ACCOUNT, _THEIRS)
        .where(among(dialect, PERSON.c.id, "ids"), PERSON.c.present)
        .group_by(PERSON.c.id, PERSON.c.locale, PERSON.c.zone)
    )
)
_PEEKED = Direct(
    lambda dialect: (
        select(
            *(*_CARRIED, WORDS.c.message, PERSON.c.locale, PERSON.c.zone),
            select(func.min(ACCOUNT.c.user)).where(_THEIRS).correlate(PERSON).scalar_subquery().label("user"),
            select(func.max(ACCOUNT.c.refused)).where(_THEIRS).correlate(PERSON).scalar_subquery().label("refused"),
        )
        .join(WORDS, WORDS.c.post == POST.c.id)
        .outerjoin(PERSON, and_(POST.c.to_type != "room", PERSON.c.id == POST.c.to, PERSON.c.present))
        .where(_is_one(dialect))
    )
)
_STANDING = Direct(
    lambda _: (
        select(POST.c.id)
        .where(POST.c.bulk == false(), POST.c.reference == bindparam("reference", type_=String()))
        .where(_IS_OURS, POST.c.conversation == bindparam("conversation", type_=String()), POST.c.wanted)
    )
)
_LEASED = Direct(
    lambda dialect: (
        update(POST).where(_is_one(dialect)).values(owner=bindparam("the_owner"), lease_until=bindparam("the_end"))
    )
)
_LATE = select(POST.c.id).where(
    *(POST.c.behind, POST.c.not_after < _AT),
    *(POST.c.state == PostState.PENDING, POST.c.attempted_at.is_(None), is_free(_AT)),
)
_EXPIRED = Direct(
    lambda _: (
        update(POST).where(POST.c.id.in_(locked(_LATE, waiting=False))).values(state=PostState.EXPIRED, behind=False)
    )
)
_HELD_FOR = Direct(lambda dialect: locked(select(POST.c.id).where(_is_one(dialect)), waiting=False))


def _unchanged(dialect: str) -> Select[Any]:
    # By their ids and nothing else: SQLite would rather look through all that is behind.
    return select(POST.c.id).where(
        *(_is_one(dialect), POST.c.revision == bindparam("the_revision"), POST.c.behind != false()),
        func.coalesce(POST.c.owner, "") == func.coalesce(bindparam("the_owner", type_=String()), ""),
        or_(POST.c.wanted, ~bindparam("shows", type_=Boolean())),
        *(is_not_paused(), is_not_refused(), is_within_hours(_AT)),
    )


_MAY_BE_LOST = and_(POST.c.reference.is_(None), POST.c.to_type != "home")
_FIRST_ATTEMPT = func.coalesce(POST.c.attempted_at, bindparam("the_moment", type_=POST.c.attempted_at.type))
_BEGUN = Direct(
    lambda dialect: (
        update(POST)
        .where(POST.c.id.in_(locked(_unchanged(dialect), waiting=False, of=POST)))
        .values(attempted_at=case((_MAY_BE_LOST, _FIRST_ATTEMPT), else_=POST.c.attempted_at))
        .returning(POST.c.id)
    )
)
_WAITS = exists().where(POST.c.behind, POST.c.to_type == "room", POST.c.to == ROOM.c.room)
_NEXT_DUE = select(
    _first_due(bulk=False).scalar_subquery(),
    _first_due(bulk=True).scalar_subquery(),
    select(func.min(POST.c.lease_until)).where(_IS_CLAIMED, _IS_OURS).scalar_subquery(),
    select(func.min(ROOM.c.refused_at))
    .where(ROOM.c.platform == bindparam("platform"), ROOM.c.refused > "", _WAITS)
    .scalar_subquery(),
)
