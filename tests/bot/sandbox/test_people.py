"""What a person does in front of the page, and what the app and everybody else see of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import RunningWorkspace, running_workspace

from .doors import (
    ANNA,
    BOB,
    BOT,
    OLD,
    OPEN,
    ROOM,
    SECRET,
    Heard,
    Json,
    Page,
    actions,
    app_of,
    button,
    client_of,
    config,
    connected,
    hear_all,
    home,
    modal,
    page_of,
    plain,
    text_input,
)


@pytest.fixture
async def heard(workspace: RunningWorkspace) -> AsyncIterator[Heard]:
    """What a connected app is told."""
    app, heard = app_of(workspace), Heard()
    hear_all(app, heard)
    async with connected(app, workspace):
        yield heard


def option(value: str) -> Json:
    return {"text": plain(value.upper()), "value": value}


MENU = {"type": "static_select", "action_id": "menu", "options": [option("a"), option("b")]}


# Clicks


async def test_a_click_reaches_the_app_with_all_it_needs(client: AsyncWebClient, page: Page, heard: Heard) -> None:
    metadata = {"event_type": "e", "event_payload": {"k": 1}}
    blocks = actions(button(value="7"), MENU)
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=blocks, metadata=metadata)
    assert await page.click(sent["message"] | {"channel": ROOM}, "go") == {"ok": True}
    body = await heard.next()
    assert body["type"] == "block_actions"
    assert body["user"] == {"id": ANNA, "username": "anna.keller", "name": "anna.keller", "team_id": "T0HORIZON"}
    assert body["container"] == {
        "type": "message",
        "message_ts": sent["ts"],
        "channel_id": ROOM,
        "is_ephemeral": False,
    }
    assert body["channel"] == {"id": ROOM, "name": "room"}
    assert body["message"]["blocks"] == blocks
    assert body["message"]["metadata"] == metadata
    assert body["state"]["values"] == {"b": {"menu": {"type": "static_select", "selected_option": None}}}
    (action,) = body["actions"]
    assert (action["type"], action["action_id"], action["block_id"], action["value"]) == ("button", "go", "b", "7")
    assert action["action_ts"]
    assert body["trigger_id"]
    assert body["response_url"]


async def test_a_chosen_option_stands_in_the_state_until_it_is_gone(
    client: AsyncWebClient, page: Page, heard: Heard
) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=actions(MENU, button()))
    message = {"channel": ROOM, "ts": sent["ts"]}
    assert (await page.click(message, "menu", selected_option="b"))["ok"]
    chosen = await heard.next()
    assert chosen["actions"][0]["selected_option"] == option("b")
    assert (await page.click(message, "go"))["ok"]
    assert (await heard.next())["state"]["values"]["b"]["menu"]["selected_option"] == option("b")
    smaller = actions(MENU | {"options": [option("a")]}, button())
    await client.chat_update(channel=ROOM, ts=sent["ts"], text="t", blocks=smaller)
    assert (await page.click(message, "go"))["ok"]
    assert (await heard.next())["state"]["values"]["b"]["menu"]["selected_option"] is None


@pytest.mark.parametrize(
    ("element", "given", "told"),
    [
        (
            {"type": "checkboxes", "action_id": "x", "options": [option("a"), option("b")]},
            {"selected_options": ["b"]},
            {"selected_options": [option("b")]},
        ),
        (
            {"type": "radio_buttons", "action_id": "x", "options": [option("a"), option("b")]},
            {"selected_option": option("a")},
            {"selected_option": option("a")},
        ),
        (
            {"type": "overflow", "action_id": "x", "options": [option("a"), option("b")]},
            {"selected_option": "a"},
            {"selected_option": option("a")},
        ),
        ({"type": "datepicker", "action_id": "x"}, {"selected_date": "2026-02-03"}, {"selected_date": "2026-02-03"}),
        ({"type": "timepicker", "action_id": "x"}, {"selected_time": "09:30"}, {"selected_time": "09:30"}),
        ({"type": "users_select", "action_id": "x"}, {"selected_user": BOB}, {"selected_user": BOB}),
    ],
    ids=lambda value: value.get("type", "") if isinstance(value, dict) else "",
)
async def test_every_element_tells_what_was_chosen(
    client: AsyncWebClient, page: Page, heard: Heard, element: Json, given: Json, told: Json
) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=actions(element))
    assert (await page.click({"channel": ROOM, "ts": sent["ts"]}, "x", **given))["ok"]
    assert (await heard.next())["actions"][0].items() >= told.items()


@pytest.mark.parametrize(
    ("action_id", "given", "error"),
    [
        ("none", {}, "no_such_element"),
        ("go", {"value": "forged"}, "no_such_element"),
        ("menu", {"selected_option": "z"}, "invalid_value"),
        ("sure", {}, "not_confirmed"),
    ],
)
async def test_nobody_clicks_what_is_not_there(
    client: AsyncWebClient, page: Page, heard: Heard, action_id: str, given: Json, error: str
) -> None:
    dialog = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")}
    blocks = actions(button(value="1"), MENU, button("sure", confirm=dialog))
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=blocks)
    answer = await page.click({"channel": ROOM, "ts": sent["ts"]}, action_id, **given)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert heard.is_empty()


async def test_a_confirmed_click_goes_through(client: AsyncWebClient, page: Page, heard: Heard) -> None:
    dialog = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")}
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=actions(button(confirm=dialog)))
    assert (await page.click({"channel": ROOM, "ts": sent["ts"]}, "go", confirmed=True))["ok"]


async def test_nobody_clicks_in_other_peoples_messages(client: AsyncWebClient, page: Page, heard: Heard) -> None:
    sent = await client.chat_postMessage(channel=ANNA, text="t", blocks=actions(button()))
    message = {"channel": sent["channel"], "ts": sent["ts"]}
    assert (await page.click(message, "go", who=BOB))["error"] == "message_not_found"
    whispered = await client.chat_postEphemeral(channel=ROOM, user=ANNA, text="t", blocks=actions(button()))
    message = {"channel": ROOM, "ts": whispered["message_ts"]}
    assert (await page.click(message, "go", who=BOB))["error"] == "message_not_found"
    assert (await page.click(message, "go"))["ok"]
    body = await heard.next()
    assert body["container"]["is_ephemeral"]
    assert "message" not in body


async def test_a_deleted_message_cannot_be_clicked(client: AsyncWebClient, page: Page, heard: Heard) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
    await client.chat_delete(channel=ROOM, ts=sent["ts"])
    assert (await page.click({"channel": ROOM, "ts": sent["ts"]}, "go"))["error"] == "message_not_found"


async def test_without_a_connected_app_a_click_fails_at_once(client: AsyncWebClient, page: Page) -> None:
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
    assert (await page.click({"channel": ROOM, "ts": sent["ts"]}, "go"))["error"] == "no_app_connected"
    assert (await page.until("notice"))["user"] == ANNA


# Words and commands


async def test_a_direct_message_reaches_the_app_escaped(page: Page, heard: Heard) -> None:
    channel = await page.dm()
    said = await page.post("/api/messages", who=ANNA, channel=channel, text="1 < 2 & <@U0BOB> <!channel>")
    event = (await heard.next())["event"]
    assert event["type"] == "message"
    assert (event["channel"], event["channel_type"], event["user"]) == (channel, "im", ANNA)
    assert event["text"] == "1 &lt; 2 &amp; <@U0BOB> &lt;!channel&gt;"
    assert event["ts"] == said["ts"]


async def test_the_app_hears_of_a_channel_only_when_it_is_named(page: Page, heard: Heard) -> None:
    await page.post("/api/messages", who=ANNA, channel=ROOM, text="nobody asked you")
    await page.post("/api/messages", who=ANNA, channel=ROOM, text="@helper what now?")
    event = (await heard.next())["event"]
    assert (event["type"], event["text"]) == ("app_mention", f"<@{BOT}> what now?")
    assert heard.is_empty()


async def test_a_command_is_acknowledged_with_words_for_one_person(workspace: RunningWorkspace, page: Page) -> None:
    app, heard = app_of(workspace), Heard()

    async def answer(ack: Any, body: Json) -> None:
        await ack("Here you are")
        heard.note(body)

    app.command("/help-me")(answer)
    async with connected(app, workspace):
        assert (await page.post("/api/messages", who=ANNA, channel=ROOM, text="/help-me with  this "))["ok"]
    body = await heard.next()
    assert (body["command"], body["text"], body["channel_name"]) == ("/help-me", "with  this", "room")
    assert (body["user_id"], body["user_name"], body["team_id"]) == (ANNA, "anna.keller", "T0HORIZON")
    messages = (await page.get("/api/messages", who=ANNA, channel=ROOM))["messages"]
    assert [(one["text"], one["ephemeral"]) for one in messages] == [("Here you are", True)]
    assert (await page.get("/api/messages", who=BOB, channel=ROOM))["messages"] == []


async def test_a_command_may_be_answered_aloud(workspace: RunningWorkspace, page: Page) -> None:
    app = app_of(workspace)

    async def answer(ack: Any) -> None:
        await ack(text="Hear, hear", response_type="in_channel")

    app.command("/help-me")(answer)
    async with connected(app, workspace):
        await page.post("/api/messages", who=ANNA, channel=ROOM, text="/help-me")
    messages = (await page.get("/api/messages", who=BOB, channel=ROOM))["messages"]
    assert [one["text"] for one in messages] == ["Hear, hear"]


async def test_an_unknown_command_is_refused(page: Page, heard: Heard) -> None:
    answer = await page.post("/api/messages", who=ANNA, channel=ROOM, text="/other thing")
    assert answer == {"ok": False, "error": "unknown_command"}


async def test_only_members_write_in_a_channel(page: Page) -> None:
    assert (await page.post("/api/messages", who=BOB, channel=OPEN, text="x"))["error"] == "not_in_channel"
    assert (await page.post("/api/messages", who=BOB, channel=SECRET, text="x"))["error"] == "channel_not_found"
    assert (await page.post("/api/join", who=BOB, channel=OPEN))["ok"]
    assert (await page.post("/api/messages", who=BOB, channel=OPEN, text="x"))["ok"]


# Response addresses


async def _response_url(client: AsyncWebClient, page: Page, heard: Heard) -> tuple[str, Json]:
    sent = await client.chat_postMessage(channel=ROOM, text="t", blocks=actions(button()))
    await page.click({"channel": ROOM, "ts": sent["ts"]}, "go")
    url: str = (await heard.next())["response_url"]
    return url, {"channel": ROOM, "ts": sent["ts"]}


async def test_a_response_address_rewrites_the_message(client: AsyncWebClient, page: Page, heard: Heard) -> None:
    url, message = await _response_url(client, page, heard)
    assert await page.status("POST", url, json={"replace_original": True, "text": "Thanks"}) == 200
    (shown,) = (await page.get("/api/messages", who=ANNA, channel=ROOM))["messages"]
    assert (shown["ts"], shown["text"], shown["blocks"]) == (message["ts"], "Thanks", [])
    counts = await page.counts()
    assert (counts["redraws"], counts["edits"]) == (1, 0)


async def test_a_response_address_whispers_says_and_deletes(client: AsyncWebClient, page: Page, heard: Heard) -> None:
    url, _ = await _response_url(client, page, heard)
    await page.status("POST", url, json={"text": "psst"})
    await page.status("POST", url, json={"text": "all", "response_type": "in_channel"})
    await page.status("POST", url, json={"delete_original": True})
    hers = (await page.get("/api/messages", who=ANNA, channel=ROOM))["messages"]
    his = (await page.get("/api/messages", who=BOB, channel=ROOM))["messages"]
    assert [one["text"] for one in hers] == ["psst", "all"]
    assert [one["text"] for one in his] == ["all"]


async def test_a_response_address_serves_five_times(client: AsyncWebClient, page: Page, heard: Heard) -> None:
    url, _ = await _response_url(client, page, heard)
    answers = [await page.status("POST", url, json={"text": str(number)}) for number in range(6)]
    assert answers == [200] * 5 + [404]


async def test_a_response_address_serves_half_an_hour(client: AsyncWebClient, page: Page, heard: Heard) -> None:
    url, _ = await _response_url(client, page, heard)
    await page.advance(1_767_600_000 + 1800)
    assert await page.status("POST", url, json={"text": "in time"}) == 200
    await page.advance(1_767_600_000 + 1801)
    assert await page.status("POST", url, json={"text": "late"}) == 404


@pytest.mark.parametrize("body", [{}, {"blocks": [{"type": "poll"}]}, {"replace_original": True}])
async def test_a_response_that_is_no_message_is_refused(
    client: AsyncWebClient, page: Page, heard: Heard, body: Json
) -> None:
    url, _ = await _response_url(client, page, heard)
    assert await page.status("POST", url, json=body) == 400


async def test_a_response_address_that_was_never_given_is_not_found(page: Page) -> None:
    assert await page.status("POST", "/respond/none", json={"text": "x"}) == 404


@pytest.mark.parametrize("body", [b"{", b"[]"])
async def test_a_response_that_is_no_object_is_refused(
    client: AsyncWebClient, page: Page, heard: Heard, body: bytes
) -> None:
    url, _ = await _response_url(client, page, heard)
    assert await page.status("POST", url, data=body) == 400


@pytest.mark.parametrize("body", [{"replace_original": True, "text": "x"}, {"delete_original": True}])
async def test_a_message_that_is_gone_cannot_be_rewritten(
    client: AsyncWebClient, page: Page, heard: Heard, body: Json
) -> None:
    url, message = await _response_url(client, page, heard)
    await client.chat_delete(**message)
    assert await page.status("POST", url, json=body) == 404


@pytest.mark.parametrize("stored", [True, False])
async def test_a_response_may_be_lost_with_or_without_its_effect(
    client: AsyncWebClient, page: Page, heard: Heard, stored: bool
) -> None:
    url, _ = await _response_url(client, page, heard)
    await page.post("/sandbox/faults", method="response_url", kind="http_500", stored=stored)
    assert await page.status("POST", url, json={"replace_original": True, "text": "x"}) == 500
    assert (await page.counts())["redraws"] == stored


# Modals


async def _opened(
    workspace: RunningWorkspace, page: Page, view: Json, ack: Json | None = None
) -> tuple[AsyncApp, Heard]:
    """An app that opens that modal on its command and acknowledges its submission so."""
    app, heard = app_of(workspace), Heard()

    async def open_it(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def take(ack_: Any, body: Json) -> None:
        await ack_(**(ack or {}))
        heard.note(body)

    async def submitted(ack: Any, body: Json) -> None:
        await take(ack, body)

    async def closed(ack: Any, body: Json) -> None:
        await take(ack, body)

    app.command("/help-me")(open_it)
    app.view_submission("form")(submitted)
    app.view_closed("form")(closed)
    return app, heard


async def _command(page: Page) -> Json:
    since = (await page.get("/api/state", who=ANNA))["sequence"]
    await page.post("/api/messages", who=ANNA, channel=ROOM, text="/help-me")
    await page.until("view", since, ANNA)
    view: Json = (await page.get("/api/view", who=ANNA))["view"]
    return view


def words(value: str | None) -> Json:
    return {"words": {"words": {"type": "plain_text_input", "value": value}}}


async def test_a_submitted_modal_tells_its_values_and_closes(workspace: RunningWorkspace, page: Page) -> None:
    app, heard = await _opened(workspace, page, modal(private_metadata="kept"))
    async with connected(app, workspace):
        view = await _command(page)
        answer = await page.post("/api/view/submit", who=ANNA, view=view["id"], values=words("Hello"))
    body = await heard.next()
    assert answer == {"ok": True}
    assert (body["type"], body["user"]["id"], body["response_urls"]) == ("view_submission", ANNA, [])
    assert body["view"]["state"]["values"] == words("Hello")
    assert (body["view"]["private_metadata"], body["view"]["hash"]) == ("kept", view["hash"])
    assert (await page.get("/api/view", who=ANNA))["view"] is None


@pytest.mark.parametrize(
    ("element", "value", "sentence"),
    [
        ({}, None, "Ce champ est obligatoire."),
        ({"min_length": 3}, "ab", "Il faut au moins 3 caractères."),
        ({"max_length": 3}, "abcd", "Pas plus de 3 caractères."),
        ({}, "x" * 3001, "Pas plus de 3000 caractères."),
    ],
)
async def test_the_workspace_itself_refuses_what_an_input_cannot_hold(
    workspace: RunningWorkspace, page: Page, element: Json, value: str | None, sentence: str
) -> None:
    app, heard = await _opened(workspace, page, modal(text_input(**element)))
    async with connected(app, workspace):
        view = await _command(page)
        answer = await page.post("/api/view/submit", who=ANNA, view=view["id"], values=words(value))
    assert answer == {"ok": False, "error": "invalid_input", "errors": {"words": sentence}}
    assert heard.is_empty()


@pytest.mark.parametrize(
    ("element", "given", "sentence"),
    [
        (MENU, {"selected_option": "z"}, "Choisissez l'une des options."),
        (
            MENU | {"type": "multi_static_select", "max_selected_items": 1},
            {"selected_options": ["a", "b"]},
            "Pas plus de 1 choix.",
        ),
        (MENU | {"type": "multi_static_select"}, {"selected_options": "a"}, "Choisissez l'une des options."),
        ({"type": "plain_text_input"}, {"value": 7}, "Choisissez l'une des options."),
        ({"type": "datepicker"}, {"selected_date": "2026-02-30"}, "Choisissez l'une des options."),
        ({"type": "timepicker"}, {"selected_time": "9"}, "Choisissez l'une des options."),
        ({"type": "users_select"}, {"selected_user": "U0NONE"}, "Choisissez l'une des options."),
    ],
)
async def test_an_input_holds_only_what_it_offers(
    workspace: RunningWorkspace, page: Page, element: Json, given: Json, sentence: str
) -> None:
    block = {"type": "input", "block_id": "b", "label": plain("L"), "element": element | {"action_id": "x"}}
    app, heard = await _opened(workspace, page, modal(block))
    async with connected(app, workspace):
        view = await _command(page)
        answer = await page.post("/api/view/submit", who=ANNA, view=view["id"], values={"b": {"x": given}})
    assert answer["errors"] == {"b": sentence}
    assert heard.is_empty()


async def test_an_optional_input_may_stay_empty(workspace: RunningWorkspace, page: Page) -> None:
    app, heard = await _opened(workspace, page, modal(text_input(min_length=5) | {"optional": True}))
    async with connected(app, workspace):
        view = await _command(page)
        assert (await page.post("/api/view/submit", who=ANNA, view=view["id"], values={}))["ok"]
    assert (await heard.next())["view"]["state"]["values"] == words(None)


async def test_the_apps_errors_keep_the_modal_open(workspace: RunningWorkspace, page: Page) -> None:
    ack = {"response_action": "errors", "errors": {"words": "Not those."}}
    app, _ = await _opened(workspace, page, modal(), ack)
    async with connected(app, workspace):
        view = await _command(page)
        answer = await page.post("/api/view/submit", who=ANNA, view=view["id"], values=words("x"))
    assert answer == {"ok": False, "error": "errors", "errors": {"words": "Not those."}}
    assert (await page.get("/api/view", who=ANNA))["view"]["id"] == view["id"]


@pytest.mark.parametrize(
    ("ack", "title", "same"),
    [
        ({"response_action": "update", "view": modal(title=plain("Next"))}, "Next", True),
        ({"response_action": "push", "view": modal(title=plain("More"))}, "More", False),
    ],
)
async def test_the_app_answers_a_submission_with_another_view(
    workspace: RunningWorkspace, page: Page, ack: Json, title: str, same: bool
) -> None:  # fmt: skip
    app, _ = await _opened(workspace, page, modal(), ack)
    async with connected(app, workspace):
        view = await _command(page)
        assert (await page.post("/api/view/submit", who=ANNA, view=view["id"], values=words("x")))["ok"]
    shown = (await page.get("/api/view", who=ANNA))["view"]
    assert (shown["title"]["text"], shown["id"] == view["id"]) == (title, same)


async def test_a_malformed_answer_to_a_submission_is_reported(workspace: RunningWorkspace, page: Page) -> None:
    ack = {"response_action": "update", "view": modal(title=plain("x" * 25))}
    app, _ = await _opened(workspace, page, modal(), ack)
    async with connected(app, workspace):
        view = await _command(page)
        answer = await page.post("/api/view/submit", who=ANNA, view=view["id"], values=words("x"))
    assert answer["error"] == "invalid_view_response"
    assert "[json-pointer:/view/title/text]" in answer["response_metadata"]["messages"][0]


async def test_an_app_hears_of_a_closed_modal_only_if_it_wished_to(workspace: RunningWorkspace, page: Page) -> None:
    app, heard = await _opened(workspace, page, modal(notify_on_close=True))
    async with connected(app, workspace):
        view = await _command(page)
        assert (await page.post("/api/view/close", who=ANNA, view=view["id"]))["ok"]
    body = await heard.next()
    assert (body["type"], body["is_cleared"], body["view"]["id"]) == ("view_closed", False, view["id"])
    app, heard = await _opened(workspace, page, modal())
    async with connected(app, workspace):
        view = await _command(page)
        assert (await page.post("/api/view/close", who=ANNA, view=view["id"]))["ok"]
    assert heard.is_empty()


@pytest.mark.parametrize(("how", "left"), [({}, 1), ({"all": True}, 0)])
async def test_closing_the_upper_modal_shows_the_lower_unless_all_are_closed(
    workspace: RunningWorkspace, page: Page, how: Json, left: int
) -> None:
    ack = {"response_action": "push", "view": modal(title=plain("Upper"))}
    app, _ = await _opened(workspace, page, modal(title=plain("Lower")), ack)
    async with connected(app, workspace):
        lower = await _command(page)
        await page.post("/api/view/submit", who=ANNA, view=lower["id"], values=words("x"))
        upper = (await page.get("/api/view", who=ANNA))["view"]
        hidden = await page.post("/api/view/submit", who=ANNA, view=lower["id"], values=words("x"))
        assert (await page.post("/api/view/close", who=ANNA, view=upper["id"], **how))["ok"]
    shown = (await page.get("/api/view", who=ANNA))["view"]
    assert (upper["title"]["text"], upper["previous_view_id"]) == ("Upper", lower["id"])
    assert hidden["error"] == "view_not_found"
    assert (shown is not None) == bool(left)


async def test_an_app_may_clear_all_modals(workspace: RunningWorkspace, page: Page) -> None:
    app, _ = await _opened(workspace, page, modal(), {"response_action": "clear"})
    async with connected(app, workspace):
        view = await _command(page)
        assert (await page.post("/api/view/submit", who=ANNA, view=view["id"], values=words("x")))["ok"]
    assert (await page.get("/api/view", who=ANNA))["view"] is None


async def test_a_submission_of_what_is_not_in_the_modal_is_refused(workspace: RunningWorkspace, page: Page) -> None:
    app, heard = await _opened(workspace, page, modal())
    async with connected(app, workspace):
        view = await _command(page)
        values = words("x") | {"other": {"x": {"value": "y"}}}
        answer = await page.post("/api/view/submit", who=ANNA, view=view["id"], values=values)
    assert answer["error"] == "no_such_element"
    assert heard.is_empty()


async def test_a_modal_is_only_its_owners(workspace: RunningWorkspace, page: Page) -> None:
    app, _ = await _opened(workspace, page, modal())
    async with connected(app, workspace):
        view = await _command(page)
        answer = await page.post("/api/view/submit", who=BOB, view=view["id"], values=words("x"))
    assert answer["error"] == "view_not_found"
    assert (await page.get("/api/view", who=BOB))["view"] is None


async def test_what_was_put_in_survives_an_update(workspace: RunningWorkspace, page: Page) -> None:
    chooser = {"type": "section", "block_id": "b", "text": plain("t"), "accessory": MENU}
    view = modal(text_input(), chooser)
    app, _ = await _opened(workspace, page, view)
    heard = Heard()

    async def redraw(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)
        heard.note(body)

    app.action("menu")(redraw)
    async with connected(app, workspace):
        shown = await _command(page)
        clicked = await page.post(
            "/api/actions",
            who=ANNA,
            container={"view": shown["id"]},
            block_id="b",
            action_id="menu",
            selected_option="a",
            values=words("typed"),
        )
        body = await heard.next()
    assert clicked["ok"]
    assert body["container"] == {"type": "view", "view_id": shown["id"]}
    after = (await page.get("/api/view", who=ANNA))["view"]
    assert after["hash"] != shown["hash"]
    assert after["state"]["values"]["words"] == words("typed")["words"]
    assert after["state"]["values"]["b"]["menu"]["selected_option"] == option("a")


# Home


async def test_opening_home_tells_the_app_and_shows_what_it_publishes(workspace: RunningWorkspace, page: Page) -> None:
    app, heard = app_of(workspace), Heard()

    async def publish(event: Json, client: AsyncWebClient) -> None:
        heard.note(event)
        await client.views_publish(user_id=event["user"], view=home(*actions(button())))

    app.event("app_home_opened")(publish)
    async with connected(app, workspace):
        assert (await page.get("/api/home", who=ANNA))["view"] is None
        change = await page.until("home", who=ANNA)
        again = await page.get("/api/home", who=ANNA)
        first, second = await heard.next(), await heard.next()
    assert (first["tab"], first["user"], "view" in first) == ("home", ANNA, False)
    assert second["view"]["id"] == again["view"]["id"] == change["view"]
    assert change["content"]["blocks"][0]["type"] == "actions"


# Who is there


async def test_the_state_is_what_a_person_sees(client: AsyncWebClient, page: Page) -> None:
    await client.chat_postMessage(channel=ROOM, text="t")
    state = await page.get("/api/state", who=BOB)
    assert state["team"] == {"id": "T0HORIZON", "name": "Horizon"}
    assert state["me"]["real_name"] == "Bob Reyes"
    assert [one["id"] for one in state["people"]] == [ANNA]
    assert {one["id"]: (one["member"], one["unread"]) for one in state["channels"]} == {
        ROOM: (True, 1),
        OPEN: (False, 0),
        OLD: (True, 0),
    }
    assert state["clock"] == {"mode": "stepped", "now": 1_767_600_000}
    assert state["buttons"] == [{"id": "next", "label": {"en": "Next", "fr": "Suite"}}]
    await page.get("/api/messages", who=BOB, channel=ROOM)
    state = await page.get("/api/state", who=BOB)
    assert [one["unread"] for one in state["channels"]] == [0, 0, 0]


async def test_people_are_found_by_a_part_of_their_name(page: Page) -> None:
    assert [one["id"] for one in (await page.get("/api/people", q="rey"))["people"]] == [BOB]
    assert [one["id"] for one in (await page.get("/api/people", q=""))["people"]] == [ANNA, BOB]
    assert [one["id"] for one in (await page.get("/api/people", ids=BOT))["people"]] == [BOT]


async def test_changes_are_only_those_a_person_may_see(client: AsyncWebClient, page: Page) -> None:
    await client.chat_postMessage(channel=ANNA, text="for Anna")
    await client.chat_postEphemeral(channel=ROOM, user=ANNA, text="psst")
    await client.chat_postMessage(channel=ROOM, text="for all")
    hers = await page.get("/api/changes", since=0, who=ANNA)
    his = await page.get("/api/changes", since=0, who=BOB)
    everything = await page.get("/api/changes", since=0)
    assert [one["message"]["text"] for one in hers["changes"]] == ["for Anna", "psst", "for all"]
    assert [one["message"]["text"] for one in his["changes"]] == ["for all"]
    assert [one["sequence"] for one in everything["changes"]] == [1, 2, 3]


async def test_a_new_person_joins_the_team_and_a_known_one_changes(page: Page, heard: Heard) -> None:
    added = await page.post("/sandbox/people", real_name="Cy Okoro", email="cy@horizon.example", tz="Africa/Lagos")
    told = sorted([(await heard.next())["event"]["type"] for _ in range(3)])
    assert told == ["member_joined_channel", "member_joined_channel", "team_join"]
    await page.post("/sandbox/people", id=added["person"]["id"], title="Auditor")
    changed = (await heard.next())["event"]
    assert changed["type"] == "user_change"
    assert (changed["user"]["real_name"], changed["user"]["profile"]["title"]) == ("Cy Okoro", "Auditor")


async def test_a_known_person_has_no_unknown_key(page: Page) -> None:
    assert await page.status("POST", "/sandbox/people", json={"id": ANNA, "age": 7}) == 400


async def test_a_malformed_answer_to_a_command_is_reported(workspace: RunningWorkspace, page: Page) -> None:
    app = app_of(workspace)

    async def answer(ack: Any) -> None:
        await ack(text="t", blocks=[{"type": "poll"}])

    app.command("/help-me")(answer)
    async with connected(app, workspace):
        refused = await page.post("/api/messages", who=ANNA, channel=ROOM, text="/help-me")
    assert refused["error"] == "invalid_command_response"


async def test_a_person_without_a_name_is_refused(page: Page) -> None:
    assert await page.status("POST", "/sandbox/people", json={"email": "x@x.example"}) == 400


async def test_a_button_is_passed_on_to_whoever_registered() -> None:
    pressed = []

    async def listen(request: web.Request) -> web.Response:
        pressed.append(await request.json())
        return web.json_response({"ok": True, "message": "Done"})

    listener = web.Application()
    listener.add_routes([web.post("/button", listen)])
    runner = web.AppRunner(listener)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/button"
    async with running_workspace(config()) as workspace, page_of(workspace) as page:
        assert (await page.post("/api/buttons/next"))["error"] == "nobody_listens"
        await page.post("/sandbox/register", button_address=address)
        answer = await page.post("/api/buttons/next")
        assert await page.status("POST", "/api/buttons/other", json={}) == 404
    await runner.cleanup()
    assert answer == {"ok": True, "message": "Done"}
    assert pressed == [{"button": "next"}]


# The page's own safety


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Host": "workspace.example"}, 403),
        ("POST", {"Origin": "http://evil.example"}, 403),
        ("GET", {"Origin": "http://evil.example"}, 200),
        ("GET", {}, 200),
    ],
)
async def test_only_this_machines_pages_drive_the_workspace(
    page: Page, method: str, headers: dict[str, str], status: int
) -> None:
    path = "/api/clock" if method == "GET" else "/api/clock/advance"
    assert await page.status(method, path, headers=headers, json={"to": 2_000_000_000}) == status


async def test_a_body_that_is_no_object_is_refused(page: Page) -> None:
    assert await page.status("POST", "/api/messages", data=b"{") == 400
    assert await page.status("POST", "/api/messages", data=b"[]") == 400
    assert await page.status("GET", "/api/changes?since=x") == 400
    assert await page.status("GET", "/api/state?as=U0NONE") == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/actions", {"container": []}),
        ("/api/actions", {"container": {}, "values": "x"}),
        ("/sandbox/forge", {"payload": []}),
    ],
)
async def test_a_request_of_the_wrong_shape_is_refused(page: Page, path: str, body: Json) -> None:
    assert await page.status("POST", path, json={"as": ANNA} | body) == 400


async def test_whoever_is_not_yet_somebody_sees_whom_to_be(page: Page) -> None:
    state = await page.get("/api/state")
    assert state["me"] is None
    assert [one["id"] for one in state["people"]] == [ANNA]


async def test_an_app_is_as_real_over_two_workspaces(workspace: RunningWorkspace) -> None:
    async with running_workspace(config()) as other:
        await client_of(workspace).chat_postMessage(channel=ROOM, text="here")
        assert (await client_of(other).conversations_history(channel=ROOM))["messages"] == []
