"""The workspace's people and channels, read page by page at the start and kept by events after."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
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
    """Reads lists of any length, for which it waits as long as Slack asks to, and looks up one; all at Slack's pace."""

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
            answer = await self._asked("users.lookupByEmail", lambda: self._client.users_lookupByEmail(email=email))
        except SlackApiError as error:
            if error.response.get("error") == "users_not_found":
                return None
            raise
        met = member(answer["user"], team)
        return met[0] if met is not None and met[2] else None

    async def direct_messages(self, user: str) -> str:
        """The conversation of direct messages with that user, opened if need be. Raises slack_sdk's errors."""
        answer = await self._asked("conversations.open", lambda: self._client.conversations_open(users=user))
        return str(answer["channel"]["id"])

    async def _pages(self, method: str, ask: Callable[[str | None], Awaitable[Any]]) -> AsyncIterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            answer = await self._page(method, partial(ask, cursor))
            yield answer
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def _page(self, method: str, ask: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
        """One page, however often Slack asks to wait for it."""
        while True:
            try:
                return await self._asked(method, ask)
            except Exception as error:
                if _waits(error) is None:
                    raise
                log.info("Slack asks to wait while its lists are read.", extra={"action": "list_paced"})

    async def _asked(self, method: str, ask: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
        """What Slack answers when it is our turn; where it asks to wait, that holds for everybody of this method."""
        while True:
            try:
                await self._pace.turn(method)
                break
            except NotYet as wait:
                await self._clock.sleep_until(wait.until)
        try:
            return dict((await ask()).data)
        except Exception as error:
            if (retry_after := _waits(error)) is not None:
                self._pace.hold(method, retry_after)
            raise


def _waits(error: Exception) -> timedelta | None:
    """How long Slack asks to wait; None where it is something else that it says."""
    outcome = classify(error)
    return outcome.retry_after if outcome is not None and outcome.why == RATELIMITED else None
