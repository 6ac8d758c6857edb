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

from bot.commands.speaking import speaker
from bot.demo import history, horizon, processes, records
from bot.demo.colleagues import Colleagues
from bot.demo.homes import HOMES, ON_SLACK, Homes
from bot.demo.intake import Intake
from bot.demo.page import Json
from bot.demo.progress import progress
from bot.demo.stand_ins import Audit, standing_in
from bot.demo.stepper import Stepper
from bot.demo.stopping import Stopped, unless_stopped
from rituals.measures.disclosure import Basis, Counted, Ledger, Thresholds, publish
from rituals.measures.statistics import Tier, Window
from rituals.messages import say

WEEK = 7 * 86_400.0

FAULTS = ("server_errors", "unacknowledged", "refused_activities", "bad_answers", "impatient")
"""What a platform counts that a sound app has none of."""

SOUND = ("duplicates", "missing", "errors")
"""What has to be none at the end."""


async def run(
    *,
    weeks: int,
    seed: int,
    as_json: bool,
    directory: Path | None,
    kills: int = 0,
    past: int = horizon.HISTORY_WEEKS,
    platform: str = "slack",
) -> int:
    """Runs it and prints the figures; the exit code: 1 where something was said twice, was lost or failed, 128 and the
    signal's number where it was told to stop.

    `kills`: SIGKILL Comitia so often on the way, and an edit may be made twice; `past`: weeks of history; `platform`:
    "slack", "teams" or "both".
    """
    speak = speaker(os.environ)
    homes = HOMES[platform]
    if directory is not None and "teams" in homes.platforms and (directory / "comitia.sqlite").exists():
        # The local tenant remembers nothing: what Comitia knows of it would be about another one.
        sys.stderr.write(f"{speak.say(say('command-demo-once', directory=str(directory)))}\n")
        return 1
    try:
        figures = await unless_stopped(
            play(weeks=weeks, seed=seed, directory=directory, kills=kills, past=past, homes=homes)
        )
    except processes.DidNotStart as error:
        sys.stderr.write(f"{speak.say(say('command-demo-not-run', why=error.why))}\n")
        return 1
    except Stopped as stopped:
        sys.stderr.write(f"\n{speak.say(say('command-demo-stopped'))}\n")
        return stopped.code
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{name}: {value}\n" for name, value in figures.items())
    unsound = [name for name in SOUND if figures[name]]
    if unsound:
        sys.stderr.write(f"{speak.say(say('command-demo-unsound', found=', '.join(unsound)))}\n")
    return 1 if unsound else 0


async def play(
    *,
    weeks: int,
    seed: int,
    directory: Path | None,
    kills: int = 0,
    past: int = horizon.HISTORY_WEEKS,
    homes: Homes = ON_SLACK,
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
        places = await stack.enter_async_context(
            processes.stand_ins(directory, stepped=True, start=first.isoformat(), homes=homes)
        )
        begins = datetime.fromisoformat(horizon.START)
        shown = progress(first.timestamp(), begins.timestamp(), say("command-demo-history", weeks=past), speak)
        await history.live_through(directory, places, seed=seed, homes=homes, told=shown)
        comitia = await stack.enter_async_context(processes.comitia(directory, places, stepped=True, homes=homes))
        stand_ins = await stack.enter_async_context(standing_in(places))

        async def back() -> None:
            await stepper.back()

        async def rest() -> None:
            # Otherwise the machine's speed would decide how many clicks one edit shows.
            await stepper.rest()

        crowd = Colleagues(
            homes.chat(stand_ins.pages),
            people=horizon.crowd(),
            leaning={case.key: case.liked for case in horizon.CASES},
            tastes=horizon.TASTES,
            readings=horizon.READINGS,
            seed=seed,
            back=back,
            rest=rest,
        )
        intake = Intake(files, config=directory / "app.yaml", first=horizon.START_DAY + timedelta(weeks=1))
        stepper = Stepper(stand_ins, comitia, crowd, intake)
        await comitia.control()
        await crowd.arrive()
        then, were = await stand_ins.counts(), await stepper.figures()
        start = await stepper.now()
        end = start + weeks * WEEK
        killer = asyncio.create_task(_kill(comitia, kills))
        stack.callback(killer.cancel)
        await stepper.run_until(end, told=progress(start, end, say("command-demo-weeks", weeks=weeks), speak))
        counted, are, account = await stand_ins.counts(), await stepper.figures(), await stepper.account()
        audits = await stand_ins.audits()
        chats = {
            platform: chat(then[platform], now, account, audits[platform], platform=platform)
            for platform, now in counted.items()
        }
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
            **{name: sum(one[name] for one in chats.values()) for name in ("posts_sent", "edits", "duplicates")},
            "missing": account["failed"] + sum(one["missing"] for one in chats.values()),
            "errors": ours["faults"] + sum(one["errors"] for one in chats.values()),
            "outcomes": are["outcomes"],
            "chats": chats,
            **({"kills": comitia.restarts, "perhaps": account["perhaps"]} if kills else {}),
        }


def _memory() -> str | None:
    """Where files live in memory, if there is such a place: these are thrown away, and no disk has to be waited for."""
    place = Path("/dev/shm")  # noqa: S108  (a private directory is made in it)
    return str(place) if os.access(place, os.W_OK) else None


def chat(then: Json, now: Json, account: Json, audit: Audit, *, platform: str) -> dict[str, int]:
    """What happened on one platform between two counts; `account`: what Comitia says of its posts.

    `missing`: messages that Comitia takes to be there and that are not.
    """
    told = {name: count - then.get(name, 0) for name, count in now.items()}
    showing = {message for place, message in account["showing"] if place == platform}
    return {
        "posts_sent": told["posts_sent"],
        "edits": told["edits"],
        "duplicates": told["duplicates"],
        "missing": len(showing - audit.said),
        "errors": sum(told.get(name, 0) for name in FAULTS) + audit.problems,
    }


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
