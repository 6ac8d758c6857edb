"""Whoever has the whole database after a reveal learns who marked what from no join, row order, transaction or byte.

Two dozen members seal in a known order, each a sheet no other has; then the tests try to put names to the sheets.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date, DateTime, Table, Time, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from storage.marks import SqlMarks
from storage.tables.columns import table
from storage.tables.marks import MarkSheetRow, RevealRow, SealedMarksRow, SealKeyRow
from storage.work import Memory
from tests.builders import NOBODY, entry, initiative, marks, occurrence, step
from tests.databases import on_a_file, on_postgres, on_sqlite, opened

SITTING, OTHER = occurrence(), occurrence(date(2026, 4, 14))
DIGITS = ["".join(digits) for digits in product("12345", repeat=5)][100:3100:125]
"""Two dozen sheets, no two alike."""

MOST_RIGHT = 12
"""A random order puts twelve or more in their place less than once in a hundred million times."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a curious administrator noted: who sealed in which order and what, and every secret before the reveal."""

    members: Sequence[str]
    sheets: Sequence[str]
    secrets: Sequence[bytes]


async def rows(memory: Memory, of: Table) -> list[dict[str, Any]]:
    async with memory.transaction() as connection:
        return [dict(row) for row in (await connection.execute(select(of))).mappings()]


async def column(memory: Memory, statement: str) -> list[Any]:
    async with memory.transaction() as connection:
        return list((await connection.execute(text(statement))).scalars())


async def secrets_now(memory: Memory) -> list[bytes]:
    return [row["ciphertext"] for row in await rows(memory, table(SealedMarksRow))] + [
        row["key"] for row in await rows(memory, table(SealKeyRow)) if row["subject"] == SITTING.id
    ]


@pytest.fixture
async def sealed(memory: Memory) -> Known:
    """They have sealed in order, every fourth of them twice; another sitting's seals lie between."""
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry(f"m{n:02}@example.org") for n in range(len(DIGITS))], default=NOBODY)
        members = [person.id for person in await work.people.all_present()]
        await work.initiatives.put(initiative("bot"))
        for one in (SITTING, OTHER):
            await work.occurrences.plan(one, [step(one)])
            await work.occurrences.put_points(one.id, ["bot"])
    secrets: set[bytes] = set()
    for n, (member, digits) in enumerate(zip(members, DIGITS, strict=True)):
        if n % 4 == 0:
            async with memory.open_work() as work:
                await work.marks.seal(SITTING.id, member, "bot", marks(11111))
                await work.marks.seal(OTHER.id, member, "bot", marks(digits))
            secrets |= set(await secrets_now(memory))
        async with memory.open_work() as work:
            await work.marks.seal(SITTING.id, member, "bot", marks(digits))
    secrets |= set(await secrets_now(memory))
    others = {row["ciphertext"] for row in await rows(memory, table(SealedMarksRow)) if row["occurrence"] == OTHER.id}
    return Known(members=members, sheets=DIGITS, secrets=sorted(secrets - others))


@pytest.fixture
async def revealed(memory: Memory, sealed: Known) -> Known:
    """The same after the reveal."""
    async with memory.open_work() as work:
        await work.marks.reveal(SITTING.id)
    return sealed


def right(guess: Sequence[str], known: Known) -> int:
    """How many sheets a guess gives to the member who wrote them, read from either end."""
    assert sorted(guess) == sorted(known.sheets)
    return max(
        sum(mine == theirs for mine, theirs in zip(order, known.sheets, strict=True))
        for order in (list(guess), list(reversed(guess)))
    )


async def test_the_sealed_rows_and_the_key_are_gone(memory: Memory, revealed: Known) -> None:
    assert {row["occurrence"] for row in await rows(memory, table(SealedMarksRow))} == {OTHER.id}
    assert [row["subject"] for row in await rows(memory, table(SealKeyRow))] == [OTHER.id]


async def test_seals_differ_in_neither_length_nor_time(memory: Memory, sealed: Known) -> None:
    tokens = [base64.urlsafe_b64decode(row["ciphertext"]) for row in await rows(memory, table(SealedMarksRow))]
    assert len({len(token) for token in tokens}) == 1
    assert {token[1:9] for token in tokens} == {bytes(8)}, "the token's own clock stands still"
    assert len({token[9:25] for token in tokens}) == len(tokens), "every seal has its own random start"


@pytest.mark.parametrize("row", [SealKeyRow, SealedMarksRow, MarkSheetRow, RevealRow])
def test_no_table_of_marks_knows_a_time(row: type[SQLModel]) -> None:
    for one in table(row).columns:
        kind = getattr(one.type, "impl", one.type)
        assert not isinstance(kind, DateTime | Date | Time)


