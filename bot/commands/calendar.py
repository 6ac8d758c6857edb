"""`comitia calendar`: what falls due in the months ahead, step by step."""

from __future__ import annotations

import asyncio
import calendar
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.commands.check import day_and_time, refuse
from bot.commands.speaking import speaker
from bot.settings import Settings, SettingsError, load
from rituals.calendar import Due, local_day, moment, occurrences
from rituals.messages import say
from rituals.occurrences import OccurrenceState, StepName, occurrence_id
from rituals.organisation import Organisation, Ritual
from rituals.use_cases.procedures import procedure_of

# The earliest step of a sitting is 20 working days before it, which is long where a week has few; the last of a review,
# when the actions it asked for are due, 60 after it.
_STEPS_SPAN = timedelta(days=200)
_STILL_OPEN = timedelta(days=130)

Begun = Callable[[Settings, Collection[str]], Collection[str]]
"""Which of these occurrences, by id, whose moment has passed, have begun and may have something left to do."""


def begun_here(settings: Settings, occurrences: Collection[str]) -> Collection[str]:
    """Those this installation knows of; all of them where its database cannot be read, none where there is none yet."""
    scheme, _, file = settings.database.address.get_secret_value().partition(":///")
    if not occurrences or (scheme.startswith("sqlite") and file and not Path(file).exists()):
        return ()
    return asyncio.run(_known(settings, occurrences))


async def _known(settings: Settings, occurrences: Collection[str]) -> Collection[str]:
    from bot.app import CannotStart, recalling

    try:
        async with recalling(settings) as memories, memories.open_work() as work:
            found = [await work.occurrences.get(one) for one in sorted(occurrences)]
    except CannotStart:
        return occurrences
    over = {OccurrenceState.CANCELLED, OccurrenceState.MISSED}
    return {one.id for one in found if one is not None and one.state not in over}


def run(
    path: Path,
    *,
    environ: Mapping[str, str],
    months: int,
    after: datetime,
    out: TextIO,
    begun: Begun = begun_here,
) -> int:
    """Writes what falls due later than `after` (aware) and within `months` months (1 or more), and returns 0.

    One line a step, however often it is done at that moment, in order of time: day, time and zone, ritual, step.
    Faults of the settings are written instead, and 1 returned; tokens are not needed. What people moved or cancelled
    is not known here: these are the rules' own dates, a pulse's those of the organisation's zone. Of occurrences whose
    own moment has passed only those that have `begun` are shown.
    """
    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    rules = settings.organisation_rules()
    until = moment(_months_later(local_day(after, rules.zone), months), time(0), rules.zone)
    speak = speaker(environ, otherwise=rules.locale)
    lines = [
        say(
            "command-calendar-line",
            when=day_and_time(at, zone, speak.locale),
            title=title,
            step=say(f"command-step-{step.replace('_', '-')}"),
        )
        for at, zone, title, step in sorted(
            dict.fromkeys(_due(rules, after, until, begun=lambda past: begun(settings, past))),
            key=lambda line: (line[0], line[2]),
        )
    ]
    out.writelines(f"{speak.say(line)}\n" for line in lines or [say("command-calendar-nothing")])
    return 0


def _due(
    rules: Organisation, after: datetime, until: datetime, *, begun: Callable[[Collection[str]], Collection[str]]
) -> Iterator[tuple[datetime, ZoneInfo, str, StepName]]:
    found = [
        (due, ritual, at, step)
        for ritual in rules.rituals.values()
        for due, at, step in _steps(ritual, rules, after, until)
        if after < at <= until
    ]
    known = begun({occurrence_id(ritual.key, due.nominal) for due, ritual, _, _ in found if due.at <= after})
    for due, ritual, at, step in found:
        if due.at > after or occurrence_id(ritual.key, due.nominal) in known:
            yield at, ritual.recurrence.zone, ritual.title, step


def _steps(
    ritual: Ritual, rules: Organisation, after: datetime, until: datetime
) -> Iterator[tuple[Due, datetime, StepName]]:
    # From before: what has begun may still be to close.
    dues = occurrences(
        ritual.recurrence,
        after=after - _STILL_OPEN,
        until=until + _STEPS_SPAN,
        working_days=rules.working_days,
    )
    procedure = procedure_of(ritual)
    for due in dues:
        for step in (*procedure.steps(ritual, due, rules), *procedure.later(ritual, due, rules)):
            yield due, step.due_at, step.name


def _months_later(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a month too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
