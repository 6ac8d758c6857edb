"""Who could use an initiative, and who does."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.measures.adoption import (
    History,
    PersonWeek,
    Placement,
    Snapshot,
    Spell,
    breadth,
    by_department,
    change_arrow,
    cohort_retention,
    eligible_spell,
    habit,
    habit_of,
    habit_rate,
    is_too_early,
    lifecycle,
    snapshot,
    stickiness,
    time_to_adopt,
)
from rituals.measures.statistics import Direction, Duration, Proportion, Window, kaplan_meier

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))
SIX = 5.1e-7
DAY = timedelta(days=1)
AS_OF = date(2026, 3, 29)
WINDOW = Window.ending(AS_OF)
EVER = (Spell(first=date(2025, 9, 1)),)
quick = settings(max_examples=60, deadline=None)


def near(values: object, tolerance: float = SIX) -> Any:
    return pytest.approx(values, abs=tolerance)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def spells(first: str | None, last: str | None = None) -> tuple[Spell, ...]:
    return () if first is None else (Spell(first=date.fromisoformat(first), last=day(last)),)


GOLDEN_PEOPLE = [
    History(
        person=person,
        eligible=spells(first, last),
        enabled=spells(enabled),
        used_on=frozenset(map(date.fromisoformat, used)),
    )
    for person, first, last, enabled, used in GOLDEN["point_in_time"]["people"]
]


def person(name: str = "ana", *, eligible: tuple[Spell, ...] = EVER, used: tuple[date, ...] = ()) -> History:
    return History(person=name, eligible=eligible, enabled=EVER, used_on=frozenset(used))


# --- a population on a day ---


@pytest.mark.parametrize("state", ["enabled", "active", "dormant", "lapsed", "never", "shadow"])
def test_the_golden_population_stands_where_it_should(state: str) -> None:
    found = snapshot(GOLDEN_PEOPLE, WINDOW)
    assert sorted(found.eligible) == GOLDEN["point_in_time"]["denominator"]
    assert sorted(getattr(found, state)) == GOLDEN["point_in_time"][state]


def test_the_golden_population_has_the_golden_rates_and_says_whom_it_left_out() -> None:
    golden = GOLDEN["point_in_time"]
    assert [WINDOW.first.isoformat(), WINDOW.last.isoformat()] == golden["window"]
    found = snapshot(GOLDEN_PEOPLE, WINDOW)
    assert found.adoption == Proportion(x=4, n=9)
    assert float(found.adoption.share) == near(golden["adoption"])
    assert float(found.enablement.share) == near(golden["enablement"])
    assert found.active_of_enabled == Proportion(x=3, n=7)
    assert float(found.active_of_enabled.share) == near(golden["active_of_enabled"])
    assert found.activation == Proportion(x=7, n=9)
    assert found.joiners == {"p04"}
    assert found.leavers == {"p06"}
    assert found.outside == {"p11"}


@pytest.mark.parametrize(("days", "counted"), [(13, False), (14, True)])
def test_a_joiner_counts_from_the_fourteenth_eligible_day(days: int, counted: bool) -> None:
    joiner = person(eligible=(Spell(first=AS_OF - (days - 1) * DAY),), used=(AS_OF,))
    found = snapshot([joiner], WINDOW)
    assert found.adoption == Proportion(x=counted, n=counted)
    assert found.joiners == (set() if counted else {"ana"})


def test_a_leaver_counts_nowhere_and_is_told_of() -> None:
    leaver = person(eligible=(Spell(first=date(2025, 9, 1), last=AS_OF - DAY),), used=(AS_OF - 2 * DAY,))
    found = snapshot([leaver], WINDOW)
    assert found.adoption == Proportion(x=0, n=0)
    assert found.leavers == {"ana"}
    last_day = person(eligible=(Spell(first=date(2025, 9, 1), last=AS_OF),))
    assert snapshot([last_day], WINDOW).eligible == {"ana"}


def test_somebody_hired_again_counts_the_days_of_both_spells_and_keeps_the_first_use() -> None:
    again = History(
        person="ana",
        eligible=(Spell(first=date(2025, 1, 1), last=WINDOW.first + 6 * DAY), Spell(first=AS_OF - 6 * DAY)),
        first_use=date(2025, 2, 1),
    )
    found = snapshot([again], WINDOW)
    assert found.eligible == found.dormant == found.lapsed == {"ana"}
    one_day_less = History(person="ana", eligible=(again.eligible[0], Spell(first=AS_OF - 5 * DAY)))
    assert snapshot([one_day_less], WINDOW).joiners == {"ana"}


def test_days_of_overlapping_spells_count_once() -> None:
    twice = person(eligible=(Spell(first=AS_OF - 12 * DAY), Spell(first=AS_OF - 10 * DAY)))
    assert twice.exposure(WINDOW) == 13
    assert snapshot([twice], WINDOW).joiners == {"ana"}


def test_after_a_transfer_within_the_window_somebody_counts_once_where_they_are_at_its_end() -> None:
    moved = History(
        person="ana",
        eligible=EVER,
        used_on=frozenset({AS_OF}),
        placements=(
            Placement(department="claims", spell=Spell(first=date(2025, 9, 1), last=AS_OF - 5 * DAY)),
            Placement(department="it", spell=Spell(first=AS_OF - 4 * DAY)),
        ),
    )
    found = by_department([moved, person("bo")], WINDOW)
    assert {name: one.adoption for name, one in found.items()} == {
        "it": Proportion(x=1, n=1),
        None: Proportion(x=0, n=1),
    }


def test_a_transfer_into_the_target_is_a_joiner_and_one_out_of_it_a_leaver() -> None:
    into = person("into", eligible=(Spell(first=AS_OF - 9 * DAY),))
    out = person("out", eligible=(Spell(first=date(2025, 9, 1), last=AS_OF - 10 * DAY),))
    found = snapshot([into, out], WINDOW)
    assert not found.eligible
    assert found.joiners == {"into"}
    assert found.leavers == {"out"}


def test_two_accounts_of_one_person_are_one_person() -> None:
    slack = History(person="ana", eligible=EVER, enabled=EVER, weeks=(PersonWeek(monday=date(2026, 3, 23), actions=2),))
    teams = History(
        person="ana",
        weeks=(PersonWeek(monday=date(2026, 3, 23), actions=1, available=False),),
        used_on=frozenset({AS_OF}),
        first_use=date(2025, 10, 1),
        last_use=AS_OF,
    )
    for order in ([slack, teams], [teams, slack]):
        found = snapshot(order, WINDOW)
        assert found.adoption == Proportion(x=1, n=1)
        assert found.shadow == frozenset()


def test_use_after_the_window_is_not_known_yet() -> None:
    later = person(used=(AS_OF + DAY,))
    found = snapshot([later], WINDOW)
    assert found.active == frozenset()
    assert found.never == {"ana"}


def test_ninety_days_after_the_last_use_is_dormant_and_a_day_more_is_lapsed() -> None:
    dormant, lapsed = person("d", used=(AS_OF - 90 * DAY,)), person("l", used=(AS_OF - 91 * DAY,))
    found = snapshot([dormant, lapsed], WINDOW)
    assert found.dormant == {"d", "l"}
    assert found.lapsed == {"l"}


def test_weeks_tell_of_use_when_the_days_are_gone() -> None:
    week = PersonWeek(monday=date(2026, 3, 2), actions=3)
    by_week = History(person="ana", eligible=EVER, weeks=(week,))
    assert snapshot([by_week], WINDOW).active == {"ana"}
    assert by_week.first_used() == date(2026, 3, 2)
    assert by_week.last_used(AS_OF) == date(2026, 3, 8)
    before = History(person="ana", eligible=EVER, weeks=(PersonWeek(monday=date(2026, 2, 23), actions=3),))
    assert snapshot([before], WINDOW).dormant == {"ana"}
    both = History(person="ana", eligible=EVER, weeks=(week,), used_on=frozenset({date(2026, 3, 4)}))
    assert both.first_used() == both.last_used(AS_OF) == date(2026, 3, 4)
    dated = History(person="ana", eligible=EVER, last_use=AS_OF)
    assert snapshot([dated], WINDOW).active == {"ana"}
    nothing = History(person="ana", eligible=EVER, weeks=(PersonWeek(monday=date(2026, 3, 2), actions=0),))
    assert snapshot([nothing], WINDOW).never == {"ana"}


def test_nobody_has_no_rate() -> None:
    found = snapshot([], WINDOW)
    assert found.adoption.rate is found.active_of_enabled.rate is None


def test_values_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="spell"):
        Spell(first=AS_OF, last=AS_OF - DAY)
    with pytest.raises(ValueError, match="Monday"):
        PersonWeek(monday=AS_OF, actions=1)
    with pytest.raises(ValueError, match="exposure"):
        snapshot([], Window.ending(AS_OF, 7))


def test_people_are_eligible_from_the_later_of_role_and_opening() -> None:
    go_live = date(2026, 1, 5)
    assert eligible_spell(Spell(first=date(2025, 1, 1)), go_live) == Spell(first=go_live)
    assert eligible_spell(Spell(first=date(2026, 2, 1)), go_live) == Spell(first=date(2026, 2, 1))
    assert eligible_spell(Spell(first=date(2025, 1, 1), last=date(2026, 1, 4)), go_live) is None
    assert eligible_spell(Spell(first=date(2025, 1, 1), last=go_live), go_live) == Spell(first=go_live, last=go_live)


def test_adoption_is_judged_from_the_forty_second_day() -> None:
    assert is_too_early(date(2026, 1, 5), date(2026, 2, 15))
    assert not is_too_early(date(2026, 1, 5), date(2026, 2, 16))


offsets = st.integers(-120, 40)
some_spells = st.lists(st.tuples(offsets, st.integers(0, 100) | st.none()), max_size=3).map(
    lambda rows: tuple(
        Spell(first=AS_OF + start * DAY, last=None if length is None else AS_OF + (start + length) * DAY)
        for start, length in rows
    )
)
people = st.lists(
    st.builds(
        History,
        person=st.sampled_from("abcdefghij"),
        eligible=some_spells,
        enabled=some_spells,
        used_on=st.frozensets(offsets.map(lambda back: AS_OF + back * DAY), max_size=6),
    ),
    max_size=12,
)


@quick
@given(people)
def test_every_eligible_person_is_in_one_state_and_only_one(histories: list[History]) -> None:
    found = snapshot(histories, WINDOW)
    states = [found.never, found.active, found.dormant]
    assert sum(map(len, states)) == len(found.eligible)
    assert frozenset().union(*states) == found.eligible
    assert found.lapsed <= found.dormant
    assert found.shadow == found.active - found.enabled
    assert found.activated == found.active | found.dormant
    assert not found.eligible & (found.joiners | found.leavers | found.outside)
    parts = by_department(histories, WINDOW).values()
    assert sum(part.adoption.x for part in parts) == found.adoption.x
    assert sum(part.adoption.n for part in parts) == found.adoption.n


# --- habit ---


@pytest.mark.parametrize("case", GOLDEN["habit"].values(), ids=GOLDEN["habit"])
def test_habits_are_the_golden_ones(case: dict[str, Any]) -> None:
    flags = [bool(flag) for flag in case["available"]] if "available" in case else None
    found = habit(case["weeks"], flags)
    assert found.method == "habit"
    assert (found.available, found.required, found.active) == (case["avail"], case["required"], case["active_weeks"])
    assert found.habitual is case["habitual"]
    assert found.average is not None
    assert float(found.average) == near(case["avg_per_avail_week"], 5.1e-5)
    assert found.power is (case["avg_per_avail_week"] > 15)


def test_fifteen_actions_a_week_are_enough_for_a_power_user() -> None:
    assert habit([15] * 12).power
    assert not habit([15] * 11 + [14]).power
    assert not habit([100] * 8 + [0] * 4).power  # many actions are no habit


def test_with_fewer_than_four_weeks_available_nobody_can_tell() -> None:
    found = habit([9] * 12, [True] * 3 + [False] * 9)
    assert found.habitual is None
    assert found.required is None
    assert not found.power
    assert habit([0] * 12, [False] * 12).average is None


def test_a_younger_tool_is_judged_on_four_weeks_of_four() -> None:
    found = habit([0, 0, 1, 1, 1, 1])
    assert (found.method, found.habitual, found.required) == ("habit_4w", True, 4)
    assert habit([1, 1, 1, 0, 1]).habitual is False
    assert habit([1, 1, 1, 1], [True, True, True, False]).habitual is None
    with pytest.raises(ValueError, match="4 weeks"):
        habit([1, 1, 1])
    with pytest.raises(ValueError, match="flag"):
        habit([1] * 4, [True])


def test_a_habit_is_read_from_the_last_twelve_whole_weeks_of_a_history() -> None:
    mondays = [date(2026, 1, 5) + 7 * number * DAY for number in range(12)]
    weeks = tuple(PersonWeek(monday=monday, actions=1) for monday in mondays[:9])
    history = History(person="ana", eligible=EVER, weeks=weeks)
    for as_of in (AS_OF, AS_OF + 6 * DAY):
        found = habit_of(history, as_of=as_of, live_since=date(2025, 1, 1))
        assert found is not None
        assert (found.active, found.habitual) == (9, True)
    newcomer = History(person="bo", eligible=(Spell(first=date(2026, 2, 10)),), weeks=weeks)
    found = habit_of(newcomer, as_of=AS_OF, live_since=date(2025, 1, 1))
    assert found is not None
    assert (found.available, found.active, found.required) == (7, 4, 6)
    young = habit_of(history, as_of=AS_OF, live_since=date(2026, 2, 20))
    assert young is not None
    assert young.method == "habit_4w"
    assert habit_of(history, as_of=AS_OF, live_since=date(2026, 3, 3)) is None


def test_the_habit_rate_leaves_out_those_of_whom_nobody_can_tell() -> None:
    habits = [habit([1] * 12), habit([0] * 12), habit([1] * 12, [False] * 12)]
    assert habit_rate(habits) == Proportion(x=1, n=2)


def test_stickiness_is_the_golden_one() -> None:
    golden = GOLDEN["stickiness"]
    found = stickiness(golden["dau"], golden["mau"])
    assert found is not None
    assert float(found) == near(golden["ratio"])
    assert found * golden["mau"] == Fraction(str(golden["avg_dau"]))
    assert stickiness([], 3) is None
    assert stickiness([0], 0) is None


def test_breadth_is_the_mean_number_of_initiatives() -> None:
    assert breadth([frozenset("ab"), frozenset("az")], frozenset("abcd")) == Fraction(3, 4)
    assert breadth([], frozenset()) is None


# --- life cycle ---


def standing(window: Window, eligible: str, active: str) -> Snapshot:
    histories = [person(name, used=(window.last,) if name in active else ()) for name in eligible]
    return snapshot(histories, window)


def test_the_life_cycle_is_the_golden_one() -> None:
    golden = GOLDEN["lifecycle"]
    before, now = WINDOW.previous(), WINDOW
    previous = standing(before, "abcdefghijz", "abcdefghij")
    current = standing(now, "abcdefghiwxyz", "abcdefgwxyz")  # h, i stopped, j left; w, x, y are new, z is back
    first_use = dict.fromkeys("wxy", now.first) | {"z": before.first - DAY}
    found = lifecycle(previous, current, first_use)
    assert (found.previous, found.current) == (golden["prev"], golden["cur"])
    assert (found.retained, found.new, found.resurrected) == (
        golden["retained"],
        golden["new"],
        golden["resurrected"],
    )
    assert (found.lost, found.left) == (golden["lost"], golden["left_org"])
    assert found.retention == Proportion(x=7, n=9)
    assert float(found.retention.share) == near(golden["retention"])


def test_a_joiner_of_the_window_before_is_new_not_resurrected() -> None:
    before = WINDOW.previous()
    joiner = person(eligible=(Spell(first=before.last - 3 * DAY),), used=(before.last, AS_OF))
    previous, current = snapshot([joiner], before), snapshot([joiner], WINDOW)
    found = lifecycle(previous, current, {"ana": before.last})
    assert (found.new, found.resurrected, found.retained) == (1, 0, 0)


def test_windows_of_a_life_cycle_do_not_overlap() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        lifecycle(snapshot([], WINDOW), snapshot([], WINDOW), {})


@quick
@given(people)
def test_both_identities_of_the_life_cycle_hold(histories: list[History]) -> None:
    previous, current = snapshot(histories, WINDOW.previous()), snapshot(histories, WINDOW)
    first_use: dict[str, date] = {}
    for one in histories:
        for used in one.used_on:
            first_use[one.person] = min(used, first_use.get(one.person, used))
    found = lifecycle(previous, current, first_use)
    assert found.retained + found.new + found.resurrected == len(current.active)
    assert found.retained + found.lost + found.left == len(previous.active)
    assert found.retention.n == len(previous.active & current.eligible)


def test_cohort_retention_is_the_golden_one() -> None:
    start = date(2026, 1, 5)
    active = [row[1] for row in GOLDEN["cohort"]]
    observable = [row[0] for row in GOLDEN["cohort"]]
    cohort = []
    for number in range(20):
        weeks = [week for week in range(1, 5) if number < active[week - 1]]
        seen = sum(number < people for people in observable)  # how many whole weeks this member can be followed
        last = None if seen == 4 else start + (7 * (seen + 1) - 1) * DAY
        used = (start, *(start + (7 * week + 6) * DAY for week in weeks))
        cohort.append(person(str(number), eligible=(Spell(first=start, last=last),), used=used))
    found = cohort_retention(cohort, as_of=AS_OF, weeks=4)
    assert [[one.n, one.x] for one in found] == [row[:2] for row in GOLDEN["cohort"]]
    assert [float(one.share) for one in found] == near([row[2] for row in GOLDEN["cohort"]])


def test_a_week_that_is_not_over_tells_nothing_of_a_cohort() -> None:
    first = AS_OF - 13 * DAY
    cohort = [person(used=(first, AS_OF)), person("never")]
    assert cohort_retention(cohort, as_of=AS_OF, weeks=2) == (Proportion(x=1, n=1), Proportion(x=0, n=0))
    assert cohort_retention(cohort, as_of=AS_OF - DAY, weeks=1) == (Proportion(x=0, n=0),)


def test_the_median_time_to_adopt_counts_those_who_have_not() -> None:
    golden = GOLDEN["kaplan_meier"]
    enabled = date(2026, 1, 1)
    as_of = enabled + 60 * DAY
    histories: list[History] = []
    for days, event in zip(golden["durations"], golden["events"], strict=True):
        last = None if event or days == 60 else enabled + days * DAY
        histories.append(
            History(
                person=f"{len(histories)}",
                enabled=(Spell(first=enabled, last=last),),
                used_on=frozenset({enabled + days * DAY} if event else ()),
            )
        )
    found = [one for one in (time_to_adopt(history, as_of=as_of) for history in histories) if one is not None]
    assert [(one.days, int(one.event)) for one in found] == list(
        zip(golden["durations"], golden["events"], strict=True)
    )
    assert kaplan_meier(found).median == golden["median"]
    assert median(one.days for one in found if one.event) == golden["naive_median_adopters"]


def test_time_to_adopt_is_censored_by_leaving_and_starts_with_access() -> None:
    enabled = (Spell(first=AS_OF - 30 * DAY),)
    gone = (Spell(first=AS_OF - 90 * DAY, last=AS_OF - 20 * DAY),)
    history = History(person="ana", enabled=enabled, eligible=gone, used_on=frozenset({AS_OF - 5 * DAY}))
    assert time_to_adopt(history, as_of=AS_OF) == Duration(days=10, event=False)
    early = History(person="ana", enabled=enabled, used_on=frozenset({AS_OF - 40 * DAY}))
    assert time_to_adopt(early, as_of=AS_OF) == Duration(days=0, event=True)
    assert time_to_adopt(History(person="ana"), as_of=AS_OF) is None
    assert time_to_adopt(History(person="ana", enabled=(Spell(first=AS_OF + DAY),)), as_of=AS_OF) is None
    back = History(person="ana", enabled=enabled, eligible=(*gone, Spell(first=AS_OF - 9 * DAY)))
    assert time_to_adopt(back, as_of=AS_OF) == Duration(days=30, event=False)


# --- change ---


@pytest.mark.parametrize(("x1", "n1", "x2", "n2", "arrow"), GOLDEN["arrow"])
def test_the_arrow_of_a_census_is_the_golden_one(x1: int, n1: int, x2: int, n2: int, arrow: str) -> None:
    found = change_arrow(Proportion(x=x1, n=n1), Proportion(x=x2, n=n2))
    assert (found or "flat") == arrow


def test_the_arrow_points_down_too_and_bounds_count() -> None:
    assert change_arrow(Proportion(x=100, n=250), Proportion(x=95, n=250)) is Direction.DOWN
    assert change_arrow(Proportion(x=100, n=250), Proportion(x=105, n=250)) is Direction.UP
    assert change_arrow(Proportion(x=100, n=250), Proportion(x=96, n=250)) is None
    assert change_arrow(Proportion(x=0, n=0), Proportion(x=96, n=250)) is None
