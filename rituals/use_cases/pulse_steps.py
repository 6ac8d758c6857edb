"""A pulse: what it does at its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from rituals.calendar import Due
from rituals.occurrences import Occurrence, OccurrenceState, PlannedStep, Step, StepName
from rituals.organisation import Organisation
from rituals.ports import Work
from rituals.pulses.rules import PulseRules
from rituals.pulses.steps import following, planned
from rituals.use_cases import wave
from rituals.use_cases.procedure import Procedure


def _steps(rules: PulseRules, due: Due, organisation: Organisation) -> Sequence[PlannedStep]:
    return planned(rules, due, wave.zones(organisation))


def _later(rules: PulseRules, due: Due, organisation: Organisation) -> Sequence[PlannedStep]:
    return following(rules, due, wave.zones(organisation), organisation.working_days)


async def _launch(
    step: Step, occurrence: Occurrence, rules: PulseRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    """All waves first, then their messages in parts: each part is a step of its own."""
    if not step.subject:
        await wave.launch(work, occurrence, rules, organisation, at=at)
    else:
        await wave.tell(work, step.subject, rules, organisation, launched=step.due_at, at=at)


async def _remind(
    step: Step, occurrence: Occurrence, rules: PulseRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    await wave.remind(work, step.subject, rules, organisation, at=at)


async def _close(
    step: Step, occurrence: Occurrence, rules: PulseRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    """Ends a wave; of one that was called off, people are told in parts: each but the first is a step of its own."""
    if "/" in step.subject:
        await wave.tell_off(work, step.subject, at=at)
    else:
        await wave.close(work, step.subject, occurrence, rules, at=at)


async def _skip(
    late: Sequence[Step],
    occurrence: Occurrence,
    rules: PulseRules,
    work: Work,
    organisation: Organisation,
    at: datetime,
) -> None:
    """Nobody waits for a pulse: it is missed without a word."""
    if any(step.name is StepName.LAUNCH_WAVES and not step.subject for step in late):
        await work.occurrences.put(replace(occurrence, state=OccurrenceState.MISSED))


async def _let_go(occurrence: Occurrence, work: Work) -> None:
    await wave.let_go(work, occurrence)


async def _call_off(
    occurrence: Occurrence, rules: PulseRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    await wave.call_off(work, occurrence, rules, at=at)


PROCEDURE: Procedure[PulseRules] = Procedure(
    steps=_steps,
    later=_later,
    skip=_skip,
    let_go=_let_go,
    call_off=_call_off,
    cancel="cancel-pulse",
    effects={StepName.LAUNCH_WAVES: _launch, StepName.REMIND: _remind, StepName.CLOSE_WAVE: _close},
)
