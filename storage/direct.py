"""Statements of the short replies: compiled once, and handed to the driver without SQLAlchemy's detours."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, count
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.postgres import Statement

Row = dict[str, Any]
Process = Callable[[Any], Any]

_NUMBERS = count(1)

STEP = 8
"""A list is given to SQLite with 1, 8, 64, 512 … blanks: few statements to keep, and none much longer than its list."""


class Direct:
    """A Core statement that is run for every click. It stands in the connection's transaction like any other.

    What SQLAlchemy does between its `execute` and the driver's takes a processor as long as the driver itself does:
    a look-up of the compiled statement, a change of greenlets and a result made to measure, each time. Here the SQL
    and what turns values are made once for each kind of database. Whoever listens to SQLAlchemy's statements hears
    of these too, and errors are those that `execute` raises.
    """

    def __init__(self, statement: Callable[[str], Executable], *, blanks: Sequence[str] = ()) -> None:
        """`statement`: for a dialect's name; `blanks`: the columns that an INSERT gives values."""
        self._statement = statement
        self._blanks = blanks
        self._compiled: dict[str, _Compiled] = {}

    async def rows(self, connection: AsyncConnection, values: Mapping[str, Any], *, ending: bool = False) -> list[Row]:
        """What the statement gives, by the columns' labels. Raises SQLAlchemy's errors.

        `ending`: on PostgreSQL it is kept with all before it in the same trip; what follows is another transaction.
        """
        compiled = self._for(connection.dialect)
        found = await compiled.run(connection, values, ending=ending)
        return [compiled.read(row) for row in found]

    async def one_or_none(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Row | None:
        """The first row, if there is one."""
        return next(iter(await self.rows(connection, values)), None)

    async def run(self, connection: AsyncConnection, values: Mapping[str, Any]) -> None:
        """Runs what gives nothing back.

        PostgreSQL is told with the next statement, or with the COMMIT, and its errors are raised there.
        """
        await self._for(connection.dialect).leave(connection, values)

    async def soon(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Callable[[], list[Row]]:
        """Runs it as `run` does; what it gave, to be asked once the transaction has ended."""
        compiled = self._for(connection.dialect)
        found = await compiled.soon(connection, values)
        return lambda: [compiled.read(row) for row in found]

    async def run_all(
        self, connection: AsyncConnection, shared: Mapping[str, Any], rows: Sequence[Mapping[str, str]]
    ) -> None:
        """Runs it for each of `rows`, text that the database takes as it is; the `shared` values are made once.

        PostgreSQL is told as by `run`.
        """
        await self._for(connection.dialect).run_all(connection, shared, rows)

    def _for(self, dialect: Dialect) -> "_Compiled":
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            statement = self._statement(dialect.name)
            compiled = self._compiled[dialect.name] = _Compiled(statement, dialect, self._blanks)
        return compiled


class _Compiled:
    """The statement in one database's words."""

    def __init__(self, statement: Any, dialect: Dialect, blanks: Sequence[str]) -> None:
        self._is_sqlite = dialect.name == "sqlite"
        words: Any = type(dialect)
        # PostgreSQL itself numbers the blanks.
        words = dialect if self._is_sqlite else words(paramstyle="numeric_dollar")
        compiled = statement.compile(dialect=words, column_keys=list(blanks) or None)
        self.sql = str(compiled)
        self._prepared = Statement(f"comitia_{next(_NUMBERS)}", self.sql)
        self._list = next((name for name, bind in compiled.binds.items() if bind.expanding), None)
        self._with_list: dict[int, str] = {}  # by how many texts it takes
        self._given: dict[str, Any] = dict(compiled.params)
        self._names: Sequence[str] = compiled.positiontup
        self._into: list[tuple[str, Process]] = []
        for bind, name in compiled.bind_names.items():
            process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if process is not None:
                self._into.append((name, process))
        gives = statement.exported_columns if hasattr(statement, "exported_columns") else ()
        self._columns = [(one.key, one.type.dialect_impl(dialect).result_processor(dialect, None)) for one in gives]

    def read(self, row: Sequence[Any]) -> Row:
        """A row of the driver's, by name."""
        return {
            name: value if process is None else process(value)
            for (name, process), value in zip(self._columns, row, strict=True)
        }

    async def run(
        self, connection: AsyncConnection, values: Mapping[str, Any], *, ending: bool = False
    ) -> Sequence[Sequence[Any]]:
        """Runs it on the driver's connection; the rows as they come."""
        made = self._made({**self._given, **values})
        sql, blanks = (self.sql, self._in_order(made)) if self._list is None else self._listed(made, self._list)
        driver = self._driver(connection, blanks, sql)
        try:
            if self._is_sqlite:
                found: Sequence[Sequence[Any]] = await driver.execute_fetchall(sql, blanks)
            else:
                found = await driver.straight(self._prepared, blanks, ending=ending)
        except Exception as error:
            await raise_as_usual(connection, self.sql, error)
            raise
        return found

    async def leave(self, connection: AsyncConnection, values: Mapping[str, Any]) -> None:
        """Runs it where nobody waits for what it gives."""
        if self._is_sqlite:
            await self.run(connection, values)
            return
        blanks = self._in_order(self._made({**self._given, **values}))
        driver = self._driver(connection, blanks)
        try:
            driver.later(self._prepared, blanks)
        except Exception as error:
            await raise_as_usual(connection, self.sql, error)
            raise

    async def soon(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Runs it at once on SQLite, else with the next trip, after which its rows are there."""
        if self._is_sqlite:
            return await self.run(connection, values)
        blanks = self._in_order(self._made({**self._given, **values}))
        driver = self._driver(connection, blanks)
        try:
            found: Sequence[Sequence[Any]] = driver.soon(self._prepared, blanks)
        except Exception as error:
            await raise_as_usual(connection, self.sql, error)
            raise
        return found

    async def run_all(
        self, connection: AsyncConnection, shared: Mapping[str, Any], rows: Sequence[Mapping[str, str]]
    ) -> None:
        """Runs it for each row."""
        # What a row brings itself has no value yet that could be made into the driver's.
        made = self._made({**self._given, **shared})
        blanks = [self._in_order({**made, **row}) for row in rows]
        driver = self._driver(connection, blanks)
        try:
            if self._is_sqlite:
                await (await driver.executemany(self.sql, blanks)).close()
            else:
                driver.later(self._prepared, *blanks)
        except Exception as error:
            await raise_as_usual(connection, self.sql, error)
            raise

    def _made(self, values: Row) -> Row:
        for name, process in self._into:
            values[name] = process(values[name])
        return values

    def _in_order(self, values: Row) -> tuple[Any, ...]:
        return tuple(values[name] for name in self._names)

    def _listed(self, values: Row, name: str) -> tuple[str, tuple[Any, ...]]:
        """The statement with a blank for each text of its list, and what stands in all of its blanks."""
        texts = list(values[name])
        size = 1
        while size < len(texts):
            size *= STEP
        sql = self._with_list.get(size)
        if sql is None:
            blanks = ", ".join("?" * size)
            sql = self._with_list[size] = self.sql.replace(f"(__[POSTCOMPILE_{name}])", f"({blanks})")
        texts += [texts[-1] if texts else None] * (size - len(texts))
        return sql, tuple(chain.from_iterable(texts if blank == name else (values[blank],) for blank in self._names))

    def _driver(self, connection: AsyncConnection, blanks: Any, sql: str = "") -> Any:
        """The driver's connection, once whoever listens has heard what it will be asked."""
        under = connection.sync_connection
        assert under is not None, "the connection has begun"
        if under._has_events or under.engine._has_events:  # noqa: SLF001  (as its own `execute` looks)
            several = isinstance(blanks, list)
            for listener in under.dispatch.before_cursor_execute:
                listener(under, None, sql or self.sql, blanks, None, several)
        return driver_of(connection)


def driver_of(connection: AsyncConnection) -> Any:
    """The driver's own connection, without the change of greenlets by which SQLAlchemy gives it."""
    under = connection.sync_connection
    assert under is not None, "the connection has begun"
    return under.connection.driver_connection


async def raise_as_usual(connection: AsyncConnection, sql: str, error: Exception) -> None:
    """Lets SQLAlchemy tell of the driver's error, wrap it and give up a connection that is lost."""

    def handle(under: Connection) -> None:
        if not under.in_transaction():
            under.begin()  # it knows of none, and would end the one there is, with what others have joined to it
        under._handle_dbapi_exception(error, sql, None, None, None)  # noqa: SLF001  (nothing public does it)

    await connection.run_sync(handle)
