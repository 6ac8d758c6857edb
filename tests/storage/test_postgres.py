"""PostgreSQL's driver with its shorter way: what it takes along, how it listens, and what becomes of it at an end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from storage.postgres import Driver, Statement
from tests.databases import Postgres

WRITE = Statement("written", "INSERT INTO kept VALUES ($1)")
ALL = Statement("all", "SELECT word FROM kept")
SLOW = Statement("slow", "SELECT pg_sleep($1)")
MANY = Statement("many", "SELECT repeat('word', 1000) FROM generate_series(1, $1)")


@pytest.fixture
async def driver(postgres: Postgres) -> AsyncIterator[Driver]:
    """A connection to a database with one table of words, none of them twice."""
    opened = await Driver.connect(postgres.blank())
    await opened.straight(Statement("made", "CREATE TABLE kept (word text UNIQUE)"), [], ending=True)
    yield opened
    await opened.close()


async def end(driver: Driver, postgres: Postgres) -> None:
    """The server ends the connection."""
    await asyncio.to_thread(postgres.ask, f"SELECT pg_terminate_backend({driver.info.backend_pid}, 5000)")


def is_heard(driver: Driver, socket: int) -> bool:
    """Whether anybody listens at the connection, who then no longer does."""
    return asyncio.get_running_loop().remove_reader(socket)


# --- what it takes along ---------------------------------------------------------------------------------------------


async def test_a_connection_that_was_left_in_the_middle_of_something_is_not_used_again(driver: Driver) -> None:
    with pytest.raises(psycopg.OperationalError):
        await driver.straight(Statement("too_much", "SELECT 1"), ["a"] * 100_000)
    assert driver.closed


async def test_a_statement_that_ends_its_transaction_is_kept_with_what_came_before(driver: Driver) -> None:
    await driver.straight(WRITE, ["before"])
    last = Statement("last", "INSERT INTO kept VALUES ($1) RETURNING word")
    assert await driver.straight(last, ["after"], ending=True) == [("after",)]
    assert driver.pgconn.transaction_status == TransactionStatus.IDLE
    with pytest.raises(psycopg.errors.UniqueViolation):
        await driver.straight(last, ["after"], ending=True)
    await driver.rollback()
    assert await driver.straight(ALL, []) == [("before",), ("after",)]


async def test_what_is_left_for_later_goes_with_the_next_statement_in_its_order(driver: Driver) -> None:
    driver.later(WRITE, ["a"])
    driver.later(WRITE, ["b"])
    assert await driver.straight(ALL, []) == [("a",), ("b",)]
    driver.later(WRITE, ["c"])
    assert await (await driver.execute("SELECT count(*) FROM kept")).fetchone() == (3,)


async def test_what_is_left_for_later_is_committed_with_the_rest_and_forgotten_with_it(driver: Driver) -> None:
    driver.later(WRITE, ["kept"])
    await driver.commit()
    driver.later(WRITE, ["forgotten"])
    await driver.rollback()
    driver.later(WRITE, ["kept"])
    with pytest.raises(psycopg.errors.UniqueViolation):
        await driver.commit()
    await driver.rollback()
    assert await driver.straight(ALL, []) == [("kept",)]
    assert driver.pgconn.transaction_status == TransactionStatus.INTRANS


# --- how it listens --------------------------------------------------------------------------------------------------


async def test_an_answer_that_comes_in_pieces_is_whole(driver: Driver) -> None:
    found = await driver.straight(MANY, [5_000])  # 20 MB
    assert len(found) == 5_000
    assert set(found) == {("word" * 1000,)}
    assert await driver.straight(ALL, []) == []


async def test_its_own_way_and_the_driver_s_may_follow_one_another(driver: Driver) -> None:
    for number in range(3):
        await driver.straight(WRITE, [str(number)])
        slow = await driver.execute("SELECT count(*), pg_sleep(0.01) FROM kept")
        assert (await slow.fetchone() or [None])[0] == number + 1


async def test_a_server_that_ends_a_connection_nobody_uses_is_noticed_once(
    driver: Driver, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: Counter[str] = Counter()
    plain = Driver._told

    def counted(self: Driver) -> None:
        told["told"] += 1
        plain(self)

    monkeypatch.setattr(Driver, "_told", counted)
    await driver.rollback()  # whereby it listens anew, and is counted
    await driver.straight(ALL, [], ending=True)
    asked = told["told"]
    await end(driver, postgres)
    await asyncio.sleep(0.05)  # there is something to read all the time
    assert asked >= 1
    assert told["told"] == asked + 1
    with pytest.raises(psycopg.OperationalError):
        await driver.straight(ALL, [])


async def test_a_server_that_ends_a_connection_while_it_is_waited_for_fails_what_waits(
    driver: Driver, postgres: Postgres
) -> None:
    slow = asyncio.create_task(driver.straight(SLOW, [600]))
    socket = driver.fileno()
    await asyncio.sleep(0.05)
    await end(driver, postgres)
    async with asyncio.timeout(10):
        with pytest.raises(psycopg.OperationalError):
            await slow
    assert driver.closed
    assert not is_heard(driver, socket)


async def test_nobody_listens_any_more_at_a_connection_that_is_closed(driver: Driver, postgres: Postgres) -> None:
    socket = driver.fileno()
    await driver.straight(ALL, [], ending=True)
    await driver.close()
    assert not is_heard(driver, socket)
    another = await Driver.connect(postgres.blank())  # which most likely has the same number
    assert await another.straight(Statement("one", "SELECT 1"), []) == [(1,)]
    await another.close()


# --- what becomes of it when nobody waits any more --------------------------------------------------------------------


async def test_a_statement_that_nobody_waits_for_any_more_ends_and_the_connection_stays(driver: Driver) -> None:
    slow = asyncio.create_task(driver.straight(SLOW, [600]))
    await asyncio.sleep(0.05)
    slow.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(asyncio.CancelledError):
            await slow
    assert not driver.closed
    await driver.rollback()
    assert await driver.straight(ALL, []) == []


async def test_one_that_is_cancelled_again_while_the_server_is_told_closes_the_connection(driver: Driver) -> None:
    slow = asyncio.create_task(driver.straight(SLOW, [600]))
    await asyncio.sleep(0.05)
    slow.cancel()
    await asyncio.sleep(0)
    slow.cancel()
    socket = driver.fileno()
    with suppress(asyncio.CancelledError):
        await slow
    assert driver.closed
    assert not is_heard(driver, socket)
