"""A real browser on a real workspace with Comitia at work in it, the clock in the test's hand."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from bot.demo import horizon, processes
from bot.demo.colleagues import Colleagues
from bot.demo.page import visiting
from bot.demo.stepper import Stepper

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """The demo's world; nobody moves in it but the test."""

    url: str
    browser: Browser
    stepper: Stepper
    crowd: Colleagues

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


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium. Where there is none its tests are skipped visibly, and fail where CI=true."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        why = "No Chromium here, so nothing was tried in a browser: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
async def world(tmp_path: Path, browser: Browser) -> AsyncIterator[Horizon]:
    """Horizon on its first committee day, ballots open, colleagues asleep."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(processes.workspace(tmp_path, stepped=True, port=0))
        comitia = await stack.enter_async_context(processes.comitia(tmp_path, url, stepped=True))
        page = await stack.enter_async_context(visiting(url))
        crowd = Colleagues(page, people=[person.email for person in horizon.CAST], leaning={}, seed=1, asleep=True)
        stepper = Stepper(page, comitia, crowd)
        await comitia.control()
        await crowd.arrive()
        while (await stepper.run_to_next_step() or ("", 0))[0] != "open_ballots":
            pass
        await stepper.run_until(await stepper.now() + 10)  # a room takes a message a second
        yield Horizon(url=url, browser=browser, stepper=stepper, crowd=crowd)
