"""Draws samples on every platform, and walks what was drawn."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import fastjsonschema

import rituals
from bot.i18n.translator import LANGUAGES, Translator, translator_for
from bot.platforms.slack import render as slack
from bot.platforms.teams import render as teams
from rituals.messages import Form, Message
from tests.golden.samples import FORMS, SAMPLES

HERE = Path(__file__).parent
PLATFORMS = ("slack", "teams")
PARIS = ZoneInfo("Europe/Paris")

Sample = Message | Form

DRAWN = [
    *((f"{kind}", platform, locale) for kind in SAMPLES for platform in PLATFORMS for locale in LANGUAGES),
    *((f"{kind}.form", platform, locale) for kind in FORMS for platform in PLATFORMS for locale in LANGUAGES),
]
"""Every golden file: its name, platform and locale."""


def register_everything() -> None:
    """Imports every module of rituals that says something, so that its kinds are registered."""
    for module in pkgutil.walk_packages(rituals.__path__, "rituals."):
        if module.name.rpartition(".")[2] == "speech":
            importlib.import_module(module.name)


def sample(name: str, *, hostile: bool) -> Sample:
    """The sample of a golden name: "greeting", "committee-marks.form"."""
    if name.endswith(".form"):
        return FORMS[name.removesuffix(".form")][hostile]
    return SAMPLES[name][hostile]


@cache
def draw(name: str, platform: str, locale: str, *, hostile: bool = False) -> dict[str, Any]:
    """The sample of a golden name as `platform` is given it. Drawn once; not to be changed."""
    said = sample(name, hostile=hostile)
    translator: Translator = translator_for(locale, PARIS)
    if isinstance(said, Form):
        return slack.form(said, translator) if platform == "slack" else teams.form(said, translator)
    if said.kind == "home":
        return slack.home(said, translator) if platform == "slack" else teams.home(said, translator)
    return slack.message(said, translator) if platform == "slack" else teams.message(said, translator)


def golden_path(name: str, platform: str, locale: str) -> Path:
    """Where a golden file is kept."""
    return HERE / platform / f"{name}.{locale}.json"


def as_json(drawn: dict[str, Any]) -> str:
    """A golden file's text."""
    return json.dumps(drawn, ensure_ascii=False, indent=2) + "\n"


def objects(drawn: object) -> Iterator[dict[str, Any]]:
    """Every JSON object in `drawn`, however deep."""
    if isinstance(drawn, dict):
        yield drawn
    for inner in drawn.values() if isinstance(drawn, dict) else drawn if isinstance(drawn, list) else ():
        yield from objects(inner)


def strings(drawn: object) -> Iterator[str]:
    """Every string in `drawn`, however deep; names of fields are not among them."""
    if isinstance(drawn, str):
        yield drawn
    for inner in drawn.values() if isinstance(drawn, dict) else drawn if isinstance(drawn, list) else ():
        yield from strings(inner)


def words_of_people(said: object) -> Iterator[str]:
    """Every text written by people in a message or form, however deep."""
    if is_dataclass(said):
        for one in fields(said):
            value = getattr(said, one.name)
            if one.name == "values":
                for blank in value.values():
                    yield from _blank(blank)
            elif one.name == "items" and isinstance(value, tuple):
                for item in value:
                    yield from _blank(item)
            elif one.name == "text" and isinstance(value, str):
                yield value
            else:
                yield from words_of_people(value)
    elif isinstance(said, tuple):
        for item in said:
            yield from words_of_people(item)


