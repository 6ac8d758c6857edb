"""The lives of a Comitia process that tests end: forked from a warm parent, in a stand-in of its own process."""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from bot import sending
from bot.delivery import Delivery
from tests.bot.page import Page
from tests.bot.scenarios.horizon import Json
from tests.crashes.grounds import Ground
from tests.crashes.wrapping import wrap

RESTART = timedelta(seconds=61)
"""How long after a death the next life begins, on the stand-in's clock."""

LEASE = 30.0
"""Seconds of a lease. What a life that ended had is gone when the next begins: a minute has passed on its clock."""

WITHIN = 60.0
"""Seconds one life may take."""

FORKS = multiprocessing.get_context("forkserver")
# Forks of a process that has imported everything and does nothing else: a start takes milliseconds.
FORKS.set_forkserver_preload(["tests.crashes.warm", "tests.crashes.lives", "tests.crashes.points"])

Story = Callable[[Any, Json], Awaitable[object]]
"""What a life is spent on, in the house of its ground; its answer is JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One life: `arm` puts the points in, `story` is lived through `house`; both are found by name in their module.

    `url`: where the stand-in of `ground` is.
    """

    ground: Ground
    url: str
    database: Path | str
    directory: Path
    story: Story
    given: Json = field(default_factory=dict)
    arm: Callable[[Ground, Json], None] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    name: str = "life"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a life ended: killed by itself, or with an answer; `faults` is what it logged as an error."""

    killed: bool
    answer: Any
    faults: list[str]


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


def live(life: Life) -> Ended:
    """Lives it to its end in a process of its own. Raises AssertionError where it ended in any third way."""
    process = begin(life)
    process.join(WITHIN)
    return ended(life, process)


def begin(life: Life) -> multiprocessing.process.BaseProcess:
    """Starts it."""
    life.directory.mkdir(exist_ok=True)
    _answer_file(life).unlink(missing_ok=True)
    process = FORKS.Process(target=_lived, args=(life,))
    process.start()
    return process


def ended(life: Life, process: multiprocessing.process.BaseProcess) -> Ended:
    """How it ended."""
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError("a life that should have ended goes on")
    if process.exitcode == -signal.SIGKILL:
        return Ended(killed=True, answer=None, faults=[])
    assert process.exitcode == 0, f"a life ended with {process.exitcode}"
    said = json.loads(_answer_file(life).read_text(encoding="utf-8"))
    return Ended(killed=False, answer=said["answer"], faults=said["faults"])


def _answer_file(life: Life) -> Path:
    return life.directory / f"{life.name}.json"


def hurry_the_lease(seconds: float) -> None:
    """Leases of this process are shorter than any that settings allow; delivery looks unasked every ten minutes."""
    sending.LOOK_EVERY = seconds / 10

    def shorter(begin: Callable[..., None]) -> Callable[..., Any]:
        def begun(self: sending.Sending, *given: Any, **named: Any) -> None:
            begin(self, *given, **(named | {"length": timedelta(seconds=seconds)}))

        return begun

    def seldom(begin: Callable[..., None]) -> Callable[..., Any]:
        def begun(self: Delivery, *given: Any, poll: timedelta | None, **named: Any) -> None:
            # Each look is a stop for a clock that is stepped from one moment to the next.
            begin(self, *given, **named, poll=poll and timedelta(minutes=10))

        return begun

    wrap(sending.Sending, "__init__", shorter)
    wrap(Delivery, "__init__", seldom)


def _lived(life: Life) -> None:
    life.ground.ready()
    hurry_the_lease(LEASE)
    ear = _Ear()
    logging.getLogger().addHandler(ear)
    if life.arm is not None:
        life.arm(life.ground, life.given)

    async def lived() -> object:
        async with aiohttp.ClientSession() as session:
            # It takes a while to be noticed and started anew: connections may be opened once a minute.
            page = Page(session, life.url)
            now = (await page.get("/api/clock"))["now"]
            await page.post("/api/clock/advance", to=now + RESTART.total_seconds())
        if isinstance(life.database, str):
            with psycopg.connect(life.database, autocommit=True) as connection:
                connection.execute("DELETE FROM lease")
        async with life.ground.at_work(life.url, life.database, life.directory, **life.settings) as house:
            async with asyncio.timeout(WITHIN):
                while not house.station.sending.is_sender:  # noqa: ASYNC110  (for as long as a lease takes to be given)
                    await asyncio.sleep(0.005)
            return await life.story(house, life.given)

    answer = asyncio.run(lived())
    _answer_file(life).write_text(json.dumps({"answer": answer, "faults": ear.heard}), encoding="utf-8")


@contextmanager
def stand_in_process(ground: Ground, config: Json) -> Iterator[str]:
    """A platform's stand-in in a process of its own; its address."""
    here, there = FORKS.Pipe()
    process = FORKS.Process(target=_serve, args=(ground, config, there))
    process.start()
    try:
        assert here.poll(WITHIN), "the stand-in did not start"
        yield str(here.recv())
    finally:
        process.kill()
        process.join()


def _serve(ground: Ground, config: Json, told: Connection) -> None:
    async def serve() -> None:
        async with ground.stand_in(config) as stand_in:
            told.send(stand_in.url)
            await asyncio.Event().wait()

    asyncio.run(serve())
