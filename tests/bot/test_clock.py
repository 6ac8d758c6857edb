"""The machine's clock is believed where it is put right, and only after a while where it leaps."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import BELIEVED_AFTER, WallClock, machine
from bot.scheduler import beating, waking

START = datetime(2026, 1, 26, 22, 0, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
LEAPS = (12 * HOUR, -HOUR, timedelta(days=9))


class Machine:
    """A machine whose clock is off by `off`, and on which as much time has passed as the test says."""

    def __init__(self) -> None:
        self.passed = timedelta()
        self.off = timedelta()
        self.clock = WallClock(lambda: START + self.passed + self.off, lambda: self.passed)

    def after(self, time: timedelta) -> datetime:
        """What Comitia takes the time to be so much later, looking every ten seconds as it does."""
        until = self.passed + time
        while self.passed < until:
            self.passed = min(self.passed + 10 * SECOND, until)
            self.clock.now()
        return self.clock.now()


def test_a_clock_that_is_put_right_by_seconds_is_followed_at_once() -> None:
    there = Machine()
    for there.off in (30 * SECOND, timedelta(), -30 * SECOND):
        assert there.clock.now() == START + there.off


@pytest.mark.parametrize("leap", LEAPS)
def test_a_leap_that_is_taken_back_within_two_minutes_was_never_seen(leap: timedelta) -> None:
    there = Machine()
    there.off = leap
    assert there.after(100 * SECOND) == START + 100 * SECOND
    there.off = timedelta()
    assert there.after(HOUR) == START + 100 * SECOND + HOUR


@pytest.mark.parametrize("leap", LEAPS)
def test_a_leap_that_lasts_is_believed_after_two_minutes(leap: timedelta) -> None:
    there = Machine()
    there.off = leap
    assert there.after(BELIEVED_AFTER) == START + BELIEVED_AFTER
    assert there.after(10 * SECOND) == START + BELIEVED_AFTER + 10 * SECOND + leap


def test_a_clock_that_leaps_again_is_watched_anew() -> None:
    there = Machine()
    there.off = 3 * HOUR
    there.after(100 * SECOND)
    there.off = 5 * HOUR
    assert there.after(100 * SECOND) == START + 200 * SECOND
    assert there.after(40 * SECOND) == START + 240 * SECOND + 5 * HOUR


def test_a_machine_that_slept_wakes_to_the_right_time() -> None:
    there = Machine()
    there.passed += 8 * HOUR
    assert there.clock.now() == START + 8 * HOUR


async def test_whoever_sleeps_when_the_clock_is_set_back_sleeps_no_longer_for_it() -> None:
    off = timedelta()
    clock = WallClock(lambda: machine() + off)
    sleeping = asyncio.create_task(clock.sleep_until(clock.now() + timedelta(milliseconds=20)))
    await asyncio.sleep(0)
    off = -50 * SECOND
    async with asyncio.timeout(2):
        await sleeping
    assert clock.now() < machine()


async def test_looks_follow_one_another_whatever_becomes_of_one() -> None:
    looks = 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise OSError

    async with asyncio.timeout(2), waking(look, every=timedelta(milliseconds=1)):
        assert looks == 1, "the first one before anything else"
        while looks < 4:  # noqa: ASYNC110  (three turns)
            await asyncio.sleep(0.001)
    seen = looks
    await asyncio.sleep(0.005)
    assert looks <= seen + 1, "none after the one that was under way"


async def test_looks_go_on_where_the_clock_was_set_back_or_leapt_years_ahead() -> None:
    looked = asyncio.Event()

    async def look() -> None:
        looked.set()

    for leap in (HOUR, -10 * 365 * 24 * HOUR):
        scheduler = beating(look, every=10 * SECOND)
        scheduler.start()
        try:
            # What was planned by a clock that has been set back lies that far ahead; one that leapt lies behind.
            scheduler.get_jobs()[0].modify(next_run_time=datetime.now(UTC) + leap)
            async with asyncio.timeout(2):
                await looked.wait()
            looked.clear()
            ahead = scheduler.get_jobs()[0].next_run_time - datetime.now(UTC)
            assert 5 * SECOND < ahead <= 10 * SECOND
        finally:
            scheduler.shutdown(wait=False)
