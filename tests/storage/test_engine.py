"""Statements of SQLite run where they are asked for, unless the thread is at something."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from storage.engine import _connected


async def test_nothing_runs_beside_what_the_thread_still_does_for_a_work_that_was_cancelled() -> None:
    driver = await _connected(":memory:", check_same_thread=False)
    begun, go_on = threading.Event(), threading.Event()

    def slowly(statement: str) -> None:
        driver._conn.execute(statement)
        begun.set()
        go_on.wait(10)

    cancelled = asyncio.create_task(driver._execute(slowly, "BEGIN"))  # type: ignore[no-untyped-call]
    await asyncio.to_thread(begun.wait, 10)
    cancelled.cancel()
    after = asyncio.create_task(driver.execute("SELECT 1"))
    for _ in range(20):
        await asyncio.sleep(0)
    ran_beside_it = after.done()
    go_on.set()
    assert await (await after).fetchone() == (1,)
    await driver.close()
    assert not ran_beside_it


async def test_a_transaction_that_has_to_wait_for_another_process_waits_in_the_thread(tmp_path: Path) -> None:
    path = str(tmp_path / "comitia.sqlite")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        driver = await _connected(path, check_same_thread=False, isolation_level=None)
        await driver.execute("PRAGMA busy_timeout=10000")
        waits = asyncio.create_task(driver.execute("BEGIN IMMEDIATE"))
        for _ in range(20):
            await asyncio.sleep(0)
        begun_meanwhile = waits.done()
        other.execute("COMMIT")
        await waits
    assert driver.in_transaction
    await driver.close()
    assert not begun_meanwhile


async def test_within_a_transaction_a_statement_needs_no_thread() -> None:
    driver = await _connected(":memory:", check_same_thread=False)
    await driver.execute("BEGIN")
    where: set[int] = set()
    await driver.create_function("here", 0, lambda: where.add(threading.get_ident()))
    await driver.execute("SELECT here()")
    await driver.commit()
    await driver.execute("SELECT here()")
    await driver.close()
    assert len(where) == 2
    assert threading.get_ident() in where
