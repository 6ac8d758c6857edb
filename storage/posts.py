"""Posts as the rules put them."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.posts import Address, Post, PostedInRoom, PostState, Refused, ToHome, ToRoom, Window, next_window
from storage.direct import Direct
from storage.messages import from_json, to_json
from storage.people import ACCOUNT, PERSON, ROOM
from storage.sending import SENDING_KEY, careful_of
from storage.statements import insert_for, locked
from storage.tables.columns import table
from storage.tables.posts import PostRow, WordsRow

POST, WORDS = table(PostRow), table(WordsRow)

LIVING_PAUSE = timedelta(seconds=3)
"""A living message is edited at most this often; the last state wins."""


def _target(to: Address) -> str:
    return to.room if isinstance(to, ToRoom) else to.person


_DROP = Direct(
    lambda _: (
        update(POST)
        .where(POST.c.id == bindparam("post"))
        .where(POST.c.wanted, POST.c.first_shown_at.is_(None), POST.c.attempted_at.is_(None))
        .values(wanted=False, behind=False, state=PostState.WITHDRAWN)
        .returning(POST.c.id)
    )
)

_NEW_BY_ITSELF = datetime(9000, 1, 1, tzinfo=UTC)
"""When a step that does not exist is done."""

_BLANKS = (
    *("id", "ritual", "to_type", "to", "kind", "revision", "wanted", "bulk", "windows", "closes_at"),
    *("not_before", "not_after", "state", "behind", "due_at", "key", "shown_revision", "failures", "why"),
)
"""The columns a new post has values for, see `_new`."""


def _inserted(dialect: str) -> Any:
    """A new post, which goes out on the platform of its room, or on the one its person is written to on."""
    to = bindparam("to", type_=POST.c.to.type)
    room = select(ROOM.c.platform).where(ROOM.c.room == to, ROOM.c.channel.is_not(None)).limit(1).scalar_subquery()
    voice = select(PERSON.c.voice).where(PERSON.c.id == to, PERSON.c.voice > "").scalar_subquery()
    platform = func.coalesce(
        case((bindparam("to_type", type_=POST.c.to_type.type) == "room", room), else_=voice),
        bindparam("home", type_=POST.c.platform.type),
    )
    values = {name: bindparam(name, type_=POST.c[name].type) for name in _BLANKS}
    new = insert_for(dialect, POST).values(**values, platform=platform, attempted_at=_lost_since())
    return new.on_conflict_do_nothing()


def _inserted_with_words(dialect: str) -> Any:
    """The same and what it says, in one statement, which SQLite does not know; the ids of what is new."""
    new = _inserted(dialect).returning(POST.c.id).cte("new")
    words = select(new.c.id, bindparam("message", type_=WORDS.c.message.type))
    return insert_for(dialect, WORDS).from_select(["post", "message"], words).returning(WORDS.c.post)


def _lost_since() -> Any:
    """From when on a new post may have been sent by a Comitia whose database was restored; NULL where it cannot be."""
    until, done_until = SENDING_KEY.c.careful_until, bindparam("done_until", type_=SENDING_KEY.c.careful_until.type)
    # Where delivery has not begun since the restore, every step is one that may be done for the second time.
    again = func.coalesce(until, literal(_NEW_BY_ITSELF - timedelta(days=1), until.type)) >= done_until
    return select(SENDING_KEY.c.lost_since).where(SENDING_KEY.c.id == 1, again).scalar_subquery()


_NEW_WITH_WORDS = Direct(_inserted_with_words)
_NEW = Direct(lambda dialect: _inserted(dialect).returning(POST.c.id))
_ALL_NEW = Direct(_inserted)
_NEW_WORDS = Direct(
    lambda dialect: (
        insert_for(dialect, WORDS)
        .values(post=bindparam("id", type_=WORDS.c.post.type), message=bindparam("message", type_=WORDS.c.message.type))
        .on_conflict_do_nothing()
    )
)


class SqlPosts:
    """Answers `rituals.ports.Posts`."""

    def __init__(
        self,
        connection: AsyncConnection,
        *,
        home: str = "slack",
        step_due_at: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._connection = connection
        self._home = home
        self._step_due_at = step_due_at

    async def put(self, post: Post, *, at: datetime, hold: datetime | None = None) -> int:
        """Keeps the post for delivery; its revision. A post once taken back stays so."""
        text = to_json(post.message)
        if await self._is_new(_new(post, at) | self._origin(post) | {"message": text}):
            return 1
        return await self._renew(post, text, at, hold)

    async def _is_new(self, values: dict[str, Any]) -> bool:
        """Writes a post and its words, if it is new."""
        if self._connection.dialect.name != "sqlite":
            return bool(await _NEW_WITH_WORDS.rows(self._connection, values))
        is_new = bool(await _NEW.rows(self._connection, values))
        if is_new:
            await _NEW_WORDS.run(self._connection, values)
        return is_new

    async def put_all(self, posts: Sequence[Post], *, at: datetime) -> None:
        """Puts many, as `put` would each, in few statements where they are new."""
        found = await self._connection.execute(select(POST.c.id).where(POST.c.id.in_([post.id for post in posts])))
        known = set(found.scalars())
        texts: dict[int, str] = {}  # most say the same

        def text_of(post: Post) -> str:
            said = texts.get(id(post.message))
            if said is None:
                said = texts[id(post.message)] = to_json(post.message)
            return said

        alike: dict[tuple[object, ...], list[Post]] = defaultdict(list)  # thousands differ only in whom they are for
        for post in posts:
            if post.id not in known:
                when = (post.not_before, post.not_after, post.windows)
                alike[text_of(post), post.to.type, post.ritual, post.bulk, *when].append(post)
        for group in alike.values():
            shared, words = _new(group[0], at) | self._origin(group[0]), {"message": text_of(group[0])}
            # By their ids, as they are claimed: what is written together then stands together.
            rows = [{"id": post.id, "to": _target(post.to)} for post in sorted(group, key=lambda post: post.id)]
            if self._connection.dialect.name != "sqlite":
                await _NEW_WITH_WORDS.run_all(self._connection, shared | words, rows)
                continue
            await _ALL_NEW.run_all(self._connection, shared, rows)
            await _NEW_WORDS.run_all(self._connection, words, [{"id": row["id"]} for row in rows])
        for post in posts:
            if post.id in known:
                await self._renew(post, text_of(post), at, None)

    def _origin(self, post: Post) -> dict[str, Any]:
        """Where a new post goes out if nothing says otherwise, and until when its step may have been done before."""
        due_at = None if isinstance(post.to, ToHome) else self._step_due_at()
        return {"home": self._home, "done_until": _NEW_BY_ITSELF if due_at is None else careful_of(due_at)}

    async def _renew(self, post: Post, text: str, at: datetime, hold: datetime | None) -> int:
        """The newest words of a post that is there; its revision."""
        found = await self._connection.execute(
            locked(
                select(
                    *(WORDS.c.message, POST.c.revision, POST.c.wanted, POST.c.state),
                    *(POST.c.shown_at, POST.c.due_at, POST.c.failures),
                )
                .join(WORDS, WORDS.c.post == POST.c.id)
                .where(POST.c.id == post.id)
            )  # both rows: of one that is not locked PostgreSQL might give what stood there before the wait
        )
        row = found.mappings().one()
        revision = int(row["revision"])
        if row["message"] == text or not row["wanted"] or row["state"] in {PostState.EXPIRED, PostState.PERHAPS}:
            return revision
        changes: dict[str, Any] = {"revision": revision + 1, "behind": True}
        shown_at, failed = row["shown_at"], row["state"] == PostState.FAILED
        if shown_at is not None:
            # After a failed edit, the moment the platform named holds for the new words too.
            told = row["due_at"] if row["failures"] and not failed else at
            # A clock that was set back may have shown it in what is the future now.
            changes["due_at"] = max(at, min(shown_at, at) + LIVING_PAUSE, hold or at, told)
        if failed:
            changes |= {"state": PostState.PENDING if shown_at is None else PostState.SHOWN, "failures": 0}
            changes.setdefault("due_at", at)
        await self._connection.execute(update(POST).where(POST.c.id == post.id).values(**changes))
        await self._connection.execute(update(WORDS).where(WORDS.c.post == post.id).values(message=text))
        return revision + 1

    async def exists(self, post: str) -> bool:
        """Whether it was put; if so nobody else changes it until this work ends."""
        found = await self._connection.execute(locked(select(POST.c.id).where(POST.c.id == post)))
        return found.first() is not None

    async def drop(self, post: str) -> bool:
        """Takes back a post that nobody has been shown yet; False where it was shown, or may have been."""
        return bool(await _DROP.rows(self._connection, {"post": post}))

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
            select(POST.c.id, POST.c.to, WORDS.c.message, POST.c.first_shown_at)
            .join(WORDS, WORDS.c.post == POST.c.id)
            .where(POST.c.to_type == "room", POST.c.wanted, POST.c.first_shown_at.is_not(None))
            .order_by(POST.c.first_shown_at.desc(), POST.c.id)
            .limit(limit)
        )
        return [
            PostedInRoom(id=post, room=room, summary=from_json(message).summary, shown_at=shown_at)
            for post, room, message, shown_at in rows
        ]

    async def readdress(self) -> None:
        """Lets what nobody was shown yet go out where its person, or its room, is by now."""
        to_room = POST.c.to_type == "room"
        room = select(ROOM.c.platform).where(ROOM.c.room == POST.c.to, ROOM.c.channel.is_not(None)).limit(1)
        voice = select(PERSON.c.voice).where(PERSON.c.id == POST.c.to, PERSON.c.voice > "")
        now = case((to_room, room.scalar_subquery()), else_=voice.scalar_subquery())
        unseen = and_(POST.c.first_shown_at.is_(None), POST.c.attempted_at.is_(None), POST.c.lease_until.is_(None))
        await self._connection.execute(
            update(POST).where(POST.c.behind, unseen, now.is_not(None), POST.c.platform != now).values(platform=now)
        )

    async def refused(self) -> Refused:
        """Whom platforms refuse messages to, for whoever looks after the bot."""
        rooms = await self._connection.execute(
            select(ROOM.c.room, ROOM.c.refused).where(ROOM.c.refused > "", ROOM.c.channel.is_not(None))
        )
        people = await self._connection.execute(
            select(ACCOUNT.c.platform, func.count(func.distinct(ACCOUNT.c.person)), func.max(ACCOUNT.c.refused_at))
            .join(PERSON, PERSON.c.id == ACCOUNT.c.person)
            .where(ACCOUNT.c.refused > "", ACCOUNT.c.present, PERSON.c.voice.in_(["", ACCOUNT.c.platform]))
            .group_by(ACCOUNT.c.platform)
        )
        found = people.all()
        return Refused(
            rooms=dict(rooms.all()),
            people={platform: count for platform, count, _ in found},
            last_at=max((moment for _, _, moment in found), default=None),
        )


def _new(post: Post, at: datetime) -> dict[str, Any]:
    due_at, closes_at = max(post.not_before, at), None
    if post.windows:
        window = next_window(post.windows, due_at)
        if window is not None:
            due_at, closes_at = max(due_at, window.opens), window.closes
        else:
            due_at = post.not_after or due_at
    return {
        "id": post.id,
        "ritual": post.ritual,
        "to_type": post.to.type,
        "to": _target(post.to),
        "kind": post.message.kind,
        "revision": 1,
        "wanted": True,
        "bulk": post.bulk,
        "windows": windows_text(post.windows),
        "closes_at": closes_at,
        "not_before": post.not_before,
        "not_after": post.not_after,
        "state": PostState.PENDING.value,
        "behind": True,
        "due_at": due_at,
        "key": "",  # delivery makes it of the id: no need to ask for what it takes in every work
        "shown_revision": 0,
        "failures": 0,
        "why": "",
    }


@lru_cache(maxsize=256)
def windows_text(windows: tuple[Window, ...]) -> str:
    """Windows as the column keeps them: pairs of seconds since 1970; the same ones give the same text."""
    return json.dumps([(int(one.opens.timestamp()), int(one.closes.timestamp())) for one in windows]) if windows else ""


def windows_from(text: str) -> tuple[Window, ...]:
    """Windows from the column, whole seconds."""
    pairs = json.loads(text) if text else []
    return tuple(
        Window(opens=datetime.fromtimestamp(opens, UTC), closes=datetime.fromtimestamp(closes, UTC))
        for opens, closes in pairs
    )
