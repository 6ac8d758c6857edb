"""`python -m tests.benchmarks`: tables on stdout and, by `--write`, JSON; progress on stderr; `--only` one group."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg

from tests.benchmarks.acknowledging import acknowledging
from tests.benchmarks.figures import figures
from tests.benchmarks.imports import imports
from tests.benchmarks.letters import letters
from tests.benchmarks.measure import Layers, Line
from tests.benchmarks.papers import papers
from tests.benchmarks.planning import planning
from tests.benchmarks.posts import posts
from tests.benchmarks.pulses import pulses
from tests.benchmarks.starting import starting
from tests.benchmarks.table import as_json, table
from tests.benchmarks.teams import teams
from tests.benchmarks.votes import durable, votes, votes_on_postgres
from tests.databases import Postgres, running_postgres

log = logging.getLogger(__name__)

PATIENCE = 600.0
"""Seconds the whole may take, on however busy a machine: nothing here waits for ever."""

Found = Sequence[Line | Layers]

Work = Callable[[Path], Awaitable[Found]]
WorkAt = Callable[[Path, str], Awaitable[Found]]
"""What is measured in a directory, or in one and in the empty database at a URL."""


def _on_sqlite(name: str, work: WorkAt) -> Work:
    def measured(directory: Path) -> Awaitable[Found]:
        place = directory / name
        place.mkdir()
        return work(place, f"sqlite:///{place / 'comitia.sqlite'}")

    return measured


def _on_postgres(name: str, work: WorkAt, url: str) -> Work:
    def measured(directory: Path) -> Awaitable[Found]:
        place = directory / f"{name}-on-postgres"
        place.mkdir()
        return work(place, url)

    return measured


GROUPS: Mapping[str, Work] = {
    "acknowledge": _on_sqlite("acknowledge", acknowledging),
    "vote": votes,
    "pulse": _on_sqlite("pulse", pulses),
    "post": posts,
    "teams": _on_sqlite("teams", teams),
    "paper": papers,
    "plan": planning,
    "import": _on_sqlite("import", imports),
    "figure": _on_sqlite("figure", figures),
    "letter": _on_sqlite("letter", letters),
    "start": lambda _: starting(),
}

ON_POSTGRES: Mapping[str, WorkAt] = {
    "acknowledge": acknowledging,
    "vote": votes_on_postgres,
    "pulse": pulses,
    "post": posts,
    "teams": teams,
    "import": imports,
    "letter": letters,
}
"""What is measured there as well, right after the same on SQLite."""


def _works(stack: ExitStack, only: Sequence[str], skipped: list[str]) -> Iterator[tuple[str, Work]]:
    """All that is measured, or the groups `only`, in their order."""
    names = [name for name in GROUPS if not only or name in only]
    server = None
    if any(name in ON_POSTGRES for name in names):
        try:
            server = Postgres(*stack.enter_context(running_postgres()))
            durable(server.url)
        except (ImportError, OSError, RuntimeError, AssertionError, subprocess.SubprocessError, psycopg.Error) as error:
            skipped.append(f"on PostgreSQL, which cannot start here ({type(error).__name__}: {error})")
            server = None
    for name in names:
        yield name, GROUPS[name]
        if server is not None and name in ON_POSTGRES:
            yield f"{name} on PostgreSQL", _on_postgres(name, ON_POSTGRES[name], server.blank())


async def _measured(work: Work, directory: Path, *, seconds: float) -> Found:
    async with asyncio.timeout(seconds):
        return await work(directory)


def main() -> None:
    """Measures everything, or the groups named."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="the same as a JSON list, times in seconds")
    parser.add_argument("--only", action="append", choices=GROUPS, default=[], help="this group alone (repeatable)")
    parser.add_argument("--directory", type=Path, help="where databases are made: the file system that is measured")
    given = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    begun = time.monotonic()
    found: list[Line | Layers] = []
    skipped: list[str] = []
    failed: list[str] = []
    facts = {
        "Python": platform.python_version(),
        "cores": os.cpu_count(),
        "load at the start": f"{os.getloadavg()[0]:.1f}",
        "medians": "each with its limit by turns",
    }
    _print("  ".join(f"{name}: {value}" for name, value in facts.items()))
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="comitia-bench-", dir=given.directory))
        for name, work in _works(stack, given.only, skipped):
            since = time.monotonic()
            sys.stderr.write(f"{since - begun:5.1f} s  {name} ...\n")
            try:
                measured = asyncio.run(_measured(work, Path(made), seconds=begun + PATIENCE - since))
            except Exception as error:
                # What else there is to measure is measured all the same.
                log.exception("%s could not be measured.", name)
                failed.append(f"{name} ({type(error).__name__})")
                continue
            found += measured
            _print(f"\n{name}, in {time.monotonic() - since:.0f} s\n\n{table(measured)}")
    _print(f"All in {time.monotonic() - begun:.0f} s")
    for why in [*skipped, *failed]:
        _print(f"Not measured: {why}")
    if given.write is not None:
        given.write.write_text(as_json(found), encoding="utf-8")
    sys.exit(1 if failed else 0)


def _print(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
