"""When to speak up: a process that changed, a rate that is not acceptable, an action that is late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from statistics import median

from rituals.calendar import WorkingDays
from rituals.measures.statistics import FEWEST_TO_ALERT, ONE_DAY, Direction, Interval, Proportion, wilson

# --- did the process change? ---------------------------------------------------------------------------------------

BASELINE_WEEKS = 12
SIGMAS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What weeks of one process look like: `centre`, their common rate, and `sigma_z`, how far they scatter.

    `sigma_z` is 1 where they scatter as chance alone makes them. A baseline changes on a recorded decision only.
    """

    centre: Fraction
    sigma_z: float

    def limits(self, n: int, *, overdispersed: bool = True) -> Interval:
        """The 3-sigma limits (0..1) of a week of `n`, a p'-chart's; a p-chart's where not `overdispersed`.

        Shewhart (1931) and Laney (2002): p ± 3 max(1, sigma_z) sqrt(p (1 - p) / n). Raises ValueError for n < 1.
        """
        if n < 1:
            raise ValueError("a week without any has no limits")
        scale = max(1.0, self.sigma_z) if overdispersed else 1.0
        half = SIGMAS * scale * self._deviation(n)
        return Interval(low=max(0.0, float(self.centre) - half), high=min(1.0, float(self.centre) + half))

    def z(self, week: Proportion) -> float:
        """How many of chance's standard deviations `week` lies from the centre; 0 where there is no chance.

        Raises ValueError for a week of none.
        """
        deviation = self._deviation(week.n) if week.n else 0.0
        return float(week.share - self.centre) / deviation if deviation else 0.0

    def is_signal(self, week: Proportion, *, overdispersed: bool = True) -> bool:
        """Whether `week` lies outside its limits: the process has changed. A week of none is no signal."""
        return bool(week.n) and self.limits(week.n, overdispersed=overdispersed).excludes(float(week.share))

    def _deviation(self, n: int) -> float:
        return sqrt(self.centre * (1 - self.centre) / n)


def baseline(weeks: Sequence[Proportion]) -> Baseline:
    """The baseline of 12 `weeks` or more, oldest first; those of none are left out.

    centre = sum of x / sum of n; sigma_z = the mean of |z_i - z_(i-1)| over 1.128, Laney (2002).
    Raises ValueError for fewer weeks.
    """
    counted = [week for week in weeks if week.n]
    if len(counted) < BASELINE_WEEKS:
        raise ValueError(f"a baseline takes {BASELINE_WEEKS} weeks or more, not {len(counted)}")
    flat = Baseline(centre=Fraction(sum(week.x for week in counted), sum(week.n for week in counted)), sigma_z=1.0)
    z = [flat.z(week) for week in counted]
    moves = [abs(after - before) for before, after in pairwise(z)]
    return replace(flat, sigma_z=sum(moves) / len(moves) / 1.128)


# --- is it acceptable? ---------------------------------------------------------------------------------------------


class Severity(IntEnum):
    """How bad an alert is."""

    WARNING = 1
    CRITICAL = 2


