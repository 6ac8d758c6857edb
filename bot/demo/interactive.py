"""`comitia demo`: Horizon on a local workspace, for a person to try, with the clock's buttons and busy colleagues."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
from aiohttp import web

from bot.demo import horizon, processes
from bot.demo.colleagues import Colleagues
from bot.demo.stepper import Stepper
from bot.web import serving

log = logging.getLogger(__name__)

WEEK = 7 * 86_400.0
HALF_AN_HOUR = 1_860.0

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
}
NOTHING = {"en": "Nothing is planned.", "fr": "Rien n’est prévu."}
A_WEEK = {"en": "A week has passed.", "fr": "Une semaine a passé."}

TRY = """
  Comitia's demo is ready. Everything runs on this machine; nothing leaves it.

    in English, as {english}:  {english_link}
    en français, {french} :  {french_link}

  What to try: open the direct message with Comitia and press "Give my marks"; press "To the next thing due" at the
  top until the ballots open, and vote; press it again and read the decisions and the minutes in #ai-committee.
  À essayer : le message direct de Comitia, « Donner mes notes » ; puis « Jusqu’à la prochaine échéance », et votez.

  Ctrl-C stops it.
"""


async def run(*, port: int, seed: int, directory: Path | None) -> int:
    """Serves until Ctrl-C; the exit code."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    try:
        async with AsyncExitStack() as stack:
            await _start(stack, port=port, seed=seed, directory=directory)
            await stopped.wait()
    except processes.DidNotStart as error:
        sys.stderr.write(f"The demo could not start: {error}\n")
        return 1
    sys.stderr.write("\nThe demo has stopped.\n")
    return 0


async def _start(stack: AsyncExitStack, *, port: int, seed: int, directory: Path | None) -> None:
    sys.stderr.write("Starting a local workspace and Comitia …\n")
    if directory is None:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comitia-demo-")))
    directory.mkdir(parents=True, exist_ok=True)
    url = await stack.enter_async_context(processes.workspace(directory, stepped=False, port=port))
    comitia = await stack.enter_async_context(processes.comitia(directory, url, stepped=False))
    client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30))
    english, french = horizon.PLAYED
    crowd = Colleagues(
        client,
        people=[person.email for person in horizon.CAST],
        leaning={case.key: case.liked for case in horizon.CASES},
        seed=seed,
        late=frozenset({english.email, french.email}),
        hurry=0.02,
        grain=0,
    )
    stepper = Stepper(client, comitia, crowd)
    stack.push_async_callback(stepper.close)
    await comitia.control()
    await crowd.arrive()
    buttons = await stack.enter_async_context(serving(_buttons(stepper), host="127.0.0.1", port=0))
    await client.post("/sandbox/register", json={"button_address": f"http://127.0.0.1:{buttons}/button"})
    await stepper.run_to_next_step()
    # Messages reach people at their own place's hour: by then those in London have theirs too.
    await stepper.run_until(await stepper.now() + HALF_AN_HOUR)
    life = asyncio.create_task(_live(stepper))
    stack.push_async_callback(_end, life)

    def link(email: str) -> str:
        user = crowd.user(email)
        return f"{url}/#as={user}&in={crowd.room(user)}"

    sys.stdout.write(
        TRY.format(
            english=english.name, english_link=link(english.email), french=french.name, french_link=link(french.email)
        )
    )
    sys.stdout.flush()


def _buttons(stepper: Stepper) -> web.Application:
    async def pressed(request: web.Request) -> web.Response:
        button = (await request.json()).get("button")
        if button == "week":
            await stepper.run_until(await stepper.now() + WEEK)
            return web.json_response({"ok": True, "message": A_WEEK})
        step = await stepper.run_to_next_step()
        return web.json_response({"ok": True, "message": HAPPENED.get(step or "", NOTHING)})

    app = web.Application()
    app.router.add_post("/button", pressed)
    return app


async def _live(stepper: Stepper) -> None:
    """Lets the colleagues act as the clock flows."""
    while True:
        try:
            await stepper.back()  # should it have died, it comes back: nothing was lost
            await stepper.breathe()
        except (httpx.HTTPError, processes.DidNotStart):
            log.exception("The colleagues lost the workspace for a moment.")
        await asyncio.sleep(0.5)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
