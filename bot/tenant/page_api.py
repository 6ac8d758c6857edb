"""What people see and do in their client; nobody needs a token to be somebody here."""

from collections.abc import Coroutine
from typing import Any

from aiohttp import web

from bot.local import people
from bot.local.clock_routes import ClockRoutes
from bot.local.json_types import Json
from bot.local.routes import PageError, doing, part, reading
from bot.tenant.cards import buttons, inputs
from bot.tenant.config import Person
from bot.tenant.conversations import Conversation, Message
from bot.tenant.errors import Refused, Undelivered
from bot.tenant.interactions import Choice, Dialog, Interactions
from bot.tenant.talk import Talk
from bot.tenant.tenant import Tenant


class PageApi:
    def __init__(self, tenant: Tenant, *, interactions: Interactions, talk: Talk) -> None:
        self._tenant = tenant
        self._interactions = interactions
        self._talk = talk
        self._clock = ClockRoutes(tenant.clock, tenant.changes)

    def routes(self) -> list[web.RouteDef]:
        return [
            reading("/page/state", self._state),
            reading("/page/people", self._people),
            reading("/page/messages", self._messages),
            reading("/page/changes", self._changes),
            reading("/page/dialog", self._dialog),
            doing("/page/messages", self._say),
            doing("/page/press", self._press),
            doing("/page/dialog/submit", self._submit),
            doing("/page/dialog/close", self._close),
            doing("/page/install", self._install),
            doing("/page/uninstall", self._uninstall),
            doing("/page/block", self._block),
            doing("/page/unblock", self._unblock),
            doing("/page/join", self._join),
            doing("/page/leave", self._leave),
            *self._clock.routes(),
        ]

    # Reading

    async def _state(self, given: Json) -> Json:
        tenant = self._tenant
        shared = {
            "tenant": tenant.app.tenant,
            "app": {"id": tenant.app.app_id, "name": tenant.app.name, "bot": tenant.app.bot},
            "people": [shown(each) for each in tenant.people.values() if each.featured],
            "clock": self._clock.as_json(),
            "sequence": tenant.changes.sequence,
        }
        if not given.get("as"):
            return {**shared, "me": None, "conversations": []}
        person = self._who(given)
        mine = tenant.personal(person.id)
        theirs = (each for each in tenant.conversations.values() if tenant.is_in(person.id, each) and each is not mine)
        conversations = [self._shown_conversation(each) for each in (mine, *theirs)]
        return {**shared, "me": shown(person), "conversations": conversations}

    async def _people(self, given: Json) -> Json:
        """Find people by a part of their names or address, or exactly by ids."""
        found = people.found(self._tenant.people, given, known_by=_known_by)
        return {"people": [shown(person) for person in found]}

    async def _messages(self, given: Json) -> Json:
        """Answer what stands in a conversation (the person's own unless named), each card with its buttons."""
        person = self._who(given)
        conversation = self._where(person, given)
        told = [self._shown_message(person.id, each) for each in conversation.in_thread(given.get("thread"))]
        return {"messages": told, "sequence": self._tenant.changes.sequence}

    async def _changes(self, given: Json) -> Json:
        person = self._who(given).id if given.get("as") else None
        concerns = self._tenant.concerns(person)
        return await self._tenant.changes.answer(given, concerns, told=lambda change: self._told(change, person))

    async def _dialog(self, given: Json) -> Json:
        dialog = self._interactions.dialogs.get(self._who(given).id)
        return {"dialog": None if dialog is None else dialog.as_page()}

    # Doing

    async def _say(self, given: Json) -> Json:
        person, text = self._who(given), str(given.get("text", "")).strip()
        conversation = self._reached(person, self._where(person, given))
        if not text:
            raise PageError("no_text")
        thread, mention = given.get("thread"), given.get("mention") is True
        if thread is not None and thread not in conversation.messages:
            raise PageError("message_not_found")
        try:
            message = await self._talk.say(person, conversation, text, thread=thread, mention=mention)
        except Undelivered as error:
            raise PageError(error.reason) from error
        return {"ok": True, "id": message.id}

    async def _press(self, given: Json) -> Json:
        """Press a button of a message, named by "index", "title", "verb" or "data", with "inputs" filled in."""
        person = self._who(given)
        conversation = self._reached(person, self._where(person, given))
        message = conversation.messages.get(str(given.get("message")))
        if message is None:
            raise PageError("message_not_found")
        try:
            result = await self._interactions.press(
                person,
                conversation,
                message,
                _choice(given),
                part(given, "inputs"),
                old_client=given.get("old_client") is True,
            )
        except Undelivered as error:
            raise PageError(error.reason) from error
        return {"ok": True, "shown": result}

    async def _submit(self, given: Json) -> Json:
        person = self._who(given)
        try:
            result = await self._interactions.submit(
                person, self._open_dialog(person, given), _choice(given), part(given, "inputs")
            )
        except Undelivered as error:
            raise PageError(error.reason) from error
        return {"ok": True, "shown": result}

    async def _close(self, given: Json) -> Json:
        self._interactions.close(self._open_dialog(self._who(given), given))
        return {"ok": True}

    async def _install(self, given: Json) -> Json:
        person = self._who(given)
        return await self._delivered(self._talk.install(person, self._where(person, given)))

    async def _uninstall(self, given: Json) -> Json:
        person = self._who(given)
        return await self._delivered(self._talk.uninstall(person, self._where(person, given)))

    async def _block(self, given: Json) -> Json:
        self._tenant.blocked.add(self._who(given).id)
        return {"ok": True}

    async def _unblock(self, given: Json) -> Json:
        self._tenant.blocked.discard(self._who(given).id)
        return {"ok": True}

    async def _join(self, given: Json) -> Json:
        return await self._delivered(self._talk.move(self._who(given), self._team(given), joins=True))

    async def _leave(self, given: Json) -> Json:
        return await self._delivered(self._talk.move(self._who(given), self._team(given), joins=False))

    # Who, where, what

    def _who(self, given: Json) -> Person:
        person = self._tenant.person(str(given.get("as", "")))
        if person is None or not person.enabled:
            raise PageError("no_such_person", status=404)
        return person

    def _where(self, person: Person, given: Json) -> Conversation:
        """Answer a conversation that the person is in, theirs with the app unless another is named."""
        name = given.get("conversation")
        if name is None:
            return self._tenant.personal(person.id)
        try:
            conversation, _ = self._tenant.conversation(str(name))
        except Refused as error:
            raise PageError("conversation_not_found", status=404) from error
        if not self._tenant.is_in(person.id, conversation):
            raise PageError("conversation_not_found", status=404)
        return conversation

    def _reached(self, person: Person, conversation: Conversation) -> Conversation:
        """Answer the conversation where the person can still write to the app in it."""
        if conversation.kind == "personal" and person.id in self._tenant.left | self._tenant.blocked:
            raise PageError("not_installed")
        return conversation

    def _team(self, given: Json) -> str:
        name = str(given.get("team"))
        if name not in self._tenant.teams:
            raise PageError("team_not_found", status=404)
        return name

    def _open_dialog(self, person: Person, given: Json) -> Dialog:
        dialog = self._interactions.dialogs.get(person.id)
        if dialog is None or given.get("dialog", dialog.id) != dialog.id:
            raise PageError("dialog_not_found")
        return dialog

    def _told(self, change: Json, person: str | None) -> Json:
        """Answer a change with the message it is about, as that is now for who asks or for whose conversation it is."""
        conversation = self._tenant.conversations.get(change.get("conversation", ""))
        message = None if conversation is None else conversation.messages.get(change.get("id", ""))
        if conversation is None or message is None:
            return change
        seer = person or change.get("user") or conversation.person
        return {**change, "person": conversation.person, "message": self._shown_message(seer, message)}

    def _shown_message(self, person: str, message: Message) -> Json:
        told = message.as_page(person)
        first = next(iter(told["cards"]), None)
        told["buttons"] = [] if first is None else [each.as_page(at) for at, each in enumerate(buttons(first))]
        told["inputs"] = [] if first is None else inputs(first)
        return told

    def _shown_conversation(self, conversation: Conversation) -> Json:
        named = {"id": conversation.id, "kind": conversation.kind, "name": conversation.name}
        has_app = (conversation.person or conversation.team or conversation.id) in self._tenant.installed
        return {**named, "team": conversation.team, "installed": has_app}

    @staticmethod
    async def _delivered(change: Coroutine[Any, Any, None]) -> Json:
        """Do what changes whatever the app says, and tell whether it heard."""
        try:
            await change
        except Undelivered as error:
            raise PageError(error.reason) from error
        return {"ok": True}


def shown(person: Person) -> Json:
    return {
        "id": person.id,
        "user": person.user,
        "name": person.name,
        "mail": person.mail,
        "title": person.title,
        "tz": person.tz,
        "locale": person.locale,
        "guest": person.guest,
        "enabled": person.enabled,
        "featured": person.featured,
    }


def _known_by(person: Person) -> str | None:
    return f"{person.name} {person.mail} {person.title}" if person.enabled else None


def _choice(given: Json) -> Choice:
    index = given.get("index")
    if index is not None and not isinstance(index, int):
        raise PageError("invalid_request", status=400)
    return Choice(index=index, title=given.get("title"), verb=given.get("verb"), data=part(given, "data"))
