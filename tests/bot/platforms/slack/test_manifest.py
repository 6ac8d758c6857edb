"""The manifest is one Slack takes, and asks for what the code uses: no more, no less."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft7Validator
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk import Desk
from bot.i18n.translator import LANGUAGES, translator_for
from bot.platforms.slack.listeners import SlackListeners
from bot.platforms.slack.manifest import (
    APP_METHODS,
    COMMAND,
    EVENTS,
    METHODS,
    SCOPES,
    Mode,
    UnusableManifest,
    manifest,
)
from tests.refusals import refused

ROOT = Path(__file__).parents[4]
OURS = [path for path in (ROOT / "bot").rglob("*.py") if not {"sandbox", "demo", "teams"} & set(path.parts)]
ZONE = ZoneInfo("Europe/Paris")


@cache
def schema() -> Draft7Validator:
    return Draft7Validator(json.loads((ROOT / "tests/data/slack-manifest.schema.json").read_text(encoding="utf-8")))


def faults(drawn: object) -> list[str]:
    return [f"{list(fault.path)}: {fault.message}" for fault in schema().iter_errors(drawn)]


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize(("mode", "url"), [("socket", None), ("http", "https://comitia.example.org")])
def test_slack_takes_it_in_every_language_and_either_mode(locale: str, mode: Mode, url: str | None) -> None:
    drawn = manifest(name="Comitia", translator=translator_for(locale, ZONE), mode=mode, url=url)
    assert faults(drawn) == []
    assert json.loads(json.dumps(drawn)) == drawn
    assert drawn["settings"]["socket_mode_enabled"] is (mode == "socket")
    assert drawn["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert drawn["settings"]["interactivity"]["is_enabled"] is True


def test_the_schema_would_find_a_fault() -> None:
    drawn = manifest(name="Comitia", translator=translator_for("en", ZONE), mode="socket", url=None)
    assert faults(drawn | {"surprise": 1})
    drawn["display_information"]["long_description"] = "short"
    assert faults(drawn)


def test_over_http_every_door_is_the_one_that_is_served() -> None:
    drawn = manifest(name="C", translator=translator_for("en", ZONE), mode="http", url="https://c.example.org/")
    door = "https://c.example.org/slack/events"
    assert drawn["features"]["slash_commands"][0]["url"] == door
    assert drawn["settings"]["event_subscriptions"]["request_url"] == door
    assert drawn["settings"]["interactivity"]["request_url"] == door
    assert "/slack/events" in (ROOT / "bot/web.py").read_text(encoding="utf-8")


def test_in_socket_mode_no_address_stands_in_it() -> None:
    drawn = manifest(name="C", translator=translator_for("en", ZONE), mode="socket", url=None)
    assert "url" not in json.dumps(drawn)


@pytest.mark.parametrize(
    ("name", "mode", "url", "told"),
    [
        (" ", "socket", None, "1 to 35 characters"),
        ("x" * 36, "socket", None, "1 to 35 characters"),
        ("C", "http", None, "--url"),
        ("C", "http", "http://c.example.org", "--url"),
        ("C", "socket", "https://c.example.org", "--mode http"),
    ],
)
def test_what_slack_would_refuse_is_refused_here(name: str, mode: Mode, url: str | None, told: str) -> None:
    with refused(UnusableManifest, match=told):
        manifest(name=name, translator=translator_for("en", ZONE), mode=mode, url=url)


# --- it cannot drift --------------------------------------------------------------------------------------------------


class Doors:
    """An app that only remembers which doors are opened."""

    def __init__(self) -> None:
        self.events: set[str] = set()
        self.commands: set[str] = set()

    def event(self, name: str | re.Pattern[str]) -> Any:
        if isinstance(name, str):
            self.events.add(name)
        return lambda listener: listener

    def command(self, name: str | re.Pattern[str]) -> Any:
        if isinstance(name, str):
            self.commands.add(name)
        return lambda listener: listener

    def __getattr__(self, _: str) -> Any:
        return lambda *_given, **_named: lambda listener: listener


def test_it_subscribes_to_the_events_that_are_listened_for() -> None:
    doors = Doors()
    nobody = cast(Any, None)
    SlackListeners(
        identity=nobody, desk=cast(Desk, nobody), replies=nobody, outbox=nobody, clock=nobody, command=COMMAND
    ).listen(cast(AsyncApp, doors))
    # Of messages only those said to the app itself are heard: anything more would be everybody's talk.
    assert {"message.im" if name == "message" else name for name in doors.events} == set(EVENTS)
    assert doors.commands == {COMMAND}


def web_api() -> dict[str, str]:
    """The SDK's names of the methods of the Web API: chat_postMessage -> chat.postMessage."""
    source = inspect.getsource(AsyncWebClient)
    found = {}
    for name, body in re.findall(r"async def (\w+)\((.*?)(?=\n    async def |\Z)", source, re.DOTALL):
        if called := re.search(r"self\.api_call\(\s*\"([\w.]+)\"", body):
            found[name] = called[1]
    return found


def methods_used() -> Iterator[str]:
    """Every method of the Web API that the code calls, wherever."""
    known = web_api()
    methods = set(known.values())
    for path in OURS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in known:
                yield known[node.attr]
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "api_call"
                and isinstance(node.args[0], ast.Constant)
            ):
                yield str(node.args[0].value)
            # What is JSON text already goes to Slack without the SDK.
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_show":
                yield from (one.value for one in node.args if isinstance(one, ast.Constant) and one.value in methods)


def test_its_scopes_are_those_of_the_methods_the_code_calls() -> None:
    assert len(web_api()) > 200
    assert set(methods_used()) == {*METHODS, *APP_METHODS}
    asked = manifest(name="C", translator=translator_for("en", ZONE), mode="socket", url=None)["oauth_config"]["scopes"]
    needed = {"commands"}.union(*METHODS.values(), *EVENTS.values())
    assert set(asked["bot"]) == needed == SCOPES
    assert list(asked) == ["bot"]


def test_no_scope_lets_it_write_where_it_was_not_invited() -> None:
    assert not SCOPES & {"chat:write.public", "chat:write.customize", "channels:join", "users:write", "admin"}
