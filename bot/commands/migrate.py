"""`comitia migrate`: brings the database to this version's schema."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from bot.commands.check import refuse
from bot.settings import SettingsError, load


async def run(path: Path, *, environ: Mapping[str, str], out: TextIO) -> int:
    """Runs the missing migrations; the exit code."""
    from bot.app import CannotStart, migrate_database

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, then="nothing was started")
    try:
        await migrate_database(settings)
    except CannotStart as error:
        out.write(f"Comitia cannot migrate: {error}\n")
        return 1
    out.write("The database is at this version's schema.\n")
    return 0
