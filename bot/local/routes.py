"""JSON over HTTP for the page and the controls, only for this machine's own pages."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from json import loads
from typing import Any, TypeAlias

from aiohttp import web

from bot.local.json_types import Json, compact

LONGEST_WAIT = 60.0
"""Seconds (of ours) that whoever asks may wait for something to happen."""


class PageError(Exception):
    """A person's request that cannot be done; `status` is the HTTP status of the answer."""

    def __init__(self, error: str, *, status: int = 200, more: Json | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.more = more or {}


Reader: TypeAlias = Callable[[Json], Awaitable[Json]]
Doer: TypeAlias = Callable[[Json], Coroutine[Any, Any, Json]]

_running: set[asyncio.Task[Json]] = set()
"""What people began and is not done yet: a task that nobody holds may vanish."""


def reading(path: str, handle: Reader) -> web.RouteDef:
    """A GET whose query is the request."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return _answered(await handle(dict(request.query)))
        except PageError as error:
            return _refused(error)
        except ValueError:
            return _refused(PageError("invalid_request", status=400))

    return web.get(path, answer)


def doing(path: str, handle: Doer, method: str = "POST") -> web.RouteDef:
    """A request whose JSON body, with the names in its path, says what to do."""

    async def answer(request: web.Request) -> web.Response:
        try:
            given = loads(await request.read() or b"{}")
        except ValueError:
            return _refused(PageError("invalid_request", status=400))
        if not isinstance(given, dict):
            return _refused(PageError("invalid_request", status=400))
        # It goes on even when the browser leaves.
        task = asyncio.create_task(handle(given | dict(request.match_info)))
        _running.add(task)
        task.add_done_callback(_running.discard)
        try:
            return _answered(await asyncio.shield(task))
        except PageError as error:
            return _refused(error)

    return web.route(method, path, answer)


def part(given: Json, name: str) -> Json:
    """Answer an object in a request, empty where there is none; raises PageError."""
    value = given.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise PageError("invalid_request", status=400)
    return value


@web.middleware
async def only_from_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse other hosts' names, and other pages' writes: a web site must not drive the workspace."""
    host = request.host
    if host.partition(":")[0] not in ("127.0.0.1", "localhost"):
        raise web.HTTPForbidden(text="unknown host")
    origin = request.headers.get("Origin")
    if request.method != "GET" and origin is not None and origin != f"http://{host}":
        raise web.HTTPForbidden(text="unknown origin")
    return await handler(request)


def _answered(document: Json, status: int = 200) -> web.Response:
    return web.Response(text=compact(document), content_type="application/json", status=status)


def _refused(error: PageError) -> web.Response:
    return _answered({**error.more, "ok": False, "error": error.error}, error.status)
