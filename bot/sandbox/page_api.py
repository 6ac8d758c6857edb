"""What a browser, or a scripted person, may see and do; nobody needs a token to be somebody here."""

import asyncio
import re
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.local import people
from bot.local.clock_routes import ClockRoutes
from bot.local.json_types import Json, compact
from bot.local.routes import PageError, doing, part, reading
from bot.sandbox.config import Person
from bot.sandbox.conversations import Conversation
from bot.sandbox.deliveries import Outbox
from bot.sandbox.interactions import Click, Interactions
from bot.sandbox.talk import Talk
from bot.sandbox.views import View, Views
from bot.sandbox.workspace import Workspace

PAGE = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_GIVEN = ("value", "selected_option", "selected_options", "selected_date", "selected_time", "selected_user")


class PageApi:
    def __init__(
        self, workspace: Workspace, *, interactions: Interactions, talk: Talk, outbox: Outbox, views: Views
    ) -> None:
        self._workspace = workspace
        self._interactions = interactions
        self._talk = talk
        self._views = views
        self._clock = ClockRoutes(workspace.clock, workspace.changes, moved=outbox.wake)
        self.button_address = workspace.config.button_address

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._page),
            web.get("/{file:[a-z0-9_-]+\\.(?:js|css|svg|html)}", self._page),
            reading("/api/state", self._state),
            reading("/api/people", self._people),
            reading("/api/messages", self._messages),
            reading("/api/changes", self._changes),
            reading("/api/home", self._home),
            reading("/api/view", self._view),
            doing("/api/messages", self._say),
            doing("/api/join", self._join),
            doing("/api/actions", self._act),
            doing("/api/view/submit", self._submit),
            doing("/api/view/close", self._close),
            doing("/api/buttons/{id}", self._press),
            *self._clock.routes(),
        ]

    # Reading

    async def _state(self, given: Json) -> Json:
        workspace, shared = self._workspace, self._shared_state()
        if not given.get("as"):
            return {**shared, "me": None, "channels": [], "dm": None}
        person = self._who(given)
        direct = workspace.direct(person.id)
        channels = [
            {
                "id": each.id,
                "name": each.name,
                "topic": each.topic,
                "is_private": each.is_private,
                "member": each.seen_by(person.id),
                "unread": workspace.unread(person.id, each),
            }
            for each in workspace.conversations.values()
            if each.person is None and (each.seen_by(person.id) or not each.is_private)
        ]
        dm = {"id": direct.id, "unread": workspace.unread(person.id, direct)}
        return {**shared, "me": shown(person), "channels": channels, "dm": dm}

    async def _people(self, given: Json) -> Json:
        """Find people by a part of their names or address, or exactly by ids."""
        found = people.found(self._workspace.people, given, known_by=self._known_by)
        return {"people": [shown(person) for person in found]}

    async def _messages(self, given: Json) -> Json:
        person = self._who(given)
        conversation = self._where(person, given.get("channel"))
        messages = self._workspace.read(person.id, conversation)
        texts = " ".join(message.text + compact(message.blocks) for message in messages)
        named = {message.user for message in messages} | set(re.findall(r"\b[UW][A-Z0-9]{2,}\b", texts))
        everybody = self._workspace.people
        return {
            "messages": [message.as_page() for message in messages],
            "people": [shown(everybody[name]) for name in sorted(named) if name in everybody],
            "sequence": self._workspace.changes.sequence,
        }

    async def _changes(self, given: Json) -> Json:
        person = self._who(given).id if given.get("as") else None
        return await self._workspace.changes.answer(given, self._workspace.concerns(person), told=self._told)

    async def _home(self, given: Json) -> Json:
        view = self._interactions.open_home(self._who(given), given.get("tab", "home"))
        return {"view": self._shown_view(view)}

    async def _view(self, given: Json) -> Json:
        return {"view": self._shown_view(self._views.top(self._who(given).id))}

    # Doing

    async def _say(self, given: Json) -> Json:
        person, text = self._who(given), str(given.get("text", "")).strip()
        conversation = self._where(person, given.get("channel"))
        if not conversation.seen_by(person.id):
            raise PageError("not_in_channel")
        if not text:
            raise PageError("no_text")
        if re.match(r"/[a-z]", text):
            await self._interactions.command(person, conversation, text)
            return {"ok": True}
        return {"ok": True, "ts": self._talk.say(person, conversation, text).ts}

    async def _join(self, given: Json) -> Json:
        person = self._who(given)
        conversation = self._where(person, given.get("channel"))
        self._talk.join(person, conversation)
        return {"ok": True}

    async def _act(self, given: Json) -> Json:
        person, container = self._who(given), part(given, "container")
        click = Click(
            block_id=str(given.get("block_id")),
            action_id=str(given.get("action_id")),
            given={name: given[name] for name in _GIVEN if name in given},
            confirmed=given.get("confirmed") is True,
            values=part(given, "values"),
        )
        if "view" in container:
            view = self._open_view(person, container["view"])
            await self._interactions.use_view(person, view, click)
            return {"ok": True}
        conversation = self._workspace.conversations.get(str(container.get("channel")))
        message = None
        if conversation is not None and conversation.seen_by(person.id):
            message = conversation.find(str(container.get("ts")), person.id)
        if message is None:
            raise PageError("message_not_found")
        await self._interactions.use_message(person, message, click)
        return {"ok": True}

    async def _submit(self, given: Json) -> Json:
        person = self._who(given)
        view = self._open_view(person, given.get("view"))
        if view.kind != "modal" or "submit" not in view.content:
            raise PageError("not_submittable")
        await self._interactions.submit(person, view, part(given, "values"))
        return {"ok": True}

    async def _close(self, given: Json) -> Json:
        person = self._who(given)
        view = self._open_view(person, given.get("view"))
        await self._interactions.close(person, view, everything=given.get("all") is True)
        return {"ok": True}

    async def _press(self, given: Json) -> Json:
        button = given["id"]
        if all(each.id != button for each in self._workspace.config.buttons):
            raise PageError("no_such_button", status=404)
        if self.button_address is None:
            raise PageError("nobody_listens")
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(self.button_address, json={"button": button}) as response,
            ):
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise PageError("nobody_listens") from error
        return answer if isinstance(answer, dict) else {"ok": True, "answer": answer}

    # Who, where, what

    def _who(self, given: Json) -> Person:
        person = self._workspace.human(str(given.get("as", "")))
        if person is None:
            raise PageError("no_such_person", status=404)
        return person

    def _where(self, person: Person, channel: object) -> Conversation:
        """Answer a conversation that the person may look into."""
        conversation = self._workspace.conversations.get(str(channel))
        if conversation is None or (conversation.is_private and not conversation.seen_by(person.id)):
            raise PageError("channel_not_found", status=404)
        return conversation

    def _open_view(self, person: Person, view_id: object) -> View:
        view = self._views.find(str(view_id))
        if view is None or view.person != person.id or not self._views.is_shown(view):
            raise PageError("view_not_found")
        return view

    def _told(self, change: Json) -> Json:
        """Answer a change with what it is about, as that is now."""
        kind = change["type"]
        if kind in ("message", "changed", "ephemeral"):
            conversation = self._workspace.conversations.get(change["channel"])
            message = conversation and conversation.find(change["ts"], change["user"])
            return {**change, "message": message.as_page()} if message else change
        if kind in ("view", "home"):
            view = self._views.find(change["view"])
            return {**change, "content": self._shown_view(view)} if view else change
        return change

    def _shown_view(self, view: View | None) -> Json | None:
        return None if view is None else self._interactions.view_object(view)

    def _shared_state(self) -> Json:
        """Answer what everybody sees alike."""
        workspace = self._workspace
        app = workspace.app
        return {
            "team": {"id": workspace.team.id, "name": workspace.team.name},
            "app": {"id": app.id, "name": app.name, "bot_user": app.bot_user, "commands": list(app.commands)},
            "people": [shown(each) for each in workspace.people.values() if each.featured],
            "clock": self._clock.as_json(),
            "buttons": [{"id": each.id, "label": dict(each.label)} for each in workspace.config.buttons],
            "sequence": workspace.changes.sequence,
        }

    def _known_by(self, person: Person) -> str | None:
        if self._workspace.human(person.id) is None:
            return None
        return f"{person.real_name} {person.name} {person.email} {person.title}"

    async def _page(self, request: web.Request) -> web.Response:
        path = PAGE / request.match_info.get("file", "index.html")
        if not path.is_file():
            raise web.HTTPNotFound
        headers = {"Content-Security-Policy": "default-src 'self'", "Cache-Control": "no-cache"}
        body = await asyncio.to_thread(path.read_bytes)
        return web.Response(body=body, content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)


def shown(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "tz": person.tz,
        "locale": person.locale,
        "is_bot": person.is_bot,
        "featured": person.featured,
        "deleted": person.deleted,
    }
