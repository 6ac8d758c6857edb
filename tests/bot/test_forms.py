"""Every form is known by the button that asks for it."""

from bot.forms import ASKED_BY
from rituals.messages import Choices
from rituals.speech import FORMS
from tests.golden.drawing import register_everything
from tests.golden.samples import SAMPLES

register_everything()


def test_every_kind_of_form_is_asked_for_by_a_button() -> None:
    assert set(ASKED_BY) == set(FORMS)


def test_buttons_that_say_they_open_something_ask_for_a_form() -> None:
    actions = {
        choice.action
        for messages in SAMPLES.values()
        for message in messages
        for part in message.parts
        if isinstance(part, Choices)
        for choice in part.choices
    }
    assert {action for action in actions if action.startswith("open-")} <= set(ASKED_BY.values())
    assert set(ASKED_BY.values()) <= actions
