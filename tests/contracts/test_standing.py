"""How things stand with bulk: what stands still is told of, what takes its time is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from rituals.people import Account, Role
from rituals.ports import Outbox
from rituals.posts import Fate, Refusal, Settlement, ToPerson
from storage.people import ACCOUNT
from storage.work import Memory
from tests.builders import AT, NOBODY, after, entry, post, slack
from tests.contracts.delivering import DAY, NEXT_DAY, bulk, claimed, place_of, put, settled

SOON = after(minutes=20)


async def idle_for(memory: Memory, at: datetime) -> timedelta:
    return (await memory.standing(at)).unsent_for(at)


async def one_shown(outbox: Outbox, at: datetime) -> None:
    """The first of the bulk is shown at `at`, the rest goes back as it was."""
    first, *rest = await claimed(outbox, at=at)
    of_the_first = Settlement(post=first.post, revision=1, fate=Fate.SHOWN, place=place_of(first.post))
    back = [Settlement(post=one.post, revision=1, fate=Fate.RETURNED) for one in rest]
    await outbox.settle([of_the_first, *back], at=at)


async def test_bulk_of_which_nothing_goes_stands_still_since_it_might_have(memory: Memory, outbox: Outbox) -> None:
    for name in "abc":
        await put(memory, bulk(name, DAY))
    assert await idle_for(memory, SOON) == timedelta(minutes=20)
    await claimed(outbox, at=SOON)
    assert await idle_for(memory, SOON) == timedelta(minutes=20), "claimed by whoever does not show it either"


async def test_bulk_that_moves_however_slowly_does_not_stand_still(memory: Memory, outbox: Outbox) -> None:
    for name in "abc":
        await put(memory, bulk(name, DAY))
    await one_shown(outbox, after(minutes=170))
    assert await idle_for(memory, after(minutes=170, seconds=30)) == timedelta()
    assert await idle_for(memory, after(minutes=190)) == timedelta(minutes=20), "the last one shown counts"


async def test_bulk_that_is_through_does_not_stand_still(memory: Memory, outbox: Outbox) -> None:
    await put(memory, bulk("a", DAY))
    await one_shown(outbox, AT)
    assert await idle_for(memory, after(hours=3)) == timedelta()


async def test_what_waits_for_its_readers_hours_is_counted_and_does_not_stand_still(memory: Memory) -> None:
    for name in "ab":
        await put(memory, bulk(name, DAY, NEXT_DAY))
    evening = after(hours=9)
    found = await memory.standing(evening)
    assert (found.held, found.held_until) == (2, NEXT_DAY.opens)
    assert found.unsent_for(evening) == timedelta()
    morning = NEXT_DAY.opens + timedelta(minutes=5)
    found = await memory.standing(morning)
    assert (found.held, found.held_until) == (0, None)
    assert found.unsent_for(morning) == timedelta(minutes=5), "since its window opened, not since yesterday"


async def test_what_the_platform_asked_to_wait_does_not_stand_still(memory: Memory, outbox: Outbox) -> None:
    for name in "ab":
        await put(memory, bulk(name))
    first, second = await claimed(outbox)
    await settled(outbox, first, Fate.NOT_SENT, try_again=after(minutes=30))
    await settled(outbox, second, Fate.HELD, try_again=after(minutes=30))
    assert await idle_for(memory, after(minutes=29)) == timedelta()
    assert await idle_for(memory, after(minutes=31)) == timedelta(minutes=31)


async def test_what_fails_again_and_again_stands_still_though_it_will_be_tried_again(
    memory: Memory, outbox: Outbox
) -> None:
    await put(memory, bulk("a"))
    for minute in (0, 5, 10):
        (parcel,) = await claimed(outbox, at=after(minutes=minute))
        await settled(outbox, parcel, Fate.NOT_SENT, try_again=after(minutes=minute + 5))
    assert await idle_for(memory, after(minutes=12)) == timedelta(minutes=12)


@pytest.mark.parametrize("paused", ["committee", "all"])
async def test_what_a_pause_holds_back_does_not_stand_still(memory: Memory, paused: str) -> None:
    await put(memory, bulk("a"))
    async with memory.open_work() as work:
        await work.brakes.pause(paused, at=AT, by="p")
    assert await idle_for(memory, SOON) == timedelta()


async def test_people_out_of_reach_are_no_bulk_that_stands_still(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ann@example.org", Role.MEMBER)], default=NOBODY)
        await work.people.adopt_account(slack("U1"), entry("ann@example.org"), present=True)
        person = await work.people.by_account(slack("U1"))
        assert person is not None
        await work.posts.put(replace(bulk("a"), to=ToPerson(person=person.id)), at=AT)
    (parcel,) = await claimed(outbox)
    await settled(
        outbox, parcel, Fate.NOT_SENT, refusal=Refusal.UNREACHABLE, why="cannot_dm_bot", try_again=after(minutes=1)
    )
    assert await idle_for(memory, SOON) == timedelta()


async def test_a_duty_of_somebody_who_takes_no_message_makes_nothing_late(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_account(slack("U1"), entry("ann@example.org"), present=True)
        person = await work.people.by_account(slack("U1"))
    assert person is not None
    await put(memory, post("duty", to=ToPerson(person=person.id)))
    (parcel,) = await claimed(outbox)
    assert (await memory.standing(after(hours=2))).stuck == 1
    await settled(
        outbox,
        parcel,
        Fate.NOT_SENT,
        refusal=Refusal.UNREACHABLE,
        why="BotNotInConversationRoster",
        try_again=after(days=1),
    )
    found = await memory.standing(after(hours=2))
    assert (found.stuck, found.oldest_unsent, found.people) == (0, None, {"slack": 1})


async def test_who_takes_no_message_on_teams_is_waited_for_on_slack(memory: Memory) -> None:
    on_teams = Account(platform="teams", workspace="T", user="29:ann")
    async with memory.open_work() as work:
        for account in (slack("U1"), on_teams):
            await work.people.adopt_account(account, entry("ann@example.org"), present=True)
        person = await work.people.by_account(slack("U1"))
    assert person is not None
    await put(memory, post("duty", to=ToPerson(person=person.id)))
    await put(memory, replace(bulk("wave"), to=ToPerson(person=person.id)))
    async with memory.transaction() as connection:
        refused = update(ACCOUNT).where(ACCOUNT.c.user == "29:ann").values(refused="BotNotInConversationRoster")
        await connection.execute(refused)
    found = await memory.standing(after(hours=2))
    assert (found.stuck, found.oldest_unsent) == (2, AT)
    assert found.people == {}, "they are reached where they are written to"


async def test_bulk_that_stands_still_for_an_hour_is_stuck(memory: Memory) -> None:
    for name in "abc":
        await put(memory, bulk(name, DAY))
    assert (await memory.standing(after(minutes=59))).stuck == 0
    assert (await memory.standing(after(minutes=61))).stuck == 3


async def test_what_moves_on_one_platform_says_nothing_of_the_other(memory: Memory, outbox: Outbox) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ann@example.org", Role.MEMBER)], default=NOBODY)
        await work.people.adopt_account(
            Account(platform="teams", workspace="T", user="29:ann"), entry("ann@example.org"), present=True
        )
        ann = await work.people.by_account(Account(platform="teams", workspace="T", user="29:ann"))
        assert ann is not None
        await work.posts.put(replace(bulk("teams"), to=ToPerson(person=ann.id)), at=AT)
    for name in "ab":
        await put(memory, bulk(name))
    await one_shown(outbox, after(minutes=90))
    found = await memory.standing(after(minutes=90))
    assert (found.bulk_idle_since, found.stuck) == (AT, 1), (
        "the one for Teams; Slack's second has just seen the first go"
    )
