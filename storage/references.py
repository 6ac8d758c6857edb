"""Where people and channels are met, as the platforms' own folders know it: plain text, column by column."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, exists, select

from storage.direct import Direct
from storage.outbox import OpenConnection
from storage.people import ACCOUNT
from storage.statements import among, insert
from storage.tables.columns import table
from storage.tables.references import ReferenceRow
from storage.together import Together

REFERENCE = table(ReferenceRow)

_TOLD = tuple(column.name for column in REFERENCE.c if column.name not in {"platform", "id", "seen_at"})


_FOUND = Direct(
    lambda dialect: select(REFERENCE.c.id, *(REFERENCE.c[name] for name in _TOLD)).where(
        REFERENCE.c.platform == bindparam("platform"), among(dialect, REFERENCE.c.id, "ids")
    )
)


class SqlReferences:
    """What is kept of one platform's."""

    def __init__(self, transaction: OpenConnection, *, platform: str) -> None:
        self._transaction = transaction
        self._platform = platform
        self._finding = Together(self._found)  # a wave asks for those of many people at once

    async def find(self, id: str) -> Mapping[str, str] | None:
        """What is kept of whoever the platform calls so, by column."""
        return (await self.find_all([id])).get(id)

    async def find_all(self, ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """What is kept of those whom the platform calls so, by id and column, where anything is."""
        return await self._finding.find_all(ids)

    async def _found(self, ids: Collection[str]) -> dict[str, Mapping[str, str]]:
        async with self._transaction() as connection:
            rows = await _FOUND.rows(connection, {"platform": self._platform, "ids": list(ids)})
        return {row["id"]: {name: str(row[name]) for name in _TOLD} for row in rows}

    async def unknown(self) -> Mapping[str, Mapping[str, str]]:
        """The people with a conversation of their own whose account nobody has, by id and column."""
        known = exists().where(ACCOUNT.c.platform == REFERENCE.c.platform, ACCOUNT.c.user == REFERENCE.c.id)
        async with self._transaction() as connection:
            rows = await connection.execute(
                select(REFERENCE.c.id, *(REFERENCE.c[name] for name in _TOLD))
                .where(REFERENCE.c.platform == self._platform, REFERENCE.c.user > "", REFERENCE.c.conversation > "")
                .where(~known)
                .order_by(REFERENCE.c.seen_at)
            )
        return {row["id"]: {name: str(row[name]) for name in _TOLD} for row in rows.mappings()}

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
