"""Readers' wishes about the digest, what they were last told, and who objected to being counted."""

from datetime import date, time

from sqlmodel import Field, SQLModel


class LetterWishRow(SQLModel, table=True):
    """When a reader wants the digest, in their own zone; no weekday for no letter."""

    __tablename__ = "letter_wish"

    person: str = Field(foreign_key="person.id", primary_key=True)
    weekday: int | None = None  # Monday 0
    at: time


class LetterToldRow(SQLModel, table=True):
    """The names of what a reader's last letter told, separated by newlines."""

    __tablename__ = "letter_told"

    digest: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", primary_key=True)
    told: str


class ObjectionRow(SQLModel, table=True):
    """That the owner of an identity is left out of everything; one `objector`, a random word, may have several."""

    __tablename__ = "objection"

    identity: int = Field(foreign_key="identity.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    objector: str = Field(index=True)
    since: date
