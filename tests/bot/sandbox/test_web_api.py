"""The Web API as slack_sdk calls it: who may call, what is stored, and what is refused under which name."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import RunningWorkspace, running_workspace

from .doors import (
    ANNA,
    APP_TOKEN,
    BOB,
    BOT,
    BOT_TOKEN,
    OLD,
    OPEN,
    ROOM,
    SECRET,
    Json,
    Page,
    actions,
    button,
    client_of,
    config,
    refusal,
)

Arguments = dict[str, Any]
KEY = {"event_type": "sent", "event_payload": {"key": "k1"}}


# Who calls


async def test_the_bot_token_says_who_the_bot_is(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (BOT, "B0HELPER", "T0HORIZON")


@pytest.mark.parametrize(
    ("token", "error"), [("", "not_authed"), ("xoxb-other", "invalid_auth"), (APP_TOKEN, "not_allowed_token_type")]
)
async def test_another_token_is_refused(workspace: RunningWorkspace, token: str, error: str) -> None:
    assert (await refusal(client_of(workspace, token).auth_test()))["error"] == error


async def test_only_the_app_token_opens_connections(workspace: RunningWorkspace, client: AsyncWebClient) -> None:
    refused = await refusal(client.apps_connections_open(app_token=BOT_TOKEN))
    answer = await client.apps_connections_open(app_token=APP_TOKEN)
    assert refused["error"] == "not_allowed_token_type"
    assert answer["url"].startswith(workspace.url.replace("http", "ws") + "/link/?ticket=")


async def test_a_token_in_the_query_string_does_not_count(workspace: RunningWorkspace) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{workspace.api_url}auth.test"
        async with session.post(url, params={"token": BOT_TOKEN}) as response:
            assert (await response.json())["error"] == "not_authed"
        async with session.post(url, data={"token": BOT_TOKEN}) as response:
            assert (await response.json())["ok"]


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert (await refusal(client.api_call("chat.shout")))["error"] == "unknown_method"


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("text/csv", b"a,b", "invalid_post_type"),
    ],
)
async def test_a_malformed_body_is_refused(workspace: RunningWorkspace, kind: str, body: bytes, error: str) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": kind}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{workspace.api_url}auth.test", data=body) as response,
    ):
        assert response.status == 200
        assert (await response.json())["error"] == error


REFUSED: list[tuple[str, Arguments, str]] = [
    ("chat.postMessage", {"text": "t"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C0NONE", "text": "t"}, "channel_not_found"),
    ("chat.postMessage", {"channel": SECRET, "text": "t"}, "channel_not_found"),
    ("chat.postMessage", {"channel": OPEN, "text": "t"}, "not_in_channel"),
    ("chat.postMessage", {"channel": OLD, "text": "t"}, "is_archived"),
    ("chat.postMessage", {"channel": "U0NONE", "text": "t"}, "user_not_found"),
    ("chat.postMessage", {"channel": BOT, "text": "t"}, "cannot_dm_bot"),
    ("chat.postMessage", {"channel": "USLACKBOT", "text": "t"}, "cannot_dm_bot"),
    ("chat.postMessage", {"channel": ROOM}, "no_text"),
    ("chat.postMessage", {"channel": ROOM, "text": " "}, "no_text"),
    ("chat.postMessage", {"channel": ROOM, "text": "t", "metadata": {"event_type": "e"}}, "invalid_metadata_format"),
    ("chat.postMessage", {"channel": ROOM, "text": "t", "metadata": "{"}, "invalid_metadata_format"),
    (
        "chat.postMessage",
        {"channel": ROOM, "text": "t", "metadata": {"event_type": "e", "event_payload": {"x": "y" * 8000}}},
        "metadata_too_large",
    ),
    ("chat.update", {"channel": ROOM, "ts": "1.000001", "text": "t"}, "message_not_found"),
    ("chat.update", {"channel": ROOM, "text": "t"}, "invalid_arguments"),
    ("chat.delete", {"channel": ROOM, "ts": "1.000001"}, "message_not_found"),
    ("chat.postEphemeral", {"channel": ROOM, "user": "U0NONE", "text": "t"}, "user_not_found"),
    ("chat.postEphemeral", {"channel": OPEN, "user": ANNA, "text": "t"}, "not_in_channel"),
    ("chat.getPermalink", {"channel": ROOM, "message_ts": "1.000001"}, "message_not_found"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("conversations.open", {"users": "U0NONE"}, "user_not_found"),
    ("conversations.open", {"users": BOT}, "cannot_dm_bot"),
    ("conversations.open", {"users": ",".join([ANNA] * 9)}, "too_many_users"),
    ("conversations.open", {"channel": ROOM}, "channel_not_found"),
    ("conversations.open", {"users": [ANNA, BOB]}, "method_not_supported_for_channel_type"),
    ("conversations.history", {"channel": ROOM, "cursor": "bmV4dF90czp4"}, "invalid_cursor"),
    ("conversations.join", {"channel": OLD}, "is_archived"),
    ("api.test", {"error": "my_error"}, "my_error"),
    ("blocks.validate", {"message": "[]"}, "invalid_message"),
    ("conversations.history", {"channel": "C0NONE"}, "channel_not_found"),
    ("conversations.history", {"channel": ANNA}, "channel_not_found"),
    ("conversations.history", {"channel": OPEN}, "not_in_channel"),
    ("conversations.history", {"channel": ROOM, "limit": 1001}, "invalid_limit"),
    ("conversations.history", {"channel": ROOM, "limit": "many"}, "invalid_limit"),
    ("conversations.history", {"channel": ROOM, "cursor": "?"}, "invalid_cursor"),
    ("conversations.history", {"channel": ROOM, "oldest": "yesterday"}, "invalid_ts_oldest"),
    ("conversations.history", {"channel": ROOM, "latest": "tomorrow"}, "invalid_ts_latest"),
    ("conversations.info", {"channel": SECRET}, "channel_not_found"),
    ("conversations.list", {"types": "rooms"}, "invalid_types"),
    ("conversations.join", {"channel": SECRET}, "channel_not_found"),
    ("users.list", {"limit": 1001}, "invalid_limit"),
    ("users.list", {"cursor": "bm9uZTo="}, "invalid_cursor"),
    ("users.info", {"user": "U0NONE"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@horizon.example"}, "users_not_found"),
    ("users.lookupByEmail", {}, "invalid_arguments"),
]


@pytest.mark.parametrize(
    ("method", "arguments", "error"), REFUSED, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_a_call_is_refused_under_its_documented_name(
    client: AsyncWebClient, method: str, arguments: Arguments, error: str
) -> None:
    refused = await refusal(client.api_call(method, json=arguments))
    assert refused["error"] == error


# Messages


async def test_a_message_to_a_person_opens_the_direct_messages(client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel=ANNA, text="Good morning")
    opened = await client.conversations_open(users=ANNA)
    assert answer["channel"].startswith("D")
    assert opened["channel"]["id"] == answer["channel"]
    assert opened["already_open"]


async def test_a_ts_is_the_second_and_a_counter_and_never_the_same(client: AsyncWebClient, page: Page) -> None:
    first = await client.chat_postMessage(channel=ROOM, text="1")
    second = await client.chat_postMessage(channel=ANNA, text="2")
    await page.advance(1_767_600_060)
    third = await client.chat_postMessage(channel=ROOM, text="3")
    assert [first["ts"], second["ts"], third["ts"]] == [
        "1767600000.000001",
        "1767600000.000002",
        "1767600060.000001",
    ]


async def test_a_text_beyond_40000_characters_is_cut_with_a_warning(client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel=ROOM, text="x" * 40_001)
    assert len(answer["message"]["text"]) == 40_000
    assert answer["response_metadata"]["warnings"] == ["message_truncated"]


async def test_an_update_beyond_4000_characters_is_refused(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t")
    assert (await client.chat_update(channel=ROOM, ts=sent["ts"], text="x" * 4000))["ok"]
    refused = await refusal(client.chat_update(channel=ROOM, ts=sent["ts"], text="x" * 4001))
    assert refused["error"] == "msg_too_long"


async def test_metadata_is_returned_whole_only_on_demand(client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=ROOM, text="t", metadata=KEY)
    brief = await client.conversations_history(channel=ROOM)
    whole = await client.conversations_history(channel=ROOM, include_all_metadata=True)
    assert brief["messages"][0]["metadata"] == {"event_type": "sent"}
    assert whole["messages"][0]["metadata"] == KEY


async def test_metadata_of_up_to_8000_bytes_is_accepted(client: AsyncWebClient) -> None:
    metadata = {"event_type": "e", "event_payload": {"x": "y" * 7900}}
    assert (await client.chat_postMessage(channel=ROOM, text="t", metadata=metadata))["ok"]


@pytest.mark.parametrize(("given", "left"), [({}, KEY), ({"metadata": {}}, None), ({"metadata": KEY}, KEY)])
async def test_an_update_keeps_metadata_unless_it_brings_some(
    client: AsyncWebClient, given: Arguments, left: Json | None
) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t", metadata=KEY)
    await client.chat_update(channel=ROOM, ts=sent["ts"], text="u", **given)
    history = await client.conversations_history(channel=ROOM, include_all_metadata=True)
    assert history["messages"][0].get("metadata") == left


async def test_an_update_of_the_text_alone_removes_the_blocks(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
    updated = await client.chat_update(channel=ROOM, ts=sent["ts"], text="u")
    assert "blocks" not in updated["message"]
    assert updated["message"]["edited"]["user"] == BOT


async def test_only_the_apps_own_messages_can_be_changed(client: AsyncWebClient, page: Page) -> None:
    said = await page.post("/api/messages", who=ANNA, channel=ROOM, text="mine")
    assert (await refusal(client.chat_update(channel=ROOM, ts=said["ts"], text="u")))["error"] == "cant_update_message"
    assert (await refusal(client.chat_delete(channel=ROOM, ts=said["ts"])))["error"] == "cant_delete_message"


async def test_a_deleted_message_is_gone(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t")
    await client.chat_delete(channel=ROOM, ts=sent["ts"])
    assert (await client.conversations_history(channel=ROOM))["messages"] == []


async def test_a_whispered_message_is_seen_by_one_person_and_is_no_history(client: AsyncWebClient, page: Page) -> None:
    await client.chat_postEphemeral(channel=ROOM, user=ANNA, text="psst")
    hers = await page.get("/api/messages", who=ANNA, channel=ROOM)
    his = await page.get("/api/messages", who=BOB, channel=ROOM)
    assert [(one["text"], one["ephemeral"]) for one in hers["messages"]] == [("psst", True)]
    assert his["messages"] == []
    assert (await client.conversations_history(channel=ROOM))["messages"] == []


async def test_a_permalink_names_the_message(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t")
    answer = await client.chat_getPermalink(channel=ROOM, message_ts=sent["ts"])
    assert answer["permalink"].endswith(f"/archives/{ROOM}/p1767600000000001")


# Reading


async def test_history_is_newest_first_and_paged(client: AsyncWebClient) -> None:
    for number in range(5):
        await client.chat_postMessage(channel=ANNA, text=str(number))
    channel = (await client.conversations_open(users=ANNA))["channel"]["id"]
    texts, cursor = [], ""
    while True:
        page = await client.conversations_history(channel=channel, limit=2, cursor=cursor or None)
        texts.append([message["text"] for message in page["messages"]])
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert texts == [["4", "3"], ["2", "1"], ["0"]]


async def test_history_leaves_out_the_answers_in_a_thread(client: AsyncWebClient) -> None:
    parent = await client.chat_postMessage(channel=ROOM, text="parent")
    await client.chat_postMessage(channel=ROOM, text="answer", thread_ts=parent["ts"])
    history = await client.conversations_history(channel=ROOM)
    assert [message["text"] for message in history["messages"]] == ["parent"]


async def test_history_is_bounded_by_ts(client: AsyncWebClient) -> None:
    ts = [(await client.chat_postMessage(channel=ANNA, text=str(number)))["ts"] for number in range(4)]
    channel = (await client.conversations_open(users=ANNA))["channel"]["id"]
    without = await client.conversations_history(channel=channel, oldest=ts[0], latest=ts[2])
    within = await client.conversations_history(channel=channel, oldest=ts[0], latest=ts[2], inclusive=True)
    later = await client.conversations_history(channel=channel, oldest="1767600001")
    assert [message["text"] for message in without["messages"]] == ["1"]
    assert [message["text"] for message in within["messages"]] == ["2", "1", "0"]
    assert later["messages"] == []


async def test_the_user_list_is_paged_and_has_bots_and_slackbot(client: AsyncWebClient) -> None:
    members, cursor = [], ""
    while True:
        page = await client.users_list(limit=1, cursor=cursor or None)
        members.extend(page["members"])
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    bots = {member["id"]: member["is_bot"] for member in members}
    assert bots == {ANNA: False, BOB: False, BOT: True, "USLACKBOT": False}


async def test_a_user_has_zone_and_address_and_a_locale_only_on_demand(client: AsyncWebClient) -> None:
    user = (await client.users_info(user=ANNA))["user"]
    found = (await client.users_lookupByEmail(email="Anna@horizon.example"))["user"]
    assert user == found
    assert (user["tz"], user["tz_offset"]) == ("Europe/Paris", 3600)
    assert user["profile"]["email"] == "anna@horizon.example"
    assert "locale" not in user
    assert (await client.users_info(user=ANNA, include_locale=True))["user"]["locale"] == "fr-FR"


async def test_the_offset_is_the_one_of_the_season(client: AsyncWebClient, page: Page) -> None:
    await page.post("/api/clock/advance", to="2026-07-01T00:00:00Z")
    assert (await client.users_info(user=ANNA))["user"]["tz_offset"] == 7200


async def test_private_channels_are_hidden_from_an_app_that_is_no_member(client: AsyncWebClient) -> None:
    answer = await client.conversations_list(types="public_channel,private_channel")
    members = {channel["id"]: channel["is_member"] for channel in answer["channels"]}
    assert members == {ROOM: True, OPEN: False, OLD: True}


async def test_the_channel_list_is_paged(client: AsyncWebClient) -> None:
    names, cursor = [], ""
    while True:
        page = await client.conversations_list(limit=2, cursor=cursor or None, types="public_channel,im")
        names.append([channel["id"] for channel in page["channels"]])
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert names == [[OLD, OPEN], [ROOM]]


async def test_open_direct_messages_are_resumed_by_their_id(client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users=ANNA, return_im=True))["channel"]
    again = await client.conversations_open(channel=channel["id"])
    shown = (await client.conversations_info(channel=channel["id"]))["channel"]
    members = await client.conversations_members(channel=channel["id"])
    assert (channel["is_im"], channel["user"]) == (True, ANNA)
    assert again["channel"]["id"] == channel["id"]
    assert shown == channel
    assert members["members"] == sorted([ANNA, BOT])


async def test_a_person_who_left_cannot_be_written_to(client: AsyncWebClient, page: Page) -> None:
    await page.post("/sandbox/people", id=BOB, deleted=True)
    assert (await refusal(client.chat_postMessage(channel=BOB, text="t")))["error"] == "user_disabled"
    assert (await client.users_info(user=BOB))["user"]["deleted"]
    assert await page.status("GET", f"/api/state?as={BOB}") == 404


async def test_an_app_joins_a_public_channel_and_may_then_post(client: AsyncWebClient) -> None:
    await client.conversations_join(channel=OPEN)
    again = await client.conversations_join(channel=OPEN)
    members = await client.conversations_members(channel=OPEN)
    assert again["warning"] == "already_in_channel"
    assert sorted(members["members"]) == [ANNA, BOT]
    assert (await client.chat_postMessage(channel=OPEN, text="t"))["ok"]


# Limits of pace, on the workspace's clock


async def test_five_messages_a_channel_go_at_once_and_then_one_a_second(client: AsyncWebClient, page: Page) -> None:
    for number in range(5):
        await client.chat_postMessage(channel=ROOM, text=str(number))
    refused = await refusal(client.chat_postMessage(channel=ROOM, text="6"))
    other = await client.chat_postMessage(channel=ANNA, text="elsewhere")
    await page.advance(1_767_600_001)
    assert refused["error"] == "ratelimited"
    assert other["ok"]
    assert (await client.chat_postMessage(channel=ROOM, text="6"))["ok"]
    assert (await page.counts())["rate_limited"] == 1


async def test_the_whole_workspace_takes_sixty_messages_at_once_and_then_five_a_second() -> None:
    people = [{"real_name": f"P {number}", "email": f"p{number}@x.example"} for number in range(70)]
    async with running_workspace(config(people=people, channels=[])) as workspace:
        client = client_of(workspace)
        users = [one["id"] for one in (await client.users_list())["members"] if not one["is_bot"]]
        users.remove("USLACKBOT")
        for user in users[:60]:
            await client.chat_postMessage(channel=user, text="t")
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {BOT_TOKEN}"}) as session:
            url, message = f"{workspace.api_url}chat.postMessage", {"channel": users[60], "text": "t"}
            async with session.post(url, json=message) as response:
                assert response.status == 429
                assert response.headers["Retry-After"] == "1"
                assert await response.json() == {"ok": False, "error": "ratelimited"}
            async with session.post(f"{workspace.url}/api/clock/advance", json={"to": 1_767_600_001}) as response:
                assert response.status == 200
        sent = [(await client.chat_postMessage(channel=user, text="t"))["ok"] for user in users[60:65]]
        refused = await refusal(client.chat_postMessage(channel=users[65], text="t"))
        assert sent == [True] * 5
        assert refused["error"] == "ratelimited"


@pytest.mark.parametrize(
    ("method", "at_once", "seconds"),
    [
        ("users.list", 20, 3),
        ("conversations.list", 20, 3),
        ("conversations.open", 50, 2),
        ("conversations.history", 50, 2),
        ("chat.update", 50, 2),
        ("users.info", 100, 1),
        ("views.publish", 100, 1),
        ("views.open", 100, 1),
    ],
)
async def test_a_method_has_the_pace_of_its_tier(
    workspace: RunningWorkspace, method: str, at_once: int, seconds: int
) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {BOT_TOKEN}"}) as session:

        async def call() -> aiohttp.ClientResponse:
            async with session.post(f"{workspace.api_url}{method}", json={"channel": ROOM}) as response:
                await response.read()
                return response

        statuses = [(await call()).status for _ in range(at_once)]
        refused = await call()
        assert statuses == [200] * at_once
        assert (refused.status, refused.headers["Retry-After"]) == (429, str(seconds))


# Duplicates


async def test_the_same_metadata_twice_in_a_channel_is_a_duplicate(client: AsyncWebClient, page: Page) -> None:
    await client.chat_postMessage(channel=ROOM, text="1", metadata=KEY)
    await client.chat_postMessage(channel=ANNA, text="2", metadata=KEY)
    assert (await page.counts())["duplicates"] == 0
    again = await client.chat_postMessage(channel=ROOM, text="3", metadata=KEY)
    assert (await page.counts())["duplicates"] == 1
    await client.chat_delete(channel=ROOM, ts=again["ts"])
    assert (await page.counts())["duplicates"] == 0


async def test_the_same_words_within_ten_minutes_are_a_duplicate(client: AsyncWebClient, page: Page) -> None:
    await client.chat_postMessage(channel=ROOM, text="1")
    await page.advance(1_767_600_601)
    await client.chat_postMessage(channel=ROOM, text="1")
    assert (await page.counts())["duplicates"] == 0
    await page.advance(1_767_601_200)
    await client.chat_postMessage(channel=ROOM, text="1")
    counts = await page.counts()
    assert (counts["duplicates"], counts["posts_sent"]) == (1, 3)
