"""What stands otherwise on Teams than in a message alone: in a dialog, over a card, for clients without dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from bot.i18n.translator import translator_for
from bot.platforms.teams import render
from bot.platforms.teams.drawn import draw
from rituals.messages import Form, Message
from tests.golden.drawing import HERE, PARIS, as_json, card_faults, objects, sample

FOLDER = HERE / "ways"

Json: TypeAlias = dict[str, Any]


def in_dialog(name: str, locale: str) -> Json:
    """A form as Teams is told it in a dialog."""
    form = sample(f"{name}.form", hostile=False)
    assert isinstance(form, Form)
    return render.form(form, translator_for(locale, PARIS), dialog=True)


def over(name: str, locale: str) -> Json:
    """A form in the place of the card that asked for it."""
    form = sample(f"{name}.form", hostile=False)
    assert isinstance(form, Form)
    return render.form(form, translator_for(locale, PARIS), over=True)


def without_dialogs(name: str, locale: str) -> Json:
    """A message whose buttons ask for no dialog, as in the Agents Playground."""
    message = sample(name, hostile=False)
    assert isinstance(message, Message)
    return draw(message, translator_for(locale, PARIS), dialogs=False).activity


WAYS: dict[tuple[str, str, str], Callable[[str, str], Json]] = {
    ("committee-marks", "dialog", "fr"): in_dialog,
    ("committee-reason", "dialog", "en"): in_dialog,
    ("committee-marks", "over", "en"): over,
    ("committee-reason", "over", "fr"): over,
    ("committee-marks-call", "without-dialogs", "fr"): without_dialogs,
    ("committee-paper", "without-dialogs", "en"): without_dialogs,
}
"""A sample of each: its name, the way it stands, and its locale."""


@pytest.mark.parametrize(("name", "way", "locale"), WAYS)
def test_what_is_drawn_is_what_was_agreed(name: str, way: str, locale: str, *, golden_write: bool) -> None:
    drawn = as_json(WAYS[name, way, locale](name, locale))
    path = FOLDER / f"{name}.{way}.{locale}.json"
    if golden_write:
        FOLDER.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert path.exists(), "no golden file: pytest tests/golden --golden-write, and read what it wrote"
    assert drawn == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.{way}.{locale}.json" for name, way, locale in WAYS}


@pytest.mark.parametrize(("name", "way", "locale"), WAYS)
def test_each_is_a_sound_card_with_the_buttons_of_its_way(name: str, way: str, locale: str) -> None:
    drawn = WAYS[name, way, locale](name, locale)
    assert card_faults(render.card(drawn) if drawn["type"] == "message" else drawn) == []
    kinds = {str(each.get("type")) for each in objects(drawn)}
    # A dialog knows no other kind of button; elsewhere that kind is the fallback of another, and opens nothing.
    assert ("Action.Execute" in kinds) == (way != "dialog")
    assert not [each for each in objects(drawn) if "msteams" in each]
    backs = [each for each in objects(drawn) if each.get("verb") == "back"]
    assert len(backs) == (1 if way == "over" else 0)
