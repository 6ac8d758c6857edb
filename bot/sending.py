"""Sending: of all processes at work on one database, one delivers a workspace's posts at a time."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from bot.clock import steady
from bot.delivery import Delivery
from bot.metrics import Metrics
from bot.pace import Turns
from bot.platforms.port import DeliveryError, Sender
from rituals.ports import Outbox
from rituals.ports.leases import Leases
from rituals.posts import Parcel, Place

log = logging.getLogger(__name__)

SHARE_TO_RENEW = 3
"""A lease is renewed after this part of its length: two renewals may fail before it is lost."""

SHARE_TO_SPARE = 6
"""Who could not renew stops this part of the length before the lease ends: what is just going out has ended by then."""

LOOK_EVERY = 2.0
"""Seconds between two looks of those who wait: so soon one of them sends after a lease was given back, or ran out."""


def _now() -> float:
    return steady().total_seconds()


class Turn:
    """Whether it is this process's turn to send: until when it surely is."""

    def __init__(self, *, always: bool) -> None:
        self.until = float("inf") if always else 0.0

    @property
    def ours(self) -> bool:
        """Whether it is now."""
        return _now() < self.until


class Sending:
    """Runs a platform's delivery while this process has the lease `name`; without leases (SQLite) always."""

    def __init__(
        self,
        delivery: Delivery,
        outbox: Outbox,
        *,
        turn: Turn,
        leases: Leases | None,
        name: str,
        length: timedelta,
        platform: str,
        metrics: Metrics,
    ) -> None:
        self._delivery = delivery
        self._outbox = outbox
        self._turn = turn
        self._leases = leases
        self._name = name
        self._length = length
        self._sends = metrics.is_sender.labels(platform)  # 0 is said too
        self._owner = secrets.token_hex(8)
        self._ending = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._unsure = False

    def start(self) -> None:
        """Begins: to send, or to wait for its turn."""
        if self._leases is None:
            self._begin()
        else:
            self._keeper = asyncio.create_task(self._keep(self._leases), name="lease")

    @property
    def is_sender(self) -> bool:
        """Whether this process sends."""
        return self._worker is not None

    @property
    def alive(self) -> bool:
        """Whether the loops that should run do."""
        return all(task is None or not task.done() for task in (self._worker, self._keeper))

    async def finish(self) -> None:
        """Takes no more, and returns once what is on its way is settled; the lease is kept until then."""
        self._ending.set()
        self._delivery.finish()
        if self._worker is not None:
            await asyncio.wait({self._worker})

    async def stop(self) -> None:
        """Ends, whatever is on its way, and gives back the posts it had claimed and the lease."""
        self._ending.set()
        await _cancelled(self._keeper)
        await self._cease()
        try:
            async with asyncio.timeout(self._length.total_seconds() / SHARE_TO_RENEW):
                await self._delivery.release()
                if self._leases is not None:
                    await self._leases.give_back(self._name, owner=self._owner)
        except Exception as error:  # noqa: BLE001
            # At the end, and only a courtesy: what is claimed becomes free by itself.
            log.warning("Posts were not given back.", extra={"action": "release_failed", "why": type(error).__name__})

    async def _keep(self, leases: Leases) -> None:
        length = self._length.total_seconds()
        while not self._ending.is_set() or self._worker is not None:
            began = _now()
            mine = await self._asked(leases)
            if mine and (self._worker is not None or not self._ending.is_set()):
                # At the end too: what is on its way may take longer than what is left of the lease.
                self._turn.until = began + length - length / SHARE_TO_SPARE
                await self._take_over()
            elif mine is False:
                await self._cease("lease_lost")
            if not self._turn.ours:
                await self._cease("lease_not_renewed")
            wait = LOOK_EVERY if self._worker is None else length / SHARE_TO_RENEW
            until = min(began + wait, self._turn.until) if self._worker is not None else began + wait
            await asyncio.sleep(max(until - _now(), 0.05))

    async def _asked(self, leases: Leases) -> bool | None:
        """Whether the lease is ours from now on; None where that could not be learnt."""
        patience = self._length.total_seconds() / SHARE_TO_RENEW
        if self._worker is not None:
            patience = max(min(patience, self._turn.until - _now()), 0.0)
        try:
            async with asyncio.timeout(patience):
                mine = await leases.take(self._name, owner=self._owner, length=self._length)
        except Exception as error:  # noqa: BLE001
            # A loop that must survive; while the lease lasts it is nobody else's.
            self._unsure_because(error)
            return None
        self._unsure = False
        return mine

    def _unsure_because(self, error: Exception) -> None:
        if not self._unsure:
            log.warning("Who sends could not be asked.", extra={"action": "lease_failed", "why": type(error).__name__})
        self._unsure = True

    async def _take_over(self) -> None:
        if self._worker is not None:
            return
        try:
            # Whoever had claimed a post is gone, or is us before a pause: what they tried is looked up by its key.
            await self._outbox.release()
        except Exception as error:  # noqa: BLE001
            # A loop that must survive: the database is away, and who sends is asked again in a moment.
            self._unsure_because(error)
            return
        # As `comitia status` names it.
        log.info("This process sends now.", extra={"action": "sender_taken", "sender": self._owner[:8]})
        self._begin()

    def _begin(self) -> None:
        self._worker = asyncio.create_task(self._delivery.run(), name="delivery")
        self._sends.set(1)

    async def _cease(self, why: str = "") -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        if self._leases is not None:
            self._turn.until = 0.0
        self._sends.set(0)
        await _cancelled(worker)
        if why:
            log.warning("This process sends no more.", extra={"action": "sender_ceased", "why": why})


