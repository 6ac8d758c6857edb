"""`comitia check`: whether the settings can be used, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from bot.settings import Settings, SettingsError, load
from rituals.calendar import WorkingDays, occurrences
from rituals.committee.rules import CommitteeRules
from rituals.people import Role

_AHEAD = timedelta(days=400)


def run(
    path: Path,
    *,
    environ: Mapping[str, str],
    after: datetime,
    out: TextIO,
    overrides: Mapping[str, object] | None = None,
) -> int:
    """Writes every fault of the settings and returns 1, or a short summary and returns 0.

    Missing tokens are no fault: the summary says what `comitia run` still needs. `after` (aware): the moment from
    which each ritual's next date is sought. The command line speaks English, and so do its dates.
    """
    try:
        settings = load(path, environ=environ, overrides=overrides, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out)
    out.writelines(f"{line}\n" for line in _summary(path, settings, after))
    return 0


def refuse(error: SettingsError, out: TextIO, *, then: str = "") -> int:
    """Writes the faults, one a line, and how many they are and what `then` came of it; returns the exit code 1."""
    count = len(error.faults)
    out.writelines(f"{fault}\n" for fault in error.faults)
    out.write(f"{count} fault{'s' if count > 1 else ''}{then and f': {then}'}.\n")
    return 1


def day_and_time(at: datetime, zone: ZoneInfo, locale: str) -> str:
    """A moment as `zone` shows it, with the zone's name: "mardi 1er décembre 2026, 10:00 (Europe/Paris)"."""
    local = at.astimezone(zone)
    first = locale == "fr" and local.day == 1
    day = format_date(local.date(), "EEEE '1er' MMMM y" if first else "EEEE d MMMM y", locale=locale)
    return f"{day}, {format_time(local.time(), 'HH:mm', locale=locale)} ({zone.key})"


def _summary(path: Path, settings: Settings, after: datetime) -> list[str]:
    rules = settings.organisation_rules()
    people = settings.roster()
    lines = [f"{path} is good.", f"{rules.name} ({rules.locale}, {rules.zone.key})", "", f"People: {len(people)}"]
    for role in Role:
        named = [person.name or person.email for person in people if role in person.roles]
        if named:
            lines.append(f"  {role.value}: {', '.join(named)}")
    asking = [initiative for initiative in settings.initiatives if initiative.asks is not False]
    ask = "asks for its" if len(asking) == 1 else "ask for their"
    lines += ["", f"Initiatives: {len(settings.initiatives)}, of which {len(asking)} {ask} next stage"]
    lines += ["", f"Rituals: {len(rules.rituals) or 'none: nothing will ever fall due'}"]
    for key, committee in rules.rituals.items():
        count = sum(1 for person in people if person.roles & committee.voters)
        voters = f"{count} voter{'s' if count > 1 else ''}"
        lines.append(f"  {key}: {committee.title}, {voters}, in #{rules.rooms[committee.room]}")
        lines.append(f"    next: {_next(committee, rules.working_days, after)}")
    missing = settings.missing_secrets()
    if missing:
        lines += ["", "Still needed for `comitia run`, in the environment (or in files, with _FILE after the name):"]
        lines += [f"  {name}" for name in missing]
    return lines


def _next(committee: CommitteeRules, working_days: WorkingDays, after: datetime) -> str:
    ahead = occurrences(committee.recurrence, after=after, until=after + _AHEAD, working_days=working_days)
    if not ahead:
        return f"not within {_AHEAD.days} days"
    return day_and_time(ahead[0].at, committee.recurrence.zone, "en")
