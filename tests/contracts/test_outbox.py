"""Delivery's side of the posts: claimed before an attempt, settled after it, looked up where the outcome is unknown."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from rituals.ports import Outbox
from rituals.posts import Fate, Parcel, Settlement, ToHome, ToPerson, ToRoom
from storage.posts import LIVING_PAUSE
from storage.work import Memory
from tests.builders import AT, NOBODY, after, entry, post, slack, words_of
from tests.contracts.delivering import LEASE, claimed, place_of, put, settled, shown
from tests.databases import on_postgres, until_somebody_waits


def names(parcels: Sequence[Parcel]) -> list[str]:
    return [parcel.post for parcel in parcels]


# --- claiming ------------------------------------------------------------------------------------------------------


async def test_what_is_due_is_claimed_oldest_first_up_to_the_limit(memory: Memory, outbox: Outbox) -> None:
    for minute, name in ((3, "c"), (1, "b"), (1, "a"), (9, "later")):
        await put(memory, post(name, not_before=after(minutes=minute)))
    assert names(await claimed(outbox, at=after(minutes=5), limit=2)) == ["a", "b"]
    assert names(await claimed(outbox, at=after(minutes=5), limit=2)) == ["c"]
    assert names(await claimed(outbox, at=after(minutes=5), limit=2)) == []


async def test_a_claimed_post_is_nobody_else_s_until_its_lease_ends(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    assert names(await claimed(outbox)) == ["p1"]
    assert names(await claimed(outbox, at=AT + LEASE, owner="two")) == []
    assert names(await claimed(outbox, at=AT + LEASE + timedelta(microseconds=1), owner="two")) == ["p1"]


async def test_an_attempt_that_never_learnt_its_outcome_is_handed_on_as_unsettled(
    memory: Memory, outbox: Outbox
) -> None:
    await put(memory, post())
    (first,) = await claimed(outbox)
    (second,) = await claimed(outbox, at=after(hours=1), owner="two")
    (third,) = await claimed(outbox, at=after(hours=2), owner="three")
    assert (first.unsettled, first.attempted_at) == (False, AT)
    assert (second.unsettled, second.attempted_at) == (True, AT)
    assert (third.unsettled, third.attempted_at) == (True, AT), "the first attempt is the one to look for"
    assert first.key == second.key == third.key
    assert len(first.key) >= 32


async def test_every_post_has_a_key_of_its_own(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("a"))
    await put(memory, post("b"))
    one, two = await claimed(outbox)
    assert one.key != two.key


async def test_a_home_may_simply_be_published_again(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(to=ToHome(person="p")))
    await claimed(outbox)
    (again,) = await claimed(outbox, at=after(hours=1))
    assert not again.unsettled


async def test_an_edit_may_simply_be_done_again(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    place = await shown(outbox)
    await put(memory, post(words="two"), at=after(minutes=1))
    await claimed(outbox, at=after(minutes=1))
    (again,) = await claimed(outbox, at=after(hours=1))
    assert (again.unsettled, again.place) == (False, place)


async def test_what_an_owner_claimed_is_given_back_by_name_or_all_at_once(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("a"))
    await claimed(outbox, owner="one")
    await put(memory, post("b"))
    await claimed(outbox, owner="two")
    await outbox.release("one")
    again = await claimed(outbox, owner="three")
    assert [(parcel.post, parcel.unsettled) for parcel in again] == [("a", True)]
    await outbox.release()
    assert names(await claimed(outbox, owner="four")) == ["a", "b"]


async def test_nothing_put_is_never_due(outbox: Outbox) -> None:
    assert await outbox.next_due() is None
    assert names(await claimed(outbox)) == []
    assert await outbox.counts() == {}
    await outbox.settle([], at=AT)
    await outbox.release()


# --- destinations --------------------------------------------------------------------------------------------------


async def test_a_parcel_knows_the_room_in_the_organisation_s_language(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        await work.rooms.adopt("slack", {"ai": "C42"})
        await work.rooms.adopt("slack", {"ai": "C43", "board": "C9"})
        await work.rooms.adopt("teams", {"ai": "19:x"})
    await put(memory, post("known", to=ToRoom(room="ai")))
    await put(memory, post("unknown", to=ToRoom(room="nowhere")))
    parcels = await claimed(outbox)
    assert [parcel.destination for parcel in parcels] == ["C43", None]
    assert {(parcel.locale, parcel.zone) for parcel in parcels} == {("fr", "Europe/Paris")}


async def test_a_parcel_knows_the_person_s_account_language_and_zone(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        told = entry("ana@example.org", locale="en")
        await work.people.adopt_account(slack("UANA"), told, present=True)
        await work.people.adopt_roster([entry("bo@example.org", locale="en")], default=NOBODY)
        ana, bo = (person.id for person in await work.people.all_present())
    for name, person in (("a", ana), ("b", bo), ("c", "nobody")):
        await put(memory, post(name, to=ToPerson(person=person)))
    parcels = await claimed(outbox)
    assert [(parcel.destination, parcel.locale, parcel.zone) for parcel in parcels] == [
        ("UANA", "en", "UTC"),
        (None, "en", "Europe/Paris"),
        (None, "fr", "Europe/Paris"),
    ]


async def test_whoever_left_is_sent_nothing_and_an_account_that_is_gone_is_not_used(
    memory: Memory, outbox: Outbox
) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_account(slack("U1"), entry("ana@example.org"), present=False)
        await work.people.adopt_account(slack("U2"), entry("ana@example.org"), present=True)
        await work.people.adopt_account(slack("U3"), entry("bo@example.org"), present=True)
        ana, bo = (person.id for person in await work.people.all_present())
        await work.people.adopt_account(slack("U3"), entry("bo@example.org"), present=False)
    await put(memory, post("a", to=ToPerson(person=ana)))
    await put(memory, post("b", to=ToPerson(person=bo)))
    assert [parcel.destination for parcel in await claimed(outbox)] == ["U2", None]


# --- settling ------------------------------------------------------------------------------------------------------


async def test_a_shown_post_is_at_rest_and_known_by_its_place(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    place = await shown(outbox)
    assert await outbox.counts() == {"shown": 1}
    assert await outbox.next_due() is None
    peeked = await outbox.peek("p1", at=AT)
    assert peeked is not None
    assert (peeked.place, peeked.unsettled) == (place, False)


async def test_words_put_while_a_post_is_on_its_way_follow_as_an_edit(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    await put(memory, post(words="two"), at=after(seconds=1))
    await settled(outbox, parcel, Fate.SHOWN, at=after(seconds=2))
    assert await outbox.next_due() == after(seconds=2) + LIVING_PAUSE
    (edit,) = await claimed(outbox, at=after(minutes=1))
    assert (edit.revision, edit.place, words_of(edit.message)) == (2, place_of("p1"), "two")


async def test_a_post_is_found_by_where_it_stands_and_none_of_very_many_is(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    await put(memory, replace(post("many"), bulk=True))
    for _ in range(2):
        (parcel,) = await claimed(outbox)
        await settled(outbox, parcel, Fate.SHOWN)
    await put(memory, post(words="two"), at=after(minutes=1))
    found = await outbox.standing(place_of("p1"), at=after(minutes=1))
    assert found is not None
    assert (found.post, words_of(found.message)) == ("p1", "two")
    assert await outbox.standing(replace(place_of("p1"), conversation="elsewhere"), at=AT) is None
    assert await outbox.standing(place_of("many"), at=AT) is None


async def test_an_edit_keeps_its_place(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    place = await shown(outbox)
    await put(memory, post(words="two"), at=after(minutes=1))
    (edit,) = await claimed(outbox, at=after(minutes=1))
    await outbox.settle([Settlement(post="p1", revision=edit.revision, fate=Fate.SHOWN)], at=after(minutes=1))
    peeked = await outbox.peek("p1", at=AT)
    assert peeked is not None
    assert peeked.place == place


async def test_a_post_surely_not_sent_is_tried_again_as_if_new(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, Fate.NOT_SENT, try_again=after(minutes=5), why="ratelimited")
    assert await outbox.next_due() == after(minutes=5)
    assert names(await claimed(outbox, at=after(minutes=4))) == []
    (again,) = await claimed(outbox, at=after(minutes=5))
    assert (again.unsettled, again.failures, again.attempted_at) == (False, 1, after(minutes=5))


async def test_a_post_perhaps_sent_must_be_looked_up_first(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, Fate.UNKNOWN, try_again=after(minutes=5), why="timeout")
    (again,) = await claimed(outbox, at=after(minutes=5))
    assert (again.unsettled, again.failures, again.attempted_at) == (True, 1, AT)


async def test_a_post_found_again_is_brought_up_to_date_by_an_edit(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, Fate.SHOWN, revision=0)
    (edit,) = await claimed(outbox, at=after(minutes=1))
    assert (edit.revision, edit.place, edit.unsettled) == (1, place_of("p1"), False)


async def test_a_refused_post_is_not_tried_again(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, Fate.REFUSED, why="channel_not_found")
    assert await outbox.counts() == {"failed": 1}
    assert await outbox.next_due() is None
    assert names(await claimed(outbox, at=after(days=9))) == []


async def test_words_put_while_a_post_is_being_refused_get_an_attempt_of_their_own(
    memory: Memory, outbox: Outbox
) -> None:
    await put(memory, post())
    (parcel,) = await claimed(outbox)
    await put(memory, post(words="Short."))
    await settled(outbox, parcel, Fate.REFUSED, why="msg_too_long")
    (again,) = await claimed(outbox, at=after(minutes=1))
    assert (again.revision, again.unsettled) == (2, False)


async def test_a_batch_is_settled_whatever_became_of_each(memory: Memory, outbox: Outbox) -> None:
    fates = [Fate.SHOWN, Fate.REFUSED, Fate.NOT_SENT, Fate.UNKNOWN]
    for fate in fates:
        await put(memory, post(fate))
    await claimed(outbox)
    await outbox.settle(
        [
            Settlement(
                post=fate, revision=1, fate=fate, place=place_of(fate) if fate is Fate.SHOWN else None, try_again=AT
            )
            for fate in fates
        ],
        at=AT,
    )
    assert await outbox.counts() == {"shown": 1, "failed": 1, "pending": 2}
    assert sorted(names(await claimed(outbox))) == [Fate.NOT_SENT, Fate.UNKNOWN]


# --- too late ------------------------------------------------------------------------------------------------------


async def test_a_post_too_late_for_its_first_showing_expires(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(not_after=after(hours=1)))
    assert names(await claimed(outbox, at=after(hours=1, seconds=1))) == []
    assert await outbox.counts() == {"expired": 1}
    assert await outbox.next_due() is None
    assert await put(memory, post(words="Too late.", not_after=after(hours=9))) == 1
    assert names(await claimed(outbox, at=after(hours=2))) == []


async def test_a_post_is_not_too_late_at_its_last_moment(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(not_after=after(hours=1)))
    assert names(await claimed(outbox, at=after(hours=1))) == ["p1"]


async def test_a_shown_post_is_edited_however_late(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(not_after=after(hours=1)))
    await shown(outbox)
    await put(memory, post(words="The decision."), at=after(days=1))
    assert names(await claimed(outbox, at=after(days=1))) == ["p1"]


async def test_a_post_perhaps_shown_does_not_expire_before_it_was_looked_up(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(not_after=after(hours=1)))
    (parcel,) = await claimed(outbox)
    await settled(outbox, parcel, Fate.UNKNOWN, try_again=after(minutes=5))
    (again,) = await claimed(outbox, at=after(hours=2))
    assert again.unsettled
    assert not again.wanted, "if it is not found it is too late to send it"
    await settled(outbox, again, Fate.WITHDRAWN, at=after(hours=2))
    assert names(await claimed(outbox, at=after(hours=3))) == []
    assert await outbox.counts() == {"expired": 1}


async def test_a_post_found_after_it_would_have_been_too_late_is_kept_up_to_date(
    memory: Memory, outbox: Outbox
) -> None:
    await put(memory, post(not_after=after(hours=1)))
    await claimed(outbox)
    (again,) = await claimed(outbox, at=after(hours=2))
    await settled(outbox, again, Fate.SHOWN, at=after(hours=2), revision=0)
    assert [parcel.wanted for parcel in await claimed(outbox, at=after(hours=3))] == [True]


# --- redraw --------------------------------------------------------------------------------------------------------


async def clicked(memory: Memory, outbox: Outbox) -> None:
    """A shown post whose words have changed, its edit on hold for the redraw."""
    await put(memory, post())
    await shown(outbox)
    await put(memory, post(words="Your vote."), at=after(minutes=1), hold=after(minutes=1, seconds=4))


async def test_a_redraw_spares_the_edit(memory: Memory, outbox: Outbox) -> None:
    await clicked(memory, outbox)
    await outbox.settle_redraw("p1", 2, at=after(minutes=1))
    assert await outbox.next_due() is None
    assert names(await claimed(outbox, at=after(hours=1))) == []


async def test_a_redraw_of_old_words_leaves_the_newer_ones_to_an_edit(memory: Memory, outbox: Outbox) -> None:
    await clicked(memory, outbox)
    await put(memory, post(words="Your other vote."), at=after(minutes=1, seconds=1))
    await outbox.settle_redraw("p1", 2, at=after(minutes=1, seconds=2))
    (edit,) = await claimed(outbox, at=after(hours=1))
    assert edit.revision == 3


async def test_a_late_redraw_does_not_turn_back_what_is_shown(memory: Memory, outbox: Outbox) -> None:
    await clicked(memory, outbox)
    await shown(outbox, at=after(hours=1))
    await outbox.settle_redraw("p1", 1, at=after(hours=1))
    assert await outbox.next_due() is None


async def test_an_edit_that_overtook_a_redraw_is_done_again(memory: Memory, outbox: Outbox) -> None:
    await clicked(memory, outbox)
    (edit,) = await claimed(outbox, at=after(minutes=2))
    await put(memory, post(words="Your other vote."), at=after(minutes=2), hold=after(minutes=2, seconds=4))
    await outbox.settle_redraw("p1", 3, at=after(minutes=2))
    await settled(outbox, edit, Fate.SHOWN, at=after(minutes=2, seconds=1))
    assert [parcel.revision for parcel in await claimed(outbox, at=after(minutes=3))] == [3]


async def test_a_redraw_does_not_keep_a_post_from_being_taken_back(memory: Memory, outbox: Outbox) -> None:
    await clicked(memory, outbox)
    async with memory.open_work() as work:
        await work.posts.withdraw("p1", at=after(minutes=1))
    await outbox.settle_redraw("p1", 2, at=after(minutes=1))
    (parcel,) = await claimed(outbox, at=after(minutes=1))
    assert not parcel.wanted
    await settled(outbox, parcel, Fate.WITHDRAWN, at=after(minutes=1))
    await outbox.settle_redraw("p1", 3, at=after(minutes=2))
    assert await outbox.next_due() is None
    assert await outbox.counts() == {"withdrawn": 1}


async def test_a_failed_redraw_lets_the_edit_go_at_once(memory: Memory, outbox: Outbox) -> None:
    await clicked(memory, outbox)
    await outbox.hurry("p1", at=after(minutes=1, seconds=1))
    assert await outbox.next_due() == after(minutes=1, seconds=1)


async def test_hurrying_what_is_at_rest_does_nothing(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    await shown(outbox)
    await outbox.hurry("p1", at=after(minutes=1))
    await outbox.hurry("another", at=after(minutes=1))
    assert await outbox.next_due() is None


async def test_peeking_claims_nothing(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post())
    peeked = await outbox.peek("p1", at=AT)
    assert peeked is not None
    assert (peeked.message, peeked.revision, peeked.unsettled) == (post().message, 1, False)
    assert await outbox.peek("another", at=AT) is None
    assert [parcel.unsettled for parcel in await claimed(outbox)] == [False]


# --- pauses --------------------------------------------------------------------------------------------------------


async def paused(memory: Memory, ritual: str) -> None:
    async with memory.open_work() as work:
        await work.brakes.pause(ritual, at=AT, by="ana")


async def test_a_paused_ritual_s_posts_are_held_until_it_resumes(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("theirs", ritual="committee"))
    await put(memory, post("other", ritual="digest", not_before=after(minutes=1)))
    await paused(memory, "committee")
    assert await outbox.next_due() == after(minutes=1)
    assert names(await claimed(outbox, at=after(hours=1))) == ["other"]
    async with memory.open_work() as work:
        await work.brakes.resume("committee")
    assert names(await claimed(outbox, at=after(hours=1))) == ["theirs"]


async def test_a_pause_of_everything_lets_homes_and_words_to_the_keepers_pass(memory: Memory, outbox: Outbox) -> None:
    for ritual in ("committee", "digest", "home", "keeping"):
        await put(memory, post(ritual, ritual=ritual))
    await paused(memory, "all")
    assert names(await claimed(outbox)) == ["home", "keeping"]
    assert await outbox.next_due() == AT + LEASE, "both are somebody's until they are settled or their lease ends"
    for ritual in ("home", "keeping"):
        await outbox.settle([Settlement(post=ritual, revision=1, fate=Fate.SHOWN)], at=AT)
    assert await outbox.next_due() is None


async def test_a_pause_does_not_keep_a_post_too_late_from_expiring(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post(not_after=after(hours=1)))
    await paused(memory, "committee")
    await claimed(outbox, at=after(hours=2))
    assert await outbox.counts() == {"expired": 1}


@pytest.mark.parametrize("ritual", ["committee", "all"])
async def test_a_wrong_post_is_taken_back_even_in_a_pause(memory: Memory, outbox: Outbox, ritual: str) -> None:
    await put(memory, post())
    await shown(outbox)
    await paused(memory, ritual)
    async with memory.open_work() as work:
        await work.posts.withdraw("p1", at=after(minutes=1))
    assert await outbox.next_due() == after(minutes=1)
    assert [parcel.wanted for parcel in await claimed(outbox, at=after(minutes=1))] == [False]


# --- several at once -----------------------------------------------------------------------------------------------


@on_postgres
async def test_two_claimers_get_disjoint_posts(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        for n in range(40):
            await work.posts.put(post(f"p{n:02}"), at=AT)
    taken: list[str] = []

    async def replica(owner: str) -> None:
        while parcels := await claimed(outbox, owner=owner, limit=3):
            taken.extend(parcel.post for parcel in parcels)

    await asyncio.gather(*(replica(f"replica {n}") for n in range(5)))
    assert len(taken) == len(set(taken))
    assert set(taken) <= {f"p{n:02}" for n in range(40)}
    await replica("a last one, for what all passed over")
    assert sorted(taken) == [f"p{n:02}" for n in range(40)]


@on_postgres
async def test_a_claim_waits_for_no_work(memory: Memory, outbox: Outbox) -> None:
    await put(memory, post("held", not_after=after(hours=1)))
    await put(memory, post("free", not_before=after(minutes=1)))
    async with memory.open_work() as work, asyncio.timeout(5):
        assert await work.posts.exists("held")
        assert names(await claimed(outbox, at=after(hours=2))) == ["free"]
    assert await outbox.counts() == {"pending": 2}
    await claimed(outbox, at=after(hours=2))
    assert await outbox.counts() == {"pending": 1, "expired": 1}


@on_postgres
async def test_settling_waits_for_one_post_without_keeping_the_others(memory: Memory, outbox: Outbox) -> None:
    for name in ("a", "b", "c"):
        await put(memory, post(name))
    await claimed(outbox)

    async def settle() -> None:
        await outbox.settle([Settlement(post=name, revision=1, fate=Fate.REFUSED) for name in ("a", "b", "c")], at=AT)

    async with memory.open_work() as work, asyncio.timeout(5):
        assert await work.posts.exists("b")
        settling = asyncio.create_task(settle())
        await until_somebody_waits(memory)
        assert await work.posts.put(post("a", "two"), at=after(hours=1)) == 2
        assert await work.posts.put(post("c", "two"), at=after(hours=1)) == 2
    await settling
    assert sorted(names(await claimed(outbox, at=after(hours=1)))) == ["a", "c"]


@on_postgres
async def test_giving_back_waits_for_one_post_without_keeping_the_others(memory: Memory, outbox: Outbox) -> None:
    for name in ("a", "b"):
        await put(memory, post(name))
    await claimed(outbox)
    async with memory.open_work() as work, asyncio.timeout(5):
        assert await work.posts.exists("b")
        releasing = asyncio.create_task(outbox.release("one"))
        await until_somebody_waits(memory)
        assert await work.posts.exists("a")
    await releasing
    assert names(await claimed(outbox)) == ["a", "b"]
