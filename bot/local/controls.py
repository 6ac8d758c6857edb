"""What tests, and whoever runs a demo, may see and do on every stand-in: counts, planned faults, people."""

from collections.abc import Callable

from aiohttp import web

from bot.local.config import ConfigError
from bot.local.counts import Counts
from bot.local.faults import Faults
from bot.local.json_types import Json
from bot.local.routes import LONGEST_WAIT, PageError, doing, reading


class Controls:
    """`counted` answers all there is to count; `put_person` adds or changes somebody and answers them as shown."""

    def __init__(
        self, counts: Counts, faults: Faults, *, counted: Callable[[], Json], put_person: Callable[[Json], Json]
    ) -> None:
        self._counts = counts
        self._faults = faults
        self._counted = counted
        self._put_person = put_person

    def routes(self) -> list[web.RouteDef]:
        return [
            reading("/sandbox/counts", self._count),
            reading("/sandbox/idle", self._idle),
            reading("/sandbox/faults", self._list_faults),
            doing("/sandbox/faults", self._add_fault),
            doing("/sandbox/faults", self._clear_faults, "DELETE"),
            doing("/sandbox/people", self._person),
        ]

    async def _count(self, given: Json) -> Json:
        return self._counted()

    async def _idle(self, given: Json) -> Json:
        """Wait until nothing is under way, and answer the counts."""
        await self._counts.wait_idle(min(float(given.get("wait", 0)), LONGEST_WAIT))
        return self._counted()

    async def _list_faults(self, given: Json) -> Json:
        return {"faults": self._faults.left()}

    async def _add_fault(self, given: Json) -> Json:
        try:
            self._faults.add(given)
        except ValueError as error:
            raise PageError("invalid_fault", status=400, more={"reason": str(error)}) from error
        return {"ok": True}

    async def _clear_faults(self, given: Json) -> Json:
        self._faults.clear()
        return {"ok": True}

    async def _person(self, given: Json) -> Json:
        try:
            return {"ok": True, "person": self._put_person(given)}
        except (ConfigError, TypeError) as error:
            raise PageError("invalid_person", status=400, more={"reason": str(error)}) from error
