"""Each contract is tried on an SQLite file and on PostgreSQL; `on_sqlite` and `on_all` try it in memory as well."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rituals.ports import Outbox
from storage.work import Memory
from tests.databases import Postgres, opened

DATABASES = ("file", "postgres")
"""SQLite in memory runs the same statements as in a file; what transactions do differs, and is tried in both."""


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a database with every table and nothing in it."""
    match request.param:
        case "memory":
            return "sqlite://"
        case "file":
            copy = tmp_path / "comitia.sqlite"
            shutil.copyfile(sqlite_template, copy)
            return f"sqlite:///{copy}"
        case _:
            postgres: Postgres = request.getfixturevalue("postgres")
            postgres.clean()
            return postgres.url


@pytest.fixture
async def memory(database: str, sqlite_template: Path) -> AsyncIterator[Memory]:
    """The database, open."""
    async with opened(database, filled_from=sqlite_template if database == "sqlite://" else None) as opened_memory:
        yield opened_memory


@pytest.fixture
def outbox(memory: Memory) -> Outbox:
    """The posts as delivery to Slack sees them; rooms are read in French, in Paris."""
    return memory.outbox(platform="slack", locale="fr", zone="Europe/Paris")
