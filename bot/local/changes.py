"""Everything that happened, numbered, for whoever polls."""

import asyncio
from collections.abc import Callable

from bot.local.json_types import Json
from bot.local.memory import Remembers
from bot.local.routes import LONGEST_WAIT


class Changes:
    """A change is small: it names what changed and where; readers fetch or are given the rest."""

    def __init__(self, memory: Remembers) -> None:
        self._memory = memory
        self._all: list[Json] = [change for _, change in memory.all("change")]
        self._bell = asyncio.Event()

    @property
    def sequence(self) -> int:
        return len(self._all)

    def add(self, kind: str, **what: object) -> None:
        change: Json = {"sequence": self.sequence + 1, "type": kind, **what}
        self._all.append(change)
        self._memory.keep("change", f"{self.sequence:012d}", change)
        self._bell.set()
        self._bell = asyncio.Event()

    def since(self, sequence: int, concerns: Callable[[Json], bool]) -> list[Json]:
        return [change for change in self._all[max(sequence, 0) :] if concerns(change)]

    async def answer(self, given: Json, concerns: Callable[[Json], bool], *, told: Callable[[Json], Json]) -> Json:
        """Answer the changes after "since", each as `told`; for a first one "wait" seconds are waited."""
        wait = min(float(given.get("wait", 0)), LONGEST_WAIT)
        found = await self.wait(int(given.get("since", 0)), concerns, wait)
        return {"changes": [told(change) for change in found], "sequence": self.sequence}

    async def wait(self, sequence: int, concerns: Callable[[Json], bool], seconds: float) -> list[Json]:
        """Answer the changes after that one, waiting for a first one at most so many (real) seconds."""
        end = asyncio.get_running_loop().time() + seconds
        while not (found := self.since(sequence, concerns)):
            sequence, bell = self.sequence, self._bell
            try:
                async with asyncio.timeout_at(end):
                    await bell.wait()
            except TimeoutError:
                # What came at that very moment is told now: whoever asks goes on from the sequence they are answered.
                return self.since(sequence, concerns)
        return found
