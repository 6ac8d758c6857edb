"""The clock of Comitia's machine leaps while it works or between two lives: steps once, posts once, nothing hangs."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.clock import FollowedClock
from bot.sandbox import running_workspace
from tests.bot.scenarios import house as houses
from tests.bot.scenarios.horizon import AnyHouse, clock_of, words
from tests.bot.scenarios.house import LUC, PRIYA, ROOM, SAM, House, Page, at_work, workspace_config

HOUR = timedelta(hours=1)


async def leap(house: AnyHouse, to: datetime) -> None:
    """The machine's clock shows another time, the platform's goes on; Comitia looks, and again in a minute."""
    for moment in (to, to + timedelta(minutes=1)):
        house.clock.follow(moment)
        await house.app.look()
        await house.settle()


async def card(house: AnyHouse) -> str:
    """What the room sees of the ballot about triage."""
    return words(await house.message(SAM, "Claims triage", ROOM))


async def said(house: AnyHouse) -> list[str]:
    """Every message in the room and to Luc, in order."""
    return [words(one) for one in (*await house.messages(SAM, ROOM), *await house.messages(LUC))]


async def test_an_hour_that_comes_twice_says_nothing_twice_and_the_card_goes_on_counting(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.to_ballots()
    now, before = house.clock.now(), await said(house)
    for voter in (LUC, SAM):
        assert (await house.vote(voter, "go"))["ok"]
        await house.settle()
    assert "One of 4 has voted" in await card(house), "the second one is counted seconds later"
    await leap(house, now - HOUR)
    assert "2 of 4 have voted" in await card(house)
    assert (await house.vote(PRIYA, "go"))["ok"]
    await leap(house, now - HOUR + timedelta(minutes=2))
    assert "3 of 4 have voted" in await card(house)
    assert len(await said(house)) == len(before)
    await leap(house, now)
    assert len(await said(house)) == len(before)
    await house.nothing_lost()


async def test_days_that_never_were_do_each_step_once(house: House) -> None:
    await house.to_ballots()
    now = house.clock.now()
    await leap(house, now + timedelta(days=9))
    after = await said(house)
    assert any("minutes of" in one for one in after), "the ballots have closed"
    await leap(house, now)
    await leap(house, now + timedelta(days=9))
    assert await said(house) == after
    await house.nothing_lost()


async def test_a_life_that_begins_an_hour_before_the_last_one_ended_takes_it_from_there(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(sqlite_template, database := tmp_path / "comitia.sqlite")
    async with running_workspace(workspace_config()) as workspace:
        async with at_work(workspace, database, tmp_path) as house:
            await house.to_ballots()
            assert (await house.vote(LUC, "go"))["ok"]
            await house.settle()
            before = await said(house)
            assert (await house.vote(SAM, "go"))["ok"]

        async def an_hour_ago(page: Page) -> FollowedClock:
            clock = await clock_of(page)
            return FollowedClock(clock.now() - HOUR, flowing=False)

        monkeypatch.setattr(houses, "clock_of", an_hour_ago)
        async with at_work(workspace, database, tmp_path) as house:
            await leap(house, house.clock.now() + timedelta(seconds=10))
            assert "2 of 4 have voted" in await card(house)
            assert len(await said(house)) == len(before)
            await house.nothing_lost()
