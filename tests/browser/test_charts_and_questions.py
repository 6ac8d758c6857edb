"""Charts and questions within a message, in a real browser: drawn, shown as a picture, answered with one button."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import WallClock
from bot.i18n.translator import translator_for
from bot.pace import Pace
from bot.platforms.slack import questions, render
from bot.platforms.slack.client import SlackSender
from bot.sandbox import running_workspace
from rituals.messages import Amount, Choice, Emphasis, Inputs, Message, Option, Picks, Scale, say
from tests.bot.platforms.slack.test_charts_sent import parcel
from tests.bot.sandbox import doors
from tests.bot.test_charts import chart, named
from tests.browser.conftest import close_windows
from tests.golden.samples import share

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.xdist_group("browser")]

PHONE = 390
WEEKS = chart(
    tuple(None if week == 4 else share(30 + 5 * week, 400) for week in range(12)), target=Amount.of(Fraction(1, 4), "%")
)
QUESTIONS = Message(
    kind="x",
    summary=named("x"),
    parts=(
        Inputs(
            group="wave-1",
            fields=(
                Scale(
                    name="csat",
                    label=named("How satisfied are you?"),
                    options=tuple(Option(value=str(n), label=named(f"mark {n}")) for n in range(1, 6)),
                    optional=True,
                ),
                Picks(
                    name="barriers",
                    label=named("What stands in the way?"),
                    options=tuple(Option(value=word, label=named(word)) for word in ("time", "trust", "data")),
                    most=2,
                ),
            ),
            send=Choice(action="send", value="1", label=say("renderer-close"), emphasis=Emphasis.PRIMARY),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room of a workspace, an app that speaks in it, and a browser that looks at it."""

    url: str
    page: doors.Page
    browser: Browser
    client: AsyncWebClient
    sender: SlackSender
    heard: doors.Heard

    async def seen(self, width: int) -> Page:
        """The room as Anna sees it."""
        page = await self.browser.new_page(viewport={"width": width, "height": 900})
        await page.goto(f"{self.url}/#as={doors.ANNA}&in={doors.ROOM}")
        return page


@pytest_asyncio.fixture(loop_scope="package")
async def room(browser: Browser) -> AsyncIterator[Room]:
    async with AsyncExitStack() as stack:
        workspace = await stack.enter_async_context(running_workspace(doors.config()))
        page = await stack.enter_async_context(doors.page_of(workspace))
        app, heard, clock = doors.app_of(workspace), doors.Heard(), WallClock()
        doors.hear_all(app, heard)
        await stack.enter_async_context(doors.connected(app, workspace))
        client = doors.client_of(workspace)
        # Closed before the workspace stops, which waits a while for those who look at it.
        stack.push_async_callback(close_windows, browser)
        yield Room(
            url=workspace.url,
            page=page,
            browser=browser,
            client=client,
            sender=SlackSender(client, Pace(clock, {}), clock),
            heard=heard,
        )


async def fits(page: Page, width: int) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(await page.evaluate("document.documentElement.scrollWidth") <= width)


@pytest.mark.parametrize("width", [PHONE, 1280])
async def test_a_chart_is_drawn_and_its_figures_are_a_table_too(room: Room, width: int) -> None:
    await room.sender.send(parcel(WEEKS))
    page = await room.seen(width)
    figure = page.locator("figure.chart-line")
    await expect(figure.get_by_role("img", name="✓ Adoption")).to_be_visible()
    await figure.locator("summary").click()
    await expect(figure.get_by_role("row", name="22 Mar")).to_contain_text("21")
    await expect(page.get_by_text("Left out, with no figure to show: 1 Feb")).to_be_visible()
    assert await fits(page, width)


async def test_a_flat_series_of_shares_stands_on_an_axis_from_zero(room: Room) -> None:
    await room.sender.send(parcel(chart(tuple(Amount.of(Fraction(7, 10), "%") for _ in range(3)))))
    page = await room.seen(PHONE)
    await expect(page.locator("figure.chart-line text[x][text-anchor=end].tick")).to_contain_text(["0", "20", "80"])
    assert (await page.locator("figure.chart-line text.tick").all_text_contents())[:5] == ["0", "20", "40", "60", "80"]


@pytest.mark.parametrize("width", [PHONE, 1280])
async def test_where_no_charts_are_drawn_there_is_a_picture_with_its_name(room: Room, width: int) -> None:
    assert (await room.page.post("/sandbox/faults", lacks="native_charts"))["ok"]
    await room.sender.send(parcel(WEEKS))
    page = await room.seen(width)
    picture = page.get_by_role("img", name="✓ Adoption")
    await expect(picture).to_be_visible()
    await page.wait_for_function("document.querySelector('figure.picture img').naturalWidth === 1080")
    assert await fits(page, width)


@pytest.mark.parametrize("width", [PHONE, 1280])
async def test_questions_in_a_message_are_answered_together(room: Room, width: int) -> None:
    drawn = render.message(QUESTIONS, translator_for("en", ZoneInfo("Europe/Paris")))
    await room.client.chat_postMessage(channel=doors.ROOM, **drawn)
    page = await room.seen(width)
    await page.get_by_role("combobox", name="How satisfied are you?").select_option(label="✓ mark 4")
    barriers = page.locator("details.multi")
    named_so = re.compile("What stands in the way.*: Choose up to 2")
    await expect(barriers.locator("summary")).to_have_attribute("aria-label", named_so)
    await barriers.locator("summary").click()
    for word in ("time", "data"):
        await barriers.get_by_label(word).check()
    # A third is one too many.
    await barriers.get_by_label("trust").click()
    await expect(barriers.get_by_label("trust")).not_to_be_checked()
    assert room.heard.is_empty()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Close").click()
    body = await room.heard.next()
    assert room.heard.is_empty()
    group = body["actions"][0]["block_id"]
    assert questions.inputs(body["state"]["values"], group=group) == {"csat": ("4",), "barriers": ("time", "data")}
    assert await fits(page, width)
