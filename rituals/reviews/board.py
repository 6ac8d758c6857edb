"""The board: how every KPI stood on the day of its review, as it was shown then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from rituals.kpis import Colour, Grey
from rituals.measures.disclosure import Suppressed
from rituals.measures.statistics import Direction
from rituals.messages import Amount, Share
from rituals.reviews.actions import Action

Told = Share | Amount
"""A value as it may be told."""


class Course(StrEnum):
    """Where the last readings are heading."""

    RISING = "rising"
    FALLING = "falling"
    UNCLEAR = "unclear"  # six readings or more, and no line that is surely not level


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedValue:
    """One reading of the past as it may be told; `value` None where it was suppressed."""

    on: date
    value: Told | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the trend comes to on a day if it holds: a projection, never a promise."""

    on: date
    value: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiStatus:
    """How a KPI stood on the day of a review. Only values that disclosure lets be told are in it.

    `approximate`: the interval of `value` straddles a threshold. `on`: the day the value is of; `n`: the units behind
    it. `before`: its value on the board before, where that showed one. `progress`: the part of the way from `baseline`
    to target that is covered. `review_date`: the day on which the target was to be looked at again, where that has
    come. `past`: the last readings, oldest first, the newest being the one judged. `action`: the last one about it,
    None where there is none to show.
    """

    kpi: str
    title: str
    direction: Direction
    colour: Colour
    grey: Grey | None = None
    approximate: bool = False
    value: Told | None = None
    on: date | None = None
    n: int | None = None
    before: Told | None = None
    baseline: Amount | None = None
    target: Amount | None = None
    amber: Amount | None = None
    progress: Fraction | None = None
    review_date: date | None = None
    course: Course | None = None
    outlook: Outlook | None = None
    past: tuple[DatedValue, ...] = ()
    action: Action | None = None

    @property
    def told(self) -> Told | None:
        """The value, where there is one and disclosure shows it."""
        hidden = isinstance(self.value, Share) and isinstance(self.value.figure, Suppressed)
        return None if hidden else self.value


_ORDER = (Colour.RED, Colour.AMBER, Colour.GREY, Colour.GREEN)


def most_pressing_first(statuses: Iterable[KpiStatus]) -> list[KpiStatus]:
    """Red, amber, grey, green; among equals, who has come the shortest way first."""
    return sorted(
        statuses,
        key=lambda one: (
            _ORDER.index(one.colour),
            one.progress is None,
            one.progress or Fraction(),
            one.title.casefold(),
            one.kpi,
        ),
    )
