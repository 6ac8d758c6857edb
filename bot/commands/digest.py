"""`comitia digest --preview`: the letter that would go out now, as plain text; nothing is sent or changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.commands.check import day_and_time, refuse
from bot.i18n.lines import as_lines
from bot.i18n.translator import language_of, translator_for
from bot.settings import SettingsError, load
from rituals.errors import NotAReader, NotFound
from rituals.messages import say
from rituals.use_cases.read_digest import Preview, preview


async def run(
    path: Path,
    *,
    email: str | None,
    language: str | None,
    environ: Mapping[str, str],
    at: datetime,
    out: TextIO,
    overrides: Mapping[str, object] | None = None,
) -> int:
    """Writes whom the letter is for, when theirs comes, and its text; returns 0, or 1 with what is wrong.

    `email`: of which reader, by default the first. `language`: "en" or "fr" in place of the reader's own. The database
    is read beside a Comitia at work, and nothing is written to it.
    """
    from bot.app import CannotStart, recalling

    try:
        settings = load(path, environ=environ, overrides=overrides, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out)
    try:
        async with recalling(settings) as memories:
            found = await preview(
                email, at=at, open_work=memories.open_work, organisation=settings.organisation_rules()
            )
    except CannotStart as error:
        out.write(f"The letter cannot be written: {error}\n")
    except NotFound:
        out.write("No weekly digest is set up: add a ritual of kind weekly_digest to the settings.\n")
    except NotAReader:
        whom = f"{email} is no reader" if email else "nobody known is a reader"
        out.write(f"The letter goes to nobody: {whom} of the digest; give `roles: [change_manager]` in `people`.\n")
    else:
        out.writelines(f"{line}\n" for line in _shown(found, language))
        return 0
    return 1


def _shown(found: Preview, language: str | None) -> list[str]:
    person = found.person
    locale = language_of(language or person.locale)
    translator = translator_for(locale, person.zone)
    when = (
        day_and_time(found.next_letter, person.zone, locale)
        if found.next_letter is not None
        else translator.say(say("digest-day-none"))
    )
    return [f"{person.name} <{person.email}>, {when}", "", *as_lines(found.message, translator)]
