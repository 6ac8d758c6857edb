"""A clock that leaps sends nothing outside its readers' hours, and one that is set back keeps nothing waiting twice."""

from datetime import datetime, timedelta

import pytest

from rituals.occurrences import StepName
from rituals.ports import Outbox
from rituals.posts import ROOM_PROBED_AFTER, Fate, Refusal, ToRoom
from storage.posts import LIVING_PAUSE
from storage.work import Memory
from tests.builders import AT, after, occurrence, post, step
from tests.contracts.delivering import DAY, LEASE, NEXT_DAY, bulk, claimed, put, settled, shown

HOUR = timedelta(hours=1)


async def may_go(outbox: Outbox, at: datetime) -> list[str]:
    return sorted(parcel.post for parcel in await claimed(outbox, at=at))


@pytest.mark.parametrize("leapt_to", [after(hours=12), after(hours=-1)], ids=["evening", "before the morning"])
async def test_what_was_claimed_in_its_readers_hours_is_not_sent_once_the_clock_shows_others(
    memory: Memory, outbox: Outbox, leapt_to: datetime
) -> None:
    await put(memory, bulk("a", DAY, NEXT_DAY))
    found = await outbox.claim(AT, owner="one", lease_until=AT + LEASE, limit=9)
    assert len(found) == 1
    assert not await outbox.settle([], at=leapt_to, attempting=found, owner="one")
    (parcel,) = found
    await settled(outbox, parcel, Fate.RETURNED, at=leapt_to)
    assert await may_go(outbox, leapt_to) == []
    assert await may_go(outbox, max(leapt_to, AT) if leapt_to < AT else NEXT_DAY.opens) == ["a"]


async def test_what_was_due_by_the_old_time_is_due_by_the_new(memory: Memory, outbox: Outbox) -> None:
    old = AT + HOUR
    await put(memory, post("just now", not_before=old), at=old)
    await put(memory, post("failed"), at=AT)
    (parcel,) = await claimed(outbox, at=old - LEASE)
    await settled(outbox, parcel, Fate.NOT_SENT, at=old, try_again=old + timedelta(seconds=30))
    assert await may_go(outbox, AT) == []
    assert await memory.make_up(old, AT) == 2
    assert await may_go(outbox, AT) == ["failed", "just now"]


async def test_a_living_message_shows_its_newest_state_by_the_new_time(memory: Memory, outbox: Outbox) -> None:
    old = AT + HOUR
    await put(memory, post("card"))
    await shown(outbox, at=old)
    await put(memory, post("card", "Two votes."), at=old)
    assert await may_go(outbox, AT) == []
    await memory.make_up(old, AT)
    assert await may_go(outbox, AT) == ["card"]
    await settled(outbox, (await claimed(outbox, at=AT + LEASE + LIVING_PAUSE))[0], Fate.SHOWN, at=old, revision=2)
    await put(memory, post("card", "Three votes."), at=AT)
    assert await may_go(outbox, AT + LIVING_PAUSE) == ["card"], "no longer than ever after it was shown"


async def test_a_room_that_refused_by_the_old_time_is_asked_again_as_soon_as_ever(
    memory: Memory, outbox: Outbox
) -> None:
    old = AT + HOUR
    async with memory.open_work() as work:
        await work.rooms.adopt("slack", {"ai": "C1"})
    await put(memory, post("a", to=ToRoom(room="ai")))
    (parcel,) = await claimed(outbox, at=old)
    await settled(
        outbox,
        parcel,
        Fate.NOT_SENT,
        at=old,
        try_again=old + ROOM_PROBED_AFTER,
        why="is_archived",
        refusal=Refusal.ROOM,
    )
    await memory.make_up(old, AT)
    assert await outbox.next_due() == AT + ROOM_PROBED_AFTER
    assert await may_go(outbox, AT) == []
    assert await may_go(outbox, AT + ROOM_PROBED_AFTER + HOUR / 60) == ["a"]


async def test_a_step_that_failed_by_the_old_time_is_tried_again_by_the_new(memory: Memory) -> None:
    old, sitting = AT + HOUR, occurrence()
    due, ahead = step(sitting), step(sitting, StepName.PUBLISH_AGENDA, due_at=AT + HOUR / 2)
    async with memory.open_work() as work:
        await work.occurrences.plan(sitting, [due, ahead])
        for one in (due, ahead):
            await work.steps.put_off(one, until=old + HOUR)
    await memory.make_up(old, AT)
    async with memory.open_work() as work:
        assert await work.steps.claim_due(AT, leaving=()) == due
        assert await work.steps.claim_due(AT, leaving=()) is None
        assert await work.steps.claim_due(ahead.due_at, leaving=()) == ahead


async def test_what_is_planned_stays_planned(memory: Memory, outbox: Outbox) -> None:
    old = AT + HOUR
    await put(memory, post("at half past", not_before=AT + HOUR / 2))
    await put(memory, post("tomorrow", not_before=after(days=1)))
    assert await memory.make_up(old, AT) == 0
    assert await may_go(outbox, AT) == []


async def test_a_wave_goes_on_in_its_readers_hours_and_only_there(memory: Memory, outbox: Outbox) -> None:
    evening, noon, night = after(hours=9), after(hours=4), after(hours=-3)
    await put(memory, bulk("a", DAY, NEXT_DAY))
    assert await may_go(outbox, evening) == [], "waits for tomorrow"
    assert await memory.make_up(evening, night) == 0
    assert await memory.make_up(evening, noon) == 1
    assert await may_go(outbox, noon) == ["a"]


async def test_the_latest_moment_known_is_that_of_the_last_attempt(memory: Memory, outbox: Outbox) -> None:
    assert await memory.latest() is None
    await put(memory, post("a"))
    await claimed(outbox, at=AT + HOUR)
    assert await memory.latest() == AT + HOUR
