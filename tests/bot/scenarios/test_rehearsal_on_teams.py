"""A rehearsal on Teams: nobody has written to it before; one person gets everything, and nobody else gets anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import CannotStart, migrate_database
from bot.settings import load
from bot.tenant import running_tenant
from tests.bot.scenarios import test_rehearsal as on_slack
from tests.bot.scenarios.horizon import (
    AGENDA_OUT,
    BALLOTS_CLOSE,
    LUC,
    MARKS_CALLED,
    NADIA,
    NEWS,
    PRIYA,
    ROOM,
    SAM,
    ZOE,
    Json,
    Page,
    address_of,
    words,
    write_settings,
)
from tests.bot.scenarios.teams_house import (
    APP,
    CHANNELS,
    TENANT,
    TeamsHouse,
    aad,
    at_work,
    environ,
    link,
    teams_yaml,
    tenant_config,
)


@asynccontextmanager
async def rehearsed(tmp_path: Path, rehearser: str = SAM, **tenant: Any) -> AsyncIterator[TeamsHouse]:
    """A rehearsal's database as `comitia run --rehearse` makes it, and the rehearsal at work."""
    database = tmp_path / "comitia.sqlite"
    async with running_tenant(tenant_config(**tenant)) as running:
        tree = teams_yaml(running.url, str(database), rehearsal=address_of(rehearser))
        await migrate_database(load(write_settings(tmp_path, tree), environ=environ()))
        async with at_work(running, database, tmp_path, rehearsal=address_of(rehearser)) as house:
            yield house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[TeamsHouse]:
    """Sam rehearses, an ordinary member."""
    async with rehearsed(tmp_path) as built:
        yield built


def plain(said: str) -> str:
    return said.replace("\u202f", " ").replace("\u00a0", " ")


async def nobody_else_has_anything(house: TeamsHouse) -> None:
    for who in (NADIA, PRIYA, LUC, ZOE):
        assert await house.messages(who) == []
    for channel in (ROOM, NEWS):
        assert await house.messages(SAM, channel) == []


async def copy_for(house: TeamsHouse, name: str, containing: str = "") -> Json:
    found = [one for one in await house.messages(SAM) if name in plain(words(one)) and containing in words(one)]
    assert found, f"there is no copy for {name}"
    return found[-1]


async def test_a_whole_committee_goes_to_one_person_marked_and_to_nobody_else(house: TeamsHouse) -> None:
    await house.to(BALLOTS_CLOSE)
    await house.after(minutes=5)
    mine = await house.messages(SAM)
    assert "The rehearsal at Horizon has begun" in words(mine[0])
    for mark in (
        "Rehearsal: for Priya Shah",
        "Rehearsal: for Sam Taylor",
        "Rehearsal: for Nadia Benali",
        "Rehearsal: for Luc Moreau",
        "Rehearsal: for AI committee",
    ):
        assert any(mark in plain(words(one)) for one in mine), mark
    assert all("Rehearsal: for " in words(one) for one in mine)
    await nobody_else_has_anything(house)
    await house.nothing_lost()


async def test_buttons_work_on_ones_own_copies_and_on_no_others(house: TeamsHouse) -> None:
    await house.to_ballots()
    theirs = await copy_for(house, "for Priya Shah", "Claims triage")
    answer = await house.press(SAM, theirs, "rehearsal", "go")
    assert "this copy is for somebody else" in answer["shown"]["text"]
    paper = await copy_for(house, "Rehearsal: for Sam Taylor", "Claims triage")
    pressed = await house.press(SAM, paper, "rehearsal", "triage:go")
    assert "✓ Go" in words(pressed["shown"]["card"])
    # All of it goes to one conversation, which takes a message about every two seconds.
    await house.after(minutes=2)
    assert "Your vote: Go." in words(await copy_for(house, "Rehearsal: for Sam Taylor", "Claims triage"))
    assert "One of 4 has voted" in words(await copy_for(house, "for AI committee", "Claims triage"))
    await nobody_else_has_anything(house)
    await house.nothing_lost()


async def test_a_form_opens_from_a_copy_and_is_kept(house: TeamsHouse) -> None:
    await house.to(MARKS_CALLED)
    await house.after(seconds=30)
    call = await copy_for(house, "Rehearsal: for Sam Taylor")
    assert (await house.press(SAM, call, "rehearsal", "open-marks"))["shown"]["kind"] == "dialog"
    form = await house.view(SAM)
    given = {field["id"].removeprefix("answer."): "4" for field in form["inputs"] if field.get("choices")}
    assert (await house.submit(SAM, **given))["ok"]
    await house.after(seconds=30)
    call = await copy_for(house, "Rehearsal: for Sam Taylor")
    assert "✓ Change my marks" in words(call)
    assert "Initiative 2 of 2" in words(await house.view(SAM)), "the next one follows, bound to the copy as well"
    await nobody_else_has_anything(house)
    await house.nothing_lost()


async def test_everybody_else_is_told_that_a_rehearsal_is_on(house: TeamsHouse) -> None:
    await house.to_ballots()
    said = await house.command(LUC, "votes")
    assert ["A rehearsal is on" in plain(words(one)) for one in said] == [True]


async def test_whoever_is_in_no_room_and_never_wrote_cannot_rehearse(tmp_path: Path) -> None:
    teams = [team | {"members": [address_of(NADIA)]} for team in tenant_config()["teams"]]
    with pytest.raises(CannotStart, match="nobody with the address sam"):
        async with rehearsed(tmp_path, teams=teams):
            raise AssertionError("it must not start")


async def test_whom_the_app_cannot_write_to_cannot_rehearse(tmp_path: Path) -> None:
    database = tmp_path / "comitia.sqlite"
    async with running_tenant(tenant_config()) as running:
        tree = teams_yaml(running.url, str(database), rehearsal=address_of(SAM))
        await migrate_database(load(write_settings(tmp_path, tree), environ=environ()))
        async with aiohttp.ClientSession() as session:
            assert (await Page(session, running.url).post("/page/block", who=aad(SAM)))["ok"]
        with pytest.raises(CannotStart, match=r"ConversationBlockedByUser.*install the app for them"):
            async with at_work(running, database, tmp_path, rehearsal=address_of(SAM)):
                raise AssertionError("it must not start")


async def test_on_both_platforms_a_rehearsal_is_on_one_and_has_the_rooms_of_both(tmp_path: Path) -> None:
    rooms = {"committee": link(CHANNELS[ROOM], "AI committee"), "news": "ai-news"}
    both: dict[str, Any] = {"rooms": rooms, "teams": {"app_id": APP, "tenant": TENANT, "identity": "managed"}}
    async with on_slack.rehearsed(tmp_path, **both) as house:
        await house.to(AGENDA_OUT)
        await house.after(minutes=1)
        assert any("Rehearsal: for AI committee" in words(one) for one in await house.messages(SAM))
