"""Very many posts at once: put together, behind everything else, and only while their readers are at work."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rituals.ports import Outbox
from rituals.posts import PERSON_PROBED_AFTER, ROOM_PROBED_AFTER, Fate, Refusal, Settlement, ToPerson, ToRoom
from storage.work import Memory
from tests.builders import AT, after, entry, post, slack, words_of
from tests.contracts.delivering import DAY, LEASE, NEXT_DAY, bulk, claimed, place_of, put, settled, shown


async def names(outbox: Outbox, **more: object) -> list[str]:
    return [parcel.post for parcel in await claimed(outbox, **more)]  # type: ignore[arg-type]


# --- put together -----------------------------------------------------------------------------------------------------


async def test_many_are_put_as_each_would_be(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("old", words="one"))
    await shown(outbox)
    async with memory.open_work() as work:
        await work.posts.put_all([post("old", words="two"), post("new", words="two")], at=after(minutes=1))
    parcels = await claimed(outbox, at=after(minutes=2))
    assert {one.post: (one.revision, words_of(one.message)) for one in parcels} == {
        "old": (2, "two"),
        "new": (1, "two"),
    }


async def test_the_same_ones_again_change_nothing(memory: Memory, outbox: Outbox) -> None:
    for _ in range(2):
        async with memory.open_work() as work:
            await work.posts.put_all([bulk(f"p{n}", DAY) for n in range(3)], at=AT)
    assert [(one.post, one.revision) for one in await claimed(outbox)] == [("p0", 1), ("p1", 1), ("p2", 1)]


# --- behind everything else -------------------------------------------------------------------------------------------


async def test_bulk_comes_by_itself_once_nothing_else_is_due(memory: Memory, outbox: Outbox) -> None:
    await put(memory, bulk("many"))
    await put(memory, post("one", not_before=after(minutes=1)))
    assert await names(outbox, at=after(minutes=2)) == ["one"]
    assert await names(outbox, at=after(minutes=2)) == ["many"]


async def test_bulk_is_left_alone_where_it_is_not_asked_for(memory: Memory, outbox: Outbox) -> None:
    await put(memory, bulk("many"))
    assert await outbox.claim(AT, owner="one", lease_until=AT + LEASE, limit=9, bulk=False) == []
    assert await outbox.next_due(bulk=False) is None
    assert await outbox.next_due() == AT


# --- windows ----------------------------------------------------------------------------------------------------------


async def test_what_is_not_out_when_its_window_closes_waits_for_the_next(memory: Memory, outbox: Outbox) -> None:
    await put(memory, bulk("p", DAY, NEXT_DAY))
    assert await names(outbox, at=DAY.closes) == []
    assert await outbox.next_due() == NEXT_DAY.opens
    assert await names(outbox, at=NEXT_DAY.opens) == ["p"]


async def test_a_window_is_open_until_just_before_it_closes(memory: Memory, outbox: Outbox) -> None:
    await put(memory, bulk("p", DAY, NEXT_DAY))
    assert await names(outbox, at=DAY.closes - timedelta(microseconds=1)) == ["p"]


async def test_what_is_put_between_two_windows_waits_for_the_second(memory: Memory, outbox: Outbox) -> None:
    await put(memory, bulk("p", DAY, NEXT_DAY), at=after(hours=9))
    assert await outbox.next_due() == NEXT_DAY.opens


async def test_after_its_last_window_it_expires_unsaid(memory: Memory, outbox: Outbox) -> None:
    await put(memory, bulk("p", DAY, not_after=after(hours=20)))
    assert await names(outbox, at=after(hours=9)) == []
    assert await outbox.counts() == {"pending": 1}
    assert await names(outbox, at=after(hours=21)) == []
    assert await outbox.counts() == {"expired": 1}


async def test_what_may_have_been_sent_is_looked_up_at_any_hour(memory: Memory, outbox: Outbox) -> None:
    await put(memory, bulk("p", DAY, NEXT_DAY))
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, Fate.UNKNOWN, try_again=after(minutes=1))
    (again,) = await claimed(outbox, at=after(hours=12))
    assert again.unsettled


async def test_what_was_shown_is_edited_at_any_hour(memory: Memory, outbox: Outbox) -> None:
    await put(memory, bulk("p", DAY, NEXT_DAY))
    await shown(outbox)
    await put(memory, bulk("p", DAY, NEXT_DAY, words="two"), at=after(hours=9))
    assert await names(outbox, at=after(hours=12)) == ["p"]


# --- attempts on record -----------------------------------------------------------------------------------------------


async def test_a_claim_alone_records_no_attempt(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("p"))
    await outbox.claim(AT, owner="one", lease_until=AT + LEASE, limit=9)
    (again,) = await outbox.claim(after(hours=1), owner="two", lease_until=after(hours=2), limit=9)
    assert not again.unsettled


@pytest.mark.parametrize("what", ["changed", "dropped", "paused", "taken over"])
async def test_an_attempt_may_not_be_made_of_what_is_not_as_it_was_claimed(
    memory: Memory, outbox: Outbox, what: str
) -> None:
    await put(memory, post("p"))
    parcels = await outbox.claim(AT, owner="one", lease_until=AT + LEASE, limit=9)
    if what == "changed":
        await put(memory, post("p", words="two"))
    elif what == "taken over":
        await outbox.claim(after(hours=1), owner="two", lease_until=after(hours=2), limit=9)
    else:
        async with memory.open_work() as work:
            assert await (work.posts.drop("p") if what == "dropped" else work.brakes.pause("all", at=AT, by="ana"))
    assert await outbox.settle([], at=AT, attempting=parcels, owner="one") == frozenset()


async def test_the_next_attempts_are_on_record_with_what_became_of_the_last(memory: Memory, outbox: Outbox) -> None:
    for name in ("a", "b"):
        await put(memory, post(name))
    a, b = await outbox.claim(AT, owner="one", lease_until=AT + LEASE, limit=9)
    done = Settlement(post=a.post, revision=1, fate=Fate.SHOWN, place=place_of("a"))
    assert await outbox.settle([done], at=AT, attempting=[b], owner="one") == {"b"}
    assert await outbox.counts() == {"shown": 1, "pending": 1}
    (again,) = await outbox.claim(after(hours=1), owner="two", lease_until=after(hours=2), limit=9)
    assert (again.post, again.unsettled) == ("b", True)


async def test_what_is_given_back_is_as_it_was(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("p"))
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, Fate.UNKNOWN, try_again=after(minutes=1))
    (parcel,) = await outbox.claim(after(minutes=1), owner="one", lease_until=AT + LEASE, limit=9)
    await settled(outbox, parcel, Fate.RETURNED)
    (again,) = await outbox.claim(after(minutes=1), owner="one", lease_until=AT + LEASE, limit=9)
    assert (again.unsettled, again.failures) == (True, 1)


async def test_what_nobody_can_tell_is_never_said_again(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("p"))
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, Fate.GIVEN_UP, why="unknown")
    assert await put(memory, post("p", words="two"), at=after(hours=1)) == 1
    assert await names(outbox, at=after(days=9)) == []
    assert await outbox.counts() == {"perhaps": 1}


# --- whom the platform refuses ----------------------------------------------------------------------------------------


async def refused(outbox: Outbox, parcel_at: datetime, refusal: Refusal, why: str, wait: timedelta) -> None:
    first, *_ = await claimed(outbox, at=parcel_at)
    await settled(outbox, first, Fate.NOT_SENT, at=parcel_at, try_again=parcel_at + wait, why=why, refusal=refusal)
    await outbox.release()


async def test_a_refused_room_is_left_in_peace_and_asked_again_by_one_post(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        await work.rooms.adopt("slack", {"ai": "C1", "board": "C2"})
    await put(memory, post("a", to=ToRoom(room="ai")))
    await refused(outbox, AT, Refusal.ROOM, "is_archived", ROOM_PROBED_AFTER)
    await put(memory, post("b", to=ToRoom(room="ai")))
    await put(memory, post("other", to=ToRoom(room="board")))
    assert await names(outbox, at=after(minutes=9)) == ["other"]
    async with memory.open_work() as work:
        assert dict((await work.posts.refused()).rooms) == {"ai": "is_archived"}
    probes = await claimed(outbox, at=after(minutes=11))
    assert {(one.post, one.probes) for one in probes} == {("a", True), ("b", True)}
    done = Settlement(post="a", revision=1, fate=Fate.SHOWN, place=place_of("a"), mended=True)
    await outbox.settle([done], at=after(minutes=11))
    async with memory.open_work() as work:
        assert dict((await work.posts.refused()).rooms) == {}


async def test_the_next_look_at_a_refused_room_is_due_with_its_probe(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        await work.rooms.adopt("slack", {"ai": "C1"})
    await put(memory, post("a", to=ToRoom(room="ai")))
    await refused(outbox, AT, Refusal.ROOM, "is_archived", ROOM_PROBED_AFTER)
    assert await outbox.next_due() == AT + ROOM_PROBED_AFTER


async def test_a_refused_person_is_left_in_peace_until_the_directory_names_them_again(
    memory: Memory, outbox: Outbox
) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_account(slack("U1"), entry("ana@example.org"), present=True)
        (ana,) = (person.id for person in await work.people.all_present())
    await put(memory, post("a", to=ToPerson(person=ana)))
    await refused(outbox, AT, Refusal.UNREACHABLE, "cannot_dm_bot", PERSON_PROBED_AFTER)
    await put(memory, post("b", to=ToPerson(person=ana)))
    assert await names(outbox, at=after(hours=2)) == []
    async with memory.open_work() as work:
        assert (await work.posts.refused()).people == {"slack": 1}
        await work.people.adopt_account(slack("U1"), entry("ana@example.org"), present=True)
        assert (await work.posts.refused()).people == {}
    assert await names(outbox, at=after(hours=3)) == ["a", "b"], "what was put off goes out as well, and first"


async def test_of_whom_a_wave_was_refused_no_wave_asks_again_for_four_weeks_and_a_duty_does_the_next_day(
    memory: Memory, outbox: Outbox
) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_account(slack("U1"), entry("ana@example.org"), present=True)
        (ana,) = (person.id for person in await work.people.all_present())
    await put(memory, replace(bulk("wave"), to=ToPerson(person=ana)))
    await refused(outbox, AT, Refusal.UNREACHABLE, "cannot_dm_bot", PERSON_PROBED_AFTER)
    await put(memory, replace(bulk("next wave"), to=ToPerson(person=ana)))
    assert await names(outbox, at=after(days=27)) == []
    await put(memory, post("duty", to=ToPerson(person=ana)))
    assert await names(outbox, at=after(days=27)) == ["duty"]
    assert await names(outbox, at=after(days=29)) == ["duty"]
    assert await names(outbox, at=after(days=29)) == ["next wave", "wave"]


async def test_whoever_is_there_again_gets_no_post_before_its_time(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_account(slack("U1"), entry("ana@example.org"), present=True)
        (ana,) = (person.id for person in await work.people.all_present())
    await put(memory, post("a", to=ToPerson(person=ana)))
    await put(memory, post("later", to=ToPerson(person=ana), not_before=after(hours=5)))
    await refused(outbox, AT, Refusal.UNREACHABLE, "cannot_dm_bot", PERSON_PROBED_AFTER)
    async with memory.open_work() as work:
        await work.people.adopt_account(slack("U1"), entry("ana@example.org"), present=True)
    assert await names(outbox, at=after(hours=3)) == ["a"]
    assert "later" in await names(outbox, at=after(hours=6))


async def test_whoever_has_left_by_the_platform_s_word_is_gone(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_account(slack("U1"), entry("ana@example.org"), present=True)
        (ana,) = (person.id for person in await work.people.all_present())
    await put(memory, post("a", to=ToPerson(person=ana)))
    await refused(outbox, AT, Refusal.LEFT, "user_disabled", PERSON_PROBED_AFTER)
    async with memory.open_work() as work:
        assert await work.people.all_present() == []
