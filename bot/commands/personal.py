"""`comitia my-data` and `comitia erase`: somebody's right to see and to be forgotten, where they cannot ask in chat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.commands.check import refuse
from bot.i18n.lines import as_lines
from bot.i18n.translator import translator_for
from bot.settings import SettingsError, load
from rituals.errors import NotFound
from rituals.use_cases.my_data import data_by_address, erase_by_address, lift_objection


async def show(path: Path, email: str, *, environ: Mapping[str, str], at: datetime, out: TextIO) -> int:
    """Writes what is kept of the owner of `email`, in their own language; the exit code."""
    from bot.app import CannotStart, recalling

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out)
    try:
        async with recalling(settings) as memories:
            person, message = await data_by_address(email, at=at, open_work=memories.open_work)
    except CannotStart as error:
        out.write(f"Nothing can be shown: {error}\n")
        return 1
    except NotFound:
        out.write(f"Nobody is known as {email}.\n")
        return 1
    out.writelines(f"{line}\n" for line in as_lines(message, translator_for(person.locale, person.zone)))
    return 0


async def erase(
    path: Path, email: str, *, sure: bool, lift: bool, environ: Mapping[str, str], at: datetime, out: TextIO
) -> int:
    """Erases the owner of `email` where it is `sure`, or lifts what an erasure left behind; the exit code."""
    from bot.app import CannotStart, recalling

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out)
    if not (sure or lift):
        out.write(f"This erases what is kept of {email}, for good: say so with --yes.\n")
        return 1
    try:
        async with recalling(settings) as memories:
            if lift:
                await lift_objection(email, open_work=memories.open_work)
                out.write(f"{email} is known and counted again from the next start and the next files on.\n")
                return 0
            erased = await erase_by_address(
                email, at=at, open_work=memories.open_work, organisation=settings.organisation_rules()
            )
    except CannotStart as error:
        out.write(f"Nothing was erased: {error}\n")
        return 1
    except NotFound:
        out.write(f"{email} was not left out.\n" if lift else f"Nobody is known as {email}.\n")
        return 1
    if erased.is_forgotten:
        out.write("Erased, and forgotten altogether. Comitia counts this person in no figure from now on.\n")
    else:
        duties = ", ".join(sorted(erased.duties))
        out.write(f"Erased, but for name, address and votes, which duties need ({duties}). Counted in no figure.\n")
    return 0
