"""Where whoever drives a stand-in's clock reads it and moves it on: the same addresses for every stand-in."""

from collections.abc import Callable

from aiohttp import web

from bot.local.changes import Changes
from bot.local.clock import Clock
from bot.local.config import read_moment
from bot.local.json_types import Json
from bot.local.routes import PageError, doing, reading


class ClockRoutes:
    """`moved` is called whenever the clock was moved on, after everybody was told."""

    def __init__(self, clock: Clock, changes: Changes, *, moved: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._changes = changes
        self._moved = moved

    def routes(self) -> list[web.RouteDef]:
        return [reading("/api/clock", self._read), doing("/api/clock/advance", self._advance)]

    def as_json(self) -> Json:
        return {"mode": self._clock.mode, "now": self._clock.now()}

    async def _read(self, given: Json) -> Json:
        return self.as_json()

    async def _advance(self, given: Json) -> Json:
        try:
            self._clock.advance(read_moment(given.get("to")))
        except ValueError as error:
            raise PageError("invalid_moment", status=400, more={"reason": str(error)}) from error
        self._changes.add("clock", now=self._clock.now())
        self._moved()
        return {"ok": True, **self.as_json()}
