"""Ballots: what a committee's members may say, how votes are counted, and what the count decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class VoteChoice(StrEnum):
    """What a member may answer. All four make them present; only GO and NO_GO decide a majority."""

    GO = "go"
    NO_GO = "no_go"
    DEFER = "defer"  # put off to a later sitting
    ABSTAIN = "abstain"


class Majority(StrEnum):
    """How many yes it takes, counted in whole people. Abstentions and defers are neither yes nor no."""

    SIMPLE = "simple"  # more yes than no
    ABSOLUTE = "absolute"  # yes from more than half of those entitled
    TWO_THIRDS = "two_thirds"  # of yes and no together
    THREE_QUARTERS = "three_quarters"  # of yes and no together

    def met(self, *, yes: int, no: int, entitled: int) -> bool:
        """Whether `yes` against `no`, of `entitled` members, adopts. Never without a yes."""
        if yes == 0:
            return False
        match self:
            case Majority.SIMPLE:
                return yes > no
            case Majority.ABSOLUTE:
                return 2 * yes > entitled
            case Majority.TWO_THIRDS:
                return 3 * yes >= 2 * (yes + no)
            case Majority.THREE_QUARTERS:
                return 4 * yes >= 3 * (yes + no)


class Outcome(StrEnum):
    """What a ballot decided."""

    GO = "go"
    NO_GO = "no_go"  # more no than yes
    DEFERRED = "deferred"  # carried over to the next sitting
    NOT_ADOPTED = "not_adopted"  # a tie, nothing cast, or too few yes for the majority: things stay as they are
    NO_QUORUM = "no_quorum"  # too few took part for anything to be decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A count of votes, in people. `entitled`: members who may vote, recused ones left out.

    Raises ValueError for a negative count, or more votes than people entitled to one.
    """

    entitled: int
    yes: int = 0
    no: int = 0
    defer: int = 0
    abstain: int = 0

    def __post_init__(self) -> None:
        if min(self.entitled, self.yes, self.no, self.defer, self.abstain) < 0:
            raise ValueError("a tally has no negative counts")
        if self.present > self.entitled:
            raise ValueError(f"{self.present} votes of {self.entitled} people entitled to one")

    @property
    def present(self) -> int:
        """How many cast a vote of any kind, abstentions and defers among them."""
        return self.yes + self.no + self.defer + self.abstain

    @property
    def everybody_voted(self) -> bool:
        """Whether nobody is left to vote; never so where nobody may."""
        return 0 < self.entitled == self.present

    def quorum_needed(self, quorum: Fraction) -> int:
        """How many must be present: `quorum` of those entitled, rounded up.

        Raises ValueError for a quorum that is not above 0 and at most 1.
        """
        if not 0 < quorum <= 1:
            raise ValueError(f"a quorum is above 0 and at most 1, not {quorum}")
        return -(-quorum.numerator * self.entitled // quorum.denominator)

    def has_quorum(self, quorum: Fraction) -> bool:
        """Whether enough are present for anything to be decided."""
        return self.present >= self.quorum_needed(quorum)

    def outcome(self, majority: Majority, quorum: Fraction) -> Outcome:
        """What these votes decide. First the quorum, then whether to put off, then the majority."""
        if not self.has_quorum(quorum):
            return Outcome.NO_QUORUM
        if self.defer > max(self.yes, self.no):
            return Outcome.DEFERRED
        if majority.met(yes=self.yes, no=self.no, entitled=self.entitled):
            return Outcome.GO
        return Outcome.NO_GO if self.no > self.yes else Outcome.NOT_ADOPTED

    @property
    def weak_mandate(self) -> bool:
        """Whether an adoption by these votes rests on the yes of fewer than a quarter of those entitled.

        Says something of an adopted proposal only: ask after the outcome.
        """
        return 4 * self.yes < self.entitled


def tally(choices: Iterable[VoteChoice], *, entitled: int) -> Tally:
    """The count of `choices`, one for each person who voted. Raises ValueError for more of them than `entitled`."""
    counts = Counter(choices)
    return Tally(
        entitled=entitled,
        yes=counts[VoteChoice.GO],
        no=counts[VoteChoice.NO_GO],
        defer=counts[VoteChoice.DEFER],
        abstain=counts[VoteChoice.ABSTAIN],
    )
