"""A click on a ballot paper through the whole bot, signed like Slack's, beside a bare aiohttp route."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import delete

from bot.app import Application, migrate_database, running
from bot.demo.clock import FollowedClock
from bot.i18n.translator import translator_for
from bot.platforms.slack import render
from bot.web import serving
from rituals.use_cases.sitting import paper_id
from storage.ballots import VOTE
from tests.benchmarks.committee import (
    LARGE,
    SIGNING_SECRET,
    START,
    TEAM,
    account,
    settings,
    slack_answers,
    state_of,
)
from tests.benchmarks.measure import Line, Spread, by_turns
from tests.benchmarks.stub import stub

ROUNDS = 5
CLICKS = 32
"""Clicks at once."""

ALONE = 10
"""Clicks one after the other in a round."""

CHOICES = ("go", "no_go")

Json = dict[str, Any]


class Caller:
    """A client that does as little as a client can: whole requests out, statuses in, on one kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, port: int) -> Caller:
        """Connects."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, request: bytes) -> None:
        """Sends it and waits for the whole answer. Raises RuntimeError for anything but 200."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        await self._reader.readexactly(length)
        if b" 200 " not in head[:15]:
            raise RuntimeError(head.decode(errors="replace"))

    async def close(self) -> None:
        """Hangs up."""
        self._writer.close()
        await self._writer.wait_closed()


def signed(payload: Json) -> bytes:
    """The payload as Slack would send it: a whole HTTP request."""
    body = urlencode({"payload": json.dumps(payload)})
    now = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=now, body=body)
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def shared(kind: str, number: int) -> Json:
    """What every payload says."""
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": account(number).user, "team_id": TEAM, "username": f"member.{number}"},
        "api_app_id": "A0BENCH",
        "token": "verification",
        "trigger_id": "1.2.3",
        "is_enterprise_install": False,
    }


def click(number: int, ballot: str, choice: str, drawn: Json, address: str) -> Json:
    """A member's click on their ballot paper."""
    return {
        **shared("block_actions", number),
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "D1", "is_ephemeral": False},
        "channel": {"id": "D1", "name": "directmessage"},
        "message": {"type": "message", "ts": "1.1", **drawn},
        "response_url": f"{address}/respond",
        "actions": [
            {
                "type": "button",
                "action_id": "vote|0",
                "block_id": ballot,
                "value": f"{ballot}:{choice}",
                "action_ts": "1.2",
            }
        ],
    }


