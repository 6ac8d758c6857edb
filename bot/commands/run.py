"""`comitia run`: Comitia at work until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from bot.commands.check import refuse
from bot.commands.speaking import speaker
from bot.i18n.translator import Translator
from bot.settings import Settings, SettingsError, load
from rituals.messages import say

SIGNALS = (signal.SIGINT, signal.SIGTERM)

LAST_RESORT = 10
"""Seconds after the time for a stop until the process ends, whatever still holds it: a database that hangs, say."""


def run(path: Path, *, environ: Mapping[str, str], rehearse: str | None = None) -> int:
    """Runs until SIGINT or SIGTERM; the exit code. `rehearse`: the address of the one person who gets everything."""
    try:
        settings = load(path, environ=environ, overrides={"rehearsal": rehearse})
    except SettingsError as error:
        return refuse(error, sys.stderr, environ=environ, then=say("check-then-not-started"))
    return asyncio.run(_serve(settings, speaker(environ, otherwise=settings.organisation.locale)))


async def _serve(settings: Settings, speak: Translator) -> int:
    from bot import logs
    from bot.app import CannotStart, forget_rehearsal, migrate_database, running
    from bot.clock import WallClock
    from bot.scheduler import waking

    logs.set_up(settings.log.level)
    begun, stopped = asyncio.Event(), asyncio.Event()
    loop, start = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        for name in SIGNALS:
            # A second one ends at once, as if nobody listened: what was under way is found again.
            loop.remove_signal_handler(name)
            signal.signal(name, signal.SIG_DFL)
        if start is not None and not begun.is_set():
            start.cancel()  # a start may wait for Slack
        stopped.set()
        last_resort = threading.Timer(settings.delivery.stop_within + LAST_RESORT, os._exit, (1,))
        last_resort.daemon = True
        last_resort.start()

    for name in SIGNALS:
        loop.add_signal_handler(name, stop)
    is_new = settings.rehearsal is not None and not _exists(settings.database.path)
    try:
        if settings.rehearsal:
            # Its database is made and thrown away as one likes: nothing to back up, nothing to ask for.
            await migrate_database(settings)
            kept = say("command-rehearsing", email=settings.rehearsal, file=settings.database.path or "")
            sys.stderr.write(f"{speak.say(kept)}\n")
        async with running(settings, clock=WallClock()) as app:
            begun.set()
            gc.freeze()  # what the start has made stays: the collector need not look at it again and again
            async with waking(app.look):
                address = f"http://{settings.web.host}:{app.port}/healthz"
                sys.stderr.write(f"{speak.say(say('command-at-work', address=address))}\n")
                await stopped.wait()
                await app.stop()
    except CannotStart as error:
        if is_new and not begun.is_set():
            forget_rehearsal(settings)  # an address that nobody has, say: nothing is in it
        sys.stderr.write(f"{speak.say(say('command-cannot-start', why=error.why))}\n")
        return 1
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise
    sys.stderr.write(f"{speak.say(say('command-stopped'))}\n")
    return 0


def _exists(path: str | None) -> bool:
    return Path(path or "").exists()
