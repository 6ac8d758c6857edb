"""What came in by file: the imports, and the counts other systems sent.

Nothing that a file replaces is lost: each value stands under the number of the import that told it (`origin`), the
newest is what holds, and to take an import back is to take its rows away.
"""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class FileImportRow(SQLModel, table=True):
    """One file that was brought in. `state`: "staging" while it is (its usage does not count yet), "kept" after."""

    __tablename__ = "file_import"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    file: str
    at: datetime = moment()
    state: str
    lines: int = 0
    new: int = 0
    changed: int = 0
    settled: bool = False  # a part of it is summed up by week, so that it can no longer be taken back


class UsageDayRow(SQLModel, table=True):
    """How often one identity used an initiative on a day; the long table, so no foreign keys and no row numbers."""

    __tablename__ = "usage_day"
    __table_args__ = {"sqlite_with_rowid": False}

    initiative: str = Field(primary_key=True)
    on_day: date = Field(primary_key=True)
    identity: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    origin: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    actions: int


class UsageWeekRow(SQLModel, table=True):
    """The same by week, once the days are too old to be kept."""

    __tablename__ = "usage_week"
    __table_args__ = {"sqlite_with_rowid": False}

    initiative: str = Field(primary_key=True)
    monday: date = Field(primary_key=True)
    identity: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    actions: int


class UsageSpanRow(SQLModel, table=True):
    """The first and the last day of use among the days that are no longer kept."""

    __tablename__ = "usage_span"

    initiative: str = Field(primary_key=True)
    identity: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    first_on: date
    last_on: date


class UsageFoldRow(SQLModel, table=True):
    """Up to which day an initiative's usage is summed up by week."""

    __tablename__ = "usage_fold"

    initiative: str = Field(primary_key=True)
    until: date


class ConversationCountRow(SQLModel, table=True):
    """How the conversations with an assistant ended, on a day or in the period that ends on it."""

    __tablename__ = "conversation_count"

    initiative: str = Field(primary_key=True)
    on_day: date = Field(primary_key=True)
    origin: int = Field(foreign_key="file_import.number", primary_key=True)
    unengaged: int
    escalated: int
    confirmed: int
    implied: int
    abandoned: int
    avoidable: int
    contacted_again: int
    resolved_and_contacted: int


class SavingRow(SQLModel, table=True):
    """What an initiative saved in the period that ends on a day; the amount as exact decimal text."""

    __tablename__ = "saving"

    initiative: str = Field(primary_key=True)
    on_day: date = Field(primary_key=True)
    origin: int = Field(foreign_key="file_import.number", primary_key=True)
    amount: str


class ReadingRow(SQLModel, table=True):
    """A value of a followed figure; exact decimal text."""

    __tablename__ = "reading"

    kpi: str = Field(primary_key=True)
    on_day: date = Field(primary_key=True)
    origin: int = Field(foreign_key="file_import.number", primary_key=True)
    value: str
    n: int | None = None
