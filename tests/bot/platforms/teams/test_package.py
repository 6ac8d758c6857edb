"""The package is one Teams takes, says the same in English and French, and suggests only words we know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn
from zipfile import ZipFile

import pytest
from jsonschema import Draft4Validator

from bot.clock import WallClock
from bot.desk import Desk
from bot.platforms.teams.package import (
    SCHEMA,
    VERSION,
    App,
    UnusablePackage,
    drawn,
    manifest,
    package,
    translation,
)
from bot.settings import load
from rituals.errors import NotFound
from rituals.people import Account
from tests.bot.test_pictures import rows, size
from tests.builders import slack
from tests.refusals import refused

ROOT = Path(__file__).parents[4]
BOT = "0b7d1c9e-3a55-4f0e-9c1d-8f2a6b4e7d10"
OURS = App(
    bot=BOT,
    name="Comitia",
    developer="Mutuelle des Trois Rivières",
    website="https://troisrivieres.example",
    privacy="https://troisrivieres.example/privacy",
    terms="https://troisrivieres.example/terms",
)


@cache
def schema(kind: str) -> Draft4Validator:
    return Draft4Validator(json.loads((ROOT / f"tests/data/teams-{kind}.schema.json").read_text(encoding="utf-8")))


def faults(kind: str, written: object) -> list[str]:
    return [f"{list(fault.path)}: {fault.message}" for fault in schema(kind).iter_errors(written)]


def said(manifest: Any) -> Iterator[str]:
    """Everything in a manifest that people read in their own language, by its path."""
    for length in manifest["name"]:
        yield f"name.{length}"
    for length in manifest["description"]:
        yield f"description.{length}"
    for at, commands in enumerate(manifest["bots"][0]["commandLists"]):
        for row, command in enumerate(commands["commands"]):
            for part in command:
                yield f"bots[0].commandLists[{at}].commands[{row}].{part}"


def at(manifest: Any, path: str) -> Any:
    """What stands at a path of the manifest, such as "bots[0].botId"."""
    found = manifest
    for step in re.findall(r"[a-zA-Z]+|\d+", path):
        found = found[int(step) if step.isdigit() else step]
    return found


def held(app: App = OURS) -> dict[str, bytes]:
    with ZipFile(BytesIO(package(app))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_teams_takes_the_manifest() -> None:
    written = json.loads(held()["manifest.json"])
    assert faults("manifest", written) == []
    assert written == manifest(OURS)
    assert (written["manifestVersion"], written["version"]) == (SCHEMA, VERSION)
    assert len(written["description"]["short"]) <= 80


def test_teams_takes_the_translation() -> None:
    files = held()
    (added,) = json.loads(files["manifest.json"])["localizationInfo"]["additionalLanguages"]
    written = json.loads(files[added["file"]])
    assert faults("localization", written) == []
    assert written == translation(OURS, "fr")


def test_the_schemas_would_find_a_fault() -> None:
    assert faults("manifest", manifest(OURS) | {"surprise": 1})
    written = manifest(OURS)
    written["bots"][0]["commandLists"][0]["commands"] *= 2
    assert faults("manifest", written)
    assert faults("localization", translation(OURS, "fr") | {"description.short": "x" * 81})
    assert faults("localization", translation(OURS, "fr") | {"description.shrot": "x"})


def test_it_is_a_bot_to_talk_with_for_people_teams_and_group_chats() -> None:
    (bot,) = manifest(OURS)["bots"]
    assert bot["botId"] == BOT
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert bot["supportsFiles"] is False
    assert bot["isNotificationOnly"] is False
    assert [lists["scopes"] for lists in bot["commandLists"]] == [["personal"], ["team", "groupChat"]]
    assert manifest(OURS)["webApplicationInfo"]["id"] == BOT


def test_all_that_is_said_to_people_is_said_in_both_languages() -> None:
    english = manifest(OURS)
    french = {path: words for path, words in translation(OURS, "fr").items() if path != "$schema"}
    assert set(french) == set(said(english))
    assert all(at(english, path) for path in french)
    assert {path for path in french if at(english, path) == french[path]} == {
        "name.short",  # a name is a name
        "bots[0].commandLists[0].commands[3].title",  # actions
        "bots[0].commandLists[0].commands[4].title",  # dates
        "bots[0].commandLists[1].commands[0].title",  # dates
    }


def words_suggested() -> list[str]:
    both = (translation(OURS, "en"), translation(OURS, "fr"))
    return sorted({words for told in both for path, words in told.items() if path.endswith("].title")})


def nothing_is_there() -> NoReturn:
    raise NotFound


async def nothing_is_looked_at(account: Account, ballot: str) -> None:
    """Nobody votes."""


@pytest.mark.parametrize("words", [*words_suggested(), "no such word", "pulse"])
async def test_the_words_suggested_are_words_we_know(words: str) -> None:
    desk = Desk(
        open_work=nothing_is_there,
        organisation=load(ROOT / "app.yaml", environ={}, need_secrets=False).organisation_rules(),
        clock=WallClock(),
        roster={},
        look=nothing_is_looked_at,
        nudge=lambda: None,
    )
    sentence = (await desk.command(slack("U1"), words)).sentence
    assert sentence is not None
    known = sentence.key not in {"refused-command", "pulse-which"}
    assert known is (words in words_suggested())


def test_the_colour_icon_fills_a_square_with_the_mark_in_its_middle() -> None:
    picture = drawn("color")
    assert picture == held()["color.png"]
    assert size(picture) == (192, 192)
    wide, lines = rows(picture)
    ground = bytes.fromhex(manifest(OURS)["accentColor"][1:])
    marked = set()
    for y, line in enumerate(lines):
        for x in range(192):
            pixel = line[x * wide : x * wide + wide]
            assert wide == 3 or pixel[3] == 255
            if pixel[:3] != ground:
                marked.add((x, y))
    # Teams cuts round corners or a hexagon: 48 pixels on each side are safe to lose.
    assert all(48 <= x < 144 and 48 <= y < 144 for x, y in marked)
    assert len(marked) > 48 * 96


def test_the_outline_icon_is_white_and_otherwise_transparent() -> None:
    picture = drawn("outline")
    assert picture == held()["outline.png"]
    assert size(picture) == (32, 32)
    wide, lines = rows(picture)
    assert wide == 4
    pixels = [line[x * 4 : x * 4 + 4] for line in lines for x in range(32)]
    assert {pixel[:3] for pixel in pixels if pixel[3]} == {b"\xff\xff\xff"}
    assert min(pixel[3] for pixel in pixels) == 0
    assert sum(pixel[3] == 255 for pixel in pixels) > 100


def test_equal_settings_give_equal_bytes() -> None:
    assert package(OURS) == package(replace(OURS))
    assert package(OURS) == package(replace(OURS, bot=BOT.upper()))
    assert package(OURS) != package(replace(OURS, name="Comitia (trial)"))
    assert set(held()) == {"manifest.json", "fr.json", "color.png", "outline.png"}


def test_the_app_keeps_its_id_whatever_else_changes() -> None:
    assert OURS.id == "1821c6bd-22af-5fc9-ba11-d3d2749fdec8"
    other = replace(OURS, name="Other", website="https://other.example", version="2.0.0")
    assert manifest(other)["id"] == manifest(OURS)["id"] == OURS.id
    assert replace(OURS, bot=BOT.replace("0b", "0c")).id != OURS.id


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"bot": "Comitia"}, "Comitia is no app id of an Azure bot"),
        ({"bot": ""}, "is no app id of an Azure bot"),
        ({"name": ""}, "Teams takes a name of 1 to 30 characters"),
        ({"name": "x" * 31}, "Teams takes a name of 1 to 30 characters"),
        ({"developer": "x" * 33}, "Teams takes a developer of 1 to 32 characters"),
        ({"website": "http://troisrivieres.example"}, "--website has to be an address https://…"),
        ({"privacy": "https:///privacy"}, "--privacy has to be an address https://…"),
        ({"terms": "https://troisrivieres.example/our terms"}, "--terms has to be an address https://…"),
        ({"version": "1.0"}, "a version is three numbers, such as 1.0.0"),
        ({"version": "1.0.01"}, "a version is three numbers, such as 1.0.0"),
    ],
)
def test_what_teams_would_refuse_is_refused_here(change: dict[str, str], why: str) -> None:
    with refused(UnusablePackage, match=why):
        package(replace(OURS, **change))
