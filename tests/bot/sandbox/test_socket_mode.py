"""Socket Mode with the real handler of slack_bolt, and with a bare socket where the protocol itself is meant."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import RunningWorkspace, deliveries

from .doors import (
    ANNA,
    APP_TOKEN,
    ROOM,
    Heard,
    Json,
    Page,
    actions,
    app_of,
    button,
    client_of,
    connected,
    hear_all,
    refusal,
)


class Socket:
    """A connection that acknowledges only what a test wants acknowledged."""

    def __init__(self, raw: aiohttp.ClientWebSocketResponse) -> None:
        self.raw = raw

    async def next(self) -> Json:
        async with asyncio.timeout(10):
            said: Json = await self.raw.receive_json()
            return said

    async def ack(self, envelope: Json, payload: Json | None = None) -> None:
        answer: Json = {"envelope_id": envelope["envelope_id"]}
        await self.raw.send_json(answer if payload is None else answer | {"payload": payload})


@asynccontextmanager
async def bare_socket(workspace: RunningWorkspace) -> AsyncIterator[Socket]:
    url = (await client_of(workspace).apps_connections_open(app_token=APP_TOKEN))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as raw:
        yield Socket(raw)


async def say(page: Page, text: str = "hello") -> None:
    channel = await page.dm()
    assert (await page.post("/api/messages", who=ANNA, channel=channel, text=text))["ok"]


async def test_a_connection_begins_with_hello(workspace: RunningWorkspace) -> None:
    async with bare_socket(workspace) as socket:
        hello = await socket.next()
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"] == {"app_id": "A0HELPER"}
    assert hello["debug_info"]["approximate_connection_time"] == 3600


async def test_a_ticket_opens_one_connection(workspace: RunningWorkspace, client: AsyncWebClient) -> None:
    url = (await client.apps_connections_open(app_token=APP_TOKEN))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_four_connections_are_opened_at_once_and_then_one_a_minute(client: AsyncWebClient, page: Page) -> None:
    for _ in range(4):
        await client.apps_connections_open(app_token=APP_TOKEN)
    refused = await refusal(client.apps_connections_open(app_token=APP_TOKEN))
    assert refused["error"] == "ratelimited"
    await page.advance(1_767_600_060)
    assert (await client.apps_connections_open(app_token=APP_TOKEN))["ok"]


async def test_an_eleventh_connection_is_refused(
    workspace: RunningWorkspace, client: AsyncWebClient, page: Page
) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = []
        for number in range(11):
            await page.advance(1_767_600_000 + 60 * number)
            url = (await client.apps_connections_open(app_token=APP_TOKEN))["url"]
            sockets.append(await session.ws_connect(url))
        hellos = [await socket.receive_json() for socket in sockets]
    assert [hello["type"] for hello in hellos] == ["hello"] * 10 + ["disconnect"]
    assert hellos[-1]["reason"] == "too_many_websockets"


async def test_each_payload_goes_to_one_of_the_connections(workspace: RunningWorkspace, page: Page) -> None:
    async with bare_socket(workspace) as one, bare_socket(workspace) as other:
        assert ((await one.next())["num_connections"], (await other.next())["num_connections"]) == (1, 2)
        await say(page, "first")
        await say(page, "second")
        texts = set()
        for socket in (one, other):
            envelope = await socket.next()
            await socket.ack(envelope)
            texts.add(envelope["payload"]["event"]["text"])
        counts = await page.counts()
    assert texts == {"first", "second"}
    assert counts["waiting_events"] == 0


async def test_an_event_has_the_documented_outside(workspace: RunningWorkspace, page: Page) -> None:
    async with bare_socket(workspace) as socket:
        await socket.next()
        await say(page)
        envelope = await socket.next()
        await socket.ack(envelope)
    payload = envelope["payload"]
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("events_api", False)
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    assert (payload["type"], payload["team_id"], payload["api_app_id"]) == ("event_callback", "T0HORIZON", "A0HELPER")
    assert payload["event_time"] == 1_767_600_000
    assert payload["event_id"].startswith("Ev")
    assert payload["authorizations"][0]["is_bot"]


async def test_events_wait_for_a_connection(workspace: RunningWorkspace, page: Page) -> None:
    await say(page, "anybody there?")
    assert (await page.counts())["waiting_events"] == 1
    app, heard = app_of(workspace), Heard()
    hear_all(app, heard)
    async with connected(app, workspace):
        assert (await heard.next())["event"]["text"] == "anybody there?"
        counts = await page.counts()
    assert (counts["waiting_events"], counts["interrupted"], counts["unacknowledged"]) == (0, 0, 0)


async def test_an_event_whose_connection_broke_comes_again_as_the_same(workspace: RunningWorkspace, page: Page) -> None:
    async with bare_socket(workspace) as socket:
        await socket.next()
        await say(page)
        first = await socket.next()
    async with bare_socket(workspace) as socket:
        await socket.next()
        second = await socket.next()
        await socket.ack(second)
        counts = await page.counts()
    assert second["payload"]["event_id"] == first["payload"]["event_id"]
    assert second["envelope_id"] != first["envelope_id"]
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "connection_failed")
    assert (counts["interrupted"], counts["waiting_events"]) == (1, 0)


async def test_an_event_is_given_up_after_three_retries(workspace: RunningWorkspace, page: Page) -> None:
    attempts = []
    for number in range(4):
        # Time passes, or the limit on new connections would be met before the end.
        await page.advance(1_767_600_000 + 60 * number)
        async with bare_socket(workspace) as socket:
            await socket.next()
            if number == 0:
                await say(page)
            attempts.append((await socket.next())["retry_attempt"])
    counts = await page.counts()
    assert attempts == [0, 1, 2, 3]
    assert (counts["dropped_events"], counts["waiting_events"], counts["interrupted"]) == (1, 0, 4)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's three seconds for an acknowledgement, in a sixth of the time."""
    assert deliveries.ACK_SECONDS == 3
    monkeypatch.setattr("bot.sandbox.sockets.ACK_SECONDS", 0.5)


