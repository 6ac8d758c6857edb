"""Marks: sealed by person until their reveal, then plain sheets nobody can trace back.

A sheet has a random id, no time, no person and no row order: SQLite's rowid and PostgreSQL's xmin would otherwise give
back who wrote which, so the table has no rowid and all sheets of a sitting are written shuffled in one transaction.
"""

from sqlmodel import Field, SQLModel


class SealKeyRow(SQLModel, table=True):
    """The key of one sitting's seals; destroyed at the reveal."""

    __tablename__ = "seal_key"

    subject: str = Field(primary_key=True)
    key: bytes


class SealedMarksRow(SQLModel, table=True):
    """One member's marks of one initiative, as ciphertext, replaced by later ones."""

    __tablename__ = "sealed_marks"

    occurrence: str = Field(foreign_key="occurrence.id", primary_key=True)
    person: str = Field(foreign_key="person.id", primary_key=True)
    initiative: str = Field(primary_key=True)
    ciphertext: bytes


class MarkSheetRow(SQLModel, table=True):
    """One revealed sheet of five marks, nobody's any more."""

    __tablename__ = "mark_sheet"
    __table_args__ = {"sqlite_with_rowid": False}

    id: str = Field(primary_key=True)
    occurrence: str = Field(index=True)
    initiative: str
    marks: str  # five digits in the order of Criterion


class RevealRow(SQLModel, table=True):
    """That a sitting's marks were revealed, and how many members had given any."""

    __tablename__ = "reveal"

    occurrence: str = Field(primary_key=True)
    members: int
