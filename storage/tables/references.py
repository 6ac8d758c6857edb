"""Where people and channels of a platform are met, for platforms on which one must have been met to be written to."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class ReferenceRow(SQLModel, table=True):
    """How to write to a person or a channel again, by the platform's id of them."""

    __tablename__ = "reference"

    platform: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    tenant: str
    service_url: str
    conversation: str = ""  # empty while none was created with that person
    bot: str = ""
    user: str = ""  # what the bot knows a person by; empty for a channel
    team: str = ""
    zone: str = ""
    locale: str = ""
    seen_at: datetime = moment()
