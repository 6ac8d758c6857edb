"""Turns are handed out no faster than a platform allows."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.clock import FollowedClock
from bot.pace import SLOWER, SLOWEST, NotYet, Pace, Rate

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


# --- what concerns somebody now, and what is bulk ---------------------------------------------------------------------

POSTS = {"send": Rate(per_minute=240, burst=20)}


async def test_bulk_leaves_half_a_burst_to_what_concerns_somebody_now() -> None:
    clock = FollowedClock(START, flowing=False)
    pace = Pace(clock, POSTS)
    sent = 0
    while pace.turns("send").free:
        await pace.turn("send", bulk=True)
        sent += 1
    assert sent == 10
    for _ in range(10):
        await pace.turn("send")
    assert pace.asleep == 0


async def test_the_permitted_calls_are_used_while_work_waits() -> None:
    clock = FollowedClock(START, flowing=False)
    pace = Pace(clock, POSTS)
    sent = 0
    while clock.now() < at(3600):
        turns = pace.turns("send")
        for _ in range(min(turns.free, 8)):
            await pace.turn("send", bulk=True)
            sent += 1
        if not turns.free:
            clock.follow(turns.opens_at)
    assert 0.98 * 240 * 60 <= sent <= 240 * 60 + 20


async def test_a_call_that_cannot_wait_is_made_up_for_by_later_ones() -> None:
    pace = Pace(FollowedClock(START, flowing=False), RATES)
    for _ in range(3):
        pace.count("send")
    assert pace.turns("send", several=1).opens_at == at(3)


# --- adapting ---------------------------------------------------------------------------------------------------------


async def calls_in(pace: Pace, clock: FollowedClock, seconds: float) -> int:
    end, made = clock.now() + timedelta(seconds=seconds), 0
    while clock.now() < end:
        turns = pace.turns("send", several=1)
        if turns.free:
            await pace.turn("send", bulk=True)
            made += 1
        else:
            clock.follow(min(turns.opens_at, end))
    return made


async def test_a_refusal_slows_a_method_down_and_time_brings_it_back() -> None:
    clock = FollowedClock(START, flowing=False)
    pace = Pace(clock, POSTS)
    pace.hold("send", timedelta(seconds=30))
    assert await calls_in(pace, clock, 30) == 0
    assert abs(await calls_in(pace, clock, 60) - SLOWER * 240) < 10
    clock.follow(clock.now() + timedelta(minutes=10))
    await calls_in(pace, clock, 60)
    assert abs(await calls_in(pace, clock, 60) - 240) <= 2


async def test_refusals_of_calls_that_were_on_their_way_together_count_once() -> None:
    clock = FollowedClock(START, flowing=False)
    pace = Pace(clock, POSTS)
    for _ in range(8):
        pace.hold("send", timedelta(seconds=1))
    clock.follow(at(1))
    assert abs(await calls_in(pace, clock, 60) - SLOWER * 240) < 10


async def test_however_often_it_is_refused_a_method_goes_on() -> None:
    clock = FollowedClock(START, flowing=False)
    pace = Pace(clock, POSTS)
    for minute in range(30):
        clock.follow(at(10 * minute))
        pace.hold("send", timedelta(seconds=1))
    clock.follow(clock.now() + timedelta(seconds=1))
    assert await calls_in(pace, clock, 60) >= SLOWEST * 240


@given(
    waits=st.lists(st.tuples(st.floats(0, 20), st.floats(0.1, 30)), max_size=6),
    gaps=st.lists(st.floats(0, 3), min_size=1, max_size=60),
)
def test_nothing_is_called_inside_a_wait(waits: list[tuple[float, float]], gaps: list[float]) -> None:
    async def played() -> None:
        clock = FollowedClock(START, flowing=False)
        pace = Pace(clock, POSTS)
        told = {at(begins): at(begins) + timedelta(seconds=lasts) for begins, lasts in waits}
        until = START
        for gap in gaps:
            clock.follow(clock.now() + timedelta(seconds=gap))
            for begins in sorted(begins for begins in told if begins <= clock.now()):
                pace.hold("send", told[begins] - begins)
                until = max(until, clock.now() + (told.pop(begins) - begins))
            call = asyncio.create_task(pace.turn("send"))
            await asyncio.sleep(0)
            if call.done() and call.exception() is None:
                assert clock.now() >= until
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)

    asyncio.run(played())


async def test_a_long_wait_said_within_a_narrower_limit_holds_there_alone_until_it_is_said_elsewhere() -> None:
    pace = Pace(FollowedClock(START, flowing=False), RATES)
    pace.hold("send", timedelta(minutes=10), within="here")
    with pytest.raises(NotYet) as refused:
        await pace.turn("send", within="here")
    assert refused.value.until == at(600)
    await pace.turn("send", within="there")
    assert pace.turns("send").free == 0  # one of the three has gone, and bulk has but one
    pace.hold("send", timedelta(minutes=20), within="there")
    with pytest.raises(NotYet) as refused:
        await pace.turn("send", within="anywhere")
    assert refused.value.until == at(1200)


async def test_a_short_wait_said_within_a_narrower_limit_holds_for_the_whole_method() -> None:
    clock = FollowedClock(START, flowing=False)
    pace = Pace(clock, RATES)
    pace.hold("send", timedelta(seconds=5), within="here")
    with pytest.raises(NotYet) as refused:
        await pace.turn("send", within="there")
    assert refused.value.until == at(5)
    clock.follow(at(5))
    await pace.turn("send", within="there")


async def test_a_wait_that_is_over_is_no_sign_that_another_one_is_everybodys() -> None:
    clock = FollowedClock(START, flowing=False)
    pace = Pace(clock, RATES)
    pace.hold("send", timedelta(minutes=1), within="here")
    clock.follow(at(61))
    pace.hold("send", timedelta(minutes=1), within="there")
    await pace.turn("send", within="here")


async def test_a_clock_that_is_set_back_prolongs_no_wait() -> None:
    clock = FollowedClock(at(3600), flowing=False)
    pace = Pace(clock, RATES)
    for _ in range(3):
        await pace.turn("send")
    pace.hold("edit", timedelta(seconds=30))
    clock.follow(at(0))
    assert pace.turns("edit").opens_at == at(30), "asked to wait half a minute: that, and no hour more"
    assert pace.turns("send").opens_at <= at(3)
    clock.follow(at(31))
    await pace.turn("edit")
    await pace.turn("send")


async def test_who_waits_for_a_turn_when_the_clock_is_set_back_gets_it() -> None:
    clock = FollowedClock(at(3600), flowing=False)
    pace = Pace(clock, {"send": Rate(per_minute=60, burst=1)})
    await pace.turn("send")
    waiting = asyncio.create_task(pace.turn("send"))
    await asyncio.sleep(0)
    clock.follow(at(0))
    assert pace.turns("send").opens_at <= at(2)
    clock.follow(at(3601))  # as WallClock wakes whoever has slept as long as was left
    await waiting
