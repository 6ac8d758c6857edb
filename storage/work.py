"""The unit of work: one transaction over all repositories, kept when it ends well and forgotten when it does not."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rituals.standing import Standing
from storage.ballots import SqlBallots
from storage.brakes import SqlBrakes
from storage.census import SqlCensus
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
from storage.people import SqlPeople, SqlRooms
from storage.personal import SqlPersonal
from storage.posts import SqlPosts
from storage.pulses import SqlPulses
from storage.redraws import SqlRedraws
from storage.references import SqlReferences
from storage.reviews import SqlReviews
from storage.sources import SqlSources
from storage.standing import standing

log = logging.getLogger(__name__)


class SqlWork:
    """Answers `rituals.ports.Work` on one open transaction."""

    def __init__(self, connection: AsyncConnection, *, home: str) -> None:
        self._connection = connection
        self.people = SqlPeople(connection)
        self.rooms = SqlRooms(connection)
        self.initiatives = SqlInitiatives(connection)
        self.occurrences = SqlOccurrences(connection)
        self.steps = SqlSteps(connection)
        self.marks = SqlMarks(connection)
        self.ballots = SqlBallots(connection)
        self.posts = SqlPosts(connection, home=home)
        self.brakes = SqlBrakes(connection)
        self.census = SqlCensus(connection)
        self.sources = SqlSources(connection)
        self.pulses = SqlPulses(connection)
        self.redraws = SqlRedraws(connection)
        self.figures = SqlFigures(connection)
        self.reviews = SqlReviews(connection)
        self.letters = SqlLetters(connection)
        self.personal = SqlPersonal(connection)
        self.alarms = SqlAlarms(connection)

    async def counts(self) -> dict[str, Any]:
        """What has been done so far, counted."""
        return await counts(self._connection)

    async def showing(self) -> list[tuple[str, str]]:
        """The messages in chat: platform and the message's id there."""
        return await showing(self._connection)


class Memory:
    """The database, open. `open_work()` is the rules' unit of work, `outbox(…)` delivery's side of the posts.

    `home`: the platform on which whoever has no account yet will be met.
    """

    def __init__(self, engine: AsyncEngine, *, home: str = "slack") -> None:
        self._engine = engine
        self._home = home
        self.embedded = engine.dialect.name == "sqlite"
        # SQLite's one connection serves one transaction at a time; waiting here is cheaper than SQLITE_BUSY.
        turn = asyncio.Lock()
        self._turn: AbstractAsyncContextManager[object] = turn if self.embedded else nullcontext()
        self._joined = Joined(engine, turn) if self.embedded else Lanes(engine)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction."""
        async with self._turn, self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def open_work(self) -> AsyncIterator[SqlWork]:
        """One transaction over all repositories."""
        async with self._work_in(self.transaction()) as work:
            yield work

    @asynccontextmanager
    async def open_joined(self) -> AsyncIterator[SqlWork]:
        """The same for short works that may come in crowds: those that come together share one commit on SQLite.

        PostgreSQL commits many side by side by itself, and there a deadlock would fail all that had joined: they hand
        on connections.
        """
        async with self._work_in(self._joined.transaction()) as work:
            yield work

    @asynccontextmanager
    async def _work_in(self, transaction: AbstractAsyncContextManager[AsyncConnection]) -> AsyncIterator[SqlWork]:
        async with transaction as connection:
            work = SqlWork(connection, home=self._home)
            yield work
        if work.marks.destroyed or work.pulses.destroyed or work.personal.destroyed:
            await self._wipe()

    async def _wipe(self) -> None:
        try:
            async with self._turn:
                await wipe_deleted(self._engine)
        except (DBAPIError, sqlite3.Error):
            # The work is kept: failing it now would be a lie.
            log.exception("Deleted seals could not be wiped from the database.", extra={"action": "wipe_failed"})

    async def standing(self, at: datetime, *, counted: bool = True) -> Standing:
        """How things stand at `at`; posts by state, which takes a look at every post, only where they are `counted`."""
        async with self.transaction() as connection:
            return await standing(connection, at, counted=counted)

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
