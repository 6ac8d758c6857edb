"""Wakes of votes, taken by one replica or another and lost by none."""

import asyncio

import pytest
from sqlalchemy import text

from rituals.redraws import Redraw
from rituals.use_cases import cast_vote
from storage.work import Memory
from tests.builders import AT, slack
from tests.databases import on_postgres, until_somebody_waits
from tests.rituals.use_cases.house import MEMBERS, SITTING, House

ONE, TWO, THREE = (Redraw(occurrence="c1", person=who, subject="b1", asked_at=AT) for who in ("ana", "bo", "cyr"))


async def ask(memory: Memory, *wakes: Redraw) -> None:
    async with memory.open_work() as work:
        for one in wakes:
            await work.redraws.ask(one)


async def test_the_oldest_are_taken_first_and_once(memory: Memory) -> None:
    await ask(memory, ONE, TWO, THREE)
    async with memory.open_work() as work:
        assert list(await work.redraws.take(limit=2)) == [ONE, TWO]
    async with memory.open_work() as work:
        assert list(await work.redraws.take(limit=2)) == [THREE]
        assert list(await work.redraws.take(limit=2)) == []


@on_postgres
async def test_no_more_are_taken_than_asked_for_however_the_server_plans_it(memory: Memory) -> None:
    await ask(memory, ONE, TWO, THREE)
    async with memory.open_work() as work:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "indexscan", "bitmapscan"):
            await work._connection.execute(text(f"SET LOCAL enable_{way} = off"))
        assert list(await work.redraws.take(limit=2)) == [ONE, TWO]


async def test_the_same_wake_again_is_another_one(memory: Memory) -> None:
    await ask(memory, ONE, ONE)
    async with memory.open_work() as work:
        assert list(await work.redraws.take(limit=9)) == [ONE, ONE]


async def test_what_a_work_that_failed_had_taken_is_there_again(memory: Memory) -> None:
    await ask(memory, ONE)

    async def fail() -> None:
        async with memory.open_work() as work:
            await work.redraws.take(limit=9)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with memory.open_work() as work:
        assert list(await work.redraws.take(limit=9)) == [ONE]


@on_postgres
async def test_a_reply_waits_for_nobody_who_works_off_an_earlier_one(memory: Memory) -> None:
    await ask(memory, ONE)
    async with memory.open_work() as work:
        await work.redraws.take(limit=9)
        await asyncio.wait_for(ask(memory, ONE), 5)
    async with memory.open_work() as work:
        assert list(await work.redraws.take(limit=9)) == [ONE]


@on_postgres
async def test_what_another_replica_takes_is_waited_for(memory: Memory) -> None:
    await ask(memory, ONE)

    async def other() -> list[Redraw]:
        async with memory.open_work() as work:
            return list(await work.redraws.take(limit=9))

    async with memory.open_work() as work:
        await work.redraws.take(limit=9)
        waits = asyncio.create_task(other())
        await until_somebody_waits(memory)
        assert not waits.done()
    assert await waits == []


async def test_replicas_that_vote_and_catch_up_at_once_leave_no_vote_unshown(memory: Memory) -> None:
    house = House(memory)
    await house.settle_in()
    await house.come_to("voting")

    async def vote(who: str, case: str) -> None:
        await cast_vote.cast_vote(
            slack(who),
            f"{SITTING}:{case}",
            "go",
            at=house.at,
            look=memory.look_at_ballot,
            open_work=memory.open_joined,
            organisation=house.organisation,
        )
        await house.catch_up()

    await asyncio.gather(*(vote(who, case) for who in MEMBERS[:5] for case in ("triage", "fraud")))
    assert await house.rows("redraw") == []
    for name in await house.said("card:"):
        assert "5 of 6 have voted" in await house.reads(name)
