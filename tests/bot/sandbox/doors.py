"""The doors that tests of the workspace go through: an app's client and connection, and a person's page."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urljoin

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.sandbox import RunningWorkspace
from tests.bot import page

Json = dict[str, Any]

ANNA, BOB, BOT = "U0ANNA", "U0BOB", "U0HELPER"
ROOM, OPEN, OLD, SECRET = "C0ROOM", "C0OPEN", "C0OLD", "C0SECRET"
BOT_TOKEN, APP_TOKEN, SECRET_KEY = "xoxb-1", "xapp-1", "signing"
START = 1_767_600_000


def config(**changes: Any) -> Json:
    """A workspace of two people, the app in one of its three channels; `app` and `clock` are merged."""
    app = {
        "id": "A0HELPER",
        "name": "Helper",
        "bot_user": BOT,
        "bot_id": "B0HELPER",
        "bot_token": BOT_TOKEN,
        "app_token": APP_TOKEN,
        "signing_secret": SECRET_KEY,
        "mode": "socket",
        "request_url": None,
        "commands": ["/help-me"],
    }
    anna = {"id": ANNA, "real_name": "Anna Keller", "email": "anna@horizon.example", "tz": "Europe/Paris"}
    bob = {"id": BOB, "real_name": "Bob Reyes", "email": "bob@horizon.example", "title": "Sponsor"}
    return {
        "team": {"id": "T0HORIZON", "name": "Horizon"},
        "clock": {"mode": "stepped", "start": START} | changes.pop("clock", {}),
        "app": app | changes.pop("app", {}),
        "people": [anna | {"locale": "fr-FR", "featured": True}, bob],
        "channels": [
            {"id": ROOM, "name": "room", "topic": "Talk", "members": "*", "app_is_member": True},
            {"id": OPEN, "name": "open", "members": ["anna@horizon.example"]},
            {"id": OLD, "name": "old", "members": "*", "app_is_member": True, "is_archived": True},
            {"id": SECRET, "name": "secret", "members": ["anna@horizon.example"], "is_private": True},
        ],
        "buttons": [{"id": "next", "label": {"en": "Next", "fr": "Suite"}}],
        **changes,
    }


class Page(page.Page):
    """What a browser would send; `url` is the workspace's."""

    async def status(self, method: str, where: str, **options: Any) -> int:
        """The status at a path, or at a whole URL as that of a response."""
        async with self._session.request(method, urljoin(self.url, where), **options) as response:
            return response.status

    async def dm(self, person: str = ANNA) -> str:
        state = await self.get("/api/state", who=person)
        found: str = state["dm"]["id"]
        return found

    async def advance(self, to: float) -> None:
        assert (await self.post("/api/clock/advance", to=to))["ok"]

    async def click(self, message: Json, action_id: str, who: str = ANNA, block_id: str = "b", **more: Any) -> Json:
        container = {"channel": message["channel"], "ts": message["ts"]}
        return await self.post(
            "/api/actions", who=who, container=container, block_id=block_id, action_id=action_id, **more
        )

    async def until(self, kind: str, since: int = 0, who: str | None = None) -> Json:
        """Wait for a change of that kind."""
        while True:
            asked = {"since": since, "wait": 5} | ({"who": who} if who else {})
            news = await self.get("/api/changes", **asked)
            for change in news["changes"]:
                if change["type"] == kind:
                    found: Json = change
                    return found
            assert news["changes"], f"no {kind} after {since}"
            since = news["sequence"]


@asynccontextmanager
async def page_of(workspace: RunningWorkspace) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(session, workspace.url)


def client_of(workspace: RunningWorkspace, token: str = BOT_TOKEN) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=workspace.api_url, retry_handlers=[])


def app_of(workspace: RunningWorkspace) -> AsyncApp:
    return AsyncApp(name="try", client=client_of(workspace), signing_secret=SECRET_KEY)


@asynccontextmanager
async def connected(app: AsyncApp, workspace: RunningWorkspace) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect the app by Socket Mode as an app in production does."""
    handler = AsyncSocketModeHandler(app, APP_TOKEN, web_client=client_of(workspace, APP_TOKEN), ping_interval=1)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def refusal(call: Awaitable[AsyncSlackResponse]) -> Json:
    """The answer of a call that must be refused."""
    with pytest.raises(SlackApiError) as refused:
        await call
    response = refused.value.response
    assert isinstance(response, AsyncSlackResponse)
    assert isinstance(response.data, dict)
    return response.data


class Heard:
    """What an app was told, for a test to wait for."""

    def __init__(self) -> None:
        self._all: asyncio.Queue[Any] = asyncio.Queue()

    def note(self, what: Any) -> None:
        self._all.put_nowait(what)

    async def next(self) -> Any:
        async with asyncio.timeout(10):
            return await self._all.get()

    def is_empty(self) -> bool:
        return self._all.empty()


def hear_all(app: AsyncApp, heard: Heard) -> None:
    """Let an app acknowledge whatever comes and note its payload."""

    async def note(ack: Callable[[], Awaitable[None]], body: Json) -> None:
        await ack()
        heard.note(body)

    for event in ("app_home_opened", "app_mention", "member_joined_channel", "message", "team_join", "user_change"):
        app.event(event)(note)
    app.action(re.compile(".*"))(note)
    app.view_submission("form")(note)
    app.view_closed("form")(note)
    app.command("/help-me")(note)


def plain(text: object) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "block_id": "b", "elements": list(elements)}]


def text_input(**more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "words"} | more
    return {"type": "input", "block_id": "words", "label": plain("Words"), "element": element}


def modal(*blocks: Json, **more: Any) -> Json:
    content = list(blocks) or [text_input()]
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Send"), "blocks": content}
    return view | more


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks) or [{"type": "divider"}]}
