"""What Comitia keeps of one person, what ties them to it, and what came of an erasure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rituals.committee.ballots import VoteChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What one person used of an initiative: on how many of the last 28 days, and the first and last day known."""

    initiative: str
    days: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """That somebody's turn came in a wave; `answered` only while it is open."""

    initiative: str
    on: date
    is_open: bool
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedVote:
    """What somebody voted, on what and when; `reason` in their own words."""

    title: str
    choice: VoteChoice
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """An action somebody is to do."""

    what: str
    due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All that is tied to one person beyond their name, address and roles.

    `platforms` of their accounts. `last_asked_on`: by any pulse; `unanswered`: how many in a row, as far as their group
    was large enough to be told apart. `unrevealed`: their marks of sittings whose agenda is still to come. `messages`:
    those written for them that are kept. `objected_on`: since when they are left out of all figures.
    """

    platforms: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()
    asked: tuple[Asked, ...] = ()
    last_asked_on: date | None = None
    unanswered: int = 0
    opted_out: bool = False
    unrevealed: int = 0
    votes: tuple[NamedVote, ...] = ()  # newest first
    actions: tuple[Owned, ...] = ()
    readings: int = 0
    messages: int = 0
    objected_on: date | None = None


class Duty(StrEnum):
    """Why somebody cannot be forgotten altogether."""

    ROLE = "role"  # app.yaml gives them a role
    BALLOT = "ballot"  # entitled to a ballot that is still open
    OWNER = "owner"  # an initiative, a KPI or an open action is theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What came of an erasure: forgotten altogether, unless there are `duties`."""

    duties: frozenset[Duty] = frozenset()

    @property
    def is_forgotten(self) -> bool:
        """Whether nothing of them is left but the hash by which they are left out from now on."""
        return not self.duties
