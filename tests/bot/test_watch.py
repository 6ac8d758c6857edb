"""What does not mend itself is told to a person once, then less and less often, and once more when it is over."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.exc import OperationalError

from bot.watch import BLIND_FOR, DEAF_FOR, Watch
from rituals.people import Role
from rituals.standing import Standing
from rituals.use_cases.alarms import Wrong
from rituals.use_cases.reach import tell_of_channels, tell_of_reach
from storage.messages import from_json
from storage.work import Memory
from tests.builders import AT, NOBODY, after, entry, slack
from tests.rituals.use_cases.house import ORGANISATION

KEEPER = entry("admin@example.org", Role.ADMIN, locale="en")


class Wire:
    """A connection that is down for as long as the test says."""

    down_for = timedelta()


class Lookout:
    """One watch over a database with one admin in it, and what it is shown."""

    def __init__(self, memory: Memory, *, wire: Wire | None = None) -> None:
        self.memory = memory
        self.stuck = 0
        self.looks = 0
        self.watch = Watch(
            standing=self._standing,
            open_work=memory.open_work,
            organisation=ORGANISATION,
            connections=[wire] if wire else [],
            reach=partial(tell_of_reach, open_work=memory.open_work, organisation=ORGANISATION),
        )

    async def _standing(self, at: object) -> Standing:
        self.looks += 1
        return Standing(stuck=self.stuck)

    async def minutes(self, *several: float) -> None:
        """Looks so many minutes after AT, one after the other."""
        for each in several:
            await self.watch.look(after(minutes=each))

    async def told(self) -> list[str]:
        """What the admin was told, "over" where it was that it is over, in order."""
        async with self.memory.transaction() as connection:
            rows = await connection.exec_driver_sql("SELECT id FROM post ORDER BY not_before, id")
            return [f"{id.split(':')[1]}{' over' if ':over:' in id else ''}" for (id,) in rows]


@pytest.fixture
async def kept(memory: Memory) -> Memory:
    async with memory.open_work() as work:
        await work.people.adopt_roster([KEEPER], default=NOBODY)
        await work.people.adopt_account(slack("U1"), KEEPER, present=True)
    return memory


def every_minute(first: int, last: int) -> Mapping[int, None]:
    return dict.fromkeys(range(first, last + 1))


async def test_posts_that_are_stuck_are_told_after_ten_minutes_in_sight_once_and_when_it_is_over(kept: Memory) -> None:
    lookout = Lookout(kept)
    lookout.stuck = 3
    await lookout.minutes(*every_minute(0, 9))
    assert await lookout.told() == [], "after a pause they have been late, and just go out"
    await lookout.minutes(*every_minute(10, 60))
    assert await lookout.told() == ["stuck"]
    lookout.stuck = 0
    await lookout.minutes(61, 62)
    assert await lookout.told() == ["stuck", "stuck over"]


async def test_what_lasts_is_told_on_a_widening_interval(kept: Memory) -> None:
    lookout = Lookout(kept)
    lookout.stuck = 1
    await lookout.minutes(*range(0, 60 * 24, 10))
    assert await lookout.told() == ["stuck"] * 3, "at once, after an hour, and after four more"


async def test_posts_that_went_out_meanwhile_have_their_time_anew(kept: Memory) -> None:
    lookout = Lookout(kept)
    for start in (0, 20, 40):
        lookout.stuck = 2
        await lookout.minutes(start, start + 9)
        lookout.stuck = 0
        await lookout.minutes(start + 10)
    assert await lookout.told() == []


async def test_a_room_that_takes_no_message_is_told_of_again_and_again_while_it_does_not(kept: Memory) -> None:
    async with kept.open_work() as work:
        await work.rooms.adopt("slack", {"committee": "C1"})
    async with kept.transaction() as connection:
        await connection.exec_driver_sql("UPDATE room SET refused = 'is_archived'")
    lookout = Lookout(kept)
    await lookout.minutes(*range(0, 60 * 12, 10))
    assert await lookout.told() == ["room"] * 3, "at once, after an hour, and after four more"
    async with kept.transaction() as connection:
        await connection.exec_driver_sql("UPDATE room SET refused = ''")
    await lookout.minutes(721, 722)
    assert await lookout.told() == ["room", "room", "room", "room over"]


async def test_a_room_whose_channel_is_not_there_is_told_once_and_when_it_is_again(kept: Memory) -> None:
    lookout = Lookout(kept)
    tell = partial(tell_of_channels, open_work=kept.open_work, organisation=ORGANISATION)
    await tell(after(minutes=0), {"committee": "board"})
    await tell(after(minutes=5), {"committee": "board"})
    async with kept.transaction() as connection:
        (message,) = (await connection.exec_driver_sql("SELECT message FROM words")).scalars()
    said = from_json(message).summary
    assert await lookout.told() == ["channel"], "at each start, and no oftener than other alarms"
    assert (said.key, dict(said.values)) == ("alarm-channel", {"room": "committee", "channel": "#board"})
    await tell(after(minutes=9), {})
    assert await lookout.told() == ["channel", "channel over"]


async def test_a_deaf_connection_is_told_after_five_minutes_and_when_it_hears_again(kept: Memory) -> None:
    wire = Wire()
    lookout = Lookout(kept, wire=wire)
    wire.down_for = DEAF_FOR - timedelta(seconds=1)
    await lookout.minutes(1)
    assert await lookout.told() == []
    wire.down_for = DEAF_FOR
    await lookout.minutes(2, 3, 4)
    assert await lookout.told() == ["deaf"]
    wire.down_for = timedelta(seconds=1)
    await lookout.minutes(5)
    assert await lookout.told() == ["deaf"], "that it was lost anew is not that it is back"
    wire.down_for = timedelta()
    await lookout.minutes(6, 7)
    assert await lookout.told() == ["deaf", "deaf over"]


async def test_it_looks_once_a_minute_however_often_it_is_asked_and_at_once_when_the_clock_goes_back(
    kept: Memory,
) -> None:
    lookout = Lookout(kept)
    await lookout.minutes(0, 0.2, 0.9)
    assert lookout.looks == 1
    await lookout.minutes(1, -600, -599.5)
    assert lookout.looks == 3


async def test_a_clock_that_jumps_forward_and_back_tells_of_nothing_that_is_not(kept: Memory) -> None:
    lookout = Lookout(kept)
    lookout.stuck = 1
    await lookout.minutes(0, -5_000, -4_995)
    assert await lookout.told() == []
    lookout.stuck = 0
    await lookout.minutes(9_000, 9_001, 0)
    assert await lookout.told() == []


async def test_a_new_process_ends_what_the_one_before_it_had_told(kept: Memory) -> None:
    lookout = Lookout(kept)
    lookout.stuck = 1
    await lookout.minutes(0, 10)
    await Lookout(kept).minutes(20)
    assert await lookout.told() == ["stuck", "stuck over"]


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        (OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")), Wrong.DISK),
        (OperationalError("INSERT", {}, OSError("could not extend file: No space left on device")), Wrong.DISK),
        (OperationalError("SELECT", {}, ConnectionError("the server closed the connection")), Wrong.DATABASE),
    ],
)
async def test_a_database_that_was_away_is_told_once_it_is_back(
    kept: Memory, error: OperationalError, wrong: Wrong
) -> None:
    lookout = Lookout(kept)
    lookout.watch.cannot_see(error)
    await lookout.watch.saw_again(AT, AT + BLIND_FOR - timedelta(seconds=1))
    assert await lookout.told() == [], "too short to trouble anybody"
    lookout.watch.cannot_see(error)
    await lookout.watch.saw_again(AT, AT + BLIND_FOR)
    assert await lookout.told() == [f"{wrong} over"]