class Event(StrEnum):
    """What a week brings about; all but HOLD are posted."""

    RAISE = "raise"
    WORSEN = "worsen"
    REMIND = "remind"
    CLEAR = "clear"
    HOLD = "hold"  # too few to tell, nothing changes

    @property
    def is_posted(self) -> bool:
        """Whether anybody is told."""
        return self is not Event.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """When a weekly rate is not acceptable: past `target` (0..1) on the bad side of `direction`.

    An alert is raised on evidence, or after `raise_after` weeks past the target running, and cleared after
    `clear_after` weeks better than it by `hysteresis` or more. Critical: past it by more than `critical_margin`, on
    evidence. Weeks of fewer than `fewest` are skipped. A reminder is posted every `remind_after`.
    """

    target: Fraction
    direction: Direction
    hysteresis: Fraction = Fraction(3, 100)
    critical_margin: Fraction = Fraction(5, 100)
    fewest: int = FEWEST_TO_ALERT
    raise_after: int = 2
    clear_after: int = 2
    remind_after: timedelta = timedelta(weeks=4)

    def excess(self, share: Fraction) -> Fraction:
        """How far `share` is past the target on the bad side; negative on the good one."""
        return share - self.target if self.direction is Direction.DOWN else self.target - share

    def proven_excess(self, week: Proportion) -> float:
        """How far the near end of the Wilson interval of `week` is past the target: evidence where above 0."""
        interval = wilson(week)
        if self.direction is Direction.DOWN:
            return interval.low - float(self.target)
        return float(self.target) - interval.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Where one alert stands: `worst` severity of this episode, None while all is well.

    `past` and `better`: weeks running past the target, and better than it by the hysteresis. `week`: the last one
    judged; `posted`: the week of the last post of this episode.
    """

    worst: Severity | None = None
    past: int = 0
    better: int = 0
    week: date | None = None
    posted: date | None = None

    @property
    def is_raised(self) -> bool:
        """Whether the alert stands."""
        return self.worst is not None


def observe(rule: AlertRule, alert: Alert, *, week: date, seen: Proportion) -> tuple[Alert, Event | None]:
    """The alert after the week that ended on `week`, and what to post, if anything.

    Raised at once on evidence or after two weeks running; worsened once an episode; reminded of every four weeks while
    still past the target; cleared after two weeks running that are clearly better. Raises ValueError for a week that
    is no later than the last.
    """
    if alert.week is not None and week <= alert.week:
        raise ValueError(f"{week} was judged already: {alert.week} came last")
    if seen.n < rule.fewest:
        return replace(alert, week=week), Event.HOLD
    excess, proven = rule.excess(seen.share), rule.proven_excess(seen)
    severity = Severity.CRITICAL if proven > float(rule.critical_margin) else Severity.WARNING
    now = replace(
        alert,
        week=week,
        past=alert.past + 1 if excess > 0 else 0,
        better=alert.better + 1 if excess <= -rule.hysteresis else 0,
    )
    if alert.worst is None:
        if proven > 0 or now.past >= rule.raise_after:
            return replace(now, worst=severity, posted=week), Event.RAISE
        return now, None
    if now.better >= rule.clear_after:
        return Alert(week=week), Event.CLEAR
    if severity > alert.worst:
        return replace(now, worst=severity, posted=week), Event.WORSEN
    if excess > 0 and alert.posted is not None and week - alert.posted >= rule.remind_after:
        return replace(now, posted=week), Event.REMIND
    return now, None


# --- who is told of what is late -----------------------------------------------------------------------------------


class Level(IntEnum):
    """How far up the ladder an action, a decision or a validation has climbed."""

    L0 = 0
    L1 = 1  # half its time gone: its owner
    L2 = 2  # three quarters: its owner and deputy
    L3 = 3  # late by 1 to 5 working days: owner and chair of the committee
    L4 = 4  # by 6 to 15: its sponsor, and the next agenda
    L5 = 5  # by more: the steering committee, to plan again or cancel


MOST_SNOOZES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """What an item promises: made on `created`, due on `due` (local days), None for one without a date.

    `first_due`: the first date ever promised, kept whatever becomes of `due`. `missed_due`: the date that was missed
    when a later one was set, from which its lateness goes on counting. `reached`: the levels already told.
    """

    created: date
    due: date | None
    first_due: date | None
    missed_due: date | None = None
    reached: frozenset[Level] = frozenset()
    snoozes: int = 0
    snoozed_until: date | None = None

    @classmethod
    def set(cls, *, created: date, due: date | None) -> Deadline:
        """A new promise."""
        return cls(created=created, due=due, first_due=due)

    @property
    def may_snooze(self) -> bool:
        """Whether it may be put off once more."""
        return self.snoozes < MOST_SNOOZES

    def overdue(self, today: date, working_days: WorkingDays) -> int:
        """The working days it is late on `today`; 0 on the day it is due and without a date.

        What falls due on a day off is due on the next working day.
        """
        due = self.missed_due or self.due
        return 0 if due is None else count_working_days(working_days.next_working(due), today, working_days)

    def level(self, today: date, working_days: WorkingDays) -> Level:
        """The level of `today`, by working days gone since it was made and since it was due."""
        due = self.missed_due or self.due
        if due is None:
            return Level.L0
        overdue = self.overdue(today, working_days)
        if overdue:
            return Level.L3 if overdue <= 5 else Level.L4 if overdue <= 15 else Level.L5
        planned = count_working_days(self.created, working_days.next_working(due), working_days)
        gone = count_working_days(self.created, today, working_days)
        if 4 * gone >= 3 * planned:
            return Level.L2
        return Level.L1 if 2 * gone >= planned else Level.L0

    def climbed(self, today: date, working_days: WorkingDays) -> tuple[Deadline, Level | None]:
        """The deadline after `today`, and the level to tell: the highest, where it is new and nothing is snoozed.

        Levels passed unseen (the bot was away, or it was snoozed) are not told afterwards.
        """
        if self.snoozed_until is not None and today < self.snoozed_until:
            return self, None
        level = self.level(today, working_days)
        if level is Level.L0 or level <= max(self.reached, default=Level.L0):
            return self, None
        passed = frozenset(one for one in Level if Level.L0 < one <= level)
        return replace(self, reached=self.reached | passed), level

    def moved(self, due: date, *, today: date, working_days: WorkingDays) -> Deadline:
        """With another date. Of an item already late the new date is shown, and its lateness goes on counting."""
        missed = self.missed_due or (self.due if self.overdue(today, working_days) else None)
        return replace(self, due=due, first_due=self.first_due or due, missed_due=missed)

    def snoozed(self, until: date, *, reason: str) -> Deadline:
        """Told nobody before `until`. Raises ValueError for a third time or without a reason."""
        if not self.may_snooze or not reason.strip():
            raise ValueError(f"an item is put off {MOST_SNOOZES} times at most, each with its reason")
        return replace(self, snoozes=self.snoozes + 1, snoozed_until=until)

    def reopened(self, *, on: date, due: date) -> Deadline:
        """Taken up again on `on`: it climbs from the start, and `first_due` remains."""
        return Deadline(created=on, due=due, first_due=self.first_due or due)


def count_working_days(after: date, until: date, working_days: WorkingDays) -> int:
    """How many working days are later than `after` and no later than `until`."""
    return sum(working_days.is_working(after + number * ONE_DAY) for number in range(1, (until - after).days + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """Open items by working days late, and the median working days since they were made; None of no items."""

    on_time: int
    up_to_5: int
    up_to_15: int
    up_to_30: int
    beyond: int
    without_date: int
    median_age: Fraction | None


def ageing(open_items: Iterable[Deadline], today: date, working_days: WorkingDays) -> Ageing:
    """How late the `open_items` are on `today`."""
    items = list(open_items)
    late = [item.overdue(today, working_days) for item in items if item.due is not None]
    ages = [Fraction(count_working_days(item.created, today, working_days)) for item in items]
    return Ageing(
        on_time=sum(days == 0 for days in late),
        up_to_5=sum(1 <= days <= 5 for days in late),
        up_to_15=sum(6 <= days <= 15 for days in late),
        up_to_30=sum(16 <= days <= 30 for days in late),
        beyond=sum(days > 30 for days in late),
        without_date=len(items) - len(late),
        median_age=median(ages) if ages else None,
    )


def on_time(closed: Iterable[tuple[Deadline, date]], working_days: WorkingDays) -> Proportion:
    """Of items closed on their day, those closed by the first date ever promised; those without one are left out."""
    punctual = [day <= working_days.next_working(item.first_due) for item, day in closed if item.first_due is not None]
    return Proportion(x=sum(punctual), n=len(punctual))
