"""`comitia keys`: what keys the database holds and what each is for, and a new key for an old one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, TextIO

from bot.commands.check import day_and_time, refuse
from bot.commands.speaking import speaker
from bot.settings import SettingsError, load
from rituals.messages import say


async def run(path: Path, *, environ: Mapping[str, str], out: TextIO) -> int:
    """Writes what there is of each kind, never a key; the exit code."""
    from bot.app import CannotStart, keys_of

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    house = settings.organisation
    speak = speaker(environ, otherwise=house.locale)
    try:
        found = await keys_of(settings)
    except CannotStart as error:
        out.write(f"{speak.say(say('keys-not-known', why=error.why))}\n")
        return 1
    for one in found:
        head = say(f"keys-{one.kind}", count=one.count)
        if one.since is not None:
            since = day_and_time(one.since, house.zone, speak.locale)
            head = say("keys-since", keys=head, since=since)
        about = (say(f"keys-{one.kind}-{part}") for part in ("use", "loss", "rotation"))
        out.writelines((f"{speak.say(head)}\n", *(f"  {speak.say(line)}\n" for line in about), "\n"))
    out.write(f"{speak.say(say('keys-elsewhere'))}\n")
    return 0


async def rotate(
    path: Path, kind: Literal["sending", "identity"], *, environ: Mapping[str, str], at: datetime, out: TextIO
) -> int:
    """Puts a new key in the place of the one there is; the exit code."""
    from bot.app import CannotStart, rotate_key

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    speak = speaker(environ, otherwise=settings.organisation.locale)
    try:
        count = await rotate_key(settings, kind, at=at)
    except CannotStart as error:
        out.write(f"{speak.say(say('keys-not-rotated', why=error.why))}\n")
        return 1
    out.writelines(f"{speak.say(line)}\n" for line in (say(f"keys-{kind}-rotated", count=count), say("keys-back-up")))
    return 0
