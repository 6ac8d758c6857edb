"""`comitia my-data` and `comitia erase`: somebody's right to see and to be forgotten, where they cannot ask in chat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.commands.check import refuse
from bot.commands.speaking import as_in_chat, speaker
from bot.i18n.lines import as_lines
from bot.i18n.translator import translator_for
from bot.settings import SettingsError, load
from rituals.errors import NotFound
from rituals.messages import Several, say
from rituals.use_cases.my_data import data_by_address, erase_by_address, lift_objection


async def show(path: Path, email: str, *, environ: Mapping[str, str], at: datetime, out: TextIO) -> int:
    """Writes what may be handed over to the owner of `email`, in their own language; the exit code."""
    from bot.app import CannotStart, recalling

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    speak = speaker(environ, otherwise=settings.organisation.locale)
    try:
        async with recalling(settings) as memories:
            person, message = await data_by_address(email, at=at, open_work=memories.open_work)
    except CannotStart as error:
        out.write(f"{speak.say(say('command-not-shown', why=error.why))}\n")
        return 1
    except NotFound:
        out.write(f"{speak.say(say('command-nobody', email=email))}\n")
        return 1
    reader = as_in_chat(translator_for(person.locale, person.zone), settings.platforms)
    out.writelines(f"{line}\n" for line in as_lines(message, reader))
    return 0


async def erase(
    path: Path, email: str, *, sure: bool, lift: bool, environ: Mapping[str, str], at: datetime, out: TextIO
) -> int:
    """Erases the owner of `email` where it is `sure`, or lifts what an erasure left behind; the exit code."""
    from bot.app import CannotStart, recalling

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    speak = speaker(environ, otherwise=settings.organisation.locale)
    if not (sure or lift):
        out.write(f"{speak.say(say('command-erase-sure', email=email))}\n")
        return 1
    try:
        async with recalling(settings) as memories:
            if lift:
                await lift_objection(email, open_work=memories.open_work)
                out.write(f"{speak.say(say('command-erase-lifted', email=email))}\n")
                return 0
            erased = await erase_by_address(
                email, at=at, open_work=memories.open_work, organisation=settings.organisation_rules()
            )
    except CannotStart as error:
        out.write(f"{speak.say(say('command-not-erased', why=error.why))}\n")
        return 1
    except NotFound:
        told = say("command-erase-not-left-out" if lift else "command-nobody", email=email)
        out.write(f"{speak.say(told)}\n")
        return 1
    reasons = Several(items=tuple(say(f"command-duty-{duty}") for duty in sorted(erased.duties)))
    told = say("command-erased") if erased.is_forgotten else say("command-erased-but", reasons=reasons)
    out.write(f"{speak.say(told)}\n")
    return 0
