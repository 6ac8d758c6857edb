"""Every shape a card of the weekly figures can take, drawn on every platform in every language."""

from __future__ import annotations

import pytest

from bot.i18n.translator import LANGUAGES, translator_for
from bot.platforms.slack import render as slack
from bot.platforms.teams import render as teams
from tests.golden.drawing import HERE, PARIS, PLATFORMS, as_json
from tests.golden.samples_figures import VARIANTS, post

FOLDER = HERE / "figures"


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_a_card_is_drawn_as_was_agreed(variant: str, platform: str, locale: str, *, golden_write: bool) -> None:
    message = post(str, [VARIANTS[variant](str)])
    translator = translator_for(locale, PARIS)
    drawn = as_json(slack.message(message, translator) if platform == "slack" else teams.message(message, translator))
    path = FOLDER / f"{variant}.{platform}.{locale}.json"
    if golden_write:
        FOLDER.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert path.exists(), "no golden file: pytest tests/golden --golden-write, and read what it wrote"
    assert drawn == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{each}.{platform}.{locale}.json" for each in VARIANTS for platform in PLATFORMS for locale in LANGUAGES}
    assert {path.name for path in FOLDER.iterdir()} == wanted
