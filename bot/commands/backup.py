"""`comitia backup` and `comitia restore`: all that is kept, as one file, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.commands.check import day_and_time, refuse
from bot.commands.speaking import speaker
from bot.settings import SettingsError, load
from rituals.messages import say


async def back_up(path: Path, file: Path, *, force: bool, environ: Mapping[str, str], at: datetime, out: TextIO) -> int:
    """Writes the backup to `file`, beside whoever works on the database; the exit code."""
    from bot.app import CannotStart, back_up_database

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    speak = speaker(environ, otherwise=settings.organisation.locale)
    try:
        made = await back_up_database(settings, file, at=at, force=force)
    except CannotStart as error:
        out.write(f"{speak.say(say('kept-not-backed-up', why=error.why))}\n")
        return 1
    told = say("kept-backed-up", file=str(file), rows=made.total, schema=made.schema)
    out.write(f"{speak.say(told)}\n")
    return 0


async def restore(path: Path, file: Path, *, environ: Mapping[str, str], at: datetime, out: TextIO) -> int:
    """Makes the database what `file` holds; the exit code."""
    from bot.app import CannotStart, restore_database

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    house = settings.organisation
    speak = speaker(environ, otherwise=house.locale)
    try:
        done = await restore_database(settings, file, at=at)
    except CannotStart as error:
        out.write(f"{speak.say(say('kept-not-restored', why=error.why))}\n")
        return 1
    then = day_and_time(done.manifest.taken_at, house.zone, speak.locale)
    former = say("kept-former", name=done.former) if done.former else say("kept-former-none")
    told = (say("kept-restored", at=then, rows=done.manifest.total), former, say("kept-restored-next"))
    out.writelines(f"{speak.say(line)}\n" for line in told)
    return 0
