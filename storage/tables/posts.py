"""Posts: what is to be shown in chat, and what is; and the words of each, apart.

Delivery writes a post's row three times before it is shown, and words are twenty times as long as all the rest: SQLite
writes whole rows, and a page for each where words stand in them.
"""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, false, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class PostRow(SQLModel, table=True):
    """One post. `behind` is true while chat does not show its newest revision and delivery still tries."""

    __tablename__ = "post"
    __table_args__ = (
        Index("post_due", "behind", "bulk", "platform", "due_at", "id"),
        Index("post_expiring", "behind", "not_after"),
        Index(
            "post_claimed",
            "owner",
            sqlite_where=text("owner IS NOT NULL"),
            postgresql_where=text("owner IS NOT NULL"),
        ),
        # Not of the very many: nobody asks which of those stands where.
        Index("post_standing", "reference", sqlite_where=text("bulk = 0"), postgresql_where=text("NOT bulk")),
    )

    id: str = Field(primary_key=True)
    ritual: str
    to_type: str  # person, home, room
    to: str
    platform: str = Field(default="slack", sa_column_kwargs={"server_default": "slack"})  # on which it goes out
    kind: str
    revision: int = 1
    wanted: bool = True
    bulk: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # one of very many
    windows: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """When it may first be shown: pairs of seconds since 1970. Empty: whenever it is due."""
    closes_at: datetime | None = moment(default=None, nullable=True)  # the end of the window it waits in
    not_before: datetime = moment()
    not_after: datetime | None = moment(default=None, nullable=True)
    state: str = "pending"
    behind: bool = True
    due_at: datetime = moment()
    key: str  # opaque: travels in the message's metadata; empty where it is made of the id
    shown_revision: int = 0
    conversation: str | None = None
    reference: str | None = None  # the message's id in its conversation
    shown_at: datetime | None = moment(default=None, nullable=True)
    first_shown_at: datetime | None = moment(default=None, nullable=True)
    attempted_at: datetime | None = moment(default=None, nullable=True)  # a first attempt whose outcome is unknown
    failures: int = 0
    why: str = ""
    owner: str | None = None
    lease_until: datetime | None = moment(default=None, nullable=True)


class WordsRow(SQLModel, table=True):
    """What a post says by its newest revision; written, and gone, with it."""

    __tablename__ = "words"

    post: str = Field(sa_column=Column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True))
    message: str  # JSON
