"""What follows an acknowledgement: it waits for those still to be acknowledged, and is done once for all who ask."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rituals.organisation import Organisation
from rituals.ports import Clock, OpenWork
from rituals.use_cases.catch_up import catch_up

log = logging.getLogger(__name__)

LULL = 0.005
"""Seconds without anybody being served that count as calm."""

LONGEST_CROWD = 100
"""How many lulls long what follows waits for calm at most."""


class Afterwards:
    """Knows who is being served, and puts anew what replies have made old once nobody is."""

    def __init__(
        self, *, open_work: OpenWork, organisation: Organisation, clock: Clock, nudge: Callable[[], None]
    ) -> None:
        self._open_work = open_work
        self._organisation = organisation
        self._clock = clock
        self._nudge = nudge
        self._serving = 0
        self._calming: asyncio.Task[None] | None = None
        self._last: asyncio.Task[bool] | None = None
        self._next: asyncio.Task[bool] | None = None

    @contextmanager
    def serving(self) -> Iterator[None]:
        """While the context lasts somebody waits for an acknowledgement."""
        self._serving += 1
        try:
            yield
        finally:
            self._serving -= 1

    async def calm(self) -> None:
        """Returns once nobody is being served, or after a moment that is long enough."""
        if self._calming is None or self._calming.done():
            self._calming = asyncio.create_task(self._until_calm())
        await asyncio.shield(self._calming)

    async def caught_up(self) -> bool:
        """Returns once all that was kept before is put anew, and whether it is; one run serves all who ask together."""
        if self._next is None:
            self._next = asyncio.create_task(self._catch_up(after=self._last))
        return await asyncio.shield(self._next)

    async def close(self) -> None:
        """Waits for what has begun; what has not is caught up with at the next start."""
        if self._next is not None:
            self._next.cancel()
        if self._calming is not None:
            self._calming.cancel()
        under_way = [one for one in (self._next, self._calming, self._last) if one is not None]
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _until_calm(self) -> None:
        for _ in range(LONGEST_CROWD):
            await asyncio.sleep(LULL)
            if not self._serving:
                return

    async def _catch_up(self, *, after: asyncio.Task[bool] | None) -> bool:
        if after is not None:
            await asyncio.wait({after})
        await self.calm()
        # Whoever asks from here on may have come too late for this run.
        self._last, self._next = asyncio.current_task(), None
        try:
            await catch_up(self._clock.now(), open_work=self._open_work, organisation=self._organisation)
        except Exception:
            # What is not put anew now is so at the next look: the replies themselves are kept.
            log.exception("What votes have made old could not be put anew.", extra={"action": "catch_up_failed"})
            return False
        finally:
            self._nudge()
        return True
