"""The brake: pause and resume rituals, cancel an occurrence or a ballot opened by mistake, take a wrong post back."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from rituals import speech
from rituals.committee import speech as says
from rituals.committee.decisions import BallotState
from rituals.committee.rules import CommitteeRules
from rituals.errors import NotFound, NothingToDo
from rituals.messages import Moment, Paragraph, Reply, say
from rituals.occurrences import Occurrence, OccurrenceState
from rituals.organisation import Organisation
from rituals.people import Account, Act
from rituals.ports import OpenWork, Work
from rituals.use_cases import home, sitting
from rituals.use_cases.asking import somebody_who_may
from rituals.use_cases.procedures import all_procedures, procedure_of

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=31)
"""How long after its moment an occurrence that has not ended can still be chosen to be cancelled."""

SHOWN_OF_EACH = 2
"""How many occurrences of each ritual are offered to be cancelled where none is named: one under way, and the next."""

MOST_ROWS = 20
"""How much is offered to be cancelled in one message."""

STILL_TAKEN_BACK = 200
"""How many of the newest posts in rooms a button pressed late still takes back."""

ENDED = (OccurrenceState.CLOSED, OccurrenceState.CANCELLED, OccurrenceState.MISSED)


async def pause(
    account: Account, ritual: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """Stops the steps and holds the posts of a ritual, or of "all". Raises NotFound, NotAllowed, NothingToDo."""
    async with open_work() as work:
        person = await somebody_who_may(work, account, Act.PAUSE)
        ritual = _named(ritual, organisation)
        if ritual != "all" and ritual not in organisation.rituals:
            return _which_ritual(organisation)
        if not await work.brakes.pause(ritual, at=at, by=person.id):
            raise NothingToDo
        return Reply(
            sentence=say("paused-all") if ritual == "all" else say("paused", ritual=_title(ritual, organisation))
        )


async def resume(
    account: Account, ritual: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """Lifts a pause; "all" lifts every one.

    What fell due meanwhile runs if its moment has not passed, and is skipped with a word otherwise.
    Raises NotFound, NotAllowed, NothingToDo.
    """
    async with open_work() as work:
        await somebody_who_may(work, account, Act.PAUSE)
        paused = await work.brakes.paused()
        # Whoever names none means the one that stands still, or the only one there is.
        ritual = next(iter(paused)) if not ritual and len(paused) == 1 else _named(ritual, organisation)
        if ritual != "all" and ritual not in organisation.rituals:
            return _which_ritual(organisation)
        if ritual == "all":
            if not paused:
                raise NothingToDo
            for one in paused:
                await work.brakes.resume(one)
            return Reply(sentence=say("resumed-all"))
        if "all" in paused:
            # To say that it runs again would be untrue.
            return Reply(sentence=say("resume-all-first", ritual=_title(ritual, organisation)))
        if await work.brakes.resume(ritual) is None:
            raise NothingToDo
        return Reply(sentence=say("resumed", ritual=_title(ritual, organisation)))


def _title(ritual: str, organisation: Organisation) -> str:
    return organisation.rituals[ritual].title


def _named(ritual: str, organisation: Organisation) -> str:
    """The ritual that was named, or the only one there is where none was."""
    return next(iter(organisation.rituals)) if not ritual and len(organisation.rituals) == 1 else ritual


def _which_ritual(organisation: Organisation) -> Reply:
    return Reply(sentence=say("pause-which", rituals=", ".join(organisation.rituals)))


# --- cancel --------------------------------------------------------------------------------------------------------


async def list_to_cancel(
    account: Account, ritual: str = "all", *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """Open ballots and what is under way or comes next, of one ritual or "all", each with a button.

    Raises NotFound, NotAllowed.
    """
    async with open_work() as work:
        await somebody_who_may(work, account, Act.CANCEL)
        if ritual != "all" and ritual not in organisation.rituals:
            return Reply(sentence=say("cancel-which", rituals=", ".join(organisation.rituals)))
        # What is under way, or was kept from beginning by a pause, began in the past.
        found = await work.occurrences.upcoming(at - LOOK_BACK, limit=sitting.EVERY)
        found = [one for one in found if one.ritual in organisation.rituals and ritual in ("all", one.ritual)]
        shown = SHOWN_OF_EACH if ritual == "all" and len(organisation.rituals) > 1 else sitting.SHOWN
        rows = [
            (
                Paragraph(
                    lead=say("verbatim", words=ballot.title),
                    text=say("cancel-ballot-line", until=Moment(at=ballot.closes_at)),
                ),
                says.taking_back(
                    "cancel-ballot", ballot.id, title=ballot.title, what=say("verbatim", words=ballot.title)
                ),
            )
            for ballot in await work.ballots.all_open()
            if any(ballot.occurrence == occurrence.id for occurrence in found)
        ]
        rows += [
            (
                says.sitting_named(rules.title, occurrence.at),
                says.taking_back(
                    procedure_of(rules).cancel,
                    occurrence.id,
                    title=rules.title,
                    what=say("sitting-named", ritual=rules.title, at=Moment(at=occurrence.at)),
                ),
            )
            for n, occurrence in enumerate(found)
            if sum(one.ritual == occurrence.ritual for one in found[:n]) < shown
            if (rules := organisation.rules_of(occurrence))
        ]
        left = len(rows) > MOST_ROWS
        note = say("cancel-more", rituals=", ".join(organisation.rituals)) if left else None
        message = speech.brake_list(
            title="cancel-title", empty="cancel-nothing", rows=tuple(rows[:MOST_ROWS]), note=note
        )
        return Reply(message=message)


async def cancel_occurrence(
    account: Account, occurrence_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """Cancels one occurrence of any ritual, planned or under way, and tells whoever had heard of it.

    A sitting's initiatives wait for the next, and what it decided before stands; what was answered to a pulse is
    destroyed unread; a review asks nobody any more; figures and letters are not posted.
    Raises NotFound, NotAllowed, NothingToDo.
    """
    async with open_work() as work:
        await somebody_who_may(work, account, Act.CANCEL)
        occurrence = await work.occurrences.get(occurrence_id, lock=True)
        rules = organisation.rules_of(occurrence)
        if occurrence is None or rules is None:
            raise NotFound
        if occurrence.state in ENDED:
            raise NothingToDo
        cancelled = replace(occurrence, state=OccurrenceState.CANCELLED)
        await work.occurrences.put(cancelled)
        await work.steps.cancel(occurrence.id)
        own = procedure_of(rules)
        for procedure in all_procedures():
            if procedure is not own:
                # app.yaml may have given the ritual's name to one of another kind since it began.
                await procedure.let_go(cancelled, work)
        await own.call_off(cancelled, rules, work, organisation, at)
        log.info("An occurrence was cancelled.", extra={"action": "occurrence_cancelled", "occurrence": occurrence.id})
        ended = await work.occurrences.get(occurrence.id)
        if ended is not None and ended.state is OccurrenceState.CLOSED:
            return Reply(sentence=say("cancelled-rest-done", ritual=rules.title))
        return Reply(sentence=say("cancelled-done", ritual=rules.title, at=Moment(at=occurrence.at)))


async def cancel_ballot(
    account: Account, ballot_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """Takes an open ballot back; its initiative waits for the next. Raises NotFound, NotAllowed, NothingToDo."""
    async with open_work() as work:
        await somebody_who_may(work, account, Act.CANCEL)
        ballot = await work.ballots.get(ballot_id)
        if ballot is None:
            raise NotFound
        # The sitting before its ballot, as whoever draws papers does: nobody waits in a ring.
        occurrence, rules = await _found(work, ballot.occurrence, organisation)
        ballot = await work.ballots.get(ballot_id, lock=True)
        if ballot is None or ballot.state is not BallotState.OPEN:
            raise NothingToDo
        cancelled = replace(ballot, state=BallotState.CANCELLED)
        await work.ballots.put(cancelled)
        await work.steps.cancel(occurrence.id, subject=ballot.id)
        await sitting.put_card(work, cancelled, occurrence, rules, organisation, at=at)
        for person in await sitting.refresh_papers(work, occurrence, rules, organisation, at=at):
            await home.put_home(work, person, organisation, at=at)
        await sitting.finish_if_over(work, occurrence, rules, at=at)
        return Reply(sentence=say("cancel-ballot-done", title=ballot.title))


async def _found(work: Work, occurrence_id: str, organisation: Organisation) -> tuple[Occurrence, CommitteeRules]:
    occurrence = await work.occurrences.get(occurrence_id, lock=True)
    rules = organisation.committee_of(occurrence)
    if occurrence is None or rules is None:
        raise NotFound
    return occurrence, rules


# --- withdraw ------------------------------------------------------------------------------------------------------


async def list_to_withdraw(account: Account, *, open_work: OpenWork, organisation: Organisation) -> Reply:
    """The newest posts in rooms, each with a button. Raises NotFound, NotAllowed."""
    async with open_work() as work:
        await somebody_who_may(work, account, Act.WITHDRAW)
        rows = tuple(
            (
                Paragraph(lead=post.summary, text=say("withdraw-line", room=room, at=Moment(at=post.shown_at))),
                says.taking_back("withdraw", post.id, title=room, what=post.summary),
            )
            for post in await work.posts.in_rooms(limit=8)
            # People know the channel; the room is app.yaml's own name for it.
            if (room := organisation.called(post.room))
        )
        return Reply(message=speech.brake_list(title="withdraw-title", empty="withdraw-nothing", rows=rows))


async def withdraw(account: Account, post: str, *, at: datetime, open_work: OpenWork) -> Reply:
    """Takes a post back from its room. Raises NotFound, NotAllowed."""
    async with open_work() as work:
        await somebody_who_may(work, account, Act.WITHDRAW)
        # What was sent to one person is not anybody else's to take back.
        in_rooms = {one.id for one in await work.posts.in_rooms(limit=STILL_TAKEN_BACK)}
        if post not in in_rooms or not await work.posts.withdraw(post, at=at):
            raise NotFound
        return Reply(sentence=say("withdraw-done"))
