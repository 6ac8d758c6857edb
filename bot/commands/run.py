"""`comitia run`: Comitia at work until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.commands.check import refuse
from bot.settings import Settings, SettingsError, load


def run(path: Path, *, environ: Mapping[str, str], rehearse: str | None = None) -> int:
    """Runs until SIGINT or SIGTERM; the exit code. `rehearse`: the address of the one person who gets everything."""
    try:
        settings = load(path, environ=environ, overrides={"rehearsal": rehearse})
    except SettingsError as error:
        return refuse(error, sys.stderr, then="nothing was started")
    return asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    from bot import logs
    from bot.app import CannotStart, migrate_database, running
    from bot.clock import WallClock
    from bot.scheduler import waking

    logs.set_up(settings.log.level)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    try:
        if settings.rehearsal:
            # Its database is made and thrown away as one likes: nothing to back up, nothing to ask for.
            await migrate_database(settings)
            sys.stderr.write(
                f"A rehearsal: everything goes to {settings.rehearsal} and to nobody else; it is kept in "
                f"{settings.database.path}, and deleting that file begins it anew.\n"
            )
        async with running(settings, clock=WallClock()) as app, waking(app.look):
            sys.stderr.write(f"Comitia is at work; http://{settings.web.host}:{app.port}/healthz tells how it is.\n")
            await stopped.wait()
    except CannotStart as error:
        sys.stderr.write(f"Comitia cannot start: {error}\n")
        return 1
    return 0
