"""Where people and channels are met, as the platforms' own folders know it: plain text, column by column."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from storage.outbox import OpenConnection
from storage.statements import insert
from storage.tables.columns import table
from storage.tables.references import ReferenceRow

REFERENCE = table(ReferenceRow)

_TOLD = tuple(column.name for column in REFERENCE.c if column.name not in {"platform", "id", "seen_at"})


class SqlReferences:
    """What is kept of one platform's."""

    def __init__(self, transaction: OpenConnection, *, platform: str) -> None:
        self._transaction = transaction
        self._platform = platform

    async def find(self, id: str) -> Mapping[str, str] | None:
        """What is kept of whoever the platform calls so, by column."""
        found = select(*(REFERENCE.c[name] for name in _TOLD)).where(
            REFERENCE.c.platform == self._platform, REFERENCE.c.id == id
        )
        async with self._transaction() as connection:
            row = (await connection.execute(found)).mappings().one_or_none()
        return None if row is None else {name: str(row[name]) for name in _TOLD}

    async def keep(self, id: str, told: Mapping[str, str], *, at: datetime) -> None:
        """Keeps what was told, by column; what was told as nothing stays as it was."""
        said = {name: told.get(name, "") for name in _TOLD}
        row = {"platform": self._platform, "id": id, **said, "seen_at": at}
        newer = {name: value for name, value in said.items() if value} | {"seen_at": at}
        async with self._transaction() as connection:
            statement = insert(connection, REFERENCE).values(**row)
            await connection.execute(statement.on_conflict_do_update(index_elements=["platform", "id"], set_=newer))

    async def keep_conversation(self, id: str, told: Mapping[str, str], *, at: datetime) -> None:
        """The conversation with a person; all else that was told only of somebody of whom nothing is kept yet."""
        row = {"platform": self._platform, "id": id, **{name: told.get(name, "") for name in _TOLD}, "seen_at": at}
        async with self._transaction() as connection:
            statement = insert(connection, REFERENCE).values(**row)
            newer = {"conversation": row["conversation"]}
            await connection.execute(statement.on_conflict_do_update(index_elements=["platform", "id"], set_=newer))
