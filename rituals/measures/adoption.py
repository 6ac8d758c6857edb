"""Adoption: who could use an initiative, who does, out of habit or no longer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from rituals.measures.statistics import ONE_DAY, Direction, Duration, Proportion, Window

LEAST_EXPOSURE = 14
"""The eligible days within the window that a person needs to be counted at all."""

LAPSED_AFTER = timedelta(days=90)
JUDGED_AFTER = timedelta(days=42)
"""No colour before a full window and a fortnight have passed since people got the tool."""

# --- what is known of a person -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Local days from `first` to `last`, both included; `last` None while it lasts."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"a spell ends on or after the day it begins: {self.first} to {self.last}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The department somebody belongs to during a spell."""

    department: str
    spell: Spell


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWeek:
    """What one person did with one initiative in the ISO week that begins on `monday`.

    `available` False: away all week. Raises ValueError for another weekday or fewer than no actions.
    """

    monday: date
    actions: int
    available: bool = True

    def __post_init__(self) -> None:
        if self.monday.weekday() or self.actions < 0:
            raise ValueError(f"a week begins on a Monday and counts 0 actions or more: {self}")

    @property
    def window(self) -> Window:
        """Monday to Sunday."""
        return Window(first=self.monday, last=self.monday + 6 * ONE_DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One person and one initiative, dated, so that any past day can be read again.

    `eligible`: in the target population, which had the tool by then (`eligible_spell`); `enabled`: with access.
    `used_on`: days of use the person began, not log-ins, tests or triggers; `weeks`: the same by week, which outlive
    the days. `first_use` and `last_use` outlive both, and a first use outlives a leave and a return.
    """

    person: str
    eligible: tuple[Spell, ...] = ()
    enabled: tuple[Spell, ...] = ()
    used_on: frozenset[date] = frozenset()
    weeks: tuple[PersonWeek, ...] = ()
    first_use: date | None = None
    last_use: date | None = None
    placements: tuple[Placement, ...] = ()

    def is_eligible(self, day: date) -> bool:
        """Whether the person is in the target population on `day`."""
        return any(day in spell for spell in self.eligible)

    def is_eligible_within(self, first: date, last: date) -> bool:
        """Whether the person is in the target population on any day from `first` to `last`."""
        return any(spell.first <= last and (spell.last is None or spell.last >= first) for spell in self.eligible)

    def is_enabled(self, day: date) -> bool:
        """Whether the person has access on `day`."""
        return any(day in spell for spell in self.enabled)

    def department(self, day: date) -> str | None:
        """The department on `day`."""
        return next((placement.department for placement in self.placements if day in placement.spell), None)

    def exposure(self, window: Window) -> int:
        """How many days of `window` the person is eligible, each once."""
        days, counted = 0, window.first - ONE_DAY
        for spell in sorted(self.eligible, key=_first) if len(self.eligible) > 1 else self.eligible:
            first = max(spell.first, counted + ONE_DAY)
            last = window.last if spell.last is None else min(spell.last, window.last)
            if first <= last:
                days, counted = days + (last - first).days + 1, last
        return days

    def is_active(self, window: Window) -> bool:
        """Whether the person used it within `window`; a week counts where all of it lies within."""
        return (
            not self.used_on.isdisjoint(_days_of(window))
            or any(day is not None and day in window for day in (self.first_use, self.last_use))
            or any(
                week.actions and window.first <= week.monday and week.monday + _TO_SUNDAY <= window.last
                for week in self.weeks
            )
        )

    def first_used(self) -> date | None:
        """The first day of use known; of a week without its days, the Monday."""
        known = min([*self.used_on, *(day for day in (self.first_use, self.last_use) if day)], default=None)
        mondays = [
            week.monday for week in self.weeks if week.actions and (known is None or week.monday + _TO_SUNDAY < known)
        ]
        return min(mondays, default=known)

    def last_used(self, until: date) -> date | None:
        """The last day of use known that is no later than `until`; of a week without its days, the Sunday."""
        days = [*self.used_on, *(day for day in (self.first_use, self.last_use) if day)]
        known = max((day for day in days if day <= until), default=None)
        sundays = [
            week.monday + _TO_SUNDAY
            for week in self.weeks
            if week.actions and week.monday + _TO_SUNDAY <= until and (known is None or week.monday > known)
        ]
        return max(sundays, default=known)


_TO_SUNDAY = 6 * ONE_DAY


@lru_cache(maxsize=64)
def _days_of(window: Window) -> frozenset[date]:
    return frozenset(window)


def _first(spell: Spell) -> date:
    return spell.first


def eligible_spell(role: Spell, go_live: date) -> Spell | None:
    """When somebody in a `role` of the target population is eligible for a tool given on `go_live`; None if never."""
    first = max(role.first, go_live)
    return None if role.last is not None and role.last < first else Spell(first=first, last=role.last)


# --- a population on a day -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Who stood where on the last day of `window`. Sets of person ids: for reckoning, never for showing.

    `eligible`: the denominator, on that day with LEAST_EXPOSURE eligible days within. All but the last three sets are
    parts of it. Exclusive states: `never`, `active`, `dormant` (used before, not within; `lapsed`, part of it: over 90
    days ago). `shadow`: active without access. Left out and disclosed: `joiners` (eligible for fewer days), `leavers`
    (eligible within, no longer), `outside` (active within, never eligible within).
    """

    window: Window
    eligible: frozenset[str]
    enabled: frozenset[str]
    activated: frozenset[str]
    active: frozenset[str]
    dormant: frozenset[str]
    lapsed: frozenset[str]
    shadow: frozenset[str]
    joiners: frozenset[str]
    leavers: frozenset[str]
    outside: frozenset[str]

    @property
    def never(self) -> frozenset[str]:
        """Those who never used it: they need a start, the dormant a conversation."""
        return self.eligible - self.activated

    @property
    def adoption(self) -> Proportion:
        """The active among the eligible: the headline."""
        return Proportion(x=len(self.active), n=len(self.eligible))

    @property
    def enablement(self) -> Proportion:
        """Those with access among the eligible."""
        return Proportion(x=len(self.enabled), n=len(self.eligible))

    @property
    def active_of_enabled(self) -> Proportion:
        """The active among those with access."""
        return Proportion(x=len(self.active & self.enabled), n=len(self.enabled))

    @property
    def activation(self) -> Proportion:
        """Those who ever used it among the eligible."""
        return Proportion(x=len(self.activated), n=len(self.eligible))

    def only(self, people: frozenset[str]) -> Snapshot:
        """The part of it that concerns `people`."""
        return Snapshot(
            window=self.window,
            eligible=self.eligible & people,
            enabled=self.enabled & people,
            activated=self.activated & people,
            active=self.active & people,
            dormant=self.dormant & people,
            lapsed=self.lapsed & people,
            shadow=self.shadow & people,
            joiners=self.joiners & people,
            leavers=self.leavers & people,
            outside=self.outside & people,
        )


def snapshot(histories: Iterable[History], window: Window, *, least_exposure: int = LEAST_EXPOSURE) -> Snapshot:
    """The population on the last day of `window`; two histories of one person (two accounts) count as one person.

    Raises ValueError for a least exposure that the window cannot hold.
    """
    if not 0 < least_exposure <= window.days:
        raise ValueError(f"an exposure of {least_exposure} days does not fit a window of {window.days}")
    as_of = window.last
    found: dict[str, set[str]] = {name: set() for name in _SETS}
    for one in one_each(histories):
        here, exposure = one.is_eligible(as_of), one.exposure(window)
        active = one.is_active(window)
        if not here or exposure < least_exposure:
            if exposure:
                found["joiners" if here else "leavers"].add(one.person)
            elif active:
                found["outside"].add(one.person)
            continue
        last = as_of if active else one.last_used(as_of)
        enabled = one.is_enabled(as_of)
        found["eligible"].add(one.person)
        for name, holds in (
            ("enabled", enabled),
            ("activated", last is not None),
            ("active", active),
            ("dormant", not active and last is not None),
            ("lapsed", not active and last is not None and as_of - last > LAPSED_AFTER),
            ("shadow", active and not enabled),
        ):
            if holds:
                found[name].add(one.person)
    return Snapshot(window=window, **{name: frozenset(people) for name, people in found.items()})


_SETS = (
    *("eligible", "enabled", "activated", "active", "dormant", "lapsed", "shadow"),
    *("joiners", "leavers", "outside"),
)


def by_department(histories: Iterable[History], window: Window) -> dict[str | None, Snapshot]:
    """The snapshot of each department, people counted where they belong on the last day; None for those nowhere.

    Together the parts are the whole: every person is in one and only one.
    """
    people = one_each(histories)
    return departments(snapshot(people, window), people)


def departments(whole: Snapshot, histories: Iterable[History]) -> dict[str | None, Snapshot]:
    """The parts of a `whole` taken of these histories, by department on its last day; see `by_department`."""
    placed: dict[str | None, set[str]] = {}
    for one in one_each(histories):
        placed.setdefault(one.department(whole.window.last), set()).add(one.person)
    return {department: whole.only(frozenset(members)) for department, members in placed.items()}


def one_each(histories: Iterable[History]) -> list[History]:
    """One history a person: two of one person (two accounts) are put together."""
    people: dict[str, History] = {}
    for one in histories:
        other = people.get(one.person)
        people[one.person] = one if other is None else _together(other, one)
    return list(people.values())


def _together(one: History, other: History) -> History:
    firsts = [day for day in (one.first_use, other.first_use) if day is not None]
    lasts = [day for day in (one.last_use, other.last_use) if day is not None]
    weeks: dict[date, PersonWeek] = {}
    for week in (*one.weeks, *other.weeks):
        known = weeks.get(week.monday)
        weeks[week.monday] = PersonWeek(
            monday=week.monday,
            actions=week.actions + (known.actions if known else 0),
            available=week.available and (known is None or known.available),
        )
    return History(
        person=one.person,
        eligible=one.eligible + other.eligible,
        enabled=one.enabled + other.enabled,
        used_on=one.used_on | other.used_on,
        weeks=tuple(weeks.values()),
        first_use=min(firsts, default=None),
        last_use=max(lasts, default=None),
        placements=one.placements + other.placements,
    )


def is_too_early(go_live: date, as_of: date) -> bool:
    """Whether people have had the tool for too short a time to judge its adoption by a colour."""
    return as_of < go_live + JUDGED_AFTER


# --- habit and engagement ------------------------------------------------------------------------------------------

HABIT_WEEKS = 12
SHORT_HABIT_WEEKS = 4
FEWEST_WEEKS = 4
POWER_ACTIONS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How regularly one person used a tool, over the weeks they were `available`.

    `method`: "habit" over 12 weeks, "habit_4w" for a tool younger than that. `required` and `habitual` are None with
    too few weeks available to tell; `actions`: in available weeks.
    """

    method: str
    available: int
    active: int
    actions: int
    required: int | None

    @property
    def habitual(self) -> bool | None:
        """Whether as many weeks as required saw use."""
        return None if self.required is None else self.active >= self.required

    @property
    def average(self) -> Fraction | None:
        """Actions per available week."""
        return Fraction(self.actions, self.available) if self.available else None

    @property
    def power(self) -> bool:
        """Whether habitual, with POWER_ACTIONS or more per available week on average."""
        return bool(self.habitual) and self.actions >= POWER_ACTIONS * self.available


def habit(actions: Sequence[int], available: Sequence[bool] | None = None) -> Habit:
    """The habit of a person by their `actions` a week, oldest first: the last 12 weeks, or 4 of a younger tool.

    Use in three quarters of the available weeks or more (9 of 12: Viva Insights' usage segments); in 4 of 4 for a
    younger tool. `available`: a flag a week, all True by default; use in a week away does not count.
    Raises ValueError for fewer than 4 weeks or lists of different lengths.
    """
    flags = [True] * len(actions) if available is None else list(available)
    if len(flags) != len(actions) or len(actions) < SHORT_HABIT_WEEKS:
        raise ValueError(f"a habit is read from {SHORT_HABIT_WEEKS} weeks or more, each with its flag")
    short = len(actions) < HABIT_WEEKS
    kept = SHORT_HABIT_WEEKS if short else HABIT_WEEKS
    counted = [count for count, here in zip(actions[-kept:], flags[-kept:], strict=True) if here]
    required = None
    if len(counted) >= FEWEST_WEEKS:
        required = len(counted) if short else -(-3 * len(counted) // 4)
    return Habit(
        method="habit_4w" if short else "habit",
        available=len(counted),
        active=sum(count > 0 for count in counted),
        actions=sum(counted),
        required=required,
    )


def habit_of(history: History, *, as_of: date, live_since: date) -> Habit | None:
    """The habit shown by `history` in the whole ISO weeks that ended by `as_of` of a tool live since `live_since`.

    A week in which the person was eligible on no day is a week away. None while the tool is younger than 4 weeks.
    """
    mondays = _habit_mondays(as_of, live_since)
    if len(mondays) < SHORT_HABIT_WEEKS:
        return None
    known = {week.monday: week for week in history.weeks}
    weeks = [known.get(monday) for monday in mondays]
    # A spell that touches the first of these weeks and the last touches them all, as nearly everybody's does.
    first, last = mondays[0] + _TO_SUNDAY, mondays[-1]
    always = any(spell.first <= first and (spell.last is None or spell.last >= last) for spell in history.eligible)
    return habit(
        [0 if week is None else week.actions for week in weeks],
        [
            (week is None or week.available) and (always or history.is_eligible_within(monday, monday + _TO_SUNDAY))
            for monday, week in zip(mondays, weeks, strict=True)
        ],
    )


@lru_cache(maxsize=64)
def _habit_mondays(as_of: date, live_since: date) -> tuple[date, ...]:
    """The Mondays of the weeks that a habit is read from, oldest first: the same for everybody."""
    sunday = as_of - (as_of.weekday() + 1) % 7 * ONE_DAY
    mondays = (sunday - (7 * back + 6) * ONE_DAY for back in reversed(range(HABIT_WEEKS)))
    return tuple(monday for monday in mondays if monday >= live_since)


def habit_rate(habits: Iterable[Habit]) -> Proportion:
    """The habitual among those with enough available weeks to tell."""
    told = [one.habitual for one in habits if one.habitual is not None]
    return Proportion(x=sum(told), n=len(told))


def stickiness(daily_active: Sequence[int], monthly_active: int) -> Fraction | None:
    """The mean of the active on each working day over the active of the whole window; None where there is none.

    It hides the churn that newcomers replace: show it with retention.
    """
    if not daily_active or not monthly_active:
        return None
    return Fraction(sum(daily_active), len(daily_active) * monthly_active)


def breadth(active: Iterable[frozenset[str]], eligible: frozenset[str]) -> Fraction | None:
    """The mean number of initiatives an `eligible` person is active on; `active`: the active of each initiative."""
    return Fraction(sum(len(one & eligible) for one in active), len(eligible)) if eligible else None


# --- life cycle ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """What became of the active of one window in the next, in people.

    `retained` + `new` + `resurrected` are the active now; `retained` + `lost` + `left` those of before.
    """

    retained: int
    new: int
    resurrected: int
    lost: int
    left: int

    @property
    def current(self) -> int:
        """The active of the later window."""
        return self.retained + self.new + self.resurrected

    @property
    def previous(self) -> int:
        """The active of the earlier window."""
        return self.retained + self.lost + self.left

    @property
    def retention(self) -> Proportion:
        """Those still active among the earlier active who are still eligible."""
        return Proportion(x=self.retained, n=self.retained + self.lost)


def lifecycle(previous: Snapshot, current: Snapshot, first_use: Mapping[str, date]) -> Lifecycle:
    """What became of the active of `previous` in `current`; `first_use` by person, for all the active of now.

    Resurrected: active now, not before, first use earlier than both windows. Whoever first used it in the earlier
    window, but had not been eligible long enough to count there, is new.
    Raises ValueError for windows that overlap, KeyError for a first use that is missing.
    """
    if current.window.first <= previous.window.last:
        raise ValueError(f"{current.window} overlaps {previous.window}")
    retained = previous.active & current.active
    arrived = current.active - previous.active
    back = {person for person in arrived if first_use[person] < previous.window.first}
    lost = (previous.active & current.eligible) - current.active
    return Lifecycle(
        retained=len(retained),
        new=len(arrived) - len(back),
        resurrected=len(back),
        lost=len(lost),
        left=len(previous.active - current.eligible),
    )


def cohort_retention(cohort: Iterable[History], *, as_of: date, weeks: int) -> tuple[Proportion, ...]:
    """For weeks 1 to `weeks` after each one's first use, those active in that week among those it can be told of.

    Week n is days 7n to 7n + 6 after the first use. Counted in a week: members who are eligible on all its days, where
    `as_of` is not before its end.
    """
    members = [(one, one.first_used()) for one in one_each(cohort)]
    found = []
    for number in range(1, weeks + 1):
        counted = active = 0
        for one, first in members:
            if first is None:
                continue
            week = Window.ending(first + (7 * number + 6) * ONE_DAY, 7)
            if week.last <= as_of and one.exposure(week) == 7:
                counted += 1
                active += any(day in week for day in one.used_on)
        found.append(Proportion(x=active, n=counted))
    return tuple(found)


def time_to_adopt(history: History, *, as_of: date) -> Duration | None:
    """The days from first access to first use, for `kaplan_meier`; None for somebody without access by `as_of`.

    Whoever has not used it by then, or by the last day of access or eligibility, is censored on that day. Use before
    access is adoption on day 0.
    """
    starts = [spell.first for spell in history.enabled if spell.first <= as_of]
    if not starts:
        return None
    begun = min(starts)
    # The end of all spells, where every one of them has ended: a return is not a departure.
    until = min([as_of, *_end(history.enabled), *_end(history.eligible)])
    until = max(until, begun)
    first = history.first_used()
    if first is not None and first <= until:
        return Duration(days=max(0, (first - begun).days), event=True)
    return Duration(days=(until - begun).days, event=False)


def _end(spells: Sequence[Spell]) -> list[date]:
    lasts = [spell.last for spell in spells if spell.last is not None]
    return [max(lasts)] if lasts and len(lasts) == len(spells) else []


# --- change -----------------------------------------------------------------------------------------------------------


def change_arrow(before: Proportion, after: Proportion) -> Direction | None:
    """Up or down where a census moved by 2 points and by 5 people or more; None where it did not, or counts nobody."""
    if before.rate is None or after.rate is None:
        return None
    moved = after.rate - before.rate
    if abs(moved) < Fraction(2, 100) or abs(after.x - before.x) < 5:
        return None
    return Direction.UP if moved > 0 else Direction.DOWN
