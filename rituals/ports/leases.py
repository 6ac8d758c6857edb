"""Tasks that one process has at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who has a task, until when by the memory's own clock, and for how long still."""

    owner: str
    until: datetime
    left: timedelta


class Leases(Protocol):
    """Who has which task. All moments are the memory's own: the clocks of those who ask may differ."""

    async def take(self, name: str, *, owner: str, length: timedelta) -> bool:
        """Takes the task, or renews it, for so long from now on; False where another has it."""

    async def give_back(self, name: str, *, owner: str) -> None:
        """Somebody else may have it at once."""

    async def holder(self, name: str) -> Lease | None:
        """Who has it; None where nobody does."""
