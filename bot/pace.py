"""Pace: one limiter per workspace and method, so that we ask no faster than the platform allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rituals.ports import Clock

MINUTE = timedelta(minutes=1)

PATIENCE = timedelta(seconds=2)
"""The longest wait for a turn; a longer one gives the caller back, so that one slow method holds up no other."""

SLOWER = 0.7
"""What is left of a method's rate after a refusal: the platform allows less than we thought."""

SLOWEST = 0.1
"""The least that is ever left of it."""

FASTER = 0.05
"""The part of its full rate that a method wins back a minute without a refusal."""

ONCE = timedelta(seconds=5)
"""Refusals so soon after one another tell the same: calls that were on their way together."""

LOCAL = timedelta(seconds=10)
"""A longer wait said of a call that a narrower limit holds too is taken to be the narrower one's, until another of them
is told to wait as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`per_minute` calls a minute in the long run, `burst` of them at once."""

    per_minute: int
    burst: int

    @property
    def bulk_burst(self) -> int:
        """How many of a burst may be bulk: the other half is kept for what concerns somebody now."""
        return max(1, self.burst // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """What a bulk caller may ask for: `free` calls of `method` at once, and several more from `opens_at` on."""

    method: str
    free: int
    opens_at: datetime


class NotYet(Exception):
    """It is not this caller's turn for a while; `until` says for how long to do something else."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until


class Pace:
    """Hands out turns. A method without a rate has none to keep, but still waits after a Retry-After.

    A refusal slows its method down at once, and each minute without one makes it a little faster again.
    """

    def __init__(self, clock: Clock, rates: Mapping[str, Rate]) -> None:
        self._clock = clock
        self._rates = rates
        self._next: dict[tuple[str, str], datetime] = {}
        self._held: dict[tuple[str, str], datetime] = {}
        self._slowed: dict[str, tuple[float, datetime]] = {}  # what is left of the rate, and since when
        self._seen = clock.now()
        self.asleep = 0

    async def turn(self, method: str, *, within: str = "", bulk: bool = False, patience: timedelta = PATIENCE) -> None:
        """Returns when it is this caller's turn for `method`; `within` names a narrower limit (a channel's own).

        Raises NotYet where that would take longer than `patience`; no turn is used up then.
        """
        now = self._now()
        names = self._names(method, within)
        latest = max(self._held_until(names, now), *(self._free_at(*name, now=now, bulk=bulk) for name in names))
        if latest - now > patience:
            raise NotYet(latest)
        for name in names:
            self._take(*name, now=now)
        while latest > now:
            self.asleep += 1
            try:
                await self._clock.sleep_until(latest)
            finally:
                self.asleep -= 1
            # Somebody may have been told to wait in the meantime, and that holds for us too.
            now = self._now()
            latest = self._held_until(names, now)
            if latest - now > patience:
                raise NotYet(latest)

    def count(self, method: str) -> None:
        """A call that cannot wait is made now: later ones make up for it."""
        now = self._now()
        for name in self._names(method, ""):
            self._take(*name, now=now)

    def turns(self, method: str, *, several: int = 4) -> Turns:
        """How many bulk calls of a method may be made now, and when `several` may."""
        now = self._now()
        rate = self._rates.get(method)
        held = self._held.get((method, ""), now)
        if rate is None:
            return Turns(method=method, free=0 if held > now else 1_000, opens_at=max(held, now))
        interval = self._interval(method, rate, now)
        burst = rate.bulk_burst
        # The next call's theoretical arrival may lie `burst - 1` intervals ahead: so many more fit in from here on.
        ahead = max(self._next.get((method, ""), now), now) - now
        free = 0 if held > now else max(0, burst - _ceiling(ahead, interval))
        wanted = min(several, burst)
        opens_at = max(held, now, now + ahead - interval * (burst - wanted))
        return Turns(method=method, free=free, opens_at=opens_at)

    def hold(self, method: str, retry_after: timedelta, *, within: str = "") -> None:
        """The platform asked to wait: that method alone stands still, and goes on more slowly.

        `within`: the narrower limit the call was held to as well, where the platform does not say which one was met. A
        short wait then holds for all of the method; a long one holds there alone, until it is said elsewhere too.
        """
        now = self._now()
        self._held = {name: moment for name, moment in self._held.items() if moment > now}
        if within:
            narrower = (f"{method}#", within)
            elsewhere = any(name[0] == narrower[0] and name != narrower for name in self._held)
            self._held[narrower] = max(now + retry_after, self._held.get(narrower, now))
            if retry_after > LOCAL and not elsewhere:
                return
        until = max(now + retry_after, self._held.get((method, ""), now))
        self._held[method, ""] = until
        rate = self._rates.get(method)
        if rate is None:
            return
        _, since = self._slowed.get(method, (1.0, None))
        if since is None or now - since > ONCE:
            self._slowed[method] = (max(self._left(method, now) * SLOWER, SLOWEST), until)
        # No burst of bulk when the wait is over: one call, and the next an interval later.
        interval = self._interval(method, rate, now)
        self._next[method, ""] = max(self._next.get((method, ""), now), until + interval * (rate.bulk_burst - 1))

    def _now(self) -> datetime:
        """This moment. Where the clock was set back, what lay ahead lies as far ahead as before, and no further."""
        now = self._clock.now()
        if (back := self._seen - now) > timedelta():
            self._next = {name: moment - back for name, moment in self._next.items()}
            self._held = {name: moment - back for name, moment in self._held.items()}
            self._slowed = {method: (left, since - back) for method, (left, since) in self._slowed.items()}
        self._seen = now
        return now

    def _left(self, method: str, now: datetime) -> float:
        """What is left of a method's rate, from SLOWEST to 1."""
        left, since = self._slowed.get(method, (1.0, now))
        won_back = FASTER * max(now - since, timedelta(0)) / MINUTE
        if left + won_back >= 1:
            self._slowed.pop(method, None)
            return 1.0
        return left + won_back

    def _interval(self, method: str, rate: Rate, now: datetime) -> timedelta:
        return MINUTE / (rate.per_minute * self._left(method.rstrip("#"), now))

    # Virtual scheduling (GCRA): the theoretical arrival of the next call moves one interval a call, and may lie at most
    # `burst - 1` intervals ahead of now before callers have to wait for it. What is bulk has less of a burst, so that
    # others find some of it left whenever they come.

    def _names(self, method: str, within: str) -> list[tuple[str, str]]:
        return [(method, ""), (f"{method}#", within)] if within else [(method, "")]

    def _held_until(self, names: Iterable[tuple[str, str]], otherwise: datetime) -> datetime:
        return max(otherwise, *(self._held.get(name, otherwise) for name in names))

    def _free_at(self, method: str, within: str, *, now: datetime, bulk: bool) -> datetime:
        rate = self._rates.get(method)
        if rate is None:
            return now
        burst = rate.bulk_burst if bulk else rate.burst
        return max(now, self._next.get((method, within), now) - self._interval(method, rate, now) * (burst - 1))

    def _take(self, method: str, within: str, *, now: datetime) -> None:
        rate = self._rates.get(method)
        if rate is None:
            return
        self._next[method, within] = max(self._next.get((method, within), now), now) + self._interval(method, rate, now)
        if len(self._next) > 10_000:
            self._next = {key: moment for key, moment in self._next.items() if moment > now}


def _ceiling(time: timedelta, interval: timedelta) -> int:
    return -(-time // interval)
