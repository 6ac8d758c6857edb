"""The unit of work: one transaction over all repositories, kept when it ends well and forgotten when it does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.ballots import SqlBallots
from storage.brakes import SqlBrakes
from storage.figures import figures
from storage.initiatives import SqlInitiatives
from storage.marks import SqlMarks
from storage.occurrences import SqlOccurrences, SqlSteps
from storage.people import SqlPeople, SqlRooms
from storage.posts import SqlOutbox, SqlPosts


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

    async def figures(self) -> dict[str, Any]:
        """What has been done so far, counted."""
        return await figures(self._connection)


class Memory:
    """The database, open. `open_work()` is the rules' unit of work, `outbox(…)` delivery's side of the posts."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # SQLite's one connection serves one transaction at a time; waiting here is cheaper than SQLITE_BUSY.
        self._turn: AbstractAsyncContextManager[object] = (
            asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )
        self.embedded = engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction."""
        async with self._turn, self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def open_work(self) -> AsyncIterator[SqlWork]:
        """One transaction over all repositories."""
        async with self.transaction() as connection:
            yield SqlWork(connection)

    def outbox(self, *, platform: str, locale: str, zone: str) -> SqlOutbox:
        """The posts as delivery to one platform sees them."""
        return SqlOutbox(self.transaction, platform=platform, locale=locale, zone=zone)
