"""Horizon on Teams: a tenant with a committee and Comitia at work in it, on one clock that a test steps."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import aiohttp

from bot.app import PATIENCE, Application, running
from bot.demo.clock import FollowedClock
from bot.settings import load
from bot.tenant import RunningTenant, running_tenant
from bot.tenant.config import made_guid
from tests.bot.scenarios.horizon import (
    LUC,
    MEMBERS,
    NADIA,
    NEWS,
    PEOPLE,
    ROOM,
    STARTS,
    ZOE,
    AnyHouse,
    Button,
    Json,
    Page,
    address_of,
    clock_of,
    database_in,
    email,
    horizon_yaml,
    settings_and_secrets,
    words,
)

TENANT, APP = "7e7e7e7e-0000-4000-8000-000000000007", "c0c0c0c0-0000-4000-8000-00000000000c"
PASSWORD = "secret~of-the-app"
CHANNELS = {ROOM: "19:committee@thread.tacv2", NEWS: "19:news@thread.tacv2"}
CHAT = "19:nadia-and-luc@thread.v2"
"""A group chat of Nadia and Luc with the app."""

SOUND = (
    *("unacknowledged", "interrupted", "server_errors", "refused_activities", "bad_answers"),
    *("duplicates", "text_with_card", "too_new_cards", "large_cards", "impatient"),
)
"""What is counted and never happens."""


def aad(user: str) -> str:
    """Entra's id of one of PEOPLE, or of whoever has that e-mail address."""
    return made_guid(user if "@" in user else address_of(user))


def tenant_config(**changes: Any) -> Json:
    """Horizon's tenant, small; `changes` replace whole keys. Nobody has the app yet but the teams and the chat."""
    members = [address_of(user) for user in MEMBERS]
    return {
        "app": {"app_id": APP, "password": PASSWORD, "tenant": TENANT, "consents": []},
        "clock": {"mode": "stepped", "start": STARTS.isoformat()},
        "people": [
            {"mail": email(name), "name": name, "tz": "Europe/Paris", "locale": locale, "installed": False}
            for _, name, locale, _ in PEOPLE
        ],
        "teams": [
            {"name": "AI", "members": members, "channels": [{"name": "AI committee", "id": CHANNELS[ROOM]}]},
            {"name": "Horizon", "members": "*", "channels": [{"name": "AI news", "id": CHANNELS[NEWS]}]},
        ],
        "chats": [{"name": "Two of us", "id": CHAT, "members": [address_of(NADIA), address_of(LUC)]}],
        **changes,
    }


def link(channel: str, name: str = "General") -> str:
    """What Teams gives of a channel where somebody asks for its link."""
    return f"https://teams.microsoft.com/l/channel/{quote(channel, safe='')}/{quote(name)}?groupId=1&tenantId={TENANT}"


def teams_yaml(url: str, database: str, *, dialogs: bool = True, **changes: Any) -> Json:
    """Horizon's app.yaml; `changes` replace whole sections."""
    return horizon_yaml(
        database,
        **{
            "rooms": {
                "committee": link(CHANNELS[ROOM], "AI committee"),
                "news": link(CHANNELS[NEWS], "AI news"),
            },
            "teams": {"app_id": APP, "tenant": TENANT, "api_url": url, "dialogs": dialogs},
            **changes,
        },
    )


def environ(**changes: str) -> dict[str, str]:
    """The secrets as a process is given them."""
    return {"COMITIA_TEAMS__APP_PASSWORD": PASSWORD, **changes}


