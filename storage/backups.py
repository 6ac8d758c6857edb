"""Backups: all that the database holds as one file, taken while Comitia works, and put back whole or not at all.

The file is a ZIP of two members: `comitia.sqlite`, a SQLite database whatever it was taken from, and `manifest.json`,
which says of what schema it is, when it was taken, how many rows each table has, and the digest of the first.
"""

import asyncio
import hashlib
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Table, and_, case, delete, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (fills the metadata)
from rituals.messages import say
from storage.engine import (
    HEAD,
    REVISIONS,
    NotAlone,
    Unusable,
    alone_on,
    beside,
    file_locked,
    open_engine,
    replacing,
    schema_of,
)
from storage.files import digest_of, failing, give_name, keep_as, on_disk, temporary
from storage.migrate import migrate, upgrade
from storage.posts import POST
from storage.rehearsal import MARK
from storage.sending import SENDING_KEY, sending
from storage.tables.columns import table
from storage.tables.leases import LeaseRow

LEASE = table(LeaseRow)

FORMAT = 1
DATABASE, MANIFEST = "comitia.sqlite", "manifest.json"
LARGEST_MANIFEST = 1_000_000
"""Bytes."""

LEAVING = timedelta(seconds=3)
"""PostgreSQL counts a connection for a moment after it was closed; a killed process's for longer than that."""

AT_ONCE = 5_000
"""Rows copied at a time."""

CHUNK = 1 << 20
"""Bytes read at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup is: `rows` by table, `taken_at` an aware moment, `digest` the SHA-256 of its database."""

    schema: str
    taken_at: datetime
    source: str  # "sqlite" or "postgresql"
    rehearsal: bool
    rows: Mapping[str, int]
    digest: str

    def __str__(self) -> str:
        return json.dumps({"comitia backup": FORMAT, **asdict(self), "taken_at": self.taken_at.isoformat()}, indent=1)

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return sum(self.rows.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did. `former`: where the database before it is kept, None where there was none."""

    manifest: Manifest
    former: str | None


# --- taking one ----------------------------------------------------------------------------------------------------


async def back_up(engine: AsyncEngine, file: Path, *, at: datetime, force: bool = False) -> Manifest:
    """Writes all that the database holds to `file`, for its owner's eyes only, while others work on it.

    What is there already is replaced only with `force`, and only once the new file is whole and on the disk. Raises
    Unusable.
    """
    if not force:
        _check_free(file)
    with failing("kept-cannot-write", file=file), temporary(file, ".database") as copy:
        if engine.dialect.name == "sqlite":
            await asyncio.to_thread(_copy_file, engine.url.database or "", copy)
            found = await _schema_in(copy)
        else:
            found = await _schema_at(engine)
            await _copy_tables(engine, copy, found)
        if found == HEAD and not _has_key(copy):
            await _give_key(engine, copy, at)
        source = engine.dialect.name
        return await asyncio.to_thread(_packed, copy, file, schema=found, source=source, at=at, force=force)


async def _schema_in(copy: Path) -> str:
    engine = open_engine(f"sqlite:///{copy}")
    try:
        return await _schema_at(engine)
    finally:
        await engine.dispose()
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


async def _schema_at(engine: AsyncEngine) -> str:
    found = await schema_of(engine)
    if found is None:
        raise Unusable(say("command-database-empty"))
    return found


def _check_free(file: Path) -> None:
    if file.exists():
        raise Unusable(say("kept-file-there", file=str(file)))


def _copy_file(database: str, copy: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)  # of one moment, and waiting for no work


def _has_key(copy: Path) -> bool:
    with closing(sqlite3.connect(copy)) as target:
        return target.execute("SELECT 1 FROM sending_key").fetchone() is not None


async def _give_key(engine: AsyncEngine, copy: Path, at: datetime) -> None:
    """Nothing was sent so far: without the key, what is sent from now on would be strange to whoever restores this."""
    async with engine.begin() as connection:
        ours = await sending(connection, at=at)
    with closing(sqlite3.connect(copy)) as target:
        target.execute("INSERT INTO sending_key (id, key, made_at) VALUES (1, ?, ?)", (ours.key, _as_sqlite(at)))
        target.commit()


async def _copy_tables(engine: AsyncEngine, copy: Path, schema: str) -> None:
    """Copies one moment of a PostgreSQL database into a SQLite file of the same schema."""
    target_engine = open_engine(f"sqlite:///{copy}")
    try:
        async with target_engine.begin() as empty:
            await empty.run_sync(upgrade, schema)
    finally:
        await target_engine.dispose()
    async with engine.connect() as connection:
        reading = await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with closing(sqlite3.connect(copy, check_same_thread=False)) as target:
            target.execute("PRAGMA journal_mode=DELETE")
            for name in _tables(target):
                await _copy_table(reading, target, name)
            target.commit()


async def _copy_table(connection: AsyncConnection, target: sqlite3.Connection, name: str) -> None:
    columns = target.execute(f'PRAGMA table_info("{name}")').fetchall()
    named = ", ".join(f'"{column[1]}"' for column in columns)
    # By key, so that the copy's row numbers do not tell in which order the rows were written.
    keys = ", ".join(f'"{column[1]}"' for column in sorted(columns, key=lambda one: int(one[5])) if column[5])
    written = f'INSERT INTO "{name}" ({named}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608 (our own names)
    rows = await connection.stream(
        text(f'SELECT {named} FROM "{name}" ORDER BY {keys}').execution_options(yield_per=AT_ONCE)  # noqa: S608
    )
    async for some in rows.partitions():
        await asyncio.to_thread(target.executemany, written, [tuple(map(_as_sqlite, row)) for row in some])


def _as_sqlite(value: Any) -> Any:
    """A value of PostgreSQL as SQLAlchemy keeps it in SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M:%S.%f")
    return bytes(value) if isinstance(value, memoryview) else value


def _packed(copy: Path, file: Path, *, schema: str, source: str, at: datetime, force: bool) -> Manifest:
    rows, rehearsal = _checked(copy, schema)
    manifest = Manifest(
        schema=schema, taken_at=at, source=source, rehearsal=rehearsal, rows=rows, digest=digest_of(copy)
    )
    with temporary(file, "") as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, str(manifest))
            archive.write(copy, DATABASE)
        on_disk(packed)
        if force:
            packed.replace(file)
        else:
            try:
                give_name(packed, file)
            except FileExistsError:
                raise Unusable(say("kept-file-there", file=str(file))) from None
    on_disk(file.parent)
    return manifest


