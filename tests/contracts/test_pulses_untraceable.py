"""Whoever has the whole database after a wave has closed learns who answered what from nothing that is in it.

Two dozen people answer in a known order, through the same use cases as in chat, each something no other says; then a
curious administrator who knows exactly who answered tries to put names to the answers. The same attempts are made on
two careless designs, where they succeed: otherwise they would prove nothing.
"""

import base64
import random
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import DateTime, Table, Time, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from rituals.pulses import speech as says
from rituals.use_cases import answer_pulse
from storage.pulses import SqlPulses
from storage.tables.columns import table
from storage.tables.marks import SealKeyRow
from storage.tables.pulses import PulseAnswerRow, PulseCommentRow, SealedReplyRow
from storage.work import Memory
from tests.builders import slack
from tests.databases import on_a_file, on_postgres, opened
from tests.rituals.use_cases.pulse_house import CLOSE, HEARD, LAUNCH, REMINDED, WAVE, PulseHouse

NEXT_WAVE = "pulse-2026-04-07:triage"

USES = ("every_week", "once_or_twice", "not_lately", "never", "no_access")
BARRIERS = ("B_EXP", "B_CPX", "B_TRN", "B_TRU", "B_REL", "B_ACC", "B_POL", "B_OTH")
ANSWERS = [(use, sat, bar) for (use, sat), bar in zip(product(USES, "12345"), BARRIERS * 4, strict=False)][:24]
"""Two dozen answers, no two alike."""

QUESTIONS = ("USE1", "SAT1", "BAR")

MOST_RIGHT = 12
"""A random order puts twelve or more in their place less than once in a hundred million times."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the administrator noted: who answered in which order and what, and every secret before the close."""

    house: PulseHouse
    people: Sequence[str]
    answers: Sequence[str]
    comments: Sequence[str]
    secrets: Sequence[bytes]
    transactions: frozenset[str] = field(default=frozenset())


def written(use: str, satisfaction: str, barrier: str) -> str:
    return f"{use} {satisfaction} {barrier}"


async def rows(memory: Memory, of: Table) -> list[dict[str, Any]]:
    async with memory.transaction() as connection:
        return [dict(row) for row in (await connection.execute(select(of))).mappings()]


async def column(memory: Memory, statement: str) -> list[Any]:
    async with memory.transaction() as connection:
        return list((await connection.execute(text(statement))).scalars())


async def secrets_now(memory: Memory, wave: str = WAVE) -> list[bytes]:
    return [row["ciphertext"] for row in await rows(memory, table(SealedReplyRow)) if row["wave"] == wave] + [
        row["key"] for row in await rows(memory, table(SealKeyRow)) if row["subject"] == wave
    ]


def is_postgres(memory: Memory) -> bool:
    return not memory.embedded


@pytest.fixture
async def answered(memory: Memory) -> Known:
    """All have answered, half of them after the reminder, every fourth twice; people of the next wave do as well."""
    house = PulseHouse(memory)
    await house.move_in({"Claims": 72, "Legal": 24})
    await house.go(LAUNCH)
    await house.go(HEARD)
    names = await house.asked()
    assert len(names) == len(ANSWERS)
    random.Random(7).shuffle(names)
    secrets: set[bytes] = set()
    transactions: set[str] = set()
    ports = {"open_work": memory.open_work, "organisation": house.organisation}

    async def taps(name: str, wave: str, use: str, satisfaction: str, barrier: str, comment: str) -> None:
        account, at = slack(name), house.at
        await answer_pulse.answer(account, wave, use, at=at, **ports)  # type: ignore[arg-type]
        chosen = {says.SATISFACTION: (satisfaction,), says.BARRIERS: (barrier,)}
        await answer_pulse.answer_more(account, wave, chosen, at=at, **ports)  # type: ignore[arg-type]
        await answer_pulse.give_comment(account, wave, comment, at=at, **ports)  # type: ignore[arg-type]
        secrets.update(await secrets_now(memory))
        if is_postgres(memory):
            transactions.update(await column(memory, "SELECT DISTINCT xmin::text FROM sealed_reply"))

    for n, (name, said) in enumerate(zip(names, ANSWERS, strict=True)):
        if n == len(names) // 2:
            await house.go(REMINDED)
        if n % 4 == 0:
            await taps(name, WAVE, "never", "1", "B_DK", "taken back")
        await taps(name, WAVE, *said, f"words of number {n:02}" if n % 3 == 0 else "")
    await house.go(CLOSE - timedelta(minutes=30))
    for name in (await house.asked(NEXT_WAVE))[:3]:
        await taps(name, NEXT_WAVE, *ANSWERS[0], "of the next wave")
    return Known(
        house=house,
        people=[await house.id(name) for name in names],
        answers=[written(*said) for said in ANSWERS],
        comments=[f"words of number {n:02}" for n in range(0, len(names), 3)],
        secrets=sorted(secrets),
        transactions=frozenset(transactions),
    )


