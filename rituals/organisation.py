"""The organisation as app.yaml describes it: language, zone, holidays, sites, rooms, and its rituals' rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from rituals.calendar import WorkingDays
from rituals.committee.rules import CommitteeRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where people work: its zone and its working days."""

    zone: ZoneInfo
    working_days: WorkingDays


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
