"""PostgreSQL's driver with its shorter way: what it takes along, how it listens, and what becomes of it at an end."""

import asyncio
import gc
import os
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


@pytest.mark.parametrize("again", [0, 1, 2])
async def test_what_is_taken_along_at_once_is_kept_or_left_together(driver: Driver, again: int) -> None:
    for _ in range(again):  # the first transaction of a connection is taken there otherwise than those after it
        await driver.straight(ALL, [], ending=True)
    driver.later(WRITE, ["one"], ["two"])
    driver.later(WRITE, ["one"])
    with pytest.raises(psycopg.errors.UniqueViolation):
        await driver.commit()
    await driver.rollback()
    assert await driver.straight(ALL, [], ending=True) == []
    driver.later(WRITE, ["one"], ["two"])
    found = driver.soon(ALL, [])
    driver.later(WRITE, ["three"])
    assert found == []
    await driver.commit()
    assert found == [("one",), ("two",)]
    assert driver.pgconn.transaction_status == TransactionStatus.IDLE
    assert await driver.straight(ALL, [], ending=True) == [("one",), ("two",), ("three",)]


@pytest.mark.parametrize("again", [0, 1])
async def test_what_the_server_finds_wrong_only_at_the_end_is_raised_and_not_kept(driver: Driver, again: int) -> None:
    deferred = "CREATE TABLE late (word text UNIQUE DEFERRABLE INITIALLY DEFERRED)"
    await driver.straight(Statement("late", deferred), [], ending=True)
    for _ in range(again):
        await driver.straight(ALL, [], ending=True)
    write = Statement("write_late", "INSERT INTO late VALUES ($1)")
    driver.later(write, ["one"], ["one"])
    with pytest.raises(psycopg.errors.UniqueViolation):
        await driver.commit()
    if not driver.closed:
        await driver.rollback()
        assert await driver.straight(Statement("all_late", "SELECT word FROM late"), []) == []


@pytest.mark.parametrize("usual", ["serializable", "repeatable read"])
async def test_every_transaction_is_as_isolated_as_it_should_be_whatever_is_usual_there(
    postgres: Postgres, usual: str
) -> None:
    url = postgres.blank()
    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} SET default_transaction_isolation TO '{usual}'".encode())
    driver = await Driver.connect(url)
    shown = Statement("shown", "SELECT current_setting('transaction_isolation')")
    for ending in (True, True, False, True, True):
        assert await driver.straight(shown, [], ending=ending) == [("read committed",)]
    await driver.close()


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
    plain = Driver.told

    def counted(self: Driver) -> None:
        told["told"] += 1
        plain(self)

    monkeypatch.setattr(Driver, "told", counted)
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


async def test_a_connection_lost_while_much_is_being_sent_is_heard_no_more(driver: Driver, postgres: Postgres) -> None:
    socket = driver.fileno()
    await driver.straight(ALL, [], ending=True)
    postgres.ask(f"SELECT pg_terminate_backend({driver.info.backend_pid}, 5000)")  # the loop hears nothing of it
    driver.later(Statement("long", "SELECT $1::text"), *[["x" * 20_000] for _ in range(5)])
    with pytest.raises(psycopg.OperationalError):
        await driver.straight(ALL, [])
    assert driver.closed
    assert not is_heard(driver, socket)


async def test_what_is_forgotten_without_being_closed_is_closed(postgres: Postgres) -> None:
    forgotten = await Driver.connect(postgres.blank())
    socket = forgotten.fileno()
    await forgotten.straight(Statement("one", "SELECT 1"), [])
    with pytest.warns(ResourceWarning, match="was deleted while still open"):  # noqa: PT031
        del forgotten
        gc.collect()
    assert not asyncio.get_running_loop().remove_reader(socket)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(socket)


async def test_whoever_waits_at_a_connection_that_is_closed_meanwhile_is_told(driver: Driver) -> None:
    slow = asyncio.create_task(driver.straight(SLOW, [600]))
    await asyncio.sleep(0.05)
    await driver.close()
    async with asyncio.timeout(10):
        with pytest.raises(psycopg.OperationalError):
            await slow


def test_a_connection_may_be_used_in_one_loop_after_another(postgres: Postgres) -> None:
    one = Statement("one", "SELECT 1")

    async def ask(driver: Driver | None) -> Driver:
        driver = driver or await Driver.connect(postgres.blank())
        async with asyncio.timeout(10):
            assert await driver.straight(one, [], ending=True) == [(1,)]
        return driver

    driver = asyncio.run(ask(None))
    asyncio.run(ask(driver))
    asyncio.run(driver.close())


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


async def test_one_that_is_cancelled_just_as_its_answer_is_there_keeps_its_connection(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, told = Driver.told, Counter[str]()
    running: list[asyncio.Task[object]] = []

    def counted(self: Driver) -> None:
        plain(self)
        told["told"] += 1
        if told["told"] == told["at"]:
            running[-1].cancel()  # as whoever else has its turn in this round of the loop

    monkeypatch.setattr(Driver, "told", counted)
    for at in range(1, 10):
        await driver.rollback()
        told.update(at=at - told["at"], told=-told["told"])
        running.append(asyncio.create_task(driver.straight(MANY, [20])))  # which comes in pieces
        async with asyncio.timeout(2):
            await asyncio.wait(running)
        assert not driver.closed
        if not running[-1].cancelled():
            break
    assert [one.cancelled() for one in running] == [*[True] * (len(running) - 1), False]
    assert len(running) > 2


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
