"""Short works on PostgreSQL hand their connections on to one another while they come in crowds."""

import asyncio
from contextlib import AbstractAsyncContextManager
from types import TracebackType

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connections import Connections
from storage.engine import CONNECTIONS

LANES = CONNECTIONS - 2
"""How many such works run side by side; the rest of the connections is for whoever else works on the database."""


class Lanes:
    """Opens transactions of their own for works of any task, side by side.

    A crowd takes a connection once for each lane: who has done passes it on to who waits.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lanes = asyncio.Semaphore(LANES)
        self._waiting = 0
        self._passed_on: list[AsyncConnection] = []

    def transaction(self, *, writes: bool = True) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction: kept once this returns, forgotten when it raises; the same whether it `writes` or not."""
        return _Lane(self)

    async def enter(self) -> AsyncConnection:
        """Waits for a lane to be free; the connection on which to begin."""
        self._waiting += 1
        try:
            await self._lanes.acquire()
        except asyncio.CancelledError:
            self._waiting -= 1
            await self._give_back_unneeded()
            raise
        self._waiting -= 1
        try:
            return self._passed_on.pop() if self._passed_on else await self._connections.take()
        except BaseException:
            self._lanes.release()
            raise

    async def leave(self, connection: AsyncConnection, *, keeps: bool) -> None:
        """Leaves the lane to the next, once what was done is kept, or taken back."""
        try:
            if not keeps:
                await self._connections.abandon(connection)
                return
            try:
                await self._connections.commit(connection)
            except BaseException:
                await self._connections.abandon(connection)
                raise
            self._passed_on.append(connection)
            await self._give_back_unneeded()
        finally:
            self._lanes.release()

    async def _give_back_unneeded(self) -> None:
        """Gives back what nobody waits for."""
        while len(self._passed_on) > self._waiting:
            await self._connections.give_back(self._passed_on.pop())


class _Lane(AbstractAsyncContextManager[AsyncConnection]):
    """One transaction. A class, for generators cost a short work as much as a statement does."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    async def __aenter__(self) -> AsyncConnection:
        self._connection = await self._lanes.enter()
        return self._connection

    async def __aexit__(
        self, raised: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._lanes.leave(self._connection, keeps=raised is None)
