"""A workspace with a committee and Comitia at work in it, on one clock that a test steps."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bot.app import PATIENCE, Application, running
from bot.demo.clock import FollowedClock
from bot.sandbox import RunningWorkspace, running_workspace
from bot.settings import load
from rituals.occurrences import occurrence_id
from rituals.posts import Post

Json = dict[str, Any]

TEAM = "T0HORIZON"
NADIA, PRIYA, SAM, LUC, ZOE, BOT = "U0NADIA", "U0PRIYA", "U0SAM", "U0LUC", "U0ZOE", "U0COMITIA"
MEMBERS = (NADIA, PRIYA, SAM, LUC)
ROOM, NEWS, LOBBY = "C0COMMITTEE", "C0NEWS", "C0LOBBY"
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-secret-token", "xapp-secret-token", "secret-of-signing"

PEOPLE: tuple[tuple[str, str, str, list[str]], ...] = (
    (NADIA, "Nadia Benali", "fr-FR", ["chair", "admin"]),
    (PRIYA, "Priya Shah", "en-GB", ["deputy"]),
    (SAM, "Sam Taylor", "en-GB", ["member"]),
    (LUC, "Luc Moreau", "fr-FR", ["member"]),
    (ZOE, "Zoé Kovacs", "fr-FR", []),
)
STARTS = datetime(2026, 1, 26, 8, 0, tzinfo=UTC)
"""A Monday, nine in Paris; the sitting of February follows eight days later."""

MARKS_CALLED = datetime(2026, 1, 27, 8, 0, tzinfo=UTC)
AGENDA_OUT = datetime(2026, 1, 30, 8, 0, tzinfo=UTC)
BALLOTS_OPEN = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
BALLOTS_CLOSE = datetime(2026, 2, 3, 16, 0, tzinfo=UTC)
SITTING = occurrence_id("prioritisation", date(2026, 2, 3))

SECRETS = (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, "/respond/", "/link/?ticket")


def email(name: str) -> str:
    """The address of somebody called `name`."""
    return name.lower().replace(" ", ".").replace("é", "e") + "@horizon.example"


def workspace_config(*, mode: str = "socket", **changes: Any) -> Json:
    """Horizon's workspace, small; `changes` replace whole keys."""
    members = [email(name) for user, name, _, _ in PEOPLE if user != ZOE]
    return {
        "team": {"id": TEAM, "name": "Horizon"},
        "clock": {"mode": "stepped", "start": STARTS.isoformat()},
        "app": {
            "id": "A0COMITIA",
            "name": "Comitia",
            "bot_user": BOT,
            "bot_id": "B0COMITIA",
            "bot_token": BOT_TOKEN,
            "app_token": APP_TOKEN,
            "signing_secret": SIGNING_SECRET,
            "mode": mode,
            "request_url": None,
            "commands": ["/comitia"],
        },
        "people": [
            {"id": user, "real_name": name, "email": email(name), "tz": "Europe/Paris", "locale": locale}
            for user, name, locale, _ in PEOPLE
        ],
        "channels": [
            {"id": ROOM, "name": "ai-committee", "members": members, "app_is_member": True},
            {"id": NEWS, "name": "ai-news", "members": "*", "app_is_member": True},
            {"id": LOBBY, "name": "lobby", "members": "*", "app_is_member": False},
        ],
        **changes,
    }


def app_yaml(api_url: str, database: str, **changes: Any) -> Json:
    """Horizon's app.yaml; `changes` replace whole sections."""
    return {
        "organisation": {"name": "Horizon", "locale": "en", "zone": "Europe/Paris"},
        "rooms": {"committee": "ai-committee", "news": "ai-news"},
        "people": [
            {"email": email(name), "name": name, **({"roles": roles} if roles else {})} for _, name, _, roles in PEOPLE
        ],
        "initiatives": [
            {
                "key": key,
                "title": title,
                "summary": f"What {title.lower()} is for.",
                "stage": "poc",
                "department": "Claims",
                "asks": "2025-12-01",
            }
            for key, title in (("triage", "Claims triage"), ("search", "Contract search"))
        ],
        "rituals": {
            "prioritisation": {
                "kind": "prioritisation_committee",
                "title": "AI committee",
                "when": "1st tue",
                "at": "10:00",
                "room": "committee",
                "deadline": "17:00",
            }
        },
        "slack": {"mode": "socket", "api_url": api_url},
        "web": {"host": "127.0.0.1", "port": 0},
        "database": {"path": database},
        **changes,
    }


def environ(**changes: str) -> dict[str, str]:
    """The secrets as a process is given them."""
    return {
        "COMITIA_SLACK__BOT_TOKEN": BOT_TOKEN,
        "COMITIA_SLACK__APP_TOKEN": APP_TOKEN,
        "COMITIA_SLACK__SIGNING_SECRET": SIGNING_SECRET,
        **changes,
    }


