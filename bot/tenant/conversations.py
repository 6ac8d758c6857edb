"""A conversation and what was said in it, as everybody sees it and as one person does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from json import loads
from marshal import dumps
from typing import Literal, TypeAlias

from bot.local.json_types import Json

Kind: TypeAlias = Literal["personal", "groupChat", "channel"]
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
SAME_CARD_SECONDS = 600
_SHOWN = ("text", "textFormat", "summary", "attachments", "attachmentLayout", "entities", "channelData", "value")


@dataclass(slots=True, kw_only=True)
class Message:
    """What stands in a conversation; `thread` is the id of the message it answers to in a channel, or its own."""

    id: str
    conversation: str
    thread: str
    author: str
    """Entra's id of a person, or the app's name in conversations."""
    raw: bytes
    """The activity as it was said, which costs far less to keep than what it holds: few are ever looked at."""
    at: float
    edited: bool = False
    editing: bool = False
    views: dict[str, Json] = field(default_factory=dict)
    """A card that stands instead of this one for one person, until the message is edited for everybody."""

    @property
    def content(self) -> Json:
        """What it shows: text, summary, attachments and the like."""
        said = loads(self.raw)
        return {name: said[name] for name in _SHOWN if name in said}

    def cards(self, person: str) -> list[Json]:
        """The cards that the person sees."""
        return self._cards(person, self.content)

    def as_page(self, person: str) -> Json:
        content = self.content
        return {
            "id": self.id,
            "conversation": self.conversation,
            "thread": self.thread,
            "author": self.author,
            "text": content.get("text", ""),
            "summary": content.get("summary", ""),
            "cards": self._cards(person, content),
            "mine_alone": person in self.views,
            "at": self.at,
            "edited": self.edited,
        }

    def _cards(self, person: str, content: Json) -> list[Json]:
        if person in self.views:
            return [self.views[person]]
        return [one["content"] for one in content.get("attachments", ()) if one["contentType"] == CARD_TYPE]


@dataclass(slots=True, kw_only=True)
class Conversation:
    id: str
    kind: Kind
    name: str = ""
    person: str = ""
    """Whose it is alone, in a personal one."""
    team: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    """By id, in the order in which they were said."""
    said_lately: dict[int, float] = field(default_factory=dict)
    """What the app said since anybody else last did, and when."""

    def in_thread(self, thread: str | None) -> Iterator[Message]:
        return (each for each in self.messages.values() if thread is None or each.thread == thread)

    def says_again(self, said: list[object], now: float) -> bool:
        """Note what the app says, and answer whether it said just that within ten minutes, nobody having spoken since.

        A person who asks for the same twice is answered twice, and rightly.
        """
        # This version of marshal writes equal JSON equally, in a tenth of the time of JSON itself.
        digest = hash(dumps(said, 2))
        before = self.said_lately.get(digest)
        self.said_lately[digest] = now
        return before is not None and now - before <= SAME_CARD_SECONDS
