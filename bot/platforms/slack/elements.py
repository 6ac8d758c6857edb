"""The smallest pieces of Block Kit, of which Slack parses none, and what it takes of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.i18n.plain import length, never_empty
from bot.platforms.extents import MessageTooLong

Json = dict[str, Any]

# Block Kit's limits, in characters.
TEXT = 3_000
BUTTON = 75
LABEL = 2_000
_ID = 255


def text_run(text: str, *, bold: bool = False) -> Json:
    run: Json = {"type": "text", "text": text or "…"}
    return {**run, "style": {"bold": True}} if bold else run


def section(runs: Sequence[Json]) -> Json:
    return {"type": "rich_text_section", "elements": list(runs)}


def rich_text(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def plain_text(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": never_empty(text, limit), "emoji": False}


def small_print(text: str, limit: int = TEXT) -> Json:
    return {"type": "context", "elements": [plain_text(text, limit)]}


def id_of(name: str) -> str:
    """`name` as an id, which is neither empty nor longer than Slack takes."""
    if not name:
        raise ValueError("an id without a character")
    return uncut(_ID, name, "an id")


def uncut(limit: int, value: str, what: str) -> str:
    """`value` itself: what names and identifies things is never cut."""
    if length(value) > limit:
        raise MessageTooLong(f"{what} takes {limit} characters, not {length(value)}")
    return value


def text_in(drawn: object) -> int:
    """The characters of every text in `drawn`, however deep."""
    if isinstance(drawn, dict):
        return sum(length(it) if name == "text" and isinstance(it, str) else text_in(it) for name, it in drawn.items())
    return sum(map(text_in, drawn)) if isinstance(drawn, list) else 0
