"""Dated instances of rituals and the steps each takes at its moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from rituals.calendar import Recurrence


class OccurrenceState(StrEnum):
    """How far an occurrence has come."""

    PLANNED = "planned"
    HELD = "held"  # it has begun: its ballots or waves are open
    CLOSED = "closed"  # it is over: its minutes are out
    CANCELLED = "cancelled"
    MISSED = "missed"  # nobody could open it in time


class Rules(Protocol):
    """What the rules of every kind of ritual have."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def recurrence(self) -> Recurrence: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One dated instance of a ritual: `nominal` is the day its rule names, which identifies it; `at` when it sits.

    `rules`: those it began with, by which it runs to its end whatever app.yaml says meanwhile; None before it begins.
    `planned_at`: since when its steps stand as they do, None where that is not known: what was too late by then was
    never missed.
    """

    id: str
    ritual: str
    nominal: date
    at: datetime
    zone: ZoneInfo
    state: OccurrenceState = OccurrenceState.PLANNED
    rules: Rules | None = None
    planned_at: datetime | None = None

    def never_had(self, step: Step) -> bool:
        """Whether the step was too late already when it was planned: its moment was never ahead."""
        return step.expires_at is not None and self.planned_at is not None and step.expires_at <= self.planned_at


class StepName(StrEnum):
    """What an occurrence does at a moment."""

    CALL_FOR_MARKS = "call_for_marks"
    PUBLISH_AGENDA = "publish_agenda"
    OPEN_BALLOTS = "open_ballots"
    CLOSE_BALLOT = "close_ballot"
    LAUNCH_WAVES = "launch_waves"
    REMIND = "remind"
    CLOSE_WAVE = "close_wave"
    POST_FIGURES = "post_figures"
    ASK_READINGS = "ask_readings"
    HOLD_REVIEW = "hold_review"
    CLIMB = "climb"
    PLAN_LETTERS = "plan_letters"
    SEND_LETTER = "send_letter"


class StepState(StrEnum):
    """What became of a step."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing an occurrence does at `due_at`; past `expires_at` it is skipped instead.

    `subject`: what of the occurrence it is about: a ballot, a wave, an action, a reader.
    """

    occurrence: str
    name: StepName
    due_at: datetime
    expires_at: datetime | None = None
    subject: str = ""

    @property
    def id(self) -> str:
        """Its lasting name: the same step planned twice is one step."""
        return f"{self.occurrence}/{self.name}/{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One step of an occurrence: done at `due_at`, or skipped from `expires_at` on (aware, UTC)."""

    name: StepName
    due_at: datetime
    expires_at: datetime | None = None


def occurrence_id(ritual: str, nominal: date) -> str:
    """The lasting name of the occurrence of `ritual` whose rule names the day `nominal`."""
    return f"{ritual}-{nominal.isoformat()}"
