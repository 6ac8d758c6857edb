"""`comitia keys`, as somebody types it: what is there and what for, never a key; a new one for an old one."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from bot.commands import keys
from tests.bot.scenarios.house import app_yaml, write_settings

AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
KEY = bytes(range(65, 97))
LANGUAGES = {"en": {"LANG": "en_GB.UTF-8"}, "fr": {"LANG": "fr_FR.UTF-8"}}


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Path:
    """An app.yaml whose database has a key for messages."""
    shutil.copyfile(sqlite_template, database := tmp_path / "comitia.sqlite")
    with closing(sqlite3.connect(database)) as connection:
        made = "INSERT INTO sending_key (id, key, made_at) VALUES (1, ?, '2026-02-01 08:00:00.000000')"
        connection.execute(made, (KEY,))
        connection.commit()
    return write_settings(tmp_path, app_yaml("http://127.0.0.1:1/api/", str(database)))


@pytest.mark.parametrize(
    ("language", "first", "none"),
    [
        ("en", "Messages: one key, since Sunday 1 February 2026, 09:00 (Europe/Paris)\n", "Usage: no key yet"),
        ("fr", "Messages\xa0: une clé, depuis le dimanche 1er février 2026, 09:00 (Europe/Paris)\n", "Usages\xa0: pas"),
    ],
)
async def test_each_kind_is_told_with_its_use_its_loss_and_its_rotation(
    settings: Path, language: str, first: str, none: str
) -> None:
    out = StringIO()
    assert await keys.run(settings, environ=LANGUAGES[language], out=out) == 0
    told = out.getvalue()
    assert told.startswith(first)
    assert none in told
    assert told.count("\n  ") == 12, "four kinds, three lines each"
    assert KEY.decode() not in told
    assert KEY.hex() not in told


@pytest.mark.parametrize(
    ("language", "done", "not_done"),
    [
        ("en", "Messages have a new key.\nMake a backup now", "Nothing was changed: there is no such key yet"),
        ("fr", "Les messages ont une nouvelle clé.\nFaites une", "Rien n’a été modifié\xa0: il n’y a pas encore"),
    ],
)
async def test_a_rotation_says_what_it_did_or_why_not(settings: Path, language: str, done: str, not_done: str) -> None:
    out = StringIO()
    assert await keys.rotate(settings, "sending", environ=LANGUAGES[language], at=AT, out=out) == 0
    assert out.getvalue().startswith(done)
    with closing(sqlite3.connect(settings.with_name("comitia.sqlite"))) as connection:
        assert connection.execute("SELECT key FROM sending_key").fetchone() != (KEY,)
    out = StringIO()
    assert await keys.rotate(settings, "identity", environ=LANGUAGES[language], at=AT, out=out) == 1
    assert out.getvalue().startswith(not_done)
