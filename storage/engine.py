"""Opens the database, SQLite for one process or PostgreSQL for several, and says whether its tables are as expected."""

import asyncio
import fcntl
import os
import re
import select
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import aiosqlite
import psycopg
from sqlalchemy import Connection, Dialect, ExceptionContext, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from rituals.messages import Text, say
from storage.postgres import ISOLATION, Driver

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""The migrations, oldest first; a test holds them to the migrations folder."""
HEAD = REVISIONS[-1]

CONNECTIONS = 10
"""Connections to PostgreSQL at most, for one process."""

TRUSTED_FOR = 30.0
"""Seconds of idleness after which a connection may be lost though nothing shows."""


LOCK_TRIES, LOCK_PAUSE = 5, 0.01
"""How often, and seconds apart, a lock on a file is asked for."""


class Unusable(Exception):
    """The database cannot be worked on; `why` says what is wrong with it and the remedy, never its password."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why


class WrongSchema(Unusable):
    """The database is not one this version works with."""


class NotAlone(Unusable):
    """Another process works on the same database."""


def open_engine(url: str) -> AsyncEngine:
    """An engine for "sqlite:///path", "sqlite://" (in memory) or "postgresql://…"; the caller disposes of it."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        # One connection for the one process: SQLite has one writer anyway, and readers then see their own writes.
        engine = create_async_engine(
            parsed.set(drivername="sqlite+aiosqlite"),
            poolclass=StaticPool,
            connect_args={"check_same_thread": False, "async_creator_fn": _connected},
            hide_parameters=True,  # an error is logged; what people answered never is
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
        event.listen(engine.sync_engine, "handle_error", _keep_if_cancelled)
        return engine
    engine = create_async_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=CONNECTIONS,
        pool_use_lifo=True,  # those that are used most know the statements
        max_overflow=0,  # a crowd waits for its turn sooner than it opens connections that are closed right after
        # A host that drops packets is told of soon.
        connect_args={"connect_timeout": 10, "async_creator_fn": Driver.connect},
        isolation_level=ISOLATION,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "checkin", _note_the_time)
    event.listen(engine.sync_engine, "checkout", _pinging(engine.dialect))
    return engine


IDLE_SINCE = "idle_since"
"""What a connection's info calls the moment of `moment()` since which nobody has used it."""


def moment() -> float:
    """Now, as seconds of a clock that nobody sets."""
    return time.monotonic()


def is_doubtful(info: Mapping[str, Any], driver: Any) -> bool:
    """Whether a connection to PostgreSQL may be lost.

    A server that ends a connection closes it: then there is something to read where nothing should be. A network that
    forgets connections says nothing, but takes its time about it.
    """
    idle = moment() - info.get(IDLE_SINCE, 0.0)
    return driver.closed or idle >= TRUSTED_FOR or _is_readable(driver.fileno())


def _note_the_time(_connection: Any, record: Any) -> None:
    record.info.setdefault(IDLE_SINCE, moment())


def _pinging(dialect: Dialect) -> Callable[[Any, Any, Any], None]:
    """Pings a connection that may be lost before it is used: to ping each is one more round trip for every click."""

    def ping_if_doubtful(connection: Any, record: Any, _fairy: Any) -> None:
        if IDLE_SINCE not in record.info:
            return  # it has just been opened
        is_known = not is_doubtful(record.info, connection.driver_connection)
        del record.info[IDLE_SINCE]
        if is_known:
            return
        try:
            dialect.do_ping(connection)
        except psycopg.Error:
            raise InvalidatePoolError from None  # rarely it is one connection alone; the pool opens another

    return ping_if_doubtful


def _is_readable(descriptor: int) -> bool:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(0))


def tell_of_errors(engine: AsyncEngine, told: Callable[[], None]) -> None:
    """From now on `told` is called for each statement that the database fails."""

    def failed(context: ExceptionContext) -> None:
        if not isinstance(context.original_exception, asyncio.CancelledError):
            told()

    event.listen(engine.sync_engine, "handle_error", failed)


@contextmanager
def alone_on(engine: AsyncEngine) -> Iterator[None]:
    """Keeps a SQLite file to this process while the context lasts: it may then take over what a dead one had claimed.

    The lock ends with the process, however that ends. PostgreSQL, and SQLite in memory, need none. Raises NotAlone.
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    with file_locked(beside(path, "lock")) as alone:
        if not alone:
            raise NotAlone(say("command-database-taken", path=path))
        yield


def is_yet_to_be_made(engine: AsyncEngine) -> bool:
    """Whether a SQLite file is not there, and could be."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return False
    return not os.access(path, os.F_OK) and os.access(Path(path).parent, os.W_OK | os.X_OK)


