"""A rehearsal's database, kept apart from the real one: shown on Slack, and nothing of it is the platform's."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.app import CannotStart, migrate_database
from bot.sandbox import running_workspace
from bot.settings import load
from tests.bot.scenarios.horizon import SAM, Json, address_of, write_settings
from tests.bot.scenarios.house import app_yaml, at_work, environ, workspace_config

REHEARSER = address_of(SAM)


async def fresh(tmp_path: Path) -> None:
    """A rehearsal's database, made as `comitia run --rehearse` makes it."""
    await migrate_database(load(write_settings(tmp_path, at_home(tmp_path)), environ=environ()))


def at_home(tmp_path: Path) -> Json:
    return app_yaml("http://127.0.0.1:1/api/", str(tmp_path / "comitia.sqlite"), rehearsal=REHEARSER)


async def test_a_rehearsal_and_the_real_thing_never_work_on_each_others_database(
    tmp_path: Path, sqlite_template: Path
) -> None:
    await fresh(tmp_path)
    file = tmp_path / "comitia.rehearsal.sqlite"
    async with running_workspace(workspace_config()) as workspace:
        with pytest.raises(CannotStart, match=r"is the database of a rehearsal: name another in the settings"):
            async with at_work(workspace, file, tmp_path):
                pass
        file.unlink()
        shutil.copyfile(sqlite_template, file)
        with pytest.raises(CannotStart, match=r"is not the database of a rehearsal, .* move that file away"):
            async with at_work(workspace, tmp_path / "comitia.sqlite", tmp_path, rehearsal=REHEARSER):
                pass
    with pytest.raises(CannotStart, match="is not the database of a rehearsal"):
        await fresh(tmp_path)


async def test_a_rehearsal_and_the_real_thing_are_never_at_work_at_once(tmp_path: Path, sqlite_template: Path) -> None:
    await fresh(tmp_path)
    live = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, live)
    async with running_workspace(workspace_config()) as workspace:
        for first, second in ((None, REHEARSER), (REHEARSER, None)):
            one: Json = {"rehearsal": first} if first else {}
            other: Json = {"rehearsal": second} if second else {}
            async with at_work(workspace, live, tmp_path, **one):
                with pytest.raises(CannotStart, match=r"another Comitia works on .*comitia.sqlite: stop it first"):
                    async with at_work(workspace, live, tmp_path, **other):
                        pass


def test_a_rehearsal_remembers_in_a_file_of_its_own(tmp_path: Path) -> None:
    def path_for(database: Json | None, **more: str) -> str | None:
        tree = at_home(tmp_path) | {"database": database or {}}
        settings = load(write_settings(tmp_path, tree), environ=environ(**more))
        return settings.database.path

    assert path_for(None) == "comitia.rehearsal.sqlite"
    assert path_for({"path": "/var/lib/comitia/memory.db"}) == "/var/lib/comitia/memory.rehearsal.db"
    assert path_for({"url": "sqlite:////srv/x.sqlite"}) == "/srv/x.rehearsal.sqlite"
    assert path_for(None, COMITIA_DATABASE__URL="postgresql://db.example/c") == "comitia.rehearsal.sqlite"


async def test_the_mark_is_in_the_file_itself(tmp_path: Path) -> None:
    await fresh(tmp_path)
    with sqlite3.connect(tmp_path / "comitia.rehearsal.sqlite") as connection:
        assert connection.execute("PRAGMA application_id").fetchone() != (0,)
    connection.close()
