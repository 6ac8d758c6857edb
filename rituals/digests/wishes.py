"""When a reader wants the letter, and the moment that comes to in a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rituals.calendar import ONE_DAY, Due, WorkingDays, local_day, moment
from rituals.digests.rules import DigestRules

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
"""The days a reader may choose, in order: their places are those of `date.weekday()`."""

TIMES = tuple(time(half // 2, half % 2 * 30) for half in range(14, 37))
"""The times of day a reader may choose: every half hour from 07:00 to 18:00."""

EARLY = timedelta(hours=26)
"""How long before its first local Monday a week's letters are planned: by then no zone on Earth has reached 07:00."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A reader's day (Monday 0 to Sunday 6) and hour, in their own zone; None for no letter at all."""

    weekday: int | None
    at: time


def usual(rules: DigestRules, nominal: date) -> Wish:
    """What holds for a reader who has chosen nothing: the day and hour of the ritual's own rule."""
    return Wish(weekday=nominal.weekday(), at=rules.recurrence.at)


def times_with(kept: time) -> tuple[time, ...]:
    """What is offered to a reader whose letter comes at `kept`, which stays on offer whatever the rule made it."""
    return tuple(sorted({*TIMES, kept}))


def written(at: time) -> str:
    """A time of day as a form gives it back: 8:30."""
    return f"{at.hour}:{at.minute:02}"


def monday_of(day: date) -> date:
    """The first day of the week `day` is in."""
    return day - day.weekday() * ONE_DAY


def planning_moment(due: Due, zone: ZoneInfo) -> datetime:
    """When the letters of the week of `due` are planned (UTC), before that week begins for anybody."""
    return moment(monday_of(due.nominal), time(0), zone) - EARLY


def end_of_week(nominal: date, zone: ZoneInfo) -> datetime:
    """When the week of `nominal` is over in `zone` (UTC)."""
    return moment(monday_of(nominal) + 7 * ONE_DAY, time(0), zone)


def letter_moment(wish: Wish, nominal: date, zone: ZoneInfo, working_days: WorkingDays) -> datetime | None:
    """When a reader of `zone` gets the letter of the week of `nominal` (UTC); None for one who wants none.

    On the next working day where theirs is a day off, be it in the week after.
    """
    if wish.weekday is None:
        return None
    day = working_days.next_working(monday_of(nominal) + wish.weekday * ONE_DAY)
    return moment(day, wish.at, zone)


def expiry(at: datetime, nominal: date, zone: ZoneInfo) -> datetime:
    """Until when a letter due `at` may still be sent: its week's end, or its own day's where that is later."""
    its_day = moment(local_day(at, zone) + ONE_DAY, time(0), zone)
    return max(its_day, end_of_week(nominal, zone))
