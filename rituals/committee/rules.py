"""The rules of one prioritisation committee, as app.yaml gives them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from fractions import Fraction

from rituals.calendar import Recurrence
from rituals.committee.ballots import Majority
from rituals.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeRules:
    """The rules of one prioritisation committee. `key` is its name in app.yaml, `room` a room name of app.yaml."""

    key: str
    title: str
    recurrence: Recurrence
    room: str
    voters: frozenset[Role] = frozenset({Role.CHAIR, Role.DEPUTY, Role.MEMBER})
    marks_before: int = 5  # working days before the sitting on which marks are asked for
    agenda_before: int = 2  # working days before the sitting on which the agenda is published
    deadline: time = time(17, 0)  # ballots close, local time of the sitting's day
    quorum: Fraction = Fraction(1, 2)
    majority: Majority = Majority.SIMPLE
    points: int = 5  # most points on one agenda
    pass_mark: Fraction = Fraction(7, 2)
    closing_wait: int = 60  # seconds left to change one's mind once everybody has voted
