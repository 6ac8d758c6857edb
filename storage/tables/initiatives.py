"""The portfolio."""

from datetime import date

from sqlmodel import Field, SQLModel


class InitiativeRow(SQLModel, table=True):
    """One AI use case."""

    __tablename__ = "initiative"

    key: str = Field(primary_key=True)
    title: str
    summary: str
    stage: str
    standing: str
    department: str
    owner: str | None = None
    asked_on: date | None = None
    carried_over: int = 0
