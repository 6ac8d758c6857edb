"""A Socket Mode connection is replaced before it ends, and never asked for faster than Slack allows."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack import socket as sockets
from bot.platforms.slack.socket import NotTaken, Socket

CLICK = {
    "type": "block_actions",
    "team": {"id": "T"},
    "user": {"id": "U", "team_id": "T"},
    "actions": [{"type": "button", "action_id": "vote", "block_id": "b", "value": "v"}],
}


class Slack:
    """Opens connections, says hello, and remembers what it sees: every opening, closing and acknowledgement."""

    def __init__(self) -> None:
        self.url = ""
        self.lasts = 3600.0
        self.refuses = ""  # why a new connection is ended instead of greeted
        self.retry_after: str | None = None
        self.frozen = False  # a new connection stands, and nothing answers on it
        self.seen: list[str] = []
        self.asked_at: list[float] = []
        self.open: list[web.WebSocketResponse] = []

    async def answer(self, _: web.Request) -> web.Response:
        self.asked_at.append(time.monotonic())
        if self.retry_after is not None:
            limited, self.retry_after = self.retry_after, None
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": limited}
            )
        return web.json_response({"ok": True, "url": f"{self.url.replace('http', 'ws')}line"})

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse(autoping=not self.frozen)
        await line.prepare(request)
        if self.refuses:
            self.seen.append("refused")
            await line.send_json({"type": "disconnect", "reason": self.refuses})
            await line.close()
            return line
        self.open.append(line)
        number = len([one for one in self.seen if one.startswith("opened")]) + 1
        self.seen.append(f"opened {number}")
        await line.send_json({"type": "hello", "debug_info": {"approximate_connection_time": self.lasts}})
        async for message in line:
            self.seen.append(f"acknowledged {json.loads(message.data)['envelope_id']} on {number}")
        self.seen.append(f"closed {number}")
        self.open.remove(line)
        return line

    async def click(self, line: web.WebSocketResponse, name: str) -> None:
        envelope = {"type": "interactive", "envelope_id": name, "payload": CLICK, "accepts_response_payload": True}
        await line.send_json(envelope)


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    found = Slack()
    application = web.Application()
    application.router.add_post("/api/apps.connections.open", found.answer)
    application.router.add_get("/line", found.serve)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield found
    finally:
        await runner.cleanup()


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T", bot_token="xoxb", bot_id="B", bot_user_id="U0")


@asynccontextmanager
async def connected(slack: Slack, *, pressed: Callable[[], Any] = lambda: None, **more: Any) -> AsyncIterator[Socket]:
    """A socket that stands and is watched."""
    bolt = AsyncApp(name="try", authorize=authorize, process_before_response=True, request_verification_enabled=False)

    @bolt.action("vote")
    async def vote(ack: Any) -> None:
        found = pressed()
        if found is not None:
            await found
        await ack()

    client = AsyncWebClient(base_url=f"{slack.url}api/", retry_handlers=[])
    socket = Socket(bolt, app_token="xapp-1", client=client, **more)
    await socket.open()
    watcher = asyncio.create_task(socket.watch())
    try:
        yield socket
    finally:
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)
        await socket.close()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  (nothing tells of it)
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(sockets, "FIRST_WAIT", 0.02)


async def test_when_slack_says_goodbye_the_new_connection_stands_before_the_old_one_is_left(slack: Slack) -> None:
    at_it, may_end = asyncio.Event(), asyncio.Event()

    def pressed() -> Any:
        at_it.set()
        return may_end.wait()

    async with connected(slack, pressed=pressed):
        old = slack.open[0]
        await slack.click(old, "a")
        await at_it.wait()
        await old.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await until(lambda: "opened 2" in slack.seen)
        may_end.set()
        await until(lambda: "closed 1" in slack.seen)
    assert slack.seen[:4] == ["opened 1", "opened 2", "acknowledged a on 1", "closed 1"]


async def test_a_connection_is_replaced_before_the_time_slack_says_it_lasts(slack: Slack) -> None:
    slack.lasts = 0.3
    async with connected(slack):
        await until(lambda: "closed 1" in slack.seen)
        slack.lasts = 3600.0
    assert slack.seen[:3] == ["opened 1", "opened 2", "closed 1"]
    assert slack.asked_at[1] - slack.asked_at[0] < 0.3


async def test_a_connection_on_which_nothing_comes_is_replaced_though_it_answers_pings(slack: Slack) -> None:
    async with connected(slack, quiet_for=0.1):
        await until(lambda: "closed 1" in slack.seen)
    assert slack.seen[:3] == ["opened 1", "opened 2", "closed 1"]


async def test_a_connection_that_is_frozen_is_replaced(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "PING_EVERY", 0.05)
    slack.frozen = True
    async with connected(slack) as socket:
        slack.frozen = False
        monkeypatch.setattr(sockets, "PING_EVERY", 10.0)
        await until(lambda: "opened 2" in slack.seen)
        await until(lambda: not socket.down_for)
        assert await socket.well()


async def test_a_connection_that_stands_does_so_whatever_the_machines_clock_shows(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = time.time
    async with connected(slack) as socket:
        await until(lambda: socket._line is not None and socket._line.last_ping_pong_time is not None)
        for leap in (3600, -3600):
            monkeypatch.setattr(time, "time", lambda leap=leap: shown() + leap)
            assert await socket.well()
    assert slack.seen == ["opened 1", "closed 1"]


async def test_slacks_wait_is_kept_when_connecting_again(slack: Slack) -> None:
    async with connected(slack) as socket:
        slack.retry_after = "0.4"
        await slack.open[0].close()
        await until(lambda: "opened 2" in slack.seen)
        await until(lambda: not socket.down_for)
    _, refused_at, taken_at = slack.asked_at[:3]
    assert taken_at - refused_at >= 0.4


async def test_one_connection_too_many_is_said_once_and_ours_makes_room(
    slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with connected(slack) as socket:
        slack.refuses = "too_many_websockets"
        await slack.open[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
        await until(lambda: "closed 1" in slack.seen)
        assert socket.why == "too_many_websockets"
        assert not await socket.well()
        slack.refuses = ""
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
        "Slack takes no further connection: an app has ten at most. Stop a replica."
    ]


async def test_a_start_that_gets_no_connection_says_why(slack: Slack) -> None:
    slack.refuses = "too_many_websockets"
    with pytest.raises(NotTaken, match="too_many_websockets"):
        async with connected(slack):
            raise AssertionError("it started")
    slack.retry_after = "7"
    with pytest.raises(SlackApiError):
        async with connected(slack):
            raise AssertionError("it started")


async def test_what_is_under_way_is_acknowledged_before_we_hang_up(slack: Slack) -> None:
    at_it, may_end, told = asyncio.Event(), asyncio.Event(), []

    def pressed() -> Any:
        at_it.set()
        return may_end.wait()

    async with connected(slack, pressed=pressed, acknowledged=lambda kind, seconds: told.append(kind)) as socket:
        await slack.click(slack.open[0], "a")
        await at_it.wait()
        closing = asyncio.create_task(socket.close())
        await asyncio.wait({closing}, timeout=0.05)
        assert not closing.done()
        may_end.set()
        await closing
        await until(lambda: "closed 1" in slack.seen)
    assert slack.seen == ["opened 1", "acknowledged a on 1", "closed 1"]
    assert told == ["action"]
