"""`comitia playground`: Horizon on Teams, for a person to try in Microsoft's Agents Playground, without a tenant.

The Playground is Microsoft's own client for trying bots: a page that looks and behaves like Teams, on this machine. It
knows six people; the rest of Horizon is beside it (`bot.demo.beside`). The clock is in the hand of whoever watches.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import sys
import tempfile
import textwrap
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import aiohttp
import yaml

from bot import logs
from bot.app import Application, CannotStart, migrate_database, running
from bot.commands.speaking import terminal_language
from bot.demo import history, horizon, records
from bot.demo.beside import BOT, Beside, Came, object_id, user_id
from bot.demo.child import posts_ahead
from bot.demo.clock import FollowedClock
from bot.demo.colleagues import Colleagues
from bot.demo.homes import TENANT, Homes
from bot.demo.intake import Intake
from bot.demo.processes import PortTaken, free_port
from bot.demo.stopping import Stopped, unless_stopped
from bot.i18n.plain import cut
from bot.i18n.translator import Translator, translator_for
from bot.platforms.teams import render
from bot.scheduler import waking
from bot.settings import load
from bot.web import serving
from rituals.messages import Moment, Text, say
from rituals.people import Account

PORT = 56150
"""Where the Playground is, as its own documents have it."""

PACKAGE = "@microsoft/m365agentsplayground"
HERE = Path(__file__).parents[2] / "tools" / "playground"
"""Where the source tree pins it; a wheel has no such place."""

CLIENT = HERE / "node_modules" / PACKAGE / "cli.js"
START_WITHIN = 30.0
WIDTH = 118
WEEKS = 8
"""How far the files tell of the time to come."""

PERSONAL = "a:comitia-and-you"
GROUP = "19:ai-committee@thread.v2"
TEAM = "19:horizon@thread.tacv2"
CHANNEL = "19:ai-news@thread.tacv2"
"""The places there are in the Playground."""

NAMES = {PERSONAL: "Personal Chat", GROUP: "AI committee", CHANNEL: "AI news"}
"""As the Playground's list names them; the first is its own word, in every language."""

MOST_TOLD = 8
"""Most of what is new that the terminal tells one by one."""

BREATH = 0.004
MOMENTS = 600
"""How many moments at which nothing is said to the reader one wish may pass over."""

TOGETHER = timedelta(seconds=90)
"""What comes so soon after what was new belongs to it."""


class NotThere(RuntimeError):
    """The Playground cannot be had; `why` says why, and what to do."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.key)
        self.why = why


def played(language: str) -> horizon.Character:
    """Whom the reader plays, by their language."""
    english, french = horizon.PLAYED
    return french if language == "fr" else english


def others(me: horizon.Character) -> tuple[horizon.Character, ...]:
    """The five others whom the Playground knows: it takes no more and no fewer."""
    return tuple(person for person in horizon.CAST if person != me)[:5]


def around(me: horizon.Character) -> list[horizon.Character]:
    """Whom Comitia reaches: the cast and the department of whoever plays."""
    return [*horizon.CAST, *(one for one in horizon.extras() if one.department == me.department)]


def playground_config(me: horizon.Character) -> dict[str, Any]:
    """What the Playground is told of itself."""

    def user(person: horizon.Character) -> dict[str, str]:
        return {
            "id": user_id(person),
            "name": person.name,
            "userPrincipleName": person.email,
            "aadObjectId": object_id(person),
            "givenName": person.first,
            "surname": person.last,
            "email": person.email,
        }

    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": BOT, "name": "Comitia"},
        "currentUser": user(me),
        "users": [user(person) for person in others(me)],
        "personalChat": {"id": PERSONAL},
        "groupChat": {"id": GROUP, "name": NAMES[GROUP]},
        "team": {
            "id": TEAM,
            "name": "Horizon",
            "aadGroupId": TENANT,
            "channels": [{"id": CHANNEL, "name": NAMES[CHANNEL]}],
        },
    }


def settings(me: horizon.Character, *, database: str, api_url: str) -> str:
    """Horizon's app.yaml where its rooms are in the Playground, and whoever plays reads the digest too."""
    language = me.locale[:2]
    tree: dict[str, Any] = yaml.safe_load(horizon.settings(database=database, api_url=api_url, language=language))
    del tree["slack"]
    tree["rooms"] = {
        "committee": f"https://teams.microsoft.com/l/chat/{quote(GROUP)}/0",
        "news": f"https://teams.microsoft.com/l/channel/{quote(CHANNEL)}/AI%20news",
    }
    tree["teams"] = {"anonymous": True, "dialogs": False, "api_url": api_url}
    for person in tree["people"]:
        if person["email"] == me.email:
            person["roles"].append("change_manager")
            person["locale"] = language  # on many machines the Playground says en-US of everybody
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