class TeamsHouse(AnyHouse):
    """The tenant, Comitia in it, and what people do there."""

    platform = "teams"
    # A channel's post creates a conversation.
    calls: ClassVar = {
        "post": ("CreateConversation", "SendToConversation"),
        "edit": ("UpdateActivity",),
        "withdrawal": ("DeleteActivity",),
    }

    def __init__(self, tenant: RunningTenant, page: Page, app: Application, clock: FollowedClock) -> None:
        super().__init__(page, app, clock)
        self.tenant = tenant
        self._told: dict[str, list[str]] = {}

    async def install(self, *people: str) -> None:
        """They take the app."""
        for who in people:
            assert (await self.page.post("/page/install", who=aad(who)))["ok"]

    async def everybody_installs(self) -> None:
        """All but Zoé have the app, and Comitia has met them."""
        for who in (user for user, *_ in PEOPLE if user != ZOE):
            answer = await self.page.post("/page/install", who=aad(who))
            assert answer.get("error") in {None, "installed_already"}
        await self.after(seconds=1)

    # --- what people see --------------------------------------------------------------------------------------------

    async def messages(self, who: str, channel: str | None = None) -> list[Json]:
        """What a person sees in a channel or chat, or in their own conversation with the app."""
        where = {} if channel is None else {"conversation": CHANNELS.get(channel, channel)}
        found: list[Json] = (await self.page.get("/page/messages", who=aad(who), **where))["messages"]
        return [message | {"where": message["conversation"], "alone": channel is None} for message in found]

    async def told(self, who: str) -> list[str]:
        """What the app wrote to them, and the lines that stood above what they pressed."""
        mine = [one for one in await self.messages(who) if one["author"] == f"28:{APP}"]
        return [*(words(one) for one in mine), *self._told.get(who, [])]

    async def at_home(self, who: str) -> Json | None:
        """Teams gives bots no such place."""
        return None

    def buttons(self, shown: Json) -> list[Button]:
        """What can be pressed on a card."""
        return [
            Button(
                action=_word(button, "action"),
                value=_word(button, "value"),
                label=str(button.get("title", "")),
                at={"index": button["index"]},
            )
            for button in shown["buttons"]
            if button.get("data")
        ]

    async def form(self, who: str) -> Json | None:
        """The dialog the person sees, or else the newest form in their conversation."""
        dialog: Json | None = (await self.page.get("/page/dialog", who=aad(who)))["dialog"]
        if dialog is not None:
            return dialog
        cards = [one for one in await self.messages(who) if any("form" in _data(button) for button in one["buttons"])]
        return cards[-1] if cards else None

    def given(self, form: Json) -> dict[str, str]:
        """What stands in the fields of a form, by field."""
        return {field["id"].removeprefix("answer."): field["value"] for field in form["inputs"] if "value" in field}

    async def last_words(self, who: str) -> str:
        """What the dialog said before it closed."""
        return self._told[who][-1]

    # --- what people do ---------------------------------------------------------------------------------------------

    async def everybody_is_here(self) -> None:
        """Zoé takes the app too."""
        await self.install(ZOE)

    async def told_anew(self, who: str) -> None:
        """They take the app, or take it away and take it again."""
        if not (await self.page.post("/page/install", who=aad(who)))["ok"]:
            assert (await self.page.post("/page/uninstall", who=aad(who)))["ok"]
            await self.install(who)
        await self.settle()

    async def ask(self, who: str, text: str) -> None:
        """Writes the command to the app."""
        answer = await self.write(who, text or "votes")
        assert answer["ok"], answer

    async def command(self, who: str, text: str) -> list[Json]:
        """The same; what the app then says in their conversation."""
        before = {one["id"] for one in await self.messages(who)}
        await self.ask(who, text)
        # What a conversation takes in a row is little, and at this moment no time passes by itself.
        await self.after(seconds=2)
        new = [one for one in await self.messages(who) if one["id"] not in before]
        return [one for one in new if one["author"] == f"28:{APP}"]

    async def write(self, who: str, text: str, channel: str | None = None, *, mention: bool = False) -> Json:
        """Writes to the app, or in a channel or chat."""
        where = {} if channel is None else {"conversation": CHANNELS.get(channel, channel), "mention": mention}
        return await self.page.post("/page/messages", who=aad(who), text=text, **where)

    async def press(
        self, who: str, message: Json, action: str, value: str = "", *, chosen: Sequence[str] = (), **more: Any
    ) -> Json:
        """Presses the first button of that action whose value has `value` in it, with these options chosen above."""
        at = self.button(message, action, value).at
        return await self.push(who, message, at, _chosen(message, chosen), **more)

    async def push(self, who: str, message: Json, at: Json, inputs: Json, **more: Any) -> Json:
        """Presses whatever is there on a card, with its inputs filled in."""
        where = {"conversation": message["where"], "message": message["id"]}
        answer = await self.page.post("/page/press", who=aad(who), **where, **at, inputs=inputs, **more)
        return self._noted(who, answer)

    async def submit(self, who: str, **answers: str) -> Json:
        """Fills the open form and sends it: a mark's digit, or words."""
        form = await self.view(who)
        (at,) = [{"index": button["index"]} for button in form["buttons"] if "form" in _data(button)]
        inputs = {f"answer.{name}": given for name, given in answers.items()}
        if "conversation" in form:
            return await self.push(who, form, at, inputs)
        answer = await self.page.post("/page/dialog/submit", who=aad(who), dialog=form["id"], **at, inputs=inputs)
        return self._noted(who, answer)

    def _noted(self, who: str, answer: Json) -> Json:
        """Keeps the words that an answer shows for a moment."""
        shown = answer.get("shown", {})
        if shown.get("text"):
            self._told.setdefault(who, []).append(shown["text"])
        return answer

    # --- what Teams does --------------------------------------------------------------------------------------------

    async def said(self) -> list[Json]:
        """Every message of Comitia's that stands anywhere."""
        audit = await self.page.get("/sandbox/audit")
        assert audit["problems"] == []
        found: list[Json] = audit["messages"]
        return found

    async def nothing_lost(self) -> Json:
        """The counts, which say that everything was acknowledged and nothing said twice, and that cards are sound."""
        counts = await self.page.counts()
        unsound = {name: counts[name] for name in SOUND if counts[name]}
        assert not unsound, unsound
        await self.said()
        return counts


