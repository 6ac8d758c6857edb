"""Cards: what a room is told of one initiative, whether that is news, how it stands to its targets, and what next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from rituals.figures.alerts import Event
from rituals.figures.records import AlertEvent, Card, Caveat, Change, Metric
from rituals.kpis import Kpi, Reading
from rituals.measures.disclosure import Figure, Published
from rituals.measures.statistics import Direction, Tier

# --- how a figure stands to its target -----------------------------------------------------------------------------


class Verdict(StrEnum):
    """How what is shown of a figure stands to its target."""

    MET = "met"
    MISSED = "missed"
    NEAR = "near"  # it cannot be told: the target lies within what is shown, or within its interval
    OPEN = "open"  # shown in a word, which no number can be held against
    NONE = "none"  # nobody has agreed on one


def verdict(kpi: Kpi | None, figure: Published) -> Verdict:
    """The verdict on what a reader is shown, and on nothing finer."""
    if kpi is None or kpi.target is None:
        return Verdict.NONE
    display = figure.display
    if display.low is None and display.high is None:
        return Verdict.OPEN
    low, high = display.low or 0, 100 if display.high is None else display.high
    target = float(kpi.target)
    if figure.ci_low is not None and figure.ci_high is not None and figure.ci_low < target < figure.ci_high:
        return Verdict.NEAR
    short, past = high < 100 * kpi.target, low > 100 * kpi.target
    if low < 100 * kpi.target < high:
        return Verdict.NEAR
    bad = short if kpi.direction is Direction.UP else past
    return Verdict.MISSED if bad else Verdict.MET


def verdict_on_amount(kpi: Kpi | None, reading: Reading) -> Verdict:
    """The verdict on a value that is about no group of people."""
    if kpi is None or kpi.target is None:
        return Verdict.NONE
    return Verdict.MET if kpi.gap(reading.value, kpi.target) >= 0 else Verdict.MISSED


# --- one initiative ------------------------------------------------------------------------------------------------


class Trend(StrEnum):
    """Where adoption went in four weeks, as far as may be said."""

    UP = "up"
    DOWN = "down"
    FLAT = "flat"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """Everything a card may tell of one initiative.

    `figures`: by metric, the last published. `series`: adoption by Sunday. `change`: of adoption over the four weeks up
    to the Sunday of the post; `is_flat`: it could have been told and there is none. `kpis`: by what they follow.
    `raised`: the figures whose alert stands. `events`: since `last`, the last card the room was shown.
    """

    initiative: str
    title: str
    figures: Mapping[str, Figure]
    series: Sequence[tuple[date, Figure | None]] = ()
    saving: Reading | None = None
    currency: str = ""
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    change: Change | None = None
    is_flat: bool = False
    is_too_early: bool = False
    raised: frozenset[str] = frozenset()
    events: tuple[AlertEvent, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    last: Card | None = None

    def published(self, metric: Metric) -> Published | None:
        """The last figure of that name, where it may be shown."""
        figure = self.figures.get(metric)
        return figure if isinstance(figure, Published) else None

    @property
    def arrow(self) -> Direction | None:
        """Where adoption went, where that is confirmed."""
        return None if self.change is None else self.change.direction

    @property
    def trend(self) -> Trend | None:
        """The same with "no clear change", which is not the same as nothing to say."""
        if self.arrow is not None:
            return Trend(self.arrow.value)
        return Trend.FLAT if self.is_flat else None

    @property
    def told_events(self) -> tuple[AlertEvent, ...]:
        """The events a room hears of; reminders are for the digest. Of one alert only the last."""
        last = {one.metric: one for one in self.events if one.event in _TOLD}
        return tuple(last.values())


_TOLD = frozenset({Event.RAISE, Event.WORSEN, Event.CLEAR})


class News(IntEnum):
    """Why a room is shown a card, the most pressing first."""

    ALERT = 1
    DOWN = 2
    CLEAR = 3
    UP = 4
    FIRST = 5
    DUE = 6


def news(facts: CardFacts, *, today: date, every: timedelta) -> News | None:
    """Why the card is to be shown now; None where nothing has changed and it was shown less than `every` ago.

    An arrow is news once, not every week in which it holds.
    """
    if not facts.figures and facts.saving is None:
        return None
    events = {one.event for one in facts.told_events}
    if events & {Event.RAISE, Event.WORSEN}:
        return News.ALERT
    is_turned = facts.arrow is not None and (facts.last is None or facts.last.arrow is not facts.arrow)
    if is_turned and facts.arrow is Direction.DOWN:
        return News.DOWN
    if Event.CLEAR in events:
        return News.CLEAR
    if is_turned:
        return News.UP
    if facts.last is None:
        return News.FIRST
    return News.DUE if today - facts.last.shown_on >= every else None


# --- what next -----------------------------------------------------------------------------------------------------


class NextStep(StrEnum):
    """What might be done next, by what is shown; never what it was that caused it."""

    HANDOVERS = "handovers"  # escalation is past what was agreed
    THRESHOLD = "threshold"  # nobody said how much escalation is acceptable
    WAIT = "wait"  # there is nothing to judge by yet
    TARGET = "target"  # nobody said how much adoption is wanted
    ONBOARDING = "onboarding"  # many have never used it
    CONVERSATION = "conversation"  # many no longer do
    BARRIERS = "barriers"  # neither: ask what is in the way
    LISTEN = "listen"  # used, and not liked
    GO_ON = "go_on"


MANY_NEVER = 33
MANY_DORMANT = 25
"""Percent from which many is said of those who never used it, and of those who no longer do."""


def next_step(facts: CardFacts) -> NextStep:
    """The first rule that applies, judged by what readers are shown."""
    adoption, kpis = facts.published(Metric.ADOPTION), facts.kpis
    if Metric.ESCALATION in facts.raised:
        return NextStep.HANDOVERS
    escalation = facts.published(Metric.ESCALATION)
    if escalation is not None and verdict(kpis.get(Metric.ESCALATION), escalation) is Verdict.NONE:
        return NextStep.THRESHOLD
    if adoption is None:
        return NextStep.WAIT
    goal = kpis.get(Metric.ADOPTION)
    if goal is None or goal.target is None:
        return NextStep.TARGET
    unsure = adoption.tier is Tier.INDICATIVE and verdict(goal, adoption) is not Verdict.MET
    if facts.is_too_early or unsure:
        return NextStep.WAIT
    shown = 100 if adoption.display.high is None else adoption.display.high
    if shown < 100 * (goal.target if goal.amber is None else goal.amber):
        if _at_least(facts.published(Metric.NEVER), MANY_NEVER):
            return NextStep.ONBOARDING
        if _at_least(facts.published(Metric.DORMANT), MANY_DORMANT):
            return NextStep.CONVERSATION
        return NextStep.BARRIERS
    csat = facts.published(Metric.CSAT)
    if csat is not None and verdict(kpis.get(Metric.CSAT), csat) is Verdict.MISSED:
        return NextStep.LISTEN
    return NextStep.GO_ON


def _at_least(figure: Published | None, points: int) -> bool:
    return figure is not None and figure.display.low is not None and figure.display.low >= points