def _blank(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        yield from words_of_people(value)


def card_faults(card: dict[str, Any]) -> list[str]:
    """What Microsoft's JSON schema of Adaptive Cards 1.5 says against a card: the first thing, if any."""
    try:
        _card_schema()(card)
    except fastjsonschema.JsonSchemaValueException as error:
        return [str(error.message)]
    return []


@cache
def _card_schema() -> Callable[[dict[str, Any]], object]:
    schema = json.loads((HERE / "schemas" / "adaptive-card-1.5.0.json").read_text(encoding="utf-8"))
    compiled: Callable[[dict[str, Any]], object] = fastjsonschema.compile(schema)
    return compiled


# Limits of Block Kit: type -> field -> most characters (of a string or a text object) or most items (of a list).
_BLOCK_KIT: dict[str, dict[str, int]] = {
    "header": {"text": 150, "block_id": 255},
    "context": {"elements": 10},
    "actions": {"elements": 25, "block_id": 255},
    "button": {"text": 75, "value": 2_000, "action_id": 255, "accessibility_label": 75},
    "input": {"label": 2_000, "hint": 2_000, "block_id": 255},
    "radio_buttons": {"options": 10, "action_id": 255},
    "static_select": {"options": 100, "action_id": 255, "placeholder": 150},
    "plain_text_input": {"max_length": 3_000, "initial_value": 3_000, "action_id": 255},
    "plain_text": {"text": 3_000},
    "text": {"text": 3_000},
    "confirm": {"title": 100, "text": 300, "confirm": 30, "deny": 30},
    "multi_static_select": {"options": 100, "action_id": 255, "placeholder": 150},
    "data_visualization": {"title": 50},
    "series": {"name": 20, "data": 20},
    "point": {"label": 20},
    "axes": {"categories": 20, "y_label": 50},
    "option": {"text": 75, "value": 150, "description": 75},
    "modal": {"title": 24, "submit": 24, "close": 24, "private_metadata": 3_000, "callback_id": 255, "blocks": 100},
    "home": {"blocks": 100, "callback_id": 255},
    "message": {"text": 4_000, "blocks": 50},
}


def block_kit_faults(drawn: dict[str, Any]) -> list[str]:
    """What Slack would refuse in `drawn`: a message (text and blocks) or a view."""
    faults = []
    for each in objects(drawn):
        kind = str(each.get("type", _untyped(each)))
        for name, limit in _BLOCK_KIT.get(kind, {}).items():
            size = _measure(each.get(name, "-"))
            if not (0 < size <= limit or (size == 0 and name in {"blocks", "private_metadata", "value"})):
                faults.append(f"{kind}.{name}: {size} of {limit}")
        if "initial_option" in each and each["initial_option"] not in each["options"]:
            faults.append(f"{kind}.initial_option is none of the options")
        action_ids = [button["action_id"] for button in each.get("elements", ()) if "action_id" in button]
        faults += [f"{one} twice in a block" for one in set(action_ids) if action_ids.count(one) > 1]
    block_ids = [block["block_id"] for block in drawn["blocks"] if "block_id" in block]
    faults += [f"block {one} twice" for one in set(block_ids) if block_ids.count(one) > 1]
    faults += [
        fault for block in drawn["blocks"] if block["type"] == "data_visualization" for fault in _chart_faults(block)
    ]
    if [block["type"] for block in drawn["blocks"]].count("data_visualization") > 2:
        faults.append("more than two charts")
    inputs = drawn.get("type") == "modal" and any(block["type"] == "input" for block in drawn["blocks"])
    return faults + (["inputs without a submit"] if inputs and "submit" not in drawn else [])


def _chart_faults(block: dict[str, Any]) -> list[str]:
    """What Slack would refuse in one of its charts: names twice, a point too few, a label too long."""
    chart = block["chart"]
    labels, names = chart["axis_config"]["categories"], [series["name"] for series in chart["series"]]
    faults = [f"{one} twice in a chart" for every in (labels, names) for one in set(every) if every.count(one) > 1]
    faults += [f"{label}: a label too long" for label in labels if not 0 < _measure(label) <= 20]
    faults += [
        f"{series['name']}: a point too many or too few"
        for series in chart["series"]
        if [point["label"] for point in series["data"]] != labels
    ]
    return faults + (["more than six series"] if len(names) > 6 else [])


def without_charts(card: Any) -> Any:
    """A card as clients show it that know no charts: each gives way to its fallback."""
    if isinstance(card, list):
        return [without_charts(each) for each in card]
    if not isinstance(card, dict):
        return card
    if str(card.get("type")).startswith("Chart."):
        return without_charts(card["fallback"])
    return {name: without_charts(inner) for name, inner in card.items()}


_UNTYPED = {
    "blocks": "message",
    "deny": "confirm",
    "data": "series",
    "label": "point",
    "value": "option",
    "categories": "axes",
}


def _untyped(each: dict[str, Any]) -> str:
    return next((kind for name, kind in _UNTYPED.items() if name in each), "?")


def _measure(value: Any) -> int:
    if isinstance(value, dict):
        return _measure(value["text"])
    if isinstance(value, str):
        return len(value.encode("utf-16-le")) // 2
    return value if isinstance(value, int) else len(value)
