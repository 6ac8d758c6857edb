"""Draws our messages and forms as Slack's Block Kit, with no markup anywhere.

Every word goes into an element Slack does not parse (plain_text with `emoji` off, rich_text text runs), so that text
written by people is shown as it is: never a mention, a link, an emoji or bold. The one string Slack does parse is the
notification's `text`; it is escaped here, and whoever sends it turns the other parsers off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from bot.i18n.plain import cut, length, never_empty
from bot.i18n.translator import Translator
from bot.platforms.extents import EXTENTS, Extent, MessageTooLong
from bot.platforms.pieces import abridged, initial_of, items_of, line_of
from bot.platforms.slack.buttons import row_of
from bot.platforms.slack.charts import ChartFiles, Ready, drawn, in_words, pictured
from bot.platforms.slack.elements import (
    LABEL,
    TEXT,
    Json,
    id_of,
    plain_text,
    rich_text,
    section,
    small_print,
    text_in,
    text_run,
    uncut,
)
from bot.platforms.slack.questions import field_of, questions_of
from rituals.messages import (
    Bullets,
    Chart,
    Choices,
    Divider,
    Form,
    Heading,
    Inputs,
    Message,
    Meter,
    Note,
    Paragraph,
    Part,
    Quote,
    Text,
    say,
)

# Block Kit's limits, in characters.
_HEADER = 150
_NOTIFICATION = 1_000
_VIEW_TITLE = 24
_SUBJECT = 3_000

# Block Kit's limits, in pieces.
_MESSAGE_BLOCKS = 50
_VIEW_BLOCKS = 100

# chat.postMessage answers msg_blocks_too_long by a count Slack does not publish: "12,000 text characters with a buffer
# for block containers", refusals seen at 11,341 characters of text in many blocks, and a divider took the place of 125
# (bolt-js issues 2509 and 2867). We aim below the sum of both, and refuse to build what is over by its text alone.
_MESSAGE_TEXT = 12_000
_CONTAINER = 125


def message(message: Message, translator: Translator, *, pictures: ChartFiles | None = None) -> Json:
    """`{"text", "blocks"}` for chat.postMessage and chat.update.

    Charts are drawn by Slack itself, two in a message at most, or shown with `pictures`; others are put into words.
    What is long is cut until it fits: texts, lists, quotes in a row. Raises MessageTooLong where that does not suffice,
    above 50 blocks or 12,000 characters.
    """
    ready = drawn(message.parts, translator) if pictures is None else pictured(message.parts, translator, pictures)
    blocks = _fitting(ready, message.kind, translator, limit=_MESSAGE_BLOCKS, weighed=True)
    if text_in(blocks) > _MESSAGE_TEXT:
        raise MessageTooLong(f"{message.kind}: more than {_MESSAGE_TEXT} characters")
    if not blocks:
        return sentence(message.summary, translator)
    return {"text": _notification(message.summary, translator), "blocks": blocks}


def home(message: Message, translator: Translator) -> Json:
    """The view of a home tab, for views.publish. Raises MessageTooLong above 100 blocks."""
    ready = pictured(message.parts, translator, ())
    blocks = _fitting(ready, message.kind, translator, limit=_VIEW_BLOCKS, weighed=False)
    return {"type": "home", "callback_id": id_of(message.kind), "blocks": blocks}


def notice(message: Message, translator: Translator) -> Json:
    """The view of a modal that only says something: the message, or its summary where it has no parts.

    Raises MessageTooLong above 100 blocks.
    """
    # A modal with inputs would have to be submitted.
    parts = [part for part in message.parts if not isinstance(part, Inputs)]
    ready = pictured(parts, translator, ())
    blocks = _fitting(ready, message.kind, translator, limit=_VIEW_BLOCKS, weighed=False)
    return {
        "type": "modal",
        "callback_id": id_of(message.kind),
        "title": plain_text(translator.say(say("renderer-notice")), _VIEW_TITLE),
        "close": plain_text(translator.say(say("renderer-close")), _VIEW_TITLE),
        "blocks": blocks or sentence(message.summary, translator)["blocks"],
    }


def sentence(text: Text, translator: Translator) -> Json:
    """`{"text", "blocks"}` of one line, for what only one person sees."""
    block = rich_text(section([text_run(translator.say(text))]))
    return {"text": _notification(text, translator), "blocks": [block]}


def _fitting(
    parts: Sequence[Part | Ready], kind: str, translator: Translator, *, limit: int, weighed: bool
) -> list[Json]:
    """The blocks of `parts` in the widest extent where they are at most `limit` and, if `weighed`, not too heavy."""
    blocks: list[Json] = []
    for extent in EXTENTS:
        blocks = _blocks(parts, translator, extent)
        heavy = weighed and text_in(blocks) + _CONTAINER * len(blocks) > _MESSAGE_TEXT
        if len(blocks) <= limit and not heavy:
            return blocks
    _at_most(limit, blocks, kind)
    return blocks


def _blocks(parts: Iterable[Part | Ready], translator: Translator, extent: Extent) -> list[Json]:
    blocks: list[Json] = []
    for part in abridged(parts, extent):
        blocks += part.blocks if isinstance(part, Ready) else _part(part, translator, extent)
    return blocks


def _part(part: Part, translator: Translator, extent: Extent) -> list[Json]:
    match part:
        case Heading():
            return [{"type": "header", "text": plain_text(translator.say(part.text), _HEADER)}]
        case Paragraph():
            return [rich_text(section(_paragraph(part, translator, extent, apart="\n")))]
        case Bullets():
            return [_bullets(part, translator, extent)] if part.items else []
        case Quote():
            return [_quote(part, translator, extent)]
        case Note():
            return [small_print(translator.say(part.text), min(extent.text, TEXT))]
        case Meter():
            return [rich_text(section([text_run(line_of(part, translator, extent))]))]
        case Choices():
            return [row_of(part, translator)] if part.choices else []
        case Divider():
            return [{"type": "divider"}] if extent.dividers else []
        case Chart():
            return in_words(part, translator)
        case Inputs():
            return questions_of(part, translator)
        case _ as never:
            assert_never(never)


def _paragraph(paragraph: Paragraph, translator: Translator, extent: Extent, *, apart: str = " ") -> list[Json]:
    """The runs of a paragraph; `apart` stands between its lead and its text."""
    words = text_run(cut(translator.say(paragraph.text), extent.text))
    if paragraph.lead is None:
        return [words]
    return [text_run(cut(translator.say(paragraph.lead), extent.text), bold=True), text_run(apart), words]


def _bullets(bullets: Bullets, translator: Translator, extent: Extent) -> Json:
    lines = [section(_paragraph(item, translator, extent)) for item in items_of(bullets, extent)]
    return rich_text({"type": "rich_text_list", "style": "bullet", "elements": lines})


def _quote(quote: Quote, translator: Translator, extent: Extent) -> Json:
    words = text_run(cut(translator.quote(quote.text), extent.quote))
    return rich_text(
        {"type": "rich_text_quote", "elements": [words]},
        section([text_run(cut(translator.say(quote.by), extent.text))]),
    )


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
        blocks.append({"type": "header", "text": plain_text(title, _HEADER)})
    blocks += [block for part in form.intro for block in _part(part, translator, EXTENTS[0])]
    for field in form.fields:
        blocks.append(field_of(field, initial_of(field, given), translator, form.subject))
        if errors is not None and field.name in errors:
            blocks.append({"type": "context", "elements": [plain_text(translator.say(errors[field.name]), LABEL)]})
    _at_most(_VIEW_BLOCKS, blocks, form.kind)
    return {
        "type": "modal",
        "callback_id": id_of(form.kind),
        "private_metadata": uncut(_SUBJECT, form.subject, "the subject of a form"),
        "title": plain_text(title, _VIEW_TITLE),
        "submit": plain_text(translator.say(form.submit), _VIEW_TITLE),
        "close": plain_text(translator.say(say("renderer-close")), _VIEW_TITLE),
        "blocks": blocks,
    }


def _notification(text: Text, translator: Translator) -> str:
    """`text` for notifications and screen readers: the only string Slack parses, so the three signs are escaped."""
    said = never_empty(translator.say(text), _NOTIFICATION)
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _at_most(limit: int, blocks: Sequence[Json], kind: str) -> None:
    if len(blocks) > limit:
        raise MessageTooLong(f"{kind}: {len(blocks)} blocks, Slack shows {limit}")
