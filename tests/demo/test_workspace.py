"""`comitia workspace`: from init to a rehearsal as the README tells it, on a local workspace made of the settings."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import httpx
import pytest

from bot.app import migrate_database, running
from bot.clock import WallClock
from bot.commands import doctor, init
from bot.demo import horizon
from bot.demo.homes import TENANT
from bot.demo.workspace import run as command
from bot.demo.workspace import workspace
from bot.sandbox import running_workspace
from bot.sandbox.config import read_config
from bot.settings import load
from tests.bot.scenarios.house import until

ASKED = {
    "language": "fr",
    "name": "Mutuelle",
    "chair": "ana.silva@example.org",
    "members": "bo.chen@example.org, cy.roux@example.org, di.paz@example.org, ed.lo@example.org",
}
NOW = datetime(2026, 2, 2, tzinfo=UTC)


def described(folder: Path) -> Path:
    path = folder / "app.yaml"
    assert init.run(path, given=ASKED, yes=True, force=False, environ={}, out=StringIO()) == 0
    return path


async def test_a_newcomer_goes_from_init_to_a_rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = described(tmp_path)
    document = workspace(load(path, environ={}, need_secrets=False), now=datetime.now(UTC))
    async with running_workspace(document) as local, httpx.AsyncClient(base_url=local.url) as page:
        environ = {
            "COMITIA_SLACK__API_URL": local.api_url,
            "COMITIA_SLACK__BOT_TOKEN": horizon.BOT_TOKEN,
            "COMITIA_SLACK__APP_TOKEN": horizon.APP_TOKEN,
            "COMITIA_WEB__PORT": "0",
        }
        await migrate_database(load(path, environ=environ))
        out = StringIO()
        assert await doctor.run(path, to="comite-ia", environ=environ, clock=WallClock(), out=out) == 0, out.getvalue()
        assert out.getvalue().endswith("\nAucune erreur, aucune alerte.\n")
        settings = load(path, environ=environ, overrides={"rehearsal": "ana.silva@example.org"})
        await migrate_database(settings)
        ana = read_config(document).people[0].id
        dm = (await page.get("/api/state", params={"as": ana})).json()["dm"]["id"]
        async with running(settings, clock=WallClock()) as app:
            await app.look()
            await until(lambda: app.quiet)
        told = (await page.get("/api/messages", params={"as": ana, "channel": dm})).json()["messages"]
        assert "La répétition chez Mutuelle a commencé" in str(told[0])


def test_it_is_made_of_the_settings(tmp_path: Path) -> None:
    found = read_config(workspace(load(described(tmp_path), environ={}, need_secrets=False), now=NOW))
    assert found.team.name == "Mutuelle"
    ana = found.people[0]
    assert (ana.real_name, ana.email, ana.locale, ana.tz) == (
        "Ana Silva",
        "ana.silva@example.org",
        "fr-FR",
        "Europe/Paris",
    )
    assert [(one.name, one.app_is_member) for one in found.channels] == [("comite-ia", True), ("ia-pour-tous", True)]


def test_where_the_settings_name_nobody_it_has_the_made_up_people(tmp_path: Path) -> None:
    settings = load(described(tmp_path), environ={}, need_secrets=False).model_copy(update={"people": ()})
    found = read_config(workspace(settings, now=NOW))
    assert [person.email for person in found.people] == [person.email for person in horizon.CAST]
    assert found.team.name == "Mutuelle"


async def test_without_settings_it_says_so_and_opens_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "app.yaml"
    assert await command(path, port=0, directory=tmp_path / "kept", environ={}) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert str(path) in said.err
    assert not (tmp_path / "kept").exists()


async def test_whoever_is_on_teams_alone_is_told_what_there_is_for_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "app.yaml"
    rooms = {
        f"{room}-room": f"https://teams.microsoft.com/l/channel/19%3A{room}%40thread.tacv2/ai?tenantId={TENANT}"
        for room in ("committee", "everybody")
    }
    given = {**ASKED, **rooms, "platform": "teams"}
    assert init.run(path, given=given, yes=True, force=False, environ={}, out=StringIO()) == 0
    assert await command(path, port=0, directory=tmp_path, environ={}) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "make demo-teams" in said.err
    assert "comitia demo" in said.err


async def test_the_command_prints_what_to_export_and_ends_with_its_signal(tmp_path: Path) -> None:
    path = described(tmp_path)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "workspace", "--config", str(path), "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "COMITIA_SLACK__MODE": "http", "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(30):
        while "Ctrl-C" not in said:
            said += (await process.stdout.readline()).decode()
    api = re.search(r"export COMITIA_SLACK__API_URL=(\S+)", said)
    assert api is not None
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{api[1]}auth.test", headers={"Authorization": f"Bearer {horizon.BOT_TOKEN}"})
    assert answer.json()["ok"] is True
    assert f"COMITIA_SLACK__BOT_TOKEN={horizon.BOT_TOKEN}" in said
    assert "comitia run --rehearse ana.silva@example.org" in said
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
