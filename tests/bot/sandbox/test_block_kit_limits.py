"""Every documented limit of Block Kit: the last value within it is accepted, the next one is refused by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from .doors import ANNA, ROOM, Json, button, plain, refusal, text_input

Blocks = list[Json]


def section(**more: Any) -> Json:
    return {"type": "section", "text": plain("x")} | more


def option(text: str = "a", value: str = "a", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> Blocks:
    return [option(value=str(number)) for number in range(count)]


def menu(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "m", "options": options(2)} | more


def accessory(element: Json) -> Blocks:
    return [section(accessory=element)]


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("L"), "element": element} | more


def confirm(**more: Any) -> Blocks:
    dialog = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")} | more
    return accessory(button(confirm=dialog))


def picture(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://x.example/p.png", "alt_text": "a"} | more


def chart(kind: str = "bar", **more: Any) -> Json:
    points = [{"label": "Mon", "value": 1}, {"label": "Tue", "value": -2}]
    axes = {"categories": ["Mon", "Tue"]}
    drawn = {"type": kind, "series": [{"name": "S", "data": points}], "axis_config": axes} | more
    return {"type": "data_visualization", "title": "T", "chart": drawn}


def many_series(count: int) -> Blocks:
    points = [{"label": "Mon", "value": 1}, {"label": "Tue", "value": 2}]
    return [chart(series=[{"name": f"S{number}", "data": points} for number in range(count)])]


def categories(count: int, length: int = 0) -> Blocks:
    names = [f"{number:0>{max(length, 1)}}" for number in range(count)]
    data = [{"label": name, "value": 1} for name in names]
    return [chart(series=[{"name": "S", "data": data}], axis_config={"categories": names})]


def pie(count: int, label: str = "s", value: float | str = 1) -> Blocks:
    segments = [{"label": label, "value": value} for _ in range(count)]
    return [{"type": "data_visualization", "title": "T", "chart": {"type": "pie", "segments": segments}}]


def groups(count: int) -> Blocks:
    return accessory(
        {
            "type": "static_select",
            "option_groups": [{"label": plain("g"), "options": [option(value=str(n))]} for n in range(count)],
        }
    )


@dataclass(frozen=True)
class Length:
    """`make(n)` answers blocks in which the field at the pointer has n characters."""

    name: str
    most: int
    pointer: str
    make: Callable[[str], Blocks]


LENGTHS = [
    Length("section text", 3000, "/blocks/0/text/text", lambda x: [section(text=plain(x))]),
    Length("section mrkdwn", 3000, "/blocks/0/text/text", lambda x: [section(text={"type": "mrkdwn", "text": x})]),
    Length("section field", 2000, "/blocks/0/fields/0/text", lambda x: [section(fields=[plain(x)])]),
    Length("header", 150, "/blocks/0/text/text", lambda x: [{"type": "header", "text": plain(x)}]),
    Length("block_id", 255, "/blocks/0/block_id", lambda x: [section(block_id=x)]),
    Length("action_id", 255, "/blocks/0/accessory/action_id", lambda x: accessory(button(x))),
    Length("button text", 75, "/blocks/0/accessory/text/text", lambda x: accessory(button(text=plain(x)))),
    Length("button value", 2000, "/blocks/0/accessory/value", lambda x: accessory(button(value=x))),
    Length("button url", 3000, "/blocks/0/accessory/url", lambda x: accessory(button(url=x))),
    Length(
        "accessibility label",
        75,
        "/blocks/0/accessory/accessibility_label",
        lambda x: accessory(button(accessibility_label=x)),
    ),
    Length(
        "option text", 75, "/blocks/0/accessory/options/0/text/text", lambda x: accessory(menu(options=[option(x)]))
    ),
    Length(
        "option value",
        150,
        "/blocks/0/accessory/options/0/value",
        lambda x: accessory(menu(options=[option(value=x)])),
    ),
    Length(
        "option description",
        75,
        "/blocks/0/accessory/options/0/description/text",
        lambda x: accessory(menu(options=[option(description=plain(x))])),
    ),
    Length(
        "option group label",
        75,
        "/blocks/0/accessory/option_groups/0/label/text",
        lambda x: accessory({"type": "static_select", "option_groups": [{"label": plain(x), "options": options(1)}]}),
    ),
    Length(
        "menu placeholder",
        150,
        "/blocks/0/accessory/placeholder/text",
        lambda x: accessory(menu(placeholder=plain(x))),
    ),
    Length(
        "date placeholder",
        150,
        "/blocks/0/accessory/placeholder/text",
        lambda x: accessory({"type": "datepicker", "placeholder": plain(x)}),
    ),
    Length(
        "input placeholder",
        150,
        "/blocks/0/element/placeholder/text",
        lambda x: [text_input(placeholder=plain(x))],
    ),
    Length("confirm title", 100, "/blocks/0/accessory/confirm/title/text", lambda x: confirm(title=plain(x))),
    Length("confirm text", 300, "/blocks/0/accessory/confirm/text/text", lambda x: confirm(text=plain(x))),
    Length("confirm yes", 30, "/blocks/0/accessory/confirm/confirm/text", lambda x: confirm(confirm=plain(x))),
    Length("confirm no", 30, "/blocks/0/accessory/confirm/deny/text", lambda x: confirm(deny=plain(x))),
    Length("image url", 3000, "/blocks/0/image_url", lambda x: [picture(image_url=x)]),
    Length("image alt text", 2000, "/blocks/0/alt_text", lambda x: [picture(alt_text=x)]),
    Length("image title", 2000, "/blocks/0/title/text", lambda x: [picture(title=plain(x))]),
    Length("input label", 2000, "/blocks/0/label/text", lambda x: [field({"type": "datepicker"}, label=plain(x))]),
    Length("input hint", 2000, "/blocks/0/hint/text", lambda x: [field({"type": "datepicker"}, hint=plain(x))]),
    Length("initial value", 3000, "/blocks/0/element/initial_value", lambda x: [text_input(initial_value=x)]),
    Length("markdown", 12_000, "/blocks/0/text", lambda x: [{"type": "markdown", "text": x}]),
    Length("chart title", 50, "/blocks/0/title", lambda x: [chart() | {"title": x}]),
    Length(
        "chart x label",
        50,
        "/blocks/0/chart/axis_config/x_label",
        lambda x: [chart(axis_config={"categories": ["Mon", "Tue"], "x_label": x})],
    ),
    Length(
        "chart y label",
        50,
        "/blocks/0/chart/axis_config/y_label",
        lambda x: [chart(axis_config={"categories": ["Mon", "Tue"], "y_label": x})],
    ),
    Length(
        "chart series name",
        20,
        "/blocks/0/chart/series/0/name",
        lambda x: [chart(series=[{"name": x, "data": [{"label": m, "value": 1} for m in ("Mon", "Tue")]}])],
    ),
    Length("chart category", 20, "/blocks/0/chart/axis_config/categories/0", lambda x: categories(1, length=len(x))),
    Length("pie segment label", 20, "/blocks/0/chart/segments/0/label", lambda x: pie(1, label=x)),
]


@pytest.mark.parametrize("limit", LENGTHS, ids=lambda limit: limit.name)
async def test_a_text_is_accepted_up_to_its_limit_and_refused_beyond(client: AsyncWebClient, limit: Length) -> None:
    accepted = await client.chat_postMessage(channel=ROOM, text="t", blocks=limit.make("x" * limit.most))
    refused = await refusal(client.chat_postMessage(channel=ROOM, text="t", blocks=limit.make("x" * (limit.most + 1))))
    sentence = f"must be less than {limit.most + 1} characters [json-pointer:{limit.pointer}]"
    assert accepted["ok"]
    assert refused["error"] == "invalid_blocks"
    assert f"[ERROR] {sentence}" in refused["response_metadata"]["messages"]
    assert sentence in refused["errors"]


@dataclass(frozen=True)
class Amount:
    """`make(n)` answers blocks in which the list at the pointer has n items."""

    name: str
    most: int
    pointer: str
    make: Callable[[int], Blocks]


AMOUNTS = [
    Amount("blocks of a message", 50, "/blocks", lambda n: [{"type": "divider"}] * n),
    Amount("section fields", 10, "/blocks/0/fields", lambda n: [section(fields=[plain("x")] * n)]),
    Amount("context elements", 10, "/blocks/0/elements", lambda n: [{"type": "context", "elements": [plain("x")] * n}]),
    Amount(
        "actions elements",
        25,
        "/blocks/0/elements",
        lambda n: [{"type": "actions", "elements": [button(str(number)) for number in range(n)]}],
    ),
    Amount("options", 100, "/blocks/0/accessory/options", lambda n: accessory(menu(options=options(n)))),
    Amount("option groups", 100, "/blocks/0/accessory/option_groups", groups),
    Amount(
        "options of a group",
        100,
        "/blocks/0/accessory/option_groups/0/options",
        lambda n: accessory({"type": "static_select", "option_groups": [{"label": plain("g"), "options": options(n)}]}),
    ),
    Amount(
        "overflow options",
        5,
        "/blocks/0/accessory/options",
        lambda n: accessory({"type": "overflow", "options": options(n)}),
    ),
    Amount(
        "checkboxes",
        10,
        "/blocks/0/accessory/options",
        lambda n: accessory({"type": "checkboxes", "options": options(n)}),
    ),
    Amount(
        "radio buttons",
        10,
        "/blocks/0/accessory/options",
        lambda n: accessory({"type": "radio_buttons", "options": options(n)}),
    ),
    Amount("chart series", 12, "/blocks/0/chart/series", many_series),
    Amount("chart categories", 20, "/blocks/0/chart/axis_config/categories", categories),
    Amount("pie segments", 12, "/blocks/0/chart/segments", pie),
]


@pytest.mark.parametrize("limit", AMOUNTS, ids=lambda limit: limit.name)
async def test_a_list_is_accepted_up_to_its_limit_and_refused_beyond(client: AsyncWebClient, limit: Amount) -> None:
    accepted = await client.chat_postMessage(channel=ROOM, text="t", blocks=limit.make(limit.most))
    refused = await refusal(client.chat_postMessage(channel=ROOM, text="t", blocks=limit.make(limit.most + 1)))
    assert accepted["ok"]
    assert refused["error"] == "invalid_blocks"
    sentence = f"[ERROR] no more than {limit.most} items allowed [json-pointer:{limit.pointer}]"
    assert sentence in refused["response_metadata"]["messages"]


REFUSED: dict[str, tuple[list[Any], str]] = {
    "an unknown block": ([{"type": "poll"}], "unsupported type: poll [json-pointer:/blocks/0/type]"),
    "a block without type": ([{"text": plain("x")}], "missing required field: type [json-pointer:/blocks/0]"),
    "an unknown field": (
        [section(colour="red")],
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "an unknown field of an option": (
        accessory(menu(options=[option(type="option")])),
        "invalid additional property: type [json-pointer:/blocks/0/accessory/options/0]",
    ),
    "an unknown element": (
        accessory({"type": "slider"}),
        "unsupported type: slider [json-pointer:/blocks/0/accessory/type]",
    ),
    "a text input outside an input block": (
        [{"type": "actions", "elements": [{"type": "plain_text_input"}]}],
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    "a multi-select among actions": (
        [{"type": "actions", "elements": [menu(type="multi_static_select")]}],
        "unsupported type: multi_static_select [json-pointer:/blocks/0/elements/0/type]",
    ),
    "a button in an input block": (
        [field(button())],
        "unsupported type: button [json-pointer:/blocks/0/element/type]",
    ),
    "an empty section": (
        [{"type": "section"}],
        "must define either `text` or `fields` [json-pointer:/blocks/0/type]",
    ),
    "an empty text": (
        [section(text=plain(""))],
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    "mrkdwn in a header": (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    "another style of button": (
        accessory(button(style="warning")),
        "must be one of: primary, danger [json-pointer:/blocks/0/accessory/style]",
    ),
    "a confirmation without a way out": (
        accessory(button(confirm={"title": plain("t"), "text": plain("t"), "confirm": plain("y")})),
        "missing required field: deny [json-pointer:/blocks/0/accessory/confirm]",
    ),
    "no options": (
        accessory(menu(options=[])),
        "must provide at least 1 items [json-pointer:/blocks/0/accessory/options]",
    ),
    "neither options nor groups": (
        accessory({"type": "static_select"}),
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/accessory]",
    ),
    "an initial option that is not offered": (
        accessory(menu(initial_option=option(value="z"))),
        "must be one of the provided options [json-pointer:/blocks/0/accessory/initial_option]",
    ),
    "two options of one value": (
        accessory(menu(options=[option("a"), option("b")])),
        "option values must be unique [json-pointer:/blocks/0/accessory/options]",
    ),
    "a date that is none": (
        accessory({"type": "datepicker", "initial_date": "5 January"}),
        "must be a date in the format YYYY-MM-DD [json-pointer:/blocks/0/accessory/initial_date]",
    ),
    "a time that is none": (
        accessory({"type": "timepicker", "initial_time": "25:00"}),
        "must be a time in the format HH:mm [json-pointer:/blocks/0/accessory/initial_time]",
    ),
    "a least length beyond the greatest": (
        [text_input(min_length=5, max_length=4)],
        "must be less than or equal to `max_length` [json-pointer:/blocks/0/element/min_length]",
    ),
    "a greatest length beyond 3000": (
        [text_input(max_length=3001)],
        "must be less than or equal to 3000 [json-pointer:/blocks/0/element/max_length]",
    ),
    "an image without alt text": (
        [{"type": "image", "image_url": "https://x.example/p.png"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "an input without label": (
        [{"type": "input", "element": {"type": "datepicker"}}],
        "missing required field: label [json-pointer:/blocks/0]",
    ),
    "a block_id given twice": (
        [section(block_id="b"), section(block_id="b")],
        "`block_id` b already exists [json-pointer:/blocks/1/block_id]",
    ),
    "an action_id given twice in a block": (
        [{"type": "actions", "elements": [button("a"), button("a")]}],
        "`action_id` a already exists in this block [json-pointer:/blocks/0/elements/1/action_id]",
    ),
    "markdown blocks too long together": (
        [{"type": "markdown", "text": "x" * 6001}, {"type": "markdown", "text": "x" * 6000}],
        "must be less than 12001 characters in all markdown blocks [json-pointer:/blocks/1/text]",
    ),
    "three charts": (
        [chart(), chart(), chart()],
        "no more than 2 data_visualization blocks allowed [json-pointer:/blocks/2/type]",
    ),
    "an unknown chart": ([chart("radar")], "unsupported type: radar [json-pointer:/blocks/0/chart/type]"),
    "an empty pie segment": (
        pie(1, value=0),
        "must be greater than 0 [json-pointer:/blocks/0/chart/segments/0/value]",
    ),
    "an empty pie": (pie(0), "must provide at least 1 items [json-pointer:/blocks/0/chart/segments]"),
    "a series without a category": (
        [chart(axis_config={"categories": ["Mon", "Tue", "Wed"]})],
        "must have one data point for every category [json-pointer:/blocks/0/chart/series/0/data]",
    ),
    "two series of one name": (
        [chart(series=[{"name": "S", "data": [{"label": m, "value": 1} for m in ("Mon", "Tue")]}] * 2)],
        "series names must be unique [json-pointer:/blocks/0/chart/series]",
    ),
    "an unknown rich text element": (
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "channel"}]}],
            }
        ],
        "unsupported type: broadcast [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
    "an unknown rich text style": (
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "x", "style": {"blink": True}}],
                    }
                ],
            }
        ],
        "invalid additional property: blink [json-pointer:/blocks/0/elements/0/elements/0/style]",
    ),
    "a rich text list inside a list": (
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_list"}]}],
            }
        ],
        "unsupported type: rich_text_list [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
}


WRONG_TYPES: list[tuple[str, list[Any], str]] = [
    ("a block", ["divider"], "must be an object [json-pointer:/blocks/0]"),
    ("a text", [section(text=plain(7))], "must be a string [json-pointer:/blocks/0/text/text]"),
    ("a text object", [section(text="x")], "must be an object [json-pointer:/blocks/0/text]"),
    ("a kind", [{"type": ["divider"]}], "unsupported type: ['divider'] [json-pointer:/blocks/0/type]"),
    ("a list", [section(fields=plain("x"))], "must be an array [json-pointer:/blocks/0/fields]"),
    ("a switch", [text_input(multiline=1)], "must be a boolean [json-pointer:/blocks/0/element/multiline]"),
    ("a number", [text_input(max_length="9")], "must be an integer [json-pointer:/blocks/0/element/max_length]"),
    ("an option", accessory(menu(options=["a"])), "must be an object [json-pointer:/blocks/0/accessory/options/0]"),
    (
        "a value",
        [chart(series=[{"name": "S", "data": [{"label": "Mon", "value": "1"}]}])],
        "must be a number [json-pointer:/blocks/0/chart/series/0/data/0/value]",
    ),
    ("a share", pie(1, value="1"), "must be a number [json-pointer:/blocks/0/chart/segments/0/value]"),
]
REFUSED |= {f"{name} of the wrong type": (blocks, sentence) for name, blocks, sentence in WRONG_TYPES}
REFUSED |= {
    "a least length below zero": (
        [text_input(min_length=-1)],
        "must be greater than or equal to 0 [json-pointer:/blocks/0/element/min_length]",
    ),
    "an image without a picture": (
        [{"type": "image", "alt_text": "a"}],
        "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
    ),
    "initial options that are not offered": (
        accessory(menu(type="multi_static_select", initial_options=[option(value="z")])),
        "must be one of the provided options [json-pointer:/blocks/0/accessory/initial_options]",
    ),
    "one category twice": (
        [
            chart(
                series=[{"name": "S", "data": [{"label": "Mon", "value": 1}] * 2}],
                axis_config={"categories": ["Mon", "Mon"]},
            )
        ],
        "categories must be unique [json-pointer:/blocks/0/chart/axis_config/categories]",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_slack_refuses(client: AsyncWebClient, name: str) -> None:
    blocks, sentence = REFUSED[name]
    refused = await refusal(client.chat_postMessage(channel=ROOM, text="t", blocks=blocks))
    assert refused["error"] == "invalid_blocks"
    assert refused["response_metadata"]["messages"] == [f"[ERROR] {sentence}"]


async def test_every_kind_of_block_and_element_is_accepted_in_a_message(client: AsyncWebClient) -> None:
    style = {"style": {"bold": True, "italic": True, "strike": True, "code": True}}
    inline = [
        {"type": "text", "text": "x", **style},
        {"type": "emoji", "name": "wave"},
        {"type": "link", "url": "https://x.example", "text": "x", **style},
        {"type": "user", "user_id": ANNA},
        {"type": "date", "timestamp": 1_767_600_000, "format": "{date_short}", "fallback": "soon"},
    ]
    part = {"type": "rich_text_section", "elements": inline}
    rich = {
        "type": "rich_text",
        "elements": [
            part,
            {"type": "rich_text_list", "style": "ordered", "indent": 1, "border": 0, "elements": [part]},
            {"type": "rich_text_quote", "elements": inline},
            {"type": "rich_text_preformatted", "elements": inline[:1]},
        ],
    }
    boxes = {"type": "checkboxes", "options": [{"text": {"type": "mrkdwn", "text": "*a*"}, "value": "a"}]}
    blocks: Blocks = [
        {"type": "header", "text": plain("h")},
        {"type": "divider"},
        section(fields=[plain("f")], accessory=picture()),
        section(accessory=menu(type="multi_static_select", max_selected_items=2, initial_options=options(2))),
        {"type": "context", "elements": [picture(), plain("x"), {"type": "mrkdwn", "text": "x", "verbatim": True}]},
        {
            "type": "actions",
            "elements": [
                button("1", style="primary"),
                menu(action_id="2"),
                {"type": "radio_buttons", "options": options(2), "initial_option": options(2)[1]},
                boxes,
                {"type": "overflow", "options": options(5)},
                {"type": "datepicker", "initial_date": "2026-01-05"},
                {"type": "timepicker", "initial_time": "08:30"},
                {"type": "users_select", "initial_user": ANNA},
            ],
        },
        text_input(multiline=True, min_length=1, max_length=3000),
        picture(title=plain("t")),
        rich,
        {"type": "markdown", "text": "# x"},
        chart("line"),
        chart("area"),
    ]
    answer = await client.chat_postMessage(channel=ROOM, text="t", blocks=blocks)
    assert answer["ok"]
    assert all(block["block_id"] for block in answer["message"]["blocks"])


async def test_validate_answers_pointers_that_start_at_the_blocks(client: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "invalid", "text": "x"}}]
    refused = await refusal(client.api_call("blocks.validate", json={"blocks": blocks}))
    assert refused["error"] == "invalid_blocks"
    assert refused["errors"] == [
        {
            "code": "failed_constraint",
            "message": "unsupported type: invalid",
            "pointer": "/0/text/type",
            "constraint": {"type": "enum", "expected": ["plain_text", "mrkdwn"]},
        }
    ]


async def test_validate_accepts_exactly_one_sound_payload(client: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    assert (await client.api_call("blocks.validate", json={"view": home}))["ok"]
    assert (await client.api_call("blocks.validate", json={"message": {"blocks": [{"type": "divider"}]}}))["ok"]
    refused = await refusal(client.api_call("blocks.validate", json={"view": home, "blocks": []}))
    assert refused["error"] == "invalid_arguments"


@pytest.mark.parametrize("blocks", ["not json", '{"type": "divider"}', '"divider"'])
async def test_blocks_that_are_no_list_have_the_wrong_format(client: AsyncWebClient, blocks: str) -> None:
    refused = await refusal(client.chat_postMessage(channel=ROOM, text="t", blocks=blocks))
    assert refused["error"] == "invalid_blocks_format"


async def test_blocks_may_come_as_the_text_of_their_json(client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel=ROOM, text="t", blocks='[{"type":"divider"}]')
    assert answer["message"]["blocks"][0]["type"] == "divider"
