"""PostgreSQL's driver, with a shorter way for the statements of short replies."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from inspect import GEN_CREATED, getgeneratorstate
from itertools import count
from typing import Any, NamedTuple
from weakref import ref

import psycopg
from psycopg import abc
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq import ConnStatus, ExecStatus, Format, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready

ISOLATION = "READ COMMITTED"
"""Whatever the server's default: locks and look-ups here are written for it."""

LEVEL = f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {ISOLATION}".encode()
"""For what has no BEGIN that says so."""

BEGIN = f"BEGIN ISOLATION LEVEL {ISOLATION}".encode()

COMMIT = b"COMMIT"

CANCELLED_WITHIN = 5.0
"""Seconds that the server gets to be told that nobody waits for its answer any more, and to say so."""

Command = Callable[[], None]


class Statement(NamedTuple):
    """One that is prepared when it first runs. `words`: with blanks $1, $2 …; `name`: no other's."""

    name: str
    words: str


Rows = list[tuple[Any, ...]]


class _Asked(NamedTuple):
    """A statement on its way to the server, which knows it as `name`, or will once it is `prepared` there.

    `found`: where the rows of its last run go, if anybody wants them.
    """

    statement: Statement
    name: bytes
    transformer: abc.Transformer
    prepared: Command | None
    runs: Sequence[Command]
    found: Rows | None


