"""Somebody sees what is kept of them, and has it erased: their own alone, and never in a post."""

from __future__ import annotations

import logging
from datetime import datetime

from rituals.calendar import local_day
from rituals.census import posting_on
from rituals.errors import NotFound
from rituals.messages import Message, Reply, say
from rituals.organisation import Organisation
from rituals.people import Account, Person
from rituals.personal import speech as says
from rituals.personal.data import Duty, Erased
from rituals.ports import OpenWork, Work
from rituals.use_cases import sitting
from rituals.use_cases.asking import somebody

log = logging.getLogger(__name__)


async def show_my_data(account: Account, *, at: datetime, open_work: OpenWork) -> Reply:
    """All that is tied to who asks, for them alone. Raises Stranger."""
    async with open_work() as work:
        return Reply(message=await _my_data(work, await somebody(work, account), at=at))


async def show_more_votes(account: Account, start: str, *, at: datetime, open_work: OpenWork) -> Reply:
    """The older votes of who asks. Raises Stranger, NotFound."""
    async with open_work() as work:
        person = await somebody(work, account)
        if not (start.isascii() and start.isdigit() and len(start) <= 6):
            raise NotFound
        kept = await work.personal.kept(person.id, today=local_day(at, person.zone))
        return Reply(message=says.more_votes(votes=kept.votes, start=int(start)))


async def ask_erase(account: Account, *, open_work: OpenWork, organisation: Organisation) -> Reply:
    """What erasing would do to who asks, with the button that does it. Raises Stranger."""
    async with open_work() as work:
        person = await somebody(work, account)
        return Reply(message=says.ask_erase(duties=await duties_of(work, person, organisation)))


async def erase_me(account: Account, *, at: datetime, open_work: OpenWork, organisation: Organisation) -> Reply:
    """Erases who asks. Raises Stranger."""
    async with open_work() as work:
        person = await somebody(work, account)
        erased = await _erase(work, person, organisation, at=at)
        return Reply(sentence=say("personal-erased" if erased.is_forgotten else "personal-erased-but"))


async def erase_by_address(email: str, *, at: datetime, open_work: OpenWork, organisation: Organisation) -> Erased:
    """Erases somebody on their behalf, for whoever looks after Comitia. Raises NotFound."""
    async with open_work() as work:
        return await _erase(work, await _by_address(work, email), organisation, at=at)


async def data_by_address(email: str, *, at: datetime, open_work: OpenWork) -> tuple[Person, Message]:
    """What is kept of somebody, to be handed to them: not whether they have answered. Raises NotFound."""
    async with open_work() as work:
        person = await _by_address(work, email)
        return person, await _my_data(work, person, at=at, handed_over=True)


async def lift_objection(email: str, *, open_work: OpenWork) -> None:
    """Somebody who was erased is counted again from the next files on. Raises NotFound."""
    async with open_work() as work:
        if not await work.personal.lift(email.strip().lower()):
            raise NotFound


async def duties_of(work: Work, person: Person, organisation: Organisation) -> frozenset[Duty]:
    """Why the person cannot be forgotten altogether."""
    ballot, owns = await work.personal.has_duties(person)
    owns = owns or any(kpi.owner.lower() == person.email for kpi in organisation.kpis.values())
    found = {Duty.ROLE: bool(person.roles), Duty.BALLOT: ballot, Duty.OWNER: owns}
    return frozenset(duty for duty, holds in found.items() if holds)


async def _erase(work: Work, person: Person, organisation: Organisation, *, at: datetime) -> Erased:
    duties = await duties_of(work, person, organisation)
    await _forget_reasons(work, person, organisation, at=at)
    await work.personal.object(person, on=local_day(at, organisation.zone))
    await work.personal.erase(person, forget=not duties)
    # Not who: a log that names them would bring back what was erased.
    log.info("Somebody was erased at their own request.", extra={"action": "erased"})
    return Erased(duties=duties)


async def _forget_reasons(work: Work, person: Person, organisation: Organisation, *, at: datetime) -> None:
    """Takes the person's reasons out of their votes, and out of the minutes that quote them."""
    quoted = await work.personal.decided_in(person.id)
    await work.personal.forget_reasons(person.id)
    for occurrence_id in quoted:
        occurrence = await work.occurrences.get(occurrence_id, lock=True)
        rules = organisation.committee_of(occurrence)
        if occurrence is not None and rules is not None:
            await sitting.put_minutes(work, occurrence, rules, at=at)


async def _my_data(work: Work, person: Person, *, at: datetime, handed_over: bool = False) -> Message:
    today = local_day(at, person.zone)
    postings = (await work.census.postings([person.id])).get(person.id, ())
    posting = posting_on(postings, today)
    return says.my_data(
        person=person,
        zone=person.zone.key,
        place=says.Place(department=posting.department, manager=posting.manager) if posting else None,
        kept=await work.personal.kept(person.id, today=today),
        wish=await work.letters.wish(person.id),
        titles={one.key: one.title for one in await work.initiatives.all()},
        handed_over=handed_over,
    )


async def _by_address(work: Work, email: str) -> Person:
    person = await work.personal.by_address(email.strip().lower())
    if person is None:
        raise NotFound
    return person
