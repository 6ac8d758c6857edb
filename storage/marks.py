"""Marks: sealed while they are asked for, shuffled and nobody's once revealed."""

import secrets
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.committee.scoring import Criterion, Marks
from rituals.errors import MarksClosed
from storage.occurrences import OCCURRENCE
from storage.statements import insert_all, insert_new, locked, upsert
from storage.tables.columns import table
from storage.tables.marks import MarkSheetRow, RevealRow, SealedMarksRow, SealKeyRow

KEY = table(SealKeyRow)
SEALED = table(SealedMarksRow)
SHEET = table(MarkSheetRow)
REVEAL = table(RevealRow)


def _written(marks: Marks) -> str:
    # Always five characters, so that a ciphertext's length says nothing.
    return "".join(str(marks[criterion]) for criterion in Criterion)


def _read(text: str) -> Marks:
    return Marks({criterion: int(mark) for criterion, mark in zip(Criterion, text, strict=True)})


class SqlMarks:
    """Answers `rituals.ports.MarksBox`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.destroyed = False  # whether this work deleted seals, so that what they leave behind is wiped after it

    async def seal(self, occurrence: str, person: str, initiative: str, marks: Marks) -> None:
        """Keeps a person's marks sealed; later ones replace earlier ones. Raises MarksClosed after the reveal."""
        await self._alone(occurrence)
        if await self.revealed(occurrence):
            raise MarksClosed
        await insert_new(self._connection, KEY, {"subject": occurrence, "key": Fernet.generate_key()})
        seal = await self._seal(occurrence)
        assert seal is not None
        await upsert(
            self._connection,
            SEALED,
            {
                "occurrence": occurrence,
                "person": person,
                "initiative": initiative,
                # A fixed time inside the token: when somebody answered is nobody's business.
                "ciphertext": seal.encrypt_at_time(_written(marks).encode(), 0),
            },
        )

    async def mine(self, occurrence: str, person: str) -> Mapping[str, Marks]:
        """What the person has marked so far, by initiative; empty after the reveal."""
        seal = await self._seal(occurrence)
        if seal is None:
            return {}
        rows = await self._connection.execute(
            select(SEALED.c.initiative, SEALED.c.ciphertext).where(
                SEALED.c.occurrence == occurrence, SEALED.c.person == person
            )
        )
        return {initiative: _read(seal.decrypt(ciphertext).decode()) for initiative, ciphertext in rows}

    async def participation(self, occurrence: str) -> Mapping[str, int]:
        """How many initiatives each person has marked; empty after the reveal."""
        rows = await self._connection.execute(
            select(SEALED.c.person, func.count()).where(SEALED.c.occurrence == occurrence).group_by(SEALED.c.person)
        )
        return dict(rows.all())

    async def reveal(self, occurrence: str) -> None:
        """Writes all sheets shuffled under random ids, deletes the sealed rows, destroys the key."""
        await self._alone(occurrence)
        if await self.revealed(occurrence):
            return
        members = len(await self.participation(occurrence))
        await insert_new(self._connection, REVEAL, {"occurrence": occurrence, "members": members})
        seal = await self._seal(occurrence)
        if seal is None:
            return
        sealed = await self._connection.execute(
            select(SEALED.c.initiative, SEALED.c.ciphertext).where(SEALED.c.occurrence == occurrence)
        )
        sheets = [
            {
                "id": secrets.token_hex(16),
                "occurrence": occurrence,
                "initiative": initiative,
                "marks": seal.decrypt(ciphertext).decode(),
            }
            for initiative, ciphertext in sealed
        ]
        secrets.SystemRandom().shuffle(sheets)
        await insert_all(self._connection, SHEET, sheets)
        await self._destroy(occurrence)

    async def discard(self, occurrence: str) -> None:
        """Destroys marks that will never be revealed, with their key."""
        await self._alone(occurrence)
        await self._destroy(occurrence)

    async def _destroy(self, occurrence: str) -> None:
        await self._connection.execute(delete(SEALED).where(SEALED.c.occurrence == occurrence))
        await self._connection.execute(delete(KEY).where(KEY.c.subject == occurrence))
        self.destroyed = True

    async def revealed(self, occurrence: str) -> bool:
        """Whether the marks of that sitting are open."""
        found = await self._connection.execute(select(REVEAL.c.occurrence).where(REVEAL.c.occurrence == occurrence))
        return found.first() is not None

    async def sheets(self, occurrence: str) -> Mapping[str, Sequence[Marks]]:
        """The revealed sheets by initiative."""
        rows = await self._connection.execute(
            select(SHEET.c.initiative, SHEET.c.marks).where(SHEET.c.occurrence == occurrence).order_by(SHEET.c.id)
        )
        sheets: dict[str, list[Marks]] = {}
        for initiative, marks in rows:
            sheets.setdefault(initiative, []).append(_read(marks))
        return sheets

    async def _alone(self, occurrence: str) -> None:
        # A seal that passed the reveal unseen would lie there for ever, under a new key.
        await self._connection.execute(locked(select(OCCURRENCE.c.id).where(OCCURRENCE.c.id == occurrence)))

    async def _seal(self, occurrence: str) -> Fernet | None:
        found = await self._connection.execute(select(KEY.c.key).where(KEY.c.subject == occurrence))
        key = found.scalar_one_or_none()
        return None if key is None else Fernet(key)
