"""The app is given to those who have no conversation with it, at Graph's pace, and again only to those who are left."""

from io import StringIO
from pathlib import Path

import pytest

from bot.clock import WallClock
from bot.commands.teams import install
from bot.platforms.teams.package import id_of
from rituals.posts import ToPerson
from tests.bot.scenarios.horizon import NADIA, STARTS, ZOE, address_of, write_settings
from tests.bot.scenarios.house import app_yaml
from tests.bot.scenarios.teams_house import APP, PASSWORD, TENANT, TeamsHouse, aad, environ, house_of, tenant_config
from tests.builders import post

CONSENTS = ("User.Read.All", "TeamsAppInstallation.ReadWriteSelfForUser.All", "AppCatalog.Read.All")


async def told(house: TeamsHouse, tmp_path: Path, *, go: bool = True, initiative: str | None = None) -> tuple[int, str]:
    out = StringIO()
    code = await install(
        tmp_path / "app.yaml",
        initiative=initiative,
        go=go,
        environ={**environ(), "LANG": "en_GB.UTF-8"},
        clock=house.clock,
        out=out,
    )
    return code, out.getvalue()


def app(*consents: str) -> dict[str, object]:
    named = {"app_id": APP, "password": PASSWORD, "tenant": TENANT, "external_id": id_of(APP)}
    return {"app": {**named, "consents": list(consents)}}


async def test_who_has_no_app_is_given_it_and_nobody_twice(tmp_path: Path, sqlite_template: Path) -> None:
    async with house_of(tmp_path, sqlite_template, tenant=app(*CONSENTS)) as house:
        assert await told(house, tmp_path, go=False) == (
            0,
            "1 person known on Teams does not have the app, as far as can be told. To give it to them, say --go.\n",
        )
        assert await told(house, tmp_path) == (0, "1 of 1\nThe app was given to 1; 0 had it already.\n")
        await house.settle()
        reference = await house.app.memory.references(platform="teams").find(aad(ZOE))
        assert reference is not None
        assert reference["conversation"]
        code, said = await told(house, tmp_path)
        assert (code, said.partition(".")[0]) == (0, "Nobody Comitia knows on Teams lacks the app")


async def test_who_had_it_unknown_to_us_is_written_to_from_then_on(tmp_path: Path, sqlite_template: Path) -> None:
    async with house_of(tmp_path, sqlite_template, tenant=app(*CONSENTS)) as house:
        references = house.app.memory.references(platform="teams")
        await references.keep_conversation(aad(NADIA), {"conversation": ""}, at=house.clock.now())
        assert await told(house, tmp_path) == (0, "2 of 2\nThe app was given to 1; 1 had it already.\n")
        reference = await references.find(aad(NADIA))
        assert reference is not None
        assert reference["conversation"]


async def test_who_was_refused_and_has_it_by_now_gets_what_waited(tmp_path: Path, sqlite_template: Path) -> None:
    # In no team of the app's, where it might be written to without.
    alone = [team | {"members": [address_of(NADIA)]} for team in tenant_config()["teams"]]
    async with house_of(tmp_path, sqlite_template, tenant=app(*CONSENTS) | {"teams": alone}) as house:
        await house.put(post(to=ToPerson(person=await house.person(ZOE)), not_before=STARTS))
        await house.after(minutes=1)
        async with house.app.memory.open_work() as work:
            assert (await work.posts.refused()).people == {"teams": 1}
        assert await told(house, tmp_path) == (0, "1 of 1\nThe app was given to 1; 0 had it already.\n")
        async with house.app.memory.open_work() as work:
            assert (await work.posts.refused()).people == {}
        await house.app.look()
        await house.after(seconds=5)
        assert len(await house.messages(ZOE)) == 1


@pytest.mark.parametrize("missing", CONSENTS[1:])
async def test_a_missing_permission_is_named(tmp_path: Path, sqlite_template: Path, missing: str) -> None:
    granted = [one for one in CONSENTS if one != missing]
    async with house_of(tmp_path, sqlite_template, tenant=app(*granted)) as house:
        code, said = await told(house, tmp_path)
    assert code == 1
    assert missing in said


async def test_where_nobody_is_on_teams_it_says_so_and_asks_for_no_token(tmp_path: Path) -> None:
    path = write_settings(tmp_path, app_yaml("http://127.0.0.1:1/api/", str(tmp_path / "comitia.sqlite")))
    out = StringIO()
    environ = {"LANG": "en_GB.UTF-8"}
    assert await install(path, initiative=None, go=False, environ=environ, clock=WallClock(), out=out) == 1
    assert out.getvalue() == (
        "app.yaml does not say who Comitia is in Teams: fill in its section teams, with app_id and tenant.\n"
    )
