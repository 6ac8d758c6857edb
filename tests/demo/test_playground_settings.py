"""What Comitia is told of the Playground, and whoever sits at the terminal of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.demo import french, horizon, playground
from bot.demo.beside import Came
from bot.i18n.translator import translator_for
from bot.settings import load

PARIS = ZoneInfo("Europe/Paris")
NINE = datetime(2026, 1, 27, 8, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whoever_plays_is_spoken_to_in_the_language_of_the_terminal_whatever_the_playground_says(language: str) -> None:
    me = playground.played(language)
    tree = yaml.safe_load(playground.settings(me, database="x.sqlite", api_url="http://127.0.0.1:1"))
    assert [one["locale"] for one in tree["people"] if one["email"] == me.email] == [language]


def test_a_french_demo_has_french_texts(tmp_path: Path) -> None:
    assert set(french.INITIATIVES) == {case.key for case in horizon.CASES}
    assert set(french.KPIS) == {kpi["key"] for kpi in horizon.KPIS}
    file = tmp_path / "app.yaml"
    text = playground.settings(playground.played("fr"), database=str(tmp_path / "x.sqlite"), api_url="http://127.0.0.1")
    file.write_text(text, encoding="utf-8")
    assert load(file, environ={}).organisation.locale == "fr"
    english = [case.summary for case in horizon.CASES] + [str(kpi["title"]) for kpi in horizon.KPIS]
    assert not [words for words in english if words in text]


def test_the_terminal_names_what_came_and_where() -> None:
    came = [
        Came(place=playground.PERSONAL, words="5 initiatives wait for your marks"),
        Came(place=playground.GROUP, words="The agenda"),
    ]
    assert playground.news(translator_for("en", PARIS), NINE, came).splitlines() == [
        "  It is Tuesday 27 January, 09:00. 2 things are new:",
        "    Personal Chat: 5 initiatives wait for your marks",
        "    AI committee: The agenda",
    ]


def test_of_very_much_that_came_the_terminal_names_the_newest_within_its_width() -> None:
    came = [Came(place=playground.CHANNEL, words=f"{number} {'x' * 200}") for number in range(20)]
    told = playground.news(translator_for("en", PARIS), NINE, came).splitlines()
    assert len(told) == playground.MOST_TOLD + 2
    assert told[-1].startswith("    AI news: 19 x")
    assert max(map(len, told)) <= playground.WIDTH


@pytest.mark.parametrize(("language", "key"), [("en", "Enter"), ("fr", "Entrée")])
def test_no_keys_are_named_where_nobody_can_type(language: str, key: str) -> None:
    speak, me = translator_for(language, PARIS), playground.played(language)
    assert key in playground.ready(speak, "http://127.0.0.1:1", me, typed=True)
    assert key not in playground.ready(speak, "http://127.0.0.1:1", me, typed=False)
