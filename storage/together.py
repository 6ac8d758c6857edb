"""What many look for at the same moment is looked up once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Together(Generic[Found]):
    """Looks up by id, one look at a time: whoever asks while one is under way waits, with all others, for the next.

    A look begins after whoever it serves has asked, so that they find what they have kept themselves.
    """

    def __init__(self, look: Callable[[Collection[str]], Awaitable[Mapping[str, Found]]]) -> None:
        self._look = look
        self._asked: set[str] = set()
        self._last: asyncio.Task[Mapping[str, Found]] | None = None
        self._next: asyncio.Task[Mapping[str, Found]] | None = None

    async def find(self, id: str) -> Found | None:
        """What there is of that id. Raises what the look raises, in all whom it serves."""
        return (await self.find_all([id])).get(id)

    async def find_all(self, ids: Collection[str]) -> dict[str, Found]:
        """What there is of these, by id. Raises as `find`."""
        self._asked.update(ids)
        if self._next is None:
            self._next = asyncio.create_task(self._looked(after=self._last))
        found = await asyncio.shield(self._next)  # whoever is cancelled takes nothing from the others
        return {id: found[id] for id in ids if id in found}

    async def _looked(self, *, after: asyncio.Task[Mapping[str, Found]] | None) -> Mapping[str, Found]:
        if after is not None and not after.done():
            await asyncio.wait({after})
        # Whoever asks from here on may have come too late for this look.
        self._last, self._next = self._next, None
        asked, self._asked = self._asked, set()
        return await self._look(asked)
