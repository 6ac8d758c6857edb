"""The smallest pieces of an Adaptive Card, of which none is parsed but what our own words say.

A TextBlock parses Markdown and a TextRun does not: whatever holds text written by people is drawn with text runs, so
that it is shown as it is and never becomes a mention, a link or bold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.i18n.translator import Translator
from bot.platforms.teams.activities import Json
from rituals.messages import Amount, Several, Text, Value

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"

BUTTON = 75
LABEL = 500
"""The most characters of a button's name, and of a question's."""

# What Markdown may read as more than letters: its signs, the start of a list ("1. "), an address.
_MARKDOWN = re.compile(r"[\\`*_~\[\]#<>|{}]|^\s*(?:[-+]|\d+[.)])\s|://|www\.")


def text_run(text: str, *, bold: bool = False) -> Json:
    run: Json = {"type": "TextRun", "text": inert(text) or "…"}
    return {**run, "weight": "Bolder"} if bold else run


def small_run(text: str) -> Json:
    return {**text_run(text), "size": "Small", "isSubtle": True}


def rich_text(runs: Sequence[Json], *, spacing: str | None = None) -> Json:
    block: Json = {"type": "RichTextBlock", "inlines": list(runs)}
    return {**block, "spacing": spacing} if spacing else block


def inert(text: str) -> str:
    """`text` that stays as written: clients turn {{DATE(…)}} and {{TIME(…)}} into dates even in a text run."""
    return text.replace("{{", "{\u2060{")  # a word joiner


def is_ours(text: Text, translator: Translator) -> bool:
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


def card_of(body: list[Json], translator: Translator, actions: Sequence[Json] = ()) -> Json:
    """A card of these, its buttons below all of them."""
    drawn: Json = {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": "1.5",
        "lang": translator.locale,
        "body": body,
    }
    return {**drawn, "actions": list(actions)} if actions else drawn


def size_of(card: Json) -> int:
    """The bytes of a card on the wire."""
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())
