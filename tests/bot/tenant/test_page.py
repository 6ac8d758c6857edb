"""What people see and do in Teams, and how the app hears of it."""

import asyncio
from typing import Any

import pytest

from bot.tenant import running_tenant

from .doors import (
    ANNA,
    ANNA_USER,
    APP_ID,
    BOB,
    BOT,
    CARD_TYPE,
    CHAT,
    GENERAL,
    GUEST,
    NEWS,
    TENANT,
    App,
    Json,
    Page,
    activities,
    app_in,
    card,
    choices,
    config,
    dialog,
    execute,
    page_of,
    shows_card,
    submit,
    text,
)

TOAST = (200, {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Thank you"})
FETCH = submit(msteams={"type": "task/fetch"}, form="criteria")


# Writing


async def test_a_message_comes_with_who_where_and_what_their_client_is(app: App, page: Page) -> None:
    said = await page.post("/page/messages", who=ANNA, text="Bonjour <b>")
    heard = app.last("message")
    assert heard["id"] == said["id"]
    assert heard["text"] == "Bonjour <b>"
    assert heard["from"] == {"id": ANNA_USER, "name": "Anna Keller", "aadObjectId": ANNA}
    assert heard["recipient"]["id"] == BOT
    assert heard["conversation"] == {
        "conversationType": "personal",
        "tenantId": TENANT,
        "id": await app.conversation(),
    }
    assert heard["channelData"] == {"tenant": {"id": TENANT}}
    about = {"locale": "fr-FR", "country": "FR", "platform": "Web", "timezone": "Europe/Paris"}
    assert heard["entities"] == [{"type": "clientInfo", **about}]
    assert (heard["locale"], heard["localTimezone"]) == ("fr-FR", "Europe/Paris")
    assert heard["localTimestamp"].endswith("+01:00")


async def test_in_a_channel_the_app_hears_only_what_mentions_it(app: App, page: Page) -> None:
    await page.post("/page/messages", who=BOB, conversation=NEWS, text="Just us")
    assert app.heard == []
    said = await page.post("/page/messages", who=BOB, conversation=NEWS, text="help", mention=True)
    heard = app.last("message")
    assert heard["text"] == "<at>Comitia</at> help"
    assert heard["entities"][0]["mentioned"] == {"id": BOT, "name": "Comitia"}
    assert heard["entities"][0]["text"] in heard["text"]
    assert heard["conversation"]["id"] == f"{NEWS};messageid={said['id']}"
    assert heard["channelData"]["team"]["id"] == GENERAL
    assert heard["channelData"]["channel"] == {"id": NEWS}
    assert heard["conversation"]["conversationType"] == "channel"
    assert (await app.send(heard["conversation"]["id"], text("Here"))).status == 201


async def test_an_answer_in_a_thread_carries_its_thread(app: App, page: Page) -> None:
    first = (await app.send(NEWS)).body["id"]
    await page.post("/page/messages", who=ANNA, conversation=NEWS, thread=first, text="why?", mention=True)
    assert app.last("message")["conversation"]["id"] == f"{NEWS};messageid={first}"


async def test_in_a_chat_a_mention_is_needed_too_and_the_conversation_is_a_group(app: App, page: Page) -> None:
    await page.post("/page/messages", who=BOB, conversation=CHAT, text="help", mention=True)
    where = app.last("message")["conversation"]
    assert (where["id"], where["conversationType"], where["isGroup"]) == (CHAT, "groupChat", True)


async def test_nobody_reads_or_writes_where_they_are_not(page: Page) -> None:
    for who, where in ((GUEST, NEWS), (GUEST, CHAT), (ANNA, "19:nowhere@thread.v2")):
        assert (await page.get("/page/messages", who=who, conversation=where))["error"] == "conversation_not_found"
        said = await page.post("/page/messages", who=who, conversation=where, text="Hi")
        assert said["error"] == "conversation_not_found"
    assert (await page.get("/page/messages", who="nobody"))["error"] == "no_such_person"


# Pressing


async def test_execute_is_an_invoke_with_its_verb_and_the_inputs_in_its_data(app: App, page: Page) -> None:
    app.answers["adaptiveCard/action"] = TOAST
    shown = await app.show(execute(item="triage"), body=(choices("score", "1", "2", "3"),))
    pressed = await page.press(shown, verb="vote", inputs={"score": "3"})
    assert pressed == {"ok": True, "shown": {"kind": "toast", "text": "Thank you"}}
    heard = app.last("invoke")
    assert (heard["name"], heard["replyToId"]) == ("adaptiveCard/action", shown["id"])
    sent = {"type": "Action.Execute", "title": "Go", "verb": "vote", "data": {"item": "triage", "score": "3"}}
    assert heard["value"] == {"action": sent, "trigger": "manual"}
    assert heard["from"]["aadObjectId"] == ANNA


async def test_submit_is_a_message_without_words_in_reply_to_the_card(app: App, page: Page) -> None:
    shown = await app.show(submit(kind="mark"))
    assert (await page.press(shown, title="Send"))["shown"] == {"kind": "nothing"}
    heard = app.last("message")
    assert (heard["value"], heard["replyToId"]) == ({"kind": "mark"}, shown["id"])
    assert "text" not in heard


async def test_an_old_client_takes_the_fallback_of_execute(app: App, page: Page) -> None:
    shown = await app.show(execute(item="triage"), body=(choices("score", "1", "2"),))
    assert (await page.press(shown, index=0, inputs={"score": "2"}, old_client=True))["ok"]
    assert app.last("message")["value"] == {"item": "triage", "score": "2"}


async def test_all_answers_arrive_as_strings_and_empty_ones_not_at_all(app: App, page: Page) -> None:
    shown = await app.show(
        submit(),
        body=(
            choices("one", "a", "b"),
            choices("many", "a", "b", "c", isMultiSelect=True),
            choices("kept", "a", "b", value="b"),
            {"type": "Input.Number", "id": "number", "min": 0, "max": 10},
            {"type": "Input.Text", "id": "empty"},
            {"type": "Input.Text", "id": "cleared", "value": "draft"},
            {"type": "Input.Toggle", "id": "yes", "title": "?"},
            {"type": "Input.Toggle", "id": "untouched", "title": "?"},
            {"type": "Input.Date", "id": "day"},
        ),
    )
    given = {"one": "a", "many": ["a", "c"], "number": 7, "cleared": "", "yes": True, "day": "2026-02-03"}
    assert (await page.press(shown, index=0, inputs=given))["ok"]
    assert app.last("message")["value"] == {
        "one": "a",
        "many": "a,c",
        "kept": "b",
        "number": "7",
        "yes": "true",
        "untouched": "false",
        "day": "2026-02-03",
    }


@pytest.mark.parametrize(
    ("element", "given", "error"),
    [
        (choices("a", "1", isRequired=True), {}, "required"),
        (choices("a", "1"), {"a": "2"}, "not_an_answer"),
        (choices("a", "1", "2"), {"a": ["1", "2"]}, "not_an_answer"),
        (choices("a", "1", isMultiSelect=True), {"a": "1,2"}, "not_an_answer"),
        ({"type": "Input.Number", "id": "a", "max": 5}, {"a": 6}, "not_an_answer"),
        ({"type": "Input.Number", "id": "a"}, {"a": "many"}, "not_an_answer"),
        ({"type": "Input.Text", "id": "a", "maxLength": 2}, {"a": "abc"}, "not_an_answer"),
        ({"type": "Input.Text", "id": "a", "regex": "[0-9]+"}, {"a": "x"}, "not_an_answer"),
        ({"type": "Input.Toggle", "id": "a", "title": "?"}, {"a": "maybe"}, "not_an_answer"),
        (choices("a", "1"), {"b": "1"}, "no_such_input"),
    ],
)
async def test_a_client_sends_nothing_that_its_inputs_cannot_hold(
    app: App, page: Page, element: Json, given: Json, error: str
) -> None:
    refused = await page.press(await app.show(submit(), body=(element,)), index=0, inputs=given)
    assert (refused["error"], refused["inputs"]) == (error, sorted(given) or ["a"])
    assert app.heard == []


async def test_a_button_on_a_shown_card_sends_its_inputs_and_those_around_it_and_no_others(
    app: App, page: Page
) -> None:
    def shows(name: str) -> Json:
        inner = {"type": "AdaptiveCard", "body": [choices(name, "1", isRequired=True)], "actions": [submit(of=name)]}
        return {"type": "Action.ShowCard", "title": name, "card": inner}

    shown = await app.show(shows("left"), shows("right"), body=(choices("outer", "1"),))
    [told] = await page.messages()
    assert [button["title"] for button in told["buttons"]] == ["left", "Send", "right", "Send"]
    assert told["buttons"][3]["inputs"] == ["outer", "right"]
    assert (await page.press(shown, data={"of": "right"}, inputs={"outer": "1", "right": "1"}))["ok"]
    assert app.last("message")["value"] == {"of": "right", "outer": "1", "right": "1"}
    assert (await page.press(shown, title="left"))["error"] == "nothing_to_send"


async def test_a_button_without_inputs_of_its_own_sends_none(app: App, page: Page) -> None:
    skip = submit(skip=True) | {"associatedInputs": "none"}
    shown = await app.show(skip, body=(choices("a", "1", isRequired=True),))
    assert (await page.press(shown, index=0))["ok"]
    assert app.last("message")["value"] == {"skip": True}


async def test_a_button_may_write_for_the_person(app: App, page: Page) -> None:
    shown = await app.show(submit(msteams={"type": "imBack", "value": "help"}))
    await page.press(shown, index=0)
    assert app.last("message")["text"] == "help"
    assert [message["text"] for message in await page.messages()] == ["", "help"]
    back = {"type": "messageBack", "text": "hidden", "displayText": "Help!", "value": {"a": 1}}
    await page.press(await app.show(submit(msteams=back)), index=0)
    heard = app.last("message")
    assert (heard["text"], heard["value"]) == ("hidden", {"a": 1})
    assert (await page.messages())[-1]["text"] == "Help!"


async def test_only_a_button_that_is_there_can_be_pressed(app: App, page: Page) -> None:
    shown = await app.show(execute())
    for choice in ({"index": 1}, {"title": "Come"}, {"verb": "veto"}, {"data": {"a": 1}}):
        assert (await page.press(shown, **choice))["error"] == "no_such_button"
    missing = {"conversation": shown["conversation"], "id": "1"}
    assert (await page.press(missing, index=0))["error"] == "message_not_found"
    plain = {"conversation": CHAT, "id": (await app.send(CHAT)).body["id"]}
    assert (await page.press(plain, index=0))["error"] == "no_card"


# What the app answers


async def test_a_card_in_the_answer_stands_for_who_pressed_and_for_nobody_else(app: App, page: Page) -> None:
    thanks = card(execute("again"))["attachments"][0]["content"]
    app.answers["adaptiveCard/action"] = shows_card(thanks)
    shown = await app.show(execute(), conversation=CHAT)
    assert (await page.press(shown, who=BOB, index=0))["shown"] == {"kind": "card", "card": thanks}
    [[bobs], [annas]] = [await page.messages(who, conversation=CHAT) for who in (BOB, ANNA)]
    assert (bobs["buttons"][0]["verb"], bobs["mine_alone"]) == ("again", True)
    assert (annas["buttons"][0]["verb"], annas["mine_alone"]) == ("vote", False)
    # What Bob can press now is what he sees.
    assert (await page.press(shown, who=BOB, verb="again"))["ok"]
    assert (await page.press(shown, who=BOB, verb="vote"))["error"] == "no_such_button"
    changes = (await page.get("/page/changes", who=ANNA))["changes"]
    assert [change["type"] for change in changes] == ["message"]


async def test_an_edit_shows_everybody_the_same_card_again(app: App, page: Page) -> None:
    app.answers["adaptiveCard/action"] = shows_card(card()["attachments"][0]["content"])
    shown = await app.show(execute(), conversation=CHAT)
    await page.press(shown, who=BOB, index=0)
    await app.call("PUT", activities(CHAT, shown["id"]), card(execute("changed")))
    for who in (ANNA, BOB):
        [told] = await page.messages(who, conversation=CHAT)
        assert told["buttons"][0]["verb"] == "changed"


async def test_an_error_in_the_answer_is_told(app: App, page: Page) -> None:
    value = {"code": "BadRequest", "message": "Closed"}
    told = {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": value}
    app.answers["adaptiveCard/action"] = (200, told)
    pressed = await page.press(await app.show(execute()), index=0)
    assert pressed["shown"] == {"kind": "error", "text": "Closed", "code": "BadRequest"}


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"statusCode": 200},
        {"statusCode": 200, "type": CARD_TYPE, "value": "text"},
        {"statusCode": 200, "type": CARD_TYPE, "value": {"type": "Form"}},
        {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": {"text": "x"}},
        {"statusCode": 200, "type": "application/vnd.microsoft.error", "value": {}},
        {"type": CARD_TYPE, "value": {"type": "AdaptiveCard", "version": "1.5"}},
        ["an array"],
    ],
)
async def test_an_answer_that_is_none_is_an_error_for_the_person_and_counted(
    app: App, page: Page, body: object
) -> None:
    app.answers["adaptiveCard/action"] = (200, body)
    assert (await page.press(await app.show(execute()), index=0)) == {"ok": False, "error": "bad_answer"}
    assert (await page.counts())["bad_answers"] == 1


@pytest.mark.parametrize(
    ("status", "error", "count"),
    [(500, "server_error", "server_errors"), (401, "refused", "refused_activities")],
)
async def test_an_app_that_fails_or_refuses_is_counted(
    app: App, page: Page, status: int, error: str, count: str
) -> None:
    app.answers["adaptiveCard/action"] = (status, None)
    assert (await page.press(await app.show(execute()), index=0))["error"] == error
    assert (await page.counts())[count] == 1


async def test_the_service_waits_for_the_app_no_longer_than_its_patience() -> None:
    async with running_tenant(config(patience=0.05)) as tenant, page_of(tenant) as page, app_in(tenant, page) as app:
        app.hold = asyncio.Event()
        assert (await page.post("/page/messages", who=ANNA, text="Hello"))["error"] == "timed_out"
        app.hold.set()
        assert (await page.counts())["unacknowledged"] == 1
        assert len(await page.messages()) == 1


async def test_the_tenant_is_busy_while_the_app_thinks(app: App, page: Page) -> None:
    app.hold = asyncio.Event()
    writing = asyncio.create_task(page.post("/page/messages", who=ANNA, text="Hello"))
    await app.came.wait()
    assert not (await page.get("/sandbox/counts"))["idle"]
    app.hold.set()
    assert (await writing)["ok"]
    assert (await page.counts())["idle"]


# Dialogs


async def test_a_button_opens_a_dialog_whose_answers_are_submitted(app: App, page: Page) -> None:
    app.answers["task/fetch"] = dialog(submit(form="criteria"), body=(choices("value", "1", "2"),))
    opened = await page.press(await app.show(FETCH), index=0)
    told = (await page.get("/page/dialog", who=ANNA))["dialog"]
    assert opened["shown"] == {"kind": "dialog", "dialog": told}
    assert (told["title"], told["inputs"][0]["id"]) == ("A dialog", "value")
    fetched = app.last("invoke")
    assert (fetched["name"], fetched["value"]["data"]) == ("task/fetch", FETCH["data"])
    sent = await page.post("/page/dialog/submit", who=ANNA, dialog=told["id"], index=0, inputs={"value": "2"})
    assert sent["shown"] == {"kind": "nothing"}
    submitted = app.last("invoke")
    assert submitted["name"] == "task/submit"
    assert submitted["value"]["data"] == {"form": "criteria", "value": "2"}
    assert (await page.get("/page/dialog", who=ANNA))["dialog"] is None


async def test_a_submitted_dialog_may_go_on_or_end_with_a_sentence(app: App, page: Page) -> None:
    app.answers["task/fetch"] = dialog(submit(step=1))
    await page.press(await app.show(FETCH), index=0)
    app.answers["task/submit"] = dialog(submit(step=2), title="Again")
    again = await page.post("/page/dialog/submit", who=ANNA, index=0)
    assert again["shown"]["dialog"]["title"] == "Again"
    app.answers["task/submit"] = (200, {"task": {"type": "message", "value": "Kept"}})
    done = await page.post("/page/dialog/submit", who=ANNA, data={"step": 2})
    assert done["shown"] == {"kind": "message", "text": "Kept"}
    assert (await page.post("/page/dialog/submit", who=ANNA, index=0))["error"] == "dialog_not_found"


async def test_a_dialog_stays_open_when_the_app_fails_and_closes_when_the_person_does(app: App, page: Page) -> None:
    app.answers |= {"task/fetch": dialog(submit()), "task/submit": (500, None)}
    await page.press(await app.show(FETCH), index=0)
    assert (await page.post("/page/dialog/submit", who=ANNA, index=0))["error"] == "server_error"
    assert (await page.get("/page/dialog", who=ANNA))["dialog"] is not None
    assert (await page.post("/page/dialog/close", who=ANNA))["ok"]
    assert (await page.get("/page/dialog", who=ANNA))["dialog"] is None


async def test_a_dialog_knows_no_execute(app: App, page: Page) -> None:
    app.answers["task/fetch"] = dialog(execute())
    await page.press(await app.show(FETCH), index=0)
    assert (await page.post("/page/dialog/submit", who=ANNA, index=0))["error"] == "nothing_to_send"
    assert (await page.get("/sandbox/audit"))["problems"] == ["dialog: Action.Execute in a dialog"]


@pytest.mark.parametrize(
    "answer",
    [
        (200, None),
        (200, {"task": {}}),
        (200, {"task": {"type": "message", "value": 1}}),
        (200, {"task": {"type": "continue", "value": {"title": "No card"}}}),
        (200, {"task": {"type": "continue", "value": {"card": {"contentType": CARD_TYPE, "content": {}}}}}),
        dialog(height="huge"),
        dialog(title=7),
    ],
)
async def test_an_answer_that_is_no_dialog_is_an_error(app: App, page: Page, answer: tuple[int, Any]) -> None:
    app.answers["task/fetch"] = answer
    assert (await page.press(await app.show(FETCH), index=0))["error"] == "bad_answer"


async def test_a_dialog_is_its_persons_own(app: App, page: Page) -> None:
    app.answers["task/fetch"] = dialog(submit())
    await page.press(await app.show(FETCH, conversation=CHAT), who=BOB, index=0)
    assert (await page.post("/page/dialog/submit", who=ANNA, index=0))["error"] == "dialog_not_found"


# The rest of the page


async def test_a_person_finds_their_conversations_and_other_people(app: App, page: Page) -> None:
    state = await page.get("/page/state", who=ANNA)
    kinds = [(each["kind"], each["name"], each["installed"]) for each in state["conversations"]]
    assert kinds[:3] == [("personal", "", True), ("channel", "General", True), ("channel", "news", True)]
    assert ("groupChat", "Claims", True) in kinds
    assert state["app"] == {"id": APP_ID, "name": "Comitia", "bot": BOT}
    assert [each["id"] for each in state["people"]] == [ANNA]
    assert [each["id"] for each in (await page.get("/page/people", q="reyes"))["people"]] == [BOB]
    assert [each["id"] for each in (await page.get("/page/people", ids=f"{BOB},x"))["people"]] == [BOB]


async def test_a_person_is_told_what_changes_where_they_are(app: App, page: Page) -> None:
    since = (await page.get("/page/state"))["sequence"]
    waiting = asyncio.create_task(page.get("/page/changes", who=BOB, since=since, wait=5))
    await app.send(await app.conversation())
    await app.send(NEWS)
    [change] = (await waiting)["changes"]
    assert (change["type"], change["conversation"], change["person"]) == ("message", NEWS, "")
    assert change["message"]["text"] == "Hello"
    everything = (await page.get("/page/changes", since=since))["changes"]
    assert [each["person"] for each in everything] == [ANNA, ""]


async def test_the_clock_stands_until_it_is_advanced_and_never_goes_back(page: Page) -> None:
    now = (await page.get("/api/clock"))["now"]
    assert (await page.post("/api/clock/advance", to=now + 60))["now"] == now + 60
    assert (await page.get("/api/clock")) == {"mode": "stepped", "now": now + 60}
    assert (await page.post("/api/clock/advance", to=now))["error"] == "invalid_moment"
