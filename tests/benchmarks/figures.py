"""The weekly figures of one initiative, beside one query that only reads the rows they are counted from."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from rituals.census import Posting, Target
from rituals.use_cases.reckon import reckon_initiative
from storage.statements import insert_all
from storage.tables.columns import table
from storage.tables.sources import FileImportRow
from storage.work import Memory
from tests.benchmarks.bare import bare
from tests.benchmarks.committee import START, email, memory_at
from tests.benchmarks.imports import INSERT
from tests.benchmarks.measure import Line, by_turns
from tests.builders import entry, initiative
from tests.rituals.use_cases.house import ORGANISATION

PEOPLE = 10_000
WEEKS = 14
"""How long they have had it; days are kept for about as long."""

IN_USE = 0.4
"""The share of them who use it once a week."""

ROUNDS = 5
SUNDAY = date(2026, 1, 18)
KEY = "initiative-0"
IMPORT = 1

SAME_ROWS = """
    SELECT identity, person, NULL, NULL FROM tie
    UNION ALL SELECT identity, department, access, CAST(valid_from AS text) FROM posting
    UNION ALL SELECT identity, NULL, CAST(actions AS text), CAST(on_day AS text) FROM usage_day
        WHERE initiative = ? AND on_day <= ?"""


async def figures(_: Path, url: str, *, people: int = PEOPLE, rounds: int = ROUNDS) -> list[Line]:
    """One ordinary week, those before it being published, in the empty database at `url`."""
    organisation = replace(ORGANISATION, rituals={})
    async with memory_at(url) as memory:
        await _settle(memory, people)
        with bare(url) as driver:
            identities = [row[0] for row in driver.read("SELECT identity FROM posting ORDER BY identity")]
            driver.write(INSERT, _usage(identities))
            driver.clear(dict.fromkeys(_OF_A_SUNDAY, "true"))

            async def week(sunday: date) -> float:
                begun = time.perf_counter()
                async with memory.open_work() as work:
                    await reckon_initiative(work, organisation, KEY, until=sunday)
                return time.perf_counter() - begun

            async def ours(_: int) -> float:
                driver.clear(dict.fromkeys(_OF_A_SUNDAY, f"sunday = '{SUNDAY}'"))
                taken = await week(SUNDAY)
                if not driver.read("SELECT 1 FROM figure WHERE sunday = ? AND metric = 'adoption'", SUNDAY.isoformat()):
                    raise RuntimeError("what was measured published nothing")
                return taken

            async def limit(_: int) -> float:
                begun = time.perf_counter()
                driver.read(SAME_ROWS, KEY, SUNDAY.isoformat())
                return time.perf_counter() - begun

            await week(SUNDAY - timedelta(weeks=1))
            rows = len(driver.read(SAME_ROWS, KEY, SUNDAY.isoformat()))
            reckoned, read = await by_turns(ours, limit, rounds=rounds)
            return [
                Line(
                    group="figure",
                    path=f"a week's figures of an initiative, {people:,} people, {WEEKS} weeks, {driver.database}",
                    ours=reckoned,
                    limit=read,
                    limit_is=f"{driver.driver}: one query of the same {rows:,} rows",
                    database=driver.database,
                )
            ]


_OF_A_SUNDAY = ("figure", "figure_count", "figure_caveat")


async def _settle(memory: Memory, people: int) -> None:
    """People of ten departments who all got one tool, as imports would have told of them."""
    since = SUNDAY - timedelta(weeks=WEEKS, days=-1)
    roster = [entry(email(n), name=f"Member {n}") for n in range(people)]
    told = {"number": IMPORT, "kind": "people", "file": "people.csv", "at": START, "state": "kept", "settled": False}
    async with memory.transaction() as connection:
        await insert_all(connection, table(FileImportRow), [told])
    async with memory.open_work() as work:
        await work.initiatives.adopt([initiative(KEY)])
        ids = await work.census.make_people(roster, origin=IMPORT)
        handles = [f"mail:{one.email}" for one in roster]
        await work.census.tie(dict(zip(handles, ids, strict=True)), origin=IMPORT)
        posting = [Posting(valid_from=since, department=f"Department {n}") for n in range(10)]
        await work.census.post([(handle, posting[n % 10]) for n, handle in enumerate(handles)], origin=IMPORT)
        await work.census.target(KEY, [Target(rollout_on=since)], origin=IMPORT)


def _usage(identities: list[int]) -> list[tuple[str, str, int, int, int]]:
    chance = Random(1)
    return [
        (KEY, (SUNDAY - timedelta(weeks=week, days=chance.randrange(7))).isoformat(), identity, 3, IMPORT)
        for week in range(WEEKS)
        for identity in identities
        if chance.random() < IN_USE
    ]
