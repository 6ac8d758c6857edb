"""People press, at once or one after the other, on the bare limit and on ours by turns; what each press took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.app import Application
from tests.benchmarks.measure import begun

AT_ONCE = 32
TIMES = 2
"""How often so many press at once in a round."""

ALONE = 12
"""Presses one after the other in a round; each waits until the one before is wholly dealt with."""

ROUNDS = 5
GOAL = 4.0
ACKNOWLEDGED_WITHIN = 0.25
"""Seconds that 99 of 100 presses must stay under."""

Json = dict[str, Any]
Ending = Callable[[], Awaitable[None]]


class Pressable(Protocol):
    """Where presses arrive."""

    async def press(self, payloads: Sequence[Json], *, at_once: bool) -> list[float]:
        """Presses, and the seconds until each was acknowledged."""


class Pressing(Protocol):
    """Ours: what is pressed, and how it comes to rest."""

    @property
    def door(self) -> Pressable:
        """Where presses arrive."""

    async def forget(self) -> None:
        """Nobody has pressed anything yet."""

    async def settled(self) -> None:
        """Waits until nothing of what was pressed is left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What one round took, each press: processor seconds until all were acknowledged, and after that; on the wall."""

    processor: float
    after: float
    middle: float
    slow: float  # the 99th of a hundred

    @classmethod
    def of(cls, processor: float, after: float, waited: Sequence[float]) -> Pressed:
        """The round in which people waited so long for their acknowledgement."""
        ordered = sorted(waited)
        return cls(
            processor=processor / len(waited),
            after=after / len(waited),
            middle=ordered[len(ordered) // 2],
            slow=ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
        )


async def settled(app: Application) -> None:
    """Waits until nothing of what was pressed is left to do."""
    for _ in range(100_000):
        if app.quiet:
            return
        await asyncio.sleep(0.0005)
    raise RuntimeError("the bot does not come to rest")


async def pressing_by_turns(
    bare: Pressable,
    ours: Pressing,
    payloads: Callable[[int], list[Json]],
    *,
    at_once: bool,
    changing: bool,
    rounds: int,
) -> tuple[list[Pressed], list[Pressed]]:
    """Rounds of the limit and of ours by turns, after a warm-up; the very same payloads go to both.

    `changing`: people have said something else before; otherwise nothing.
    """
    limits, found = [], []
    with begun():
        for number in range(rounds + 1):
            crowds = [payloads(number * TIMES + again) for again in range(TIMES)]
            waves = crowds if at_once else [payloads(number)[:ALONE]]
            limit = await _round(bare, waves, _nothing, _nothing, at_once=at_once)
            beginning = ours.settled if changing else ours.forget
            of_ours = await _round(ours.door, waves, beginning, ours.settled, at_once=at_once)
            if number:
                limits.append(limit)
                found.append(of_ours)
    return limits, found


async def _round(
    door: Pressable, waves: Sequence[Sequence[Json]], beginning: Ending, ending: Ending, *, at_once: bool
) -> Pressed:
    waited: list[float] = []
    processor = after = 0.0
    for payloads in waves:
        await beginning()
        for some in [payloads] if at_once else [[one] for one in payloads]:
            since = time.process_time()
            waited += await door.press(some, at_once=at_once)
            acknowledged = time.process_time()
            await ending()
            processor += acknowledged - since
            after += time.process_time() - acknowledged
    return Pressed.of(processor, after, waited)


async def _nothing() -> None:
    return None
