"""People, their accounts on chat platforms, and the rooms' ids there."""

from datetime import datetime

from sqlalchemy import Index, false
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class PersonRow(SQLModel, table=True):
    """Somebody of the organisation."""

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    locale: str
    zone: str
    site: str | None = None
    roles: str = ""  # role names, sorted, separated by spaces
    ruled: str = ""  # names of the columns app.yaml speaks of, separated by spaces: no platform changes them
    present: bool = True
    gone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # the files say: left, or merged
    origin: int | None = None  # the import that brought this person
    voice: str = Field(default="", sa_column_kwargs={"server_default": ""})  # the platform they are written to on
    voice_chosen: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # by themselves


class AccountRow(SQLModel, table=True):
    """An account of a person on a platform; `present` is False once the platform says it is gone."""

    __tablename__ = "account"
    __table_args__ = (Index("account_refused", "platform", "refused", "person"),)

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    present: bool = True
    refused: str = Field(default="", sa_column_kwargs={"server_default": ""})  # why it takes no message
    refused_at: datetime | None = moment(default=None, nullable=True)


class RoomRow(SQLModel, table=True):
    """A room's id on a platform, by the room's name in app.yaml."""

    __tablename__ = "room"

    platform: str = Field(primary_key=True)
    room: str = Field(primary_key=True)
    conversation: str
    # What app.yaml called its channel at the last start: "" where that is not known, None where it had no such room.
    channel: str | None = Field(default="", sa_column_kwargs={"server_default": ""})
    refused: str = Field(default="", sa_column_kwargs={"server_default": ""})  # why it takes no message
    refused_at: datetime | None = moment(default=None, nullable=True)
