"""The named points at which a process of ours kills itself, put into the product from outside and by name."""

import asyncio
import os
import re
import signal
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import aiohttp
import aiosqlite
import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from yarl import URL

from bot import delivery
from bot.afterwards import Afterwards
from bot.pace import Pace
from bot.platforms.port import Sender
from rituals.posts import Fate, Parcel, Place, Settlement, ToRoom
from storage.outbox import SqlOutbox
from storage.postgres import Driver
from tests.crashes.grounds import Ground
from tests.crashes.wrapping import wrap

MOMENTS = (
    "before the claim commits",
    "after the claim committed",
    "before the attempt commits",
    "after the attempt committed",
    "before the call leaves",
    LOST := "after the call was done and before its answer is read",
    "after the answer is read",
    "before the settlement commits",
    "after the settlement committed",
)
"""The moments of one attempt."""

DONE = {Fate.SHOWN, Fate.WITHDRAWN}
"""Fates of what was tried."""

_about: ContextVar[tuple[str, str, bool]] = ContextVar("about", default=("", "", False))
"""What is being done at the platform, about which post, and whether that is for a room."""

_within: ContextVar[Mapping[str, frozenset[str] | None]] = ContextVar("within", default=MappingProxyType({}))
"""What the database is asked for, and for which posts; None for whichever it finds."""


class Register:
    """Who has been at a point, in a file that outlives the process; new names end it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen = names_in(file)
        self._here = 0
        self.under_way = 0
        """How many are on the way here, or past it."""
        self._ending: asyncio.Task[None] | None = None

    def is_new(self, name: str) -> bool:
        """Whether this one has not been here yet, in this life or an earlier one."""
        return bool(name) and name not in self._seen

    def end_with(self, names: Iterable[str]) -> None:
        """Ends the process if one of them is new here."""
        new = [name for name in names if self.is_new(name)]
        if new:
            self.note(new)
            _die()

    async def wait_with(self, name: str) -> None:
        """Ends the process once everybody who is on the way here has come; returns at once for who has been here."""
        if not self.is_new(name):
            return
        self.note([name])
        self._here += 1
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
        await asyncio.Event().wait()

    async def _end(self) -> None:
        while self._here < self.under_way:  # noqa: ASYNC110  (a plain number, watched from one place)
            await asyncio.sleep(0.002)
        _die()

    def note(self, names: Iterable[str]) -> None:
        """They have been here."""
        with self._file.open("a", encoding="utf-8") as file:
            file.writelines(f"{name}\n" for name in names)
        self._seen.update(names)


def names_in(file: Path) -> set[str]:
    """Who has been at a point so far."""
    return set(file.read_text(encoding="utf-8").split("\n")) - {""} if file.exists() else set()


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")


# --- commits ----------------------------------------------------------------------------------------------------------


_WRITES = re.compile(r"(?:WITH\b.*\)\s*)?(?:UPDATE|INSERT|DELETE)\b", re.DOTALL)
"""A statement that writes; a list that SQLite is given stands before it."""


Written = Sequence[tuple[str, frozenset[str]]]
"""(statement, its texts) of everything a transaction wrote so far."""


def at_commits(before: Callable[[Written], None], after: Callable[[Written], None]) -> None:
    """Calls `before` and `after` each commit of each transaction, with what it wrote."""
    writes = _Writes()

    def ending(commit: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def watched(driver: object, **named: Any) -> Any:
            written = writes.of(driver)
            before(written)
            found = await commit(driver, **named)
            writes.forget(driver)
            after(written)
            return found

        return watched

    def taking(take: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        kept = ending(take)

        async def taken(driver: object, *, ending: bool = False) -> Any:
            return await kept(driver, ending=True) if ending else await take(driver)

        return taken

    def forgetting(rollback: Callable[..., Awaitable[None]]) -> Callable[..., Any]:
        async def forgotten(driver: object) -> None:
            writes.forget(driver)
            await rollback(driver)

        return forgotten

    for owner in (aiosqlite.Connection, psycopg.AsyncConnection):
        wrap(owner, "commit", ending)
        wrap(owner, "rollback", forgetting)
    wrap(Driver, "_take", taking)  # a COMMIT that goes with other statements


class _Writes:
    """What each open transaction has written, by the driver's connection."""

    def __init__(self) -> None:
        self._of: dict[int, list[tuple[str, frozenset[str]]]] = {}
        event.listen(Engine, "before_cursor_execute", self._note)

    def of(self, driver: object) -> Written:
        return list(self._of.get(id(driver), []))

    def forget(self, driver: object) -> None:
        self._of.pop(id(driver), None)

    def _note(self, connection: Connection, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if _WRITES.match(statement):
            driver = connection.connection.driver_connection
            self._of.setdefault(id(driver), []).append((statement, frozenset(_texts(given))))


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, dict):
        for value in given.values():
            yield from _texts(value)
    elif isinstance(given, list | tuple):
        for value in given:
            yield from _texts(value)


# --- the sender -------------------------------------------------------------------------------------------------------