async def test_the_sheets_are_in_no_order_a_name_could_be_put_to(memory: Memory, revealed: Known) -> None:
    for order in ("", "ORDER BY id", "ORDER BY occurrence", "ORDER BY id DESC"):
        assert right(await column(memory, f"SELECT marks FROM mark_sheet {order}"), revealed) < MOST_RIGHT


@on_sqlite
async def test_sqlite_keeps_no_row_number_of_a_sheet(memory: Memory, revealed: Known) -> None:
    for name in ("rowid", "oid", "_rowid_"):
        with pytest.raises(DBAPIError, match="no such column"):
            await column(memory, f"SELECT {name} FROM mark_sheet")


@on_postgres
async def test_postgresql_knows_one_transaction_and_a_shuffled_place_of_the_sheets(
    memory: Memory, revealed: Known
) -> None:
    for order in ("ctid", "xmin::text::bigint, cmin::text::bigint, ctid", "cmin::text::bigint"):
        assert right(await column(memory, f"SELECT marks FROM mark_sheet ORDER BY {order}"), revealed) < MOST_RIGHT
    assert len(await column(memory, "SELECT DISTINCT xmin::text FROM mark_sheet")) == 1
    assert await column(memory, "SELECT DISTINCT xmax::text FROM mark_sheet") == ["0"]
    (wrote,) = await column(memory, "SELECT DISTINCT xmin::text FROM mark_sheet")
    for name in SQLModel.metadata.tables:
        if name != "mark_sheet":
            found = await column(memory, f"SELECT t::text FROM \"{name}\" t WHERE xmin::text = '{wrote}'")
            assert not mentioned(found, revealed.members), "what the reveal wrote besides names nobody"


async def test_no_join_leads_from_a_sheet_to_a_member(memory: Memory, revealed: Known) -> None:
    everything = {name: await rows(memory, one) for name, one in SQLModel.metadata.tables.items()}
    elsewhere = {
        value for name, found in everything.items() if name != "mark_sheet" for row in found for value in row.values()
    }
    shared = {name for sheet in everything["mark_sheet"] for name, value in sheet.items() if value in elsewhere}
    assert shared == {"occurrence", "initiative"}, "and these all of them have in common"
    for found in everything.values():
        for row in found:
            words = [str(value) for value in row.values()]
            for member, digits in zip(revealed.members, revealed.sheets, strict=True):
                assert not (mentioned(words, [member]) and mentioned(words, [digits]))


def mentioned(words: Iterable[str], these: Iterable[str]) -> bool:
    return any(one in word for word in words for one in these)


def remains(path: Path, secrets: Iterable[bytes]) -> int:
    """How many of the secrets have left sixteen bytes or more in the files of the database."""
    bytes_ = b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
    # The first sixteen are alike in all tokens: version and time.
    return sum(any(secret[at : at + 16] in bytes_ for at in range(16, len(secret) - 15, 4)) for secret in secrets)


def copied(path: Path, to: Path) -> Path:
    """The files of a database as they lie there now, elsewhere."""
    to.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        (to / file.name).write_bytes(file.read_bytes())
    return to / path.name


@on_a_file
async def test_the_bytes_of_an_sqlite_file_and_its_log_forget_the_seals(
    memory: Memory, sealed: Known, tmp_path: Path
) -> None:
    path = tmp_path / "comitia.sqlite"
    assert remains(path, sealed.secrets) == len(sealed.secrets) > 30, "this would find them if they were there"
    async with memory.open_work() as work:
        await work.marks.reveal(SITTING.id)
    assert remains(path, sealed.secrets) == 0


@on_a_file
async def test_what_a_crash_right_after_the_reveal_left_in_the_log_goes_at_the_next_start(
    memory: Memory, sealed: Known, tmp_path: Path
) -> None:
    async with memory.transaction() as connection:
        # As if the process ended between the reveal's commit and the wiping after it.
        await SqlMarks(connection).reveal(SITTING.id)
    crashed = copied(tmp_path / "comitia.sqlite", tmp_path / "crashed")
    assert remains(crashed, sealed.secrets) > 0
    async with opened(f"sqlite:///{crashed}") as restarted:
        assert await column(restarted, "SELECT count(*) FROM mark_sheet") == [len(DIGITS)]
        assert remains(crashed, sealed.secrets) == 0


@on_postgres
async def test_postgresql_gives_back_the_pages_of_the_last_seals(memory: Memory, sealed: Known) -> None:
    for one in (SITTING, OTHER):
        async with memory.open_work() as work:
            await work.marks.reveal(one.id)
    for name in ("sealed_marks", "seal_key"):
        assert await column(memory, f"SELECT pg_relation_size('{name}')") == [0]


async def test_the_tables_looked_at_are_those_there_are(memory: Memory) -> None:
    async with memory.transaction() as connection:
        found = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    assert found - {"alembic_version"} == set(SQLModel.metadata.tables)
