"""`comitia manifest slack`, as it is typed."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import yaml

from bot.commands import manifest

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
