"""Socket Mode that stays up: what Slack sends is always acknowledged, and a connection is replaced before it ends."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.client import classify

log = logging.getLogger(__name__)

# The SDK's own words name the connection's address, which is as good as a password, and come in floods during an
# outage: what matters is said here instead.
_unheard = logging.getLogger("slack_sdk.socket_mode.unheard")
_unheard.setLevel(logging.CRITICAL + 1)

LOOK_EVERY = 0.5
"""Seconds between two looks at the connection."""

PING_EVERY = 10.0
"""Seconds between two signs of life asked for: a peer that gives none is noticed within twenty."""

CONNECT_WITHIN = 15.0
"""Seconds one attempt to connect may take until Slack has said hello; the SDK itself would try for ever."""

QUIET_FOR = 600.0
"""Seconds without a payload after which a connection may be deaf though it answers pings: it is replaced.

Ten replicas in a quiet night open one connection a minute, which is what Slack grants."""

LASTS = 3600.0
"""How many seconds a connection lasts where Slack does not say."""

SHARE_OF_LIFE = 0.8
"""The share of the time Slack says it lasts after which a connection is replaced, spread by a tenth for replicas."""

LAST_ANSWERS = 5.0
"""Seconds that requests under way on a connection get to be acknowledged on it before it is closed."""

FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0
"""Seconds between two attempts to connect: the first, and what they double up to."""

MOST = "too_many_websockets"
"""Why Slack takes no further connection: an app has ten at most."""

MOST_WAIT = 60.0
"""Seconds until a connection beyond the tenth is tried for again."""

Acknowledged = Callable[[str, float], None]
"""Told of each acknowledgement: of what (command, action, view, event, other), and after how many seconds."""


class NotTaken(Exception):
    """Slack ended a new connection instead of greeting; `why` is its word for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _Line(SocketModeClient):
    """One connection, which never replaces itself: the SDK would close the old one before it has a new one."""

    def __init__(self, bolt: AsyncApp, *, app_token: str, client: AsyncWebClient, acknowledged: Acknowledged) -> None:
        super().__init__(
            app_token=app_token,
            logger=_unheard,
            web_client=client,
            auto_reconnect_enabled=False,
            ping_interval=PING_EVERY,
        )
        self._bolt = bolt
        self._acknowledged = acknowledged
        self.socket_mode_request_listeners.append(self._handle)  # type: ignore[arg-type]
        self.greeted: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.leaving = ""  # why Slack says that this connection will end
        self.under_way = 0
        self.began = self.heard_at = time.monotonic()

    async def connect(self) -> None:
        """Connects once; the SDK's own way tries for ever, with an address that is used up."""
        self.current_session = await self.aiohttp_client_session.ws_connect(
            self.wss_uri or "", autoping=False, heartbeat=self.ping_interval, proxy=self.proxy
        )
        await self.current_session.ping(f"sdk-ping-pong:{time.time()}".encode())
        self.current_session_monitor = asyncio.create_task(self.monitor_current_session())
        self.message_receiver = asyncio.create_task(self.receive_messages())

    async def is_ping_pong_failing(self) -> bool:
        """Never: the SDK tells by the machine's clock, which may leap; by the loop's own time the heartbeat does."""
        return False

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """What Slack sends: a hello, a goodbye, or something somebody did."""
        self.heard_at = time.monotonic()
        match message.get("type"):
            case "hello":
                if not self.greeted.done():
                    self.greeted.set_result(_lasts(message))
            case "disconnect":
                self.leaving = str(message.get("reason") or "disconnect")
                if not self.greeted.done():
                    self.greeted.set_exception(NotTaken(self.leaving))
            case _:
                self.under_way += 1
                try:
                    await super().run_message_listeners(message, raw_message)
                finally:
                    self.under_way -= 1

    async def hang_up(self, *, within: float = 0.0) -> None:
        """Closes, once what is under way is acknowledged or `within` seconds have passed."""
        until = time.monotonic() + within
        while self.under_way and time.monotonic() < until:  # noqa: ASYNC110  (for five seconds at most)
            await asyncio.sleep(0.01)
        if not self.greeted.done():
            self.greeted.cancel()
        tasks = (self.message_processor, self.current_session_monitor, self.message_receiver)
        await self.close()  # type: ignore[no-untyped-call]
        # The SDK cancels its tasks and does not wait for their end.
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)

    async def _handle(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        began = time.monotonic()
        try:
            response = await run_async_bolt_app(self._bolt, request)
            await send_async_response(client, request, response, time.time())
        except ConnectionError:
            # The connection broke before the acknowledgement: Slack sends events again, and people click again.
            log.info("An acknowledgement did not get through.", extra={"action": "ack_lost"})
            return
        except Exception as error:  # noqa: BLE001
            # The edge: nothing of the payload is logged, so neither is the message of the error.
            log.warning(
                "A payload could not be read.", extra={"action": "payload_unreadable", "why": type(error).__name__}
            )
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        self._acknowledged(kind_of(request.payload), time.monotonic() - began)


def kind_of(payload: object) -> str:
    """What a payload of Slack's is, in one word: command, action, view, event or other."""
    if not isinstance(payload, dict):
        return "other"
    match payload.get("type"):
        case "event_callback":
            return "event"
        case "block_actions":
            return "action"
        case "view_submission" | "view_closed":
            return "view"
        case _:
            return "command" if "command" in payload else "other"


def _lasts(hello: dict[str, Any]) -> float:
    """How many seconds Slack says a connection lasts."""
    said = (hello.get("debug_info") or {}).get("approximate_connection_time")
    return float(said) if isinstance(said, int | float) and said > 0 else LASTS


class Socket:
    """The connection to Slack, for as long as `watch()` runs; `down_for` says for how long there has been none."""

    def __init__(
        self,
        bolt: AsyncApp,
        *,
        app_token: str,
        client: AsyncWebClient,
        acknowledged: Acknowledged = lambda _kind, _seconds: None,
        quiet_for: float = QUIET_FOR,
    ) -> None:
        self._bolt = bolt
        self._app_token = app_token
        self._client = client
        self._acknowledged = acknowledged
        self._quiet_for = quiet_for
        self._line: _Line | None = None
        self._ends_at = 0.0
        self._down_since: float | None = None
        self._not_before = 0.0
        self._wait = FIRST_WAIT
        self._why = ""
        self._leaving: set[asyncio.Task[None]] = set()
        self._ending = False

    async def open(self) -> None:
        """Connects, and only then takes leave of the connection before. Raises slack_sdk's and aiohttp's errors,
        TimeoutError, and NotTaken."""
        line = None
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                answer = await self._client.apps_connections_open(app_token=self._app_token)
                line = _Line(
                    self._bolt, app_token=self._app_token, client=self._client, acknowledged=self._acknowledged
                )
                line.wss_uri = str(answer["url"])
                await line.connect()
                lasts = await line.greeted
        except BaseException:
            if line is not None:
                await line.hang_up()
            raise
        if self._ending:
            await line.hang_up()
            return
        before, self._line = self._line, line
        self._ends_at = line.began + lasts * random.uniform(SHARE_OF_LIFE - 0.1, SHARE_OF_LIFE)  # noqa: S311
        self._wait, self._why = FIRST_WAIT, ""
        if before is not None:
            task = asyncio.create_task(before.hang_up(within=LAST_ANSWERS))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    @property
    def down_for(self) -> timedelta:
        """For how long there has been no connection."""
        return timedelta(seconds=0 if self._down_since is None else time.monotonic() - self._down_since)

    @property
    def why(self) -> str:
        """Why the last attempt to connect failed, in Slack's word or ours; "" where it did not."""
        return self._why

    async def well(self) -> bool:
        """Whether the connection stands."""
        return self._line is not None and await self._line.is_connected()

    async def watch(self) -> None:
        """Keeps the connection up until it is closed."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._ending:
                return
            well = await self.well()
            if well and self._down_since is not None:
                self._down_since = None
                log.info("Slack is connected again.", extra={"action": "socket_back"})
            elif not well and self._down_since is None:
                self._down_since = time.monotonic()
                log.warning("The connection to Slack is lost; reconnecting.", extra={"action": "socket_lost"})
            if (not well or self._is_due()) and time.monotonic() >= self._not_before:
                await self._replace()

    async def close(self) -> None:
        """Says goodbye once what is under way is acknowledged."""
        self._ending = True
        line, self._line = self._line, None
        if line is not None:
            await line.hang_up(within=LAST_ANSWERS)
        await asyncio.gather(*self._leaving, return_exceptions=True)

    def _is_due(self) -> bool:
        """Whether a connection that stands should be replaced: Slack says so, it is old, or nothing came for long."""
        line, now = self._line, time.monotonic()
        if line is None:
            return False
        return bool(line.leaving) or now >= self._ends_at or now - line.heard_at >= self._quiet_for

    async def _replace(self) -> None:
        try:
            await self.open()
        except Exception as error:  # noqa: BLE001
            # A loop that must survive, however long the outage.
            self._failed(error)
            if self._why == MOST and self._line is not None:
                # Ours counts too: it makes room where it should have been replaced anyway.
                line, self._line = self._line, None
                await line.hang_up(within=LAST_ANSWERS)
                self._not_before = 0.0

    def _failed(self, error: Exception) -> None:
        outcome = classify(error)
        why = _why(error)
        wait = self._wait * random.uniform(0.8, 1.2)  # noqa: S311  (replicas that lost it together come back apart)
        if outcome is not None and outcome.retry_after is not None:
            wait = max(wait, outcome.retry_after.total_seconds())
        if why == MOST:
            wait = max(wait, MOST_WAIT)
        self._not_before = time.monotonic() + wait
        self._wait = min(2 * self._wait, LONGEST_WAIT)
        if why != self._why:
            if why == MOST:
                log.error(
                    "Slack takes no further connection: an app has ten at most. Stop a replica.",
                    extra={"action": "socket_too_many", "why": why},
                )
            else:
                log.warning("Slack cannot be reached.", extra={"action": "socket_down", "why": why})
        self._why = why


def _why(error: Exception) -> str:
    if isinstance(error, NotTaken):
        return error.why
    if isinstance(error, SlackApiError):
        outcome = classify(error)
        return outcome.why if outcome is not None else type(error).__name__
    return type(error).__name__
