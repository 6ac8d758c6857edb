"""`comitia demo --headless`: weeks of Horizon on the stepped clock, as fast as it goes, and the figures of it."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.demo import horizon, processes
from bot.demo.colleagues import Colleagues
from bot.demo.stepper import Stepper

WEEK = 7 * 86_400.0


async def run(*, weeks: int, seed: int, as_json: bool, directory: Path | None, kills: int = 0) -> int:
    """Runs it and prints the figures; the exit code. `kills`: SIGKILL Comitia so often on the way."""
    try:
        figures = await play(weeks=weeks, seed=seed, directory=directory, kills=kills)
    except processes.DidNotStart as error:
        sys.stderr.write(f"The demo could not run: {error}\n")
        return 1
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{name}: {value}\n" for name, value in figures.items())
    return 0


async def play(*, weeks: int, seed: int, directory: Path | None, kills: int = 0) -> dict[str, object]:
    """The figures of so many weeks. Raises processes.DidNotStart."""
    async with AsyncExitStack() as stack:
        if directory is None:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comitia-demo-")))
        directory.mkdir(parents=True, exist_ok=True)
        url = await stack.enter_async_context(processes.workspace(directory, stepped=True, port=0))
        comitia = await stack.enter_async_context(processes.comitia(directory, url, stepped=True))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30))

        async def back() -> None:
            await stepper.back()

        crowd = Colleagues(
            client,
            people=[person.email for person in horizon.CAST],
            leaning={case.key: case.liked for case in horizon.CASES},
            seed=seed,
            back=back,
        )
        stepper = Stepper(client, comitia, crowd)
        stack.push_async_callback(stepper.close)
        await comitia.control()
        await crowd.arrive()
        start = await stepper.now()
        end = start + weeks * WEEK
        killer = asyncio.create_task(_kill(comitia, kills))
        stack.callback(killer.cancel)
        await stepper.run_until(end, told=_progress(start, end, weeks))
        if sys.stderr.isatty():
            sys.stderr.write("\n")
        counts = (await client.get("/sandbox/counts")).json()
        ours = await stepper.figures()
        return {
            "committees_held": ours["committees_held"],
            "ballots": ours["ballots"],
            "votes": ours["votes"],
            "decisions": ours["decisions"],
            "posts_sent": counts["posts_sent"],
            "edits": counts["edits"],
            "duplicates": counts["duplicates"],
            "errors": counts["server_errors"] + counts["unacknowledged"] + int(str(ours["faults"])),
            "outcomes": ours["outcomes"],
            **({"kills": comitia.restarts} if kills else {}),
        }


async def _kill(comitia: processes.Comitia, times: int) -> None:
    chance = random.Random()  # noqa: S311  (random moments, on purpose not the seed's)
    done = 0
    while done < times:
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        done += comitia.kill()


def _progress(start: float, end: float, weeks: int) -> Callable[[float], None]:
    shown = -1
    live = sys.stderr.isatty()

    def told(now: float) -> None:
        nonlocal shown
        percent = int(100 * (now - start) / (end - start))
        # A line that is written over, or, in a file, a line for every ten percent.
        step = percent if live else percent // 10
        if step != shown:
            shown = step
            line = f"{weeks} weeks: {percent:3d} %  {datetime.fromtimestamp(now, UTC).date().isoformat()}"
            sys.stderr.write(f"\r{line}" if live else f"{line}\n")
            sys.stderr.flush()

    return told
