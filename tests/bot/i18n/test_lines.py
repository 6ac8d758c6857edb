"""Any message as plain text: whatever is said is printed, line by line, and nothing in it moves a terminal."""

from zoneinfo import ZoneInfo

import pytest

from bot.i18n.lines import WIDTH, as_lines
from bot.i18n.translator import LANGUAGES, translator_for
from tests.golden.drawing import register_everything
from tests.golden.samples import SAMPLES

register_everything()

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_message_can_be_printed(kind: str, locale: str) -> None:
    for sample in SAMPLES[kind]:
        lines = as_lines(sample, translator_for(locale, PARIS))
        assert lines
        for line in lines:
            assert not set(line) & {"\n", "\r", "\x1b", "\u202e", "\u2067"}


def test_long_sentences_are_wrapped_and_a_list_is_set_in() -> None:
    lines = as_lines(SAMPLES["personal-erase"][0], translator_for("en", PARIS))
    assert max(map(len, lines)) <= WIDTH
    lines = as_lines(SAMPLES["digest"][0], translator_for("en", PARIS))
    assert "- Triage of claims · voting is open until Tuesday 7 April, 10:00" in lines
    assert "[Choose my day]" in lines
