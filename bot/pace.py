"""Pace: one limiter per workspace and method, so that we ask no faster than the platform allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rituals.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`per_minute` calls a minute in the long run, `burst` of them at once."""

    per_minute: int
    burst: int


class Pace:
    """Hands out turns. A method without a rate has none to keep, but still waits after a Retry-After."""

    def __init__(self, clock: Clock, rates: Mapping[str, Rate]) -> None:
        self._clock = clock
        self._rates = rates
        self._next: dict[tuple[str, str], datetime] = {}
        self._held: dict[str, datetime] = {}
        self.asleep = 0

    async def turn(self, method: str, *, within: str = "") -> None:
        """Returns when it is this caller's turn for `method`; `within` names a narrower limit (a channel's own)."""
        moments = [self._reserve(method, ""), self._held.get(method)]
        if within:
            moments.append(self._reserve(f"{method}#", within))
        latest = max((moment for moment in moments if moment is not None), default=None)
        if latest is not None and latest > self._clock.now():
            self.asleep += 1
            try:
                await self._clock.sleep_until(latest)
            finally:
                self.asleep -= 1

    def hold(self, method: str, retry_after: timedelta) -> None:
        """The platform asked to wait: that method alone stands still."""
        self._held[method] = self._clock.now() + retry_after

    def _reserve(self, method: str, within: str) -> datetime | None:
        # Virtual scheduling (GCRA): the theoretical arrival of the next call moves one interval per call and may lie
        # at most `burst - 1` intervals ahead of now before callers have to wait for it.
        rate = self._rates.get(method)
        if rate is None:
            return None
        now = self._clock.now()
        interval = timedelta(minutes=1) / rate.per_minute
        arrival = max(self._next.get((method, within), now), now)
        self._next[method, within] = arrival + interval
        if len(self._next) > 10_000:
            self._next = {key: moment for key, moment in self._next.items() if moment > now}
        return arrival - interval * (rate.burst - 1)
