"""CSV texts taken in as `comitia import` does, into a database that is open already."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.i18n.translator import translator_for
from bot.imports.kinds import KINDS
from bot.imports.lines import Reader
from bot.imports.reading import Sheet
from bot.imports.spool import Spool
from rituals.calendar import WorkingDays
from rituals.imports import BadFile, LineFault, Outcome
from rituals.messages import Text
from rituals.organisation import Organisation, Site
from rituals.use_cases.imports import Source, import_conversations, import_readings, import_savings, import_usage
from rituals.use_cases.imports_initiatives import import_initiatives
from rituals.use_cases.imports_people import import_people
from storage.tables import census, sources
from storage.tables.columns import table
from storage.tables.initiatives import InitiativeRow
from storage.tables.people import AccountRow, PersonRow
from storage.work import Memory
from tests.builders import AT, PARIS

OURS = tuple(
    row
    for module in (census, sources)
    for row in vars(module).values()
    # The one key under which identities are hashed says nothing by itself, and stays.
    if isinstance(row, type) and row.__module__ == module.__name__ and row is not census.IdentityKeyRow
)
LISBON = ZoneInfo("Europe/Lisbon")
HOUSE = Organisation(
    name="Acme",
    locale="fr",
    zone=PARIS,
    working_days=WorkingDays(),
    sites={"lisbon": Site(zone=LISBON, working_days=WorkingDays())},
)


def source(kind: str = "people", *, at: datetime = AT, listed: frozenset[str] = frozenset()) -> Source:
    """A file taken in at AT."""
    return Source(file=f"{kind}.csv", at=at, organisation=HOUSE, listed=listed)


def said(text: Text, language: str = "en") -> str:
    """What the terminal says of a file."""
    return translator_for(language, PARIS).say(text)


def read(kind: str, text: str | bytes, *, at: datetime = AT) -> list[Any]:
    """The lines of a file. Raises CannotRead, BadFile."""
    raw = text if isinstance(text, bytes) else text.encode()
    sheet = Sheet(io.BytesIO(raw), len(raw))
    reader = Reader(KINDS[kind], sheet.header, source(at=at).today)
    faults: list[LineFault] = list(reader.faults)
    lines = []
    for line, row in sheet.rows() if not faults else ():
        value, wrong = reader.read(line, row)
        faults += wrong
        lines.append(value)
    if faults:
        raise BadFile(faults)
    return lines


async def feed(
    memory: Memory,
    kind: str,
    text: str,
    *,
    at: datetime = AT,
    listed: frozenset[str] = frozenset(),
    units: Mapping[str, str] | None = None,
) -> Outcome:
    """Takes in a file. Raises CannotRead, BadFile."""
    lines = read(kind, text, at=at)
    told = source(kind, at=at, listed=listed)
    match kind:
        case "people":
            return await import_people(lines, told, open_work=memory.open_work)
        case "initiatives":
            return await import_initiatives(lines, told, open_work=memory.open_work)
        case "conversations":
            return await import_conversations(lines, told, open_work=memory.open_work)
        case "savings":
            return await import_savings(lines, told, open_work=memory.open_work)
        case "readings":
            return await import_readings(lines, told, open_work=memory.open_work, units=units)
    with Spool() as spool:
        faults = [fault for line in lines for fault in spool.add(line)] + spool.settle()
        if faults:
            raise BadFile(faults)
        return await import_usage(spool.lines(), told, open_work=memory.open_work)


async def everything(memory: Memory) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that imports have to do with, in an order of their own, to see whether two states are the same."""
    found = {}
    async with memory.transaction() as connection:
        for row in (PersonRow, AccountRow, InitiativeRow, *OURS):
            rows = (await connection.execute(table(row).select())).all()
            # The number of an import that was taken back stays in use, and nothing else of it.
            rows = [one for one in rows if row.__name__ != "FileImportRow" or one.state != "undone"]
            found[row.__name__] = sorted((tuple(row) for row in rows), key=repr)
    return found