@pytest.fixture
async def closed(memory: Memory, answered: Known) -> Known:
    """The same after the close."""
    await answered.house.go(CLOSE)
    return answered


# --- the attempts --------------------------------------------------------------------------------------------------

PHYSICAL = {True: ("ctid", "xmin", "xmax", "cmin"), False: ("rowid",)}
"""What a database keeps of a row beside what was written: where it lies, and when or by whom it was written."""


class Image:
    """Everything a database holds, physical columns included, read once."""

    def __init__(self, tables: dict[str, list[dict[str, str]]], *, postgres: bool) -> None:
        self.tables = tables
        self._postgres = postgres

    def orders(self, of: str) -> dict[str, list[dict[str, str]]]:
        """The rows of a table in every order they can be read in."""
        rows = self.tables[of]
        found = {"as read": rows}
        for name in rows[0] if rows else ():
            found[f"by {name}"] = sorted(rows, key=lambda row: _number(row[name]))
        if self._postgres:
            for name in ("xmin", "xmax", "cmin"):
                found[f"by {name} and place"] = sorted(rows, key=lambda row: (_number(row[name]), _number(row["ctid"])))
        return found


def _number(value: str) -> tuple[Any, ...]:
    """In the order of the database: places and numbers as numbers, other things as text."""
    digits = value.strip("()").split(",")
    return tuple(map(int, digits)) if all(one.isdecimal() for one in digits) else (10**30, value)


async def everything(memory: Memory) -> Image:
    async with memory.transaction() as connection:
        return await everything_in(connection)


async def everything_in(connection: AsyncConnection) -> Image:
    tables: dict[str, list[dict[str, str]]] = {}
    postgres = connection.dialect.name == "postgresql"
    for name in await connection.run_sync(lambda sync: sorted(inspect(sync).get_table_names())):
        physical = "".join(f", {one}" for one in PHYSICAL[postgres])
        try:
            found = await connection.execute(text(f'SELECT *{physical} FROM "{name}"'))
        except DBAPIError:  # a table without row numbers
            found = await connection.execute(text(f'SELECT * FROM "{name}"'))
        tables[name] = [{key: str(value) for key, value in row.items()} for row in found.mappings()]
    return Image(tables, postgres=postgres)


def attempts(image: Image, of: str, saying: str, truth: Mapping[str, str]) -> dict[str, int]:
    """How many answers each way of putting names to the rows of the table `of` gets right.

    `saying`: the column that tells what a row says; `truth`: what each person said, in one row or several.
    """
    said = {order: _whole(rows, saying, truth) for order, rows in image.orders(of).items()}
    ways: dict[str, int] = {}
    for name in image.tables:
        if name == of:
            continue
        for by, people in _people_in(image, name, truth).items():
            for order, words in said.items():
                ways[f"{of} {order}, {name} {by}"] = max(
                    sum(truth[person] == one for person, one in zip(those, words, strict=False))
                    for those in (people, people[::-1])
                )
    ways["the same transaction"] = _by_transaction(image, of, saying, truth)
    ways["a value in common"] = _by_value(image, of, saying, truth)
    return ways


