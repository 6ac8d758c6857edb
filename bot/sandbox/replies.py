"""Response URLs: five times within half an hour an app may answer where somebody clicked."""

import secrets
from dataclasses import dataclass
from json import JSONDecodeError, loads

from aiohttp import web

from bot.local.json_types import Json
from bot.sandbox.blocks import name_everything
from bot.sandbox.conversations import Message
from bot.sandbox.drafts import Draft
from bot.sandbox.errors import SlackError
from bot.sandbox.faults import Faults, spoil
from bot.sandbox.workspace import Workspace

USES = 5
SECONDS = 1800.0


@dataclass(slots=True, kw_only=True)
class _Reply:
    person: str
    channel: str
    original: str | None
    at: float
    uses: int = 0


class Replies:
    def __init__(self, workspace: Workspace, faults: Faults) -> None:
        self._workspace = workspace
        self._faults = faults
        self._all: dict[str, _Reply] = {}

    def new_url(self, person: str, channel: str, original: str | None = None) -> str:
        """Answer an address for answers to that person's click on that message, or to a command."""
        name = secrets.token_urlsafe(18)
        at = self._workspace.clock.now()
        self._all[name] = _Reply(person=person, channel=channel, original=original, at=at)
        return f"{self._workspace.url}/respond/{name}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        with self._workspace.counts.under_way():
            body = await request.read()
            fault = self._faults.take("response_url")
            if fault is None:
                return self._answer(request.match_info["name"], body)
            if fault.happens:
                self._answer(request.match_info["name"], body)
            return await spoil(fault, request, {"ok": True})

    def say(self, person: str, channel: str, given: Json) -> None:
        """Put an app's words in a conversation, to that person alone unless they are for the channel."""
        draft = self._workspace.draft(given)
        self._put(person, channel, draft, aloud=given.get("response_type") == "in_channel")

    def _answer(self, name: str, body: bytes) -> web.Response:
        reply = self._all.get(name)
        if reply is None:
            return web.Response(status=404, text="no_such_url")
        if self._workspace.clock.now() - reply.at > SECONDS:
            return web.Response(status=404, text="expired_url")
        if reply.uses >= USES:
            return web.Response(status=404, text="used_url")
        try:
            given = loads(body)
        except JSONDecodeError:
            return web.Response(status=400, text="invalid_payload")
        if not isinstance(given, dict):
            return web.Response(status=400, text="invalid_payload")
        try:
            found = self._apply(reply, given)
        except SlackError as error:
            return web.Response(status=400, text=error.error)
        if not found:
            return web.Response(status=404, text="message_not_found")
        reply.uses += 1
        return web.Response(text="ok")

    def _apply(self, reply: _Reply, given: Json) -> bool:
        if given.get("delete_original"):
            original = self._original(reply)
            if original is not None:
                self._workspace.remove(original)
                self._workspace.counts.add("deletes")
            return original is not None
        if given.get("replace_original"):
            draft = self._workspace.draft(given)
            original = self._original(reply)
            if original is not None:
                name_everything(draft.blocks, self._workspace.new_id)
                original.text, original.blocks = draft.text, draft.blocks
                self._workspace.rewrite(original)
                self._workspace.counts.add("redraws")
            return original is not None
        self.say(reply.person, reply.channel, given)
        return True

    def _original(self, reply: _Reply) -> Message | None:
        if reply.original is None:
            return None
        return self._workspace.conversations[reply.channel].find(reply.original, reply.person)

    def _put(self, person: str, channel: str, draft: Draft, *, aloud: bool) -> None:
        workspace = self._workspace
        name_everything(draft.blocks, workspace.new_id)
        workspace.say(
            Message(
                channel=channel,
                ts=workspace.clock.stamp(),
                user=workspace.app.bot_user,
                text=draft.text,
                blocks=draft.blocks,
                ephemeral_for=None if aloud else person,
            )
        )
        if not aloud:
            workspace.counts.add("ephemerals")
