"""Comitia in a demo: a process of its own that follows the workspace's clock and says whether it is quiet."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot import logs
from bot.app import Application, CannotStart, migrate_database, running
from bot.commands.speaking import speaker
from bot.demo.clock import FollowedClock
from bot.demo.page import visiting
from bot.scheduler import waking
from bot.settings import load
from bot.web import serving
from rituals.messages import say


class Faults(logging.Handler):
    """Counts what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        self.count += 1


async def _serve(settings_file: Path, workspace: str, *, stepped: bool) -> int:
    settings = load(settings_file, environ=os.environ)
    logs.set_up(settings.log.level)
    faults = Faults()
    logging.getLogger().addHandler(faults)
    async with visiting(workspace) as page:
        now = (await page.get("/api/clock"))["now"]
    clock = FollowedClock(datetime.fromtimestamp(now, UTC), flowing=not stepped)
    await migrate_database(settings)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    async with AsyncExitStack() as stack:
        try:
            app = await stack.enter_async_context(running(settings, clock=clock))
        except CannotStart as error:
            speak = speaker(os.environ, otherwise=settings.organisation.locale)
            sys.stderr.write(f"{speak.say(say('command-cannot-start', why=error.why))}\n")
            return 1
        if not stepped:
            await stack.enter_async_context(waking(app.look))
        port = await stack.enter_async_context(serving(_control(app, clock, faults), host="127.0.0.1", port=0))
        sys.stdout.write(json.dumps({"control": f"http://127.0.0.1:{port}"}) + "\n")
        sys.stdout.flush()
        await stopped.wait()
    return 0


def _control(app: Application, clock: FollowedClock, faults: Faults) -> web.Application:
    async def state() -> dict[str, object]:
        waking_at = clock.next_waking
        async with app.memory.open_work() as work:
            step = await work.steps.next_due()
            name = await work.steps.next_name()
        out = await app.station("slack").outbox.next_due()
        now = clock.now()
        waking = waking_at is not None and waking_at <= now
        # What is due while every attempt under way sleeps towards its turn waits for those, not for us.
        to_do = out is not None and out <= now and not app.station("slack").delivery.in_flight
        quiet = app.quiet and not waking and not to_do
        ahead = [moment for moment in (waking_at, step, out) if moment is not None and moment > now]
        return {
            "quiet": quiet,
            "next_post": out.timestamp() if out is not None else None,
            "next": min(ahead).timestamp() if ahead else None,
            "next_step": step.timestamp() if step is not None and step > now else None,
            "next_step_name": name,
        }

    async def tick(request: web.Request) -> web.Response:
        body = await request.json()
        clock.follow(datetime.fromtimestamp(body["now"], UTC))
        await app.look()
        return web.json_response(await state())

    async def tell(_: web.Request) -> web.Response:
        return web.json_response(await state())

    async def figures(_: web.Request) -> web.Response:
        async with app.memory.open_work() as work:
            found = await work.counts()
            today = clock.now().date()
            initiatives = [
                {
                    "key": key,
                    **{
                        metric: None if figure is None else figure.as_json()
                        for metric, figure in (await work.figures.headline(key, today)).items()
                    },
                }
                for key in sorted(await work.census.rolled_out())
            ]
        return web.json_response({**found, "initiatives": initiatives, "faults": faults.count + app.desk.faults})

    control = web.Application()
    control.router.add_post("/tick", tick)
    control.router.add_get("/state", tell)
    control.router.add_get("/figures", figures)
    return control


def main() -> None:
    """Runs until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--workspace", required=True)
    parser.add_argument("--stepped", action="store_true")
    given = parser.parse_args()
    sys.exit(asyncio.run(_serve(given.config, given.workspace, stepped=given.stepped)))


if __name__ == "__main__":
    main()
