"""Draws our messages and forms as Adaptive Cards 1.5 for Teams, with no markup anywhere.

A card's TextBlock parses Markdown and its TextRun does not: whatever holds text written by people is drawn with text
runs, so that it is shown as it is and never becomes a mention, a link or bold. A TextBlock is used only for a heading
in our own words, since it alone can tell a screen reader that it is one.

What an Inputs sends: `{"action", "value", "group", "fields": [name, ...]}` of its button, and for each field that was
answered "answer.<group>|<field>"; `inputs(data)` gives {field: (value, ...)}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, assert_never

from bot.charts import Plot, distinct, plot, whole
from bot.forms import asks
from bot.i18n.meter import bar
from bot.i18n.plain import cut
from bot.i18n.translator import Translator
from rituals.messages import (
    Amount,
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
    Value,
    Words,
    say,
)

Json = dict[str, Any]

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"

_SUMMARY = 300
_BUTTON = 75
_LABEL = 500
_CHART_LABEL = 40

# Teams draws six buttons in a row and drops the others without a word.
_ACTIONS = 6

# Up to so many options are laid open as radio buttons; more become a menu.
_OPEN_OPTIONS = 5

# The figures published for Teams are between 28 and 100 kB, in changing units; 25,000 bytes are within all of them.
_CARD_BYTES = 25_000

# A form may hold a person's own draft, which is never cut to fit: it is held to the limit of a bot's message instead.
_FORM_BYTES = 80_000

_ANSWER = "answer."

_FETCH = {"type": "task/fetch"}

# What Markdown may read as more than letters: its signs, the start of a list ("1. "), an address.
_MARKDOWN = re.compile(r"[\\`*_~\[\]#<>|{}]|^\s*(?:[-+]|\d+[.)])\s|://|www\.")


class MessageTooLong(ValueError):
    """A message or form beyond what Teams shows, however much is cut: the use case that built it says too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """How much is shown: characters of a text and of a quote, items of a list, and quotes in a row."""

    text: int
    quote: int
    items: int
    quotes: int


# A message is drawn with the first room in which it fits.
_ROOMS = (
    _Room(text=3_000, quote=2_000, items=40, quotes=20),
    _Room(text=1_000, quote=1_000, items=25, quotes=10),
    _Room(text=400, quote=400, items=10, quotes=5),
    _Room(text=150, quote=150, items=5, quotes=2),
)


# --- messages ------------------------------------------------------------------------------------------------------


def message(
    message: Message, translator: Translator, *, actions: bool = True, pictures: Sequence[str | None] = ()
) -> Json:
    """The activity `{"type": "message", "summary", "attachments": [card]}`; no buttons where `actions` is False.

    Charts are drawn by Teams. `pictures`: for each of them an address of its picture ("data:image/png;base64,…"), for
    clients that draw none; left out where the card would be too large, and words say what there is to see anyway.
    Raises MessageTooLong where it cannot be cut to 25 kB.
    """
    return _whole(message, translator, actions=actions, pictures=pictures)


def home(message: Message, translator: Translator) -> Json:
    """Teams has no home tab for bots: what waits for a person is a message like another."""
    return _whole(message, translator, actions=True)


def sentence(text: Text, translator: Translator) -> Json:
    """The activity of one line. A card, because Teams parses the text of a plain message."""
    return _activity(text, _card([_rich([_run(translator.say(text))])], translator), translator)


def line(words: str, translator: Translator) -> Json:
    """The activity of one line that is said already."""
    return around(_card([_rich([_run(words)])], translator), cut(words, _SUMMARY))


def around(card: Json, summary: str) -> Json:
    """The activity that shows a card, with what a notification says of it."""
    return {"type": "message", "summary": summary, "attachments": [{"contentType": CARD_TYPE, "content": card}]}


def without_dialogs(drawn: Any) -> Any:
    """The same for a client that opens no dialogs: what asks for one asks for the form within the conversation."""
    if isinstance(drawn, list):
        return [without_dialogs(one) for one in drawn]
    if not isinstance(drawn, dict):
        return drawn
    data = drawn.get("data")
    if drawn.get("type") == "Action.Submit" and isinstance(data, dict) and data.get("msteams") == _FETCH:
        look = {name: value for name, value in drawn.items() if name not in {"type", "data"}}
        asked = {name: value for name, value in data.items() if name != "msteams"}
        return _execute(str(asked.get("action", "")), asked, look)
    return {name: without_dialogs(value) for name, value in drawn.items()}


