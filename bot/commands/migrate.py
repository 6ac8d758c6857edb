"""`comitia migrate`: brings the database to this version's schema."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from bot.commands.check import refuse
from bot.commands.speaking import speaker
from bot.settings import SettingsError, load
from rituals.messages import say


async def run(path: Path, *, environ: Mapping[str, str], out: TextIO) -> int:
    """Runs the missing migrations; the exit code."""
    from bot.app import CannotStart, migrate_database

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ, then=say("check-then-not-started"))
    speak = speaker(environ, otherwise=settings.organisation.locale)
    try:
        await migrate_database(settings)
    except CannotStart as error:
        out.write(f"{speak.say(say('command-cannot-migrate', why=error.why))}\n")
        return 1
    out.write(f"{speak.say(say('command-migrated'))}\n")
    return 0
