from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from bot.commands import check, migrate
from bot.settings_values import LATER
from tests.bot.scenarios.horizon import write_settings
from tests.bot.scenarios.teams_house import TENANT, link, teams_yaml

ROOT = Path(__file__).parents[3]
ENGLISH = {"LANG": "en_GB.UTF-8"}
FRENCH = {"LANG": "fr_FR.UTF-8"}
AFTER = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_good_file_is_summed_up() -> None:
    out = StringIO()
    assert check.run(ROOT / "app.yaml", environ=ENGLISH, after=AFTER, out=out) == 0
    said = out.getvalue()
    assert "  chair: Camille Roy\n" in said
    assert "  member: Lucas Martin, Sofia Nguyen, Grace Tremblay\n" in said
    assert "Initiatives: 3, of which 2 ask for their next stage\n" in said
    assert "Comité de priorisation IA, 5 voters, in #comite-ia\n" in said
    assert "next: Tuesday 1 December 2026, 10:00 (Europe/Paris)\n" in said


def test_a_french_reader_is_told_roles_and_sources_in_french() -> None:
    out = StringIO()
    assert check.run(ROOT / "app.yaml", environ=FRENCH, after=AFTER, out=out) == 0
    said = out.getvalue().replace("\u00a0", " ")
    assert "  présidence : Camille Roy\n" in said
    assert "  conduite du changement : Hugo Bernard\n" in said
    assert "valeur demandée pour claims-triage (lucas.martin@troisrivieres.example)\n" in said
    assert "adoption pour member-assistant (grace.tremblay@troisrivieres.example)\n" in said


def test_each_kind_of_ritual_is_told_in_its_own_words() -> None:
    out = StringIO()
    check.run(ROOT / "app.yaml", environ=ENGLISH, after=AFTER, out=out)
    said = out.getvalue()
    assert "Rituals: 5\n" in said
    assert "  pulse: Baromètre IA, a pulse about every initiative in use, open 7 days\n" in said
    assert "    next: Tuesday 24 November 2026, 10:00 (in each person's own zone)\n" in said
    assert "  adoption: Usages de l'IA, the figures of every initiative in use, in #ia-pour-tous\n" in said
    assert "  review: Revue des KPI, a review of 3 KPIs, in #comite-ia\n" in said
    assert "    next: Thursday 10 December 2026, 14:00 (Europe/Paris)\n" in said
    assert "  digest: Lettre de la semaine, a letter to 1 reader\n" in said


def test_a_kpi_shows_where_it_is_to_go_and_what_nobody_has_said_yet() -> None:
    out = StringIO()
    check.run(ROOT / "app.yaml", environ=ENGLISH, after=AFTER, out=out)
    said = out.getvalue()
    assert "KPIs: 3, of which 1 without a target or a baseline\n" in said
    assert "adoption of member-assistant (grace.tremblay@troisrivieres.example)\n" in said
    assert "    from 12%, to 60% or more, amber to 40%\n" in said
    assert "    from 45%, NO TARGET: grey until there is one\n" in said
    assert "    from 9 jours, to 5 jours or less, amber to 6.5 jours\n" in said


