"""Opens the database: SQLite for one process, PostgreSQL for several; and says whether its tables are the expected ones."""

import sqlite3
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

HEAD = "0001"
"""The newest migration; a test holds it to the migrations folder."""


class WrongSchema(Exception):
    """The tables are not those this version works with; the message names the remedy."""


def open_engine(url: str) -> AsyncEngine:
    """An engine for "sqlite:///path", "sqlite://" (in memory) or "postgresql://…"; the caller disposes of it."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        # One connection for the one process: SQLite has one writer anyway, and readers then see their own writes.
        engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"), poolclass=StaticPool)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
        return engine
    return create_async_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=10, pool_pre_ping=True)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: BEGIN IMMEDIATE takes the write lock before anything is read.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what we acknowledged survives a power cut
        "foreign_keys=ON",
        "busy_timeout=10000",
        "secure_delete=ON",  # sealed rows leave no bytes behind in free pages
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def check_schema(engine: AsyncEngine) -> None:
    """Raises WrongSchema unless the tables are exactly those of this version."""
    found: str | None = None
    try:
        async with engine.connect() as connection:
            found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.DatabaseError) and "no such table" not in str(error.orig):
            raise
    if found == HEAD:
        return
    if found is None:
        raise WrongSchema("the database has no tables yet: run `comitia migrate`")
    if found > HEAD:
        raise WrongSchema(
            f"the database is at schema {found}, newer than this version's {HEAD}: install the newer Comitia again"
        )
    raise WrongSchema(f"the database is at schema {found}, older than this version's {HEAD}: run `comitia migrate`")
