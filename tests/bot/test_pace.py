"""Turns are handed out no faster than a platform allows."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.clock import FollowedClock
from bot.pace import NotYet, Pace, Rate

START = datetime(2026, 1, 26, 8, 0, tzinfo=UTC)
RATES = {"send": Rate(per_minute=60, burst=3), "send#": Rate(per_minute=30, burst=1)}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


async def test_a_burst_goes_at_once_and_the_rest_in_turn() -> None:
    clock = FollowedClock(START, flowing=False)
    pace = Pace(clock, RATES)
    for _ in range(3):
        await pace.turn("send")
    waiting = [asyncio.create_task(pace.turn("send")) for _ in range(2)]
    await asyncio.sleep(0)
    assert (pace.asleep, clock.next_waking) == (2, at(1))
    with pytest.raises(NotYet) as refused:
        await pace.turn("send")
    assert refused.value.until == at(3)
    clock.follow(at(2))
    await asyncio.gather(*waiting)
    assert pace.asleep == 0


async def test_a_narrower_limit_holds_up_its_own_alone() -> None:
    pace = Pace(FollowedClock(START, flowing=False), RATES)
    await pace.turn("send", within="here")
    await pace.turn("send", within="there")
    waiting = asyncio.create_task(pace.turn("send", within="here"))
    await asyncio.sleep(0)
    assert pace.asleep == 1
    with pytest.raises(NotYet) as refused:
        await pace.turn("send", within="here")
    assert refused.value.until == at(4)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_a_method_told_to_wait_waits_and_another_does_not() -> None:
    pace = Pace(FollowedClock(START, flowing=False), RATES)
    pace.hold("send", timedelta(seconds=30))
    with pytest.raises(NotYet) as refused:
        await pace.turn("send")
    assert refused.value.until == at(30)
    await pace.turn("edit")
    pace.hold("edit", timedelta(seconds=30))
    with pytest.raises(NotYet):
        await pace.turn("edit")


async def test_a_wait_that_is_told_while_others_sleep_holds_for_them_too() -> None:
    clock = FollowedClock(START, flowing=False)
    pace = Pace(clock, RATES)
    for _ in range(3):
        await pace.turn("send")
    sleeper = asyncio.create_task(pace.turn("send"))
    await asyncio.sleep(0)
    pace.hold("send", timedelta(seconds=30))
    clock.follow(at(1))
    with pytest.raises(NotYet) as refused:
        await sleeper
    assert refused.value.until == at(30)


async def test_unused_turns_do_not_add_up_beyond_the_burst() -> None:
    clock = FollowedClock(START, flowing=False)
    pace = Pace(clock, RATES)
    clock.follow(at(3600))
    for _ in range(3):
        await pace.turn("send")
    waiting = asyncio.create_task(pace.turn("send"))
    await asyncio.sleep(0)
    assert pace.asleep == 1
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
