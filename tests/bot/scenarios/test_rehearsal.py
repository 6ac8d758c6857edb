"""A rehearsal by the real door: one person gets everything, marked so, and nobody else gets anything."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import CannotStart
from rituals.messages import Heading, Message, say
from rituals.posts import Address, Post, ToHome, ToPerson, ToRoom
from tests.bot.scenarios.anywhere import PLATFORMS, Ground, at_work_on, rehearsal_on, running_platform
from tests.bot.scenarios.horizon import (
    BALLOTS_CLOSE,
    LUC,
    MARKS_CALLED,
    NADIA,
    NEWS,
    PEOPLE,
    PRIYA,
    ROOM,
    SAM,
    SITTING,
    ZOE,
    AnyHouse,
    Json,
    address_of,
    content,
    french,
    words,
)
from tests.bot.scenarios.test_votes_and_marks import FIVE

OTHERS = (NADIA, PRIYA, LUC, ZOE)

MARKS = {
    "slack": ("Répétition : pour Nadia Benali", "Répétition : pour Luc Moreau", "Rehearsal: for #ai-committee"),
    # Nobody has written to it there, so that nobody's language is known; and a channel's name has no sign.
    "teams": ("Rehearsal: for Nadia Benali", "Rehearsal: for Luc Moreau", "Rehearsal: for AI committee"),
}
"""What copies for two people and for the room begin with."""


@pytest.fixture(params=PLATFORMS)
async def ground(request: pytest.FixtureRequest) -> AsyncIterator[Ground]:
    """Where nobody is at work yet."""
    async with running_platform(request.param) as running:
        yield running


@pytest.fixture
async def house(ground: Ground, tmp_path: Path) -> AsyncIterator[AnyHouse]:
    """Sam rehearses, an ordinary member."""
    async with rehearsal_on(ground, tmp_path) as built:
        yield built


async def nobody_else_has_anything(house: AnyHouse) -> None:
    """No room has a message, and nobody but Sam one of their own or a home."""
    for channel in (ROOM, NEWS):
        assert [one for one in await house.messages(SAM, channel) if not one["alone"]] == []
    for person in OTHERS:
        assert await house.messages(person) == []
        assert await house.at_home(person) is None


async def copy(house: AnyHouse, mark: str, containing: str = "", *, who: str = SAM) -> Json:
    """The newest copy with that mark that says so."""
    found = [one for one in await house.messages(who) if mark in french(words(one)) and containing in words(one)]
    assert found, f"there is no copy {mark} {containing}"
    return found[-1]


async def votes(house: AnyHouse) -> int:
    async with house.app.memory.open_work() as work:
        return sum([len(await work.ballots.votes(one.id)) for one in await work.ballots.of(SITTING)])


# --- everything goes to one person ------------------------------------------------------------------------------------


async def test_a_whole_committee_goes_to_one_person_marked_and_to_nobody_else(house: AnyHouse) -> None:
    await house.to(BALLOTS_CLOSE)
    await house.after(minutes=5)
    mine = [french(words(one)) for one in await house.messages(SAM)]
    assert "The rehearsal at Horizon has begun" in mine[0]
    for mark in ("Rehearsal: for Priya Shah", "Rehearsal: for Sam Taylor", *MARKS[house.platform]):
        assert any(mark in one for one in mine), mark
    assert all(re.search("Rehearsal: for |Répétition : pour ", one) for one in mine)
    assert any("quorum" in one and MARKS[house.platform][-1] in one for one in mine)
    await nobody_else_has_anything(house)
    await house.nothing_lost()


async def test_posts_to_every_kind_of_address_reach_nobody_else_however_they_change(house: AnyHouse) -> None:
    async with house.app.memory.open_work() as work:
        people = [person.id for person in await work.people.all_present()]
    addresses: list[Address] = [ToRoom(room="committee"), ToRoom(room="news")]
    addresses += [kind(person=person) for person in people for kind in (ToPerson, ToHome)]
    for round_ in range(3):
        at = house.clock.now()
        await house.put(*(flood(n, to, f"{round_}", at) for n, to in enumerate(addresses)))
        await house.after(minutes=2)
    for n in range(0, len(addresses), 2):
        await house.withdraw(f"flood-{n}")
    await house.after(minutes=2)
    assert [one for one in await house.messages(SAM) if "Rehearsal" in words(one) and words(one).endswith("2")]
    await nobody_else_has_anything(house)
    assert set(await house.station.outbox.counts()) == {"shown", "withdrawn"}
    await house.nothing_lost()


def flood(n: int, to: Address, said: str, at: Any) -> Post:
    verbatim = say("verbatim", words=said)
    message = Message(kind="x", summary=verbatim, parts=(Heading(text=verbatim),))
    return Post(id=f"flood-{n}", to=to, message=message, ritual="r", not_before=at)


# --- what people do ---------------------------------------------------------------------------------------------------


async def test_one_votes_on_ones_own_copy_and_the_others_only_tell_whose_they_are(house: AnyHouse) -> None:
    await house.to_ballots()
    theirs = await copy(house, "Rehearsal: for Priya Shah", "Claims triage")
    await house.press(SAM, theirs, "rehearsal", "triage:go")
    await house.settle()
    assert "this copy is for somebody else" in (await house.told(SAM))[-1]
    own = await copy(house, "Rehearsal: for Sam Taylor", "Claims triage")
    await house.press(SAM, own, "rehearsal", "triage:go")
    # All of it goes to one conversation, which on Teams takes a message about every two seconds.
    await house.after(minutes=2)
    assert await votes(house) == 1
    redrawn = await copy(house, "Rehearsal: for Sam Taylor", "Claims triage")
    assert redrawn["id"] == own["id"]
    assert "Your vote: Go." in words(redrawn)
    assert words(redrawn).count("Rehearsal: for Sam Taylor") == 1
    assert "One of 4 has voted" in words(await copy(house, MARKS[house.platform][-1], "Claims triage"))
    await nobody_else_has_anything(house)
    await house.nothing_lost()


async def test_marks_are_given_by_the_copys_form(house: AnyHouse) -> None:
    await house.to(MARKS_CALLED)
    await house.after(minutes=1)
    call = await copy(house, "Rehearsal: for Sam Taylor", "your marks")
    await house.press(SAM, call, "rehearsal", "open-marks")
    assert "Initiative 1 of 2" in words(await house.view(SAM))
    assert (await house.submit(SAM, **FIVE))["ok"]
    async with house.app.memory.open_work() as work:
        assert list((await work.marks.participation(SITTING)).values()) == [1]
    assert "Initiative 2 of 2" in words(await house.view(SAM)), "the next one follows, bound to the copy as well"
    await house.after(seconds=30)
    assert "✓ Change my marks" in words(await copy(house, "Rehearsal: for Sam Taylor", "your marks"))
    await nobody_else_has_anything(house)
    await house.nothing_lost()


async def test_others_who_ask_for_something_are_told_that_a_rehearsal_is_on_and_only_they_see_it(
    house: AnyHouse,
) -> None:
    for who, told in ((LUC, "Une répétition est en cours"), (PRIYA, "A rehearsal is on")):
        assert [told in words(one) for one in await house.command(who, "votes")] == [True]
    assert len(await house.messages(SAM)) == 1, "the rehearsing person has no part in it"
    await house.nothing_lost()


async def test_the_rehearsing_person_has_commands_and_an_answer(house: AnyHouse) -> None:
    await house.to_ballots()
    (asked,) = await house.command(SAM, "votes")
    await house.press(SAM, asked, "rehearsal", "triage:go")
    await house.settle()
    assert await votes(house) == 1
    assert (await house.write(SAM, "hello"))["ok"]
    await house.after(seconds=10)
    assert "Hello Sam Taylor" in words(await copy(house, "Rehearsal: for Sam Taylor", "Hello"))
    await nobody_else_has_anything(house)
    await house.nothing_lost()


# --- before and after -------------------------------------------------------------------------------------------------


async def test_copies_of_a_rehearsal_do_nothing_once_it_is_over_and_live_messages_nothing_during_it(
    ground: Ground, tmp_path: Path, sqlite_template: Path
) -> None:
    live = tmp_path / "comitia.sqlite"
    async with rehearsal_on(ground, tmp_path) as house:
        await house.to(MARKS_CALLED)
        await house.after(minutes=1)
        call = await copy(house, "Rehearsal: for Sam Taylor", "your marks")
        before = {one["id"]: words(one) for one in await house.messages(SAM)}
    shutil.copyfile(sqlite_template, live)
    async with at_work_on(ground, live, tmp_path) as house:
        await house.press(SAM, call, "rehearsal")
        await house.settle()
        assert "is over" in (await house.told(SAM))[-1]
        await house.to_ballots()
        after = {one["id"]: words(one) for one in await house.messages(SAM)}
        assert {one: after[one] for one in before} == before, "copies stay as they were"
        paper = await house.paper(SAM)
        assert (await house.vote(LUC, "go"))["ok"]
        await house.settle()
    async with rehearsal_on(ground, tmp_path) as house:
        await house.press(SAM, paper, "vote", "triage:go")
        await house.settle()
        assert "not part of it" in (await house.told(SAM))[-1]
        await house.after(minutes=2)
        assert [content(one) for one in await house.messages(SAM) if one["id"] == paper["id"]] == [content(paper)]


async def test_whoever_rehearses_next_leaves_the_first_ones_copies_alone(ground: Ground, tmp_path: Path) -> None:
    async with rehearsal_on(ground, tmp_path) as house:
        await house.to_ballots()
        before = [words(one) for one in await house.messages(SAM)]
    async with rehearsal_on(ground, tmp_path, rehearser=address_of(LUC)) as house:
        await house.to(BALLOTS_CLOSE)
        await house.after(minutes=5)
        assert [words(one) for one in await house.messages(SAM)] == before
        assert await copy(house, MARKS[house.platform][-1], who=LUC)
        assert set(await house.station.outbox.counts()) == {"shown"}


async def test_a_rehearsal_for_nobody_does_not_start_and_says_what_to_correct(ground: Ground, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"nobody .* the address nobody@horizon\.example.*`rehearsal`"):
        async with rehearsal_on(ground, tmp_path, rehearser="nobody@horizon.example"):
            raise AssertionError("it must not start")


def test_everybody_of_these_scenarios_is_watched() -> None:
    assert {user for user, *_ in PEOPLE} == {SAM, *OTHERS}
