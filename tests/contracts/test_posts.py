"""What is to be shown in chat, as the rules put it."""

import asyncio

from rituals.messages import say
from rituals.ports import Outbox
from rituals.posts import Fate, ToHome, ToPerson, ToRoom
from storage.posts import LIVING_PAUSE
from storage.work import Memory
from tests.builders import AT, after, post, words_of
from tests.contracts.delivering import claimed, put, settled, shown
from tests.databases import on_postgres, until_somebody_waits


async def test_a_post_is_claimed_as_it_was_put(memory: Memory, outbox: Outbox) -> None:
    for one in (
        post("room", to=ToRoom(room="ai")),
        post("person", to=ToPerson(person="p")),
        post("home", to=ToHome(person="p")),
    ):
        assert await put(memory, one) == 1
    parcels = {parcel.post: parcel for parcel in await claimed(outbox)}
    assert {name: parcel.to for name, parcel in parcels.items()} == {
        "room": ToRoom(room="ai"),
        "person": ToPerson(person="p"),
        "home": ToHome(person="p"),
    }
    room = parcels["room"]
    assert (room.message, room.revision, room.wanted) == (post().message, 1, True)
    assert (room.place, room.unsettled, room.failures) == (None, False, 0)


async def test_putting_the_same_again_changes_nothing(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    await shown(outbox)
    assert await put(memory, post(), at=after(minutes=1)) == 1
    assert await claimed(outbox, at=after(hours=1)) == []


async def test_putting_other_words_makes_a_revision_and_the_last_state_wins(memory: Memory, outbox: Outbox) -> None:
    assert [await put(memory, post(words=words)) for words in ("one", "two", "two", "three")] == [1, 2, 2, 3]
    (parcel,) = await claimed(outbox)
    assert (words_of(parcel.message), parcel.revision) == ("three", 3)


async def test_a_post_waits_for_its_moment_even_when_its_words_change(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(not_before=after(hours=2)))
    await put(memory, post(words="Better words.", not_before=after(hours=2)), at=after(hours=1))
    assert await claimed(outbox, at=after(hours=1)) == []
    assert await outbox.next_due() == after(hours=2)
    assert len(await claimed(outbox, at=after(hours=2))) == 1


async def test_what_was_to_be_said_earlier_is_due_now(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(not_before=after(hours=-5)))
    assert await outbox.next_due() == AT


async def test_a_living_message_is_edited_at_most_every_few_seconds(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    await shown(outbox)
    for second in (1, 2):
        await put(memory, post(words=f"After {second} s."), at=after(seconds=second))
    assert await outbox.next_due() == AT + LIVING_PAUSE
    (parcel,) = await claimed(outbox, at=AT + LIVING_PAUSE)
    assert (words_of(parcel.message), parcel.revision) == ("After 2 s.", 3)


async def test_a_message_shown_long_ago_is_edited_at_once(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    await shown(outbox)
    await put(memory, post(words="News."), at=after(hours=1))
    assert await outbox.next_due() == after(hours=1)


async def test_an_edit_on_hold_waits_for_its_redraw(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    await shown(outbox)
    await put(memory, post(words="Your vote."), at=after(minutes=1), hold=after(minutes=1, seconds=4))
    assert await outbox.next_due() == after(minutes=1, seconds=4)


async def test_a_hold_does_not_delay_a_first_showing(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(), hold=after(hours=1))
    assert await outbox.next_due() == AT


async def test_new_words_do_not_shorten_the_wait_a_platform_asked_for(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    await shown(outbox)
    await put(memory, post(words="two"), at=after(minutes=1))
    (parcel,) = await claimed(outbox, at=after(minutes=1))
    await settled(outbox, parcel, Fate.NOT_SENT, at=after(minutes=1), try_again=after(minutes=5))
    await put(memory, post(words="three"), at=after(minutes=2))
    assert await outbox.next_due() == after(minutes=5)


async def test_new_words_for_a_post_refused_for_good_are_tried_again(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, Fate.REFUSED, why="msg_too_long")
    assert await claimed(outbox, at=after(hours=1)) == []
    await put(memory, post(words="Short."), at=after(hours=1))
    (parcel,) = await claimed(outbox, at=after(hours=1))
    assert (parcel.failures, words_of(parcel.message)) == (0, "Short.")
    assert await outbox.counts() == {"pending": 1}


async def test_new_words_for_an_edit_refused_for_good_are_tried_again(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    await shown(outbox)
    await put(memory, post(words="Too long."), at=after(minutes=1))
    (parcel,) = await claimed(outbox, at=after(minutes=1))
    await settled(outbox, parcel, Fate.REFUSED, at=after(minutes=1), why="msg_too_long")
    assert await outbox.counts() == {"failed": 1}
    await put(memory, post(words="Short."), at=after(minutes=2))
    assert await outbox.counts() == {"shown": 1}
    assert [parcel.failures for parcel in await claimed(outbox, at=after(minutes=2))] == [0]


async def test_a_post_exists_once_it_was_put(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert not await work.posts.exists("p1")
        await work.posts.put(post(), at=AT)
        assert await work.posts.exists("p1")


# --- taking back ---------------------------------------------------------------------------------------------------


async def withdrawn(memory: Memory, name: str = "p1") -> bool:
    async with memory.open_work() as work:
        return await work.posts.withdraw(name, at=after(minutes=1))


async def test_a_post_never_shown_is_taken_back_without_a_word(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    assert await withdrawn(memory)
    assert await outbox.counts() == {"withdrawn": 1}
    assert await outbox.next_due() is None
    assert not await withdrawn(memory), "there is none any more"


async def test_there_is_nothing_to_take_back_where_nothing_was_put(memory: Memory) -> None:
    assert not await withdrawn(memory, "another")


async def test_a_shown_post_is_taken_back_where_it_is_shown(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    place = await shown(outbox)
    assert await withdrawn(memory)
    (parcel,) = await claimed(outbox, at=after(minutes=1))
    assert (parcel.wanted, parcel.place) == (False, place)
    await settled(outbox, parcel, Fate.WITHDRAWN, at=after(minutes=1))
    assert await outbox.counts() == {"withdrawn": 1}
    assert await outbox.next_due() is None


async def test_a_post_on_its_way_is_taken_back_once_it_is_shown(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    assert await withdrawn(memory)
    await settled(outbox, parcel, Fate.SHOWN, at=after(minutes=1))
    (back,) = await claimed(outbox, at=after(minutes=2))
    assert not back.wanted
    assert back.place is not None


async def test_a_post_found_again_after_a_crash_is_taken_back_from_where_it_is(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, Fate.SHOWN, revision=0)
    assert await withdrawn(memory)
    assert [parcel.wanted for parcel in await claimed(outbox, at=after(minutes=1))] == [False]


async def test_what_was_taken_back_stays_so_whatever_is_put(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("never shown"))
    await withdrawn(memory, "never shown")
    await put(memory, post("shown"))
    await shown(outbox)
    await withdrawn(memory, "shown")
    for name in ("never shown", "shown"):
        assert await put(memory, post(name, "Other words."), at=after(minutes=2)) == 1
    (parcel,) = await claimed(outbox, at=after(minutes=3))
    assert (parcel.post, parcel.wanted) == ("shown", False)


# --- in rooms ------------------------------------------------------------------------------------------------------


async def test_posts_in_rooms_come_newest_first_without_those_for_people_or_taken_back(
    memory: Memory, outbox: Outbox
) -> None:
    for minute, one in enumerate(
        (
            post("first", "One."),
            post("second", "Two."),
            post("back"),
            post("person", to=ToPerson(person="p")),
            post("third", "Three.", to=ToRoom(room="board")),
        )
    ):
        await put(memory, one, at=after(minutes=minute))
        await shown(outbox, at=after(minutes=minute))
    await withdrawn(memory, "back")
    await put(memory, post("waiting"), at=after(hours=1))
    async with memory.open_work() as work:
        found = await work.posts.in_rooms(limit=9)
        assert [(one.id, one.room, one.shown_at) for one in found] == [
            ("third", "board", after(minutes=4)),
            ("second", "ai", after(minutes=1)),
            ("first", "ai", AT),
        ]
        assert found[0].summary == say("verbatim", words="Three.")
        assert await work.posts.in_rooms(limit=1) == found[:1]


async def test_an_edit_does_not_make_a_post_newer(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    await shown(outbox)
    await put(memory, post(words="Edited."), at=after(hours=1))
    await shown(outbox, at=after(hours=1))
    async with memory.open_work() as work:
        (one,) = await work.posts.in_rooms(limit=9)
    assert (one.shown_at, one.summary) == (AT, say("verbatim", words="Edited."))


# --- several at once -----------------------------------------------------------------------------------------------


@on_postgres
async def test_a_post_put_by_many_at_once_counts_every_revision(memory: Memory, outbox: Outbox) -> None:
    revisions = await asyncio.gather(*(put(memory, post(words=f"words {n}")) for n in range(8)))
    assert sorted(revisions) == list(range(1, 9))
    (parcel,) = await claimed(outbox)
    assert parcel.revision == 8


@on_postgres
async def test_words_put_while_others_were_being_put_are_compared_with_those(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(words="one"))
    async with memory.open_work() as work:
        assert await work.posts.put(post(words="two"), at=AT) == 2
        waiting = asyncio.create_task(put(memory, post(words="one")))
        await until_somebody_waits(memory)
    assert await waiting == 3
    (parcel,) = await claimed(outbox)
    assert (words_of(parcel.message), parcel.revision) == ("one", 3)


@on_postgres
async def test_a_post_looked_for_is_kept_until_the_work_ends(memory: Memory) -> None:
    await put(memory, post())
    async with memory.open_work() as work:
        assert await work.posts.exists("p1")
        taking = asyncio.create_task(withdrawn(memory))
        await until_somebody_waits(memory)
        assert await work.posts.put(post(words="two"), at=AT) == 2
    assert await taking


async def test_what_nobody_was_shown_can_be_dropped_and_what_was_cannot(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("shown"))
    await shown(outbox)
    await put(memory, post("waiting"))
    async with memory.open_work() as work:
        assert not await work.posts.drop("shown")
        assert not await work.posts.drop("never put")
        assert await work.posts.drop("waiting")
        assert not await work.posts.drop("waiting")
    assert await claimed(outbox, at=after(days=1)) == []


async def test_what_waits_for_the_same_conversation_does_not_overtake_what_was_held_back(
    memory: Memory, outbox: Outbox
) -> None:
    for name in ("r1", "r2", "r3"):
        await put(memory, post(name, to=ToRoom(room="ai")))
    await put(memory, post("rz", to=ToRoom(room="news")))
    [first] = await claimed(outbox, limit=1)
    await settled(outbox, first, Fate.HELD, try_again=after(seconds=5))
    assert [parcel.post for parcel in await claimed(outbox, at=after(seconds=1))] == ["rz"]
    later = await claimed(outbox, at=after(seconds=5))
    assert [(parcel.post, parcel.failures, parcel.unsettled) for parcel in later] == [
        ("r1", 0, False),
        ("r2", 0, False),
        ("r3", 0, False),
    ]
