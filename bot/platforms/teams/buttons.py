"""The buttons of a card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.forms import asks
from bot.i18n.plain import cut, never_empty
from bot.i18n.translator import Translator
from bot.platforms.pieces import label_of
from bot.platforms.teams.activities import Json
from bot.platforms.teams.elements import BUTTON, LABEL, card_of, rich_text, text_run
from rituals.messages import Choice, Choices, Emphasis

# Teams draws six buttons in a row and drops the others without a word.
_ACTIONS = 6

_STYLES: Mapping[Emphasis, Json] = {
    Emphasis.PLAIN: {},
    Emphasis.CHOSEN: {"style": "positive"},
    Emphasis.PRIMARY: {"style": "positive"},
    Emphasis.DANGER: {"style": "destructive"},
}

OPENS_DIALOG = {"type": "task/fetch"}


def rows_of(choices: Choices, translator: Translator) -> list[Json]:
    """Buttons in as many rows as they need."""
    buttons = [button_of(choice, translator) for choice in choices.choices]
    return [
        {"type": "ActionSet", "actions": buttons[start : start + _ACTIONS]}
        for start in range(0, len(buttons), _ACTIONS)
    ]


def button_of(choice: Choice, translator: Translator, **more: Any) -> Json:
    """The button of a choice, which sends its action, its value and `more`."""
    look: Json = {"title": never_empty(translator.say(label_of(choice)), BUTTON), **_STYLES[choice.emphasis]}
    if choice.spoken is not None:
        look["tooltip"] = never_empty(translator.say(choice.spoken), LABEL)
    data = {"action": choice.action, "value": choice.value, **more}
    if asks(choice) and choice.confirm is None:
        # Only this kind of button opens a dialog, and Teams wants to know before it is pressed.
        return {"type": "Action.Submit", **look, "data": {"msteams": OPENS_DIALOG, **data}}
    if choice.confirm is None:
        return execute(choice.action, data, look)
    yes = {**look, "title": never_empty(translator.say(choice.confirm.yes), BUTTON)}
    question = rich_text([text_run(cut(translator.say(choice.confirm.question), LABEL))])
    inner = card_of([question], translator, [execute(choice.action, data, yes)])
    return {"type": "Action.ShowCard", **look, "card": inner}


def execute(verb: str, data: Json, look: Json) -> Json:
    """A button whose answer replaces the card for whoever clicked; older clients send the same data as a message."""
    submit = {"type": "Action.Submit", **look, "data": data}
    return {"type": "Action.Execute", **look, "verb": verb, "data": data, "fallback": submit}


def chosen(body: Sequence[Json], choices: Iterable[Choice], translator: Translator) -> dict[int, Json]:
    """The parts of a card's body, by place, in which the buttons of these choices are drawn anew."""
    anew = {(choice.action, choice.value): button_of(choice, translator) for choice in choices}
    return {
        place: _with_buttons(part, anew)
        for place, part in enumerate(body)
        if part["type"] == "ActionSet" and any(_sent_by(button) in anew for button in part["actions"])
    }


def _with_buttons(row: Json, anew: Mapping[tuple[str, str], Json]) -> Json:
    return {**row, "actions": [anew.get(_sent_by(button), button) for button in row["actions"]]}


def _sent_by(button: Json) -> tuple[str, str]:
    data = button.get("data", {})
    return data.get("action", ""), data.get("value", "")


def without_dialogs(drawn: Any) -> Any:
    """The same for a client that opens no dialogs: what asks for one asks for the form within the conversation."""
    if isinstance(drawn, list):
        return [without_dialogs(one) for one in drawn]
    if not isinstance(drawn, dict):
        return drawn
    data = drawn.get("data")
    if drawn.get("type") == "Action.Submit" and isinstance(data, dict) and data.get("msteams") == OPENS_DIALOG:
        look = {name: value for name, value in drawn.items() if name not in {"type", "data"}}
        asked = {name: value for name, value in data.items() if name != "msteams"}
        return execute(str(asked.get("action", "")), asked, look)
    return {name: without_dialogs(value) for name, value in drawn.items()}
