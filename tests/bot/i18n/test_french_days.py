"""In French, a day within a sentence has its article: "jusqu’au mardi", "avant le jeudi"."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.i18n.translator import sources, translator_for
from rituals.messages import Day, say

DAYS = frozenset(
    {
        *("at", "day", "due", "first", "first_on", "last", "last_on", "missed", "on", "opens", "review", "since"),
        *("sitting", "sunday", "until"),
    }
)
"""Blanks that are filled with a day, or with a day and an hour."""

HOURS = frozenset({"paper-mine-open", "paper-mine-reason-open"})
"""Sentences whose blank of that name is an hour alone."""

BARE = re.compile(r"(?<=\w)(?<!\ble)(?<!\bdu)(?<!\bau) mardi 3 mars")
"""A day that follows a word other than an article."""


class Blanks(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 (fluent's name)
        self.names.add(node.id.name)


@cache
def with_days() -> dict[str, set[str]]:
    """The blanks of every sentence for chat that tells a day, by key."""
    found = {}
    for name, source in sources("fr").items():
        for entry in FluentParser().parse(source).body if not name.startswith(("terminal", "renderer")) else ():
            if isinstance(entry, ast.Message):
                blanks = Blanks()
                blanks.visit(entry)
                if blanks.names & DAYS and entry.id.name not in HOURS:
                    found[entry.id.name] = blanks.names
    return found


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_day_within_a_sentence_has_its_article(count: int) -> None:
    speak = translator_for("fr", ZoneInfo("Europe/Paris"))
    tuesday = Day(on=date(2026, 3, 3))
    said = {
        key: speak.say(say(key, **{name: tuesday if name in DAYS else count for name in names}))
        for key, names in with_days().items()
    }
    assert sum("mardi 3 mars" in words for words in said.values()) > 50
    assert {key: words for key, words in said.items() if BARE.search(words)} == {}


@pytest.mark.parametrize(
    ("words", "bare"),
    [
        ("jusqu’à mardi 3 mars", True),
        ("répondez avant mardi 3 mars", True),
        ("jusqu’au mardi 3 mars", False),
        ("Prochaine séance\u00a0: mardi 3 mars", False),
        ("Comité, mardi 3 mars", False),
    ],
)
def test_a_day_without_its_article_is_seen(words: str, bare: bool) -> None:
    assert bool(BARE.search(words)) is bare
