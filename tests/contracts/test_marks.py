"""Marks: the member's own until the reveal, everybody's and nobody's after it."""

import asyncio
from datetime import date

import pytest

from rituals.errors import MarksClosed
from storage.work import Memory
from tests.builders import NOBODY, entry, marks, occurrence
from tests.databases import on_postgres, until_somebody_waits

SITTING, OTHER = occurrence(), occurrence(date(2026, 4, 14))


@pytest.fixture
async def people(memory: Memory) -> list[str]:
    """The ids of three people; two sittings are planned."""
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry(f"{name}@example.org") for name in ("ana", "bo", "cyr")], default=NOBODY)
        await work.occurrences.plan(SITTING, [])
        await work.occurrences.plan(OTHER, [])
        return [person.id for person in await work.people.all_present()]


async def test_a_member_sees_their_own_marks_and_nobody_else_s(memory: Memory, people: list[str]) -> None:
    ana, bo, cyr = people
    async with memory.open_work() as work:
        await work.marks.seal(SITTING.id, ana, "bot", marks(12345))
        await work.marks.seal(SITTING.id, ana, "desk", marks(55555))
        await work.marks.seal(SITTING.id, bo, "bot", marks(11111))
        await work.marks.seal(OTHER.id, ana, "bot", marks(22222))
    async with memory.open_work() as work:
        assert await work.marks.mine(SITTING.id, ana) == {"bot": marks(12345), "desk": marks(55555)}
        assert await work.marks.mine(SITTING.id, bo) == {"bot": marks(11111)}
        assert await work.marks.mine(SITTING.id, cyr) == {}
        assert await work.marks.mine("another", ana) == {}


async def test_later_marks_replace_earlier_ones(memory: Memory, people: list[str]) -> None:
    for digits in (11111, 54321):
        async with memory.open_work() as work:
            await work.marks.seal(SITTING.id, people[0], "bot", marks(digits))
    async with memory.open_work() as work:
        assert await work.marks.mine(SITTING.id, people[0]) == {"bot": marks(54321)}
        await work.marks.reveal(SITTING.id)
        assert await work.marks.sheets(SITTING.id) == {"bot": [marks(54321)]}


async def test_participation_says_how_many_and_not_what(memory: Memory, people: list[str]) -> None:
    ana, bo, _ = people
    async with memory.open_work() as work:
        assert await work.marks.participation(SITTING.id) == {}
        await work.marks.seal(SITTING.id, ana, "bot", marks())
        await work.marks.seal(SITTING.id, ana, "desk", marks())
        await work.marks.seal(SITTING.id, ana, "desk", marks(11111))
        await work.marks.seal(SITTING.id, bo, "bot", marks())
        assert await work.marks.participation(SITTING.id) == {ana: 2, bo: 1}


async def test_there_are_no_sheets_before_the_reveal(memory: Memory, people: list[str]) -> None:
    async with memory.open_work() as work:
        await work.marks.seal(SITTING.id, people[0], "bot", marks())
        assert await work.marks.sheets(SITTING.id) == {}
        assert not await work.marks.revealed(SITTING.id)


async def test_the_reveal_opens_every_sheet_of_its_sitting_and_of_no_other(memory: Memory, people: list[str]) -> None:
    async with memory.open_work() as work:
        for person, digits in zip(people, (11111, 22222, 11111), strict=True):
            await work.marks.seal(SITTING.id, person, "bot", marks(digits))
        await work.marks.seal(SITTING.id, people[0], "desk", marks(12345))
        await work.marks.seal(OTHER.id, people[0], "bot", marks(55555))
        await work.marks.reveal(SITTING.id)
    async with memory.open_work() as work:
        sheets = await work.marks.sheets(SITTING.id)
        assert sheets.keys() == {"bot", "desk"}
        assert sorted(sheet.composite for sheet in sheets["bot"]) == sorted(
            sheet.composite for sheet in (marks(11111), marks(11111), marks(22222))
        )
        assert sheets["desk"] == [marks(12345)]
        assert await work.marks.revealed(SITTING.id)
        assert not await work.marks.revealed(OTHER.id)
        assert await work.marks.mine(OTHER.id, people[0]) == {"bot": marks(55555)}


async def test_after_the_reveal_nobody_has_marks_of_their_own_and_none_are_taken(
    memory: Memory, people: list[str]
) -> None:
    async with memory.open_work() as work:
        await work.marks.seal(SITTING.id, people[0], "bot", marks())
        await work.marks.reveal(SITTING.id)
        assert await work.marks.mine(SITTING.id, people[0]) == {}
        assert await work.marks.participation(SITTING.id) == {}
        with pytest.raises(MarksClosed):
            await work.marks.seal(SITTING.id, people[1], "bot", marks())


async def test_revealing_again_does_nothing(memory: Memory, people: list[str]) -> None:
    async with memory.open_work() as work:
        await work.marks.seal(SITTING.id, people[0], "bot", marks())
        await work.marks.reveal(SITTING.id)
        before = await work.marks.sheets(SITTING.id)
        await work.marks.reveal(SITTING.id)
        assert await work.marks.sheets(SITTING.id) == before


async def test_where_nobody_has_marked_the_reveal_closes_all_the_same(memory: Memory, people: list[str]) -> None:
    async with memory.open_work() as work:
        await work.marks.reveal(SITTING.id)
        assert await work.marks.revealed(SITTING.id)
        assert await work.marks.sheets(SITTING.id) == {}
        with pytest.raises(MarksClosed):
            await work.marks.seal(SITTING.id, people[0], "bot", marks())


@on_postgres
async def test_marks_that_come_during_the_reveal_are_refused_and_not_lost_in_a_box(
    memory: Memory, people: list[str]
) -> None:
    async def seal(person: str) -> None:
        async with memory.open_work() as work:
            await work.marks.seal(SITTING.id, person, "bot", marks())

    await seal(people[0])
    async with memory.open_work() as work:
        await work.marks.reveal(SITTING.id)
        sealing = asyncio.create_task(seal(people[1]))
        await until_somebody_waits(memory)
    with pytest.raises(MarksClosed):
        await sealing
    async with memory.open_work() as work:
        assert await work.marks.participation(SITTING.id) == {}


@on_postgres
async def test_first_marks_given_at_once_are_sealed_with_one_key(memory: Memory, people: list[str]) -> None:
    async def seal(person: str) -> None:
        async with memory.open_work() as work:
            await work.marks.seal(SITTING.id, person, "bot", marks())

    await asyncio.gather(*(seal(person) for person in people))
    async with memory.open_work() as work:
        await work.marks.reveal(SITTING.id)
        assert await work.marks.sheets(SITTING.id) == {"bot": [marks()] * 3}


async def test_marks_that_will_never_be_revealed_are_destroyed_with_their_key(
    memory: Memory, people: list[str]
) -> None:
    ana, *_ = people
    async with memory.open_work() as work:
        await work.marks.seal(SITTING.id, ana, "bot", marks(12345))
        await work.marks.seal(OTHER.id, ana, "bot", marks(22222))
    async with memory.open_work() as work:
        await work.marks.discard(SITTING.id)
    async with memory.open_work() as work:
        assert await work.marks.mine(SITTING.id, ana) == {}
        assert await work.marks.participation(SITTING.id) == {}
        assert await work.marks.sheets(SITTING.id) == {}
        assert await work.marks.mine(OTHER.id, ana) == {"bot": marks(22222)}