def _checked(database: Path, schema: str) -> tuple[dict[str, int], bool]:
    """The rows of each table, and whether it is a rehearsal's. Raises Unusable for what is not sound."""
    with closing(sqlite3.connect(database)) as connection:
        told = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")]
        if told != ["ok"]:
            raise Unusable(say("kept-unsound", why=" ".join(told)))
        astray = connection.execute("PRAGMA foreign_key_check").fetchone()
        if astray is not None:
            raise Unusable(say("kept-unsound", why=f"{astray[0]} → {astray[2]}"))
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        if revision != [(schema,)]:
            raise Unusable(say("kept-unsound", why=f"{revision} ≠ {schema}"))
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        return _counted(connection), mark == MARK


def _counted(connection: sqlite3.Connection) -> dict[str, int]:
    counted = {}
    for name in _tables(connection):
        counted[name] = int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608
    return counted


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
        " ORDER BY name"
    )
    return [str(row[0]) for row in found]


# --- looking into one ----------------------------------------------------------------------------------------------


def _unpacked(file: Path, database: Path) -> Manifest:
    """Writes the database of a backup to `database`, examined. Raises Unusable for what is no sound backup of ours."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _read_manifest(archive, file)
            digest = hashlib.sha256()
            with archive.open(DATABASE) as packed, database.open("wb") as plain:
                for chunk in iter(lambda: packed.read(CHUNK), b""):
                    digest.update(chunk)
                    plain.write(chunk)
    except (KeyError, NotImplementedError):
        raise Unusable(say("kept-no-backup", file=str(file))) from None
    except (zipfile.BadZipFile, zlib.error, EOFError):
        with file.open("rb") as raw:
            looks_like_one = raw.read(2) == b"PK"
        raise Unusable(say("kept-damaged" if looks_like_one else "kept-no-backup", file=str(file))) from None
    if digest.hexdigest() != manifest.digest:
        raise Unusable(say("kept-damaged", file=str(file)))
    try:
        rows, rehearsal = _checked(database, manifest.schema)
    except sqlite3.Error:
        raise Unusable(say("kept-damaged", file=str(file))) from None
    if rows != manifest.rows or rehearsal != manifest.rehearsal:
        raise Unusable(say("kept-damaged", file=str(file)))
    return manifest


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    with archive.open(MANIFEST) as packed:
        written = packed.read(LARGEST_MANIFEST)
    try:
        told = json.loads(written)
        made = told.pop("comitia backup")
        newer = int(made) > FORMAT or str(told["schema"]) > HEAD
        if newer:
            raise Unusable(say("kept-newer", file=str(file), schema=str(told.get("schema", made)), head=HEAD))
        manifest = Manifest(**{**told, "taken_at": datetime.fromisoformat(told["taken_at"])})
        sound = manifest.schema in REVISIONS and manifest.taken_at.tzinfo is not None
    except (ValueError, TypeError, KeyError, AttributeError):
        sound = False
    if not sound:
        raise Unusable(say("kept-no-backup", file=str(file)))
    return manifest


# --- putting it back -----------------------------------------------------------------------------------------------


async def restore(engine: AsyncEngine, file: Path, *, at: datetime, rehearsal: bool = False) -> Restored:
    """Makes the database what `file` holds, at this version's schema; the former one is kept beside.

    The file is examined before anything is touched, and the change is made at one stroke at the very end: whatever
    interrupts it leaves the former database as it was. What the restored one may have sent since is looked for in chat
    before it is sent. Raises Unusable, also while a Comitia works on the database.
    """
    _check_there(file)
    await engine.dispose()  # a connection of our own would be in the way too
    if engine.dialect.name != "sqlite":
        return await _restore_tables(engine, file, at=at, rehearsal=rehearsal)
    database = _file_of(engine)
    with ExitStack() as stack:
        stack.enter_context(failing("kept-cannot-restore", file=database))
        stack.enter_context(stopped(engine))
        if not stack.enter_context(file_locked(beside(str(database), "import.lock"))):
            raise Unusable(say("command-database-importing"))
        fresh = stack.enter_context(temporary(database, ".restoring"))
        manifest = await _prepared(file, fresh, at=at, rehearsal=rehearsal)
        former = await asyncio.to_thread(_swap, fresh, database, at)
    return Restored(manifest=manifest, former=None if former is None else str(former))


@contextmanager
def stopped(engine: AsyncEngine) -> Iterator[None]:
    """Keeps a SQLite file to this process while the context lasts, for what no Comitia may work beside.

    Raises Unusable while one does: it must end, for there is nothing else that could be done about it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(alone_on(engine))
        except NotAlone:
            raise Unusable(say("kept-at-work", name=engine.url.database or "")) from None
        yield


