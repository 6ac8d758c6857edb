"""What Bot Connector does for an app that asks rightly, and refuses to one that does not."""

import asyncio
import base64
from typing import Any

import pytest

from bot.tenant import running_tenant
from bot.tenant.config import made_guid

from .doors import (
    ANNA,
    ANNA_USER,
    BOB,
    BOB_USER,
    CHAT,
    GENERAL,
    GUEST,
    NEWS,
    OUTSIDE,
    TENANT,
    App,
    Json,
    Page,
    activities,
    app_in,
    card,
    config,
    page_of,
    text,
)


async def test_a_persons_conversation_is_created_once(app: App) -> None:
    by_account, by_user = await app.open(ANNA), await app.open(ANNA_USER)
    assert (by_account.status, by_user.status) == (201, 201)
    assert by_account.body["id"] == by_user.body["id"]


async def test_a_conversation_is_created_with_its_first_message(app: App, page: Page) -> None:
    opened = await app.open(activity=text("Hello"))
    assert [message["id"] for message in await page.messages()] == [opened.body["activityId"]]


async def test_somebody_of_a_team_that_has_the_app_is_reached_without_having_it_alone(app: App) -> None:
    assert (await app.open(BOB)).status == 201


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"members": [{"id": "anna@horizon.example"}]}, 403, "BotNotInConversationRoster"),
        ({"members": [{"id": GUEST}]}, 403, "BotNotInConversationRoster"),
        ({"members": []}, 400, "BadSyntax"),
        ({"members": [{"id": ANNA}, {"id": BOB}]}, 400, "BadSyntax"),
        ({"isGroup": True}, 400, "BadSyntax"),
        ({"tenantId": "another"}, 400, "BadSyntax"),
        ({"tenantId": None}, 400, "BadSyntax"),
        ({"bot": {"id": "28:another"}}, 400, "BadSyntax"),
        ({"isGroup": False, "channelData": {"channel": {"id": NEWS}}}, 400, "BadSyntax"),
        ({"isGroup": True, "channelData": {"channel": {"id": NEWS}}}, 400, "BadSyntax"),
        ({"isGroup": True, "channelData": {"channel": {"id": "19:x@thread.tacv2"}}}, 404, "ConversationNotFound"),
    ],
)
async def test_a_conversation_is_not_created_wrongly(app: App, changes: Json, status: int, code: str) -> None:
    refused = await app.open(**changes)
    assert (refused.status, refused.code) == (status, code)


async def test_the_tenant_may_be_named_in_the_channel_data(app: App) -> None:
    assert (await app.open(tenantId=None, channelData={"tenant": {"id": TENANT}})).status == 201


async def test_a_channel_gets_a_thread_of_its_own_by_a_new_conversation(app: App, page: Page) -> None:
    data = {"channel": {"id": NEWS}}
    opened = await app.open(isGroup=True, channelData=data, activity=card())
    assert opened.body["id"] == f"{NEWS};messageid={opened.body['activityId']}"
    answered = await app.send(opened.body["id"], text("And more"))
    [first, second] = await page.messages(conversation=NEWS)
    assert (first["thread"], second["thread"]) == (first["id"], first["id"])
    assert second["id"] == answered.body["id"]


async def test_a_message_to_the_channel_itself_begins_a_thread(app: App, page: Page) -> None:
    sent = [(await app.send(NEWS, text(words))).body["id"] for words in ("one", "two")]
    assert [message["thread"] for message in await page.messages(conversation=NEWS)] == sent


async def test_a_reply_in_a_channel_stays_in_its_thread(app: App, page: Page) -> None:
    first = (await app.send(NEWS)).body["id"]
    assert (await app.call("POST", activities(NEWS, first), text("Reply"))).status == 201
    assert [message["thread"] for message in await page.messages(conversation=NEWS)] == [first, first]


async def test_a_message_is_edited_in_place_for_everybody(app: App, page: Page) -> None:
    sent = (await app.send(CHAT)).body["id"]
    edited = await app.call("PUT", activities(CHAT, sent), text("Changed"))
    assert (edited.status, edited.body) == (200, {"id": sent})
    for who in (ANNA, BOB):
        assert [(each["text"], each["edited"]) for each in await page.messages(who, conversation=CHAT)] == [
            ("Changed", True)
        ]


