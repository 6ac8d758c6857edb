"""Taking files in: each whole or not at all, and the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from rituals.calendar import local_day
from rituals.imports import (
    KEEP_WEEKS,
    BadFile,
    ConversationLine,
    Counted,
    LineFault,
    Outcome,
    Reading,
    ReadingLine,
    SavingLine,
    UsageCount,
    UsageLine,
    did_you_mean,
)
from rituals.kpis import SHARE
from rituals.measures.escalation import Conversations
from rituals.messages import Text, Value, say
from rituals.organisation import Organisation
from rituals.ports import OpenWork, Work

CHUNK = 5000
"""How many lines of usage one transaction takes: few enough that a running Comitia waits for none of them."""

MOST_ADDRESSES = 200_000
"""How many addresses are kept in mind while usage comes in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file: its name and when it is taken in. `listed`: keys of the initiatives in app.yaml."""

    file: str
    at: datetime
    organisation: Organisation
    listed: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        """The organisation's day."""
        return local_day(self.at, self.organisation.zone)


async def known_initiatives(work: Work, source: Source) -> frozenset[str]:
    """Every initiative a file may name."""
    return source.listed | {one.key for one in await work.initiatives.all()} | set(await work.census.told())


def unknown_initiative(line: int, key: str, known: Collection[str], *, column: str = "initiative") -> LineFault:
    """That a line names an initiative nobody knows."""
    return LineFault(
        line=line, column=column, why=say("import-unknown-initiative", initiative=key, hint=did_you_mean(key, known))
    )


async def import_usage(
    lines: Iterable[UsageLine],
    source: Source,
    *,
    open_work: OpenWork,
    progress: Callable[[int], None] = lambda done: None,
) -> Outcome:
    """Takes in usage: no two lines of one initiative, address and day; in any order, in that order fastest.

    Any number of lines: they come in by chunks, which count all at once in the end, or never. `progress` is told the
    lines done. Raises BadFile for initiatives nobody knows.
    """
    await sweep(open_work=open_work)
    async with open_work() as work:
        known = await known_initiatives(work, source)
        folded = await work.sources.folded()
        number = await work.sources.begin("usage", file=source.file, at=source.at)
    usage = _Usage(number=number, known=known, folded=folded, oldest=source.today - KEEP_WEEKS)
    kept: int | None = None
    try:
        for chunk in _chunks(lines):
            async with open_work() as work:
                await usage.take(chunk, work)
            progress(usage.counted.lines)
        if usage.faults:
            raise BadFile(usage.faults, count=usage.fault_count)
        if not usage.counted.is_nothing_new:
            async with open_work() as work:
                await work.sources.keep(number, usage.counted)
            kept = number
    finally:
        if kept is None:
            await sweep(open_work=open_work)
    return Outcome(number=kept, counted=usage.counted, notices=usage.notices())


class _Usage:
    """Usage on its way in."""

    def __init__(self, *, number: int, known: frozenset[str], folded: Mapping[str, date], oldest: date) -> None:
        self._number = number
        self._known = known
        self._folded = folded
        self._oldest = oldest
        self._identities: dict[str, int] = {}
        self.counted = Counted()
        self.faults: list[LineFault] = []
        self.fault_count = 0
        self._past = 0
        self._strangers = 0

    async def take(self, lines: Sequence[UsageLine], work: Work) -> None:
        """Adds a chunk, or, once a line was wrong, only looks for what else is."""
        good = [line for line in lines if self._is_good(line)]
        await self._look_up({line.email for line in good if line.actions}, work, make=True)
        # No use by somebody nobody knows is nothing to keep.
        await self._look_up({line.email for line in good if not line.actions}, work, make=False)
        counts = [
            UsageCount(
                initiative=line.initiative,
                day=line.day,
                identity=self._identities[line.email],
                actions=line.actions,
            )
            for line in good
            if line.email in self._identities and not self._is_past(line)
        ]
        self._past += sum(map(self._is_past, good))
        added = Counted() if self.faults else await work.sources.add_usage(self._number, counts)
        self.counted += Counted(lines=len(lines), new=added.new, changed=added.changed)

    def _is_past(self, line: UsageLine) -> bool:
        return line.day < self._oldest or line.day <= self._folded.get(line.initiative, date.min)

    async def _look_up(self, emails: Collection[str], work: Work, *, make: bool) -> None:
        if make and len(self._identities) > MOST_ADDRESSES:
            self._identities.clear()
        missing = [f"mail:{email}" for email in sorted(emails) if email not in self._identities]
        if missing:
            found = await work.census.identities(missing, make=make)
            owned = await work.census.owners(found)
            self._strangers += len(found) - len(owned)
            self._identities |= {handle.removeprefix("mail:"): number for handle, number in found.items()}

    def _is_good(self, line: UsageLine) -> bool:
        if line.initiative in self._known:
            return True
        self.fault_count += 1
        if len(self.faults) < 20:
            self.faults.append(unknown_initiative(line.line, line.initiative, self._known))
        return False

    def notices(self) -> tuple[Text, ...]:
        """What is worth saying: addresses of nobody we know, and days too old to be kept."""
        found = []
        if self._strangers:
            found.append(say("import-strangers", count=self._strangers))
        if self._past:
            found.append(say("import-past", count=self._past))
        return tuple(found)


