from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.commands import calendar
from bot.commands.speaking import speaker
from bot.i18n.translator import LANGUAGES
from bot.settings import Settings
from rituals.messages import say
from rituals.occurrences import Occurrence, OccurrenceState, StepName, occurrence_id
from tests.databases import opened

ROOT = Path(__file__).parents[3]
AFTER = datetime(2026, 11, 23, 9, tzinfo=UTC)


def everything(_: Settings, occurrences: Collection[str]) -> Collection[str]:
    return occurrences


def written(
    *,
    after: datetime = AFTER,
    months: int = 1,
    environ: Mapping[str, str] | None = None,
    begun: calendar.Begun = everything,
) -> list[str]:
    out = StringIO()
    settings = ROOT / "app.yaml"
    assert calendar.run(settings, environ=environ or {}, months=months, after=after, out=out, begun=begun) == 0
    return out.getvalue().splitlines()


def of(title: str, lines: list[str]) -> list[str]:
    return [line for line in lines if f"  {title}" in line]


COMMITTEE = "Comité de priorisation IA"


def test_each_step_is_a_line_with_its_day_time_zone_and_ritual() -> None:
    assert of(COMMITTEE, written()) == [
        "mardi 24 novembre 2026, 09:00 (Europe/Paris)  Comité de priorisation IA\xa0: appel à notation",
        "vendredi 27 novembre 2026, 09:00 (Europe/Paris)  Comité de priorisation IA\xa0: ordre du jour",
        "mardi 1er décembre 2026, 10:00 (Europe/Paris)  Comité de priorisation IA\xa0: ouverture des votes",
        "mardi 1er décembre 2026, 17:00 (Europe/Paris)  Comité de priorisation IA\xa0: clôture des votes",
    ]


def test_lines_are_in_english_where_the_organisation_speaks_english() -> None:
    lines = of(COMMITTEE, written(environ={"COMITIA_ORGANISATION__LOCALE": "en"}))
    assert [line.rpartition(": ")[2] for line in lines] == ["call for marks", "agenda", "ballots open", "ballots close"]
    assert lines[0].startswith("Tuesday 24 November 2026, 09:00 (Europe/Paris)")


def test_ballots_that_are_open_are_still_to_close() -> None:
    lines = of(COMMITTEE, written(after=datetime(2026, 12, 1, 12, tzinfo=UTC)))
    assert lines[0].endswith("clôture des votes")


def of_a_pulse_under_way(file: Path) -> list[str]:
    """What comes of the pulse, step by step, on the Wednesday after its Tuesday, beside that database."""
    wednesday = datetime(2026, 11, 25, 9, tzinfo=UTC)
    there = {"COMITIA_DATABASE__PATH": str(file)}
    found = of("Baromètre IA", written(after=wednesday, environ=there, begun=calendar.begun_here))
    return [line.rpartition(": ")[2] for line in found]


NEW, OLD = "préparation des questions", "relance"
"""The first step of a wave to come, and the next one of a wave that is open."""


def test_an_installation_that_has_no_database_yet_has_nothing_to_close(tmp_path: Path) -> None:
    assert of_a_pulse_under_way(tmp_path / "none.sqlite")[0] == NEW
    assert not list(tmp_path.iterdir()), "to look makes none"


@pytest.mark.parametrize(
    ("state", "first"),
    [
        (None, NEW),
        (OccurrenceState.CANCELLED, NEW),
        (OccurrenceState.MISSED, NEW),
        (OccurrenceState.HELD, OLD),
        (OccurrenceState.CLOSED, OLD),
    ],
)
def test_only_what_this_installation_began_before_now_is_still_to_come(
    state: OccurrenceState | None, first: str, tmp_path: Path, sqlite_template: Path
) -> None:
    file = tmp_path / "comitia.sqlite"
    shutil.copy(sqlite_template, file)
    if state is not None:
        asyncio.run(keep(file, state))
    assert of_a_pulse_under_way(file)[0] == first


async def keep(file: Path, state: OccurrenceState) -> None:
    day = date(2026, 11, 24)
    ours = Occurrence(
        id=occurrence_id("pulse", day),
        ritual="pulse",
        nominal=day,
        at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        zone=ZoneInfo("Europe/Paris"),
        state=state,
    )
    async with opened(f"sqlite:///{file}") as memory, memory.open_work() as work:
        await work.occurrences.plan(ours, [])


def test_a_database_that_cannot_be_read_hides_nothing(tmp_path: Path) -> None:
    file = tmp_path / "comitia.sqlite"
    file.write_text("no database", encoding="utf-8")
    assert of_a_pulse_under_way(file)[0] == OLD


def test_a_pulse_is_made_ready_an_hour_before_people_hear_and_called_so() -> None:
    lines = of("Baromètre IA", written(environ={"LANG": "en_GB.UTF-8"}))
    assert lines[0].endswith("09:00 (Europe/Paris)  Baromètre IA: questions prepared")


def test_steps_due_in_the_window_are_shown_though_their_sitting_is_after_it() -> None:
    lines = of(COMMITTEE, written(environ={"COMITIA_RITUALS__COMMITTEE__MARKS_BEFORE": "20"}))
    assert lines[-1].startswith("vendredi 4 décembre 2026")
    assert lines[-1].endswith("appel à notation")


@pytest.mark.parametrize("month", range(1, 12))
def test_two_windows_one_after_the_other_show_what_one_shows(month: int) -> None:
    paris = ZoneInfo("Europe/Paris")
    start, middle = datetime(2026, month, 1, tzinfo=paris), datetime(2026, month + 1, 1, tzinfo=paris)
    whole = written(after=start, months=2)
    assert len(whole) == len(set(whole)) >= 6
    assert written(after=start) + written(after=middle) == whole


def test_every_kind_of_ritual_has_its_lines_in_order_of_time() -> None:
    lines = written()
    starts = {
        "Baromètre IA": "mardi 24 novembre 2026, 10:00 (Europe/Paris)",
        "Usages de l'IA": "lundi 30 novembre 2026, 09:30 (Europe/Paris)",
        "Revue des KPI": "jeudi 10 décembre 2026, 14:00 (Europe/Paris)",
        "Lettre de la semaine": "lundi 30 novembre 2026, 08:30 (Europe/Paris)",
    }
    for title, start in starts.items():
        assert [line for line in of(title, lines) if line.startswith(start)], title
    assert len(of("Baromètre IA", lines)) >= 4
    assert len(lines) == len(set(lines))


def test_lines_are_in_the_terminals_language_where_it_has_one() -> None:
    lines = of(COMMITTEE, written(environ={"LANG": "en_GB.UTF-8"}))
    assert lines[0] == "Tuesday 24 November 2026, 09:00 (Europe/Paris)  Comité de priorisation IA: call for marks"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_words_of_its_own(language: str) -> None:
    speak = speaker({"LANG": language})
    words = {speak.say(say(f"command-step-{step.replace('_', '-')}")) for step in StepName}
    assert len(words) == len(StepName)


def test_an_organisation_without_rituals_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("organisation: {name: A, zone: UTC}\n", encoding="utf-8")
    out = StringIO()
    assert calendar.run(file, environ={}, months=3, after=AFTER, out=out) == 0
    assert out.getvalue() == "Nothing falls due.\n"


def test_faulty_settings_show_their_faults(tmp_path: Path) -> None:
    out = StringIO()
    assert calendar.run(tmp_path / "no.yaml", environ={}, months=1, after=AFTER, out=out) == 1
    assert "there is no such file" in out.getvalue()