def card(activity: Json) -> Json:
    """The card inside what `message`, `home` and `sentence` return, for the answer to a click."""
    content: Json = activity["attachments"][0]["content"]
    return content


def chosen(body: Sequence[Json], choices: Iterable[Choice], translator: Translator) -> dict[int, Json]:
    """The parts of a card's body, by place, in which the buttons of these choices are drawn anew."""
    anew = {(choice.action, choice.value): _button(choice, translator) for choice in choices}
    return {
        place: _with_buttons(part, anew)
        for place, part in enumerate(body)
        if part["type"] == "ActionSet" and any(_sent_by(button) in anew for button in part["actions"])
    }


def _with_buttons(row: Json, anew: Mapping[tuple[str, str], Json]) -> Json:
    return {**row, "actions": [anew.get(_sent_by(button), button) for button in row["actions"]]}


def _sent_by(button: Json) -> tuple[str, str]:
    data = button.get("data", {})
    return data.get("action", ""), data.get("value", "")


def _whole(message: Message, translator: Translator, *, actions: bool, pictures: Sequence[str | None] = ()) -> Json:
    parts = [part for part in message.parts if actions or not isinstance(part, Choices | Inputs)]
    for room, shown in ((_ROOMS[0], pictures), *((room, ()) for room in _ROOMS)):
        drawn = _card(_body(parts, translator, room, shown), translator)
        if _size(drawn) <= _CARD_BYTES:
            return _activity(message.summary, drawn, translator)
    raise MessageTooLong(f"{message.kind}: more than {_CARD_BYTES} bytes of card")


def _activity(summary: Text, content: Json, translator: Translator) -> Json:
    return around(content, cut(translator.say(summary), _SUMMARY))


def _card(body: list[Json], translator: Translator, actions: Sequence[Json] = ()) -> Json:
    drawn: Json = {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": "1.5",
        "lang": translator.locale,
        "body": body,
    }
    return {**drawn, "actions": list(actions)} if actions else drawn


def _body(parts: Iterable[Part], translator: Translator, room: _Room, pictures: Sequence[str | None]) -> list[Json]:
    body: list[Json] = []
    addresses = iter(pictures)
    divided = False
    for is_quote, run in groupby(parts, key=lambda part: isinstance(part, Quote)):
        row: list[Part] = list(run)
        left = len(row) - room.quotes if is_quote else 0
        if left > 0:
            row = [*row[: room.quotes], Note(text=say("renderer-and-more", count=left))]
        for part in row:
            if isinstance(part, Chart):
                drawn = _chart(part, translator, next(addresses, None))
            else:
                drawn = _part(part, translator, room, first=not body)
            if divided and drawn:
                # A card has no line of its own: it is the upper edge of what follows.
                drawn[0] = {**drawn[0], "separator": True, "spacing": "Large"}
            divided = bool(body) and (isinstance(part, Divider) or (divided and not drawn))
            body += drawn
    return body


def _part(part: Part, translator: Translator, room: _Room, *, first: bool) -> list[Json]:
    match part:
        case Heading():
            return [_heading(part, translator, room, first=first)]
        case Paragraph():
            # A run knows no line break: the lead gets a block of its own.
            runs = _paragraph(part, translator, room)
            if part.lead is None:
                return [_rich(runs)]
            return [_rich(runs[:1]), {**_rich(runs[-1:]), "spacing": "None"}]
        case Bullets():
            return _bullets(part, translator, room)
        case Quote():
            return [_quote(part, translator, room)]
        case Note():
            return [_rich([_small(cut(translator.say(part.text), room.text))])]
        case Meter():
            return [_meter(part, translator, room)]
        case Choices():
            return _choices(part, translator)
        case Divider():
            return []
        case Chart():
            return _chart(part, translator, None)
        case Inputs():
            return _inputs(part, translator)
        case _ as never:
            assert_never(never)


def _heading(heading: Heading, translator: Translator, room: _Room, *, first: bool) -> Json:
    words = cut(translator.say(heading.text), room.text)
    size = "Large" if first else "Medium"
    if not _ours(heading.text, translator):
        return _rich([{**_run(words, bold=True), "size": size}])
    return {"type": "TextBlock", "style": "heading", "size": size, "weight": "Bolder", "wrap": True, "text": words}