class Driver(psycopg.AsyncConnection[Any]):
    """A connection that takes statements, and the BEGIN before them, to the server and back in one go.

    The driver's cursors ask for BEGIN by itself, prepare what they have seen five times and look for what turns each
    value anew: for a statement that finds one row this takes several times as long as the statement.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # What makes values of ours the server's and the other way round, by the name of each statement it has.
        self._known: dict[str, tuple[bytes, abc.Transformer]] = {}
        # Where preparing one was interrupted, nobody knows whether the server has it: the next try is another's name.
        self._tries = count()
        self._asked: list[_Asked] = []
        self._arrived: asyncio.Future[None] | None = None
        self._heard: tuple[asyncio.AbstractEventLoop, int] | None = None
        self._levelled = False  # whether the server has heard LEVEL

    def later(self, statement: Statement, *rows: Sequence[Any]) -> None:
        """Runs it for each of `rows`, the values of its blanks, with whatever is next taken to the server.

        That is the COMMIT at the latest; its errors are raised there. Raises psycopg.Error for values that no statement
        can have.
        """
        self._asked.append(self._asking(statement, rows))

    def soon(self, statement: Statement, values: Sequence[Any]) -> Rows:
        """Runs it as `later` does; what it gives is in the list once the server was asked, and only then."""
        found: Rows = []
        self._asked.append(self._asking(statement, [values], found))
        return found

    async def straight(self, statement: Statement, values: Sequence[Any], *, ending: bool = False) -> Rows:
        """Runs it, `values` being those of its blanks; what it gave.

        It is part of the transaction that is open, and opens one where none is; `ending`: which it also commits. Raises
        psycopg.Error.
        """
        found = self.soon(statement, values)
        await self._take(ending=ending)
        return found

    async def commit(self) -> None:
        """Commits, and with the same trip what was left for later."""
        if self._asked:
            await self._take(ending=True)
        elif self.pgconn.transaction_status != TransactionStatus.IDLE:
            await super().commit()

    async def rollback(self) -> None:
        """Takes everything back; what was left for later never happens."""
        self._asked.clear()
        await super().rollback()

    async def close(self) -> None:
        """Closes the connection; whoever waits for its answer is told so. Raises nothing."""
        self._leave()
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_exception(psycopg.OperationalError("the connection was closed"))
        await super().close()

    async def wait(self, gen: PQGen[Any], *args: Any, **options: Any) -> Any:
        """Whatever else the driver does comes after what was left for later."""
        if self._asked:
            await self._take()
        self._leave()  # it listens by itself
        return await super().wait(gen, *args, **options)

    def _asking(self, statement: Statement, rows: Sequence[Sequence[Any]], found: Rows | None = None) -> _Asked:
        known = self._known.get(statement.name)
        if known is None:
            known = next(((one.name, one.transformer) for one in self._asked if one.statement is statement), None)
        name, transformer = known or (f"{statement.name}_{next(self._tries)}".encode(), Transformer(self))
        prepared = partial(self.pgconn.send_prepare, name, statement.words.encode()) if known is None else None
        runs = []
        for values in rows:
            # As text, for the server knows best which type a blank has; but bytes would be twice as long.
            formats = [PyFormat.BINARY if isinstance(value, bytes) else PyFormat.TEXT for value in values]
            dumped = transformer.dump_sequence(values, formats)
            runs.append(partial(self.pgconn.send_query_prepared, name, dumped, transformer.formats, Format.BINARY))
        return _Asked(statement, name, transformer, prepared, runs, found)

    async def _take(self, *, ending: bool = False) -> None:
        """Takes all that was asked for to the server, and gives what it gave to whoever wants it."""
        taken, self._asked = self._asked, []
        commands: list[Command] = []
        is_new = self.pgconn.transaction_status == TransactionStatus.IDLE
        # What is taken there in one go is a transaction by itself: the server begins with the first statement, and
        # commits where the trip ends, unless one has failed.
        is_whole = is_new and ending and self._levelled
        if is_new and not is_whole:
            commands.append(partial(self.pgconn.send_query_params, BEGIN, None))
        levels = ending and not self._levelled
        if levels:
            commands.append(partial(self.pgconn.send_query_params, LEVEL, None))
        preparing: dict[int, _Asked] = {}
        wanted: list[tuple[int, _Asked, Rows]] = []
        for one in taken:
            if one.prepared is not None:
                preparing[len(commands)] = one
                commands.append(one.prepared)
            commands += one.runs
            if one.found is not None:
                wanted.append((len(commands) - 1, one, one.found))
        if ending and not is_whole:
            commands.append(partial(self.pgconn.send_query_params, COMMIT, None))
        commands.append(self.pgconn.pipeline_sync)
        results = await self._there_and_back(commands)
        for at, one in preparing.items():
            if results[at].status == ExecStatus.COMMAND_OK:
                self._known[one.statement.name] = one.name, one.transformer
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(result, encoding=self.info.encoding)
        self._levelled = self._levelled or levels
        for at, one, found in wanted:
            one.transformer.set_pgresult(results[at])
            found += one.transformer.load_rows(0, results[at].ntuples, tuple)
            one.transformer.set_pgresult(None)  # a wave's key, which must not outlive the wave here, was in it

    async def _there_and_back(self, commands: Sequence[Command]) -> list[PGresult]:
        self.pgconn.enter_pipeline_mode()
        try:
            for command in commands:
                command()
            if self.pgconn.flush():
                self._leave()
                await super().wait(send(self.pgconn))
            results = _results(self.pgconn, len(commands))
            try:
                return await self._read(results)
            except asyncio.CancelledError:
                with suppress(psycopg.Error):  # as the driver's own `wait`: the server is told, and what it says read
                    self._leave()
                    await self.cancel_safe(timeout=CANCELLED_WITHIN)
                    await super().wait(_rest(results), timeout=CANCELLED_WITHIN)
                raise
        finally:
            if self.pgconn.status == ConnStatus.BAD:
                self._leave()  # its socket is closed already
            elif self.pgconn.pipeline_status != PipelineStatus.OFF:
                self._leave()
                self.pgconn.finish()  # interrupted halfway: nobody can tell what still comes

    async def _read(self, results: PQGen[list[PGresult]]) -> list[PGresult]:
        """The results, without the timer that the driver's own `wait` sets each time."""
        await self._answered()
        try:
            next(results)
            while True:  # there is more to come
                await self._answered()
                results.send(Ready.R)
        except StopIteration as ended:
            found: list[PGresult] = ended.value
            return found

    async def _answered(self) -> None:
        """Waits for something to read, and takes it in. Listens on: to begin and to leave off costs more than a look.

        Raises psycopg.OperationalError where the connection is lost.
        """
        loop = asyncio.get_running_loop()
        self._arrived = loop.create_future()
        if self._heard is not None and self._heard[0] is not loop:
            self._leave()
        if self._heard is None:
            self._heard = loop, self.pgconn.socket
            # Weakly, so that what is forgotten without being closed is closed all the same.
            loop.add_reader(self.pgconn.socket, _tell, ref(self))
        try:
            await self._arrived
        finally:
            self._arrived = None

    def told(self) -> None:
        """There is something to read: it is taken in for whoever waits for it."""
        arrived = self._arrived
        if arrived is None or arrived.done():
            self._leave()  # nobody asked: whoever takes the connection next finds it there
            return
        try:
            self.pgconn.consume_input()
        except psycopg.Error as error:
            self._leave()  # the server's end of it is closed, and so is ours
            arrived.set_exception(error)
        else:
            arrived.set_result(None)

    def _leave(self) -> None:
        """Listens no longer, as must be before the connection is closed: its number may be another's right after."""
        if self._heard is not None:
            (loop, socket), self._heard = self._heard, None
            if not loop.is_closed():
                loop.remove_reader(socket)

    def __del__(self) -> None:  # type: ignore[override]
        if hasattr(self, "_heard"):
            self._leave()
        super().__del__()

    def _deallocate(self, name: bytes | None) -> PQGen[None]:
        if name is None:
            self._known.clear()  # after a rollback, say, the driver has the server forget all that was prepared
        yield from super()._deallocate(name)


def _tell(driver: "ref[Driver]") -> None:
    if (one := driver()) is not None:
        one.told()


def _rest(results: PQGen[list[PGresult]]) -> PQGen[list[PGresult]]:
    """What `results` still gives, whether it has begun or not; what came meanwhile has been taken in already."""
    try:
        wanted = next(results) if getgeneratorstate(results) == GEN_CREATED else results.send(Ready.R)
        while True:
            wanted = results.send((yield wanted))
    except StopIteration as ended:
        found: list[PGresult] = ended.value
        return found


def _results(pgconn: PGconn, commands: int) -> PQGen[list[PGresult]]:
    results: list[PGresult] = []
    for _ in range(commands):
        results += yield from fetch_many(pgconn)
    if results[-1].status == ExecStatus.FATAL_ERROR and pgconn.status != ConnStatus.BAD:
        # What a trip without a COMMIT of its own fails at last is told in the place of its end, which follows.
        results += yield from fetch_many(pgconn)
    if pgconn.status != ConnStatus.BAD:
        pgconn.exit_pipeline_mode()
    return results
