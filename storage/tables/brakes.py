"""Paused rituals."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class PauseRow(SQLModel, table=True):
    """A pause that stands; the ritual "all" stands for every one."""

    __tablename__ = "pause"

    ritual: str = Field(primary_key=True)
    since: datetime = moment()
    by: str
