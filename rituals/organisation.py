"""The organisation as app.yaml describes it: language, zone, holidays, sites, rooms, and its rituals' rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from fractions import Fraction
from zoneinfo import ZoneInfo

from rituals.calendar import Recurrence, WorkingDays
from rituals.committee.ballots import Majority
from rituals.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where people work: its zone and its working days."""

    zone: ZoneInfo
    working_days: WorkingDays


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeRules:
    """The rules of one prioritisation committee. `key` is its name in app.yaml, `room` a room name of app.yaml."""

    key: str
    title: str
    recurrence: Recurrence
    room: str
    voters: frozenset[Role] = frozenset({Role.CHAIR, Role.DEPUTY, Role.MEMBER})
    marks_before: int = 5  # working days before the sitting on which marks are asked for
    agenda_before: int = 2  # working days before the sitting on which the agenda is published
    deadline: time = time(17, 0)  # ballots close, local time of the sitting's day
    quorum: Fraction = Fraction(1, 2)
    majority: Majority = Majority.SIMPLE
    points: int = 5  # most points on one agenda
    pass_mark: Fraction = Fraction(7, 2)
    closing_wait: int = 60  # seconds left to change one's mind once everybody has voted


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Everything the rules need to know of the organisation; `rituals` by key."""

    name: str
    locale: str
    zone: ZoneInfo
    working_days: WorkingDays
    sites: Mapping[str, Site] = field(default_factory=dict)
    rooms: Mapping[str, str] = field(default_factory=dict)  # room name -> channel name on the platform
    rituals: Mapping[str, CommitteeRules] = field(default_factory=dict)
    k_score: int = 5  # fewest marks under which a score is shown (never below 5)
