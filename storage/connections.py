"""Connections that stay at hand between transactions, so that a short work pays for little but its statements."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.direct import driver_of, raise_as_usual
from storage.engine import BEGIN, BEGUN, IDLE_SINCE, is_doubtful, moment

KEPT = 6
"""How many connections to PostgreSQL stay at hand while nobody needs them; the pool has the rest for whoever asks."""


class Connections:
    """Opens transactions on connections that it keeps.

    To take one from SQLAlchemy's pool, begin, commit and give it back takes several times as long as what a short work
    asks of the database. Who has done keeps it open for the next.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._most = 1 if self._is_sqlite else KEPT
        self._idle: list[AsyncConnection] = []
        event.listen(engine.sync_engine, "engine_disposed", self._disposed)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: kept once this returns, forgotten when it raises. Raises SQLAlchemy's errors."""
        connection = await self.take()
        try:
            await self.begin(connection)
            yield connection
            await self.commit(connection)
        except BaseException:
            await self.abandon(connection)
            raise
        await self.give_back(connection)

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
        """Keeps a connection at hand on which everything has ended; one too many goes to the pool."""
        if len(self._idle) < self._most and not connection.invalidated:
            connection.info[IDLE_SINCE] = moment()
            self._idle.append(connection)
        else:
            await connection.close()

    async def abandon(self, connection: AsyncConnection) -> None:
        """Takes back whatever has begun on a connection, however often the caller is cancelled meanwhile."""
        try:
            # After a COMMIT that failed SQLAlchemy takes it for done, and its `close` would roll nothing back.
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
        """Commits, without SQLAlchemy where it has not taken part."""
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