def test_what_is_worth_a_look_is_shown_with_its_place_and_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    text = (ROOT / "app.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("    initiative: claims-triage\n", "    initiative: claims-triag\n"), encoding="utf-8")
    out = StringIO()
    assert check.run(file, environ=ENGLISH, after=AFTER, out=out) == 0
    _, found, after_it = out.getvalue().partition("\nWorth a look:\n")
    assert found
    assert after_it.startswith(f"  {file}:")
    assert (
        'kpis[2].initiative: "claims-triag" is not listed in `initiatives` – did you mean "claims-triage"?\n'
        in after_it
    )


def test_the_example_leaves_nothing_to_look_at() -> None:
    out = StringIO()
    assert check.run(ROOT / "app.yaml", environ=ENGLISH, after=AFTER, out=out) == 0
    assert "Worth a look" not in out.getvalue()


def test_what_is_still_needed_to_run_is_named_until_it_is_given() -> None:
    out = StringIO()
    environ = {**ENGLISH, "COMITIA_SLACK__BOT_TOKEN": "xoxb-1"}
    check.run(ROOT / "app.yaml", environ=environ, after=AFTER, out=out)
    assert out.getvalue().endswith("  COMITIA_SLACK__APP_TOKEN\n")
    assert "COMITIA_SLACK__BOT_TOKEN" not in out.getvalue()
    out = StringIO()
    check.run(ROOT / "app.yaml", environ=environ | {"COMITIA_SLACK__APP_TOKEN": "xapp-1"}, after=AFTER, out=out)
    assert "Still needed" not in out.getvalue()


def test_zeros_for_ids_are_still_needed(tmp_path: Path) -> None:
    tree = teams_yaml("http://127.0.0.1:1/", "x", teams={"app_id": LATER, "tenant": TENANT})
    path, out = write_settings(tmp_path, tree), StringIO()
    assert check.run(path, environ=ENGLISH, after=AFTER, out=out) == 0
    ids = (
        f"Still needed for `comitia run`, in {path} in place of the zeros (docs/teams.md says where they are found):\n"
    )
    assert f"{ids}  teams.app_id\n\nStill needed for `comitia run`, in the environment" in out.getvalue()


def test_dates_follow_the_zone_of_the_ritual() -> None:
    out = StringIO()
    environ = {**ENGLISH, "COMITIA_ORGANISATION__ZONE": "America/Toronto"}
    check.run(ROOT / "app.yaml", environ=environ, after=AFTER, out=out)
    assert "next: Tuesday 1 December 2026, 10:00 (America/Toronto)\n" in out.getvalue()


def test_faults_are_written_one_a_line_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("organisation:\n  name: A\n  zone: Pari\n  lang: fr\n", encoding="utf-8")
    out = StringIO()
    assert check.run(file, environ=ENGLISH, after=AFTER, out=out) == 1
    first, second, count = out.getvalue().splitlines()
    assert first.startswith(f"{file}:3:9 organisation.zone: ")
    assert second.startswith(f"{file}:4:3 organisation.lang: ")
    assert count == "2 faults."


def test_an_organisation_without_rituals_is_good(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("organisation: {name: A, zone: UTC}\n", encoding="utf-8")
    out = StringIO()
    assert check.run(file, environ=ENGLISH, after=AFTER, out=out) == 0
    assert "Rituals: none: nothing will ever fall due\n" in out.getvalue()


async def test_a_command_that_starts_something_says_that_it_did_not(tmp_path: Path) -> None:
    out = StringIO()
    assert await migrate.run(tmp_path / "no.yaml", environ=ENGLISH, out=out) == 1
    assert out.getvalue().endswith("1 fault: nothing was started.\n")


# --- in French -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("environ", [FRENCH, {}, {"LANG": "C.UTF-8"}])
def test_a_good_file_is_summed_up_in_the_terminal_s_language_or_else_the_organisation_s(
    environ: dict[str, str],
) -> None:
    out = StringIO()
    assert check.run(ROOT / "app.yaml", environ=environ, after=AFTER, out=out) == 0
    said = out.getvalue()
    assert said.startswith(f"{ROOT / 'app.yaml'} est bon.\n")
    assert "\nInitiatives\u00a0: 3, dont 2 demandent leur étape suivante\n" in said
    assert "    de 12\u202f%, à 60\u202f% ou plus, orange jusqu’à 40\u202f%\n" in said
    assert "orange jusqu’à 6,5 jours\n" in said
    assert "Comité de priorisation IA, 5 personnes votent, dans #comite-ia\n" in said
    assert "    prochaine fois\u00a0: mardi 1er décembre 2026, 10:00 (Europe/Paris)\n" in said
    assert "mardi 24 novembre 2026, 10:00 (dans le fuseau de chaque personne)\n" in said
    assert "Encore nécessaires pour `comitia run`" in said


def test_faults_are_written_and_counted_in_french(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("organisation:\n  name: A\n  zone: Pari\n  lang: fr\n", encoding="utf-8")
    out = StringIO()
    assert check.run(file, environ=FRENCH, after=AFTER, out=out) == 1
    first, second, count = out.getvalue().splitlines()
    assert first.startswith(f"{file}:3:9 organisation.zone: «\u202fPari\u202f» n’est pas un fuseau horaire")
    assert second.startswith(f"{file}:4:3 organisation.lang: cette clé n’existe pas")
    assert count == "2 erreurs."


@pytest.mark.parametrize(
    ("locale", "environ", "counted"),
    [
        ("fr", {}, "1 erreur."),
        ("fr", {"LANG": "C.UTF-8"}, "1 erreur."),
        ("en", {"COMITIA_ORGANISATION__LOCALE": "fr"}, "1 erreur."),
        ("fr", ENGLISH, "1 fault."),
        ("en", {}, "1 fault."),
    ],
)
def test_faults_are_told_in_the_organisation_s_language_where_the_terminal_has_none(
    tmp_path: Path, locale: str, environ: dict[str, str], counted: str
) -> None:
    file = tmp_path / "app.yaml"
    file.write_text(f"organisation: {{name: A, zone: Pari, locale: {locale}}}\n", encoding="utf-8")
    out = StringIO()
    assert check.run(file, environ=environ, after=AFTER, out=out) == 1
    assert out.getvalue().splitlines()[-1] == counted


def test_settings_whose_language_cannot_be_read_are_told_of_in_english(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    for text in ("organisation: {name: A, zone: UTC, locale: [fr]}", "organisation: fr", "locale: fr: en"):
        file.write_text(f"{text}\n", encoding="utf-8")
        out = StringIO()
        assert check.run(file, environ={}, after=AFTER, out=out) == 1
        assert "fault" in out.getvalue().splitlines()[-1]


async def test_a_command_that_starts_something_says_in_french_that_it_did_not(tmp_path: Path) -> None:
    out = StringIO()
    assert await migrate.run(tmp_path / "no.yaml", environ=FRENCH, out=out) == 1
    assert "no.yaml: ce fichier n’existe pas – indiquez le fichier des paramètres" in out.getvalue()
    assert out.getvalue().endswith("1 erreur\u00a0: rien n’a été lancé.\n")


def test_a_terminal_that_is_not_utf8_is_spoken_to_all_the_same(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "check", "--config", str(tmp_path / "no.yaml")]
    done = subprocess.run(
        command, cwd=ROOT, env={"LANG": "fr_FR", "PYTHONIOENCODING": "latin-1"}, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.decode("latin-1").endswith("1 erreur.\n")


@pytest.mark.parametrize(
    ("language", "at_work", "room"),
    [
        ("en", "At work on Slack and Teams.", "in AI committee"),
        ("fr", "Au travail sur Slack et Teams.", "dans AI committee"),
    ],
)
def test_platforms_are_told_and_rooms_as_each_platform_writes_them(
    tmp_path: Path, language: str, at_work: str, room: str
) -> None:
    rooms = {"committee": link("19:committee@thread.tacv2", "AI committee"), "news": "ai-news"}
    path = write_settings(tmp_path, teams_yaml("http://127.0.0.1:1", "x", rooms=rooms))
    out = StringIO()
    assert check.run(path, environ={"LANG": language}, after=datetime(2026, 1, 26, tzinfo=UTC), out=out) == 0
    assert at_work in out.getvalue().splitlines()
    assert room in out.getvalue()
    assert "#AI" not in out.getvalue()
    assert "COMITIA_TEAMS__APP_PASSWORD" in out.getvalue(), "it is still needed"
