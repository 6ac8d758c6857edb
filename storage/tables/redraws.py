"""What chat shows that a reply has made old: to be put anew, soon after the reply."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class RedrawRow(SQLModel, table=True):
    """One reply's wake: `subject` (a ballot, say) of an occurrence, by a person.

    A row a reply, and none renewed: a reply never waits for those who work older ones off.
    """

    __tablename__ = "redraw"

    id: int | None = Field(default=None, primary_key=True)
    occurrence: str
    person: str
    subject: str
    asked_at: datetime = moment()
