"""Ballots, votes and decisions: what a committee produces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from rituals.committee.ballots import Majority, Outcome, Tally, VoteChoice
from rituals.initiatives import Stage


class BallotState(StrEnum):
    """Whether a ballot takes votes."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One question to the committee: may `initiative` go on to `asks`? Its rules are frozen when it opens."""

    id: str
    occurrence: str
    initiative: str
    position: int  # 1 for the first point of the agenda
    title: str
    asks: Stage
    entitled: int
    majority: Majority
    quorum: Fraction
    opened_at: datetime
    closes_at: datetime
    state: BallotState = BallotState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What a person answered, named; the last one before the close counts."""

    ballot: str
    person: str
    choice: VoteChoice
    cast_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What came of a ballot. The counts are kept, never shares."""

    ballot: str
    occurrence: str
    initiative: str
    title: str
    outcome: Outcome
    tally: Tally
    from_stage: Stage
    to_stage: Stage
    decided_at: datetime
