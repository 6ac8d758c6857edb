"""Draws our messages and forms as Slack's Block Kit, with no markup anywhere.

Every word goes into an element Slack does not parse (plain_text with `emoji` off, rich_text text runs), so that text
written by people is shown as it is: never a mention, a link, an emoji or bold. The one string Slack does parse is the
notification's `text`; it is escaped here and must be sent with `SENDING`, which turns the other parsers off.

The ids of what people touch, for listeners:

    a button         action_id "<action>|<n>" (`action_of` -> "<action>"), value `Choice.value`, block_id its `group`
    a form's field   block_id "<field>", action_id "answer-<digest of the subject>"      -> `answers(view.state.values)`
    an Inputs' field block_id "<group>|<field>", action_id "answer-<field>"  -> `inputs(state.values, group=<group>)`
    its send button  as any button; its block_id is "<group>", so that `inputs(values, group=action["block_id"])` finds
                     what was chosen beside it: {field: (value, ...)}, empty where nothing was

A field alone asks for nothing: where `is_answer(action_id)`, a listener acknowledges and is silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from typing import Any, assert_never

from bot.charts import Plot, distinct, plot, whole
from bot.i18n.meter import bar
from bot.i18n.plain import cut, length, parted
from bot.i18n.translator import Translator
from rituals.messages import (
    Bullets,
    Chart,
    Choice,
    Choices,
    Divider,
    Emphasis,
    Form,
    Heading,
    Inputs,
    Message,
    Meter,
    Note,
    Option,
    Paragraph,
    Part,
    Picks,
    Quote,
    Scale,
    Several,
    Text,
    Words,
    say,
)

Json = dict[str, Any]

SENDING: Mapping[str, object] = {
    "parse": "none",
    "mrkdwn": False,
    "link_names": False,
    "unfurl_links": False,
    "unfurl_media": False,
}
"""How `text` and blocks are to be sent (chat.postMessage; of these chat.update knows `parse` and `link_names`)."""

# Block Kit's limits, in characters.
_HEADER = 150
_TEXT = 3_000
_NOTIFICATION = 1_000
_BUTTON = 75
_BUTTON_VALUE = 2_000
_OPTION = 75
_OPTION_VALUE = 150
_CONFIRM_TITLE = 100
_CONFIRM_TEXT = 300
_CONFIRM_BUTTON = 30
_LABEL = 2_000
_INPUT = 3_000
_VIEW_TITLE = 24
_ID = 255
_PLACEHOLDER = 150
_CHART_TITLE = 50
_CHART_AXIS = 50
_CHART_LABEL = 20
_SUBJECT = 3_000

# Block Kit's limits, in pieces.
_MESSAGE_BLOCKS = 50
_VIEW_BLOCKS = 100
_ACTIONS = 25
_OPTIONS = 100
_CHARTS = 2

# Up to so many options are laid open as radio buttons; more become a menu.
_OPEN_OPTIONS = 5

# chat.postMessage answers msg_blocks_too_long by a count Slack does not publish: "12,000 text characters with a buffer
# for block containers", refusals seen at 11,341 characters of text in many blocks, and a divider took the place of 125
# (bolt-js issues 2509 and 2867). We aim below the sum of both, and refuse to build what is over by its text alone.
_MESSAGE_TEXT = 12_000
_CONTAINER = 125

_ANSWER = "answer"


class MessageTooLong(ValueError):
    """A message or form beyond what Slack shows, however much is cut: the use case that built it says too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """How much is shown: characters of a text and of a quote, items of a list, quotes in a row, and the dividers."""

    text: int
    quote: int
    items: int
    quotes: int
    dividers: bool = True


# A message is drawn with the first room in which it fits.
_ROOMS = (
    _Room(text=_TEXT, quote=2_000, items=40, quotes=20),
    _Room(text=1_000, quote=1_000, items=25, quotes=10),
    _Room(text=400, quote=400, items=10, quotes=5, dividers=False),
    _Room(text=150, quote=150, items=5, quotes=2, dividers=False),
)


