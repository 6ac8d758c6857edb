"""The tables are those of the migrations, and whoever opens other ones is told what to do."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (fills the metadata)
from storage.engine import HEAD, REVISIONS, WrongSchema, check_schema, open_engine
from storage.migrate import _config, migrate
from tests.databases import Postgres
from tests.refusals import refused, said


@pytest.fixture(params=["sqlite", "postgres"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'blank.sqlite'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.blank()


@pytest.fixture
async def engine(blank: str) -> AsyncIterator[AsyncEngine]:
    """An empty database, open."""
    opened = open_engine(blank)
    yield opened
    await opened.dispose()


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def at_schema(engine: AsyncEngine, revision: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


async def gone_to(engine: AsyncEngine, way: Callable[[Config, str], None], revision: str) -> None:
    """The database at another schema, up or down."""

    def go(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        way(config, revision)

    async with engine.begin() as connection:
        await connection.run_sync(go)


async def test_the_migrations_make_exactly_the_tables_of_the_code(engine: AsyncEngine) -> None:
    await migrate(engine)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing(engine: AsyncEngine) -> None:
    await migrate(engine)
    before = await tables(engine)
    await migrate(engine)
    assert await tables(engine) == before
    await check_schema(engine)


@pytest.mark.parametrize("blank", ["postgres"], indirect=True)
async def test_replicas_that_start_together_migrate_once(engine: AsyncEngine) -> None:
    await asyncio.gather(*(migrate(engine) for _ in range(3)))
    await check_schema(engine)


async def test_the_way_back_leads_to_an_empty_database_and_forward_again(engine: AsyncEngine) -> None:
    await migrate(engine)
    await gone_to(engine, command.downgrade, "base")
    assert await tables(engine) == {"alembic_version"}
    with refused(WrongSchema, match="comitia migrate"):
        await check_schema(engine)
    await migrate(engine)
    await check_schema(engine)


async def test_answers_of_earlier_waves_are_taken_apart_too(engine: AsyncEngine) -> None:
    await gone_to(engine, command.upgrade, "0006")
    async with engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO pulse_answer VALUES (:id, 'w', 'Claims', :use, :satisfaction, :barriers)"),
            [
                {"id": "a", "use": "never", "satisfaction": "2", "barriers": "B_EXP B_TRN"},
                {"id": "b", "use": "every_week", "satisfaction": None, "barriers": ""},
            ],
        )
    await migrate(engine)
    async with engine.connect() as connection:
        found = (await connection.execute(text("SELECT id, wave, stratum, question, codes FROM pulse_answer"))).all()
    assert sorted(row[1:] for row in found) == [
        ("w", "Claims", "BAR", "B_EXP B_TRN"),
        ("w", "Claims", "SAT1", "2"),
        ("w", "Claims", "USE1", "every_week"),
        ("w", "Claims", "USE1", "never"),
    ]
    assert len({row[0] for row in found} - {"a", "b"}) == 4
    await gone_to(engine, command.downgrade, "0006")
    async with engine.connect() as connection:
        back = await connection.execute(text("SELECT use, satisfaction, barriers FROM pulse_answer"))
        assert sorted(map(tuple, back.all())) == [("every_week", None, ""), ("never", None, "")]


async def test_a_migration_that_fails_leaves_the_database_as_it_was(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE vote (in_the_way INTEGER)"))
    with pytest.raises(Exception, match="vote"):
        await migrate(engine)
    assert await tables(engine) == {"vote"}


def test_the_newest_migration_is_the_one_the_code_names() -> None:
    scripts = ScriptDirectory.from_config(_config())
    assert scripts.get_heads() == [HEAD]
    assert [script.revision for script in scripts.walk_revisions()] == list(reversed(REVISIONS))
    newest = sorted(path.name for path in Path(str(files("storage"))).glob("migrations/versions/v*.py"))[-1]
    assert newest.startswith(f"v{HEAD}_")


# --- refusals ------------------------------------------------------------------------------------------------------


async def test_a_database_of_this_version_is_taken(engine: AsyncEngine) -> None:
    await migrate(engine)
    await check_schema(engine)


async def test_an_empty_database_is_refused_with_the_remedy(engine: AsyncEngine) -> None:
    with refused(WrongSchema, match=r"no tables yet: run `comitia migrate`"):
        await check_schema(engine)
    assert await tables(engine) == set(), "looking makes nothing"


async def test_an_older_database_is_refused_with_the_remedy(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(engine)
    monkeypatch.setattr("storage.engine.REVISIONS", (HEAD, "0999"))
    monkeypatch.setattr("storage.engine.HEAD", "0999")
    with refused(WrongSchema, match=rf"schema {HEAD}, older .* run `comitia migrate`"):
        await check_schema(engine)


@pytest.mark.parametrize("revision", ["0000", "3f2a77c0d1e5"])
@pytest.mark.parametrize("act", [check_schema, migrate])
async def test_a_database_of_an_unknown_schema_is_neither_taken_nor_migrated(
    engine: AsyncEngine, revision: str, act: Callable[[AsyncEngine], Awaitable[None]]
) -> None:
    await migrate(engine)
    await at_schema(engine, revision)
    with refused(WrongSchema, match=rf"schema {revision}, which this version does not know: ") as refusal:
        await act(engine)
    assert "comitia migrate" not in said(refusal.value)


async def test_a_database_of_another_program_is_neither_taken_nor_migrated(engine: AsyncEngine) -> None:
    await migrate(engine)
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO alembic_version VALUES ('aaaa')"))
    with refused(WrongSchema, match=rf"schema {HEAD}, aaaa, which this version does not know"):
        await migrate(engine)


async def test_a_newer_database_is_refused_with_the_remedy(engine: AsyncEngine) -> None:
    await migrate(engine)
    await at_schema(engine, "9999")
    with refused(WrongSchema, match=r"schema 9999, newer .* install the newer Comitia again"):
        await check_schema(engine)


async def test_a_newer_database_is_not_migrated_either(engine: AsyncEngine) -> None:
    await migrate(engine)
    await at_schema(engine, "9999")
    with refused(WrongSchema, match="install the newer Comitia again"):
        await migrate(engine)


@pytest.mark.parametrize("contents", [b"", b"this is no database " * 99])
async def test_a_file_that_is_not_a_database_is_refused_by_name(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(contents)
    engine = open_engine(f"sqlite:///{path}")
    remedy = r"notes\.txt .*not a database.* check `database`" if contents else "comitia migrate"
    with refused(WrongSchema, match=remedy):
        await check_schema(engine)
    await engine.dispose()


async def test_a_file_that_cannot_be_opened_is_refused_by_name(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'no such folder' / 'comitia.sqlite'}")
    with refused(WrongSchema, match=r"comitia\.sqlite .*check `database`"):
        await check_schema(engine)
    await engine.dispose()


async def test_a_server_that_does_not_answer_is_refused_without_its_password(tmp_path: Path) -> None:
    engine = open_engine(f"postgresql://me:secret@/comitia?host={tmp_path}")
    with refused(WrongSchema, match=rf"PostgreSQL does not answer at {tmp_path}:5432 \(.+\)") as refusal:
        await check_schema(engine)
    assert "secret" not in said(refusal.value)
    await engine.dispose()


async def test_a_closed_port_is_told_by_host_and_port() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        engine = open_engine(f"postgresql://me:secret@127.0.0.1:{port}/comitia")
        with pytest.raises(WrongSchema) as refusal:
            await migrate(engine)
        await engine.dispose()
    assert said(refusal.value) == (
        f"PostgreSQL does not answer at 127.0.0.1:{port} (Connection refused): "
        "start it, or correct `database.url` in the settings"
    )


async def test_a_server_that_answers_but_has_no_such_database_says_so(postgres: Postgres) -> None:
    engine = open_engine(re.sub(r"/\w+\?", "/nowhere?", postgres.url))
    with refused(WrongSchema, match=r'refuses nowhere \(FATAL: .*"nowhere" does not exist\): check'):
        await check_schema(engine)
    await engine.dispose()
