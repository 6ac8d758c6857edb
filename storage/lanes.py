"""Short works on PostgreSQL hand their connections on to one another while they come in crowds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.direct import driver_of, raise_as_usual
from storage.engine import CONNECTIONS

LANES = CONNECTIONS - 2
"""How many such works run side by side; the rest of the connections is for whoever else works on the database."""


class Lanes:
    """Opens transactions of their own for works of any task, side by side.

    To take a connection from SQLAlchemy's pool, begin, commit and give it back takes as long as a short work's
    statements. A crowd does so once for each lane: who has done passes the connection on to who waits.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._lanes = asyncio.Semaphore(LANES)
        self._waiting = 0
        self._passed_on: list[AsyncConnection] = []

    @asynccontextmanager
    async def transaction(self, *, writes: bool = True) -> AsyncIterator[AsyncConnection]:
        """One transaction: kept once this returns, forgotten when it raises; the same whether it `writes` or not."""
        self._waiting += 1
        try:
            await self._lanes.acquire()
        except asyncio.CancelledError:
            self._waiting -= 1
            await self._unneeded_closed()
            raise
        self._waiting -= 1
        try:
            connection = self._passed_on.pop() if self._passed_on else await self._engine.connect()
            try:
                yield connection
                await _committed(connection)
            except BaseException:
                await connection.close()
                raise
            self._passed_on.append(connection)
            await self._unneeded_closed()
        finally:
            self._lanes.release()

    async def _unneeded_closed(self) -> None:
        """Gives back to the pool what nobody waits for."""
        while len(self._passed_on) > self._waiting:
            await self._passed_on.pop().close()


async def _committed(connection: AsyncConnection) -> None:
    if connection.in_transaction():  # which a statement of SQLAlchemy's has begun
        await connection.commit()
        return
    try:
        await driver_of(connection).commit()
    except psycopg.Error as error:
        await raise_as_usual(connection, "COMMIT", error)
