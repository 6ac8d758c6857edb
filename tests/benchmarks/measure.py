"""Medians of several rounds, ours and its bare limit by turns, so that a machine that slows down slows both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

Unit = Literal["s", "s CPU"]

Round = Callable[[int], Awaitable[float]]
"""One round of a measurement, given its number (0 is the warm-up): seconds for one item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What several rounds took: the median, the least and the most. Seconds for one item."""

    median: float
    least: float
    most: float
    rounds: int

    @classmethod
    def of(cls, taken: Iterable[float]) -> Spread:
        """The spread of at least one round."""
        rounds = sorted(taken)
        return cls(median=statistics.median(rounds), least=rounds[0], most=rounds[-1], rounds=len(rounds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measurement: one item of ours by `path`, and of the bare limit named `limit_is`, where there is one.

    `database`, `transport`: what the path goes through, None where it touches none. `unit`: seconds on the wall, or
    seconds that this process kept a core busy. A goal is `most_times`, how many times the limit ours may take at most,
    or `under`, the seconds it must stay under.
    """

    group: str
    path: str
    ours: Spread
    limit: Spread | None = None
    limit_is: str = ""
    database: str | None = None
    transport: str | None = None
    unit: Unit = "s"
    most_times: float | None = None
    under: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the bare limit ours takes, by the medians."""
        return self.ours.median / self.limit.median if self.limit is not None else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, by the medians; None where there is no goal."""
        if self.under is not None:
            return self.ours.median < self.under
        if self.most_times is None or self.ratio is None:
            return None
        return self.ratio <= self.most_times


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Where the time of one item goes: each step does what the one before it did, and more."""

    what: str
    steps: Sequence[tuple[str, Spread]]


@contextmanager
def begun() -> Iterator[None]:
    """As after the start of `comitia run`: what there is by then is no garbage to look for."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


async def by_turns(*works: Round, rounds: int) -> list[Spread]:
    """How long each work took over `rounds` rounds, after a warm-up; who begins changes from round to round."""
    taken: list[list[float]] = [[] for _ in works]
    with begun():
        for number in range(rounds + 1):
            order = list(range(len(works)))
            for which in order if number % 2 else reversed(order):
                seconds = await works[which](number)
                if number:
                    taken[which].append(seconds)
    return [Spread.of(one) for one in taken]


async def calls_by_turns(*calls: Callable[[], object], times: int, rounds: int) -> list[Spread]:
    """The same for plain functions, each called `times` times a round."""

    def timed(call: Callable[[], object]) -> Round:
        async def one_round(_: int) -> float:
            begun = time.perf_counter()
            for _ in range(times):
                call()
            return (time.perf_counter() - begun) / times

        return one_round

    return await by_turns(*(timed(call) for call in calls), rounds=rounds)
