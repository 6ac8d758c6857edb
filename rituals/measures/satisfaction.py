"""Satisfaction: scores, promoters, response rates and short scales, and how much so few answers may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt
from types import MappingProxyType

from rituals.measures.statistics import Direction, Interval, Number, Proportion, Z, exact, t_quantile

# --- scores from 1 to 5 --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How many people gave each score from 1 to 5; `skipped`: those without an opinion, in no denominator.

    Raises ValueError for another score or a count below 0.
    """

    counts: Mapping[int, int]
    skipped: int = 0

    def __post_init__(self) -> None:
        if not set(self.counts) <= set(range(1, 6)) or min([*self.counts.values(), self.skipped]) < 0:
            raise ValueError(f"scores are 1 to 5 and counts 0 or more: {self.counts}, {self.skipped} skipped")
        object.__setattr__(
            self, "counts", MappingProxyType({score: self.counts.get(score, 0) for score in range(1, 6)})
        )

    @property
    def n(self) -> int:
        """The valid answers."""
        return sum(self.counts.values())

    @property
    def csat(self) -> Proportion:
        """The satisfied, 4 or 5 (top-2-box): the headline."""
        return Proportion(x=self.counts[4] + self.counts[5], n=self.n)

    @property
    def dsat(self) -> Proportion:
        """The dissatisfied, 1 or 2."""
        return Proportion(x=self.counts[1] + self.counts[2], n=self.n)

    @property
    def mean(self) -> Fraction | None:
        """The mean score, 1..5; never to be called CSAT. None of no answers."""
        return Fraction(sum(score * count for score, count in self.counts.items()), self.n) if self.n else None

    @property
    def deviation(self) -> float | None:
        """The standard deviation of the sample; None of fewer than two answers."""
        if self.n < 2 or self.mean is None:
            return None
        squares = sum(count * (score - self.mean) ** 2 for score, count in self.counts.items())
        return sqrt(squares / (self.n - 1))

    @property
    def mean_interval(self) -> Interval | None:
        """The 95 % interval of the mean, m ± t s / sqrt(n) (Student, 1908); None of fewer than two answers."""
        if self.deviation is None or self.mean is None:
            return None
        half = t_quantile(self.n - 1) * self.deviation / sqrt(self.n)
        return Interval(low=float(self.mean) - half, high=float(self.mean) + half)


# --- promoters -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoters:
    """Answers from 0 to 10 to "would you recommend it": 9 and 10, 7 and 8, 0 to 6 (Reichheld, 2003)."""

    promoters: int
    passives: int
    detractors: int

    def __post_init__(self) -> None:
        if min(self.promoters, self.passives, self.detractors) < 0:
            raise ValueError(f"counts are 0 or more: {self}")

    @property
    def n(self) -> int:
        """The answers."""
        return self.promoters + self.passives + self.detractors

    @property
    def nps(self) -> Fraction | None:
        """The net promoter score, -100..100; None of no answers."""
        return Fraction(100 * (self.promoters - self.detractors), self.n) if self.n else None

    @property
    def margin(self) -> float | None:
        """The half-width of its 95 % interval by the trinomial variance, in points: too narrow for few answers."""
        return _net_margin(self.promoters, self.detractors, self.n) if self.n else None

    @property
    def adjusted_centre(self) -> Fraction:
        """The middle of `interval`, in points."""
        return Fraction(100 * (self.promoters - self.detractors), self.n + 3)

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval, in points, by the adjusted Wald method: 3 answers more, ¾ at either end.

        Rocks (2016), after Agresti and Min (2005). None of no answers.
        """
        if not self.n:
            return None
        half = _net_margin(self.promoters + 0.75, self.detractors + 0.75, self.n + 3)
        centre = float(self.adjusted_centre)
        return Interval(low=max(-100.0, centre - half), high=min(100.0, centre + half))


def _net_margin(promoters: float, detractors: float, n: int) -> float:
    p, d = promoters / n, detractors / n
    return 100 * Z * sqrt(max(0.0, p + d - (p - d) ** 2) / n)


# --- who answered --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What became of `invited` invitations, in people (AAPOR, Standard Definitions).

    `ineligible`: those who left or were deactivated, the only ones out of the denominator; who was never reached or
    opted out stays in it. Raises ValueError where the parts exceed the whole.
    """

    invited: int
    ineligible: int
    complete: int
    partial: int = 0

    def __post_init__(self) -> None:
        if min(self.ineligible, self.complete, self.partial) < 0 or self.invited < (
            self.ineligible + self.complete + self.partial
        ):
            raise ValueError(f"the parts of {self} exceed the whole")

    @property
    def rr1(self) -> Proportion:
        """Complete answers among the eligible: the response rate."""
        return Proportion(x=self.complete, n=self.invited - self.ineligible)

    @property
    def rr2(self) -> Proportion:
        """Complete and partial answers among the eligible."""
        return Proportion(x=self.complete + self.partial, n=self.invited - self.ineligible)


