"""What makes the keys of messages, so that one restored from a backup knows again what it sent since."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class SendingKeyRow(SQLModel, table=True):
    """The one key of this installation, and from when on, after a restore, it may have sent what it no longer knows."""

    __tablename__ = "sending_key"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: bytes
    made_at: datetime = moment()
    lost_since: datetime | None = moment(default=None, nullable=True)  # when the backup was taken
    careful_until: datetime | None = moment(default=None, nullable=True)  # until then each post is looked for first