async def test_a_message_taken_back_is_gone_and_can_be_neither_edited_nor_taken_back_again(
    app: App, page: Page
) -> None:
    sent = (await app.send(CHAT)).body["id"]
    assert (await app.call("DELETE", activities(CHAT, sent))).status == 200
    assert await page.messages(conversation=CHAT) == []
    for method, body in (("DELETE", None), ("PUT", text("Late"))):
        refused = await app.call(method, activities(CHAT, sent), body)
        assert (refused.status, refused.code) == (404, "ActivityNotFoundInConversation")


async def test_a_message_is_edited_only_in_its_own_thread_and_conversation(app: App) -> None:
    first, second = [(await app.send(NEWS)).body["id"] for _ in range(2)]
    for where in (f"{NEWS};messageid={second}", CHAT):
        assert (await app.call("PUT", activities(where, first), text("Elsewhere"))).status == 404


async def test_what_a_person_wrote_cannot_be_edited(app: App, page: Page) -> None:
    said = (await page.post("/page/messages", who=ANNA, text="Mine"))["id"]
    assert (await app.call("PUT", activities(await app.conversation(), said), text("Yours"))).status == 400


async def test_of_two_edits_at_once_one_is_a_conflict() -> None:
    async with running_tenant(config(edit_seconds=0.3)) as tenant, page_of(tenant) as page, app_in(tenant, page) as app:
        sent = (await app.send(CHAT)).body["id"]
        answers = await asyncio.gather(*(app.call("PUT", activities(CHAT, sent), text(f"{n}")) for n in range(2)))
        assert sorted(answer.status for answer in answers) == [200, 412]
        assert (await page.counts())["conflicts"] == 1


@pytest.mark.parametrize("bearer", [None, "garbage", ""])
async def test_no_call_is_served_without_a_token(app: App, bearer: str | None) -> None:
    assert (await app.send(CHAT, bearer=bearer)).status == 401


async def test_graphs_token_is_none_for_the_connector_and_a_revoked_one_none_at_all(app: App, page: Page) -> None:
    assert (await app.send(CHAT, bearer=app.graph_bearer)).status == 401
    await page.post("/sandbox/tokens")
    assert (await app.send(CHAT)).status == 401


async def test_a_token_lives_as_long_as_it_says(app: App, page: Page) -> None:
    told = (await app.token()).body
    await page.after(told["expires_in"] - 1)
    assert (await app.send(CHAT, bearer=told["access_token"])).status == 201
    await page.after(1)
    assert (await app.send(CHAT, bearer=told["access_token"])).status == 401
    await page.post("/sandbox/tokens", lifetime=60)
    assert (await app.token()).body["expires_in"] == 60


@pytest.mark.parametrize(
    ("conversation", "status", "code"),
    [
        ("a:nobody", 404, "ConversationNotFound"),
        ("19:nobody@unq.gbl.spaces", 404, "ConversationNotFound"),
        (OUTSIDE, 403, "BotNotInConversationRoster"),
        (f"{NEWS};messageid=1", 404, "ActivityNotFoundInConversation"),
    ],
)
async def test_a_message_goes_only_where_the_app_is(app: App, conversation: str, status: int, code: str) -> None:
    refused = await app.send(conversation)
    assert (refused.status, refused.code) == (status, code)


async def test_an_administrator_disables_the_app_for_everybody(app: App, page: Page) -> None:
    await page.post("/sandbox/administer", disabled=True)
    assert (await app.send(CHAT)).code == "BotDisabledByAdmin"
    await page.post("/sandbox/administer", disabled=False)
    assert (await app.send(CHAT)).status == 201


async def test_a_person_who_blocks_the_app_is_not_reached_until_they_unblock_it(app: App, page: Page) -> None:
    mine = await app.conversation()
    await page.post("/page/block", who=ANNA)
    assert (await app.send(mine)).code == "ConversationBlockedByUser"
    await page.post("/page/unblock", who=ANNA)
    assert (await app.send(mine)).status == 201


