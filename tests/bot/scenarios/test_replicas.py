"""Two processes' worth of Comitia on one PostgreSQL: one sends, both hear, and nothing is done twice.

On Slack alone, whose connections the two share out; what they share on Teams is the database, and that is the same.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.sandbox import RunningWorkspace, running_workspace
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.house import NADIA, PEOPLE, SAM, STARTS, House, at_work, until, words, workspace_config
from tests.databases import Postgres

FLOWING = {"mode": "flowing", "start": STARTS.isoformat()}


@pytest.fixture
async def workspace() -> AsyncIterator[RunningWorkspace]:
    async with running_workspace(workspace_config(clock=FLOWING)) as running:
        yield running


async def test_two_that_start_at_once_find_everything_in_place_and_one_sends(
    postgres: Postgres, workspace: RunningWorkspace, tmp_path: Path
) -> None:
    postgres.clean()
    async with AsyncExitStack() as stack:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        first, second = await asyncio.gather(
            *(stack.enter_async_context(at_work(workspace, postgres.url, tmp_path / name)) for name in ("a", "b"))
        )
        async with first.app.memory.open_work() as work:
            assert len(await work.people.all_present()) == len(PEOPLE)
            assert len(await work.occurrences.upcoming(STARTS, limit=99)) == 4
        await until(
            lambda: first.app.station("slack").sending.is_sender or second.app.station("slack").sending.is_sender
        )
        assert first.app.station("slack").sending.is_sender != second.app.station("slack").sending.is_sender
        assert [status for status, _ in (await first.health(), await second.health())] == [200, 200]


async def test_when_the_sender_stops_the_other_sends_what_it_left_and_what_comes(
    postgres: Postgres, workspace: RunningWorkspace, tmp_path: Path, log: Log
) -> None:
    postgres.clean()
    async with at_work(workspace, postgres.url, tmp_path) as second:
        await until(lambda: second.app.station("slack").sending.is_sender)
        async with at_work(workspace, postgres.url, tmp_path) as first:
            assert not first.app.station("slack").sending.is_sender
            await greeted(first, SAM)
            await second.app.stop()
            await second.app.station("slack").sending.stop()
            await until(lambda: first.app.station("slack").sending.is_sender)
            await greeted(first, NADIA)
    assert sum("sender_taken" in line for line in log.lines) == 2


async def test_a_database_that_starts_again_under_a_replica_costs_nothing_but_the_time(
    postgres: Postgres, workspace: RunningWorkspace, tmp_path: Path, log: Log
) -> None:
    postgres.clean()
    async with at_work(workspace, postgres.url, tmp_path) as house:
        await until(lambda: house.app.station("slack").sending.is_sender)
        await postgres.restart()
        await until(lambda: house_is_well(house), seconds=30)
        await greeted(house, SAM)
        await house.app.look()
        assert house.app.blind_since is None
        assert house.app.station("slack").sending.is_sender
    log.faults = len(log.errors)


async def house_is_well(house: House) -> bool:
    return (await house.health())[0] == 200


async def greeted(house: House, who: str) -> None:
    """Says hello, and is greeted once."""
    assert (await house.type(who, "hello", await house.dm(who)))["ok"]

    async def answered() -> bool:
        return any("ello" in words(one) or "onjour" in words(one) for one in (await house.messages(who))[1:])

    await until(answered)
    assert (await house.page.counts())["duplicates"] == 0
