"""`python -m tests.benchmarks`: the table (or `--json`) on stdout, progress on stderr; `--only` measures one group."""

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
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg

from tests.benchmarks.clicks import clicks
from tests.benchmarks.measure import Layers, Line
from tests.benchmarks.papers import papers
from tests.benchmarks.planning import planning
from tests.benchmarks.posts import posts
from tests.benchmarks.starting import starting
from tests.benchmarks.table import as_json, table
from tests.benchmarks.votes import durable, votes, votes_on_postgres
from tests.databases import Postgres, running_postgres

PATIENCE = 240.0
"""Seconds the whole may take, on however busy a machine: nothing here waits for ever."""

Found = Sequence[Line | Layers]


def _groups(
    stack: ExitStack, only: Sequence[str], skipped: list[str]
) -> dict[str, list[Callable[[Path], Awaitable[Found]]]]:
    groups: dict[str, list[Callable[[Path], Awaitable[Found]]]] = {
        "vote": [votes],
        "click": [clicks],
        "post": [posts],
        "paper": [papers],
        "plan": [planning],
        "start": [lambda _: starting()],
    }
    groups = {name: works for name, works in groups.items() if not only or name in only}
    if {"vote", "post"} & set(groups):
        try:
            server = Postgres(*stack.enter_context(running_postgres()))
            empty = [durable(server.blank()) for _ in range(2)]
        except (ImportError, OSError, RuntimeError, AssertionError, subprocess.SubprocessError, psycopg.Error) as error:
            skipped.append(f"PostgreSQL cannot start here ({type(error).__name__}: {error})")
        else:
            if "vote" in groups:
                groups["vote"].append(lambda directory: votes_on_postgres(directory, empty[0]))
            if "post" in groups:
                groups["post"].append(lambda directory: posts(directory, empty[1]))
    return groups


async def _measured(work: Callable[[Path], Awaitable[Found]], directory: Path, *, seconds: float) -> Found:
    async with asyncio.timeout(seconds):
        return await work(directory)


def main() -> None:
    """Measures everything, or the groups named."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout, times in seconds")
    names = ("vote", "click", "post", "paper", "plan", "start")
    parser.add_argument("--only", action="append", choices=names, default=[], help="this group alone (repeatable)")
    parser.add_argument("--directory", type=Path, help="where databases are made: the file system that is measured")
    given = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    begun = time.monotonic()
    found: list[Line | Layers] = []
    skipped: list[str] = []
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="comitia-bench-", dir=given.directory))
        for name, works in _groups(stack, given.only, skipped).items():
            for work in works:
                sys.stderr.write(f"{time.monotonic() - begun:5.1f} s  {name} ...\n")
                found += asyncio.run(_measured(work, Path(made), seconds=begun + PATIENCE - time.monotonic()))
    sys.stderr.write(f"{time.monotonic() - begun:5.1f} s  done\n")
    facts = {
        "Python": platform.python_version(),
        "cores": os.cpu_count(),
        "load at the start": f"{load:.1f}",
        "medians, each with its limit by turns, in": f"{time.monotonic() - begun:.0f} s",
    }
    sys.stdout.write((as_json if given.json else table)(found, facts, skipped) + ("\n" if given.json else ""))


if __name__ == "__main__":
    main()
