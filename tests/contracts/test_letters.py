"""Readers' wishes, what they were last told, and who is left out."""

from datetime import date, time

from rituals.digests.wishes import Wish
from storage.work import Memory
from tests.builders import NOBODY, entry


async def ids(memory: Memory) -> list[str]:
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ana@x.org"), entry("bo@x.org")], default=NOBODY)
        return [one.id for one in await work.people.all_present()]


async def test_a_later_wish_replaces_an_earlier_one_and_no_day_is_a_wish_too(memory: Memory) -> None:
    ana, bo = await ids(memory)
    async with memory.open_work() as work:
        assert await work.letters.wish(ana) is None
        for wish in (Wish(weekday=4, at=time(18)), Wish(weekday=None, at=time(9, 30))):
            await work.letters.put_wish(ana, wish)
            assert await work.letters.wish(ana) == wish
        assert await work.letters.wish(bo) is None


async def test_what_was_told_is_kept_by_digest_and_reader(memory: Memory) -> None:
    ana, bo = await ids(memory)
    async with memory.open_work() as work:
        assert await work.letters.told("letter", ana) == frozenset()
        await work.letters.put_told("letter", ana, {"undecided:triage:none:2:True", "red:delay"})
        await work.letters.put_told("other", ana, {"red:share"})
        await work.letters.put_told("letter", bo, set())
    async with memory.open_work() as work:
        assert await work.letters.told("letter", ana) == {"undecided:triage:none:2:True", "red:delay"}
        assert await work.letters.told("letter", bo) == frozenset()
        await work.letters.put_told("letter", ana, {"red:delay"})
        assert await work.letters.told("letter", ana) == {"red:delay"}
        assert await work.letters.told("other", ana) == {"red:share"}


async def test_nobody_is_left_out_of_a_new_database(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert await work.personal.objections() == 0
        assert await work.personal.objected(["mail:ana@x.org", "id:7"]) == frozenset()
        assert not await work.personal.lift("ana@x.org")


async def test_an_objection_holds_a_hash_and_no_address(memory: Memory) -> None:
    ana, _ = await ids(memory)
    async with memory.open_work() as work:
        person = await work.people.get(ana)
        assert person is not None
        await work.personal.object(person, on=date(2026, 3, 2))
        assert await work.personal.objected(["mail:ana@x.org", "mail:bo@x.org"]) == {"mail:ana@x.org"}
    async with memory.transaction() as connection:
        for table in ("objection", "identity"):
            rows = repr((await connection.exec_driver_sql(f"SELECT * FROM {table}")).all())
            assert "ana" not in rows
            assert ana not in rows
