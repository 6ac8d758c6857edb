"""What a browser, or a scripted person, may see and do; no token, but only from this machine's own pages."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.config import ConfigError, Person, read_moment, read_person
from bot.sandbox.conversations import Conversation, Message
from bot.sandbox.deliveries import Outbox, SignedHttp
from bot.sandbox.errors import PageError, UndeliveredError
from bot.sandbox.faults import Faults
from bot.sandbox.interactions import Click, Interactions
from bot.sandbox.json_types import Json, compact
from bot.sandbox.sockets import Sockets
from bot.sandbox.views import View, Views
from bot.sandbox.workspace import Workspace

PAGE = Path(__file__).parent / "page"
LONGEST_WAIT = 60.0
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_GIVEN = ("value", "selected_option", "selected_options", "selected_date", "selected_time", "selected_user")


class PageApi:
    def __init__(
        self,
        workspace: Workspace,
        *,
        interactions: Interactions,
        outbox: Outbox,
        views: Views,
        sockets: Sockets,
        faults: Faults,
        line: Sockets | SignedHttp,
    ) -> None:
        self._workspace = workspace
        self._interactions = interactions
        self._outbox = outbox
        self._views = views
        self._sockets = sockets
        self._faults = faults
        self._line = line
        self._button_address = workspace.config.button_address
        self._running: set[asyncio.Task[Json]] = set()

    def routes(self) -> list[web.RouteDef]:
        get, post = self._get, self._post
        return [
            web.get("/", self._page),
            web.get("/{file:[a-z0-9_-]+\\.(?:js|css|svg|html)}", self._page),
            get("/api/state", self._state),
            get("/api/people", self._people),
            get("/api/messages", self._messages),
            get("/api/changes", self._changes),
            get("/api/home", self._home),
            get("/api/view", self._view),
            get("/api/clock", self._clock),
            post("/api/messages", self._say),
            post("/api/join", self._join),
            post("/api/actions", self._act),
            post("/api/view/submit", self._submit),
            post("/api/view/close", self._close),
            post("/api/clock/advance", self._advance),
            post("/api/buttons/{id}", self._press),
            get("/sandbox/counts", self._counts),
            get("/sandbox/idle", self._idle),
            get("/sandbox/faults", self._list_faults),
            post("/sandbox/faults", self._add_fault),
            web.delete("/sandbox/faults", self._clear_faults),
            post("/sandbox/disconnect", self._disconnect),
            post("/sandbox/retry_now", self._retry_now),
            post("/sandbox/forge", self._forge),
            post("/sandbox/verify_url", self._verify_url),
            post("/sandbox/register", self._register),
            post("/sandbox/people", self._put_person),
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
        return {**shared, "me": _shown(person), "channels": channels, "dm": dm}

    async def _people(self, given: Json) -> Json:
        """Find people by a part of their names or address, or exactly by ids."""
        people = self._workspace.people
        if ids := given.get("ids"):
            return {"people": [_shown(people[name]) for name in ids.split(",") if name in people]}
        wanted = str(given.get("q", "")).casefold()
        found = [
            person
            for person in people.values()
            if self._workspace.human(person.id)
            and wanted in f"{person.real_name} {person.name} {person.email} {person.title}".casefold()
        ]
        found.sort(key=lambda person: not person.featured)
        return {"people": [_shown(person) for person in found[:20]]}

    async def _messages(self, given: Json) -> Json:
        person = self._who(given)
        conversation = self._where(person, given.get("channel"))
        messages = self._workspace.read(person.id, conversation)
        texts = " ".join(message.text + json.dumps(message.blocks) for message in messages)
        named = {message.user for message in messages} | set(re.findall(r"\b[UW][A-Z0-9]{2,}\b", texts))
        people = self._workspace.people
        return {
            "messages": [message.as_page() for message in messages],
            "people": [_shown(people[name]) for name in sorted(named) if name in people],
            "sequence": self._workspace.changes.sequence,
        }

    async def _changes(self, given: Json) -> Json:
        person = self._who(given).id if given.get("as") else None
        since, seconds = int(given.get("since", 0)), float(given.get("wait", 0))
        changes, concerns = self._workspace.changes, self._workspace.concerns(person)
        found = await changes.wait(since, concerns, min(max(seconds, 0), LONGEST_WAIT))
        return {"sequence": changes.sequence, "changes": [self._told(change) for change in found]}

    async def _home(self, given: Json) -> Json:
        view = self._interactions.open_home(self._who(given), given.get("tab", "home"))
        return {"view": self._shown_view(view)}

    async def _view(self, given: Json) -> Json:
        return {"view": self._shown_view(self._views.top(self._who(given).id))}

    async def _clock(self, given: Json) -> Json:
        return self._clock_json()

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
        workspace, app = self._workspace, self._workspace.app
        text = self._as_typed(text)
        message = Message(
            channel=conversation.id,
            ts=workspace.clock.stamp(),
            user=person.id,
            text=text,
            client_msg_id=workspace.new_id(),
        )
        workspace.say(message)
        event = {
            "user": person.id,
            "ts": message.ts,
            "client_msg_id": message.client_msg_id,
            "text": text,
            "team": workspace.team.id,
            "channel": conversation.id,
            "event_ts": message.ts,
        }
        if conversation.person is not None:
            self._outbox.announce("message.im", {"type": "message", **event, "channel_type": "im"})
        elif conversation.app_is_member and f"<@{app.bot_user}>" in text:
            self._outbox.announce("app_mention", {"type": "app_mention", **event})
        return {"ok": True, "ts": message.ts}

    async def _join(self, given: Json) -> Json:
        person = self._who(given)
        conversation = self._where(person, given.get("channel"))
        self._add_member(conversation, person)
        return {"ok": True}

    async def _act(self, given: Json) -> Json:
        person, container = self._who(given), given.get("container") or {}
        click = Click(
            block_id=str(given.get("block_id")),
            action_id=str(given.get("action_id")),
            given={name: given[name] for name in _GIVEN if name in given},
            confirmed=given.get("confirmed") is True,
            values=given.get("values"),
        )
        if "view" in container:
            view = self._open_view(person, container["view"])
            await self._interactions.use_view(person, view, click)
            return {"ok": True}
        conversation = self._workspace.conversations.get(container.get("channel", ""))
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
        await self._interactions.submit(person, view, given.get("values") or {})
        return {"ok": True}

    async def _close(self, given: Json) -> Json:
        person = self._who(given)
        view = self._open_view(person, given.get("view"))
        await self._interactions.close(person, view, everything=given.get("all") is True)
        return {"ok": True}

    async def _advance(self, given: Json) -> Json:
        workspace = self._workspace
        try:
            workspace.clock.advance(read_moment(given.get("to")))
        except ValueError as error:
            raise PageError("invalid_moment", status=400, more={"reason": str(error)}) from error
        workspace.changes.add("clock", now=workspace.clock.now())
        self._outbox.wake()
        return {"ok": True, **self._clock_json()}

    async def _press(self, given: Json) -> Json:
        button = given["id"]
        if all(each.id != button for each in self._workspace.config.buttons):
            raise PageError("no_such_button", status=404)
        if self._button_address is None:
            raise PageError("nobody_listens")
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(self._button_address, json={"button": button}) as response,
            ):
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise PageError("nobody_listens") from error
        return answer if isinstance(answer, dict) else {"ok": True, "answer": answer}

    # For tests and whoever runs a demo

    async def _counts(self, given: Json) -> Json:
        return {**self._workspace.counts_json(), "waiting_events": self._outbox.waiting()}

    async def _idle(self, given: Json) -> Json:
        """Wait until nothing is under way, and answer the counts."""
        await self._workspace.counts.wait_idle(min(float(given.get("wait", 0)), LONGEST_WAIT))
        return await self._counts(given)

    async def _list_faults(self, given: Json) -> Json:
        return {"faults": self._faults.left()}

    async def _add_fault(self, given: Json) -> Json:
        try:
            self._faults.add(given)
        except ValueError as error:
            raise PageError("invalid_fault", status=400, more={"reason": str(error)}) from error
        return {"ok": True}

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._faults.clear()
        return _answer({"ok": True})

    async def _disconnect(self, given: Json) -> Json:
        return {"ok": True, "connections": await self._sockets.disconnect(given.get("reason", "refresh_requested"))}

    async def _retry_now(self, given: Json) -> Json:
        return {"ok": True, "events": self._outbox.retry_now()}

    async def _forge(self, given: Json) -> Json:
        """Send a payload untouched; in HTTP mode with `headers` and `body` even unsigned or wrongly signed."""
        try:
            if "body" in given and isinstance(self._line, SignedHttp):
                return {"ok": True, "status": await self._line.send_raw(given["body"].encode(), given["headers"])}
            answer = await self._interactions.forge(given.get("type", "interactive"), given.get("payload") or {})
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
        self._button_address = given.get("button_address")
        return {"ok": True}

    async def _put_person(self, given: Json) -> Json:
        workspace = self._workspace
        before = workspace.people.get(str(given.get("id"))) or workspace.with_email(str(given.get("email")))
        try:
            person = read_person(given) if before is None else _changed(before, given)
        except (ConfigError, TypeError) as error:
            raise PageError("invalid_person", status=400, more={"reason": str(error)}) from error
        workspace.put_person(person)
        stamp = workspace.clock.event_stamp()
        kind = "team_join" if before is None else "user_change"
        self._outbox.announce(kind, {"type": kind, "user": workspace.user_object(person), "event_ts": stamp})
        if before is None:
            everybody = {each.name for each in workspace.config.channels if each.members is None}
            for conversation in list(workspace.conversations.values()):
                if conversation.name in everybody:
                    self._add_member(conversation, person)
        return {"ok": True, "person": _shown(person)}

    # Parts

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

    def _add_member(self, conversation: Conversation, person: Person) -> None:
        if conversation.seen_by(person.id):
            return
        conversation.members[person.id] = None
        self._workspace.keep_conversation(conversation)
        if conversation.app_is_member:
            event = {
                "type": "member_joined_channel",
                "user": person.id,
                "channel": conversation.id,
                "channel_type": "G" if conversation.is_private else "C",
                "team": self._workspace.team.id,
                "event_ts": self._workspace.clock.event_stamp(),
            }
            self._outbox.announce("member_joined_channel", event)

    def _as_typed(self, text: str) -> str:
        """Escape what a person typed, except mentions: <@U…> of somebody there is, or @ and the app's name."""
        app = self._workspace.app
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        known = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")
        people = self._workspace.people
        escaped = known.sub(lambda hit: f"<@{hit[1]}>" if hit[1] in people else hit[0], escaped)
        return re.sub(rf"@{re.escape(app.name)}\b", f"<@{app.bot_user}>", escaped, flags=re.IGNORECASE)

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
            "people": [_shown(each) for each in workspace.people.values() if each.featured],
            "clock": self._clock_json(),
            "buttons": [{"id": each.id, "label": dict(each.label)} for each in workspace.config.buttons],
            "sequence": workspace.changes.sequence,
        }

    def _clock_json(self) -> Json:
        return {"mode": self._workspace.clock.mode, "now": self._workspace.clock.now()}

    # HTTP

    async def _page(self, request: web.Request) -> web.Response:
        path = PAGE / request.match_info.get("file", "index.html")
        if not path.is_file():
            raise web.HTTPNotFound
        headers = {"Content-Security-Policy": "default-src 'self'", "Cache-Control": "no-cache"}
        body = await asyncio.to_thread(path.read_bytes)
        return web.Response(body=body, content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)

    def _get(self, path: str, handle: Callable[[Json], Awaitable[Json]]) -> web.RouteDef:
        async def answer(request: web.Request) -> web.Response:
            try:
                return _answer(await handle(dict(request.query)))
            except PageError as error:
                return _refused(error)
            except ValueError:
                return _refused(PageError("invalid_request", status=400))

        return web.get(path, answer)

    def _post(self, path: str, handle: Callable[[Json], Coroutine[Any, Any, Json]]) -> web.RouteDef:
        async def answer(request: web.Request) -> web.Response:
            try:
                given = json.loads(await request.read() or b"{}")
            except ValueError:
                return _refused(PageError("invalid_request", status=400))
            if not isinstance(given, dict):
                return _refused(PageError("invalid_request", status=400))
            # What a person began goes on even when the browser leaves.
            task = asyncio.create_task(handle(given | dict(request.match_info)))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            try:
                return _answer(await asyncio.shield(task))
            except PageError as error:
                return _refused(error)

        return web.post(path, answer)


@web.middleware
async def only_from_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse other hosts' names, and other pages' writes: a web site must not drive the workspace."""
    host = request.host
    if host.partition(":")[0] not in ("127.0.0.1", "localhost"):
        raise web.HTTPForbidden(text="unknown host")
    origin = request.headers.get("Origin")
    if request.method != "GET" and origin is not None and origin != f"http://{host}":
        raise web.HTTPForbidden(text="unknown origin")
    return await handler(request)


def _shown(person: Person) -> Json:
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


def _changed(person: Person, given: Json) -> Person:
    unknown = set(given) - set(Person.__dataclass_fields__)
    if unknown:
        raise ConfigError(f"unknown key {sorted(unknown)[0]!r}")
    return replace(person, **given | {"id": person.id})


def _answer(document: Json, status: int = 200) -> web.Response:
    return web.Response(text=compact(document), content_type="application/json", status=status)


def _refused(error: PageError) -> web.Response:
    return _answer({**error.more, "ok": False, "error": error.error}, error.status)
