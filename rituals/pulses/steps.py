"""The moments of one pulse: when its waves are launched, people reminded, and the waves closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rituals.calendar import ONE_DAY, Due, WorkingDays, local_day, moment, sensible
from rituals.occurrences import PlannedStep, StepName
from rituals.posts import Window
from rituals.pulses.rules import PulseRules

LEAD = timedelta(hours=1)
"""How long before the first people hear of a wave it is made ready."""

LEAST_OPEN = timedelta(days=2)
"""A wave that could not stay open so long is not launched any more, unless it was never to."""

LEAST_WINDOW = timedelta(hours=1)
"""How long somebody may hear of a wave on one day at least, however late the hour."""

LAST_CALL = timedelta(hours=12)
"""Nobody hears of a wave, or is reminded of it, later than so long before it closes."""


def first_hour(day: date, rules: PulseRules, zones: Iterable[ZoneInfo]) -> datetime:
    """A while before the pulse's hour on `day` in the easternmost of `zones` and in its own (UTC)."""
    return min(moment(day, rules.recurrence.at, zone) for zone in (rules.recurrence.zone, *zones)) - LEAD


def closing(rules: PulseRules, day: date) -> datetime:
    """The moment (UTC) at which the waves of `day`, a day in the pulse's zone, close."""
    return moment(day + rules.open_days * ONE_DAY, rules.recurrence.at, rules.recurrence.zone)


def own_hour(day: date, rules: PulseRules, zone: ZoneInfo, working_days: WorkingDays, *, after: datetime) -> datetime:
    """When somebody hears on `day`: at the pulse's hour in their `zone`, or the next sensible one from `after` on."""
    return sensible(max(after, moment(day, rules.recurrence.at, zone)), zone, working_days)


def own_windows(
    first: datetime, zone: ZoneInfo, working_days: WorkingDays, *, quiet_from: time, until: datetime
) -> tuple[Window, ...]:
    """When somebody who is to hear at `first` may: from that hour to `quiet_from`, on that and later working days.

    In their `zone`, up to `until`; the first window is there in any case, and each is an hour long at least.
    """
    hour = first.astimezone(zone).time()
    day = local_day(first, zone)
    found: list[Window] = []
    opens = first
    while not found or opens < until:
        found.append(Window(opens=opens, closes=max(moment(day, quiet_from, zone), opens + LEAST_WINDOW)))
        day = working_days.next_working(day + ONE_DAY)
        opens = moment(day, hour, zone)
    return tuple(found)


def planned(rules: PulseRules, due: Due, zones: Iterable[ZoneInfo]) -> tuple[PlannedStep, ...]:
    """The step that launches the waves of one day."""
    day = local_day(due.at, rules.recurrence.zone)
    closes = closing(rules, day)
    least = min(LEAST_OPEN, (closes - due.at) / 2)
    return (
        PlannedStep(
            name=StepName.LAUNCH_WAVES, due_at=first_hour(day, rules, zones), expires_at=max(due.at, closes - least)
        ),
    )


def following(
    rules: PulseRules, due: Due, zones: Iterable[ZoneInfo], working_days: WorkingDays
) -> tuple[PlannedStep, ...]:
    """The steps each of these waves takes later: the reminder, where there is one, and the close."""
    day = local_day(due.at, rules.recurrence.zone)
    close = PlannedStep(name=StepName.CLOSE_WAVE, due_at=closing(rules, day))
    reminder = reminding(rules, day, zones, working_days)
    if reminder is None:
        return (close,)
    return (PlannedStep(name=StepName.REMIND, due_at=reminder, expires_at=close.due_at), close)


def reminding(rules: PulseRules, day: date, zones: Iterable[ZoneInfo], working_days: WorkingDays) -> datetime | None:
    """When those who heard on `day` and have not answered are reminded; None where nobody is."""
    if not rules.reminder_after:
        return None
    reminder = first_hour(working_days.after(day, rules.reminder_after), rules, zones)
    return reminder if reminder < closing(rules, day) - LAST_CALL else None
