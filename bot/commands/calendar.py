"""`comitia calendar`: what falls due in the months ahead, step by step."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.commands.check import day_and_time, refuse
from bot.settings import SettingsError, load
from rituals.calendar import local_day, moment, occurrences
from rituals.occurrences import StepName
from rituals.organisation import Organisation, Ritual
from rituals.use_cases.procedures import procedure_of

# The earliest step of a sitting is 20 working days before it, which is long where a week has few; the last of a review,
# when the actions it asked for are due, 60 after it.
_STEPS_SPAN = timedelta(days=200)
_STILL_OPEN = timedelta(days=130)

# The command line's own few words; they stand here and not in the chat's catalogues, whose sentences it never says.
WORDS: Mapping[str, Mapping[StepName | str, str]] = {
    "en": {
        StepName.CALL_FOR_MARKS: "call for marks",
        StepName.PUBLISH_AGENDA: "agenda",
        StepName.OPEN_BALLOTS: "ballots open",
        StepName.CLOSE_BALLOT: "ballots close",
        StepName.LAUNCH_WAVES: "questions go out",
        StepName.REMIND: "reminder",
        StepName.CLOSE_WAVE: "answers close",
        StepName.POST_FIGURES: "figures",
        StepName.ASK_READINGS: "call for values",
        StepName.HOLD_REVIEW: "review",
        StepName.CLIMB: "actions due",
        StepName.PLAN_LETTERS: "letters prepared",
        StepName.SEND_LETTER: "letters go out",
        "nothing": "Nothing falls due.",
        "colon": ":",
    },
    "fr": {
        StepName.CALL_FOR_MARKS: "appel à notation",
        StepName.PUBLISH_AGENDA: "ordre du jour",
        StepName.OPEN_BALLOTS: "ouverture des votes",
        StepName.CLOSE_BALLOT: "clôture des votes",
        StepName.LAUNCH_WAVES: "envoi des questions",
        StepName.REMIND: "relance",
        StepName.CLOSE_WAVE: "clôture des réponses",
        StepName.POST_FIGURES: "chiffres",
        StepName.ASK_READINGS: "demande des valeurs",
        StepName.HOLD_REVIEW: "revue",
        StepName.CLIMB: "échéance des actions",
        StepName.PLAN_LETTERS: "préparation des lettres",
        StepName.SEND_LETTER: "envoi des lettres",
        "nothing": "Aucune échéance.",
        "colon": "\N{NO-BREAK SPACE}:",
    },
}


def run(
    path: Path,
    *,
    environ: Mapping[str, str],
    months: int,
    after: datetime,
    out: TextIO,
    overrides: Mapping[str, object] | None = None,
) -> int:
    """Writes what falls due later than `after` (aware) and within `months` months (1 or more), and returns 0.

    One line a step, however often it is done at that moment, in order of time: day, time and zone, ritual, step; in
    the organisation's language. Faults of the settings are written instead, and 1 returned; tokens are not needed. What
    people moved or cancelled is not known here: these are the rules' own dates, a pulse's those of the organisation's
    zone.
    """
    try:
        settings = load(path, environ=environ, overrides=overrides, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out)
    rules = settings.organisation_rules()
    until = moment(_months_later(local_day(after, rules.zone), months), time(0), rules.zone)
    words = WORDS[rules.locale]
    lines = [
        f"{day_and_time(at, zone, rules.locale)}  {title}{words['colon']} {words[step]}\n"
        for at, zone, title, step in sorted(
            dict.fromkeys(_due(rules, after, until)), key=lambda line: (line[0], line[2])
        )
    ]
    out.writelines(lines or [f"{words['nothing']}\n"])
    return 0


def _due(rules: Organisation, after: datetime, until: datetime) -> Iterator[tuple[datetime, ZoneInfo, str, StepName]]:
    for ritual in rules.rituals.values():
        for at, step in _steps(ritual, rules, after, until):
            if after < at <= until:
                yield at, ritual.recurrence.zone, ritual.title, step


def _steps(
    ritual: Ritual, rules: Organisation, after: datetime, until: datetime
) -> Iterator[tuple[datetime, StepName]]:
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
            yield step.due_at, step.name


def _months_later(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a month too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
