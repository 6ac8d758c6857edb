"""Ballots, votes and decisions."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import RowMapping, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.committee.ballots import Majority, Outcome, Tally, VoteChoice
from rituals.committee.decisions import Ballot, BallotState, Decision, Vote, Voting
from rituals.initiatives import Stage
from rituals.people import Account
from storage.direct import Direct
from storage.occurrences import OCCURRENCE
from storage.people import ACCOUNT, PERSON, is_account
from storage.statements import insert_all, insert_new, locked, upsert, upserting
from storage.tables.ballots import BallotRow, DecisionRow, VoteRow, VoterRow
from storage.tables.columns import table

BALLOT = table(BallotRow)
VOTER = table(VoterRow)
VOTE = table(VoteRow)
DECISION = table(DecisionRow)

_VOTE_COLUMNS = ("ballot", "person", "choice", "reason", "cast_at")

_VOTING = Direct(
    lambda _: (
        select(
            *(BALLOT.c.occurrence, BALLOT.c.state, BALLOT.c.closes_at, OCCURRENCE.c.ritual),
            *(PERSON.c.id.label("person"), PERSON.c.present, VOTER.c.person.label("entitled"), VOTE.c.choice),
        )
        .select_from(BALLOT)
        .join(OCCURRENCE, OCCURRENCE.c.id == BALLOT.c.occurrence)
        .outerjoin(ACCOUNT, is_account())
        .outerjoin(PERSON, PERSON.c.id == ACCOUNT.c.person)
        .outerjoin(VOTER, and_(VOTER.c.ballot == BALLOT.c.id, VOTER.c.person == PERSON.c.id))
        .outerjoin(VOTE, and_(VOTE.c.ballot == BALLOT.c.id, VOTE.c.person == PERSON.c.id))
        .where(BALLOT.c.id == bindparam("ballot"))
        .with_for_update(read=True, of=BALLOT)
    )
)

_CAST = Direct(
    lambda dialect: upserting(dialect, VOTE, _VOTE_COLUMNS),
    blanks=_VOTE_COLUMNS,
)


def _ballot(row: RowMapping) -> Ballot:
    return Ballot(
        id=row["id"],
        occurrence=row["occurrence"],
        initiative=row["initiative"],
        position=row["position"],
        title=row["title"],
        asks=Stage(row["asks"]),
        entitled=row["entitled"],
        majority=Majority(row["majority"]),
        quorum=Fraction(row["quorum_numerator"], row["quorum_denominator"]),
        opened_at=row["opened_at"],
        closes_at=row["closes_at"],
        state=BallotState(row["state"]),
    )


def _ballot_values(ballot: Ballot) -> dict[str, Any]:
    return {
        "id": ballot.id,
        "occurrence": ballot.occurrence,
        "initiative": ballot.initiative,
        "position": ballot.position,
        "title": ballot.title,
        "asks": ballot.asks,
        "entitled": ballot.entitled,
        "majority": ballot.majority,
        "quorum_numerator": ballot.quorum.numerator,
        "quorum_denominator": ballot.quorum.denominator,
        "opened_at": ballot.opened_at,
        "closes_at": ballot.closes_at,
        "state": ballot.state,
    }


def _vote(row: RowMapping) -> Vote:
    return Vote(**{**row, "choice": VoteChoice(row["choice"])})


def _decision(row: RowMapping) -> Decision:
    return Decision(
        ballot=row["ballot"],
        occurrence=row["occurrence"],
        initiative=row["initiative"],
        title=row["title"],
        outcome=Outcome(row["outcome"]),
        tally=Tally(entitled=row["entitled"], yes=row["yes"], no=row["no"], defer=row["defer"], abstain=row["abstain"]),
        from_stage=Stage(row["from_stage"]),
        to_stage=Stage(row["to_stage"]),
        decided_at=row["decided_at"],
    )


class SqlBallots:
    """Answers `rituals.ports.Ballots`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, ballot: str, *, lock: bool = False) -> Ballot | None:
        """The ballot; with `lock`, nobody else votes in its sitting or closes or cancels it until this work ends.

        The sitting is locked first, as a step and a cancelling do: who locks in one order never waits in a ring.
        """
        statement = select(BALLOT).where(BALLOT.c.id == ballot)
        if lock:
            sitting = select(BALLOT.c.occurrence).where(BALLOT.c.id == ballot)
            await self._connection.execute(locked(select(OCCURRENCE.c.id).where(OCCURRENCE.c.id.in_(sitting))))
            statement = locked(statement)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return _ballot(row) if row else None

    async def voting(self, account: Account, ballot: str) -> Voting | None:
        """Whoever has that account before the ballot, in one query; None where there is no such ballot.

        The ballot is kept as it is by a shared lock: voters side by side, and only a close waits for them and they for
        it. The rest is as it was when the query began, which is all a vote needs.
        """
        row = await _VOTING.one_or_none(
            self._connection,
            {"platform": account.platform, "workspace": account.workspace, "user": account.user, "ballot": ballot},
        )
        if row is None:
            return None
        return Voting(
            person=row["person"] if row["present"] else None,
            ballot=ballot,
            occurrence=row["occurrence"],
            ritual=row["ritual"],
            state=BallotState(row["state"]),
            closes_at=row["closes_at"],
            is_entitled=row["entitled"] is not None,
            choice=None if row["choice"] is None else VoteChoice(row["choice"]),
        )

    async def open(self, ballot: Ballot, voters: Sequence[str]) -> None:
        """Opens the ballot to these voters and no others; one that was opened before stays as it is."""
        if await insert_new(self._connection, BALLOT, _ballot_values(ballot)):
            await insert_all(self._connection, VOTER, [{"ballot": ballot.id, "person": person} for person in voters])

    async def put(self, ballot: Ballot) -> None:
        """Keeps the ballot as it is now."""
        await upsert(self._connection, BALLOT, _ballot_values(ballot))

    async def of(self, occurrence: str) -> Sequence[Ballot]:
        """All ballots of a sitting, in agenda order."""
        rows = await self._connection.execute(
            select(BALLOT).where(BALLOT.c.occurrence == occurrence).order_by(BALLOT.c.position)
        )
        return [_ballot(row) for row in rows.mappings()]

    async def voters(self, ballot: str) -> Sequence[str]:
        """Who may vote."""
        rows = await self._connection.execute(
            select(VOTER.c.person).where(VOTER.c.ballot == ballot).order_by(VOTER.c.person)
        )
        return list(rows.scalars())

    async def open_for(self, person: str) -> Sequence[Ballot]:
        """Open ballots the person is entitled to, oldest sitting first."""
        rows = await self._connection.execute(
            select(BALLOT)
            .join(VOTER, VOTER.c.ballot == BALLOT.c.id)
            .where(VOTER.c.person == person, BALLOT.c.state == BallotState.OPEN)
            .order_by(BALLOT.c.opened_at, BALLOT.c.position)
        )
        return [_ballot(row) for row in rows.mappings()]

    async def all_open(self) -> Sequence[Ballot]:
        """Every open ballot."""
        rows = await self._connection.execute(
            select(BALLOT).where(BALLOT.c.state == BallotState.OPEN).order_by(BALLOT.c.opened_at, BALLOT.c.position)
        )
        return [_ballot(row) for row in rows.mappings()]

    async def cast(self, vote: Vote) -> None:
        """Keeps the vote; a later one of the same person replaces it."""
        await _CAST.run(
            self._connection,
            {
                "ballot": vote.ballot,
                "person": vote.person,
                "choice": vote.choice,
                "reason": vote.reason,
                "cast_at": vote.cast_at,
            },
        )

    async def votes(self, ballot: str) -> Sequence[Vote]:
        """Every vote of a ballot."""
        rows = await self._connection.execute(select(VOTE).where(VOTE.c.ballot == ballot).order_by(VOTE.c.person))
        return [_vote(row) for row in rows.mappings()]

    async def votes_of(self, person: str, ballots: Sequence[str]) -> Mapping[str, Vote]:
        """A person's votes in some ballots, by ballot."""
        rows = await self._connection.execute(
            select(VOTE).where(VOTE.c.person == person, VOTE.c.ballot.in_(list(ballots)))
        )
        return {row["ballot"]: _vote(row) for row in rows.mappings()}

    async def choices(self, ballot: str) -> Sequence[VoteChoice]:
        """What was answered, without who."""
        rows = await self._connection.execute(select(VOTE.c.choice).where(VOTE.c.ballot == ballot))
        return [VoteChoice(choice) for choice in rows.scalars()]

    async def decide(self, decision: Decision) -> None:
        """Records a decision, once."""
        await insert_new(
            self._connection,
            DECISION,
            {
                "ballot": decision.ballot,
                "occurrence": decision.occurrence,
                "initiative": decision.initiative,
                "title": decision.title,
                "outcome": decision.outcome,
                "entitled": decision.tally.entitled,
                "yes": decision.tally.yes,
                "no": decision.tally.no,
                "defer": decision.tally.defer,
                "abstain": decision.tally.abstain,
                "from_stage": decision.from_stage,
                "to_stage": decision.to_stage,
                "decided_at": decision.decided_at,
            },
        )

    async def decisions(self, occurrence: str) -> Sequence[Decision]:
        """The decisions of a sitting, in agenda order."""
        rows = await self._connection.execute(
            select(DECISION)
            .join(BALLOT, BALLOT.c.id == DECISION.c.ballot)
            .where(DECISION.c.occurrence == occurrence)
            .order_by(BALLOT.c.position)
        )
        return [_decision(row) for row in rows.mappings()]