def _chunks(lines: Iterable[UsageLine]) -> Iterator[list[UsageLine]]:
    rest = iter(lines)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


async def sweep(*, open_work: OpenWork) -> None:
    """Deletes usage that counts for nothing: of an import that failed, was stopped, or was taken back."""
    async with open_work() as work:
        leftovers = await work.sources.leftovers()
    for start in range(0, len(leftovers), 20):
        async with open_work() as work:
            await work.sources.sweep(leftovers[start : start + 20])
    async with open_work() as work:
        await work.sources.sweep_imports()
        if leftovers:
            await work.census.forget_strays()


# --- what an assistant, a ledger or somebody's reckoning says -------------------------------------------------------


async def import_conversations(lines: Iterable[ConversationLine], source: Source, *, open_work: OpenWork) -> Outcome:
    """Takes in how conversations ended. Raises BadFile."""
    told: dict[tuple[str, date], tuple[int, Conversations]] = {}
    faults = []
    for line in lines:
        faults += _noted(told, (line.initiative, line.day), line.line, line.counts)
    async with open_work() as work:
        known = await known_initiatives(work, source)
        faults += [unknown_initiative(line, key[0], known) for key, (line, _) in told.items() if key[0] not in known]
        _refuse(faults)
        number = await work.sources.begin("conversations", file=source.file, at=source.at)
        counted = await work.sources.add_conversations(number, {key: counts for key, (_, counts) in told.items()})
        return await _ended(work, number, counted)


async def import_savings(lines: Iterable[SavingLine], source: Source, *, open_work: OpenWork) -> Outcome:
    """Takes in amounts saved. Raises BadFile."""
    told: dict[tuple[str, date], tuple[int, str]] = {}
    faults = []
    for line in lines:
        faults += _noted(told, (line.initiative, line.day), line.line, line.amount)
    async with open_work() as work:
        known = await known_initiatives(work, source)
        faults += [unknown_initiative(line, key[0], known) for key, (line, _) in told.items() if key[0] not in known]
        _refuse(faults)
        number = await work.sources.begin("savings", file=source.file, at=source.at)
        counted = await work.sources.add_savings(number, {key: amount for key, (_, amount) in told.items()})
        return await _ended(work, number, counted)


async def import_readings(
    lines: Iterable[ReadingLine], source: Source, *, open_work: OpenWork, units: Mapping[str, str] | None = None
) -> Outcome:
    """Takes in values of followed figures; `units`: of each by its key, None where any will do. Raises BadFile."""
    told: dict[tuple[str, date], tuple[int, Reading]] = {}
    faults = []
    for line in lines:
        faults += _noted(told, (line.kpi, line.day), line.line, line.reading)
        if units is not None:
            faults += _amiss(line, units)
    _refuse(faults)
    async with open_work() as work:
        number = await work.sources.begin("readings", file=source.file, at=source.at)
        counted = await work.sources.add_readings(number, {key: reading for key, (_, reading) in told.items()})
        return await _ended(work, number, counted)


def _amiss(line: ReadingLine, units: Mapping[str, str]) -> Iterator[LineFault]:
    """A value of a KPI nobody knows, or one that would be read a hundred times too large or too small."""
    unit = units.get(line.kpi)
    if unit is None:
        why = say("import-unknown-kpi", kpi=line.kpi, hint=did_you_mean(line.kpi, units))
        yield LineFault(line=line.line, column="kpi", why=why)
        return
    value = Decimal(line.reading.value)
    if unit != SHARE:
        if line.in_percent and unit:
            yield LineFault(line=line.line, column="value", why=say("import-percent-of-unit", kpi=line.kpi, unit=unit))
        elif line.in_percent:
            yield LineFault(line=line.line, column="value", why=say("import-percent-of-none", kpi=line.kpi))
    elif not line.in_percent and 1 < value <= 100:
        meant = {"value": _written(value), "share": _written(value.scaleb(-2))}
        why = say("import-share-or-percent", kpi=line.kpi, **meant)
        yield LineFault(line=line.line, column="value", why=why)
    elif not 0 <= value <= 1:
        yield LineFault(line=line.line, column="value", why=say("import-share-bounds", kpi=line.kpi))


def _written(number: Decimal) -> Value:
    """A number with all its decimals, behind the reader's own decimal sign."""
    whole, point, part = format(number.normalize(), "f").partition(".")
    return say("import-decimal", whole=whole, part=part) if point else whole


Noted = TypeVar("Noted")


def _noted(
    told: dict[tuple[str, date], tuple[int, Noted]], key: tuple[str, date], line: int, value: Noted
) -> list[LineFault]:
    """Keeps what a line says; a fault where a line before says otherwise of the same day."""
    before, known = told.setdefault(key, (line, value))
    if known == value:
        return []
    why = say("import-day-twice", line=str(before), what=key[0], day=key[1].isoformat())
    return [LineFault(line=line, column=None, why=why)]


def _refuse(faults: Sequence[LineFault]) -> None:
    if faults:
        raise BadFile(sorted(faults, key=lambda fault: fault.line))


async def _ended(work: Work, number: int, counted: Counted) -> Outcome:
    if counted.is_nothing_new:
        await work.sources.drop(number)
        await work.sources.sweep_imports()
        return Outcome(number=None, counted=counted)
    await work.sources.keep(number, counted)
    return Outcome(number=number, counted=counted)
