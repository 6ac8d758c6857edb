"""Scores: five marks a member, one composite each, and the headline a committee reads before it votes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Literal

from rituals.errors import InvalidReply


class Criterion(StrEnum):
    """What an initiative is marked on, from 1 to 5."""

    IMPACT = "impact"
    FEASIBILITY = "feasibility"
    ALIGNMENT = "alignment"
    RISK = "risk"
    EFFORT = "effort"


class Direction(StrEnum):
    """Which end of a scale is good."""

    BENEFIT = "benefit"  # 5 is good
    COST = "cost"  # 5 is bad


LOWEST, HIGHEST = 1, 5

DIRECTION: Mapping[Criterion, Direction] = MappingProxyType(
    {
        Criterion.IMPACT: Direction.BENEFIT,
        Criterion.FEASIBILITY: Direction.BENEFIT,
        Criterion.ALIGNMENT: Direction.BENEFIT,
        Criterion.RISK: Direction.COST,
        Criterion.EFFORT: Direction.COST,
    }
)

WEIGHTS: Mapping[Criterion, int] = MappingProxyType(
    {
        Criterion.IMPACT: 300,
        Criterion.FEASIBILITY: 200,
        Criterion.ALIGNMENT: 200,
        Criterion.RISK: 150,
        Criterion.EFFORT: 150,
    }
)
"""Weights per mille; they sum to 1000 exactly."""

FEWEST = 5
"""The fewest scorers whose marks may be shown together: fewer would tell who gave which. Never to be lowered."""


@dataclass(frozen=True, slots=True)  # not keyword-only: it is made as a dict is, `Marks({...})`
class Marks(Mapping[Criterion, int]):
    """One member's marks of one initiative, as asked: each criterion 1..5, risk and effort as costs (5 = bad).

    `given` may be keyed by criterion or by its name; it is copied and cannot be changed. Raises InvalidReply, its
    `field` naming the criterion, for a mark that is missing, unknown, or not a whole number from 1 to 5: an incomplete
    sheet has no score, a gap is never counted as 0 or 3.
    """

    given: Mapping[Criterion, int]

    def __post_init__(self) -> None:
        for name in self.given:
            if name not in set(Criterion):
                raise InvalidReply(field=str(name))
        sheet = {}
        for criterion in Criterion:
            mark = self.given.get(criterion)
            if type(mark) is not int or not LOWEST <= mark <= HIGHEST:  # True is an int and not a mark
                raise InvalidReply(field=criterion.value)
            sheet[criterion] = mark
        object.__setattr__(self, "given", MappingProxyType(sheet))

    def __getitem__(self, criterion: Criterion) -> int:
        return self.given[criterion]

    def __iter__(self) -> Iterator[Criterion]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)

    def __hash__(self) -> int:
        return hash(tuple(self.given.items()))

    def favourable(self, criterion: Criterion) -> int:
        """The mark with 5 as the good end: `x` for a benefit, `6 - x` for a cost."""
        mark = self.given[criterion]
        return mark if DIRECTION[criterion] is Direction.BENEFIT else LOWEST + HIGHEST - mark

    @property
    def composite(self) -> Fraction:
        """The weighted score, 1..5, exact: the sum of weight times favourable mark."""
        return weighted({criterion: self.favourable(criterion) for criterion in Criterion})


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a committee reads of its marks. All scores 1..5, exact, 5 good.

    `suppressed` "primary": fewer scorers than the threshold, so every number is None, their count included.
    `median`: the headline, of the members' composites. `passes`: whether it reaches the pass mark. `mean`: shown, never
    decides. `paradox`: median and `composite_of_medians` are on opposite sides of the pass mark. `disagreement`:
    criteria with a disagreement index above 1. `lone_voice`: those with marks 3 or more apart and no disagreement.
    """

    scorers: int | None
    median: Fraction | None
    suppressed: Literal["primary"] | None
    passes: bool | None
    mean: Fraction | None
    composite_of_medians: Fraction | None
    paradox: bool
    disagreement: tuple[Criterion, ...]
    lone_voice: tuple[Criterion, ...]


