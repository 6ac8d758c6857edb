"""Modals and the Home tab through the real SDK: triggers, stack, hashes and limits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import RunningWorkspace, running_workspace

from .doors import (
    ANNA,
    BOT,
    ROOM,
    Heard,
    Json,
    Page,
    app_of,
    client_of,
    config,
    connected,
    hear_all,
    home,
    modal,
    page_of,
    plain,
    refusal,
    text_input,
)


@pytest.fixture
async def trigger(workspace: RunningWorkspace, page: Page) -> Any:
    """Answer a function that makes Anna give a command and answers its trigger_id."""
    app, heard = app_of(workspace), Heard()
    hear_all(app, heard)
    channel = await page.dm()

    async def new() -> str:
        assert (await page.post("/api/messages", who=ANNA, channel=channel, text="/help-me"))["ok"]
        body = await heard.next()
        found: str = body["trigger_id"]
        return found

    async with connected(app, workspace):
        yield new


Trigger = Callable[[], Any]


async def test_a_trigger_id_opens_one_modal_only(client: AsyncWebClient, trigger: Trigger) -> None:
    trigger_id = await trigger()
    assert (await client.views_open(trigger_id=trigger_id, view=modal()))["ok"]
    assert (await refusal(client.views_open(trigger_id=trigger_id, view=modal())))["error"] == "exchanged_trigger_id"


async def test_a_trigger_id_lives_three_seconds(client: AsyncWebClient, page: Page, trigger: Trigger) -> None:
    timely, late = await trigger(), await trigger()
    await page.advance(1_767_600_003)
    assert (await client.views_open(trigger_id=timely, view=modal()))["ok"]
    await page.advance(1_767_600_003.5)
    assert (await refusal(client.views_open(trigger_id=late, view=modal())))["error"] == "expired_trigger_id"


async def test_a_trigger_id_that_was_never_given_is_invalid(client: AsyncWebClient) -> None:
    assert (await refusal(client.views_open(trigger_id="1.2.x", view=modal())))["error"] == "invalid_trigger_id"


async def test_a_refused_view_leaves_the_trigger_unused(client: AsyncWebClient, trigger: Trigger) -> None:
    trigger_id = await trigger()
    await refusal(client.views_open(trigger_id=trigger_id, view=modal(title=plain("x" * 25))))
    assert (await client.views_open(trigger_id=trigger_id, view=modal()))["ok"]


async def test_no_more_than_three_modals_stand_on_each_other(
    client: AsyncWebClient, page: Page, trigger: Trigger
) -> None:
    root = await client.views_open(trigger_id=await trigger(), view=modal())
    await client.views_push(trigger_id=await trigger(), view=modal())
    third = await client.views_push(trigger_id=await trigger(), view=modal())
    refused = await refusal(client.views_push(trigger_id=await trigger(), view=modal()))
    assert refused["error"] == "push_limit_reached"
    assert third["view"]["root_view_id"] == root["view"]["id"]
    assert (await page.get("/api/view", who=ANNA))["view"]["id"] == third["view"]["id"]


async def test_a_push_needs_an_open_modal(client: AsyncWebClient, trigger: Trigger) -> None:
    assert (await refusal(client.views_push(trigger_id=await trigger(), view=modal())))["error"] == "not_found"


async def test_an_update_with_an_old_hash_conflicts(client: AsyncWebClient, trigger: Trigger) -> None:
    view = (await client.views_open(trigger_id=await trigger(), view=modal()))["view"]
    fresh = await client.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    stale = await refusal(client.views_update(view_id=view["id"], hash=view["hash"], view=modal()))
    assert fresh["view"]["hash"] != view["hash"]
    assert stale["error"] == "hash_conflict"


async def test_an_external_id_names_one_open_view(client: AsyncWebClient, trigger: Trigger) -> None:
    await client.views_open(trigger_id=await trigger(), view=modal(external_id="mine"))
    pushed = await refusal(client.views_push(trigger_id=await trigger(), view=modal(external_id="mine")))
    updated = await client.views_update(external_id="mine", view=modal(external_id="mine"))
    assert pushed["error"] == "duplicate_external_id"
    assert updated["ok"]


async def test_an_update_of_a_view_that_is_not_open_finds_nothing(client: AsyncWebClient) -> None:
    assert (await refusal(client.views_update(view_id="V0NONE", view=modal())))["error"] == "not_found"
    nameless = await refusal(client.api_call("views.update", json={"view": modal()}))
    assert nameless["error"] == "invalid_arguments"


async def test_a_home_tab_is_published_and_guarded_by_its_hash(client: AsyncWebClient, page: Page) -> None:
    first = await client.views_publish(user_id=ANNA, view=home())
    stale = await refusal(client.views_publish(user_id=ANNA, hash="1.x", view=home()))
    fresh = await client.views_publish(user_id=ANNA, hash=first["view"]["hash"], view=home())
    assert stale["error"] == "hash_conflict"
    assert fresh["view"]["id"] == first["view"]["id"]
    assert (await page.get("/api/home", who=ANNA))["view"]["hash"] == fresh["view"]["hash"]


async def test_a_home_tab_belongs_to_a_person(client: AsyncWebClient) -> None:
    assert (await refusal(client.views_publish(user_id=BOT, view=home())))["error"] == "user_not_found"


def _with(**more: Any) -> Json:
    return modal(**more)


WITHIN_AND_BEYOND: dict[str, tuple[Json, Json, str]] = {
    "title": (
        _with(title=plain("x" * 24)),
        _with(title=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    "submit": (
        _with(submit=plain("x" * 24)),
        _with(submit=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/submit/text]",
    ),
    "close": (
        _with(close=plain("x" * 24)),
        _with(close=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/close/text]",
    ),
    "private_metadata": (
        _with(private_metadata="x" * 3000),
        _with(private_metadata="x" * 3001),
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    "callback_id": (
        _with(callback_id="x" * 255),
        _with(callback_id="x" * 256),
        "must be less than 256 characters [json-pointer:/view/callback_id]",
    ),
    "external_id": (
        _with(external_id="x" * 255),
        _with(external_id="x" * 256),
        "must be less than 256 characters [json-pointer:/view/external_id]",
    ),
    "blocks": (
        modal(*[{"type": "divider"}] * 100),
        modal(*[{"type": "divider"}] * 101),
        "no more than 100 items allowed [json-pointer:/view/blocks]",
    ),
    "focus": (
        modal(text_input(focus_on_load=True)),
        modal(text_input(focus_on_load=True), text_input(focus_on_load=True) | {"block_id": "c"}),
        "only one element can have `focus_on_load` [json-pointer:/view/blocks/1/element/focus_on_load]",
    ),
    "submit with inputs": (
        modal(),
        {key: value for key, value in modal().items() if key != "submit"},
        "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]",
    ),
    "markdown": (
        modal({"type": "divider"}),
        modal({"type": "markdown", "text": "x"}),
        "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
    ),
    "charts": (
        modal({"type": "divider"}),
        modal({"type": "data_visualization", "title": "t", "chart": {}}),
        "unsupported type: data_visualization [json-pointer:/view/blocks/0/type]",
    ),
    "unknown field": (
        modal(),
        _with(colour="red"),
        "invalid additional property: colour [json-pointer:/view]",
    ),
    "title missing": (
        modal(),
        {key: value for key, value in modal().items() if key != "title"},
        "missing required field: title [json-pointer:/view]",
    ),
}


@pytest.mark.parametrize("name", WITHIN_AND_BEYOND)
async def test_a_view_is_accepted_within_a_limit_and_refused_beyond(
    client: AsyncWebClient, trigger: Trigger, name: str
) -> None:
    within, beyond, sentence = WITHIN_AND_BEYOND[name]
    accepted = await client.views_open(trigger_id=await trigger(), view=within)
    refused = await refusal(client.views_open(trigger_id=await trigger(), view=beyond))
    assert accepted["ok"]
    assert refused["error"] == "invalid_arguments"
    assert refused["response_metadata"]["messages"] == [f"[ERROR] {sentence}"]


async def test_a_home_tab_takes_a_hundred_blocks(client: AsyncWebClient) -> None:
    assert (await client.views_publish(user_id=ANNA, view=home(*[{"type": "divider"}] * 100)))["ok"]
    refused = await refusal(client.views_publish(user_id=ANNA, view=home(*[{"type": "divider"}] * 101)))
    assert refused["response_metadata"]["messages"] == [
        "[ERROR] no more than 100 items allowed [json-pointer:/view/blocks]"
    ]


async def test_a_home_tab_has_no_title(client: AsyncWebClient) -> None:
    refused = await refusal(client.views_publish(user_id=ANNA, view=home() | {"title": plain("x")}))
    assert refused["error"] == "invalid_arguments"


async def test_a_view_beyond_250_kilobytes_is_too_large(client: AsyncWebClient) -> None:
    section = {"type": "section", "text": plain("é" * 3000)}
    assert (await client.views_publish(user_id=ANNA, view=home(*[section] * 40)))["ok"]
    refused = await refusal(client.views_publish(user_id=ANNA, view=home(*[section] * 42)))
    assert refused["error"] == "view_too_large"


@pytest.mark.parametrize("view", [None, "{", "[]", '{"type": "popup"}'])
async def test_what_is_no_view_is_an_invalid_argument(client: AsyncWebClient, view: str | None) -> None:
    refused = await refusal(client.api_call("views.publish", json={"user_id": ANNA, "view": view}))
    assert refused["error"] == "invalid_arguments"


async def test_stacked_modals_survive_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "workspace.sqlite"
    async with running_workspace(config(), data) as workspace, page_of(workspace) as page:
        client, app, heard = client_of(workspace), app_of(workspace), Heard()
        hear_all(app, heard)
        views = []
        async with connected(app, workspace):
            for open_it in (client.views_open, client.views_push, client.views_push):
                await page.post("/api/messages", who=ANNA, channel=ROOM, text="/help-me")
                trigger_id = (await heard.next())["trigger_id"]
                views.append((await open_it(trigger_id=trigger_id, view=modal()))["view"]["id"])
    async with running_workspace(config(), data) as workspace, page_of(workspace) as page:
        shown = []
        while (view := (await page.get("/api/view", who=ANNA))["view"]) is not None:
            shown.append(view["id"])
            await page.post("/api/view/close", who=ANNA, view=view["id"])
    assert shown == views[::-1]


async def test_a_view_stays_what_it_is(client: AsyncWebClient) -> None:
    view = (await client.views_publish(user_id=ANNA, view=home()))["view"]
    refused = await refusal(client.views_update(view_id=view["id"], view=modal()))
    published = await refusal(client.views_publish(user_id=ANNA, view=modal()))
    assert (refused["error"], published["error"]) == ("invalid_arguments", "invalid_arguments")
    fresh = await client.views_update(view_id=view["id"], view=home())
    assert fresh["view"]["id"] == view["id"]
