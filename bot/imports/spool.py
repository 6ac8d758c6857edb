"""A long file of usage put in order on disk, each line once, so that no number of lines is too many."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from types import TracebackType

from rituals.imports import LineFault, UsageLine
from rituals.messages import say

_BATCH = 10_000


class Spool:
    """Lines of usage by initiative, day and address. A private file of the system's, gone when it is closed."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(
            "CREATE TABLE line (initiative TEXT, day TEXT, email TEXT, actions INTEGER, line INTEGER,"
            " PRIMARY KEY (initiative, day, email)) WITHOUT ROWID"
        )
        self._database.execute("BEGIN")
        self._waiting: list[tuple[str, str, str, int, int]] = []
        self.count = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._database.close()

    def add(self, line: UsageLine) -> list[LineFault]:
        """Adds a line; faults of lines before that contradict each other, as they are found."""
        self._waiting.append((line.initiative, line.day.isoformat(), line.email, line.actions, line.line))
        return self.settle() if len(self._waiting) >= _BATCH else []

    def settle(self) -> list[LineFault]:
        """Puts away what waits; the faults of lines that say otherwise of one initiative, day and address."""
        waiting, self._waiting = self._waiting, []
        written = self._database.executemany("INSERT OR IGNORE INTO line VALUES (?, ?, ?, ?, ?)", waiting).rowcount
        self.count += written
        if written == len(waiting):
            return []
        faults = []
        for initiative, day, email, actions, number in waiting:
            known, before = self._database.execute(
                "SELECT actions, line FROM line WHERE initiative = ? AND day = ? AND email = ?",
                (initiative, day, email),
            ).fetchone()
            if known != actions:
                why = say("import-usage-twice", line=str(before))
                faults.append(LineFault(line=number, column="actions", why=why))
        return faults

    def lines(self) -> Iterator[UsageLine]:
        """All lines, in order."""
        rows = self._database.execute("SELECT initiative, day, email, actions, line FROM line ORDER BY 1, 2, 3")
        days: dict[str, date] = {}
        for initiative, day, email, actions, number in rows:
            when = days.get(day)
            if when is None:
                when = days[day] = date.fromisoformat(day)
            yield UsageLine(line=number, initiative=initiative, email=email, day=when, actions=actions)
