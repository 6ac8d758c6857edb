"""`comitia manifest slack`: the app as Slack is to be asked to make it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

import yaml

from bot.commands.check import refuse
from bot.commands.speaking import speaker
from bot.i18n.translator import translator_for
from bot.platforms.slack.manifest import Mode, UnusableManifest, manifest
from bot.settings import SettingsError, load
from rituals.messages import say


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
