"""A KPI review: what it does at its steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rituals.calendar import Due
from rituals.occurrences import Occurrence, PlannedStep, Step, StepName
from rituals.organisation import Organisation
from rituals.ports import Work
from rituals.reviews.rules import ReviewRules
from rituals.use_cases.procedure import Procedure, nothing_later


def _steps(rules: ReviewRules, due: Due, organisation: Organisation) -> Sequence[PlannedStep]:
    return (PlannedStep(name=StepName.HOLD_REVIEW, due_at=due.at),)


async def _skip(
    late: Sequence[Step],
    occurrence: Occurrence,
    rules: ReviewRules,
    work: Work,
    organisation: Organisation,
    at: datetime,
) -> None:
    """Nothing was begun."""


async def _let_go(occurrence: Occurrence, work: Work) -> None:
    """Nothing is kept of it."""


PROCEDURE: Procedure[ReviewRules] = Procedure(steps=_steps, later=nothing_later, skip=_skip, let_go=_let_go, effects={})
