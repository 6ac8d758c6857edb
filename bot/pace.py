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


PATIENCE = timedelta(seconds=2)
"""The longest wait for a turn; a longer one gives the caller back, so that one slow method holds up no other."""


class NotYet(Exception):
    """It is not this caller's turn for a while; `until` says for how long to do something else."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until


class Pace:
    """Hands out turns. A method without a rate has none to keep, but still waits after a Retry-After."""

    def __init__(self, clock: Clock, rates: Mapping[str, Rate]) -> None:
        self._clock = clock
        self._rates = rates
        self._next: dict[tuple[str, str], datetime] = {}
        self._held: dict[str, datetime] = {}
        self.asleep = 0

    async def turn(self, method: str, *, within: str = "") -> None:
        """Returns when it is this caller's turn for `method`; `within` names a narrower limit (a channel's own).

        Raises NotYet where that would take longer than two seconds; no turn is used up then.
        """
        now = self._clock.now()
        names = [(method, ""), *([(f"{method}#", within)] if within else [])]
        latest = max([now, self._held.get(method, now), *(self._free_at(*name, now=now) for name in names)])
        if latest - now > PATIENCE:
            raise NotYet(latest)
        for name in names:
            self._take(*name, now=now)
        while latest > self._clock.now():
            self.asleep += 1
            try:
                await self._clock.sleep_until(latest)
            finally:
                self.asleep -= 1
            # Somebody may have been told to wait in the meantime, and that holds for us too.
            latest = self._held.get(method, latest)
            if latest - self._clock.now() > PATIENCE:
                raise NotYet(latest)

    def hold(self, method: str, retry_after: timedelta) -> None:
        """The platform asked to wait: that method alone stands still."""
        self._held[method] = self._clock.now() + retry_after

    # Virtual scheduling (GCRA): the theoretical arrival of the next call moves one interval a call, and may lie at most
    # `burst - 1` intervals ahead of now before callers have to wait for it.

    def _free_at(self, method: str, within: str, *, now: datetime) -> datetime:
        rate = self._rates.get(method)
        if rate is None:
            return now
        return self._next.get((method, within), now) - timedelta(minutes=1) / rate.per_minute * (rate.burst - 1)

    def _take(self, method: str, within: str, *, now: datetime) -> None:
        rate = self._rates.get(method)
        if rate is None:
            return
        self._next[method, within] = (
            max(self._next.get((method, within), now), now) + timedelta(minutes=1) / rate.per_minute
        )
        if len(self._next) > 10_000:
            self._next = {key: moment for key, moment in self._next.items() if moment > now}
