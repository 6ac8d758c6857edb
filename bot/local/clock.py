"""The workspace's own time, which stands still until it is advanced or flows like ours from another start."""

import time

from bot.local.config import ClockSetting
from bot.local.memory import Remembers


class Clock:
    """Epoch seconds; remembered, so that a restart goes on where it was."""

    def __init__(self, setting: ClockSetting, memory: Remembers) -> None:
        self.mode = setting.mode
        self._memory = memory
        self._reached: float = memory.read("clock", "now", setting.start)
        self._since = time.monotonic()
        self._born = self._since
        self._stamp: tuple[int, int] = tuple(memory.read("clock", "stamp", (0, 0)))

    def now(self) -> float:
        if self.mode == "stepped":
            return self._reached
        return self._reached + time.monotonic() - self._since

    def advance(self, to: float) -> None:
        """Go forward to that moment; raises ValueError when it is past."""
        if to < self.now():
            raise ValueError("time does not go backwards")
        self._reached, self._since = to, time.monotonic()
        self.remember()

    def remember(self) -> None:
        self._memory.keep("clock", "now", self.now())

    def stamp(self) -> str:
        """Answer a message's ts: the second and a counter, unique and increasing."""
        second, count = self._stamp
        now = int(self.now())
        self._stamp = (second, count + 1) if now <= second else (now, 1)
        self._memory.keep("clock", "stamp", self._stamp)
        self.remember()
        return "{}.{:06d}".format(*self._stamp)

    def event_stamp(self) -> str:
        """Answer an event_ts, action_ts or hash: not a message, so it takes no number from them."""
        return f"{self.now():.6f}"

    def link_seconds(self) -> float:
        """Answer a time that passes for connections even while the workspace stands still.

        A killed app must be able to come back: connections live in our time, like signatures and acknowledgements.
        """
        return self.now() + (time.monotonic() - self._born if self.mode == "stepped" else 0.0)
