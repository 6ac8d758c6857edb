"""The unit of work: one transaction over all repositories, kept when it ends well and forgotten when it does not."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from functools import cached_property, partial
from types import TracebackType
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rituals.committee.decisions import Voting
from rituals.people import Account
from rituals.standing import Standing
from storage.ballots import Asked, SqlBallots, voting_of_all
from storage.brakes import SqlBrakes
from storage.census import SqlCensus
from storage.clocks import latest, make_up
from storage.connections import Connections
from storage.counts import counts, showing
from storage.directories import SqlDirectory
from storage.engine import revision_of, wipe_deleted
from storage.figures import SqlFigures
from storage.initiatives import SqlInitiatives
from storage.joined import Joined
from storage.lanes import Lanes
from storage.leases import SqlAlarms, SqlLeases
from storage.letters import SqlLetters
from storage.marks import SqlMarks
from storage.occurrences import SqlOccurrences, SqlSteps
from storage.outbox import SqlOutbox
from storage.panelists import SqlPanelists
from storage.people import SqlPeople, SqlRooms
from storage.personal import SqlPersonal
from storage.posts import SqlPosts
from storage.pulses import SqlPulses
from storage.redraws import SqlRedraws
from storage.references import SqlReferences
from storage.reviews import SqlReviews
from storage.sources import SqlSources
from storage.standing import standing
from storage.together import Together

log = logging.getLogger(__name__)


Part = TypeVar("Part")


class _Part(Generic[Part]):
    """One of a work's repositories, made when it is first asked for: most works need two or three of all."""

    def __init__(self, make: Callable[[AsyncConnection], Part]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, work: "SqlWork", owner: type) -> Part:
        part = work.__dict__[self._name] = self._make(work._connection)  # noqa: SLF001  (it is its own)
        return part


class SqlWork:
    """Answers `rituals.ports.Work` on one open transaction."""

    people = _Part(SqlPeople)
    rooms = _Part(SqlRooms)
    initiatives = _Part(SqlInitiatives)
    occurrences = _Part(SqlOccurrences)
    steps = _Part(SqlSteps)
    marks = _Part(SqlMarks)
    ballots = _Part(SqlBallots)
    brakes = _Part(SqlBrakes)
    census = _Part(SqlCensus)
    sources = _Part(SqlSources)
    panelists = _Part(SqlPanelists)
    pulses = _Part(SqlPulses)
    redraws = _Part(SqlRedraws)
    figures = _Part(SqlFigures)
    reviews = _Part(SqlReviews)
    letters = _Part(SqlLetters)
    personal = _Part(SqlPersonal)
    alarms = _Part(SqlAlarms)

    def __init__(self, connection: AsyncConnection, *, home: str) -> None:
        self._connection = connection
        self._home = home

    @cached_property
    def posts(self) -> SqlPosts:
        """Posts, of which those to whom nobody has met go out at home."""
        return SqlPosts(self._connection, home=self._home, step_due_at=lambda: self.steps.due_at)

    @property
    def destroyed(self) -> bool:
        """Whether it deleted what leaves traces behind, which are wiped after it."""
        return any(getattr(part, "destroyed", False) for part in vars(self).values())

    async def counts(self) -> dict[str, Any]:
        """What has been done so far, counted."""
        return await counts(self._connection)

    async def showing(self) -> list[tuple[str, str]]:
        """The messages in chat: platform and the message's id there."""
        return await showing(self._connection)


