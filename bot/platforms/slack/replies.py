"""Answers through a click's own reply address: the clicked message redrawn at once, or a line only the clicker sees."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import aiohttp

log = logging.getLogger(__name__)

LAST_WORDS = 5.0
"""Seconds that replies under way get at the end."""


class Replies:
    """Posts to reply addresses in the background, with a client of its own; `busy` says how many are on their way.

    A reply is a courtesy: the fact it speaks of is committed, and a redraw that fails is followed by an ordinary edit.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> int:
        """Replies on their way."""
        return len(self._tasks)

    def later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs `work` without holding up the acknowledgement."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def post(self, address: str, payload: dict[str, Any]) -> bool:
        """Posts once; whether it was taken. The address itself is a secret and never logged."""
        try:
            async with self._session.post(address, json=payload) as answer:
                return answer.status == 200
        except (TimeoutError, aiohttp.ClientError):
            return False

    async def drained(self) -> None:
        """Returns once none is on its way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Waits for what is on its way, not for long."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LAST_WORDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A reply failed.", exc_info=error, extra={"action": "reply_failed"})
