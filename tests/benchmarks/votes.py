"""A vote by the use case, beside the raw driver that keeps one row and commits, and the layers between the two."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosqlite
import psycopg
from sqlalchemy import delete, event

from rituals.use_cases.cast_vote import cast_vote
from storage.ballots import VOTE
from storage.work import Memory
from tests.benchmarks.bare import PRAGMAS, sqlite
from tests.benchmarks.committee import LARGE, Sitting, Size, account, settings, sitting
from tests.benchmarks.measure import Layers, Line, Round, by_turns
from tests.databases import opened

ROUNDS = 5
VOTERS = 8
"""Who votes in a round: enough for a median, few enough for a bench that ends."""

OFTEN = 3
"""How much more often the bare works are done in a round: they are short, and a disk has its moods."""

CHOICES = ("go", "no_go")

Statement = tuple[str, Any]


async def votes(directory: Path) -> list[Line | Layers]:
    """On an SQLite file."""
    place = directory / "votes"
    place.mkdir()
    async with sitting(f"sqlite:///{place / 'comitia.sqlite'}", settings(place, LARGE), LARGE) as open_:
        return await _on_sqlite(open_, LARGE, place)


async def votes_on_postgres(directory: Path, url: str) -> list[Line | Layers]:
    """The same on the empty, durable PostgreSQL database at `url`."""
    place = directory / "postgres"
    place.mkdir()
    async with sitting(url, settings(place, LARGE), LARGE) as open_:
        return await _on_postgres(open_, LARGE, url)


def durable(url: str) -> str:
    """Gives the tests' server back its durability, which the tests take from it; `url` again."""
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM RESET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    for _ in range(100):
        with psycopg.connect(url) as connection:
            if connection.execute("SHOW fsync").fetchone() == ("on",):
                return url
        time.sleep(0.02)
    raise RuntimeError("PostgreSQL does not take its durability back")


class Voting:
    """Rounds of first votes on the first ballot; the last member never votes, so that the ballot stays open."""

    def __init__(self, open_: Sitting, size: Size) -> None:
        self._open = open_
        self._voters = range(min(VOTERS, size.members - 1))

    async def vote(self, number: int, choice: str) -> None:
        """One member's vote."""
        await cast_vote(
            account(number),
            self._open.ballots[0],
            choice,
            at=self._open.at,
            look=self._open.memory.look_at_ballot,
            open_work=self._open.memory.open_work,
            organisation=self._open.organisation,
        )

    async def forget(self) -> None:
        """Takes all votes back, so that the next ones are first votes again."""
        async with self._open.memory.transaction() as connection:
            await connection.execute(delete(VOTE).where(VOTE.c.ballot == self._open.ballots[0]))

    async def round(self, number: int) -> float:
        """Everybody votes; what changes from round to round is for what, so that every paper is another."""
        await self.forget()
        choice = CHOICES[number % 2]
        begun = time.perf_counter()
        for voter in self._voters:
            await self.vote(voter, choice)
        return (time.perf_counter() - begun) / len(self._voters)

    async def statements(self) -> list[Statement]:
        """What one first vote says to the database, statement by statement."""
        await self.forget()
        said: list[Statement] = []

        def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
            said.append((statement, parameters))

        engine = self._open.memory._engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            await self.vote(0, CHOICES[1])
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return [one for one in said if not one[0].startswith("BEGIN")]


def _what(size: Size, *, on: str) -> str:
    return f"a vote on {on}, {size}"


UPSERT = (
    "INSERT INTO vote (ballot, person, choice, reason, cast_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (ballot, person) DO UPDATE SET choice = excluded.choice, cast_at = excluded.cast_at"
)