@asynccontextmanager
async def bare_route() -> AsyncIterator[int]:
    """A route that reads what comes and says 200."""

    async def taken(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", taken)
    async with serving(app, host="127.0.0.1", port=0) as port:
        yield port


async def open_ballots(app: Application, clock: FollowedClock) -> None:
    """Moves the clock to the opening of the ballots and until every post about it is out."""
    await app.look()
    for _ in range(1_000):
        if await state_of(app.memory, LARGE) is not None:
            break
        async with app.memory.open_work() as work:
            due = await work.steps.next_due()
        assert due is not None
        clock.follow(max(due, clock.now()))
        await app.look()
    for _ in range(2_000):
        while not app.quiet:  # noqa: ASYNC110  (nothing tells of it)
            await asyncio.sleep(0.001)
        out = await app.outbox.next_due()
        ahead = [moment for moment in (out, clock.next_waking) if moment is not None]
        if out is None or not ahead:
            return
        clock.follow(max(min(ahead), clock.now()))
        app.delivery.nudge()
        await asyncio.sleep(0.001)
    raise RuntimeError("the posts about a sitting do not end")


async def clicks(directory: Path) -> list[Line]:
    """Acknowledging alone, a vote until it is acknowledged and until it is redrawn, one by one and 32 at once."""
    place = directory / "clicks"
    place.mkdir()
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(stub(place, slack_answers(LARGE)))
        given = settings(place, LARGE, mode="http", api_url=f"{address}/api/")
        await migrate_database(given)
        clock = FollowedClock(START, flowing=True)
        app = await stack.enter_async_context(running(given, clock=clock))
        await open_ballots(app, clock)
        state = await state_of(app.memory, LARGE)
        assert state is not None
        bare = await stack.enter_async_context(bare_route())
        callers = [await Caller.to(app.port) for _ in range(CLICKS)]
        bare_callers = [await Caller.to(bare) for _ in range(CLICKS)]
        for caller in (*callers, *bare_callers):
            stack.push_async_callback(caller.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        return await _measured(app, clock, state, callers, bare_callers, session, address)


async def _measured(
    app: Application,
    clock: FollowedClock,
    state: tuple[str, list[str], list[str]],
    callers: Sequence[Caller],
    bare_callers: Sequence[Caller],
    session: aiohttp.ClientSession,
    address: str,
) -> list[Line]:
    occurrence, ballots, people = state
    papers = []
    for person in people[:CLICKS]:
        parcel = await app.outbox.peek(paper_id(occurrence, person), at=clock.now())
        assert parcel is not None
        papers.append(render.message(parcel.message, translator_for(parcel.locale, ZoneInfo(parcel.zone))))

    def requests(number: int) -> list[bytes]:
        """Everybody's click of one round."""
        choice = CHOICES[number % 2]
        return [signed(click(n, ballots[0], choice, drawn, address)) for n, drawn in enumerate(papers)]

    def acknowledged_only() -> list[bytes]:
        return [signed({**shared("shortcut", n), "callback_id": "nothing", "action_ts": "1.2"}) for n in range(CLICKS)]

    async def forget() -> None:
        await _redrawn(app)
        async with app.memory.transaction() as connection:
            await connection.execute(delete(VOTE))

    async def one_by_one(to: Sequence[Caller], asked: Sequence[bytes]) -> float:
        begun = time.perf_counter()
        for caller, request in zip(to, asked, strict=False):
            await caller.post(request)
        return (time.perf_counter() - begun) / len(asked)

    async def at_once(to: Sequence[Caller], asked: Sequence[bytes]) -> float:
        begun = time.perf_counter()
        await asyncio.gather(*(caller.post(request) for caller, request in zip(to, asked, strict=True)))
        return (time.perf_counter() - begun) / len(asked)

    async def acks(_: int) -> float:
        return await one_by_one(callers, acknowledged_only())

    async def bare_acks(_: int) -> float:
        return await one_by_one(bare_callers, acknowledged_only())

    async def votes_at_once(number: int) -> float:
        await forget()
        return await at_once(callers, requests(number))

    async def bare_at_once(number: int) -> float:
        return await at_once(bare_callers, requests(number))

    until_acknowledged: list[float] = []

    async def votes_redrawn(number: int) -> float:
        await forget()
        asked = requests(number)[:ALONE]
        acknowledged = 0.0
        begun = time.perf_counter()
        for caller, request in zip(callers, asked, strict=False):
            sent = time.perf_counter()
            await caller.post(request)
            acknowledged += time.perf_counter() - sent
            await _redrawn(app)
        if number:
            until_acknowledged.append(acknowledged / len(asked))
        return (time.perf_counter() - begun) / len(asked)

    async def bare_clicks(number: int) -> float:
        return await one_by_one(bare_callers, requests(number)[:ALONE])

    async def bare_redrawn(number: int) -> float:
        asked = requests(number)[:ALONE]
        begun = time.perf_counter()
        for caller, request, drawn in zip(bare_callers, asked, papers, strict=False):
            await caller.post(request)
            async with session.post(f"{address}/respond", json={"replace_original": True, **drawn}) as answer:
                await answer.read()
        return (time.perf_counter() - begun) / len(asked)

    ack, bare_ack = await by_turns(acks, bare_acks, rounds=ROUNDS + 3)
    redrawn, limit_redrawn, limit_clicks = await by_turns(votes_redrawn, bare_redrawn, bare_clicks, rounds=ROUNDS)
    crowd, limit_crowd = await by_turns(votes_at_once, bare_at_once, rounds=ROUNDS)
    await _redrawn(app)
    if app.desk.faults:
        raise RuntimeError("clicks failed: what was measured is not a vote")
    route = "a bare aiohttp route, the same request"
    also = "that route and one aiohttp POST of the paper"
    each = Spread.of(until_acknowledged)
    found = (
        ("acknowledging alone, signed HTTP", ack, bare_ack, route),
        (f"a vote until acknowledged, {LARGE}", each, limit_clicks, route),
        ("a vote until the paper is redrawn", redrawn, limit_redrawn, also),
        (f"{CLICKS} votes at once, each", crowd, limit_crowd, route),
    )
    return [
        Line(
            group="click",
            path=path,
            ours=ours,
            limit=limit,
            limit_is=limit_is,
            database="SQLite",
            transport="signed HTTP",
        )
        for path, ours, limit, limit_is in found
    ]


async def _redrawn(app: Application) -> None:
    while app.replies._tasks:
        await asyncio.wait(set(app.replies._tasks))
