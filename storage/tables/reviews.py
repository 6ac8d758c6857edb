"""KPI readings, boards of reviews, actions, and who was told that one is late."""

from datetime import date

from sqlmodel import Field, SQLModel


class GivenReadingRow(SQLModel, table=True):
    """A value of a KPI that somebody gave for a review."""

    __tablename__ = "given_reading"

    occurrence: str = Field(foreign_key="occurrence.id", primary_key=True)
    kpi: str = Field(primary_key=True, index=True)
    on: date
    value: str  # an exact fraction: "9/20"
    n: int | None = None
    by: str  # a person's id


class KpiStatusRow(SQLModel, table=True):
    """How a KPI stood at a review, as it was told."""

    __tablename__ = "kpi_status"

    occurrence: str = Field(foreign_key="occurrence.id", primary_key=True)
    kpi: str = Field(primary_key=True, index=True)
    place: int
    told: str  # the status as JSON, without its action


class ActionRow(SQLModel, table=True):
    """What somebody is to do about a KPI."""

    __tablename__ = "action"

    id: str = Field(primary_key=True)
    occurrence: str = Field(foreign_key="occurrence.id")
    kpi: str = Field(index=True)
    title: str
    kind: str
    state: str = Field(index=True)
    owner: str | None = None
    email: str
    what: str
    reason: str
    created: date
    due: date | None = None
    first_due: date | None = None
    missed_due: date | None = None
    reached: str  # levels already told: "1 2"
    snoozes: int
    snoozed_until: date | None = None
    closed_on: date | None = None


class TellingRow(SQLModel, table=True):
    """That somebody is told on a day that an action has reached a level."""

    __tablename__ = "telling"

    person: str = Field(primary_key=True)
    on: date = Field(primary_key=True)
    action: str = Field(foreign_key="action.id", primary_key=True, index=True)
    level: int
