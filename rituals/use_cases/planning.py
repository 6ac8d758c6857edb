"""Plans the occurrences of every ritual ahead as rows, so that a person can move or cancel one."""

from __future__ import annotations

from datetime import datetime, timedelta

from rituals.calendar import Due, occurrences
from rituals.occurrences import Occurrence, OccurrenceState, Step, occurrence_id
from rituals.organisation import Organisation, Ritual
from rituals.ports import OpenWork, Work
from rituals.use_cases.procedures import procedure_of
from rituals.use_cases.sitting import EVERY

HORIZON = timedelta(days=100)
"""How far ahead occurrences are planned."""


async def plan_ahead(at: datetime, *, open_work: OpenWork, organisation: Organisation) -> int:
    """Adds what falls due within the horizon, and says how much; what is there stays, moved and cancelled alike."""
    added = 0
    async with open_work() as work:
        known = {one.id for one in await work.occurrences.upcoming(at, limit=EVERY)}
        for rules in organisation.rituals.values():
            for due in _dues(rules, organisation, at):
                # What was cancelled is not among the known; planning it again changes nothing.
                if occurrence_id(rules.key, due.nominal) not in known:
                    added += await _plan(work, rules, due, organisation)
    return added


async def replan(at: datetime, *, open_work: OpenWork, organisation: Organisation) -> None:
    """After a change of app.yaml: sittings that no step has touched follow the new rules, those begun keep theirs."""
    async with open_work() as work:
        for occurrence in await work.occurrences.upcoming(at, limit=EVERY):
            if occurrence.ritual not in organisation.rituals:
                await work.occurrences.forget(occurrence.id)  # stays where it has begun: its next step lets it go
        for rules in organisation.rituals.values():
            planned = {occurrence_id(rules.key, due.nominal): due for due in _dues(rules, organisation, at)}
            for occurrence in await work.occurrences.untouched(rules.key):
                if occurrence.at > at:
                    await work.occurrences.forget(occurrence.id)
            for due in planned.values():
                await _plan(work, rules, due, organisation)


def _dues(rules: Ritual, organisation: Organisation, at: datetime) -> list[Due]:
    return occurrences(rules.recurrence, after=at, until=at + HORIZON, working_days=organisation.working_days)


def planned_by(organisation: Organisation, at: datetime) -> list[tuple[Occurrence, list[Step]]]:
    """What the rules plan from `at` to the horizon, with its steps."""
    return [
        _planned(rules, due, organisation)
        for rules in organisation.rituals.values()
        for due in _dues(rules, organisation, at)
    ]


async def _plan(work: Work, rules: Ritual, due: Due, organisation: Organisation) -> bool:
    occurrence, steps = _planned(rules, due, organisation)
    return await work.occurrences.plan(occurrence, steps)


def _planned(rules: Ritual, due: Due, organisation: Organisation) -> tuple[Occurrence, list[Step]]:
    occurrence = Occurrence(
        id=occurrence_id(rules.key, due.nominal),
        ritual=rules.key,
        nominal=due.nominal,
        at=due.at,
        zone=rules.recurrence.zone,
        state=OccurrenceState.PLANNED,
    )
    steps = [
        Step(occurrence=occurrence.id, name=one.name, due_at=one.due_at, expires_at=one.expires_at)
        for one in procedure_of(rules).steps(rules, due, organisation)
    ]
    return occurrence, steps