class Play:
    """Comitia beside the Playground, and the clock of both."""

    def __init__(
        self,
        app: Application,
        clock: FollowedClock,
        beside: Beside,
        crowd: Colleagues,
        intake: Intake,
        *,
        url: str,
        account: Account,
    ) -> None:
        self.app = app
        self.url = url
        self._account = account
        self._welcomes = itertools.count(1)
        self._clock = clock
        self._beside = beside
        self._crowd = crowd
        self._intake = intake
        self._turn = asyncio.Lock()
        self._step: datetime | None = None

    async def welcome(self) -> Sequence[Came]:
        """Greets whoever opens the page, once it is open, as Comitia answers anybody who writes; what is new there.

        To the first there is more to see at once.
        """
        await self._beside.opened.wait()
        self._beside.opened.clear()
        new = len(self._beside.shown)
        await self.app.errands.drained()
        await self.app.desk.written_to(self._account, "", f"welcome:{next(self._welcomes)}")
        async with self._turn:
            await self._settle()
        if new == 0:
            await self.next()
        return self._beside.shown[new:]

    async def next(self) -> Sequence[Came]:
        """Goes on until there is something new to see in the Playground, and through all of it; what is new."""
        async with self._turn:
            new = len(self._beside.shown)
            until: datetime | None = None
            for _ in range(MOMENTS):
                ahead = await self._settle()
                if until is None and len(self._beside.shown) > new:
                    until = self._clock.now() + TOGETHER
                if not ahead or (until is not None and min(ahead) > until):
                    break
                await self._go(min(ahead))
            return self._beside.shown[new:]

    async def run_until(self, end: datetime) -> Sequence[Came]:
        """Goes through everything that happens until `end`; what is new."""
        async with self._turn:
            new = len(self._beside.shown)
            while True:
                ahead = await self._settle()
                if self._clock.now() >= end:
                    return self._beside.shown[new:]
                await self._go(min([end, *ahead]))

    async def live(self) -> None:
        """Lets the colleagues act as the clock flows."""
        while True:
            async with self._turn:
                await self._settle()
            await asyncio.sleep(0.5)

    @property
    def now(self) -> datetime:
        """What time it is in Horizon."""
        return self._clock.now()

    async def _go(self, to: datetime) -> None:
        self._clock.follow(max(to, self._clock.now()))
        await self._intake.act(self._clock.now().timestamp())
        # Most moments are those at which a message has its turn.
        if self._step is None or self._step <= self._clock.now():
            await self.app.look()

    async def _settle(self) -> list[datetime]:
        """Waits until nothing is on its way at this moment; what lies ahead."""
        while True:
            await self._crowd.notice()
            now = self._clock.now()
            if await self._crowd.act(now.timestamp()):
                continue
            waking_at = self._clock.next_waking
            out, to_do = await posts_ahead(self.app, now)
            if self.app.quiet and not to_do and not (waking_at is not None and waking_at <= now):
                async with self.app.memory.open_work() as work:
                    self._step = await work.steps.next_due()
                theirs = [self._crowd.next_at, self._intake.next_at]
                plans = [datetime.fromtimestamp(one, now.tzinfo) for one in theirs if one is not None]
                return [one for one in (waking_at, out, self._step, *plans) if one is not None and one > now]
            await asyncio.sleep(BREATH)


