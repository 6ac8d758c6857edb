"""A CSV file, line by line: UTF-8, separated by commas, semicolons or tabs as its header shows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rituals.messages import Text, Value, say

MOST_BYTES_OF_A_LINE = 200_000
SEPARATORS = (",", ";", "\t")

_SEPARATOR_LINE = re.compile(r"sep=.?\s*", re.IGNORECASE)


class CannotRead(Exception):
    """The file cannot be read at all; `why` says so, with the place and the remedy."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.key)
        self.why = why


class Sheet:
    """An open CSV file: its `header` as it was written, then its rows."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = max(1, size)
        self._read = 0
        self._lines_read = 0
        lines = self._lines()
        # Excel may write the separator into a line of its own before the header.
        first = next((line for line in lines if line.strip() and not _SEPARATOR_LINE.fullmatch(line)), "")
        if not first:
            raise CannotRead(say("import-file-empty"))
        # A header may go over several lines too, where a name is quoted; the reader sees to that.
        self.separator = max(SEPARATORS, key=first.count)
        self._skipped = self._lines_read - 1
        self._rows = csv.reader(_again(first, lines), delimiter=self.separator, strict=True)
        self.header = self._next()[1]

    @property
    def share(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return min(1.0, self._read / self._size)

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """The number of the line each row begins on, and its fields; rows without any text are left out.

        Raises CannotRead.
        """
        while True:
            try:
                line, row = self._next()
            except StopIteration:
                return
            if (row and row[0]) or any(field.strip() for field in row):
                yield line, row

    def _next(self) -> tuple[int, list[str]]:
        line = self._skipped + self._rows.line_num + 1
        try:
            return line, next(self._rows)
        except csv.Error as error:
            raise CannotRead(say("import-at-line", line=str(line), why=_told(error))) from None

    def _lines(self) -> Iterator[str]:
        while raw := self._file.readline(MOST_BYTES_OF_A_LINE + 1):
            self._lines_read += 1
            self._read += len(raw)
            if self._lines_read == 1:
                raw = _without_mark(raw)
            if len(raw) > MOST_BYTES_OF_A_LINE:
                raise CannotRead(say("import-line-endless", line=str(self._lines_read)))
            if b"\0" in raw:
                raise CannotRead(say("import-binary", line=str(self._lines_read)))
            try:
                yield raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise CannotRead(self._not_utf_8(raw, error)) from None

    def _not_utf_8(self, raw: bytes, error: UnicodeDecodeError) -> Text:
        byte = raw[error.start]
        meant = bytes([byte]).decode("cp1252", errors="ignore")
        place = {"line": str(self._lines_read), "byte": str(error.start + 1), "hex": f"{byte:02X}"}
        if meant.isalpha() or meant == "€":
            return say("import-not-utf-8-letter", letter=meant, **place)
        return say("import-not-utf-8", **place)


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
    """The file while the context lasts. Raises CannotRead."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise CannotRead(say("import-cannot-open", why=_system(error))) from None
    with file:
        try:
            size = path.stat().st_size
            yield Sheet(file, size)
        except OSError as error:
            raise CannotRead(say("import-cannot-read", why=_system(error))) from None


def _without_mark(raw: bytes) -> bytes:
    """The first line without its byte-order mark; one of UTF-16 is told of."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw[1:2] == b"\0":
        raise CannotRead(say("import-utf-16"))
    if raw.startswith(b"PK\x03\x04"):
        raise CannotRead(say("import-spreadsheet"))
    return raw.removeprefix(b"\xef\xbb\xbf")


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _system(error: OSError) -> Value:
    """Why the system refuses: what happens in words of ours, anything else in the system's."""
    match error:
        case FileNotFoundError():
            return say("import-why-missing")
        case IsADirectoryError():
            return say("import-why-directory")
        case PermissionError():
            return say("import-why-denied")
        case _:
            return error.strerror or str(error)


def _told(error: csv.Error) -> Text:
    words = str(error)
    if "new-line character" in words:
        return say("import-old-mac")
    if "field larger" in words or "unexpected end" in words:
        return say("import-quote-open")
    if "expected after" in words:
        return say("import-quote-behind")
    return say("import-no-csv", words=words)


def written(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV with commas."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
