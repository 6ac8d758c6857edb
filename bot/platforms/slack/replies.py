"""Answers through a click's own reply address: the clicked message redrawn at once, or a line only the clicker sees."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import aiohttp

from bot.errands import Errands


class Replies:
    """Posts to reply addresses in the background, with a client of its own."""

    def __init__(self, session: aiohttp.ClientSession, errands: Errands) -> None:
        self._session = session
        self._errands = errands

    def later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs `work` without holding up the acknowledgement."""
        return self._errands.later(work)

    async def post(self, address: str, payload: dict[str, Any]) -> bool:
        """Posts once; whether it was taken. The address itself is a secret and never logged."""
        try:
            async with self._session.post(address, json=payload) as answer:
                return answer.status == 200
        except (TimeoutError, aiohttp.ClientError):
            return False
