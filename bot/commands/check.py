"""`comitia check`: whether the settings can be used, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from bot.commands.speaking import speaker
from bot.i18n.translator import Translator
from bot.settings import Fault, Settings, SettingsError, load_with_notes
from rituals.calendar import WorkingDays, occurrences
from rituals.committee.rules import CommitteeRules
from rituals.digests.rules import DigestRules
from rituals.figures.rules import FigureRules
from rituals.kpis import Kpi, KpiSource
from rituals.measures.statistics import Direction
from rituals.messages import Several, Text, say
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
) -> int:
    """Writes every fault of the settings and returns 1, or a short summary and returns 0.

    Missing tokens and zeros for ids are no fault: the summary says what `comitia run` still needs. What is worth a
    look and no fault stands in it with its place. `after` (aware): the moment from which each ritual's next date is
    sought.
    """
    try:
        settings, notes = load_with_notes(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    speak = speaker(environ, otherwise=settings.organisation.locale)
    out.writelines(f"{line}\n" for line in _summary(path, settings, notes, after, speak))
    return 0


def refuse(error: SettingsError, out: TextIO, *, environ: Mapping[str, str], then: Text | None = None) -> int:
    """Writes the faults, one a line, and how many they are and what `then` came of it; returns the exit code 1."""
    speak = speaker(environ, otherwise=error.locale)
    out.writelines(f"{fault.said(speak)}\n" for fault in error.faults)
    count = len(error.faults)
    counted = say("check-faults-then", count=count, then=then) if then else say("check-faults", count=count)
    out.write(f"{speak.say(counted)}\n")
    return 1


def day_and_time(at: datetime, zone: ZoneInfo, locale: str) -> str:
    """A moment as `zone` shows it, with the zone's name: "mardi 1er décembre 2026, 10:00 (Europe/Paris)"."""
    local = at.astimezone(zone)
    first = locale == "fr" and local.day == 1
    day = format_date(local.date(), "EEEE '1er' MMMM y" if first else "EEEE d MMMM y", locale=locale)
    return f"{day}, {format_time(local.time(), 'HH:mm', locale=locale)} ({zone.key})"


def _summary(
    path: Path, settings: Settings, notes: Sequence[Fault], after: datetime, speak: Translator
) -> Iterator[str]:
    rules = settings.organisation_rules()
    people = settings.roster()
    asking = sum(1 for initiative in settings.initiatives if initiative.asks is not False)
    yield speak.say(say("check-good", path=str(path)))
    yield f"{rules.name} ({rules.locale}, {rules.zone.key})"
    platforms = tuple(say(f"doctor-chat-{platform}") for platform in settings.platforms)
    yield speak.say(say("check-platforms", platforms=Several(items=platforms)))
    yield ""
    yield speak.say(say("check-people", count=len(people)))
    for role in Role:
        named = [person.name or person.email for person in people if role in person.roles]
        if named:
            called = say(f"personal-role-{role.replace('_', '-')}")
            yield f"  {_key(called, speak)} {', '.join(named)}"
    yield ""
    yield speak.say(say("check-initiatives", count=len(settings.initiatives), asking=asking))
    if rules.kpis:
        yield ""
        yield speak.say(_kpis(rules))
        for key, kpi in rules.kpis.items():
            yield f"  {_key(key, speak)} {speak.say(_followed(kpi))}"
            yield f"    {', '.join(speak.say(part) for part in _agreed(kpi, speak))}"
    yield ""
    yield speak.say(say("check-rituals", count=len(rules.rituals)) if rules.rituals else say("check-no-rituals"))
    for key, ritual in rules.rituals.items():
        yield f"  {_key(key, speak)} {ritual.title}, {speak.say(_about(ritual, rules, people))}"
        yield f"    {speak.say(_next(ritual, rules.working_days, after, speak))}"
    if notes:
        yield ""
        yield speak.say(say("check-worth-a-look"))
        yield from (f"  {note.said(speak)}" for note in notes)
    if ids := settings.missing_ids():
        yield ""
        yield speak.say(say("check-ids-needed", path=str(path)))
        yield from (f"  {key}" for key in ids)
    missing = settings.missing_secrets()
    if missing:
        yield ""
        yield speak.say(say("check-still-needed"))
        yield from (f"  {name}" for name in missing)