class OnlyInTurn:
    """Answers `bot.platforms.port.Sender`: nothing goes out that is not this process's to send, and each is counted."""

    def __init__(self, sender: Sender, *, turn: Turn, metrics: Metrics) -> None:
        self._sender = sender
        self._turn = turn
        self._metrics = metrics

    async def expect(self, parcels: Sequence[Parcel]) -> None:
        """Looks up what it takes to show these."""
        await self._sender.expect(parcels)

    async def send(self, parcel: Parcel) -> Place:
        """Shows a post for the first time."""
        await self._in_turn()
        with self._counted("sent"):
            return await self._sender.send(parcel)

    async def edit(self, parcel: Parcel, place: Place) -> None:
        """Shows the post's newest revision in its place."""
        await self._in_turn()
        with self._counted("edited"):
            await self._sender.edit(parcel, place)

    async def withdraw(self, place: Place) -> None:
        """Takes a post away."""
        await self._in_turn()
        with self._counted("withdrawn"):
            await self._sender.withdraw(place)

    async def publish_home(self, parcel: Parcel) -> None:
        """Shows a person's home."""
        await self._in_turn()
        with self._counted("home"):
            await self._sender.publish_home(parcel)

    async def find(self, parcel: Parcel, *others: Parcel) -> Mapping[str, Place]:
        """Where earlier attempts of posts to one conversation ended up, by post."""
        await self._in_turn()
        places = await self._sender.find(parcel, *others)
        self._metrics.posts_out.labels("found_again").inc(len(places))
        return places

    def turns(self, parcel: Parcel) -> Turns:
        """How many bulk posts like this one may go out now, and when several may."""
        return self._sender.turns(parcel)

    @contextmanager
    def _counted(self, outcome: str) -> Iterator[None]:
        try:
            yield
        except DeliveryError as error:
            if error.permanent:
                self._metrics.posts_out.labels("refused").inc()
            raise
        self._metrics.posts_out.labels(outcome).inc()

    async def _in_turn(self) -> None:
        if not self._turn.ours:
            # This process slept through its lease. Another sends by now; whoever keeps the lease here ends this.
            await asyncio.Event().wait()


async def _cancelled(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
