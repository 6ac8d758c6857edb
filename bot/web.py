"""The one web application: health, and Slack's signed requests where Socket Mode is not used."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

Probe = Callable[[], Awaitable[bool]]


def web_app(*, probes: Mapping[str, Probe], bolt: AsyncApp | None) -> web.Application:
    """Routes /healthz (200 when every probe is well, else 503, each by name) and, with `bolt`, /slack/events."""
    app = web.Application()

    async def health(_: web.Request) -> web.Response:
        states = {name: await probe() for name, probe in probes.items()}
        return web.json_response(
            {name: "ok" if well else "failing" for name, well in states.items()},
            status=200 if all(states.values()) else 503,
        )

    app.router.add_get("/healthz", health)
    if bolt is not None:

        async def slack(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

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
