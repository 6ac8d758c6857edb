"""The ladder: who is told of an action that is late, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from fractions import Fraction
from statistics import median

from rituals.calendar import WorkingDays
from rituals.measures.statistics import ONE_DAY, Proportion

# --- who is told of what is late -----------------------------------------------------------------------------------


class Level(IntEnum):
    """How far up the ladder an action, a decision or a validation has climbed."""

    L0 = 0
    L1 = 1  # half its time gone: its owner
    L2 = 2  # three quarters: its owner and deputy
    L3 = 3  # late by 1 to 5 working days: owner and chair of the committee
    L4 = 4  # by 6 to 15: its sponsor, and the next agenda
    L5 = 5  # by more: sponsor and chair too, to decide: done, or a new date


MOST_SNOOZES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """What an item promises: made on `created`, due on `due` (local days), None for one without a date.

    `first_due`: the first date ever promised, kept whatever becomes of `due`. `missed_due`: the date that was missed
    when a later one was set, from which its lateness goes on counting. `reached`: the levels already told.
    """

    created: date
    due: date | None
    first_due: date | None
    missed_due: date | None = None
    reached: frozenset[Level] = frozenset()
    snoozes: int = 0
    snoozed_until: date | None = None

    @classmethod
    def set(cls, *, created: date, due: date | None) -> Deadline:
        """A new promise."""
        return cls(created=created, due=due, first_due=due)

    @property
    def may_snooze(self) -> bool:
        """Whether it may be put off once more."""
        return self.snoozes < MOST_SNOOZES

    def overdue(self, today: date, working_days: WorkingDays) -> int:
        """The working days it is late on `today`; 0 on the day it is due and without a date.

        What falls due on a day off is due on the next working day.
        """
        due = self.missed_due or self.due
        return 0 if due is None else count_working_days(working_days.next_working(due), today, working_days)

    def level(self, today: date, working_days: WorkingDays) -> Level:
        """The level of `today`, by working days gone since it was made and since it was due."""
        due = self.missed_due or self.due
        if due is None:
            return Level.L0
        overdue = self.overdue(today, working_days)
        if overdue:
            return Level.L3 if overdue <= 5 else Level.L4 if overdue <= 15 else Level.L5
        planned = count_working_days(self.created, working_days.next_working(due), working_days)
        gone = count_working_days(self.created, today, working_days)
        if 4 * gone >= 3 * planned:
            return Level.L2
        return Level.L1 if 2 * gone >= planned else Level.L0

    def climbed(self, today: date, working_days: WorkingDays) -> tuple[Deadline, Level | None]:
        """The deadline after `today`, and the level to tell: the highest, where it is new and nothing is snoozed.

        Levels passed unseen (the bot was away, or it was snoozed) are not told afterwards.
        """
        if self.snoozed_until is not None and today < self.snoozed_until:
            return self, None
        level = self.level(today, working_days)
        if level is Level.L0 or level <= max(self.reached, default=Level.L0):
            return self, None
        passed = frozenset(one for one in Level if Level.L0 < one <= level)
        return replace(self, reached=self.reached | passed), level

    def next_climb(self, after: date, working_days: WorkingDays) -> date | None:
        """The first day later than `after` on which a level is to be told; None where there is none left."""
        if self.due is None or Level.L5 in self.reached:
            return None
        # The last level comes 16 working days after the date: as good as any calendar, in two months.
        last = max(after, self.missed_due or self.due, self.snoozed_until or after) + 62 * ONE_DAY
        day = after + ONE_DAY
        while day <= last:
            if self.climbed(day, working_days)[1] is not None:
                return day
            day += ONE_DAY
        return None

    def moved(self, due: date, *, today: date, working_days: WorkingDays) -> Deadline:
        """With another date. Of an item already late the new date is shown, and its lateness goes on counting."""
        missed = self.missed_due or (self.due if self.overdue(today, working_days) else None)
        return replace(self, due=due, first_due=self.first_due or due, missed_due=missed)

    def snoozed(self, until: date, *, reason: str) -> Deadline:
        """Told nobody before `until`. Raises ValueError for a third time or without a reason."""
        if not self.may_snooze or not reason.strip():
            raise ValueError(f"an item is put off {MOST_SNOOZES} times at most, each with its reason")
        return replace(self, snoozes=self.snoozes + 1, snoozed_until=until)

    def reopened(self, *, on: date, due: date) -> Deadline:
        """Taken up again on `on`: it climbs from the start, and `first_due` remains."""
        return Deadline(created=on, due=due, first_due=self.first_due or due)


def count_working_days(after: date, until: date, working_days: WorkingDays) -> int:
    """How many working days are later than `after` and no later than `until`."""
    return sum(working_days.is_working(after + number * ONE_DAY) for number in range(1, (until - after).days + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """Open items by working days late, and the median working days since they were made; None of no items."""

    on_time: int
    up_to_5: int
    up_to_15: int
    up_to_30: int
    beyond: int
    without_date: int
    median_age: Fraction | None


def ageing(open_items: Iterable[Deadline], today: date, working_days: WorkingDays) -> Ageing:
    """How late the `open_items` are on `today`."""
    items = list(open_items)
    late = [item.overdue(today, working_days) for item in items if item.due is not None]
    ages = [Fraction(count_working_days(item.created, today, working_days)) for item in items]
    return Ageing(
        on_time=sum(days == 0 for days in late),
        up_to_5=sum(1 <= days <= 5 for days in late),
        up_to_15=sum(6 <= days <= 15 for days in late),
        up_to_30=sum(16 <= days <= 30 for days in late),
        beyond=sum(days > 30 for days in late),
        without_date=len(items) - len(late),
        median_age=median(ages) if ages else None,
    )


def on_time(closed: Iterable[tuple[Deadline, date]], working_days: WorkingDays) -> Proportion:
    """Of items closed on their day, those closed by the first date ever promised; those without one are left out."""
    punctual = [day <= working_days.next_working(item.first_due) for item, day in closed if item.first_due is not None]
    return Proportion(x=sum(punctual), n=len(punctual))