class Page:
    """What a browser would send to the workspace."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self.url = url

    async def get(self, path: str, **query: Any) -> Json:
        async with self._session.get(self.url + path, params=_as(query)) as answer:
            found: Json = await answer.json()
            return found

    async def post(self, path: str, **body: Any) -> Json:
        async with self._session.post(self.url + path, json=_as(body)) as answer:
            found: Json = await answer.json()
            return found

    async def fault(self, method: str, kind: str, **more: Any) -> None:
        """The next calls of `method` go wrong."""
        assert (await self.post("/sandbox/faults", method=method, kind=kind, **more))["ok"]

    async def counts(self) -> Json:
        return await self.get("/sandbox/idle", wait=5)


def _as(fields: Json) -> Json:
    return {"as" if name == "who" else name: value for name, value in fields.items()}


class House:
    """The workspace, Comitia in it, and what people do there."""

    def __init__(self, workspace: RunningWorkspace, page: Page, app: Application, clock: FollowedClock) -> None:
        self.workspace = workspace
        self.page = page
        self.app = app
        self.clock = clock

    # --- time -------------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Returns once nothing is on its way at this moment."""
        quiet = 0
        async with asyncio.timeout(20):
            while quiet < 2:
                idle = (await self.page.counts())["idle"]
                quiet = quiet + 1 if idle and await self._quiet() else 0
                await asyncio.sleep(0.002)

    async def _quiet(self) -> bool:
        now = self.clock.now()
        due = await self.app.station("slack").outbox.next_due()
        waking = self.clock.next_waking
        at_work = due is not None and due <= now and not self.app.station("slack").delivery.in_flight
        return self.app.quiet and not at_work and not (waking is not None and waking <= now)

    async def to(self, end: datetime) -> None:
        """Goes through everything that happens until `end`, and stops there, quiet."""
        while True:
            await self.settle()
            now = self.clock.now()
            if now >= end:
                return
            async with self.app.memory.open_work() as work:
                step = await work.steps.next_due()
            ahead = (self.clock.next_waking, await self.app.station("slack").outbox.next_due(), step)
            await self.jump(min([end, *(moment for moment in ahead if moment is not None and moment > now)]))

    async def jump(self, to: datetime) -> None:
        """Moves the clock there in one go, and lets Comitia look."""
        assert (await self.page.post("/api/clock/advance", to=to.timestamp()))["ok"]
        self.clock.follow(to)
        await self.app.look()

    async def after(self, **time: float) -> None:
        """Goes through everything of so much time."""
        await self.to(self.clock.now() + timedelta(**time))

    async def to_ballots(self) -> None:
        """The ballots of February have just opened and everybody has their paper."""
        await self.to(BALLOTS_OPEN)
        await self.after(seconds=30)

    # --- posts ------------------------------------------------------------------------------------------------------

    async def put(self, *posts: Post, nudge: bool = True) -> None:
        """What a use case does in its transaction."""
        async with self.app.memory.open_work() as work:
            for post in posts:
                await work.posts.put(post, at=self.clock.now())
        if nudge:
            self.app.station("slack").delivery.nudge()

    async def withdraw(self, post: str) -> None:
        async with self.app.memory.open_work() as work:
            assert await work.posts.withdraw(post, at=self.clock.now())
        self.app.station("slack").delivery.nudge()

    async def person(self, user: str) -> str:
        """The id a person has with us."""
        async with self.app.memory.open_work() as work:
            return next(one.id for one in await work.people.all_present() if one.email == address_of(user))

    # --- what people see and do -------------------------------------------------------------------------------------

    async def dm(self, who: str) -> str:
        found: str = (await self.page.get("/api/state", who=who))["dm"]["id"]
        return found

    async def messages(self, who: str, channel: str | None = None) -> list[Json]:
        """What a person sees in a conversation, with the app unless named."""
        where = channel or await self.dm(who)
        found: list[Json] = (await self.page.get("/api/messages", who=who, channel=where))["messages"]
        return [message | {"channel": where} for message in found]

    async def message(self, who: str, containing: str, channel: str | None = None) -> Json:
        """The newest message that says so."""
        found = [one for one in await self.messages(who, channel) if containing in words(one)]
        assert found, f"nobody told {who}: {containing}"
        return found[-1]

    async def type(self, who: str, text: str, channel: str = ROOM) -> Json:
        return await self.page.post("/api/messages", who=who, channel=channel, text=text)

    async def press(self, who: str, message: Json, action: str, value: str = "", **more: Any) -> Json:
        """Presses the first button of that action whose value has `value` in it."""
        for block, element in buttons(message):
            if element["action_id"].partition("|")[0] == action and value in element["value"]:
                if "view" in message:
                    container = {"view": message["view"]}
                else:
                    container = {"channel": message["channel"], "ts": message["ts"]}
                return await self.page.post(
                    "/api/actions",
                    who=who,
                    container=container,
                    block_id=block["block_id"],
                    action_id=element["action_id"],
                    confirmed=True,
                    **more,
                )
        raise AssertionError(f"there is no button {action} {value}")

    async def paper(self, who: str) -> Json:
        """The person's ballot paper."""
        for message in reversed(await self.messages(who)):
            if any(element["action_id"].startswith("vote") for _, element in buttons(message)):
                return message
        raise AssertionError(f"{who} has no ballot paper")

    async def vote(self, who: str, choice: str, about: str = "triage") -> Json:
        return await self.press(who, await self.paper(who), "vote", f"{about}:{choice}")

    async def view(self, who: str) -> Json:
        """The modal the person sees."""
        found: Json | None = (await self.page.get("/api/view", who=who))["view"]
        assert found is not None, f"{who} sees no form"
        return found

    async def submit(self, who: str, **answers: str) -> Json:
        """Fills the open form and sends it: a mark's digit, or words."""
        view = await self.view(who)
        values: Json = {}
        for block in view["blocks"]:
            if block["type"] == "input" and block["block_id"] in answers:
                element, given = block["element"], answers[block["block_id"]]
                entry: Json = {"type": element["type"], "value": given}
                if "options" in element:
                    chosen = next(one for one in element["options"] if one["value"] == given)
                    entry = {"type": element["type"], "selected_option": chosen}
                values[block["block_id"]] = {element["action_id"]: entry}
        return await self.page.post("/api/view/submit", who=who, view=view["id"], values=values)

    async def home(self, who: str) -> Json:
        """The person's Home tab once Comitia has shown it."""
        await self.page.get("/api/home", who=who)
        await self.settle()
        found: Json = (await self.page.get("/api/home", who=who))["view"]
        await self.settle()
        return found | {"view": found["id"]}

    async def forge(self, payload: Json, kind: str = "interactive") -> Json:
        return await self.page.post("/sandbox/forge", type=kind, payload=payload)

    async def health(self, path: str = "/readyz") -> tuple[int, Json]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.app.port}{path}") as answer,
        ):
            return answer.status, await answer.json()

    async def nothing_lost(self) -> Json:
        """The counts, which say that everything was acknowledged and nothing said twice."""
        counts = await self.page.counts()
        assert counts["unacknowledged"] == 0
        assert counts["duplicates"] == 0
        assert counts["server_errors"] == 0
        return counts


