"""Posts that should have been shown and are not, as whoever looks after Comitia is told."""

from datetime import datetime, timedelta

import pytest

from rituals.ports import Outbox
from rituals.posts import Fate
from storage.posts import LIVING_PAUSE
from storage.work import Memory
from tests.builders import AT, after, post
from tests.contracts.delivering import claimed, put, settled, shown

HOUR = timedelta(hours=1)


async def overdue(memory: Memory, before: datetime) -> int:
    """How many posts should have been shown, or shown anew, before that moment and are not."""
    return (await memory.standing(before + HOUR, counted=False)).stuck


async def test_a_post_nobody_showed_is_overdue_once_its_moment_lies_before(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("now"))
    await put(memory, post("later", not_before=AT + HOUR))
    assert await overdue(memory, AT) == 0
    assert await overdue(memory, AT + timedelta(seconds=1)) == 1
    assert await overdue(memory, AT + 2 * HOUR) == 2


@pytest.mark.parametrize("fate", [Fate.NOT_SENT, Fate.UNKNOWN])
async def test_one_that_is_tried_again_and_again_is_overdue_all_the_same(
    memory: Memory, outbox: Outbox, fate: Fate
) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, fate, try_again=AT + 5 * HOUR)
    assert await overdue(memory, AT + HOUR) == 1


@pytest.mark.parametrize("fate", [Fate.SHOWN, Fate.WITHDRAWN, Fate.REFUSED])
async def test_one_that_is_over_is_not(memory: Memory, outbox: Outbox, fate: Fate) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, fate)
    assert await overdue(memory, AT + HOUR) == 0


async def test_a_living_post_is_overdue_only_once_its_edit_is_late(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(words="one"))
    await shown(outbox)
    changed = after(hours=9)
    await put(memory, post(words="two"), at=changed)
    assert await overdue(memory, changed) == 0
    assert await overdue(memory, changed + LIVING_PAUSE + timedelta(seconds=1)) == 1


@pytest.mark.parametrize("paused", ["committee", "all"])
async def test_what_a_pause_holds_back_is_not_late(memory: Memory, outbox: Outbox, paused: str) -> None:
    await put(memory, post())
    async with memory.open_work() as work:
        await work.brakes.pause(paused, at=AT, by="p")
    assert await overdue(memory, AT + HOUR) == 0
