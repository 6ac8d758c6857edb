"""What replies have made old, until it is put anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rituals.redraws import Redraw


class Redraws(Protocol):
    """Wakes of replies."""

    async def ask(self, redraw: Redraw) -> None:
        """Keeps one, with the reply; it waits for nobody."""

    async def take(self, *, limit: int) -> Sequence[Redraw]:
        """Takes the oldest, now this work's to see to; they are back if it fails."""
