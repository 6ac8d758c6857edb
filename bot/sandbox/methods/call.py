"""One call of a Web API method: its arguments, read as strictly as Slack reads them."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.local.json_types import Json
from bot.sandbox.conversations import Conversation
from bot.sandbox.errors import SlackError
from bot.sandbox.limits import Limits
from bot.sandbox.sockets import Sockets
from bot.sandbox.triggers import Triggers
from bot.sandbox.views import Views
from bot.sandbox.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the methods work with."""

    workspace: Workspace
    limits: Limits
    views: Views
    triggers: Triggers
    sockets: Sockets


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    desk: Desk
    given: Json

    @property
    def workspace(self) -> Workspace:
        return self.desk.workspace

    def text(self, name: str) -> str | None:
        value = self.given.get(name)
        return None if value is None or value == "" else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise SlackError("invalid_arguments", messages=[f"missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        value = self.given.get(name)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def limit(self, default: int, most: int) -> int:
        """Answer the size of a page; raises SlackError invalid_limit."""
        value = self.given.get("limit")
        if value in (None, "", 0, "0"):
            return default
        try:
            number = int(str(value))
        except ValueError as error:
            raise SlackError("invalid_limit") from error
        if not 1 <= number <= most:
            raise SlackError("invalid_limit")
        return number

    def cursor(self, kind: str) -> str | None:
        """Answer where the page starts; raises SlackError invalid_cursor."""
        value = self.text("cursor")
        if value is None:
            return None
        try:
            found, _, place = b64decode(value, validate=True).decode().partition(":")
        except (Base64Error, ValueError) as error:
            raise SlackError("invalid_cursor") from error
        if found != kind:
            raise SlackError("invalid_cursor")
        return place

    def conversation(self, name: str = "channel") -> Conversation:
        """Answer the conversation that the app may know of; raises SlackError channel_not_found."""
        found = self.workspace.conversations.get(self.required(name))
        if found is None or (found.is_private and not found.app_is_member):
            raise SlackError("channel_not_found")
        return found


Handler: TypeAlias = Callable[[Call], Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    handle: Handler
    caller: Literal["bot", "app", "anybody"] = "bot"
    """Whose token it takes."""


def next_page(kind: str, place: str | None) -> Json:
    """Answer the response_metadata of a page; no place is the last page."""
    cursor = "" if place is None else b64encode(f"{kind}:{place}".encode()).decode()
    return {"response_metadata": {"next_cursor": cursor}}
