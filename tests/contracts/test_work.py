"""One transaction: all of it or none of it, whatever happens in the middle; and the next one is let in."""

import asyncio
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

from rituals.figures.records import Caveat, CaveatKind
from rituals.kpis import Reading
from rituals.occurrences import StepName
from storage.work import Memory, SqlWork
from tests.builders import AT, NOBODY, ballot, decision, entry, initiative, marks, occurrence, post, slack, step, vote
from tests.contracts.test_marks_untraceable import rows
from tests.databases import on_all, on_postgres, on_sqlite, until_somebody_waits

SITTING = occurrence()
BOT = ballot(SITTING, "bot")
SUNDAY = date(2026, 1, 25)


class Failed(Exception):
    """Something in the middle of a work."""


async def everything(work: SqlWork) -> None:
    """Writes with every repository there is."""
    await work.people.adopt_roster([entry("ana@example.org")], default=NOBODY)
    await work.people.adopt_account(slack("UANA"), entry("ana@example.org"), present=True)
    (ana,) = await work.people.all_present()
    await work.rooms.adopt("slack", {"ai": "C1"})
    await work.initiatives.put(initiative("bot"))
    await work.occurrences.plan(SITTING, [step(SITTING)])
    await work.occurrences.put_points(SITTING.id, ["bot"])
    await work.steps.add(step(SITTING, StepName.OPEN_BALLOTS))
    other = occurrence(ritual="another")
    await work.occurrences.plan(other, [])
    await work.marks.seal(other.id, ana.id, "bot", marks())
    await work.marks.seal(SITTING.id, ana.id, "bot", marks())
    await work.marks.reveal(SITTING.id)
    await work.ballots.open(BOT, [ana.id])
    await work.ballots.cast(vote(BOT, ana.id), seen=BOT)
    await work.ballots.decide(decision(BOT))
    await work.posts.put(post(), at=AT)
    await work.brakes.pause("committee", at=AT, by=ana.id)
    await work.census.identities(["mail:ana@example.org"])
    await work.sources.begin("usage", file="usage.csv", at=AT)
    await work.panelists.opt(ana.id, out=True)
    late = Caveat(kind=CaveatKind.LATE, initiative="bot", sunday=SUNDAY, metric="adoption", on=SUNDAY)
    await work.figures.put_caveats("bot", SUNDAY, [late])
    await work.reviews.give(SITTING.id, "days", Reading(value=Fraction(8), on=SUNDAY), by=ana.id)
    await work.letters.put_told("digest", ana.id, {"days"})


TOUCHED = {
    *(
        "person",
        "account",
        "room",
        "initiative",
        "occurrence",
        "step",
        "point",
        "seal_key",
        "sealed_marks",
        "mark_sheet",
    ),
    *("reveal", "ballot", "voter", "vote", "decision", "post", "pause", "identity", "file_import", "panelist"),
    *("figure_caveat", "given_reading", "letter_told"),
}
"""The tables that `everything` writes to."""


async def filled(memory: Memory) -> set[str]:
    """The tables that have rows."""
    return {name for name, one in SQLModel.metadata.tables.items() if await rows(memory, one)}


@on_all
async def test_a_work_that_ends_well_keeps_everything(memory: Memory) -> None:
    async with memory.open_work() as work:
        await everything(work)
    assert await filled(memory) >= TOUCHED


@on_all
async def test_an_error_leaves_nothing_of_its_work(memory: Memory) -> None:
    async def fail() -> None:
        async with memory.open_work() as work:
            await everything(work)
            raise Failed

    with pytest.raises(Failed):
        await fail()
    assert await filled(memory) == set()


@on_all
async def test_a_refusal_by_the_database_leaves_nothing_and_names_no_contents(memory: Memory) -> None:
    async def refer_to_nobody() -> None:
        async with memory.open_work() as work:
            await work.occurrences.plan(SITTING, [])
            await work.initiatives.put(initiative("bot"))
            await work.ballots.open(BOT, [])
            await work.ballots.cast(vote(BOT, "nobody", reason="between you and me"), seen=BOT)

    with pytest.raises(IntegrityError) as refusal:
        await refer_to_nobody()
    assert "between you and me" not in str(refusal.value)
    assert await filled(memory) == set()


# --- cancelled -----------------------------------------------------------------------------------------------------


