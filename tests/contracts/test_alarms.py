"""What a person has been told is wrong."""

import asyncio
from datetime import timedelta

import pytest

from storage.work import Memory
from tests.builders import AT, after
from tests.databases import on_postgres


async def rung(memory: Memory, *moments: timedelta, name: str = "room:committee") -> list[bool]:
    """Whether somebody is told at each of these moments at which it is (still) wrong."""
    told = []
    for moment in moments:
        async with memory.open_work() as work:
            told.append(await work.alarms.ring(name, at=AT + moment))
    return told


def hours(*several: float) -> list[timedelta]:
    return [timedelta(hours=number) for number in several]


async def test_a_person_is_told_at_once_and_then_on_a_widening_interval(memory: Memory) -> None:
    moments = hours(0, 0.9, 1, 1.9, 4.9, 5, 28, 29, 52, 53)
    assert await rung(memory, *moments) == [True, False, True, False, False, True, False, True, False, True]


async def test_the_end_is_told_with_its_beginning_and_once(memory: Memory) -> None:
    await rung(memory, *hours(0, 0.5))
    async with memory.open_work() as work:
        assert [alarm.name for alarm in await work.alarms.standing()] == ["room:committee"]
        assert await work.alarms.over("room:committee", at=after(hours=2)) == AT
        assert await work.alarms.over("room:committee", at=after(hours=2)) is None
        assert await work.alarms.over("room:never", at=after(hours=2)) is None
        assert await work.alarms.standing() == []
        assert [alarm.over_at for alarm in await work.alarms.latest(limit=5)] == [after(hours=2)]


async def test_what_comes_and_goes_rings_no_oftener_than_what_stays(memory: Memory) -> None:
    told, ended = [], []
    for minute in range(0, 60, 5):
        told += await rung(memory, timedelta(minutes=minute))
        async with memory.open_work() as work:
            ended.append(await work.alarms.over("room:committee", at=after(minutes=minute + 1)))
    assert told == [True] + [False] * 11
    assert ended == [AT] + [None] * 11, "nobody is told the end of what they never heard of"


async def test_what_was_over_for_a_day_is_new(memory: Memory) -> None:
    await rung(memory, *hours(0, 1, 5))
    async with memory.open_work() as work:
        await work.alarms.over("room:committee", at=after(hours=6))
    assert await rung(memory, *hours(30, 31)) == [True, True]


async def test_alarms_of_two_names_know_nothing_of_each_other(memory: Memory) -> None:
    assert await rung(memory, *hours(0), name="one") == [True]
    assert await rung(memory, *hours(0), name="two") == [True]


async def test_a_clock_set_back_neither_rings_nor_silences_for_long(memory: Memory) -> None:
    assert await rung(memory, *hours(24, 0, 0.5, 1)) == [True, False, False, True]


@pytest.mark.parametrize("again", [1, 2])
@on_postgres
async def test_of_replicas_that_find_it_at_once_one_tells(memory: Memory, again: int) -> None:
    async def ring() -> bool:
        async with memory.open_work() as work:
            return await work.alarms.ring("socket", at=after(hours=again))

    assert sorted(await asyncio.gather(*(ring() for _ in range(3)))) == [False, False, True]
