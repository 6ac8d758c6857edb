"""What every measure stands on: counts, windows, rounding, intervals, tests and estimates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import comb, cos, erfc, floor, pi, sin, sqrt, tan
from statistics import NormalDist, median

ONE_DAY = timedelta(days=1)

Z = 1.959963984540054
"""The normal quantile of a two-sided confidence of 95 %."""

CONFIDENCE = 0.95

Number = Fraction | int | float | Decimal


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"  # adoption, satisfaction
    DOWN = "down"  # escalation, delays


class Tier(StrEnum):
    """How a usage figure was come by, from the surest to the least sure."""

    MEASURED = "measured"  # A: telemetry of (nearly) everybody
    CALIBRATED = "calibrated"  # B: partial telemetry and a pulse together
    ESTIMATED = "estimated"  # C: a pulse alone
    INDICATIVE = "indicative"  # D: too few answers for more than the bounds of their interval


# --- counts and rounding -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """`x` of `n`, as whole numbers. Raises ValueError unless 0 <= x <= n."""

    x: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.x <= self.n:
            raise ValueError(f"a proportion counts x of n with 0 <= x <= n, not {self.x} of {self.n}")

    @property
    def rate(self) -> Fraction | None:
        """x / n, exact; None of nothing."""
        return Fraction(self.x, self.n) if self.n else None

    @property
    def share(self) -> Fraction:
        """x / n, exact. Raises ValueError for n = 0."""
        if not self.n:
            raise ValueError("nothing has no share")
        return Fraction(self.x, self.n)


def exact(value: Number) -> Fraction:
    """`value` as a fraction; a float as the decimal it prints as, so that 0.3 is three tenths."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def half_up(value: Number, places: int = 0) -> Decimal:
    """`value` rounded to `places` decimals, halves away from zero: 0.125 -> 0.13, -0.125 -> -0.13; for display only."""
    scaled = exact(value) * 10**places
    whole = floor(abs(scaled) + Fraction(1, 2))
    # Made from its digits: arithmetic would round it to the precision of the context.
    return Decimal((int(scaled < 0 and whole > 0), tuple(map(int, str(whole))), -places))


def percent(share: Number, *, step: int = 1) -> int:
    """`share` (0..1) in percent, to the nearest multiple of `step` points, halves up."""
    return int(half_up(exact(share) * 100 / step)) * step


# --- windows -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Local days from `first` to `last`, both included. Raises ValueError where `last` is before `first`."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a window ends on or after the day it begins: {self.first} to {self.last}")

    @classmethod
    def ending(cls, as_of: date, days: int = 28) -> Window:
        """The `days` days up to and with `as_of`; 28 are four whole weeks, so that no weekday weighs more."""
        return cls(first=as_of - (days - 1) * ONE_DAY, last=as_of)

    @property
    def days(self) -> int:
        """How many days, both ends counted."""
        return (self.last - self.first).days + 1

    def previous(self) -> Window:
        """The window of the same length that ends on the day before."""
        return Window.ending(self.first - ONE_DAY, self.days)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        for number in range(self.days):
            yield self.first + number * ONE_DAY


TELEMETRY_LAG = timedelta(days=3)
"""How long after a day's end its usage may still arrive, unless a source says otherwise."""


def last_complete_sunday(today: date, lag: timedelta = TELEMETRY_LAG) -> date:
    """The newest Sunday whose figures have all arrived on `today` (local): its end lies `lag` or more ago."""
    latest = today - ONE_DAY - lag
    return latest - (latest.weekday() + 1) % 7 * ONE_DAY


def is_provisional(as_of: date, today: date, lag: timedelta = TELEMETRY_LAG) -> bool:
    """Whether figures of `as_of` may still change on `today`."""
    return as_of + ONE_DAY + lag > today


def is_restated(before: Proportion, after: Proportion) -> bool:
    """Whether a figure published as `before` and now `after` has moved by a point or more, and must say so."""
    if before.rate is None or after.rate is None:
        return before.rate != after.rate
    return abs(after.rate - before.rate) >= Fraction(1, 100)


