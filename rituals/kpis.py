"""KPIs: followed figures, their colour against what was agreed, and where they are heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from math import sqrt
from statistics import median

from rituals.measures.statistics import Direction, Interval, Z


class Colour(StrEnum):
    """How a KPI stands."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"  # it cannot be told; `Grey` says why


class Grey(StrEnum):
    """Why a KPI has no colour."""

    NO_TARGET = "no_target"  # nobody said what is acceptable: an action to be taken, not a detail
    NO_DATA = "no_data"
    TOO_FEW = "too_few"
    STALE = "stale"
    TOO_EARLY = "too_early"


class KpiSource(StrEnum):
    """Where the readings of a KPI come from."""

    ADOPTION = "adoption"  # a figure of its initiative, as the next three
    ESCALATION = "escalation"
    CSAT = "csat"
    SAVING = "saving"
    IMPORTED = "imported"  # a file of readings
    ASKED = "asked"  # its owner, in chat

    @property
    def is_figure(self) -> bool:
        """Whether Comitia reckons it itself, of an initiative."""
        return self not in {KpiSource.IMPORTED, KpiSource.ASKED}


SHARE = "%"
"""The unit of a share, whose values are 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A followed figure and what was agreed of it before.

    `amber`: the last value short of `target` that is still tolerated; None for no tolerance. Values share one `unit`
    and are exact; those of the unit "%" are shares, 0..1. `frequency`: how often it is read. `min_n`: the fewest units
    behind a reading that is judged. `judged_from`: no colour before. `review_date`: when the target itself is looked at
    again. `initiative`: always there where `source` is a figure.
    Raises ValueError for an amber on the good side of the target, or a figure of no initiative.
    """

    key: str
    title: str
    unit: str
    direction: Direction
    owner: str  # e-mail
    source: KpiSource
    frequency: timedelta
    initiative: str | None = None
    baseline: Fraction | None = None
    target: Fraction | None = None
    amber: Fraction | None = None
    min_n: int = 0
    judged_from: date | None = None
    review_date: date | None = None

    def __post_init__(self) -> None:
        if self.target is not None and self.amber is not None and self.gap(self.amber, self.target) > 0:
            raise ValueError(f"amber {self.amber} is better than the target {self.target}")
        if self.source.is_figure and self.initiative is None:
            raise ValueError(f"{self.source} is counted of an initiative")

    @property
    def is_share(self) -> bool:
        """Whether its values are shares, 0..1, told in percent."""
        return self.unit == SHARE

    def gap(self, value: Fraction, bound: Fraction) -> Fraction:
        """How much better `value` is than `bound`; negative where worse."""
        return value - bound if self.direction is Direction.UP else bound - value

    @property
    def is_agreed(self) -> bool:
        """Whether somebody has said where it comes from and where it is to go."""
        return self.target is not None and self.baseline is not None

    def is_target_due(self, today: date) -> bool:
        """Whether the day has come on which what was agreed is looked at again."""
        return self.is_agreed and self.review_date is not None and self.review_date <= today


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One dated value; `n`: the units behind it, None where that means nothing; `interval`: 95 %, where it has one."""

    value: Fraction
    on: date
    n: int | None = None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The raw colour of a reading; `approximate`: its interval straddles the target or the tolerance."""

    colour: Colour
    approximate: bool = False
    grey: Grey | None = None


def status(kpi: Kpi, reading: Reading | None, *, today: date) -> Status:
    """How `kpi` stands by its last `reading`; bounds belong to the better colour.

    Grey without target or baseline, without a reading, with fewer than `min_n`, or one older than 1.5 times the
    frequency.
    """
    grey = _grey(kpi, reading, today)
    if grey is not None or reading is None or kpi.target is None:
        return Status(colour=Colour.GREY, grey=grey)
    amber = kpi.target if kpi.amber is None else kpi.amber
    if kpi.gap(reading.value, kpi.target) >= 0:
        colour = Colour.GREEN
    elif kpi.gap(reading.value, amber) >= 0:
        colour = Colour.AMBER
    else:
        colour = Colour.RED
    unsure = reading.interval is not None and any(
        reading.interval.straddles(float(bound)) for bound in (kpi.target, amber)
    )
    return Status(colour=colour, approximate=unsure)


def _grey(kpi: Kpi, reading: Reading | None, today: date) -> Grey | None:
    if not kpi.is_agreed:
        return Grey.NO_TARGET
    if reading is None:
        return Grey.NO_DATA
    if kpi.judged_from is not None and today < kpi.judged_from:
        return Grey.TOO_EARLY
    if reading.n is not None and reading.n < kpi.min_n:
        return Grey.TOO_FEW
    if 2 * (today - reading.on) > 3 * kpi.frequency:
        return Grey.STALE
    return None


