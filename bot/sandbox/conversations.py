"""Channels, direct messages and what was said in them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal

from bot.local.json_types import Json
from bot.sandbox.config import App, Team


@dataclass(slots=True, kw_only=True)
class Message:
    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    edited: str | None = None
    ephemeral_for: str | None = None
    thread_ts: str | None = None
    client_msg_id: str | None = None
    posted: str | None = None
    """What chat.postMessage was given, to tell duplicates; None for what came another way."""

    def as_record(self) -> Json:
        return {name: value for name in _NAMES if (value := getattr(self, name)) not in (None, [])}

    def as_slack(self, app: App, team: Team, *, metadata: Literal["all", "type", "none"] = "type") -> Json:
        """Answer the message object of the Web API and of payloads."""
        message: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": team.id}
        if self.user == app.bot_user:
            message |= {"bot_id": app.bot_id, "app_id": app.id}
            message["bot_profile"] = {
                "id": app.bot_id,
                "app_id": app.id,
                "name": app.name,
                "team_id": team.id,
                "deleted": False,
            }
        if self.client_msg_id:
            message["client_msg_id"] = self.client_msg_id
        if self.thread_ts:
            message["thread_ts"] = self.thread_ts
        if self.blocks:
            message["blocks"] = self.blocks
        if self.edited:
            message["edited"] = {"user": self.user, "ts": self.edited}
        if self.metadata and metadata != "none":
            whole = metadata == "all"
            message["metadata"] = self.metadata if whole else {"event_type": self.metadata["event_type"]}
        return message

    def as_page(self) -> Json:
        """Answer what the page draws."""
        return {
            "channel": self.channel,
            "ts": self.ts,
            "user": self.user,
            "text": self.text,
            "blocks": self.blocks,
            "edited": self.edited,
            "ephemeral": self.ephemeral_for is not None,
            "reply_to": self.thread_ts,
        }


_NAMES = tuple(one.name for one in fields(Message))


@dataclass(slots=True, kw_only=True)
class Conversation:
    """A channel, or the direct messages between the app and one person (then `person` is set)."""

    id: str
    name: str
    topic: str = ""
    person: str | None = None
    is_private: bool = False
    is_archived: bool = False
    app_is_member: bool = False
    members: dict[str, None] = field(default_factory=dict)
    created: int = 0
    messages: dict[str, Message] = field(default_factory=dict)
    whispers: dict[str, Message] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def as_record(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "topic": self.topic,
            "person": self.person,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "app_is_member": self.app_is_member,
            "members": list(self.members),
            "created": self.created,
        }

    def as_slack(self, app: App) -> Json:
        if self.person is not None:
            return {
                "id": self.id,
                "is_im": True,
                "is_channel": False,
                "is_group": False,
                "is_mpim": False,
                "is_private": True,
                "is_archived": self.is_archived,
                "user": self.person,
                "created": self.created,
                "is_user_deleted": False,
                "is_open": True,
                "is_org_shared": False,
                "priority": 0,
            }
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_general": False,
            "is_shared": False,
            "is_org_shared": False,
            "is_member": self.app_is_member,
            "creator": app.bot_user,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(self.everybody(app)),
            "previous_names": [],
            "unlinked": 0,
        }

    def everybody(self, app: App) -> list[str]:
        return [*self.members, app.bot_user] if self.app_is_member else list(self.members)

    def seen_by(self, person: str) -> bool:
        return person in self.members

    def put(self, message: Message) -> None:
        if message.ephemeral_for is not None:
            self.whispers[message.ts] = message
        else:
            self.messages[message.ts] = message
            self.order.append(message.ts)

    def drop(self, message: Message) -> None:
        if self.whispers.pop(message.ts, None) is None:
            del self.messages[message.ts]
            del self.order[bisect_left(self.order, message.ts)]

    def find(self, ts: str, person: str | None = None) -> Message | None:
        """Answer a message; a whispered one only to the person it was for."""
        message = self.messages.get(ts) or self.whispers.get(ts)
        if message is None or message.ephemeral_for not in (None, person):
            return None
        return message

    def newest_first(self, oldest: str, latest: str | None, *, inclusive: bool) -> Iterator[Message]:
        """Yield the messages between two ts."""
        if inclusive:
            low = bisect_left(self.order, oldest)
            high = len(self.order) if latest is None else bisect_right(self.order, latest)
        else:
            low = bisect_right(self.order, oldest)
            high = len(self.order) if latest is None else bisect_left(self.order, latest)
        for position in range(high - 1, low - 1, -1):
            yield self.messages[self.order[position]]

    def shown_to(self, person: str) -> list[Message]:
        whispered = [message for message in self.whispers.values() if message.ephemeral_for == person]
        return sorted([*self.messages.values(), *whispered], key=lambda message: message.ts)

    def newer_than(self, ts: str, besides: str) -> int:
        """Count the messages after that one, without those of one person."""
        start = bisect_right(self.order, ts)
        return sum(1 for each in self.order[start:] if self.messages[each].user != besides)


def read_ts(text: str) -> str | None:
    """Answer a moment as Slack compares it, 10 digits and 6 decimals, or None when it is not one."""
    second, _, fraction = text.partition(".")
    if not second.isdecimal() or len(second) > 10 or (fraction and not fraction.isdecimal()):
        return None
    return f"{second:0>10}.{fraction[:6]:0<6}"
