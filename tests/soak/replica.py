"""One Comitia process of a storm: forked, following the stand-in's clock, and saying what is on its way."""

from __future__ import annotations

import asyncio
import multiprocessing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.demo.page import Json, Page, Unreachable
from bot.web import serving
from tests.bot.scenarios.horizon import AnyHouse
from tests.crashes.grounds import Ground
from tests.crashes.lives import FORKS, RESTART, WITHIN, hurry_the_lease


@dataclass(kw_only=True)
class Replica:
    """A process that may be killed at any moment: whoever asks it brings it back first."""

    ground: Ground
    url: str
    database: Path | str
    directory: Path
    settings: dict[str, Any]
    page: Page
    lease: float
    """Seconds."""
    kills: int = 0
    starts: int = 0
    _process: multiprocessing.process.BaseProcess | None = None
    _address: str = ""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.is_alive()

    def kill(self) -> bool:
        """SIGKILL, at once; whether there was something to kill."""
        if self._process is None or not self._process.is_alive():
            return False
        self._process.kill()
        self.kills += 1
        return True

    async def ask(self, path: str, body: Json | None = None) -> Json:
        """What it says; started first where it does not run."""
        while True:
            page = self.page.at(await self._control())
            try:
                return await (page.get(path) if body is None else page.post(path, body))
            except Unreachable:
                await asyncio.sleep(0.01)  # it has just died: look again

    async def _control(self) -> str:
        async with self._turn:
            while not self.alive:
                # It takes a minute until somebody notices and starts it anew.
                now = (await self.page.get("/api/clock"))["now"]
                await self.page.post("/api/clock/advance", {"to": now + RESTART.total_seconds()})
                await self._start()
            return self._address

    async def _start(self) -> None:
        here, there = FORKS.Pipe()
        arguments = (self.ground, self.url, self.database, self.directory, self.settings, self.lease, there)
        self._process = FORKS.Process(target=_lived, args=arguments, daemon=True)
        self._process.start()
        there.close()
        self.starts += 1
        try:
            assert await asyncio.to_thread(here.poll, WITHIN), "a replica did not start"
            self._address = here.recv()
        except (EOFError, ConnectionError):
            await asyncio.to_thread(self._process.join)  # killed while it started, as at any other moment

    def end(self) -> None:
        """Ends it."""
        if self._process is not None:
            self._process.kill()
            self._process.join()


def _lived(
    ground: Ground,
    url: str,
    database: Path | str,
    directory: Path,
    settings: dict[str, Any],
    lease: float,
    told: Connection,
) -> None:
    directory.mkdir(exist_ok=True)
    hurry_the_lease(lease)
    ground.ready()

    async def lived() -> None:
        async with (
            ground.at_work(url, database, directory, **settings) as house,
            serving(_control(house), host="127.0.0.1", port=0) as port,
        ):
            told.send(f"http://127.0.0.1:{port}")
            await asyncio.Event().wait()

    asyncio.run(lived())


def _control(house: AnyHouse) -> web.Application:
    app, clock = house.app, house.clock

    async def state() -> Json:
        async with app.memory.open_work() as work:
            step = await work.steps.next_due()
        out, now, waking = await house.station.outbox.next_due(), clock.now(), clock.next_waking
        ahead = [moment.timestamp() for moment in (out, step) if moment is not None and moment > now]
        return {
            "at_rest": app.quiet and not (waking is not None and waking <= now),
            "due": out is not None and out <= now,
            "step_due": step is not None and step <= now,
            "sends": house.station.sending.is_sender,
            "at_work": bool(house.station.delivery.in_flight),
            "sleeps_until": waking.timestamp() if waking is not None else None,
            "next": min(ahead, default=None),
            "faults": app.desk.faults,
        }

    async def tick(request: web.Request) -> web.Response:
        told = datetime.fromtimestamp((await request.json())["now"], UTC)
        clock.follow(max(told, clock.now()))  # whoever was brought back to hear it is a minute ahead
        await app.look()
        return web.json_response(await state())

    async def tell(_: web.Request) -> web.Response:
        return web.json_response(await state())

    control = web.Application()
    control.router.add_post("/tick", tick)
    control.router.add_get("/state", tell)
    return control