# --- small samples -------------------------------------------------------------------------------------------------


class Precision(StrEnum):
    """How much a number of valid answers may say."""

    NOTHING = "nothing"  # fewer than 5
    WORD = "word"  # 5 to 9: an opinion in one word
    FIVE_POINTS = "five_points"  # 10 to 29: to the nearest 5 points, with its interval, as an indication
    WHOLE = "whole"  # 30 and more: whole points with their interval


def precision(n: int) -> Precision:
    """How much `n` valid answers may say."""
    if n < 5:
        return Precision.NOTHING
    if n < 10:
        return Precision.WORD
    return Precision.FIVE_POINTS if n < 30 else Precision.WHOLE


class Opinion(StrEnum):
    """A share of the satisfied in one word."""

    FAVOURABLE = "favourable"  # 70 % or more
    DIVIDED = "divided"
    UNFAVOURABLE = "unfavourable"  # fewer than 40 %


def opinion(share: Number, direction: Direction = Direction.UP) -> Opinion:
    """The word for a `share` (0..1); where less is better, the word for the rest."""
    good = exact(share) if direction is Direction.UP else 1 - exact(share)
    if good >= Fraction(7, 10):
        return Opinion.FAVOURABLE
    return Opinion.DIVIDED if good >= Fraction(4, 10) else Opinion.UNFAVOURABLE


# --- short scales --------------------------------------------------------------------------------------------------


def usefulness_and_ease(usefulness: int, ease: int) -> Fraction:
    """Two items from 1 to 5 as an index 0..100: (usefulness + ease - 2) 100 / 8.

    The construct of UMUX-Lite with items of our own, so comparable with itself only. Raises ValueError off the scale.
    """
    return _pair(usefulness, ease, 5)


def umux_lite(capabilities: int, ease: int) -> Fraction:
    """UMUX-Lite, 0..100, of its two items from 1 to 7 (Lewis, Utesch and Maher, 2013).

    Raises ValueError off the scale.
    """
    return _pair(capabilities, ease, 7)


def _pair(one: int, other: int, highest: int) -> Fraction:
    if not (1 <= one <= highest and 1 <= other <= highest):
        raise ValueError(f"items go from 1 to {highest}: {one}, {other}")
    return Fraction((one + other - 2) * 100, 2 * (highest - 1))


def system_usability(items: Sequence[int]) -> Fraction:
    """The System Usability Scale, 0..100, of its ten items from 1 to 5, every second one negative (Brooke, 1996).

    Raises ValueError for another number of items or one off the scale.
    """
    if len(items) != 10 or not all(1 <= item <= 5 for item in items):
        raise ValueError(f"ten items from 1 to 5, not {list(items)}")
    return Fraction(5, 2) * sum(5 - item if place % 2 else item - 1 for place, item in enumerate(items))
