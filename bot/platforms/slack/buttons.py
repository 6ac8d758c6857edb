"""The buttons of a message: action_id "<action>|<n>", value `Choice.value`, block_id the group they stand in."""

from __future__ import annotations

from collections.abc import Mapping

from bot.i18n.plain import never_empty
from bot.i18n.translator import Translator
from bot.platforms.extents import MessageTooLong
from bot.platforms.pieces import label_of
from bot.platforms.slack.elements import BUTTON, Json, id_of, plain_text, uncut
from rituals.messages import Choice, Choices, Emphasis, say

# In a row.
_ACTIONS = 25

# Block Kit's limits, in characters.
_BUTTON_VALUE = 2_000
_CONFIRM_TITLE = 100
_CONFIRM_TEXT = 300
_CONFIRM_BUTTON = 30

_STYLES: Mapping[Emphasis, Json] = {
    Emphasis.PLAIN: {},
    Emphasis.CHOSEN: {"style": "primary"},
    Emphasis.PRIMARY: {"style": "primary"},
    Emphasis.DANGER: {"style": "danger"},
}


def row_of(choices: Choices, translator: Translator) -> Json:
    """The block of a row of buttons. Raises MessageTooLong above 25."""
    if len(choices.choices) > _ACTIONS:
        raise MessageTooLong(f"{choices.group}: {len(choices.choices)} buttons in a row, Slack shows {_ACTIONS}")
    buttons = [_button(choice, index, translator) for index, choice in enumerate(choices.choices)]
    return {"type": "actions", "block_id": id_of(choices.group), "elements": buttons}


def _button(choice: Choice, index: int, translator: Translator) -> Json:
    button: Json = {
        "type": "button",
        # Slack wants it unique within the block; `action_of` takes the index off again.
        "action_id": id_of(f"{choice.action}|{index}"),
        "value": uncut(_BUTTON_VALUE, choice.value, "the value of a button"),
        "text": plain_text(translator.say(label_of(choice)), BUTTON),
        **_STYLES[choice.emphasis],
    }
    if choice.spoken is not None:
        button["accessibility_label"] = never_empty(translator.say(choice.spoken), BUTTON)
    if choice.confirm is not None:
        button["confirm"] = {
            "title": plain_text(translator.say(choice.label), _CONFIRM_TITLE),
            "text": plain_text(translator.say(choice.confirm.question), _CONFIRM_TEXT),
            "confirm": plain_text(translator.say(choice.confirm.yes), _CONFIRM_BUTTON),
            "deny": plain_text(translator.say(say("renderer-keep")), _CONFIRM_BUTTON),
            **({"style": "danger"} if choice.emphasis is Emphasis.DANGER else {}),
        }
    return button


def action_of(action_id: str) -> str:
    """The `Choice.action` of a clicked button's action_id: "vote|2" was a "vote"."""
    return action_id.rpartition("|")[0] or action_id
