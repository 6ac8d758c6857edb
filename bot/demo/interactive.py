"""`comitia demo`: Horizon on a local workspace, for a person to try, with the clock's buttons and busy colleagues."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from bot.commands.speaking import speaker
from bot.demo import history, horizon, processes, records
from bot.demo.colleagues import Colleagues
from bot.demo.homes import Homes
from bot.demo.intake import Intake
from bot.demo.page import Page, PageError, visiting
from bot.demo.progress import progress
from bot.demo.slack import SlackChat
from bot.demo.stand_ins import StandIns
from bot.demo.stepper import Stepper
from bot.demo.stopping import Stopped, unless_stopped
from bot.i18n.translator import Translator
from bot.web import serving
from rituals.messages import Text, say

log = logging.getLogger(__name__)

Words = dict[str, str]

WIDTH = 118
WEEK = 7 * 86_400.0
WEEKS = 26
"""How far the files tell of the time to come."""
QUIET_STEPS = 40
"""How many steps that say nothing to the reader one press may pass over."""

SOON = 8_100.0
"""Seconds within which a step's messages reach those who are played: each at their own place's hour."""

HAPPENED = {
    "call_for_marks": {
        "en": "The committee's members have been asked for their marks: look at your direct messages.",
        "fr": "Les notes ont été demandées aux membres du comité : regardez vos messages directs.",
    },
    "publish_agenda": {
        "en": "The agenda is out in #ai-committee.",
        "fr": "L’ordre du jour est publié dans #ai-committee.",
    },
    "open_ballots": {
        "en": "The ballots are open: vote in your direct message, and watch the cards in #ai-committee.",
        "fr": "Les votes sont ouverts : votez dans votre message direct, et suivez les cartes dans #ai-committee.",
    },
    "close_ballot": {
        "en": "A ballot has closed: see the decision in #ai-committee.",
        "fr": "Un vote est clos : la décision est dans #ai-committee.",
    },
    "post_figures": {
        "en": "The week’s figures are out in #ai-news.",
        "fr": "Les chiffres de la semaine sont dans #ai-news.",
    },
    "launch_waves": {
        "en": "A pulse waits for you: two taps in your direct message are enough.",
        "fr": "Un pulse vous attend : deux clics dans votre message direct suffisent.",
    },
    "hold_review": {
        "en": "The board of the KPI review is in #ai-committee.",
        "fr": "Le tableau de la revue des KPI est dans #ai-committee.",
    },
}
ASK_PEOPLE = {"open_ballots": "vote", "call_for_marks": "open-marks", "launch_waves": "pulse-use"}
"""What writes to people, what matters most first, and a button of what it writes; the rest writes to the room."""

NEWS = {
    "en": "There is news: look at your direct messages and at the rooms.",
    "fr": "Il y a du nouveau : regardez vos messages directs et les canaux.",
}
UNNEEDED = {
    "en": "Nothing needed the committee this time.",
    "fr": "Rien n’attendait le comité cette fois.",
}
UNWELL = {
    "en": "Comitia did not answer, so time stands where it is. Please press again.",
    "fr": "Comitia n’a pas répondu : le temps en est resté là. Réessayez.",
}
NOTHING = {"en": "Nothing is planned.", "fr": "Rien n’est prévu."}
A_WEEK = {"en": "A week has passed.", "fr": "Une semaine a passé."}


async def run(*, port: int, seed: int, directory: Path | None) -> int:
    """Serves until Ctrl-C; the exit code."""
    speak = speaker(os.environ)
    try:
        processes.free_port(port)  # before anything is begun: the workspace's own process would only say that it ended
        await unless_stopped(_serve(speak, port=port, seed=seed, directory=directory))
    except processes.PortTaken as error:
        sys.stderr.write(f"{speak.say(error.why)}\n")
        return 1
    except processes.DidNotStart as error:
        sys.stderr.write(f"{speak.say(say('command-demo-not-started', why=error.why))}\n")
        return 1
    except Stopped:
        sys.stderr.write(f"\n{speak.say(say('command-demo-stopped'))}\n")
    return 0


async def _serve(speak: Translator, *, port: int, seed: int, directory: Path | None) -> None:
    async with AsyncExitStack() as stack:
        await _start(stack, speak, port=port, seed=seed, directory=directory)
        await asyncio.Event().wait()


async def _start(stack: AsyncExitStack, speak: Translator, *, port: int, seed: int, directory: Path | None) -> None:
    sys.stderr.write(f"{speak.say(say('command-demo-starting'))}\n")
    if directory is None:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comitia-demo-")))
    directory.mkdir(parents=True, exist_ok=True)
    files, first = directory / "files", history.start()
    homes = Homes("slack", language=speak.locale)
    records.write(files, weeks=WEEKS)
    places = await stack.enter_async_context(
        processes.stand_ins(directory, stepped=False, port=port, start=first.isoformat(), homes=homes)
    )
    url = places["slack"]
    begins = datetime.fromisoformat(horizon.START)
    lived = say("command-demo-history", weeks=horizon.HISTORY_WEEKS)
    past = progress(first.timestamp(), begins.timestamp(), lived, speak)
    await history.live_through(directory, places, seed=seed, homes=homes, told=past)
    comitia = await stack.enter_async_context(processes.comitia(directory, places, stepped=False, homes=homes))
    page = await stack.enter_async_context(visiting(url))
    english, french = horizon.PLAYED
    crowd = Colleagues(
        SlackChat(page),
        people=horizon.crowd(),
        leaning={case.key: case.liked for case in horizon.CASES},
        tastes=horizon.TASTES,
        readings=horizon.READINGS,
        seed=seed,
        played=frozenset({english.email, french.email}),
        hurry=0.02,
        grain=0,
    )
    intake = Intake(files, config=directory / "app.yaml", first=horizon.START_DAY + timedelta(weeks=1))
    stepper = Stepper(StandIns({"slack": page}), comitia, crowd, intake)
    await comitia.control()
    await crowd.arrive()
    press = Press(page, stepper, crowd)
    buttons = await stack.enter_async_context(serving(_buttons(press), host="127.0.0.1", port=0))
    await page.post("/sandbox/register", {"button_address": f"http://127.0.0.1:{buttons}/button"})
    await press.next()
    life = asyncio.create_task(_live(stepper))
    stack.push_async_callback(_end, life)

    def link(email: str) -> str:
        user = crowd.user(email)
        return f"{url}/#as={user}&in={crowd.room(user)}"

    sys.stdout.write(
        ready(
            speak,
            [
                (say("command-demo-english", name=english.name), link(english.email)),
                (say("command-demo-french", name=french.name), link(french.email)),
            ],
        )
    )
    sys.stdout.flush()


def ready(speak: Translator, links: Sequence[tuple[Text, str]]) -> str:
    """What is written when all is there: where each of those who are played begins, and what to try."""
    wrapped = textwrap.TextWrapper(WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    labels = [speak.say(label) for label, _ in links]
    most = max(map(len, labels))
    told = say("command-demo-try", room="#ai-committee", news="#ai-news")
    lines = [
        *("", wrapped.fill(speak.say(say("command-demo-ready"))), ""),
        *(f"    {label:<{most}}  {link}" for label, (_, link) in zip(labels, links, strict=True)),
        *("", wrapped.fill(speak.say(told)), ""),
        *(f"  {speak.say(say('command-demo-stop'))}", ""),
    ]
    return "\n".join(lines)


class Press:
    """What the clock's buttons do."""

    def __init__(self, workspace: Page, stepper: Stepper, crowd: Colleagues) -> None:
        self._workspace = workspace
        self._stepper = stepper
        self._crowd = crowd
        self._turn = asyncio.Lock()

    async def week(self) -> Words:
        """A week passes."""
        async with self._turn:
            await self._stepper.run_until(await self._stepper.now() + WEEK)
            return A_WEEK

    async def next(self) -> Words:
        """The next thing that has something to say to the rooms or to those who are played; what it was."""
        async with self._turn:
            for _ in range(QUIET_STEPS):
                before = await self._sequence()
                came = await self._stepper.run_to_next_step()
                if came is None:
                    return NOTHING
                name, at = came
                news = await self._news(before, at)
                # Messages reach people at their own place's hour: until then the reader would look at nothing new.
                while not {channel for channel, _ in news} >= self._mine:
                    due, now = await self._stepper.next_post(), await self._stepper.now()
                    if due is None or max(due, now) > at + SOON:
                        break
                    await self._stepper.run_until(max(due, now + 1))
                    news = await self._news(before, at)
                if news:
                    return await self._told(name, news)
            return UNNEEDED

    async def _told(self, name: str, news: set[tuple[str, str]]) -> Words:
        """What happened: what was found in messages, since other steps may come with the one that was next."""
        offered: set[str] = set()
        for user in (self._crowd.user(person.email) for person in horizon.PLAYED):
            for channel, message in news:
                if channel == self._crowd.room(user):
                    offered |= await self._crowd.offered(user, message)
        happened = [step for step, button in ASK_PEOPLE.items() if button in offered]
        if name not in ASK_PEOPLE and name in HAPPENED and any(channel not in self._mine for channel, _ in news):
            happened.append(name)
        if not happened:
            return NEWS
        return {language: " ".join(HAPPENED[step][language] for step in happened) for language in NEWS}

    @property
    def _mine(self) -> set[str]:
        return {self._crowd.room(self._crowd.user(person.email)) for person in horizon.PLAYED}

    async def _sequence(self) -> int:
        found = await self._workspace.get("/api/state")
        return int(found["sequence"])

    async def _news(self, since: int, at: float) -> set[tuple[str, str]]:
        """What was said since that moment in the rooms and to those who are played: where, and which message."""
        changes = (await self._workspace.get("/api/changes", since=since))["changes"]
        others = self._crowd.rooms - self._mine
        return {
            (change["channel"], change["ts"])
            for change in changes
            if change["type"] == "message" and float(change["ts"]) >= int(at) and change["channel"] not in others
        }


def _buttons(press: Press) -> web.Application:
    async def pressed(request: web.Request) -> web.Response:
        button = (await request.json()).get("button")
        try:
            said = await (press.week() if button == "week" else press.next())
        except (PageError, processes.DidNotStart) as error:
            log.warning("A button found nobody: %s", error or type(error).__name__)
            return web.json_response({"ok": False, "message": UNWELL})
        return web.json_response({"ok": True, "message": said})

    app = web.Application()
    app.router.add_post("/button", pressed)
    return app


async def _live(stepper: Stepper) -> None:
    """Lets the colleagues act as the clock flows."""
    while True:
        try:
            await stepper.back()  # should it have died, it comes back: nothing was lost
            await stepper.breathe()
        except (PageError, processes.DidNotStart) as error:
            log.warning("The colleagues lost the workspace for a moment: %s", error or type(error).__name__)
        await asyncio.sleep(0.5)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