class _Working(AbstractAsyncContextManager[SqlWork]):
    """A work in a transaction. `wipe`: what follows once it is kept that something was destroyed."""

    def __init__(
        self,
        transaction: AbstractAsyncContextManager[AsyncConnection],
        *,
        home: str,
        wipe: Callable[[], Awaitable[None]],
    ) -> None:
        self._transaction = transaction
        self._home = home
        self._wipe = wipe

    async def __aenter__(self) -> SqlWork:
        self._work = SqlWork(await self._transaction.__aenter__(), home=self._home)
        return self._work

    async def __aexit__(
        self, raised: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transaction.__aexit__(raised, error, trace)
        if raised is None and self._work.destroyed:
            await self._wipe()


class _InTurn(AbstractAsyncContextManager[AsyncConnection]):
    """A transaction of which one at a time is open."""

    def __init__(self, turn: asyncio.Lock, transaction: AbstractAsyncContextManager[AsyncConnection]) -> None:
        self._turn = turn
        self._transaction = transaction

    async def __aenter__(self) -> AsyncConnection:
        await self._turn.acquire()
        try:
            return await self._transaction.__aenter__()
        except BaseException:
            self._turn.release()
            raise

    async def __aexit__(
        self, raised: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._transaction.__aexit__(raised, error, trace)
        finally:
            self._turn.release()


class Memory:
    """The database, open. `open_work()` is the rules' unit of work, `outbox(…)` delivery's side of the posts.

    `home`: the platform on which whoever has no account yet will be met.
    """

    def __init__(self, engine: AsyncEngine, *, home: str = "slack") -> None:
        self._engine = engine
        self._home = home
        self.embedded = engine.dialect.name == "sqlite"
        # SQLite's one connection serves one transaction at a time; waiting here is cheaper than SQLITE_BUSY.
        self._turn = asyncio.Lock() if self.embedded else None
        self._connections = Connections(engine)
        self._votings = Together(self._voting)
        self._joined = Joined(self._connections, self._turn) if self._turn is not None else Lanes(self._connections)

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction."""
        transaction = self._connections.transaction()
        return _InTurn(self._turn, transaction) if self._turn is not None else transaction

    def open_work(self) -> AbstractAsyncContextManager[SqlWork]:
        """One transaction over all repositories."""
        return _Working(self.transaction(), home=self._home, wipe=self._wipe)

    def open_joined(self) -> AbstractAsyncContextManager[SqlWork]:
        """The same for short works that may come in crowds: those that come together share one commit on SQLite.

        PostgreSQL commits many side by side by itself, and there a deadlock would fail all that had joined: they hand
        on connections.
        """
        return _Working(self._joined.transaction(), home=self._home, wipe=self._wipe)

    async def look_at_ballot(self, account: Account, ballot: str) -> Voting | None:
        """Answers `rituals.ports.LookAtBallot`; those who press at the same moment share one look."""
        return await self._votings.find((account, ballot))

    async def _voting(self, asked: Collection[Asked]) -> dict[Asked, Voting]:
        async with self._joined.transaction(writes=False) as connection:
            return await voting_of_all(connection, asked)

    async def _wipe(self) -> None:
        try:
            async with self._turn or nullcontext():
                await wipe_deleted(self._engine)
        except (DBAPIError, sqlite3.Error):
            # The work is kept: failing it now would be a lie.
            log.exception("Deleted seals could not be wiped from the database.", extra={"action": "wipe_failed"})

    async def standing(self, at: datetime, *, counted: bool = True) -> Standing:
        """How things stand at `at`; posts by state, which takes a look at every post, only where they are `counted`."""
        async with self.transaction() as connection:
            return await standing(connection, at, counted=counted)

    async def latest(self) -> datetime | None:
        """The latest moment at which something was done, as far as what is still to come tells; None for none."""
        async with self.transaction() as connection:
            return await latest(connection)

    async def make_up(self, before: datetime, at: datetime) -> int:
        """The clock was set back from `before` to `at`: how many posts no longer wait for what it had shown."""
        async with self.transaction() as connection:
            return await make_up(connection, before, at)

    async def revision(self) -> str | None:
        """The migration the tables are at."""
        async with self.transaction() as connection:
            return await connection.run_sync(revision_of)

    def leases(self) -> SqlLeases:
        """Which process has which task."""
        return SqlLeases(self.transaction)

    def references(self, *, platform: str) -> SqlReferences:
        """Where people and channels of a platform are met."""
        return SqlReferences(self.transaction, platform=platform)

    def directory(self, *, platform: str, workspace: str) -> SqlDirectory:
        """The people of an organisation, as its directory on a platform tells of them."""
        return SqlDirectory(self.transaction, platform=platform, workspace=workspace)

    def outbox(self, *, platform: str, locale: str, zone: str) -> SqlOutbox:
        """The posts as delivery to one platform sees them."""
        joined = partial(self._joined.transaction, writes=False)
        return SqlOutbox(self.transaction, platform=platform, locale=locale, zone=zone, joined=joined)
