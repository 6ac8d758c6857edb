"""Whoever polls a local stand-in is told of everything that happens, whenever it happens."""

import asyncio

import pytest

from bot.local.changes import Changes
from bot.local.memory import Forgetful


@pytest.mark.parametrize("turns", range(5))
async def test_what_happens_as_an_answer_is_made_is_in_it_or_in_the_next_one(turns: int) -> None:
    changes = Changes(Forgetful())
    asking = asyncio.create_task(changes.answer({"since": 0}, lambda change: True, told=dict))
    for _ in range(turns):
        await asyncio.sleep(0)
    changes.add("message")
    first = await asking
    second = await changes.answer({"since": first["sequence"]}, lambda change: True, told=dict)
    assert [change["sequence"] for change in (*first["changes"], *second["changes"])] == [1]
