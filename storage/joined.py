"""Works that arrive together on SQLite share one commit: the disk is waited for once, and each still waits for it."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connections import Connections, NotKept
from storage.direct import driver_of

log = logging.getLogger(__name__)

MOST = 64
"""How many works share a commit at most."""

LONGEST = 0.05
"""Seconds after which a transaction that works have joined takes no more of them."""


class _Shared:
    """One transaction that works join, one after the other, each in a savepoint of its own."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_lost = False
        self._driver: Any = driver_of(connection)
        self._joined = 0
        self._begun = time.monotonic()

    @property
    def is_full(self) -> bool:
        """Whether no further work may join."""
        return self.is_lost or self._joined >= MOST or time.monotonic() - self._begun > LONGEST

    @asynccontextmanager
    async def part(self, *, writes: bool) -> AsyncIterator[AsyncConnection]:
        """One work's part: forgotten by itself where the work fails."""
        self._joined += 1
        if not writes:
            yield self.connection
            return
        await self._driver.execute("SAVEPOINT part")
        try:
            yield self.connection
            await self._driver.execute("RELEASE part")
        except BaseException:
            self.is_lost = True
            try:
                await self._driver.execute("ROLLBACK TO part")
                await self._driver.execute("RELEASE part")
                self.is_lost = False
            except sqlite3.Error:
                # The disk is full, say: SQLite has rolled back the whole, with what others had joined to it.
                log.warning("A transaction was lost.", extra={"action": "transaction_lost"})
            raise


class Joined:
    """Opens transactions that works of any task join. `turn` is held as long as one is open."""

    def __init__(self, connections: Connections, turn: asyncio.Lock) -> None:
        self._connections = connections
        self._turn = turn
        self._one_by_one = asyncio.Lock()
        self._waiting = 0
        self._shared: _Shared | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def transaction(self, *, writes: bool = True) -> AsyncIterator[AsyncConnection]:
        """A transaction as far as the work can tell: kept once this returns, forgotten when it raises.

        `writes`: whether it may change anything; a work that only reads has nothing to forget. Works follow one another
        in the order they came. The transaction is committed as soon as nobody waits to join, or it is full. Raises
        NotKept, or whatever the commit raises, in every work that had joined it.
        """
        self._waiting += 1
        try:
            await self._one_by_one.acquire()
        except asyncio.CancelledError:
            # The work before may have left the end to this one, just as it was cancelled.
            if self._waiting == 1 and self._shared is not None and not self._one_by_one.locked():
                abandoned, self._shared = self._shared, None
                self._end(abandoned)
            raise
        finally:
            self._waiting -= 1
        try:
            shared = self._shared = self._shared or await self._begun()
            try:
                async with shared.part(writes=writes) as connection:
                    yield connection
            finally:
                if not self._waiting or shared.is_full:
                    self._shared = None
                    self._end(shared)
        finally:
            self._one_by_one.release()
        # A work that is cancelled from here on may be kept all the same, as with any commit.
        await asyncio.shield(shared.committed)

    async def _begun(self) -> _Shared:
        await self._turn.acquire()
        try:
            connection = await self._connections.take()
            try:
                await self._connections.begin(connection)
            except BaseException:
                await self._connections.abandon(connection)
                raise
        except BaseException:
            self._turn.release()
            raise
        return _Shared(connection)

    def _end(self, shared: _Shared) -> None:
        # A task of its own: no work's cancelling stops what others wait for.
        task = asyncio.create_task(self._ended(shared))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _ended(self, shared: _Shared) -> None:
        try:
            try:
                if shared.is_lost:
                    raise NotKept
                await self._connections.commit(shared.connection)
            except BaseException as error:  # noqa: BLE001  (the works that wait raise it)
                try:
                    await self._connections.abandon(shared.connection)  # a commit that failed leaves it open
                finally:
                    shared.committed.set_exception(error)
                    shared.committed.exception()  # known even where nobody is left to wait for it
            else:
                shared.committed.set_result(None)
                await self._connections.give_back(shared.connection)
        finally:
            self._turn.release()
