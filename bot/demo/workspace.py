"""`comitia workspace`: the local workspace alone, to try every step of going live without an account or a token."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.commands.speaking import speaker
from bot.demo import horizon
from bot.local.config import ConfigError
from bot.platforms.slack.manifest import COMMAND, EVENTS, SCOPES
from bot.sandbox import running_workspace
from bot.sandbox.config import read_config
from bot.settings import Settings, SettingsError, load
from rituals.messages import say

OPEN = """
  {open}

    {page}
      {link}

  {then}

    export COMITIA_SLACK__API_URL={api}
    export COMITIA_SLACK__BOT_TOKEN={bot_token}
    export COMITIA_SLACK__APP_TOKEN={app_token}

    comitia migrate
    comitia doctor
    comitia run --rehearse {email}

  {close}
"""


async def run(path: Path, *, port: int, directory: Path | None, environ: Mapping[str, str] = os.environ) -> int:
    """Serves until Ctrl-C; the exit code. People and rooms are those of the settings at `path`."""
    try:
        settings = _settings(path, environ)
    except SettingsError as error:
        speak = speaker(environ, otherwise=error.locale)
        sys.stderr.writelines(f"{fault.said(speak)}\n" for fault in error.faults)
        return 1
    speak = speaker(environ, otherwise=settings.organisation.locale)
    if "slack" not in settings.platforms:
        sys.stderr.write(f"{speak.say(say('command-workspace-teams', config=str(path)))}\n")
        return 1
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    document = workspace(settings, now=datetime.now(UTC))
    async with AsyncExitStack() as stack:
        if directory is None:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comitia-workspace-")))
        directory.mkdir(parents=True, exist_ok=True)
        try:
            running = await stack.enter_async_context(
                running_workspace(read_config(document), directory / "workspace.sqlite", port)
            )
        except ConfigError as error:
            told = say("command-workspace-not", config=str(path), why=str(error))
            sys.stderr.write(f"{speak.say(told)}\n")
            return 1
        except OSError as error:
            told = say("command-workspace-port", port=str(port), why=str(error.strerror or error))
            sys.stderr.write(f"{speak.say(told)}\n")
            return 1
        first = read_config(document).people[0]
        sys.stdout.write(
            OPEN.format(
                open=speak.say(say("command-workspace-open")),
                page=speak.say(say("command-workspace-page", name=first.real_name)),
                then=speak.say(say("command-workspace-then", config=str(path))),
                close=speak.say(say("command-workspace-close")),
                link=f"{running.url}/#as={first.id}",
                api=running.api_url,
                bot_token=horizon.BOT_TOKEN,
                app_token=horizon.APP_TOKEN,
                email=first.email,
            )
        )
        sys.stdout.flush()
        await stopped.wait()
    return 0


def _settings(path: Path, environ: Mapping[str, str]) -> Settings:
    # What is exported for Comitia itself, after an earlier workspace say, is not about this one.
    others = {name: value for name, value in environ.items() if not name.upper().startswith("COMITIA_")}
    return load(path, environ=others, need_secrets=False)


def workspace(settings: Settings, *, now: datetime) -> dict[str, Any]:
    """The configuration of a workspace that suits `settings`, with Horizon's people where they name none."""
    return {
        "team": {"id": horizon.TEAM, "name": settings.organisation.name},
        "clock": {"mode": "flowing", "start": now.isoformat()},
        "app": {
            "id": "A0COMITIA",
            "name": "Comitia",
            "bot_user": "U0COMITIA",
            "bot_id": "B0COMITIA",
            "bot_token": horizon.BOT_TOKEN,
            "app_token": horizon.APP_TOKEN,
            "signing_secret": horizon.SIGNING_SECRET,
            "mode": "socket",
            "request_url": None,
            "commands": [COMMAND],
            "events": sorted(EVENTS),
            "scopes": sorted(SCOPES),
        },
        "people": _people(settings),
        "channels": [
            {"name": channel, "topic": "", "members": "*", "app_is_member": True}
            for channel in dict.fromkeys(settings.channels("slack").values())
        ],
    }


def _people(settings: Settings) -> list[dict[str, Any]]:
    if not settings.people:
        return [
            {
                "real_name": person.name,
                "email": person.email,
                "title": person.title,
                "tz": person.zone,
                "locale": person.locale,
                "featured": True,
            }
            for person in horizon.CAST
        ]
    house = settings.organisation
    return [
        {
            "real_name": person.name or _name_in(person.email),
            "email": person.email,
            "title": ", ".join(role.value for role in person.roles),
            "tz": str(person.zone or house.zone),
            "locale": {"fr": "fr-FR", "en": "en-GB"}[person.locale or house.locale],
            "featured": True,
        }
        for person in settings.people
    ]


def _name_in(email: str) -> str:
    """Somebody's name as their address has it: ana.silva@… is Ana Silva."""
    return email.partition("@")[0].replace(".", " ").replace("_", " ").title()
