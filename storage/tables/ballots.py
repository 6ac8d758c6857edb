"""Ballots, their voters, votes and decisions."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class BallotRow(SQLModel, table=True):
    """One question to a committee, its rules frozen at the opening."""

    __tablename__ = "ballot"

    id: str = Field(primary_key=True)
    occurrence: str = Field(foreign_key="occurrence.id", index=True)
    initiative: str = Field(foreign_key="initiative.key")
    position: int
    title: str
    asks: str
    entitled: int
    majority: str
    quorum_numerator: int
    quorum_denominator: int
    opened_at: datetime = moment()
    closes_at: datetime = moment()
    state: str = Field(index=True)


class VoterRow(SQLModel, table=True):
    """Somebody entitled to a ballot, fixed when it opened."""

    __tablename__ = "voter"

    ballot: str = Field(foreign_key="ballot.id", primary_key=True)
    person: str = Field(foreign_key="person.id", primary_key=True, index=True)


class VoteRow(SQLModel, table=True):
    """A person's last vote in a ballot."""

    __tablename__ = "vote"

    ballot: str = Field(foreign_key="ballot.id", primary_key=True)
    person: str = Field(foreign_key="person.id", primary_key=True)
    choice: str
    reason: str = ""
    cast_at: datetime = moment()


class DecisionRow(SQLModel, table=True):
    """What came of a ballot, in counts."""

    __tablename__ = "decision"

    ballot: str = Field(foreign_key="ballot.id", primary_key=True)
    occurrence: str = Field(foreign_key="occurrence.id", index=True)
    initiative: str = Field(foreign_key="initiative.key", index=True)
    title: str
    outcome: str
    entitled: int
    yes: int
    no: int
    defer: int
    abstain: int
    from_stage: str
    to_stage: str
    decided_at: datetime = moment()
