"""Pulses: who is in which panel, waves and whom they ask, replies sealed while one is open, plain answers after.

Nothing of a reply outlives its seal but the answer: no row bears a time, a sequence or the mark of the transaction in
which somebody answered. A sealed row refers to no other table, for PostgreSQL would write that transaction's number on
the row it refers to. Answers and comments have random ids and no row order, and nothing in common but their wave.
"""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class PulseCycleRow(SQLModel, table=True):
    """The key by which a pulse dealt its panels for one cycle."""

    __tablename__ = "pulse_cycle"

    ritual: str = Field(primary_key=True)
    cycle: str = Field(primary_key=True)
    key: bytes


class PulsePlaceRow(SQLModel, table=True):
    """Somebody's panel in one cycle."""

    __tablename__ = "pulse_place"

    ritual: str = Field(primary_key=True)
    cycle: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    stratum: str
    panel: int


class PanelistRow(SQLModel, table=True):
    """All that is kept of somebody's invitations to all pulses together."""

    __tablename__ = "panelist"

    person: str = Field(primary_key=True)
    last_invited_on: date | None = None
    unanswered_in_a_row: int = 0
    opted_out: bool = False


class WaveRow(SQLModel, table=True):
    """One round of a pulse about one initiative; the counts are there once it has closed."""

    __tablename__ = "wave"
    __table_args__ = (Index("wave_closed", "initiative", "closed_on"),)

    id: str = Field(primary_key=True)
    occurrence: str = Field(foreign_key="occurrence.id", index=True)
    ritual: str
    initiative: str
    state: str
    opened_on: date
    closes_at: datetime = moment()
    barriers: bool
    k_answers: int
    k_comments: int
    k_telemetry: int
    k_invitations: int
    closed_on: date | None = None
    invited: int = 0
    departed: int = 0
    answered: int = 0


class WavePopulationRow(SQLModel, table=True):
    """How many people of a stratum a wave stands for."""

    __tablename__ = "wave_population"

    wave: str = Field(primary_key=True)
    stratum: str = Field(primary_key=True)
    people: int


class InvitationRow(SQLModel, table=True):
    """Somebody whose turn it was; `asked` is False for whoever had opted out. Gone 30 days after the close."""

    __tablename__ = "invitation"

    wave: str = Field(primary_key=True)
    person: str = Field(primary_key=True, index=True)
    stratum: str
    zone: str
    site: str | None = None
    invited_on: date
    asked: bool = True


class SealedReplyRow(SQLModel, table=True):
    """What somebody answers while the wave is open, as ciphertext, replaced by what they answer later."""

    __tablename__ = "sealed_reply"

    wave: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    ciphertext: bytes


class PulseAnswerRow(SQLModel, table=True):
    """One answer to one question of a closed wave, nobody's any more, and tied to no answer to another."""

    __tablename__ = "pulse_answer"
    __table_args__ = {"sqlite_with_rowid": False}

    id: str = Field(primary_key=True)
    wave: str = Field(index=True)
    stratum: str
    question: str
    codes: str  # separated by spaces


class PulseCommentRow(SQLModel, table=True):
    """One comment of a closed wave, nobody's any more, and tied to no answer."""

    __tablename__ = "pulse_comment"
    __table_args__ = {"sqlite_with_rowid": False}

    id: str = Field(primary_key=True)
    wave: str = Field(index=True)
    words: str
