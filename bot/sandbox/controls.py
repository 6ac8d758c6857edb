"""What tests, and whoever runs a demo, may see and do besides what a person can."""

from aiohttp import web

from bot.local import controls
from bot.local.json_types import Json
from bot.local.routes import PageError, doing, part, reading
from bot.sandbox.deliveries import Outbox, SignedHttp
from bot.sandbox.errors import UndeliveredError
from bot.sandbox.faults import Faults
from bot.sandbox.interactions import Interactions
from bot.sandbox.page_api import PageApi, shown
from bot.sandbox.sockets import Sockets
from bot.sandbox.talk import Talk
from bot.sandbox.workspace import Workspace


class Controls:
    def __init__(
        self,
        workspace: Workspace,
        *,
        page: PageApi,
        interactions: Interactions,
        talk: Talk,
        outbox: Outbox,
        sockets: Sockets,
        line: Sockets | SignedHttp,
        faults: Faults,
    ) -> None:
        self._workspace = workspace
        self._page = page
        self._interactions = interactions
        self._outbox = outbox
        self._sockets = sockets
        self._line = line
        self._common = controls.Controls(
            workspace.counts, faults, counted=self._counted, put_person=lambda given: shown(talk.put_person(given))
        )

    def routes(self) -> list[web.RouteDef]:
        return [
            *self._common.routes(),
            reading("/sandbox/audit", self._audit),
            doing("/sandbox/disconnect", self._disconnect),
            doing("/sandbox/retry_now", self._retry_now),
            doing("/sandbox/forge", self._forge),
            doing("/sandbox/verify_url", self._verify_url),
            doing("/sandbox/register", self._register),
        ]

    def _counted(self) -> Json:
        return {**self._workspace.counts_json(), "waiting_events": self._outbox.waiting()}

    async def _audit(self, given: Json) -> Json:
        """Answer everything the app has said and not taken back, with its metadata, which no person sees."""
        said = [
            message.as_page() | {"metadata": message.metadata}
            for conversation in self._workspace.conversations.values()
            for message in conversation.messages.values()
            if message.user == self._workspace.app.bot_user
        ]
        return {"messages": said}

    async def _disconnect(self, given: Json) -> Json:
        reason = str(given.get("reason", "refresh_requested"))
        return {"ok": True, "connections": await self._sockets.disconnect(reason)}

    async def _retry_now(self, given: Json) -> Json:
        return {"ok": True, "events": self._outbox.retry_now()}

    async def _forge(self, given: Json) -> Json:
        """Send a payload untouched; in HTTP mode `body` and `headers` even unsigned or wrongly signed."""
        try:
            if "body" in given and isinstance(self._line, SignedHttp):
                status = await self._line.send_raw(str(given["body"]).encode(), part(given, "headers"))
                return {"ok": True, "status": status}
            answer = await self._interactions.forge(given.get("type", "interactive"), part(given, "payload"))
        except UndeliveredError as error:
            raise PageError(error.reason) from error
        return {"ok": True, "ack": answer}

    async def _verify_url(self, given: Json) -> Json:
        if not isinstance(self._line, SignedHttp):
            raise PageError("not_http")
        try:
            return {"ok": await self._line.verify_url(self._workspace.new_id())}
        except UndeliveredError as error:
            raise PageError(error.reason) from error

    async def _register(self, given: Json) -> Json:
        """Take up where buttons are heard, and in HTTP mode where the app listens."""
        if "button_address" in given:
            self._page.button_address = given["button_address"]
        if "request_url" in given and isinstance(self._line, SignedHttp):
            self._line.request_url = given["request_url"]
            self._outbox.retry_now()
        return {"ok": True}
