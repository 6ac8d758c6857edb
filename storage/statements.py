"""The few statements every repository needs, on Core tables and alike on SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT of the connection's own dialect, which both spell ON CONFLICT alike."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


async def upsert(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> None:
    """Writes the row, over the one with the same primary key if there is one."""
    keys = [column.name for column in table.primary_key.columns]
    rest = {name: value for name, value in values.items() if name not in keys}
    statement = insert(connection, table).values(**values)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=rest)
        if rest
        else statement.on_conflict_do_nothing(index_elements=keys)
    )


async def insert_new(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> bool:
    """Writes the row unless one with its key (or another unique value) is there; whether it was written."""
    # Asked of RETURNING: the row count of an INSERT is -1 with psycopg.
    statement: Any = insert(connection, table).values(**values).on_conflict_do_nothing()
    written = await connection.execute(statement.returning(*table.primary_key.columns))
    return written.first() is not None


def locked(statement: Select[Any], *, waiting: bool = True, of: Table | None = None) -> Select[Any]:
    """The SELECT, keeping the rows it finds (or those `of` one table) as they are until the work ends.

    Rows somebody else keeps are waited for, or left out. SQLite needs none of it: its works follow one another.
    FOR NO KEY UPDATE, for a row that only refers to a kept one (a vote to its ballot) has nothing to wait for.
    """
    return statement.with_for_update(key_share=True, skip_locked=not waiting, of=of)


async def insert_all(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows known to be new."""
    if rows:
        await connection.execute(table.insert(), list(rows))
