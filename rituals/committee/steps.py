"""The moments of one sitting: when marks are asked for, the agenda is out, and ballots open and close."""

from __future__ import annotations

from datetime import date, datetime, time

from rituals.calendar import Due, WorkingDays, local_day, moment
from rituals.committee.rules import CommitteeRules
from rituals.occurrences import PlannedStep, StepName

MORNING = time(9, 0)
"""Local time, in the committee's zone, at which marks are asked for and the agenda is published."""


def sitting_steps(rules: CommitteeRules, due: Due, working_days: WorkingDays) -> tuple[PlannedStep, ...]:
    """The steps of the sitting `due`, in order: call for marks, agenda, opening of the ballots.

    Each expires when the next one is due; the opening, when ballots would close (`closing`). Closing is a step of
    each ballot, planned when it opens. Days before the sitting are working days, counted back from its actual day.
    """
    zone = rules.recurrence.zone
    day = local_day(due.at, zone)

    def morning(before: int) -> datetime:
        return moment(working_days.before(day, before), MORNING, zone)

    marks, agenda = morning(rules.marks_before), morning(rules.agenda_before)
    return (
        PlannedStep(name=StepName.CALL_FOR_MARKS, due_at=marks, expires_at=agenda),
        PlannedStep(name=StepName.PUBLISH_AGENDA, due_at=agenda, expires_at=due.at),
        PlannedStep(name=StepName.OPEN_BALLOTS, due_at=due.at, expires_at=closing(rules, day)),
    )


def closing(rules: CommitteeRules, day: date) -> datetime:
    """The moment (UTC) at which the ballots of the sitting of `day`, a day in the committee's zone, close."""
    return moment(day, rules.deadline, rules.recurrence.zone)
