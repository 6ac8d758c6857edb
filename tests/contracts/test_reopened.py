"""What waits for a room that refused us is due at once where it may take messages again; what comes later is not."""

from rituals.ports import Outbox
from rituals.posts import ROOM_PROBED_AFTER, Fate, Refusal
from storage.reopened import reopen
from storage.work import Memory
from tests.builders import AT, after, post
from tests.contracts.delivering import claimed, put, settled


async def reopened(memory: Memory, platform: str) -> None:
    async with memory.transaction() as connection:
        await reopen(connection, platform=platform)


async def test_what_waits_for_a_room_that_is_reopened_finds_out_at_once(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        await work.rooms.adopt("slack", {"ai": "C1"})
    for one in (post("one"), post("two", not_before=after(minutes=8))):
        await put(memory, one)
    (first,) = await claimed(outbox)
    probed = AT + ROOM_PROBED_AFTER
    await settled(outbox, first, Fate.NOT_SENT, try_again=probed, why="http_403", refusal=Refusal.ROOM)
    await reopened(memory, "teams")
    assert await claimed(outbox, at=after(minutes=1)) == []
    await reopened(memory, "slack")
    assert [(one.post, one.probes) for one in await claimed(outbox, at=after(minutes=1))] == [("one", True)]
    assert "two" in [one.post for one in await claimed(outbox, at=after(minutes=8))], "in its own time"
