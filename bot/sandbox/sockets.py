"""Socket Mode: up to ten connections of the app, each payload to one of them, each to be acknowledged."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from json import JSONDecodeError, loads
from typing import TypeAlias

from aiohttp import WSCloseCode, WSMsgType, web

from bot.local.counts import Counts
from bot.local.json_types import Json, compact
from bot.sandbox.config import App
from bot.sandbox.deliveries import ACK_SECONDS, Delivery
from bot.sandbox.errors import UndeliveredError

MOST_CONNECTIONS = 10


_Answered: TypeAlias = asyncio.Future[Json | None]


@dataclass(eq=False, slots=True)
class _Connection:
    socket: web.WebSocketResponse
    request: web.Request
    leaving: bool = False


class Sockets:
    def __init__(self, app: App, counts: Counts) -> None:
        self._app = app
        self._counts = counts
        self._tickets: set[str] = set()
        self._connections: list[_Connection] = []
        self._waiting: dict[str, tuple[_Connection, _Answered]] = {}
        self._numbers = count(1)
        self._turn = 0
        self.on_connected: Callable[[], object] = lambda: None

    def new_ticket(self) -> str:
        """Answer a name that opens one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    def is_up(self) -> bool:
        return bool(self._connections)

    def number(self) -> int:
        return len(self._connections)

    async def deliver(self, delivery: Delivery) -> Json | None:
        connection = self._next()
        envelope_id = f"{secrets.token_hex(4)}-{next(self._numbers)}"
        answered: _Answered = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (connection, answered)
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": delivery.payload,
            "type": delivery.kind,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": delivery.retry_attempt, "retry_reason": delivery.retry_reason}
        try:
            await connection.socket.send_str(compact(envelope))
            async with asyncio.timeout(ACK_SECONDS):
                return await answered
        except TimeoutError as error:
            self._counts.add("unacknowledged")
            raise UndeliveredError("timed_out") from error
        except ConnectionError as error:
            self._counts.add("interrupted")
            raise UndeliveredError("interrupted") from error
        finally:
            del self._waiting[envelope_id]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Be one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPUnauthorized(text="unknown_ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        if len(self._connections) >= MOST_CONNECTIONS:
            await socket.send_str(compact(self._disconnect("too_many_websockets")))
            await socket.close()
            return socket
        connection = _Connection(socket, request)
        self._connections.append(connection)
        try:
            with suppress(ConnectionError):  # gone before the hello is gone as well
                await socket.send_str(compact(self._hello()))
                self.on_connected()
                await self._listen(connection)
        finally:
            self._connections.remove(connection)
            self._give_up(connection)
        return socket

    async def disconnect(self, reason: str) -> int:
        """Tell every connection that it will end, or with the reason `reset` break it; answer how many there were."""
        connections = list(self._connections)
        for connection in connections:
            if reason == "reset":
                if connection.request.transport is not None:
                    connection.request.transport.abort()
            else:
                connection.leaving = reason != "warning"
                with suppress(ConnectionError):
                    await connection.socket.send_str(compact(self._disconnect(reason)))
        return len(connections)

    async def close(self) -> None:
        for connection in list(self._connections):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)

    async def _listen(self, connection: _Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                said = loads(message.data)
            except JSONDecodeError:
                continue
            # Any connection may acknowledge: an app that was told to leave one answers on its next.
            envelope_id = said.get("envelope_id") if isinstance(said, dict) else None
            _, answered = self._waiting.get(envelope_id, (None, None)) if isinstance(envelope_id, str) else (None, None)
            if answered is not None and not answered.done():
                payload = said.get("payload")
                answered.set_result(payload if isinstance(payload, dict) else None)

    def _give_up(self, connection: _Connection) -> None:
        """Fail what a broken connection has not acknowledged; one that was told to leave may answer elsewhere."""
        if connection.leaving:
            return
        for other, answered in self._waiting.values():
            if other is connection and not answered.done():
                answered.set_exception(ConnectionResetError())

    def _next(self) -> _Connection:
        """Answer any connection, each in its turn, rather one that was not told to leave."""
        staying = [each for each in self._connections if not each.leaving] or self._connections
        if not staying:
            raise UndeliveredError("no_app_connected")
        self._turn += 1
        return staying[self._turn % len(staying)]

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": self._app.id},
            "debug_info": {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 3600},
        }

    @staticmethod
    def _disconnect(reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
