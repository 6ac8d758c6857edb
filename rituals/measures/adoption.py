"""Adoption: who could use an initiative, who does, out of habit or no longer, and how sure we are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from rituals.measures.statistics import (
    ONE_DAY,
    Direction,
    Duration,
    Interval,
    Proportion,
    Stratum,
    Tier,
    Window,
    Z,
    cohen_kappa,
    mcnemar_exact,
    pooled_z,
    post_stratify,
    two_sided,
)

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

    def is_enabled(self, day: date) -> bool:
        """Whether the person has access on `day`."""
        return any(day in spell for spell in self.enabled)

    def department(self, day: date) -> str | None:
        """The department on `day`."""
        return next((placement.department for placement in self.placements if day in placement.spell), None)

    def exposure(self, window: Window) -> int:
        """How many days of `window` the person is eligible, each once."""
        return sum(self.is_eligible(day) for day in window)

    def is_active(self, window: Window) -> bool:
        """Whether the person used it within `window`; a week counts where all of it lies within."""
        return any(day in window for day in self._known_days()) or any(
            week.first in window and week.last in window for week in self._other_weeks()
        )

    def first_used(self) -> date | None:
        """The first day of use known; of a week without its days, the Monday."""
        return min([*self._known_days(), *(week.first for week in self._other_weeks())], default=None)

    def last_used(self, until: date) -> date | None:
        """The last day of use known that is no later than `until`; of a week without its days, the Sunday."""
        days = [*self._known_days(), *(week.last for week in self._other_weeks())]
        return max((day for day in days if day <= until), default=None)

    def _known_days(self) -> set[date]:
        return {*self.used_on, *(day for day in (self.first_use, self.last_use) if day is not None)}

    def _other_weeks(self) -> list[Window]:
        """Weeks of use of which no day is known any more."""
        days = self._known_days()
        weeks = [week.window for week in self.weeks if week.actions]
        return [week for week in weeks if not any(day in week for day in days)]


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
    for one in _one_each(histories):
        here, exposure = one.is_eligible(as_of), one.exposure(window)
        active = one.is_active(window)
        if not here or exposure < least_exposure:
            if exposure:
                found["joiners" if here else "leavers"].add(one.person)
            elif active:
                found["outside"].add(one.person)
            continue
        last = one.last_used(as_of)
        enabled = one.is_enabled(as_of)
        found["eligible"].add(one.person)
        for name, holds in (
            ("enabled", enabled),
            ("activated", active or last is not None),
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
    people = _one_each(histories)
    whole = snapshot(people, window)
    placed: dict[str | None, set[str]] = {}
    for one in people:
        placed.setdefault(one.department(window.last), set()).add(one.person)
    return {department: whole.only(frozenset(members)) for department, members in placed.items()}


def _one_each(histories: Iterable[History]) -> list[History]:
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
    sunday = as_of - (as_of.weekday() + 1) % 7 * ONE_DAY
    mondays = [sunday - (7 * back + 6) * ONE_DAY for back in reversed(range(HABIT_WEEKS))]
    mondays = [monday for monday in mondays if monday >= live_since]
    if len(mondays) < SHORT_HABIT_WEEKS:
        return None
    known = {week.monday: week for week in history.weeks}
    weeks = [known.get(monday, PersonWeek(monday=monday, actions=0)) for monday in mondays]
    return habit(
        [week.actions for week in weeks], [week.available and history.exposure(week.window) > 0 for week in weeks]
    )


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
    members = [(one, one.first_used()) for one in _one_each(cohort)]
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


# --- how sure we are -----------------------------------------------------------------------------------------------


def tier(*, matched: int, people: int, every_surface: bool, joined: bool, answers: int = 0, invited: int = 0) -> Tier:
    """How a usage figure may be come by.

    `matched` of `people`: whose telemetry is known to be theirs; `every_surface`: it covers all the places of use;
    `joined`: a pulse of `answers` out of `invited` can be read together with it, in memory. 95 % matched and covered is
    measured; half or more and joined is calibrated; else a pulse is an estimate, and no more than an indication with
    fewer than 30 answers or 20 % of the invited.
    """
    if people and 100 * matched >= 95 * people and every_surface:
        return Tier.MEASURED
    if answers < 30 or 5 * answers < invited:
        return Tier.INDICATIVE
    if people and 2 * matched >= people and joined:
        return Tier.CALIBRATED
    return Tier.ESTIMATED


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTable:
    """Respondents by what telemetry and they themselves say: `both`, `telemetry_only`, `reported_only`, `neither`."""

    both: int
    telemetry_only: int
    reported_only: int
    neither: int

    def __post_init__(self) -> None:
        if min(self.both, self.telemetry_only, self.reported_only, self.neither) < 0:
            raise ValueError(f"counts are 0 or more: {self}")

    @property
    def n(self) -> int:
        """The respondents."""
        return self.both + self.telemetry_only + self.reported_only + self.neither

    @property
    def reported(self) -> Proportion:
        """Those who say they use it: not to be shown as usage."""
        return Proportion(x=self.both + self.reported_only, n=self.n)

    @property
    def measured(self) -> Proportion:
        """Those of whom telemetry says so."""
        return Proportion(x=self.both + self.telemetry_only, n=self.n)

    @property
    def agreement(self) -> Proportion:
        """Those of whom both say the same."""
        return Proportion(x=self.both + self.neither, n=self.n)

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance."""
        return cohen_kappa(self.both, self.telemetry_only, self.reported_only, self.neither)

    @property
    def p_value(self) -> float:
        """The chance that the two differ as much without one saying more than the other."""
        return mcnemar_exact(self.telemetry_only, self.reported_only)

    @property
    def may_show(self) -> bool:
        """Whether the table itself may be shown: no cell of 1 to 4 people."""
        cells = (self.both, self.telemetry_only, self.reported_only, self.neither)
        return not any(0 < cell < 5 for cell in cells)