@pytest.mark.usefixtures("hurried")
async def test_an_unacknowledged_event_is_sent_again_at_once_and_then_after_a_minute(
    workspace: RunningWorkspace, page: Page
) -> None:
    async with bare_socket(workspace) as socket:
        await socket.next()
        await say(page)
        first, second = await socket.next(), await socket.next()
        counts = await page.counts()
        await page.advance(1_767_600_060)
        third = await socket.next()
        await socket.ack(third)
        assert (await page.counts())["waiting_events"] == 0
    assert [one["retry_attempt"] for one in (first, second, third)] == [0, 1, 2]
    assert second["retry_reason"] == "http_timeout"
    assert (counts["unacknowledged"], counts["waiting_events"], counts["idle"]) == (2, 1, True)


async def test_waiting_events_are_sent_again_on_demand(workspace: RunningWorkspace, page: Page) -> None:
    async with bare_socket(workspace) as dying:
        await dying.next()
        async with bare_socket(workspace) as socket:
            await socket.next()
            await say(page)
            await say(page)
            first = [await dying.next(), await socket.next()]
            await dying.raw.close()
            again = await socket.next()
            await socket.ack(first[1])
            await socket.ack(again)
            assert (await page.post("/sandbox/retry_now"))["events"] == 0
    assert again["payload"]["event_id"] == first[0]["payload"]["event_id"]


async def test_a_click_whose_connection_broke_is_lost_and_the_person_knows(
    workspace: RunningWorkspace, client: AsyncWebClient, page: Page
) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
    async with bare_socket(workspace) as socket:
        await socket.next()
        click = asyncio.create_task(page.click({"channel": ROOM, "ts": sent["ts"]}, "go"))
        await socket.next()
    assert (await click)["error"] == "interrupted"
    counts = await page.counts()
    assert (counts["interrupted"], counts["waiting_events"]) == (1, 0)
    assert (await page.until("notice", who=ANNA))["notice"] == "interrupted"