# --- intervals of one proportion -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From `low` to `high`, both included."""

    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half the distance between the ends: the margin of error of a score interval."""
        return (self.high - self.low) / 2

    def excludes(self, value: float) -> bool:
        """Whether `value` lies outside."""
        return not self.low <= value <= self.high

    def straddles(self, value: float) -> bool:
        """Whether `value` lies strictly between the ends."""
        return self.low < value < self.high


def wilson(proportion: Proportion, *, population: int | None = None) -> Interval:
    """The 95 % score interval of a proportion, within 0..1 (Wilson, 1927).

    `population`: how many there are in all, where the n were drawn from them at random and answered
    (`may_correct`); n becomes n (N - 1) / (N - n), and a census has no width.
    Raises ValueError for n = 0 or a population smaller than n.
    """
    share = proportion.share
    if population is None:
        return score_interval(float(share), proportion.n)
    if population < proportion.n:
        raise ValueError(f"{proportion.n} of a population of {population}")
    if population == proportion.n:
        return Interval(low=float(share), high=float(share))
    return score_interval(float(share), proportion.n * (population - 1) / (population - proportion.n))


def score_interval(share: float, n: float) -> Interval:
    """The score interval of `share` (0..1) seen on `n` > 0, which need not be whole: an effective sample size.

    Wilson (1927); with an effective size, Korn and Graubard (1998). Raises ValueError outside those bounds.
    """
    if not 0 <= share <= 1 or not n > 0:
        raise ValueError(f"a share from 0 to 1 of more than nothing, not {share} of {n}")
    scale = 1 + Z**2 / n
    centre = (share + Z**2 / (2 * n)) / scale
    half = Z * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / scale
    return Interval(
        low=0.0 if share == 0 else max(0.0, centre - half), high=1.0 if share == 1 else min(1.0, centre + half)
    )


def may_correct(*, randomised: bool, complete: int, invited: int) -> bool:
    """Whether a finite population may narrow an interval: a random sample of which 70 % or more answered.

    With fewer, the correction would turn the silence of the others into a precision nobody has.
    """
    return randomised and invited > 0 and 10 * complete >= 7 * invited


def worst_case(proportion: Proportion, population: int) -> tuple[Fraction, Fraction]:
    """The share in the whole population if everybody who did not answer were a no, and if all were a yes.

    Manski (1989). They lie 1 - n / population apart, and so say next to nothing of many people few of whom answered:
    what is published of those is the score interval, with the words that it takes those who answered for the others.
    Raises ValueError for an empty population or one smaller than n.
    """
    if population < max(proportion.n, 1):
        raise ValueError(f"{proportion.n} of a population of {population}")
    return (
        Fraction(proportion.x, population),
        Fraction(proportion.x + population - proportion.n, population),
    )


# --- post-stratification -------------------------------------------------------------------------------------------

FEWEST_IN_STRATUM = 5
WEIGHT_CAP = 3
"""No stratum's answers weigh more than this many times the median stratum's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """`x` of `n` answers from a part of the population that counts `population` people.

    `parent` groups strata that resemble each other; within it they stand in the order of their likeness.
    Raises ValueError unless 0 <= x <= n <= population.
    """

    name: str
    population: int
    n: int
    x: int
    parent: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.x <= self.n <= self.population:
            raise ValueError(f"0 <= x <= n <= population does not hold in {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostStratified:
    """A weighted share (0..1, exact) with its standard error and 95 % interval.

    `raw`: the unweighted share. `n_eff`: the size of a simple sample with the same variance. `weights`: what one answer
    of each of `strata` weighs, 1 on average before `capped` says that some were cut. `design_effect`: Kish's.
    """

    share: Fraction
    raw: float
    standard_error: float
    n_eff: float
    interval: Interval
    strata: tuple[Stratum, ...]
    weights: tuple[float, ...]
    capped: bool
    design_effect: float


def post_stratify(
    strata: Sequence[Stratum],
    *,
    finite: bool,
    fewest: int = FEWEST_IN_STRATUM,
    cap: int | None = WEIGHT_CAP,
) -> PostStratified:
    """The share in the population, each stratum weighing what its people do: the sum of (N_h / N) x_h / n_h.

    `finite`: see `may_correct`. A stratum with fewer than `fewest` answers first joins a neighbour; no weight exceeds
    `cap` times the median weight of the strata. Variance: the sum of W_h² (1 - n_h / N_h) p_h (1 - p_h) / (n_h - 1),
    Holt and Smith (1979). Interval: Wilson's on n_eff = p (1 - p) / variance, Korn and Graubard (1998); on n where the
    variance is zero. Design effect: n times the sum of w² over (sum of w)², Kish (1965).
    Raises ValueError without a single answer, or where a stratum still has none (with `fewest` 0 none is joined).
    """
    merged = _collapsed([stratum for stratum in strata if stratum.population], fewest)
    answers = sum(stratum.n for stratum in merged)
    if not answers or not all(stratum.n for stratum in merged):
        raise ValueError("a stratum without answers says nothing of its people")
    people = sum(stratum.population for stratum in merged)
    weights = [Fraction(stratum.population * answers, people * stratum.n) for stratum in merged]
    capped = False
    if cap is not None:
        ceiling = cap * median(weights)
        capped = any(weight > ceiling for weight in weights)
        weights = [min(weight, ceiling) for weight in weights]
    total = sum(stratum.n * weight for stratum, weight in zip(merged, weights, strict=True))
    share, variance = Fraction(), Fraction()
    for stratum, weight in zip(merged, weights, strict=True):
        part, rate = stratum.n * weight / total, Fraction(stratum.x, stratum.n)
        share += part * rate
        if stratum.n > 1:  # of one answer the rate is 0 or 1, and so is its variance nil
            left = 1 - Fraction(stratum.n, stratum.population) if finite else 1
            variance += part**2 * left * rate * (1 - rate) / (stratum.n - 1)
    n_eff = share * (1 - share) / variance if variance else Fraction(answers)
    squares = sum(stratum.n * weight**2 for stratum, weight in zip(merged, weights, strict=True))
    return PostStratified(
        share=share,
        raw=sum(stratum.x for stratum in merged) / answers,
        standard_error=sqrt(variance),
        n_eff=float(n_eff),
        interval=score_interval(float(share), float(n_eff)),
        strata=tuple(merged),
        weights=tuple(float(weight) for weight in weights),
        capped=capped,
        design_effect=float(answers * squares / total**2),
    )


def _collapsed(strata: list[Stratum], fewest: int) -> list[Stratum]:
    """`strata` with those of fewer than `fewest` answers joined to the nearest one of the same parent, else of any."""
    merged = list(strata)
    while len(merged) > 1:
        place = min(range(len(merged)), key=lambda index: (merged[index].n, index))
        if merged[place].n >= fewest:
            break
        small = merged[place]
        others = [index for index in range(len(merged)) if index != place]
        siblings = [index for index in others if merged[index].parent == small.parent] or others
        near = min(siblings, key=lambda index: (abs(index - place), merged[index].n, index))
        kept = merged[near]
        merged[near] = replace(
            kept,
            name=f"{kept.name}+{small.name}",
            population=kept.population + small.population,
            n=kept.n + small.n,
            x=kept.x + small.x,
        )
        del merged[place]
    return merged


# --- means ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def t_quantile(df: int, confidence: float = CONFIDENCE) -> float:
    """The t with `confidence` (0..1) of Student's distribution on `df` degrees of freedom between -t and t.

    The finite series of Abramowitz and Stegun (1964), 26.7.3 and 26.7.4, solved by bisection; above 1000 degrees
    their expansion 26.7.5. Raises ValueError for no degree of freedom or a confidence outside 0..1.
    """
    if df < 1 or not 0 < confidence < 1:
        raise ValueError(f"no quantile for {confidence} on {df} degrees of freedom")
    if df > 1000:
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        return z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
    low, high = 0.0, pi / 2
    for _ in range(64):
        middle = (low + high) / 2
        if _between(middle, df) < confidence:
            low = middle
        else:
            high = middle
    return sqrt(df) * tan((low + high) / 2)


def _between(angle: float, df: int) -> float:
    """The share of Student's distribution between -t and t, where t = sqrt(df) tan(angle)."""
    odd = df % 2
    term = cos(angle) if odd else 1.0
    series = term if df > 1 else 0.0
    for step in range(2 + odd, df - 1, 2):
        term *= cos(angle) ** 2 * (step - 1) / step
        series += term
    return 2 / pi * (angle + sin(angle) * series) if odd else sin(angle) * series


# --- comparing two proportions -------------------------------------------------------------------------------------

FEWEST_TO_TEST = 20
"""The fewest answers on either side of a comparison that is put to a test."""

FEWEST_TO_ALERT = 30
"""The fewest units behind a figure that may alert anybody."""

FALSE_DISCOVERIES = Fraction(1, 20)
"""The share of false alarms accepted among all that one digest raises."""


def newcombe(one: Proportion, other: Proportion) -> Interval:
    """The 95 % interval of the difference `one` - `other`, -1..1 (Newcombe, 1998, method 10).

    Raises ValueError where either counts nothing.
    """
    p1, p2 = float(one.share), float(other.share)
    w1, w2 = wilson(one), wilson(other)
    return Interval(
        low=p1 - p2 - sqrt((p1 - w1.low) ** 2 + (w2.high - p2) ** 2),
        high=p1 - p2 + sqrt((w1.high - p1) ** 2 + (p2 - w2.low) ** 2),
    )


def pooled_z(one: Proportion, other: Proportion) -> float:
    """The z of the difference `one` - `other` under one common share; 0 where all or none are x.

    Raises ValueError where either counts nothing.
    """
    pooled = Fraction(one.x + other.x, one.n + other.n) if one.n and other.n else Fraction()
    difference = one.share - other.share
    if pooled in (0, 1):
        return 0.0
    return float(difference) / sqrt(pooled * (1 - pooled) * (Fraction(1, one.n) + Fraction(1, other.n)))


def two_sided(z: float) -> float:
    """The chance, 0..1, of a normal deviate at least as far from 0 as `z`."""
    return erfc(abs(z) / sqrt(2))


def fisher_exact(one: Proportion, other: Proportion) -> float:
    """The two-sided p-value, 0..1, of Fisher's exact test: the chance of tables no likelier than this one."""
    total, n = one.x + other.x, one.n + other.n

    def ways(x: int) -> int:
        return comb(one.n, x) * comb(other.n, total - x)

    seen = ways(one.x)
    tables = (ways(x) for x in range(max(0, total - other.n), min(one.n, total) + 1))
    return float(Fraction(sum(table for table in tables if table <= seen), comb(n, total)))


def p_value(one: Proportion, other: Proportion) -> float:
    """The two-sided p-value of a difference: Fisher's where an expected count is below 5, else the pooled z's.

    Raises ValueError where either counts nothing.
    """
    if not one.n or not other.n:
        raise ValueError("nothing has no share")
    yes, n = one.x + other.x, one.n + other.n
    if min(one.n, other.n) * min(yes, n - yes) < 5 * n:
        return fisher_exact(one, other)
    return two_sided(pooled_z(one, other))


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values in the order given: the smallest q at which each would be rejected.

    Benjamini and Hochberg (1995), as adjusted by Yekutieli and Benjamini (1999). Raises ValueError outside 0..1.
    """
    return tuple(float(adjusted) for adjusted in _adjusted(p_values))


def _adjusted(p_values: Sequence[float]) -> list[Fraction]:
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("p-values lie between 0 and 1")
    tests = len(p_values)
    found = [Fraction()] * tests
    least = Fraction(1)
    by_p = sorted(range(tests), key=lambda index: p_values[index])
    for rank in range(tests, 0, -1):
        index = by_p[rank - 1]
        least = min(least, exact(p_values[index]) * tests / rank)
        found[index] = least
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure in two periods whose answers cannot be linked."""

    before: Proportion
    after: Proportion

    @property
    def is_testable(self) -> bool:
        """Whether both sides count enough for a test."""
        return min(self.before.n, self.after.n) >= FEWEST_TO_TEST

    @property
    def may_alert(self) -> bool:
        """Whether both sides count enough to alert somebody."""
        return min(self.before.n, self.after.n) >= FEWEST_TO_ALERT

    @property
    def interval(self) -> Interval:
        """The interval of after - before (Newcombe's)."""
        return newcombe(self.after, self.before)

    @property
    def p_value(self) -> float:
        """The two-sided p-value of the change."""
        return p_value(self.after, self.before)


def flagged(changes: Sequence[Change], *, q: Fraction = FALSE_DISCOVERIES) -> tuple[bool, ...]:
    """Which of all the `changes` of one digest are worth saying, in the order given.

    Those that Benjamini and Hochberg's procedure rejects at `q` and whose Newcombe interval excludes 0. Changes with
    too few on either side are not tested, do not count among the tests, and are never flagged.
    """
    tested = [index for index, change in enumerate(changes) if change.is_testable]
    adjusted = dict(zip(tested, _adjusted([changes[index].p_value for index in tested]), strict=True))
    return tuple(
        index in adjusted and adjusted[index] <= q and change.interval.excludes(0)
        for index, change in enumerate(changes)
    )


def detectable_change(n: int, power: float = 0.8) -> float:
    """The smallest difference (0..) around one half that two samples of `n` show with chance `power` (Cohen, 1988).

    Raises ValueError for n < 1.
    """
    if n < 1:
        raise ValueError("a sample counts at least one")
    return (Z + NormalDist().inv_cdf(power)) * sqrt(1 / (2 * n))


# --- paired answers ------------------------------------------------------------------------------------------------


def cohen_kappa(both: int, first_only: int, second_only: int, neither: int) -> float | None:
    """Agreement of two yes-or-no readings beyond chance, -1..1 (Cohen, 1960); None where chance alone would agree."""
    n = both + first_only + second_only + neither
    if not n:
        return None
    agreed = Fraction(both + neither, n)
    yes = (both + first_only) * (both + second_only)
    no = (second_only + neither) * (first_only + neither)
    chance = Fraction(yes + no, n * n)
    return None if chance == 1 else float((agreed - chance) / (1 - chance))


def mcnemar_exact(first_only: int, second_only: int) -> float:
    """The two-sided p-value, 0..1, that two readings of the same people differ by chance (McNemar, 1947, exact)."""
    n = first_only + second_only
    tail = sum(comb(n, count) for count in range(min(first_only, second_only) + 1))
    return float(min(Fraction(1), Fraction(2 * tail, 2**n)))


# --- time to an event ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalStep:
    """On day `time`, `events` of the `at_risk` had theirs; `survival` (0..1) is the share still without, after it."""

    time: int
    at_risk: int
    events: int
    survival: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """The share of people still without an event as days go by, exact."""

    steps: tuple[SurvivalStep, ...]

    def at(self, time: int) -> Fraction:
        """The share (0..1) still without an event after day `time`."""
        return next((step.survival for step in reversed(self.steps) if step.time <= time), Fraction(1))

    @property
    def median(self) -> int | None:
        """The first day after which half or fewer are without an event; None where it is not reached."""
        return next((step.time for step in self.steps if 2 * step.survival <= 1), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """`days` until the event, or until the person was last seen without it."""

    days: int
    event: bool

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError(f"a duration is 0 days or more, not {self.days}")


def kaplan_meier(durations: Sequence[Duration]) -> Survival:
    """The survival of people seen for some time (Kaplan and Meier, 1958): the product of 1 - d_i / n_i.

    Somebody last seen on a day is still at risk on that day.
    """
    survival = Fraction(1)
    steps = []
    for time in sorted({one.days for one in durations if one.event}):
        at_risk = sum(one.days >= time for one in durations)
        events = sum(one.event and one.days == time for one in durations)
        survival *= 1 - Fraction(events, at_risk)
        steps.append(SurvivalStep(time=time, at_risk=at_risk, events=events, survival=survival))
    return Survival(steps=tuple(steps))