def _paragraph(paragraph: Paragraph, translator: Translator, room: _Room) -> list[Json]:
    words = _run(cut(translator.say(paragraph.text), room.text))
    if paragraph.lead is None:
        return [words]
    return [_run(cut(translator.say(paragraph.lead), room.text), bold=True), _run(" "), words]


def _bullets(bullets: Bullets, translator: Translator, room: _Room) -> list[Json]:
    shown = bullets.items if len(bullets.items) <= room.items else bullets.items[: room.items - 1]
    lines = [_paragraph(item, translator, room) for item in shown]
    if left := len(bullets.items) - len(shown):
        lines.append([_run(translator.say(say("renderer-and-more", count=left)))])
    # The bullet is a run of its own, so that it never makes a list of what follows.
    drawn = [_rich([_run("• "), *line]) for line in lines]
    return [line if place == 0 else {**line, "spacing": "Small"} for place, line in enumerate(drawn)]


def _quote(quote: Quote, translator: Translator, room: _Room) -> Json:
    # A text run knows no line breaks: each line is a block, a little further down after an empty one.
    lines = cut(translator.quote(quote.text), room.quote).split("\n")
    words = [
        _rich([{**_run(line), "italic": True}], spacing="Small" if place and not lines[place - 1] else "None")
        for place, line in enumerate(lines)
        if line or len(lines) == 1
    ]
    by = _rich([_small(cut(translator.say(quote.by), room.text))], spacing="Small")
    return {"type": "Container", "style": "emphasis", "items": [*words, by]}


def _meter(meter: Meter, translator: Translator, room: _Room) -> Json:
    # Words first: a screen reader has said everything before it meets the bar, at most ten characters.
    words = cut(translator.say(meter.label), room.text)
    drawn = bar(meter)
    return _rich([_run(f"{words}  {drawn}" if drawn else words)])


# --- charts --------------------------------------------------------------------------------------------------------


def _chart(chart: Chart, translator: Translator, picture: str | None) -> list[Json]:
    """Teams' own chart, and below it in words what there is to see: charts have no alternative text."""
    shown, gaps = whole(plot(chart, translator))
    title = _rich([_run(cut(shown.title, _LABEL), bold=True)])
    words = [shown.alt]
    if shown.is_empty:
        return [title, {**_rich([_run(shown.alt)]), "spacing": "None"}]
    if gaps:
        words.append(translator.say(say("renderer-chart-gaps", labels=Several(items=gaps))))
    fallback = title if picture is None else {"type": "Image", "url": picture, "altText": cut(shown.title, _LABEL)}
    return [{**_native(shown), "fallback": fallback}, *(_rich([_small(line)], spacing="Small") for line in words)]


def _native(shown: Plot) -> Json:
    # Teams draws days in their order and at their distance when they are written as YYYY-MM-DD.
    is_line = shown.style == "line"
    dates = [day.isoformat() for day in shown.days] if is_line and shown.days else None
    places = dates or distinct([_inert(label) for label in shown.labels], _CHART_LABEL)
    rows = [(line.name, line.points) for line in shown.lines]
    if shown.target is not None:
        rows.append((shown.target.name, shown.target.points * len(places)))
    names = distinct([_inert(name) for name, _ in rows], _CHART_LABEL)
    data = [
        {"legend": name, "values": [{"x": at, "y": _plain_number(y)} for at, y in zip(places, points, strict=True)]}
        for name, (_, points) in zip(names, rows, strict=True)
    ]
    head: Json = {"title": _shown(_inert(shown.title), _LABEL)}
    if shown.unit_name:
        head["yAxisTitle"] = shown.unit_name
    if is_line:
        return {"type": "Chart.Line", **head, "data": data}
    if len(data) == 1:
        return {"type": "Chart.VerticalBar", **head, "data": data[0]["values"]}
    return {"type": "Chart.VerticalBar.Grouped", **head, "data": data}


def _plain_number(number: Decimal | None) -> int | float:
    number = number or Decimal()
    return int(number) if number == number.to_integral_value() else float(number)


# --- buttons -------------------------------------------------------------------------------------------------------


def _choices(choices: Choices, translator: Translator) -> list[Json]:
    buttons = [_button(choice, translator) for choice in choices.choices]
    return [
        {"type": "ActionSet", "actions": buttons[start : start + _ACTIONS]}
        for start in range(0, len(buttons), _ACTIONS)
    ]