# --- messages ------------------------------------------------------------------------------------------------------


Pictures = Sequence[str | None]
"""For each chart of a message, the id of the file that shows it on Slack; None for a chart that is put into words."""


def message(
    message: Message, translator: Translator, *, actions: bool = True, pictures: Pictures | None = None
) -> Json:
    """`{"text", "blocks"}` for chat.postMessage and chat.update; without buttons and inputs where `actions` is False.

    Charts are drawn by Slack itself, two in a message at most, or shown with `pictures`; others are put into words.
    What is long is cut until it fits: texts, lists, quotes in a row. Raises MessageTooLong where that does not suffice,
    above 50 blocks or 12,000 characters.
    """
    parts = [part for part in message.parts if actions or not isinstance(part, Choices | Inputs)]
    ready = _drawn(parts, translator) if pictures is None else _pictured(parts, translator, pictures)
    blocks = _fitting(ready, message.kind, translator, limit=_MESSAGE_BLOCKS, weighed=True)
    if _text_in(blocks) > _MESSAGE_TEXT:
        raise MessageTooLong(f"{message.kind}: more than {_MESSAGE_TEXT} characters")
    if not blocks:
        return sentence(message.summary, translator)
    return {"text": _notification(message.summary, translator), "blocks": blocks}


def home(message: Message, translator: Translator) -> Json:
    """The view of a home tab, for views.publish. Raises MessageTooLong above 100 blocks."""
    ready = _pictured(message.parts, translator, ())
    blocks = _fitting(ready, message.kind, translator, limit=_VIEW_BLOCKS, weighed=False)
    return {"type": "home", "callback_id": _id(message.kind), "blocks": blocks}


def notice(message: Message, translator: Translator) -> Json:
    """The view of a modal that only says something: the message, or its summary where it has no parts.

    Raises MessageTooLong above 100 blocks.
    """
    # A modal with inputs would have to be submitted.
    parts = [part for part in message.parts if not isinstance(part, Inputs)]
    ready = _pictured(parts, translator, ())
    blocks = _fitting(ready, message.kind, translator, limit=_VIEW_BLOCKS, weighed=False)
    return {
        "type": "modal",
        "callback_id": _id(message.kind),
        "title": _plain(translator.say(say("renderer-notice")), _VIEW_TITLE),
        "close": _plain(translator.say(say("renderer-close")), _VIEW_TITLE),
        "blocks": blocks or sentence(message.summary, translator)["blocks"],
    }


