"""Wakes what falls due. It alone knows APScheduler, and APScheduler knows nothing but when to look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from apscheduler.schedulers.asyncio import AsyncIOScheduler

EVERY_SECONDS = 10
"""How often to look. What is due is a matter of rows, so a look too many costs nothing and one missed is made up."""


def waking(look: Callable[[], Awaitable[None]]) -> AbstractAsyncContextManager[None]:
    """Calls `look` now and every ten seconds until the context ends."""

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        scheduler = AsyncIOScheduler(timezone="UTC")
        # By default APScheduler silently drops a job that is a second late: never here.
        scheduler.add_job(
            look, "interval", seconds=EVERY_SECONDS, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        scheduler.start()
        try:
            await look()
            yield
        finally:
            # Whoever wants a look that has begun to finish has waited for it.
            scheduler.shutdown(wait=False)

    return running()
