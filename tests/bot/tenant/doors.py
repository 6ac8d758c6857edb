"""The doors that tests of the tenant go through: an app that listens and writes, and a person's client."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import web

from bot.tenant import RunningTenant
from tests.bot import page

Json = dict[str, Any]

APP_ID, PASSWORD, TENANT = "0a0a0a0a-0000-4000-8000-00000000000a", "app-secret", "7e7e7e7e-0000-4000-8000-000000000007"
BOT = f"28:{APP_ID}"
ANNA, BOB, GUEST = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123")
ANNA_USER, BOB_USER = "29:1anna", "29:1bob"
GENERAL, NEWS = "19:general@thread.tacv2", "19:news@thread.tacv2"
CHAT, OUTSIDE = "19:chat@thread.v2", "19:outside@thread.tacv2"
START = 1_767_600_000
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
CONNECTOR_SCOPE = "https://api.botframework.com/.default"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"


def config(**changes: Any) -> Json:
    """A tenant of three people; the app is in one of its two teams and in a chat. `app` is merged."""
    anna = {"id": ANNA, "user": ANNA_USER, "name": "Anna Keller", "mail": "anna@horizon.example", "tz": "Europe/Paris"}
    bob = {"id": BOB, "user": BOB_USER, "name": "Bob Reyes", "mail": "bob@horizon.example", "installed": False}
    guest = {"id": GUEST, "name": "Gil Guest", "mail": "gil@elsewhere.example", "guest": True, "installed": False}
    both = ["anna@horizon.example", "bob@horizon.example"]
    return {
        "app": {"app_id": APP_ID, "password": PASSWORD, "tenant": TENANT} | changes.pop("app", {}),
        "clock": {"mode": "stepped", "start": START},
        "people": [anna | {"locale": "fr-FR", "featured": True}, bob, guest],
        "teams": [
            {
                "id": GENERAL,
                "name": "Horizon",
                "members": both,
                "channels": [{"id": GENERAL, "name": "General"}, {"id": NEWS, "name": "news"}],
            },
            {"id": OUTSIDE, "name": "Outside", "members": "*", "installed": False},
        ],
        "chats": [{"id": CHAT, "name": "Claims", "members": both}],
        **changes,
    }


class Page(page.Page):
    """What a person's client would send; `url` is the tenant's."""

    async def messages(self, who: str = ANNA, **query: Any) -> list[Json]:
        found: list[Json] = (await self.get("/page/messages", who=who, **query))["messages"]
        return found

    async def press(self, message: Json, who: str = ANNA, **more: Any) -> Json:
        where = {"conversation": message["conversation"], "message": message["id"]}
        return await self.post("/page/press", who=who, **where, **more)

    async def after(self, seconds: float) -> None:
        now = (await self.get("/api/clock"))["now"]
        assert (await self.post("/api/clock/advance", to=now + seconds))["ok"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer of the service."""

    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> str:
        found: str = self.body["error"]["code"]
        return found


