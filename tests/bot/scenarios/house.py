"""Horizon on Slack: a workspace with a committee and Comitia at work in it, on one clock that a test steps."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import aiohttp

from bot.app import PATIENCE, Application, running
from bot.demo.clock import FollowedClock
from bot.sandbox import RunningWorkspace, running_workspace
from bot.settings import load
from tests.bot.scenarios.horizon import AGENDA_OUT as AGENDA_OUT
from tests.bot.scenarios.horizon import BALLOTS_CLOSE as BALLOTS_CLOSE
from tests.bot.scenarios.horizon import BALLOTS_OPEN as BALLOTS_OPEN
from tests.bot.scenarios.horizon import LUC as LUC
from tests.bot.scenarios.horizon import MARKS_CALLED as MARKS_CALLED
from tests.bot.scenarios.horizon import MEMBERS as MEMBERS
from tests.bot.scenarios.horizon import NADIA as NADIA
from tests.bot.scenarios.horizon import NEWS as NEWS
from tests.bot.scenarios.horizon import PEOPLE as PEOPLE
from tests.bot.scenarios.horizon import PRIYA as PRIYA
from tests.bot.scenarios.horizon import ROOM as ROOM
from tests.bot.scenarios.horizon import SAM as SAM
from tests.bot.scenarios.horizon import SITTING as SITTING
from tests.bot.scenarios.horizon import STARTS as STARTS
from tests.bot.scenarios.horizon import ZOE as ZOE
from tests.bot.scenarios.horizon import AnyHouse as AnyHouse
from tests.bot.scenarios.horizon import Button as Button
from tests.bot.scenarios.horizon import Json as Json
from tests.bot.scenarios.horizon import Page as Page
from tests.bot.scenarios.horizon import address_of as address_of
from tests.bot.scenarios.horizon import clock_of, database_in, horizon_yaml, settings_and_secrets
from tests.bot.scenarios.horizon import content as content
from tests.bot.scenarios.horizon import email as email
from tests.bot.scenarios.horizon import french as french
from tests.bot.scenarios.horizon import plain as plain
from tests.bot.scenarios.horizon import until as until
from tests.bot.scenarios.horizon import words as words
from tests.bot.scenarios.horizon import write_settings as write_settings

TEAM, BOT = "T0HORIZON", "U0COMITIA"
LOBBY = "C0LOBBY"
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-secret-token", "xapp-secret-token", "secret-of-signing"
SECRETS = (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, "/respond/", "/link/?ticket")


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
    return horizon_yaml(
        database,
        **{
            "rooms": {"committee": "ai-committee", "news": "ai-news"},
            "slack": {"mode": "socket", "api_url": api_url},
            **changes,
        },
    )


def environ(**changes: str) -> dict[str, str]:
    """The secrets as a process is given them."""
    return {
        "COMITIA_SLACK__BOT_TOKEN": BOT_TOKEN,
        "COMITIA_SLACK__APP_TOKEN": APP_TOKEN,
        "COMITIA_SLACK__SIGNING_SECRET": SIGNING_SECRET,
        **changes,
    }


class House(AnyHouse):
    """The workspace, Comitia in it, and what people do there."""

    platform = "slack"
    calls: ClassVar = {"post": ("chat.postMessage",), "edit": ("chat.update",), "withdrawal": ("chat.delete",)}

    def __init__(self, workspace: RunningWorkspace, page: Page, app: Application, clock: FollowedClock) -> None:
        super().__init__(page, app, clock)
        self.workspace = workspace

    # --- what people see --------------------------------------------------------------------------------------------

    async def dm(self, who: str) -> str:
        found: str = (await self.page.get("/api/state", who=who))["dm"]["id"]
        return found

    async def messages(self, who: str, channel: str | None = None) -> list[Json]:
        """What a person sees in a channel, or in their direct messages with the app."""
        where = channel or await self.dm(who)
        found: list[Json] = (await self.page.get("/api/messages", who=who, channel=where))["messages"]
        return [
            message | {"id": message["ts"], "where": where, "channel": where, "alone": message["ephemeral"]}
            for message in found
        ]

    async def told(self, who: str) -> list[str]:
        """What Slack showed them alone, wherever that was."""
        rooms = [channel["id"] for channel in (await self.page.get("/api/state", who=who))["channels"]]
        seen = [one for where in (None, *rooms) for one in await self.messages(who, where) if one["alone"]]
        return [words(one) for one in sorted(seen, key=lambda one: [int(part) for part in one["ts"].split(".")])]

    async def at_home(self, who: str) -> Json | None:
        """The person's Home tab; asking for it as a page would opens it too."""
        await self.page.get("/api/home", who=who)
        await self.settle()
        found: Json | None = (await self.page.get("/api/home", who=who))["view"]
        return found

    def buttons(self, shown: Json) -> list[Button]:
        """What can be pressed on a message, a modal or a home."""
        return [
            Button(
                action=element["action_id"].partition("|")[0],
                value=element.get("value", ""),
                label=words(element.get("text", "")),
                at={"block_id": block["block_id"], "action_id": element["action_id"]},
            )
            for block, element in buttons(shown)
        ]

    async def form(self, who: str) -> Json | None:
        """The modal the person sees."""
        found: Json | None = (await self.page.get("/api/view", who=who))["view"]
        return found

    def given(self, form: Json) -> dict[str, str]:
        """What stands in the fields of a modal, by field."""
        elements = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
        return {name: one["initial_value"] for name, one in elements.items() if "initial_value" in one}

    async def last_words(self, who: str) -> str:
        """What the modal said once it was sent."""
        return words(await self.view(who))

    async def home(self, who: str) -> Json:
        """The person's Home tab once Comitia has shown it."""
        found = await self.at_home(who)
        assert found is not None, f"{who} has no Home tab"
        await self.settle()
        return found | {"view": found["id"]}

    # --- what people do ---------------------------------------------------------------------------------------------

    async def everybody_is_here(self) -> None:
        """A bot of Slack may write to everybody."""

    async def told_anew(self, who: str) -> None:
        """They have another name by now."""
        name = next(name for user, name, _, _ in PEOPLE if user == who)
        await self.page.post("/sandbox/people", id=who, real_name=f"{name}-Roy")
        await self.settle()

    async def type(self, who: str, text: str, channel: str = ROOM) -> Json:
        return await self.page.post("/api/messages", who=who, channel=channel, text=text)

    async def ask(self, who: str, text: str) -> None:
        """Types /comitia in a channel where everybody is."""
        assert (await self.type(who, f"/comitia {text}".strip(), NEWS))["ok"]

    async def command(self, who: str, text: str) -> list[Json]:
        """The same; what only this person then sees there."""
        before = {one["id"] for one in await self.messages(who, NEWS)}
        await self.ask(who, text)
        await self.settle()
        new = [one for one in await self.messages(who, NEWS) if one["id"] not in before]
        assert all(one["alone"] for one in new)
        return new

    async def write(self, who: str, text: str) -> Json:
        """Writes in the direct messages with the app."""
        return await self.type(who, text, await self.dm(who))

    async def press(
        self, who: str, message: Json, action: str, value: str = "", *, chosen: Sequence[str] = (), **more: Any
    ) -> Json:
        """Presses the first button of that action whose value has `value` in it, with these options chosen above."""
        if chosen:
            more["values"] = _values(message, chosen)
        if "view" in message:
            container = {"view": message["view"]}
        else:
            container = {"channel": message["channel"], "ts": message["ts"]}
        at = self.button(message, action, value).at
        return await self.page.post("/api/actions", who=who, container=container, confirmed=True, **at, **more)

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

    # --- what Slack does --------------------------------------------------------------------------------------------

    async def said(self) -> list[Json]:
        """Every message of Comitia's that stands anywhere."""
        found: list[Json] = (await self.page.get("/sandbox/audit"))["messages"]
        return found

    async def forge(self, payload: Json, kind: str = "interactive") -> Json:
        return await self.page.post("/sandbox/forge", type=kind, payload=payload)

    async def nothing_lost(self) -> Json:
        """The counts, which say that everything was acknowledged and nothing said twice."""
        counts = await self.page.counts()
        assert counts["unacknowledged"] == 0
        assert counts["duplicates"] == 0
        assert counts["server_errors"] == 0
        return counts


