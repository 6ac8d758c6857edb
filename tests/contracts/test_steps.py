"""What falls due: each step is taken once, in order, by one of however many look."""

import asyncio
from datetime import date, timedelta

import pytest

from rituals.occurrences import Occurrence, Step, StepName
from storage.work import Memory
from tests.builders import AT, after, occurrence, step
from tests.databases import on_postgres

SITTING = occurrence()
OTHER = occurrence(ritual="another")
CALL, AGENDA = step(SITTING), step(SITTING, StepName.PUBLISH_AGENDA, due_at=after(days=3), expires_at=after(days=5))


class Failed(Exception):
    """Something in a step's effect."""


async def planned(memory: Memory, of: Occurrence, *steps: Step) -> None:
    async with memory.open_work() as work:
        await work.occurrences.plan(of, steps)


async def claimed(memory: Memory, *, leaving: tuple[str, ...] = ()) -> Step | None:
    async with memory.open_work() as work:
        return await work.steps.claim_due(after(days=9), leaving=leaving)


async def test_a_step_is_claimed_once_with_everything_it_says(memory: Memory) -> None:
    full = step(SITTING, StepName.CLOSE_BALLOT, expires_at=after(days=1), subject="committee:bot")
    await planned(memory, SITTING, full)
    assert await claimed(memory) == full
    assert await claimed(memory) is None


async def test_a_step_is_not_claimed_before_it_is_due(memory: Memory) -> None:
    await planned(memory, SITTING, AGENDA)
    async with memory.open_work() as work:
        assert await work.steps.claim_due(AGENDA.due_at - timedelta(microseconds=1), leaving=()) is None
        assert await work.steps.claim_due(AGENDA.due_at, leaving=()) == AGENDA


async def test_the_oldest_step_comes_first_whatever_it_belongs_to(memory: Memory) -> None:
    second, third = step(OTHER, due_at=after(hours=1)), step(SITTING, StepName.OPEN_BALLOTS, due_at=after(hours=2))
    await planned(memory, SITTING, third, CALL)
    await planned(memory, OTHER, second)
    assert [await claimed(memory) for _ in range(4)] == [CALL, second, third, None]


async def test_paused_rituals_are_left_aside(memory: Memory) -> None:
    theirs = step(OTHER, due_at=after(hours=1))
    await planned(memory, SITTING, CALL)
    await planned(memory, OTHER, theirs)
    assert await claimed(memory, leaving=("committee",)) == theirs
    assert await claimed(memory, leaving=("committee", "all")) is None
    assert await claimed(memory) == CALL


async def test_a_step_whose_effect_fails_waits_again(memory: Memory) -> None:
    await planned(memory, SITTING, CALL)

    async def fail() -> None:
        async with memory.open_work() as work:
            assert await work.steps.claim_due(AT, leaving=()) == CALL
            raise Failed

    with pytest.raises(Failed):
        await fail()
    assert await claimed(memory) == CALL


async def test_a_step_put_off_lets_others_pass_and_keeps_its_own_moments(memory: Memory) -> None:
    other = step(OTHER, due_at=after(minutes=1))
    await planned(memory, SITTING, CALL)
    await planned(memory, OTHER, other)
    async with memory.open_work() as work:
        await work.steps.put_off(CALL, until=after(minutes=5))
        assert await work.steps.next_due() == other.due_at
        assert await work.steps.claim_due(after(minutes=4), leaving=()) == other
        assert await work.steps.claim_due(after(minutes=4), leaving=()) is None
        assert await work.steps.next_due() == after(minutes=5)
        assert await work.steps.claim_due(after(minutes=5), leaving=()) == CALL


async def test_a_step_another_replica_has_done_is_not_put_off(memory: Memory) -> None:
    await planned(memory, SITTING, CALL)
    assert await claimed(memory) == CALL
    async with memory.open_work() as work:
        await work.steps.put_off(CALL, until=after(minutes=5))
        assert await work.steps.next_due() is None


async def test_a_skipped_step_is_over(memory: Memory) -> None:
    await planned(memory, SITTING, CALL)
    async with memory.open_work() as work:
        await work.steps.mark_skipped(CALL)
        assert await work.steps.waiting(SITTING.id) == []
    assert await claimed(memory) is None


async def test_adding_moves_a_waiting_step_and_forgets_that_it_was_put_off(memory: Memory) -> None:
    sooner = step(SITTING, StepName.PUBLISH_AGENDA, due_at=after(days=1), expires_at=after(days=2))
    await planned(memory, SITTING, AGENDA)
    async with memory.open_work() as work:
        await work.steps.put_off(AGENDA, until=after(days=4))
        await work.steps.add(sooner)
        assert await work.steps.waiting(SITTING.id) == [sooner]
        assert await work.steps.next_due() == sooner.due_at