class Disagreement(StrEnum):
    """How what people say compares with what telemetry says; what follows never concerns one person."""

    CONCORDANT = "concordant"
    REPORTED_MORE = "reported_more"  # usage that is probably not measured: other accounts, surfaces, over-claiming
    MEASURED_MORE = "measured_more"  # automatic triggers, shared accounts, wording
    UNCLEAR = "unclear"


def disagreement(table: CrossTable) -> Disagreement:
    """Concordant within 5 points with a kappa of 0.6 or more; else whichever is significantly more (p < .05)."""
    kappa = table.kappa
    apart = table.reported_only - table.telemetry_only
    if 20 * abs(apart) <= table.n and kappa is not None and kappa >= 0.6:
        return Disagreement.CONCORDANT
    if table.p_value < 0.05:
        return Disagreement.REPORTED_MORE if apart > 0 else Disagreement.MEASURED_MORE
    return Disagreement.UNCLEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """A share of the whole population (0..1) from partial telemetry and a pulse, with error and 95 % interval.

    `method`: "post_stratified" or "difference"; `n_eff` only of the first.
    """

    method: str
    share: float
    standard_error: float
    interval: Interval
    n_eff: float | None = None


FEWEST_TO_STRATIFY = 10


def calibrated(table: CrossTable, *, telemetry_active: int, population: int, finite: bool) -> Calibrated:
    """The best estimate that `table` allows; see `stratified_on_telemetry`, else `difference_estimate`.

    Post-stratification needs 10 respondents or more on either side of telemetry.
    """
    active, other = table.measured.x, table.n - table.measured.x
    choice = stratified_on_telemetry if min(active, other) >= FEWEST_TO_STRATIFY else difference_estimate
    return choice(table, telemetry_active=telemetry_active, population=population, finite=finite)


def stratified_on_telemetry(table: CrossTable, *, telemetry_active: int, population: int, finite: bool) -> Calibrated:
    """What people say, post-stratified on what telemetry says of everybody: it also corrects who answered.

    `telemetry_active` of `population`: whom telemetry knows as active, respondents or not. (T / N) a / (a + b) +
    ((N - T) / N) c / (c + d), as Holt and Smith (1979). Raises ValueError for counts that cannot be.
    """
    _check(table, telemetry_active, population)
    found = post_stratify(
        (
            Stratum(name="active", population=telemetry_active, n=table.measured.x, x=table.both),
            Stratum(
                name="other",
                population=population - telemetry_active,
                n=table.n - table.measured.x,
                x=table.reported_only,
            ),
        ),
        finite=finite,
        fewest=0,
        cap=None,
    )
    return Calibrated(
        method="post_stratified",
        share=found.share,
        standard_error=found.standard_error,
        interval=found.interval,
        n_eff=found.n_eff,
    )


def difference_estimate(table: CrossTable, *, telemetry_active: int, population: int, finite: bool) -> Calibrated:
    """Telemetry's share of everybody plus the respondents' mean of report - telemetry: T / N + (c - b) / n.

    The difference estimator (Särndal, Swensson and Wretman, 1992) with variance (1 - n / N) s² / n, kept within 0..1.
    Raises ValueError for counts that cannot be, or fewer than two respondents.
    """
    _check(table, telemetry_active, population)
    n, b, c = table.n, table.telemetry_only, table.reported_only
    if n < 2:
        raise ValueError("one respondent shows no spread")
    share = Fraction(telemetry_active, population) + Fraction(c - b, n)
    spread = (c + b - Fraction((c - b) ** 2, n)) / (n - 1)
    error = sqrt((1 - Fraction(n, population) if finite else 1) * spread / n)
    return Calibrated(
        method="difference",
        share=min(1.0, max(0.0, float(share))),
        standard_error=error,
        interval=Interval(
            low=min(1.0, max(0.0, float(share) - Z * error)), high=max(0.0, min(1.0, float(share) + Z * error))
        ),
    )


def _check(table: CrossTable, telemetry_active: int, population: int) -> None:
    if not table.measured.x <= telemetry_active <= population - (table.n - table.measured.x):
        raise ValueError(f"{table} does not fit {telemetry_active} active of {population}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NonResponse:
    """Telemetry's share of those who answered and of those who did not; `z` and `p_value` of the difference."""

    respondents: Proportion
    others: Proportion
    z: float
    p_value: float


def non_response(table: CrossTable, *, telemetry_active: int, population: int) -> NonResponse | None:
    """Whether those who answered use it more, or less, than the others; None where either are nobody.

    The pooled z of two proportions. Raises ValueError for counts that cannot be.
    """
    _check(table, telemetry_active, population)
    others = Proportion(x=telemetry_active - table.measured.x, n=population - table.n)
    if not table.n or not others.n:
        return None
    z = pooled_z(table.measured, others)
    return NonResponse(respondents=table.measured, others=others, z=z, p_value=two_sided(z))


def change_arrow(before: Proportion, after: Proportion) -> Direction | None:
    """Up or down where a census moved by 2 points and by 5 people or more; None where it did not, or counts nobody."""
    if before.rate is None or after.rate is None:
        return None
    moved = after.rate - before.rate
    if abs(moved) < Fraction(2, 100) or abs(after.x - before.x) < 5:
        return None
    return Direction.UP if moved > 0 else Direction.DOWN
