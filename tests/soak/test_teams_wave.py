"""A wave at Teams' own limits uses what is permitted, finds no window full, and heeds what it is told to wait."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.clock import FollowedClock
from bot.local.clock import Clock
from bot.local.config import ClockSetting
from bot.local.memory import Forgetful
from bot.pace import NotYet, Pace
from bot.platforms.teams.connector import CALL, CONVERSATION, MOST, rates
from bot.tenant.limits import Limits
from tests.soak.long_wave import START
from tests.soak.teams_wave import wave_on_teams

HOUR = timedelta(hours=1)


async def test_a_wave_to_people_never_met_uses_what_is_permitted_and_finds_no_window_full(tmp_path: Path) -> None:
    told = await wave_on_teams(tmp_path, people=160)
    assert (told.said, told.duplicates, told.states) == (160, 0, {"shown": 160})
    assert told.calls == 2 * 160, "a conversation and a post"
    assert (told.refused, told.over, told.deaf) == (0, 0, 0)
    assert told.used >= 0.98


async def test_a_room_that_is_told_much_is_told_as_fast_as_a_conversation_takes_it(tmp_path: Path) -> None:
    told = await wave_on_teams(tmp_path, to_a_room=40)
    assert (told.said, told.duplicates, told.states) == (40, 0, {"shown": 40})
    assert (told.refused, told.over, told.deaf) == (0, 0, 0)
    assert told.used >= 0.98


async def test_in_hours_of_posts_to_one_conversation_none_of_its_windows_is_ever_full() -> None:
    clock, theirs = FollowedClock(START, flowing=False), Clock(ClockSetting(mode="stepped", start=0), Forgetful())
    theirs.advance(START.timestamp())
    pace, limits = Pace(clock, rates(25)), Limits(theirs, MOST)
    calls = 0
    while clock.now() < START + 3 * HOUR:
        try:
            await pace.turn(CALL, within="room", patience=timedelta())
        except NotYet as wait:
            clock.follow(wait.until)
            theirs.advance(wait.until.timestamp())
        else:
            limits.admit()
            limits.admit_send("room")
            calls += 1
    assert calls >= 0.98 * 3 * 60 * CONVERSATION.per_minute


@pytest.mark.parametrize("method", ["CreateConversation", "SendToConversation"])
@pytest.mark.parametrize("seconds", [30, 2.5])
async def test_a_wave_makes_no_call_inside_a_retry_after_whole_or_fractional(
    tmp_path: Path, method: str, seconds: float
) -> None:
    told = await wave_on_teams(tmp_path, people=24, faults={method: seconds})
    assert told.refused >= 1
    assert (told.over, told.deaf) == (0, 0)
    assert (told.said, told.duplicates, told.states) == (24, 0, {"shown": 24})
