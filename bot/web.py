"""The one web application: whether all is well, what is measured, Slack's signed requests and Teams' activities."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.metrics import CONTENT_TYPE
from bot.platforms.slack.socket import Acknowledged, kind_of

log = logging.getLogger(__name__)

WHOSE = "Comitia"
"""The header by which each answer says whose it is: `LIVE` or `REHEARSAL`, which may stand in for one another here."""

LIVE, REHEARSAL = "live", "rehearsal"

Probe = Callable[[], Awaitable[str]]
"""Looks at one part: "" where it is well, else why not, in a word."""

STARTING = "starting"
"""Why a door that opened before the rest is not ready."""

PROBE_WITHIN = 3.0
"""Seconds a probe may take: what does not answer is not well."""

DRAINED_WITHIN = 2.0
"""Seconds that requests under way get when the port closes; whoever stops gracefully has waited for them before."""


class Door:
    """What the web application answers with. It opens before the rest: its parts come as the start goes on.

    `whose`: what it is the door of, LIVE or REHEARSAL. `alive`: the loops of this process, each with whether it runs.
    `ready`: what it needs, each with its probe. `bolt`, `teams`: who takes Slack's requests and Teams' activities, None
    while nobody does (yet, or any more). `under_way`: how many are answered.
    """

    def __init__(self, *, bolt: AsyncApp | None = None, whose: str = LIVE) -> None:
        self.whose = whose
        self.alive: dict[str, Callable[[], bool]] = {}
        self.ready: dict[str, Probe] = {"start": _starting}
        self.bolt = bolt
        self.teams: Callable[[web.Request], Awaitable[web.Response]] | None = None
        self.metrics: Callable[[], Awaitable[bytes]] | None = None
        self.acknowledged: Acknowledged = lambda _kind, _seconds: None
        self.under_way = 0
        self._failing: dict[str, str] = {}

    async def states(self) -> dict[str, str]:
        """Each part this process needs: "ok", or "failing: " and why."""
        whys = await asyncio.gather(*(self._why(name, probe) for name, probe in self.ready.items()))
        return {name: f"failing: {why}" if why else "ok" for name, why in zip(self.ready, whys, strict=True)}

    async def _why(self, name: str, probe: Probe) -> str:
        try:
            async with asyncio.timeout(PROBE_WITHIN):
                why = await probe()
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with it, that is the answer.
            why = type(error).__name__
        if why == STARTING:
            return why  # not ready yet, and nothing is amiss: a platform may pace the start
        if why and name not in self._failing:
            log.warning("Part of Comitia is failing: %s.", name, extra={"action": "health_failing", "why": why})
        elif not why and name in self._failing:
            log.info("Part of Comitia is well again: %s.", name, extra={"action": "health_back", "why": name})
        if why:
            self._failing[name] = why
        else:
            self._failing.pop(name, None)
        return why


async def _starting() -> str:
    return STARTING


def web_app(door: Door) -> web.Application:
    """Routes /healthz, /readyz, /metrics, /slack/events and /teams/messages.

    /healthz is 200 while every loop of the process runs, /readyz while it can do its work, else 503, each part by name.
    """
    app = web.Application()

    async def health(_: web.Request) -> web.Response:
        states = {name: runs() for name, runs in door.alive.items()}
        told = {name: "ok" if runs else "failing: ended" for name, runs in states.items()}
        return web.json_response(told, status=200 if all(states.values()) else 503, headers={WHOSE: door.whose})

    async def ready(_: web.Request) -> web.Response:
        states = await door.states()
        well = all(state == "ok" for state in states.values())
        return web.json_response(states, status=200 if well else 503, headers={WHOSE: door.whose})

    async def metrics(_: web.Request) -> web.Response:
        if door.metrics is None:
            return web.Response(status=503)
        return web.Response(body=await door.metrics(), headers={"Content-Type": CONTENT_TYPE})

    async def slack(request: web.Request) -> web.Response:
        bolt, began = door.bolt, time.monotonic()
        if bolt is None:
            # Slack sends an event again; somebody who clicks sees that it did not work.
            return web.Response(status=503)
        body = await request.read()
        if not request.headers.get("X-Slack-Request-Timestamp", "0").isdecimal():
            # The SDK would stumble over it before it could say that the signature is wrong.
            return web.Response(status=401)
        try:
            asked = await to_bolt_request(request)
        except Exception as error:  # noqa: BLE001
            # Bolt reads before it checks the signature, so anybody may have sent this. Its words are not logged.
            extra = {"action": "payload_unreadable", "why": type(error).__name__}
            log.warning("A request of %d bytes could not be read.", len(body), extra=extra)
            return web.Response(status=400)
        door.under_way += 1
        try:
            answer = await to_aiohttp_response(await bolt.async_dispatch(asked))
        finally:
            door.under_way -= 1
        if answer.status == 200:
            door.acknowledged(kind_of(asked.body), time.monotonic() - began)
        return answer

    async def teams(request: web.Request) -> web.Response:
        take, began = door.teams, time.monotonic()
        if take is None:
            return web.Response(status=503, headers={"Retry-After": "5"})
        door.under_way += 1
        try:
            answer = await take(request)
        finally:
            door.under_way -= 1
        if answer.status == 200:
            door.acknowledged("activity", time.monotonic() - began)
        return answer

    app.router.add_get("/healthz", health)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", metrics)
    app.router.add_post("/slack/events", slack)
    app.router.add_post("/teams/messages", teams)
    return app


@asynccontextmanager
async def serving(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serves `app` while the context lasts; the port it listens on."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAINED_WITHIN)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        addresses = runner.addresses
        yield int(addresses[0][1]) if addresses else port
    finally:
        await runner.cleanup()
