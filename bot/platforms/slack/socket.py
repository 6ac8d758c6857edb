"""Socket Mode that stays up: what Slack sends is always acknowledged, and a connection that died is replaced."""

from __future__ import annotations

import asyncio
import logging
import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)

# The SDK's own words name the connection's address, which is as good as a password, and come in floods during an
# outage: what matters is said here instead.
_unheard = logging.getLogger("slack_sdk.socket_mode.unheard")
_unheard.setLevel(logging.CRITICAL + 1)

LOOK_EVERY = 0.5
"""Seconds between two looks at the connection."""

CONNECT_WITHIN = 15.0
"""Seconds one attempt to connect may take; the SDK itself would try for ever, and with an address that is used up."""

START_OVER_AFTER = 20.0
"""Seconds without a connection after which everything is made anew."""

LONGEST_WAIT = 60.0

DEAF_AFTER = 6 * 3600.0
"""Slack replaces every connection within a few hours: one on which nothing came for longer is connected but deaf."""


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, except that a payload Bolt cannot even read is acknowledged too."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        try:
            await super().handle(client, req)
        except ConnectionError:
            # The connection broke before the acknowledgement: Slack sends events again, and people click again.
            log.info("An acknowledgement did not get through.", extra={"action": "ack_lost"})
        except Exception as error:  # noqa: BLE001
            # The edge: nothing of the payload is logged, so neither is the message of the error.
            log.warning(
                "A payload could not be read.", extra={"action": "payload_unreadable", "why": type(error).__name__}
            )
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


class Socket:
    """One connection to Slack, for as long as `watch()` runs."""

    def __init__(self, bolt: AsyncApp, *, app_token: str, client: AsyncWebClient) -> None:
        self._bolt = bolt
        self._app_token = app_token
        self._client = client
        self._handler: _Handler | None = None
        self._heard_at = time.monotonic()

    async def open(self) -> None:
        """Connects. Raises slack_sdk's and aiohttp's errors, and TimeoutError."""
        answer = await self._client.apps_connections_open(app_token=self._app_token)
        handler = _Handler(self._bolt, app_token=self._app_token, web_client=self._client, logger=_unheard)
        handler.client.wss_uri = str(answer["url"])
        handler.client.on_message_listeners.append(self._heard)
        self._heard_at = time.monotonic()
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await handler.connect_async()  # type: ignore[no-untyped-call]
        except BaseException:
            await _close(handler)
            raise
        self._handler = handler

    async def well(self) -> bool:
        """Whether the connection stands."""
        return self._handler is not None and await self._handler.client.is_connected() and not self._deaf

    async def watch(self) -> None:
        """Keeps the connection up until cancelled."""
        down_since: float | None = None
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if await self.well():
                if down_since is not None:
                    down_since = None
                    log.info("Slack is connected again.", extra={"action": "socket_back"})
                continue
            if down_since is None:
                down_since = time.monotonic()
                log.warning("The connection to Slack is lost; reconnecting.", extra={"action": "socket_lost"})
            if self._deaf or time.monotonic() - down_since > START_OVER_AFTER:
                await self._start_over()
            else:
                await self._reconnect()

    async def close(self) -> None:
        """Hangs up."""
        handler, self._handler = self._handler, None
        if handler is not None:
            await _close(handler)

    @property
    def _deaf(self) -> bool:
        return time.monotonic() - self._heard_at > DEAF_AFTER

    async def _reconnect(self) -> None:
        # The SDK would notice by itself, ten seconds later.
        if self._handler is None:
            return
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await self._handler.client.connect_to_new_endpoint()
        except Exception as error:  # noqa: BLE001
            # A loop that must survive: the next look tries again.
            log.info("No connection yet.", extra={"action": "socket_down", "why": type(error).__name__})
            await asyncio.sleep(LOOK_EVERY)

    async def _start_over(self) -> None:
        await self.close()
        wait = 1.0
        while self._handler is None:
            try:
                await self.open()
            except Exception as error:  # noqa: BLE001
                # A loop that must survive, however long the outage.
                log.warning("Slack cannot be reached.", extra={"action": "socket_down", "why": type(error).__name__})
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    async def _heard(self, _message: object) -> None:
        self._heard_at = time.monotonic()


async def _close(handler: _Handler) -> None:
    client = handler.client
    tasks = (client.message_processor, client.current_session_monitor, client.message_receiver)
    await handler.close_async()  # type: ignore[no-untyped-call]
    # The SDK cancels its tasks and does not wait for their end.
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
