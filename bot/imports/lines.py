"""The lines of a file, read by its header."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.imports.kinds import SOON, Amiss, Column, Kind, folded
from bot.imports.values import Wrong
from rituals.imports import LineFault
from rituals.messages import Text, say

_LONG_AGO = date(1970, 1, 1)

_MEMORY = 50_000
"""How many fields of a column are remembered with what they were read as: days and addresses come again and again."""


class Reader:
    """Reads one file's fields by its header. `faults` of the header itself: nothing can be read then."""

    def __init__(self, kind: Kind, header: Sequence[str], today: date) -> None:
        self._kind = kind
        self._today = today
        known = {name: column for column in kind.columns for name in column.names}
        self._columns = [known.get(folded(name)) for name in header]
        self._french = any(folded(name) in known[folded(name)].french for name in header if folded(name) in known)
        self._memory: list[dict[str, Any]] = [{} for _ in header]
        self._said = frozenset(column.name for column in self._columns if column is not None)
        self.faults = list(self._check(header, known))

    def _check(self, header: Sequence[str], known: Mapping[str, Column]) -> Iterable[LineFault]:
        seen: dict[str, str] = {}
        for written, column in zip(header, self._columns, strict=True):
            if column is None and not written.strip():
                yield LineFault(line=1, column=None, why=say("import-column-unnamed"))
            elif column is None:
                near = _nearest(folded(written), known)
                names = ", ".join(column.in_both if self._french else column.name for column in self._kind.columns)
                hint = say("import-meant", word=near) if near else say("import-known", words=names)
                why = say("import-column-unknown", kind=self._kind.name, hint=hint)
                yield LineFault(line=1, column=written.strip(), why=why)
            elif column.name in seen:
                why = say("import-column-twice", other=seen[column.name])
                yield LineFault(line=1, column=written.strip(), why=why)
            else:
                seen[column.name] = written.strip()
        for column in self._kind.columns:
            if column.required and column.name not in seen:
                name = column.in_both if self._french else column.name
                yield LineFault(line=1, column=name, why=say("import-column-missing", meaning=column.meaning))

    def read(self, line: int, row: Sequence[str]) -> tuple[Any, list[LineFault]]:
        """The value a row makes (None with faults), and what is wrong with it."""
        if len(row) != len(self._columns):
            why = say("import-fields", count=len(row), header=len(self._columns))
            return None, [LineFault(line=line, column=None, why=why)]
        told: dict[str, Any] = {}
        faults: list[LineFault] = []
        for place, text in enumerate(row):
            column = self._columns[place]
            memory = self._memory[place]
            if column is None:
                continue
            if text in memory:
                told[column.name] = memory[text]
                continue
            try:
                value = self._value(column, text)
            except Wrong as wrong:
                faults.append(LineFault(line=line, column=column.name, why=_told(text, wrong.why)))
                continue
            if len(memory) < _MEMORY:
                memory[text] = value
            told[column.name] = value
        if faults:
            return None, faults
        try:
            return self._kind.make(line, told, self._said), []
        except Amiss as amiss:
            return None, [LineFault(line=line, column=amiss.column, why=amiss.why)]

    def _value(self, column: Column, text: str) -> Any:
        if not text.strip():
            if column.required:
                raise Wrong(say("import-field-empty", meaning=column.meaning))
            return None
        value = column.read(text)
        if isinstance(value, date):
            ahead = self._kind.dated.get(column.name, SOON)
            if value > self._today + ahead:
                raise Wrong(say("import-future", today=self._today.isoformat()))
            if value < _LONG_AGO:
                raise Wrong(say("import-long-ago"))
        return value


def _nearest(folded: str, known: Mapping[str, Column]) -> str | None:
    """The heading probably meant; of names so short, two that share a few letters are no misspelling yet."""
    return next(iter(difflib.get_close_matches(folded[:60], known, n=1, cutoff=0.75)), None)


def _told(text: str, why: Text) -> Text:
    """What is wrong with a field, after the field: cut where it is long, without signs that a terminal would obey."""
    if not text.strip():
        return why
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text.strip())
    return say("import-field", field=f"{shown[:60]}…" if len(shown) > 60 else shown, why=why)
