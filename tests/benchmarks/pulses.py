"""A pulse answered through the desk by many at once, beside the raw driver that keeps one sealed row and commits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from bot.demo.clock import FollowedClock
from bot.desk import Desk
from rituals.messages import Reply
from rituals.people import Account
from rituals.pulses import speech as says
from tests.benchmarks.bare import bare
from tests.benchmarks.committee import memory_at
from tests.benchmarks.measure import Line, by_turns
from tests.builders import slack
from tests.rituals.use_cases.pulse_house import HEARD, LAUNCH, WAVE, PulseHouse

AT_ONCE = 32
ROUNDS = 5

UPSERT = (
    "INSERT INTO sealed_reply (wave, person, ciphertext) VALUES (?, ?, ?) "
    "ON CONFLICT (wave, person) DO UPDATE SET ciphertext = excluded.ciphertext"
)
FORGET = {"sealed_reply": "true"}

CHOSEN = {says.SATISFACTION: ("5",), says.BARRIERS: ("B_CPX", "B_TRN")}


async def pulses(_: Path, url: str, *, at_once: int = AT_ONCE, rounds: int = ROUNDS) -> list[Line]:
    """The first tap, and the Send of the rest, in the empty database at `url`."""
    async with memory_at(url) as memory:
        house = PulseHouse(memory)
        people = 5 * at_once  # a quarter of whom is asked
        await house.move_in({"Claims": people})
        await house.go(LAUNCH, deliver=False)
        accounts = [slack(name) for name in (await house.asked())[:at_once]]
        if len(accounts) < at_once:
            raise RuntimeError("too few people were asked")
        desk = Desk(
            open_work=memory.open_work,
            organisation=house.organisation,
            clock=FollowedClock(HEARD, flowing=False),
            roster={},
            look=memory.look_at_ballot,
            nudge=lambda: None,
        )
        with bare(url) as driver:

            async def taps(_: int) -> float:
                driver.clear(FORGET)
                return await _all([_tap(desk, account) for account in accounts])

            async def sends(_: int) -> float:
                driver.clear(FORGET)
                await _all([_tap(desk, account) for account in accounts])
                return await _all([_send(desk, account) for account in accounts])

            async def limit(number: int) -> float:
                driver.clear(FORGET)
                begun = time.perf_counter()
                for one in range(at_once):
                    driver.write_one(UPSERT, (WAVE, str(one), sealed))
                return (time.perf_counter() - begun) / at_once

            await taps(0)
            sealed: bytes = driver.read("SELECT ciphertext FROM sealed_reply")[0][0]
            tap, send, one_row = await by_turns(taps, sends, limit, rounds=rounds)
            return [
                Line(
                    group="pulse",
                    path=f"a pulse's {what}, {at_once} at once, {driver.database}, each",
                    ours=ours,
                    limit=one_row,
                    limit_is=f"{driver.driver}: one upsert, committed, {driver.durable}",
                    database=driver.database,
                    transport="the desk",
                )
                for what, ours in (("first tap", tap), ("Send", send))
            ]


def _tap(desk: Desk, account: Account) -> Coroutine[Any, Any, Reply]:
    return desk.press(account, says.USE, f"{WAVE}:every_week")


def _send(desk: Desk, account: Account) -> Coroutine[Any, Any, Reply]:
    return desk.press(account, says.SEND, WAVE, CHOSEN)


async def _all(presses: Sequence[Coroutine[Any, Any, Reply]]) -> float:
    """Presses all at once: seconds for one. Raises RuntimeError for an answer that was not taken."""
    begun = time.perf_counter()
    replies = await asyncio.gather(*presses)
    taken = (time.perf_counter() - begun) / len(presses)
    for reply in replies:
        if reply.instead is None:
            raise RuntimeError(f"what was measured is not an answer: {reply.sentence}")
    return taken
