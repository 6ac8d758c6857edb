"""What a chart shows: numbers where there are any, gaps where there may be none, one unit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from bot.charts import distinct, plot, whole
from bot.i18n.translator import translator_for
from rituals.measures.disclosure import Suppressed
from rituals.messages import Amount, Chart, Day, Series, Share, Text, say
from tests.golden.samples import share

ENGLISH = translator_for("en", ZoneInfo("Europe/Paris"))
FRENCH = translator_for("fr", ZoneInfo("Europe/Paris"))
Point = Share | Amount | None


def named(words: str) -> Text:
    return say("renderer-chosen", label=words)


def numbers(*values: int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if value is None else Decimal(value) for value in values)


def euros(value: int) -> Amount:
    return Amount.of(Fraction(value), "EUR")


def chart(*series: tuple[Point, ...], target: Point = None, style: str = "line") -> Chart:
    first = date(2026, 1, 4)
    size = len(series[0]) if series else 1
    return Chart(
        title=named("Adoption"),
        alt=named("What there is to see"),
        labels=tuple(Day(on=first + timedelta(weeks=week)) for week in range(size)),
        series=tuple(Series(name=named(f"S{at}"), points=points) for at, points in enumerate(series)),
        target=None if target is None else Series(name=named("Target"), points=(target,)),
        style="bar" if style == "bar" else "line",
    )


# --- numbers -------------------------------------------------------------------------------------------------------


def test_a_share_is_drawn_as_it_is_said_in_whole_percents() -> None:
    assert plot(chart((share(30, 250), share(125, 1000))), ENGLISH).lines[0].points == numbers(12, 13)


def test_a_target_in_percent_is_drawn_in_percent() -> None:
    shown = plot(chart((share(30, 250),), target=Amount.of(Fraction(1, 8), "%")), ENGLISH)
    assert shown.target is not None
    assert shown.target.points == (Decimal("12.5"),)


@pytest.mark.parametrize(
    "point",
    [
        None,
        Share(figure=Suppressed(kind="primary")),
        Share(figure=Suppressed(kind="complementary")),
        share(4, 12),  # said as a band
        share(2, 9),  # too few
    ],
)
def test_what_has_no_percentage_to_show_is_a_gap(point: Point) -> None:
    assert plot(chart((share(30, 250), point)), ENGLISH).lines[0].points == numbers(12, None)


def test_labels_are_days_of_the_readers_language_and_have_a_year_where_they_would_be_the_same() -> None:
    assert plot(chart((None, None)), FRENCH).labels == ("4 janv.", "11 janv.")
    twice = Chart(
        title=named("x"),
        alt=named("x"),
        labels=(Day(on=date(2025, 1, 4)), Day(on=date(2026, 1, 4))),
        series=(Series(name=named("x"), points=(None, None)),),
    )
    assert plot(twice, ENGLISH).labels == ("4 Jan 2025", "4 Jan 2026")


def test_a_chart_of_several_units_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="one unit"):
        plot(chart((share(30, 250), euros(3))), ENGLISH)


def test_a_series_with_a_point_too_few_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="for each label"):
        plot(chart((None, None), (None,)), ENGLISH)


def test_a_chart_without_labels_or_with_too_many_is_a_mistake() -> None:
    for size in (0, 21):
        with pytest.raises(ValueError, match="1 to 20"):
            plot(chart((None,) * size), ENGLISH)


def test_the_unit_is_named_as_the_reader_does() -> None:
    assert plot(chart((euros(3),)), FRENCH).unit_name == "€"
    assert plot(chart((share(30, 250),)), FRENCH).unit_name == "%"


# --- where gaps are not known --------------------------------------------------------------------------------------


def test_a_gap_in_the_middle_is_left_out_and_named() -> None:
    shown, gaps = whole(plot(chart((euros(1), None, euros(3))), ENGLISH))
    assert (shown.labels, shown.lines[0].points) == (("4 Jan", "18 Jan"), numbers(1, 3))
    assert gaps == ("11 Jan",)
    assert shown.days == (date(2026, 1, 4), date(2026, 1, 18))


def test_nothing_is_missed_before_the_first_number_or_after_the_last() -> None:
    shown, gaps = whole(plot(chart((None, euros(1), euros(2), None)), ENGLISH))
    assert (shown.labels, gaps) == (("11 Jan", "18 Jan"), ())


def test_every_missing_bar_is_named() -> None:
    _, gaps = whole(plot(chart((None, euros(1)), style="bar"), ENGLISH))
    assert gaps == ("4 Jan",)


def test_a_series_without_a_number_is_left_out_and_hides_no_other() -> None:
    shown, _ = whole(plot(chart((None, None), (euros(1), euros(2))), ENGLISH))
    assert [line.points for line in shown.lines] == [numbers(1, 2)]


def test_a_chart_without_a_number_is_empty() -> None:
    for drawn in (chart((None, None)), chart((euros(1), None), (None, euros(1)))):
        assert whole(plot(drawn, ENGLISH))[0].is_empty


def test_names_are_told_apart_when_they_are_cut() -> None:
    assert distinct(["Claims", "Claims", "", "Claims"], 20) == ["Claims", "Claims 2", "…", "Claims 3"]
    cut = distinct(["Claims triage for motor insurance"] * 2, 20)
    assert len(set(cut)) == 2
    assert all(len(name) <= 20 for name in cut)