_SUPPRESSED = Headline(
    scorers=None,
    median=None,
    suppressed="primary",
    passes=None,
    mean=None,
    composite_of_medians=None,
    paradox=False,
    disagreement=(),
    lone_voice=(),
)


def headline(sheets: Sequence[Marks], *, k: int, pass_mark: Fraction) -> Headline:
    """The headline of the members' `sheets`, suppressed with fewer than `k` of them.

    The median of members' own composites: with an odd number of them it reaches the pass mark exactly when a majority
    of members do. Raises ValueError for a `k` below FEWEST.
    """
    if k < FEWEST:
        raise ValueError(f"scores are shown from {FEWEST} marks or more, never from {k}")
    if len(sheets) < k:
        return _SUPPRESSED
    composites = [sheet.composite for sheet in sheets]
    middle = median(composites)
    of_medians = weighted(
        {criterion: median(sheet.favourable(criterion) for sheet in sheets) for criterion in Criterion}
    )
    disagreement = []
    lone_voice = []
    for criterion in Criterion:
        marks = [sheet[criterion] for sheet in sheets]
        if disagreement_index(marks) > 1:
            disagreement.append(criterion)
        elif max(marks) - min(marks) >= 3:
            lone_voice.append(criterion)
    return Headline(
        scorers=len(sheets),
        median=middle,
        suppressed=None,
        passes=middle >= pass_mark,
        mean=sum(composites, Fraction()) / len(composites),
        composite_of_medians=of_medians,
        paradox=(middle >= pass_mark) != (of_medians >= pass_mark),
        disagreement=tuple(disagreement),
        lone_voice=tuple(lone_voice),
    )


def weighted(favourable: Mapping[Criterion, Fraction | int], weights: Mapping[Criterion, int] = WEIGHTS) -> Fraction:
    """The weighted sum of one favourable mark (5 = good) a criterion; `weights` per mille.

    Raises ValueError for weights that do not sum to 1000 or marks that do not cover every criterion.
    """
    if set(weights) != set(Criterion) or sum(weights.values()) != 1000:
        raise ValueError("weights cover every criterion and sum to 1000 per mille")
    if set(favourable) != set(Criterion):
        raise ValueError("without a mark for every criterion there is no score")
    # Whole numbers stay whole up to the end: a ballot's card is drawn anew with every vote.
    return Fraction(sum(weights[criterion] * favourable[criterion] for criterion in Criterion)) / 1000


def disagreement_index(values: Sequence[int], low: int = LOWEST, high: int = HIGHEST) -> Fraction:
    """How far marks on a scale from `low` to `high` stand apart; above 1 is disagreement.

    The disagreement index of the RAND/UCLA appropriateness method (Fitch et al., 2001), whose scale is 1..9, brought
    to other scales: IPR / IPRAS, with IPR = P70 - P30 and IPRAS = 2.35 (high - low) / 8 + 1.5 |(low + high) / 2 -
    (P30 + P70) / 2|; 2.35 and 1.5 are the method's, percentiles are of type 7.
    Raises ValueError for no values or one outside the scale.
    """
    if low >= high or not all(low <= value <= high for value in values):
        raise ValueError(f"marks on a scale from {low} to {high}, not {list(values)}")
    p30, p70 = percentile(values, Fraction(3, 10)), percentile(values, Fraction(7, 10))
    asymmetry = abs(Fraction(low + high, 2) - (p30 + p70) / 2)
    return (p70 - p30) / (Fraction(235, 100) * (high - low) / 8 + Fraction(3, 2) * asymmetry)


def median(values: Iterable[Fraction | int]) -> Fraction:
    """The middle value, or the mean of the two in the middle. Raises ValueError for no values."""
    return percentile(list(values), Fraction(1, 2))


def percentile(values: Sequence[Fraction | int], share: Fraction) -> Fraction:
    """The value below which `share` (0..1) of `values` lie, by linear interpolation, exact.

    Type 7 of Hyndman and Fan (1996), numpy's default. Raises ValueError for no values or a share outside 0..1.
    """
    if not values or not 0 <= share <= 1:
        raise ValueError("a percentile needs a value and a share from 0 to 1")
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = floor(position)
    if position == below:
        return Fraction(ordered[below])
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - Fraction(ordered[below]))