@asynccontextmanager
async def playing(
    directory: Path, me: horizon.Character, *, client: Path = CLIENT, port: int = PORT, seed: int = 7
) -> AsyncIterator[Play]:
    """Horizon at work beside the Playground, on a Monday morning. Raises NotThere, CannotStart."""
    node = _node(client)
    port = _free(port)
    if (directory / "comitia.sqlite").exists():
        raise NotThere(say("command-playground-once", directory=str(directory)))
    files, config, now = directory / "files", directory / "app.yaml", datetime.fromisoformat(horizon.START)
    records.write(files, weeks=WEEKS)
    clock = FollowedClock(now, flowing=True)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        page, mine = f"http://127.0.0.1:{port}", {object_id(me): PERSONAL}
        speak = translator_for(me.locale, ZoneInfo(me.zone))
        withdrawn = render.sentence(say("command-playground-withdrawn"), speak)
        beside = Beside(session, clock, at=f"{page}/_connector", mine=mine, withdrawn=withdrawn)
        behind = await stack.enter_async_context(serving(beside.app(), host="127.0.0.1", port=0))
        beside.url = f"http://127.0.0.1:{behind}"
        text = settings(me, database=str(directory / "comitia.sqlite"), api_url=f"{beside.url}/")
        config.write_text(text, encoding="utf-8")
        loaded = load(config, environ={}, overrides={"web.port": 0})
        await migrate_database(loaded)
        homes = Homes("teams")
        # Whoever plays is met as Teams has people met: by an installation, and then matched by their address.
        beside_me = {one.email for one in around(me) if one != me}
        homes.everybody = {email: one for email, one in homes.everybody.items() if email in beside_me}
        await history.begin(loaded, homes, seed=seed, files=files, config=config, at=now)
        app = await stack.enter_async_context(running(loaded, clock=clock))
        beside.messages, beside.quiet = f"http://127.0.0.1:{app.port}/teams/messages", lambda: app.quiet
        await stack.enter_async_context(
            _client(node, client, directory, me, port=port, messages=beside.messages, connector=beside.url)
        )
        for place in (PERSONAL, GROUP, CHANNEL):
            await _install(session, page, beside.messages, place)
        await app.errands.drained()  # whoever plays is met
        crowd = Colleagues(
            beside,
            people=sorted(beside_me),
            leaning={case.key: case.liked for case in horizon.CASES},
            tastes=horizon.TASTES,
            readings=horizon.READINGS,
            seed=seed,
            played=frozenset({me.email}),
            hurry=0.02,
            grain=0,
        )
        await crowd.arrive()
        intake = Intake(files, config=config, first=horizon.START_DAY + timedelta(weeks=1))
        await app.look()  # what there is to come is planned
        beside.opened.clear()  # that was us, who had it installed
        account = Account(platform="teams", workspace=TENANT, user=object_id(me))
        yield Play(app, clock, beside, crowd, intake, url=page, account=account)


async def _install(session: aiohttp.ClientSession, page: str, messages: str, place: str) -> None:
    """Tells Comitia of a place as Teams does when the app is installed there: that is how people and rooms are met."""
    query = {"conversationId": place, "type": "install"}
    async with session.get(f"{page}/_internal/v1/customActivities/template", params=query) as answer:
        answer.raise_for_status()
        told = await answer.json()
    async with session.post(messages, json=told) as answer:
        answer.raise_for_status()


# --- Microsoft's part ------------------------------------------------------------------------------------------------


def _node(client: Path) -> str:
    node = shutil.which("node")
    if node is None:
        raise NotThere(say("command-playground-no-node"))
    if not client.exists():
        raise NotThere(say("command-playground-not-there", package=PACKAGE, client=str(client)))
    return node


def _free(port: int) -> int:
    """`port`, or any for 0. Raises NotThere: where its port is taken, the Playground itself would take any other."""
    try:
        return free_port(port)
    except PortTaken as error:
        raise NotThere(error.why) from None


