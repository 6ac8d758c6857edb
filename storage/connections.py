"""Connections that stay at hand between transactions, so that a short work pays for little but its statements."""

import asyncio
import sqlite3
from contextlib import AbstractAsyncContextManager, suppress
from types import TracebackType

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from storage.direct import driver_of, raise_as_usual
from storage.engine import BEGIN, BEGUN, IDLE_SINCE, is_doubtful, moment

KEPT = 8
"""So many connections to PostgreSQL may be out of the pool for one to stay at hand: the rest is for whoever asks it."""


class NotKept(Exception):
    """A transaction was lost, and nothing of it is kept."""


class Connections:
    """Opens transactions on connections that it keeps.

    To take one from SQLAlchemy's pool, begin, commit and give it back takes several times as long as what a short work
    asks of the database. Who has done keeps it open for the next.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._idle: list[AsyncConnection] = []
        event.listen(engine.sync_engine, "engine_disposed", self._disposed)

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction: kept once this returns, forgotten when it raises. Raises SQLAlchemy's errors."""
        return _Transaction(self)

    async def take(self) -> AsyncConnection:
        """A connection on which nothing has begun, to be given back once nothing has again, or abandoned."""
        while self._idle:
            connection = self._idle.pop()
            if self._is_sqlite or not is_doubtful(connection.info, driver_of(connection)):
                connection.info.pop(IDLE_SINCE, None)
                return connection
            await connection.close()  # the pool pings it
        connection = await self._engine.connect()
        if self._is_sqlite:
            await connection.execution_options(**{BEGUN: True})
        return connection

    async def give_back(self, connection: AsyncConnection) -> None:
        """Keeps a connection at hand on which everything has ended; where many are in use, the pool has it back."""
        if self._has_room and not connection.invalidated:
            connection.info[IDLE_SINCE] = moment()
            self._idle.append(connection)
        else:
            await connection.close()
            await asyncio.sleep(0)  # who waits for it comes before who gives it back and asks again

    @property
    def _has_room(self) -> bool:
        """Whether the pool can spare one: nobody waits there while it has some left."""
        pool = self._engine.pool
        return pool.checkedout() <= KEPT if isinstance(pool, QueuePool) else not self._idle

    async def abandon(self, connection: AsyncConnection) -> None:
        """Takes back whatever has begun on a connection, however often the caller is cancelled meanwhile."""
        try:
            # After a COMMIT that failed SQLAlchemy takes it for done, and its `close` would roll nothing back.
            with suppress(DBAPIError):  # it is lost; what the caller raises is what happened
                await connection.rollback()
        finally:
            await connection.__aexit__(None, None, None)

    async def begin(self, connection: AsyncConnection) -> None:
        """Begins a transaction; on PostgreSQL the first statement does."""
        if self._is_sqlite:
            try:
                await driver_of(connection).execute(BEGIN)
            except sqlite3.Error as error:
                await raise_as_usual(connection, BEGIN, error)

    async def commit(self, connection: AsyncConnection) -> None:
        """Commits, without SQLAlchemy where it has not taken part.

        Raises NotKept where SQLite has ended the transaction by itself (the disk was full, say); SQLAlchemy's errors.
        """
        if self._is_sqlite and not driver_of(connection).in_transaction:
            raise NotKept
        if connection.in_transaction():
            await connection.commit()
            return
        try:
            await driver_of(connection).commit()
        except (psycopg.Error, sqlite3.Error) as error:
            await raise_as_usual(connection, "COMMIT", error)

    def _disposed(self, _engine: Engine) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            if (under := connection.sync_connection) is not None:
                under.invalidate()
                under.close()


class _Transaction(AbstractAsyncContextManager[AsyncConnection]):
    """One transaction. A class: a generator would cost as much as what a batch of posts asks of the database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> AsyncConnection:
        connection = self._connection = await self._connections.take()
        try:
            await self._connections.begin(connection)
        except BaseException:
            await self._connections.abandon(connection)
            raise
        return connection

    async def __aexit__(
        self, raised: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._connection is not None, "entered"
        if error is not None:
            await self._connections.abandon(self._connection)
            return
        try:
            await self._connections.commit(self._connection)
        except BaseException:
            await self._connections.abandon(self._connection)
            raise
        await self._connections.give_back(self._connection)
