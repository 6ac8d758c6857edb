"""The app is given to those who have no conversation with it, at Graph's pace, and again only to those who are left."""

from io import StringIO
from pathlib import Path

import pytest

from bot.commands.teams import install
from bot.platforms.teams.package import id_of
from tests.bot.scenarios.horizon import NADIA, ZOE
from tests.bot.scenarios.teams_house import APP, PASSWORD, TENANT, TeamsHouse, aad, environ, house_of

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
            "1 person known on Teams has no conversation with the app yet. To give it to them, say --go.\n",
        )
        assert await told(house, tmp_path) == (0, "1 of 1\nThe app was given to 1; 0 had it already.\n")
        await house.settle()
        reference = await house.app.memory.references(platform="teams").find(aad(ZOE))
        assert reference is not None
        assert reference["conversation"]
        assert await told(house, tmp_path) == (0, "Everybody who is known on Teams has the app already.\n")


async def test_who_had_it_unknown_to_us_is_written_to_from_then_on(tmp_path: Path, sqlite_template: Path) -> None:
    async with house_of(tmp_path, sqlite_template, tenant=app(*CONSENTS)) as house:
        await house.app.memory.references(platform="teams").set_conversation(aad(NADIA), "")
        assert await told(house, tmp_path) == (0, "2 of 2\nThe app was given to 1; 1 had it already.\n")
        reference = await house.app.memory.references(platform="teams").find(aad(NADIA))
        assert reference is not None
        assert reference["conversation"]


@pytest.mark.parametrize("missing", CONSENTS[1:])
async def test_a_missing_permission_is_named(tmp_path: Path, sqlite_template: Path, missing: str) -> None:
    granted = [one for one in CONSENTS if one != missing]
    async with house_of(tmp_path, sqlite_template, tenant=app(*granted)) as house:
        code, said = await told(house, tmp_path)
    assert code == 1
    assert missing in said
