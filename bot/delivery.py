"""Delivery: takes posts whose shown revision is behind, shows them, and settles what became of each attempt."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.platforms.port import PACED, DeliveryError, Sender
from rituals.ports import Clock, Outbox
from rituals.posts import Fate, Parcel, Place, Settlement, ToHome

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Posts on their way at a time: after a crash, at most so many outcomes have to be looked up."""

LEASE = timedelta(minutes=3)
"""How long a claim stands: longer than any attempt, so that a replica takes over only from one that is gone."""

LONGEST_QUEUE = timedelta(seconds=1)
"""How long one conversation may keep a batch waiting: what it cannot take by then goes behind the others."""

FAULT = "fault"
"""Why a post waits that met a bug of ours."""

UNREACHABLE = timedelta(minutes=10)
"""How long a post waits whose person or room is not known on the platform (yet)."""

LONGEST_WAIT = timedelta(minutes=5)
LONGEST_OUTAGE_WAIT = 30.0
"""Seconds between two tries while the database is away."""


class Delivery:
    """One worker over one outbox. `run()` works for ever; `nudge()` says that something may be due."""

    def __init__(self, *, outbox: Outbox, sender: Sender, clock: Clock, poll: timedelta | None) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._poll = poll  # how often to look unasked: other replicas put posts too
        self._owner = secrets.token_hex(8)
        self._nudged = asyncio.Event()
        self.in_flight = 0
        self.waiting = False

    def nudge(self) -> None:
        """Something may be due."""
        self._nudged.set()

    @property
    def resting(self) -> bool:
        """Whether nothing is on its way and nobody has nudged."""
        return self.waiting and not self._nudged.is_set()

    async def run(self) -> None:
        """Delivers until cancelled; an outage of the database is waited out, and logged once."""
        failures = 0
        while True:
            try:
                self._nudged.clear()
                at = self._clock.now()
                more = await self.deliver_batch(at)
                due = None if more else await self._outbox.next_due()
            except asyncio.CancelledError:
                raise
            except Exception:
                # A loop that must survive whatever one batch does.
                failures += 1
                if failures == 1:
                    log.exception("A batch of posts could not be worked off.", extra={"action": "delivery_failed"})
                await asyncio.sleep(min(2.0 ** min(failures, 6) / 2, LONGEST_OUTAGE_WAIT))
                continue
            if failures:
                failures = 0
                log.info("Posts are worked off again.", extra={"action": "delivery_back"})
            if not more:
                await self._rest(due, at)

    async def deliver_batch(self, at: datetime) -> int:
        """Works off one batch of what is due; how many posts it held."""
        parcels = await self._outbox.claim(at, owner=self._owner, lease_until=at + LEASE, limit=AT_ONCE)
        if parcels:
            queues: dict[str, list[Parcel]] = {}
            for parcel in parcels:
                queues.setdefault(parcel.destination or parcel.post, []).append(parcel)
            self.in_flight = len(queues)
            settled = await asyncio.gather(*(self._in_turn(queue) for queue in queues.values()))
            await self._outbox.settle([one for queue in settled for one in queue], at=self._clock.now())
            self.in_flight = 0
        return len(parcels)

    async def release(self) -> None:
        """Gives back what is claimed, at the end."""
        await self._outbox.release(self._owner)

    async def _rest(self, due: datetime | None, at: datetime) -> None:
        wakes = [moment for moment in (due, at + self._poll if self._poll else None) if moment is not None]
        sleepers: list[asyncio.Task[Any]] = [asyncio.create_task(self._nudged.wait())]
        if wakes:
            # Due already but not ours to claim: another replica has it, or its lease must run out first.
            moment = max(min(wakes), at + timedelta(seconds=1)) if due and due <= at else min(wakes)
            sleepers.append(asyncio.create_task(self._clock.sleep_until(moment)))
        self.waiting = True
        try:
            await asyncio.wait(sleepers, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.waiting = False
            for sleeper in sleepers:
                sleeper.cancel()
            await asyncio.gather(*sleepers, return_exceptions=True)

    async def _in_turn(self, parcels: Sequence[Parcel]) -> list[Settlement]:
        """Shows what goes to one conversation in the order it was put: a card may not overtake the one before it."""
        settled: list[Settlement] = []
        held_up: datetime | None = None
        patience = self._clock.now() + LONGEST_QUEUE
        try:
            for parcel in parcels:
                if held_up is None and self._clock.now() >= patience:
                    held_up = self._clock.now()
                if held_up is not None and parcel.place is None and not parcel.unsettled:
                    settled.append(
                        Settlement(
                            post=parcel.post,
                            revision=parcel.revision,
                            fate=Fate.HELD,
                            try_again=held_up,
                        )
                    )
                    continue
                settled.append(await self._attempt(parcel))
                unsent = settled[-1].fate in {Fate.NOT_SENT, Fate.HELD, Fate.UNKNOWN}
                # A post that meets a bug of ours may do so for ever: the others do not wait for it.
                if unsent and parcel.place is None and settled[-1].why != FAULT:
                    held_up = settled[-1].try_again
        finally:
            self.in_flight -= 1
        return settled

    async def _attempt(self, parcel: Parcel) -> Settlement:
        try:
            return await self._show(parcel)
        except DeliveryError as error:
            return self._unshown(parcel, error)
        except Exception:
            # A bug of ours, and perhaps after the platform took it. The post is kept, and goes out once the bug is
            # mended; it is complained of once.
            if not parcel.failures:
                log.exception("A post met a fault.", extra={"action": "post_failed", "post": parcel.post})
            return self._put_off(parcel, DeliveryError(FAULT, unknown=True))

    async def _show(self, parcel: Parcel) -> Settlement:
        if parcel.destination is None and parcel.place is None:
            if not parcel.wanted and not parcel.unsettled:
                return Settlement(post=parcel.post, revision=parcel.revision, fate=Fate.WITHDRAWN)
            raise DeliveryError("unknown_destination", retry_after=UNREACHABLE)
        if isinstance(parcel.to, ToHome):
            await self._sender.publish_home(parcel)
            return _shown(parcel, None)
        if parcel.place is None and parcel.unsettled:
            place = await self._sender.find(parcel)
            if place is not None:
                # Which revision it shows is not known: the newest follows as an edit.
                log.info("A post was found again.", extra={"action": "post_found", "post": parcel.post})
                return Settlement(post=parcel.post, revision=0, fate=Fate.SHOWN, place=place)
        if not parcel.wanted:
            if parcel.place is not None:
                await self._sender.withdraw(parcel.place)
            return Settlement(post=parcel.post, revision=parcel.revision, fate=Fate.WITHDRAWN)
        if parcel.place is None:
            return _shown(parcel, await self._sender.send(parcel))
        await self._sender.edit(parcel, parcel.place)
        return _shown(parcel, parcel.place)

    def _unshown(self, parcel: Parcel, error: DeliveryError) -> Settlement:
        extra = {"action": "post_not_shown", "post": parcel.post, "why": error.why}
        if error.permanent:
            log.error("A post was refused for good.", extra=extra)
            return Settlement(post=parcel.post, revision=parcel.revision, fate=Fate.REFUSED, why=error.why)
        if error.why != PACED:
            # Said once: what nobody mends would otherwise fill the log.
            level = logging.INFO if parcel.failures else logging.WARNING
            log.log(level, "A post did not get through and will be tried again.", extra=extra)
        return self._put_off(parcel, error)

    def _put_off(self, parcel: Parcel, error: DeliveryError) -> Settlement:
        wait = error.retry_after or min(timedelta(seconds=2 ** min(parcel.failures + 1, 9)), LONGEST_WAIT)
        # Not knowing matters only for a first showing: an edit may simply be done again. And once unsettled it stays
        # so until it was looked up, whatever the reason for which the look-up failed.
        open_ = parcel.place is None and (error.unknown or parcel.unsettled)
        surely = Fate.HELD if error.why == PACED else Fate.NOT_SENT
        return Settlement(
            post=parcel.post,
            revision=parcel.revision,
            fate=Fate.UNKNOWN if open_ else surely,
            try_again=self._clock.now() + wait,
            why=error.why,
        )


def _shown(parcel: Parcel, place: Place | None) -> Settlement:
    return Settlement(post=parcel.post, revision=parcel.revision, fate=Fate.SHOWN, place=place)
