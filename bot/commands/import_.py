"""`comitia import`, `undo-import` and `imports`: files of other systems, taken in and taken back."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from bot.commands.check import refuse
from bot.commands.speaking import speaker
from bot.i18n.translator import Translator
from bot.imports import reading
from bot.imports.kinds import KINDS
from bot.imports.lines import Reader
from bot.imports.reading import CannotRead
from bot.imports.spool import Spool
from bot.settings import Settings, SettingsError, load
from rituals.imports import BadFile, Counted, LineFault, Outcome, did_you_mean
from rituals.messages import Several, Text, say
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
) -> int:
    """Takes in the file `path` of that kind, all of it or nothing; the exit code.

    What came of it goes to `out`; faults, each with its line, and progress to `err`.
    """
    speak = speaker(environ)
    if kind not in KINDS:
        return _no_kind(kind, err, speak)
    try:
        settings = load(config, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, err, environ=environ, then=say("import-then-nothing"))
    return await bring_in(kind, path, settings, at=at, out=out, err=err, environ=environ)


async def bring_in(
    kind: str,
    path: Path,
    settings: Settings,
    *,
    at: datetime,
    out: TextIO,
    err: TextIO,
    environ: Mapping[str, str] | None = None,
) -> int:
    """The same where the kind is one there is, and the settings are loaded."""
    from bot.app import CannotStart, importing

    speak = speaker(environ or {}, otherwise=settings.organisation.locale)
    name = path.name or str(path)  # "." and "/" have no last part
    source = Source(
        file=name,
        at=at,
        organisation=settings.organisation_rules(),
        listed=frozenset(one.key for one in settings.initiatives),
    )
    try:
        async with importing(settings) as open_work:
            with Spool() as spool:
                found = _read(kind, path, source, spool, err, speak)
                outcome = await _take_in(kind, found, source, open_work, spool, err, speak)
    except (CannotRead, CannotStart) as error:
        _write(err, speak, say("import-file-fault", file=name, why=error.why), say("import-nothing-imported"))
        return 1
    except BadFile as bad:
        _write(err, speak, *_complaints(name, bad))
        return 1
    _write(out, speak, *_told(name, outcome))
    return 0


def nothing_named(err: TextIO, *, environ: Mapping[str, str]) -> int:
    """Asks for the kind and the file that the arguments lack; the exit code."""
    _write(err, speaker(environ), say("import-which"))
    return 2


def template(kind: str | None, out: TextIO, err: TextIO, *, environ: Mapping[str, str]) -> int:
    """Writes the header and an example line of a kind, or of every kind; the exit code.

    Which headings may be French too goes to `err`.
    """
    if kind is not None and kind not in KINDS:
        return _no_kind(kind, err, speaker(environ))
    if kind is not None:
        out.write(reading.written(KINDS[kind].template))
    else:
        out.write("\n".join(f"# {name}.csv\n{reading.written(one.template)}" for name, one in KINDS.items()))
    # Beside the file, which is to stay one that can be sent.
    for one in KINDS.values() if kind is None else (KINDS[kind],):
        names = ", ".join(column.in_both for column in one.columns if column.french)
        _write(err, speaker(environ), say("import-template-french", file=f"{one.name}.csv", names=names))
    return 0


async def undo(
    number: int | None,
    *,
    config: Path,
    environ: Mapping[str, str],
    at: datetime,
    out: TextIO,
) -> int:
    """Takes an import back, the last one by default; the exit code."""
    from bot.app import CannotStart, importing

    try:
        settings = load(config, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ, then=say("import-then-not-undone"))
    speak = speaker(environ, otherwise=settings.organisation.locale)
    try:
        async with importing(settings) as open_work:
            undone = await take_back(number, at, organisation=settings.organisation_rules(), open_work=open_work)
    except CannotStart as error:
        _write(out, speak, say("import-not-undone", why=error.why))
        return 1
    except CannotUndo as error:
        _write(out, speak, say("import-not-undone", why=_why(error)))
        return 1
    _write(out, speak, say("import-undone", number=str(undone.number), kind=undone.kind, file=undone.file))
    return 0


async def listing(*, config: Path, environ: Mapping[str, str], out: TextIO) -> int:
    """Lists the imports that count, oldest first; the exit code."""
    from bot.app import CannotStart, importing

    try:
        settings = load(config, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    speak = speaker(environ, otherwise=settings.organisation.locale)
    try:
        async with importing(settings) as open_work, open_work() as work:
            imports = await work.sources.imports()
    except CannotStart as error:
        _write(out, speak, error.why)
        return 1
    zone = settings.organisation.zone
    for one in imports:
        when = one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        line = f"{one.number:>5}  {when}  {one.kind:<13}  {speak.say(_counted(one.counted))}  {one.file}"
        out.write(f"{line} {speak.say(say('import-list-settled'))}\n" if one.settled else f"{line}\n")
    if not imports:
        _write(out, speak, say("import-list-empty"))
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


def _read(kind: str, path: Path, source: Source, spool: Spool, err: TextIO, speak: Translator) -> list[Any]:
    """The lines of a file; those of usage go into the spool. Raises CannotRead, BadFile."""
    faults = _Faults()
    lines: list[Any] = []
    with reading.opened(path) as sheet:
        reader = Reader(KINDS[kind], sheet.header, source.today)
        faults.add(reader.faults)
        faults.check()
        title = say("import-reading", file=path.name)
        progress = _Progress(title, err, speak, shown=path.stat().st_size > LONG)
        for number, (line, row) in enumerate(sheet.rows()):
            value, wrong = reader.read(line, row)
            if wrong:
                faults.add(wrong)
            elif kind == "usage":
                faults.add(spool.add(value))
            elif len(lines) < MOST_LINES:
                lines.append(value)
            else:
                raise CannotRead(say("import-too-many-lines", most=MOST_LINES))
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
    open_work: OpenWork,
    spool: Spool,
    err: TextIO,
    speak: Translator,
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
            units = {key: kpi.unit for key, kpi in source.organisation.kpis.items()}
            return await import_readings(lines, source, open_work=open_work, units=units)
        case _:
            title = say("import-taking-in", file=source.file)
            progress = _Progress(title, err, speak, shown=spool.count > 50_000)
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

    def __init__(self, title: Text, err: TextIO, speak: Translator, *, shown: bool) -> None:
        self._title = title
        self._err = err
        self._speak = speak
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
                bar = f"[{'█' * full}{'·' * (30 - full)}] {percent:3d} %"
                self._err.write(f"\r{self._speak.say(self._title)} {bar}")
                self._err.flush()
                self._last = percent
        elif percent // 10 > self._last // 10:
            _write(self._err, self._speak, say("import-progress", doing=self._title, percent=percent // 10 * 10))
            self._err.flush()
            self._last = percent

    def end(self) -> None:
        """Takes the bar away."""
        if self._bar and self._drawn:
            self._err.write("\r\x1b[K")
            self._err.flush()


# --- words -----------------------------------------------------------------------------------------------------------


def _write(out: TextIO, speak: Translator, *told: Text) -> None:
    out.writelines(f"{speak.say(text)}\n" for text in told)


def _no_kind(kind: str, err: TextIO, speak: Translator) -> int:
    _write(err, speak, say("import-no-kind", kind=kind, hint=did_you_mean(kind.lower(), KINDS)))
    return 2


def _complaints(file: str, bad: BadFile) -> Iterator[Text]:
    for fault in bad.faults[:MOST_SHOWN]:
        if fault.column:
            yield say("import-field-fault", file=file, line=str(fault.line), column=fault.column, why=fault.why)
        else:
            yield say("import-line-fault", file=file, line=str(fault.line), why=fault.why)
    more = bad.count - min(len(bad.faults), MOST_SHOWN)
    if more:
        yield say("import-more-faults", count=more)
    yield say("import-faults", count=bad.count)


def _told(file: str, outcome: Outcome) -> Iterator[Text]:
    if outcome.number is None:
        yield say("import-nothing-new", file=file, lines=_lines(outcome.counted))
    else:
        yield say("import-done", file=file, counted=_counted(outcome.counted), number=str(outcome.number))
    for notice in outcome.notices:
        yield say("import-note", notice=notice)


def _lines(counted: Counted) -> Text:
    return say("import-lines", count=counted.lines)


def _counted(counted: Counted) -> Text:
    return say("import-counted", lines=_lines(counted), new=counted.new, changed=counted.changed)


def _why(error: CannotUndo) -> Text:
    if error.later:
        later = (say("import-named", number=str(one.number), kind=one.kind, file=one.file) for one in error.later)
        order = ", ".join(str(one.number) for one in sorted(error.later, key=lambda one: one.number, reverse=True))
        return say("import-undo-later", count=len(error.later), later=Several(items=tuple(later)), order=order)
    if error.number is None:
        return say("import-undo-nothing")
    return say("import-undo-settled" if error.settled else "import-undo-unknown", number=str(error.number))