@asynccontextmanager
async def _client(
    node: str, client: Path, directory: Path, me: horizon.Character, *, port: int, messages: str, connector: str
) -> AsyncIterator[None]:
    """The Playground's process while the context lasts, heard on this machine only. Raises NotThere."""
    config, log = directory / "playground.yml", directory / "playground.log"
    config.write_text(yaml.safe_dump(playground_config(me), allow_unicode=True), encoding="utf-8")
    arguments = ["-r", str(Path(__file__).with_name("loopback.cjs")), str(client)]
    arguments += ["--app-endpoint", messages, "--channel-id", "msteams", "--port", str(port)]
    arguments += ["--service-url", connector, "--disable-telemetry"]
    process = await asyncio.create_subprocess_exec(
        node, *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=directory,
        env=_environ(os.environ, config=config, log=log, me=me), start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = b""
        with contextlib.suppress(TimeoutError):
            line = await asyncio.wait_for(process.stdout.readline(), START_WITHIN)
        if line.split() != [b"Listening", b"on", str(port).encode()]:
            raise NotThere(say("command-playground-not-started", log=str(log)))
        yield
    finally:
        if process.returncode is None:
            process.kill()  # it has nothing to put away
        await process.wait()


def _environ(given: Mapping[str, str], *, config: Path, log: Path, me: horizon.Character) -> dict[str, str]:
    kept = {name: value for name, value in given.items() if not name.startswith("COMITIA_")}
    return kept | {
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(config),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(log),
        # The client's language and zone are those of its process.
        "LC_ALL": f"{me.locale.replace('-', '_')}.UTF-8",
        "TZ": me.zone,
    }


# --- the command -----------------------------------------------------------------------------------------------------


async def run(*, port: int, seed: int, directory: Path | None, client: Path | None) -> int:
    """Serves until Ctrl-C; the exit code."""
    logs.set_up("warning")
    language = terminal_language(os.environ)
    me = played(language)
    speak = translator_for(language, ZoneInfo(me.zone))
    sys.stderr.write(f"{speak.say(say('command-playground-starting'))}\n")
    try:
        await unless_stopped(_serve(speak, me, port=port, seed=seed, directory=directory, client=client or CLIENT))
    except (NotThere, CannotStart) as error:
        sys.stderr.write(f"{speak.say(say('command-demo-not-started', why=error.why))}\n")
        return 1
    except Stopped:
        sys.stderr.write(f"\n{speak.say(say('command-demo-stopped'))}\n")
    return 0


async def _serve(
    speak: Translator, me: horizon.Character, *, port: int, seed: int, directory: Path | None, client: Path
) -> None:
    async with AsyncExitStack() as stack:
        if directory is None:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comitia-playground-")))
        directory.mkdir(parents=True, exist_ok=True)
        play = await stack.enter_async_context(playing(directory, me, client=client, port=port, seed=seed))
        await stack.enter_async_context(waking(play.app.look))
        sys.stdout.write(ready(speak, play.url, me, typed=sys.stdin.isatty()))
        sys.stdout.flush()
        for life in (play.live(), _greet(play, speak), _listen(play, speak)):
            stack.callback(asyncio.create_task(life).cancel)
        await asyncio.Event().wait()


def ready(speak: Translator, url: str, me: horizon.Character, *, typed: bool) -> str:
    """What is written when all is there; `typed`: whether anybody can type here."""
    wrapped = textwrap.TextWrapper(WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    keys = ["command-playground-ready", "command-playground-try", "command-demo-stop"]
    if typed:
        keys.insert(2, "command-playground-keys")
    told = [wrapped.fill(speak.say(say(key, name=me.name))) for key in keys]
    return "\n\n".join(["", told[0], f"    {url}", *told[1:], ""])


def news(speak: Translator, at: datetime, came: Sequence[Came]) -> str:
    """What time it is, and what came where."""
    if not came:
        return f"  {speak.say(say('command-playground-nothing', at=Moment(at=at)))}\n"
    told = speak.say(say("command-playground-news", at=Moment(at=at), count=len(came)))
    return f"  {told}\n{where(speak, came)}\n"


def where(speak: Translator, came: Sequence[Came]) -> str:
    """What came, a line each, with its place first; of a great many the newest."""
    lines = [speak.say(_line(one)) for one in came]
    told = [cut(line, WIDTH - 4) for line in lines[-MOST_TOLD:]]
    if left := len(lines) - len(told):
        told.insert(0, speak.say(say("command-playground-earlier", count=left)))
    return "\n".join(f"    {line}" for line in told)


def _line(one: Came) -> Text:
    return say("command-playground-line", place=NAMES.get(one.place, one.place), words=one.words)


async def _greet(play: Play, speak: Translator) -> None:
    """Whoever opens the page finds a word there, and the terminal says what else there is."""
    while True:
        came = await play.welcome()
        sys.stdout.write(news(speak, play.now, came))
        sys.stdout.flush()


async def _listen(play: Play, speak: Translator) -> None:
    """Time goes on by what is typed: Enter to the next thing there is to see, w to a week later."""
    if not sys.stdin.isatty():
        return  # nobody can type here: time goes its own way
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str]()
    # A terminal is readable once a whole line was typed.
    loop.add_reader(sys.stdin, lambda: lines.put_nowait(sys.stdin.readline()))
    try:
        while typed := await lines.get():
            if typed.strip().lower() == "w":
                came = await play.run_until(play.now + timedelta(weeks=1))
            else:
                came = await play.next()
            sys.stdout.write(news(speak, play.now, came))
            sys.stdout.flush()
    finally:
        loop.remove_reader(sys.stdin)
