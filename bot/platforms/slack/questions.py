"""What people fill in, within a message or a form, and what Slack sends of it.

    a form's field   block_id "<field>", action_id "answer-<digest of the subject>"      -> `answers(view.state.values)`
    an Inputs' field block_id "<group>|<field>", action_id "answer-<field>"  -> `inputs(state.values, group=<group>)`
    its send button  as any button; its block_id is "<group>", so that `inputs(values, group=action["block_id"])` finds
                     what was chosen beside it: {field: (value, ...)}, empty where nothing was

A field alone asks for nothing: where `is_answer(action_id)`, a listener acknowledges and is silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.i18n.plain import cut, never_empty, parted
from bot.i18n.translator import Translator
from bot.platforms.extents import MessageTooLong
from bot.platforms.slack.buttons import row_of
from bot.platforms.slack.elements import LABEL, Json, id_of, plain_text, uncut
from rituals.messages import Choices, Inputs, Option, Picks, Scale, Text, Words, say

# Block Kit's limits, in characters.
_OPTION = 75
_OPTION_VALUE = 150
_INPUT = 3_000
_PLACEHOLDER = 150

# In a menu.
_OPTIONS = 100

# Up to so many options are laid open as radio buttons; more become a menu.
_OPEN_OPTIONS = 5

_ANSWER = "answer"


def questions_of(inputs: Inputs, translator: Translator) -> list[Json]:
    """A block for each question, its label tied to its menu, and the button. A choice alone sends nothing."""
    fields = [_question(field, inputs.group, translator) for field in inputs.fields]
    return [*fields, row_of(Choices(group=inputs.group, choices=(inputs.send,)), translator)]


def _question(field: Scale | Picks, group: str, translator: Translator) -> Json:
    if isinstance(field, Picks):
        most = say("renderer-choose-up-to", most=field.most)
        element: Json = {
            "type": "multi_static_select",
            "options": _options(field, translator),
            "max_selected_items": field.most,
            "placeholder": plain_text(translator.say(most), _PLACEHOLDER),
        }
    else:
        element = {
            "type": "static_select",
            **_offered(field, field.initial, translator),
            "placeholder": plain_text(translator.say(say("renderer-choose")), _PLACEHOLDER),
        }
    block: Json = {
        "type": "input",
        "block_id": id_of(f"{group}|{field.name}"),
        "label": plain_text(translator.say(field.label), LABEL),
        "optional": isinstance(field, Picks) or field.optional,
        "element": {**element, "action_id": id_of(f"{_ANSWER}-{field.name}")},
    }
    if field.hint is not None:
        block["hint"] = plain_text(translator.say(field.hint), LABEL)
    return block


def inputs(values: Mapping[str, Mapping[str, Mapping[str, Any]]], *, group: str) -> dict[str, tuple[str, ...]]:
    """Field name -> the values chosen, none or several, from the `state.values` beside a pressed button.

    `group`: that of the Inputs, which is the block_id of its send button.
    """
    found: dict[str, tuple[str, ...]] = {}
    for block, actions in values.items():
        if block.startswith(f"{group}|"):
            for element in actions.values():
                found[block.removeprefix(f"{group}|")] = _chosen(element)
    return found


def is_answer(action_id: str) -> bool:
    """Whether an action_id is that of a field, which asks for nothing until it is sent."""
    return action_id.startswith(f"{_ANSWER}-")


def _chosen(element: Mapping[str, Any]) -> tuple[str, ...]:
    options = element.get("selected_options") or [element.get("selected_option") or {}]
    return tuple(str(option["value"]) for option in options if option.get("value"))


def field_of(field: Scale | Words, initial: str | None, translator: Translator, subject: str) -> Json:
    """The block of a form's field, with `initial` filled in; `subject`: the form's."""
    block: Json = {
        "type": "input",
        "block_id": id_of(field.name),
        "label": plain_text(translator.say(field.label), LABEL),
        "optional": field.optional,
        "element": {
            **(_scale(field, initial, translator) if isinstance(field, Scale) else _words(field, initial)),
            "action_id": _answer_id(subject),
        },
    }
    if field.hint is not None:
        block["hint"] = plain_text(translator.say(field.hint), LABEL)
    return block


def _answer_id(subject: str) -> str:
    """The action_id of a form's fields. One per subject: when a form is followed by the next, Slack keeps the answers
    of inputs whose ids are the same, and nobody's marks for one initiative may become their marks for another."""
    return f"{_ANSWER}-{sha256(subject.encode()).hexdigest()[:12]}"


def _scale(scale: Scale, initial: str | None, translator: Translator) -> Json:
    kind = "radio_buttons" if len(scale.options) <= _OPEN_OPTIONS else "static_select"
    return {"type": kind, **_offered(scale, initial, translator)}


def _words(words: Words, initial: str | None) -> Json:
    limit = min(words.limit, _INPUT)
    element: Json = {
        "type": "plain_text_input",
        "multiline": words.multiline,
        "max_length": limit,
    }
    if initial:
        element["initial_value"] = cut(initial, limit)
    return element


def _offered(scale: Scale, initial: str | None, translator: Translator) -> Json:
    options = _options(scale, translator)
    # Slack wants the very same object as in `options`; an answer no longer offered is no answer.
    chosen = [option for option in options if option["value"] == initial]
    return {"options": options, "initial_option": chosen[0]} if chosen else {"options": options}


def _options(field: Scale | Picks, translator: Translator) -> list[Json]:
    if not 1 <= len(field.options) <= _OPTIONS:
        raise MessageTooLong(f"{field.name}: {len(field.options)} options, Slack shows 1 to {_OPTIONS}")
    return [_option(option, translator) for option in field.options]


def _option(option: Option, translator: Translator) -> Json:
    label = translator.say(option.label)
    value = uncut(_OPTION_VALUE, option.value, "the value of an option")
    # Words too long for one line go on in the description under it.
    first, rest = parted(label, _OPTION)
    shown: Json = {"text": plain_text(first, _OPTION), "value": value}
    return {**shown, "description": plain_text(rest, _OPTION)} if rest else shown


def answers(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str | None]:
    """Field name -> answer, from a submitted view's `state.values`; None where nothing was answered."""
    return {field: _answer(element) for field, actions in values.items() for element in actions.values()}


def _answer(element: Mapping[str, Any]) -> str | None:
    given = element.get("value")
    if given is None:
        given = (element.get("selected_option") or {}).get("value")
    return str(given) if given is not None and str(given).strip() else None


def errors(faults: Mapping[str, Text], translator: Translator) -> Json:
    """What a refused submission is acknowledged with: field name -> what is wrong, shown under each field."""
    return {
        "response_action": "errors",
        "errors": {id_of(field): never_empty(translator.say(fault), LABEL) for field, fault in faults.items()},
    }