def _button(choice: Choice, translator: Translator, **more: Any) -> Json:
    label = say("renderer-chosen", label=choice.label) if choice.emphasis is Emphasis.CHOSEN else choice.label
    look: Json = {"title": _shown(translator.say(label), _BUTTON)}
    match choice.emphasis:
        case Emphasis.CHOSEN | Emphasis.PRIMARY:
            look["style"] = "positive"
        case Emphasis.DANGER:
            look["style"] = "destructive"
        case Emphasis.PLAIN:
            pass
        case _ as never:
            assert_never(never)
    if choice.spoken is not None:
        look["tooltip"] = _shown(translator.say(choice.spoken), _LABEL)
    data = {"action": choice.action, "value": choice.value, **more}
    if asks(choice) and choice.confirm is None:
        # Only this kind of button opens a dialog, and Teams wants to know before it is pressed.
        return {"type": "Action.Submit", **look, "data": {"msteams": _FETCH, **data}}
    if choice.confirm is None:
        return _execute(choice.action, data, look)
    yes = {**look, "title": _shown(translator.say(choice.confirm.yes), _BUTTON)}
    question = _rich([_run(cut(translator.say(choice.confirm.question), _LABEL))])
    inner = _card([question], translator, [_execute(choice.action, data, yes)])
    return {"type": "Action.ShowCard", **look, "card": inner}


def _execute(verb: str, data: Json, look: Json) -> Json:
    """A button whose answer replaces the card for whoever clicked; older clients send the same data as a message."""
    submit = {"type": "Action.Submit", **look, "data": data}
    return {"type": "Action.Execute", **look, "verb": verb, "data": data, "fallback": submit}


# --- questions within a message ------------------------------------------------------------------------------------


def _inputs(inputs: Inputs, translator: Translator) -> list[Json]:
    """A menu for each question, and the button that sends them."""
    body: list[Json] = []
    for field in inputs.fields:
        many = isinstance(field, Picks)
        hint = say("renderer-choose-up-to", most=field.most) if isinstance(field, Picks) else say("renderer-choose")
        drawn: Json = {
            "type": "Input.ChoiceSet",
            "id": f"{_ANSWER}{inputs.group}|{field.name}",
            "label": _shown(translator.say(field.label), _LABEL),
            "style": "compact",
            "isMultiSelect": many,
            "placeholder": translator.say(hint),
            "wrap": True,
            "choices": [_offered(option, translator, many=many) for option in field.options],
        }
        # Nothing is required: every button of a card would be held up by it.
        if isinstance(field, Scale) and field.initial in {option.value for option in field.options}:
            drawn["value"] = field.initial
        body.append(drawn)
        if field.hint is not None:
            body.append(_rich([_small(translator.say(field.hint))], spacing="Small"))
    names = [field.name for field in inputs.fields]
    return [
        *body,
        {"type": "ActionSet", "actions": [_button(inputs.send, translator, group=inputs.group, fields=names)]},
    ]


def _offered(option: Option, translator: Translator, *, many: bool) -> Json:
    if many and "," in option.value:
        raise ValueError(f"{option.value!r}: Teams sends several values with commas between them")
    return {"title": _shown(translator.say(option.label), _LABEL), "value": option.value}


