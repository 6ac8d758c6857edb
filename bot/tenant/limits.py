"""How often the app may call: Teams' windows for a conversation and for the whole tenant, on the tenant's clock."""

from collections import deque
from math import ceil

from bot.local.clock import Clock
from bot.tenant.errors import Throttled

Windows = tuple[tuple[int, float], ...]
"""So many calls within so many seconds, all of them at once."""

SENDS: Windows = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
READS: Windows = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
INSTALLS: Windows = ((30, 1.0),)
GRAPH: Windows = ((3500, 10.0),)


class _Calls:
    """The moments of the last calls, as many as the largest window looks back on."""

    __slots__ = ("_past", "_windows", "closed_at", "closed_until")

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._past: deque[float] = deque(maxlen=max(most for most, _ in windows))
        self.closed_until = self.closed_at = float("-inf")

    def close(self, now: float, seconds: float) -> None:
        """Let nothing through for so long."""
        self.closed_at, self.closed_until = now, now + seconds

    def missing_seconds(self, now: float) -> float:
        """Answer how long until a call is allowed; 0 when it is."""
        missing = max(0.0, self.closed_until - now)
        for most, seconds in self._windows:
            if len(self._past) >= most:
                missing = max(missing, self._past[-most] + seconds - now)
        # A hair of tolerance: sums of seconds are not exact.
        return missing if missing > 1e-6 else 0.0

    def add(self, now: float) -> None:
        self._past.append(now)


class Limits:
    """A refused call takes nothing; one that comes before its Retry-After is over is counted as impatient.

    `deaf`: those of the impatient that came at a later moment than they were told, so that they were not under way
    when they were. `over`: calls that found a window full.
    """

    def __init__(self, clock: Clock, calls_per_second: int) -> None:
        self._clock = clock
        self._whole = _Calls(((calls_per_second, 1.0),))
        self._calls: dict[tuple[str, str], _Calls] = {}
        self.impatient = self.deaf = self.over = 0

    def admit(self) -> None:
        """Count one call of any kind; raises Throttled."""
        self._take(self._whole)

    def admit_send(self, conversation: str) -> None:
        """Count a message, edit or new conversation in one conversation; raises Throttled."""
        self._take(self._of("send", conversation, SENDS))

    def admit_read(self, conversation: str) -> None:
        """Count a question about one conversation; raises Throttled."""
        self._take(self._of("read", conversation, READS))

    def admit_install(self) -> None:
        """Count an installation through Graph; raises Throttled."""
        self._take(self._of("install", "", INSTALLS))

    def admit_graph(self) -> None:
        """Count a question to Graph; raises Throttled."""
        self._take(self._of("graph", "", GRAPH))

    def close(self, conversation: str, seconds: float) -> None:
        """Hold the app to a Retry-After that a fault told it for one conversation."""
        self._of("send", conversation, SENDS).close(self._clock.now(), seconds)

    def close_graph(self, seconds: float) -> None:
        self._of("graph", "", GRAPH).close(self._clock.now(), seconds)

    def close_all(self, seconds: float) -> None:
        """… for everything but Graph."""
        self._whole.close(self._clock.now(), seconds)

    def _of(self, kind: str, name: str, windows: Windows) -> _Calls:
        calls = self._calls.get((kind, name))
        if calls is None:
            calls = self._calls[kind, name] = _Calls(windows)
        return calls

    def _take(self, calls: _Calls) -> None:
        now = self._clock.now()
        missing = calls.missing_seconds(now)
        if missing > 0:
            retry_after = max(1, ceil(missing))
            if now < calls.closed_until:
                self.impatient += 1
                self.deaf += now > calls.closed_at
            else:
                self.over += 1
                calls.close(now, retry_after)
            raise Throttled(retry_after)
        calls.add(now)
