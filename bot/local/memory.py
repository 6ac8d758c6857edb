"""What a restart must find again, in one SQLite file written behind once a turn of the loop; or nothing at all."""

import asyncio
import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from bot.local.json_types import compact

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID
"""
_FORGOTTEN = object()


class Remembers(Protocol):
    """JSON values by kind and name."""

    def keep(self, kind: str, name: str, value: object) -> None: ...

    def read(self, kind: str, name: str, default: Any) -> Any: ...

    def all(self, kind: str) -> Iterable[tuple[str, Any]]: ...


class Forgetful:
    """For what nothing outlives: no message should cost a transaction for nobody."""

    def keep(self, kind: str, name: str, value: object) -> None:
        """Let it go."""

    def read(self, kind: str, name: str, default: Any) -> Any:
        return default

    def all(self, kind: str) -> Iterable[tuple[str, Any]]:
        return ()


class Memory:
    """Kept values are gathered and written in one transaction when the loop next turns; `close` writes the rest."""

    def __init__(self, path: Path | str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(_SCHEMA)
        self._waiting: dict[tuple[str, str], object] = {}
        self._scheduled = False

    def keep(self, kind: str, name: str, value: object) -> None:
        """Remember a JSON value; it is written as it is when the loop turns, so do not change it in between."""
        self._waiting[kind, name] = value
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self.flush)

    def forget(self, kind: str, name: str) -> None:
        self.keep(kind, name, _FORGOTTEN)

    def read(self, kind: str, name: str, default: Any) -> Any:
        self.flush()
        row = self._connection.execute("SELECT body FROM records WHERE kind = ? AND id = ?", (kind, name)).fetchone()
        return default if row is None else json.loads(row[0])

    def all(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Yield the names and values of a kind, in the order of the names."""
        self.flush()
        rows = self._connection.execute("SELECT id, body FROM records WHERE kind = ? ORDER BY id", (kind,))
        for name, body in rows.fetchall():
            yield name, json.loads(body)

    def flush(self) -> None:
        self._scheduled = False
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        gone = [key for key, value in waiting.items() if value is _FORGOTTEN]
        kept = [(*key, compact(value)) for key, value in waiting.items() if value is not _FORGOTTEN]
        self._connection.execute("BEGIN")
        self._connection.executemany("DELETE FROM records WHERE kind = ? AND id = ?", gone)
        self._connection.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", kept)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self.flush()
        self._connection.close()
