"""Databases of any schema, filled, made once and then copied: to migrate takes longer than most tests."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import open_engine

Fill = Callable[[Connection, str, str], None]
"""Makes and fills a database's tables of one schema, and brings them to another."""

_files: dict[tuple[str, str], bytes] = {}
_databases: set[tuple[str, str]] = set()


@asynccontextmanager
async def opened_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine while the context lasts."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()


async def _made(url: str, fill: Fill, filled: str, revision: str) -> None:
    async with opened_engine(url) as engine, engine.begin() as connection:
        await connection.run_sync(fill, filled, revision)


async def copied(url: str, fill: Fill, *, filled: str, revision: str) -> None:
    """Makes the empty database at `url` one that was filled at the schema `filled`, and is at `revision` since."""
    if url.startswith("sqlite"):
        await _copied_file(Path(url.removeprefix("sqlite:///")), fill, filled, revision)
        return
    parts = make_url(url)
    host, name, template = str(parts.query["host"]), str(parts.database), f"filled_{filled}_{revision}"
    # Not SQLAlchemy's: a database is made and dropped outside of any transaction.
    with psycopg.connect(f"postgresql://postgres@/postgres?host={host}", autocommit=True) as server:
        if (host, template) not in _databases:
            server.execute(f'CREATE DATABASE "{template}"'.encode())
            await _made(parts.set(database=template).render_as_string(hide_password=False), fill, filled, revision)
            _databases.add((host, template))
        server.execute(f'DROP DATABASE "{name}"'.encode())
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())


async def _copied_file(path: Path, fill: Fill, filled: str, revision: str) -> None:
    if (filled, revision) not in _files:
        with tempfile.TemporaryDirectory() as folder:
            template = Path(folder) / "template.sqlite"
            await _made(f"sqlite:///{template}", fill, filled, revision)
            _files[filled, revision] = await asyncio.to_thread(template.read_bytes)
    await asyncio.to_thread(path.write_bytes, _files[filled, revision])