def _data(button: Json) -> Json:
    data = button.get("data")
    return data if isinstance(data, dict) else {}


def _word(button: Json, name: str) -> str:
    return str(_data(button).get(name, ""))


def _chosen(message: Json, chosen: Sequence[str]) -> Json:
    """What the menus of a card hold once these options are chosen in them."""
    found = {
        field["id"]: [option["value"] for option in field.get("choices", ()) if option["value"] in chosen]
        for field in message["inputs"]
    }
    return {name: ",".join(values) for name, values in found.items() if values}


async def introduce(page: Page, app: Application) -> None:
    """Tells a tenant where Comitia takes activities."""
    url = f"http://127.0.0.1:{app.port}/teams/messages"
    assert (await page.post("/sandbox/register", messages_url=url))["ok"]


@asynccontextmanager
async def at_work(
    tenant: RunningTenant,
    database: Path | str,
    tmp_path: Path,
    *,
    patience: timedelta = PATIENCE,
    **changes: Any,
) -> AsyncIterator[TeamsHouse]:
    """Comitia at work in a running tenant, on a migrated database (a file, or a URL)."""
    path, secrets = settings_and_secrets(
        tmp_path, database, teams_yaml(tenant.url, str(database), **changes), environ()
    )
    settings = load(path, environ=secrets)
    async with aiohttp.ClientSession() as session:
        page = Page(session, tenant.url)
        clock = await clock_of(page)
        async with running(settings, clock=clock, patience=patience) as app:
            await introduce(page, app)
            await app.look()
            yield TeamsHouse(tenant, page, app, clock)


@asynccontextmanager
async def house_of(
    tmp_path: Path,
    template: Path,
    *,
    patience: timedelta = PATIENCE,
    tenant: Json | None = None,
    **changes: Any,
) -> AsyncIterator[TeamsHouse]:
    """A new tenant with Comitia at work in it, which everybody but Zoé has taken."""
    database = database_in(tmp_path, template)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(running_tenant(tenant_config(**(tenant or {}))))
        house = await stack.enter_async_context(at_work(one, database, tmp_path, patience=patience, **changes))
        await house.everybody_installs()
        yield house
