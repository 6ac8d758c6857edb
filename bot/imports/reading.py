"""A CSV file, line by line: UTF-8, separated by commas, semicolons or tabs as its header shows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

MOST_BYTES_OF_A_LINE = 200_000
SEPARATORS = (",", ";", "\t")

_SEPARATOR_LINE = re.compile(r"sep=.?\s*", re.IGNORECASE)
_UTF_8 = 'save it again as "CSV UTF-8"'


class CannotRead(Exception):
    """The file cannot be read at all; the message says why, where, and the remedy."""


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
            raise CannotRead("the file is empty: its first line names the columns")
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
            raise CannotRead(f"line {line}: {_told(error)}") from None

    def _lines(self) -> Iterator[str]:
        while raw := self._file.readline(MOST_BYTES_OF_A_LINE + 1):
            self._lines_read += 1
            self._read += len(raw)
            if self._lines_read == 1:
                raw = _without_mark(raw)
            if len(raw) > MOST_BYTES_OF_A_LINE:
                raise CannotRead(f"line {self._lines_read} is longer than any line of a CSV file: is it one?")
            if b"\0" in raw:
                raise CannotRead(f"line {self._lines_read} holds binary data: this is no CSV file")
            try:
                yield raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise CannotRead(self._not_utf_8(raw, error)) from None

    def _not_utf_8(self, raw: bytes, error: UnicodeDecodeError) -> str:
        byte = raw[error.start]
        meant = bytes([byte]).decode("cp1252", errors="ignore")
        probably = f', probably "{meant}" in Windows-1252 or Latin-1' if meant.isalpha() or meant == "€" else ""
        return f"line {self._lines_read}, byte {error.start + 1} (0x{byte:02X}{probably}) is not UTF-8: {_UTF_8}"


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
    """The file while the context lasts. Raises CannotRead."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise CannotRead(f"the file cannot be opened ({error.strerror or error})") from None
    with file:
        try:
            size = path.stat().st_size
            yield Sheet(file, size)
        except OSError as error:
            raise CannotRead(f"the file cannot be read ({error.strerror or error})") from None


def _without_mark(raw: bytes) -> bytes:
    """The first line without its byte-order mark; one of UTF-16 is told of."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw[1:2] == b"\0":
        raise CannotRead(f"the file is written in UTF-16: {_UTF_8}")
    if raw.startswith(b"PK\x03\x04"):
        raise CannotRead(f"this is a spreadsheet or an archive, not a CSV file: {_UTF_8.replace(' again', '')}")
    return raw.removeprefix(b"\xef\xbb\xbf")


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _told(error: csv.Error) -> str:
    words = str(error)
    if "new-line character" in words:
        return "a line ends as on old Macs: save the file again with ordinary line ends"
    if "field larger" in words or "unexpected end" in words:
        return 'a quote (") opens and is never closed: close it, or double quotes that are text ("")'
    if "expected after" in words:
        return 'text stands behind a closing quote ("): double quotes that are text ("")'
    return words


def written(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV with commas."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