async def test_adding_about_another_subject_adds_a_step(memory: Memory) -> None:
    first = step(SITTING, StepName.CLOSE_BALLOT, subject="a", due_at=after(hours=2))
    second = step(SITTING, StepName.CLOSE_BALLOT, subject="b", due_at=after(hours=1))
    await planned(memory, SITTING)
    async with memory.open_work() as work:
        await work.steps.add(first)
        await work.steps.add(second)
        assert await work.steps.waiting(SITTING.id) == [second, first]


async def test_adding_does_not_bring_back_what_is_done_or_cancelled(memory: Memory) -> None:
    await planned(memory, SITTING, CALL, AGENDA)
    async with memory.open_work() as work:
        await work.steps.claim_due(AT, leaving=())
        await work.steps.cancel(SITTING.id)
        await work.steps.add(CALL)
        await work.steps.add(AGENDA)
        assert await work.steps.waiting(SITTING.id) == []


async def test_cancelling_takes_the_waiting_steps_of_an_occurrence_or_of_one_subject(memory: Memory) -> None:
    first, second = (step(SITTING, StepName.CLOSE_BALLOT, subject=subject) for subject in ("a", "b"))
    theirs = step(OTHER, StepName.CLOSE_BALLOT, subject="a")
    await planned(memory, SITTING, first, second, AGENDA)
    await planned(memory, OTHER, theirs)
    async with memory.open_work() as work:
        await work.steps.cancel(SITTING.id, subject="a")
        assert await work.steps.waiting(SITTING.id) == [second, AGENDA]
        await work.steps.cancel(SITTING.id)
        assert await work.steps.waiting(SITTING.id) == []
        assert await work.steps.waiting(OTHER.id) == [theirs]


async def test_nothing_waiting_is_never_due(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert await work.steps.next_due() is None


@on_postgres
async def test_two_claimers_never_take_the_same_step(memory: Memory) -> None:
    sittings = [occurrence(date(2026, 3, day)) for day in range(1, 25)]
    for one in sittings:
        await planned(memory, one, step(one))
    taken: list[str] = []

    async def replica() -> None:
        while (found := await claimed(memory)) is not None:
            taken.append(found.id)

    await asyncio.gather(*(replica() for _ in range(6)))
    async with memory.open_work() as work:
        assert await work.steps.next_due() is None, "what one passed over, another took"
    assert sorted(taken) == sorted(step(one).id for one in sittings)


@on_postgres
async def test_two_claimers_never_take_two_steps_of_one_occurrence(memory: Memory) -> None:
    later = step(OTHER, due_at=after(hours=5))
    await planned(memory, SITTING, CALL, AGENDA)
    await planned(memory, OTHER, later)
    async with memory.open_work() as one, memory.open_work() as two, memory.open_work() as three:
        assert await one.steps.claim_due(after(days=9), leaving=()) == CALL
        assert await two.steps.claim_due(after(days=9), leaving=()) == later
        assert await three.steps.claim_due(after(days=9), leaving=()) is None
    assert await claimed(memory) == AGENDA


@on_postgres
async def test_whoever_passes_over_an_occurrence_keeps_none_of_its_steps(memory: Memory) -> None:
    await planned(memory, SITTING, CALL, AGENDA)
    async with memory.open_work() as one, memory.open_work() as two:
        assert await one.steps.claim_due(after(days=9), leaving=()) == CALL
        assert await two.steps.claim_due(after(days=9), leaving=()) is None
        async with asyncio.timeout(5):
            await one.steps.cancel(SITTING.id)


@on_postgres
async def test_an_occurrence_somebody_works_on_is_passed_over(memory: Memory) -> None:
    await planned(memory, SITTING, CALL)
    async with memory.open_work() as one, memory.open_work() as two:
        await one.occurrences.get(SITTING.id, lock=True)
        assert await two.steps.claim_due(after(days=9), leaving=()) is None
    assert await claimed(memory) == CALL


@on_postgres
async def test_a_step_may_be_added_while_its_occurrence_is_locked(memory: Memory) -> None:
    await planned(memory, SITTING)
    async with memory.open_work() as one, memory.open_work() as two, asyncio.timeout(5):
        await one.occurrences.get(SITTING.id, lock=True)
        await two.steps.add(CALL)
