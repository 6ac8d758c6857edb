"""A web server that notes what it is asked and answers as it is told: Microsoft's side of a call, seen from ours."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.platforms.teams.clouds import PUBLIC, Cloud

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: `path` as it came over the wire, with its signs still escaped."""

    verb: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        said: Json = json.loads(self.body)
        return said

    @property
    def bearer(self) -> str | None:
        return self.headers.get("Authorization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one request is answered. `cut`: the connection ends instead; `silent`: nothing comes, ever."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    silent: bool = False


def says(said: object, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON; `Retry_After` is the header Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, body=json.dumps(said).encode(), headers=named)


def no(status: int, code: str = "", **headers: str) -> Answer:
    """A no of the Bot Connector."""
    return says({"error": {"code": code, "message": "In words."}} if code else {}, status, **headers)


class FarSide:
    """Answers `answers` in their order, and then what `usually` makes of a request."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: deque[Answer] = deque()
        self.usually: Callable[[Asked], Answer] = lambda asked: says({"id": f"{len(self.asked)}"}, 201)
        self.url = ""
        self.arrived = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def cloud(self) -> Cloud:
        """A cloud that is served here alone."""
        return Cloud(
            issuer=PUBLIC.issuer,
            openid_url=f"{self.url}/keys",
            login_url=self.url,
            scope=PUBLIC.scope,
            graph_url=f"{self.url}/graph",
            services=(self.url,),
        )

    async def handle(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(
            verb=request.method,
            path=request.rel_url.raw_path,
            query=dict(request.query),
            headers=dict(request.headers),
            body=await request.read(),
        )
        self.asked.append(asked)
        self.arrived.set()
        await self.gate.wait()
        answer = self.answers.popleft() if self.answers else self.usually(asked)
        if answer.silent:
            await asyncio.Event().wait()
        if answer.cut and request.transport is not None:
            request.transport.abort()
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


@asynccontextmanager
async def far_side() -> AsyncIterator[FarSide]:
    """One on a port of this machine."""
    side = FarSide()
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", side.handle)
    async with TestServer(app, host="127.0.0.1", shutdown_timeout=0) as server:
        side.url = str(server.make_url("")).rstrip("/")
        yield side
