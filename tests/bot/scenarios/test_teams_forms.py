"""Forms that stand in the conversation on Teams: over the card that asked for them, which comes back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rituals.use_cases import look
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.horizon import MARKS_CALLED, PRIYA, SAM, Json, words
from tests.bot.scenarios.teams_house import TeamsHouse, aad, house_of
from tests.bot.scenarios.test_digest_and_data import SECTIONS, TUESDAY
from tests.bot.scenarios.test_votes_and_marks import FIVE

KEPT = "Kept, thank you."


@pytest.fixture
async def house(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[TeamsHouse]:
    """Comitia at work for clients that open no dialogs."""
    async with house_of(tmp_path, sqlite_template, dialogs=False, **SECTIONS) as built:
        yield built


async def now(house: TeamsHouse, who: str, card: Json) -> Json:
    """A card as the person sees it now."""
    (found,) = [one for one in await house.messages(who) if one["id"] == card["id"]]
    return found


async def go_back(house: TeamsHouse, who: str, card: Json) -> Json:
    """They leave the form that stands over a card, filling in nothing; the card as they see it then."""
    (at,) = [{"index": one["index"]} for one in (await now(house, who, card))["buttons"] if "back" in one["data"]]
    assert (await house.push(who, await now(house, who, card), at, {}))["ok"]
    return await now(house, who, card)


async def test_a_reason_gives_way_to_the_ballots_it_was_asked_for_from(house: TeamsHouse) -> None:
    await house.to_ballots()
    await house.vote(SAM, "go")
    await house.after(seconds=10)
    paper = await house.paper(SAM)
    before = words(paper)
    await house.press(SAM, paper, "open-reason", "triage")
    assert words(await go_back(house, SAM, paper)) == before
    await house.press(SAM, await now(house, SAM, paper), "open-reason", "triage")
    await house.submit(SAM, reason="")
    thanked = words(await now(house, SAM, paper))
    assert thanked.count(KEPT) == 1
    assert thanked.replace(f"{KEPT} ", "") == before
    await house.press(SAM, await now(house, SAM, paper), "open-reason", "triage")
    await house.submit(SAM, reason="we are short of time")
    assert "Change my reason" in words(await now(house, SAM, paper))
    await house.after(seconds=10)
    shown = words(await now(house, SAM, paper))
    assert "Change my reason" in shown
    assert KEPT not in shown, "the paper itself shows it by now"
    await house.nothing_lost()


async def test_a_reason_given_on_a_copy_gives_way_to_the_copy(house: TeamsHouse) -> None:
    await house.to_ballots()
    await house.vote(SAM, "go")
    await house.after(seconds=10)
    (copy,) = await house.command(SAM, "votes")
    await house.press(SAM, copy, "open-reason", "triage")
    assert words(await go_back(house, SAM, copy)) == words(copy)
    await house.press(SAM, await now(house, SAM, copy), "open-reason", "triage")
    await house.submit(SAM, reason="we are short of time")
    await house.after(seconds=10)
    shown = await now(house, SAM, copy)
    assert "Change my reason" in words(shown)
    assert not shown["mine_alone"], "whoever comes back tomorrow finds it too"
    await house.nothing_lost()


async def test_a_day_is_chosen_without_losing_the_letter(house: TeamsHouse) -> None:
    (preview,) = await house.command(PRIYA, "digest")
    await house.press(PRIYA, preview, "open-digest-day", "letter")
    assert "Decisions needed" in words(await go_back(house, PRIYA, preview))
    await house.to(TUESDAY)
    await house.after(seconds=20)
    letter = [one for one in await house.messages(PRIYA) if "Decisions needed" in words(one)][-1]
    assert letter["id"] != preview["id"]
    for card in (preview, letter):
        await house.press(PRIYA, await now(house, PRIYA, card), "open-digest-day", "letter")
        await house.submit(PRIYA, day="thu", hour="16:00")
        shown = words(await now(house, PRIYA, card))
        assert "Your next letter comes Thursday" in shown
        assert "Decisions needed" in shown
    await house.nothing_lost()


async def test_whoever_marks_everything_is_thanked_once(house: TeamsHouse) -> None:
    await house.to(MARKS_CALLED)
    await house.after(seconds=30)
    call = await house.message(SAM, "your marks, please")
    await house.press(SAM, call, "open-marks")
    while await house.form(SAM):
        await house.submit(SAM, **FIVE)
        await house.after(seconds=10)
    thanked = [one for one in await house.messages(SAM) if KEPT in words(one)]
    assert len(thanked) == 1
    assert "Save my marks" not in words(thanked)
    assert words(await now(house, SAM, call)).count("✓ Change my marks") == 2
    assert (await house.page.get("/page/dialog", who=aad(SAM)))["dialog"] is None
    await house.nothing_lost()


async def test_a_form_that_was_asked_for_in_words_has_nothing_to_go_back_to(house: TeamsHouse) -> None:
    await house.to(MARKS_CALLED)
    await house.after(seconds=30)
    (form,) = await house.command(SAM, "marks")
    assert [one["title"] for one in form["buttons"]] == ["Save my marks"]
    await house.nothing_lost()


async def test_a_copy_stays_as_it_is_where_a_fault_hides_what_is_open(
    house: TeamsHouse, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    await house.to_ballots()
    paper = await house.paper(SAM)
    (copy,) = await house.command(SAM, "votes")
    before = words(copy)
    with monkeypatch.context() as broken:
        broken.setattr(look, "show_mine", _fails)
        await house.press(SAM, paper, "vote", "triage:go")
        await house.after(seconds=10)
    log.faults = house.app.desk.faults
    assert log.faults > 0
    assert words(await now(house, SAM, copy)) == before
    await house.press(SAM, paper, "vote", "triage:no_go")
    await house.after(seconds=10)
    assert "Your vote: No-go." in words(await now(house, SAM, copy)), "the next change shows on it again"


async def _fails(*_: object, **__: object) -> None:
    raise RuntimeError


async def test_a_copy_of_the_ballots_follows_the_paper_until_they_are_closed(house: TeamsHouse) -> None:
    await house.to_ballots()
    paper = await house.paper(SAM)
    (copy,) = await house.command(SAM, "votes")
    assert copy["id"] != paper["id"]
    await house.press(SAM, paper, "vote", "triage:go")
    await house.after(seconds=10)
    assert "Your vote: Go." in words(await now(house, SAM, copy))
    await house.to(datetime(2026, 2, 3, 16, 0, tzinfo=UTC))
    await house.after(minutes=1)
    shown = await now(house, SAM, copy)
    assert not shown["buttons"]
    assert words(shown).removeprefix(" ") in words(await now(house, SAM, paper))
    await house.nothing_lost()
