"""Signed HTTP requests to a real AsyncApp of slack_bolt, and to a bare server where the wire itself is meant."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.sandbox import RunningWorkspace, deliveries, running_workspace

from .doors import (
    ANNA,
    APP_TOKEN,
    ROOM,
    SECRET_KEY,
    Heard,
    Json,
    Page,
    actions,
    app_of,
    button,
    client_of,
    config,
    hear_all,
    page_of,
    refusal,
)


@asynccontextmanager
async def listening(handle: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """Serve an app's request URL."""
    application = web.Application()
    application.add_routes([web.post("/slack/events", handle)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


@dataclass
class Wire:
    """What came over the wire, and the statuses it is answered with, the last one for ever."""

    statuses: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    requests: "asyncio.Queue[tuple[dict[str, str], bytes]]" = field(default_factory=asyncio.Queue)

    async def serve(self, request: web.Request) -> web.Response:
        self.requests.put_nowait(({key.lower(): value for key, value in request.headers.items()}, await request.read()))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return web.Response(status=status, headers=self.headers)

    async def next(self) -> tuple[dict[str, str], bytes]:
        async with asyncio.timeout(10):
            return await self.requests.get()


@asynccontextmanager
async def bare_server(wire: Wire) -> AsyncIterator[tuple[RunningWorkspace, Page]]:
    async with (
        listening(wire.serve) as url,
        running_workspace(config(app={"mode": "http", "request_url": url})) as workspace,
        page_of(workspace) as page,
    ):
        yield workspace, page


@asynccontextmanager
async def bolt_server(heard: Heard) -> AsyncIterator[tuple[RunningWorkspace, Page]]:
    """A workspace and a real app that hears everything over HTTP."""
    apps: list[AsyncApp] = []

    async def serve(request: web.Request) -> web.Response:
        answer: web.Response = await to_aiohttp_response(await apps[0].async_dispatch(await to_bolt_request(request)))
        return answer

    async with (
        listening(serve) as url,
        running_workspace(config(app={"mode": "http", "request_url": url})) as workspace,
        page_of(workspace) as page,
    ):
        app = app_of(workspace)
        hear_all(app, heard)
        apps.append(app)
        yield workspace, page


async def say(page: Page) -> None:
    channel = await page.dm()
    assert (await page.post("/api/messages", who=ANNA, channel=channel, text="hello"))["ok"]


async def test_a_real_app_takes_events_clicks_and_commands() -> None:
    heard = Heard()
    async with bolt_server(heard) as (workspace, page):
        await say(page)
        event = await heard.next()
        sent = await client_of(workspace).chat_postMessage(channel=ROOM, text="t", blocks=actions(button(value="1")))
        clicked = await page.click({"channel": ROOM, "ts": sent["ts"]}, "go")
        click = await heard.next()
        commanded = await page.post("/api/messages", who=ANNA, channel=ROOM, text="/help-me now")
        command = await heard.next()
        counts = await page.counts()
    assert event["event"]["text"] == "hello"
    assert (clicked, commanded) == ({"ok": True}, {"ok": True})
    assert click["actions"][0]["value"] == "1"
    assert (command["command"], command["text"]) == ("/help-me", "now")
    assert (counts["server_errors"], counts["waiting_events"]) == (0, 0)


async def test_a_real_app_answers_a_command_with_words() -> None:
    apps: list[AsyncApp] = []

    async def serve(request: web.Request) -> web.Response:
        answer: web.Response = await to_aiohttp_response(await apps[0].async_dispatch(await to_bolt_request(request)))
        return answer

    async def answer(ack: Any) -> None:
        await ack("Plain words")

    async with (
        listening(serve) as url,
        running_workspace(config(app={"mode": "http", "request_url": url})) as workspace,
        page_of(workspace) as page,
    ):
        app = app_of(workspace)
        app.command("/help-me")(answer)
        apps.append(app)
        await page.post("/api/messages", who=ANNA, channel=ROOM, text="/help-me")
        messages = (await page.get("/api/messages", who=ANNA, channel=ROOM))["messages"]
    assert [(one["text"], one["ephemeral"]) for one in messages] == [("Plain words", True)]


async def test_the_request_url_is_verified_by_a_challenge() -> None:
    async with bolt_server(Heard()) as (_, page):
        assert (await page.post("/sandbox/verify_url"))["ok"]
    async with bare_server(Wire()) as (_, page):
        assert not (await page.post("/sandbox/verify_url"))["ok"]


async def test_an_event_is_signed_json() -> None:
    wire = Wire()
    async with bare_server(wire) as (_, page):
        await say(page)
        headers, body = await wire.next()
    assert headers["content-type"] == "application/json"
    assert SignatureVerifier(SECRET_KEY).is_valid_request(body, headers)
    assert "x-slack-retry-num" not in headers
    assert json.loads(body)["event"]["text"] == "hello"


async def test_a_click_is_a_signed_form_with_a_payload() -> None:
    wire = Wire()
    async with bare_server(wire) as (workspace, page):
        sent = await client_of(workspace).chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
        assert (await page.click({"channel": ROOM, "ts": sent["ts"]}, "go"))["ok"]
        headers, body = await wire.next()
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert SignatureVerifier(SECRET_KEY).is_valid_request(body, headers)
    payload: Json = json.loads(parse_qs(body.decode())["payload"][0])
    assert payload["type"] == "block_actions"


async def test_a_failed_event_is_retried_with_number_and_reason() -> None:
    wire = Wire(statuses=[500, 500, 200])
    async with bare_server(wire) as (_, page):
        await say(page)
        first, second = await wire.next(), await wire.next()
        assert (await page.counts())["waiting_events"] == 1
        await page.advance(1_767_600_060)
        third = await wire.next()
        counts = await page.counts()
    assert [one[0].get("x-slack-retry-num") for one in (first, second, third)] == [None, "1", "2"]
    assert second[0]["x-slack-retry-reason"] == "http_error"
    assert json.loads(first[1])["event_id"] == json.loads(third[1])["event_id"]
    assert (counts["server_errors"], counts["waiting_events"]) == (2, 0)


async def test_an_app_may_forbid_retries() -> None:
    wire = Wire(statuses=[500], headers={"X-Slack-No-Retry": "1"})
    async with bare_server(wire) as (_, page):
        await say(page)
        await wire.next()
        counts = await page.counts()
    assert (counts["dropped_events"], counts["waiting_events"]) == (1, 0)


async def test_a_click_on_a_failing_app_is_not_retried() -> None:
    wire = Wire(statuses=[500])
    async with bare_server(wire) as (workspace, page):
        sent = await client_of(workspace).chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
        answer = await page.click({"channel": ROOM, "ts": sent["ts"]}, "go")
        await page.post("/sandbox/retry_now")
        assert (await page.counts())["idle"]
    assert answer["error"] == "server_error"
    assert wire.requests.qsize() == 1


async def test_without_a_listening_app_a_click_fails_and_an_event_waits() -> None:
    async with listening(Wire().serve) as url:
        nobody = url
    async with (
        running_workspace(config(app={"mode": "http", "request_url": nobody})) as workspace,
        page_of(workspace) as page,
    ):
        sent = await client_of(workspace).chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
        assert (await page.click({"channel": ROOM, "ts": sent["ts"]}, "go"))["error"] == "no_app_connected"
        await say(page)
        assert (await page.counts())["waiting_events"] == 1


async def test_a_forged_request_is_refused_by_a_real_app() -> None:
    heard = Heard()
    async with bolt_server(heard) as (_, page):
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": "1767600000",
            "X-Slack-Signature": "v0=forged",
        }
        answer = await page.post("/sandbox/forge", body='{"type":"event_callback"}', headers=headers)
    assert answer == {"ok": True, "status": 401}
    assert heard.is_empty()


async def test_in_http_mode_no_connection_is_given() -> None:
    async with bare_server(Wire()) as (workspace, _):
        client = client_of(workspace)
        refused = await refusal(client.apps_connections_open(app_token=APP_TOKEN))
    assert refused["error"] == "socket_mode_not_enabled"


async def test_an_app_may_say_later_where_it_listens() -> None:
    wire = Wire()
    async with (
        listening(wire.serve) as url,
        running_workspace(config(app={"mode": "http"})) as workspace,
        page_of(workspace) as page,
    ):
        sent = await client_of(workspace).chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
        assert (await page.click({"channel": ROOM, "ts": sent["ts"]}, "go"))["error"] == "no_app_connected"
        await say(page)
        assert (await page.post("/sandbox/register", request_url=url))["ok"]
        _, body = await wire.next()
    assert json.loads(body)["event"]["text"] == "hello"


async def test_an_app_that_does_not_answer_in_three_seconds_timed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert deliveries.ACK_SECONDS == 3
    monkeypatch.setattr(deliveries, "ACK_SECONDS", 0.5)  # the same, in a sixth of the time
    release = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    async with (
        listening(hang) as url,
        running_workspace(config(app={"mode": "http", "request_url": url})) as workspace,
        page_of(workspace) as page,
    ):
        sent = await client_of(workspace).chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
        answer = await page.click({"channel": ROOM, "ts": sent["ts"]}, "go")
        counts = await page.counts()
        release.set()
    assert answer["error"] == "timed_out"
    assert counts["unacknowledged"] == 1


async def test_an_app_that_breaks_the_connection_interrupts() -> None:
    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with (
        listening(cut) as url,
        running_workspace(config(app={"mode": "http", "request_url": url})) as workspace,
        page_of(workspace) as page,
    ):
        sent = await client_of(workspace).chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
        answer = await page.click({"channel": ROOM, "ts": sent["ts"]}, "go")
        counts = await page.counts()
    assert answer["error"] == "interrupted"
    assert counts["interrupted"] == 1
