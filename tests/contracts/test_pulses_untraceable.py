"""Whoever has the whole database after a wave has closed learns who answered what from nothing that is in it.

Two dozen people answer in a known order, through the same use cases as in chat, each something no other says; then a
curious administrator who knows exactly who answered tries to put names to the answers. The same attempts are made on two
careless designs, where they succeed: otherwise they would prove nothing.
"""

import base64
import random
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import DateTime, Table, Time, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from rituals.pulses import speech as says
from rituals.use_cases import answer_pulse
from storage.pulses import SqlPulses
from storage.tables.columns import table
from storage.tables.marks import SealKeyRow
from storage.tables.pulses import PulseAnswerRow, PulseCommentRow, SealedReplyRow
from storage.work import Memory
from tests.builders import slack
from tests.databases import on_a_file, on_postgres, on_sqlite, opened
from tests.rituals.use_cases.pulse_house import CLOSE, HEARD, LAUNCH, REMINDED, WAVE, PulseHouse

NEXT_WAVE = "pulse-2026-04-07:triage"

USES = ("every_week", "once_or_twice", "not_lately", "never", "no_access")
BARRIERS = ("B_EXP", "B_CPX", "B_TRN", "B_TRU", "B_REL", "B_ACC", "B_POL", "B_OTH")
ANSWERS = [(use, sat, bar) for (use, sat), bar in zip(product(USES, "12345"), BARRIERS * 4, strict=False)][:24]
"""Two dozen answers, no two alike."""

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
        if comment:
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


async def attempts(memory: Memory, of: str, saying: str, known: Known) -> dict[str, int]:
    """How many answers each way of putting names to the rows of the table `of` gets right.

    `saying`: what a row says, in SQL.
    """
    ways: dict[str, int] = {}
    said = await sequences(memory, of, saying)
    for name in await tables(memory):
        if name != of:
            for by, people in (await sequences_of_people(memory, name, known)).items():
                for order, words in said.items():
                    ways[f"{of} {order}, {name} {by}"] = right(words, people, known)
    ways["the same transaction"] = await right_by_transaction(memory, of, saying, known)
    ways["a value in common"] = await right_by_value(memory, of, saying, known)
    return ways


