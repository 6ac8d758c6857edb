"""Readers' wishes about the digest, and what they were last told."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.digests.wishes import Wish
from storage.posts import POST
from storage.statements import upsert
from storage.tables.columns import table
from storage.tables.letters import LetterToldRow, LetterWishRow

WISH = table(LetterWishRow)
TOLD = table(LetterToldRow)


async def delivered_letters(connection: AsyncConnection) -> int:
    """How many digests somebody was shown."""
    found = await connection.execute(
        select(func.count()).select_from(POST).where(POST.c.kind == "digest", POST.c.first_shown_at.is_not(None))
    )
    return int(found.scalar_one())


class SqlLetters:
    """Answers `rituals.ports.letters.Letters`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def wish(self, person: str) -> Wish | None:
        """When the person wants the letter; None where they have chosen nothing."""
        found = await self._connection.execute(select(WISH.c.weekday, WISH.c.at).where(WISH.c.person == person))
        row = found.one_or_none()
        return None if row is None else Wish(weekday=row.weekday, at=row.at)

    async def put_wish(self, person: str, wish: Wish) -> None:
        """Keeps what the person chose, over what they chose before."""
        await upsert(self._connection, WISH, {"person": person, "weekday": wish.weekday, "at": wish.at})

    async def told(self, digest: str, person: str) -> frozenset[str]:
        """The names of all that the last letter of that digest told the person."""
        found = await self._connection.execute(
            select(TOLD.c.told).where(TOLD.c.digest == digest, TOLD.c.person == person)
        )
        text: str | None = found.scalar_one_or_none()
        return frozenset(text.split("\n")) if text else frozenset()

    async def put_told(self, digest: str, person: str, told: Collection[str]) -> None:
        """Keeps what a letter tells."""
        values = {"digest": digest, "person": person, "told": "\n".join(sorted(told))}
        await upsert(self._connection, TOLD, values)
