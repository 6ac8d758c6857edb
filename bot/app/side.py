"""A platform's side of Comitia: what speaks to it and hears of it before it is at work, and what then is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot import web
from bot.delivery import Delivery
from bot.desk import Desk
from bot.errands import Errands
from bot.metrics import Metrics
from bot.pace import Pace
from bot.platforms.port import Connection, Sender
from bot.rehearsal import Stage
from bot.sending import Sending
from bot.settings import Settings
from bot.starting import Waits
from rituals.people import RosterEntry
from rituals.ports import Clock, Outbox
from storage.work import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What every side is opened with. `waits`: what is left of the time that a start waits for platforms."""

    settings: Settings
    clock: Clock
    patience: timedelta
    memory: Memory
    metrics: Metrics
    door: web.Door
    roster: dict[str, RosterEntry]
    errands: Errands
    waits: Waits


class Side(Protocol):
    """A platform that answers, and on which nobody is at work yet."""

    @property
    def platform(self) -> str:
        """ "slack" or "teams"."""

    @property
    def sender(self) -> Sender:
        """The platform's hands."""

    @property
    def pace(self) -> Pace:
        """How fast it may be asked."""

    async def adopt(self) -> Mapping[str, str]:
        """Brings people and rooms up to date; the rooms whose channel is not there by its name. Raises CannotStart."""

    async def stage(self) -> Stage:
        """The one person a rehearsal is for. Raises CannotStart."""

    async def listen(self, desk: Desk, outbox: Outbox, stack: AsyncExitStack) -> Connection | None:
        """Hears what people do until the stack is closed; over a lasting connection, if there is one."""

    def look(self, at: datetime) -> None:
        """Begins what is due now and then, as often as what is due is looked at; returns at once."""

    async def why_unwell(self) -> str:
        """Why it cannot be worked with just now, in a word; "" where it can."""

    async def hang_up(self) -> None:
        """Hears nothing new; returns once what was heard is acknowledged."""


@dataclass(slots=True, kw_only=True)
class Station:
    """A platform's side at work; `connection`: the lasting one over which it hears, if it has one."""

    side: Side
    outbox: Outbox
    delivery: Delivery
    sending: Sending
    connection: Connection | None = None

    @property
    def platform(self) -> str:
        """ "slack" or "teams"."""
        return self.side.platform

    @property
    def under_way(self) -> int | None:
        """How many deliveries are on their way; None where delivery is about to look for some."""
        if not self.sending.is_sender or self.delivery.resting:
            return 0
        return self.delivery.in_flight or None


def at_rest(under_way: Iterable[int | None], *, asleep: int) -> bool:
    """Whether all that is under way sleeps towards a turn with a platform, until the clock moves on.

    `under_way`: how much of each kind; None where some is about to be.
    """
    found = list(under_way)
    return None not in found and sum(one or 0 for one in found) in {0, asleep}
