"""What votes have made old is put anew: the ballot's card, the voters' papers and homes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rituals.committee.ballots import tally
from rituals.committee.decisions import Ballot, BallotState
from rituals.committee.rules import CommitteeRules
from rituals.occurrences import Step, StepName
from rituals.organisation import Organisation
from rituals.people import Person
from rituals.ports import OpenWork, Work
from rituals.redraws import Redraw
from rituals.use_cases import home, sitting

SOME = 8
"""Replies one transaction catches up with: on SQLite the next vote waits for its end."""

REDRAW_WITHIN = timedelta(seconds=4)
"""How long the ordinary edit of a clicked message waits for its direct redraw."""


async def catch_up(at: datetime, *, open_work: OpenWork, organisation: Organisation) -> int:
    """Puts anew all that replies have made old; how many replies that was. Doing it twice is doing it once.

    A reply whose wake was taken by another replica has been caught up with as well once this returns.
    """
    seen = 0
    while True:
        async with open_work() as work:
            some = await work.redraws.take(limit=SOME)
            if some:
                await _put_anew(work, some, organisation, at=at)
        if not some:
            return seen
        seen += len(some)


async def _put_anew(work: Work, some: Sequence[Redraw], organisation: Organisation, *, at: datetime) -> None:
    found = [await work.people.get(one) for one in {one.person for one in some}]
    people = {one.id: one for one in found if one is not None and one.present}
    # Sittings first, in one order and before any post, as whoever puts papers does: nobody waits in a ring.
    sittings = [await work.occurrences.get(one, lock=True) for one in sorted({one.occurrence for one in some})]
    for occurrence in sittings:
        rules = organisation.committee_of(occurrence)
        if occurrence is None or rules is None:
            continue
        here = [one for one in some if one.occurrence == occurrence.id]
        for ballot in [await work.ballots.get(one) for one in sorted({one.subject for one in here})]:
            if ballot is not None:
                ballot = await _close_soon_if_all_voted(work, ballot, rules, at=at)
                await sitting.put_card(work, ballot, occurrence, rules, organisation, at=at)
        common = await sitting.in_common(work, occurrence, rules, organisation)
        for person in _by_email(people[one] for one in {one.person for one in here} & people.keys()):
            await sitting.put_paper(
                *(work, person, occurrence, rules, organisation), at=at, hold=at + REDRAW_WITHIN, common=common
            )
    for person in _by_email(people.values()):
        await home.put_home(work, person, organisation, at=at)


def _by_email(people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda one: one.email)


async def _close_soon_if_all_voted(work: Work, ballot: Ballot, rules: CommitteeRules, *, at: datetime) -> Ballot:
    if ballot.state is not BallotState.OPEN:
        return ballot
    counted = tally(await work.ballots.choices(ballot.id), entitled=ballot.entitled)
    closes = at + timedelta(seconds=rules.closing_wait)
    if not counted.everybody_voted or closes >= ballot.closes_at:
        return ballot
    sooner = replace(ballot, closes_at=closes)
    await work.ballots.put(sooner)
    await work.steps.add(
        Step(occurrence=ballot.occurrence, name=StepName.CLOSE_BALLOT, due_at=closes, subject=ballot.id)
    )
    return sooner
