"""Waves: one round of a pulse about one initiative, who was asked, what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from rituals.errors import NotInvited, PulseCancelled, PulseClosed
from rituals.measures.disclosure import Thresholds
from rituals.pulses.questions import BAR, COM, SAT1, USE1


class WaveState(StrEnum):
    """How far a wave has come."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"  # what was said in it is destroyed unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One round of a pulse about one initiative; everything its people were told holds until it closes.

    `opened_on`: local day of its launch. `barriers`: whether what holds people back is asked. `thresholds`: the fewest
    people of whom anything is shown, as they stood at the launch.
    """

    id: str
    occurrence: str
    ritual: str
    initiative: str
    opened_on: date
    closes_at: datetime
    barriers: bool
    thresholds: Thresholds
    state: WaveState = WaveState.OPEN


def wave_id(occurrence: str, initiative: str) -> str:
    """The lasting name of the wave of `occurrence` about `initiative`."""
    return f"{occurrence}:{initiative}"


CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much the clocks of two replicas may differ: one may remind while it is too early for the other."""

ASKING, REMINDING = "pulse", "pulse-reminder"
"""The two posts a wave sends a person."""


def post_id(kind: str, wave: str, person: str) -> str:
    """The id of the post that asks (`ASKING`) somebody, or reminds them (`REMINDING`)."""
    return f"{kind}:{wave}:{person}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody whose turn it is. `asked` is False for whoever opted out: counted, and left in peace.

    `stratum`: the department of that day, as it will stand on the answers. `zone` and `site`: where they work then.
    `invited_on`: the day they hear of it there.
    """

    person: str
    stratum: str
    zone: ZoneInfo
    site: str | None
    invited_on: date
    asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseReply:
    """What somebody answers, sealed until the wave closes. Codes as in the question bank; a comment of 500 characters.

    Raises InvalidReply, its `field` the code of the question at fault, for what was not offered.
    """

    use: str
    satisfaction: str | None = None
    barriers: tuple[str, ...] = ()
    comment: str = ""

    def __post_init__(self) -> None:
        USE1.checked((self.use,))
        if self.satisfaction is not None:
            SAT1.checked((self.satisfaction,))
        if self.barriers:
            object.__setattr__(self, "barriers", BAR.checked(self.barriers))
        if self.comment:
            object.__setattr__(self, "comment", COM.checked((self.comment,))[0])

    def by_question(self) -> Mapping[str, tuple[str, ...]]:
        """What is said to each question that was answered, by its code; the comment aside."""
        satisfied = () if self.satisfaction is None else (self.satisfaction,)
        said = {USE1.code: (self.use,), SAT1.code: satisfied, BAR.code: self.barriers}
        return {question: codes for question, codes in said.items() if codes}

    def with_use(self, use: str) -> PulseReply:
        """With another first answer; the rest stays as it was."""
        return replace(self, use=use)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Somebody before the question of a wave. For their own eyes, in a direct reply, and nobody else's.

    `person`: None for an account nobody knows, or of somebody who left. `tool`: the title of what is asked about.
    `reminds_at`: when people are reminded; None where they are not. `reply`: what they have answered so far; None after
    the close.
    """

    person: str | None
    wave: Wave
    tool: str
    is_asked: bool
    reminds_at: datetime | None
    reply: PulseReply | None

    def check(self, at: datetime) -> None:
        """Raises PulseCancelled, PulseClosed or NotInvited where they may not answer at that moment."""
        if self.wave.state is WaveState.CANCELLED:
            raise PulseCancelled
        # The moment binds even while the closing step has not run yet.
        if self.wave.state is WaveState.CLOSED or at >= self.wave.closes_at:
            raise PulseClosed
        if not self.is_asked:
            raise NotInvited

    def may_be_reminded(self, at: datetime) -> bool:
        """Whether a reminder may have been put by that moment."""
        return self.reminds_at is not None and at >= self.reminds_at - CLOCKS_DIFFER


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainAnswer:
    """What somebody said to one question once their wave has closed, nobody's any more.

    Nothing ties it to what the same person said to another: use may be known from elsewhere, and would give the rest
    away. `stratum`: the department frozen at the launch ("" where too few were asked to tell it). `question` is a code
    of the bank, `codes` those of its options that were chosen, one or several.
    """

    wave: str
    stratum: str
    question: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveCount:
    """A closed wave in people: `invited`, of whom `left` the organisation unanswering, and how many `answered`.

    Whoever opted out or could not be reached stays among the `invited`. `population`: everybody the wave stands for,
    by stratum.
    """

    wave: str
    initiative: str
    closed_on: date
    invited: int
    left: int
    answered: int
    population: dict[str, int]


REST = ""
"""The stratum of those whose own would be too small to be told."""


def coarsened(strata: Iterable[str], k: int) -> frozenset[str]:
    """The strata, of which each of the people asked names one, that may be written down; the others are `REST`.

    Those with fewer than `k` people go, and the next smallest with them (of equal ones the first by name) until the
    rest is `k` people too: otherwise it would tell them as well as a name does.
    """
    sizes = Counter(strata)
    kept = sorted((name for name in sizes if sizes[name] >= k and name != REST), key=lambda name: (sizes[name], name))
    rest = sum(sizes.values()) - sum(sizes[name] for name in kept)
    while kept and 0 < rest < k:
        rest += sizes[kept.pop(0)]
    return frozenset(kept)


def told_apart(asked: Mapping[str, int], answered: Mapping[str, int], k: int) -> Sequence[str]:
    """The strata in which it may be kept who answered, and who did not.

    Where fewer than `k` of those asked answered, to know them would be to know what they said: an answer tells its
    stratum. Where nobody did there is nothing to know.
    """
    return sorted(name for name in asked if not 0 < answered.get(name, 0) < k)
