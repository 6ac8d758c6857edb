"""What is kept of the weekly figures: counts, what was published of them, alerts, cards, changes and caveats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rituals.figures.alerts import Event
from rituals.measures.disclosure import Figure, Published
from rituals.measures.statistics import Direction, Proportion


class Metric(StrEnum):
    """What is figured of an initiative."""

    ADOPTION = "adoption"
    HABIT = "habit"
    NEVER = "never"
    DORMANT = "dormant"
    ESCALATION = "escalation"
    CSAT = "csat"
    CSAT_AS_ANSWERED = "csat_as_answered"  # where departments had to be weighed
    RESPONSE_RATE = "response_rate"
    COVERAGE = "coverage"  # identities in the usage that are people we know
    ESCALATION_WEEK = "escalation_week"  # counted and never published: one week, for the alerts
    ADOPTION_EFFECTIVE = "adoption_effective"  # counted and never published: the simple sample an estimate is worth
    CSAT_EFFECTIVE = "csat_effective"  # the same

    @property
    def better(self) -> Direction:
        """Which way is better."""
        return Direction.DOWN if self in _LESS_IS_BETTER else Direction.UP


_LESS_IS_BETTER = frozenset({Metric.ESCALATION, Metric.ESCALATION_WEEK, Metric.NEVER, Metric.DORMANT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """x of n counted of an initiative up to a Sunday; `department` "" is all of it. Never leaves the rules."""

    metric: str
    initiative: str
    sunday: date
    counted: Proportion
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What was published of an initiative for a Sunday; `department` "" is all of it.

    `population`: a digest of who was counted, and where, so that a figure is restated of the same people only; "" where
    they are not known. `revised`: it was restated by a point or more since it was first published.
    """

    metric: str
    initiative: str
    sunday: date
    figure: Figure
    department: str = ""
    population: str = ""
    revised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure of an initiative that has changed since the four weeks before, by rule and not by chance.

    `direction`: where its value went; `better`: whether that is good.
    """

    metric: str
    initiative: str
    sunday: date
    before: Published
    after: Published
    direction: Direction

    @property
    def better(self) -> bool:
        """Whether it changed for the better."""
        return self.direction is Metric(self.metric).better


class CaveatKind(StrEnum):
    """Why a figure is to be read with care."""

    LATE = "late"  # `on`: the last day its source has told of, days before the Sunday
    COVERAGE = "coverage"  # `figure`: the share of the identities that are people we know
    RESPONSE = "response"  # `figure`: the response rate, below one in five
    REVISED = "revised"  # `figure`: what it is now; `on`: its Sunday


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """Something to know about the figures of an initiative for a Sunday."""

    kind: CaveatKind
    initiative: str
    sunday: date
    metric: str
    figure: Figure | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """What the week that ended on `sunday` brought about for the alert on one figure."""

    initiative: str
    metric: str
    sunday: date
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """That a room was shown the card of an initiative on a day: the figures up to a Sunday, and adoption's `arrow`."""

    ritual: str
    room: str
    initiative: str
    sunday: date
    shown_on: date
    arrow: Direction | None = None
