"""A member votes: named, changeable until the close; the last vote counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rituals.committee import speech as says
from rituals.committee.ballots import VoteChoice
from rituals.committee.decisions import Ballot, Vote
from rituals.committee.rules import CommitteeRules
from rituals.errors import InvalidReply, NotFound, Stranger
from rituals.messages import Reply, say
from rituals.occurrences import Occurrence
from rituals.organisation import Organisation
from rituals.people import Account, Person
from rituals.plain import plain
from rituals.ports import LookAtBallot, OpenWork, Work
from rituals.redraws import Redraw
from rituals.use_cases import home, sitting
from rituals.use_cases.asking import somebody

TRIES = 3
"""How often a ballot is looked at anew that was another by the time the vote was to be kept."""


async def cast_vote(
    account: Account,
    ballot_id: str,
    choice: str,
    *,
    at: datetime,
    look: LookAtBallot,
    open_work: OpenWork,
    organisation: Organisation,
) -> Reply:
    """Keeps the vote; what shows it is put anew right after, by `catch_up`.

    Raises NotFound, NotAMember, BallotClosed, BallotCancelled, InvalidReply.
    """
    for _ in range(TRIES):
        voting = await look(account, ballot_id)
        if voting is None or not organisation.has_committee(voting.ritual):
            async with open_work() as work:
                await somebody(work, account)
            raise NotFound
        person = voting.person
        if person is None:
            raise Stranger
        voting.check(at)
        try:
            chosen = VoteChoice(choice)
        except ValueError:
            raise InvalidReply(key="refused-vote") from None
        reply = Reply(redrawn=sitting.paper_id(voting.occurrence, person))
        if voting.choice is chosen:
            return reply
        async with open_work() as work:
            # A reason argues for one answer: it does not follow the person to another.
            vote = Vote(ballot=ballot_id, person=person, choice=chosen, cast_at=at)
            kept = await work.ballots.cast(vote, seen=voting)
            await work.redraws.ask(Redraw(occurrence=voting.occurrence, person=person, subject=ballot_id, asked_at=at))
        if kept():
            return reply
        # It closed, or was called off, while they pressed: the next look finds it so.
    raise RuntimeError("a ballot is never as it was seen")


async def ask_for_reason(
    account: Account, ballot_id: str, *, at: datetime, open_work: OpenWork, organisation: Organisation
) -> Reply:
    """The form for a reason. Raises NotFound, NotAMember, BallotClosed, BallotCancelled."""
    async with open_work() as work:
        person, ballot, _, _ = await _votable(work, account, ballot_id, organisation, at=at)
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
        person, ballot, occurrence, rules = await _votable(work, account, ballot_id, organisation, at=at)
        vote = (await work.ballots.votes_of(person.id, [ballot.id])).get(ballot.id)
        if vote is None:
            raise InvalidReply(field="reason", key="reason-vote-first")
        reason = plain(words or "")
        if len(reason) > says.REASON_LIMIT:
            raise InvalidReply(field="reason", key="refused-too-long", limit=says.REASON_LIMIT, length=len(reason))
        await work.ballots.cast(replace(vote, reason=reason, cast_at=at), seen=ballot)
        await sitting.put_paper(work, person, occurrence, rules, organisation, at=at)
        await home.put_home(work, person, organisation, at=at)
        return Reply()


async def _votable(
    work: Work, account: Account, ballot_id: str, organisation: Organisation, *, at: datetime
) -> tuple[Person, Ballot, Occurrence, CommitteeRules]:
    person = await somebody(work, account)
    # Nobody votes meanwhile: a reason stands beside the answer it was given for.
    ballot = await work.ballots.get(ballot_id, lock=True)
    voting = await work.ballots.voting(account, ballot_id)
    occurrence = await work.occurrences.get(ballot.occurrence) if ballot else None
    rules = organisation.committee_of(occurrence)
    if ballot is None or voting is None or occurrence is None or rules is None:
        raise NotFound
    voting.check(at)
    return person, ballot, occurrence, rules