def is_taken(engine: AsyncEngine) -> bool | None:
    """Whether a process is at work on a SQLite file; None where that cannot be seen."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    lock = beside(path, "lock")
    if not lock.exists():
        return False
    with lock.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # given back with the file, a moment later
        except OSError:
            return True
    return False


def beside(path: str, ending: str) -> Path:
    """The file that stands for a lock on a database: one, by however many names the database goes."""
    return Path(f"{Path(path).resolve()}.{ending}")


@contextmanager
def file_locked(path: Path) -> Iterator[bool]:
    """Whether the lock on that file could be had, for as long as the context lasts."""
    with path.open("w", encoding="utf-8") as file:
        yield _locked_soon(file)


def _locked_soon(file: IO[str]) -> bool:
    """Takes the lock, tried for a moment: whoever only looks whether it is taken has it for less."""
    for tries_left in reversed(range(LOCK_TRIES)):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if tries_left:
                time.sleep(LOCK_PAUSE)
        else:
            return True
    return False


@contextmanager
def kept_in_place(engine: AsyncEngine) -> Iterator[None]:
    """While the context lasts nobody puts another file in the place of a SQLite database; waits for who does just now.

    Whoever opened the former file and wrote its log beside the new one would spoil both.
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:" or not Path(path).parent.is_dir():
        yield
        return
    try:
        file = beside(path, "open.lock").open("w", encoding="utf-8")
    except OSError:
        yield  # what is wrong with the folder is told by whoever opens the database
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def replacing(database: Path) -> Iterator[None]:
    """While the context lasts nobody has a SQLite database open, or opens it. Raises NotAlone where somebody has."""
    with file_locked(beside(str(database), "open.lock")) as alone:
        if not alone:
            raise NotAlone(say("kept-in-use", name=str(database)))
        yield


@asynccontextmanager
async def importing_alone(engine: AsyncEngine) -> AsyncIterator[None]:
    """One import at a time while the context lasts, beside whoever else works on the database. Raises NotAlone.

    The lock ends with the process or its connection, however that ends, so that what an import that died left behind
    can be told from what another is just bringing in.
    """
    busy = NotAlone(say("command-database-importing"))
    path = engine.url.database
    if engine.dialect.name == "sqlite":
        if not path or path == ":memory:":
            yield
            return
        with file_locked(beside(path, "import.lock")) as alone:
            if not alone:
                raise busy
            yield
        return
    async with engine.connect() as connection:
        session = await connection.execution_options(isolation_level="AUTOCOMMIT")
        taken = await session.execute(text("SELECT pg_try_advisory_lock(hashtext('comitia import'))"))
        if not taken.scalar_one():
            raise busy
        try:
            yield
        finally:
            await session.execute(text("SELECT pg_advisory_unlock(hashtext('comitia import'))"))


CACHE = 32 * 1024
"""KiB of a SQLite file that are kept in memory at most: SQLite's own 2 MB hold but a few hundred posts."""

STATEMENTS = 512
"""Of so many statements a SQLite connection remembers what it made of them; 128, as by default, are soon too few."""

BEGIN = "BEGIN IMMEDIATE"
BEGUN = "begun_by_ourselves"
"""The execution option of a connection on which SQLAlchemy need not begin anything."""

PATIENCE = 10_000
"""How long (milliseconds) a transaction waits for one of another process."""


