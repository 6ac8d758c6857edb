"""A click until it is committed and acknowledged, beside a Bolt app that only acknowledges, and what comes after it.

The limit is Bolt's AsyncApp with process_before_response=True, one listener that calls ack() and the very `authorize`
and `before_authorize` of ours, in this process and on this loop, behind the same aiohttp route or the same Socket Mode
client. The platform is a process of its own, so that the processor time counted here is the bot's alone; that of a
PostgreSQL server is not in it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp
import psycopg
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import delete

from bot import web
from bot.app import Application, migrate_database, running
from bot.demo.clock import FollowedClock
from bot.i18n.translator import translator_for
from bot.platforms.slack import render
from bot.platforms.slack.listeners import Identity
from rituals.measures.disclosure import Thresholds
from rituals.messages import Message
from rituals.pulses import speech as pulse
from rituals.pulses.waves import Invitation, Wave, wave_id
from rituals.use_cases.sitting import paper_id
from storage.ballots import VOTE
from storage.seals import SEALED
from tests.benchmarks.clicks import click, signed
from tests.benchmarks.committee import (
    LARGE,
    SIGNING_SECRET,
    START,
    TEAM,
    Size,
    settings,
    slack_answers,
    state_of,
)
from tests.benchmarks.measure import Line, Spread
from tests.benchmarks.presser import Presser, Transport, presser
from tests.benchmarks.pressing import ACKNOWLEDGED_WITHIN, AT_ONCE, GOAL, ROUNDS, pressing_by_turns, settled

TRANSPORTS: Sequence[Transport] = ("signed HTTP", "Socket Mode")

Json = dict[str, Any]


# --- the bare limit --------------------------------------------------------------------------------------------------


def only_acknowledging() -> AsyncApp:
    """A Bolt app that acknowledges every press and does nothing else."""
    identity = Identity(team=TEAM, bot_id="B0BENCH", bot_user="U0BENCH", bot_token="xoxb-bench")
    app = AsyncApp(
        authorize=identity.authorizing(),
        before_authorize=identity.ours_only(),
        signing_secret=SIGNING_SECRET,
        process_before_response=True,
    )

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    app.action(re.compile(".*"))(acknowledge)
    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where presses arrive: a port of ours for signed requests, or the platform's socket of that number."""

    platform: Presser
    transport: Transport
    number: int

    async def press(self, payloads: Sequence[Json], *, at_once: bool) -> list[float]:
        """Presses, and the seconds until each was acknowledged."""
        if self.transport == "Socket Mode":
            return await self.platform.press_on(self.number, payloads, at_once=at_once)
        return await self.platform.press_at(self.number, [signed(one) for one in payloads], at_once=at_once)


@asynccontextmanager
async def bare_door(platform: Presser, transport: Transport) -> AsyncIterator[Door]:
    """The limit's; on a socket it must be the first that is opened."""
    bolt = only_acknowledging()
    if transport == "signed HTTP":
        async with web.serving(web.web_app(web.Door(bolt=bolt)), host="127.0.0.1", port=0) as port:
            yield Door(platform=platform, transport=transport, number=port)
        return
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=f"{platform.address}/api/", session=session)
        handler = AsyncSocketModeHandler(bolt, app_token="xapp-bench", web_client=client)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        yield Door(platform=platform, transport=transport, number=0)
        await handler.close_async()  # type: ignore[no-untyped-call]


# --- ours ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The bot at work with open ballots and an open pulse, and the presses people may send."""

    app: Application
    door: Door
    votes: Callable[[int], list[Json]]  # by the number of the round: everybody changes their mind
    answers: Callable[[int], list[Json]]

    async def forget(self) -> None:
        """Nobody has voted or answered yet."""
        await self.settled()
        async with self.app.memory.transaction() as connection:
            for table in (VOTE, SEALED):
                await connection.execute(delete(table))

    async def settled(self) -> None:
        """Waits until nothing of what was pressed is left to do."""
        await settled(self.app)


@asynccontextmanager
async def house(
    directory: Path, url: str, platform: Presser, transport: Transport, *, size: Size, people: int
) -> AsyncIterator[House]:
    """The whole bot on the empty database at `url`; on a socket it must be the second that is opened."""
    mode = "socket" if transport == "Socket Mode" else "http"
    given = settings(directory, size, mode=mode, api_url=f"{platform.address}/api/", database=url, pulse=True)
    await migrate_database(given)
    clock = FollowedClock(START, flowing=True)
    async with running(given, clock=clock) as app:
        await open_ballots(app, clock, size)
        # Then it stands still: edits of living messages, seconds later, are measured elsewhere.
        clock._base, clock._flowing = clock.now(), False
        state = await state_of(app.memory, size)
        assert state is not None
        occurrence, ballots, members = state
        papers = []
        for person in members[:people]:
            parcel = await app.station("slack").outbox.peek(paper_id(occurrence, person), at=clock.now())
            assert parcel is not None
            papers.append(_drawn(parcel.message, parcel.locale, parcel.zone))
        wave = await _wave(app, members, clock)
        question = _drawn(pulse.question(_topic(wave)), "fr", "Europe/Paris")

        def votes(number: int) -> list[Json]:
            choice = ("go", "no_go")[number % 2]
            return [click(n, ballots[0], choice, drawn, platform.address) for n, drawn in enumerate(papers)]

        def answers(number: int) -> list[Json]:
            use = ("every_week", "never")[number % 2]
            return [
                {
                    **click(n, ballots[0], "go", question, platform.address),
                    "actions": [
                        {
                            "type": "button",
                            "action_id": f"{pulse.USE}|0",
                            "block_id": wave.id,
                            "value": f"{wave.id}:{use}",
                            "action_ts": "1.2",
                        }
                    ],
                }
                for n in range(people)
            ]

        number = 1 if transport == "Socket Mode" else app.port
        yield House(
            app=app,
            door=Door(platform=platform, transport=transport, number=number),
            votes=votes,
            answers=answers,
        )
        if app.desk.faults:
            raise RuntimeError("presses failed: what was measured is not an answer")


