"""A chat platform of one process that presses buttons when told to, by signed HTTP or on a socket, and times each."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Literal

from aiohttp import WSMsgType, web

from tests.benchmarks.clicks import Caller

Transport = Literal["signed HTTP", "Socket Mode"]

LONGEST_LINE = 1 << 26

Json = dict[str, Any]


class Presser:
    """The platform, by way of its process. `address`: where it answers."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self._process = process
        self.address = address

    async def press_at(self, port: int, requests: Sequence[bytes], *, at_once: bool) -> list[float]:
        """Sends whole HTTP requests to a port here; the seconds until each was answered. Raises RuntimeError."""
        return await self._told({"port": port, "requests": [one.decode() for one in requests], "at_once": at_once})

    async def press_on(self, socket: int, payloads: Sequence[Json], *, at_once: bool) -> list[float]:
        """Sends payloads on the socket of that number (from 0, by when it was opened); until each was acknowledged."""
        return await self._told({"socket": socket, "payloads": payloads, "at_once": at_once})

    async def _told(self, order: Json) -> list[float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        taken: list[float] = json.loads(line)
        return taken


@asynccontextmanager
async def presser(directory: Path, answers: str = "{}") -> AsyncIterator[Presser]:
    """The platform in a process of its own, with these answers (JSON: path -> answer)."""
    file = directory / "presser.json"
    file.write_text(answers, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.presser", str(file)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    try:
        assert process.stdout is not None
        port = int(await asyncio.wait_for(process.stdout.readline(), 20))
        yield Presser(process, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        await process.wait()


# --- the process itself ----------------------------------------------------------------------------------------------


class _Platform:
    def __init__(self, answers: Json) -> None:
        self._answers = answers
        self._numbers = count(1)
        self._callers: dict[int, list[Caller]] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self.address = ""

    async def api(self, request: web.Request) -> web.Response:
        await request.read()
        answer = self._answers.get(request.path)
        if request.path == "/api/apps.connections.open":
            answer = {"ok": True, "url": self.address.replace("http", "ws") + "/link"}
        return web.json_response(answer or {"ok": True, "channel": "D1", "ts": f"1.{next(self._numbers):06}"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self._sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                now = time.perf_counter()
                future = self._waiting.pop(json.loads(message.data).get("envelope_id", ""), None)
                if future is not None:
                    future.set_result(now)
        return socket

    async def obey(self, order: Json) -> list[float]:
        pressing = self._requests(order) if "port" in order else self._envelopes(order)
        return await pressing

    async def _requests(self, order: Json) -> list[float]:
        requests = [one.encode() for one in order["requests"]]
        callers = self._callers.setdefault(order["port"], [])
        while len(callers) < len(requests):
            callers.append(await Caller.to(order["port"]))

        async def one(caller: Caller, request: bytes) -> float:
            begun = time.perf_counter()
            await caller.post(request)
            return time.perf_counter() - begun

        pairs = list(zip(callers, requests, strict=False))
        if order["at_once"]:
            return list(await asyncio.gather(*(one(*pair) for pair in pairs)))
        return [await one(*pair) for pair in pairs]

    async def _envelopes(self, order: Json) -> list[float]:
        socket = self._sockets[order["socket"]]

        async def one(payload: Json) -> float:
            name = f"envelope-{next(self._numbers)}"
            kind = "interactive"
            envelope = {"envelope_id": name, "type": kind, "accepts_response_payload": True, "payload": payload}
            done: asyncio.Future[float] = asyncio.get_running_loop().create_future()
            self._waiting[name] = done
            begun = time.perf_counter()
            await socket.send_str(json.dumps(envelope))
            return await done - begun

        if order["at_once"]:
            return list(await asyncio.gather(*(one(payload) for payload in order["payloads"])))
        return [await one(payload) for payload in order["payloads"]]


async def _taken(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(text="ok")


async def _serve(answers: Json) -> None:
    platform = _Platform(answers)
    app = web.Application()
    app.router.add_post("/respond", _taken)
    app.router.add_get("/link", platform.link)
    app.router.add_route("*", "/api/{method}", platform.api)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    platform.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader(limit=LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    _print(runner.addresses[0][1])
    while order := await orders.readline():
        _print(json.dumps(await platform.obey(json.loads(order))))
    await runner.cleanup()


def _print(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
