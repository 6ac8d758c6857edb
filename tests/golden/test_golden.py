"""Everything we say, drawn on every platform in every language, is what the golden files say it is."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest

from bot.i18n.translator import LANGUAGES
from rituals.speech import FORMS as FORM_KINDS
from rituals.speech import KINDS
from tests.golden.drawing import (
    DRAWN,
    HERE,
    PLATFORMS,
    as_json,
    block_kit_faults,
    card_faults,
    draw,
    golden_path,
    objects,
    register_everything,
    sample,
    strings,
    without_charts,
    words_of_people,
)
from tests.golden.samples import FORMS, HOSTILE, HOSTILE_WORDS, SAMPLES

register_everything()

# What Slack shows as it is written; everything else (mrkdwn, markdown, link, user, emoji, image …) may parse or fetch.
SLACK_TYPES = frozenset(
    {
        *("home", "modal", "header", "rich_text", "rich_text_section", "rich_text_list", "rich_text_quote", "text"),
        *("context", "actions", "divider", "input", "plain_text", "button", "radio_buttons", "static_select"),
        *("plain_text_input", "multi_static_select", "data_visualization", "line", "bar"),
    }
)
DIALOG = {"type": "task/fetch"}
"""What a button says to Teams itself, where it opens a dialog; other words of this kind could mention people."""

TEAMS_TYPES = frozenset(
    {
        *("message", "AdaptiveCard", "RichTextBlock", "TextRun", "TextBlock", "Container", "ActionSet"),
        *("Action.Execute", "Action.Submit", "Action.ShowCard", "Input.ChoiceSet", "Input.Text"),
        *("Chart.Line", "Chart.VerticalBar", "Chart.VerticalBar.Grouped"),
    }
)
INVISIBLE_OR_TURNING = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066\u2067]"
)


# --- nothing is missing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_message_has_a_sample_and_a_hostile_one(kind: str) -> None:
    assert kind in SAMPLES, f"add {kind!r} to _MESSAGES in tests/golden/samples.py"
    assert all(each.kind == kind for each in SAMPLES[kind])


@pytest.mark.parametrize("kind", sorted(FORM_KINDS))
def test_every_kind_of_form_has_a_sample_and_a_hostile_one(kind: str) -> None:
    assert kind in FORMS, f"add {kind!r} to _FORMS in tests/golden/samples.py"
    assert all(each.kind == kind for each in FORMS[kind])


def test_every_sample_is_of_a_registered_kind() -> None:
    assert set(SAMPLES) - {"demo"} <= set(KINDS)
    assert set(FORMS) - {"demo"} <= set(FORM_KINDS)


@pytest.mark.parametrize("name", sorted({name for name, _, _ in DRAWN}))
def test_the_hostile_sample_is_hostile_wherever_people_write(name: str) -> None:
    written = list(words_of_people(sample(name, hostile=False)))
    attacks = list(words_of_people(sample(name, hostile=True)))
    assert len(written) == len(attacks)
    assert all(attack == HOSTILE for attack in attacks)


def test_no_golden_file_is_left_over() -> None:
    kept = {path for platform in PLATFORMS for path in (HERE / platform).iterdir()}
    assert not kept - {golden_path(*each) for each in DRAWN}


# --- the golden files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "platform", "locale"), DRAWN)
def test_what_is_drawn_is_what_was_agreed(name: str, platform: str, locale: str, *, golden_write: bool) -> None:
    drawn = as_json(draw(name, platform, locale))
    path = golden_path(name, platform, locale)
    if golden_write:
        path.write_text(drawn, encoding="utf-8")
    assert path.exists(), "no golden file: pytest tests/golden --golden-write, and read what it wrote"
    assert drawn == path.read_text(encoding="utf-8")


# --- what people write stays what it is ----------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize(("name", "locale"), sorted({(name, locale) for name, _, locale in DRAWN}))
class TestEverythingDrawn:
    def test_on_slack_is_in_elements_that_parse_nothing(self, name: str, locale: str, *, hostile: bool) -> None:
        drawn = draw(name, "slack", locale, hostile=hostile)
        for each in objects(drawn):
            assert each.get("type", "text") in SLACK_TYPES
            assert each.get("emoji") in ({False} if each.get("type") == "plain_text" else {None})
            assert not {"url", "image_url", "verbatim"} & set(each)
        if "type" not in drawn:
            assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", drawn["text"])

    def test_on_slack_keeps_the_limits_of_block_kit(self, name: str, locale: str, *, hostile: bool) -> None:
        assert block_kit_faults(draw(name, "slack", locale, hostile=hostile)) == []

    def test_on_teams_is_in_elements_that_parse_nothing(self, name: str, locale: str, *, hostile: bool) -> None:
        drawn = draw(name, "teams", locale, hostile=hostile)
        for each in objects(drawn):
            if each == DIALOG:
                continue
            assert each.get("type", "TextRun") in TEAMS_TYPES
            assert not {"url", "selectAction", "entities"} & set(each)
            assert each.get("msteams", DIALOG) == DIALOG
            if each.get("type") == "TextBlock" or each.get("style") == "expanded":
                parsed = [each["text"]] if "text" in each else [choice["title"] for choice in each["choices"]]
                assert not any(re.search(r"[\\`*_~\[\]<>{}]|://", words) for words in parsed)
            if each.get("type") == "TextRun":
                assert "{{" not in each["text"]

    def test_on_teams_is_a_card_of_version_1_5(self, name: str, locale: str, *, hostile: bool) -> None:
        card = _card(draw(name, "teams", locale, hostile=hostile))
        assert card_faults(without_charts(card)) == []
        assert card["version"] == "1.5"
        if not name.endswith(".form"):
            assert len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode()) <= 25_000

    @pytest.mark.parametrize("platform", PLATFORMS)
    def test_holds_nothing_invisible_or_reordering(
        self, platform: str, name: str, locale: str, *, hostile: bool
    ) -> None:
        for each in objects(_without_drafts(draw(name, platform, locale, hostile=hostile))):
            for words in (value for value in each.values() if isinstance(value, str)):
                assert not INVISIBLE_OR_TURNING.search(words)
                assert words.count("\u2068") == words.count("\u2069")
                assert not any(unicodedata.category(char) == "Cs" for char in words)


WRITTEN = [each for each in DRAWN if any(words_of_people(sample(each[0], hostile=True)))]


@pytest.mark.parametrize(("name", "platform", "locale"), WRITTEN)
def test_hostile_text_is_shown_as_it_was_written(name: str, platform: str, locale: str) -> None:
    drawn = draw(name, platform, locale, hostile=True)
    shown = [words.replace("{\u2060{", "{{") for words in strings(drawn)]
    for attack in HOSTILE_WORDS:
        assert any(attack in words for words in shown), attack
    assert not any("\n\n\n" in words for words in strings(_without_drafts(drawn)))


def _without_drafts(drawn: dict[str, Any]) -> Any:
    """What was drawn without the answers people find in a form's inputs: their own words, untouched."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            own = {"initial_value"} if value.get("type") == "plain_text_input" else set()
            own |= {"value"} if value.get("type") == "Input.Text" else set()
            return {name: bare(inner) for name, inner in value.items() if name not in own}
        return [bare(inner) for inner in value] if isinstance(value, list) else value

    return bare(drawn)


def _card(drawn: dict[str, Any]) -> dict[str, Any]:
    card: dict[str, Any] = drawn["attachments"][0]["content"] if drawn["type"] == "message" else drawn
    return card


def test_every_language_is_drawn() -> None:
    assert {locale for _, _, locale in DRAWN} == set(LANGUAGES)
