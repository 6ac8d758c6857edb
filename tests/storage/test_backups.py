"""A backup holds all of a database at one moment, whoever works on it; a restore puts all of it back, or nothing."""

import asyncio
import errno
import json
import os
import sqlite3
import stat
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from rituals.posts import Fate
from storage import backups
from storage.backups import DATABASE, MANIFEST, back_up, restore
from storage.engine import HEAD, Unusable, alone_on, kept_in_place, open_engine
from storage.migrate import migrate
from storage.rehearsal import mark_rehearsal
from storage.sending import CAREFUL, sending
from storage.work import Memory
from tests.builders import AT, after, post
from tests.contracts.delivering import claimed, put, settled
from tests.databases import Postgres
from tests.killed import killed_in_the_middle
from tests.refusals import refused
from tests.storage.past import ROWS, Row
from tests.storage.templates import copied
from tests.storage.templates import opened_engine as opened
from tests.storage.test_migrations_with_data import filled, kept

RESTORED_AT = after(hours=3)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'comitia.sqlite'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.blank()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a backup is written."""
    return tmp_path / "backup.zip"


@asynccontextmanager
async def full(url: str, revision: str = HEAD) -> AsyncIterator[AsyncEngine]:
    """A database of that schema with rows in every table that had any by 0007."""
    await copied(url, filled, filled="0007", revision=revision)
    async with opened(url) as engine:
        yield engine


async def content(engine: AsyncEngine) -> Mapping[str, list[Row]]:
    async with engine.connect() as connection:
        return await connection.run_sync(kept)


def without(content: Mapping[str, list[Row]], *names: str) -> dict[str, list[Row]]:
    return {name: rows for name, rows in content.items() if name not in names}


def write(path: Path, content: bytes | bytearray) -> None:
    path.write_bytes(content)


def contents(path: Path) -> bytes:
    return path.read_bytes()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def is_there(path: Path) -> bool:
    return path.exists()


def told(backup: Path) -> dict[str, object]:
    with zipfile.ZipFile(backup) as archive:
        found: dict[str, object] = json.loads(archive.read(MANIFEST))
        return found


def rewritten(backup: Path, *, database: bytes | None = None, **changes: object) -> None:
    """The backup with other contents."""
    with zipfile.ZipFile(backup) as archive:
        manifest, inside = json.loads(archive.read(MANIFEST)), archive.read(DATABASE)
    with zipfile.ZipFile(backup, "w") as archive:
        archive.writestr(MANIFEST, json.dumps(manifest | changes))
        archive.writestr(DATABASE, inside if database is None else database)


# --- there and back --------------------------------------------------------------------------------------------------


async def test_a_backup_restores_every_row_and_keeps_the_former_database(url: str, file: Path) -> None:
    async with full(url) as engine:
        before = await content(engine)
        made = await back_up(engine, file, at=AT)
        assert made.total == sum(map(len, without(before, "alembic_version").values())) + 1, "and the key it made"
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM vote"))
        done = await restore(engine, file, at=RESTORED_AT)
        assert done.former is not None
        after_it = await content(engine)
    changed = ("post", "sending_key")
    assert without(after_it, *changed) == without(before, *changed)
    assert {one["id"]: one["attempted_at"] is not None for one in after_it["post"]} == {
        "agenda:2": True,
        "minutes:1": False,
    }
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(done.former)) as former:
            assert former.execute("SELECT count(*) FROM vote").fetchone() == (0,)
    else:
        async with opened(url) as engine, engine.connect() as connection:
            left = await connection.execute(text(f'SELECT count(*) FROM "{done.former}".vote'))
            assert left.scalar_one() == 0


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_a_database_moves_between_sqlite_and_postgresql_and_back(url: str, file: Path, tmp_path: Path) -> None:
    async with full(f"sqlite:///{tmp_path / 'one.sqlite'}") as one:
        before = await content(one)
        await back_up(one, file, at=AT)
    async with opened(url) as server:
        assert (await restore(server, file, at=RESTORED_AT)).former is None
        await back_up(server, tmp_path / "from-server.zip", at=RESTORED_AT)
        async with server.begin() as connection:
            await connection.execute(text("INSERT INTO identity (mark) VALUES ('new')"))
    async with opened(f"sqlite:///{tmp_path / 'two.sqlite'}") as two:
        done = await restore(two, tmp_path / "from-server.zip", at=RESTORED_AT)
        assert done.manifest.source == "postgresql"
        changed = ("post", "sending_key")
        assert without(await content(two), *changed) == without(before, *changed)


async def test_a_backup_of_an_earlier_schema_is_taken_as_it_is_and_restored_to_this_one(url: str, file: Path) -> None:
    async with full(url, "0007") as engine:
        assert (await back_up(engine, file, at=AT)).schema == "0007"
        await restore(engine, file, at=RESTORED_AT)
        assert (await content(engine))["alembic_version"] == [{"version_num": HEAD}]
        assert len((await content(engine))["vote"]) == len(ROWS["vote"])


async def test_a_backup_waits_for_no_work_and_has_nothing_of_one_that_is_not_over(url: str, file: Path) -> None:
    async with full(url) as engine, opened(url) as beside:
        async with engine.begin() as connection:
            await sending(connection, at=AT)
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE person SET name = 'Changed'"))
            await back_up(beside, file, at=AT)
    with zipfile.ZipFile(file) as archive:
        inside = Path(archive.extract(DATABASE, file.parent))
    with closing(sqlite3.connect(inside)) as copy:
        assert {name for (name,) in copy.execute("SELECT name FROM person")} == {"Ana", "Ben", "Cy"}


# --- the file ------------------------------------------------------------------------------------------------------


async def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside_it(url: str, file: Path) -> None:
    async with full(url) as engine:
        await back_up(engine, file, at=AT)
    assert mode_of(file) == 0o600
    assert [one.name for one in file.parent.iterdir() if ".part" in one.name] == []
    assert told(file)["schema"] == HEAD
    assert told(file)["taken_at"] == AT.isoformat()


async def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path, file: Path) -> None:
    write(file, b"mine")
    async with full(f"sqlite:///{tmp_path / 'c.sqlite'}") as engine:
        with refused(Unusable, match="is there already"):
            await back_up(engine, file, at=AT)
        assert contents(file) == b"mine"
        await back_up(engine, file, at=AT, force=True)
    assert told(file)["schema"] == HEAD


async def test_a_disk_without_second_names_takes_backups_and_restores(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    async with full(f"sqlite:///{tmp_path / 'c.sqlite'}") as engine:
        before = await content(engine)
        await back_up(engine, file, at=AT)
        with refused(Unusable, match="is there already"):
            await back_up(engine, file, at=AT)
        done = await restore(engine, file, at=RESTORED_AT)
        assert without(await content(engine), "post", "sending_key") == without(before, "post", "sending_key")
    assert done.former is not None
    async with opened(f"sqlite:///{done.former}") as former:
        assert without(await content(former), "sending_key") == without(before, "sending_key")


async def test_a_folder_that_takes_no_file_is_told(tmp_path: Path) -> None:
    async with full(f"sqlite:///{tmp_path / 'c.sqlite'}") as engine:
        with refused(Unusable, match="cannot be written .No such file"):
            await back_up(engine, tmp_path / "nowhere" / "b.zip", at=AT)


async def test_a_database_without_tables_is_not_backed_up(url: str, file: Path) -> None:
    async with opened(url) as engine:
        with refused(Unusable, match="no tables yet"):
            await back_up(engine, file, at=AT)
    assert not is_there(file)


# --- what is refused -------------------------------------------------------------------------------------------------


async def refuses(url: str, file: Path, match: str, *, rehearsal: bool = False) -> None:
    """A restore says so and touches nothing."""
    async with opened(url) as engine:
        before = await content(engine)
        with refused(Unusable, match=match):
            await restore(engine, file, at=RESTORED_AT, rehearsal=rehearsal)
        assert await content(engine) == before
    assert [one.name for one in file.parent.iterdir() if ".part" in one.name or ".before" in one.name] == []


async def test_what_is_no_sound_backup_of_this_or_an_earlier_version_is_refused(url: str, file: Path) -> None:
    async with full(url) as engine:
        with refused(Unusable, match="there is no file"):
            await restore(engine, file, at=RESTORED_AT)
        await back_up(engine, file, at=AT)
    good = contents(file)

    write(file, b"something else altogether")
    await refuses(url, file, "is no backup of Comitia")
    write(file, good[: len(good) // 2])
    await refuses(url, file, "is damaged")
    flipped = bytearray(good)
    for place in range(len(good) // 2, len(good) // 2 + 99):  # one bit alone may say the same in another way
        flipped[place] ^= 1
    write(file, flipped)
    await refuses(url, file, "is no backup of Comitia|is damaged")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("notes.txt", "a ZIP of somebody else's")
    await refuses(url, file, "is no backup of Comitia")

    write(file, good)
    rewritten(file, schema="9999")
    await refuses(url, file, "schema 9999, newer")
    write(file, good)
    rewritten(file, rows={"vote": 7})
    await refuses(url, file, "is damaged")
    write(file, good)
    with zipfile.ZipFile(file) as archive:
        inside = archive.read(DATABASE)
    rewritten(file, database=inside.replace(b"Because.", b"Because!"))
    await refuses(url, file, "is damaged")


async def test_a_rehearsal_and_the_real_thing_do_not_take_each_other_s_backup(tmp_path: Path, file: Path) -> None:
    url = f"sqlite:///{tmp_path / 'c.sqlite'}"
    async with full(url) as engine:
        await back_up(engine, file, at=AT)
    await refuses(url, file, "is no backup of a rehearsal", rehearsal=True)
    async with opened(url) as engine:
        await mark_rehearsal(engine)
        await back_up(engine, file, at=AT, force=True)
    await refuses(url, file, "is the backup of a rehearsal")


async def test_a_restore_is_refused_while_a_comitia_works_on_the_database(url: str, file: Path) -> None:
    async with full(url) as engine:
        await back_up(engine, file, at=AT)
        if url.startswith("sqlite"):
            with alone_on(engine):
                await refuses(url, file, "a Comitia is at work on .*: stop it")
            with kept_in_place(engine):
                await refuses(url, file, "is in use")
            with closing(sqlite3.connect(file.with_name("comitia.sqlite"))) as reading:
                reading.execute("SELECT * FROM person")
                await refuses(url, file, "is in use")
        else:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
                await refuses(url, file, "is in use")


async def test_a_damaged_database_is_replaced_and_kept(tmp_path: Path, file: Path) -> None:
    database = tmp_path / "c.sqlite"
    async with full(f"sqlite:///{database}") as engine:
        await back_up(engine, file, at=AT)
    write(database, b"no database any more" * 99)
    async with opened(f"sqlite:///{database}") as engine:
        done = await restore(engine, file, at=RESTORED_AT)
        assert len((await content(engine))["vote"]) == 1
    assert done.former is not None
    assert contents(Path(done.former)).startswith(b"no database")


# --- killed ----------------------------------------------------------------------------------------------------------


def restore_and_stop(url: str, file: Path, where: str, middle: Callable[[], None]) -> None:
    """Restores, and stops where that part of `backups` would begin."""

    def stop(*_given: object, **_named: object) -> None:
        middle()

    async def stop_too(*_given: object, **_named: object) -> None:
        middle()

    setattr(backups, where, stop if where == "_swap" else stop_too)
    asyncio.run(restore(open_engine(url), file, at=datetime.now(UTC)))


@pytest.mark.enable_socket
@pytest.mark.parametrize("late", [False, True])
async def test_a_restore_killed_in_the_middle_leaves_the_former_database_whole(
    url: str, file: Path, *, late: bool
) -> None:
    last = "_swap" if url.startswith("sqlite") else "_fill"
    where = last if late else "_awaken"
    async with full(url) as engine:
        await back_up(engine, file, at=AT)
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM vote"))
        before = await content(engine)
    await killed_in_the_middle(restore_and_stop, url, file, where)
    async with opened(url) as engine:
        assert await content(engine) == before
        async with asyncio.timeout(10):
            while True:  # the server notices a moment later that its client is gone
                try:
                    await restore(engine, file, at=RESTORED_AT)
                    break
                except Unusable:
                    await asyncio.sleep(0.05)
        assert len((await content(engine))["vote"]) == 1


# --- what was sent since ---------------------------------------------------------------------------------------------


async def test_what_may_have_been_sent_since_is_known_by_its_key_and_looked_for_first(url: str, file: Path) -> None:
    async with opened(url) as engine:
        await migrate(engine)
        memory = Memory(engine)
        async with memory.open_work() as work:
            await work.rooms.adopt("slack", {"ai": "C1"})
        await put(memory, post("waits"))
        await back_up(engine, file, at=AT)
        sent = {one.post: one.key for one in await claimed(memory.outbox(platform="slack", locale="en", zone="UTC"))}
        await put(memory, post("put since"))
        since = memory.outbox(platform="slack", locale="en", zone="UTC")
        sent |= {one.post: one.key for one in await claimed(since, at=after(minutes=9), owner="two")}
    async with opened(url) as engine:
        await restore(engine, file, at=RESTORED_AT)
        memory = Memory(engine)
        outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
        await put(memory, post("put since"), at=RESTORED_AT)
        parcels = await claimed(outbox, at=RESTORED_AT)
        assert {one.post: one.key for one in parcels} == sent
        assert all(one.unsettled and one.attempted_at == AT for one in parcels), "looked for from the backup on"
        for parcel in parcels:
            await settled(outbox, parcel, Fate.SHOWN, at=RESTORED_AT)
        later = RESTORED_AT + CAREFUL + timedelta(seconds=1)
        await put(memory, post("much later"), at=later)
        (parcel,) = await claimed(outbox, at=later)
        assert not parcel.unsettled, "what is new by then cannot have been sent before"
