"""Copies of messages as a rehearsal shows them: marked at the top, their buttons bound to the rehearsal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rituals.messages import Choice, Choices, Divider, Form, Inputs, Message, Paragraph, Part, Text, say

ACTION = "rehearsal"
"""What every button of a copy asks for; its value says what it would have asked, and on whose copy it is.

So no button of a rehearsal does anything once the rehearsal is over, and no button from before it does so during it.
"""

_APART = " "
_FORM = "rehearsal-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What a button of a copy stands for. `owner`: the person the copy was for, "" for a room's."""

    owner: str
    action: str
    value: str


def copy_of(message: Message, *, to: Text, owner: str) -> Message:
    """The message as the rehearsing person is shown it; `to` says where it would have gone."""
    mark = (Paragraph(text=say("rehearsal-mark", to=to)), Divider())
    return replace(
        message,
        summary=say("rehearsal-summary", to=to, summary=message.summary),
        parts=(*mark, *bound(message, owner=owner).parts),
    )


def bound(message: Message, *, owner: str) -> Message:
    """The message with its buttons bound to the rehearsal, and no mark: for what is answered to a person directly."""
    return replace(message, parts=tuple(_part(part, owner) for part in message.parts))


def bound_form(form: Form) -> Form:
    """The form, bound to the rehearsal."""
    return replace(form, kind=_FORM + form.kind)


def pressed(action: str, value: str) -> Pressed | None:
    """What was asked by a button of a copy; None for a button of anything else."""
    if action != ACTION:
        return None
    owner, _, asked = value.partition(_APART)
    name, _, rest = asked.partition(_APART)
    return Pressed(owner=owner, action=name, value=rest)


def asking(action: str, value: str) -> tuple[str, str]:
    """The action and value of the button by which a copy asks for that."""
    return ACTION, _APART.join(("", action, value))


def submitted(kind: str) -> str | None:
    """The kind of the form a bound one stands for; None for a form of anything else."""
    return kind.removeprefix(_FORM) if kind.startswith(_FORM) else None


def _part(part: Part, owner: str) -> Part:
    if isinstance(part, Choices):
        return replace(part, choices=tuple(_choice(choice, owner) for choice in part.choices))
    if isinstance(part, Inputs):
        return replace(part, send=_choice(part.send, owner))
    return part


def _choice(choice: Choice, owner: str) -> Choice:
    return replace(choice, action=ACTION, value=_APART.join((owner, choice.action, choice.value)))
