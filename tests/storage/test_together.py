"""Looks that many ask for at the same moment are made once, and never too early."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from storage.together import Together


class Shelf:
    """Where looks are made, each when it is let."""

    def __init__(self) -> None:
        self.kept = {"a": 1, "b": 2}
        self.looks: list[list[str]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.begun = asyncio.Event()

    async def look(self, ids: Collection[str]) -> Mapping[str, int]:
        self.looks.append(sorted(ids))
        self.begun.set()
        found = {id: self.kept[id] for id in ids if id in self.kept}
        await self.open.wait()
        if "broken" in ids:
            raise ZeroDivisionError
        return found


async def test_those_who_ask_at_the_same_moment_share_one_look() -> None:
    shelf = Shelf()
    together = Together(shelf.look)
    assert await asyncio.gather(*(together.find(id) for id in ("a", "b", "a", "c"))) == [1, 2, 1, None]
    assert shelf.looks == [["a", "b", "c"]]


async def test_whoever_asks_while_a_look_is_under_way_finds_what_was_kept_before_they_asked() -> None:
    shelf = Shelf()
    together = Together(shelf.look)
    shelf.open.clear()
    first = asyncio.create_task(together.find("a"))
    await shelf.begun.wait()
    shelf.kept["a"] = 3
    second = asyncio.create_task(together.find("a"))
    await asyncio.sleep(0)
    shelf.open.set()
    assert (await first, await second) == (1, 3)
    assert shelf.looks == [["a"], ["a"]]


async def test_a_look_that_fails_fails_those_it_was_for_and_nobody_after_them() -> None:
    shelf = Shelf()
    together = Together(shelf.look)
    failed = await asyncio.gather(together.find("a"), together.find("broken"), return_exceptions=True)
    assert [type(one) for one in failed] == [ZeroDivisionError, ZeroDivisionError]
    assert await together.find("b") == 2


async def test_whoever_is_cancelled_takes_nothing_from_the_others() -> None:
    shelf = Shelf()
    together = Together(shelf.look)
    shelf.open.clear()
    leaving, staying = (asyncio.create_task(together.find(id)) for id in ("a", "b"))
    await shelf.begun.wait()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    shelf.open.set()
    assert await staying == 2
