"""What people put in inputs: the state values of payloads, and what the workspace accepts before the app sees it."""

import re
from collections.abc import Callable
from datetime import date

from bot.local.json_types import Json
from bot.sandbox.blocks import elements, options_of

Chosen = dict[str, dict[str, Json]]

_INITIAL: dict[str, tuple[str, str, list[Json] | None]] = {
    "plain_text_input": ("value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "users_select": ("selected_user", "initial_user", None),
}
_SENTENCES = {
    "required": ("This field is required.", "Ce champ est obligatoire."),
    "too_short": ("At least {0} characters are needed.", "Il faut au moins {0} caractères."),
    "too_long": ("No more than {0} characters are allowed.", "Pas plus de {0} caractères."),
    "too_many": ("No more than {0} can be chosen.", "Pas plus de {0} choix."),
    "unknown": ("Choose one of the options.", "Choisissez l'une des options."),
}


class InputError(Exception):
    """A value that an element cannot hold; `sentence` is for the person."""

    def __init__(self, key: str, *values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def sentence(self, locale: str) -> str:
        english, french = _SENTENCES[self.key]
        return (french if locale.startswith("fr") else english).format(*self.values)


def keeps_state(element: Json) -> bool:
    return element["type"] in _INITIAL


def values(blocks: list[Json], chosen: Chosen) -> Chosen:
    """Answer state.values: what was chosen, or else what the app put in first."""
    found: Chosen = {}
    for block, element in elements(blocks):
        if keeps_state(element):
            entry = chosen.get(block["block_id"], {}).get(element["action_id"]) or initial(element)
            found.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return found


def initial(element: Json) -> Json:
    key, source, nothing = _INITIAL[element["type"]]
    return {"type": element["type"], key: element.get(source, nothing)}


def same_inputs(chosen: Chosen, before: list[Json], after: list[Json]) -> Chosen:
    """Answer the part of what was chosen whose inputs are still there, of the same type and with that option."""
    types = {(block["block_id"], element["action_id"]): element["type"] for block, element in elements(before)}
    kept: Chosen = {}
    for block, element in elements(after):
        name = (block["block_id"], element["action_id"])
        entry = chosen.get(name[0], {}).get(name[1])
        if entry is not None and types.get(name) == element["type"] and _is_offered(element, entry):
            kept.setdefault(name[0], {})[name[1]] = entry
    return kept


def accept(element: Json, given: Json, is_person: Callable[[str], bool]) -> Json:
    """Answer the state entry for what a person put in; an option may be named by its value. Raises InputError."""
    kind = element["type"]
    key = _INITIAL[kind][0]
    value = given.get(key, given.get("value"))
    if value in (None, "", []):
        return {"type": kind, key: [] if key == "selected_options" else None}
    if key == "value":
        return {"type": kind, key: _accept_text(element, value)}
    if key == "selected_option":
        return {"type": kind, key: _accept_option(element, value)}
    if key == "selected_options":
        return {"type": kind, key: _accept_options(element, value)}
    if not isinstance(value, str) or not _is_accepted(key, value, is_person):
        raise InputError("unknown")
    return {"type": kind, key: value}


def is_empty(entry: Json) -> bool:
    return all(value in (None, "", []) for key, value in entry.items() if key != "type")


def _is_offered(element: Json, entry: Json) -> bool:
    picked = [entry["selected_option"]] if entry.get("selected_option") else entry.get("selected_options", [])
    offered = options_of(element)
    return all(option in offered for option in picked)


def _accept_text(element: Json, value: object) -> str:
    if not isinstance(value, str):
        raise InputError("unknown")
    low, high = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < low:
        raise InputError("too_short", low)
    if len(value) > high:
        raise InputError("too_long", high)
    return value


def _accept_option(element: Json, value: object) -> Json:
    wanted = value.get("value") if isinstance(value, dict) else value
    for option in options_of(element):
        if option["value"] == wanted:
            return option
    raise InputError("unknown")


def _accept_options(element: Json, value: object) -> list[Json]:
    if not isinstance(value, list):
        raise InputError("unknown")
    most = element.get("max_selected_items", len(value))
    if len(value) > most:
        raise InputError("too_many", most)
    found = [_accept_option(element, each) for each in value]
    return [option for position, option in enumerate(found) if option not in found[:position]]


def _is_accepted(key: str, value: str, is_person: Callable[[str], bool]) -> bool:
    if key == "selected_user":
        return is_person(value)
    if key == "selected_time":
        return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
