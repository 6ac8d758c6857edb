"""Copies of a rehearsal: marked, bound to it, and drawn within what platforms show."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.i18n.translator import translator_for
from bot.platforms.slack import render as slack
from bot.platforms.teams import render as teams
from rituals.messages import Choice, Divider, Heading, Paragraph, say
from rituals.rehearsal import copies
from tests.golden.drawing import block_kit_faults, strings
from tests.golden.samples import FORMS, HOSTILE, SAMPLES

TO = say("rehearsal-for", name=HOSTILE)
PARIS = ZoneInfo("Europe/Paris")


def choices(value: Any) -> list[Choice]:
    if isinstance(value, Choice):
        return [value]
    if isinstance(value, tuple):
        return [choice for each in value for choice in choices(each)]
    if is_dataclass(value):
        return [choice for one in fields(value) for choice in choices(getattr(value, one.name))]
    return []


@pytest.mark.parametrize("kind", sorted(SAMPLES))
class TestEveryKindOfMessage:
    def test_is_marked_at_its_top_and_otherwise_the_same(self, kind: str) -> None:
        message = SAMPLES[kind][0]
        copy = copies.copy_of(message, to=TO, owner="p")
        assert copy.parts[:2] == (Paragraph(text=say("rehearsal-mark", to=TO)), Divider())
        assert [type(part) for part in copy.parts[2:]] == [type(part) for part in message.parts]
        assert copy.summary == say("rehearsal-summary", to=TO, summary=message.summary)

    def test_asks_by_its_buttons_for_what_it_asked_before_and_tells_whose_copy_it_is(self, kind: str) -> None:
        message = SAMPLES[kind][0]
        for before, after in zip(choices(message), choices(copies.copy_of(message, to=TO, owner="p")), strict=True):
            assert after.action == copies.ACTION
            asked = copies.pressed(after.action, after.value)
            assert asked == copies.Pressed(owner="p", action=before.action, value=before.value)
            assert after.label == before.label

    @pytest.mark.parametrize("locale", ["en", "fr"])
    def test_keeps_the_limits_of_both_platforms_and_lets_no_name_do_anything(self, kind: str, locale: str) -> None:
        translator = translator_for(locale, PARIS)
        copy = copies.copy_of(SAMPLES[kind][1], to=TO, owner="0123456789abcdef")
        drawn = slack.home(copy, translator) if kind == "home" else slack.message(copy, translator)
        assert block_kit_faults(drawn) == []
        assert all("<!" not in words for words in strings({"text": drawn.get("text", "")}))
        assert (teams.home if kind == "home" else teams.message)(copy, translator)


def test_a_rooms_copy_belongs_to_nobody() -> None:
    copy = copies.bound(SAMPLES["committee-paper"][0], owner="")
    asked = copies.pressed(choices(copy)[0].action, choices(copy)[0].value)
    assert asked is not None
    assert asked.owner == ""


def test_a_button_of_anything_else_is_none_of_a_copy() -> None:
    assert copies.pressed("vote", "p vote b:go") is None


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_every_form_is_told_from_one_of_the_real_thing(kind: str) -> None:
    form = FORMS[kind][0]
    assert copies.submitted(form.kind) is None
    assert copies.submitted(copies.bound_form(form).kind) == form.kind


def test_a_message_without_a_button_only_gains_its_mark() -> None:
    message = SAMPLES["greeting"][0]
    assert copies.copy_of(message, to=TO, owner="").parts[2:] == message.parts
    assert not any(isinstance(part, Heading) for part in message.parts)
