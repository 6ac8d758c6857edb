"""Whatever becomes of the answer to a call, of any kind of call, nothing is said twice and the newest words stand."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from rituals.messages import Message, Paragraph, say
from rituals.posts import PostState, ToHome, ToPerson, ToRoom
from tests.bot.scenarios.horizon import NEWS, PRIYA, SAM, STARTS, AnyHouse, words
from tests.bot.scenarios.house import House
from tests.builders import post

LOST = [
    (kind, stored) for kind in ("timeout", "reset", "http_500", "html_502", "truncated") for stored in (True, False)
]
OF_SLACK = ("views.publish", "conversations.history")
"""Calls that Teams does not have."""

ROOM = ToRoom(room="committee")
CHANGED, NEW, PRIVATE = "The last word.", "Some news.", "A word to you."


async def everything_goes_wrong_once(house: AnyHouse, kind: str, **more: object) -> None:
    for call in ("post", "edit", "withdrawal"):
        await house.fault(call, kind, seconds=0.02, **more)
    for method in OF_SLACK if house.platform == "slack" else ():
        await house.page.fault(method, kind, seconds=0.02, **more)


async def two_posts_stand(house: AnyHouse) -> None:
    for name in ("edited", "withdrawn"):
        await house.put(post(name, name, to=ROOM, not_before=STARTS))
    await house.after(minutes=1)
    assert len(await house.said()) == 2


async def everything_is_said_and_changed(house: AnyHouse) -> None:
    """A post is rewritten, one is taken back, one is new in a room and one to a person, and a home is shown."""
    sam, priya = ToPerson(person=await house.person(SAM)), await house.person(PRIYA)
    welcome = say("greeting", name="at home")
    home = Message(kind="home", summary=welcome, parts=(Paragraph(text=welcome),))
    await house.put(
        post("edited", CHANGED, to=ROOM, not_before=STARTS),
        post("new", NEW, to=ToRoom(room="news"), not_before=STARTS),
        post("private", PRIVATE, to=sam, not_before=STARTS),
        replace(post("home", to=ToHome(person=priya), not_before=STARTS), message=home),
        nudge=False,
    )
    await house.withdraw("withdrawn")
    await house.after(hours=2)


async def said(house: AnyHouse) -> dict[str, int]:
    """How often each of the words stands anywhere; nothing else does."""
    found = [words(one) for one in await house.said()]
    counted = {text: sum(text in one for one in found) for text in (CHANGED, NEW, PRIVATE)}
    assert sum(counted.values()) == len(found), found
    if house.platform == "slack":
        keys = Counter(one["metadata"]["event_payload"]["key"] for one in await house.said())
        assert set(keys.values()) == {1}
        assert "at home" in words((await house.page.get("/api/home", who=PRIYA))["view"])
    return counted


@pytest.mark.parametrize(("kind", "stored"), LOST)
async def test_an_answer_that_is_lost_to_any_call_doubles_nothing_and_leaves_no_old_words(
    anywhere: AnyHouse, kind: str, stored: bool
) -> None:
    house = anywhere
    await two_posts_stand(house)
    await everything_goes_wrong_once(house, kind, stored=stored)
    await everything_is_said_and_changed(house)
    if house.platform == "slack":
        # It lets us read what we wrote: nothing is lost either.
        assert await said(house) == {CHANGED: 1, NEW: 1, PRIVATE: 1}
    else:
        # It does not, and rather than say it twice nothing is said again of what may be there.
        assert await said(house) == {CHANGED: 1, NEW: stored, PRIVATE: stored}
        assert (await house.station.outbox.counts())[PostState.PERHAPS] == 2
    await house.nothing_lost()


@pytest.mark.parametrize("stored", [True, False])
async def test_nor_does_slacks_internal_error_which_says_nothing_of_what_was_done(house: House, stored: bool) -> None:
    await two_posts_stand(house)
    await everything_goes_wrong_once(house, "internal_error", stored=stored)
    await everything_is_said_and_changed(house)
    assert await said(house) == {CHANGED: 1, NEW: 1, PRIVATE: 1}
    await house.nothing_lost()


@pytest.mark.parametrize("seconds", [1, 20, 0.5, 2.25])
async def test_every_kind_of_call_waits_as_long_as_it_is_told_to_in_whole_seconds_or_with_a_fraction(
    anywhere: AnyHouse, seconds: float
) -> None:
    house = anywhere
    await two_posts_stand(house)
    await everything_goes_wrong_once(house, "ratelimited", retry_after=seconds)
    await everything_is_said_and_changed(house)
    assert await said(house) == {CHANGED: 1, NEW: 1, PRIVATE: 1}
    await house.nothing_lost()


async def test_a_post_is_not_sent_a_moment_before_a_fractional_wait_is_over(anywhere: AnyHouse) -> None:
    house = anywhere
    await house.fault("post", "ratelimited", retry_after=2.25)
    await house.put(post("new", NEW, to=ToRoom(room="news"), not_before=STARTS))
    await house.settle()
    told = house.clock.now()
    await house.to(told + timedelta(seconds=2.2))
    assert await house.messages(SAM, NEWS) == []
    await house.to(told + timedelta(seconds=5))
    assert len(await house.messages(SAM, NEWS)) == 1
