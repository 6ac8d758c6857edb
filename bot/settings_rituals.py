"""The settings of rituals, kind by kind, and of the KPIs they follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.settings_values import (
    Amount,
    Day,
    Email,
    EveryWeek,
    Key,
    PassMark,
    Quorum,
    Section,
    TimeOfDay,
    Unit,
    When,
    Whole,
    Words,
    Zone,
)
from rituals.calendar import HolidayShift, Recurrence, parse_rule
from rituals.committee.ballots import Majority
from rituals.committee.rules import CommitteeRules
from rituals.digests.rules import DigestRules
from rituals.figures.rules import FigureRules
from rituals.kpis import SHARE, Kpi, KpiSource
from rituals.measures.statistics import Direction
from rituals.people import Role
from rituals.pulses.rules import PulseRules
from rituals.reviews.rules import ReviewRules


class CommitteeSettings(Section):
    """A prioritisation committee."""

    kind: Literal["prioritisation_committee"] = Field(description="settings-wanted-kind")
    title: Words = Field(description="settings-wanted-ritual-title")
    when: When = Field(description="settings-wanted-when")
    at: TimeOfDay = Field(description="settings-wanted-at")
    zone: Zone | None = Field(default=None, description="settings-wanted-zone")
    holiday: HolidayShift = Field(default=HolidayShift.NEXT, description="settings-wanted-holiday")
    room: str = Field(description="settings-wanted-room")
    voters: tuple[Role, ...] = Field(
        default=(Role.CHAIR, Role.DEPUTY, Role.MEMBER), description="settings-wanted-roles"
    )
    marks_before: Whole = Field(default=5, description="settings-wanted-working-days", ge=2, le=20)
    agenda_before: Whole = Field(default=2, description="settings-wanted-working-days", ge=1, le=19)
    deadline: TimeOfDay = Field(default=time(17, 0), description="settings-wanted-at")
    quorum: Quorum = Field(default=Fraction(1, 2), description="settings-wanted-quorum")
    majority: Majority = Field(default=Majority.SIMPLE, description="settings-wanted-majority")
    points: Whole = Field(default=5, description="settings-wanted-number", ge=1, le=10)
    pass_mark: PassMark = Field(default=Fraction(7, 2), description="settings-wanted-pass-mark")
    closing_wait: Whole = Field(default=60, description="settings-wanted-seconds", ge=0, le=3600)

    def rules(self, key: str, zone: ZoneInfo) -> CommitteeRules:
        """The committee as the rules know it; `zone` is the organisation's."""
        return CommitteeRules(
            key=key,
            title=self.title,
            recurrence=Recurrence(rule=parse_rule(self.when), at=self.at, zone=self.zone or zone, shift=self.holiday),
            room=self.room,
            voters=frozenset(self.voters),
            marks_before=self.marks_before,
            agenda_before=self.agenda_before,
            deadline=self.deadline,
            quorum=self.quorum,
            majority=self.majority,
            points=self.points,
            pass_mark=self.pass_mark,
            closing_wait=self.closing_wait,
        )


class PulseSettings(Section):
    """A pulse: a few questions to a part of the people, each in their own zone."""

    kind: Literal["pulse"] = Field(description="settings-wanted-kind")
    title: Words = Field(description="settings-wanted-ritual-title")
    when: When = Field(description="settings-wanted-when")
    at: TimeOfDay = Field(default=time(10, 0), description="settings-wanted-at-own")
    holiday: HolidayShift = Field(default=HolidayShift.NEXT, description="settings-wanted-holiday")
    initiatives: tuple[Key, ...] = Field(default=(), description="settings-wanted-initiative-keys")
    open_days: Whole = Field(default=7, description="settings-wanted-days", ge=2, le=21)
    reminder_after: Whole = Field(default=2, description="settings-wanted-reminder", ge=0, le=20)
    barriers: bool = Field(default=True, description="settings-wanted-boolean")

    def rules(self, key: str, zone: ZoneInfo) -> PulseRules:
        """The pulse as the rules know it; `zone` is the organisation's."""
        return PulseRules(
            key=key,
            title=self.title,
            recurrence=Recurrence(rule=parse_rule(self.when), at=self.at, zone=zone, shift=self.holiday),
            initiatives=tuple(dict.fromkeys(self.initiatives)),
            open_days=self.open_days,
            reminder_after=self.reminder_after,
            barriers=self.barriers,
        )


class AdoptionPostSettings(Section):
    """The weekly post of how far initiatives are used."""

    kind: Literal["adoption_post"] = Field(description="settings-wanted-kind")
    title: Words = Field(description="settings-wanted-ritual-title")
    when: When = Field(default="every mon", description="settings-wanted-when")
    at: TimeOfDay = Field(description="settings-wanted-at")
    zone: Zone | None = Field(default=None, description="settings-wanted-zone")
    holiday: HolidayShift = Field(default=HolidayShift.NEXT, description="settings-wanted-holiday")
    room: str = Field(description="settings-wanted-room")
    initiatives: tuple[Key, ...] = Field(default=(), description="settings-wanted-initiative-keys")
    card_every: Whole = Field(default=4, description="settings-wanted-weeks", ge=1, le=12)
    lag: Whole = Field(default=3, description="settings-wanted-days", ge=0, le=14)

    def rules(self, key: str, zone: ZoneInfo) -> FigureRules:
        """The post as the rules know it; `zone` is the organisation's."""
        return FigureRules(
            key=key,
            title=self.title,
            recurrence=Recurrence(rule=parse_rule(self.when), at=self.at, zone=self.zone or zone, shift=self.holiday),
            room=self.room,
            initiatives=tuple(dict.fromkeys(self.initiatives)),
            card_every=self.card_every,
            lag=self.lag,
        )


