"""`comitia import`, `undo-import` and `imports`: files of other systems, taken in and taken back."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from bot.commands.check import refuse
from bot.imports import reading
from bot.imports.kinds import KINDS, Reader
from bot.imports.reading import CannotRead
from bot.imports.spool import Spool
from bot.settings import Settings, SettingsError, load
from bot.yaml_source import did_you_mean
from rituals.imports import BadFile, Counted, LineFault, Outcome
from rituals.ports import OpenWork
from rituals.use_cases.imports import Source, import_conversations, import_readings, import_savings, import_usage
from rituals.use_cases.imports_initiatives import import_initiatives
from rituals.use_cases.imports_people import import_people
from rituals.use_cases.imports_undo import CannotUndo
from rituals.use_cases.imports_undo import undo_import as take_back

MOST_SHOWN = 20
MOST_LINES = 300_000
"""Lines that a file of anything but usage may have: they are read as a whole."""
LONG = 2_000_000
"""Bytes from which on a file's progress is shown."""


async def run(
    kind: str,
    path: Path,
    *,
    config: Path,
    environ: Mapping[str, str],
    at: datetime,
    out: TextIO,
    err: TextIO,
    overrides: Mapping[str, object] | None = None,
) -> int:
    """Takes in the file `path` of that kind, all of it or nothing; the exit code.

    What came of it goes to `out`; faults, each with its line, and progress to `err`.
    """
    if kind not in KINDS:
        err.write(f'"{kind}" is no kind of file: {did_you_mean(kind, KINDS)}\n')
        return 2
    try:
        settings = load(config, environ=environ, overrides=overrides, need_secrets=False)
    except SettingsError as error:
        return refuse(error, err, then="nothing was imported")
    return await bring_in(kind, path, settings, at=at, out=out, err=err)


async def bring_in(kind: str, path: Path, settings: Settings, *, at: datetime, out: TextIO, err: TextIO) -> int:
    """The same where the kind is one there is, and the settings are loaded."""
    from bot.app import CannotStart, importing

    source = Source(
        file=path.name,
        at=at,
        organisation=settings.organisation_rules(),
        listed=frozenset(one.key for one in settings.initiatives),
    )
    try:
        async with importing(settings) as open_work:
            with Spool() as spool:
                found = _read(kind, path, source, spool, err)
                outcome = await _take_in(kind, found, source, settings, open_work, spool, err)
    except (CannotRead, CannotStart) as error:
        err.write(f"{path.name}: {error}\nNothing was imported.\n")
        return 1
    except BadFile as bad:
        _complain(path.name, bad, err)
        return 1
    out.write(_told(path.name, outcome))
    return 0


def template(kind: str | None, out: TextIO, err: TextIO) -> int:
    """Writes the header and an example line of a kind, or of every kind; the exit code."""
    if kind is not None and kind not in KINDS:
        err.write(f'"{kind}" is no kind of file: {did_you_mean(kind, KINDS)}\n')
        return 2
    if kind is not None:
        out.write(reading.written(KINDS[kind].template))
        return 0
    out.write("\n".join(f"# {name}.csv\n{reading.written(one.template)}" for name, one in KINDS.items()))
    return 0


async def undo(
    number: int | None,
    *,
    config: Path,
    environ: Mapping[str, str],
    at: datetime,
    out: TextIO,
    overrides: Mapping[str, object] | None = None,
) -> int:
    """Takes an import back, the last one by default; the exit code."""
    from bot.app import CannotStart, importing

    try:
        settings = load(config, environ=environ, overrides=overrides, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, then="nothing was taken back")
    try:
        async with importing(settings) as open_work:
            undone = await take_back(number, at, organisation=settings.organisation_rules(), open_work=open_work)
    except CannotStart as error:
        out.write(f"Nothing was taken back: {error}\n")
        return 1
    except CannotUndo as error:
        out.write(f"Nothing was taken back: {_why(error)}.\n")
        return 1
    out.write(f"Import {undone.number} ({undone.kind}, {undone.file}) is taken back: all is as it was before.\n")
    return 0


async def listing(
    *, config: Path, environ: Mapping[str, str], out: TextIO, overrides: Mapping[str, object] | None = None
) -> int:
    """Lists the imports that count, oldest first; the exit code."""
    from bot.app import CannotStart, importing

    try:
        settings = load(config, environ=environ, overrides=overrides, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out)
    try:
        async with importing(settings) as open_work, open_work() as work:
            imports = await work.sources.imports()
    except CannotStart as error:
        out.write(f"{error}\n")
        return 1
    zone = settings.organisation.zone
    for one in imports:
        when = one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        rest = " (part of it is summed up by week)" if one.settled else ""
        out.write(f"{one.number:>5}  {when}  {one.kind:<13}  {_counted(one.counted)}  {one.file}{rest}\n")
    if not imports:
        out.write("Nothing was imported yet.\n")
    return 0


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class _Faults:
    """The first faults, and how many there are."""

    shown: list[LineFault] = field(default_factory=list)
    count: int = 0

    def add(self, faults: Iterable[LineFault]) -> None:
        for fault in faults:
            self.count += 1
            if len(self.shown) < MOST_SHOWN:
                self.shown.append(fault)

    def check(self) -> None:
        if self.count:
            raise BadFile(sorted(self.shown, key=lambda fault: fault.line), count=self.count)


