"""Comitia in Microsoft's own client: the Agents Playground, which looks and behaves like Teams, in a real browser.

All tests share one world and one window: loaded anew, the Playground shows nothing of what was said before.
"""

import re
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from bot.demo import horizon, playground
from bot.demo.playground import Play
from rituals.messages import Message
from rituals.posts import Post, ToPerson
from tests.golden.samples import SAMPLES
from tests.missing import cannot_be_tried

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.xdist_group("browser")]

SAM = horizon.PLAYED[0]
PERSONAL, GROUP, CHANNEL = "Personal Chat", "AI committee", "Horizon - AI news"
"""The Playground's places, as its list names them."""

MOST = 12
"""Presses of Enter until anything there is has come: a pulse asks everybody within four weeks."""

CARD_ON_A_PHONE = 343
"""Pixels of a card on a screen of 375. The Playground itself is made for no phone, but draws cards as Teams does."""

TOO_WIDE = """(card, width) => {
    Object.assign(card.style, {width: `${width}px`, minWidth: 0});
    const {left, right} = card.getBoundingClientRect();
    const range = document.createRange();
    const texts = document.createTreeWalker(card, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        range.selectNode(node);
        const seen = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).checkVisibility(
            {visibilityProperty: true});
        const box = range.getBoundingClientRect();
        if (seen && box.width && (box.left < left - 1 || box.right > right + 1))
            found.push(node.textContent);
    }
    return found;
}"""
"""What stands out of a card of that width on either side."""


@dataclass(slots=True, kw_only=True)
class Watched:
    """Comitia beside the Playground, and the window in which Sam looks at it."""

    play: Play
    page: Page

    async def look_at(self, place: str) -> None:
        await self.page.get_by_role("treeitem", name=place, exact=True).click()

    async def comes(self, sign: str | re.Pattern[str], *, place: str) -> Locator:
        """The newest card in a place that has these words; time goes on until there is one."""
        await self.look_at(place)
        card = self.page.locator(".ac-adaptiveCard", has_text=sign).last
        for _ in range(MOST):
            if await card.is_visible():
                break
            await self.play.next()
        await expect(card).to_be_visible()
        return card

    async def shows(self, message: Message) -> Locator:
        """The card of a message to Sam."""
        await self.look_at(PERSONAL)
        cards = self.page.locator(".ac-adaptiveCard")
        before, now = await cards.count(), self.play.now
        async with self.play.app.memory.open_work() as work:
            sam = next(one.id for one in await work.people.all_present() if one.email == SAM.email)
            post = Post(id=secrets.token_hex(4), to=ToPerson(person=sam), message=message, ritual="", not_before=now)
            await work.posts.put(post, at=now)
        self.play.app.station("teams").delivery.nudge()
        await self.play.run_until(now + timedelta(seconds=10))
        await expect(cards).to_have_count(before + 1)
        return cards.last


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def watched(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> AsyncIterator[Watched]:
    """Horizon on a Monday morning, its colleagues awake."""
    if shutil.which("node") is None or not playground.CLIENT.exists():
        cannot_be_tried("No Agents Playground here, so Teams was tried in no browser: make playground (needs Node.js)")
    async with playground.playing(tmp_path_factory.mktemp("playground"), SAM, port=0) as play:
        page = await chromium.new_page(viewport={"width": 1280, "height": 900})
        await page.route(re.compile("^https:"), _not_out_there)
        await page.goto(play.url)
        yield Watched(play=play, page=page)
        await page.close()
        assert play.app.desk.faults == 0


async def _not_out_there(route: Route) -> None:
    """The page asks Microsoft's servers for fonts, and does without."""
    await route.abort()


async def test_whoever_opens_the_page_finds_a_word_there(watched: Watched) -> None:
    came = await watched.play.welcome()
    greeting = watched.page.get_by_text("Hello Sam Taylor!", exact=False).last
    await expect(greeting).to_be_visible()
    assert [one.place for one in came][:2] == [playground.PERSONAL, playground.CHANNEL]


async def test_the_adoption_post_is_read_in_a_channel(watched: Watched) -> None:
    card = await watched.comes("Our AI tools this week", place=CHANNEL)
    await expect(card).to_contain_text("12%")


async def test_the_digest_is_read_in_a_personal_chat(watched: Watched) -> None:
    card = await watched.comes("Change managers’ digest", place=PERSONAL)
    await expect(card).to_contain_text("Decisions needed")


async def test_a_pulse_is_answered_by_taps_and_a_menu(watched: Watched) -> None:
    card = await watched.comes("have you used Support chatbot for your work?", place=PERSONAL)
    await card.get_by_role("button", name="Yes, every week").click()
    thanks = watched.page.locator(".ac-adaptiveCard", has_text="your answer about Support chatbot is kept").last
    await expect(thanks).to_be_visible()
    await thanks.get_by_role("combobox").first.click()
    await watched.page.get_by_role("option").nth(1).click()
    await thanks.get_by_role("button", name="Send").click()
    await expect(thanks.get_by_role("button", name="Send")).to_be_hidden()


async def test_what_is_written_in_a_personal_chat_is_answered(watched: Watched) -> None:
    await watched.look_at(PERSONAL)
    box = watched.page.get_by_role("textbox").last
    await box.fill("help")
    await box.press("Enter")
    await expect(watched.page.get_by_text("my-data · erase", exact=True).last).to_be_visible()


async def test_a_member_votes_gives_a_reason_and_the_group_chat_reads_both_in_the_minutes(watched: Watched) -> None:
    paper = await watched.comes("Votes are named", place=PERSONAL)
    await paper.get_by_role("button", name="Go", exact=True).first.click()
    await expect(paper.get_by_text("Your vote: Go.", exact=False)).to_be_visible()
    await paper.get_by_role("button", name="No-go", exact=True).first.click()
    await expect(paper.get_by_text("Your vote: No-go.", exact=False)).to_be_visible()
    await watched.comes(re.compile(r"1\. [^|]*of 9 have voted"), place=GROUP)

    await watched.look_at(PERSONAL)
    # There is no dialog in the Playground: the form takes the card's place until it is sent.
    await paper.get_by_role("button", name="Add a reason").first.click()
    words = "Not before **we** have a baseline"
    form = watched.page.locator(".ac-adaptiveCard", has=watched.page.locator("textarea")).last
    await form.locator("textarea").fill(words)
    await form.get_by_role("button").first.click()
    await expect(form).to_be_hidden()
    minutes = await watched.comes("minutes of", place=GROUP)
    await expect(minutes).to_contain_text(re.compile("No-go[^•]*Sam Taylor"))
    await expect(minutes).to_contain_text(words)


@pytest.mark.parametrize(
    ("kind", "hostile"),
    [("committee-paper", False), ("committee-paper", True), ("review-board", False), ("digest", False)],
)
async def test_nothing_stands_out_of_a_card_on_a_phone(watched: Watched, kind: str, hostile: bool) -> None:
    card = await watched.shows(SAMPLES[kind][hostile])
    for _ in range(100):
        wide = await card.evaluate(TOO_WIDE, CARD_ON_A_PHONE)
        if not wide:
            break
        await watched.page.wait_for_timeout(50)  # charts are drawn anew
    assert wide == []
    assert await card.evaluate("card => card.scrollWidth") <= CARD_ON_A_PHONE
    assert await card.evaluate(TOO_WIDE, 40), "or else nothing was measured"
