"""Being stopped, told twice to stop, or frozen: what is under way ends in time or is found again, never twice."""

import asyncio
import multiprocessing
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import RunningWorkspace, running_workspace
from rituals.posts import ToRoom
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.horizon import AnyHouse
from tests.bot.scenarios.house import (
    ROOM,
    SAM,
    STARTS,
    Page,
    app_yaml,
    at_work,
    environ,
    until,
    words,
    workspace_config,
    write_settings,
)
from tests.bot.scenarios.test_staying_up import MAIN, ended, said_by
from tests.builders import post
from tests.crashes.grounds import SLACK
from tests.crashes.lives import FORKS, hurry_the_lease
from tests.databases import Postgres

FLOWING = {"mode": "flowing", "start": STARTS.isoformat()}
LEASE = 1.0


@pytest.fixture
async def workspace() -> AsyncIterator[RunningWorkspace]:
    async with running_workspace(workspace_config(clock=FLOWING)) as running:
        yield running


@pytest.fixture
async def page(workspace: RunningWorkspace) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(session, workspace.url)


async def under_way(house: AnyHouse, *, seconds: float) -> None:
    """A post goes out and the platform takes so long to say that it has it."""
    await house.fault("post", "slow", seconds=seconds)
    await house.put(post("news", "Something new.", to=ToRoom(room="committee"), not_before=house.clock.now()))
    await until(lambda: house.station.delivery.in_flight)
    await until(lambda: seen_once(house))


async def seen_once(house: AnyHouse) -> bool:
    return sum("Something new." in words(one) for one in await house.messages(SAM, ROOM)) == 1


async def shown_once(page: Page, containing: str = "Something new.", channel: str = ROOM) -> bool:
    found = (await page.get("/api/messages", who=SAM, channel=channel))["messages"]
    return sum(containing in words(one) for one in found) == 1


async def test_a_post_on_its_way_is_settled_before_the_end(any_door: AnyHouse) -> None:
    house = any_door
    await house.settle()
    await under_way(house, seconds=0.3)
    await house.app.stop()
    assert not house.station.delivery.in_flight
    assert await state_of_the_post(house) == ("shown", 0)
    await house.nothing_lost()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_what_takes_longer_than_a_stop_may_is_found_again_at_the_next_start(
    tmp_path: Path, sqlite_template: Path, log: Log, mode: str
) -> None:
    shutil.copyfile(sqlite_template, database := tmp_path / "comitia.sqlite")
    async with running_workspace(workspace_config(mode=mode)) as one:
        slack = {"mode": mode, "api_url": one.api_url}
        async with at_work(one, database, tmp_path, slack=slack, delivery={"stop_within": 1}) as house:
            await house.settle()
            await under_way(house, seconds=20)
            begun = asyncio.get_running_loop().time()
            await house.app.stop()
            assert asyncio.get_running_loop().time() - begun < 3
        assert any("stopped_short" in line for line in log.lines)
        async with at_work(one, database, tmp_path, slack=slack) as house:
            await house.after(minutes=5)
            assert await state_of_the_post(house) == ("shown", 0)
            assert await shown_once(house.page)
            assert (await house.page.counts())["duplicates"] == 0


async def state_of_the_post(house: AnyHouse) -> tuple[str, int]:
    async with house.app.memory.transaction() as connection:
        found = await connection.exec_driver_sql("SELECT state, behind FROM post WHERE id = 'news'")
        row: Any = found.one()
    return str(row[0]), int(row[1])


# --- real processes --------------------------------------------------------------------------------------------------


