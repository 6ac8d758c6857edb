"""What a person can do with an Adaptive Card: its buttons, the inputs each of them sends, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.local.json_types import Json, compact
from bot.local.routes import PageError

LARGEST = 25_000
"""Bytes of a card: the figures published for Teams are between 28 and 100 kB, in changing units."""
BUTTONS = 6
"""Teams draws so many in a row and drops the others without a word."""
_NEWEST = (1, 5)
_CHILDREN = ("body", "items", "columns", "rows", "cells", "inlines", "actions", "selectAction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An action with the card it is on and those around that; its inputs are theirs."""

    action: Json
    cards: tuple[Json, ...]

    def as_page(self, index: int) -> Json:
        action = self.action
        names = ("type", "title", "verb", "data", "tooltip", "style")
        shown: Json = {name: action[name] for name in names if name in action}
        inputs = [] if action.get("associatedInputs") == "none" else [one["id"] for one in self._inputs()]
        return {"index": index, **shown, "inputs": inputs}

    def gathered(self, given: Mapping[str, Any]) -> Json:
        """The action's data with what the inputs hold, everything as strings and empty inputs absent.

        `given`: input id -> what the person put there, over what stood there. Raises PageError where a client would
        not send, or where the card has no such input.
        """
        if self.action.get("associatedInputs") == "none":
            inputs: list[Json] = []
        else:
            inputs = list(self._inputs())
        unknown = sorted(set(given) - {one["id"] for one in inputs})
        if unknown:
            raise PageError("no_such_input", more={"inputs": unknown})
        said: Json = {}
        missing = []
        for one in inputs:
            text = _as_sent(one, given.get(one["id"], one.get("value")))
            if text:
                said[one["id"]] = text
            elif one.get("isRequired"):
                missing.append(one["id"])
        if missing:
            raise PageError("required", more={"inputs": missing})
        data = self.action.get("data", {})
        if not isinstance(data, dict):
            raise PageError("data_is_no_object")
        return {**data, **said}

    def _inputs(self) -> Iterator[Json]:
        for card in self.cards:
            for element in _elements(card):
                if str(element.get("type", "")).startswith("Input."):
                    yield element


def buttons(card: Json) -> list[Button]:
    """All buttons of a card in their order, those within a shown card after the one that shows it."""
    return list(_buttons(card, ()))


def inputs(card: Json) -> list[Json]:
    """All inputs of a card, as the page tells them."""
    names = ("id", "type", "label", "value", "choices", "isMultiSelect", "isRequired", "placeholder", "maxLength")
    return [
        {name: element[name] for name in names if name in element}
        for each in _nested(card)
        for element in _elements(each)
        if str(element.get("type", "")).startswith("Input.")
    ]


def is_card(content: object) -> bool:
    return isinstance(content, dict) and content.get("type") == "AdaptiveCard"


def too_new(card: Json) -> bool:
    found = re.fullmatch(r"(\d+)\.(\d+)", str(card.get("version", "")))
    return found is None or (int(found[1]), int(found[2])) > _NEWEST


def problems(card: Json, *, dialog: bool = False) -> list[str]:
    """What Teams would draw differently, drop or refuse without telling the app."""
    found = []
    if too_new(card):
        found.append(f"version {card.get('version')}: Teams shows bots' cards up to 1.5")
    if (size := len(compact(card).encode())) > LARGEST:
        found.append(f"{size} bytes: more than {LARGEST}")
    ids = [one["id"] for one in inputs(card) if "id" in one]
    found += [f"two inputs {name!r}" for name in sorted({name for name in ids if ids.count(name) > 1})]
    for each in _nested(card):
        for element in _elements(each):
            found += _element_problems(element, dialog=dialog)
    return found


def _element_problems(element: Json, *, dialog: bool) -> Iterator[str]:
    kind = str(element.get("type", ""))
    if kind.startswith("Input."):
        if not element.get("id"):
            yield f"{kind} without an id"
        if element.get("isRequired") and not (element.get("label") and element.get("errorMessage")):
            yield f"{element.get('id')}: required without label and errorMessage"
    if kind == "Image" and not str(element.get("url", "")).startswith(("https://", "data:image/")):
        yield "an image from elsewhere than https: or data:"
    if kind == "Action.Execute" and dialog:
        yield "Action.Execute in a dialog"
    if kind == "Action.Execute" and not dialog and not isinstance(element.get("fallback"), dict):
        yield "Action.Execute without a fallback for older clients"
    if kind.startswith("Action.") and not element.get("title") and not element.get("iconUrl"):
        yield f"{kind} without a title"
    if kind in ("AdaptiveCard", "ActionSet") and len(element.get("actions", ())) > BUTTONS:
        yield f"more than {BUTTONS} buttons in a row"


def _buttons(card: Json, around: tuple[Json, ...]) -> Iterator[Button]:
    cards = (*around, card)
    for element in _elements(card):
        if not str(element.get("type", "")).startswith("Action."):
            continue
        yield Button(action=element, cards=cards)
        if element["type"] == "Action.ShowCard" and isinstance(element.get("card"), dict):
            yield from _buttons(element["card"], cards)


def _nested(card: Json) -> Iterator[Json]:
    """A card and those that its buttons show."""
    yield card
    for button in buttons(card):
        if isinstance(button.action.get("card"), dict):
            yield button.action["card"]


def _elements(node: Json) -> Iterator[Json]:
    """Everything on a card but what its buttons show, depth first and in order."""
    yield node
    for name in _CHILDREN:
        children = node.get(name)
        for child in children if isinstance(children, list) else [children]:
            if isinstance(child, dict):
                yield from _elements(child)


def _as_sent(element: Json, value: object) -> str:
    """What an input sends for what a person put there; raises PageError where it cannot hold that."""
    kind, name = element["type"], element["id"]
    if kind == "Input.Toggle":
        on, off = element.get("valueOn", "true"), element.get("valueOff", "false")
        text = {True: on, False: off, None: off}.get(value, value) if isinstance(value, bool | None) else value
        _require(text in (on, off), name)
        return str(text)
    if value is None or value == "":
        return ""
    if kind == "Input.ChoiceSet":
        many = element.get("isMultiSelect") is True
        chosen = value if isinstance(value, list) else str(value).split(",") if many else [value]
        offered = {str(choice.get("value")) for choice in element.get("choices", ())}
        _require((many or len(chosen) == 1) and offered.issuperset(map(str, chosen)), name)
        return ",".join(map(str, chosen))
    text = str(value)
    if kind == "Input.Number":
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        _require(element.get("min", number) <= number <= element.get("max", number), name)
    elif kind == "Input.Text":
        _require(len(text) <= element.get("maxLength", len(text)), name)
        _require("regex" not in element or re.fullmatch(element["regex"], text) is not None, name)
    return text


def _require(fits: bool, name: str) -> None:  # noqa: FBT001 (a condition)
    if not fits:
        raise PageError("not_an_answer", more={"inputs": [name]})
