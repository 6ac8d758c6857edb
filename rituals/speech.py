"""The register of everything we say: each kind of message and form once, so that tests can account for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ParamSpec, TypeVar

from rituals.messages import Choice, Choices, Form, Heading, Message, Moment, Note, Paragraph, Part, Text, Value, say

P = ParamSpec("P")
R = TypeVar("R", Message, Form)

KINDS: dict[str, Callable[..., Message]] = {}
"""Every kind of message and the function that makes it."""

FORMS: dict[str, Callable[..., Form]] = {}
"""Every kind of form and the function that makes it."""


def message_kind(name: str) -> Callable[[Callable[P, Message]], Callable[P, Message]]:
    """Registers the function that makes messages of the kind `name`. Raises ValueError for a kind registered twice."""

    def register(make: Callable[P, Message]) -> Callable[P, Message]:
        if name in KINDS:
            raise ValueError(f"message kind {name!r} is registered twice")
        KINDS[name] = make
        return make

    return register


def form_kind(name: str) -> Callable[[Callable[P, Form]], Callable[P, Form]]:
    """Registers the function that makes forms of the kind `name`. Raises ValueError for a kind registered twice."""

    def register(make: Callable[P, Form]) -> Callable[P, Form]:
        if name in FORMS:
            raise ValueError(f"form kind {name!r} is registered twice")
        FORMS[name] = make
        return make

    return register


@message_kind("greeting")
def greeting(name: str) -> Message:
    """An answer to a hello."""
    return Message(
        kind="greeting",
        summary=say("greeting", name=name),
        parts=(Paragraph(text=say("greeting", name=name)), Note(text=say("greeting-hint"))),
    )


FOR_ALL = ("me", "dates", "marks", "actions", "pulse")
"""What everybody is told first that they can type."""


@message_kind("help")
def help_message(*, may_brake: bool, reads_digest: bool = False) -> Message:
    """What can be typed, for this person."""
    topics = [*FOR_ALL, *(("digest",) if reads_digest else ()), "my-data"]
    if may_brake:
        topics += ["pause", "cancel", "withdraw"]
    return Message(kind="help", summary=say("help-title"), parts=(*_help_on(topics), Note(text=say("help-home"))))


@message_kind("help-for-all")
def help_for_all() -> Message:
    """What everybody can type, where others read the answer too: what else somebody can tells what they are here."""
    parts = (*_help_on([*FOR_ALL, "my-data"]), Note(text=say("help-more-alone")), Note(text=say("help-home")))
    return Message(kind="help-for-all", summary=say("help-title"), parts=parts)


def _help_on(topics: Sequence[str]) -> tuple[Part, ...]:
    lines = (Paragraph(lead=say(f"help-{topic}-command"), text=say(f"help-{topic}")) for topic in topics)
    return Heading(text=say("help-title")), *lines


@message_kind("step-skipped")
def step_skipped(*, ritual: str, step: str, at: Part, also: Sequence[str] = (), stopped: bool = True) -> Message:
    """A word about a step whose moment passed unseen, and about later ones of the same sitting (`also`).

    `at` is a paragraph naming the sitting. `stopped`: nobody was there at that moment; else the date was set too late.
    """
    return Message(
        kind="step-skipped",
        summary=say("skipped-summary", ritual=ritual),
        parts=(
            Paragraph(lead=say("skipped-summary", ritual=ritual), text=_skipped(step)),
            *(Paragraph(text=_skipped(one)) for one in also),
            at,
            Note(text=say("skipped-why") if stopped else say("skipped-too-near")),
        ),
    )


def _skipped(step: str) -> Text:
    return say(f"skipped-{step.replace('_', '-')}")


@message_kind("brake-list")
def brake_list(
    *, title: str, empty: str, rows: tuple[tuple[Paragraph, Choice], ...], note: Text | None = None
) -> Message:
    """Things that can be taken back, each with its button; shown only to who asked. `note`: a word on what is not."""
    parts: list[Part] = [Heading(text=say(title))]
    for n, (words, choice) in enumerate(rows, start=1):
        parts += [words, Choices(group=f"brake-{n}", choices=(choice,))]
    if not rows:
        parts.append(Paragraph(text=say(empty)))
    if note is not None:
        parts.append(Note(text=note))
    return Message(kind="brake-list", summary=say(title), parts=tuple(parts))


@message_kind("alarm")
def alarm(wrong: str, **blanks: Value) -> Message:
    """Something of the bot's own that a person must see to: what is wrong, and what to do. `wrong`: "room", "stuck"…"""
    what, to_do = (Text(key=f"alarm-{wrong}{end}", values=blanks) for end in ("", "-do"))
    return Message(kind="alarm", summary=what, parts=(Paragraph(lead=what, text=to_do),))


@message_kind("alarm-over")
def alarm_over(wrong: str, *, since: datetime, **blanks: Value) -> Message:
    """One line: what was wrong `since` then is well again."""
    over = Text(key=f"alarm-{wrong}-over", values={**blanks, "since": Moment(at=since)})
    return Message(kind="alarm-over", summary=over, parts=(Paragraph(text=over),))
