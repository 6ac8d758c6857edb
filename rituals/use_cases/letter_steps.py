"""The weekly digest: planned before its week begins, then one letter to each reader at their own day and hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rituals.calendar import Due, sensible
from rituals.digests import speech as says
from rituals.digests.rules import DigestRules
from rituals.digests.wishes import TIMES, Wish, end_of_week, expiry, letter_moment, planning_moment, usual
from rituals.occurrences import Occurrence, OccurrenceState, PlannedStep, Step, StepName
from rituals.organisation import Organisation
from rituals.people import Person
from rituals.ports import Work
from rituals.posts import Post, ToPerson
from rituals.use_cases.letter_facts import gather
from rituals.use_cases.procedure import Procedure

KIND_OF_POST = "letter"
"""The first word of the lasting name of every letter's post."""

LATE = timedelta(hours=1)
"""A letter this much later than its hour waits for the next sensible one."""


def _steps(rules: DigestRules, due: Due, organisation: Organisation) -> Sequence[PlannedStep]:
    return (
        PlannedStep(
            name=StepName.PLAN_LETTERS,
            due_at=planning_moment(due, organisation.zone),
            expires_at=end_of_week(due.nominal, organisation.zone),
        ),
    )


def _later(rules: DigestRules, due: Due, organisation: Organisation) -> Sequence[PlannedStep]:
    return (PlannedStep(name=StepName.SEND_LETTER, due_at=due.at),)


async def _skip(
    late: Sequence[Step],
    occurrence: Occurrence,
    rules: DigestRules,
    work: Work,
    organisation: Organisation,
    at: datetime,
) -> None:
    """Nobody is told: a letter of last week is of no use, and the next one says what matters."""
    if any(one.name is StepName.PLAN_LETTERS for one in late):
        await work.occurrences.put(replace(occurrence, state=OccurrenceState.MISSED))
    else:
        await _finish_if_over(work, occurrence)


async def _let_go(occurrence: Occurrence, work: Work) -> None:
    """Nothing is kept of it but its posts."""


async def _call_off(
    occurrence: Occurrence, rules: DigestRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    """Letters that nobody has seen yet are not sent; what they told is news again."""
    for person in await readers(work, rules):
        if await work.posts.drop(letter_id(occurrence.id, person.id)):
            await work.letters.put_told(rules.key, person.id, ())


async def readers(work: Work, rules: DigestRules) -> list[Person]:
    """Who gets this digest, in a lasting order."""
    everybody = await work.people.all_present()
    return sorted((one for one in everybody if one.has_any(rules.readers)), key=lambda one: one.email)


def letter_step(
    person: Person, wish: Wish | None, occurrence: Occurrence, rules: DigestRules, organisation: Organisation
) -> Step | None:
    """The step that sends a reader their letter of one week; None for one who wants none."""
    due = letter_moment(
        wish or usual(rules, occurrence.nominal),
        occurrence.nominal,
        person.zone,
        organisation.working_days_at(person.site),
    )
    if due is None:
        return None
    return Step(
        occurrence=occurrence.id,
        name=StepName.SEND_LETTER,
        due_at=due,
        expires_at=expiry(due, occurrence.nominal, person.zone),
        subject=person.id,
    )


def letter_id(occurrence: str, person: str) -> str:
    """The lasting name of one reader's letter of one week."""
    return f"{KIND_OF_POST}:{occurrence}:{person}"


async def _plan_letters(
    step: Step, occurrence: Occurrence, rules: DigestRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    held = replace(occurrence, state=OccurrenceState.HELD)
    await work.occurrences.put(held)
    for person in await readers(work, rules):
        planned = letter_step(person, await work.letters.wish(person.id), held, rules, organisation)
        if planned is not None:
            await work.steps.add(planned)
    await _finish_if_over(work, held)


async def _send_letter(
    step: Step, occurrence: Occurrence, rules: DigestRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    person = await work.people.get(step.subject)
    if person is not None and person.has_any(rules.readers):
        facts = await gather(work, organisation, at=at)
        told = await work.letters.told(rules.key, person.id)
        await work.posts.put(
            Post(
                id=letter_id(occurrence.id, person.id),
                to=ToPerson(person=person.id),
                message=says.letter(ritual=rules.title, digest=rules.key, facts=facts, told=told),
                ritual=rules.key,
                not_before=_at_their_hour(person, at, step, organisation),
                not_after=step.expires_at,
            ),
            at=at,
        )
        later = says.left_for_later(facts, told)
        await work.letters.put_told(rules.key, person.id, says.told_by(facts) - later)
    await _finish_if_over(work, occurrence)


def _at_their_hour(person: Person, at: datetime, step: Step, organisation: Organisation) -> datetime:
    """`at`; the next sensible hour where they work for a letter that comes late, whatever hour it was meant for."""
    if at - step.due_at < LATE:
        return at
    return sensible(
        at,
        person.zone,
        organisation.working_days_at(person.site),
        earliest=TIMES[0],
        latest=TIMES[-1],
    )


async def _finish_if_over(work: Work, occurrence: Occurrence) -> None:
    if not await work.steps.waiting(occurrence.id):
        await work.occurrences.put(replace(occurrence, state=OccurrenceState.CLOSED))


PROCEDURE: Procedure[DigestRules] = Procedure(
    steps=_steps,
    later=_later,
    skip=_skip,
    let_go=_let_go,
    call_off=_call_off,
    cancel="cancel-letters",
    effects={StepName.PLAN_LETTERS: _plan_letters, StepName.SEND_LETTER: _send_letter},
)