class KpiReviewSettings(Section):
    """The review of the KPIs by those who own them."""

    kind: Literal["kpi_review"] = Field(description="settings-wanted-kind")
    title: Words = Field(description="settings-wanted-ritual-title")
    when: When = Field(description="settings-wanted-when")
    at: TimeOfDay = Field(description="settings-wanted-at")
    zone: Zone | None = Field(default=None, description="settings-wanted-zone")
    holiday: HolidayShift = Field(default=HolidayShift.NEXT, description="settings-wanted-holiday")
    room: str = Field(description="settings-wanted-room")
    kpis: tuple[str, ...] = Field(default=(), description="settings-wanted-kpi-keys")
    ask_before: Whole = Field(default=3, description="settings-wanted-working-days", ge=1, le=20)
    action_days: Whole = Field(default=10, description="settings-wanted-working-days", ge=1, le=60)

    def rules(self, key: str, zone: ZoneInfo) -> ReviewRules:
        """The review as the rules know it; `zone` is the organisation's."""
        return ReviewRules(
            key=key,
            title=self.title,
            recurrence=Recurrence(rule=parse_rule(self.when), at=self.at, zone=self.zone or zone, shift=self.holiday),
            room=self.room,
            kpis=tuple(dict.fromkeys(self.kpis)),
            ask_before=self.ask_before,
            action_days=self.action_days,
        )


class WeeklyDigestSettings(Section):
    """The weekly letter to those who accompany the change."""

    kind: Literal["weekly_digest"] = Field(description="settings-wanted-kind")
    title: Words = Field(description="settings-wanted-ritual-title")
    when: EveryWeek = Field(description="settings-wanted-when-weekly")
    at: TimeOfDay = Field(description="settings-wanted-at")
    readers: tuple[Role, ...] = Field(default=(Role.CHANGE_MANAGER,), description="settings-wanted-roles")

    def rules(self, key: str, zone: ZoneInfo) -> DigestRules:
        """The digest as the rules know it; `zone` is the organisation's."""
        return DigestRules(
            key=key,
            title=self.title,
            recurrence=Recurrence(rule=parse_rule(self.when), at=self.at, zone=zone),
            readers=frozenset(self.readers),
        )


RitualSettings = Annotated[
    CommitteeSettings | PulseSettings | AdoptionPostSettings | KpiReviewSettings | WeeklyDigestSettings,
    Field(discriminator="kind"),
]


# --- KPIs ----------------------------------------------------------------------------------------------------------


class Frequency(StrEnum):
    """How often a KPI is read."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


_EVERY = {
    Frequency.WEEKLY: timedelta(days=7),
    Frequency.MONTHLY: timedelta(days=30),
    Frequency.QUARTERLY: timedelta(days=91),
}

BETTER: Mapping[KpiSource, Direction] = {
    KpiSource.ADOPTION: Direction.UP,
    KpiSource.ESCALATION: Direction.DOWN,
    KpiSource.CSAT: Direction.UP,
    KpiSource.SAVING: Direction.UP,
}
"""Which way a figure is better where a KPI does not say."""


def unit_of(source: KpiSource, currency: str) -> str | None:
    """The unit that a figure has; None where a KPI says it."""
    if not source.is_figure:
        return None
    return currency if source is KpiSource.SAVING else SHARE


class KpiSettings(Section):
    """A followed figure and what was agreed of it. What its keys must have in common, `Agreement` checks."""

    key: Key = Field(description="settings-wanted-kpi-key")
    title: Words = Field(description="settings-wanted-title")
    initiative: Key | None = Field(default=None, description="settings-wanted-initiative")
    source: KpiSource = Field(description="settings-wanted-source")
    unit: Unit | None = Field(default=None, description="settings-wanted-unit")
    direction: Direction | None = Field(default=None, description="settings-wanted-direction")
    baseline: Amount | None = Field(default=None, description="settings-wanted-amount")
    target: Amount | None = Field(default=None, description="settings-wanted-amount")
    amber: Amount | None = Field(default=None, description="settings-wanted-amount")
    owner: Email = Field(description="settings-wanted-owner")
    frequency: Frequency = Field(default=Frequency.MONTHLY, description="settings-wanted-frequency")
    min_n: Whole = Field(default=0, description="settings-wanted-number-from", ge=0, le=1_000_000)
    judged_from: Day | None = Field(default=None, description="settings-wanted-date")
    review_date: Day | None = Field(default=None, description="settings-wanted-date")

    def rules(self, currency: str) -> Kpi:
        """The KPI as the rules know it; `currency` is the organisation's."""
        return Kpi(
            key=self.key,
            title=self.title,
            initiative=self.initiative,
            source=self.source,
            unit=unit_of(self.source, currency) or self.unit or "",
            direction=self.direction or BETTER.get(self.source, Direction.UP),
            baseline=self.baseline,
            target=self.target,
            amber=self.amber,
            owner=self.owner,
            frequency=_EVERY[self.frequency],
            min_n=self.min_n,
            judged_from=self.judged_from,
            review_date=self.review_date,
        )
