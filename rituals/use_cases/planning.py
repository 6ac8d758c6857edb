"""Plans the occurrences of every ritual ahead as rows, so that a person can move or cancel one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
                    added += await work.occurrences.plan(*_planned(rules, due, organisation, at))
    return added


async def replan(at: datetime, *, open_work: OpenWork, organisation: Organisation) -> None:
    """After a change of app.yaml: sittings that no step has touched follow the new rules, those begun keep theirs."""
    async with open_work() as work:
        for occurrence in await work.occurrences.upcoming(at, limit=EVERY):
            if occurrence.ritual not in organisation.rituals:
                await work.occurrences.forget(occurrence.id)  # stays where it has begun: its next step lets it go
        for rules in organisation.rituals.values():
            planned = {one.id: (one, steps) for one, steps in _planned_by(rules, organisation, at)}
            for occurrence in await work.occurrences.untouched(rules.key):
                if occurrence.at > at:
                    if occurrence.id in planned:
                        again, steps = planned[occurrence.id]
                        planned[occurrence.id] = (await _since(work, occurrence, again, steps), steps)
                    await work.occurrences.forget(occurrence.id)
            for again, steps in planned.values():
                await work.occurrences.plan(again, steps)


async def _since(work: Work, before: Occurrence, again: Occurrence, steps: Sequence[Step]) -> Occurrence:
    """What is planned `again`, since when it was `before` where its steps stay as they were.

    That is looked at only where one of them is too late by now: what was ahead all along was missed, and nothing else.
    """
    if not any(map(again.never_had, steps)):
        return replace(again, planned_at=before.planned_at or again.planned_at)
    there = {(one.id, one.expires_at) for one in await work.steps.waiting(before.id)}
    stays = there == {(one.id, one.expires_at) for one in steps}
    return replace(again, planned_at=before.planned_at) if stays else again


def _dues(rules: Ritual, organisation: Organisation, at: datetime, ahead: timedelta = HORIZON) -> list[Due]:
    return occurrences(rules.recurrence, after=at, until=at + ahead, working_days=organisation.working_days)


def planned_by(
    organisation: Organisation, at: datetime, *, ahead: timedelta = HORIZON
) -> list[tuple[Occurrence, list[Step]]]:
    """What the rules plan from `at` on, so far `ahead`, with its steps."""
    return [one for rules in organisation.rituals.values() for one in _planned_by(rules, organisation, at, ahead)]


def _planned_by(
    rules: Ritual, organisation: Organisation, at: datetime, ahead: timedelta = HORIZON
) -> list[tuple[Occurrence, list[Step]]]:
    return [_planned(rules, due, organisation, at) for due in _dues(rules, organisation, at, ahead)]


def _planned(rules: Ritual, due: Due, organisation: Organisation, at: datetime) -> tuple[Occurrence, list[Step]]:
    occurrence = Occurrence(
        id=occurrence_id(rules.key, due.nominal),
        ritual=rules.key,
        nominal=due.nominal,
        at=due.at,
        zone=rules.recurrence.zone,
        state=OccurrenceState.PLANNED,
        planned_at=at,
    )
    steps = [
        Step(occurrence=occurrence.id, name=one.name, due_at=one.due_at, expires_at=one.expires_at)
        for one in procedure_of(rules).steps(rules, due, organisation)
    ]
    return occurrence, steps
