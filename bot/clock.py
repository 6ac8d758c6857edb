"""The machine's clock as Comitia goes by it, and the sleep of whoever waits for it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)

LEAP = timedelta(minutes=1)
"""By how much the machine's clock may be put right at a time and is believed at once."""

BELIEVED_AFTER = timedelta(minutes=2)
"""How long a clock that leapt must have gone on from there to be believed: one wrong for a moment costs nothing."""

_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def machine() -> datetime:
    """This moment by the machine's clock, which somebody may set, aware UTC."""
    return datetime.now(UTC)


def steady() -> timedelta:
    """Time since the machine started: nobody sets it, and it passes while the machine sleeps too."""
    return timedelta(seconds=time.clock_gettime(_BOOT))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leap:
    """A clock that is off by `by` since `since`, in steady time."""

    by: timedelta
    since: timedelta


class WallClock:
    """Answers `rituals.ports.Clock` with the machine's own time, but for leaps, which it believes after two minutes.

    A step that is done too early, or skipped as too late, cannot be taken back, nor can a wave that was sent at night;
    and a clock that leaps because somebody mistyped, or a virtual machine woke up, is mostly put right at once.
    """

    def __init__(self, machine: Callable[[], datetime] = machine, steady: Callable[[], timedelta] = steady) -> None:
        self._machine = machine
        self._steady = steady
        self._now, self._since = machine(), steady()
        self._leap: _Leap | None = None

    def now(self) -> datetime:
        """This moment, aware UTC."""
        told, since = self._machine(), self._steady()
        expected = self._now + (since - self._since)
        if self._is_believed(told - expected, since):
            self._now = told
        else:
            self._now = expected
        self._since = since
        return self._now

    async def sleep_until(self, moment: datetime) -> None:
        """Returns once the moment has come, or as much time has passed as was left: some wait for a time, not a moment.

        Sleeps in short turns, so that a clock that is set forward is noticed.
        """
        wakes = self._steady() + (moment - self.now())
        while (left := min(moment - self.now(), wakes - self._steady())) > timedelta():  # noqa: ASYNC110
            await asyncio.sleep(min(left.total_seconds(), 30.0))

    def _is_believed(self, by: timedelta, since: timedelta) -> bool:
        """Whether a clock that is off by so much is right."""
        if abs(by) < LEAP:
            self._leap = None
            return True
        if self._leap is None or abs(by - self._leap.by) >= LEAP:
            self._leap = _Leap(by=by, since=since)
            log.warning("The machine's clock leapt.", extra={"action": "clock_leapt", "seconds": by.total_seconds()})
            return False
        if since - self._leap.since < BELIEVED_AFTER:
            return False
        self._leap = None
        log.warning("The clock that leapt is believed.", extra={"action": "clock_believed"})
        return True
