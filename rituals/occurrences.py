"""Dated instances of rituals and the steps each takes at its moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class OccurrenceState(StrEnum):
    """How far an occurrence has come."""

    PLANNED = "planned"
    HELD = "held"  # its ballots have opened
    CLOSED = "closed"  # its minutes are out
    CANCELLED = "cancelled"
    MISSED = "missed"  # nobody could open it in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One dated instance of a ritual: `nominal` is the day its rule names, which identifies it; `at` when it sits."""

    id: str
    ritual: str
    nominal: date
    at: datetime
    zone: ZoneInfo
    state: OccurrenceState = OccurrenceState.PLANNED


class StepName(StrEnum):
    """What an occurrence does at a moment."""

    CALL_FOR_MARKS = "call_for_marks"
    PUBLISH_AGENDA = "publish_agenda"
    OPEN_BALLOTS = "open_ballots"
    CLOSE_BALLOT = "close_ballot"


class StepState(StrEnum):
    """What became of a step."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing an occurrence does at `due_at`; past `expires_at` it is skipped instead. `subject`: a ballot's id."""

    occurrence: str
    name: StepName
    due_at: datetime
    expires_at: datetime | None = None
    subject: str = ""

    @property
    def id(self) -> str:
        """Its lasting name: the same step planned twice is one step."""
        return f"{self.occurrence}/{self.name}/{self.subject}"


def occurrence_id(ritual: str, nominal: date) -> str:
    """The lasting name of the occurrence of `ritual` whose rule names the day `nominal`."""
    return f"{ritual}-{nominal.isoformat()}"
