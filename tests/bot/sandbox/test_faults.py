"""Answers that go wrong on purpose, seen through the real SDK."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from .doors import ROOM, Page, refusal


async def _texts(client: AsyncWebClient) -> list[str]:
    return [message["text"] for message in (await client.conversations_history(channel=ROOM))["messages"]]


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        ("timeout", aiohttp.ServerDisconnectedError),
        ("reset", aiohttp.ServerDisconnectedError),
        ("http_500", SlackApiError),
        ("html_502", SlackApiError),
        ("truncated", SlackApiError),
        ("internal_error", SlackApiError),
    ],
)
@pytest.mark.parametrize("stored", [True, False])
async def test_an_answer_is_lost_with_or_without_its_effect(
    client: AsyncWebClient, page: Page, kind: str, raised: type[Exception], stored: bool
) -> None:  # fmt: skip
    await page.post("/sandbox/faults", method="chat.postMessage", kind=kind, stored=stored, seconds=0)
    with pytest.raises((raised, ConnectionResetError)):
        await client.chat_postMessage(channel=ROOM, text="t")
    assert await _texts(client) == (["t"] if stored else [])
    assert (await client.chat_postMessage(channel=ROOM, text="next"))["ok"]
    assert (await page.counts())["posts_sent"] == 1 + stored


async def test_a_client_that_gives_up_frees_the_workspace(client: AsyncWebClient, page: Page) -> None:
    client.timeout = 1
    await page.post("/sandbox/faults", method="chat.postMessage", kind="timeout", stored=True, seconds=60)
    with pytest.raises(TimeoutError):
        await client.chat_postMessage(channel=ROOM, text="t")
    assert (await page.counts())["idle"]
    assert await _texts(client) == ["t"]


async def test_internal_error_and_ratelimited_are_named(client: AsyncWebClient, page: Page) -> None:
    await page.post("/sandbox/faults", method="*", kind="internal_error")
    assert (await refusal(client.auth_test()))["error"] == "internal_error"
    await page.post("/sandbox/faults", method="auth.test", kind="ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as refused:
        await client.auth_test()
    response: Any = refused.value.response
    assert (response["error"], response.status_code, response.headers["Retry-After"]) == ("ratelimited", 429, "7")


async def test_a_slow_answer_is_whole(client: AsyncWebClient, page: Page) -> None:
    await page.post("/sandbox/faults", method="chat.postMessage", kind="slow", seconds=0.05)
    slow = asyncio.create_task(client.chat_postMessage(channel=ROOM, text="t"))
    assert (await slow)["ok"]


async def test_a_fault_happens_as_often_as_planned(client: AsyncWebClient, page: Page) -> None:
    await page.post("/sandbox/faults", method="auth.test", kind="internal_error", times=2)
    left = (await page.get("/sandbox/faults"))["faults"]
    assert [(fault["method"], fault["times"]) for fault in left] == [("auth.test", 2)]
    await refusal(client.auth_test())
    await refusal(client.auth_test())
    assert (await client.auth_test())["ok"]
    assert (await page.get("/sandbox/faults"))["faults"] == []


async def test_faults_can_be_called_off(client: AsyncWebClient, page: Page) -> None:
    await page.post("/sandbox/faults", method="*", kind="http_500")
    assert await page.status("DELETE", "/sandbox/faults") == 200
    assert (await client.auth_test())["ok"]


@pytest.mark.parametrize("fault", [{"method": "*"}, {"method": "*", "kind": "fire"}, {"kind": "reset", "x": 1}])
async def test_an_unknown_fault_is_refused(page: Page, fault: dict[str, Any]) -> None:
    assert await page.status("POST", "/sandbox/faults", json=fault) == 400


async def test_a_refusal_may_ask_for_a_wait_with_a_fraction(client: AsyncWebClient, page: Page) -> None:
    await page.post("/sandbox/faults", method="auth.test", kind="ratelimited", retry_after=2.25)
    with pytest.raises(SlackApiError) as refused:
        await client.auth_test()
    response: Any = refused.value.response
    assert (response.status_code, response.headers["Retry-After"]) == (429, "2.25")
    assert (await client.auth_test())["ok"]


async def test_the_audit_tells_everything_the_app_has_said_with_its_metadata(
    client: AsyncWebClient, page: Page
) -> None:
    metadata = {"event_type": "a_post", "event_payload": {"key": "1"}}
    said = await client.chat_postMessage(channel=ROOM, text="kept", metadata=metadata)
    gone = await client.chat_postMessage(channel=ROOM, text="gone")
    await client.chat_delete(channel=ROOM, ts=gone["ts"])
    (one,) = (await page.get("/sandbox/audit"))["messages"]
    assert (one["ts"], one["text"], one["metadata"]) == (said["ts"], "kept", metadata)
