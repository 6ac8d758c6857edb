"""What a letter tells, as plain facts: gathered elsewhere, said by `rituals.digests.speech`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from rituals.figures.records import Caveat
from rituals.measures.disclosure import Figure, Published
from rituals.messages import Amount, Share
from rituals.reviews.ladder import Level

MANY_TIMES = 2
"""Put off so often, an initiative is asked after: does it go on, change course or stop?"""

LONG_WAIT = 90
"""Days without a decision after which the same is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Where something is to be decided: at `at`, or until `at` where people are `voting` already."""

    ritual: str
    at: datetime
    voting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """An initiative that waits for a decision, `since` when, `put_off` so often; `sitting` None where none is near."""

    initiative: str
    title: str
    sitting: Sitting | None = None
    put_off: int = 0
    since: date | None = None
    waited: int = 0  # days

    @property
    def is_stuck(self) -> bool:
        """Whether it has been put off or left waiting for too long."""
        return self.put_off >= MANY_TIMES or self.waited >= LONG_WAIT

    @property
    def needs_deciding(self) -> bool:
        """Whether the letter asks for a decision: somebody is about to take one, or nobody has for long."""
        return self.sitting is not None or self.is_stuck


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """An action that is late by so many working days; `title` is its KPI's, `owner` by name.

    `what`: what is to be done, "" where nothing but the KPI's target is to be agreed on.
    """

    action: str
    title: str
    what: str
    owner: str
    due: date
    days: int
    level: Level

    @property
    def needs_deciding(self) -> bool:
        """Whether it is late enough to be planned again or cancelled by others than its owner."""
        return self.level >= Level.L4


@dataclass(frozen=True, slots=True, kw_only=True)
class Untargeted:
    """A followed figure of which nobody said what is acceptable."""

    kpi: str
    title: str


class How(StrEnum):
    """What became of a figure since it was last told."""

    UP = "up"
    DOWN = "down"
    RAISED = "raised"  # past its target
    WORSENED = "worsened"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A confirmed change of an initiative's figure; `before`: what was told last, where that may be shown."""

    initiative: str
    title: str
    metric: str
    figure: Published
    how: How
    before: Published | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """What holds people back from the use of an initiative: the barriers most named, as metrics with their figures.

    Several may be named at once: the figures are of the same answers, and add up to more than all of them.
    """

    initiative: str
    title: str
    barriers: tuple[tuple[str, Published], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A figure past its target on the bad side, `since` the week it was first."""

    initiative: str
    title: str
    metric: str
    figure: Figure
    target: Fraction | None = None  # 0..1
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Red:
    """A followed figure that was red at its last review, held `on` that day: its value then, and the target missed."""

    kpi: str
    title: str
    value: Amount | Share
    target: Amount
    on: date
    approximate: bool = False


class Kind(StrEnum):
    """What is due."""

    SITTING = "sitting"
    REVIEW = "review"
    ACTION = "action"
    PULSE = "pulse"  # of every week: never news


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is due within a week: a ritual at its moment, or an action on its day. `id` tells it from the next one.

    `title`: the ritual's, or that of the action's KPI; `what`: what an action is to do, "" where nothing was said.
    """

    kind: Kind
    id: str
    title: str
    on: datetime | date
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something to know about the figures of one initiative."""

    title: str
    caveat: Caveat


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveats:
    """How far the figures can be trusted.

    `known` of `seen` identities in the usage files are people we know. `response`: of those asked by the pulses that
    closed in the last four weeks. `suppressed`: groups too small to be shown. `objected`: how many people are left out
    at their own request.
    """

    known: int = 0
    seen: int = 0
    response: Figure | None = None
    suppressed: int = 0
    objected: int = 0
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """All that one letter may tell; every tuple in the order in which it is told, never by value.

    `stable`: how many figures were told before and have not changed.
    """

    undecided: tuple[Undecided, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    untargeted: tuple[Untargeted, ...] = ()
    changed: tuple[Changed, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
    breaches: tuple[Breach, ...] = ()
    reds: tuple[Red, ...] = ()
    ahead: tuple[Ahead, ...] = ()
    stable: int = 0
    caveats: Caveats = field(default_factory=Caveats)