def sentence(text: Text, translator: Translator) -> Json:
    """`{"text", "blocks"}` of one line, for what only one person sees."""
    block = _rich(_section([_run(translator.say(text))]))
    return {"text": _notification(text, translator), "blocks": [block]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A part that is drawn the same in every room."""

    blocks: tuple[Json, ...]


def _fitting(
    parts: Sequence[Part | _Ready], kind: str, translator: Translator, *, limit: int, weighed: bool
) -> list[Json]:
    """The blocks of `parts` in the widest room where they are at most `limit` and, if `weighed`, not too heavy."""
    blocks: list[Json] = []
    for room in _ROOMS:
        blocks = _blocks(parts, translator, room)
        heavy = weighed and _text_in(blocks) + _CONTAINER * len(blocks) > _MESSAGE_TEXT
        if len(blocks) <= limit and not heavy:
            return blocks
    _at_most(limit, blocks, kind)
    return blocks


def _blocks(parts: Iterable[Part | _Ready], translator: Translator, room: _Room) -> list[Json]:
    blocks: list[Json] = []
    for is_quote, run in groupby(parts, key=lambda part: isinstance(part, Quote)):
        row = list(run)
        shown = row[: room.quotes] if is_quote else row
        for part in shown:
            blocks += part.blocks if isinstance(part, _Ready) else _part(part, translator, room)
        if left := len(row) - len(shown):
            blocks += _part(Note(text=say("renderer-and-more", count=left)), translator, room)
    return blocks


def _part(part: Part, translator: Translator, room: _Room) -> list[Json]:
    match part:
        case Heading():
            return [{"type": "header", "text": _plain(translator.say(part.text), _HEADER)}]
        case Paragraph():
            return [_rich(_section(_paragraph(part, translator, room, apart="\n")))]
        case Bullets():
            return [_bullets(part, translator, room)] if part.items else []
        case Quote():
            return [_quote(part, translator, room)]
        case Note():
            return [_small(translator.say(part.text), min(room.text, _TEXT))]
        case Meter():
            return [_meter(part, translator, room)]
        case Choices():
            return [_choices(part, translator)] if part.choices else []
        case Divider():
            return [{"type": "divider"}] if room.dividers else []
        case Chart():
            return _in_words(part, translator)
        case Inputs():
            return _inputs(part, translator)
        case _ as never:
            assert_never(never)


def _paragraph(paragraph: Paragraph, translator: Translator, room: _Room, *, apart: str = " ") -> list[Json]:
    """The runs of a paragraph; `apart` stands between its lead and its text."""
    words = _run(cut(translator.say(paragraph.text), room.text))
    if paragraph.lead is None:
        return [words]
    return [_run(cut(translator.say(paragraph.lead), room.text), bold=True), _run(apart), words]


def _bullets(bullets: Bullets, translator: Translator, room: _Room) -> Json:
    shown = bullets.items if len(bullets.items) <= room.items else bullets.items[: room.items - 1]
    lines = [_section(_paragraph(item, translator, room)) for item in shown]
    if left := len(bullets.items) - len(shown):
        lines.append(_section([_run(translator.say(say("renderer-and-more", count=left)))]))
    return _rich({"type": "rich_text_list", "style": "bullet", "elements": lines})


def _quote(quote: Quote, translator: Translator, room: _Room) -> Json:
    words = _run(cut(translator.quote(quote.text), room.quote))
    return _rich(
        {"type": "rich_text_quote", "elements": [words]},
        _section([_run(cut(translator.say(quote.by), room.text))]),
    )


def _meter(meter: Meter, translator: Translator, room: _Room) -> Json:
    # Words first: a screen reader has said everything before it meets the bar, at most ten characters.
    words = cut(translator.say(meter.label), room.text)
    drawn = bar(meter)
    return _rich(_section([_run(f"{words}  {drawn}" if drawn else words)]))


# --- charts --------------------------------------------------------------------------------------------------------


def _drawn(parts: Sequence[Part], translator: Translator) -> list[Part | _Ready]:
    """The parts with the charts that Slack draws itself; two of them are as many as a message may hold."""
    ready: list[Part | _Ready] = []
    left = _CHARTS
    for part in parts:
        shown, gaps = whole(plot(part, translator)) if isinstance(part, Chart) else (None, ())
        if shown is None or shown.is_empty or not left:
            ready.append(part)
            continue
        left -= 1
        words = [shown.alt, *([_gaps(gaps, translator)] if gaps else [])]
        ready.append(_Ready(blocks=(_data_visualization(shown), *map(_small, words))))
    return ready


def _pictured(parts: Sequence[Part], translator: Translator, pictures: Pictures) -> list[Part | _Ready]:
    """The parts with charts shown as pictures where there are any."""
    left = iter(pictures)
    ready: list[Part | _Ready] = []
    for part in parts:
        file = next(left, None) if isinstance(part, Chart) else None
        if file is None or not isinstance(part, Chart):
            ready.append(part)
            continue
        # The picture is named in short; what there is to see stands below it for everybody, as under a drawn chart.
        image = {
            "type": "image",
            "slack_file": {"id": file},
            "alt_text": _shown(translator.say(part.title), _LABEL),
        }
        ready.append(_Ready(blocks=(image, _small(translator.say(part.alt)))))
    return ready


def _data_visualization(shown: Plot) -> Json:
    """Slack's own chart. It takes bare strings; the documentation knows no markup in them."""
    categories = distinct(shown.labels, _CHART_LABEL)
    rows = [(line.name, line.points) for line in shown.lines]
    if shown.target is not None:
        rows.append((shown.target.name, shown.target.points * len(categories)))
    names = distinct([name for name, _ in rows], _CHART_LABEL)
    axes: Json = {"categories": categories}
    if shown.unit_name:
        axes["y_label"] = cut(shown.unit_name, _CHART_AXIS)
    return {
        "type": "data_visualization",
        "title": _shown(shown.title, _CHART_TITLE),
        "chart": {
            "type": shown.style,
            "series": [
                {
                    "name": name,
                    "data": [
                        {"label": label, "value": _plain_number(point)}
                        for label, point in zip(categories, points, strict=True)
                        if point is not None
                    ],
                }
                for name, (_, points) in zip(names, rows, strict=True)
            ],
            "axis_config": axes,
        },
    }


def _in_words(chart: Chart, translator: Translator) -> list[Json]:
    runs = [_run(cut(translator.say(chart.title), _TEXT), bold=True), _run("\n"), _run(translator.say(chart.alt))]
    return [_rich(_section(runs))]


def _gaps(labels: Sequence[str], translator: Translator) -> str:
    return translator.say(say("renderer-chart-gaps", labels=Several(items=tuple(labels))))


def _plain_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


# --- buttons -------------------------------------------------------------------------------------------------------


def _choices(choices: Choices, translator: Translator) -> Json:
    if len(choices.choices) > _ACTIONS:
        raise MessageTooLong(f"{choices.group}: {len(choices.choices)} buttons in a row, Slack shows {_ACTIONS}")
    buttons = [_button(choice, index, translator) for index, choice in enumerate(choices.choices)]
    return {"type": "actions", "block_id": _id(choices.group), "elements": buttons}


def _button(choice: Choice, index: int, translator: Translator) -> Json:
    label = say("renderer-chosen", label=choice.label) if choice.emphasis is Emphasis.CHOSEN else choice.label
    button: Json = {
        "type": "button",
        # Slack wants it unique within the block; `action_of` takes the index off again.
        "action_id": _id(f"{choice.action}|{index}"),
        "value": _within(_BUTTON_VALUE, choice.value, "the value of a button"),
        "text": _plain(translator.say(label), _BUTTON),
    }
    match choice.emphasis:
        case Emphasis.CHOSEN | Emphasis.PRIMARY:
            button["style"] = "primary"
        case Emphasis.DANGER:
            button["style"] = "danger"
        case Emphasis.PLAIN:
            pass
        case _ as never:
            assert_never(never)
    if choice.spoken is not None:
        button["accessibility_label"] = _shown(translator.say(choice.spoken), _BUTTON)
    if choice.confirm is not None:
        button["confirm"] = {
            "title": _plain(translator.say(choice.label), _CONFIRM_TITLE),
            "text": _plain(translator.say(choice.confirm.question), _CONFIRM_TEXT),
            "confirm": _plain(translator.say(choice.confirm.yes), _CONFIRM_BUTTON),
            "deny": _plain(translator.say(say("renderer-keep")), _CONFIRM_BUTTON),
            **({"style": "danger"} if choice.emphasis is Emphasis.DANGER else {}),
        }
    return button


def action_of(action_id: str) -> str:
    """The `Choice.action` of a clicked button's action_id: "vote|2" was a "vote"."""
    return action_id.rpartition("|")[0] or action_id


# --- questions within a message ------------------------------------------------------------------------------------


def _inputs(inputs: Inputs, translator: Translator) -> list[Json]:
    """A block for each question, its label tied to its menu, and the button. A choice alone sends nothing."""
    fields = [_question(field, inputs.group, translator) for field in inputs.fields]
    return [*fields, _choices(Choices(group=inputs.group, choices=(inputs.send,)), translator)]


def _question(field: Scale | Picks, group: str, translator: Translator) -> Json:
    if isinstance(field, Picks):
        most = say("renderer-choose-up-to", most=field.most)
        element: Json = {
            "type": "multi_static_select",
            "options": _options(field, translator),
            "max_selected_items": field.most,
            "placeholder": _plain(translator.say(most), _PLACEHOLDER),
        }
    else:
        element = {
            "type": "static_select",
            **_offered(field, field.initial, translator),
            "placeholder": _plain(translator.say(say("renderer-choose")), _PLACEHOLDER),
        }
    block: Json = {
        "type": "input",
        "block_id": _id(f"{group}|{field.name}"),
        "label": _plain(translator.say(field.label), _LABEL),
        "optional": isinstance(field, Picks) or field.optional,
        "element": {**element, "action_id": _id(f"{_ANSWER}-{field.name}")},
    }
    if field.hint is not None:
        block["hint"] = _plain(translator.say(field.hint), _LABEL)
    return block


def inputs(values: Mapping[str, Mapping[str, Mapping[str, Any]]], *, group: str) -> dict[str, tuple[str, ...]]:
    """Field name -> the values chosen, none or several, from the `state.values` beside a pressed button.

    `group`: that of the Inputs, which is the block_id of its send button.
    """
    found: dict[str, tuple[str, ...]] = {}
    for block, actions in values.items():
        if block.startswith(f"{group}|"):
            for element in actions.values():
                found[block.removeprefix(f"{group}|")] = _chosen(element)
    return found


def is_answer(action_id: str) -> bool:
    """Whether an action_id is that of a field, which asks for nothing until it is sent."""
    return action_id.startswith(f"{_ANSWER}-")


def _chosen(element: Mapping[str, Any]) -> tuple[str, ...]:
    options = element.get("selected_options") or [element.get("selected_option") or {}]
    return tuple(str(option["value"]) for option in options if option.get("value"))


# --- forms ---------------------------------------------------------------------------------------------------------


def form(
    form: Form,
    translator: Translator,
    *,
    errors: Mapping[str, Text] | None = None,
    given: Mapping[str, str | None] | None = None,
) -> Json:
    """The view of a modal, for views.open and views.update.

    `errors`: field name -> what is wrong, drawn under the field (a submission is better answered by `errors(...)`).
    `given`: field name -> the answer shown instead of the form's initial one.
    """
    title = translator.say(form.title)
    blocks: list[Json] = []
    if length(title) > _VIEW_TITLE:
        blocks.append({"type": "header", "text": _plain(title, _HEADER)})
    blocks += [block for part in form.intro for block in _part(part, translator, _ROOMS[0])]
    for field in form.fields:
        initial = field.initial if given is None else given.get(field.name, field.initial)
        blocks.append(_field(field, initial, translator, form.subject))
        if errors is not None and field.name in errors:
            blocks.append({"type": "context", "elements": [_plain(translator.say(errors[field.name]), _LABEL)]})
    _at_most(_VIEW_BLOCKS, blocks, form.kind)
    return {
        "type": "modal",
        "callback_id": _id(form.kind),
        "private_metadata": _within(_SUBJECT, form.subject, "the subject of a form"),
        "title": _plain(title, _VIEW_TITLE),
        "submit": _plain(translator.say(form.submit), _VIEW_TITLE),
        "close": _plain(translator.say(say("renderer-close")), _VIEW_TITLE),
        "blocks": blocks,
    }


def answers(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str | None]:
    """Field name -> answer, from a submitted view's `state.values`; None where nothing was answered."""
    return {field: _answer(element) for field, actions in values.items() for element in actions.values()}


def errors(faults: Mapping[str, Text], translator: Translator) -> Json:
    """What a refused submission is acknowledged with: field name -> what is wrong, shown under each field."""
    return {
        "response_action": "errors",
        "errors": {_id(field): _shown(translator.say(fault), _LABEL) for field, fault in faults.items()},
    }


def _answer(element: Mapping[str, Any]) -> str | None:
    given = element.get("value")
    if given is None:
        given = (element.get("selected_option") or {}).get("value")
    return str(given) if given is not None and str(given).strip() else None


def _field(field: Scale | Words, initial: str | None, translator: Translator, subject: str) -> Json:
    block: Json = {
        "type": "input",
        "block_id": _id(field.name),
        "label": _plain(translator.say(field.label), _LABEL),
        "optional": field.optional,
        "element": {
            **(_scale(field, initial, translator) if isinstance(field, Scale) else _words(field, initial)),
            "action_id": _answer_id(subject),
        },
    }
    if field.hint is not None:
        block["hint"] = _plain(translator.say(field.hint), _LABEL)
    return block


def _answer_id(subject: str) -> str:
    """The action_id of a form's fields. One per subject: when a form is followed by the next, Slack keeps the answers
    of inputs whose ids are the same, and nobody's marks for one initiative may become their marks for another."""
    return f"{_ANSWER}-{sha256(subject.encode()).hexdigest()[:12]}"


def _scale(scale: Scale, initial: str | None, translator: Translator) -> Json:
    kind = "radio_buttons" if len(scale.options) <= _OPEN_OPTIONS else "static_select"
    return {"type": kind, **_offered(scale, initial, translator)}


def _offered(scale: Scale, initial: str | None, translator: Translator) -> Json:
    options = _options(scale, translator)
    # Slack wants the very same object as in `options`; an answer no longer offered is no answer.
    chosen = [option for option in options if option["value"] == initial]
    return {"options": options, "initial_option": chosen[0]} if chosen else {"options": options}


def _options(field: Scale | Picks, translator: Translator) -> list[Json]:
    if not 1 <= len(field.options) <= _OPTIONS:
        raise MessageTooLong(f"{field.name}: {len(field.options)} options, Slack shows 1 to {_OPTIONS}")
    return [_option(option, translator) for option in field.options]


def _option(option: Option, translator: Translator) -> Json:
    label = translator.say(option.label)
    value = _within(_OPTION_VALUE, option.value, "the value of an option")
    # Words too long for one line go on in the description under it.
    first, rest = parted(label, _OPTION)
    shown: Json = {"text": _plain(first, _OPTION), "value": value}
    return {**shown, "description": _plain(rest, _OPTION)} if rest else shown


def _words(words: Words, initial: str | None) -> Json:
    limit = min(words.limit, _INPUT)
    element: Json = {
        "type": "plain_text_input",
        "multiline": words.multiline,
        "max_length": limit,
    }
    if initial:
        element["initial_value"] = cut(initial, limit)
    return element


# --- elements ------------------------------------------------------------------------------------------------------


def _notification(text: Text, translator: Translator) -> str:
    """`text` for notifications and screen readers: the only string Slack parses, so the three signs are escaped."""
    said = _shown(translator.say(text), _NOTIFICATION)
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": _shown(text, limit), "emoji": False}


def _small(text: str, limit: int = _TEXT) -> Json:
    return {"type": "context", "elements": [_plain(text, limit)]}


def _run(text: str, *, bold: bool = False) -> Json:
    run: Json = {"type": "text", "text": text or "…"}
    return {**run, "style": {"bold": True}} if bold else run


def _section(runs: Sequence[Json]) -> Json:
    return {"type": "rich_text_section", "elements": list(runs)}


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def _shown(text: str, limit: int) -> str:
    """`text` within `limit`, and never empty: Slack refuses an empty text, which invisible names can come to."""
    return cut(text, limit) if text.strip() else "…"


def _id(name: str) -> str:
    if not name:
        raise ValueError("an id without a character")
    return _within(_ID, name, "an id")


def _within(limit: int, value: str, what: str) -> str:
    """`value` itself: what names and identifies things is never cut."""
    if length(value) > limit:
        raise MessageTooLong(f"{what} takes {limit} characters, not {length(value)}")
    return value


def _at_most(limit: int, blocks: Sequence[Json], kind: str) -> None:
    if len(blocks) > limit:
        raise MessageTooLong(f"{kind}: {len(blocks)} blocks, Slack shows {limit}")


def _text_in(drawn: object) -> int:
    """The characters of every text in `drawn`, however deep."""
    if isinstance(drawn, dict):
        return sum(length(it) if name == "text" and isinstance(it, str) else _text_in(it) for name, it in drawn.items())
    return sum(map(_text_in, drawn)) if isinstance(drawn, list) else 0
