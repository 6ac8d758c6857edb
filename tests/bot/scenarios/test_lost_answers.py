"""Whatever becomes of the answer to a call, of any kind of call, everything is shown once and in its newest words."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from rituals.messages import Message, Paragraph, say
from rituals.posts import ToHome, ToPerson, ToRoom
from tests.bot.scenarios.house import NEWS, PRIYA, SAM, STARTS, House, words
from tests.builders import post

LOST = [
    (kind, stored)
    for kind in ("timeout", "reset", "http_500", "html_502", "truncated", "internal_error")
    for stored in (True, False)
]
CALLS = ("chat.postMessage", "chat.update", "chat.delete", "views.publish", "conversations.history")
ROOM = ToRoom(room="committee")


async def everything_goes_wrong_once(house: House, kind: str, **more: object) -> None:
    for method in CALLS:
        await house.page.fault(method, kind, seconds=0.02, **more)


async def everything_is_said_and_changed(house: House) -> None:
    """A post is rewritten, one is taken back, one is new in a room and one to a person, and a home is shown."""
    sam, priya = ToPerson(person=await house.person(SAM)), await house.person(PRIYA)
    for name in ("edited", "withdrawn"):
        await house.put(post(name, name, to=ROOM, not_before=STARTS))
    await house.after(minutes=1)
    welcome = say("greeting", name="at home")
    home = Message(kind="home", summary=welcome, parts=(Paragraph(text=welcome),))
    await house.put(
        post("edited", "The last word.", to=ROOM, not_before=STARTS),
        post("new", "Some news.", to=ToRoom(room="news"), not_before=STARTS),
        post("private", "A word to you.", to=sam, not_before=STARTS),
        replace(post("home", to=ToHome(person=priya), not_before=STARTS), message=home),
        nudge=False,
    )
    await house.withdraw("withdrawn")
    await house.after(minutes=10)


async def assert_once(house: House) -> None:
    said = (await house.page.get("/sandbox/audit"))["messages"]
    assert sorted(words(one).strip() for one in said) == sorted(
        f"{text} {text}" for text in ("The last word.", "Some news.", "A word to you.")
    )
    keys = Counter(one["metadata"]["event_payload"]["key"] for one in said)
    assert set(keys.values()) == {1}
    assert "at home" in words((await house.page.get("/api/home", who=PRIYA))["view"])
    await house.nothing_lost()


@pytest.mark.parametrize(("kind", "stored"), LOST)
async def test_an_answer_that_is_lost_to_any_call_doubles_nothing_and_loses_nothing(
    house: House, kind: str, stored: bool
) -> None:
    await everything_goes_wrong_once(house, kind, stored=stored)
    await everything_is_said_and_changed(house)
    await assert_once(house)


@pytest.mark.parametrize("seconds", [1, 20, 0.5, 2.25])
async def test_every_kind_of_call_waits_as_long_as_it_is_told_to_in_whole_seconds_or_with_a_fraction(
    house: House, seconds: float
) -> None:
    await everything_goes_wrong_once(house, "ratelimited", retry_after=seconds)
    await everything_is_said_and_changed(house)
    await assert_once(house)


async def test_a_post_is_not_sent_a_moment_before_a_fractional_wait_is_over(house: House) -> None:
    await house.page.fault("chat.postMessage", "ratelimited", retry_after=2.25)
    await house.put(post("new", "Some news.", to=ToRoom(room="news"), not_before=STARTS))
    await house.settle()
    told = house.clock.now()
    await house.to(told + timedelta(seconds=2.2))
    assert await house.messages(SAM, NEWS) == []
    await house.to(told + timedelta(seconds=5))
    assert len(await house.messages(SAM, NEWS)) == 1
