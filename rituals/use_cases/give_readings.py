"""An owner gives the values of their KPIs for a review, all in one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from rituals.calendar import local_day
from rituals.errors import InvalidReply, NotAllowed, NotFound, ReadingsClosed, ReviewOff
from rituals.kpis import Kpi, KpiSource, Reading
from rituals.messages import Form, Reply, say
from rituals.occurrences import Occurrence, OccurrenceState, StepName
from rituals.organisation import Organisation
from rituals.people import Account, Act, Person
from rituals.ports import OpenWork, Work
from rituals.reviews import speech as says
from rituals.reviews.quantities import read_quantity
from rituals.reviews.rules import ReviewRules
from rituals.use_cases import home, reviewing
from rituals.use_cases.asking import somebody


async def ask_for_readings(
    account: Account, occurrence: str | None, *, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The form for a review, None for the next one that waits for values of theirs.

    Raises NotFound, NotAllowed, ReadingsClosed, ReviewOff.
    """
    async with open_work() as work:
        person = await somebody(work, account)
        if occurrence is not None:
            found, _, kpis = await _entitled(work, person, occurrence, organisation)
            return Reply(form=await _form(work, person, found, kpis, page=1))
        for coming in await work.occurrences.under_way():
            waits = reviewing.review(organisation, coming)
            if waits is None or coming.state is not OccurrenceState.PLANNED:
                continue
            if kpis := await _theirs(work, person, waits, organisation):
                return Reply(form=await _form(work, person, coming, kpis, page=1))
        return Reply(sentence=say("readings-none-waiting"))


async def give_readings(
    account: Account,
    subject: str,
    answers: Mapping[str, str | None],
    *,
    at: datetime,
    open_work: OpenWork,
    organisation: Organisation,
) -> Reply:
    """Keeps the values of one page, and offers the next one; an emptied field takes its value back.

    `subject`: "<occurrence>:<page>"; `answers`: KPI -> what was written.
    Raises NotFound, NotAllowed, ReadingsClosed, ReviewOff, InvalidReply (with the field at fault).
    """
    async with open_work() as work:
        person = await somebody(work, account)
        review_id, _, page = subject.rpartition(":")
        occurrence, rules, kpis = await _entitled(work, person, review_id, organisation)
        theirs = {kpi.key: kpi for kpi in kpis}
        if not set(answers) <= set(theirs) or not page.isdecimal() or len(page) > 3:
            raise NotFound
        given = await work.reviews.given(occurrence.id)
        values = {key: _value(theirs[key], said, person) for key, said in answers.items()}
        if all(value is None and key not in given for key, value in values.items()):
            raise InvalidReply(field=next(iter(answers), None), key="refused-nothing-given")
        today = local_day(at, occurrence.zone)
        for key, value in values.items():
            if value is None:
                await work.reviews.take_back(occurrence.id, key)
            elif key not in given or given[key].value != value:
                await work.reviews.give(occurrence.id, key, Reading(value=value, on=today), by=person.id)
        await _catch_up(work, [theirs[key] for key in answers], occurrence, rules, organisation, at=at)
        if int(page) < _pages(kpis):
            return Reply(form=await _form(work, person, occurrence, kpis, page=int(page) + 1))
        return Reply()


def _value(kpi: Kpi, said: str | None, person: Person) -> Fraction | None:
    if said is None or not said.strip():
        return None
    if len(said) > says.QUANTITY_LIMIT:
        raise InvalidReply(field=kpi.key, key="refused-number")
    return read_quantity(said, unit=kpi.unit, locale=person.locale, field=kpi.key)


async def _entitled(
    work: Work, person: Person, occurrence_id: str, organisation: Organisation
) -> tuple[Occurrence, ReviewRules, Sequence[Kpi]]:
    """A review that takes values, with the KPIs whose values this person may give."""
    occurrence = await work.occurrences.get(occurrence_id, lock=True)
    rules = reviewing.review(organisation, occurrence)
    if occurrence is None or rules is None:
        raise NotFound
    theirs = await _theirs(work, person, rules, organisation)
    if not theirs:
        raise NotAllowed
    if occurrence.state in (OccurrenceState.CANCELLED, OccurrenceState.MISSED):
        raise ReviewOff
    waiting = {step.name for step in await work.steps.waiting(occurrence.id)}
    if occurrence.state is not OccurrenceState.PLANNED or StepName.HOLD_REVIEW not in waiting:
        raise ReadingsClosed
    if StepName.ASK_READINGS in waiting:
        raise NotFound  # nobody was asked yet
    return occurrence, rules, theirs


async def _theirs(work: Work, person: Person, rules: ReviewRules, organisation: Organisation) -> list[Kpi]:
    """The asked KPIs a person answers for; all of them for whoever may give others' values and has none."""
    asked = [kpi for kpi in reviewing.kpis_of(rules, organisation) if kpi.source is KpiSource.ASKED]
    who = await reviewing.answerable(work, asked)
    theirs = [kpi for kpi in asked if (found := who.of(kpi)) is not None and found.id == person.id]
    return asked if not theirs and person.may(Act.GIVE_READINGS) else theirs


async def _catch_up(
    work: Work,
    kpis: Sequence[Kpi],
    occurrence: Occurrence,
    rules: ReviewRules,
    organisation: Organisation,
    *,
    at: datetime,
) -> None:
    """Shows what is noted to whoever was asked for it."""
    who = await reviewing.answerable(work, kpis)
    asked = {person.id: person for kpi in kpis if (person := who.of(kpi)) is not None}
    for person in asked.values():
        if await work.posts.exists(reviewing.ask_id(occurrence.id, person.id)):
            await reviewing.put_ask(work, person, occurrence, rules, organisation, at=at)
    await home.put_homes(work, asked, organisation, at=at)


def _pages(kpis: Sequence[Kpi]) -> int:
    return -(-len(kpis) // says.FIELDS)


async def _form(work: Work, person: Person, occurrence: Occurrence, kpis: Sequence[Kpi], *, page: int) -> Form:
    shown = kpis[(page - 1) * says.FIELDS : page * says.FIELDS]
    return says.readings_form(
        occurrence=occurrence.id,
        page=page,
        pages=_pages(kpis),
        wanted=await reviewing.wanted(work, shown, person, occurrence),
    )