def _whole(rows: Iterable[Mapping[str, str]], saying: str, truth: Mapping[str, str]) -> list[str]:
    """What rows in some order say; answers to several questions put together again, each the next to its question."""
    if not any("question" in row for row in rows):
        return [row[saying] for row in rows if row[saying] in truth.values()]
    apart = [[row[saying] for row in rows if row["question"] == question] for question in QUESTIONS]
    return [written(*three) for three in zip(*apart, strict=True)]


def _people_in(image: Image, of: str, truth: Mapping[str, str]) -> dict[str, list[str]]:
    """The people who answered, in every order in which a table names them all."""
    found: dict[str, list[str]] = {}
    for order, rows in image.orders(of).items():
        for column in rows[0] if rows else ():
            named = [person for row in rows for person in truth if person in row[column]]
            once = list(dict.fromkeys(named))
            if len(once) == len(truth):
                found[f"{column} {order}"] = once
    return found


def _by_transaction(image: Image, of: str, saying: str, truth: Mapping[str, str]) -> int:
    """Answers that were written by a transaction which wrote, or locked, rows of one person only."""
    named: dict[str, set[str]] = {}
    for name, rows in image.tables.items():
        for row in rows if name != of else ():
            for person in truth:
                if any(person in value for value in row.values()):
                    for mark in ("xmin", "xmax"):
                        named.setdefault(row.get(mark, ""), set()).add(person)
    return sum(
        len(those := named.get(row.get("xmin", "?"), set())) == 1 and row[saying] in truth[next(iter(those))]
        for row in image.tables[of]
    )


def _by_value(image: Image, of: str, saying: str, truth: Mapping[str, str]) -> int:
    """Answers with a value of their own that a row naming one person has as well."""
    answers = [(row[saying], row) for row in image.tables[of]]
    written = [{value for name, value in row.items() if name not in PHYSICAL[True]} for _, row in answers]
    own = {
        value: said
        for (said, _), values in zip(answers, written, strict=True)
        for value in values
        if sum(value in others for others in written) == 1
    }
    found = set()
    for name, rows in image.tables.items():
        for row in rows if name != of else ():
            values = {value for column, value in row.items() if column not in (*PHYSICAL[True], "rowid")}
            people = [one for one in truth if any(one in value for value in values)]
            if len(people) == 1:
                found |= {own[value] for value in values & own.keys() if own[value] in truth[people[0]]}
    return len(found)


async def test_no_order_transaction_or_value_gives_an_answer_or_a_comment_its_name_back(
    memory: Memory, closed: Known
) -> None:
    image = await everything(memory)
    truth = dict(zip(closed.people, closed.answers, strict=True))
    commented = {one: f"words of number {n:02}" for n, one in enumerate(closed.people) if n % 3 == 0}
    assert len(image.tables["pulse_answer"]) == len(ANSWERS) * len(QUESTIONS)
    assert {row["words"] for row in image.tables["pulse_comment"]} == set(commented.values())
    for of, saying, what, most in (
        ("pulse_answer", "codes", truth, MOST_RIGHT),
        ("pulse_comment", "words", commented, len(commented)),
    ):
        ways = attempts(image, of, saying, what)
        assert len(ways) > 20
        assert not {way: count for way, count in ways.items() if count >= most}
        assert ways["the same transaction"] == ways["a value in common"] == 0
    # Nor are the answers to several questions tied to each other: whoever knows one does not know the rest.
    for answers in image.orders("pulse_answer").values():
        together = _whole(answers, "codes", truth)
        assert len(set(together) & set(truth.values())) < MOST_RIGHT
        # Nor is a comment tied to them.
        theirs = {words: truth[person] for person, words in commented.items()}
        said = [one for one in together if one in theirs.values()]
        for comments in image.orders("pulse_comment").values():
            right = sum(theirs[row["words"]] == one for row, one in zip(comments, said, strict=False))
            assert right < len(commented)
    assert not {row["id"] for row in image.tables["pulse_answer"]} & {
        row["id"] for row in image.tables["pulse_comment"]
    }
    assert {row["wave"] for row in image.tables["sealed_reply"]} == {NEXT_WAVE}
    assert [row["subject"] for row in image.tables["seal_key"]] == [NEXT_WAVE]
    # Who was reminded had not answered by then.
    assert not [row for row in image.tables["post"] if row["id"].startswith(f"pulse-reminder:{WAVE}")]
    if is_postgres(memory):
        _bears_no_mark_of_an_answer(image, closed)
    else:
        assert "rowid" not in image.tables["pulse_answer"][0].keys() | image.tables["pulse_comment"][0].keys()


