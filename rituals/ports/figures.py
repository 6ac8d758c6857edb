"""The weekly figures: counts kept by initiative, department and Sunday, and what was published of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from rituals.measures.disclosure import Figure


class Figures(Protocol):
    """Counts and published figures. `metric`: "adoption", "escalation", "csat", "saving_rate", "response_rate" …"""

    async def latest(self, metric: str, initiative: str, until: date) -> tuple[date, Figure] | None:
        """What was last published of the whole initiative, for a Sunday no later than `until`."""

    async def series(self, metric: str, initiative: str, sundays: Sequence[date]) -> Sequence[Figure | None]:
        """What was published of the whole initiative for each of `sundays`; None where nothing was."""
