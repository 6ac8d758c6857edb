"""The databases' drivers by themselves, as durable as `storage.engine` has them: what limits are measured by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

PRAGMAS: Sequence[str] = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
"""As `storage.engine` sets them."""


def sqlite(file: Path | str) -> sqlite3.Connection:
    """The file, by a connection that leaves transactions to the caller."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=10)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


class Bare:
    """One connection of a driver. `database`, `driver`: their names; statements mark their blanks by "?"."""

    def __init__(self, connection: Any, *, database: str, driver: str) -> None:
        self._connection = connection
        self.database = database
        self.driver = driver

    @property
    def durable(self) -> str:
        """The setting by which what was committed survives a power cut."""
        return "synchronous=FULL" if self.database == "SQLite" else "fsync=on"

    def read(self, statement: str, *values: object) -> list[Any]:
        """All rows of one query."""
        found: list[Any] = self._connection.execute(self._own(statement), values).fetchall()
        return found

    def write(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Writes all rows by the driver's executemany, in one transaction."""
        self.write_all((statement, rows))

    def write_all(self, *several: tuple[str, Iterable[Sequence[object]]]) -> None:
        """The same for several statements, each with its rows."""
        with self._transaction():
            for statement, rows in several:
                self._connection.cursor().executemany(self._own(statement), rows)

    def write_one(self, statement: str, row: Sequence[object]) -> None:
        """Writes one row, in a transaction of its own."""
        with self._transaction():
            self._connection.execute(self._own(statement), row)

    def clear(self, rows: Mapping[str, str]) -> None:
        """Deletes rows, by table those of a condition, and sweeps up after it: the next round shall not pay."""
        with self._transaction():
            for table, condition in rows.items():
                self._connection.execute(f"DELETE FROM {table} WHERE {condition}")
        sweeping = "PRAGMA wal_checkpoint(TRUNCATE)"
        if self.database == "PostgreSQL":
            sweeping = f"VACUUM ANALYZE {', '.join(rows)}"
        self._connection.execute(sweeping)

    def _own(self, statement: str) -> str:
        return statement if self.database == "SQLite" else statement.replace("?", "%s")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self.database == "PostgreSQL":
            with self._connection.transaction():
                yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        yield
        self._connection.execute("COMMIT")


@contextmanager
def bare(url: str) -> Iterator[Bare]:
    """A driver on the database at `url`, "sqlite:///path" or "postgresql://…", while the context lasts."""
    if url.startswith("sqlite:///"):
        with closing(sqlite(url.removeprefix("sqlite:///"))) as connection:
            yield Bare(connection, database="SQLite", driver="sqlite3")
        return
    with psycopg.connect(url, autocommit=True) as connection:
        yield Bare(connection, database="PostgreSQL", driver="psycopg")
