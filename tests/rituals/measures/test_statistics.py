"""Counts, windows, rounding, intervals, tests and estimates."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import comb
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.measures.statistics import (
    Change,
    Duration,
    Interval,
    Proportion,
    Stratum,
    Window,
    Z,
    benjamini_hochberg,
    cohen_kappa,
    detectable_change,
    exact,
    fisher_exact,
    flagged,
    half_up,
    is_provisional,
    is_restated,
    kaplan_meier,
    last_complete_sunday,
    may_correct,
    mcnemar_exact,
    newcombe,
    p_value,
    percent,
    pooled_z,
    post_stratify,
    score_interval,
    t_quantile,
    two_sided,
    wilson,
    worst_case,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))
SIX = 5.1e-7  # six decimals, as the golden numbers are printed
quick = settings(max_examples=60, deadline=None)


def of(x: int, n: int) -> Proportion:
    return Proportion(x=x, n=n)


proportions = st.integers(1, 200).flatmap(lambda n: st.builds(of, st.integers(0, n), st.just(n)))
chances = st.floats(0, 1, allow_nan=False)


def ends(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def near(values: object, tolerance: float = SIX) -> Any:
    return pytest.approx(values, abs=tolerance)


# --- counts and rounding ---


def test_a_proportion_of_nothing_has_no_rate() -> None:
    assert of(0, 0).rate is None
    assert of(30, 250).rate == Fraction(12, 100)
    with pytest.raises(ValueError, match="nothing"):
        _ = of(0, 0).share


@pytest.mark.parametrize(("x", "n"), [(-1, 3), (4, 3), (1, 0)])
def test_a_proportion_counts_part_of_a_whole(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="x of n"):
        of(x, n)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (0.125, 2, "0.13"),
        (2.5, 0, "3"),
        (0.285, 2, "0.29"),  # the double lies below; the decimal that was written does not
        (1.005, 2, "1.01"),
        (-0.125, 2, "-0.13"),
        (-0.004, 2, "0.00"),
        (Fraction(2, 3), 1, "0.7"),
        (Decimal("44.5"), 0, "45"),
        (44, 0, "44"),
        (10**28 + 1, 0, "10000000000000000000000000001"),
    ],
)
def test_halves_are_rounded_up_on_the_decimals_that_were_written(
    value: float | Fraction | Decimal, places: int, shown: str
) -> None:
    assert str(half_up(value, places)) == shown


def test_percents_are_rounded_to_the_step() -> None:
    assert percent(Fraction(9, 40)) == 23  # 22.5
    assert percent(Fraction(9, 40), step=5) == 25
    assert percent(Fraction(9, 41), step=5) == 20
    assert percent(0) == 0
    assert percent(1) == 100


@quick
@given(st.fractions(), st.integers(0, 4))
def test_rounding_moves_by_half_a_unit_at_most_and_is_symmetrical(value: Fraction, places: int) -> None:
    rounded = half_up(value, places)
    assert abs(Fraction(rounded) - value) <= Fraction(1, 2 * 10**places)
    assert half_up(-value, places) == rounded.copy_negate()


def test_a_float_is_the_decimal_it_prints_as() -> None:
    assert exact(0.3) == Fraction(3, 10)
    assert exact(1e-7) == Fraction(1, 10**7)


# --- windows ---


def test_the_window_is_four_whole_weeks_both_ends_counted() -> None:
    window = Window.ending(date(2026, 3, 29))
    assert window == Window(first=date(2026, 3, 2), last=date(2026, 3, 29))
    assert window.days == 28
    assert date(2026, 3, 2) in window
    assert date(2026, 3, 29) in window
    assert date(2026, 3, 1) not in window
    assert date(2026, 3, 30) not in window
    assert window.previous() == Window(first=date(2026, 2, 2), last=date(2026, 3, 1))
    assert len(list(window)) == 28


def test_a_window_counts_the_29th_of_february_and_the_night_clocks_change() -> None:
    assert Window(first=date(2024, 2, 28), last=date(2024, 3, 1)).days == 3
    assert Window.ending(date(2026, 3, 30), 2).days == 2
    with pytest.raises(ValueError, match="ends"):
        Window(first=date(2026, 3, 2), last=date(2026, 3, 1))


def test_on_a_monday_the_last_complete_sunday_is_a_week_old_and_yesterday_is_provisional() -> None:
    monday = date(2026, 3, 30)
    assert last_complete_sunday(monday) == date(2026, 3, 22)
    assert last_complete_sunday(monday, timedelta()) == date(2026, 3, 29)
    assert is_provisional(date(2026, 3, 29), monday)
    assert not is_provisional(date(2026, 3, 22), monday)


@quick
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 10))
def test_the_last_complete_sunday_is_the_newest_that_is_not_provisional(today: date, days: int) -> None:
    lag = timedelta(days=days)
    sunday = last_complete_sunday(today, lag)
    assert sunday.weekday() == 6
    assert not is_provisional(sunday, today, lag)
    assert is_provisional(sunday + timedelta(days=7), today, lag)


def test_a_figure_is_restated_from_one_point_on() -> None:
    assert is_restated(of(48, 400), of(52, 400))
    assert not is_restated(of(48, 400), of(51, 400))
    assert is_restated(of(0, 0), of(1, 400))
    assert not is_restated(of(0, 0), of(0, 0))


# --- intervals ---


@pytest.mark.parametrize(("x", "n", "population", "low", "high"), GOLDEN["wilson"]["rows"])
def test_the_wilson_interval_is_the_golden_one(x: int, n: int, population: int | None, low: float, high: float) -> None:
    assert ends(wilson(of(x, n), population=population)) == near([low, high])


@pytest.mark.parametrize(("points", "smallest"), GOLDEN["wilson_half_width"]["rows"])
def test_so_many_answers_give_such_a_margin(points: int, smallest: int) -> None:
    def half(n: int) -> float:
        return score_interval(0.5, n).half_width

    assert half(smallest) <= points / 100 < half(smallest - 1)


@quick
@given(proportions, st.integers(0, 300))
def test_an_interval_holds_its_share_and_a_finite_population_narrows_it(seen: Proportion, unseen: int) -> None:
    plain, finite = wilson(seen), wilson(seen, population=seen.n + unseen)
    assert 0 <= plain.low <= seen.share <= plain.high <= 1
    assert plain.low - 1e-12 <= finite.low <= finite.high <= plain.high + 1e-12
    if not unseen:
        assert finite.low == finite.high == float(seen.share)
    turned = wilson(of(seen.n - seen.x, seen.n))
    assert ends(turned) == near([1 - plain.high, 1 - plain.low], 1e-12)


def test_an_interval_needs_something_to_stand_on() -> None:
    with pytest.raises(ValueError, match="nothing"):
        wilson(of(0, 0))
    with pytest.raises(ValueError, match="population"):
        wilson(of(3, 10), population=9)
    with pytest.raises(ValueError, match="share"):
        score_interval(1.2, 10)


def test_intervals_say_what_they_hold() -> None:
    interval = Interval(low=0.2, high=0.4)
    assert interval.excludes(0.41)
    assert not interval.excludes(0.4)
    assert interval.straddles(0.3)
    assert not interval.straddles(0.4)


def test_a_finite_population_counts_only_where_most_of_a_random_sample_answered() -> None:
    assert may_correct(randomised=True, complete=70, invited=100)
    assert not may_correct(randomised=True, complete=69, invited=100)
    assert not may_correct(randomised=False, complete=100, invited=100)
    assert not may_correct(randomised=True, complete=0, invited=0)


def test_worst_case_bounds_are_the_golden_ones() -> None:
    case = GOLDEN["worst_case"]
    low, high = case["bounds"]
    assert worst_case(of(case["x"], case["n"]), case["population"]) == (Fraction(low), Fraction(high))
    assert worst_case(of(0, 0), 7) == (Fraction(0), Fraction(1))
    with pytest.raises(ValueError, match="population"):
        worst_case(of(0, 0), 0)


# --- post-stratification ---


def strata_of(rows: list[list[str | int]]) -> list[Stratum]:
    return [Stratum(name=str(name), population=int(population), n=int(n), x=int(x)) for name, population, n, x in rows]


@pytest.mark.parametrize("finite", [True, False])
def test_post_stratification_is_the_golden_one(finite: bool) -> None:
    golden = GOLDEN["post_stratified"]
    errors = golden["finite" if finite else "infinite"]
    found = post_stratify(strata_of(golden["strata"]), finite=finite)
    assert found.raw == near(golden["raw"])
    assert found.share == near(golden["share"])
    assert found.standard_error == near(errors["se"])
    assert found.n_eff == near(errors["n_eff"], 5.1e-5)
    assert ends(found.interval) == near(errors["ci"])
    assert list(found.weights) == near(golden["weights"], 5.1e-5)
    assert found.design_effect == near(golden["kish_deff"], 5.1e-5)
    assert 120 / found.design_effect == near(golden["kish_neff"], 5.1e-4)
    assert not found.capped


def test_a_weighted_csat_is_the_golden_one() -> None:
    golden = GOLDEN["csat_weighted"]
    found = post_stratify(strata_of(golden["cells"]), finite=False)
    assert found.raw == near(golden["raw"])
    assert found.share == near(golden["weighted"])


def test_a_stratum_with_few_answers_joins_its_nearest_sibling() -> None:
    rows = [
        Stratum(name="north", population=50, n=20, x=5, parent="claims"),
        Stratum(name="south", population=40, n=4, x=4, parent="claims"),
        Stratum(name="data", population=30, n=15, x=9, parent="it"),
    ]
    found = post_stratify(rows, finite=True)
    assert [(one.name, one.population, one.n, one.x) for one in found.strata] == [
        ("north+south", 90, 24, 9),
        ("data", 30, 15, 9),
    ]


def test_a_stratum_without_siblings_joins_any_and_the_last_one_stays() -> None:
    alone = [Stratum(name="a", population=50, n=2, x=1), Stratum(name="b", population=10, n=0, x=0, parent="other")]
    found = post_stratify(alone, finite=False)
    assert [(one.population, one.n) for one in found.strata] == [(60, 2)]
    assert found.share == 0.5


def test_no_answer_weighs_more_than_three_times_what_the_median_stratum_s_do() -> None:
    rows = [Stratum(name="few", population=900, n=5, x=5)]
    rows += [Stratum(name=name, population=50, n=45, x=0) for name in "ab"]
    found = post_stratify(rows, finite=False)
    assert found.capped
    assert found.weights[0] == pytest.approx(3 * found.weights[1])
    whole = post_stratify(rows, finite=False, cap=None).share
    assert found.share < whole
    assert whole == pytest.approx(0.9)


def test_without_variance_the_interval_stands_on_the_answers() -> None:
    found = post_stratify([Stratum(name="a", population=50, n=12, x=12)], finite=True)
    assert found.n_eff == 12
    assert found.interval == wilson(of(12, 12))


def test_without_answers_there_is_no_estimate() -> None:
    with pytest.raises(ValueError, match="without answers"):
        post_stratify([Stratum(name="a", population=50, n=0, x=0)], finite=False)
    with pytest.raises(ValueError, match="without answers"):
        post_stratify([], finite=False)
    with pytest.raises(ValueError, match="does not hold"):
        Stratum(name="a", population=5, n=6, x=0)


@quick
@given(st.lists(st.tuples(st.integers(5, 40), st.integers(0, 40), st.integers(0, 100)), min_size=1, max_size=5))
def test_strata_answered_alike_weigh_as_they_count(rows: list[tuple[int, int, int]]) -> None:
    strata = [
        Stratum(name=str(place), population=n + unseen, n=n, x=min(x, n)) for place, (n, x, unseen) in enumerate(rows)
    ]
    found = post_stratify(strata, finite=True)
    assert 0 <= found.interval.low <= found.share + 1e-12
    assert found.share <= found.interval.high + 1e-12
    assert found.interval.high <= 1
    assert found.design_effect >= 1 - 1e-12
    in_proportion = [Stratum(name=one.name, population=3 * one.n, n=one.n, x=one.x) for one in strata]
    assert post_stratify(in_proportion, finite=False).share == pytest.approx(found.raw)


# --- means ---


@pytest.mark.parametrize(
    ("df", "t"),  # two-sided 95 %, as in any printed table
    list(
        {
            1: 12.706205,
            2: 4.302653,
            3: 3.182446,
            4: 2.776445,
            5: 2.570582,
            10: 2.228139,
            29: 2.045230,
            30: 2.042272,
            60: 2.000298,
            120: 1.979930,
            1000: 1.962339,
        }.items()
    ),
)
def test_t_quantiles_are_those_of_the_tables(df: int, t: float) -> None:
    assert t_quantile(df) == near(t)


def test_t_quantiles_go_over_into_the_normal_one_without_a_step() -> None:
    assert t_quantile(1001) == pytest.approx(t_quantile(1000), abs=3e-6)
    assert t_quantile(1001) < t_quantile(1000)
    assert t_quantile(10**7) == pytest.approx(Z, abs=1e-6)
    with pytest.raises(ValueError, match="quantile"):
        t_quantile(0)


# --- two proportions ---


@pytest.mark.parametrize(
    ("x1", "n1", "x2", "n2", "difference", "z", "p", "interval", "fisher"), GOLDEN["two_proportions"]["rows"]
)
def test_two_proportions_compare_as_the_golden_ones(
    x1: int, n1: int, x2: int, n2: int, difference: float, z: float, p: float, interval: list[float], fisher: float
) -> None:
    one, other = of(x1, n1), of(x2, n2)
    assert float(one.share - other.share) == near(difference)
    assert pooled_z(one, other) == near(z)
    assert two_sided(pooled_z(one, other)) == near(p)
    assert ends(newcombe(one, other)) == near(interval)
    assert fisher_exact(one, other) == near(fisher)
    expected = fisher if n1 == 8 else p  # only there is fewer than 5 expected somewhere
    assert p_value(one, other) == near(expected)


def test_a_large_difference_has_the_golden_interval() -> None:
    golden = GOLDEN["fix_of_data_quality"]
    one, other = of(golden["x1"], golden["n"]), of(golden["x2"], golden["n"])
    assert ends(newcombe(one, other)) == near(golden["newcombe"])


@quick
@given(proportions, proportions)
def test_comparing_the_other_way_round_turns_the_interval(one: Proportion, other: Proportion) -> None:
    there, back = newcombe(one, other), newcombe(other, one)
    assert ends(there) == near([-back.high, -back.low], 1e-12)
    assert there.low - 1e-12 <= float(one.share - other.share) <= there.high + 1e-12
    assert p_value(one, other) == pytest.approx(p_value(other, one))
    assert 0 <= p_value(one, other) <= 1
    assert p_value(one, one) == pytest.approx(1)


@quick
@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_fisher_adds_the_tables_no_likelier_than_the_one_seen(n1: int, n2: int, data: st.DataObject) -> None:
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    ways = [comb(n1, x) * comb(n2, x1 + x2 - x) for x in range(x1 + x2 + 1) if x <= n1 and x1 + x2 - x <= n2]
    seen = comb(n1, x1) * comb(n2, x2)
    by_hand = Fraction(sum(way for way in ways if way <= seen), sum(ways))
    assert fisher_exact(of(x1, n1), of(x2, n2)) == pytest.approx(float(by_hand))


def test_all_or_none_on_both_sides_do_not_differ() -> None:
    assert pooled_z(of(5, 5), of(9, 9)) == 0
    assert p_value(of(0, 40), of(0, 50)) == 1
    with pytest.raises(ValueError, match="nothing"):
        p_value(of(0, 0), of(1, 2))
    with pytest.raises(ValueError, match="nothing"):
        pooled_z(of(1, 2), of(0, 0))


# --- many comparisons ---


def test_false_discoveries_are_controlled_as_in_the_golden_list() -> None:
    golden = GOLDEN["benjamini_hochberg"]
    assert list(benjamini_hochberg(golden["p"])) == near(golden["adj"])
    assert [p <= 0.05 for p in benjamini_hochberg(golden["p"])] == golden["reject_q05"]
    assert sum(p < 0.05 for p in golden["p"]) == golden["raw_lt_05"]
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg([1.5])


@quick
@given(st.lists(chances, max_size=12), st.randoms(use_true_random=False))
def test_adjusted_p_values_keep_order_and_never_fall_below_the_raw_ones(ps: list[float], chance: Random) -> None:
    adjusted = benjamini_hochberg(ps)
    assert all(raw <= found <= 1 for raw, found in zip(ps, adjusted, strict=True))
    pairs = sorted(zip(ps, adjusted, strict=True))
    assert [found for _, found in pairs] == sorted(adjusted)
    shuffled = list(ps)
    chance.shuffle(shuffled)
    assert sorted(benjamini_hochberg(shuffled)) == sorted(adjusted)


@quick
@given(st.lists(st.fractions(0, 1, max_denominator=1000), min_size=1, max_size=12))
def test_adjusting_rejects_what_the_step_up_procedure_does(ps: list[Fraction]) -> None:
    q, m = Fraction(1, 20), len(ps)
    ranks = [rank for rank, p in enumerate(sorted(ps), start=1) if p * m <= rank * q]
    cut = sorted(ps)[ranks[-1] - 1] if ranks else Fraction(-1)
    values = [float(p) for p in ps]
    # An adjusted value within a rounding of q is left to the exact decision of `flagged`.
    for p, found in zip(ps, benjamini_hochberg(values), strict=True):
        assert (p <= cut) == (found <= 0.05) or found == pytest.approx(0.05)


@quick
@given(st.lists(chances, min_size=1, max_size=10), st.data())
def test_a_smaller_p_value_never_raises_another_adjusted_one(ps: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(ps) - 1))
    smaller = [*ps[:place], ps[place] / 2, *ps[place + 1 :]]
    pairs = zip(benjamini_hochberg(smaller), benjamini_hochberg(ps), strict=True)
    assert all(after <= before for after, before in pairs)


def test_a_change_is_flagged_when_both_rules_agree_and_never_with_few_answers() -> None:
    strong = Change(before=of(60, 200), after=of(120, 200))
    weak = Change(before=of(24, 60), after=of(33, 60))
    few = Change(before=of(0, 19), after=of(19, 19))
    assert flagged([strong, weak, few]) == (True, False, False)
    assert flagged([]) == ()
    assert strong.may_alert
    assert not few.is_testable
    exactly = Change(before=of(2, 20), after=of(18, 29))
    assert exactly.is_testable
    assert not exactly.may_alert


def test_what_stands_alone_may_fall_among_many() -> None:
    shaky = Change(before=of(48, 120), after=of(66, 120))
    still = Change(before=of(50, 100), after=of(50, 100))
    assert flagged([shaky]) == (True,)
    assert flagged([shaky, *[still] * 5]) == (False,) * 6
    few = Change(before=of(1, 5), after=of(1, 5))
    assert flagged([shaky, *[few] * 5])[0]  # what is not tested is no test


@pytest.mark.parametrize(("n", "change"), GOLDEN["detectable_change"].items())
def test_the_detectable_change_is_the_golden_one(n: str, change: float) -> None:
    assert detectable_change(int(n)) == near(change)


def test_nothing_detects_nothing() -> None:
    with pytest.raises(ValueError, match="at least one"):
        detectable_change(0)


# --- pairs ---


def test_kappa_and_mcnemar_are_the_golden_ones() -> None:
    golden = GOLDEN["calibrated"]
    a, b, c, d = golden["table"]
    assert cohen_kappa(a, b, c, d) == near(golden["kappa"])
    assert mcnemar_exact(b, c) == near(golden["mcnemar"])


def test_kappa_is_one_in_full_agreement_and_nothing_where_chance_would_agree() -> None:
    assert cohen_kappa(5, 0, 0, 7) == 1
    assert cohen_kappa(12, 0, 0, 0) is None
    assert cohen_kappa(0, 0, 0, 0) is None
    assert mcnemar_exact(0, 0) == 1
    assert mcnemar_exact(4, 4) == 1


# --- survival ---


def durations(days: list[int], events: list[int]) -> list[Duration]:
    return [Duration(days=day, event=bool(event)) for day, event in zip(days, events, strict=True)]


def test_survival_is_the_golden_one_and_its_median_counts_a_half() -> None:
    golden = GOLDEN["kaplan_meier"]
    found = kaplan_meier(durations(golden["durations"], golden["events"]))
    assert [[one.time, one.at_risk, one.events] for one in found.steps] == [row[:3] for row in golden["table"]]
    assert [float(one.survival) for one in found.steps] == near([row[3] for row in golden["table"]])
    assert found.median == golden["median"]
    assert found.at(28) == Fraction(1, 2)
    assert 1 - found.at(30) == Fraction(str(golden["adopted_by_30"]))


def test_a_median_may_not_be_reached() -> None:
    found = kaplan_meier(durations([3, 9, 9], [1, 0, 0]))
    assert found.median is None
    assert found.at(2) == 1
    assert found.at(400) == Fraction(2, 3)
    assert kaplan_meier([]).at(5) == 1
    with pytest.raises(ValueError, match="0 days"):
        Duration(days=-1, event=True)


@quick
@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_without_censoring_survival_is_the_share_left(days: list[int]) -> None:
    found = kaplan_meier([Duration(days=day, event=True) for day in days])
    for time in range(32):
        assert found.at(time) == Fraction(sum(day > time for day in days), len(days))


@quick
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=30))
def test_survival_only_falls_and_stays_within_bounds(rows: list[tuple[int, bool]]) -> None:
    found = kaplan_meier([Duration(days=days, event=event) for days, event in rows])
    levels = [Fraction(1), *(step.survival for step in found.steps)]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] >= 0
