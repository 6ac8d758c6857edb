"""What Block Kit accepts: blocks, elements and fields with their limits, and Slack's sentences for what breaks them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from bot.local.json_types import Json

Surface: TypeAlias = Literal["message", "modal", "home"]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_CHARACTERS = 12_000
CHARTS_IN_A_MESSAGE = 2
ID_CHARACTERS = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    pointer: str
    message: str
    constraint: Json

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


@dataclass(slots=True)
class Report:
    """The problems of one payload and what has to be counted across its blocks."""

    surface: Surface
    problems: list[Problem] = field(default_factory=list)
    block_ids: set[str] = field(default_factory=set)
    action_ids: set[str] = field(default_factory=set)
    markdown: int = 0
    charts: int = 0
    focused: int = 0

    def add(self, at: str, message: str, **constraint: object) -> None:
        self.problems.append(Problem(pointer=at, message=message, constraint=constraint))


Check: TypeAlias = Callable[[Any, str, Report], None]
Rule: TypeAlias = Callable[[Json, str, Report], None]


def check_blocks(blocks: object, at: str, report: Report) -> None:
    """Check the blocks of a message or view, whose JSON pointer is `at`."""
    _array(_check_block, low=0, high=MESSAGE_BLOCKS if report.surface == "message" else VIEW_BLOCKS)(blocks, at, report)


def check_view(view: object, at: str, report: Report) -> None:
    """Check a modal's or the Home tab's view."""
    if not isinstance(view, dict):
        report.add(at, "must be an object", type="object")
    elif view.get("type") == "home":
        report.surface = "home"
        _HOME(view, at, report)
    elif view.get("type") == "modal":
        report.surface = "modal"
        _MODAL(view, at, report)
    elif "type" not in view:
        report.add(at, "missing required field: type", type="required")
    else:
        report.add(f"{at}/type", f"unsupported type: {view['type']}", type="enum", expected=["modal", "home"])


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield every interactive element together with the block it stands in."""
    for block in blocks:
        kind = block["type"]
        if kind == "actions":
            for element in block["elements"]:
                yield block, element
        elif kind == "input":
            yield block, block["element"]
        elif kind == "section" and block.get("accessory", {}).get("type", "image") != "image":
            yield block, block["accessory"]


def name_everything(blocks: list[Json], new_id: Callable[[], str]) -> None:
    """Give an id to each block and interactive element that came without one, as Slack does."""
    for block in blocks:
        if "block_id" not in block:
            block["block_id"] = new_id()
    for _, element in elements(blocks):
        if "action_id" not in element:
            element["action_id"] = new_id()


