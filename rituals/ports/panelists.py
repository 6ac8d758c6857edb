"""Who may be asked by pulses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol
from zoneinfo import ZoneInfo

from rituals.pulses.panels import Panelist, Panels


class Panelists(Protocol):
    """The panels people are dealt into, where they are, and when they were last asked."""

    async def key(self, ritual: str, cycle: str) -> bytes:
        """The secret by which a pulse deals its panels for `cycle`, made at random when first asked for."""

    async def panels(self, ritual: str, cycle: str, *, count: int) -> Panels:
        """Who is in which panel; empty where none were dealt yet."""

    async def keep(self, ritual: str, panels: Panels, *, new: Collection[str]) -> None:
        """Keeps the places of `new` people, and forgets those of the pulse's earlier cycles."""

    async def all(self) -> Mapping[str, Panelist]:
        """What is kept of everybody who was ever invited or has opted out, by person."""

    async def whereabouts(self) -> Mapping[str, tuple[ZoneInfo, str | None]]:
        """The zone and the site of everybody who is there and has an account to be asked on, by person."""

    async def opt(self, person: str, *, out: bool) -> bool:
        """Leaves somebody in peace for good, or no longer; whether it was not so already."""
