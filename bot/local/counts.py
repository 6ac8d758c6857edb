"""How often things happened, and whether anything is under way."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bot.local.json_types import Json
from bot.local.memory import Remembers


class Counts:
    """Counters that survive a restart, and the number of things under way, which does not."""

    def __init__(self, memory: Remembers, names: Iterable[str]) -> None:
        self._memory = memory
        self._counts: dict[str, int] = dict.fromkeys(names, 0) | memory.read("counts", "all", {})
        self._under_way = 0
        self._rest = asyncio.Event()
        self._rest.set()

    def add(self, name: str) -> None:
        self._counts[name] += 1
        self._memory.keep("counts", "all", self._counts)

    def as_json(self) -> Json:
        return {**self._counts, "idle": self.idle}

    @property
    def idle(self) -> bool:
        return self._under_way == 0

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Hold the workspace for busy."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        self._under_way += 1
        self._rest.clear()

    def end(self) -> None:
        self._under_way -= 1
        if self._under_way == 0:
            self._rest.set()

    async def wait_idle(self, seconds: float) -> None:
        """Wait for nothing to be under way, at most so many (real) seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._rest.wait()
        except TimeoutError:
            return