def _read(kind: str, path: Path, source: Source, spool: Spool, err: TextIO) -> list[Any]:
    """The lines of a file; those of usage go into the spool. Raises CannotRead, BadFile."""
    faults = _Faults()
    lines: list[Any] = []
    with reading.opened(path) as sheet:
        reader = Reader(KINDS[kind], sheet.header, source.today)
        faults.add(reader.faults)
        faults.check()
        progress = _Progress(f"Reading {path.name}", err, shown=path.stat().st_size > LONG)
        for number, (line, row) in enumerate(sheet.rows()):
            value, wrong = reader.read(line, row)
            if wrong:
                faults.add(wrong)
            elif kind == "usage":
                faults.add(spool.add(value))
            elif len(lines) < MOST_LINES:
                lines.append(value)
            else:
                raise CannotRead(f"more than {MOST_LINES} lines: take it in by several files")
            if number % 10_000 == 0:
                progress.show(sheet.share)
        progress.end()
    if kind == "usage":
        faults.add(spool.settle())
    faults.check()
    return lines


async def _take_in(
    kind: str,
    lines: list[Any],
    source: Source,
    settings: Settings,
    open_work: OpenWork,
    spool: Spool,
    err: TextIO,
) -> Outcome:
    match kind:
        case "people":
            return await import_people(lines, source, open_work=open_work)
        case "initiatives":
            return await import_initiatives(lines, source, open_work=open_work)
        case "conversations":
            return await import_conversations(lines, source, open_work=open_work)
        case "savings":
            return await import_savings(lines, source, open_work=open_work)
        case "readings":
            kpis = frozenset(kpi.key for kpi in settings.kpis)
            return await import_readings(lines, source, open_work=open_work, kpis=kpis)
        case _:
            progress = _Progress(f"Taking in {source.file}", err, shown=spool.count > 50_000)
            outcome = await import_usage(
                spool.lines(),
                source,
                open_work=open_work,
                progress=lambda done: progress.show(done / spool.count),
            )
            progress.end()
            return outcome


class _Progress:
    """How far a long file has come: a bar on a terminal, a line every ten percent elsewhere."""

    def __init__(self, title: str, err: TextIO, *, shown: bool) -> None:
        self._title = title
        self._err = err
        self._shown = shown
        self._bar = err.isatty()
        self._last = 0
        self._drawn = 0.0

    def show(self, share: float) -> None:
        """Draws what has changed."""
        percent = int(100 * share)
        if not self._shown or percent == self._last:
            return
        if self._bar:
            now = time.monotonic()
            if now - self._drawn >= 0.1:
                self._drawn = now
                full = percent * 30 // 100
                self._err.write(f"\r{self._title} [{'█' * full}{'·' * (30 - full)}] {percent:3d} %")
                self._err.flush()
                self._last = percent
        elif percent // 10 > self._last // 10:
            self._err.write(f"{self._title}: {percent // 10 * 10} %\n")
            self._err.flush()
            self._last = percent

    def end(self) -> None:
        """Takes the bar away."""
        if self._bar and self._drawn:
            self._err.write("\r\x1b[K")
            self._err.flush()


# --- words -----------------------------------------------------------------------------------------------------------


def _complain(file: str, bad: BadFile, err: TextIO) -> None:
    for fault in bad.faults[:MOST_SHOWN]:
        column = f', column "{fault.column}"' if fault.column else ""
        err.write(f"{file}, line {fault.line}{column}: {fault.why}\n")
    more = bad.count - min(len(bad.faults), MOST_SHOWN)
    if more:
        err.write(f"… and {more} more.\n")
    err.write(f"{bad.count} fault{'s' if bad.count > 1 else ''}: nothing was imported.\n")


def _told(file: str, outcome: Outcome) -> str:
    counted = outcome.counted
    if outcome.number is None:
        told = f"{file}: nothing new in {_lines(counted)}; nothing was changed.\n"
    else:
        told = f"{file}: {_counted(counted)}. It is import {outcome.number}: "
        told += f"`comitia undo-import {outcome.number}` takes it back.\n"
    return told + "".join(f"Note: {notice}\n" for notice in outcome.notices)


def _lines(counted: Counted) -> str:
    return f"{counted.lines} line{'' if counted.lines == 1 else 's'}"


def _counted(counted: Counted) -> str:
    return f"{_lines(counted)}, {counted.new} new, {counted.changed} changed"


def _why(error: CannotUndo) -> str:
    if error.later:
        later = ", ".join(f"{one.number} ({one.kind}, {one.file})" for one in error.later)
        which = "imports" if len(error.later) > 1 else "import"
        return f"{which} {later} came after it and may rest on it: take back the last first"
    if error.settled:
        return f"a part of import {error.number} is already summed up by week, since its days are over 100 days old"
    if error.number is None:
        return "nothing was imported"
    return f"there is no import {error.number}: `comitia imports` lists them"
