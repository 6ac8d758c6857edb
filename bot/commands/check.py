"""`comitia check`: whether the settings can be used, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent

from bot.settings import Fault, Settings, SettingsError, load_with_notes
from rituals.calendar import WorkingDays, occurrences
from rituals.committee.rules import CommitteeRules
from rituals.digests.rules import DigestRules
from rituals.figures.rules import FigureRules
from rituals.kpis import Kpi
from rituals.measures.statistics import Direction
from rituals.organisation import Organisation, Ritual
from rituals.people import Role, RosterEntry
from rituals.pulses.rules import PulseRules

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

    Missing tokens are no fault: the summary says what `comitia run` still needs. What is worth a look and no fault
    stands in it with its place. `after` (aware): the moment from
    which each ritual's next date is sought. The command line speaks English, and so do its dates.
    """
    try:
        settings, notes = load_with_notes(path, environ=environ, overrides=overrides, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out)
    out.writelines(f"{line}\n" for line in _summary(path, settings, notes, after))
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


def _summary(path: Path, settings: Settings, notes: Sequence[Fault], after: datetime) -> list[str]:
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
    if rules.kpis:
        lines += ["", f"KPIs: {len(rules.kpis)}{_not_agreed(rules)}"]
        for key, kpi in rules.kpis.items():
            lines += [f"  {key}: {_followed(kpi)}", f"    {_agreed(kpi)}"]
    lines += ["", f"Rituals: {len(rules.rituals) or 'none: nothing will ever fall due'}"]
    for key, ritual in rules.rituals.items():
        lines.append(f"  {key}: {ritual.title}, {_about(ritual, rules, people)}")
        lines.append(f"    next: {_next(ritual, rules.working_days, after)}")
    if notes:
        lines += ["", "Worth a look:"]
        lines += [f"  {note}" for note in notes]
    missing = settings.missing_secrets()
    if missing:
        lines += ["", "Still needed for `comitia run`, in the environment (or in files, with _FILE after the name):"]
        lines += [f"  {name}" for name in missing]
    return lines


def _about(ritual: Ritual, rules: Organisation, people: Sequence[RosterEntry]) -> str:
    """What a ritual does and for whom, each kind in its own words."""
    if isinstance(ritual, CommitteeRules):
        return f"{_count(_playing(ritual.voters, people), 'voter')}, in #{rules.rooms[ritual.room]}"
    if isinstance(ritual, PulseRules):
        return f"a pulse about {_of(ritual.initiatives)}, open {_count(ritual.open_days, 'day')}"
    if isinstance(ritual, FigureRules):
        return f"the figures of {_of(ritual.initiatives)}, in #{rules.rooms[ritual.room]}"
    if isinstance(ritual, DigestRules):
        return f"a letter to {_count(_playing(ritual.readers, people), 'reader')}"
    return f"a review of {_count(len(ritual.kpis or rules.kpis), 'KPI')}, in #{rules.rooms[ritual.room]}"


def _of(initiatives: Sequence[str]) -> str:
    return ", ".join(initiatives) or "every initiative in use"


def _playing(roles: frozenset[Role], people: Sequence[RosterEntry]) -> int:
    return sum(1 for person in people if person.roles & roles)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _not_agreed(rules: Organisation) -> str:
    count = sum(1 for kpi in rules.kpis.values() if not kpi.is_agreed)
    return f", of which {count} without a target or a baseline" if count else ""


def _followed(kpi: Kpi) -> str:
    if kpi.initiative is None:
        return f"{kpi.title}, {kpi.source.value} ({kpi.owner})"
    return f"{kpi.title}, {kpi.source.value}{' of' if kpi.source.is_figure else ','} {kpi.initiative} ({kpi.owner})"


def _agreed(kpi: Kpi) -> str:
    """From where to where a KPI is to go, and what nobody has said of it yet."""
    better = "or more" if kpi.direction is Direction.UP else "or less"
    lacks = [what for what, value in (("BASELINE", kpi.baseline), ("TARGET", kpi.target)) if value is None]
    parts = [f"from {_told(kpi.baseline, kpi)}"] if kpi.baseline is not None else []
    if kpi.target is not None:
        parts.append(f"to {_told(kpi.target, kpi)} {better}")
        parts += [f"amber to {_told(kpi.amber, kpi)}"] if kpi.amber is not None else []
    if lacks:
        parts.append(f"NO {' AND NO '.join(lacks)}: grey until there is one")
    return ", ".join(parts)


def _told(value: Fraction, kpi: Kpi) -> str:
    if kpi.is_share:
        return format_percent(float(value), "#,##0.##%", locale="en")
    return f"{format_decimal(float(value), locale='en')} {kpi.unit}"


def _next(ritual: Ritual, working_days: WorkingDays, after: datetime) -> str:
    ahead = occurrences(ritual.recurrence, after=after, until=after + _AHEAD, working_days=working_days)
    if not ahead:
        return f"not within {_AHEAD.days} days"
    said = day_and_time(ahead[0].at, ritual.recurrence.zone, "en")
    return f"{said.rpartition(' (')[0]} (in each person's own zone)" if isinstance(ritual, PulseRules) else said
