"""The people of a tenant, read by Graph where that is granted: at the start, and by the hour who has changed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.teams import TeamsSide
from rituals.posts import ToPerson
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.horizon import MEMBERS, NADIA, PEOPLE, STARTS, ZOE, address_of, email, words
from tests.bot.scenarios.teams_house import APP, PASSWORD, TENANT, TeamsHouse, aad, house_of, tenant_config
from tests.builders import post

GRANTED = ("User.Read.All",)


def tenant(*more: dict[str, Any], consents: tuple[str, ...] = GRANTED) -> dict[str, Any]:
    return {
        "app": {"app_id": APP, "password": PASSWORD, "tenant": TENANT, "consents": list(consents)},
        "people": [*tenant_config()["people"], *more],
        # Whoever is in a team of the app's takes its messages: the committee is, and nobody else.
        "teams": [team | {"members": [address_of(user) for user in MEMBERS]} for team in tenant_config()["teams"]],
    }


@pytest.fixture
async def house(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[TeamsHouse]:
    guest = {"mail": "gil@elsewhere.example", "name": "Gil Guest", "guest": True, "installed": False}
    new = {"mail": "new@horizon.example", "name": "Nova Reyes", "locale": "fr-FR", "tz": "UTC", "installed": False}
    async with house_of(tmp_path, sqlite_template, tenant=tenant(guest, new)) as built:
        yield built


async def present(house: TeamsHouse) -> dict[str, tuple[str, str]]:
    """Everybody there, with their language and zone."""
    async with house.app.memory.open_work() as work:
        return {one.email: (one.locale, str(one.zone)) for one in await work.people.all_present()}


async def read_again(house: TeamsHouse) -> None:
    await house.after(hours=1, minutes=1)
    side = house.station.side
    assert isinstance(side, TeamsSide)
    assert side.people is not None
    assert side.people._reading is not None
    await side.people._reading


async def test_everybody_in_the_directory_is_known_before_they_have_said_a_word(house: TeamsHouse) -> None:
    found = await present(house)
    assert set(found) == {"new@horizon.example", *(email(name) for _, name, _, _ in PEOPLE)}
    assert found["new@horizon.example"] == ("fr", "Europe/Paris")
    async with house.app.memory.open_work() as work:
        zoe = next(one for one in await work.people.all_present() if one.email == email("Zoé Kovacs"))
        account = await work.people.account_of(zoe.id, "teams")
    assert account is not None
    assert account.user == aad(ZOE)


async def test_who_changes_is_known_within_the_hour_and_keeps_the_zone_they_told(house: TeamsHouse) -> None:
    new = {"mail": "new@horizon.example", "name": "Nova Reyes", "locale": "fr-FR", "tz": "America/Toronto"}
    await house.page.post("/sandbox/people", **new, installed=False)
    await house.page.post("/page/install", who=aad("new@horizon.example"))
    assert (await house.write("new@horizon.example", "votes"))["ok"]
    await house.settle()
    async with house.app.memory.open_work() as work:
        before = next(one for one in await work.people.all_present() if one.email == "new@horizon.example")
    await house.page.post("/sandbox/people", **(new | {"name": "Nova Lima"}), installed=False)
    gone = {"mail": email("Zoé Kovacs"), "name": "Zoé Kovacs", "enabled": False}
    assert (await house.page.post("/sandbox/people", **gone))["ok"]
    await read_again(house)
    async with house.app.memory.open_work() as work:
        after = next(one for one in await work.people.all_present() if one.email == "new@horizon.example")
    assert (after.name, after.zone) == ("Nova Lima", before.zone)
    assert email("Zoé Kovacs") not in await present(house)


async def test_a_wave_finds_out_once_who_lacks_the_app_and_the_next_one_asks_nobody_again(house: TeamsHouse) -> None:
    async with house.app.memory.open_work() as work:
        everybody = [one.id for one in await work.people.all_present()]
    refused: list[int] = []
    for week in range(3):
        at = STARTS + timedelta(weeks=week)
        await house.to(at)
        before = await house.page.counts()
        wave = [post(f"{week}-{n}", to=ToPerson(person=one), not_before=at) for n, one in enumerate(everybody)]
        await house.put(*(replace(one, bulk=True) for one in wave))
        await house.after(minutes=10)
        refused.append((await house.page.counts())["refused_calls"] - before["refused_calls"])
    assert refused == [2, 0, 0], "Zoé and Nova, of six"
    told = [one for one in await house.messages(NADIA) if "Teams ne me laisse pas écrire à 2 personnes." in words(one)]
    assert len(told) == 1
    await house.install(ZOE)
    await house.after(minutes=1)
    assert len(await house.messages(ZOE)) == 3


async def test_without_the_permission_people_are_met_as_they_come_and_it_is_said_once(
    tmp_path: Path, sqlite_template: Path, log: Log
) -> None:
    async with house_of(tmp_path, sqlite_template, tenant=tenant(consents=())) as house:
        await read_again(house)
        assert len([line for line in log.lines if "directory_not_granted" in line]) == 1
        async with house.app.memory.open_work() as work:
            zoe = next(one for one in await work.people.all_present() if one.email == email("Zoé Kovacs"))
            assert await work.people.account_of(zoe.id, "teams") is None
