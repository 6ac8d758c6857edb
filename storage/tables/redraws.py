"""What chat shows that a reply has made old: to be put anew, soon after the reply."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class RedrawRow(SQLModel, table=True):
    """One reply's wake: `subject` (a ballot, say) of an occurrence, by a person."""

    __tablename__ = "redraw"

    occurrence: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    asked_at: datetime = moment()
