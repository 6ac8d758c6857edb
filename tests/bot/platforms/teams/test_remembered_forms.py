"""An open form is remembered to be drawn again, and nothing that somebody wrote in it before."""

from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.i18n.translator import Translator, translator_for
from bot.platforms.teams.forms import TELLING, Forms, Stands, blank
from rituals.messages import Form, Option, Paragraph, Reply, Scale, Words, say
from rituals.people import Account
from rituals.rehearsal import copies

SAM = Account(platform="teams", workspace="t", user="sam")


def test_what_was_answered_before_is_not_remembered_with_the_form() -> None:
    options = (Option(value="1", label=say("pulse-comment-kept")),)
    form = Form(
        kind="pulse-comment",
        subject="wave",
        title=say("pulse-comment-kept"),
        submit=say("pulse-comment-kept"),
        fields=(
            Words(name="comment", label=say("pulse-comment-kept"), limit=500, initial="my own words"),
            Scale(name="mark", label=say("pulse-comment-kept"), options=options, initial="1"),
        ),
    )
    assert "my own words" not in repr(blank(form))
    assert [(field.name, field.initial) for field in blank(form).fields] == [("comment", None), ("mark", None)]


def reason(mine: str) -> Form:
    """The form that says what its reader voted."""
    return Form(
        kind=TELLING,
        subject="ballot",
        title=say("reason-form-title"),
        submit=say("reason-form-submit"),
        intro=(Paragraph(text=say("verbatim", words=mine)),),
        fields=(Words(name="reason", label=say("reason-form-label"), limit=500, optional=True),),
    )


class Desk:
    """Gives the form as it is now, on a copy of a rehearsal as well."""

    def __init__(self, *, rehearses: bool) -> None:
        self.rehearses = rehearses

    async def translator(self, account: Account) -> Translator:
        return translator_for("en", ZoneInfo("Europe/Paris"))

    async def press(self, account: Account, action: str, value: str) -> Reply:
        asked = copies.pressed(action, value)
        if asked is not None:
            assert self.rehearses
            action, value = asked.action, asked.value
        assert (action, value) == ("open-reason", "ballot")
        form = reason("I voted no")
        return Reply(form=copies.bound_form(form) if self.rehearses else form)


@pytest.mark.parametrize("rehearses", [False, True])
async def test_a_form_that_says_what_was_voted_is_asked_for_again_and_says_what_stands_now(*, rehearses: bool) -> None:
    desk: Any = Desk(rehearses=rehearses)
    none: Any = SimpleNamespace()
    forms = Forms(desk=desk, outbox=none, clock=none, drawings=none)
    shown = reason("I voted yes")
    shown = copies.bound_form(shown) if rehearses else shown
    await forms.card(SAM, shown, Stands.DIALOG)
    assert "I voted" not in repr(vars(forms))
    again = await forms.sent_back(SAM, shown.kind, "ballot")
    assert again is not None
    assert again.kind == shown.kind
    assert "I voted no" in repr(again)
