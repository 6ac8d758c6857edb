"""Actions: what a review asks somebody to do about a KPI, and by when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from rituals.calendar import WorkingDays
from rituals.reviews.ladder import Deadline


class ActionKind(StrEnum):
    """What an action is for."""

    REMEDY = "remedy"  # a red KPI: what its owner will do
    TARGET = "target"  # a KPI of which nobody said what is acceptable: to agree on a target blocks everything else


class ActionState(StrEnum):
    """How far an action has come."""

    AWAITED = "awaited"  # asked for; nobody has said yet what will be done and by when
    OPEN = "open"
    DONE = "done"
    LAPSED = "lapsed"  # no longer needed before anybody said what to do


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What somebody is to do about a KPI since the review `occurrence`, which gives it its id.

    `title`: of the KPI. `what`: in the owner's own words; empty while awaited, and of a TARGET.
    `owner`: a person's id, None where nobody could be found; `email`: whom app.yaml names, who may be somebody else.
    `reason`: the owner's words for the last new date or the last putting off. `closed_on`: the day it was done.
    """

    id: str
    occurrence: str
    kpi: str
    title: str
    kind: ActionKind
    state: ActionState
    owner: str | None
    email: str
    deadline: Deadline
    what: str = ""
    reason: str = ""
    closed_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done, or to be said what."""
        return self.state in {ActionState.AWAITED, ActionState.OPEN}

    def promised(self, what: str, *, due: date, today: date, working_days: WorkingDays) -> Action:
        """With what will be done and by when; said again while open, a later date keeps its ageing."""
        deadline = self.deadline
        if deadline.due is None:
            deadline = Deadline.set(created=today, due=due)
        elif due != deadline.due:
            deadline = deadline.moved(due, today=today, working_days=working_days)
        return replace(self, state=ActionState.OPEN, what=what, deadline=deadline)

    def moved(self, due: date, *, reason: str, today: date, working_days: WorkingDays) -> Action:
        """With another date, and why."""
        deadline = self.deadline.moved(due, today=today, working_days=working_days)
        return replace(self, deadline=deadline, reason=reason)

    def put_off(self, until: date, *, reason: str) -> Action:
        """Nobody is told before `until`. Raises ValueError for a third time or without a reason."""
        return replace(self, deadline=self.deadline.snoozed(until, reason=reason), reason=reason)

    def done(self, on: date) -> Action:
        """Done on that day."""
        return replace(self, state=ActionState.DONE, closed_on=on)

    def reopened(self, *, on: date, due: date) -> Action:
        """Taken up again: the ladder begins anew, and the first date ever promised remains."""
        return replace(
            self, state=ActionState.OPEN, closed_on=None, reason="", deadline=self.deadline.reopened(on=on, due=due)
        )


def action_id(occurrence: str, kpi: str) -> str:
    """The lasting name of the action a review asks for about a KPI."""
    return f"{occurrence}:{kpi}"
