"""`comitia manifest slack` and `comitia manifest teams`, as they are typed."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli import cli
from bot.commands import manifest
from bot.platforms.teams.package import App, package
from bot.settings_values import LATER

ROOT = Path(__file__).parents[3]


def written(path: Path = ROOT / "app.yaml", **given: Any) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    asked: dict[str, Any] = {"name": "Comitia", "mode": None, "url": None, "as_yaml": False, "environ": {}} | given
    return manifest.run(path, **asked, out=out, err=err), out.getvalue(), err.getvalue()


def test_it_is_json_alone_in_the_organisations_language_and_mode() -> None:
    code, out, err = written()
    assert code == 0
    drawn = json.loads(out)
    assert drawn["display_information"]["description"].startswith("Anime les rituels")
    assert drawn["settings"]["socket_mode_enabled"] is True
    assert err.startswith("Collez-le sur https://api.slack.com/apps?new_app=1 (From a manifest)")
    assert written(environ={"LANG": "en_GB.UTF-8"})[2].startswith("Paste it at https://api.slack.com/")


def test_the_mode_of_the_settings_is_the_default() -> None:
    code, out, err = written(environ={"COMITIA_SLACK__MODE": "http"})
    assert (code, out) == (1, "")
    assert err == (
        "Ce manifeste est impossible\xa0: en HTTP, Slack doit savoir où appeler\u202f; donnez --url https://…\n"
    )
    code, out, _ = written(environ={"COMITIA_SLACK__MODE": "http"}, url="https://c.example.org")
    assert json.loads(out)["settings"]["interactivity"]["request_url"] == "https://c.example.org/slack/events"


def test_yaml_says_the_same() -> None:
    assert yaml.safe_load(written(as_yaml=True)[1]) == json.loads(written()[1])


def test_faulty_settings_write_nothing(tmp_path: Path) -> None:
    code, out, err = written(tmp_path / "no.yaml")
    assert (code, out) == (1, "")
    assert err.endswith(
        "name the settings file, or run `comitia init` to write one\n1 fault: no manifest was written.\n"
    )


def test_no_token_is_in_it() -> None:
    environ = {"COMITIA_SLACK__BOT_TOKEN": "xoxb-1-2-secret", "COMITIA_SLACK__APP_TOKEN": "xapp-1-secret"}
    _, out, err = written(environ=environ)
    assert "secret" not in out + err


BOT = "0b7d1c9e-3a55-4f0e-9c1d-8f2a6b4e7d10"


ZEROS = {"COMITIA_TEAMS__APP_ID": LATER, "COMITIA_TEAMS__TENANT": LATER}


def packed(file: Path, path: Path = ROOT / "app.yaml", **given: Any) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    code = manifest.run_teams(path, file, **{"bot": BOT, "environ": {}} | given, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


def test_the_teams_package_is_written_and_what_to_do_with_it_said(tmp_path: Path) -> None:
    file = tmp_path / "comitia.zip"
    code, out, err = packed(file)
    assert (code, out) == (0, f"{file}\n")
    site = "https://troisrivieres.example"
    ours = App(bot=BOT, name="Comitia", developer="Mutuelle des Trois Rivières", website=site, privacy=site, terms=site)
    assert file.read_bytes() == package(ours)
    app, pages, upload = err.splitlines()
    assert app.startswith(f"Application {ours.id}, version 1.0.0. ")
    assert pages.startswith(f"Teams montrera {site} pour l’aide, {site} pour la confidentialité")
    assert upload.startswith("Chargez-le sur https://admin.teams.microsoft.com/policies/manage-apps")
    assert packed(file, environ={"LANG": "en_GB.UTF-8"})[2].startswith(f"App {ours.id}, version 1.0.0.")


def test_what_teams_shows_beside_the_app_may_be_chosen(tmp_path: Path) -> None:
    file = tmp_path / "comitia.zip"
    code, _, _ = packed(file, name=" Comitia (essai) ", website="https://help.example/ia", version="1.2.0")
    assert code == 0
    with ZipFile(file) as archive:
        written = json.loads(archive.read("manifest.json"))
    assert written["name"]["short"] == "Comitia (essai)"
    assert written["version"] == "1.2.0"
    assert {address for key, address in written["developer"].items() if key != "name"} == {"https://help.example/ia"}


def test_a_long_name_of_an_organisation_is_cut_for_teams(tmp_path: Path) -> None:
    name = "Mutuelle des artisans et commerçants des Trois Rivières"
    assert packed(tmp_path / "c.zip", environ={"COMITIA_ORGANISATION__NAME": name})[0] == 0
    with ZipFile(tmp_path / "c.zip") as archive:
        developer = json.loads(archive.read("manifest.json"))["developer"]["name"]
    assert developer.startswith("Mutuelle des artisans")
    assert len(developer) <= 32


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"bot": None}, "the Azure bot’s app id is missing; give it with --app-id, or as teams.app_id in app.yaml"),
        ({"bot": LATER}, "zeros still stand for the Azure bot’s app id"),
        (
            {"bot": None, "environ": {"LANG": "en_GB.UTF-8"} | ZEROS},
            "zeros still stand for the Azure bot’s app id",
        ),
        ({"bot": "comitia"}, "comitia is no app id of an Azure bot"),
        ({"privacy": "http://x.example"}, "--privacy has to be an address https://…"),
    ],
)
def test_a_package_that_cannot_be_made_is_not_written(tmp_path: Path, given: dict[str, Any], why: str) -> None:
    code, out, err = packed(tmp_path / "c.zip", **{"environ": {"LANG": "en_GB.UTF-8"}} | given)
    assert (code, out) == (1, "")
    assert err.startswith(f"No such package can be made: {why}")
    assert not (tmp_path / "c.zip").exists()


def test_without_anybodys_address_the_website_is_asked_for(tmp_path: Path) -> None:
    settings = tmp_path / "app.yaml"
    settings.write_text("organisation:\n  name: Ours\n  zone: Europe/Paris\n", encoding="utf-8")
    code, _, err = packed(tmp_path / "c.zip", settings)
    assert code == 1
    assert "give --website" in err
    assert packed(tmp_path / "c.zip", settings, website="https://ours.example")[0] == 0


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    code, out, err = packed(tmp_path / "nowhere" / "c.zip", environ={"LANG": "en_GB.UTF-8"})
    assert (code, out) == (1, "")
    assert err == f"{tmp_path / 'nowhere' / 'c.zip'} was not written: No such file or directory\n"


def test_faulty_settings_write_no_package(tmp_path: Path) -> None:
    code, out, err = packed(tmp_path / "c.zip", tmp_path / "no.yaml")
    assert (code, out) == (1, "")
    assert err.endswith("1 fault: no package was written.\n")


def test_no_secret_is_in_the_package(tmp_path: Path) -> None:
    environ = {
        "COMITIA_SLACK__BOT_TOKEN": "xoxb-1-2-s3cr3t",
        "COMITIA_DATABASE__URL": "postgresql://me:s3cr3t@db/x",
        "COMITIA_TEAMS__APP_ID": BOT,
        "COMITIA_TEAMS__TENANT": "7f3e0000-1111-4222-8333-444455556666",
        "COMITIA_TEAMS__APP_PASSWORD": "a~s3cr3t~of-the-app",
    }
    code, out, err = packed(tmp_path / "c.zip", bot=None, environ=environ)
    assert code == 0
    with ZipFile(tmp_path / "c.zip") as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
    assert b"s3cr3t" not in held
    assert "s3cr3t" not in out + err


def test_the_command_line_hands_each_option_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = f"manifest teams -c {ROOT / 'app.yaml'} --app-id {BOT} --name Essai --version 3.0.0"
    pages = "--website https://a.example --privacy https://b.example --terms https://c.example"
    done = CliRunner().invoke(cli, [*words.split(), *pages.split()])
    assert (done.exit_code, done.stdout) == (0, "comitia-teams.zip\n")
    with ZipFile(tmp_path / "comitia-teams.zip") as archive:
        written = json.loads(archive.read("manifest.json"))
    assert (written["name"]["short"], written["version"], written["bots"][0]["botId"]) == ("Essai", "3.0.0", BOT)
    pages_shown = [written["developer"][key] for key in ("websiteUrl", "privacyUrl", "termsOfUseUrl")]
    assert pages_shown == ["https://a.example", "https://b.example", "https://c.example"]
    assert CliRunner().invoke(cli, [*words.split(), "--out", "other.zip"]).stdout == "other.zip\n"
