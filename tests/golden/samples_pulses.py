"""Samples of what a pulse says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from rituals.measures.disclosure import Thresholds
from rituals.messages import Form, Message, Part
from rituals.pulses import speech

Pen = Callable[[str], str]


def _topic(pen: Pen) -> speech.Topic:
    return speech.Topic(
        wave="pulse-2026-01-06:triage",
        tool=pen("Claims triage"),
        closes_at=datetime(2026, 1, 13, 9, 0, tzinfo=UTC),
        thresholds=Thresholds(),
    )


def _question(pen: Pen) -> Message:
    return speech.question(_topic(pen))


def _reminder(pen: Pen) -> Message:
    return speech.reminder(_topic(pen))


def _more(pen: Pen) -> Message:
    return speech.more(_topic(pen), person="ana", barriers=True, again=True)


def _thanks(pen: Pen) -> Message:
    return speech.thanks(_topic(pen))


def _change(pen: Pen) -> Message:
    return speech.change(_topic(pen))


def _stopped(pen: Pen) -> Message:
    return speech.stopped()


def _called_off(pen: Pen) -> Message:
    return speech.called_off(_topic(pen))


def _closed(pen: Pen) -> Message:
    return speech.closed(_topic(pen))


def at_home(pen: Pen) -> tuple[Part, ...]:
    """What a home says of it."""
    return speech.at_home([_topic(pen)] * 2)


def _comment(pen: Pen) -> Form:
    return speech.comment_form(_topic(pen), comment=pen("It never knows our products.\nEnglish ones it does."))


MESSAGES: dict[str, Callable[[Pen], Message]] = {
    "pulse-question": _question,
    "pulse-reminder": _reminder,
    "pulse-more": _more,
    "pulse-thanks": _thanks,
    "pulse-change": _change,
    "pulse-stopped": _stopped,
    "pulse-called-off": _called_off,
    "pulse-closed": _closed,
}

FORMS: dict[str, Callable[[Pen], Form]] = {"pulse-comment": _comment}
