"""When a process has changed and a rate is not acceptable."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.figures.alerts import (
    Alert,
    AlertRule,
    Baseline,
    Event,
    Severity,
    baseline,
    observe,
)
from rituals.measures.statistics import Direction, Proportion, wilson

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))
quick = settings(max_examples=60, deadline=None)
SUNDAY = date(2026, 1, 4)
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)


def near(values: object, tolerance: float = 5.1e-7) -> Any:
    return pytest.approx(values, abs=tolerance)


def of(x: int, n: int) -> Proportion:
    return Proportion(x=x, n=n)


# --- control charts ---

CHART = GOLDEN["p_chart"]
BASELINE = Baseline(centre=Fraction(CHART["x"], CHART["n"]), sigma_z=CHART["sigma_z"])


def test_limits_are_the_golden_ones() -> None:
    assert float(BASELINE.centre) == near(CHART["centre"])
    limits = BASELINE.limits(225)
    assert [limits.low, limits.high] == near(CHART["limits_of_225"])


@pytest.mark.parametrize(("x", "n", "signal", "z"), CHART["weeks"]["rows"])
def test_signals_are_the_golden_ones(x: int, n: int, signal: bool, z: float | None) -> None:
    assert BASELINE.is_signal(of(x, n)) is signal
    if z is not None:
        assert BASELINE.z(of(x, n)) == near(z, 5.1e-3)


def test_limits_that_allow_for_overdispersion_are_the_golden_ones() -> None:
    golden = CHART["overdispersed"]
    found = Baseline(centre=Fraction(str(golden["centre"])), sigma_z=golden["sigma_z"])
    plain, laney = found.limits(golden["n"], overdispersed=False), found.limits(golden["n"])
    assert [plain.low, plain.high] == near(golden["p_limits"], 2e-6)  # from a centre printed with six decimals
    assert [laney.low, laney.high] == near(golden["p_prime_limits"], 2e-6)
    between = of(round(0.36 * golden["n"]), golden["n"])
    assert found.is_signal(between, overdispersed=False)
    assert not found.is_signal(between)


def test_a_baseline_weighs_weeks_by_their_size_and_measures_their_scatter() -> None:
    weeks = [of(30, 100), of(60, 200)] * 6
    found = baseline([*weeks, of(0, 0)])
    assert found == Baseline(centre=Fraction(3, 10), sigma_z=0.0)
    wild = baseline([of(10, 100), of(50, 100)] * 6)
    step = 0.4 / (0.3 * 0.7 / 100) ** 0.5
    assert wild.sigma_z == pytest.approx(step / 1.128)
    with pytest.raises(ValueError, match="12 weeks"):
        baseline([of(1, 2)] * 11 + [of(0, 0)])


def test_a_week_of_none_is_no_signal_and_one_without_chance_has_no_z() -> None:
    assert not BASELINE.is_signal(of(0, 0))
    with pytest.raises(ValueError, match="limits"):
        BASELINE.limits(0)
    never = baseline([of(0, 50)] * 12)
    assert never.z(of(0, 50)) == 0
    assert never.is_signal(of(1, 50))


# --- alerts ---

RULE = AlertRule(target=Fraction(str(GOLDEN["alert"]["target"])), direction=Direction.DOWN)


def played(rule: AlertRule, weeks: list[Proportion]) -> list[Event | None]:
    alert, events = Alert(), []
    for number, seen in enumerate(weeks):
        alert, event = observe(rule, alert, week=SUNDAY + number * WEEK, seen=seen)
        events.append(event)
    return events


def test_the_golden_weeks_bring_about_the_golden_events() -> None:
    assert RULE.hysteresis == Fraction(str(GOLDEN["alert"]["h"]))
    assert RULE.critical_margin == Fraction(str(GOLDEN["alert"]["crit"]))
    alert = Alert()
    for number, x, n, share, low, state, action in GOLDEN["alert"]["rows"]:
        alert, event = observe(RULE, alert, week=SUNDAY + number * WEEK, seen=of(x, n))
        assert (event or "") == action, number
        assert alert.is_raised is (state == "ALERT"), number
        if share is not None:
            assert float(of(x, n).share) == near(share, 5.1e-5)
            assert wilson(of(x, n)).low == near(low, 5.1e-5)


def test_a_figure_that_should_rise_is_the_mirror_of_one_that_should_fall() -> None:
    mirror = AlertRule(target=1 - RULE.target, direction=Direction.UP)
    weeks = [of(x, n) for _, x, n, *_ in GOLDEN["alert"]["rows"]]
    assert played(mirror, [of(one.n - one.x, one.n) for one in weeks]) == played(RULE, weeks)


def test_strong_evidence_raises_at_once_and_an_alert_worsens_once_an_episode() -> None:
    weeks = [of(70, 200), of(80, 200), of(100, 200), of(64, 200), of(110, 200)]
    assert played(RULE, weeks) == [None, Event.RAISE, Event.WORSEN, None, None]
    critical, event = observe(RULE, Alert(), week=SUNDAY, seen=of(100, 200))
    assert (critical.worst, event) == (Severity.CRITICAL, Event.RAISE)
    _, event = observe(RULE, critical, week=SUNDAY + WEEK, seen=of(120, 200))
    assert event is None


def test_the_target_itself_is_fine_and_the_hysteresis_itself_is_better() -> None:
    raised = Alert(worst=Severity.WARNING, posted=SUNDAY, week=SUNDAY)
    same, event = observe(RULE, raised, week=SUNDAY + 10 * WEEK, seen=of(60, 200))
    assert (same.past, same.better, event) == (0, 0, None)
    better, _ = observe(RULE, raised, week=SUNDAY + WEEK, seen=of(54, 200))
    assert better.better == 1
    cleared, event = observe(RULE, better, week=SUNDAY + 2 * WEEK, seen=of(54, 200))
    assert event is Event.CLEAR
    assert cleared == Alert(week=SUNDAY + 2 * WEEK)


def test_a_week_of_few_changes_nothing() -> None:
    alert, event = observe(RULE, Alert(past=1), week=SUNDAY, seen=of(29, 29))
    assert event is Event.HOLD
    assert not event.is_posted
    assert alert == Alert(past=1, week=SUNDAY)
    _, event = observe(RULE, alert, week=SUNDAY + WEEK, seen=of(10, 30))
    assert event is Event.RAISE


def test_a_week_is_judged_once() -> None:
    with pytest.raises(ValueError, match="already"):
        observe(RULE, Alert(week=SUNDAY), week=SUNDAY, seen=of(1, 100))


weekly = st.lists(st.integers(0, 200).flatmap(lambda n: st.builds(of, st.integers(0, n), st.just(n))), max_size=40)


@quick
@given(weekly)
def test_every_episode_is_raised_worsens_once_at_most_and_ends_once(weeks: list[Proportion]) -> None:
    raised, worsened, last_post = False, False, -10
    for number, event in enumerate(played(RULE, weeks)):
        assert (weeks[number].n < 30) == (event is Event.HOLD)
        if event is Event.RAISE:
            assert not raised
            raised, worsened = True, False
        elif event is Event.WORSEN:
            assert raised
            assert not worsened
            worsened = True
        elif event is Event.CLEAR:
            assert raised
            raised = False
        elif event is Event.REMIND:
            assert raised
            assert number - last_post >= 4
        if event is not None and event.is_posted:
            last_post = number
