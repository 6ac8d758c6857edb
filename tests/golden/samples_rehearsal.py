"""Samples of what is said around going live."""

from __future__ import annotations

from collections.abc import Callable

from rituals.messages import Message
from rituals.rehearsal import speech


def _begins(pen: Callable[[str], str]) -> Message:
    return speech.rehearsal_begins(organisation=pen("Horizon"))


def _trial(pen: Callable[[str], str]) -> Message:
    return speech.trial_post(organisation=pen("Horizon"))


MESSAGES = {"rehearsal-begins": _begins, "trial-post": _trial}
