"""Slack's Web API as delivery needs it: sends, edits, finds again, and says exactly how a call ended."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.i18n.translator import Translator, translator_for
from bot.pace import NotYet, Pace, Rate
from bot.platforms.port import PACED, DeliveryError
from bot.platforms.slack import render
from bot.platforms.slack.pictures import Pictures
from rituals.messages import Chart
from rituals.ports import Clock
from rituals.posts import Parcel, Place, ToRoom

EVENT_TYPE = "comitia_post"
"""The type of the metadata our messages carry; its payload holds the post's opaque key and nothing else."""

LOOK_BACK = timedelta(minutes=10)
PAGE = 200
PAGES = 25
"""How far back a lost post is looked for; beyond, it is rather missed than said twice."""

# A little under what Slack states (tiers: 50, 100 a minute; posts: one a second and channel, several hundred a minute
# and workspace), because pacing exactly at a limit and being refused costs more than the margin.
RATES = {
    "chat.postMessage": Rate(per_minute=240, burst=20),
    "chat.postMessage#": Rate(per_minute=55, burst=3),
    "chat.update": Rate(per_minute=45, burst=15),
    "chat.delete": Rate(per_minute=45, burst=5),
    "conversations.open": Rate(per_minute=45, burst=5),
    "conversations.history": Rate(per_minute=45, burst=5),
    "users.list": Rate(per_minute=18, burst=10),
    "conversations.list": Rate(per_minute=18, burst=10),
    "views.publish": Rate(per_minute=90, burst=20),
    "files.getUploadURLExternal": Rate(per_minute=90, burst=20),
    "files.completeUploadExternal": Rate(per_minute=90, burst=20),
    "files.info": Rate(per_minute=90, burst=20),
}

WAIT_FOR_SOMEBODY = {
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted_action",
    "restricted_action_read_only_channel",
    "messages_tab_disabled",
    "org_login_required",
    "team_added_to_org",
}
"""Refusals that a person can lift (inviting the bot, say): tried again later."""

INVALID_BLOCKS = "invalid_blocks"
INVALID_FILE = "invalid slack file"
"""What Slack says of a picture it has not finished reading; its error is that of any block it does not take."""

TRIES = 3
"""After so many failures a post goes out without the pictures it could not be given."""

NOT_OURS = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope"}
AMBIGUOUS = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
RATELIMITED = "ratelimited"
"""Why a call was refused that came too soon after others."""
RATE_LIMITED = {RATELIMITED, "rate_limited"}

UNREADABLE = (
    TimeoutError,
    OSError,
    aiohttp.ClientError,
    SlackClientError,
    json.JSONDecodeError,
    UnicodeDecodeError,
)
"""What a call ends with that got no answer, or none that makes sense."""


