"""A member votes in a real browser, changes their mind, and the room sees it live."""

from playwright.async_api import expect

from bot.demo import horizon
from tests.browser.conftest import Horizon

ENGLISH, FRENCH = horizon.PLAYED


async def test_a_member_votes_changes_the_vote_and_the_room_sees_the_card_live(world: Horizon) -> None:
    paper = await world.page_of(FRENCH)
    room = await world.page_of(ENGLISH, place="ai-committee")
    go = paper.locator('[data-testid=action][data-value$=":go"]').first
    no_go = paper.locator('[data-testid=action][data-value$=":no_go"]').first
    await expect(go).to_have_text("Go")
    cards = room.locator("[data-testid=message]", has_text="Nobody has voted yet; 9 may.")
    await expect(cards).to_have_count(5)

    await go.click()
    await expect(go).to_contain_text("✓ Go")
    await expect(paper.get_by_text("Votre vote : Go.", exact=False)).to_be_visible()
    await world.seconds_pass(10)
    await expect(room.locator("[data-testid=message]", has_text="One of 9 has voted.")).to_have_count(1)

    await no_go.click()
    await expect(no_go).to_contain_text("✓ No-go")
    await expect(go).to_have_text("Go")
    await world.seconds_pass(10)
    # Changing one's mind is still one vote, and the room never sees what it is before the close.
    await expect(room.locator("[data-testid=message]", has_text="One of 9 has voted.")).to_have_count(1)
    assert "No-go" not in await room.locator("[data-testid=messages]").inner_text()


async def test_a_reason_is_given_in_a_form_and_stands_in_the_minutes(world: Horizon) -> None:
    paper = await world.page_of(ENGLISH)
    await paper.locator('[data-testid=action][data-value$=":defer"]').first.click()
    await paper.locator('[data-testid=action][data-action-id^="open-reason"]').first.click()
    words = "<!channel> *not* before we have a baseline"
    await paper.locator("[data-testid=modal] textarea").fill(words)
    await paper.get_by_test_id("modal-submit").click()
    await expect(paper.get_by_test_id("modal")).to_be_hidden()
    await world.seconds_pass(8 * 3_600)
    room = await world.page_of(ENGLISH, place="ai-committee")
    await expect(room.get_by_text(words, exact=True)).to_be_visible()
    await expect(room.get_by_text("No quorum: too few members voted.", exact=False).first).to_be_visible()


async def test_home_shows_what_waits_and_follows_the_vote(world: Horizon) -> None:
    home = await world.page_of(FRENCH, place="home", width=375)
    await world.seconds_pass(5)
    await expect(home.get_by_text("5 bulletins attendent votre vote.")).to_be_visible()
    await home.locator('[data-testid=home-view] [data-testid=action][data-value$=":abstain"]').first.click()
    await world.seconds_pass(10)
    await expect(home.get_by_text("4 bulletins attendent votre vote.")).to_be_visible()
    width = await home.evaluate("document.documentElement.scrollWidth")
    assert width <= 375, "the page is wider than a phone"


async def test_a_click_while_comitia_is_away_is_told_and_works_when_it_is_back(world: Horizon) -> None:
    paper = await world.page_of(ENGLISH)
    await paper.locator('[data-testid=action][data-value$=":go"]').first.wait_for()
    world.stepper.kill_comitia()
    await paper.locator('[data-testid=action][data-value$=":go"]').first.click()
    await expect(paper.get_by_test_id("toast").first).to_be_visible()
    await world.stepper.back()
    await paper.locator('[data-testid=action][data-value$=":go"]').first.click()
    await expect(paper.locator('[data-testid=action][data-value$=":go"]').first).to_contain_text("✓ Go")


async def test_on_a_phone_a_conversation_opens_at_the_top_of_its_news_and_the_clock_fits(world: Horizon) -> None:
    paper = await world.page_of(FRENCH, width=390)
    heading = paper.locator("[data-testid=message]").last.locator("h2, h3, .header").first
    await expect(heading).to_be_attached()
    first = paper.locator("[data-testid=message]").first
    await expect(first).to_be_in_viewport()
    for button in await paper.get_by_test_id("clock-button").all():
        box = await button.bounding_box()
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
