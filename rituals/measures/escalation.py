"""Escalation: how conversations with an assistant end, and the rates that follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rituals.measures.statistics import Proportion


class Outcome(StrEnum):
    """How an engaged session ended; exactly one holds."""

    ESCALATED = "escalated"  # handed to a human, whether or not one was there
    RESOLVED = "resolved"
    ABANDONED = "abandoned"


class Handover(StrEnum):
    """Why a session was handed to a human."""

    USER_ASKED = "user_asked"
    FAILED = "failed"
    POLICY = "policy"  # a rule asks for a human: not avoidable

    @property
    def is_avoidable(self) -> bool:
        """Whether a better assistant would have done without."""
        return self is not Handover.POLICY


def outcome(*, engaged: bool, escalated: bool, resolved: bool) -> Outcome | None:
    """How a session ended: escalated before resolved before abandoned; None of one nobody engaged in.

    The exclusive outcomes of Microsoft's Copilot Studio analytics.
    """
    if not engaged:
        return None
    if escalated:
        return Outcome.ESCALATED
    return Outcome.RESOLVED if resolved else Outcome.ABANDONED


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversations:
    """Sessions of one period, counted (30 minutes of silence end a session).

    `confirmed` by the person and `implied` by silence are both resolved. `avoidable`: part of `escalated`;
    `contacted_again`: sessions not escalated whose user came back within 24 hours; `resolved_and_contacted`: resolved
    ones whose user spoke to a human on the topic within 24 hours. Raises ValueError where a part exceeds its whole.
    """

    unengaged: int
    escalated: int
    confirmed: int
    implied: int
    abandoned: int
    avoidable: int = 0
    contacted_again: int = 0
    resolved_and_contacted: int = 0

    def __post_init__(self) -> None:
        counts = (self.unengaged, self.escalated, self.confirmed, self.implied, self.abandoned)
        parts = (self.avoidable, self.contacted_again, self.resolved_and_contacted)
        wholes = (self.escalated, self.resolved + self.abandoned, self.resolved)
        if min(counts) < 0 or not all(0 <= part <= whole for part, whole in zip(parts, wholes, strict=True)):
            raise ValueError(f"a part exceeds its whole in {self}")

    @property
    def resolved(self) -> int:
        """Resolved sessions, confirmed or implied."""
        return self.confirmed + self.implied

    @property
    def engaged(self) -> int:
        """Sessions somebody took part in: the denominator of every rate."""
        return self.escalated + self.resolved + self.abandoned

    @property
    def escalation_rate(self) -> Proportion:
        """Those handed to a human: the headline, less is better."""
        return Proportion(x=self.escalated, n=self.engaged)

    @property
    def avoidable_escalation(self) -> Proportion:
        """Those handed over because the user asked or the assistant failed."""
        return Proportion(x=self.avoidable, n=self.engaged)

    @property
    def resolution_rate(self) -> Proportion:
        """Those resolved."""
        return Proportion(x=self.resolved, n=self.engaged)

    @property
    def confirmed_resolution_rate(self) -> Proportion:
        """Those the person said were resolved."""
        return Proportion(x=self.confirmed, n=self.engaged)

    @property
    def abandon_rate(self) -> Proportion:
        """Those left without an end; always shown with containment, which it inflates."""
        return Proportion(x=self.abandoned, n=self.engaged)

    @property
    def containment(self) -> Proportion:
        """Those not handed over."""
        return Proportion(x=self.resolved + self.abandoned, n=self.engaged)

    @property
    def containment_without_contact(self) -> Proportion:
        """Those not handed over whose user did not come back within 24 hours."""
        return Proportion(x=self.resolved + self.abandoned - self.contacted_again, n=self.engaged)

    @property
    def deflection(self) -> Proportion:
        """Those resolved without a human on the topic within 24 hours; nobody knows what they would have done."""
        return Proportion(x=self.resolved - self.resolved_and_contacted, n=self.engaged)
