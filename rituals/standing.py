"""How things stand: what is posted and what is not, what falls due, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rituals.alarms import Alarm
from rituals.occurrences import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One look at everything that is kept, of which only counts are told.

    `posts`: by state. `oldest_unsent`: since when the oldest post should be out and is not; bulk, which takes time,
    and what waits for a person to mend something are left aside. `bulk_idle_since`: since when some of the bulk may go
    and none does; None while it moves, however slowly, and while nothing may. `stuck`: how many have waited for more
    than an hour, bulk only where it is idle for as long. `held`: how many posts wait for hours at which people may be
    written to, the first of them until `held_until`. `unsettled`: attempts whose outcome is not known yet. `next_step`:
    what falls due next, or should be done by now. `paused`: since when, by ritual. `rooms`: rooms that take no message,
    and why. `people`: how many take none, by platform.
    """

    posts: Mapping[str, int] = field(default_factory=dict)
    oldest_unsent: datetime | None = None
    bulk_idle_since: datetime | None = None
    stuck: int = 0
    held: int = 0
    held_until: datetime | None = None
    unsettled: int = 0
    next_step: Step | None = None
    paused: Mapping[str, datetime] = field(default_factory=dict)
    rooms: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)
    alarms: Sequence[Alarm] = ()

    def unsent_for(self, at: datetime) -> timedelta:
        """How long the oldest unsent post has waited, or the bulk that may go stands still; nothing where neither."""
        waits = (at - since for since in (self.oldest_unsent, self.bulk_idle_since) if since is not None)
        return max([timedelta(), *waits])

    def late_by(self, at: datetime) -> timedelta:
        """How late the step is that should be done by now; nothing where none is."""
        return max(at - self.next_step.due_at, timedelta()) if self.next_step is not None else timedelta()
