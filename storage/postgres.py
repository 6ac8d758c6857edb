"""PostgreSQL's driver, with a shorter way for the statements of short replies."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import Any, NamedTuple

import psycopg
from psycopg import abc
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq import ConnStatus, ExecStatus, Format, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

ISOLATION = "READ COMMITTED"
"""Whatever the server's default: locks and look-ups here are written for it."""

BEGIN = f"BEGIN ISOLATION LEVEL {ISOLATION}".encode()


Command = Callable[[], None]


class Statement(NamedTuple):
    """One that is prepared when it first runs. `words`: with blanks $1, $2 …; `name`: no other's."""

    name: str
    words: str


class Driver(psycopg.AsyncConnection[Any]):
    """A connection that takes a statement, and the BEGIN before it, to the server and back in one go.

    The driver's cursors ask for BEGIN by itself, prepare what they have seen five times and look for what turns each
    value anew: for a statement that finds one row this takes several times as long as the statement.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # What makes values of ours the server's and the other way round, by the name of each statement it has.
        self._known: dict[str, tuple[bytes, abc.Transformer]] = {}
        # Where preparing one was interrupted, nobody knows whether the server has it: the next try is another's name.
        self._tries = count()

    async def straight(
        self, statement: Statement, rows: Sequence[Sequence[Any]], *, ending: bool = False
    ) -> list[tuple[Any, ...]]:
        """Runs it for each of `rows` (at least one), the values of its blanks; what the last run gave.

        It is part of the transaction that is open, and opens one where none is; `ending`: which it also commits. Raises
        psycopg.Error.
        """
        commands: list[Command] = []
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            commands.append(partial(self.pgconn.send_query_params, BEGIN, None))
        before, known = len(commands), self._known.get(statement.name)
        name, transformer = known or (f"{statement.name}_{next(self._tries)}".encode(), Transformer(self))
        if known is None:
            commands.append(partial(self.pgconn.send_prepare, name, statement.words.encode()))
        for values in rows:
            # As text, for the server knows best which type a blank has; but bytes would be twice as long.
            formats = [PyFormat.BINARY if isinstance(value, bytes) else PyFormat.TEXT for value in values]
            dumped = transformer.dump_sequence(values, formats)
            run = partial(self.pgconn.send_query_prepared, name, dumped, transformer.formats, Format.BINARY)
            commands.append(run)
        last_run = len(commands) - 1
        if ending:
            commands.append(partial(self.pgconn.send_query_params, b"COMMIT", None))
        commands.append(self.pgconn.pipeline_sync)
        results = await self._there_and_back(commands)
        if known is None and results[before].status == ExecStatus.COMMAND_OK:
            self._known[statement.name] = name, transformer
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(result, encoding=self.info.encoding)
        last = results[last_run]
        transformer.set_pgresult(last)
        found: list[tuple[Any, ...]] = transformer.load_rows(0, last.ntuples, tuple)
        transformer.set_pgresult(None)  # a wave's key, which must not outlive the wave here, was in it
        return found

    async def _there_and_back(self, commands: Sequence[Command]) -> list[PGresult]:
        try:
            return await self.wait(_there_and_back(self.pgconn, commands))
        finally:
            if self.pgconn.status != ConnStatus.BAD and self.pgconn.pipeline_status != PipelineStatus.OFF:
                self.pgconn.finish()  # interrupted halfway: nobody can tell what still comes

    def _deallocate(self, name: bytes | None) -> PQGen[None]:
        if name is None:
            self._known.clear()  # after a rollback, say, the driver has the server forget all that was prepared
        yield from super()._deallocate(name)


def _there_and_back(pgconn: PGconn, commands: Sequence[Command]) -> PQGen[list[PGresult]]:
    results: list[PGresult] = []
    pgconn.enter_pipeline_mode()
    for command in commands:
        command()
    yield from send(pgconn)
    for _ in commands:
        results += yield from fetch_many(pgconn)
    if pgconn.status != ConnStatus.BAD:
        pgconn.exit_pipeline_mode()
    return results
