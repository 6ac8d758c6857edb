"""A rehearsal's home tab, ephemerals and bot users: Slack's alone, since Teams has none of them for a bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import CannotStart
from rituals.messages import Reply, say
from rituals.people import Account
from rituals.pulses import speech as pulse
from rituals.rehearsal import copies
from rituals.speech import greeting
from rituals.use_cases import answer_pulse
from tests.bot.scenarios.anywhere import rehearsal_on, running_platform
from tests.bot.scenarios.horizon import LUC, NEWS, PRIYA, SAM, ZOE, french, words
from tests.bot.scenarios.house import TEAM, House
from tests.bot.scenarios.test_rehearsal import nobody_else_has_anything, votes


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Sam rehearses, an ordinary member."""
    async with running_platform("slack") as workspace, rehearsal_on(workspace, tmp_path) as built:
        assert isinstance(built, House)
        yield built


async def test_others_who_type_are_told_in_an_ephemeral_and_who_writes_is_not_answered(house: House) -> None:
    for who, told in ((LUC, "Une répétition est en cours"), (PRIYA, "A rehearsal is on"), (ZOE, "Une répétition")):
        assert [told in words(one) for one in await house.command(who, "")] == [True]
        await house.write(who, "hello")
    await house.settle()
    for who in (LUC, PRIYA, ZOE):
        assert [one["user"] for one in await house.messages(who)] == [who]
        assert [one["user"] for one in await house.messages(who, NEWS) if not one["alone"]] == []
    assert len(await house.messages(SAM)) == 1, "the rehearsing person has no part in it"
    await house.nothing_lost()


async def test_the_rehearsing_persons_home_is_a_copy_and_can_be_voted_on(house: House) -> None:
    await house.to_ballots()
    home = await house.home(SAM)
    assert "Rehearsal: for Sam Taylor" in french(words(home))
    await house.press(SAM, home, "rehearsal", "search:no_go")
    await house.settle()
    assert await votes(house) == 1
    await nobody_else_has_anything(house)
    await house.nothing_lost()


async def test_what_takes_the_place_of_ones_own_copy_is_marked_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def thanks(*_given: object, **_ports: object) -> Reply:
        return Reply(instead=greeting("Sam"), elsewhere={"post": greeting("Sam")})

    monkeypatch.setattr(answer_pulse, "answer", thanks)
    account = Account(platform="slack", workspace=TEAM, user=SAM)
    async with house.app.memory.open_work() as work:
        sam = await work.people.by_account(account)
    assert sam is not None
    reply = await house.app.desk.press(account, copies.ACTION, f"{sam.id} {pulse.USE} w:1")
    to = say("rehearsal-for", name="Sam Taylor")
    copy = copies.copy_of(greeting("Sam"), to=to, owner=sam.id)
    assert reply == Reply(instead=copy, elsewhere={"post": copy})


async def test_a_bot_cannot_rehearse(tmp_path: Path) -> None:
    async with running_platform("slack") as workspace:
        with pytest.raises(CannotStart, match=r"nobody in the workspace has the address"):
            async with rehearsal_on(workspace, tmp_path, rehearser="comitia@horizon.example"):
                raise AssertionError("it must not start")
