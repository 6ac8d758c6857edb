"""Wakes what falls due. It alone knows APScheduler, and APScheduler knows nothing but when to look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

EVERY = timedelta(seconds=10)
"""How long to wait between two looks. A look too many costs nothing, and one missed is made up by the next."""


class _Beat(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """So long after each look. APScheduler's own interval goes through every look a clock that leapt has missed."""

    def __init__(self, every: timedelta) -> None:
        self.every = every

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self.every


class _Beats(MemoryJobStore):  # type: ignore[misc]
    """APScheduler goes by the machine's clock: what lies further ahead than a beat is from before it was set back."""

    def get_due_jobs(self, now: datetime) -> list[Job]:
        for job in list(self.get_all_jobs()):
            if job.next_run_time > now + job.trigger.every:
                job.modify(next_run_time=now)
        due: list[Job] = super().get_due_jobs(now)
        return due


def beating(look: Callable[[], Awaitable[None]], *, every: timedelta) -> AsyncIOScheduler:
    """A scheduler, not started yet, that calls `look` at each beat."""
    scheduler = AsyncIOScheduler(timezone="UTC", jobstores={"default": _Beats()})
    # By default APScheduler silently drops a job that is a second late: never here.
    scheduler.add_job(look, _Beat(every), misfire_grace_time=None, coalesce=True, max_instances=1)
    return scheduler


@asynccontextmanager
async def waking(look: Callable[[], Awaitable[None]], *, every: timedelta = EVERY) -> AsyncIterator[None]:
    """Calls `look` now and every ten seconds until the context ends, one look at a time.

    A machine's clock that leaps neither piles up looks nor keeps them away.
    """
    scheduler = beating(look, every=every)
    scheduler.start()
    try:
        await look()
        yield
    finally:
        # Whoever wants a look that has begun to finish has waited for it.
        scheduler.shutdown(wait=False)
