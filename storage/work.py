"""The unit of work: one transaction over all repositories, kept when it ends well and forgotten when it does not."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.ballots import SqlBallots
from storage.brakes import SqlBrakes
from storage.census import SqlCensus
from storage.counts import counts
from storage.engine import wipe_deleted
from storage.figures import SqlFigures
from storage.initiatives import SqlInitiatives
from storage.letters import SqlLetters
from storage.marks import SqlMarks
from storage.occurrences import SqlOccurrences, SqlSteps
from storage.people import SqlPeople, SqlRooms
from storage.personal import SqlPersonal
from storage.posts import SqlOutbox, SqlPosts
from storage.pulses import SqlPulses
from storage.reviews import SqlReviews
from storage.sources import SqlSources

log = logging.getLogger(__name__)


class SqlWork:
    """Answers `rituals.ports.Work` on one open transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.people = SqlPeople(connection)
        self.rooms = SqlRooms(connection)
        self.initiatives = SqlInitiatives(connection)
        self.occurrences = SqlOccurrences(connection)
        self.steps = SqlSteps(connection)
        self.marks = SqlMarks(connection)
        self.ballots = SqlBallots(connection)
        self.posts = SqlPosts(connection)
        self.brakes = SqlBrakes(connection)
        self.census = SqlCensus(connection)
        self.sources = SqlSources(connection)
        self.pulses = SqlPulses(connection)
        self.figures = SqlFigures(connection)
        self.reviews = SqlReviews(connection)
        self.letters = SqlLetters(connection)
        self.personal = SqlPersonal(connection)

    async def counts(self) -> dict[str, Any]:
        """What has been done so far, counted."""
        return await counts(self._connection)


class Memory:
    """The database, open. `open_work()` is the rules' unit of work, `outbox(…)` delivery's side of the posts."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.embedded = engine.dialect.name == "sqlite"
        # SQLite's one connection serves one transaction at a time; waiting here is cheaper than SQLITE_BUSY.
        self._turn: AbstractAsyncContextManager[object] = asyncio.Lock() if self.embedded else nullcontext()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction."""
        async with self._turn, self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def open_work(self) -> AsyncIterator[SqlWork]:
        """One transaction over all repositories."""
        async with self.transaction() as connection:
            work = SqlWork(connection)
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

    def outbox(self, *, platform: str, locale: str, zone: str) -> SqlOutbox:
        """The posts as delivery to one platform sees them."""
        return SqlOutbox(self.transaction, platform=platform, locale=locale, zone=zone)
