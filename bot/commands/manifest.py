"""`comitia manifest`: the app as Slack is to be asked to make it, and the package that Teams is to be given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

import yaml

from bot.commands.check import refuse
from bot.commands.speaking import speaker
from bot.i18n.plain import cut
from bot.i18n.translator import translator_for
from bot.platforms.slack.manifest import Mode, UnusableManifest, manifest
from bot.platforms.teams.package import VERSION, App, UnusablePackage, package
from bot.settings import Settings, SettingsError, load
from bot.settings_values import LATER
from rituals.messages import say
from rituals.people import Role


def run(
    path: Path,
    *,
    name: str,
    mode: Mode | None,
    url: str | None,
    as_yaml: bool,
    environ: Mapping[str, str],
    out: TextIO,
    err: TextIO,
) -> int:
    """Writes the manifest, as JSON or YAML, to `out`, and what to do with it to `err`; the exit code.

    `mode` None: as the settings say.
    """
    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, err, environ=environ, then=say("check-then-no-manifest"))
    house = settings.organisation
    speak = speaker(environ, otherwise=house.locale)
    try:
        drawn = manifest(
            name=name,
            translator=translator_for(house.locale, house.zone),
            mode=mode or settings.slack.mode,
            url=url,
        )
    except UnusableManifest as error:
        err.write(f"{speak.say(say('command-manifest-not', why=error.why))}\n")
        return 1
    if as_yaml:
        yaml.safe_dump(drawn, out, allow_unicode=True, sort_keys=False, width=100)
    else:
        out.write(json.dumps(drawn, ensure_ascii=False, indent=2) + "\n")
    err.write(f"{speak.say(say('command-manifest-paste', address='https://api.slack.com/apps?new_app=1'))}\n")
    return 0


def run_teams(
    path: Path,
    file: Path,
    *,
    bot: str | None,
    name: str = "Comitia",
    website: str | None = None,
    privacy: str | None = None,
    terms: str | None = None,
    version: str | None = None,
    environ: Mapping[str, str],
    out: TextIO,
    err: TextIO,
) -> int:
    """Writes the package to `file`, its path to `out`, and what to do with it to `err`; the exit code.

    `bot`: the Azure bot's app id; None: that of the settings. `website` None: the one behind the people's addresses;
    `privacy` and `terms` None: the website; `version` None: the package's own.
    """
    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, err, environ=environ, then=say("check-then-no-package"))
    house = settings.organisation
    speak = speaker(environ, otherwise=house.locale)
    try:
        website = website or _website(settings)
        app = App(
            bot=_needed(bot or settings.teams.app_id),
            name=name.strip(),
            developer=cut(house.name, 32),
            website=website,
            privacy=privacy or website,
            terms=terms or website,
            version=version or VERSION,
        ).examined()
        file.write_bytes(package(app))
    except UnusablePackage as error:
        err.write(f"{speak.say(say('command-package-not', why=error.why))}\n")
        return 1
    except OSError as error:
        err.write(
            f"{speak.say(say('command-package-not-written', path=str(file), why=error.strerror or str(error)))}\n"
        )
        return 1
    out.write(f"{file}\n")
    shown = (
        say("command-package-is", app=app.id, version=app.version),
        say("command-package-pages", website=app.website, privacy=app.privacy, terms=app.terms),
        say("command-package-upload", address="https://admin.teams.microsoft.com/policies/manage-apps"),
    )
    err.writelines(f"{speak.say(line)}\n" for line in shown)
    return 0


def _needed(bot: str | None) -> str:
    if not bot:
        raise UnusablePackage(say("command-package-no-bot"))
    if bot == LATER:
        # The app's own id comes of the bot's: with another bot it would be another app.
        raise UnusablePackage(say("command-package-later"))
    return bot


def _website(settings: Settings) -> str:
    """The website of the organisation: the domain of its people's addresses, an admin's before the others'."""
    people = sorted(settings.people, key=lambda person: Role.ADMIN not in person.roles)
    if not people:
        raise UnusablePackage(say("command-package-no-website"))
    return f"https://{people[0].email.rpartition('@')[2]}"
