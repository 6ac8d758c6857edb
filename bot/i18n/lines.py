"""A message as lines of plain text, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import assert_never

from bot.i18n.meter import bar
from bot.i18n.translator import Translator
from rituals.messages import (
    Bullets,
    Chart,
    Choices,
    Divider,
    Heading,
    Inputs,
    Message,
    Meter,
    Note,
    Paragraph,
    Part,
    Quote,
)

WIDTH = 100
"""Longest line, in characters."""


def as_lines(message: Message, translator: Translator) -> list[str]:
    """`message` as it reads from top to bottom; a blank line before each heading, buttons in brackets."""
    found: list[str] = []
    for part in message.parts:
        if isinstance(part, Heading) and found:
            found.append("")
        found += _part(part, translator)
    return found


def _part(part: Part, translator: Translator) -> Iterator[str]:
    match part:
        case Heading():
            title = translator.say(part.text)
            yield title
            yield "-" * min(len(title), WIDTH)
        case Paragraph():
            yield from _wrapped(_paragraph(part, translator))
        case Bullets():
            for item in part.items:
                yield from _wrapped(_paragraph(item, translator), first="- ", rest="  ")
        case Quote():
            for line in translator.quote(part.text).split("\n"):
                yield from _wrapped(line, first="> ", rest="> ")
            yield from _wrapped(translator.say(part.by), first="  ", rest="  ")
        case Note():
            yield from _wrapped(translator.say(part.text))
        case Meter():
            yield from _wrapped(translator.say(part.label))
            yield bar(part)
        case Choices():
            yield "  ".join(f"[{translator.say(choice.label)}]" for choice in part.choices)
        case Inputs():
            for field in part.fields:
                yield from _wrapped(translator.say(field.label))
            yield f"[{translator.say(part.send.label)}]"
        case Chart():
            yield from _wrapped(translator.say(part.title))
            yield from _wrapped(translator.say(part.alt))
        case Divider():
            yield ""
        case _ as never:
            assert_never(never)


def _paragraph(part: Paragraph, translator: Translator) -> str:
    words = translator.say(part.text)
    return words if part.lead is None else f"{translator.say(part.lead)} · {words}"


def _wrapped(text: str, *, first: str = "", rest: str = "") -> list[str]:
    # A no-break space stays one: only ordinary spaces are places to break at.
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ) or [first.rstrip()]
