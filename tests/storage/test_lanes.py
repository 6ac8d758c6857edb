"""Works that come in crowds to PostgreSQL hand on their connections, each with a transaction of its own."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from rituals.redraws import Redraw
from storage.direct import driver_of
from storage.engine import open_engine
from storage.lanes import LANES
from storage.work import Memory
from tests.builders import AT, initiative
from tests.databases import Postgres, until_somebody_waits


@pytest.fixture
async def engine(postgres: Postgres) -> AsyncIterator[AsyncEngine]:
    postgres.clean()
    opened = open_engine(postgres.url)
    yield opened
    await opened.dispose()


@pytest.fixture
def memory(engine: AsyncEngine) -> Memory:
    return Memory(engine)


def redraw(subject: str) -> Redraw:
    return Redraw(occurrence="committee", person="ana", subject=subject, asked_at=AT)


async def ask(memory: Memory, subject: str) -> None:
    async with memory.open_joined() as work:
        await work.redraws.ask(redraw(subject))


async def asked(memory: Memory) -> Sequence[str]:
    async with memory.open_work() as work:
        return sorted(one.subject for one in await work.redraws.take(limit=100))


def taken(memory: Memory) -> int:
    """How many connections the pool misses that are not at hand."""
    pool = memory._engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout() - len(memory._connections._idle)


async def test_a_crowd_takes_each_connection_from_the_pool_once_and_gives_all_back(
    engine: AsyncEngine, memory: Memory
) -> None:
    taken_out: list[object] = []
    event.listen(engine.sync_engine, "checkout", lambda _, record, __: taken_out.append(record))
    await asyncio.gather(*(ask(memory, f"{n:02}") for n in range(4 * LANES)))
    assert len(taken_out) == LANES
    assert taken(memory) == 0
    assert await asked(memory) == [f"{n:02}" for n in range(4 * LANES)]


async def test_a_work_that_fails_in_a_crowd_takes_back_its_own_and_nobody_else_s(
    engine: AsyncEngine, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.lanes.LANES", 1)
    memory = Memory(engine)

    async def fail() -> None:
        async with memory.open_joined() as work:
            await work.redraws.ask(redraw("failed"))
            raise ZeroDivisionError

    results = await asyncio.gather(ask(memory, "a"), fail(), ask(memory, "b"), fail(), return_exceptions=True)
    assert [type(one) for one in results] == [type(None), ZeroDivisionError, type(None), ZeroDivisionError]
    assert await asked(memory) == ["a", "b"]
    assert taken(memory) == 0


async def test_what_sqlalchemy_runs_in_a_work_is_kept_and_forgotten_with_the_rest(memory: Memory) -> None:
    async with memory.open_joined() as work:
        await work.redraws.ask(redraw("a"))
        await work.initiatives.put(initiative("i1"))
        await work.redraws.ask(redraw("b"))

    async def fail() -> None:
        async with memory.open_joined() as work:
            await work.initiatives.put(initiative("i2"))
            await work.redraws.ask(redraw("c"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with memory.open_work() as work:
        assert [one.key for one in await work.initiatives.all()] == ["i1"]
    assert await asked(memory) == ["a", "b"]


async def test_a_work_that_is_cancelled_while_it_waits_keeps_no_connection(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.lanes.LANES", 1)
    memory = Memory(engine)
    async with memory.open_joined() as work:
        await work.redraws.ask(redraw("a"))
        waiting = asyncio.create_task(ask(memory, "b"))
        await asyncio.sleep(0)
    waiting.cancel()  # just as the lane was left to it
    await asyncio.wait({waiting})
    assert waiting.cancelled()
    assert taken(memory) == 0
    await ask(memory, "c")
    assert await asked(memory) == ["a", "c"]


async def test_a_work_that_is_cancelled_while_the_server_is_at_it_leaves_a_clean_connection(
    engine: AsyncEngine, memory: Memory, postgres: Postgres
) -> None:
    with psycopg.connect(postgres.url) as other:
        other.execute("LOCK TABLE redraw")
        stuck = asyncio.create_task(ask(memory, "a"))
        await until_somebody_waits(memory)
        stuck.cancel()
        await asyncio.wait({stuck})
    assert stuck.cancelled()
    assert taken(memory) == 0
    await ask(memory, "b")
    assert await asked(memory) == ["b"]


async def test_a_server_that_ends_a_connection_in_the_middle_of_a_work_fails_that_one_alone(
    engine: AsyncEngine, memory: Memory, postgres: Postgres
) -> None:
    async def work_to_its_end() -> None:
        async with memory.open_joined() as work:
            await work.redraws.ask(redraw("a"))
            process = driver_of(work._connection).info.backend_pid
            postgres.ask(f"SELECT pg_terminate_backend({process}, 5000)")
            await work.redraws.ask(redraw("b"))

    with pytest.raises(DBAPIError) as raised:
        await work_to_its_end()
    assert raised.value.connection_invalidated
    assert taken(memory) == 0
    await ask(memory, "c")
    assert await asked(memory) == ["c"]


async def test_a_commit_that_the_server_does_not_take_is_told_of(memory: Memory, postgres: Postgres) -> None:
    async def work_to_its_end() -> None:
        async with memory.open_joined() as work:
            await work.redraws.ask(redraw("a"))
            process = driver_of(work._connection).info.backend_pid
            postgres.ask(f"SELECT pg_terminate_backend({process}, 5000)")

    with pytest.raises(OperationalError):
        await work_to_its_end()
    assert await asked(memory) == []


async def test_statements_are_known_again_after_the_driver_has_let_the_server_forget_them(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.lanes.LANES", 1)
    memory = Memory(engine)

    async def fail() -> None:
        async with memory.open_joined() as work:
            for _ in range(8):  # until the driver has prepared it: of what it has not, it has nothing forgotten
                await work.initiatives.all()
            await work.redraws.ask(redraw("b"))
            raise ZeroDivisionError

    await ask(memory, "a")
    with pytest.raises(ZeroDivisionError):
        await fail()
    await ask(memory, "c")
    assert await asked(memory) == ["a", "c"]


async def test_a_statement_that_failed_when_it_was_first_run_runs_again(memory: Memory) -> None:
    with pytest.raises(DataError):  # as the driver refuses it; the server would only see what is before it
        await ask(memory, "a\0b")
    with pytest.raises(IntegrityError):
        await ask(memory, None)  # type: ignore[arg-type]
    await ask(memory, "c")
    assert await asked(memory) == ["c"]


async def test_what_was_found_is_not_kept_beside_the_connection(memory: Memory) -> None:
    async with memory.open_joined() as work:
        await work.posts.drop("p1")
        known = driver_of(work._connection)._known
        assert [one.pgresult for _, one in known.values()] == [None]
