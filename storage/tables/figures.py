"""The weekly figures: what was counted, what was published of it, and what was said about it.

Counts are whole numbers, never percentages; figures are JSON whose warrant is checked whenever they are read.
"""

from datetime import date

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class FigureCountRow(SQLModel, table=True):
    """x of n counted of an initiative, or a department's part of it (""), up to a Sunday."""

    __tablename__ = "figure_count"

    sunday: date = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    initiative: str = Field(primary_key=True)
    department: str = Field(primary_key=True)
    x: int
    n: int


class FigureRow(SQLModel, table=True):
    """What was published of an initiative, or a department's part of it, for a Sunday: the figure as JSON."""

    __tablename__ = "figure"

    initiative: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    department: str = Field(primary_key=True)
    sunday: date = Field(primary_key=True, index=True)
    is_suppressed: bool
    figure: str = Field(sa_type=Text)
    population: str  # a digest
    revised: bool


class FigureReleaseRow(SQLModel, table=True):
    """What was last shown of a small group."""

    __tablename__ = "figure_release"

    initiative: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    department: str = Field(primary_key=True)
    figure: str = Field(sa_type=Text)


class FigureMemberRow(SQLModel, table=True):
    """Somebody of whom the last figure of a small group was counted: a person's id, or a token for one forgotten."""

    __tablename__ = "figure_member"

    initiative: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    department: str = Field(primary_key=True)
    person: str = Field(primary_key=True, index=True)


class FigureAlertRow(SQLModel, table=True):
    """Where the alert on one figure stands."""

    __tablename__ = "figure_alert"

    initiative: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    worst: int | None
    past: int
    better: int
    week: date | None
    posted: date | None


class FigureEventRow(SQLModel, table=True):
    """What a week brought about for an alert."""

    __tablename__ = "figure_event"

    sunday: date = Field(primary_key=True)
    initiative: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    event: str


class FigureChangeRow(SQLModel, table=True):
    """A confirmed change."""

    __tablename__ = "figure_change"

    sunday: date = Field(primary_key=True)
    initiative: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    before: str = Field(sa_type=Text)
    after: str = Field(sa_type=Text)
    direction: str


class FigureCaveatRow(SQLModel, table=True):
    """Something to know about an initiative's figures of a Sunday."""

    __tablename__ = "figure_caveat"

    sunday: date = Field(primary_key=True)
    initiative: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    figure: str | None = Field(sa_type=Text)
    on: date | None


class FigureCardRow(SQLModel, table=True):
    """The last card of an initiative that a ritual showed a room."""

    __tablename__ = "figure_card"

    room: str = Field(primary_key=True)
    ritual: str = Field(primary_key=True)
    initiative: str = Field(primary_key=True)
    sunday: date
    shown_on: date
    arrow: str | None
