"""What replicas agree on: who sends, and what a person has been told is wrong."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class LeaseRow(SQLModel, table=True):
    """A task that one process has at a time: until the moment, unless it renews."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    owner: str
    until: datetime = moment()


class AlarmRow(SQLModel, table=True):
    """Something wrong that a person must see to, and when they were last told."""

    __tablename__ = "alarm"

    name: str = Field(primary_key=True)
    since: datetime = moment()
    told_at: datetime = moment()
    times: int
    over_at: datetime | None = moment(default=None, nullable=True)
