"""How far the directory of an organisation has been read."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class DirectoryRow(SQLModel, table=True):
    """One organisation's directory on a platform that tells of changes since a reading."""

    __tablename__ = "directory"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    link: str = ""  # with it the next reading goes on; empty while there was no whole one
    asked_at: datetime = moment()
