"""Delivery: takes posts whose shown revision is behind, shows them, and settles what became of each attempt."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.platforms.port import FAULT, PACED, DeliveryError, Sender
from rituals.ports import Clock, Outbox
from rituals.posts import Fate, Parcel, Place, Settlement, ToHome

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Posts on their way at a time: after a crash, at most so many outcomes have to be looked up."""

BATCH = 64
"""Posts claimed at a time: ours to show by and by, while the attempts on record are never more than AT_ONCE."""

LEASE = timedelta(minutes=3)
"""How long a claim stands: longer than any batch, so that a replica takes over only from one that is gone."""

LONGEST_QUEUE = timedelta(seconds=1)
"""How long one conversation may keep the others waiting, and a batch what was put since: the rest goes back then."""

LONGEST_HOLD = timedelta(seconds=10)
"""How long claimed bulk waits here for its turn; a longer wait it spends in the outbox."""

PERHAPS = "unknown"
"""Why a post is given up of which nobody can tell whether it was shown."""

UNREACHABLE = timedelta(minutes=10)
"""How long a post waits whose person or room is not known on the platform (yet)."""

LONGEST_WAIT = timedelta(minutes=5)
LONGEST_OUTAGE_WAIT = 30.0
"""Seconds between two tries while the database is away."""

OnUnknown = Literal["skip", "resend"]
"""What is done with a post that may have been shown, where that cannot be looked up."""


