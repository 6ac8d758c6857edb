"""Samples of what whoever looks after the bot is told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from rituals import speech
from rituals.messages import Message

Pen = Callable[[str], str]

SINCE = datetime(2026, 4, 7, 8, 30, tzinfo=UTC)


def _room(pen: Pen) -> Message:
    return speech.alarm("room", room=pen("#comite-ia"), why=pen("not_in_channel"))


def _over(pen: Pen) -> Message:
    return speech.alarm_over("room", since=SINCE, room=pen("#comite-ia"))


MESSAGES: dict[str, Callable[[Pen], Message]] = {"alarm": _room, "alarm-over": _over}
