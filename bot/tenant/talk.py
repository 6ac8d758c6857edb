"""What people do besides pressing buttons: write, get the app or take it away, come and go."""

from dataclasses import replace

from bot.local.json_types import Json
from bot.local.routes import PageError
from bot.tenant.activities import Activities
from bot.tenant.config import Person, made_guid, read_person
from bot.tenant.conversations import Conversation, Message
from bot.tenant.line import Line
from bot.tenant.tenant import Tenant


class Talk:
    def __init__(self, tenant: Tenant, line: Line) -> None:
        self._tenant = tenant
        self._line = line
        self._activities = Activities(tenant)

    async def say(
        self, person: Person, conversation: Conversation, text: str, *, thread: str | None, mention: bool
    ) -> Message:
        """Write something. The app hears it alone with a person, elsewhere only where it is mentioned.

        Raises Undelivered; what was written stands all the same.
        """
        message = self._tenant.say(conversation, person.id, {"text": text}, thread=thread)
        where = conversation.team or conversation.id
        hears = conversation.kind == "personal" or (mention and where in self._tenant.installed)
        if hears:
            activity = self._activities.message(person, conversation, message.thread, message.id, text)
            await self._line.deliver(activity)
        return message

    async def install(self, person: Person, conversation: Conversation) -> None:
        """Give the app to a person, or to the team or chat of a conversation; raises PageError, Undelivered."""
        tenant, name = self._tenant, _owner(conversation)
        if name in tenant.installed:
            raise PageError("installed_already")
        tenant.installed.add(name)
        tenant.left.discard(name)
        tenant.changes.add("installed", conversation=conversation.id)
        added = {"membersAdded": [self._activities.bot_account()]}
        event = "teamMemberAdded" if conversation.kind == "channel" else None
        await self._both(person, conversation, "add", self._activities.update(person, conversation, event, **added))

    async def uninstall(self, person: Person, conversation: Conversation) -> None:
        """Take the app away; raises PageError, Undelivered."""
        tenant, name = self._tenant, _owner(conversation)
        if name not in tenant.installed:
            raise PageError("not_installed")
        tenant.installed.discard(name)
        tenant.changes.add("uninstalled", conversation=conversation.id)
        update = None
        if conversation.kind == "personal":
            tenant.left.add(name)
        else:
            gone = {"membersRemoved": [self._activities.bot_account()]}
            event = "teamMemberRemoved" if conversation.kind == "channel" else None
            update = self._activities.update(person, conversation, event, **gone)
        await self._both(person, conversation, "remove", update)

    async def move(self, person: Person, team: str, *, joins: bool) -> None:
        """Join or leave a team, which an app in it is told; raises PageError, Undelivered."""
        members, conversation = self._tenant.team_members[team], self._tenant.conversations[team]
        if (person.id in members) == joins:
            raise PageError("no_change")
        if joins:
            members[person.id] = None
        else:
            del members[person.id]
        if team in self._tenant.installed:
            key, event = ("membersAdded", "teamMemberAdded") if joins else ("membersRemoved", "teamMemberRemoved")
            about = {key: [self._activities.account(person)]}
            await self._line.deliver(self._activities.update(person, conversation, event, **about))

    def put_person(self, document: Json) -> Person:
        """Add somebody, or change what is given of somebody; raises ConfigError."""
        known = self._tenant.people.get(document.get("id") or made_guid(str(document.get("mail"))))
        person = read_person(document) if known is None else replace(known, **document)
        self._tenant.put_person(person)
        return person

    async def _both(self, person: Person, conversation: Conversation, action: str, update: Json | None) -> None:
        """A change of the app's own place comes as two activities."""
        if update is not None:
            await self._line.deliver(update)
        await self._line.deliver(self._activities.installation(person, conversation, action))


def _owner(conversation: Conversation) -> str:
    return conversation.person or conversation.team or conversation.id