class Delivery:
    """One worker over one outbox. `run()` works for ever; `nudge()` says that something may be due.

    `on_reach` is told, at its moment, that the platform began or ceased to refuse messages to somebody.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        sender: Sender,
        clock: Clock,
        poll: timedelta | None,
        on_unknown: OnUnknown = "skip",
        on_reach: Callable[[datetime], Awaitable[None]] | None = None,
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._poll = poll  # how often to look unasked: other replicas put posts too
        self._on_unknown = on_unknown
        self._on_reach = on_reach
        self._owner = secrets.token_hex(8)
        self._nudged = asyncio.Event()
        self._ending = False
        self._bulk: list[Parcel] = []  # claimed, waiting for their turn
        self._opens_at: datetime | None = None  # when the next of them may go
        self._lost: dict[str, list[Parcel]] = {}  # by conversation: perhaps shown, to be looked up
        self._cleared: list[Parcel] = []  # looked up, and nowhere: to be sent
        self._search: asyncio.Task[None] | None = None
        self._unsure = False  # whether what is claimed may not be what this knows of
        self._sending = 0
        self.waiting = False

    def finish(self) -> None:
        """Takes no more: `run()` ends once what is on its way is settled."""
        self._ending = True
        self._nudged.set()

    def nudge(self) -> None:
        """Something may be due."""
        self._nudged.set()

    @property
    def in_flight(self) -> int:
        """What is on its way, in conversations; bulk that waits for its turn counts as one."""
        return self._sending + (1 if self.waiting and self._opens_at is not None else 0)

    @property
    def resting(self) -> bool:
        """Whether nothing is on its way and nobody has nudged."""
        return self.waiting and not self._nudged.is_set() and self._search is None

    async def run(self) -> None:
        """Delivers until told to finish; an outage of the database is waited out, and logged once."""
        failures = 0
        try:
            while not self._ending:
                try:
                    self._nudged.clear()
                    if self._unsure:
                        await self.release()
                        self._unsure = False
                    at = self._clock.now()
                    more = await self.deliver_batch(at)
                    due = None if more else await self._next_due()
                except asyncio.CancelledError:
                    raise
                except Exception:
                    # A loop that must survive whatever one batch does.
                    failures += 1
                    if failures == 1:
                        log.exception("A batch of posts could not be worked off.", extra={"action": "delivery_failed"})
                    self._bulk, self._cleared, self._opens_at, self._unsure = [], [], None, True
                    await asyncio.sleep(min(2.0 ** min(failures, 6) / 2, LONGEST_OUTAGE_WAIT))
                    continue
                if failures:
                    failures = 0
                    log.info("Posts are worked off again.", extra={"action": "delivery_back"})
                if not more:
                    await self._rest(due, at)
            if self._search is not None:
                await self._search
        finally:
            await self._give_up_search()

    async def deliver_batch(self, at: datetime) -> int:
        """Works off one batch of what is due, or a few of very many; how many posts it was done with."""
        parcels, self._cleared = self._cleared, []
        parcels = parcels or await self._claimed(at, bulk=False)
        if parcels:
            return await self._work_off(parcels)
        if not self._bulk:
            self._bulk = await self._claimed(at, bulk=True)
        return await self._work_off_some(at) if self._bulk else 0

    async def release(self) -> None:
        """Gives back what is claimed, at the end."""
        await self._outbox.release(self._owner)

    async def _next_due(self) -> datetime | None:
        if self._opens_at is None:
            return await self._outbox.next_due()
        if self._opens_at - self._clock.now() <= LONGEST_QUEUE:
            return self._opens_at  # what else is due by then is claimed first, and what is put meanwhile nudges
        due = await self._outbox.next_due(bulk=False)
        return min(self._opens_at, due) if due is not None else self._opens_at

    async def _claimed(self, at: datetime, *, bulk: bool) -> list[Parcel]:
        """What is due, but for what must be looked up first: that is looked up beside."""
        claimed = await self._outbox.claim(at, owner=self._owner, lease_until=at + LEASE, limit=BATCH, bulk=bulk)
        lost = [one for one in claimed if one.unsettled and one.place is None and one.destination is not None]
        # A lease that ran out while a look-up waited: it is ours again, and under way already.
        known = {one.post for one in (*self._cleared, *(one for found in self._lost.values() for one in found))}
        for one in lost:
            if one.post not in known:
                self._lost.setdefault(_conversation(one), []).append(one)
        if self._lost and self._search is None:
            self._search = asyncio.create_task(self._look_up(), name="look-up")
        beside = {one.post for one in lost}
        ours = [one for one in claimed if one.post not in beside]
        if ours:
            await self._expect(ours)
        return ours

    async def _expect(self, parcels: Sequence[Parcel]) -> None:
        try:
            await self._sender.expect(parcels)
        except Exception:
            # Each of them is looked up by itself then, and fails by itself.
            log.exception("Where posts go could not be looked up at once.", extra={"action": "expect_failed"})

    # --- batches ---

    async def _work_off(self, parcels: Sequence[Parcel]) -> int:
        """Shows a batch, AT_ONCE at a time: what became of the last ones is settled with the record of the next."""
        patience = self._clock.now() + LONGEST_QUEUE
        held_up: dict[str, datetime] = {}
        settled: list[Settlement] = []
        waiting = list(parcels)
        while waiting:
            if self._ending or (len(waiting) < len(parcels) and self._clock.now() >= patience):
                settled += [_returned(parcel) for parcel in waiting]
                break
            wave: list[Parcel] = []
            while waiting and len(wave) < AT_ONCE:
                parcel = waiting.pop(0)
                until = self._held_until(parcel, held_up)
                if until is None:
                    wave.append(parcel)
                else:
                    settled.append(_held(parcel, until))
            if wave:
                settled = await self._show_all(wave, settled, held_up)
        await self._settle(settled)
        return len(parcels)

    async def _work_off_some(self, at: datetime) -> int:
        """Shows as many of the claimed bulk as may go at once; how many. Says when more may, where none may now."""
        wave: list[Parcel] = []
        rest: list[Parcel] = []
        used: Counter[str] = Counter()
        opens: list[datetime] = []
        for parcel in self._bulk:
            turns = self._sender.turns(parcel)
            if len(wave) < AT_ONCE and used[turns.method] < turns.free:
                used[turns.method] += 1
                wave.append(parcel)
            else:
                rest.append(parcel)
                opens.append(turns.opens_at)
        self._bulk, self._opens_at = rest, None
        if wave:
            await self._settle(await self._show_all(wave, [], {}))
        elif min(opens) - at > LONGEST_HOLD:
            self._bulk = []
            await self._settle([_held(parcel, until) for parcel, until in zip(rest, opens, strict=True)])
        else:
            self._opens_at = min(opens)
        return len(wave)

    async def _show_all(
        self, wave: Sequence[Parcel], settled: Sequence[Settlement], held_up: dict[str, datetime]
    ) -> list[Settlement]:
        """Records these attempts, with what became of the ones before, and makes them: what became of them."""
        at = self._clock.now()
        begun = await self._settle(settled, attempting=wave, at=at)
        queues: dict[str, list[Parcel]] = {}
        for parcel in wave:
            if parcel.post in begun:
                queues.setdefault(_conversation(parcel), []).append(parcel)
            else:
                # Somebody holds or has changed it: what follows it there may not overtake it.
                held_up.setdefault(_conversation(parcel), at)
        self._sending += len(queues)
        shown = await asyncio.gather(*(self._in_turn(name, queue, held_up) for name, queue in queues.items()))
        return [*(_returned(one) for one in wave if one.post not in begun), *(one for queue in shown for one in queue)]

    async def _settle(
        self, settled: Sequence[Settlement], *, attempting: Sequence[Parcel] = (), at: datetime | None = None
    ) -> frozenset[str]:
        at = at or self._clock.now()
        if not settled and not attempting:
            return frozenset()
        begun = await self._outbox.settle(settled, at=at, attempting=attempting, owner=self._owner)
        if self._on_reach is not None and any(one.refusal is not None or one.mended for one in settled):
            await self._on_reach(at)
        return begun

    def _held_until(self, parcel: Parcel, held_up: dict[str, datetime]) -> datetime | None:
        """Until when a post waits because another one for its conversation does; None where nothing holds it up."""
        if parcel.place is not None or parcel.unsettled:
            return None
        name = _conversation(parcel)
        if name in self._lost or any(_conversation(one) == name for one in self._cleared):
            return self._clock.now() + LONGEST_QUEUE
        return held_up.get(name)

    async def _in_turn(self, name: str, parcels: Sequence[Parcel], held_up: dict[str, datetime]) -> list[Settlement]:
        """Shows what goes to one conversation in the order it was put: a card may not overtake the one before it."""
        settled: list[Settlement] = []
        patience = self._clock.now() + LONGEST_QUEUE
        try:
            for parcel in parcels:
                if self._clock.now() >= patience:
                    held_up.setdefault(name, self._clock.now())
                until = self._held_until(parcel, held_up)
                if until is not None:
                    settled.append(_held(parcel, until))
                    continue
                settled.append(await self._attempt(parcel))
                unsent = settled[-1].fate in {Fate.NOT_SENT, Fate.HELD, Fate.UNKNOWN}
                # A post that meets a bug of ours may do so for ever: the others do not wait for it.
                if unsent and parcel.place is None and settled[-1].why != FAULT:
                    held_up[name] = settled[-1].try_again or self._clock.now()
        finally:
            self._sending -= 1
        return settled

    async def _rest(self, due: datetime | None, at: datetime) -> None:
        wakes = [moment for moment in (due, at + self._poll if self._poll else None) if moment is not None]
        sleepers: list[asyncio.Task[Any]] = [asyncio.create_task(self._nudged.wait())]
        if wakes:
            # Due already but not ours to claim: some work holds it.
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

    # --- what may have been shown ---

    async def _look_up(self) -> None:
        """Looks up, one conversation at a time, what was attempted and never learnt its outcome; others go on."""
        try:
            while self._lost and not self._ending:
                name = next(iter(self._lost))
                parcels = list(self._lost[name])
                self._sending += 1
                try:
                    settled, nowhere = await self._looked_up(parcels)
                finally:
                    self._sending -= 1
                await self._settle(settled)
                self._cleared += nowhere
                # What was claimed for the same conversation meanwhile comes in its next turn.
                self._lost[name] = [one for one in self._lost[name] if one not in parcels]
                if not self._lost[name]:
                    del self._lost[name]
        except Exception:
            # The database is away: what is claimed becomes free by itself, and is looked up then.
            log.exception("Posts could not be looked up.", extra={"action": "look_up_failed"})
            self._lost = {}
        finally:
            self._search = None
            self._nudged.set()

    async def _looked_up(self, parcels: Sequence[Parcel]) -> tuple[list[Settlement], list[Parcel]]:
        """What became of them, and those that are nowhere and may be sent."""
        try:
            found = await self._sender.find(*parcels)
        except DeliveryError as error:
            if error.unreadable or error.permanent:
                return self._unreadable(parcels, error)
            return [self._unshown(parcel, error) for parcel in parcels], []
        except Exception:
            log.exception("A look-up met a fault.", extra={"action": "look_up_failed"})
            return [self._put_off(parcel, DeliveryError(FAULT, unknown=True)) for parcel in parcels], []
        settled: list[Settlement] = []
        nowhere: list[Parcel] = []
        for parcel in parcels:
            if parcel.post in found:
                # Which revision it shows is not known: the newest follows as an edit.
                log.info("A post was found again.", extra={"action": "post_found", "post": parcel.post})
                place = found[parcel.post]
                settled.append(Settlement(post=parcel.post, revision=0, fate=Fate.SHOWN, place=place))
            elif not parcel.wanted:
                settled.append(Settlement(post=parcel.post, revision=parcel.revision, fate=Fate.WITHDRAWN))
            else:
                nowhere.append(replace(parcel, unsettled=False))
        return settled, nowhere

    def _unreadable(self, parcels: Sequence[Parcel], error: DeliveryError) -> tuple[list[Settlement], list[Parcel]]:
        extra = {"action": "posts_unknown", "posts": len(parcels), "why": error.why, "policy": self._on_unknown}
        log.warning("Whether posts were shown cannot be looked up.", extra=extra)
        again = [one for one in parcels if one.wanted and (one.to_be_sure or self._on_unknown == "resend")]
        given_up = [
            Settlement(post=one.post, revision=one.revision, fate=Fate.GIVEN_UP, why=PERHAPS)
            for one in parcels
            if one not in again
        ]
        return given_up, [replace(one, unsettled=False) for one in again]

    async def _give_up_search(self) -> None:
        if self._search is not None:
            self._search.cancel()
            await asyncio.gather(self._search, return_exceptions=True)
        self._search, self._lost = None, {}

    # --- one attempt ---

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
        if not parcel.wanted:
            if parcel.place is not None:
                await self._sender.withdraw(parcel.place)
            return Settlement(
                post=parcel.post,
                revision=parcel.revision,
                fate=Fate.WITHDRAWN,
                mended=parcel.probes and bool(parcel.place),
            )
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
            level = logging.INFO if parcel.failures or parcel.probes else logging.WARNING
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
            refusal=error.refusal,
        )


def _conversation(parcel: Parcel) -> str:
    return parcel.destination or parcel.post


def _shown(parcel: Parcel, place: Place | None) -> Settlement:
    return Settlement(post=parcel.post, revision=parcel.revision, fate=Fate.SHOWN, place=place, mended=parcel.probes)


def _held(parcel: Parcel, until: datetime) -> Settlement:
    """Waits as if new, but for what may have been sent, which stays so until it is looked up."""
    if parcel.unsettled:
        return _returned(parcel)
    return Settlement(post=parcel.post, revision=parcel.revision, fate=Fate.HELD, try_again=until)


def _returned(parcel: Parcel) -> Settlement:
    """Given back as it was: no attempt was made."""
    return Settlement(post=parcel.post, revision=parcel.revision, fate=Fate.RETURNED)