def _key(key: str | Text, speak: Translator) -> str:
    return speak.say(say("check-key", name=key))


def _about(ritual: Ritual, rules: Organisation, people: Sequence[RosterEntry]) -> Text:
    """What a ritual does and for whom, each kind in its own words."""
    if isinstance(ritual, CommitteeRules):
        return say("check-committee", count=_playing(ritual.voters, people), room=rules.called(ritual.room))
    if isinstance(ritual, PulseRules):
        return say("check-pulse", initiatives=_of(ritual.initiatives), days=ritual.open_days)
    if isinstance(ritual, FigureRules):
        return say("check-figures", initiatives=_of(ritual.initiatives), room=rules.called(ritual.room))
    if isinstance(ritual, DigestRules):
        return say("check-digest", count=_playing(ritual.readers, people))
    return say("check-review", count=len(ritual.kpis or rules.kpis), room=rules.called(ritual.room))


def _of(initiatives: Sequence[str]) -> Several | Text:
    return Several(items=tuple(initiatives)) if initiatives else say("check-every-initiative")


def _playing(roles: frozenset[Role], people: Sequence[RosterEntry]) -> int:
    return sum(1 for person in people if person.roles & roles)


def _kpis(rules: Organisation) -> Text:
    lacking = sum(1 for kpi in rules.kpis.values() if not kpi.is_agreed)
    count = len(rules.kpis)
    return say("check-kpis-lacking", count=count, lacking=lacking) if lacking else say("check-kpis", count=count)


_SOURCES = {
    KpiSource.ADOPTION: "check-source-adoption",
    KpiSource.ESCALATION: "check-source-escalation",
    KpiSource.CSAT: "check-source-csat",
    KpiSource.SAVING: "check-source-saving",
    KpiSource.IMPORTED: "check-source-imported",
    KpiSource.ASKED: "check-source-asked",
}


def _followed(kpi: Kpi) -> Text:
    about: dict[str, str | Text] = {"title": kpi.title, "source": say(_SOURCES[kpi.source]), "owner": kpi.owner}
    if kpi.initiative is None:
        return say("check-kpi", **about)
    if kpi.source.is_figure:
        return say("check-kpi-of", **about, initiative=kpi.initiative)
    return say("check-kpi-with", **about, initiative=kpi.initiative)


def _agreed(kpi: Kpi, speak: Translator) -> Iterator[Text]:
    """From where to where a KPI is to go, and what nobody has said of it yet."""
    if kpi.baseline is not None:
        yield say("check-from", value=_told(kpi.baseline, kpi, speak))
    if kpi.target is not None:
        target = _told(kpi.target, kpi, speak)
        yield (
            say("check-to-more", value=target) if kpi.direction is Direction.UP else say("check-to-less", value=target)
        )
        if kpi.amber is not None:
            yield say("check-amber", value=_told(kpi.amber, kpi, speak))
    if kpi.target is None:
        yield say("check-no-target" if kpi.baseline is not None else "check-no-baseline-no-target")
    elif kpi.baseline is None:
        yield say("check-no-baseline")


def _told(value: Fraction, kpi: Kpi, speak: Translator) -> str | Text:
    """A value of a KPI with all its decimals: what was agreed is not to be rounded here."""
    if kpi.is_share:
        return say("renderer-percent", number=format_decimal(float(value * 100), "#,##0.##", locale=speak.locale))
    return f"{format_decimal(float(value), locale=speak.locale)} {kpi.unit}"


def _next(ritual: Ritual, working_days: WorkingDays, after: datetime, speak: Translator) -> Text:
    ahead = occurrences(ritual.recurrence, after=after, until=after + _AHEAD, working_days=working_days)
    if not ahead:
        return say("check-next-none", days=_AHEAD.days)
    when = day_and_time(ahead[0].at, ritual.recurrence.zone, speak.locale)
    if isinstance(ritual, PulseRules):
        return say("check-next-own", when=when.rpartition(" (")[0])
    return say("check-next", when=when)
