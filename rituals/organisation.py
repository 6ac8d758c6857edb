"""The organisation as app.yaml describes it: language, zone, holidays, sites, rooms, and its rituals' rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from rituals.calendar import WorkingDays
from rituals.committee.rules import CommitteeRules
from rituals.digests.rules import DigestRules
from rituals.figures.rules import FigureRules
from rituals.kpis import Kpi
from rituals.measures.disclosure import Thresholds
from rituals.pulses.rules import PulseRules
from rituals.reviews.rules import ReviewRules

Ritual = CommitteeRules | PulseRules | FigureRules | ReviewRules | DigestRules
"""The rules of a ritual, of whichever kind."""


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
    rituals: Mapping[str, Ritual] = field(default_factory=dict)
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    currency: str = "EUR"  # ISO 4217: what savings are counted in
    k_score: int = 5  # fewest marks under which a score is shown (never below 5)
    thresholds: Thresholds = field(default_factory=Thresholds)

    def committee(self, key: str) -> CommitteeRules | None:
        """The prioritisation committee of that key; None for another ritual, or none."""
        found = self.rituals.get(key)
        return found if isinstance(found, CommitteeRules) else None

    def working_days_at(self, site: str | None) -> WorkingDays:
        """The working days where somebody works: their site's, else the organisation's."""
        known = self.sites.get(site) if site else None
        return known.working_days if known else self.working_days