def buttons(message: Json) -> Iterator[tuple[Json, Json]]:
    """(block, button) of a message or view."""
    for block in message.get("blocks", []):
        if block["type"] == "actions":
            for element in block["elements"]:
                yield block, element


def _values(message: Json, chosen: Sequence[str]) -> Json:
    """What the menus of a message hold once these options are chosen in them."""
    values: Json = {}
    for block in message["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            found = [one for one in element["options"] if one["value"] in chosen]
            many = element["type"] == "multi_static_select"
            if found:
                entry = {"selected_options": found} if many else {"selected_option": found[0]}
                values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **entry}}
    return values


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
    path, secrets = settings_and_secrets(
        tmp_path, database, app_yaml(workspace.api_url, str(database), **changes), environ()
    )
    settings = load(path, environ=secrets)
    async with aiohttp.ClientSession() as session:
        page = Page(session, workspace.url)
        clock = await clock_of(page)
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
    database = database_in(tmp_path, template)
    async with AsyncExitStack() as stack:
        running_one = await stack.enter_async_context(
            running_workspace(workspace_config(mode=mode, **(workspace or {})))
        )
        if mode == "http":
            changes["slack"] = {"mode": "http", "api_url": running_one.api_url}
        house = await stack.enter_async_context(at_work(running_one, database, tmp_path, patience=patience, **changes))
        yield house
