"""Errands: what is done after an acknowledgement, in the background, and waited for in the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

LAST_WORDS = 5.0
"""Seconds that errands under way get at the end."""


class Errands:
    """Runs them; `busy` says how many are under way.

    An errand is a courtesy: the fact it speaks of is committed, and a redraw that fails is followed by an edit.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def busy(self) -> int:
        """How many are under way."""
        return len(self._tasks)

    def later(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Runs `work` without holding up the acknowledgement."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def drained(self) -> None:
        """Returns once none is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Waits for what is under way, not for long."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LAST_WORDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("An errand failed.", exc_info=error, extra={"action": "errand_failed"})