class SlackSender:
    """Answers `bot.platforms.port.Sender`. One for a workspace."""

    def __init__(self, client: AsyncWebClient, pace: Pace, clock: Clock) -> None:
        self._client = client
        self._pace = pace
        self._clock = clock
        self.pictures = Pictures(client, self._call)

    async def send(self, parcel: Parcel) -> Place:
        """Posts the message with its key in the metadata."""
        answer = await self._show(
            parcel,
            "chat.postMessage",
            lambda drawn: self._client.chat_postMessage(
                channel=parcel.destination or "",
                **drawn,
                mrkdwn=False,
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": parcel.key}},
            ),
            within=parcel.destination or "",
        )
        return Place(conversation=str(answer["channel"]), message=str(answer["ts"]))

    async def edit(self, parcel: Parcel, place: Place) -> None:
        """Rewrites the message in place; its metadata stays."""
        await self._show(
            parcel,
            "chat.update",
            lambda drawn: self._client.chat_update(channel=place.conversation, ts=place.message, **drawn, parse="none"),
        )

    async def withdraw(self, place: Place) -> None:
        """Deletes the message."""
        try:
            await self._call(
                "chat.delete", lambda: self._client.chat_delete(channel=place.conversation, ts=place.message)
            )
        except DeliveryError as error:
            if error.why != "message_not_found":
                raise

    async def publish_home(self, parcel: Parcel) -> None:
        """Publishes the person's home tab."""
        view = render.home(parcel.message, _translator(parcel))
        await self._call(
            "views.publish", lambda: self._client.views_publish(user_id=parcel.destination or "", view=view)
        )

    async def find(self, parcel: Parcel) -> Place | None:
        """Looks for the key in the conversation's history from shortly before the attempt on."""
        channel = parcel.destination or ""
        if channel[:1] in {"U", "W"}:
            opened = await self._call("conversations.open", lambda: self._client.conversations_open(users=channel))
            channel = str(opened["channel"]["id"])
        oldest = str((parcel.attempted_at - LOOK_BACK).timestamp())
        cursor: str | None = None
        for _ in range(PAGES):
            page = cursor
            answer = await self._call(
                "conversations.history",
                lambda page=page: self._client.conversations_history(  # type: ignore[misc]
                    channel=channel, oldest=oldest, limit=PAGE, cursor=page, include_all_metadata=True
                ),
            )
            for message in answer["messages"]:
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") != EVENT_TYPE:
                    continue
                if (metadata.get("event_payload") or {}).get("key") == parcel.key:
                    return Place(conversation=channel, message=str(message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
        raise DeliveryError("too_much_history", unknown=True, retry_after=timedelta(hours=1))

    async def _show(
        self,
        parcel: Parcel,
        method: str,
        call: Callable[[dict[str, Any]], Awaitable[Any]],
        *,
        within: str = "",
    ) -> dict[str, Any]:
        """Calls with the message as drawn for this workspace: its charts by Slack, or else as pictures."""
        translator = _translator(parcel)
        charts = any(isinstance(part, Chart) for part in parcel.message.parts)
        if self.pictures.native or not charts:
            drawn = render.message(parcel.message, translator)
            try:
                return await self._call(method, lambda: call(drawn), within=within)
            except DeliveryError as error:
                if not charts or error.why != INVALID_BLOCKS:
                    raise
        # Refused, so surely not shown: the same message may go out another way.
        files = await self.pictures.of(parcel.message, translator, rather_words=parcel.failures >= TRIES)
        pictured = render.message(parcel.message, translator, pictures=files)
        try:
            answer = await self._call(method, lambda: call(pictured), within=within)
        except DeliveryError as error:
            if error.why != INVALID_FILE:
                raise
            await self.pictures.settle(files)
            answer = await self._once_more(method, lambda: call(pictured), files, within=within)
        self.pictures.refused()
        return answer

    async def _once_more(
        self, method: str, call: Callable[[], Awaitable[Any]], files: Sequence[str | None], *, within: str
    ) -> dict[str, Any]:
        try:
            return await self._call(method, call, within=within)
        except DeliveryError as error:
            if error.why == INVALID_FILE:
                self.pictures.forget(files)
            raise

    async def _call(self, method: str, call: Callable[[], Awaitable[Any]], *, within: str = "") -> dict[str, Any]:
        try:
            await self._pace.turn(method, within=within)
        except NotYet as wait:
            raise DeliveryError(PACED, retry_after=wait.until - self._clock.now()) from None
        try:
            answer = await call()
        except Exception as error:
            outcome = classify(error)
            if outcome is None:
                raise
            if outcome.why == RATELIMITED and outcome.retry_after is not None:
                self._pace.hold(method, outcome.retry_after)
            raise outcome from error
        return dict(answer.data)


def classify(error: Exception) -> DeliveryError | None:
    """How a call to Slack ended: surely not done, perhaps done, never possible; None for what is a bug of ours."""
    if isinstance(error, SlackApiError):
        data = getattr(error.response, "data", None)
        # Where the answer could not be read, `response` is aiohttp's own, which calls it differently.
        status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
        code = data.get("error") if isinstance(data, dict) else None
        if status == 429 or code in RATE_LIMITED:
            return DeliveryError(RATELIMITED, retry_after=_retry_after(error))
        if not isinstance(code, str) or code in AMBIGUOUS:
            return DeliveryError(code if isinstance(code, str) else f"http_{status or 'unreadable'}", unknown=True)
        if code == INVALID_BLOCKS and INVALID_FILE in json.dumps(data):
            return DeliveryError(INVALID_FILE, retry_after=timedelta(seconds=5))
        if code in WAIT_FOR_SOMEBODY:
            return DeliveryError(code, retry_after=timedelta(minutes=10))
        if code in NOT_OURS:
            return DeliveryError(code, retry_after=timedelta(minutes=1))
        return DeliveryError(code, permanent=True)
    if isinstance(error, aiohttp.ClientConnectorError):
        return DeliveryError("no_connection")
    if isinstance(error, UNREADABLE):
        return DeliveryError(type(error).__name__, unknown=True)
    return None


def _retry_after(error: SlackApiError) -> timedelta:
    headers = getattr(error.response, "headers", None) or {}
    value = headers.get("Retry-After") or headers.get("retry-after") or 1
    if isinstance(value, list):
        value = value[0]
    try:
        return timedelta(seconds=min(max(float(value), 0.1), 3600))
    except (TypeError, ValueError, OverflowError):
        return timedelta(seconds=1)


def _translator(parcel: Parcel) -> Translator:
    return translator_for(parcel.locale, ZoneInfo(parcel.zone), names_zone=isinstance(parcel.to, ToRoom))
