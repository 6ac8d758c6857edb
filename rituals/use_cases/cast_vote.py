"""A member votes: named, changeable until the close; the last vote counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from rituals.committee import speech as says
from rituals.committee.ballots import VoteChoice, tally
from rituals.committee.decisions import Ballot, BallotState, Vote
from rituals.committee.rules import CommitteeRules
from rituals.errors import BallotCancelled, BallotClosed, InvalidReply, NotAMember, NotFound
from rituals.messages import Reply, say
from rituals.occurrences import Occurrence, Step, StepName
from rituals.organisation import Organisation
from rituals.people import Account, Person
from rituals.plain import plain
from rituals.ports import OpenWork, Work
from rituals.use_cases import home, sitting
from rituals.use_cases.asking import somebody

REDRAW_WITHIN = timedelta(seconds=4)
"""How long the ordinary edit of a clicked message waits for its direct redraw."""


async def cast_vote(
    account: Account, ballot_id: str, choice: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """Keeps the vote and shows the paper anew.

    Raises NotFound, NotAMember, BallotClosed, BallotCancelled, InvalidReply.
    """
    async with open_work() as work:
        person = await somebody(work, account)
        # The lock orders votes among themselves and against the close, so that a card never counts one too few.
        ballot, occurrence, rules = await _votable(work, person, ballot_id, organisation, at=at)
        try:
            chosen = VoteChoice(choice)
        except ValueError:
            raise InvalidReply(key="refused-vote") from None
        before = (await work.ballots.votes_of(person.id, [ballot.id])).get(ballot.id)
        if before is None or before.choice is not chosen:
            # A reason argues for one answer: it does not follow the person to another.
            await work.ballots.cast(Vote(ballot=ballot.id, person=person.id, choice=chosen, cast_at=at))
        ballot = await _close_soon_if_all_voted(work, ballot, rules, at=at)
        await sitting.put_card(work, ballot, occurrence, rules, organisation, at=at)
        return await _paper_anew(work, person, occurrence, rules, organisation, at=at)


async def ask_for_reason(
    account: Account, ballot_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The form for a reason. Raises NotFound, NotAMember, BallotClosed, BallotCancelled."""
    async with open_work() as work:
        person = await somebody(work, account)
        ballot, _, _ = await _votable(work, person, ballot_id, organisation, at=at)
        vote = (await work.ballots.votes_of(person.id, [ballot.id])).get(ballot.id)
        if vote is None:
            return Reply(sentence=say("reason-vote-first"))
        return Reply(form=says.reason_form(ballot=ballot, choice=vote.choice, reason=vote.reason))


async def give_reason(
    account: Account,
    ballot_id: str,
    words: str | None,
    *,
    at: datetime,
    open_work: OpenWork,
    organisation: Organisation,
) -> Reply:
    """Keeps the reason with the vote; empty words take it back.

    Raises NotFound, NotAMember, BallotClosed, BallotCancelled, InvalidReply for more than 500 characters.
    """
    async with open_work() as work:
        person = await somebody(work, account)
        ballot, occurrence, rules = await _votable(work, person, ballot_id, organisation, at=at)
        vote = (await work.ballots.votes_of(person.id, [ballot.id])).get(ballot.id)
        if vote is None:
            raise InvalidReply(field="reason", key="reason-vote-first")
        reason = plain(words or "")
        if len(reason) > says.REASON_LIMIT:
            raise InvalidReply(field="reason", key="refused-too-long", limit=says.REASON_LIMIT, length=len(reason))
        await work.ballots.cast(replace(vote, reason=reason, cast_at=at))
        await sitting.put_paper(work, person, occurrence, rules, organisation, at=at)
        await home.put_home(work, person, organisation, at=at)
        return Reply()


async def _votable(
    work: Work, person: Person, ballot_id: str, organisation: Organisation, *, at: datetime
) -> tuple[Ballot, Occurrence, CommitteeRules]:
    ballot = await work.ballots.get(ballot_id, lock=True)
    occurrence = await work.occurrences.get(ballot.occurrence) if ballot else None
    rules = organisation.committee(occurrence.ritual) if occurrence else None
    if ballot is None or occurrence is None or rules is None:
        raise NotFound
    if person.id not in await work.ballots.voters(ballot.id):
        raise NotAMember
    if ballot.state is BallotState.CANCELLED:
        raise BallotCancelled
    # The deadline binds even while the closing step has not run yet.
    if ballot.state is BallotState.CLOSED or at >= ballot.closes_at:
        raise BallotClosed
    return ballot, occurrence, rules


async def _close_soon_if_all_voted(work: Work, ballot: Ballot, rules: CommitteeRules, *, at: datetime) -> Ballot:
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


async def _paper_anew(
    work: Work,
    person: Person,
    occurrence: Occurrence,
    rules: CommitteeRules,
    organisation: Organisation,
    *,
    at: datetime,
) -> Reply:
    revision = await sitting.put_paper(work, person, occurrence, rules, organisation, at=at, hold=at + REDRAW_WITHIN)
    await home.put_home(work, person, organisation, at=at)
    return Reply(redrawn=sitting.paper_id(occurrence.id, person.id), revision=revision)
