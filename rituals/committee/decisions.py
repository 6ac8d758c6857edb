"""Ballots, votes and decisions: what a committee produces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from rituals.committee.ballots import Majority, Outcome, Tally, VoteChoice
from rituals.errors import BallotCancelled, BallotClosed, NotAMember
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
class Voting:
    """Somebody before a ballot, as far as it matters to their vote.

    `person`: None for an account nobody knows, or of somebody who left. `choice`: what they have voted so far.
    """

    person: str | None
    ballot: str
    occurrence: str
    ritual: str
    state: BallotState
    closes_at: datetime
    is_entitled: bool
    choice: VoteChoice | None

    def check(self, at: datetime) -> None:
        """Raises NotAMember, BallotCancelled or BallotClosed where they may not vote at that moment."""
        if not self.is_entitled:
            raise NotAMember
        if self.state is BallotState.CANCELLED:
            raise BallotCancelled
        # The deadline binds even while the closing step has not run yet.
        if self.state is BallotState.CLOSED or at >= self.closes_at:
            raise BallotClosed


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