def progress(kpi: Kpi, value: Fraction) -> Fraction | None:
    """The part of the way from baseline to target that is covered: 0 at the first, 1 at the second, beyond either too.

    (value - baseline) / (target - baseline); None where they are the same or not agreed.
    """
    if kpi.baseline is None or kpi.target is None or kpi.baseline == kpi.target:
        return None
    return (value - kpi.baseline) / (kpi.target - kpi.baseline)


# --- where it is heading -------------------------------------------------------------------------------------------

FEWEST_POINTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A straight line through dated values: `slope` per unit of time, `slope_interval` of 95 %."""

    slope: Fraction
    intercept: Fraction
    slope_interval: tuple[Fraction, Fraction]

    def at(self, time: Fraction | int) -> Fraction:
        """The value on the line at `time`."""
        return self.intercept + self.slope * time


Point = tuple[Fraction | int, Fraction]
"""A time and a value."""


def theil_sen(points: Sequence[Point]) -> Trend:
    """The line whose slope is the median of the slopes between all pairs of points, exact.

    Theil (1950); Sen (1968) for tied times and the interval, from the variance of Kendall's statistic with ties;
    intercept = median value - slope times median time. Raises ValueError without two different times.
    """
    slopes = sorted((y2 - y1) / Fraction(x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x1 != x2)
    if not slopes:
        raise ValueError("a line takes two different times")
    slope = median(slopes)
    times, values = [Fraction(x) for x, _ in points], [y for _, y in points]
    n = len(points)
    tied = sum(_kendall(series.count(one)) for series in (times, values) for one in set(series))
    spread = Z * sqrt(max(0, _kendall(n) - tied) / 18)
    low = max(round((len(slopes) - spread) / 2) - 1, 0)
    high = min(round((len(slopes) + spread) / 2), len(slopes) - 1)
    return Trend(
        slope=slope,
        intercept=median(values) - slope * median(times),
        slope_interval=(slopes[low], slopes[high]),
    )


def _kendall(n: int) -> int:
    return n * (n - 1) * (2 * n + 5)


def projection(points: Sequence[Point], at: Fraction | int, *, share: bool) -> Fraction | None:
    """The value at time `at` if the trend holds, kept within 0..1 for a `share`; None of fewer than 6 points.

    A projection, never a promise: label it so. Raises ValueError without two different times.
    """
    if len(points) < FEWEST_POINTS:
        return None
    value = theil_sen(points).at(at)
    return min(Fraction(1), max(Fraction(0), value)) if share else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What somebody expected of a KPI on `of`, frozen on `made_on`, and what it was once it is known."""

    made_on: date
    of: date
    expected: Fraction
    actual: Fraction | None = None


MOST_TRACKING = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastBias:
    """How forecasts compared with what came: errors are expected - actual, in the KPI's unit.

    `relative`: sum expected / sum actual - 1; `absolute_percentage`: mean |error| / |actual|; both None where a divisor
    is 0. `tracking_signal`: the sum of errors over their mean size, 0 where there is no error.
    """

    count: int
    mean_error: Fraction
    mean_absolute_error: Fraction
    relative: Fraction | None
    absolute_percentage: Fraction | None
    tracking_signal: Fraction

    @property
    def is_biased(self) -> bool:
        """Whether errors lean to one side: a tracking signal beyond 4 either way."""
        return abs(self.tracking_signal) > MOST_TRACKING


def forecast_bias(forecasts: Sequence[Forecast]) -> ForecastBias | None:
    """The bias of the `forecasts` of which the actual value is known; None where there is none (Brown, 1959)."""
    known = [(one.expected, one.actual) for one in forecasts if one.actual is not None]
    if not known:
        return None
    errors = [expected - actual for expected, actual in known]
    total, actuals = sum(errors, Fraction()), sum((actual for _, actual in known), Fraction())
    size = sum(map(abs, errors), Fraction()) / len(known)
    each = [abs(error / actual) for error, (_, actual) in zip(errors, known, strict=True) if actual]
    return ForecastBias(
        count=len(known),
        mean_error=total / len(known),
        mean_absolute_error=size,
        relative=total / actuals if actuals else None,
        absolute_percentage=sum(each, Fraction()) / len(each) if len(each) == len(known) else None,
        tracking_signal=total / size if size else Fraction(),
    )
