"""The weekly figures: every initiative is reckoned in a step of its own, then a room is told what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rituals.calendar import Due, local_day
from rituals.figures.rules import FigureRules
from rituals.measures.statistics import last_complete_sunday
from rituals.occurrences import Occurrence, OccurrenceState, PlannedStep, Step, StepName
from rituals.organisation import Organisation
from rituals.ports import Work
from rituals.use_cases.procedure import Procedure, nothing_later
from rituals.use_cases.reckon import compare, reckon_initiative, shown_initiatives, stopped_initiatives
from rituals.use_cases.tell_figures import tell

GRACE = timedelta(days=5)
"""How late a week's figures may come; the next week catches up with all that was missed."""

RECKON, TELL = "reckon:", "tell"
"""What a step is about: one initiative, or the message. Steps of one moment are taken in the order of these words."""


def _steps(rules: FigureRules, due: Due, organisation: Organisation) -> Sequence[PlannedStep]:
    return (PlannedStep(name=StepName.POST_FIGURES, due_at=due.at, expires_at=due.at + GRACE),)


async def _skip(
    late: Sequence[Step],
    occurrence: Occurrence,
    rules: FigureRules,
    work: Work,
    organisation: Organisation,
    at: datetime,
) -> None:
    """Nobody is told: nothing is lost by it."""
    await work.occurrences.put(replace(occurrence, state=OccurrenceState.MISSED))


async def _let_go(occurrence: Occurrence, work: Work) -> None:
    """What was published stays."""


async def _call_off(
    occurrence: Occurrence, rules: FigureRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    """The room was told nothing yet; the next week catches up."""


async def _post_figures(
    step: Step, occurrence: Occurrence, rules: FigureRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    """Reckons one initiative, tells the room, or plans both.

    One transaction an initiative: nobody who clicks waits for tens of thousands of people to be counted, and one that
    fails holds up no other.
    """
    # By the day it was due on, not the one it is done on: every step of a week tells of the same Sunday.
    until = last_complete_sunday(local_day(occurrence.at, organisation.zone), timedelta(days=rules.lag))
    initiatives = await shown_initiatives(work, rules.initiatives, until=until)
    if step.subject.startswith(RECKON):
        await reckon_initiative(work, organisation, step.subject.removeprefix(RECKON), until=until)
    elif step.subject == TELL:
        stopped = await stopped_initiatives(work)
        going = [one for one in initiatives if one not in stopped]
        await compare(work, going, until=until)
        await tell(work, organisation, occurrence, rules, going, until=until, at=at)
        await work.occurrences.put(replace(occurrence, state=OccurrenceState.CLOSED))
    else:
        await work.occurrences.put(replace(occurrence, state=OccurrenceState.HELD))
        for subject in (*(f"{RECKON}{initiative}" for initiative in initiatives), TELL):
            await work.steps.add(replace(step, due_at=at, subject=subject))


PROCEDURE: Procedure[FigureRules] = Procedure(
    steps=_steps,
    later=nothing_later,
    skip=_skip,
    let_go=_let_go,
    call_off=_call_off,
    cancel="cancel-figures",
    effects={StepName.POST_FIGURES: _post_figures},
)
