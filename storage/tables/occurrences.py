"""Occurrences of rituals, their steps and the points on their agendas."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class OccurrenceRow(SQLModel, table=True):
    """One dated instance of a ritual."""

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("ritual", "nominal"),)

    id: str = Field(primary_key=True)
    ritual: str
    nominal: date
    at: datetime = moment(index=True)
    zone: str
    state: str
    rules: str | None = None  # JSON: the rules it runs by, once it has begun
    planned_at: datetime | None = moment(default=None, nullable=True)  # since when it is planned as it is


class StepRow(SQLModel, table=True):
    """One thing an occurrence does at a moment."""

    __tablename__ = "step"
    __table_args__ = (Index("step_due", "state", "try_at"),)

    id: str = Field(primary_key=True)
    occurrence: str = Field(foreign_key="occurrence.id", index=True)
    name: str
    subject: str = ""
    due_at: datetime = moment()
    try_at: datetime = moment()
    expires_at: datetime | None = moment(default=None, nullable=True)
    state: str
    done_at: datetime | None = moment(default=None, nullable=True)


class PointRow(SQLModel, table=True):
    """An initiative on an occurrence's agenda."""

    __tablename__ = "point"

    occurrence: str = Field(foreign_key="occurrence.id", primary_key=True)
    initiative: str = Field(foreign_key="initiative.key", primary_key=True)
    position: int
