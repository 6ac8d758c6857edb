"""What Comitia is told of the Playground."""

from __future__ import annotations

import pytest
import yaml

from bot.demo import playground


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whoever_plays_is_spoken_to_in_the_language_of_the_terminal_whatever_the_playground_says(language: str) -> None:
    me = playground.played(language)
    tree = yaml.safe_load(playground.settings(me, database="x.sqlite", api_url="http://127.0.0.1:1"))
    assert [one["locale"] for one in tree["people"] if one["email"] == me.email] == [language]
