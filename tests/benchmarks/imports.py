"""A file of usage from the disk to the commit, beside csv.reader and the driver's executemany of the same rows."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.app import importing, migrate_database
from bot.commands.import_ import bring_in
from bot.imports.reading import written
from bot.settings import Settings
from tests.benchmarks.bare import Bare, bare
from tests.benchmarks.committee import SMALL, START, email, settings
from tests.benchmarks.measure import Line, Spread, Unit, by_turns

LINES = 50_000
PEOPLE = 5_000
ROUNDS = 5

INSERT = "INSERT INTO usage_day (initiative, on_day, identity, actions, origin) VALUES (?, ?, ?, ?, ?)"


async def imports(
    place: Path, url: str, *, lines: int = LINES, people: int = PEOPLE, rounds: int = ROUNDS
) -> list[Line]:
    """Usage of one initiative, day by day, by people the files know, into the empty database at `url`."""
    given = settings(place, SMALL, database=url)
    await migrate_database(given)
    await take_in(given, "people", _people(place / "people.csv", people))
    file = _usage(place / "usage.csv", lines, people)
    async with importing(given) as open_work, open_work() as work:
        numbers = await work.census.identities([f"mail:{email(n)}" for n in range(people)])
    identities = {handle.removeprefix("mail:"): number for handle, number in numbers.items()}
    with bare(url) as driver:
        busy: dict[str, list[float]] = {"ours": [], "limit": []}

        def forget() -> None:
            driver.clear({"usage_day": "true", "file_import": "kind = 'usage'"})

        def check() -> None:
            if driver.read("SELECT count(*) FROM usage_day")[0][0] != lines:
                raise RuntimeError("what was measured did not take in every line")

        async def ours(number: int) -> float:
            forget()
            since = time.perf_counter(), time.process_time()
            await take_in(given, "usage", file)
            return _taken(since, busy["ours"], number, check)

        async def limit(number: int) -> float:
            forget()
            since = time.perf_counter(), time.process_time()
            _bare(driver, file, identities)
            return _taken(since, busy["limit"], number, check)

        wall, wall_limit = await by_turns(ours, limit, rounds=rounds)
        path = f"import of {lines:,} lines of usage of {people:,} people, {driver.database}"
        limit_is = f"csv.reader and {driver.driver}'s executemany, one transaction, {driver.durable}"
        # Of the processor this process alone: what PostgreSQL does beside it is on the wall.
        clocks: tuple[tuple[str, Spread, Spread, Unit], ...] = (
            ("wall", wall, wall_limit, "s"),
            ("CPU", Spread.of(busy["ours"]), Spread.of(busy["limit"]), "s CPU"),
        )
        return [
            Line(
                group="import",
                path=f"{path}, {clock}",
                ours=mine,
                limit=theirs,
                limit_is=limit_is,
                database=driver.database,
                transport="comitia import",
                unit=unit,
            )
            for clock, mine, theirs, unit in clocks
        ]


async def take_in(given: Settings, kind: str, file: Path) -> None:
    """What `comitia import` does once it has read its settings. Raises RuntimeError where the file is refused."""
    faults = io.StringIO()
    if await bring_in(kind, file, given, at=START, out=io.StringIO(), err=faults):
        raise RuntimeError(faults.getvalue())


def _taken(since: tuple[float, float], busy: list[float], number: int, check: Callable[[], None]) -> float:
    """The seconds since then on the wall; those of the processor go to `busy`, unless this was the warm-up."""
    wall, cpu = time.perf_counter() - since[0], time.process_time() - since[1]
    check()
    if number:
        busy.append(cpu)
    return wall


def _bare(driver: Bare, file: Path, identities: dict[str, int]) -> None:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened)
        next(rows)
        driver.write(INSERT, ((key, day, identities[who], int(actions), 1) for key, who, day, actions in rows))


def _people(file: Path, count: int) -> Path:
    """A people file; ten departments."""
    rows = [[email(n), f"Member {n}", f"Department {n % 10}", "2025-09-01"] for n in range(count)]
    file.write_text(written([["email", "name", "department", "valid_from"], *rows]), encoding="utf-8")
    return file


def _usage(file: Path, lines: int, people: int) -> Path:
    """A usage file as systems export them: day by day, on each day people in no order."""
    chance = Random(1)
    last = START.date() - timedelta(days=1)
    rows = [["initiative", "email", "date", "actions"]]
    for back in range(-(-lines // people), 0, -1):
        day = (last - timedelta(days=back)).isoformat()
        users = chance.sample(range(people), min(people, lines + 1 - len(rows)))
        rows += [["initiative-0", email(n), day, str(chance.randrange(1, 30))] for n in users]
    file.write_text(written(rows), encoding="utf-8")
    return file