def address_of(user: str) -> str:
    """The e-mail address of one of PEOPLE."""
    return next(email(name) for one, name, _, _ in PEOPLE if one == user)


def buttons(message: Json) -> Iterator[tuple[Json, Json]]:
    """(block, button) of a message or view."""
    for block in message.get("blocks", []):
        if block["type"] == "actions":
            for element in block["elements"]:
                yield block, element


def words(shown: object) -> str:
    """Everything a message or view says, in one string."""
    if isinstance(shown, dict):
        return " ".join(words(value) for key, value in shown.items() if key in _SAYING)
    if isinstance(shown, list):
        return " ".join(words(each) for each in shown)
    return shown if isinstance(shown, str) else ""


_SAYING = {"blocks", "elements", "element", "text", "label", "title", "options", "hint", "description"}


async def until(true: Callable[[], Any], *, seconds: float = 10) -> None:
    """Waits for something that nothing tells of."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.01)


def write_settings(tmp_path: Path, settings: Json) -> Path:
    """An app.yaml."""
    path = tmp_path / "app.yaml"
    path.write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


@asynccontextmanager
async def at_work(
    workspace: RunningWorkspace,
    database: Path | str,
    tmp_path: Path,
    *,
    patience: timedelta = PATIENCE,
    **changes: Any,
) -> AsyncIterator[House]:
    """Comitia at work in a running workspace, on a migrated database (a file, or a URL)."""
    secrets, tree = environ(), app_yaml(workspace.api_url, str(database), **changes)
    if isinstance(database, str):
        secrets["COMITIA_DATABASE__URL"] = database
        del tree["database"]
    settings = load(write_settings(tmp_path, tree), environ=secrets)
    async with aiohttp.ClientSession() as session:
        page = Page(session, workspace.url)
        time = await page.get("/api/clock")
        clock = FollowedClock(datetime.fromtimestamp(time["now"], UTC), flowing=time["mode"] == "flowing")
        async with running(settings, clock=clock, patience=patience) as app:
            house = House(workspace, page, app, clock)
            if settings.slack.mode == "http":
                url = f"http://127.0.0.1:{app.port}/slack/events"
                assert (await page.post("/sandbox/register", request_url=url))["ok"]
            await app.look()
            yield house


@asynccontextmanager
async def house_of(
    tmp_path: Path,
    template: Path,
    *,
    mode: str = "socket",
    patience: timedelta = PATIENCE,
    workspace: Json | None = None,
    **changes: Any,
) -> AsyncIterator[House]:
    """A new workspace with Comitia at work in it."""
    database = tmp_path / "comitia.sqlite"
    if not database.exists():
        shutil.copyfile(template, database)
    async with AsyncExitStack() as stack:
        running_one = await stack.enter_async_context(
            running_workspace(workspace_config(mode=mode, **(workspace or {})))
        )
        if mode == "http":
            changes["slack"] = {"mode": "http", "api_url": running_one.api_url}
        house = await stack.enter_async_context(at_work(running_one, database, tmp_path, patience=patience, **changes))
        yield house


def plain(document: object) -> str:
    """As JSON, for a look at everything at once."""
    return json.dumps(document, ensure_ascii=False)
