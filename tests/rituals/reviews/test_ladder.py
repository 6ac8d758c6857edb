"""Who is told of an action that is late."""

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
from rituals.measures.statistics import Proportion
from rituals.reviews.ladder import (
    Ageing,
    Deadline,
    Level,
    ageing,
    count_working_days,
    on_time,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))
quick = settings(max_examples=60, deadline=None)
SUNDAY = date(2026, 1, 4)
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)


def near(values: object, tolerance: float = 5.1e-7) -> Any:
    return pytest.approx(values, abs=tolerance)


def of(x: int, n: int) -> Proportion:
    return Proportion(x=x, n=n)


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


# --- the next rung -------------------------------------------------------------------------------------------------


def test_the_next_rung_is_found_on_the_very_day_a_level_is_reached() -> None:
    working_days = WorkingDays(holidays="FR")
    deadline = Deadline.set(created=date(2026, 4, 1), due=date(2026, 4, 15))
    today, climbed = date(2026, 4, 1), []
    while (day := deadline.next_climb(today, working_days)) is not None:
        deadline, level = deadline.climbed(day, working_days)
        climbed.append((day.isoformat(), level))
        today = day
    assert climbed == [
        ("2026-04-09", Level.L1),
        ("2026-04-13", Level.L2),
        ("2026-04-16", Level.L3),
        ("2026-04-23", Level.L4),
        ("2026-05-11", Level.L5),  # 1 and 8 May are days off
    ]


def test_nothing_climbs_without_a_date() -> None:
    deadline = Deadline.set(created=date(2026, 4, 1), due=None)
    assert deadline.next_climb(date(2026, 4, 1), WorkingDays()) is None


def test_a_snooze_puts_the_next_rung_off_to_its_end() -> None:
    deadline = Deadline.set(created=date(2026, 4, 1), due=date(2026, 4, 15)).snoozed(
        date(2026, 4, 14), reason="I am away."
    )
    assert deadline.next_climb(date(2026, 4, 1), WorkingDays()) == date(2026, 4, 14)
