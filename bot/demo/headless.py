"""`comitia demo --headless`: weeks of Horizon on the stepped clock, as fast as it goes, and the figures of it."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.commands.speaking import speaker
from bot.demo import history, horizon, processes, records
from bot.demo.colleagues import Colleagues
from bot.demo.intake import Intake
from bot.demo.page import Page, visiting
from bot.demo.progress import progress
from bot.demo.stepper import Stepper
from rituals.measures.disclosure import Basis, Counted, Ledger, Thresholds, publish
from rituals.measures.statistics import Tier, Window
from rituals.messages import say

WEEK = 7 * 86_400.0


async def run(
    *,
    weeks: int,
    seed: int,
    as_json: bool,
    directory: Path | None,
    kills: int = 0,
    past: int = horizon.HISTORY_WEEKS,
) -> int:
    """Runs it and prints the figures; the exit code.

    `kills`: SIGKILL Comitia so often on the way; `past`: weeks of history.
    """
    try:
        figures = await play(weeks=weeks, seed=seed, directory=directory, kills=kills, past=past)
    except processes.DidNotStart as error:
        sys.stderr.write(f"{speaker(os.environ).say(say('command-demo-not-run', why=error.why))}\n")
        return 1
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{name}: {value}\n" for name, value in figures.items())
    return 0


async def play(
    *, weeks: int, seed: int, directory: Path | None, kills: int = 0, past: int = horizon.HISTORY_WEEKS
) -> dict[str, object]:
    """The figures of so many weeks. Raises processes.DidNotStart."""
    speak = speaker(os.environ)
    async with AsyncExitStack() as stack:
        if directory is None:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comitia-demo-", dir=_memory())))
        directory.mkdir(parents=True, exist_ok=True)
        files = directory / "files"
        records.write(files, weeks=weeks)
        first = history.start(past)
        url = await stack.enter_async_context(
            processes.workspace(directory, stepped=True, port=0, start=first.isoformat())
        )
        begins = datetime.fromisoformat(horizon.START)
        shown = progress(first.timestamp(), begins.timestamp(), say("command-demo-history", weeks=past), speak)
        await history.live_through(directory, url, seed=seed, told=shown)
        comitia = await stack.enter_async_context(processes.comitia(directory, url, stepped=True))
        page = await stack.enter_async_context(visiting(url))

        async def back() -> None:
            await stepper.back()

        crowd = Colleagues(
            page,
            people=horizon.crowd(),
            leaning={case.key: case.liked for case in horizon.CASES},
            tastes=horizon.TASTES,
            readings=horizon.READINGS,
            seed=seed,
            back=back,
        )
        intake = Intake(files, config=directory / "app.yaml", first=horizon.START_DAY + timedelta(weeks=1))
        stepper = Stepper(page, comitia, crowd, intake)
        await comitia.control()
        await crowd.arrive()
        then, were = await _counted(page, stepper)
        start = await stepper.now()
        end = start + weeks * WEEK
        killer = asyncio.create_task(_kill(comitia, kills))
        stack.callback(killer.cancel)
        await stepper.run_until(end, told=progress(start, end, say("command-demo-weeks", weeks=weeks), speak))
        now, are = await _counted(page, stepper)
        told = {name: now[name] - then[name] for name in then}
        ours = {name: are[name] - were[name] for name in were if isinstance(were[name], int)}
        return {
            "committees_held": ours["committees_held"],
            "ballots": ours["ballots"],
            "votes": ours["votes"],
            "decisions": ours["decisions"],
            "pulses_sent": ours["pulses_sent"],
            "pulses_answered": ours["pulses_answered"],
            "response_rate": _response_rate(ours, end),
            "kpi_reviews_held": ours["kpi_reviews_held"],
            "digests_delivered": ours["digests_delivered"],
            "initiatives": are["initiatives"],
            "posts_sent": told["posts_sent"],
            "edits": told["edits"],
            "duplicates": told["duplicates"],
            "errors": told["server_errors"] + told["unacknowledged"] + ours["faults"],
            "outcomes": are["outcomes"],
            **({"kills": comitia.restarts} if kills else {}),
        }


def _memory() -> str | None:
    """Where files live in memory, if there is such a place: these are thrown away, and no disk has to be waited for."""
    place = Path("/dev/shm")  # noqa: S108  (a private directory is made in it)
    return str(place) if os.access(place, os.W_OK) else None


async def _counted(page: Page, stepper: Stepper) -> tuple[dict[str, int], dict[str, Any]]:
    """What the workspace and Comitia have counted so far."""
    return await page.get("/sandbox/counts"), await stepper.figures()


def _response_rate(counted: dict[str, int], end: float) -> object:
    """Of those invited to waves that have closed since the start and have not left, how many answered (AAPOR RR1)."""
    last = datetime.fromtimestamp(end, UTC).date()
    asked = Counted(
        metric="response_rate",
        x=counted["pulses_answered"],
        n=counted["pulses_sent"] - counted["pulses_left"],
        N=None,
        method="rr1",
        window=Window(first=horizon.START_DAY, last=last),
        as_of=last,
        tier=Tier.MEASURED,
        basis=Basis.INVITATIONS,
        members=None,
    )
    return publish(asked, thresholds=Thresholds(), ledger=Ledger())[0].as_json()


async def _kill(comitia: processes.Comitia, times: int) -> None:
    chance = random.Random()  # noqa: S311  (random moments, on purpose not the seed's)
    done = 0
    while done < times:
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        done += comitia.kill()
