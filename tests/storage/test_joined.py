"""Works that come together share one commit, and nothing else."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.connections import NotKept
from storage.direct import Direct, driver_of
from storage.joined import MOST, Joined
from storage.references import REFERENCE
from storage.work import Memory, SqlWork
from tests.builders import AT, initiative
from tests.databases import opened


@pytest.fixture
async def file(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Memory]:
    """A database in a file, where a commit goes to the disk."""
    path = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, path)
    async with opened(f"sqlite:///{path}") as memory:
        yield memory


class Commits:
    """How often a database has begun and committed."""

    def __init__(self, memory: Memory) -> None:
        self.seen: list[str] = []
        engine = memory._engine.sync_engine
        event.listen(engine, "begin", lambda _: self.seen.append("begin"))
        event.listen(engine, "commit", lambda _: self.seen.append("commit"))


async def put(memory: Memory, key: str) -> None:
    async with memory.open_joined() as work:
        await work.initiatives.put(initiative(key))


NOTED = Direct(lambda _: REFERENCE.insert().inline(), blanks=tuple(REFERENCE.c.keys()))
BAD = Direct(lambda _: select(text("abs(-9223372036854775807 - 1)")))


def noted(id: str) -> dict[str, object]:
    return {**dict.fromkeys(REFERENCE.c.keys(), ""), "platform": "slack", "id": id, "seen_at": AT}


async def straight(memory: Memory, id: str) -> None:
    """A work of nothing but statements handed straight to the driver."""
    async with memory._joined.transaction() as connection:
        await NOTED.run(connection, noted(id))


async def kept(memory: Memory) -> list[str]:
    async with memory.open_work() as work:
        return [one.key for one in await work.initiatives.all()]


async def execute(work: SqlWork, statement: str) -> None:
    await work._connection.execute(text(statement))


async def test_works_that_come_together_are_committed_once(file: Memory) -> None:
    commits = Commits(file)
    await asyncio.gather(*(put(file, f"i{n}") for n in range(10)))
    assert commits.seen == ["begin", "commit"]
    assert await kept(file) == [f"i{n}" for n in range(10)]


async def test_no_more_than_so_many_works_share_a_commit(file: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.joined.LONGEST", 1e9)
    commits = Commits(file)
    await asyncio.gather(*(put(file, f"i{n}") for n in range(MOST + 1)))
    assert commits.seen == ["begin", "commit"] * 2


async def test_a_transaction_that_has_lasted_long_takes_no_more_works(
    file: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.joined.LONGEST", -1.0)
    commits = Commits(file)
    await asyncio.gather(*(put(file, f"i{n}") for n in range(3)))
    assert commits.seen == ["begin", "commit"] * 3


async def test_none_is_done_before_the_commit_they_share(file: Memory) -> None:
    done: list[str] = []
    commits = Commits(file)

    async def one(key: str) -> None:
        await put(file, key)
        done.append(f"{key} after {commits.seen.count('commit')}")

    await asyncio.gather(one("a"), one("b"))
    assert done == ["a after 1", "b after 1"]


async def test_works_follow_one_another_in_the_order_they_came(file: Memory) -> None:
    seen: list[int] = []

    async def work(number: int) -> None:
        async with file.open_joined() as one:
            seen.append(number)
            await one.initiatives.all()
            seen.append(number)

    await asyncio.gather(*(work(number) for number in range(5)))
    assert seen == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


async def test_a_work_that_fails_spoils_none_of_its_neighbours(file: Memory) -> None:
    async def fail() -> None:
        async with file.open_joined() as work:
            await work.initiatives.put(initiative("spoilt"))
            await execute(work, "INSERT INTO voter (ballot, person) VALUES ('no such', 'nobody')")

    commits = Commits(file)
    before, failed, behind = await asyncio.gather(
        put(file, "before"), fail(), put(file, "behind"), return_exceptions=True
    )
    assert isinstance(failed, IntegrityError)
    assert (before, behind) == (None, None)
    assert commits.seen == ["begin", "commit"]
    assert await kept(file) == ["before", "behind"]


async def test_a_statement_handed_straight_to_the_driver_that_fails_spoils_none_of_the_neighbours(file: Memory) -> None:
    async def write_twice() -> None:
        async with file._joined.transaction() as connection:
            await NOTED.run(connection, noted("ana"))
            await NOTED.run(connection, noted("ana"))

    async def read_badly() -> None:
        async with file._joined.transaction(writes=False) as connection:
            await BAD.rows(connection, {})

    works = [straight(file, "a"), write_twice(), straight(file, "b"), read_badly(), straight(file, "c")]
    ends = await asyncio.gather(*works, return_exceptions=True)
    assert [type(one) for one in ends] == [type(None), IntegrityError, type(None), OperationalError, type(None)]
    assert sorted(await file.references(platform="slack").find_all(["ana", "a", "b", "c"])) == ["a", "b", "c"]


async def test_a_reader_s_failure_that_ends_the_whole_is_told_to_who_wrote(file: Memory) -> None:
    async def give_up() -> None:
        async with file._joined.transaction(writes=False) as connection:
            await driver_of(connection).rollback()  # as SQLite does by itself where the disk is full

    ends = await asyncio.gather(put(file, "before"), give_up(), return_exceptions=True)
    assert [type(one) for one in ends] == [NotKept, NotKept]
    assert await kept(file) == []


async def test_a_commit_that_fails_fails_every_work_and_the_next_goes_on(file: Memory) -> None:
    async def lay_a_mine() -> None:
        async with file.open_joined() as work:
            await execute(work, "PRAGMA defer_foreign_keys = ON")
            await execute(work, "INSERT INTO voter (ballot, person) VALUES ('no such', 'nobody')")

    ends = await asyncio.gather(put(file, "before"), lay_a_mine(), put(file, "behind"), return_exceptions=True)
    assert [type(one) for one in ends] == [IntegrityError] * 3
    assert await kept(file) == []
    await put(file, "later")
    assert await kept(file) == ["later"]


async def test_where_sqlite_gives_the_whole_up_no_work_believes_it_was_kept(file: Memory) -> None:
    await put(file, "there")

    async def give_up() -> None:
        async with file.open_joined() as work:
            await execute(work, "INSERT OR ROLLBACK INTO initiative SELECT * FROM initiative WHERE key = 'there'")

    before, failed, behind = await asyncio.gather(
        put(file, "before"), give_up(), put(file, "behind"), return_exceptions=True
    )
    assert isinstance(before, NotKept)
    assert isinstance(failed, IntegrityError)
    assert behind is None
    assert await kept(file) == ["behind", "there"]


@pytest.mark.parametrize("when", ["waiting", "at work", "committing"])
async def test_a_work_that_is_cancelled_holds_nobody_up(file: Memory, when: str) -> None:
    at_work, go_on = asyncio.Event(), asyncio.Event()

    async def linger() -> None:
        async with file.open_joined() as work:
            await work.initiatives.put(initiative("lingering"))
            at_work.set()
            if when != "committing":
                await go_on.wait()

    if when == "waiting":
        first = asyncio.create_task(linger())
        await at_work.wait()
        cancelled = asyncio.create_task(put(file, "cancelled"))
        await asyncio.sleep(0)
        cancelled.cancel()
        go_on.set()
        await first
        there = ["lingering"]
    else:
        cancelled = asyncio.create_task(linger())
        await at_work.wait()
        neighbour = asyncio.create_task(put(file, "neighbour"))
        await asyncio.sleep(0)
        cancelled.cancel()
        await neighbour
        there = ["neighbour"] if when == "at work" else ["lingering", "neighbour"]
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert await kept(file) == there
    await put(file, "next")
    assert "next" in await kept(file)


async def test_a_work_cancelled_just_as_it_would_have_ended_what_others_joined_leaves_nobody_waiting(
    file: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.joined.LONGEST", 1e9)
    goes_on = asyncio.Event()

    async def first() -> None:
        async with file.open_joined() as work:
            await work.initiatives.put(initiative("first"))
            await goes_on.wait()
        await after.wait()

    async def gives_up() -> None:
        await put(file, "second")

    after = asyncio.Event()
    one = asyncio.create_task(first())
    await asyncio.sleep(0.05)
    other = asyncio.create_task(gives_up())
    await asyncio.sleep(0.05)
    goes_on.set()
    # The first leaves the end to the one that waits; that one is cancelled before it is let in.
    assert isinstance(file._joined, Joined)
    while file._joined._one_by_one.locked():  # noqa: ASYNC110  (that very turn of the loop)
        await asyncio.sleep(0)
    other.cancel()
    after.set()
    async with asyncio.timeout(5):
        await asyncio.gather(one, other, return_exceptions=True)
        assert await kept(file) == ["first"]


async def test_a_joined_work_and_one_by_itself_take_turns(file: Memory) -> None:
    async def alone(key: str) -> None:
        async with file.open_work() as work:
            await work.initiatives.put(initiative(key))

    mixed = [put(file, f"i{n}") if n % 3 else alone(f"i{n}") for n in range(12)]
    await asyncio.gather(*mixed)
    assert sorted(await kept(file)) == sorted(f"i{n}" for n in range(12))