def inputs(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Field name -> the values chosen, none or several, from the data a send button sent.

    What it says is the sender's word, the number of values too, and is to be checked.
    """
    group, named = data.get("group"), data.get("fields")
    fields = [str(name) for name in named] if isinstance(named, list) else []
    given = {name: data.get(f"{_ANSWER}{group}|{name}") for name in fields}
    return {
        name: tuple(part for part in value.split(",") if part.strip()) if isinstance(value, str) else ()
        for name, value in given.items()
    }


# --- forms ---------------------------------------------------------------------------------------------------------


def form(
    form: Form,
    translator: Translator,
    *,
    errors: Mapping[str, Text] | None = None,
    given: Mapping[str, str | None] | None = None,
    dialog: bool = False,
) -> Json:
    """The card of a form. `dialog`: shown in a dialog (task module), which knows Action.Submit only.

    `errors`: field name -> what is wrong, drawn under the field. `given`: field name -> the answer shown instead of
    the form's initial one. Raises MessageTooLong above 80 kB.
    """
    # A dialog shows the title too, but a card in the conversation has nothing else to say what it is.
    body = [_heading(Heading(text=form.title), translator, _ROOMS[0], first=True)]
    for part in form.intro:
        body += _part(part, translator, _ROOMS[0], first=False)
    for field in form.fields:
        initial = field.initial if given is None else given.get(field.name, field.initial)
        body.append(_field(field, initial, translator))
        if errors is not None and field.name in errors:
            wrong = {**_run(translator.say(errors[field.name])), "color": "Attention"}
            body.append(_rich([wrong], spacing="Small"))
        if field.hint is not None:
            body.append(_rich([_small(translator.say(field.hint))], spacing="Small"))
    look = {"title": _shown(translator.say(form.submit), _BUTTON), "style": "positive"}
    data = {"form": form.kind, "subject": form.subject, "fields": [field.name for field in form.fields]}
    button = {"type": "Action.Submit", **look, "data": data} if dialog else _execute(form.kind, data, look)
    drawn = _card(body, translator, [button])
    if _size(drawn) > _FORM_BYTES:
        raise MessageTooLong(f"{form.kind}: more than {_FORM_BYTES} bytes of card")
    return drawn


def answers(data: Mapping[str, Any]) -> dict[str, str | None]:
    """Field name -> answer, from the data a form's button sent; None where nothing was answered.

    Teams leaves empty inputs out, so the data names the fields; what it says is the sender's word and is to be checked.
    """
    named = data.get("fields")
    fields = [str(name) for name in named] if isinstance(named, list) else []
    given = {name: data.get(_ANSWER + name) for name in fields}
    return {name: value if isinstance(value, str) and value.strip() else None for name, value in given.items()}


def _field(field: Scale | Words, initial: str | None, translator: Translator) -> Json:
    drawn = _scale(field, initial, translator) if isinstance(field, Scale) else _words(field, initial)
    drawn["id"] = _ANSWER + field.name
    drawn["label"] = _shown(translator.say(field.label), _LABEL)
    if not field.optional:
        drawn["isRequired"] = True
        drawn["errorMessage"] = translator.say(say("renderer-required"))
    return drawn


def _scale(scale: Scale, initial: str | None, translator: Translator) -> Json:
    # Clients parse Markdown in the titles of radio buttons but not in a menu: only our own words are laid open.
    laid_open = len(scale.options) <= _OPEN_OPTIONS and all(_ours(each.label, translator) for each in scale.options)
    drawn: Json = {
        "type": "Input.ChoiceSet",
        "style": "expanded" if laid_open else "compact",
        "wrap": True,
        "choices": [
            {"title": _shown(translator.say(option.label), _LABEL), "value": option.value} for option in scale.options
        ],
    }
    # An answer no longer offered is no answer.
    return {**drawn, "value": initial} if initial in {option.value for option in scale.options} else drawn


def _words(words: Words, initial: str | None) -> Json:
    drawn: Json = {"type": "Input.Text", "isMultiline": words.multiline, "maxLength": words.limit}
    return {**drawn, "value": cut(initial, words.limit)} if initial else drawn


# --- elements ------------------------------------------------------------------------------------------------------


def _run(text: str, *, bold: bool = False) -> Json:
    run: Json = {"type": "TextRun", "text": _inert(text) or "…"}
    return {**run, "weight": "Bolder"} if bold else run


def _inert(text: str) -> str:
    # Clients turn {{DATE(…)}} and {{TIME(…)}} into dates even in a text run; a word joiner keeps them as written.
    return text.replace("{{", "{\u2060{")


def _small(text: str) -> Json:
    return {**_run(text), "size": "Small", "isSubtle": True}


def _rich(runs: Sequence[Json], *, spacing: str | None = None) -> Json:
    block: Json = {"type": "RichTextBlock", "inlines": list(runs)}
    return {**block, "spacing": spacing} if spacing else block


def _shown(text: str, limit: int) -> str:
    """`text` within `limit`, and never empty: a button or a question always has a name."""
    return cut(text, limit) if text.strip() else "…"


def _ours(text: Text, translator: Translator) -> bool:
    """Whether a parsing element may show `text`: our own words only, none of which Markdown would read as its signs."""
    return not _quotes_people(text) and _MARKDOWN.search(translator.say(text)) is None


def _quotes_people(value: Value) -> bool:
    """Whether a value holds text written by people, however deep."""
    match value:
        case str():
            return True
        case Text():
            return any(_quotes_people(blank) for blank in value.values.values())
        case Several():
            return any(_quotes_people(item) for item in value.items)
        case Amount():
            return value.unit not in {"", "%"}
        case _:
            return False


def _size(card: Json) -> int:
    """The bytes of a card on the wire."""
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())