@pytest.mark.parametrize(
    "activity",
    [
        {"type": "message"},
        {"type": "event", "text": "x"},
        {"type": "message", "text": 7},
        {"type": "message", "attachments": "x"},
        {"type": "message", "attachments": [{"content": {}}]},
        {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive"}]},
        card(type="Form"),
        text("Hi", entities=[{"type": "mention", "text": "<at>Anna</at>", "mentioned": {"id": ANNA_USER}}]),
    ],
)
async def test_a_malformed_message_is_refused(app: App, activity: Json) -> None:
    refused = await app.send(CHAT, activity)
    assert (refused.status, refused.code) == (400, "BadSyntax")


@pytest.mark.parametrize("body", [b"", b"{", b"[]"])
async def test_a_body_that_is_no_object_is_refused(app: App, body: bytes) -> None:
    assert (await app.call("POST", activities(CHAT), data=body)).status == 400


async def test_typing_is_no_message(app: App, page: Page) -> None:
    assert (await app.send(CHAT, {"type": "typing"})).status == 202
    assert await page.messages(conversation=CHAT) == []


async def test_a_message_may_have_100_kb_in_utf_16_and_no_more(app: App) -> None:
    assert (await app.send(CHAT, text("é" * 51_000))).status == 201
    refused = await app.send(CHAT, text("e" * 51_300))
    assert (refused.status, refused.code) == (413, "MessageSizeTooBig")


async def test_pictures_within_a_card_do_not_count(app: App) -> None:
    picture = "data:image/png;base64," + base64.b64encode(bytes(90_000)).decode()
    assert (await app.send(CHAT, card(body=({"type": "Image", "url": picture},)))).status == 201


async def test_members_are_found_by_either_id_and_told_page_by_page(app: App) -> None:
    found = await app.call("GET", f"v3/conversations/{GENERAL}/members/{BOB}")
    assert (found.body["id"], found.body["email"]) == (BOB_USER, "bob@horizon.example")
    assert (await app.call("GET", f"v3/conversations/{GENERAL}/members/{BOB_USER}")).body == found.body
    missing = await app.call("GET", f"v3/conversations/{GENERAL}/members/{GUEST}")
    assert (missing.status, missing.code) == (404, "MemberNotFoundInConversation")
    everybody = (await app.call("GET", f"v3/conversations/{GENERAL}/members")).body
    assert (await app.call("GET", f"v3/conversations/{GENERAL}/pagedmembers")).body == {"members": everybody}


async def test_a_page_of_members_has_50_at_least(app: App, page: Page) -> None:
    for number in range(60):
        await page.post("/sandbox/people", name=f"P {number}", mail=f"p{number}@horizon.example")
        await page.post("/page/join", who=_made(number), team=GENERAL)
    first = (await app.call("GET", f"v3/conversations/{GENERAL}/pagedmembers", params={"pageSize": 2})).body
    more = {"pageSize": 2, "continuationToken": first["continuationToken"]}
    second = (await app.call("GET", f"v3/conversations/{GENERAL}/pagedmembers", params=more)).body
    assert (len(first["members"]), len(second["members"])) == (50, 12)
    assert "continuationToken" not in second


async def test_a_team_tells_its_channels_and_the_first_has_no_name(app: App) -> None:
    team = (await app.call("GET", f"v3/teams/{GENERAL}")).body
    assert (team["name"], team["channelCount"], team["memberCount"]) == ("Horizon", 2, 2)
    told = (await app.call("GET", f"v3/teams/{GENERAL}/conversations")).body
    assert told == {"conversations": [{"id": GENERAL, "name": None}, {"id": NEWS, "name": "news"}]}
    assert (await app.call("GET", f"v3/teams/{OUTSIDE}")).status == 403
    assert (await app.call("GET", f"v3/teams/{NEWS}")).status == 404


# Limits


async def test_a_conversation_takes_seven_messages_a_second(app: App, page: Page) -> None:
    statuses = [(await app.send(CHAT, text(f"{n}"))).status for n in range(8)]
    assert statuses == [201] * 7 + [429]
    assert (await app.send(NEWS)).status == 201
    await page.after(1)
    assert (await app.send(CHAT)).status == 201


async def test_a_call_within_its_retry_after_is_refused_again_and_counted(app: App, page: Page) -> None:
    for number in range(8):
        answer = await app.send(CHAT, text(f"{number}"))
    assert answer.headers["Retry-After"] == "1"
    assert (await page.counts())["impatient"] == 0
    assert (await app.send(CHAT)).status == 429
    counts = await page.counts()
    assert (counts["impatient"], counts["rate_limited"]) == (1, 2)


async def test_edits_and_new_conversations_count_like_messages(app: App) -> None:
    mine = await app.conversation()
    sent = (await app.send(mine)).body["id"]
    for number in range(5):
        assert (await app.call("PUT", activities(mine, sent), text(f"{number}"))).status == 200
    assert (await app.send(mine)).status == 429


async def test_the_whole_tenant_takes_fifty_calls_a_second(app: App, page: Page) -> None:
    for number in range(17):
        await page.post("/sandbox/people", name=f"P {number}", mail=f"p{number}@horizon.example")
    statuses = [(await app.open(_made(number % 17))).status for number in range(51)]
    assert statuses == [201] * 50 + [429]
    await page.after(1)
    assert (await app.open(ANNA)).status == 201


# The audit


async def test_the_same_card_twice_in_one_conversation_is_a_duplicate(app: App, page: Page) -> None:
    for where in (CHAT, CHAT, NEWS):
        await app.send(where, card(body=({"type": "TextBlock", "text": "Vote"},)))
    assert (await page.counts())["duplicates"] == 1


async def test_the_same_card_is_no_duplicate_after_ten_minutes_or_when_somebody_asked_again(
    app: App, page: Page
) -> None:
    mine = await app.conversation()
    await app.send(mine, card())
    await page.after(601)
    await app.send(mine, card())
    await page.post("/page/messages", who=ANNA, text="Again, please")
    await app.send(mine, card())
    assert (await page.counts())["duplicates"] == 0


async def test_text_with_a_card_gets_no_id_back_and_is_counted(app: App, page: Page) -> None:
    sent = await app.send(CHAT, card() | {"text": "Hello"})
    assert (sent.status, sent.body) == (201, {})
    assert (await page.counts())["text_with_card"] == 1
    assert any("text and a card" in problem for problem in (await page.get("/sandbox/audit"))["problems"])


@pytest.mark.parametrize(
    ("activity", "count", "problem"),
    [
        (card(version="1.6"), "too_new_cards", "version 1.6"),
        (card(version="new"), "too_new_cards", "version new"),
        (card(body=({"type": "TextBlock", "text": "x" * 25_000},)), "large_cards", "more than 25000"),
    ],
)
async def test_cards_that_teams_may_not_show_are_counted(
    app: App, page: Page, activity: Json, count: str, problem: str
) -> None:
    await app.send(CHAT, activity)
    assert (await page.counts())[count] == 1
    [found] = (await page.get("/sandbox/audit"))["problems"]
    assert problem in found


@pytest.mark.parametrize(
    ("element", "problem"),
    [
        ({"type": "Image", "url": "http://pictures.example/a.png"}, "an image from elsewhere"),
        ({"type": "Input.Text", "id": "a", "isRequired": True}, "required without label"),
        ({"type": "Input.Text"}, "without an id"),
        ({"type": "ActionSet", "actions": [{"type": "Action.Execute", "title": "Go"}]}, "without a fallback"),
        ({"type": "ActionSet", "actions": [{"type": "Action.Submit"}]}, "without a title"),
        ({"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": "x"}] * 7}, "more than 6 buttons"),
    ],
)
async def test_the_audit_names_what_is_wrong_with_a_card(app: App, page: Page, element: Json, problem: str) -> None:
    nested = {"type": "ColumnSet", "columns": [{"type": "Column", "items": [element]}]}
    await app.send(CHAT, card(body=(nested,)))
    [found] = (await page.get("/sandbox/audit"))["problems"]
    assert problem in found


async def test_a_sound_card_leaves_the_audit_empty(app: App, page: Page) -> None:
    sent: Any = await app.send(CHAT, card(body=({"type": "TextBlock", "text": "Hello"},)))
    told = await page.get("/sandbox/audit")
    assert [message["id"] for message in told["messages"]] == [sent.body["id"]]
    assert told["problems"] == []


def _made(number: int) -> str:
    return made_guid(f"p{number}@horizon.example")
