"""The translator says texts with a reader's dates, numbers and lists, and never shows a key."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.translator import LANGUAGES, Language, MissingSentence, Translator, language_of, translator_for
from rituals.messages import Day, Moment, Score, Several, Text, say

PARIS = ZoneInfo("Europe/Paris")
ENGLISH = translator_for("en", PARIS)
FRENCH = translator_for("fr", PARIS)
AT = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)


def shown(translator: Translator, value: str | int | Text | Moment | Day | Score | Several) -> str:
    return translator.say(say("renderer-chosen", label=value)).removeprefix("✓ ")


# --- moments and days ----------------------------------------------------------------------------------------------


def test_a_moment_is_said_in_the_readers_zone_and_order() -> None:
    assert shown(ENGLISH, Moment(at=AT)) == "Tuesday 6 January, 10:00"
    assert shown(FRENCH, Moment(at=AT)) == "mardi 6 janvier à 10:00"
    assert shown(translator_for("en", ZoneInfo("America/Toronto")), Moment(at=AT)) == "Tuesday 6 January, 04:00"
    assert shown(translator_for("en", ZoneInfo("Pacific/Auckland")), Moment(at=AT, style="day")) == "Tuesday 6 January"


def test_a_moment_may_be_its_time_or_its_day() -> None:
    late = datetime(2026, 1, 6, 23, 30, tzinfo=UTC)
    assert shown(FRENCH, Moment(at=late, style="time")) == "00:30"
    assert shown(FRENCH, Moment(at=late, style="day")) == "mercredi 7 janvier"


def test_any_aware_moment_will_do_and_a_naive_one_will_not() -> None:
    assert shown(ENGLISH, Moment(at=AT.astimezone(timezone(timedelta(hours=9))))) == "Tuesday 6 January, 10:00"
    with pytest.raises(ValueError, match="without a zone"):
        shown(ENGLISH, Moment(at=AT.replace(tzinfo=None)))


def test_the_hour_follows_summer_time() -> None:
    assert shown(ENGLISH, Moment(at=datetime(2026, 7, 7, 8, 0, tzinfo=UTC))) == "Tuesday 7 July, 10:00"


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    assert shown(FRENCH, Day(on=date(2026, 5, 1))) == "vendredi 1er mai"
    assert shown(ENGLISH, Day(on=date(2026, 5, 1))) == "Friday 1 May"


# --- numbers and lists ---------------------------------------------------------------------------------------------


def test_a_score_has_one_decimal_or_two_in_the_readers_way() -> None:
    assert shown(ENGLISH, Score(hundredths=345)) == "3.45"
    assert shown(FRENCH, Score(hundredths=345)) == "3,45"
    assert shown(FRENCH, Score(hundredths=400)) == "4,0"


@given(st.integers(min_value=0, max_value=100_000))
def test_a_score_is_shown_exactly(hundredths: int) -> None:
    assert Decimal(shown(ENGLISH, Score(hundredths=hundredths)).replace(",", "")) == Decimal(hundredths).scaleb(-2)


def test_rooms_are_told_whose_hour_it_is() -> None:
    at = datetime(2026, 2, 3, 16, 0, tzinfo=UTC)
    english = translator_for("en", ZoneInfo("Europe/Paris"), names_zone=True)
    french = translator_for("fr", ZoneInfo("Europe/Paris"), names_zone=True)
    assert english.moment(Moment(at=at)) == "Tuesday 3 February, 17:00, Paris time"
    assert french.moment(Moment(at=at)) == "mardi 3 février à 17:00, heure de Paris"
    assert french.moment(Moment(at=at, style="time")) == "17:00"


def test_an_integer_has_the_locales_thousands() -> None:
    assert shown(ENGLISH, 12_345) == "12,345"
    assert shown(FRENCH, 12_345) == "12\u202f345"


def test_an_integer_chooses_the_plural_form_of_the_language() -> None:
    assert [FRENCH.say(say("renderer-more", count=count)) for count in (0, 1, 2)] == ["0 autre", "1 autre", "2 autres"]
    assert FRENCH.say(say("renderer-more", count=1_000_000)).endswith(" autres")


def test_a_list_is_joined_as_the_language_does() -> None:
    three = Several(items=("Ana", "Bo", say("renderer-close")))
    assert shown(ENGLISH, three) == "Ana, Bo and Close"
    assert shown(FRENCH, three) == "Ana, Bo et Fermer"
    assert shown(FRENCH, Several(items=("Ana",))) == "Ana"


def test_a_list_beyond_fifty_is_counted() -> None:
    names = Several(items=tuple(f"N{n}" for n in range(60)))
    assert shown(ENGLISH, names).endswith("N48 and 11 more")
    assert "more" not in shown(ENGLISH, Several(items=names.items[:50]))


# --- text written by people ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["{", "}", "{ $label }", '{"x"}', "\\", "\\u0041", "{{", "-term", "#", '"', "[one]"])
@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_signs_of_a_catalogue_are_letters_in_what_people_write(locale: Language, words: str) -> None:
    assert shown(translator_for(locale, PARIS), words) == words


def test_what_people_write_is_one_line_in_a_sentence_and_at_most_300_long() -> None:
    assert shown(ENGLISH, " a\n\n\nb\u2028c\td ") == "a b c d"
    long = shown(ENGLISH, "x" * 10_000)
    assert len(long) <= 300
    assert long.endswith("x…")


def test_right_to_left_letters_are_isolated_and_nothing_else_is() -> None:
    assert shown(ENGLISH, "\u202e\u05de\u05d4\u202c") == "\u2068\u05de\u05d4\u2069"
    assert shown(ENGLISH, "Ana") == "Ana"


def test_a_sentence_may_hold_far_more_than_fluent_takes_in_one_part() -> None:
    many = Several(items=tuple(f"{n}{'x' * 280}" for n in range(40)))
    inner = say("renderer-chosen", label=say("renderer-chosen", label=many))
    assert len(shown(ENGLISH, inner)) > 11_000


@given(st.text())
def test_any_text_can_be_said_and_stays_whole(words: str) -> None:
    said = shown(ENGLISH, words)
    assert said.count("\u2068") == said.count("\u2069")
    assert not {"\n", "\ufdd0", "\ufdd1", "\u202e"} & set(said)


def test_a_quote_keeps_its_lines() -> None:
    assert FRENCH.quote("a\r\nb\n\n\n\nc") == "a\nb\n\nc"
    assert len(FRENCH.quote("x" * 10_000)) <= 2_000


# --- what is missing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("text", [say("no-such-sentence"), say("renderer-chosen"), say("renderer-more"), say("")])
def test_a_missing_key_or_blank_is_an_error_and_never_shown(locale: Language, text: Text) -> None:
    with pytest.raises(MissingSentence):
        translator_for(locale, PARIS).say(text)


def test_a_missing_key_deep_inside_is_an_error_too() -> None:
    with pytest.raises(MissingSentence):
        shown(ENGLISH, Several(items=(say("no-such-sentence"),)))


# --- which translator ----------------------------------------------------------------------------------------------


def test_the_same_pair_has_the_same_translator() -> None:
    assert translator_for("fr", PARIS) is translator_for("fr", ZoneInfo("Europe/Paris"))
    assert translator_for("fr-CA", PARIS).locale == "fr"


@pytest.mark.parametrize(
    ("said", "language"), [("fr", "fr"), ("fr-CA", "fr"), ("FR_fr", "fr"), ("en-US", "en"), ("de", "en"), ("", "en")]
)
def test_a_client_that_speaks_neither_language_is_spoken_to_in_english(said: str, language: str) -> None:
    assert language_of(said) == language
