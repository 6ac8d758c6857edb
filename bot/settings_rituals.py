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

KINDS = "prioritisation_committee, pulse, adoption_post, kpi_review or weekly_digest"


class CommitteeSettings(Section):
    """A prioritisation committee."""

    kind: Literal["prioritisation_committee"] = Field(description=KINDS)
    title: Words = Field(description="the title people see")
    when: When = Field(description='a calendar rule such as "1st tue"')
    at: TimeOfDay = Field(description="hours and minutes, such as 10:00")
    zone: Zone | None = Field(default=None, description="a time zone such as Europe/Paris")
    holiday: HolidayShift = Field(default=HolidayShift.NEXT, description="next, previous, skip or keep")
    room: str = Field(description="a key of `rooms`")
    voters: tuple[Role, ...] = Field(default=(Role.CHAIR, Role.DEPUTY, Role.MEMBER), description="a list of roles")
    marks_before: Whole = Field(default=5, description="a number of working days, 2 to 20", ge=2, le=20)
    agenda_before: Whole = Field(default=2, description="a number of working days, 1 to 19", ge=1, le=19)
    deadline: TimeOfDay = Field(default=time(17, 0), description="hours and minutes, such as 17:00")
    quorum: Quorum = Field(default=Fraction(1, 2), description="a share such as 1/2 or 50%")
    majority: Majority = Field(default=Majority.SIMPLE, description="simple, absolute, two_thirds or three_quarters")
    points: Whole = Field(default=5, description="a number from 1 to 10", ge=1, le=10)
    pass_mark: PassMark = Field(default=Fraction(7, 2), description="a mark from 1 to 5, such as 3.5")
    closing_wait: Whole = Field(default=60, description="seconds, 0 to 3600", ge=0, le=3600)

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

    kind: Literal["pulse"] = Field(description=KINDS)
    title: Words = Field(description="the title people see")
    when: When = Field(description='a calendar rule such as "every tue"')
    at: TimeOfDay = Field(default=time(10, 0), description="hours and minutes in each person's own zone, such as 10:00")
    holiday: HolidayShift = Field(default=HolidayShift.NEXT, description="next, previous, skip or keep")
    initiatives: tuple[Key, ...] = Field(default=(), description="a list of keys of `initiatives`")
    open_days: Whole = Field(default=7, description="a number of days, 2 to 21", ge=2, le=21)
    reminder_after: Whole = Field(default=2, description="a number of working days, 0 (none) to 20", ge=0, le=20)
    barriers: bool = Field(default=True, description="true or false")

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

    kind: Literal["adoption_post"] = Field(description=KINDS)
    title: Words = Field(description="the title people see")
    when: When = Field(default="every mon", description='a calendar rule such as "every mon"')
    at: TimeOfDay = Field(description="hours and minutes, such as 09:00")
    zone: Zone | None = Field(default=None, description="a time zone such as Europe/Paris")
    holiday: HolidayShift = Field(default=HolidayShift.NEXT, description="next, previous, skip or keep")
    room: str = Field(description="a key of `rooms`")
    initiatives: tuple[Key, ...] = Field(default=(), description="a list of keys of `initiatives`")
    card_every: Whole = Field(default=4, description="a number of weeks, 1 to 12", ge=1, le=12)
    lag: Whole = Field(default=3, description="a number of days, 0 to 14", ge=0, le=14)

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

    kind: Literal["kpi_review"] = Field(description=KINDS)
    title: Words = Field(description="the title people see")
    when: When = Field(description='a calendar rule such as "2nd thu"')
    at: TimeOfDay = Field(description="hours and minutes, such as 14:00")
    zone: Zone | None = Field(default=None, description="a time zone such as Europe/Paris")
    holiday: HolidayShift = Field(default=HolidayShift.NEXT, description="next, previous, skip or keep")
    room: str = Field(description="a key of `rooms`")
    kpis: tuple[str, ...] = Field(default=(), description="a list of keys of `kpis`")
    ask_before: Whole = Field(default=3, description="a number of working days, 1 to 20", ge=1, le=20)
    action_days: Whole = Field(default=10, description="a number of working days, 1 to 60", ge=1, le=60)

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

    kind: Literal["weekly_digest"] = Field(description=KINDS)
    title: Words = Field(description="the title people see")
    when: EveryWeek = Field(description='a day of the week such as "every mon"')
    at: TimeOfDay = Field(description="hours and minutes, such as 08:30")
    readers: tuple[Role, ...] = Field(default=(Role.CHANGE_MANAGER,), description="a list of roles")

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
    """A followed figure and what was agreed of it. What its keys must have in common, `Loading` checks."""

    key: Key = Field(description="a short lasting name such as assistant-adoption")
    title: Words = Field(description="a title of one line")
    initiative: Key | None = Field(default=None, description="a key of `initiatives`")
    source: KpiSource = Field(description="adoption, escalation, csat, saving, imported or asked")
    unit: Unit | None = Field(default=None, description='a short unit such as "%", EUR or jours')
    direction: Direction | None = Field(default=None, description="up or down: which way is better")
    baseline: Amount | None = Field(default=None, description="a number such as 12 or 45%")
    target: Amount | None = Field(default=None, description="a number such as 12 or 45%")
    amber: Amount | None = Field(default=None, description="a number such as 12 or 45%")
    owner: Email = Field(description="the owner's e-mail address")
    frequency: Frequency = Field(default=Frequency.MONTHLY, description="weekly, monthly or quarterly")
    min_n: Whole = Field(default=0, description="a number, 0 or more", ge=0, le=1_000_000)
    judged_from: Day | None = Field(default=None, description="a date such as 2026-01-05")
    review_date: Day | None = Field(default=None, description="a date such as 2026-01-05")

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