@pytest.mark.usefixtures("hurried")
async def test_a_click_that_is_not_acknowledged_in_three_seconds_timed_out(
    workspace: RunningWorkspace, client: AsyncWebClient, page: Page
) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
    async with bare_socket(workspace) as socket:
        await socket.next()
        answer = await page.click({"channel": ROOM, "ts": sent["ts"]}, "go")
        late = await socket.next()
        await socket.ack(late)
    assert answer["error"] == "timed_out"
    assert (await page.counts())["unacknowledged"] == 1


async def test_the_handler_follows_a_refresh_and_loses_nothing(workspace: RunningWorkspace, page: Page) -> None:
    app, heard = app_of(workspace), Heard()
    hear_all(app, heard)
    async with connected(app, workspace) as handler:
        before = handler.client.current_session
        assert (await page.post("/sandbox/disconnect", reason="refresh_requested"))["connections"] == 1
        for number in range(20):
            await say(page, str(number))
        texts = {(await heard.next())["event"]["text"] for _ in range(20)}
        counts = await page.counts()
        assert handler.client.current_session is not before
    assert texts == {str(number) for number in range(20)}
    assert (counts["waiting_events"], counts["interrupted"], counts["unacknowledged"]) == (0, 0, 0)


async def test_nothing_is_lost_when_the_connection_is_cut(workspace: RunningWorkspace, page: Page) -> None:
    app, heard = app_of(workspace), Heard()
    hear_all(app, heard)
    async with connected(app, workspace):
        await say(page, "before")
        assert (await heard.next())["event"]["text"] == "before"
        await page.post("/sandbox/disconnect", reason="reset")
        await say(page, "after")
        async with asyncio.timeout(30):
            while (await heard.next())["event"]["text"] != "after":
                continue


async def test_five_hundred_clicks_are_acknowledged(
    workspace: RunningWorkspace, client: AsyncWebClient, page: Page
) -> None:
    app = app_of(workspace)
    clicks = 0

    async def count(ack: Any) -> None:
        nonlocal clicks
        clicks += 1
        await ack()

    app.action("go")(count)
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
    message = {"channel": ROOM, "ts": sent["ts"]}
    async with connected(app, workspace):
        answers = await asyncio.gather(*(page.click(message, "go") for _ in range(500)))
    assert all(answer["ok"] for answer in answers)
    assert clicks == 500


async def test_a_forged_payload_is_delivered_untouched(workspace: RunningWorkspace, page: Page) -> None:
    async with bare_socket(workspace) as socket:
        await socket.next()
        forged = {"type": "block_actions", "user": {"id": "U0NOBODY"}}
        answer = asyncio.create_task(page.post("/sandbox/forge", type="interactive", payload=forged))
        envelope = await socket.next()
        await socket.ack(envelope, {"seen": True})
    assert envelope["payload"] == forged
    assert await answer == {"ok": True, "ack": {"seen": True}}


async def test_the_workspace_is_busy_while_an_envelope_is_unanswered(workspace: RunningWorkspace, page: Page) -> None:
    async with bare_socket(workspace) as socket:
        await socket.next()
        await say(page)
        envelope = await socket.next()
        assert not (await page.get("/sandbox/counts"))["idle"]
        await socket.ack(envelope)
        assert (await page.counts())["idle"]


async def test_what_is_said_on_a_socket_besides_acknowledgements_is_ignored(
    workspace: RunningWorkspace, page: Page
) -> None:
    async with bare_socket(workspace) as socket:
        await socket.next()
        for nonsense in ("{", "[]", '"x"', '{"envelope_id": "none"}', '{"envelope_id": 7}'):
            await socket.raw.send_str(nonsense)
        await say(page)
        await socket.ack(await socket.next())
        assert (await page.counts())["waiting_events"] == 0
