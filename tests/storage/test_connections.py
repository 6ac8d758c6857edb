"""Transactions follow one another on connections that stay open, and each finds its own clean."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import column, event, table, text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from storage.connections import KEPT
from storage.direct import Direct
from storage.engine import CONNECTIONS, open_engine
from storage.lanes import LANES
from storage.work import Memory
from tests.databases import Postgres


@pytest.fixture(params=["SQLite", "PostgreSQL"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    if request.param == "SQLite":
        url = f"sqlite:///{tmp_path / 'comitia.sqlite'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.blank()
    opened = open_engine(url)
    yield opened
    await opened.dispose()


@pytest.fixture
async def on_postgres(postgres: Postgres) -> AsyncIterator[AsyncEngine]:
    opened = open_engine(postgres.blank())
    yield opened
    await opened.dispose()


async def run(memory: Memory, statement: str) -> list[object]:
    async with memory.transaction() as connection:
        found = await connection.execute(text(statement))
        return list(found.scalars()) if found.returns_rows else []


async def test_one_transaction_after_another_takes_a_connection_from_the_pool_once(engine: AsyncEngine) -> None:
    memory = Memory(engine)
    out: list[object] = []
    event.listen(engine.sync_engine, "checkout", lambda _, record, __: out.append(record))
    await run(memory, "CREATE TABLE words (word VARCHAR)")
    await run(memory, "INSERT INTO words VALUES ('a')")
    async with memory._joined.transaction() as connection:
        await connection.execute(text("INSERT INTO words VALUES ('b')"))
    assert await run(memory, "SELECT word FROM words ORDER BY word") == ["a", "b"]
    assert len(out) == 1


async def test_what_a_transaction_leaves_undone_is_not_there_for_the_next(engine: AsyncEngine) -> None:
    memory = Memory(engine)
    await run(memory, "CREATE TABLE words (word VARCHAR)")

    async def fail() -> None:
        async with memory.transaction() as connection:
            await connection.execute(text("INSERT INTO words VALUES ('lost')"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await run(memory, "SELECT word FROM words") == []


async def test_a_transaction_cancelled_twice_is_taken_back_before_the_next_begins(engine: AsyncEngine) -> None:
    memory = Memory(engine)
    await run(memory, "CREATE TABLE words (word VARCHAR)")
    written = asyncio.Event()

    async def write() -> None:
        async with memory.transaction() as connection:
            await connection.execute(text("INSERT INTO words VALUES ('lost')"))
            written.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write())
    await written.wait()
    writing.cancel()
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.wait({writing})
    assert await run(memory, "SELECT word FROM words") == []


async def test_a_statement_that_fails_within_a_transaction_ends_nothing_by_itself(engine: AsyncEngine) -> None:
    memory = Memory(engine)
    await run(memory, "CREATE TABLE words (word VARCHAR UNIQUE)")
    put = Direct(lambda _: table("words", column("word")).insert(), blanks=("word",))

    async def caught_and_failed() -> None:
        async with memory.transaction() as connection:
            await put.rows(connection, {"word": "a"})
            with suppress(IntegrityError):
                await put.rows(connection, {"word": "a"})
            with suppress(InternalError):  # PostgreSQL takes nothing more in such a transaction
                await put.rows(connection, {"word": "b"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await caught_and_failed()
    assert await run(memory, "SELECT word FROM words") == []


async def test_whoever_waits_in_the_pool_is_served_while_others_come_and_go(on_postgres: AsyncEngine) -> None:
    memory = Memory(on_postgres)
    done = asyncio.Event()

    async def come_again(transaction: Callable[[], AbstractAsyncContextManager[AsyncConnection]]) -> None:
        while not done.is_set():
            async with transaction() as connection:
                await connection.execute(text("SELECT pg_sleep(0.005)"))

    crowd = [memory._joined.transaction] * LANES + [memory.transaction] * (CONNECTIONS - LANES)
    comers = [asyncio.create_task(come_again(one)) for one in crowd]
    await asyncio.sleep(0.02)
    async with asyncio.timeout(3):
        assert await run(memory, "SELECT 1") == [1]
        async with on_postgres.connect() as other:
            assert (await other.execute(text("SELECT 1"))).scalar_one() == 1
    done.set()
    await asyncio.gather(*comers)


async def test_no_more_than_a_few_stay_open_and_others_find_theirs_in_the_pool(on_postgres: AsyncEngine) -> None:
    memory = Memory(on_postgres)
    async with AsyncExitStack() as stack:
        for _ in range(CONNECTIONS):
            await stack.enter_async_context(memory.transaction())
    assert isinstance(on_postgres.pool, QueuePool)
    assert on_postgres.pool.checkedout() == KEPT < CONNECTIONS
    async with on_postgres.connect() as other:
        assert (await other.execute(text("SELECT 1"))).scalar_one() == 1


async def test_a_connection_that_nobody_used_for_long_is_pinged_before_it_is_used(
    on_postgres: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory(on_postgres)
    pings: list[object] = []
    ping = on_postgres.dialect.do_ping

    def pinged(connection: Any) -> bool:
        pings.append(connection)
        return ping(connection)

    monkeypatch.setattr(on_postgres.dialect, "do_ping", pinged)
    await run(memory, "SELECT 1")
    await run(memory, "SELECT 1")
    assert not pings
    monkeypatch.setattr("storage.engine.TRUSTED_FOR", 0.0)
    await run(memory, "SELECT 1")
    assert len(pings) == 1


async def test_an_engine_that_is_disposed_of_leaves_no_connection_to_the_server(postgres: Postgres) -> None:
    url = postgres.blank()
    engine = open_engine(url)
    memory = Memory(engine)
    (name,) = await run(memory, "SELECT current_database()")
    ours = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'"
    assert await run(memory, ours) == [1]
    await engine.dispose()
    other = open_engine(postgres.url)
    async with asyncio.timeout(5):
        while await run(Memory(other), ours) != [0]:  # the server ends its side by itself
            pass
    await other.dispose()


async def test_a_transaction_that_cannot_begin_fails_as_any_statement_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.PATIENCE", 1)
    path = tmp_path / "comitia.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    memory = Memory(engine)
    await run(memory, "CREATE TABLE words (word VARCHAR)")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await run(memory, "SELECT word FROM words")
    assert await run(memory, "SELECT word FROM words") == []
    await engine.dispose()
