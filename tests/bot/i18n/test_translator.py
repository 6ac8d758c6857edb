"""The translator says texts with a reader's dates, numbers and lists, and never shows a key."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.translator import LANGUAGES, Language, MissingSentence, Translator, language_of, rounded, translator_for
from rituals.measures.disclosure import Basis, Counted, Ledger, Suppressed, Thresholds, publish
from rituals.measures.statistics import Tier, Window
from rituals.messages import Amount, Day, Moment, Score, Several, Share, Text, Value, say

PARIS = ZoneInfo("Europe/Paris")
ENGLISH = translator_for("en", PARIS)
FRENCH = translator_for("fr", PARIS)
AT = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)


def shown(translator: Translator, value: Value) -> str:
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


# --- shares and amounts --------------------------------------------------------------------------------------------


def of(x: int, n: int, basis: Basis = Basis.TELEMETRY) -> Share:
    window = Window.ending(date(2026, 3, 22))
    figure, _ = publish(
        Counted(
            metric="m",
            x=x,
            n=n,
            N=None,
            method="census",
            window=window,
            as_of=window.last,
            tier=Tier.MEASURED,
            basis=basis,
            members=None,
        ),
        thresholds=Thresholds(),
        ledger=Ledger(),
    )
    return Share(figure=figure)


@pytest.mark.parametrize(
    ("share", "english", "french"),
    [
        (of(30, 250), "12%", "12\u202f%"),
        (of(125, 1000), "13%", "13\u202f%"),
        (of(4, 12), "20–40%", "20–40\u202f%"),
        (of(0, 12, Basis.INVITATIONS), "10% or less", "10\u202f% ou moins"),
        (of(12, 12, Basis.INVITATIONS), "90% or more", "90\u202f% ou plus"),
        (of(6, 7, Basis.ANSWERS), "favourable", "favorable"),
        (of(3, 6, Basis.ANSWERS), "mixed", "partagé"),
        (of(1, 7, Basis.ANSWERS), "unfavourable", "défavorable"),
    ],
)
def test_a_share_is_said_as_disclosure_lets_it_be_shown(share: Share, english: str, french: str) -> None:
    assert (shown(ENGLISH, share), shown(FRENCH, share)) == (english, french)


def test_a_suppressed_share_is_said_alike_whatever_the_reason() -> None:
    kinds: tuple[Literal["primary", "complementary", "ledger"], ...] = ("primary", "complementary", "ledger")
    hidden = [Share(figure=Suppressed(kind=kind)) for kind in kinds]
    assert {shown(ENGLISH, each) for each in hidden} == {"too few answers to show"}
    assert {shown(FRENCH, each) for each in hidden} == {"trop peu de réponses pour être affiché"}


@pytest.mark.parametrize(
    ("value", "unit", "english", "french"),
    [
        (Fraction(1, 4), "%", "25%", "25\u202f%"),
        (Fraction(1245, 10_000), "%", "12.5%", "12,5\u202f%"),
        (Fraction(1_200_000), "EUR", "€1,200,000", "1\u202f200\u202f000\u00a0€"),
        (Fraction(25, 2), "EUR", "€12.50", "12,50\u00a0€"),
        (Fraction(1), "JPY", "JP¥1", "1\u00a0JPY"),
        (Fraction(1234), "", "1,234", "1\u202f234"),
        (Fraction(145, 100), "min", "1.5\u00a0min", "1,5\u00a0min"),
        (Fraction(3), "*days*\n", "3\u00a0*days*", "3\u00a0*days*"),
        (Fraction(3), "DAY", "3\u00a0DAY", "3\u00a0DAY"),
        (Fraction(104, 10), "days", "10.4\u00a0days", "10,4\u00a0jours"),
        (Fraction(1), "semaines", "1\u00a0week", "1\u00a0semaine"),
    ],
)
def test_an_amount_is_said_with_its_unit_in_the_readers_way(
    value: Fraction, unit: str, english: str, french: str
) -> None:
    amount = Amount.of(value, unit)
    assert (shown(ENGLISH, amount), shown(FRENCH, amount)) == (english, french)


def test_halves_go_up_where_python_would_go_to_the_even_one() -> None:
    assert [rounded(Fraction(twentieths, 20)) for twentieths in (1, 5)] == [Decimal("0.1"), Decimal("0.3")]
    assert [rounded(Fraction(half, 2), 0) for half in (1, 5, -1)] == [1, 3, -1]


@given(value=st.fractions(min_value=-(10**9), max_value=10**9), decimals=st.integers(0, 3))
def test_what_is_rounded_is_never_further_off_than_half_a_step(value: Fraction, decimals: int) -> None:
    assert abs(Fraction(rounded(value, decimals)) - value) <= Fraction(1, 2 * 10**decimals)


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
