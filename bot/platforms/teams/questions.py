"""What people fill in, within a message or a form, and what Teams sends of it.

What an Inputs sends: `{"action", "value", "group", "fields": [name, ...]}` of its button, and for each field that was
answered "answer.<group>|<field>"; `inputs(data)` gives {field: (value, ...)}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.i18n.plain import cut, never_empty
from bot.i18n.translator import Translator
from bot.platforms.teams.activities import Json
from bot.platforms.teams.buttons import button_of
from bot.platforms.teams.elements import LABEL, is_ours, rich_text, small_run
from rituals.messages import Inputs, Option, Picks, Scale, Words, say

# Up to so many options are laid open as radio buttons; more become a menu.
_OPEN_OPTIONS = 5

_ANSWER = "answer."


def questions_of(inputs: Inputs, translator: Translator) -> list[Json]:
    """A menu for each question, and the button that sends them."""
    body: list[Json] = []
    for field in inputs.fields:
        many = isinstance(field, Picks)
        hint = say("renderer-choose-up-to", most=field.most) if isinstance(field, Picks) else say("renderer-choose")
        drawn: Json = {
            "type": "Input.ChoiceSet",
            "id": f"{_ANSWER}{inputs.group}|{field.name}",
            "label": never_empty(translator.say(field.label), LABEL),
            "style": "compact",
            "isMultiSelect": many,
            "placeholder": translator.say(hint),
            "wrap": True,
            "choices": [_offered(option, translator, many=many) for option in field.options],
        }
        # Nothing is required: every button of a card would be held up by it.
        if isinstance(field, Scale) and field.initial in {option.value for option in field.options}:
            drawn["value"] = field.initial
        body.append(drawn)
        if field.hint is not None:
            body.append(rich_text([small_run(translator.say(field.hint))], spacing="Small"))
    names = [field.name for field in inputs.fields]
    return [
        *body,
        {"type": "ActionSet", "actions": [button_of(inputs.send, translator, group=inputs.group, fields=names)]},
    ]


def _offered(option: Option, translator: Translator, *, many: bool = False) -> Json:
    if many and "," in option.value:
        raise ValueError(f"{option.value!r}: Teams sends several values with commas between them")
    return {"title": never_empty(translator.say(option.label), LABEL), "value": option.value}


def inputs(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Field name -> the values chosen, none or several, from the data a send button sent.

    What it says is the sender's word, the number of values too, and is to be checked.
    """
    group, named = data.get("group"), data.get("fields")
    fields = [str(name) for name in named] if isinstance(named, list) else []
    given = {name: data.get(f"{_ANSWER}{group}|{name}") for name in fields}
    return {
        name: tuple(part for part in value.split(",") if part.strip()) if isinstance(value, str) else ()
        for name, value in given.items()
    }


def field_of(field: Scale | Words, initial: str | None, translator: Translator) -> Json:
    """A form's field, with `initial` filled in."""
    drawn = _scale(field, initial, translator) if isinstance(field, Scale) else _words(field, initial)
    drawn["id"] = _ANSWER + field.name
    drawn["label"] = never_empty(translator.say(field.label), LABEL)
    if not field.optional:
        drawn["isRequired"] = True
        drawn["errorMessage"] = translator.say(say("renderer-required"))
    return drawn


def _scale(scale: Scale, initial: str | None, translator: Translator) -> Json:
    # Clients parse Markdown in the titles of radio buttons but not in a menu: only our own words are laid open.
    laid_open = len(scale.options) <= _OPEN_OPTIONS and all(is_ours(each.label, translator) for each in scale.options)
    drawn: Json = {
        "type": "Input.ChoiceSet",
        "style": "expanded" if laid_open else "compact",
        "wrap": True,
        "choices": [_offered(option, translator) for option in scale.options],
    }
    # An answer no longer offered is no answer.
    return {**drawn, "value": initial} if initial in {option.value for option in scale.options} else drawn


def _words(words: Words, initial: str | None) -> Json:
    drawn: Json = {"type": "Input.Text", "isMultiline": words.multiline, "maxLength": words.limit}
    return {**drawn, "value": cut(initial, words.limit)} if initial else drawn


def answers(data: Mapping[str, Any]) -> dict[str, str | None]:
    """Field name -> answer, from the data a form's button sent; None where nothing was answered.

    Teams leaves empty inputs out, so the data names the fields; what it says is the sender's word and is to be checked.
    """
    named = data.get("fields")
    fields = [str(name) for name in named] if isinstance(named, list) else []
    given = {name: data.get(_ANSWER + name) for name in fields}
    return {name: value if isinstance(value, str) and value.strip() else None for name, value in given.items()}
