"""A reader looks at this week's letter as it stands now, and chooses the day and hour of the ones to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from rituals.calendar import Weekly
from rituals.digests import speech as says
from rituals.digests.rules import DigestRules
from rituals.digests.wishes import WEEKDAYS, Wish, times_with, written
from rituals.errors import InvalidReply, NotAReader, NotFound
from rituals.messages import Message, Moment, Reply, say
from rituals.occurrences import Occurrence, OccurrenceState, StepName
from rituals.organisation import Organisation
from rituals.people import Account, Person
from rituals.ports import OpenWork, Work
from rituals.use_cases.asking import somebody
from rituals.use_cases.letter_facts import gather
from rituals.use_cases.letter_steps import letter_step, readers
from rituals.use_cases.sitting import EVERY

ALREADY_UNDER_WAY = timedelta(days=14)
"""How long before now an occurrence began whose letters may still wait."""


async def show_digest(account: Account, *, at: datetime, open_work: OpenWork, organisation: Organisation) -> Reply:
    """The letter as it stands now, whole, to a reader alone. Raises Stranger, NotAReader, NotFound."""
    async with open_work() as work:
        person = await somebody(work, account)
        if not _digests(organisation):
            return Reply(sentence=say("digest-none"))
        rules = _digest_of(person, organisation)
        return Reply(message=await _letter(work, person, rules, organisation, at=at, whole=True))


async def ask_for_day(account: Account, digest: str, *, open_work: OpenWork, organisation: Organisation) -> Reply:
    """The form for day and hour. Raises Stranger, NotAReader, NotFound."""
    async with open_work() as work:
        person = await somebody(work, account)
        rules = _digest_of(person, organisation, digest)
        return Reply(form=says.day_form(digest=rules.key, wish=await _wish(work, person, rules)))


async def choose_day(
    account: Account,
    digest: str,
    answers: Mapping[str, str | None],
    *,
    at: datetime,
    open_work: OpenWork,
    organisation: Organisation,
) -> Reply:
    """Keeps the reader's day and hour, and moves the letter that still waits.

    A letter waiting for a later day than the new one of this week, which has passed, comes when it was to come.
    Raises Stranger, NotAReader, NotFound, InvalidReply (with the field at fault).
    """
    async with open_work() as work:
        person = await somebody(work, account)
        rules = _digest_of(person, organisation, digest)
        wish = wish_from(answers, kept=(await _wish(work, person, rules)).at)
        await work.letters.put_wish(person.id, wish)
        for occurrence in await _with_letters_waiting(work, rules):
            planned = letter_step(person, wish, occurrence, rules, organisation)
            waits = any(one.subject == person.id for one in await work.steps.waiting(occurrence.id))
            if planned is None:
                await work.steps.cancel(occurrence.id, subject=person.id)
            elif waits and planned.due_at > at:
                await work.steps.add(planned)
        if wish.weekday is None:
            return Reply(sentence=say("digest-chosen-none"))
        coming = await _next_letter(work, person, rules, organisation, at=at)
        if coming is None:
            return Reply(sentence=say("digest-chosen-later"))
        return Reply(sentence=say("digest-chosen", at=Moment(at=coming)))


def wish_from(answers: Mapping[str, str | None], *, kept: time) -> Wish:
    """A day that was offered, or none, and a time, be it the one they have (`kept`).

    Raises InvalidReply naming the field at fault.
    """
    day, hour = answers.get("day"), answers.get("hour")
    if day not in {*WEEKDAYS, "none"}:
        raise InvalidReply(field="day")
    times = {written(one): one for one in times_with(kept)}
    if hour not in times:
        raise InvalidReply(field="hour")
    return Wish(weekday=None if day == "none" else WEEKDAYS.index(day), at=times[hour])


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A letter that nobody is sent: to whom it would go, and what it would say."""

    digest: str
    person: Person
    message: Message
    next_letter: datetime | None


async def preview(email: str | None, *, at: datetime, open_work: OpenWork, organisation: Organisation) -> Preview:
    """What a reader, by default the first, would be sent now; changes nothing. Raises NotFound, NotAReader."""
    async with open_work() as work:
        digests = _digests(organisation)
        if not digests:
            raise NotFound
        found = [(one, rules) for rules in digests for one in await readers(work, rules)]
        for person, rules in found:
            if email is None or person.email == email.strip().lower():
                return Preview(
                    digest=rules.title,
                    person=person,
                    message=await _letter(work, person, rules, organisation, at=at, whole=False),
                    next_letter=await _next_letter(work, person, rules, organisation, at=at),
                )
        raise NotAReader


def _digests(organisation: Organisation) -> list[DigestRules]:
    return [one for one in organisation.rituals.values() if isinstance(one, DigestRules)]


def _digest_of(person: Person, organisation: Organisation, digest: str | None = None) -> DigestRules:
    """The digest the person reads, or the one named. Raises NotFound where there is none, NotAReader."""
    found = [one for one in _digests(organisation) if digest is None or one.key == digest]
    if not found:
        raise NotFound
    mine = next((one for one in found if person.has_any(one.readers)), None)
    if mine is None:
        raise NotAReader
    return mine


async def _wish(work: Work, person: Person, rules: DigestRules) -> Wish:
    chosen = await work.letters.wish(person.id)
    if chosen is not None:
        return chosen
    rule = rules.recurrence.rule
    return Wish(weekday=rule.weekday if isinstance(rule, Weekly) else 0, at=rules.recurrence.at)


async def _letter(
    work: Work, person: Person, rules: DigestRules, organisation: Organisation, *, at: datetime, whole: bool
) -> Message:
    return says.letter(
        ritual=rules.title,
        digest=rules.key,
        facts=await gather(work, organisation, at=at),
        told=await work.letters.told(rules.key, person.id),
        whole=whole,
        next_letter=await _next_letter(work, person, rules, organisation, at=at) if whole else None,
    )


async def _with_letters_waiting(work: Work, rules: DigestRules) -> list[Occurrence]:
    return [one for one in await work.occurrences.under_way() if one.ritual == rules.key]


async def _next_letter(
    work: Work, person: Person, rules: DigestRules, organisation: Organisation, *, at: datetime
) -> datetime | None:
    """When the reader's next letter comes: the one that waits, else that of the first week not yet planned."""
    for occurrence in await _with_letters_waiting(work, rules):
        for step in await work.steps.waiting(occurrence.id):
            if step.name is StepName.SEND_LETTER and step.subject == person.id:
                return step.due_at
    wish = await work.letters.wish(person.id)
    for occurrence in await work.occurrences.upcoming(at - ALREADY_UNDER_WAY, limit=EVERY):
        if occurrence.ritual == rules.key and occurrence.state is OccurrenceState.PLANNED:
            planned = letter_step(person, wish, occurrence, rules, organisation)
            if planned is not None and planned.due_at > at:
                return planned.due_at
    return None
