"""What is at work, put together: looks at what is due, says how it is, and ends when it is told to."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot import web
from bot.app.side import Station, at_rest
from bot.desk import Desk
from bot.errands import Errands
from bot.metrics import Metrics
from bot.settings import Settings
from bot.watch import Watch
from rituals.calendar import local_day
from rituals.organisation import Organisation
from rituals.ports import Clock
from rituals.use_cases.catch_up import catch_up
from rituals.use_cases.imports_upkeep import forget_old
from rituals.use_cases.planning import plan_ahead
from rituals.use_cases.run_due_steps import run_due_steps
from storage.engine import HEAD
from storage.work import Memory

log = logging.getLogger(__name__)

REPLAN_EVERY = timedelta(hours=12)

SET_BACK = timedelta(minutes=1)
"""By how much the time must have gone back to be made up for: so far the clocks of two replicas may differ."""

COUNT_EVERY = 15.0
"""Seconds for which posts counted by state serve whoever asks for /metrics."""


@dataclass(kw_only=True)
class Application:
    """Comitia, put together. `look()` does what is due; `quiet` says whether nothing is on its way."""

    settings: Settings
    organisation: Organisation
    clock: Clock
    memory: Memory
    stations: tuple[Station, ...]
    desk: Desk
    errands: Errands
    metrics: Metrics
    door: web.Door
    watch: Watch
    port: int = 0
    planned_at: datetime = field(default=datetime.min.replace(tzinfo=UTC))
    looked_at: datetime | None = None
    tidied_on: date = date.min
    blind_since: datetime | None = None
    ending: bool = False
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> None:
        """Plans ahead where that is due, does every due step, and forgets what is old once a day."""
        async with self._looking:
            await self._look(self.clock.now())
        self.desk.nudge()

    async def _look(self, at: datetime) -> None:
        try:
            await self._make_up(at)
            if not timedelta() <= at - self.planned_at < REPLAN_EVERY:
                await plan_ahead(at, open_work=self.memory.open_work, organisation=self.organisation)
                self.planned_at = at
            await run_due_steps(
                at,
                open_work=self.memory.open_work,
                organisation=self.organisation,
                ended=lambda step, end: self.metrics.step(end, (at - step.due_at).total_seconds()),
                goes_on=lambda: not self.ending,
            )
            if self.ending:
                return
            # What a replica that is gone, or we before the last stop, acknowledged and did not come to show.
            await catch_up(at, open_work=self.memory.open_work, organisation=self.organisation)
            if (since := self.blind_since) is not None:
                log.info("What is due is looked at again.", extra={"action": "look_back"})
                self.blind_since = None
                await self.watch.saw_again(since, at)
            await self.watch.look(at)
            for station in self.stations:
                station.side.look(at)
            today = local_day(at, self.organisation.zone)
            if today != self.tidied_on:
                # Last, so that what is due never waits for it.
                await forget_old(at, open_work=self.memory.open_work, organisation=self.organisation)
                self.tidied_on = today
        except Exception as error:
            # A loop that must survive: a database that is away comes back, and is complained of once.
            if self.blind_since is None:
                self.desk.faults += 1
                log.exception("What is due could not be looked at.", extra={"action": "look_failed"})
                self.blind_since = at
            self.watch.cannot_see(error)

    async def _make_up(self, at: datetime) -> None:
        """Where the clock was set back, while we ran or before, lets what was due already wait no second time."""
        before = self.looked_at or await self.memory.latest()
        if before is not None and before - at >= SET_BACK:
            posts = await self.memory.make_up(before, at)
            extra = {"action": "clock_set_back", "seconds": (before - at).total_seconds(), "posts": posts}
            log.warning("The clock was set back.", extra=extra)
        self.looked_at = at

    async def stop(self) -> None:
        """Takes nothing new, and returns once what is under way has ended, or the time for a stop has.

        The step that is being done is finished, clicks are acknowledged, replies and posts on their way are settled.
        What there is no time for is not lost: it is found again at the next start.
        """
        if self.ending:
            return
        self.ending = True
        self.door.ready = {"stop": _stopping}
        ends = (self._looked(), self._hung_up(), *(station.sending.finish() for station in self.stations))
        try:
            async with asyncio.timeout(self.settings.delivery.stop_within):
                await asyncio.gather(*ends)
                await self.errands.drained()
        except TimeoutError:
            log.warning("Not everything under way could end in time.", extra={"action": "stopped_short"})

    async def _looked(self) -> None:
        async with self._looking:
            return

    async def _hung_up(self) -> None:
        for station in self.stations:
            await station.side.hang_up()
        while self.door.under_way:  # noqa: ASYNC110  (for as long as an acknowledgement takes)
            await asyncio.sleep(0.01)
        self.door.bolt = None

    def station(self, platform: str) -> Station:
        """The side at work on that platform. Raises StopIteration where there is none."""
        return next(station for station in self.stations if station.platform == platform)

    @property
    def quiet(self) -> bool:
        """Whether nothing happens until the clock moves on or somebody does something."""
        under_way = (self.errands.busy, *(station.under_way for station in self.stations))
        return at_rest(under_way, asleep=sum(station.side.pace.asleep for station in self.stations))


async def _stopping() -> str:
    return "stopping"


def probes(app: Application) -> dict[str, web.Probe]:
    """What it takes to be at work, each with how to find out."""
    late_after = timedelta(minutes=app.settings.delivery.late_after)

    async def database() -> str:
        await app.stations[0].outbox.next_due()
        return ""

    async def schema() -> str:
        return "" if (found := await app.memory.revision()) == HEAD else f"at_{found}"

    async def posts() -> str:
        at = app.clock.now()
        standing = await app.memory.standing(at, counted=False)
        return "oldest_unsent_too_old" if standing.unsent_for(at) >= late_after else ""

    sides = {station.platform: station.side.why_unwell for station in app.stations}
    return {"database": database, "schema": schema, **sides, "posts": posts}


def measured(app: Application) -> Callable[[], Awaitable[bytes]]:
    """Everything measured, as text; the database is asked every few seconds at most, however often this is."""
    counted_at, failing = -COUNT_EVERY, False

    async def measured() -> bytes:
        nonlocal counted_at, failing
        unwell = [await station.side.why_unwell() for station in app.stations if station.connection is not None]
        app.metrics.connected.set(0 if any(unwell) else 1)
        if time.monotonic() - counted_at >= COUNT_EVERY:
            counted_at = time.monotonic()
            at = app.clock.now()
            try:
                app.metrics.stand(await app.memory.standing(at), at)
                failing = False
            except Exception:
                # The rest is told all the same, and what was known before stands; it is complained of once.
                if not failing:
                    log.exception("How things stand could not be measured.", extra={"action": "measure_failed"})
                failing = True
        return app.metrics.text()

    return measured