async def writing_for_ever(memory: Memory, begun: asyncio.Event) -> None:
    async with memory.open_work() as work:
        while True:
            await work.posts.put(post(), at=AT)
            begun.set()


async def put_both(memory: Memory, name: str) -> None:
    async with memory.open_work() as work:
        await work.posts.put(post(f"{name} one"), at=AT)
        await work.posts.put(post(f"{name} two"), at=AT)


async def exist(memory: Memory, *names: str) -> list[bool]:
    async with memory.open_work() as work:
        return [await work.posts.exists(name) for name in names]


@on_all
async def test_a_work_cancelled_in_a_statement_leaves_nothing_and_lets_the_next_one_in(memory: Memory) -> None:
    await put_both(memory, "before")
    begun = asyncio.Event()
    writing = asyncio.create_task(writing_for_ever(memory, begun))
    await begun.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await exist(memory, "p1", "before one") == [False, True]
    await put_both(memory, "after")


@on_all
async def test_a_work_cancelled_again_and_again_leaves_nothing_and_lets_the_next_one_in(memory: Memory) -> None:
    await put_both(memory, "before")
    begun = asyncio.Event()
    writing = asyncio.create_task(writing_for_ever(memory, begun))
    await begun.wait()
    while not writing.done():
        writing.cancel()
        await asyncio.sleep(0)
    assert writing.cancelled()
    assert await exist(memory, "p1", "before one") == [False, True]
    await put_both(memory, "after")


@on_all
async def test_a_work_cancelled_at_any_moment_is_kept_whole_or_not_at_all(memory: Memory) -> None:
    for turns in (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610):
        task = asyncio.create_task(put_both(memory, str(turns)))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert len(set(await exist(memory, f"{turns} one", f"{turns} two"))) == 1
    await put_both(memory, "after")


@on_all
async def test_a_work_cancelled_while_it_waits_for_its_turn_takes_none(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.posts.put(post("p1"), at=AT)
        waiting = asyncio.create_task(put_both(memory, "cancelled"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert await exist(memory, "p1", "cancelled one") == [True, False]


@on_postgres
async def test_a_work_cancelled_while_it_waits_for_a_row_lets_go_of_its_own(memory: Memory) -> None:
    await put_both(memory, "x")

    async def wants_two() -> None:
        async with memory.open_work() as work:
            await work.posts.put(post("x one", "changed"), at=AT)
            await work.posts.exists("x two")

    async with memory.open_work() as work, asyncio.timeout(5):
        await work.posts.exists("x two")
        wanting = asyncio.create_task(wants_two())
        await until_somebody_waits(memory)
        wanting.cancel()
        await asyncio.gather(wanting, return_exceptions=True)
        assert await work.posts.put(post("x one", "mine"), at=AT) == 2, "the other revision was taken back"


# --- one after the other -------------------------------------------------------------------------------------------


@on_sqlite
async def test_works_have_their_turn_in_the_order_they_came(memory: Memory) -> None:
    order: list[int] = []

    async def take_turn(n: int) -> None:
        async with memory.open_work() as work:
            order.append(n)
            await work.posts.put(post(str(n)), at=AT)

    await asyncio.gather(*(take_turn(n) for n in range(20)))
    assert order == list(range(20))


@on_sqlite
async def test_delivery_has_its_turn_between_works(memory: Memory) -> None:
    outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
    async with memory.open_work():
        counting = asyncio.ensure_future(outbox.counts())
        following = asyncio.create_task(put_both(memory, "after"))
        await asyncio.sleep(0)
    assert await counting == {}, "it came first"
    await following


@on_postgres
async def test_a_work_sees_nothing_another_has_not_kept_yet(memory: Memory) -> None:
    async with memory.open_work() as one, memory.open_work() as two:
        await one.posts.put(post(), at=AT)
        assert not await two.posts.exists("p1")
    assert await exist(memory, "p1") == [True]


@on_all
async def test_a_broken_statement_is_an_error_of_the_database(memory: Memory) -> None:
    async def break_it() -> None:
        async with memory.transaction() as connection:
            await connection.exec_driver_sql("SELECT nonsense FROM nowhere")

    with pytest.raises(DBAPIError):
        await break_it()
    assert await exist(memory, "p1") == [False]
