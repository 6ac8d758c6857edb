"""A KPI review in chat, on each platform: asked, answered, shown, acted upon, done."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bot.scenarios.anywhere import DOORS, house_on
from tests.bot.scenarios.horizon import LUC, NADIA, PRIYA, RITUALS, ROOM, SAM, AnyHouse, Json, email, plain, words
from tests.bot.scenarios.house import House, house_of

ASKED = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
HELD = datetime(2026, 2, 5, 13, 0, tzinfo=UTC)

KPIS = [
    {
        "key": key,
        "title": title,
        "source": "asked",
        "unit": unit,
        "direction": "up",
        **agreed,
        "owner": email(owner),
    }
    for key, title, unit, agreed, owner in (
        ("faultless", "Files without a fault", "%", {"baseline": "50%", "target": "90%"}, "Sam Taylor"),
        ("settled", "Files settled in a day", "%", {"baseline": "10%", "target": "20%"}, "Sam Taylor"),
        ("trained", "People trained", "people", {}, "Luc Moreau"),
    )
]
REVIEW = {
    "kind": "kpi_review",
    "title": "KPI review",
    "when": "1st thu",
    "at": "14:00",
    "room": "committee",
}


SECTIONS: Json = {"rituals": RITUALS | {"review": REVIEW}, "kpis": KPIS}


@pytest.fixture(params=DOORS)
async def house(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[AnyHouse]:
    """Comitia at work with three KPIs to review."""
    async with house_on(request.param, tmp_path, sqlite_template, **SECTIONS) as built:
        yield built


@pytest.fixture(params=["socket", "http"])
async def on_slack(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[House]:
    """The same over both of Slack's doors."""
    async with house_of(tmp_path, sqlite_template, mode=request.param, **SECTIONS) as built:
        yield built


async def test_a_review_is_asked_answered_shown_acted_upon_and_done(house: AnyHouse) -> None:
    await house.to(ASKED)
    await house.after(seconds=30)
    asked = await house.message(SAM, "your values, please")
    assert "2 of your KPIs wait" in words(asked)
    assert (await house.press(SAM, asked, "open-readings"))["ok"]
    answer = await house.submit(SAM, faultless="soon", settled="25,5 %")
    assert "Please write a number, such as 12.5 or 1,234.5." in plain(answer)
    assert (await house.submit(SAM, faultless="60", settled="25,5 %"))["ok"]
    await house.after(seconds=10)
    noted = words(await house.message(SAM, "your values, please"))
    assert "noted: 60%" in noted
    assert "noted: 25.5%" in noted

    await house.to(HELD)
    await house.after(seconds=30)
    board = words(await house.message(NADIA, "KPI review: ", ROOM))
    assert "🟢 1 green, 🔴 1 red and ⚪ 1 grey" in board
    assert "An action is asked of Sam Taylor" in board
    assert "Action: agree on a target · Luc Moreau · due Thursday 19 February" in board
    assert "convenir d’une cible" in words(await house.message(LUC, "vos actions"))

    todo = await house.message(SAM, "your actions")
    assert (await house.press(SAM, todo, "open-action"))["ok"]
    assert (await house.submit(SAM, what="my-own-words: <!channel> read *each* file", due="2026-02-12"))["ok"]
    await house.after(seconds=10)
    board = words(await house.message(NADIA, "KPI review: ", ROOM))
    assert "Action: my-own-words: <!channel> read *each* file · Sam Taylor · due Thursday 12 February" in board

    assert (await house.press(SAM, await house.message(SAM, "your actions"), "action-done"))["ok"]
    await house.after(seconds=10)
    board = words(await house.message(NADIA, "KPI review: ", ROOM))
    assert "Done: my-own-words: <!channel> read *each* file · Sam Taylor" in board
    done = await house.message(SAM, "your actions")
    assert [button.action for button in house.buttons(done)] == ["open-action-again"]
    await house.nothing_lost()


async def test_a_late_action_reaches_the_chair_who_closes_it(house: AnyHouse) -> None:
    await house.to(datetime(2026, 2, 20, 8, 0, tzinfo=UTC))
    await house.after(seconds=30)
    letter = await house.message(NADIA, "L’échéance est passée")
    assert "convenir d’une cible · Luc Moreau" in words(letter)
    assert (await house.press(NADIA, letter, "action-done"))["ok"]
    await house.after(seconds=10)
    assert "Done: agree on a target · Luc Moreau" in words(await house.message(NADIA, "KPI review: ", ROOM))
    await house.nothing_lost()


async def test_the_home_tab_asks_for_values_and_actions_and_follows_what_is_said(on_slack: House) -> None:
    house = on_slack
    await house.to(ASKED)
    await house.after(seconds=30)
    assert (await house.press(SAM, await house.home(SAM), "open-readings"))["ok"]
    assert (await house.submit(SAM, faultless="60", settled="25,5 %"))["ok"]
    await house.after(seconds=10)
    assert "Nothing waits for you" in words(await house.home(SAM))

    await house.to(HELD)
    await house.after(seconds=30)
    assert (await house.press(SAM, await house.home(SAM), "open-action"))["ok"]
    assert (await house.submit(SAM, what="Read each file", due="2026-02-12"))["ok"]
    await house.after(seconds=10)
    home = await house.home(SAM)
    assert "Read each file · due Thursday 12 February" in words(home)
    assert (await house.press(SAM, home, "action-done"))["ok"]
    await house.after(seconds=10)
    assert "Nothing waits for you" in words(await house.home(SAM))
    await house.nothing_lost()


async def test_a_review_is_cancelled_by_its_button_and_its_owners_messages_say_so(house: AnyHouse) -> None:
    await house.to(ASKED)
    await house.after(seconds=30)
    (offered,) = await house.command(PRIYA, "cancel review")
    assert "What should be cancelled?" in words(offered)
    assert (await house.press(PRIYA, offered, "cancel-review", "review-2026-02-05"))["ok"]
    await house.after(seconds=10)
    assert "is off, and no values are needed" in words(await house.message(SAM, "your values, please"))
    await house.to(HELD)
    await house.after(seconds=30)
    assert not any("KPI review: Thursday" in words(one) for one in await house.messages(NADIA, ROOM))
    await house.nothing_lost()
