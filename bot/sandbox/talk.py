"""What people say and where they belong, and which events the app is told of it."""

import re
from dataclasses import replace

from bot.local.config import ConfigError
from bot.local.json_types import Json
from bot.sandbox.config import Person, read_person
from bot.sandbox.conversations import Conversation, Message
from bot.sandbox.deliveries import Outbox
from bot.sandbox.workspace import Workspace

_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")


class Talk:
    def __init__(self, workspace: Workspace, outbox: Outbox) -> None:
        self._workspace = workspace
        self._outbox = outbox

    def say(self, person: Person, conversation: Conversation, text: str) -> Message:
        """Store what a person typed; the app hears of it in direct messages or when it is mentioned."""
        workspace, app = self._workspace, self._workspace.app
        message = Message(
            channel=conversation.id,
            ts=workspace.clock.stamp(),
            user=person.id,
            text=self._as_typed(text),
            client_msg_id=workspace.new_id(),
        )
        workspace.say(message)
        event = {
            "user": person.id,
            "ts": message.ts,
            "client_msg_id": message.client_msg_id,
            "text": message.text,
            "team": workspace.team.id,
            "channel": conversation.id,
            "event_ts": message.ts,
        }
        if conversation.person is not None:
            self._outbox.announce("message.im", {"type": "message", **event, "channel_type": "im"})
        elif conversation.app_is_member and f"<@{app.bot_user}>" in message.text:
            self._outbox.announce("app_mention", {"type": "app_mention", **event})
        return message

    def join(self, person: Person, conversation: Conversation) -> None:
        """Make a person a member of a channel."""
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

    def put_person(self, given: Json) -> Person:
        """Add a person, to everybody's channels as well, or change a known one; raises ConfigError."""
        workspace = self._workspace
        before = workspace.people.get(str(given.get("id"))) or workspace.with_email(str(given.get("email")))
        person = read_person(given) if before is None else _changed(before, given)
        workspace.put_person(person)
        kind = "team_join" if before is None else "user_change"
        stamp = workspace.clock.event_stamp()
        self._outbox.announce(kind, {"type": kind, "user": workspace.user_object(person), "event_ts": stamp})
        if before is None:
            for setting in workspace.config.channels:
                if setting.members is None:
                    self.join(person, workspace.conversations[setting.id])
        return person

    def _as_typed(self, text: str) -> str:
        """Escape what a person typed, except mentions: <@U…> of somebody there is, or @ and the app's name."""
        app, people = self._workspace.app, self._workspace.people
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        escaped = _MENTION.sub(lambda hit: f"<@{hit[1]}>" if hit[1] in people else hit[0], escaped)
        return re.sub(rf"@{re.escape(app.name)}\b", f"<@{app.bot_user}>", escaped, flags=re.IGNORECASE)


def _changed(person: Person, given: Json) -> Person:
    unknown = sorted(set(given) - set(Person.__dataclass_fields__))
    if unknown:
        raise ConfigError(f"unknown key {unknown[0]!r}")
    return replace(person, **given | {"id": person.id})
