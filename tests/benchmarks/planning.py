"""A year of occurrences: thought out, beside bare moments; and kept as rows, beside the raw driver keeping them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event

from rituals.calendar import Recurrence, occurrences, parse_rule
from rituals.organisation import Organisation
from rituals.ports import OpenWork
from rituals.use_cases.planning import HORIZON, plan_ahead
from rituals.use_cases.procedures import procedure_of
from rituals.use_cases.run_due_steps import run_due_steps
from storage.work import Memory, SqlWork
from tests.benchmarks.committee import SMALL, START, memory_at, settings
from tests.benchmarks.measure import Line, by_turns, calls_by_turns

YEAR = timedelta(days=365)
RULES = ("1st tue", "last working day", "every mon")
"""One of each family of rules: of the month, by working days, weekly."""

ROUNDS = 5


async def planning(directory: Path) -> list[Line]:
    """The year of three committees, and a look at what is due when nothing is."""
    place = directory / "planning"
    place.mkdir()
    organisation = _three_committees(settings(place, SMALL).organisation_rules())
    thought = await _thought(organisation)
    return [thought, *await _kept(organisation, place)]


def _three_committees(organisation: Organisation) -> Organisation:
    (one,) = organisation.rituals.values()
    return replace(
        organisation,
        rituals={
            f"committee-{number}": replace(
                one, key=f"committee-{number}", recurrence=replace(one.recurrence, rule=parse_rule(rule))
            )
            for number, rule in enumerate(RULES)
        },
    )


def _moments(recurrence: Recurrence, organisation: Organisation) -> list[date]:
    found = occurrences(recurrence, after=START, until=START + YEAR, working_days=organisation.working_days)
    return [due.nominal for due in found]


async def _thought(organisation: Organisation) -> Line:
    def a_year() -> int:
        found = 0
        for rules in organisation.rituals.values():
            for due in occurrences(
                rules.recurrence, after=START, until=START + YEAR, working_days=organisation.working_days
            ):
                found += len(procedure_of(rules).steps(rules, due, organisation))
        return found

    days = [day for rules in organisation.rituals.values() for day in _moments(rules.recurrence, organisation)]
    zone = ZoneInfo("Europe/Paris")

    def bare() -> int:
        # A sitting and its three steps, each of which begins and expires: seven moments in UTC.
        return len(
            [datetime(day.year, day.month, day.day, 10, tzinfo=zone).astimezone(UTC) for day in days for _ in range(7)]
        )

    ours, limit = await calls_by_turns(a_year, bare, times=3, rounds=ROUNDS)
    return Line(
        group="plan",
        path=f"thinking out a year: {len(days)} occurrences and their steps",
        ours=ours,
        limit=limit,
        limit_is="the same moments from known days, to UTC",
    )


async def _kept(organisation: Organisation, place: Path) -> list[Line]:
    said: list[list[tuple[str, Any]]] = []
    looks = [START + HORIZON * number for number in range(4)]

    async def plan_year(open_work: OpenWork) -> None:
        for at in looks:
            await plan_ahead(at, open_work=open_work, organisation=organisation)

    async with memory_at(f"sqlite:///{place / 'first.sqlite'}") as memory:
        engine = memory._engine.sync_engine

        def told(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
            if statement.startswith("INSERT"):
                said[-1] += [(statement, row) for row in (parameters if many else [parameters])]

        @asynccontextmanager
        async def noted() -> AsyncIterator[SqlWork]:
            said.append([])
            async with memory.open_work() as work:
                yield work

        event.listen(engine, "before_cursor_execute", told)
        await plan_year(noted)
        event.remove(engine, "before_cursor_execute", told)
        idle = await _idle(memory, organisation, place)
    rows = sum(map(len, said))

    async def ours(number: int) -> float:
        async with memory_at(f"sqlite:///{place / f'ours-{number}.sqlite'}") as memory:
            since = time.perf_counter()
            await plan_year(memory.open_work)
            return time.perf_counter() - since

    async def bare(number: int) -> float:
        async with memory_at(f"sqlite:///{place / f'bare-{number}.sqlite'}"):
            pass
        with closing(_raw(place / f"bare-{number}.sqlite")) as raw:
            since = time.perf_counter()
            for transaction in said:
                raw.execute("BEGIN IMMEDIATE")
                for statement, row in transaction:
                    raw.execute(statement, row).fetchall()
                raw.execute("COMMIT")
            return time.perf_counter() - since

    kept, limit = await by_turns(ours, bare, rounds=ROUNDS)
    return [
        Line(
            group="plan",
            path=f"keeping a year on SQLite, in {len(looks)} looks: {rows} rows",
            ours=kept,
            limit=limit,
            limit_is="sqlite3: the same rows and commits",
            database="SQLite",
        ),
        idle,
    ]


async def _idle(memory: Memory, organisation: Organisation, place: Path) -> Line:
    times = 20
    with closing(_raw(place / "first.sqlite")) as raw:

        async def look(_: int) -> float:
            since = time.perf_counter()
            for _ in range(times):
                await run_due_steps(START, open_work=memory.open_work, organisation=organisation)
            return (time.perf_counter() - since) / times

        async def bare(_: int) -> float:
            since = time.perf_counter()
            for _ in range(times):
                raw.execute("BEGIN IMMEDIATE")
                raw.execute("SELECT id FROM step WHERE state = 'waiting' AND try_at <= '2026-01-01' LIMIT 1").fetchall()
                raw.execute("COMMIT")
            return (time.perf_counter() - since) / times

        ours, limit = await by_turns(look, bare, rounds=ROUNDS)
    return Line(
        group="plan",
        path="looking for due steps when nothing is due",
        ours=ours,
        limit=limit,
        limit_is="sqlite3: one SELECT in a transaction",
        database="SQLite",
    )


def _raw(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, timeout=10)
    connection.execute("PRAGMA synchronous=FULL")
    return connection
