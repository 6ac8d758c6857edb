"""When a process has changed, a rate is not acceptable, an action is late."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.calendar import WorkingDays
from rituals.measures.alerts import (
    Ageing,
    Alert,
    AlertRule,
    Baseline,
    Deadline,
    Event,
    Level,
    Severity,
    ageing,
    baseline,
    count_working_days,
    observe,
    on_time,
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


# --- the ladder ---

FRANCE = WorkingDays(holidays="FR")
LADDER = GOLDEN["ladder"]
CREATED, DUE = date.fromisoformat(LADDER["created"]), date.fromisoformat(LADDER["due"])
ITEM = Deadline.set(created=CREATED, due=DUE)


def test_the_calendar_knows_the_golden_holidays() -> None:
    assert not any(FRANCE.is_working(date.fromisoformat(day)) for day in LADDER["holidays"])
    assert count_working_days(CREATED, DUE, FRANCE) == LADDER["planned_wd"]


@pytest.mark.parametrize(("day", "gone", "ratio", "overdue", "level"), LADDER["rows"])
def test_levels_are_the_golden_ones(day: str, gone: int, ratio: float, overdue: int, level: str) -> None:
    today = date.fromisoformat(day)
    assert count_working_days(CREATED, today, FRANCE) == gone
    assert gone / LADDER["planned_wd"] == near(ratio, 5.1e-5)
    assert ITEM.overdue(today, FRANCE) == overdue
    assert ITEM.level(today, FRANCE).name == level


def climb(item: Deadline, until: date, *, start: date = CREATED) -> tuple[Deadline, list[tuple[date, Level]]]:
    told = []
    day = start
    while day <= until:
        item, level = item.climbed(day, FRANCE)
        if level is not None:
            told.append((day, level))
        day += DAY
    return item, told


def test_each_level_is_told_once() -> None:
    _, told = climb(ITEM, date(2026, 7, 1))
    assert told == [
        (date(2026, 4, 9), Level.L1),
        (date(2026, 4, 13), Level.L2),
        (date(2026, 4, 16), Level.L3),
        (date(2026, 4, 23), Level.L4),
        (date(2026, 5, 11), Level.L5),
    ]


def test_after_an_absence_only_the_highest_level_is_told() -> None:
    item, level = ITEM.climbed(date(2026, 4, 17), FRANCE)
    assert level is Level.L3
    assert item.reached == {Level.L1, Level.L2, Level.L3}
    assert item.climbed(date(2026, 4, 20), FRANCE) == (item, None)


def test_an_item_without_a_date_climbs_nothing() -> None:
    item = Deadline.set(created=CREATED, due=None)
    assert item.climbed(date(2030, 1, 1), FRANCE) == (item, None)
    assert item.overdue(date(2030, 1, 1), FRANCE) == 0
    dated = item.moved(DUE, today=CREATED, working_days=FRANCE)
    assert dated.first_due == DUE


def test_what_falls_due_on_a_holiday_is_due_on_the_next_working_day() -> None:
    item = Deadline.set(created=date(2026, 3, 30), due=date(2026, 4, 6))  # Easter Monday
    assert item.overdue(date(2026, 4, 7), FRANCE) == 0
    assert item.level(date(2026, 4, 7), FRANCE) is Level.L2
    assert item.level(date(2026, 4, 8), FRANCE) is Level.L3


def test_a_date_moved_in_time_is_followed_and_the_first_one_kept() -> None:
    later = ITEM.moved(date(2026, 4, 30), today=date(2026, 4, 10), working_days=FRANCE)
    assert later.first_due == DUE
    assert later.level(date(2026, 4, 16), FRANCE) is Level.L1
    assert later.overdue(date(2026, 4, 30), FRANCE) == 0


def test_a_date_moved_too_late_erases_nothing() -> None:
    late, _ = climb(ITEM, date(2026, 4, 16))
    moved = late.moved(date(2026, 6, 30), today=date(2026, 4, 17), working_days=FRANCE)
    assert (moved.due, moved.first_due, moved.missed_due) == (date(2026, 6, 30), DUE, DUE)
    assert moved.level(date(2026, 4, 23), FRANCE) is Level.L4
    again = moved.moved(date(2026, 7, 31), today=date(2026, 4, 20), working_days=FRANCE)
    assert again.overdue(date(2026, 5, 29), FRANCE) == 28


def test_a_snoozed_item_is_told_of_afterwards_and_twice_is_enough() -> None:
    item = ITEM.snoozed(date(2026, 4, 14), reason="waiting for the data")
    item, told = climb(item, date(2026, 4, 15))
    assert told == [(date(2026, 4, 14), Level.L2)]
    item = item.snoozed(date(2026, 4, 20), reason="on leave")
    assert not item.may_snooze
    with pytest.raises(ValueError, match="2 times"):
        item.snoozed(date(2026, 4, 30), reason="again")
    with pytest.raises(ValueError, match="reason"):
        ITEM.snoozed(date(2026, 4, 30), reason=" ")


def test_an_item_taken_up_again_climbs_from_the_start() -> None:
    late, _ = climb(ITEM, date(2026, 4, 30))
    again = late.reopened(on=date(2026, 5, 4), due=date(2026, 5, 29))
    assert again.reached == frozenset()
    assert again.first_due == DUE
    assert again.level(date(2026, 5, 5), FRANCE) is Level.L0


def test_an_item_due_at_once_is_at_the_second_level() -> None:
    item = Deadline.set(created=CREATED, due=CREATED)
    assert item.level(CREATED, FRANCE) is Level.L2


def test_working_days_are_counted_after_the_first_day_and_with_the_last() -> None:
    friday, monday = date(2026, 4, 10), date(2026, 4, 13)
    assert count_working_days(friday, monday, FRANCE) == 1
    assert count_working_days(monday, monday, FRANCE) == 0
    assert count_working_days(monday, friday, FRANCE) == 0


def test_open_items_are_aged_in_working_days() -> None:
    today = date(2026, 5, 29)
    items = [
        ITEM,
        Deadline.set(created=CREATED, due=None),
        Deadline.set(created=CREATED, due=date(2026, 5, 28)),
        Deadline.set(created=CREATED, due=date(2026, 5, 20)),
        Deadline.set(created=CREATED, due=date(2026, 4, 8)),
        Deadline.set(created=date(2026, 5, 28), due=today),
    ]
    assert ageing(items, today, FRANCE) == Ageing(
        on_time=1, up_to_5=1, up_to_15=1, up_to_30=1, beyond=1, without_date=1, median_age=Fraction(37)
    )
    assert ageing([], today, FRANCE).median_age is None


def test_on_time_is_by_the_first_date_promised() -> None:
    moved = ITEM.moved(date(2026, 4, 30), today=CREATED, working_days=FRANCE)
    closed = [(ITEM, DUE), (moved, date(2026, 4, 16)), (Deadline.set(created=CREATED, due=None), DUE)]
    assert on_time(closed, FRANCE) == Proportion(x=1, n=2)


@quick
@given(st.integers(0, 60), st.integers(0, 120), st.integers(0, 120))
def test_levels_only_climb_as_days_go_by(allowed: int, day: int, more: int) -> None:
    item = Deadline.set(created=CREATED, due=CREATED + allowed * DAY)
    earlier, later = CREATED + day * DAY, CREATED + (day + more) * DAY
    assert item.level(earlier, FRANCE) <= item.level(later, FRANCE)
    assert (item.level(later, FRANCE) >= Level.L3) == (item.overdue(later, FRANCE) > 0)
