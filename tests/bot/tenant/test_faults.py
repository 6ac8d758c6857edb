"""Answers that go wrong on purpose."""

import aiohttp
import pytest

from .doors import CHAT, App, Page, activities, text


@pytest.mark.parametrize("kind", ["timeout", "reset"])
@pytest.mark.parametrize("stored", [True, False])
async def test_an_answer_is_lost_with_or_without_its_effect(app: App, page: Page, kind: str, stored: bool) -> None:
    await page.fault("SendToConversation", kind, stored=stored, seconds=0)
    with pytest.raises((aiohttp.ServerDisconnectedError, ConnectionResetError)):
        await app.send(CHAT)
    assert len(await page.messages(conversation=CHAT)) == stored
    assert (await app.send(CHAT, text("next"))).status == 201
    assert (await page.counts())["posts_sent"] == 1 + stored


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("http_500", 500),
        ("html_502", 502),
        ("http_401", 401),
        ("http_403", 403),
        ("http_404", 404),
        ("http_412", 412),
        ("http_413", 413),
        ("http_503", 503),
        ("http_504", 504),
    ],
)
async def test_an_answer_may_have_any_documented_status(app: App, page: Page, kind: str, status: int) -> None:
    sent = (await app.send(CHAT)).body["id"]
    await page.fault("UpdateActivity", kind, stored=True)
    assert (await app.call("PUT", activities(CHAT, sent), text("Changed"))).status == status
    assert [message["text"] for message in await page.messages(conversation=CHAT)] == ["Changed"]


async def test_a_truncated_answer_is_no_json(app: App, page: Page) -> None:
    await page.fault("CreateConversation", "truncated")
    with pytest.raises(ValueError, match="Expecting"):
        await app.open()


async def test_a_slow_answer_is_whole(app: App, page: Page) -> None:
    await page.fault("*", "slow", seconds=0.02)
    assert (await app.send(CHAT)).body["id"]


async def test_a_conversation_told_to_wait_is_closed_that_long_and_others_are_not(app: App, page: Page) -> None:
    mine = await app.conversation()
    await page.fault("SendToConversation", "ratelimited", retry_after=9)
    refused = await app.send(CHAT)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "9")
    assert (await app.send(mine)).status == 201
    await page.after(5)
    assert (await app.send(CHAT)).headers["Retry-After"] == "4"
    await page.after(4)
    assert (await app.send(CHAT)).status == 201
    assert (await page.counts())["impatient"] == 1


async def test_keys_and_tokens_may_be_out_of_reach(app: App, page: Page) -> None:
    for method in ("GetToken", "GetKeys", "GetOpenId"):
        await page.fault(method, "http_503")
    assert (await app.token()).status == 503
    for address in (app.tenant.openid_url, f"{app.tenant.url}/v1/.well-known/keys"):
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            assert response.status == 503
    assert (await app.token()).status == 200


async def test_faults_happen_as_often_as_planned_and_can_be_called_off(app: App, page: Page) -> None:
    await page.fault("SendToConversation", "http_503", times=2)
    assert [fault["times"] for fault in (await page.get("/sandbox/faults"))["faults"]] == [2]
    assert [(await app.send(CHAT, text(f"{n}"))).status for n in range(3)] == [503, 503, 201]
    await page.fault("*", "http_500")
    assert (await page.delete("/sandbox/faults"))["ok"]
    assert (await app.send(CHAT)).status == 201


@pytest.mark.parametrize("fault", [{"method": "*", "kind": "gremlins"}, {"kind": "reset"}, {"method": "*", "x": 1}])
async def test_what_is_no_fault_is_refused(page: Page, fault: dict[str, object]) -> None:
    assert (await page.post("/sandbox/faults", **fault))["error"] == "invalid_fault"
