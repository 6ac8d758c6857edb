"""The workspace's people and channels, read page by page at the start and kept by events after."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.pace import NotYet, Pace
from bot.platforms.slack.client import RATELIMITED, classify
from bot.platforms.slack.listeners import member
from rituals.people import Account, RosterEntry
from rituals.ports import Clock

log = logging.getLogger(__name__)

PAGE = 200
"""Slack recommends no more than 200 a page."""


class Directory:
    """Reads lists of any length: it keeps Slack's pace and waits as long as it is told to."""

    def __init__(self, client: AsyncWebClient, pace: Pace, clock: Clock) -> None:
        self._client = client
        self._pace = pace
        self._clock = clock

    async def members(self, team: str) -> AsyncIterator[list[tuple[Account, RosterEntry, bool]]]:
        """Everybody of the workspace who may be somebody here, a page at a time. Raises slack_sdk's errors."""
        async for answer in self._pages(
            "users.list", lambda cursor: self._client.users_list(limit=PAGE, cursor=cursor, include_locale=True)
        ):
            users: list[dict[str, Any]] = answer.get("members") or []
            yield [met for user in users if (met := member(user, team)) is not None]

    async def rooms(self, wanted: Mapping[str, str]) -> dict[str, str]:
        """Room name -> channel id, for the rooms whose channel the bot can see. Raises slack_sdk's errors."""
        channels: dict[str, str] = {}
        async for answer in self._pages(
            "conversations.list",
            lambda cursor: self._client.conversations_list(
                limit=PAGE, cursor=cursor, exclude_archived=True, types="public_channel,private_channel"
            ),
        ):
            found: list[dict[str, Any]] = answer.get("channels") or []
            channels |= {channel["name"]: channel["id"] for channel in found}
        return {room: channels[name] for room, name in wanted.items() if name in channels}

    async def account_of(self, email: str, team: str) -> Account | None:
        """The account of that address; None where there is none that can be written to. Raises slack_sdk's errors."""
        try:
            answer = await self._client.users_lookupByEmail(email=email)
        except SlackApiError as error:
            if error.response.get("error") == "users_not_found":
                return None
            raise
        met = member(answer["user"], team)
        return met[0] if met is not None and met[2] else None

    async def direct_messages(self, user: str) -> str:
        """The conversation of direct messages with that user, opened if need be. Raises slack_sdk's errors."""
        answer = await self._client.conversations_open(users=user)
        return str(answer["channel"]["id"])

    async def _pages(self, method: str, ask: Callable[[str | None], Awaitable[Any]]) -> AsyncIterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            answer = await self._asked(method, ask, cursor)
            yield answer
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def _asked(
        self, method: str, ask: Callable[[str | None], Awaitable[Any]], cursor: str | None
    ) -> dict[str, Any]:
        while True:
            try:
                await self._pace.turn(method)
                return dict((await ask(cursor)).data)
            except NotYet as wait:
                await self._clock.sleep_until(wait.until)
            except Exception as error:
                outcome = classify(error)
                if outcome is None or outcome.why != RATELIMITED or outcome.retry_after is None:
                    raise
                log.info("Slack asks to wait while its lists are read.", extra={"action": "list_paced"})
                self._pace.hold(method, outcome.retry_after)
