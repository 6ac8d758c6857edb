"""Readings side by side: nothing but what is shown is judged, and a trend is told only where there is one."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from rituals.kpis import Colour, Grey, Kpi, KpiSource, Reading
from rituals.measures.disclosure import Basis, Counted, Figure, Ledger, Suppressed, Thresholds, publish
from rituals.measures.statistics import Direction, Interval, Tier, Window
from rituals.messages import Amount, Share
from rituals.reviews.board import Course, most_pressing_first
from rituals.reviews.readings import Past, assess, of_figure, of_reading, sundays, totals

TODAY = date(2026, 4, 9)
AHEAD = date(2026, 5, 14)
SUNDAY = date(2026, 4, 5)


def kpi(**changes: object) -> Kpi:
    agreed: dict[str, object] = {
        "key": "escalation",
        "title": "Escalation",
        "unit": "%",
        "direction": Direction.DOWN,
        "owner": "ana@example.org",
        "source": KpiSource.ASKED,
        "frequency": timedelta(days=30),
        "baseline": Fraction(1, 2),
        "target": Fraction(3, 10),
        "amber": Fraction(35, 100),
    }
    return Kpi(**(agreed | changes))  # type: ignore[arg-type]


def figure(
    x: int, n: int, *, basis: Basis = Basis.TELEMETRY, tier: Tier = Tier.MEASURED, interval: Interval | None = None
) -> Figure:
    counted = Counted(
        metric="escalation",
        x=x,
        n=n,
        N=n,
        method="census",
        window=Window.ending(SUNDAY),
        as_of=SUNDAY,
        tier=tier,
        basis=basis,
        members=None,
        interval=interval,
    )
    return publish(counted, thresholds=Thresholds(), ledger=Ledger())[0]


def given(*values: str, every: int = 7) -> list[Past]:
    last = len(values) - 1
    return [
        of_reading(Reading(value=Fraction(value), on=SUNDAY - (last - n) * timedelta(days=every)), "%")
        for n, value in enumerate(values)
    ]


# --- what was published --------------------------------------------------------------------------------------------


def test_a_count_that_is_told_is_judged_to_the_point() -> None:
    past = of_figure(figure(181, 600), SUNDAY)
    assert past.reading is not None
    assert (past.reading.value, past.reading.n) == (Fraction(181, 600), 600)


def test_a_count_that_is_not_told_is_judged_by_the_percentage_that_is() -> None:
    past = of_figure(figure(13, 40), SUNDAY)  # told to five points
    assert past.reading is not None
    assert past.reading.value == Fraction(35, 100)


def test_a_band_is_judged_by_its_middle_and_straddles_what_lies_within() -> None:
    past = of_figure(figure(5, 15), SUNDAY)  # 20 to 40 %
    found = assess(kpi(), [past], today=TODAY, ahead=AHEAD)
    assert past.reading is not None
    assert past.reading.value == Fraction(3, 10)
    assert (found.colour, found.approximate) == (Colour.GREEN, True)


@pytest.mark.parametrize(("x", "value"), [(15, "9/10"), (0, "1/10")])
def test_an_extreme_told_roughly_is_judged_by_its_bound(x: int, value: str) -> None:
    past = of_figure(figure(x, 15, basis=Basis.INVITATIONS), SUNDAY)
    assert past.reading is not None
    assert past.reading.value == Fraction(value)


def test_a_word_is_shown_and_not_judged() -> None:
    past = of_figure(figure(5, 7, basis=Basis.ANSWERS), SUNDAY)
    found = assess(kpi(), [past], today=TODAY, ahead=AHEAD)
    assert past.reading is None
    assert (found.colour, found.grey, found.value) == (Colour.GREY, Grey.TOO_FEW, past.value)


def test_a_suppressed_figure_is_grey_and_leaves_a_gap() -> None:
    hidden = of_figure(Suppressed(kind="primary"), SUNDAY)
    found = assess(kpi(), [hidden], today=TODAY, ahead=AHEAD)
    assert (found.colour, found.grey, found.n) == (Colour.GREY, Grey.TOO_FEW, None)
    assert [one.value for one in found.past] == [None]
    assert found.value == Share(figure=Suppressed(kind="primary"))


def test_an_interval_across_a_threshold_keeps_the_colour_and_says_so() -> None:
    wide = figure(130, 400, tier=Tier.ESTIMATED, interval=Interval(low=0.28, high=0.37))
    found = assess(kpi(), [of_figure(wide, SUNDAY)], today=TODAY, ahead=AHEAD)
    assert (found.colour, found.approximate) == (Colour.AMBER, True)


# --- savings -------------------------------------------------------------------------------------------------------


def test_amounts_are_summed_up_by_the_periods_that_are_over() -> None:
    told = [
        (date(2026, 2, 28), Fraction(5)),
        (date(2026, 3, 15), Fraction(1)),
        (date(2026, 3, 31), Fraction(2)),
        (date(2026, 4, 5), Fraction(9)),
    ]
    assert totals(told, timedelta(days=30), TODAY) == [
        Reading(value=Fraction(5), on=date(2026, 2, 28)),
        Reading(value=Fraction(3), on=date(2026, 3, 31)),
    ]
    assert totals(told, timedelta(days=91), TODAY) == [Reading(value=Fraction(8), on=date(2026, 3, 31))]
    assert totals(told, timedelta(days=7), TODAY)[-1] == Reading(value=Fraction(11), on=date(2026, 4, 5))
    assert totals([], timedelta(days=30), TODAY) == []


def test_the_week_that_spans_two_years_is_one() -> None:
    told = [(date(2025, 12, 30), Fraction(1)), (date(2026, 1, 3), Fraction(2))]
    assert totals(told, timedelta(days=7), TODAY) == [Reading(value=Fraction(3), on=date(2026, 1, 3))]


@pytest.mark.parametrize(("until", "last"), [(SUNDAY, SUNDAY), (TODAY, SUNDAY), (date(2026, 4, 12), date(2026, 4, 12))])
def test_the_last_twelve_sundays_end_with_the_day_itself_where_it_is_one(until: date, last: date) -> None:
    found = sundays(until)
    assert (len(found), found[-1]) == (12, last)
    assert all(day.isoweekday() == 7 for day in found)


# --- where it stands and where it is heading -----------------------------------------------------------------------


def test_the_guide_would_say_that_45_percent_is_red_and_a_quarter_of_the_way_from_50() -> None:
    found = assess(kpi(), given("45/100"), today=TODAY, ahead=AHEAD)
    assert (found.colour, found.progress, found.course) == (Colour.RED, Fraction(1, 4), None)


def test_without_a_target_the_value_is_shown_and_not_judged() -> None:
    found = assess(kpi(target=None, amber=None), given("45/100"), today=TODAY, ahead=AHEAD)
    assert (found.colour, found.grey, found.progress) == (Colour.GREY, Grey.NO_TARGET, None)
    assert found.value == Amount.of(Fraction(45, 100), "%")


def test_six_readings_on_a_line_have_a_course_and_an_outlook() -> None:
    found = assess(kpi(), given("50/100", "49/100", "48/100", "47/100", "46/100", "45/100"), today=TODAY, ahead=SUNDAY)
    assert found.course is Course.FALLING
    assert found.outlook is not None
    assert found.outlook.value == Amount.of(Fraction(45, 100), "%")


def test_an_outlook_of_a_share_stays_within_0_and_100_percent() -> None:
    steep = given("50/100", "40/100", "30/100", "20/100", "10/100", "1/100")
    found = assess(kpi(), steep, today=TODAY, ahead=AHEAD)
    assert found.outlook is not None
    assert found.outlook.value == Amount.of(Fraction(0), "%")


@pytest.mark.parametrize(
    ("values", "course"),
    [
        (("50/100", "49/100", "48/100", "47/100", "46/100"), None),
        (("50/100", "40/100", "50/100", "40/100", "50/100", "40/100", "50/100"), Course.UNCLEAR),
        (("50/100",) * 6, Course.UNCLEAR),
    ],
)
def test_no_outlook_is_told_of_five_readings_or_of_no_clear_trend(
    values: tuple[str, ...], course: Course | None
) -> None:
    found = assess(kpi(), given(*values), today=TODAY, ahead=AHEAD)
    assert (found.course, found.outlook) == (course, None)


def test_reds_come_first_and_among_them_who_has_come_the_shortest_way() -> None:
    statuses = [
        assess(kpi(key=key), given(value) if value else [], today=TODAY, ahead=AHEAD)
        for key, value in (("b", "45/100"), ("e", "2/10"), ("a", "48/100"), ("d", ""), ("c", "35/100"))
    ]
    assert [one.kpi for one in most_pressing_first(statuses)] == ["a", "b", "c", "d", "e"]
