"""The rules of the weekly digest, as app.yaml gives them."""

from __future__ import annotations

from dataclasses import dataclass

from rituals.calendar import Recurrence
from rituals.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRules:
    """The rules of one digest. `recurrence` falls on a day of the week; readers may choose their own day and hour."""

    key: str
    title: str
    recurrence: Recurrence
    readers: frozenset[Role] = frozenset({Role.CHANGE_MANAGER})