class App:
    """An app: hears activities, answers them with what was put in `answers` by name or type, and writes."""

    def __init__(self, session: aiohttp.ClientSession, tenant: RunningTenant) -> None:
        self._session = session
        self.tenant = tenant
        self.bearer = ""
        self.graph_bearer = ""
        self.heard: list[Json] = []
        self.authorizations: list[str | None] = []
        self.answers: dict[str, tuple[int, object]] = {}
        self.came = asyncio.Event()
        self.hold: asyncio.Event | None = None
        """Whoever is told something waits for this, where there is one."""

    async def listen(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self.heard.append(activity)
        self.authorizations.append(request.headers.get("Authorization"))
        self.came.set()
        if self.hold is not None:
            await self.hold.wait()
        status, body = self.answers.get(activity.get("name", activity.get("type")), (200, None))
        return web.Response(status=status, text="" if body is None else json.dumps(body))

    def last(self, kind: str) -> Json:
        """The last activity of that type."""
        return next(each for each in reversed(self.heard) if each["type"] == kind)

    # Entra, connector, Graph

    async def token(self, **changes: str) -> Told:
        form = {"grant_type": "client_credentials", "client_id": APP_ID, "client_secret": PASSWORD}
        url = f"{self.tenant.login_url}/{changes.pop('tenant', TENANT)}/oauth2/v2.0/token"
        return await self._ask("POST", url, data=form | {"scope": CONNECTOR_SCOPE} | changes)

    async def call(self, method: str, path: str, body: object = None, **more: Any) -> Told:
        """Ask the connector at a path below the serviceUrl; `bearer` replaces the app's own."""
        bearer = more.pop("bearer", self.bearer)
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        if body is not None:
            more["json"] = body
        return await self._ask(method, self.tenant.service_url + path, headers=headers, **more)

    async def graph(self, method: str, path: str, body: object = None, **more: Any) -> Told:
        """Ask Graph at a path of its, or at a whole link."""
        url = path if path.startswith("http") else f"{self.tenant.graph_url}/{path}"
        headers = {"Authorization": f"Bearer {self.graph_bearer}"} | more.pop("headers", {})
        if body is not None:
            more["json"] = body
        return await self._ask(method, url, headers=headers, **more)

    async def open(self, member: str = ANNA, **changes: Any) -> Told:
        asked = {"bot": {"id": BOT}, "members": [{"id": member}], "tenantId": TENANT, **changes}
        return await self.call("POST", "v3/conversations", asked)

    async def conversation(self, member: str = ANNA) -> str:
        opened = await self.open(member)
        assert opened.status == 201, opened.body
        found: str = opened.body["id"]
        return found

    async def send(self, conversation: str, activity: object = None, **more: Any) -> Told:
        return await self.call("POST", activities(conversation), activity or text("Hello"), **more)

    async def show(self, *actions: Json, conversation: str = "", body: tuple[Json, ...] = ()) -> Json:
        """Send a card with these buttons, to Anna's own conversation unless told where, and answer how it stands."""
        where = conversation or await self.conversation()
        sent = await self.send(where, card(*actions, body=body))
        assert sent.status == 201, sent.body
        return {"id": sent.body["id"], "conversation": where}

    async def _ask(self, method: str, url: str, **options: Any) -> Told:
        async with self._session.request(method, url, **options) as response:
            raw = await response.read()
            body = json.loads(raw) if response.content_type == "application/json" and raw else None
            return Told(status=response.status, body=body, headers=response.headers)


@asynccontextmanager
async def page_of(tenant: RunningTenant) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(session, tenant.url)


@asynccontextmanager
async def app_in(tenant: RunningTenant, page: Page) -> AsyncIterator[App]:
    """An app that listens where the tenant writes to, with tokens for the connector and Graph."""
    async with aiohttp.ClientSession() as session:
        app = App(session, tenant)
        listening = web.Application()
        listening.add_routes([web.post("/teams/messages", app.listen)])
        runner = web.AppRunner(listening, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/teams/messages"
            await page.post("/sandbox/register", messages_url=url)
            app.bearer = (await app.token()).body["access_token"]
            app.graph_bearer = (await app.token(scope=GRAPH_SCOPE)).body["access_token"]
            yield app
        finally:
            await runner.cleanup()


def activities(conversation: str, activity: str | None = None) -> str:
    path = f"v3/conversations/{quote(conversation, safe='')}/activities"
    return path if activity is None else f"{path}/{activity}"


def text(words: str, **more: Any) -> Json:
    return {"type": "message", "text": words, **more}


def card(*actions: Json, body: tuple[Json, ...] = (), **more: Any) -> Json:
    """A message of one card."""
    content = {"type": "AdaptiveCard", "version": "1.5", "body": list(body), "actions": list(actions), **more}
    attached = {"contentType": CARD_TYPE, "content": content}
    return {"type": "message", "summary": "A card", "attachments": [attached]}


def execute(verb: str = "vote", **data: Any) -> Json:
    submit = {"type": "Action.Submit", "title": "Go", "data": data}
    return {"type": "Action.Execute", "title": "Go", "verb": verb, "data": data, "fallback": submit}


def submit(**data: Any) -> Json:
    return {"type": "Action.Submit", "title": "Send", "data": data}


def choices(name: str, *values: str, **more: Any) -> Json:
    offered = [{"title": value.upper(), "value": value} for value in values]
    return {"type": "Input.ChoiceSet", "id": name, "label": name, "choices": offered, **more}


def shows_card(content: Json) -> tuple[int, Json]:
    """The answer to an invoke that puts a card in the place of the clicker's."""
    return 200, {"statusCode": 200, "type": CARD_TYPE, "value": content}


def dialog(*actions: Json, body: tuple[Json, ...] = (), **more: Any) -> tuple[int, Json]:
    """The answer to an invoke that opens a dialog."""
    content = card(*actions, body=body)["attachments"][0]
    value = {"title": "A dialog", "height": "medium", "width": "medium", "card": content, **more}
    return 200, {"task": {"type": "continue", "value": value}}
