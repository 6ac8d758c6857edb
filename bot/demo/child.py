"""Comitia in a demo: a process of its own that follows the platforms' clock and says whether it is quiet."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot import logs
from bot.app import Application, CannotStart, migrate_database, running
from bot.commands.speaking import speaker
from bot.demo.clock import FollowedClock
from bot.demo.stand_ins import standing_in
from bot.scheduler import waking
from bot.settings import load
from bot.web import serving
from rituals.messages import say
from rituals.posts import PostState


class Faults(logging.Handler):
    """Counts what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        self.count += 1


async def _serve(settings_file: Path, places: Mapping[str, str], *, stepped: bool) -> int:
    settings = load(settings_file, environ=os.environ)
    logs.set_up(settings.log.level)
    faults = Faults()
    logging.getLogger().addHandler(faults)
    async with standing_in(places) as platforms:
        now = await platforms.now()
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
        if "teams" in places:
            # Teams knows where we listen from our registration there.
            platforms = await stack.enter_async_context(standing_in(places))
            address = f"http://127.0.0.1:{app.port}/teams/messages"
            await platforms.pages["teams"].post("/sandbox/register", {"messages_url": address})
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
        now = clock.now()
        waking = waking_at is not None and waking_at <= now
        out, to_do = await posts_ahead(app, now)
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

    async def account(_: web.Request) -> web.Response:
        standing = await app.memory.standing(clock.now())
        async with app.memory.open_work() as work:
            showing = await work.showing()
        failed = standing.posts.get(PostState.FAILED, 0) + standing.stuck
        return web.json_response(
            {"showing": showing, "failed": failed, "perhaps": standing.posts.get(PostState.PERHAPS, 0)}
        )

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
    control.router.add_get("/account", account)
    return control


async def posts_ahead(app: Application, now: datetime) -> tuple[datetime | None, bool]:
    """When the next post wants to go out, and whether one could go now."""
    due, to_do = None, False
    for station in app.stations:
        out = await station.outbox.next_due()
        # What is due while every attempt under way sleeps towards its turn waits for those, not for us.
        to_do = to_do or (out is not None and out <= now and not station.delivery.in_flight)
        due = min((one for one in (due, out) if one is not None), default=None)
    return due, to_do


def main() -> None:
    """Runs until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--slack")
    parser.add_argument("--teams")
    parser.add_argument("--stepped", action="store_true")
    given = parser.parse_args()
    places = {name: place for name, place in (("slack", given.slack), ("teams", given.teams)) if place}
    sys.exit(asyncio.run(_serve(given.config, places, stepped=given.stepped)))


if __name__ == "__main__":
    main()
