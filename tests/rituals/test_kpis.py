"""Colours, progress, trends and forecasts."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.kpis import (
    Colour,
    Forecast,
    Grey,
    Kpi,
    KpiSource,
    Reading,
    Status,
    forecast_bias,
    progress,
    projection,
    status,
    theil_sen,
)
from rituals.measures.statistics import Direction, Interval

GOLDEN = json.loads((Path(__file__).parents[1] / "golden_numbers" / "measures.json").read_text("utf-8"))
TODAY = date(2026, 4, 7)
quick = settings(max_examples=60, deadline=None)


def near(values: object, tolerance: float = 5.1e-7) -> Any:
    return pytest.approx(values, abs=tolerance)


def kpi(**changes: Any) -> Kpi:
    agreed: dict[str, Any] = {
        "key": "escalation",
        "title": "Handed to a person",
        "unit": "%",
        "direction": Direction.DOWN,
        "owner": "ana@example.org",
        "source": KpiSource.ESCALATION,
        "initiative": "assistant",
        "frequency": timedelta(weeks=4),
        "baseline": Fraction("0.5"),
        "target": Fraction("0.3"),
        "amber": Fraction("0.35"),
        "min_n": 30,
    }
    return Kpi(**(agreed | changes))


def reading(value: str, **changes: Any) -> Reading:
    return Reading(value=Fraction(value), **({"on": TODAY} | changes))


@pytest.mark.parametrize(("value", "direction", "target", "amber", "colour"), GOLDEN["kpi"]["rows"])
def test_colours_are_the_golden_ones(value: str, direction: str, target: str, amber: str | None, colour: str) -> None:
    followed = kpi(
        direction=Direction(direction), target=Fraction(target), amber=None if amber is None else Fraction(amber)
    )
    assert status(followed, reading(value), today=TODAY) == Status(colour=Colour(colour))


@pytest.mark.parametrize(
    ("followed", "seen", "grey"),
    [
        (kpi(target=None), reading("0.3"), Grey.NO_TARGET),
        (kpi(baseline=None), reading("0.3"), Grey.NO_TARGET),
        (kpi(target=None), None, Grey.NO_TARGET),
        (kpi(), None, Grey.NO_DATA),
        (kpi(), reading("0.3", n=29), Grey.TOO_FEW),
        (kpi(), reading("0.3", on=TODAY - timedelta(days=43)), Grey.STALE),
        (kpi(judged_from=TODAY + timedelta(days=1)), reading("0.3"), Grey.TOO_EARLY),
    ],
)
def test_without_what_it_takes_a_kpi_is_grey_and_says_why(followed: Kpi, seen: Reading | None, grey: Grey) -> None:
    assert status(followed, seen, today=TODAY) == Status(colour=Colour.GREY, grey=grey)


def test_bounds_of_grey_are_not_grey() -> None:
    seen = reading("0.3", n=30, on=TODAY - timedelta(days=42))
    assert status(kpi(judged_from=TODAY), seen, today=TODAY).colour is Colour.GREEN


def test_without_a_tolerance_there_is_no_amber() -> None:
    assert status(kpi(amber=None), reading("0.301"), today=TODAY).colour is Colour.RED
    with pytest.raises(ValueError, match="better than the target"):
        kpi(amber=Fraction("0.29"))


@pytest.mark.parametrize(("days", "due"), [(-1, False), (0, True), (1, True)])
def test_a_target_is_due_again_from_its_day_on(days: int, *, due: bool) -> None:
    assert kpi(review_date=TODAY).is_target_due(TODAY + timedelta(days=days)) is due


def test_no_target_is_due_again_without_a_day_or_before_one_is_agreed() -> None:
    assert not kpi().is_target_due(TODAY)
    assert not kpi(review_date=TODAY, target=None, amber=None).is_target_due(TODAY)
    assert not kpi(review_date=TODAY, baseline=None).is_target_due(TODAY)


def test_a_figure_is_counted_of_an_initiative_and_what_is_asked_need_not_be() -> None:
    with pytest.raises(ValueError, match="of an initiative"):
        kpi(initiative=None)
    assert kpi(initiative=None, source=KpiSource.ASKED).initiative is None


def test_values_in_percent_are_shares_and_no_others_are() -> None:
    assert kpi().is_share
    assert not kpi(unit="EUR").is_share


def test_an_interval_across_a_bound_makes_the_colour_approximate() -> None:
    def approximate(low: float, high: float) -> bool:
        return status(kpi(), reading("0.4", interval=Interval(low=low, high=high)), today=TODAY).approximate

    assert approximate(0.34, 0.46)
    assert approximate(0.29, 0.31)
    assert not approximate(0.36, 0.46)
    assert not approximate(0.35, 0.46)


@pytest.mark.parametrize(("baseline", "value", "target", "found"), GOLDEN["kpi"]["progress"]["rows"])
def test_progress_is_the_golden_one(baseline: str, value: str, target: str, found: float) -> None:
    followed = kpi(baseline=Fraction(baseline), target=Fraction(target), amber=None)
    moved = progress(followed, Fraction(value))
    assert moved is not None
    assert float(moved) == near(found)
    assert progress(followed, Fraction(target)) == 1
    assert progress(followed, Fraction(baseline)) == 0


def test_there_is_no_way_from_a_target_to_itself() -> None:
    assert progress(kpi(baseline=Fraction("0.3")), Fraction(1)) is None
    assert progress(kpi(baseline=None), Fraction(1)) is None


values = st.fractions(0, 1, max_denominator=100)


@quick
@given(values, values, values)
def test_a_better_value_never_has_a_worse_colour(value: Fraction, other: Fraction, target: Fraction) -> None:
    order = [Colour.GREEN, Colour.AMBER, Colour.RED]
    for direction, better in ((Direction.DOWN, min), (Direction.UP, max)):
        tolerance = Fraction(1, 20) * (1 if direction is Direction.DOWN else -1)
        followed = kpi(direction=direction, target=target, amber=target + tolerance)
        best, worst = better(value, other), value + other - better(value, other)
        found = [status(followed, Reading(value=one, on=TODAY), today=TODAY).colour for one in (best, worst)]
        assert found == sorted(found, key=order.index)


def test_the_trend_is_the_golden_one() -> None:
    golden = GOLDEN["theil_sen"]
    points = [(month, Fraction(str(y))) for month, y in zip(golden["months"], golden["y"], strict=True)]
    found = theil_sen(points)
    assert found.slope == Fraction(str(golden["slope"]))
    assert found.intercept == Fraction(str(golden["intercept"]))
    assert found.at(12) == Fraction(str(golden["proj_m12"])) == projection(points, 12, share=True)
    assert [float(end) for end in found.slope_interval] == near(golden["slope_ci"])


def test_a_projection_takes_six_points_and_a_share_stays_one() -> None:
    points = [(month, Fraction(month, 10)) for month in range(1, 7)]
    assert projection(points[:5], 12, share=True) is None
    assert projection(points, 12, share=True) == 1
    assert projection(points, -3, share=True) == 0
    assert projection(points, 12, share=False) == Fraction(12, 10)
    with pytest.raises(ValueError, match="two different times"):
        theil_sen([(1, Fraction(1)), (1, Fraction(2))])


@quick
@given(
    st.lists(st.tuples(st.integers(0, 20), values), min_size=3, max_size=10, unique_by=lambda point: point[0]),
    values,
    values,
)
def test_a_trend_follows_the_scale_of_what_it_reads(
    points: list[tuple[int, Fraction]], shift: Fraction, factor: Fraction
) -> None:
    found = theil_sen([*points])
    moved = theil_sen([(x, factor * y + shift) for x, y in points])
    assert moved.slope == factor * found.slope
    assert found.slope_interval[0] <= found.slope <= found.slope_interval[1]
    outlier = theil_sen([(x, shift + factor * x) for x in range(8)] + [(8, Fraction(1000))])
    assert outlier.slope == factor  # one wild point does not move it


def forecasts(expected: list[float], actual: list[float]) -> list[Forecast]:
    return [
        Forecast(made_on=TODAY, of=TODAY, expected=Fraction(str(one)), actual=Fraction(str(other)))
        for one, other in zip(expected, actual, strict=True)
    ]


def test_forecast_bias_is_the_golden_one() -> None:
    golden = GOLDEN["forecast_bias"]
    found = forecast_bias(forecasts(golden["F"], golden["A"]))
    assert found is not None
    assert float(found.mean_error) == near(golden["ME"])
    assert float(found.mean_absolute_error) == near(golden["MAE"])
    assert found.relative is not None
    assert float(found.relative) == near(golden["rel"])
    assert found.absolute_percentage is not None
    assert float(found.absolute_percentage) == near(golden["MAPE"])
    assert found.tracking_signal == golden["tracking_signal"]
    assert found.is_biased


def test_errors_both_ways_are_no_bias_and_four_is_not_beyond_four() -> None:
    fair = forecast_bias(forecasts([0.2, 0.1], [0.1, 0.2]))
    assert fair is not None
    assert fair.tracking_signal == 0
    assert not fair.is_biased
    four = forecast_bias(forecasts([0.2] * 4, [0.1] * 4))
    assert four is not None
    assert not four.is_biased
    low = forecast_bias(forecasts([0.1] * 5, [0.2] * 5))
    assert low is not None
    assert low.is_biased


def test_what_is_not_known_yet_tells_nothing() -> None:
    pending = Forecast(made_on=TODAY, of=TODAY + timedelta(days=90), expected=Fraction(1, 5))
    assert forecast_bias([pending]) is None
    exactly = forecast_bias([pending, *forecasts([0.0], [0.0])])
    assert exactly is not None
    assert exactly.count == 1
    assert exactly.relative is None
    assert exactly.absolute_percentage is None
    assert exactly.tracking_signal == 0
