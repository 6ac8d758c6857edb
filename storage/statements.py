"""The few statements every repository needs, on Core tables and alike on SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    Table,
    any_,
    bindparam,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT of the connection's own dialect, which both spell ON CONFLICT alike."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Any:
    """An INSERT of the dialect of that name."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


async def upsert(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> None:
    """Writes the row, over the one with the same primary key if there is one."""
    await connection.execute(upserting(connection.dialect.name, table, tuple(values)), dict(values))


@cache
def upserting(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    """The INSERT of these columns of a row, over the one with the same primary key if there is one."""
    # Made once: to make a statement takes as long as to run it.
    statement = insert_for(dialect, table)
    keys = [column.name for column in table.primary_key.columns]
    rest = {name: statement.excluded[name] for name in names if name not in keys}
    if not rest:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


async def insert_new(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> bool:
    """Writes the row unless one with its key (or another unique value) is there; whether it was written."""
    written = await connection.execute(inserting_new(connection.dialect.name, table), dict(values))
    return written.first() is not None


@cache
def inserting_new(dialect: str, table: Table) -> Any:
    """The INSERT of a row that gives its key, or nothing where one of its unique values is taken."""
    # Asked of RETURNING: the row count of an INSERT is -1 with psycopg.
    return insert_for(dialect, table).on_conflict_do_nothing().returning(*table.primary_key.columns)


def locked(statement: Select[Any], *, waiting: bool = True, of: Table | None = None) -> Select[Any]:
    """The SELECT, keeping the rows it finds (or those `of` one table) as they are until the work ends.

    Rows somebody else keeps are waited for, or left out. SQLite needs none of it: its works follow one another.
    FOR NO KEY UPDATE, for a row that only refers to a kept one (a vote to its ballot) has nothing to wait for.
    """
    return statement.with_for_update(key_share=True, skip_locked=not waiting, of=of)


def among(dialect: str, column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """That the column is one of the texts in the list given as `name`: the same statement however many they are."""
    if dialect == "sqlite":
        # Neither json_each, over which SQLite 3.40 crashes now and then, nor a recursion, which takes longer to begin
        # than all the rest of the statement.
        return column.in_(bindparam(name, type_=String(), expanding=True))
    return column == any_(bindparam(name, type_=ARRAY(String())))


async def insert_all(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows known to be new."""
    if rows:
        await connection.execute(table.insert(), list(rows))
