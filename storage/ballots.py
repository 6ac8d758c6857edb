"""Ballots, votes and decisions."""

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, RowMapping, Select, String, and_, bindparam, column, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.committee.ballots import Majority, Outcome, Tally, VoteChoice
from rituals.committee.decisions import Ballot, BallotState, Decision, Vote, Voting
from rituals.initiatives import Stage
from rituals.people import Account
from storage.direct import Direct, Row
from storage.occurrences import OCCURRENCE
from storage.people import ACCOUNT, PERSON, is_account
from storage.statements import insert_all, insert_for, insert_new, locked, upsert
from storage.tables.ballots import BallotRow, DecisionRow, VoteRow, VoterRow
from storage.tables.columns import table

BALLOT = table(BallotRow)
VOTER = table(VoterRow)
VOTE = table(VoteRow)
DECISION = table(DecisionRow)

_VOTE_COLUMNS = ("ballot", "person", "choice", "reason", "cast_at")

_KEY = ("platform", "workspace", "user", "ballot")
_ASKED = func.unnest(*(bindparam(f"{name}s", type_=ARRAY(String())) for name in _KEY)).table_valued(
    *(column(name, String()) for name in _KEY), name="asked"
)


def _before_ballots(of: Any, account: ColumnElement[bool], *more: ColumnElement[Any]) -> Select[Any]:
    """Whoever has an account before a ballot; `of`: where it comes from."""
    return (
        select(
            *(
                BALLOT.c.id.label("ballot"),
                BALLOT.c.occurrence,
                BALLOT.c.state,
                BALLOT.c.closes_at,
                OCCURRENCE.c.ritual,
            ),
            *(PERSON.c.id.label("person"), PERSON.c.present, VOTER.c.person.label("entitled"), VOTE.c.choice, *more),
        )
        .select_from(of)
        .join(OCCURRENCE, OCCURRENCE.c.id == BALLOT.c.occurrence)
        .outerjoin(ACCOUNT, account)
        .outerjoin(PERSON, PERSON.c.id == ACCOUNT.c.person)
        .outerjoin(VOTER, and_(VOTER.c.ballot == BALLOT.c.id, VOTER.c.person == PERSON.c.id))
        .outerjoin(VOTE, and_(VOTE.c.ballot == BALLOT.c.id, VOTE.c.person == PERSON.c.id))
    )


_VOTING = Direct(lambda _: _before_ballots(BALLOT, is_account()).where(BALLOT.c.id == bindparam("ballot")))


def _all_voting() -> Select[Any]:
    asked = _ASKED.render_derived()
    account = [asked.c[name] for name in _KEY[:3]]
    is_theirs = and_(*(ACCOUNT.c[one.name] == one for one in account))
    return _before_ballots(asked.join(BALLOT, BALLOT.c.id == asked.c.ballot), is_theirs, *account)


_ALL_VOTING = Direct(lambda _: _all_voting())


def _casting(dialect: str) -> Any:
    """The vote, over the person's last one, while the ballot is as it was seen; what is kept of it."""
    vote = [bindparam(name, type_=VOTE.c[name].type) for name in _VOTE_COLUMNS[1:]]
    as_seen = (
        BALLOT.c[name] == bindparam(f"seen_{name}", type_=BALLOT.c[name].type) for name in ("state", "closes_at")
    )
    # A close waits for all who vote, and they for it; they do not for one another.
    ballot = (
        select(BALLOT.c.id, *vote)
        .where(BALLOT.c.id == bindparam("ballot", type_=VOTE.c.ballot.type), *as_seen)
        .with_for_update(read=True, of=BALLOT)
    )
    new = insert_for(dialect, VOTE).from_select(_VOTE_COLUMNS, ballot)
    changes = {name: new.excluded[name] for name in _VOTE_COLUMNS[2:]}
    return new.on_conflict_do_update(index_elements=["ballot", "person"], set_=changes).returning(VOTE.c.person)


_CAST = Direct(_casting)


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


def _voting(row: Row) -> Voting:
    return Voting(
        person=row["person"] if row["present"] else None,
        ballot=row["ballot"],
        occurrence=row["occurrence"],
        ritual=row["ritual"],
        state=BallotState(row["state"]),
        closes_at=row["closes_at"],
        is_entitled=row["entitled"] is not None,
        choice=None if row["choice"] is None else VoteChoice(row["choice"]),
    )


Asked = tuple[Account, str]
"""An account, and the ballot that it is to vote in."""


async def voting_of_all(connection: AsyncConnection, asked: Collection[Asked]) -> dict[Asked, Voting]:
    """Whoever has these accounts before these ballots, as it all is now; ends the transaction on PostgreSQL."""
    if connection.dialect.name == "sqlite":
        ballots = SqlBallots(connection)
        looked = {one: await ballots.voting(*one) for one in asked}
        return {one: voting for one, voting in looked.items() if voting is not None}
    given = {
        "platforms": [account.platform for account, _ in asked],
        "workspaces": [account.workspace for account, _ in asked],
        "users": [account.user for account, _ in asked],
        "ballots": [ballot for _, ballot in asked],
    }
    found = {}
    for row in await _ALL_VOTING.rows(connection, given, ending=True):
        account = Account(platform=row["platform"], workspace=row["workspace"], user=row["user"])
        found[account, row["ballot"]] = _voting(row)
    return found


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
        """Whoever has that account before the ballot, as it all is now; None where there is no such ballot."""
        row = await _VOTING.one_or_none(
            self._connection,
            {"platform": account.platform, "workspace": account.workspace, "user": account.user, "ballot": ballot},
        )
        return _voting(row) if row is not None else None

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

    async def cast(self, vote: Vote, *, seen: Ballot | Voting) -> Callable[[], bool]:
        """Keeps the vote, over the person's last one, if their ballot still is as it was seen.

        Whether it did, to be asked once this work has ended.
        """
        values = {
            "ballot": vote.ballot,
            "person": vote.person,
            "choice": vote.choice,
            "reason": vote.reason,
            "cast_at": vote.cast_at,
            "seen_state": seen.state,
            "seen_closes_at": seen.closes_at,
        }
        kept = await _CAST.soon(self._connection, values)
        return lambda: bool(kept())

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
