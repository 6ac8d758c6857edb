"""What other systems counted: conversations, savings, readings, and how fresh each source is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Protocol

from rituals.measures.escalation import Conversations
from rituals.measures.statistics import Window


class Sources(Protocol):
    """Counts that came in by file."""

    async def conversations(self, initiative: str, window: Window) -> Sequence[tuple[date, Conversations]]:
        """Conversations by day (a week's total stands on its last day), in order."""

    async def savings(self, initiative: str, window: Window) -> Sequence[tuple[date, Fraction]]:
        """Amounts saved, by the last day of the period each is of, in order; in the organisation's currency."""

    async def last_days(self, kind: str) -> dict[str, date]:
        """The last day told of by "usage", "conversations" or "savings", by initiative."""

    async def match_rate(self, initiative: str, window: Window) -> tuple[int, int]:
        """Identities in the usage of `window` that are people we know, of all of them."""
