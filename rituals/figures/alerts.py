"""When to speak up: a process that changed, a rate that is not acceptable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from fractions import Fraction
from itertools import pairwise
from math import sqrt

from rituals.measures.statistics import FEWEST_TO_ALERT, Direction, Interval, Proportion, wilson

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