def _check_there(file: Path) -> None:
    if not file.is_file():
        raise Unusable(say("kept-no-file", file=str(file)))


def _file_of(engine: AsyncEngine) -> Path:
    return Path(engine.url.database or "").resolve()


async def _prepared(file: Path, fresh: Path, *, at: datetime, rehearsal: bool) -> Manifest:
    """Unpacks a backup, examined, brings it to this version's schema and tells it that time has passed since."""
    manifest = await asyncio.to_thread(_unpacked, file, fresh)
    if manifest.rehearsal != rehearsal:
        raise Unusable(say("kept-rehearsed" if manifest.rehearsal else "kept-live", file=str(file)))
    engine = open_engine(f"sqlite:///{fresh}")
    try:
        await migrate(engine)
        async with engine.begin() as connection:
            await _awaken(connection, manifest.taken_at, at=at)
    finally:
        await engine.dispose()
    with closing(sqlite3.connect(fresh)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    on_disk(fresh)
    return manifest


async def _awaken(connection: AsyncConnection, taken_at: datetime, *, at: datetime) -> None:
    """Whoever worked on it is gone, and what it believes unsent may have been sent since it was taken."""
    await connection.execute(update(POST).where(POST.c.owner.is_not(None)).values(owner=None, lease_until=None))
    await connection.execute(
        update(POST)
        .where(
            *(POST.c.behind, POST.c.reference.is_(None), POST.c.attempted_at.is_(None)),
            *(POST.c.to_type != "home", POST.c.not_before <= at),
        )
        .values(attempted_at=taken_at)
    )
    await connection.execute(delete(LEASE))
    await sending(connection, at=at)
    kept = SENDING_KEY.c
    # A copy of a time that was careful itself goes on from where that had begun.
    was_careful = and_(kept.lost_since < taken_at, or_(kept.careful_until.is_(None), kept.careful_until > taken_at))
    lost_since = case((was_careful, kept.lost_since), else_=taken_at)
    await connection.execute(update(SENDING_KEY).values(lost_since=lost_since, careful_until=None))


def _swap(fresh: Path, database: Path, at: datetime) -> Path | None:
    """Puts the fresh file in the place of the database, and says where the former one is now."""
    with replacing(database):
        return _swapped(fresh, database, at)


def _swapped(fresh: Path, database: Path, at: datetime) -> Path | None:
    former, is_there = _free_name(database, at), database.exists()
    if is_there:
        fresh.chmod(database.stat().st_mode & 0o777)
        _take_up_log(database)
        keep_as(database, former)
    for ending in ("-wal", "-shm"):
        # Only of a damaged one, which may be why it is replaced: it would be taken for the fresh one's.
        with suppress(FileNotFoundError):
            Path(f"{database}{ending}").replace(f"{former}{ending}")
    fresh.replace(database)
    on_disk(database.parent)
    return former if is_there else None


def _free_name(database: Path, at: datetime) -> Path:
    stem = f"{database}.before-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (Path(stem if n == 1 else f"{stem}-{n}") for n in range(1, 1000))
    return next(name for name in names if not name.exists())


def _take_up_log(database: Path) -> None:
    """Takes up the log of the database, so that the file is all of it, unless it is damaged.

    Raises Unusable while anybody else has it open.
    """
    try:
        with closing(sqlite3.connect(database, timeout=2)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Unusable(say("kept-in-use", name=str(database))) from None
    except sqlite3.DatabaseError:
        pass


async def _restore_tables(engine: AsyncEngine, file: Path, *, at: datetime, rehearsal: bool) -> Restored:
    # Beside the backup: the only place known to have room.
    with failing("kept-cannot-restore", file=file), temporary(file, ".restoring") as fresh:
        manifest = await _prepared(file, fresh, at=at, rehearsal=rehearsal)
        await schema_of(engine)
        source = open_engine(f"sqlite:///{fresh}")
        try:
            async with source.connect() as reading, engine.begin() as connection:
                # One transaction: until its very end everybody else sees the former tables.
                await check_unused(connection)
                former = await _moved_aside(connection, at)
                await connection.run_sync(upgrade)
                for each in SQLModel.metadata.sorted_tables:
                    await _fill(reading, connection, each)
        finally:
            await source.dispose()
        async with engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    return Restored(manifest=manifest, former=former)


async def check_unused(connection: AsyncConnection) -> None:
    """Raises Unusable where anybody but `connection` is connected to its PostgreSQL database."""
    deadline = monotonic() + LEAVING.total_seconds()
    while await _others(connection):
        if monotonic() > deadline:
            database = (await connection.execute(text("SELECT current_database()"))).scalar_one()
            raise Unusable(say("kept-in-use", name=str(database)))
        await asyncio.sleep(0.05)


async def _others(connection: AsyncConnection) -> int:
    # Within a transaction the view stays as it was first seen.
    await connection.execute(text("SELECT pg_stat_clear_snapshot()"))
    others = await connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
    )
    return int(others.scalar_one())


async def _moved_aside(connection: AsyncConnection, at: datetime) -> str | None:
    """Moves the tables there are into a schema of their own; its name."""
    ours = [*(table.name for table in SQLModel.metadata.sorted_tables), "alembic_version"]
    found = await connection.execute(
        text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY(:ours)"),
        {"ours": ours},
    )
    names = list(found.scalars())
    if not names:
        return None
    taken = set((await connection.execute(text("SELECT nspname FROM pg_namespace"))).scalars())
    stem = f"comitia_before_{at.astimezone(UTC):%Y%m%dt%H%M%Sz}"
    schema = next(name for n in range(1, 1000) if (name := stem if n == 1 else f"{stem}_{n}") not in taken)
    await connection.execute(text(f'CREATE SCHEMA "{schema}"'))
    for name in names:
        await connection.execute(text(f'ALTER TABLE "{name}" SET SCHEMA "{schema}"'))
    return schema


async def _fill(source: AsyncConnection, target: AsyncConnection, each: Table) -> None:
    """Copies a table, and counts what has come."""
    rows = await source.stream(select(each).execution_options(yield_per=AT_ONCE))
    copied = 0
    async for some in rows.mappings().partitions():
        await target.execute(insert(each), [dict(row) for row in some])
        copied += len(some)
    counted = (await target.execute(select(func.count()).select_from(each))).scalar_one()
    if counted != copied:
        raise Unusable(say("kept-unsound", why=f"{each.name}: {counted} ≠ {copied}"))
    numbered = each.autoincrement_column
    if numbered is not None and copied:
        sequence = func.pg_get_serial_sequence(each.name, numbered.name)
        newest = (await target.execute(select(func.max(numbered)))).scalar_one()
        # Columns that are numbered elsewhere have none, and setval of NULL does nothing.
        await target.execute(select(func.setval(sequence, newest)))
