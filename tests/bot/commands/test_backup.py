"""`comitia backup`, `restore` and `check --diff`, as somebody types them."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from bot.commands import backup, diff, migrate
from bot.demo.horizon import KPIS
from bot.settings import Settings, load
from bot.settings_listed import listed
from storage.engine import open_engine
from storage.listed import keep_listed
from tests.bot.scenarios.house import app_yaml, write_settings

AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
LANGUAGES = {"en": {"LANG": "en_GB.UTF-8"}, "fr": {"LANG": "fr_FR.UTF-8"}}


@pytest.fixture
async def settings(tmp_path: Path) -> Path:
    """An app.yaml whose database is migrated."""
    path = write_settings(tmp_path, app_yaml("http://127.0.0.1:1/api/", str(tmp_path / "comitia.sqlite")))
    assert await migrate.run(path, environ={}, out=StringIO()) == 0
    return path


@pytest.mark.parametrize(
    ("language", "made", "back", "refused"),
    [
        ("en", "holds all of the database", "The database is again what it was on Monday 2 Feb", "Nothing was changed"),
        ("fr", "contient toute la base", "La base est de nouveau celle du lundi 2 février", "Rien n’a été modifié"),
    ],
)
async def test_a_backup_is_made_and_restored_and_each_says_what_it_did(
    settings: Path, tmp_path: Path, language: str, made: str, back: str, refused: str
) -> None:
    environ, file, out = LANGUAGES[language], tmp_path / "b.zip", StringIO()
    assert await backup.back_up(settings, file, force=False, environ=environ, at=AT, out=out) == 0
    assert made in out.getvalue()
    assert await backup.back_up(settings, file, force=False, environ=environ, at=AT, out=out) == 1
    out = StringIO()
    assert await backup.restore(settings, file, environ=environ, at=AT, out=out) == 0
    assert out.getvalue().startswith(back)
    assert "comitia.sqlite.before-20260202T090000Z" in out.getvalue()
    out = StringIO()
    assert await backup.restore(settings, settings, environ=environ, at=AT, out=out) == 1
    assert out.getvalue().startswith(refused)


async def test_what_a_start_would_change_is_told_by_the_exit_code_too(settings: Path) -> None:
    out = StringIO()
    assert await diff.run(settings, environ=LANGUAGES["en"], at=AT, out=out) == 1
    assert "  added: AI committee, Tuesday 3 February 2026, 10:00 (Europe/Paris)\n" in out.getvalue()
    out = StringIO()
    assert await diff.run(settings.with_name("nowhere.yaml"), environ=LANGUAGES["fr"], at=AT, out=out) == 2


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "prioritisation, for whatever has not begun: deadline from 17:00 to 18:00 and quorum from 0.5 to 2/3",
        ),
        (
            "fr",
            "prioritisation, pour tout ce qui n’a pas commencé\N{NO-BREAK SPACE}: deadline passe de 17:00 à 18:00",
        ),
    ],
)
async def test_rules_that_would_be_others_are_told_with_both_values(settings: Path, language: str, told: str) -> None:
    before = load(settings, environ={}, need_secrets=False)
    engine = open_engine(before.database.address.get_secret_value())
    await keep_listed(engine, listed(before))
    await engine.dispose()
    tree = app_yaml("http://127.0.0.1:1/api/", str(before.database.path))
    next(iter(tree["rituals"].values())).update({"deadline": "18:00", "quorum": "2/3"})
    tree["initiatives"][0]["owner"] = "nobody.else@horizon.example"
    write_settings(settings.parent, tree)
    out = StringIO()
    assert await diff.run(settings, environ=LANGUAGES[language], at=AT, out=out) == 1
    assert told in out.getvalue().replace("\u2068", "").replace("\u2069", "")
    assert "nobody.else" not in out.getvalue(), "whose address it was is kept as a digest"
    assert "owner" in out.getvalue()


async def test_another_day_for_a_target_to_be_looked_at_again_is_told(settings: Path) -> None:
    database = str(load(settings, environ={}, need_secrets=False).database.path)

    def dated(day: str) -> Settings:
        kpis = [KPIS[0] | {"review_date": day}]
        path = write_settings(settings.parent, app_yaml("http://127.0.0.1:1/api/", database, kpis=kpis))
        return load(path, environ={}, need_secrets=False)

    before = dated("2026-12-15")
    engine = open_engine(before.database.address.get_secret_value())
    await keep_listed(engine, listed(before))
    await engine.dispose()
    dated("2027-06-15")
    out = StringIO()
    assert await diff.run(settings, environ=LANGUAGES["en"], at=AT, out=out) == 1
    told = "the KPI claims-adoption: review_date from 2026-12-15 to 2027-06-15"
    assert told in out.getvalue().replace("\u2068", "").replace("\u2069", "")