async def open_ballots(app: Application, clock: FollowedClock, size: Size) -> None:
    """Moves the clock to the opening of the ballots; whether their posts are out by then matters to no press."""
    await app.look()
    while await state_of(app.memory, size) is None:
        async with app.memory.open_work() as work:
            due = await work.steps.next_due()
        assert due is not None
        clock.follow(max(due, clock.now()))
        await app.look()
    clock.follow(clock.now() + timedelta(minutes=1))


def _drawn(message: Message, locale: str, zone: str) -> Json:
    return render.message(message, translator_for(locale, ZoneInfo(zone)))


def _topic(wave: Wave) -> pulse.Topic:
    return pulse.Topic(wave=wave.id, tool="Initiative 0", closes_at=wave.closes_at, thresholds=wave.thresholds)


async def _wave(app: Application, members: Sequence[str], clock: FollowedClock) -> Wave:
    """A wave that asks all members, opened where its launch opens it."""
    async with app.memory.open_work() as work:
        planned = await work.occurrences.upcoming(clock.now(), limit=1_000)
        occurrence = next(one for one in planned if one.ritual == "pulse")
        wave = Wave(
            id=wave_id(occurrence.id, "initiative-0"),
            occurrence=occurrence.id,
            ritual="pulse",
            initiative="initiative-0",
            opened_on=clock.now().date(),
            closes_at=clock.now() + timedelta(days=7),
            barriers=True,
            thresholds=Thresholds(),
        )
        asked = [
            Invitation(
                person=one, stratum="Claims", zone=ZoneInfo("Europe/Paris"), site=None, invited_on=wave.opened_on
            )
            for one in members
        ]
        await work.pulses.launch(wave, asked, {"Claims": len(asked)})
    return wave


# --- measuring -------------------------------------------------------------------------------------------------------


async def acknowledging(
    directory: Path,
    url: str,
    *,
    size: Size = LARGE,
    people: int = AT_ONCE,
    rounds: int = ROUNDS,
    transports: Sequence[Transport] = TRANSPORTS,
) -> list[Line]:
    """Votes and pulse answers by both transports, on the empty database at `url` (and one more beside it)."""
    lines: list[Line] = []
    for transport in transports:
        place = directory / transport.partition(" ")[0]
        place.mkdir()
        async with AsyncExitStack() as stack:
            platform = await stack.enter_async_context(presser(place, slack_answers(size)))
            bare = await stack.enter_async_context(bare_door(platform, transport))
            own = own_database(place, url, transport)
            ours = await stack.enter_async_context(house(place, own, platform, transport, size=size, people=people))
            lines += await _measured(bare, ours, "PostgreSQL" if url.startswith("postgresql") else "SQLite", rounds)
    return lines


def own_database(place: Path, url: str, what: str) -> str:
    """The URL of an empty database of its own for what is measured by that name, on the same server."""
    if not url.startswith("postgresql"):
        return f"sqlite:///{place / 'comitia.sqlite'}"
    name = f"{re.sub('[^a-z]+', '_', what.lower())}_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return urlsplit(url)._replace(path=f"/{name}").geturl()


async def _measured(bare: Door, ours: House, database: str, rounds: int) -> list[Line]:
    lines: list[Line] = []

    def line(path: str, found: Sequence[float], limits: Sequence[float] = (), **goal: Any) -> None:
        is_limited = "Bolt that only acknowledges" if limits else ""
        lines.append(
            Line(
                group="acknowledge",
                path=f"{path}, {bare.transport}, {database}",
                ours=Spread.of(found),
                limit=Spread.of(limits) if limits else None,
                limit_is=is_limited,
                database=database,
                transport=bare.transport,
                **goal,
            )
        )

    for what, payloads in (("a vote", ours.votes), ("a pulse answer", ours.answers)):
        goal: dict[str, Any] = {"most_times": GOAL}
        limits, found = await pressing_by_turns(bare, ours, payloads, at_once=True, changing=False, rounds=rounds)
        crowd = f"{what}, {len(payloads(0))} at once"
        bare_cpu = [one.processor for one in limits]
        line(f"{crowd}, each", [one.processor for one in found], bare_cpu, unit="s CPU", **goal)
        slow = [one.slow for one in found]
        line(f"{crowd}, the slowest but 1%", slow, [one.slow for one in limits], under=ACKNOWLEDGED_WITHIN)
        line(f"{crowd}, after the acknowledgement", [one.after for one in found], unit="s CPU")
        if what != "a vote":  # a changed vote does just what a first one does
            limits, found = await pressing_by_turns(bare, ours, payloads, at_once=True, changing=True, rounds=rounds)
            bare_cpu = [one.processor for one in limits]
            line(f"{crowd}, changing it", [one.processor for one in found], bare_cpu, unit="s CPU")
        limits, found = await pressing_by_turns(bare, ours, payloads, at_once=False, changing=False, rounds=rounds)
        goal = goal if what == "a vote" else {}
        line(f"{what} alone, the median", [one.middle for one in found], [one.middle for one in limits], **goal)
        line(f"{what} alone, after the acknowledgement", [one.after for one in found], unit="s CPU")
    return lines