def arm_sender(ground: Ground, moment: str, register: Register, *, losing: bool = False) -> None:
    """Ends this process at that moment of whatever delivery does with a post, for each post once.

    A post says by its id what is to be done with it: "edit:committee-card". `losing`: only what is to be found later
    is lost now, when it is sent.
    """
    if moment not in MOMENTS:
        raise ValueError(moment)
    shown_at: dict[Place, str] = {}
    scope = moment.split()[2]

    def mine(names: Iterable[str]) -> list[str]:
        wanted = {"find"} if losing else ground.operations
        return sorted(name for name in names if name.partition(":")[0] in wanted)

    async def at(reached: str, verb: str = "", path: str = "") -> None:
        doing_it, post, to_room = _about.get()
        meant = doing_it == ("send" if losing else post.partition(":")[0])
        if reached != moment or not mine([post]) or not meant:
            return
        if not verb or ground.is_call(doing_it, verb, path, to_room=to_room):
            await register.wait_with(post)

    def knowing(method: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def claim(*given: Any, **named: Any) -> Any:
            token = _within.set({"claim": None})
            try:
                parcels = await method(*given, **named)
            finally:
                _within.reset(token)
            shown_at.update({parcel.place: parcel.post for parcel in parcels if parcel.place is not None})
            return parcels

        return claim

    def settling(method: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def settle(self: SqlOutbox, settled: Sequence[Settlement], **named: Any) -> Any:
            token = _within.set(
                {
                    "settlement": frozenset(one.post for one in settled if one.fate in DONE),
                    "attempt": frozenset(one.post for one in named.get("attempting", ())),
                }
            )
            try:
                return await method(self, settled, **named)
            finally:
                _within.reset(token)

        return settle

    def doing(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def around(method: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
            async def done(self: Sender, first: Parcel | Place, *more: Any) -> Any:
                if isinstance(first, Place):
                    token = _about.set((name, shown_at.get(first, ""), False))
                else:
                    token = _about.set((name, first.post, isinstance(first.to, ToRoom)))
                register.under_way += 1
                try:
                    answer = await method(self, first, *more)
                    await at("after the answer is read")
                    return answer
                finally:
                    register.under_way -= 1
                    _about.reset(token)

            return done

        return around

    def leaving(method: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def call(self: aiohttp.ClientSession, verb: str, url: Any, **named: Any) -> Any:
            # Whichever client words it, it leaves here.
            await at("before the call leaves", verb, URL(url).path)
            return await method(self, verb, url, **named)

        return call

    def answered(method: Callable[..., Awaitable[bytes]]) -> Callable[..., Any]:
        async def read(self: aiohttp.ClientResponse) -> bytes:
            # Its head is here, so the platform is done with it; of what it says nothing has been looked at.
            await at(LOST, self.method, self.url.path)
            return await method(self)

        return read

    wrap(SqlOutbox, "claim", knowing)
    wrap(SqlOutbox, "settle", settling)
    for name in ground.operations:
        wrap(ground.sender, name, doing(name))
    wrap(aiohttp.ClientSession, "_request", leaving)
    wrap(aiohttp.ClientResponse, "read", answered)

    def committing(which: str) -> Callable[[Written], None]:
        def commit(wrote: Written) -> None:
            if which == moment.partition(" commit")[0] and scope in _within.get():
                written = {value for _, values in wrote for value in values}
                names = _within.get()[scope]
                # An attempt at an edit leaves no trace: it may simply be made again.
                register.end_with(mine(written if names is None else names if scope == "attempt" else written & names))

        return commit

    at_commits(committing(f"before the {scope}"), committing(f"after the {scope}"))


def hurry_up(at_once: int) -> None:
    """So many posts on their way at a time, and as fast as they go: those of a kind stand at a point together."""
    assert delivery.AT_ONCE < delivery.BATCH
    delivery.AT_ONCE = delivery.BATCH = at_once

    def at_once_too(_: Callable[..., Any]) -> Callable[..., Any]:
        async def turn(self: Pace, method: str, **_more: object) -> None:
            pass

        return turn

    wrap(Pace, "turn", at_once_too)


# --- steps and answers ------------------------------------------------------------------------------------------------


def arm_commits(moments: Iterable[str], register: Register, names: Callable[[Written], Iterable[str]]) -> None:
    """Ends this process "before" and/or "after" each commit of a transaction that has new `names`, once for each.

    `names` is asked with every statement that wrote something in it, and the texts it carried. The register holds
    "before …" and "after …".
    """

    def named(moment: str) -> Callable[[Written], None]:
        def end(written: Written) -> None:
            if moment in moments:
                register.end_with(sorted(f"{moment} {name}" for name in names(written)))

        return end

    at_commits(named("before"), named("after"))


TOO_LATE = "what follows had begun"


def arm_acknowledgement(ground: Ground, register: Register) -> None:
    """Ends this process when its first acknowledgement has gone out; notes where what follows one had begun before."""

    def following(follow: Callable[..., Awaitable[None]]) -> Callable[..., Any]:
        async def followed(self: Afterwards) -> None:
            await follow(self)
            register.note([TOO_LATE])

        return followed

    ground.at_acknowledgements(lambda: register.end_with(["acknowledged"]))
    # Whatever follows an acknowledgement waits for calm first.
    wrap(Afterwards, "calm", following)
