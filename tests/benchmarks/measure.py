"""Medians of several rounds, ours and its bare limit by turns, so that a machine that slows down slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Round = Callable[[int], Awaitable[float]]
"""One round of a measurement, given its number (0 is the warm-up): seconds for one item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measurement: seconds for one item of ours, and of the bare limit named `limit_is`."""

    group: str
    what: str
    ours: float
    limit: float
    limit_is: str

    @property
    def ratio(self) -> float:
        """How many times the bare limit ours takes."""
        return self.ours / self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Where the time of one item goes: each step does what the one before it did, and more. Seconds."""

    what: str
    steps: Sequence[tuple[str, float]]


async def by_turns(*works: Round, rounds: int) -> list[float]:
    """The median of each work over `rounds` rounds, after a warm-up; who begins changes from round to round."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 1):
        order = list(range(len(works)))
        for which in order if number % 2 else reversed(order):
            seconds = await works[which](number)
            if number:
                taken[which].append(seconds)
    return [statistics.median(one) for one in taken]


async def calls_by_turns(*calls: Callable[[], object], times: int, rounds: int) -> list[float]:
    """The same for plain functions, each called `times` times a round."""

    def timed(call: Callable[[], object]) -> Round:
        async def one_round(_: int) -> float:
            begun = time.perf_counter()
            for _ in range(times):
                call()
            return (time.perf_counter() - begun) / times

        return one_round

    return await by_turns(*(timed(call) for call in calls), rounds=rounds)
