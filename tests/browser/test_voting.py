"""A member votes in a real browser, changes their mind, and the room sees it live.

All tests share one world: none votes in the name of another's member, nor on another's ballot.
"""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from bot.demo import horizon
from tests.browser.conftest import Horizon

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.xdist_group("browser")]

CAMILLE, SAM, _, PRIYA, LUC, _, OWEN, _, MARC = horizon.CAST[:9]
CHANGED, ON_HOME, CLICKED_IN_VAIN, REASONED = range(4)
"""Whose ballot is whose, by their places on the agenda."""


def button(paper: Page, choice: str, ballot: int) -> Locator:
    """What votes so, on that ballot of the paper that came last."""
    latest = paper.locator("[data-testid=message]").last
    return latest.locator(f'[data-testid=action][data-value$=":{choice}"]').nth(ballot)


async def test_a_member_votes_changes_the_vote_and_the_room_sees_the_card_live(world: Horizon) -> None:
    paper = await world.page_of(CAMILLE)
    room = await world.page_of(SAM, place="ai-committee")
    go, no_go = button(paper, "go", CHANGED), button(paper, "no_go", CHANGED)
    await expect(go).to_have_text("Go")
    [title] = [case.title for case in horizon.CASES if f":{case.key}:" in str(await go.get_attribute("data-value"))]
    card = room.locator("[data-testid=message]", has_text=f"{CHANGED + 1}. {title}")
    await expect(card.filter(has_text="Nobody has voted yet; 9 may.")).to_have_count(1)
    open_cards = re.compile("Nobody has voted yet; 9 may|One of 9 has voted")
    await expect(room.locator("[data-testid=message]", has_text=open_cards)).to_have_count(5)
    told = (await room.locator("[data-testid=messages]").inner_text()).count("No-go")

    await go.click()
    await expect(go).to_contain_text("✓ Go")
    await expect(paper.get_by_text("Votre vote : Go.", exact=False)).to_be_visible()
    await world.seconds_pass(10)
    await expect(card.filter(has_text="One of 9 has voted.")).to_have_count(1)

    await no_go.click()
    await expect(no_go).to_contain_text("✓ No-go")
    await expect(go).to_have_text("Go")
    await world.seconds_pass(10)
    # Changing one's mind is still one vote, and the room never sees what it is before the close.
    await expect(card.filter(has_text="One of 9 has voted.")).to_have_count(1)
    assert (await room.locator("[data-testid=messages]").inner_text()).count("No-go") == told


async def test_home_shows_what_waits_and_follows_the_vote(world: Horizon) -> None:
    home = await world.page_of(LUC, place="home", width=375)
    await world.seconds_pass(5)
    await expect(home.get_by_text("5 bulletins attendent votre vote.")).to_be_visible()
    abstain = home.locator('[data-testid=home-view] [data-testid=action][data-value$=":abstain"]')
    await abstain.nth(ON_HOME).click()
    await world.seconds_pass(10)
    await expect(home.get_by_text("4 bulletins attendent votre vote.")).to_be_visible()
    width = await home.evaluate("document.documentElement.scrollWidth")
    assert width <= 375, "the page is wider than a phone"


async def test_a_click_while_comitia_is_away_is_told_and_works_when_it_is_back(world: Horizon) -> None:
    paper = await world.page_of(OWEN)
    go = button(paper, "go", CLICKED_IN_VAIN)
    await go.wait_for()
    world.stepper.kill_comitia()
    try:
        await go.click()
        await expect(paper.get_by_test_id("toast").first).to_be_visible()
    finally:
        await world.stepper.back()
    await go.click()
    await expect(go).to_contain_text("✓ Go")


async def test_on_a_phone_a_conversation_opens_at_the_top_of_its_news_and_the_clock_fits(world: Horizon) -> None:
    paper = await world.page_of(MARC, width=390)  # who has read nothing yet, for nobody else reads in his name
    heading = paper.locator("[data-testid=message]").last.locator("h2, h3, .header").first
    await expect(heading).to_be_attached()
    first = paper.locator("[data-testid=message]").first
    await expect(first).to_be_in_viewport()
    for one in await paper.get_by_test_id("clock-button").all():
        box = await one.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    await paper.reload()  # all read now: the last one, from its beginning
    last = paper.locator("[data-testid=message]").last
    await expect(last).to_be_in_viewport()
    log = await paper.get_by_test_id("messages").bounding_box()
    assert log is not None
    await paper.wait_for_timeout(700)
    box = await last.bounding_box()
    assert box is not None
    assert 0 <= box["y"] - log["y"] < 80


async def test_a_reason_is_given_in_a_form_and_stands_in_the_minutes(world: Horizon) -> None:
    paper = await world.page_of(PRIYA)
    await button(paper, "defer", REASONED).click()
    await paper.locator('[data-testid=action][data-action-id^="open-reason"]').first.click()
    words = "<!channel> *not* before we have a baseline"
    await paper.locator("[data-testid=modal] textarea").fill(words)
    await paper.get_by_test_id("modal-submit").click()
    await expect(paper.get_by_test_id("modal")).to_be_hidden()
    # The ballots close: last here, for whatever test comes after it has to live on until the month after.
    await world.seconds_pass(8 * 3_600)
    room = await world.page_of(PRIYA, place="ai-committee")
    await expect(room.get_by_text(words, exact=True)).to_be_visible()
    await expect(room.get_by_text("No quorum: too few members voted.", exact=False).first).to_be_visible()
