"""What a run is judged by: how often things happened, what was said twice, and whether anything is under way."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bot.sandbox.conversations import Message, read_ts
from bot.sandbox.json_types import Json, digest_text
from bot.sandbox.memory import Memory

NAMES = (
    "posts_sent",
    "edits",
    "redraws",
    "deletes",
    "ephemerals",
    "uploads",
    "unacknowledged",
    "interrupted",
    "server_errors",
    "rate_limited",
    "dropped_events",
)
SAME_WORDS_SECONDS = 600


class Counts:
    """Counters that survive a restart, and the number of things under way, which does not."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._counts: dict[str, int] = dict.fromkeys(NAMES, 0) | memory.read("counts", "all", {})
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


def duplicates(messages: Iterable[Message]) -> int:
    """Count what chat.postMessage stored twice in one channel, of messages in the order of their ts.

    Twice is: the same metadata ever, or the same text and blocks within ten minutes of the last such message.
    """
    keys: set[tuple[str, str]] = set()
    words: dict[tuple[str, str], float] = {}
    found = 0
    for message in messages:
        if message.posted is None:
            continue
        key = (message.channel, digest_text(message.metadata)) if message.metadata else None
        said = (message.channel, message.posted)
        at = float(read_ts(message.ts) or 0)
        if (key is not None and key in keys) or at - words.get(said, float("-inf")) <= SAME_WORDS_SECONDS:
            found += 1
        if key is not None:
            keys.add(key)
        words[said] = at
    return found