async def tables(memory: Memory) -> list[str]:
    async with memory.transaction() as connection:
        return sorted(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def columns(memory: Memory, of: str) -> list[str]:
    async with memory.transaction() as connection:
        return [one["name"] for one in await connection.run_sync(lambda sync: inspect(sync).get_columns(of))]


async def orders(memory: Memory, of: str) -> list[str]:
    """Every order the rows of a table can be read in."""
    physical = ["ctid", "xmin::text::bigint, ctid", "xmax::text::bigint, ctid", "cmin::text::bigint, ctid"]
    if not is_postgres(memory):
        physical = ["rowid"]
        try:
            await column(memory, f'SELECT rowid FROM "{of}" LIMIT 1')
        except DBAPIError:
            physical = []
    return ["", *(f"ORDER BY {one}" for one in (*physical, *(f'"{name}"' for name in await columns(memory, of))))]


async def sequences(memory: Memory, of: str, saying: str) -> dict[str, list[str]]:
    return {
        order: [str(one) for one in await column(memory, f'SELECT {saying} FROM "{of}" {order}')]
        for order in await orders(memory, of)
    }


async def sequences_of_people(memory: Memory, of: str, known: Known) -> dict[str, list[str]]:
    """The people who answered, in every order in which a table names them all."""
    found: dict[str, list[str]] = {}
    for name in await columns(memory, of):
        for order in await orders(memory, of):
            values = [str(one) for one in await column(memory, f'SELECT "{name}" FROM "{of}" {order}')]
            named = [person for value in values for person in known.people if person in value]
            once = list(dict.fromkeys(named))
            if len(once) == len(known.people):
                found[f"{name} {order}"] = once
    return found


def right(words: Sequence[str], people: Sequence[str], known: Known) -> int:
    """How many are right when both sequences are laid side by side, read from either end."""
    truth = dict(zip(known.people, known.answers, strict=True))
    ours = [one for one in words if one in known.answers]
    return max(
        sum(truth[person] == one for person, one in zip(order, ours, strict=False))
        for order in (list(people), list(reversed(people)))
    )


async def right_by_transaction(memory: Memory, of: str, saying: str, known: Known) -> int:
    """Answers that were written by a transaction which wrote, or locked, rows of one person only."""
    if not is_postgres(memory):
        return 0
    named: dict[str, set[str]] = {}
    for name in await tables(memory):
        if name != of:
            async with memory.transaction() as connection:
                found = await connection.execute(text(f'SELECT xmin::text, xmax::text, t::text FROM "{name}" t'))
                for wrote, locked, row in found.all():
                    for person in known.people:
                        if person in row:
                            named.setdefault(wrote, set()).add(person)
                            named.setdefault(locked, set()).add(person)
    truth = dict(zip(known.people, known.answers, strict=True))
    async with memory.transaction() as connection:
        said = (await connection.execute(text(f'SELECT xmin::text, {saying} FROM "{of}"'))).all()
    return sum(len(those := named.get(wrote, set())) == 1 and truth[next(iter(those))] == one for wrote, one in said)


async def right_by_value(memory: Memory, of: str, saying: str, known: Known) -> int:
    """Answers with a value of their own that a row naming one person has as well."""
    async with memory.transaction() as connection:
        said = [
            dict(row) for row in (await connection.execute(text(f'SELECT *, {saying} AS said FROM "{of}"'))).mappings()
        ]
    truth, found = dict(zip(known.people, known.answers, strict=True)), set()
    for name in await tables(memory):
        if name == of:
            continue
        async with memory.transaction() as connection:
            others = [dict(row) for row in (await connection.execute(text(f'SELECT * FROM "{name}"'))).mappings()]
        for row in others:
            people = [one for one in known.people if any(one in str(value) for value in row.values())]
            for answer in said:
                own = [value for value in answer.values() if sum(value in one.values() for one in said) == 1]
                if len(people) == 1 and truth[people[0]] == answer["said"] and set(own) & set(row.values()):
                    found.add(answer["said"])
    return len(found)


SAYING = "\"use\" || ' ' || satisfaction || ' ' || barriers"


async def test_no_order_transaction_or_value_gives_an_answer_its_name_back(memory: Memory, closed: Known) -> None:
    assert len(await rows(memory, table(PulseAnswerRow))) == len(ANSWERS)
    ways = await attempts(memory, "pulse_answer", SAYING, closed)
    assert len(ways) > 20
    assert max(ways.values()) < MOST_RIGHT, {way: count for way, count in ways.items() if count >= MOST_RIGHT}
    assert ways["the same transaction"] == ways["a value in common"] == 0


async def test_neither_does_anything_give_a_comment_its_name_or_its_answer_back(memory: Memory, closed: Known) -> None:
    truth = {f"words of number {n:02}": one for n, one in enumerate(closed.answers) if n % 3 == 0}
    assert {row["words"] for row in await rows(memory, table(PulseCommentRow))} == set(truth)
    of_comments = Known(
        house=closed.house,
        people=[one for n, one in enumerate(closed.people) if n % 3 == 0],
        answers=closed.comments,
        comments=(),
        secrets=(),
    )
    ways = await attempts(memory, "pulse_comment", "words", of_comments)
    assert max(ways.values()) < len(truth)
    assert ways["the same transaction"] == ways["a value in common"] == 0
    for comments in (await sequences(memory, "pulse_comment", "words")).values():
        for answers in (await sequences(memory, "pulse_answer", SAYING)).values():
            own = [one for one in answers if one in truth.values()]
            assert sum(truth[words] == one for words, one in zip(comments, own, strict=True)) < len(truth)
    ids = {row["id"] for row in await rows(memory, table(PulseAnswerRow))}
    assert not ids & {row["id"] for row in await rows(memory, table(PulseCommentRow))}


# --- what they would find in a careless design ---------------------------------------------------------------------


@asynccontextmanager
async def careless(memory: Memory, *statements: str) -> AsyncIterator[None]:
    async with memory.transaction() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    try:
        yield
    finally:
        async with memory.transaction() as connection:
            for name in ("careless_answer", "careless_part"):
                await connection.execute(text(f"DROP TABLE IF EXISTS {name}"))


async def test_marking_who_answered_together_with_the_answer_would_give_everybody_away(
    memory: Memory, answered: Known
) -> None:
    async with careless(
        memory,
        "CREATE TABLE careless_answer (id TEXT PRIMARY KEY, said TEXT)",
        "CREATE TABLE careless_part (person TEXT PRIMARY KEY, answered INTEGER)",
    ):
        for n, (person, said) in enumerate(zip(answered.people, answered.answers, strict=True)):
            async with memory.transaction() as connection:
                await connection.execute(
                    text("INSERT INTO careless_answer VALUES (:id, :said)"),
                    {"id": f"{n * 7919 % 997:03}", "said": said},
                )
                await connection.execute(text("INSERT INTO careless_part VALUES (:person, 1)"), {"person": person})
        ways = await attempts(memory, "careless_answer", "said", answered)
    assert max(ways.values()) == len(ANSWERS)
    if is_postgres(memory):
        assert ways["the same transaction"] == len(ANSWERS)


async def test_one_number_in_common_would_give_everybody_away(memory: Memory, answered: Known) -> None:
    async with careless(
        memory,
        "CREATE TABLE careless_answer (id TEXT PRIMARY KEY, said TEXT)",
        "CREATE TABLE careless_part (person TEXT PRIMARY KEY, receipt TEXT)",
    ):
        async with memory.transaction() as connection:
            pairs = list(zip(answered.people, answered.answers, strict=True))
            random.Random(1).shuffle(pairs)
            for n, (_, said) in enumerate(pairs):
                await connection.execute(
                    text("INSERT INTO careless_answer VALUES (:id, :said)"), {"id": f"receipt {n}", "said": said}
                )
            for n, (person, _) in sorted(enumerate(pairs), key=lambda pair: pair[1]):
                await connection.execute(
                    text("INSERT INTO careless_part VALUES (:person, :id)"), {"person": person, "id": f"receipt {n}"}
                )
        ways = await attempts(memory, "careless_answer", "said", answered)
    assert ways["a value in common"] == len(ANSWERS)


# --- seals ---------------------------------------------------------------------------------------------------------


async def test_the_sealed_rows_and_the_key_of_the_wave_are_gone(memory: Memory, closed: Known) -> None:
    assert {row["wave"] for row in await rows(memory, table(SealedReplyRow))} == {NEXT_WAVE}
    assert [row["subject"] for row in await rows(memory, table(SealKeyRow))] == [NEXT_WAVE]


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


async def test_before_the_close_no_answer_is_anywhere_in_the_clear(memory: Memory, answered: Known) -> None:
    for name in SQLModel.metadata.tables:
        if name in {"post", "post_key"}:
            continue  # holds the question, whose buttons name every answer there is
        for row in await rows(memory, SQLModel.metadata.tables[name]):
            words = [str(value) for value in row.values()]
            assert not mentioned(words, ["words of number", "taken back", "B_CPX", "once_or_twice"]), name
    assert not mentioned((str(row) for row in await rows(memory, SQLModel.metadata.tables["post"])), answered.comments)


@on_sqlite
async def test_sqlite_keeps_no_row_number_of_an_answer(memory: Memory, closed: Known) -> None:
    for of in ("pulse_answer", "pulse_comment"):
        for name in ("rowid", "oid", "_rowid_"):
            with pytest.raises(DBAPIError, match="no such column"):
                await column(memory, f"SELECT {name} FROM {of}")


@on_postgres
async def test_postgresql_keeps_no_mark_of_a_transaction_in_which_somebody_answered(
    memory: Memory, closed: Known
) -> None:
    assert len(closed.transactions) > len(ANSWERS)
    left = set(await column(memory, "SELECT DISTINCT xmin::text FROM sealed_reply"))
    for name in await tables(memory):
        if name != "sealed_reply":
            found = await column(memory, f'SELECT xmin::text FROM "{name}" UNION SELECT xmax::text FROM "{name}"')
            assert not set(found) & (closed.transactions - left), name


@on_postgres
async def test_postgresql_wrote_all_answers_at_once(memory: Memory, closed: Known) -> None:
    for of in ("pulse_answer", "pulse_comment"):
        assert len(await column(memory, f"SELECT DISTINCT xmin::text FROM {of}")) == 1
        assert await column(memory, f"SELECT DISTINCT xmax::text FROM {of}") == ["0"]


async def test_who_was_reminded_is_not_kept(memory: Memory, closed: Known) -> None:
    reminded = await column(memory, f"SELECT id FROM post WHERE id LIKE 'pulse-reminder:{WAVE}:%'")
    assert reminded == []


def mentioned(words: Iterable[str], these: Iterable[str]) -> bool:
    those = list(these)
    return any(one in word for word in words for one in those)


# --- bytes ---------------------------------------------------------------------------------------------------------


def remains(path: Path, secrets: Iterable[bytes]) -> int:
    """How many of the secrets have left sixteen bytes or more in the files of the database."""
    bytes_ = b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
    # The first sixteen are alike in all tokens (version and time); a key is looked for whole.
    return sum(
        any(secret[at : at + 16] in bytes_ for at in range(16 if len(secret) > 64 else 0, len(secret) - 15, 4))
        for secret in secrets
    )


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
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for file in tmp_path.glob("comitia.sqlite*"):
        (crashed / file.name).write_bytes(file.read_bytes())
    assert remains(crashed / "comitia.sqlite", answered.secrets) > 0
    async with opened(f"sqlite:///{crashed / 'comitia.sqlite'}") as restarted:
        assert await column(restarted, "SELECT count(*) FROM pulse_answer") == [len(ANSWERS)]
        assert remains(crashed / "comitia.sqlite", answered.secrets) == 0


@on_postgres
async def test_postgresql_gives_back_the_pages_of_the_last_seals(memory: Memory, closed: Known) -> None:
    await closed.house.go(CLOSE + timedelta(days=7))
    async with memory.open_work() as work:
        for row in await rows(memory, SQLModel.metadata.tables["wave"]):
            await work.pulses.discard(row["id"])
    for name in ("sealed_reply", "seal_key"):
        assert await column(memory, f"SELECT pg_relation_size('{name}')") == [0]
