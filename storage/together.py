"""What many look for at the same moment is looked up once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Generic, TypeVar

Found = TypeVar("Found")
Id = TypeVar("Id", bound=Hashable)


class Together(Generic[Id, Found]):
    """Looks up by id, one look at a time: whoever asks while one is under way waits, with all others, for the next.

    A look begins after whoever it serves has asked, so that they find what they have kept themselves.
    """

    def __init__(self, look: Callable[[Collection[Id]], Awaitable[Mapping[Id, Found]]]) -> None:
        self._look = look
        self._asked: list[tuple[Collection[Id], asyncio.Future[Mapping[Id, Found]]]] = []
        self._looking: asyncio.Task[None] | None = None

    async def find(self, id: Id) -> Found | None:
        """What there is of that id. Raises what the look raises, in all whom it serves."""
        return (await self._shared([id])).get(id)

    async def find_all(self, ids: Collection[Id]) -> dict[Id, Found]:
        """What there is of these, by id. Raises as `find`."""
        found = await self._shared(ids)
        return {id: found[id] for id in ids if id in found}

    def _shared(self, ids: Collection[Id]) -> asyncio.Future[Mapping[Id, Found]]:
        # A future for each: whoever is cancelled takes nothing from the others.
        future = asyncio.get_running_loop().create_future()
        self._asked.append((ids, future))
        if self._looking is None:
            self._looking = asyncio.create_task(self._looked())
        return future

    async def _looked(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                await self._serve(asked)
        finally:
            self._looking = None

    async def _serve(self, asked: Collection[tuple[Collection[Id], asyncio.Future[Mapping[Id, Found]]]]) -> None:
        error: BaseException | None = None
        found: Mapping[Id, Found] = {}
        try:
            found = await self._look({id for ids, _ in asked for id in ids})
        except Exception as raised:  # noqa: BLE001  (it is raised in all whom the look serves)
            error = raised
        except BaseException:
            for _, future in asked:
                future.cancel()
            raise
        for _, future in asked:
            if future.done():
                continue  # its caller was cancelled
            if error is None:
                future.set_result(found)
            else:
                future.set_exception(error)