def _bears_no_mark_of_an_answer(image: Image, closed: Known) -> None:
    """No row but a seal bears the number of a transaction in which somebody answered, as writer or as locker."""
    still_open = {row["xmin"] for row in image.tables["sealed_reply"]}
    assert len(closed.transactions - still_open) > len(ANSWERS)
    for name, rows in image.tables.items():
        if name != "sealed_reply":
            assert not {row[mark] for row in rows for mark in ("xmin", "xmax")} & (closed.transactions - still_open)
    for of in ("pulse_answer", "pulse_comment"):
        assert len({row["xmin"] for row in image.tables[of]}) == 1, "all at once"
        assert {row["xmax"] for row in image.tables[of]} == {"0"}


# --- what they would find in a careless design ---------------------------------------------------------------------


CARELESS = (
    "CREATE TABLE careless_answer (id TEXT PRIMARY KEY, said TEXT)",
    "CREATE TABLE careless_part (person TEXT PRIMARY KEY, receipt TEXT)",
)


@asynccontextmanager
async def careless(memory: Memory) -> AsyncIterator[None]:
    """Two more tables while the context lasts."""
    async with memory.transaction() as connection:
        for statement in CARELESS:
            await connection.execute(text(statement))
    try:
        yield
    finally:
        async with memory.transaction() as connection:
            for name in ("careless_answer", "careless_part"):
                await connection.execute(text(f"DROP TABLE {name}"))


async def _note(connection: AsyncConnection, answer: tuple[str, str] | None, part: tuple[str, str] | None) -> None:
    for name, values in (("careless_answer", answer), ("careless_part", part)):
        if values is not None:
            await connection.execute(text(f"INSERT INTO {name} VALUES (:a, :b)"), {"a": values[0], "b": values[1]})


async def test_a_careless_design_gives_everybody_away_to_the_same_attempts(memory: Memory, answered: Known) -> None:
    truth = dict(zip(answered.people, answered.answers, strict=True))
    # Who has answered is marked together with the answer, under an id that tells nothing.
    async with careless(memory):
        for n, (person, said) in enumerate(truth.items()):
            async with memory.transaction() as connection:
                await _note(connection, (f"{n * 7919 % 997:03}", said), (person, "answered"))
        ways = attempts(await everything(memory), "careless_answer", "said", truth)
    assert max(ways.values()) == len(truth)
    if is_postgres(memory):
        assert ways["the same transaction"] == len(truth)
    # All at once and shuffled, but with one number in common.
    async with careless(memory), memory.transaction() as connection:
        shuffled = list(truth.items())
        random.Random(1).shuffle(shuffled)
        for n, (_, said) in enumerate(shuffled):
            await _note(connection, (f"receipt {n}", said), None)
        for n, (person, _) in sorted(enumerate(shuffled), key=lambda one: one[1][0]):
            await _note(connection, None, (person, f"receipt {n}"))
        ways = attempts(await everything_in(connection), "careless_answer", "said", truth)
    assert ways["a value in common"] == len(truth)


# --- seals ---------------------------------------------------------------------------------------------------------


in_memory = pytest.mark.parametrize("database", ["memory"], indirect=True)


