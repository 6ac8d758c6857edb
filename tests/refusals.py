"""Exceptions whose `why` is a sentence by its key, and what they say in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pytest

from bot.i18n.translator import translator_for
from rituals.messages import Text


class Explained(Protocol):
    """What carries a sentence."""

    why: Text


def said(error: Explained) -> str:
    """Why, in English."""
    return translator_for("en", ZoneInfo("UTC")).say(error.why)


@contextmanager
def refused(kind: type[Exception], *, match: str) -> Iterator[Any]:
    """As `pytest.raises`, with what it says in English."""
    with pytest.raises(kind) as refusal:
        yield refusal
    told: Any = refusal.value
    assert re.search(match, said(told)), said(told)
