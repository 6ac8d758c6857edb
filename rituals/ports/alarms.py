"""What a person has been told is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from rituals.alarms import Alarm


class Alarms(Protocol):
    """What is wrong, by a name that stays the same while it lasts ("room:committee", "step:…")."""

    async def ring(self, name: str, *, at: datetime) -> bool:
        """It is wrong at `at`; whether a person is to be told now: at once, then after 1 h, 4 h, and daily."""

    async def over(self, name: str, *, at: datetime) -> datetime | None:
        """It is well again: since when it was wrong where somebody was told so, None where there is nothing to say."""

    async def standing(self) -> Sequence[Alarm]:
        """What is wrong now, the oldest first."""
