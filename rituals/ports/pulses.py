"""Pulses: panels, waves, invitations, sealed replies and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rituals.measures.statistics import Window
from rituals.pulses.waves import PlainAnswer, WaveCount


class Pulses(Protocol):
    """What is kept of pulses."""

    async def answers(self, initiative: str, window: Window) -> Sequence[PlainAnswer]:
        """The answers of the waves that closed on a day within `window`, in no order that tells anything."""

    async def wave_counts(self, initiative: str, window: Window) -> Sequence[WaveCount]:
        """How many each wave that closed within `window` asked and heard from, oldest first."""
