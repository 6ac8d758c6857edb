"""Which changes among all figures of a week are worth saying."""

from dataclasses import replace
from datetime import date

import pytest

from rituals.figures.changes import Pair, confirmed, is_told_flat
from rituals.figures.records import Metric
from rituals.measures.disclosure import Basis, Counted, Figure, Ledger, Release, Thresholds, publish
from rituals.measures.statistics import Direction, Proportion, Tier, Window, wilson
from tests.rituals.figures.world import SUNDAY, WEEK

BEFORE = SUNDAY - 4 * WEEK


def figure(
    metric: Metric,
    x: int,
    n: int,
    sunday: date,
    *,
    tier: Tier = Tier.MEASURED,
    carried: bool = False,
    method: str = "telemetry",
) -> Figure:
    tier = Tier.ESTIMATED if metric is Metric.CSAT else tier
    is_said = tier is Tier.ESTIMATED
    sampled = Proportion(x=x, n=n)
    counted = Counted(
        metric=metric,
        x=x,
        n=n,
        N=None,
        method="answers" if is_said else method,
        window=Window.ending(sunday),
        as_of=sunday,
        tier=tier,
        basis=Basis.ANSWERS if is_said else Basis.TELEMETRY,
        members=None if is_said else frozenset(map(str, range(n))),
        interval=wilson(sampled) if is_said else None,
    )
    shown, _ = publish(counted, thresholds=Thresholds(), ledger=Ledger())
    if carried:
        assert counted.members is not None
        last = Release(figure=shown, members=counted.members | {"gone"})  # type: ignore[arg-type]
        shown, _ = publish(counted, thresholds=Thresholds(), ledger=Ledger(), last=last)
    return shown


def pair(
    metric: Metric,
    before: tuple[int, int],
    after: tuple[int, int],
    *,
    initiative: str = "triage",
    tier: Tier = Tier.MEASURED,
    carried: bool = False,
) -> Pair:
    return Pair(
        metric=metric,
        initiative=initiative,
        before=figure(metric, *before, BEFORE, tier=tier),
        after=figure(metric, *after, SUNDAY, tier=tier, carried=carried),
        counted=(Proportion(x=before[0], n=before[1]), Proportion(x=after[0], n=after[1])),
    )


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ((48, 400), (60, 404), Direction.UP),
        ((60, 404), (48, 400), Direction.DOWN),
        ((48, 400), (55, 400), None),
        ((3, 20), (5, 20), None),
        ((300, 1000), (325, 1000), Direction.UP),
        ((48, 400), (40, 330), None),
    ],
)
def test_a_census_changes_by_two_points_and_five_people(
    before: tuple[int, int], after: tuple[int, int], direction: Direction | None
) -> None:
    found = confirmed([pair(Metric.ADOPTION, before, after)], SUNDAY)
    assert [one.direction for one in found] == ([] if direction is None else [direction])


def test_a_change_has_the_figures_of_both_sundays_and_says_whether_it_is_good() -> None:
    adoption, escalation = (
        pair(Metric.ADOPTION, (48, 400), (60, 404)),
        pair(Metric.ESCALATION, (300, 1000), (450, 1000)),
    )
    up, worse = confirmed([adoption, escalation], SUNDAY)
    assert (up.before, up.after, up.better) == (adoption.before, adoption.after, True)
    assert (worse.direction, worse.better, worse.sunday) == (Direction.UP, False, SUNDAY)


def test_samples_change_where_chance_would_hardly_do_it_over_all_tests_of_the_week() -> None:
    clear = pair(Metric.CSAT, (48, 120), (66, 120), initiative="a")
    assert [one.initiative for one in confirmed([clear], SUNDAY)] == ["a"]
    # The same p of 0.02 among nine others that say nothing is no news.
    others = [pair(Metric.CSAT, (60, 120), (61, 120), initiative=f"b{number}") for number in range(9)]
    assert confirmed([clear, *others], SUNDAY) == []


def test_a_census_is_no_test_among_the_others() -> None:
    clear = pair(Metric.CSAT, (48, 120), (66, 120), initiative="a")
    counted = [pair(Metric.ADOPTION, (48, 400), (49, 400), initiative=f"b{number}") for number in range(9)]
    assert [one.initiative for one in confirmed([clear, *counted], SUNDAY)] == ["a"]


def test_estimates_are_tested_and_not_counted() -> None:
    slight = pair(Metric.ADOPTION, (24, 60), (33, 60), tier=Tier.ESTIMATED)
    assert confirmed([slight], SUNDAY) == [], "fifteen points, nine people, and p is 0.0999"


@pytest.mark.parametrize("n", [5, 19])
def test_few_answers_change_nothing(n: int) -> None:
    assert confirmed([pair(Metric.CSAT, (0, n), (n, n))], SUNDAY) == []


def test_figures_come_by_differently_are_not_compared() -> None:
    measured, estimated = (
        pair(Metric.ADOPTION, (48, 400), (120, 400)),
        pair(Metric.ADOPTION, (48, 400), (120, 400), tier=Tier.ESTIMATED),
    )
    mixed = replace(measured, before=estimated.before)
    assert confirmed([mixed], SUNDAY) == []
    assert not is_told_flat(mixed.before, mixed.after)
    assert is_told_flat(measured.before, measured.after)


def test_a_habit_of_four_weeks_and_one_of_twelve_are_not_compared() -> None:
    alike = pair(Metric.HABIT, (0, 400), (280, 400))
    assert len(confirmed([alike], SUNDAY)) == 1
    short = figure(Metric.HABIT, 0, 400, BEFORE, method="habit_4w")
    assert confirmed([replace(alike, before=short)], SUNDAY) == []


def test_what_is_suppressed_or_carried_forward_has_not_changed() -> None:
    hidden = pair(Metric.ADOPTION, (1, 9), (9, 9))
    assert confirmed([hidden], SUNDAY) == []
    assert confirmed([pair(Metric.ADOPTION, (4, 40), (30, 40), carried=True)], SUNDAY) == []
    assert [one.direction for one in confirmed([pair(Metric.ADOPTION, (4, 40), (30, 40))], SUNDAY)] == [Direction.UP]


def test_a_change_is_not_said_where_what_is_shown_does_not_move() -> None:
    # 20 to 40 % both times: that five more use it is not for anybody to know.
    assert confirmed([pair(Metric.ADOPTION, (3, 14), (3, 14))], SUNDAY) == []
    within = replace(pair(Metric.ADOPTION, (3, 14), (5, 14)), counted=(Proportion(x=3, n=14), Proportion(x=8, n=14)))
    assert confirmed([within], SUNDAY) == []
