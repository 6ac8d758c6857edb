"""The watch: looks at how things stand, and tells a person of what does not mend itself."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.platforms.port import Connection
from rituals.organisation import Organisation
from rituals.ports import OpenWork
from rituals.standing import Standing
from rituals.use_cases.alarms import Trouble, Wrong, calm, sound

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(minutes=1)

STUCK_FOR = timedelta(minutes=10)
"""How long posts must have been stuck in our sight: after a pause or an outage they have been late, and just go out."""

DEAF_FOR = timedelta(minutes=5)
"""How long there is no connection before a person is told."""

BLIND_FOR = timedelta(minutes=2)
"""How long the database must have been away for a person to be told afterwards."""

_FULL = ("database or disk is full", "No space left on device")
"""What SQLite and PostgreSQL say of a disk without room."""


class Watch:
    """One for a process; `look` as often as what is due is looked at, and it costs something once a minute."""

    def __init__(
        self,
        *,
        standing: Callable[[datetime], Awaitable[Standing]],
        open_work: OpenWork,
        organisation: Organisation,
        connections: Sequence[Connection],
        reach: Callable[[datetime], Awaitable[None]] | None = None,
    ) -> None:
        self._standing = standing
        self._open_work = open_work
        self._organisation = organisation
        self._connections = connections
        self._reach = reach  # tells whom the platform refuses messages to, as often as alarms do
        self._looked_at: datetime | None = None
        self._stuck_since: datetime | None = None
        self._rung: dict[Wrong, Trouble] = {}
        self._first = True
        self._is_full = False
        self._why = ""

    async def look(self, at: datetime) -> None:
        """Tells whoever looks after the bot what is wrong, and what is over."""
        if self._looked_at is not None and timedelta() <= at - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = at
        standing = await self._standing(at)
        if standing.stuck:
            self._stuck_since = min(self._stuck_since or at, at)
            if at - self._stuck_since >= STUCK_FOR:
                await self._ring(Trouble(wrong=Wrong.STUCK, blanks={"count": standing.stuck}), at)
        else:
            self._stuck_since = None
            await self._over(Wrong.STUCK, at)
        down_for = max((one.down_for for one in self._connections), default=timedelta())
        if down_for >= DEAF_FOR:
            await self._ring(Trouble(wrong=Wrong.DEAF), at)
        elif not down_for:
            await self._over(Wrong.DEAF, at)
        if self._reach is not None:
            await self._reach(at)
        self._first = False

    def cannot_see(self, error: Exception) -> None:
        """The database fails just now; what is wrong with it is told once it is back."""
        what = str(getattr(error, "orig", None) or error)
        self._is_full = any(words in what for words in _FULL)
        self._why = type(error).__name__

    async def saw_again(self, since: datetime, at: datetime) -> None:
        """The database failed from `since` on: too late to say so then, it is told now that it is over."""
        if at - since < BLIND_FOR:
            return
        trouble = (
            Trouble(wrong=Wrong.DISK) if self._is_full else Trouble(wrong=Wrong.DATABASE, blanks={"why": self._why})
        )
        async with self._open_work() as work:
            await work.alarms.ring(trouble.name, at=since)
            await calm(trouble, at=at, work=work, organisation=self._organisation)

    async def _ring(self, trouble: Trouble, at: datetime) -> None:
        async with self._open_work() as work:
            await sound(trouble, at=at, work=work, organisation=self._organisation)
        self._rung[trouble.wrong] = trouble

    async def _over(self, wrong: Wrong, at: datetime) -> None:
        """Ends what this process rang, and at its start what one before it did: another's may well last."""
        trouble = self._rung.pop(wrong, None)
        if trouble is None and self._first:
            trouble = Trouble(wrong=wrong, blanks={"count": 1} if wrong is Wrong.STUCK else {})
        if trouble is not None:
            async with self._open_work() as work:
                await calm(trouble, at=at, work=work, organisation=self._organisation)