async def _on_sqlite(open_: Sitting, size: Size, place: Path) -> list[Line | Layers]:
    voting = Voting(open_, size)
    statements = await voting.statements()
    bare = place / "bare.sqlite"
    with closing(sqlite3.connect(place / "comitia.sqlite")) as source, closing(sqlite3.connect(bare)) as copy:
        source.backup(copy)
    people = open_.people[: min(VOTERS, size.members - 1)]
    often = OFTEN * len(people)
    with closing(sqlite(bare)) as raw:
        async with _raw_async(bare) as driver, opened(f"sqlite:///{bare}") as core:

            async def one_row(number: int) -> float:
                raw.execute("DELETE FROM vote WHERE ballot = ?", (open_.ballots[1],))
                begun = time.perf_counter()
                for one in range(often):
                    raw.execute("BEGIN IMMEDIATE")
                    raw.execute(UPSERT, (open_.ballots[1], people[one % len(people)], CHOICES[number % 2], "", _now()))
                    raw.execute("COMMIT")
                return (time.perf_counter() - begun) / often

            async def replayed(_: int) -> float:
                begun = time.perf_counter()
                for _ in range(often):
                    raw.execute("BEGIN IMMEDIATE")
                    for statement, parameters in statements:
                        raw.execute(statement, parameters).fetchall()
                    raw.execute("COMMIT")
                return (time.perf_counter() - begun) / often

            async def replayed_async(_: int) -> float:
                begun = time.perf_counter()
                for _ in range(often):
                    await driver.execute("BEGIN IMMEDIATE")
                    for statement, parameters in statements:
                        await driver.execute_fetchall(statement, parameters)
                    await driver.commit()
                return (time.perf_counter() - begun) / often

            ours, limit, same, threaded, engine = await by_turns(
                voting.round,
                one_row,
                replayed,
                replayed_async,
                _by_engine(core, statements, len(people)),
                rounds=ROUNDS,
            )
    what = _what(size, on="SQLite")
    return [
        Line(
            group="vote",
            path=what,
            ours=ours,
            limit=limit,
            limit_is="sqlite3: one upsert, committed, synchronous=FULL",
            database="SQLite",
        ),
        Layers(
            what=what,
            steps=(
                ("sqlite3: one upsert and its commit", limit),
                (f"sqlite3: the vote's {len(statements)} statements and the commit", same),
                ("aiosqlite: the same, each by way of its thread", threaded),
                ("SQLAlchemy's engine: the same, as finished SQL", engine),
                ("the use case", ours),
            ),
        ),
    ]


async def _on_postgres(open_: Sitting, size: Size, url: str) -> list[Line | Layers]:
    voting = Voting(open_, size)
    statements = [_by_name(statement, values) for statement, values in await voting.statements()]
    people = open_.people[: min(VOTERS, size.members - 1)]
    often = OFTEN * len(people)
    upsert = UPSERT.replace("?", "%s").encode()
    with psycopg.connect(url, autocommit=True) as raw:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as driver:

            async def one_row(number: int) -> float:
                raw.execute("DELETE FROM vote WHERE ballot = %s", (open_.ballots[1],))
                begun = time.perf_counter()
                for one in range(often):
                    with raw.transaction():
                        row = (open_.ballots[1], people[one % len(people)], CHOICES[number % 2], "", datetime.now(UTC))
                        raw.execute(upsert, row)
                return (time.perf_counter() - begun) / often

            async def replayed(_: int) -> float:
                begun = time.perf_counter()
                for _ in range(often):
                    with raw.transaction():
                        for statement, parameters in statements:
                            raw.execute(statement.encode(), parameters)
                return (time.perf_counter() - begun) / often

            async def replayed_async(_: int) -> float:
                begun = time.perf_counter()
                for _ in range(often):
                    async with driver.transaction():
                        for statement, parameters in statements:
                            await driver.execute(statement.encode(), parameters)
                return (time.perf_counter() - begun) / often

            ours, limit, same, waiting, engine = await by_turns(
                *(voting.round, one_row, replayed, replayed_async),
                _by_engine(open_.memory, statements, len(people)),
                rounds=ROUNDS,
            )
    what = _what(size, on="PostgreSQL")
    return [
        Line(
            group="vote",
            path=what,
            ours=ours,
            limit=limit,
            limit_is="psycopg: one upsert, committed, fsync=on",
            database="PostgreSQL",
        ),
        Layers(
            what=what,
            steps=(
                ("psycopg: one upsert and its commit", limit),
                (f"psycopg: the vote's {len(statements)} statements and the commit", same),
                ("psycopg, asynchronous: the same", waiting),
                ("SQLAlchemy's engine: the same, as finished SQL", engine),
                ("the use case", ours),
            ),
        ),
    ]


def _by_name(statement: str, values: Any) -> Statement:
    """The statement with blanks such as the driver's cursors take, where it has the server's own: $1, $2 …"""
    if isinstance(values, Mapping):
        return statement, values
    words = re.sub(r"\$([0-9]+)", r"%(\1)s", statement.replace("%", "%%"))
    return words, {str(number): value for number, value in enumerate(values, start=1)}


def _by_engine(memory: Memory, statements: Sequence[Statement], times: int) -> Round:
    async def replayed(_: int) -> float:
        begun = time.perf_counter()
        for _ in range(times):
            async with memory.transaction() as connection:
                for statement, parameters in statements:
                    done = await connection.exec_driver_sql(statement, parameters)
                    if done.returns_rows:
                        done.fetchall()
        return (time.perf_counter() - begun) / times

    return replayed


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@asynccontextmanager
async def _raw_async(file: Path) -> AsyncIterator[aiosqlite.Connection]:
    async with aiosqlite.connect(file, isolation_level=None, timeout=10) as connection:
        for pragma in PRAGMAS:
            await connection.execute(f"PRAGMA {pragma}")
        yield connection