async def test_a_second_signal_ends_at_once_what_the_first_lets_finish(
    tmp_path: Path, sqlite_template: Path, workspace: RunningWorkspace, page: Page
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
    settings = app_yaml(workspace.api_url, str(tmp_path / "comitia.sqlite"), delivery={"stop_within": 300})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(write_settings(tmp_path, settings))),
        cwd=MAIN,
        env={"PATH": "", **environ()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    address = re.search(r"http://127\.0\.0\.1:\d+", await said_by(process, "Comitia is at work"))
    assert address is not None
    await page.fault("chat.postMessage", "slow", seconds=60)
    direct = (await page.get("/api/state", who=SAM))["dm"]["id"]
    await page.post("/api/messages", who=SAM, channel=direct, text="hello")
    await until(lambda: shown_once(page, "Hello Sam", direct))
    process.send_signal(signal.SIGTERM)

    async def stopping() -> bool:
        async with aiohttp.ClientSession() as session, session.get(f"{address[0]}/readyz") as answer:
            return "stop" in await answer.json()

    await until(stopping)
    assert process.returncode is None, "the post on its way is waited for"
    process.send_signal(signal.SIGTERM)
    code, _ = await ended(process)
    assert code == -signal.SIGTERM


HANGS = """
import asyncio, os, sys, threading
from contextlib import asynccontextmanager
from pathlib import Path
import bot.app
from bot.commands import run as command

class Hanging:
    port = 1
    async def look(self):
        pass
    async def stop(self):
        threading.Event().wait()  # as a driver that waits for its server

@asynccontextmanager
async def hanging(settings, *, clock):
    yield Hanging()

bot.app.running = hanging
command.LAST_RESORT = 0.1
sys.exit(command.run(Path(sys.argv[1]), environ=os.environ))
"""


async def test_what_hangs_at_the_end_is_ended_by_the_last_resort(tmp_path: Path) -> None:
    settings = app_yaml("http://127.0.0.1:9/", str(tmp_path / "comitia.sqlite"), delivery={"stop_within": 1})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HANGS, str(write_settings(tmp_path, settings))),
        cwd=MAIN,
        env={"PATH": "", **environ()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    await said_by(process, "Comitia is at work")
    process.send_signal(signal.SIGTERM)
    code, _ = await ended(process)
    assert code == 1


def _lived(workspace: str, url: str, directory: Path, told: Connection) -> None:
    """One replica, which says when it begins to send and when it no longer does."""
    directory.mkdir()
    SLACK.ready()
    hurry_the_lease(LEASE)

    async def lived() -> None:
        async with at_work(RunningWorkspace(url=workspace), url, directory) as house:
            sends = False
            while True:
                if house.app.station("slack").sending.is_sender != sends:
                    sends = not sends
                    told.send(sends)
                await asyncio.sleep(0.01)

    asyncio.run(lived())


class Replica:
    """A process at work that can be frozen."""

    def __init__(self, workspace: RunningWorkspace, url: str, directory: Path) -> None:
        self._told, there = FORKS.Pipe()
        arguments = (workspace.url, url, directory, there)
        self.process: multiprocessing.process.BaseProcess = FORKS.Process(target=_lived, args=arguments, daemon=True)
        self.process.start()
        there.close()

    def signal(self, what: signal.Signals) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, what)

    async def tells(self) -> bool:
        """Whether it sends, the next time that this changes."""
        assert await asyncio.to_thread(self._told.poll, 30)
        return bool(self._told.recv())

    def end(self) -> None:
        self.process.kill()
        self.process.join()


@pytest.mark.enable_socket  # a fork is asked for over a socket of the file system
async def test_a_sender_frozen_in_the_middle_of_a_call_and_woken_after_its_lease_sends_nothing_twice(
    postgres: Postgres, workspace: RunningWorkspace, page: Page, tmp_path: Path
) -> None:
    postgres.clean()
    first = Replica(workspace, postgres.url, tmp_path / "first")
    second = None
    try:
        assert await first.tells()
        await page.fault("chat.postMessage", "slow", seconds=0.5)
        direct = (await page.get("/api/state", who=SAM))["dm"]["id"]
        await page.post("/api/messages", who=SAM, channel=direct, text="hello")
        await until(lambda: shown_once(page, "Hello Sam", direct))
        first.signal(signal.SIGSTOP)
        second = Replica(workspace, postgres.url, tmp_path / "second")
        assert await second.tells(), "the lease of whoever is frozen runs out"
        await until(lambda: settled(postgres))
        first.signal(signal.SIGCONT)
        assert not await first.tells(), "it has slept through its lease"
        assert await shown_once(page, "Hello Sam", direct)
        counts = await page.counts()
        assert counts["duplicates"] == 0
    finally:
        first.end()
        if second is not None:
            second.end()


async def settled(postgres: Postgres) -> bool:
    """Whether nothing waits to be sent or to be looked up."""
    waiting = await asyncio.to_thread(postgres.ask, "SELECT count(*) FROM post WHERE behind AND to_type <> 'home'")
    return bool(waiting == 0)
