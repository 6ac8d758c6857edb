"""Pieces of a message as every platform shows them, before each draws them in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TypeVar

from bot.i18n.meter import bar
from bot.i18n.plain import cut
from bot.i18n.translator import Translator
from bot.platforms.extents import Extent
from rituals.messages import Bullets, Choice, Emphasis, Meter, Note, Paragraph, Quote, Scale, Text, Words, say

Piece = TypeVar("Piece")


def abridged(parts: Iterable[Piece], extent: Extent) -> Iterator[Piece | Note]:
    """The parts; of many quotes in a row the first, and how many are left out."""
    for is_quote, run in groupby(parts, key=lambda part: isinstance(part, Quote)):
        row = list(run)
        shown = row[: extent.quotes] if is_quote else row
        yield from shown
        if left := len(row) - len(shown):
            yield Note(text=_and_more(left))


def items_of(bullets: Bullets, extent: Extent) -> tuple[Paragraph, ...]:
    """The items of a list; of a long one the first, and how many are left out."""
    if len(bullets.items) <= extent.items:
        return bullets.items
    shown = bullets.items[: extent.items - 1]
    return (*shown, Paragraph(text=_and_more(len(bullets.items) - len(shown))))


def _and_more(left: int) -> Text:
    return say("renderer-and-more", count=left)


def line_of(meter: Meter, translator: Translator, extent: Extent) -> str:
    """What a progress says. Words first: a screen reader has said everything before it meets the bar."""
    words, drawn = cut(translator.say(meter.label), extent.text), bar(meter)
    return f"{words}  {drawn}" if drawn else words


def label_of(choice: Choice) -> Text:
    """What a button is called: the answer that somebody gave already is ticked."""
    return say("renderer-chosen", label=choice.label) if choice.emphasis is Emphasis.CHOSEN else choice.label


def initial_of(field: Scale | Words, given: Mapping[str, str | None] | None) -> str | None:
    """What stands in a field of a form: what was `given` before, or else what the form begins with."""
    return field.initial if given is None else given.get(field.name, field.initial)
