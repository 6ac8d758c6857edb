"""The organisation as app.yaml describes it: language, zone, holidays, sites, rooms, and its rituals' rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from zoneinfo import ZoneInfo

from rituals.calendar import WorkingDays
from rituals.committee.rules import CommitteeRules
from rituals.digests.rules import DigestRules
from rituals.figures.rules import FigureRules
from rituals.kpis import Kpi
from rituals.measures.disclosure import Thresholds
from rituals.occurrences import Occurrence
from rituals.pulses.rules import PulseRules
from rituals.reviews.rules import ReviewRules

Ritual = CommitteeRules | PulseRules | FigureRules | ReviewRules | DigestRules
"""The rules of a ritual, of whichever kind."""

_InRoom = CommitteeRules | FigureRules | ReviewRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where people work: its zone and its working days."""

    zone: ZoneInfo
    working_days: WorkingDays


def shown_on(platform: str, channel: str) -> str:
    """The name of a channel as people of that platform write it."""
    return f"#{channel}" if platform == "slack" else channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Everything the rules need to know of the organisation; `rituals` by key."""

    name: str
    locale: str
    zone: ZoneInfo
    working_days: WorkingDays
    sites: Mapping[str, Site] = field(default_factory=dict)
    rooms: Mapping[str, str] = field(default_factory=dict)  # room name -> channel name on the platform
    platforms: Mapping[str, str] = field(default_factory=dict)  # room name -> its platform, where that is not Slack
    rituals: Mapping[str, Ritual] = field(default_factory=dict)
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    currency: str = "EUR"  # ISO 4217: what savings are counted in
    k_score: int = 5  # fewest marks under which a score is shown (never below 5)
    thresholds: Thresholds = field(default_factory=Thresholds)
    quiet_from: time = time(19, 0)  # nobody is sent a question from then on, in their own zone
    alarms: str | None = None  # the room that is told what a person must see to; None: the admins, each by themselves

    def rules_of(self, occurrence: Occurrence | None) -> Ritual | None:
        """The rules an occurrence runs by: those it began with, or today's where it has not begun.

        None where app.yaml no longer has its ritual; today's where its name stands for another kind of ritual by now.
        What it was to say in a room that is gone it says in the ritual's room of today.
        """
        now = self.rituals.get(occurrence.ritual) if occurrence else None
        begun = occurrence.rules if occurrence else None
        if now is None or not isinstance(begun, Ritual) or not isinstance(begun, type(now)):
            return now
        if isinstance(begun, _InRoom) and isinstance(now, _InRoom) and begun.room not in self.rooms:
            return replace(begun, room=now.room)
        return begun

    def called(self, room: str) -> str:
        """The channel of a room as people know it; the room's own name where app.yaml has it no more."""
        name = self.rooms.get(room)
        return shown_on(self.platforms.get(room, "slack"), name) if name is not None else room

    def has_committee(self, ritual: str) -> bool:
        """Whether the ritual of that key is a prioritisation committee, whatever rules its sittings began with."""
        return isinstance(self.rituals.get(ritual), CommitteeRules)

    def committee_of(self, occurrence: Occurrence | None) -> CommitteeRules | None:
        """The rules a sitting runs by; None for what is no prioritisation committee (any more)."""
        found = self.rules_of(occurrence)
        return found if isinstance(found, CommitteeRules) else None

    def working_days_at(self, site: str | None) -> WorkingDays:
        """The working days where somebody works: their site's, else the organisation's."""
        known = self.sites.get(site) if site else None
        return known.working_days if known else self.working_days
