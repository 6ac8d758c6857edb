"""A database for whoever needs one: `memory` is a fresh one in memory, `postgres` the one server of the session."""

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storage.work import Memory
from tests.databases import Postgres, compile_once, migrated, opened, running_postgres
from tests.missing import cannot_be_tried
from tests.turns import FileByFile

ROOM = 2 * 1024**3
"""Bytes that all files of all tests need at most."""


def pytest_configure() -> None:
    """Temporary files live in memory where there is room for them: what is tried here has no power cut to survive."""
    memory = Path("/dev/shm")
    if "TMPDIR" not in os.environ and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None
    # Where no bytecode may be written, each worker would rewrite the asserts of all tests anew: more than half of what
    # it takes to find them.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compile_once()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileByFile | None:
    """Where groups stay together (`--dist loadgroup`) files do as well."""
    return FileByFile(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_collection_finish() -> None:
    """What is imported by now stays: the garbage collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied and not touched."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests. Where it cannot start its tests are skipped visibly, and fail where CI=true."""
    with ExitStack() as stack:
        try:
            connection, directory = stack.enter_context(running_postgres())
        except (ImportError, OSError, RuntimeError, AssertionError, subprocess.SubprocessError, psycopg.Error) as error:
            cannot_be_tried(f"PostgreSQL cannot start here: {type(error).__name__}: {error}")
        # Outside of what may be skipped: a migration that fails is a fault of ours.
        server = Postgres(connection, directory)
        try:
            yield server
        finally:
            server.close()


@pytest.fixture
async def memory(sqlite_template: Path) -> AsyncIterator[Memory]:
    """A database in memory with every table and nothing in it."""
    async with opened("sqlite://", filled_from=sqlite_template) as opened_memory:
        yield opened_memory
