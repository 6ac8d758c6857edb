"""Whether Teams takes our bearers: while it does not, everything waits, and one call now and then finds out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.platforms.port import PACED, DeliveryError
from rituals.ports import Clock

log = logging.getLogger(__name__)

SOON = timedelta(seconds=2)
"""How long a call waits that is to be made once more with a new bearer, or while another finds out."""

FIRST = timedelta(minutes=1)
LONGEST = timedelta(minutes=10)
"""How long everything waits once a new bearer is refused as well, twice as long each time; somebody must mend it."""

SAID_FOR = timedelta(minutes=1)
"""How long after its wait a refusal is still told: then nobody has asked, and so nobody knows."""

_NONE = timedelta()


class Brake:
    """One for a bot and its tenant. `drop`: forgets a bearer, so that the next call has another.

    Microsoft wants no call repeated that was answered 401. But one bearer may be refused before its time: it is dropped
    once, and another asked for once. Where that one is refused too, nothing is called but one call after each wait.
    """

    def __init__(self, clock: Clock, drop: Callable[[str], None]) -> None:
        self._clock = clock
        self._drop = drop
        self._refused = 0  # bearers in a row
        self._dropped: str | None = None
        self._dropped_at: datetime | None = None
        self._until = clock.now()
        self._why = ""
        self._probing = False

    @property
    def why(self) -> str:
        """Why nothing is let in, in Teams' word; "" while it is, and where it has not been tried for a while."""
        tried = self._probing or self._clock.now() < self._until + SAID_FOR
        return self._why if self._refused > 1 and tried else ""

    @property
    def left(self) -> timedelta | None:
        """How long calls wait yet, zero where one may find out; None while there is no brake."""
        if not self._refused:
            return None
        left = self._until - self._clock.now()
        if self._probing:
            return SOON
        return left if _NONE < left <= LONGEST else _NONE  # further ahead: the clock was set back

    def passes(self) -> bool:
        """Before a call: whether it is the one that finds out, which says so by `probed` once it has ended.

        Raises DeliveryError where it has to wait.
        """
        left = self.left
        if left:
            raise DeliveryError(PACED, retry_after=left)
        probing = left is not None
        self._probing = self._probing or probing
        return probing

    def probed(self) -> None:
        """The call that was to find out has ended, however it did."""
        self._probing = False

    def let_in(self, bearer: str, *, probing: bool) -> None:
        """A call with that bearer was answered otherwise than by 401."""
        if not probing:
            return  # it may have been under way since before
        if bearer == self._dropped:
            self._dropped = None  # a managed identity gives the same one again
        if self._refused > 1:
            log.info("Teams takes our token again.", extra={"action": "token_taken"})
        self._refused = 0

    def refuse(self, bearer: str, why: str, *, probing: bool) -> timedelta:
        """A call with that bearer was answered 401: how long it waits."""
        now, left = self._clock.now(), self.left
        if not probing and (self._refused or bearer == self._dropped):
            return max(left or SOON, SOON)  # it was under way when another was refused
        lately = self._dropped_at is not None and _NONE <= now - self._dropped_at < LONGEST
        if not probing and lately:
            # The new bearer was let in, so that this may be about this call alone: another finds out with the same one.
            self._refused, self._until, self._why = 1, now, why
            return LONGEST
        self._drop(bearer)
        self._refused, self._dropped, self._dropped_at, self._why = self._refused + 1, bearer, now, why
        if self._refused == 1:
            self._until = now
            return SOON
        wait = min(FIRST * (1 << min(self._refused - 2, 8)), LONGEST)
        self._until = now + wait
        if self._refused == 2:  # said once, until one is taken
            log.warning("Teams refuses our token; everything waits.", extra={"action": "token_refused", "why": why})
        return wait
