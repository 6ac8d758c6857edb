"""Two processes' worth of Comitia on one PostgreSQL: one sends, both hear, and nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.bot.scenarios.anywhere import PLATFORMS, Ground, one_more_on, running_for_many
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.horizon import NADIA, PEOPLE, SAM, STARTS, AnyHouse, until, words
from tests.databases import Postgres


@pytest.fixture(params=PLATFORMS)
async def ground(request: pytest.FixtureRequest) -> AsyncIterator[Ground]:
    async with running_for_many(request.param, flowing=True) as running:
        yield running


async def test_two_that_start_at_once_find_everything_in_place_and_one_sends(
    postgres: Postgres, ground: Ground, tmp_path: Path
) -> None:
    postgres.clean()
    async with AsyncExitStack() as stack:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        first, second = await asyncio.gather(
            *(stack.enter_async_context(one_more_on(ground, postgres.url, tmp_path / name)) for name in ("a", "b"))
        )
        async with first.app.memory.open_work() as work:
            assert len(await work.people.all_present()) == len(PEOPLE)
            assert len(await work.occurrences.upcoming(STARTS, limit=99)) == 4
        await until(lambda: first.station.sending.is_sender or second.station.sending.is_sender)
        assert first.station.sending.is_sender != second.station.sending.is_sender
        assert [status for status, _ in (await first.health(), await second.health())] == [200, 200]


async def test_when_the_sender_stops_the_other_sends_what_it_left_and_what_comes(
    postgres: Postgres, ground: Ground, tmp_path: Path, log: Log
) -> None:
    postgres.clean()
    async with one_more_on(ground, postgres.url, tmp_path) as second:
        await until(lambda: second.station.sending.is_sender)
        async with one_more_on(ground, postgres.url, tmp_path) as first:
            assert not first.station.sending.is_sender
            await greeted(first, SAM)
            await second.app.stop()
            await second.station.sending.stop()
            await until(lambda: first.station.sending.is_sender)
            await greeted(first, NADIA)
    assert sum("sender_taken" in line for line in log.lines) == 2


async def test_a_database_that_starts_again_under_a_replica_costs_nothing_but_the_time(
    postgres: Postgres, ground: Ground, tmp_path: Path, log: Log
) -> None:
    postgres.clean()
    async with one_more_on(ground, postgres.url, tmp_path) as house:
        await until(lambda: house.station.sending.is_sender)
        await postgres.restart()
        await until(lambda: house_is_well(house), seconds=30)
        await greeted(house, SAM)
        await house.app.look()
        assert house.app.blind_since is None
        assert house.station.sending.is_sender
    log.faults = len(log.errors)


async def house_is_well(house: AnyHouse) -> bool:
    return (await house.health())[0] == 200


async def greeted(house: AnyHouse, who: str) -> None:
    """Says hello, and is greeted once."""
    name = next(name for user, name, _, _ in PEOPLE if user == who)
    assert (await house.write(who, "hello"))["ok"]

    async def answered() -> bool:
        return any(name in words(one) for one in await house.messages(who))

    await until(answered)
    assert (await house.page.counts())["duplicates"] == 0
