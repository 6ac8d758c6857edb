"""Draws our messages and forms as Adaptive Cards 1.5 for Teams, with no markup anywhere.

A TextBlock, which parses Markdown, is used only for a heading in our own words, since it alone can tell a screen reader
that it is one; all else is drawn with text runs (`elements`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from bot.i18n.plain import cut, never_empty
from bot.i18n.translator import Translator
from bot.platforms.extents import EXTENTS, Extent, MessageTooLong
from bot.platforms.pieces import abridged, initial_of, items_of, line_of
from bot.platforms.teams.activities import Json
from bot.platforms.teams.buttons import execute, rows_of
from bot.platforms.teams.charts import chart_of
from bot.platforms.teams.elements import BUTTON, card_of, is_ours, rich_text, size_of, small_run, text_run
from bot.platforms.teams.questions import field_of, questions_of
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

CARD_TYPE = "application/vnd.microsoft.card.adaptive"

_SUMMARY = 300

# The figures published for Teams are between 28 and 100 kB, in changing units; 25,000 bytes are within all of them.
_CARD_BYTES = 25_000

# A form may hold a person's own draft, which is never cut to fit: it is held to the limit of a bot's message instead.
_FORM_BYTES = 80_000


def message(message: Message, translator: Translator) -> Json:
    """The activity `{"type": "message", "summary", "attachments": [card]}`.

    Charts are drawn by Teams, and words say what there is to see. What is long is cut until it fits; raises
    MessageTooLong where that does not suffice, above 25 kB.
    """
    translator = translator.without_slash()
    for extent in EXTENTS:
        drawn = card_of(_body(message.parts, translator, extent), translator)
        if size_of(drawn) <= _CARD_BYTES:
            return _activity(message.summary, drawn, translator)
    raise MessageTooLong(f"{message.kind}: more than {_CARD_BYTES} bytes of card")


def home(said: Message, translator: Translator) -> Json:
    """Teams has no home tab for bots: what waits for a person is a message like another."""
    return message(said, translator)


def sentence(text: Text, translator: Translator) -> Json:
    """The activity of one line. A card, because Teams parses the text of a plain message."""
    translator = translator.without_slash()
    return _activity(text, card_of([rich_text([text_run(translator.say(text))])], translator), translator)


def line(words: str, translator: Translator) -> Json:
    """The activity of one line that is said already."""
    return around(card_of([rich_text([text_run(words)])], translator), cut(words, _SUMMARY))


def around(card: Json, summary: str) -> Json:
    """The activity that shows a card, with what a notification says of it."""
    return {"type": "message", "summary": summary, "attachments": [{"contentType": CARD_TYPE, "content": card}]}


def below(words: str, activity: Json) -> Json:
    """The activity with a line of words, said already, above all else on its card."""
    shown = card(activity)
    return around({**shown, "body": [rich_text([text_run(words)]), *shown["body"]]}, activity["summary"])


def card(activity: Json) -> Json:
    """The card inside what `message`, `home` and `sentence` return, for the answer to a click."""
    content: Json = activity["attachments"][0]["content"]
    return content


def _activity(summary: Text, content: Json, translator: Translator) -> Json:
    return around(content, cut(translator.say(summary), _SUMMARY))


def _body(parts: Iterable[Part], translator: Translator, extent: Extent) -> list[Json]:
    body: list[Json] = []
    divided = False
    for part in abridged(parts, extent):
        drawn = _part(part, translator, extent, first=not body)
        if divided and drawn:
            # A card has no line of its own: it is the upper edge of what follows.
            drawn[0] = {**drawn[0], "separator": True, "spacing": "Large"}
        divided = bool(body) and (isinstance(part, Divider) or (divided and not drawn))
        body += drawn
    return body


def _part(part: Part, translator: Translator, extent: Extent, *, first: bool) -> list[Json]:
    match part:
        case Heading():
            return [_heading(part, translator, extent, first=first)]
        case Paragraph():
            # A run knows no line break: the lead gets a block of its own.
            runs = _paragraph(part, translator, extent)
            if part.lead is None:
                return [rich_text(runs)]
            return [rich_text(runs[:1]), {**rich_text(runs[-1:]), "spacing": "None"}]
        case Bullets():
            return _bullets(part, translator, extent)
        case Quote():
            return [_quote(part, translator, extent)]
        case Note():
            return [rich_text([small_run(cut(translator.say(part.text), extent.text))])]
        case Meter():
            return [rich_text([text_run(line_of(part, translator, extent))])]
        case Choices():
            return rows_of(part, translator)
        case Divider():
            return []
        case Chart():
            return chart_of(part, translator)
        case Inputs():
            return questions_of(part, translator)
        case _ as never:
            assert_never(never)


def _heading(heading: Heading, translator: Translator, extent: Extent, *, first: bool) -> Json:
    words = cut(translator.say(heading.text), extent.text)
    size = "Large" if first else "Medium"
    if not is_ours(heading.text, translator):
        return rich_text([{**text_run(words, bold=True), "size": size}])
    return {"type": "TextBlock", "style": "heading", "size": size, "weight": "Bolder", "wrap": True, "text": words}


def _paragraph(paragraph: Paragraph, translator: Translator, extent: Extent) -> list[Json]:
    words = text_run(cut(translator.say(paragraph.text), extent.text))
    if paragraph.lead is None:
        return [words]
    return [text_run(cut(translator.say(paragraph.lead), extent.text), bold=True), text_run(" "), words]


def _bullets(bullets: Bullets, translator: Translator, extent: Extent) -> list[Json]:
    lines = [_paragraph(item, translator, extent) for item in items_of(bullets, extent)]
    # The bullet is a run of its own, so that it never makes a list of what follows.
    drawn = [rich_text([text_run("• "), *line]) for line in lines]
    return [line if place == 0 else {**line, "spacing": "Small"} for place, line in enumerate(drawn)]


def _quote(quote: Quote, translator: Translator, extent: Extent) -> Json:
    # A text run knows no line breaks: each line is a block, a little further down after an empty one.
    lines = cut(translator.quote(quote.text), extent.quote).split("\n")
    words = [
        rich_text([{**text_run(line), "italic": True}], spacing="Small" if place and not lines[place - 1] else "None")
        for place, line in enumerate(lines)
        if line or len(lines) == 1
    ]
    by = rich_text([small_run(cut(translator.say(quote.by), extent.text))], spacing="Small")
    return {"type": "Container", "style": "emphasis", "items": [*words, by]}


# --- forms ---------------------------------------------------------------------------------------------------------


def form(
    form: Form,
    translator: Translator,
    *,
    errors: Mapping[str, Text] | None = None,
    given: Mapping[str, str | None] | None = None,
    dialog: bool = False,
    over: bool = False,
) -> Json:
    """The card of a form. `dialog`: shown in a dialog (task module), which knows Action.Submit only; `over`: shown in
    the place of the card that asked for it, with a way back to that.

    `errors`: field name -> what is wrong, drawn under the field. `given`: field name -> the answer shown instead of
    the form's initial one. Raises MessageTooLong above 80 kB.
    """
    translator = translator.without_slash()
    # A dialog shows the title too, but a card in the conversation has nothing else to say what it is.
    body = [_heading(Heading(text=form.title), translator, EXTENTS[0], first=True)]
    for part in form.intro:
        body += _part(part, translator, EXTENTS[0], first=False)
    for field in form.fields:
        body.append(field_of(field, initial_of(field, given), translator))
        if errors is not None and field.name in errors:
            wrong = {**text_run(translator.say(errors[field.name])), "color": "Attention"}
            body.append(rich_text([wrong], spacing="Small"))
        if field.hint is not None:
            body.append(rich_text([small_run(translator.say(field.hint))], spacing="Small"))
    look = {"title": never_empty(translator.say(form.submit), BUTTON), "style": "positive"}
    data: Json = {"form": form.kind, "subject": form.subject, "fields": [field.name for field in form.fields]}
    if dialog:
        buttons = [{"type": "Action.Submit", **look, "data": data}]
    elif over:
        # Required fields would hold up the way back.
        leaving = {"title": never_empty(translator.say(say("teams-form-back")), BUTTON), "associatedInputs": "none"}
        back = execute("back", {"back": form.kind, "subject": form.subject}, leaving)
        buttons = [execute(form.kind, {**data, "over": True}, look), back]
    else:
        buttons = [execute(form.kind, data, look)]
    drawn = card_of(body, translator, buttons)
    if size_of(drawn) > _FORM_BYTES:
        raise MessageTooLong(f"{form.kind}: more than {_FORM_BYTES} bytes of card")
    return drawn
