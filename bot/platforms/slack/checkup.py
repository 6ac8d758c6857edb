"""What `comitia doctor` asks of Slack: who we are there, what we may do, which rooms and people it knows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.port import DeliveryError
from bot.platforms.slack.client import classify
from bot.platforms.slack.manifest import SCOPES

T = TypeVar("T")


class Silent(Exception):
    """Slack did not give what was asked: `why` in its own word. `refused`: it answered, and said no."""

    def __init__(self, why: str, *, refused: bool) -> None:
        super().__init__(why)
        self.why = why
        self.refused = refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What Slack says of the bot token. `scopes`: None where it does not tell; `told_at`: by its own clock."""

    team: str
    team_name: str
    user_name: str
    is_bot: bool
    scopes: frozenset[str] | None
    told_at: datetime | None

    @property
    def missing(self) -> frozenset[str]:
        """Scopes that are needed and were not granted."""
        return frozenset() if self.scopes is None else SCOPES - self.scopes

    @property
    def surplus(self) -> frozenset[str]:
        """Scopes that were granted and are not needed."""
        return frozenset() if self.scopes is None else self.scopes - SCOPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A room's channel. `joined`: the bot is in it."""

    id: str
    joined: bool


class Checkup:
    """Asks, and changes nothing. Every method raises Silent."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def bearer(self) -> Bearer:
        """Who the bot token is."""
        answer = await self.asked(self._client.auth_test())
        headers = {name.lower(): value for name, value in dict(answer.headers).items()}
        scopes = _one(headers.get("x-oauth-scopes"))
        date = _one(headers.get("date"))
        return Bearer(
            team=str(answer.get("team_id")),
            team_name=str(answer.get("team")),
            user_name=str(answer.get("user")),
            is_bot=bool(answer.get("bot_id")),
            scopes=frozenset(one.strip() for one in scopes.split(",") if one.strip()) if scopes is not None else None,
            told_at=_moment(date),
        )

    async def try_app_token(self, token: str) -> None:
        """Asks for an address to connect to, and does not go there."""
        await self.asked(self._client.apps_connections_open(app_token=token))

    async def channel(self, conversation: str) -> Channel:
        """What a channel is to the bot."""
        answer = await self.asked(self._client.conversations_info(channel=conversation))
        channel: Mapping[str, Any] = answer["channel"]
        return Channel(id=str(channel["id"]), joined=bool(channel.get("is_member")))

    async def asked(self, call: Awaitable[T]) -> T:
        """What a call to Slack answers."""
        try:
            return await call
        except Exception as error:  # noqa: BLE001
            # A bug of ours comes out as it went in.
            raise _silent(error) from None

    async def pages(self, pages: AsyncIterator[T]) -> AsyncIterator[T]:
        """What Slack lists, page by page."""
        try:
            async for page in pages:
                yield page
        except Exception as error:  # noqa: BLE001
            # A bug of ours comes out as it went in.
            raise _silent(error) from None


def _silent(error: Exception) -> Exception:
    """What became of a call; the error itself where it is a bug of ours."""
    outcome = error if isinstance(error, DeliveryError) else classify(error)
    if outcome is None:
        return error
    return Silent(outcome.why, refused=isinstance(error, SlackApiError) and not outcome.unknown)


def _one(value: object) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) else None


def _moment(date: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
