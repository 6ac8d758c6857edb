"""The one web application: health, and Slack's signed requests where Socket Mode is not used."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

log = logging.getLogger(__name__)

Probe = Callable[[], Awaitable[bool]]

PROBE_WITHIN = 3.0
"""Seconds a probe may take: what does not answer is not well."""


def web_app(*, probes: Mapping[str, Probe], bolt: AsyncApp | None) -> web.Application:
    """Routes /healthz (200 when every probe is well, else 503, each by name) and, with `bolt`, /slack/events."""
    app = web.Application()
    failing: set[str] = set()

    async def well(name: str, probe: Probe) -> bool:
        why = ""
        try:
            async with asyncio.timeout(PROBE_WITHIN):
                answer = await probe()
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with it, that is the answer.
            answer, why = False, type(error).__name__
        if not answer and name not in failing:
            log.warning("Part of Comitia is failing: %s.", name, extra={"action": "health_failing", "why": why or name})
        elif answer and name in failing:
            log.info("Part of Comitia is well again: %s.", name, extra={"action": "health_back", "why": name})
        (failing.discard if answer else failing.add)(name)
        return answer

    async def health(_: web.Request) -> web.Response:
        states = {name: await well(name, probe) for name, probe in probes.items()}
        return web.json_response(
            {name: "ok" if well else "failing" for name, well in states.items()},
            status=200 if all(states.values()) else 503,
        )

    app.router.add_get("/healthz", health)
    if bolt is not None:

        async def slack(request: web.Request) -> web.Response:
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
            return await to_aiohttp_response(await bolt.async_dispatch(asked))

        app.router.add_post("/slack/events", slack)
    return app


@asynccontextmanager
async def serving(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serves `app` while the context lasts; the port it listens on."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        addresses = runner.addresses
        yield int(addresses[0][1]) if addresses else port
    finally:
        await runner.cleanup()
