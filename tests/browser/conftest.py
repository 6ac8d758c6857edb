"""A real browser on a real workspace with Comitia at work in it, the clock in the test's hand.

One browser serves all tests of this folder, and one world all of a file; `loop_scope="package"` makes them one loop.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from bot.demo import horizon, processes
from bot.demo.colleagues import Colleagues
from bot.demo.page import visiting
from bot.demo.slack import SlackChat
from bot.demo.stand_ins import StandIns
from bot.demo.stepper import Stepper
from tests.missing import cannot_be_tried

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


OPEN_FOR = 7 * 3_600.0
"""Seconds from ten o'clock, when Horizon's ballots open, to five, when they close."""


@dataclass(slots=True, kw_only=True)
class Horizon:
    """The demo's world; nobody moves in it but the test."""

    url: str
    browser: Browser
    stepper: Stepper
    crowd: Colleagues
    closing: float = 0.0
    """When the ballots close that are open, in epoch seconds."""

    async def page_of(self, person: horizon.Character, *, place: str = "dm", width: int = 1280) -> Page:
        """A browser window in which somebody looks at a place: "dm", "home", or a channel's name."""
        user = self.crowd.user(person.email)
        if place not in {"dm", "home"}:
            async with visiting(self.url) as page:
                channels = (await page.get("/api/state", **{"as": user}))["channels"]
            place = next(one["id"] for one in channels if one["name"] == place)
        window = await self.browser.new_page(viewport={"width": width, "height": 900})
        await window.goto(f"{self.url}/#as={user}&in={place}")
        return window

    async def seconds_pass(self, seconds: float) -> None:
        """The workspace's clock goes on, and everything due on the way happens."""
        await self.stepper.run_until(await self.stepper.now() + seconds)

    async def ballots_open(self) -> None:
        """The committee's day comes; where its ballots have closed already, that of the month after."""
        if await self.stepper.now() < self.closing:
            return
        step = ("", 0.0)
        while step[0] != "open_ballots":
            step = await self.stepper.run_to_next_step() or step
        self.closing = step[1] + OPEN_FOR
        await self.seconds_pass(10)  # a room takes a message a second


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """Chromium. Where there is none its tests are skipped visibly, and fail where CI=true."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        cannot_be_tried("No Chromium here, so nothing was tried in a browser: apt-get install chromium")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        await opened.close()


async def close_windows(browser: Browser) -> None:
    for context in browser.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="package")
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """Chromium with no window open."""
    yield chromium
    await close_windows(chromium)


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def shared_world(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> AsyncIterator[Horizon]:
    """Horizon with its colleagues asleep, before anything has happened."""
    directory = tmp_path_factory.mktemp("horizon")
    async with AsyncExitStack() as stack:
        places = await stack.enter_async_context(processes.stand_ins(directory, stepped=True))
        url = places["slack"]
        comitia = await stack.enter_async_context(processes.comitia(directory, places, stepped=True))
        page = await stack.enter_async_context(visiting(url))
        crowd = Colleagues(
            SlackChat(page), people=[person.email for person in horizon.CAST], leaning={}, seed=1, asleep=True
        )
        await comitia.control()
        await crowd.arrive()
        yield Horizon(
            url=url, browser=chromium, stepper=Stepper(StandIns({"slack": page}), comitia, crowd), crowd=crowd
        )


@pytest_asyncio.fixture(loop_scope="package")
async def world(shared_world: Horizon, browser: Browser) -> Horizon:
    """Horizon on a committee day, ballots open. Others vote in it too: each test in its own name, on its own ballot."""
    await shared_world.ballots_open()
    return shared_world
