"""When a person is told of something wrong: at once, and then less and less often until it is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

AGAIN_AFTER = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
"""How long a person is left alone after the first word, the second, and each later one."""

FORGOTTEN_AFTER = timedelta(days=1)
"""What has been over for so long is new when it comes back; before, it goes on where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something wrong that a person must see to: since when, and when and how often (`times`) they were told.

    `over_at`: since when it is well again, None while it lasts.
    """

    name: str
    since: datetime
    told_at: datetime
    times: int = 1
    over_at: datetime | None = None

    def rung(self, at: datetime) -> Alarm:
        """The same, found wrong (again) at `at`: told at that moment (`told_at`) where somebody is to be told.

        What comes and goes rings no oftener than what stays. A clock that was set back silences nothing for longer than
        the next word would have waited anyway.
        """
        if self.over_at is not None and at - self.over_at >= FORGOTTEN_AFTER:
            return Alarm(name=self.name, since=at, told_at=at)
        found = self if self.over_at is None else replace(self, since=at, over_at=None)
        if self.told_at > at:
            told_at = at - timedelta(microseconds=1)  # not now: nobody is told because a clock was put right
            return replace(found, since=min(found.since, told_at), told_at=told_at)
        if at - self.told_at < AGAIN_AFTER[min(self.times, len(AGAIN_AFTER)) - 1]:
            return found
        return replace(found, told_at=at, times=self.times + 1)

    @property
    def told(self) -> bool:
        """Whether somebody was told since it last began."""
        return self.told_at >= self.since
