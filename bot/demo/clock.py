"""The workspace's clock as Comitia follows it: standing still between steps, or flowing with an offset."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class FollowedClock:
    """Answers `rituals.ports.Clock`; `follow(now)` tells it the time, and sleepers wake when theirs has come."""

    def __init__(self, now: datetime, *, flowing: bool) -> None:
        self._base = now
        self._since = time.monotonic()
        self._flowing = flowing
        self._changed = asyncio.Event()
        self._sleepers: dict[object, datetime] = {}

    def now(self) -> datetime:
        """The workspace's time."""
        if not self._flowing:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def follow(self, now: datetime) -> None:
        """The workspace's clock was moved."""
        self._base, self._since = now.astimezone(UTC), time.monotonic()
        self._changed.set()
        self._changed = asyncio.Event()

    async def sleep_until(self, moment: datetime) -> None:
        """Returns once the moment has come."""
        token = object()
        self._sleepers[token] = moment
        try:
            while (left := (moment - self.now()).total_seconds()) > 0:
                try:
                    await asyncio.wait_for(self._changed.wait(), timeout=left if self._flowing else None)
                except TimeoutError:
                    continue
        finally:
            del self._sleepers[token]

    @property
    def next_waking(self) -> datetime | None:
        """The nearest moment somebody sleeps towards; one that has come already is about to wake."""
        return min(self._sleepers.values(), default=None)
