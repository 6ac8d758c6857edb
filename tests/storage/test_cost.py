"""What happens every few seconds reads no table from end to end."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from storage.work import Memory
from tests.builders import AT, post, slack

OFTEN: dict[str, Callable[[Memory], Awaitable[object]]] = {}


def often(do: Callable[[Memory], Awaitable[object]]) -> Callable[[Memory], Awaitable[object]]:
    OFTEN[do.__name__] = do
    return do


@often
async def claim_posts(memory: Memory) -> None:
    outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
    await outbox.claim(AT, owner="one", lease_until=AT + timedelta(minutes=3), limit=8)
    await outbox.next_due()


@often
async def put_and_settle_a_post(memory: Memory) -> None:
    outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
    async with memory.open_work() as work:
        await work.posts.put(post(words="other"), at=AT)
        await work.posts.exists("p1")
    await outbox.settle_redraw("p1", 2, at=AT)
    await outbox.release("one")


@often
async def claim_a_step(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.steps.claim_due(AT, leaving=["digest"])
        await work.steps.next_due()


@often
async def show_somebody_their_ballots(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.ballots.open_for("ana")
        await work.ballots.votes_of("ana", ["b1", "b2"])
        await work.ballots.of("committee-2026-03-10")
        await work.marks.mine("committee-2026-03-10", "ana")
        await work.marks.sheets("committee-2026-03-10")
        await work.occurrences.points("committee-2026-03-10")


@often
async def cast_a_vote(memory: Memory) -> None:
    async with memory.open_joined() as work:
        await work.ballots.voting(slack("ana"), "b1")
        await work.redraws.take(limit=8)


@often
async def answer_a_pulse(memory: Memory) -> None:
    async with memory.open_joined() as work:
        await work.pulses.answering(slack("ana"), "pulse-2026-03-03:triage")
        await work.pulses.open_for("ana")
        await work.posts.drop("pulse-reminder:pulse-2026-03-03:triage:ana")


@pytest.mark.parametrize("what", sorted(OFTEN))
async def test_what_happens_often_reads_no_long_table_from_end_to_end(memory: Memory, what: str) -> None:
    async with memory.open_work() as work:
        await work.posts.put(post(), at=AT)
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if not statement.startswith(("BEGIN", "INSERT")):
            statements.append((statement, parameters))

    event.listen(memory._engine.sync_engine, "before_cursor_execute", note)
    await OFTEN[what](memory)
    event.remove(memory._engine.sync_engine, "before_cursor_execute", note)
    assert statements
    async with memory.transaction() as connection:
        for statement, parameters in statements:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(row[-1]) for row in plan]
            # A whole index read is a scan like a whole table; a minimum without one is called a search, and is a scan.
            scans = [
                step for step in steps if step.startswith("SCAN") or (step.startswith("SEARCH") and "USING" not in step)
            ]
            # Few rituals are paused; wakes are read in the order of their table, up to a limit; a given list is short.
            short = {"pause", "redraw", "oldest", "given", "CONSTANT"}
            assert [step for step in scans if step.split()[1] not in short] == [], statement
            assert "USE TEMP B-TREE FOR ORDER BY" not in steps or "post" not in statement, statement
