"""What `comitia run`, `comitia migrate` and `comitia digest` say in the terminal's language where they do not go on."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.commands import digest, migrate, run
from tests.bot.scenarios.house import app_yaml, environ, write_settings

NOWHERE = "http://127.0.0.1:1/api/"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("", "Comitia cannot start: the database has no tables yet: run `comitia migrate`\n"),
        (
            "fr_FR.UTF-8",
            "Comitia ne peut pas démarrer\xa0: la base n’a pas encore de tables\xa0: lancez `comitia migrate`\n",
        ),
    ],
)
def test_a_start_that_fails_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, told: str
) -> None:
    path = write_settings(tmp_path, app_yaml(NOWHERE, str(tmp_path / "comitia.sqlite")))
    assert run.run(path, environ=environ(LANG=language)) == 1
    assert capsys.readouterr().err.endswith(told)


def test_a_slack_that_is_silent_is_told_in_french(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
    path = write_settings(tmp_path, app_yaml(NOWHERE, str(tmp_path / "comitia.sqlite")))
    assert run.run(path, environ=environ(LANG="fr_FR.UTF-8")) == 1
    assert "Slack ne répond pas (no_connection)\xa0: vérifiez le réseau et slack.api_url" in capsys.readouterr().err


def test_a_rehearsal_that_cannot_start_leaves_no_database_behind_but_one_that_was_there(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
    path = write_settings(tmp_path, app_yaml(NOWHERE, str(tmp_path / "comitia.sqlite")))
    assert run.run(path, environ=environ(LANG="en_GB.UTF-8"), rehearse="nadia@horizon.example") == 1
    assert "Slack does not answer" in capsys.readouterr().err
    rehearsed = tmp_path / "comitia.rehearsal.sqlite"
    left = {file.name for file in tmp_path.iterdir()} - {path.name, "comitia.sqlite"}
    assert {Path(name).suffix for name in left} == {".lock"}
    assert (tmp_path / "comitia.sqlite").exists()
    asyncio.run(migrate.run(path, environ=environ(COMITIA_REHEARSAL="nadia@horizon.example"), out=StringIO()))
    assert run.run(path, environ=environ(), rehearse="nadia@horizon.example") == 1
    assert rehearsed.exists()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en_GB.UTF-8", "The database is at this version’s schema.\n"),
        ("fr_FR.UTF-8", "La base est au schéma de cette version.\n"),
    ],
)
async def test_a_migration_is_told_in_the_terminals_language(tmp_path: Path, language: str, told: str) -> None:
    path = write_settings(tmp_path, app_yaml(NOWHERE, str(tmp_path / "comitia.sqlite")))
    out = StringIO()
    assert await migrate.run(path, environ=environ(LANG=language), out=out) == 0
    assert out.getvalue() == told


DIGEST = {"letter": {"kind": "weekly_digest", "title": "Letter", "when": "every mon", "at": "08:30"}}
TOM = {"email": "Tom@horizon.example", "roles": ["change_manager"]}


@pytest.mark.parametrize("email", [None, "tom@Horizon.example"])
@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en_GB.UTF-8",
            "The letter goes to nobody yet: `comitia run` looks for tom@horizon.example in chat when it starts. "
            "Start it first; `comitia doctor` says who is not there.\n",
        ),
        (
            "fr_FR.UTF-8",
            "La lettre ne va encore à personne\xa0: `comitia run` cherche tom@horizon.example dans la messagerie "
            "à son démarrage. Lancez-le d’abord\u202f; `comitia doctor` dit qui n’y est pas.\n",
        ),
    ],
)
async def test_a_letter_whose_reader_chat_has_not_named_yet_waits_for_the_first_start(
    tmp_path: Path, sqlite_template: Path, email: str | None, language: str, told: str
) -> None:
    assert await previewed(tmp_path, sqlite_template, email, language=language, people=[TOM]) == told


async def test_somebody_without_the_role_is_no_reader_of_the_letter(tmp_path: Path, sqlite_template: Path) -> None:
    told = await previewed(tmp_path, sqlite_template, "ana@horizon.example", language="en_GB.UTF-8", people=[TOM])
    assert "ana@horizon.example is no reader of the digest; give `roles: [change_manager]` in `people`." in told


async def previewed(tmp_path: Path, template: Path, email: str | None, *, language: str, people: list[Any]) -> str:
    """What is said where no letter can be shown, before anybody is known."""
    shutil.copyfile(template, tmp_path / "comitia.sqlite")
    path = write_settings(tmp_path, app_yaml(NOWHERE, str(tmp_path / "comitia.sqlite"), people=people, rituals=DIGEST))
    out, at = StringIO(), datetime(2026, 2, 2, 9, tzinfo=UTC)
    assert await digest.run(path, email=email, language=None, environ=environ(LANG=language), at=at, out=out) == 1
    return out.getvalue()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en_GB.UTF-8", "A letter is only shown: add --preview.\n"),
        ("fr_FR.UTF-8", "La lettre est seulement montrée\xa0: ajoutez --preview.\n"),
    ],
)
def test_a_digest_that_is_not_to_be_shown_asks_for_the_option(language: str, told: str) -> None:
    err = StringIO()
    assert digest.not_previewed(err, environ={"LANG": language}) == 2
    assert err.getvalue() == told
