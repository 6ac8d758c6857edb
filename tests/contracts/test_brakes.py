"""Paused rituals."""

from storage.work import Memory
from tests.builders import AT, after


async def test_a_pause_stands_from_its_moment_until_it_is_lifted(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert await work.brakes.pause("committee", at=AT, by="ana")
        assert await work.brakes.pause("all", at=after(hours=1), by="bo")
    async with memory.open_work() as work:
        assert await work.brakes.paused() == {"committee": AT, "all": after(hours=1)}
        assert await work.brakes.resume("committee") == AT
        assert await work.brakes.paused() == {"all": after(hours=1)}


async def test_pausing_again_changes_nothing_and_says_so(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert await work.brakes.pause("committee", at=AT, by="ana")
        assert not await work.brakes.pause("committee", at=after(hours=1), by="bo")
        assert await work.brakes.paused() == {"committee": AT}


async def test_resuming_what_runs_finds_no_pause(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert await work.brakes.resume("committee") is None
