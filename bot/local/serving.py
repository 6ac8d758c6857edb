"""The one loopback port of a stand-in."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from bot.local.routes import only_from_here

HOST = "127.0.0.1"
LARGEST_BODY = 4 * 1024 * 1024


def application_of(routes: Iterable[web.AbstractRouteDef]) -> web.Application:
    """An application for this machine's own pages and apps."""
    application = web.Application(client_max_size=LARGEST_BODY, middlewares=[only_from_here])
    application.add_routes(routes)
    return application


@asynccontextmanager
async def serving(application: web.Application, port: int) -> AsyncIterator[str]:
    """Serve until the block ends, on a free port where that is 0; yields the URL."""
    runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
