"""Quantities are read as people write them, and never guessed at."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rituals.errors import InvalidReply
from rituals.reviews.quantities import read_quantity, write_quantity


@pytest.mark.parametrize(
    ("text", "unit", "locale", "value"),
    [
        ("12,5 %", "%", "fr", "1/8"),
        ("12.5%", "%", "en", "1/8"),
        ("12,5\u202f%", "%", "fr", "1/8"),
        ("12", "%", "fr", "12/100"),
        ("1,5", "%", "fr", "15/1000"),
        ("0,45 %", "%", "fr", "45/10000"),
        ("1%", "%", "en", "1/100"),
        ("0", "%", "en", "0"),
        ("1 234,5", "", "fr", "1234.5"),
        ("1\u202f234\u00a0567,5", "", "fr", "1234567.5"),
        ("1'234.5", "", "en", "1234.5"),
        ("1.234.567,8", "", "fr", "1234567.8"),
        ("1,234,567.8", "", "en", "1234567.8"),
        ("1,234", "", "en", "1234"),
        ("1,234", "", "fr", "1.234"),
        ("0,123", "", "en", "0.123"),
        ("1.234", "", "en", "1.234"),
        ("0.123", "", "fr", "0.123"),
        ("12.5", "", "fr", "12.5"),
        ("€1,200.50", "EUR", "en", "1200.5"),
        ("1 200,50 €", "EUR", "fr", "1200.5"),
        ("1200 eur", "EUR", "fr", "1200"),
        ("3 jours", "jours", "fr", "3"),
        ("3 jours", "days", "fr", "3"),
        ("1 day", "jours", "en", "1"),
        ("-3", "", "en", "-3"),
        ("−3", "", "fr", "-3"),
        ("+3", "", "en", "3"),
        (" 7\n", "", "en", "7"),
    ],
)
def test_a_quantity_is_what_its_writer_means(text: str, unit: str, locale: str, value: str) -> None:
    assert read_quantity(text, unit=unit, locale=locale, field="x") == Fraction(value)


@pytest.mark.parametrize(
    ("text", "unit", "locale", "key"),
    [
        ("", "", "en", "refused-number"),
        ("%", "%", "en", "refused-number"),
        ("twelve", "", "en", "refused-number"),
        ("1e5", "", "en", "refused-number"),
        ("nan", "", "en", "refused-number"),
        ("=1+1", "", "en", "refused-number"),
        ("12,,5", "", "fr", "refused-number"),
        ("1,23,456", "", "en", "refused-number"),
        ("1.2.3,4", "", "fr", "refused-number"),
        ("12 %", "", "fr", "refused-number"),
        ("12 $", "EUR", "en", "refused-number"),
        ("١٢", "", "en", "refused-number"),
        ("1.234", "", "fr", "refused-number-meaning"),
        ("101", "%", "en", "refused-share"),
        ("-1", "%", "en", "refused-share"),
        ("0,45", "%", "fr", "refused-share-meaning"),
        ("0.45", "%", "en", "refused-share-meaning"),
        ("1", "%", "en", "refused-share-meaning"),
        ("1234567890123", "", "en", "refused-number-length"),
        ("0.12345", "", "en", "refused-number-length"),
    ],
)
def test_what_cannot_be_read_for_sure_is_refused_under_its_field(text: str, unit: str, locale: str, key: str) -> None:
    with pytest.raises(InvalidReply) as refused:
        read_quantity(text, unit=unit, locale=locale, field="x")
    assert (refused.value.key, refused.value.field) == (key, "x")


@given(
    value=st.integers(min_value=-(10**15), max_value=10**15).map(
        lambda ten_thousandths: Fraction(ten_thousandths, 10**4)
    ),
    locale=st.sampled_from(["en", "fr"]),
)
def test_what_a_form_shows_is_read_back_the_same(value: Fraction, locale: str) -> None:
    shown = write_quantity(value, unit="", locale=locale)
    assert read_quantity(shown, unit="", locale=locale, field="x") == value


@given(st.integers(min_value=0, max_value=10**6))
def test_a_share_is_written_in_percent_and_read_back_the_same(millionths: int) -> None:
    value = Fraction(millionths, 10**6)
    for locale in ("en", "fr"):
        assert (
            read_quantity(write_quantity(value, unit="%", locale=locale), unit="%", locale=locale, field="x") == value
        )