def options_of(element: Json) -> list[Json]:
    """Answer all options of a menu, out of their groups."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


# The vocabulary of the rules


def _string(high: int, low: int = 1) -> Check:
    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add(at, "must be a string", type="string")
        elif len(value) < low:
            report.add(at, f"must be more than {low - 1} characters", type="min_length", minimum=low)
        elif len(value) > high:
            report.add(at, f"must be less than {high + 1} characters", type="max_length", maximum=high)

    return check


def _flag(value: Any, at: str, report: Report) -> None:
    if not isinstance(value, bool):
        report.add(at, "must be a boolean", type="boolean")


def _whole(low: int, high: int) -> Check:
    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            report.add(at, "must be an integer", type="integer")
        elif value < low:
            report.add(at, f"must be greater than or equal to {low}", type="minimum", minimum=low)
        elif value > high:
            report.add(at, f"must be less than or equal to {high}", type="maximum", maximum=high)

    return check


def _number(value: Any, at: str, report: Report) -> None:
    finite = isinstance(value, int | float) and not isinstance(value, bool) and value - value == 0
    if not finite:
        report.add(at, "must be a number", type="number")


def _positive(value: Any, at: str, report: Report) -> None:
    count = len(report.problems)
    _number(value, at, report)
    if len(report.problems) == count and value <= 0:
        report.add(at, "must be greater than 0", type="exclusive_minimum", minimum=0)


def _choice(*allowed: str) -> Check:
    def check(value: Any, at: str, report: Report) -> None:
        if value not in allowed:
            report.add(at, f"must be one of: {', '.join(allowed)}", type="enum", expected=list(allowed))

    return check


def _like(pattern: str, what: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            report.add(at, f"must be {what}", type="pattern", expected=what)

    return check


def _array(check_item: Check, low: int, high: int) -> Check:
    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add(at, "must be an array", type="array")
            return
        if len(value) < low:
            report.add(at, f"must provide at least {low} items", type="min_items", minimum=low)
        if len(value) > high:
            report.add(at, f"no more than {high} items allowed", type="max_items", maximum=high)
            return
        for position, item in enumerate(value):
            check_item(item, f"{at}/{position}", report)

    return check


@dataclass(frozen=True, slots=True)
class _Shape:
    """An object with these fields and no other; the rules see it once every field is well-formed."""

    required: dict[str, Check]
    optional: dict[str, Check]
    rules: tuple[Rule, ...]
    typed: bool = False

    def __call__(self, value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(at, "must be an object", type="object")
            return
        count = len(report.problems)
        for name in self.required:
            if name not in value:
                report.add(at, f"missing required field: {name}", type="required", field=name)
        for name, part in value.items():
            known = self.required.get(name) or self.optional.get(name)
            if known is not None:
                known(part, f"{at}/{name}", report)
            elif name != "type" or not self.typed:
                report.add(at, f"invalid additional property: {name}", type="additional_property", field=name)
        if len(report.problems) == count:
            for rule in self.rules:
                rule(value, at, report)


def _shape(required: dict[str, Check], optional: dict[str, Check] | None = None, *rules: Rule) -> _Shape:
    return _Shape(required, optional or {}, rules)


def _one_of(untyped: Mapping[str, _Shape]) -> Check:
    """An object whose type says which shape it must have."""
    shapes = {kind: replace(shape, typed=True) for kind, shape in untyped.items()}

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(at, "must be an object", type="object")
        elif "type" not in value:
            report.add(at, "missing required field: type", type="required", field="type")
        else:
            kind = value["type"]
            shape = shapes.get(kind) if isinstance(kind, str) else None
            if shape is None:
                report.add(f"{at}/type", f"unsupported type: {kind}", type="enum", expected=list(shapes))
            else:
                shape(value, at, report)

    return check


# Texts, options, confirmations


def _plain(high: int) -> Check:
    return _one_of({"plain_text": _shape({"text": _string(high)}, {"emoji": _flag})})


def _text(high: int) -> Check:
    return _one_of(
        {
            "plain_text": _shape({"text": _string(high)}, {"emoji": _flag}),
            "mrkdwn": _shape({"text": _string(high)}, {"verbatim": _flag}),
        }
    )


def _option(text: Check, description: Check, **more: Check) -> _Shape:
    return _shape({"text": text, "value": _string(150)}, {"description": description, **more})


_ID = _string(ID_CHARACTERS)
_URL = _string(3000)
_STYLE = _choice("primary", "danger")
_MENU_OPTION = _option(_plain(75), _plain(75))
_BOX_OPTION = _option(_text(75), _text(75))
_GROUP = _shape({"label": _plain(75), "options": _array(_MENU_OPTION, low=1, high=100)})
_CONFIRM = _shape(
    {"title": _plain(100), "text": _text(300), "confirm": _plain(30), "deny": _plain(30)}, {"style": _STYLE}
)
_DATE = _like(r"\d{4}-\d{2}-\d{2}", "a date in the format YYYY-MM-DD")
_TIME = _like(r"([01]\d|2[0-3]):[0-5]\d", "a time in the format HH:mm")


# Rules that look at several fields


def _initial_is_an_option(element: Json, at: str, report: Report) -> None:
    offered = options_of(element)
    if "initial_option" in element and element["initial_option"] not in offered:
        report.add(f"{at}/initial_option", "must be one of the provided options", type="initial_option")
    if any(option not in offered for option in element.get("initial_options", [])):
        report.add(f"{at}/initial_options", "must be one of the provided options", type="initial_options")


def _options_or_groups(element: Json, at: str, report: Report) -> None:
    if ("options" in element) == ("option_groups" in element):
        report.add(at, "must define either `options` or `option_groups`", type="one_of")


def _option_values_differ(element: Json, at: str, report: Report) -> None:
    values = [option["value"] for option in options_of(element)]
    if len(values) != len(set(values)):
        report.add(f"{at}/options", "option values must be unique", type="unique")


def _lengths_in_order(element: Json, at: str, report: Report) -> None:
    low, high = element.get("min_length", 0), element.get("max_length", 3000)
    if low > high:
        report.add(f"{at}/min_length", "must be less than or equal to `max_length`", type="maximum", maximum=high)


def _focused_once(element: Json, at: str, report: Report) -> None:
    if element.get("focus_on_load"):
        report.focused += 1
        if report.focused > 1:
            report.add(f"{at}/focus_on_load", "only one element can have `focus_on_load`", type="unique")


def _own_action_id(element: Json, at: str, report: Report) -> None:
    action_id = element.get("action_id")
    if action_id is not None:
        if action_id in report.action_ids:
            report.add(f"{at}/action_id", f"`action_id` {action_id} already exists in this block", type="unique")
        report.action_ids.add(action_id)


def _text_or_fields(block: Json, at: str, report: Report) -> None:
    if "text" not in block and "fields" not in block:
        report.add(f"{at}/type", "must define either `text` or `fields`", type="one_of")


def _one_picture(block: Json, at: str, report: Report) -> None:
    if ("image_url" in block) == ("slack_file" in block):
        report.add(at, "must define either `image_url` or `slack_file`", type="one_of")


def _count_markdown(block: Json, at: str, report: Report) -> None:
    report.markdown += len(block["text"])
    if report.markdown > MARKDOWN_CHARACTERS:
        message = f"must be less than {MARKDOWN_CHARACTERS + 1} characters in all markdown blocks"
        report.add(f"{at}/text", message, type="max_length", maximum=MARKDOWN_CHARACTERS)


def _count_chart(_block: Json, at: str, report: Report) -> None:
    report.charts += 1
    if report.charts > CHARTS_IN_A_MESSAGE:
        message = f"no more than {CHARTS_IN_A_MESSAGE} data_visualization blocks allowed"
        report.add(f"{at}/type", message, type="max_items", maximum=CHARTS_IN_A_MESSAGE)


def _every_series_has_every_category(chart: Json, at: str, report: Report) -> None:
    categories = chart["axis_config"]["categories"]
    names = [series["name"] for series in chart["series"]]
    if len(names) != len(set(names)):
        report.add(f"{at}/series", "series names must be unique", type="unique")
    if len(categories) != len(set(categories)):
        report.add(f"{at}/axis_config/categories", "categories must be unique", type="unique")
    for position, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            where = f"{at}/series/{position}/data"
            report.add(where, "must have one data point for every category", type="categories", expected=categories)


def _submit_with_inputs(view: Json, at: str, report: Report) -> None:
    for position, block in enumerate(view["blocks"]):
        if block["type"] == "input" and "submit" not in view:
            where = f"{at}/blocks/{position}/input"
            report.add(where, "must define `submit` to use an `input` block in modals", type="required")
            return


# Elements


def _element(required: dict[str, Check], optional: dict[str, Check], *rules: Rule) -> _Shape:
    optional = {"action_id": _ID, "confirm": _CONFIRM, "focus_on_load": _flag, **optional}
    return _shape(required, optional, _own_action_id, _focused_once, *rules)


_PLACEHOLDER: dict[str, Check] = {"placeholder": _plain(150)}
_MENU: dict[str, Check] = {
    **_PLACEHOLDER,
    "options": _array(_MENU_OPTION, low=1, high=100),
    "option_groups": _array(_GROUP, low=1, high=100),
}
_MENU_RULES = (_options_or_groups, _initial_is_an_option, _option_values_differ)
_IMAGE_FIELDS: dict[str, Check] = {"image_url": _URL, "slack_file": _shape({}, {"id": _ID, "url": _URL})}

_BUTTON = _shape(
    {"text": _plain(75)},
    {
        "action_id": _ID,
        "url": _URL,
        "value": _string(2000),
        "style": _STYLE,
        "confirm": _CONFIRM,
        "accessibility_label": _string(75),
    },
    _own_action_id,
)
_STATIC_SELECT = _element({}, {**_MENU, "initial_option": _MENU_OPTION}, *_MENU_RULES)
_MULTI_STATIC_SELECT = _element(
    {},
    {**_MENU, "initial_options": _array(_MENU_OPTION, low=1, high=100), "max_selected_items": _whole(1, 100)},
    *_MENU_RULES,
)
_RADIO_BUTTONS = _element(
    {"options": _array(_BOX_OPTION, low=1, high=10)},
    {"initial_option": _BOX_OPTION},
    _initial_is_an_option,
    _option_values_differ,
)
_CHECKBOXES = _element(
    {"options": _array(_BOX_OPTION, low=1, high=10)},
    {"initial_options": _array(_BOX_OPTION, low=1, high=10)},
    _initial_is_an_option,
    _option_values_differ,
)
_OVERFLOW = _shape(
    {"options": _array(_option(_plain(75), _plain(75), url=_URL), low=1, high=5)},
    {"action_id": _ID, "confirm": _CONFIRM},
    _own_action_id,
    _option_values_differ,
)
_PLAIN_TEXT_INPUT = _shape(
    {},
    {
        **_PLACEHOLDER,
        "action_id": _ID,
        "initial_value": _string(3000, low=0),
        "multiline": _flag,
        "min_length": _whole(0, 3000),
        "max_length": _whole(1, 3000),
        "focus_on_load": _flag,
        "dispatch_action_config": _shape(
            {}, {"trigger_actions_on": _array(_choice("on_enter_pressed", "on_character_entered"), low=1, high=2)}
        ),
    },
    _own_action_id,
    _focused_once,
    _lengths_in_order,
)
_DATEPICKER = _element({}, {**_PLACEHOLDER, "initial_date": _DATE})
_TIMEPICKER = _element({}, {**_PLACEHOLDER, "initial_time": _TIME, "timezone": _string(255)})
_USERS_SELECT = _element({}, {**_PLACEHOLDER, "initial_user": _ID})
_IMAGE_ELEMENT = _shape({"alt_text": _string(2000)}, _IMAGE_FIELDS, _one_picture)

_IN_ACTIONS: dict[str, _Shape] = {
    "button": _BUTTON,
    "static_select": _STATIC_SELECT,
    "users_select": _USERS_SELECT,
    "radio_buttons": _RADIO_BUTTONS,
    "checkboxes": _CHECKBOXES,
    "overflow": _OVERFLOW,
    "datepicker": _DATEPICKER,
    "timepicker": _TIMEPICKER,
}
_IN_SECTION = {**_IN_ACTIONS, "multi_static_select": _MULTI_STATIC_SELECT, "image": _IMAGE_ELEMENT}
_IN_INPUT: dict[str, _Shape] = {
    "plain_text_input": _PLAIN_TEXT_INPUT,
    "static_select": _STATIC_SELECT,
    "multi_static_select": _MULTI_STATIC_SELECT,
    "users_select": _USERS_SELECT,
    "radio_buttons": _RADIO_BUTTONS,
    "checkboxes": _CHECKBOXES,
    "datepicker": _DATEPICKER,
    "timepicker": _TIMEPICKER,
}
_IN_CONTEXT: dict[str, _Shape] = {
    "image": _IMAGE_ELEMENT,
    "plain_text": _shape({"text": _string(3000)}, {"emoji": _flag}),
    "mrkdwn": _shape({"text": _string(3000)}, {"verbatim": _flag}),
}

# Rich text

_INLINE_STYLE: dict[str, Check] = {
    "style": _shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), _flag))
}
_RICH_STRING = _string(MARKDOWN_CHARACTERS)
_INLINE = _one_of(
    {
        "text": _shape({"text": _RICH_STRING}, _INLINE_STYLE),
        "emoji": _shape({"name": _ID}, {**_INLINE_STYLE, "unicode": _ID, "skin_tone": _whole(1, 6)}),
        "link": _shape({"url": _URL}, {**_INLINE_STYLE, "text": _RICH_STRING, "unsafe": _flag}),
        "user": _shape({"user_id": _ID}, _INLINE_STYLE),
        "date": _shape(
            {"timestamp": _whole(0, 2**40), "format": _string(255)},
            {**_INLINE_STYLE, "url": _URL, "fallback": _string(3000)},
        ),
    }
)
_INLINES = _array(_INLINE, low=0, high=1000)
_BORDER: dict[str, Check] = {"border": _whole(0, 1)}
_RICH_SECTION = _shape({"elements": _INLINES})
_RICH_PART = _one_of(
    {
        "rich_text_section": _RICH_SECTION,
        "rich_text_list": _shape(
            {
                "style": _choice("bullet", "ordered"),
                "elements": _array(_one_of({"rich_text_section": _RICH_SECTION}), low=1, high=1000),
            },
            {**_BORDER, "indent": _whole(0, 8), "offset": _whole(0, 10_000)},
        ),
        "rich_text_quote": _shape({"elements": _INLINES}, _BORDER),
        "rich_text_preformatted": _shape({"elements": _INLINES}, {**_BORDER, "language": _ID}),
    }
)

# Charts

_LABEL = _string(20)
_POINT = _shape({"label": _LABEL, "value": _number})
_SEGMENT = _shape({"label": _LABEL, "value": _positive})
_AXES = _shape({"categories": _array(_LABEL, low=1, high=20)}, {"x_label": _string(50), "y_label": _string(50)})
_LINES = _shape(
    {
        "series": _array(_shape({"name": _LABEL, "data": _array(_POINT, low=1, high=20)}), low=1, high=12),
        "axis_config": _AXES,
    },
    {},
    _every_series_has_every_category,
)
_CHART = _one_of(
    {
        "bar": _LINES,
        "line": _LINES,
        "area": _LINES,
        "pie": _shape({"segments": _array(_SEGMENT, low=1, high=12)}),
    }
)

# Blocks and views


def _block(required: dict[str, Check], optional: dict[str, Check], *rules: Rule) -> _Shape:
    return _shape(required, {"block_id": _ID, **optional}, *rules)


_EVERYWHERE: dict[str, _Shape] = {
    "section": _block(
        {},
        {
            "text": _text(3000),
            "fields": _array(_text(2000), low=1, high=10),
            "accessory": _one_of(_IN_SECTION),
            "expand": _flag,
        },
        _text_or_fields,
    ),
    "header": _block({"text": _plain(150)}, {}),
    "divider": _block({}, {}),
    "context": _block({"elements": _array(_one_of(_IN_CONTEXT), low=1, high=10)}, {}),
    "actions": _block({"elements": _array(_one_of(_IN_ACTIONS), low=1, high=25)}, {}),
    "input": _block(
        {"label": _plain(2000), "element": _one_of(_IN_INPUT)},
        {"hint": _plain(2000), "optional": _flag, "dispatch_action": _flag},
    ),
    "image": _block({"alt_text": _string(2000)}, {**_IMAGE_FIELDS, "title": _plain(2000)}, _one_picture),
    "rich_text": _block({"elements": _array(_RICH_PART, low=1, high=1000)}, {}),
}
_IN_MESSAGE = {
    **_EVERYWHERE,
    "markdown": _block({"text": _string(MARKDOWN_CHARACTERS)}, {}, _count_markdown),
    "data_visualization": _block({"title": _string(50), "chart": _CHART}, {}, _count_chart),
}
_OF_MESSAGE, _OF_VIEW = _one_of(_IN_MESSAGE), _one_of(_EVERYWHERE)


def _check_block(block: Any, at: str, report: Report) -> None:
    report.action_ids.clear()
    (_OF_MESSAGE if report.surface == "message" else _OF_VIEW)(block, at, report)
    block_id = block.get("block_id") if isinstance(block, dict) else None
    if isinstance(block_id, str):
        if block_id in report.block_ids:
            report.add(f"{at}/block_id", f"`block_id` {block_id} already exists", type="unique")
        report.block_ids.add(block_id)


_VIEW: dict[str, Check] = {
    "private_metadata": _string(3000, low=0),
    "callback_id": _string(ID_CHARACTERS, low=0),
    "external_id": _string(ID_CHARACTERS, low=0),
}
_MODAL = replace(
    _shape(
        {"title": _plain(24), "blocks": check_blocks},
        {
            **_VIEW,
            "submit": _plain(24),
            "close": _plain(24),
            "clear_on_close": _flag,
            "notify_on_close": _flag,
            "submit_disabled": _flag,
        },
        _submit_with_inputs,
    ),
    typed=True,
)
_HOME = replace(_shape({"blocks": check_blocks}, _VIEW), typed=True)