@in_memory
async def test_seals_differ_in_neither_length_nor_time(memory: Memory, answered: Known) -> None:
    tokens = [base64.urlsafe_b64decode(row["ciphertext"]) for row in await rows(memory, table(SealedReplyRow))]
    assert len({len(token) for token in tokens}) == 1, "with a comment or without"
    assert {token[1:9] for token in tokens} == {bytes(8)}, "the token's own clock stands still"
    assert len({token[9:25] for token in tokens}) == len(tokens), "every seal has its own random start"


@pytest.mark.parametrize("row", [SealedReplyRow, PulseAnswerRow, PulseCommentRow])
def test_neither_a_seal_nor_an_answer_has_a_time_or_points_at_anything(row: type[SQLModel]) -> None:
    for one in table(row).columns:
        assert not isinstance(getattr(one.type, "impl", one.type), DateTime | Time)
        assert not one.foreign_keys, "PostgreSQL would note who points at a row on that row"


@in_memory
async def test_before_the_close_no_answer_is_anywhere_in_the_clear(memory: Memory, answered: Known) -> None:
    for name in SQLModel.metadata.tables:
        if name == "words":
            continue  # holds the question, whose buttons name every answer there is
        for row in await rows(memory, SQLModel.metadata.tables[name]):
            words = [str(value) for value in row.values()]
            assert not mentioned(words, ["words of number", "taken back", "B_CPX", "once_or_twice"]), name
    assert not mentioned((str(row) for row in await rows(memory, SQLModel.metadata.tables["words"])), answered.comments)


def mentioned(words: Iterable[str], these: Iterable[str]) -> bool:
    those = list(these)
    return any(one in word for word in words for one in those)


# --- bytes ---------------------------------------------------------------------------------------------------------


def remains(path: Path, secrets: Iterable[bytes]) -> int:
    """How many of the secrets have left eighty bytes or more, or the beginning, in the files of the database."""
    bytes_ = b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
    # The first sixteen are alike in all tokens (version and time); a key is looked for whole.
    return sum(
        any(secret[at : at + 16] in bytes_ for at in range(16 if len(secret) > 64 else 0, len(secret) - 15, 64))
        for secret in secrets
    )


def copied(path: Path, to: Path) -> Path:
    """The files of a database as they lie there now, elsewhere."""
    to.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        (to / file.name).write_bytes(file.read_bytes())
    return to / path.name


@on_a_file
async def test_the_bytes_of_an_sqlite_file_and_its_log_forget_the_seals(
    memory: Memory, answered: Known, tmp_path: Path
) -> None:
    path = tmp_path / "comitia.sqlite"
    now = await secrets_now(memory)
    assert remains(path, now) == len(now) == 25, "this would find them if they were there"
    await answered.house.go(CLOSE)
    assert remains(path, answered.secrets) == 0


@on_a_file
async def test_what_a_crash_right_after_the_close_left_in_the_log_goes_at_the_next_start(
    memory: Memory, answered: Known, tmp_path: Path
) -> None:
    async with memory.transaction() as connection:
        # As if the process ended between the close's commit and the wiping after it.
        await SqlPulses(connection).close(WAVE, on=CLOSE.date())
    crashed = copied(tmp_path / "comitia.sqlite", tmp_path / "crashed")
    assert remains(crashed, answered.secrets) > 0
    async with opened(f"sqlite:///{crashed}") as restarted:
        assert await column(restarted, "SELECT count(*) FROM pulse_answer") == [len(ANSWERS) * len(QUESTIONS)]
        assert remains(crashed, answered.secrets) == 0


@on_postgres
async def test_postgresql_gives_back_the_pages_of_the_last_seals(memory: Memory, closed: Known) -> None:
    await closed.house.go(CLOSE + timedelta(days=7))
    async with memory.open_work() as work:
        for row in await rows(memory, SQLModel.metadata.tables["wave"]):
            await work.pulses.discard(row["id"])
    for name in ("sealed_reply", "seal_key"):
        assert await column(memory, f"SELECT pg_relation_size('{name}')") == [0]