class _Driver(aiosqlite.Connection):
    """A connection whose statements run at once, where they are asked for, unless they have something to wait for.

    A statement takes less time than a change of threads, which aiosqlite makes for all that it does. What waits for
    another process's transaction or for the disk waits in a thread; while the thread is at something, even for a work
    that was cancelled, all the rest waits behind it. SQLite itself waits for nobody but in the thread.
    """

    _handed_over = 0
    """How much the thread was given; only the loop counts it."""
    _finished = 0
    """How much of it the thread is through with; only the thread counts it."""
    _written = 0
    """Rows that had been written when the last transaction began."""

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        connection = self._connection
        if not self._running or connection is None or self._handed_over != self._finished:
            pass
        elif args[:1] == (BEGIN,):
            await asyncio.sleep(0)  # others have their turn, and a work that is cancelled notices
            if _begun(connection):
                self._written = connection.total_changes
                return None
        elif fn == connection.commit:
            if connection.total_changes == self._written:
                return fn()  # nothing for the disk
        elif connection.in_transaction:
            if args:
                await asyncio.sleep(0)
            return fn(*args, **kwargs)
        elif not args:
            return fn()  # outside of a transaction only statements wait, and those have arguments
        self._handed_over += 1
        return await super()._execute(self._in_thread, fn, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _in_thread(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        connection = self._connection if args else None
        try:
            if connection is None:
                return fn(*args, **kwargs)
            connection.execute(f"PRAGMA busy_timeout={PATIENCE}")
            try:
                return fn(*args, **kwargs)
            finally:
                connection.execute("PRAGMA busy_timeout=0")
        finally:
            self._finished += 1


def _begun(connection: sqlite3.Connection) -> bool:
    """Whether a transaction could begin without waiting."""
    try:
        connection.execute(BEGIN)
    except sqlite3.OperationalError:
        return False
    return True


def _connected(database: str, **options: Any) -> _Driver:
    driver = _Driver(lambda: sqlite3.connect(database, cached_statements=STATEMENTS, **options), iter_chunk_size=64)
    # As SQLAlchemy does for its own: a forgotten connection keeps no process alive.
    driver._thread.daemon = True  # noqa: SLF001
    return driver


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: BEGIN IMMEDIATE takes the write lock before anything is read.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={PATIENCE}",
        "journal_mode=WAL",
        "synchronous=FULL",  # what we acknowledged survives a power cut
        "foreign_keys=ON",
        f"cache_size=-{CACHE}",
        "secure_delete=ON",  # sealed rows leave no bytes behind in free pages
        "wal_checkpoint(TRUNCATE)",  # nor in the log of a process that ended before it could see to that
        "busy_timeout=0",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    if not connection.get_execution_options().get(BEGUN):
        connection.exec_driver_sql(BEGIN)


def _keep_if_cancelled(context: ExceptionContext) -> None:
    # By default the connection of a cancelled task is closed, and a database in memory with it. There is no need to:
    # the driver's thread finishes the statement, and the rollback comes after it.
    if isinstance(context.original_exception, asyncio.CancelledError):
        context.is_disconnect = False


async def wipe_deleted(engine: AsyncEngine) -> None:
    """Wipes what seals leave behind when they are deleted; the caller holds no transaction.

    SQLite's log keeps pages as they were before: it is emptied. PostgreSQL keeps deleted rows until they are vacuumed:
    they are (best effort: a long transaction elsewhere puts it off, and the server's own log and backups are out of
    our hands).
    """
    async with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await (await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")).close()
        else:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await alone.execute(text("VACUUM sealed_marks, sealed_reply, seal_key"))


async def check_schema(engine: AsyncEngine) -> None:
    """Raises WrongSchema unless the tables are exactly those of this version."""
    found = await schema_of(engine)
    if found is None:
        raise WrongSchema(say("command-database-empty"))
    if found != HEAD:
        raise WrongSchema(say("command-database-older", found=found, head=HEAD))


async def schema_of(engine: AsyncEngine) -> str | None:
    """The migration the tables are at, None where there are none.

    Raises WrongSchema for what is no database or does not answer, and for a schema that this version does not know.
    """
    try:
        if engine.dialect.name == "sqlite":
            await asyncio.to_thread(_probe, engine.url.database or ":memory:")
        async with engine.connect() as connection:
            found = await connection.run_sync(revision_of)
    except (DBAPIError, sqlite3.Error) as error:
        raise WrongSchema(_told(engine.url, error)) from None
    if found is None or found in REVISIONS:
        return found
    if re.fullmatch(r"[0-9]{4}", found) and found > HEAD:
        raise WrongSchema(say("command-database-newer", found=found, head=HEAD))
    raise WrongSchema(say("command-database-unknown", found=found))


def _told(url: URL, error: BaseException) -> Text:
    """Why a database cannot be opened, and what to do. Never the whole URL: it has a password."""
    name = url.database or ""
    why = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    if url.get_backend_name() == "sqlite":
        unwritable = _kept_from(Path(name)) if re.search("unable to open|readonly", why) else None
        return unwritable or say("command-database-not-opened", name=name, why=why)
    host = url.host or ", ".join(url.normalized_query.get("host", ())) or say("command-database-socket")
    port = str(url.port or ", ".join(url.normalized_query.get("port", ())) or 5432)
    # The driver tells all that hinders a connection by one error; only its words tell whether a server answered.
    answered = not isinstance(error, OperationalError) or re.search("FATAL|password|SSL", why)
    why = why.rpartition(" failed: ")[2]
    if not answered:
        return say("command-database-silent", host=host, port=port, why=why)
    return say("command-database-refused", host=host, port=port, name=name, why=why)


def _kept_from(database: Path) -> Text | None:
    """That a SQLite file may not be written, or the folder that takes its log; None where both may."""
    folder = Path(os.path.realpath(database)).parent
    if _is_kept(database, os.W_OK):
        return say("command-database-file-kept", name=str(database))
    if _is_kept(folder, os.W_OK | os.X_OK):
        return say("command-database-folder-kept", name=database.name, folder=str(folder))
    return None


def _is_kept(path: Path, rights: int) -> bool:
    """Whether `path` is there, and we have not these rights: by its owner's word, or as what is mounted for reading."""
    return os.access(path, os.F_OK, effective_ids=True) and not os.access(path, rights, effective_ids=True)


def _probe(path: str) -> None:
    # Before the driver tries: where it cannot open a file it leaves a thread behind that outlives the loop.
    if path != ":memory:":
        # A new file is its owner's alone: it will hold keys. One that is there keeps the rights it was given.
        with suppress(OSError):
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA schema_version")


def revision_of(connection: Connection) -> str | None:
    """The migration the tables are at, None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
    return ", ".join(sorted(found)) or None
