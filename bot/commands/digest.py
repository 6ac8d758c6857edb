"""`comitia digest --preview`: the letter that would go out now, as plain text; nothing is sent or changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.commands.check import day_and_time, refuse
from bot.commands.speaking import as_in_chat, speaker
from bot.i18n.lines import as_lines
from bot.i18n.translator import Translator, translator_for
from bot.settings import Settings, SettingsError, load
from rituals.digests.rules import DigestRules
from rituals.errors import NotAReader, NotFound
from rituals.messages import Several, Text, say
from rituals.use_cases.read_digest import Preview, preview


async def run(
    path: Path,
    *,
    email: str | None,
    language: str | None,
    environ: Mapping[str, str],
    at: datetime,
    out: TextIO,
) -> int:
    """Writes whom the letter is for, when theirs comes, and its text; returns 0, or 1 with what is wrong.

    `email`: of which reader, by default the first. `language`: "en" or "fr" in place of the reader's own. The database
    is read beside a Comitia at work, and nothing is written to it.
    """
    from bot.app import CannotStart, recalling

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ)
    speak = speaker(environ, otherwise=settings.organisation.locale)
    try:
        async with recalling(settings) as memories:
            found = await preview(
                email, at=at, open_work=memories.open_work, organisation=settings.organisation_rules()
            )
    except CannotStart as error:
        told = say("command-no-letter", why=error.why)
    except NotFound:
        told = say("command-no-digest")
    except NotAReader:
        told = _nobody(settings, email)
    else:
        out.writelines(f"{line}\n" for line in _shown(found, language, speak, settings.platforms))
        return 0
    out.write(f"{speak.say(told)}\n")
    return 1


def _nobody(settings: Settings, email: str | None) -> Text:
    """Why nobody gets the letter, or `email` does not: not a reader's, or none of the readers is found in chat yet."""
    # The settings name somebody for every digest: whom chat has not shown yet is nobody here.
    digests = [one for one in settings.organisation_rules().rituals.values() if isinstance(one, DigestRules)]
    named = [one.email.lower() for one in settings.roster() if any(one.roles & digest.readers for digest in digests)]
    if email is None:
        return say("command-readers-unknown", people=Several(items=tuple(named)))
    if email.strip().lower() in named:
        return say("command-readers-unknown", people=email.strip().lower())
    return say("command-not-a-reader", email=email, roles="roles: [change_manager]")


def not_previewed(err: TextIO, *, environ: Mapping[str, str]) -> int:
    """Asks for the option without which nothing is shown; the exit code."""
    err.write(f"{speaker(environ).say(say('command-digest-preview'))}\n")
    return 2


def _shown(found: Preview, language: str | None, speak: Translator, platforms: Collection[str]) -> list[str]:
    """For whom and when, in the terminal's language, and the letter in the reader's."""
    person = found.person
    when = (
        day_and_time(found.next_letter, person.zone, speak.locale)
        if found.next_letter is not None
        else speak.say(say("digest-day-none"))
    )
    reader = as_in_chat(translator_for(language or person.locale, person.zone), platforms)
    return [f"{person.name} <{person.email}>, {when}", "", *as_lines(found.message, reader)]
