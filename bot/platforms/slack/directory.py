"""The workspace's people and channels, read page by page at the start and kept by events after."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.listeners import member
from rituals.people import Account, RosterEntry

log = logging.getLogger(__name__)

PAGE = 200
"""Slack recommends no more than 200 a page."""


async def members(client: AsyncWebClient, team: str) -> AsyncIterator[list[tuple[Account, RosterEntry, bool]]]:
    """Everybody of the workspace who may be somebody here, a page at a time. Raises slack_sdk's errors."""
    cursor: str | None = None
    while True:
        answer = await client.users_list(limit=PAGE, cursor=cursor, include_locale=True)
        users: list[dict[str, Any]] = answer.get("members") or []
        yield [met for user in users if (met := member(user, team)) is not None]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


async def rooms(client: AsyncWebClient, wanted: Mapping[str, str]) -> dict[str, str]:
    """Room name -> channel id, for the rooms whose channel exists. Raises slack_sdk's errors."""
    channels: dict[str, str] = {}
    cursor: str | None = None
    while True:
        answer = await client.conversations_list(
            limit=PAGE, cursor=cursor, exclude_archived=True, types="public_channel,private_channel"
        )
        found: list[dict[str, Any]] = answer.get("channels") or []
        channels |= {channel["name"]: channel["id"] for channel in found}
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    for room, name in wanted.items():
        if name not in channels:
            log.warning(
                "Room %s: the workspace has no channel #%s that I can see; invite me there.",
                room,
                name,
                extra={"action": "room_missing", "room": room},
            )
    return {room: channels[name] for room, name in wanted.items() if name in channels}
