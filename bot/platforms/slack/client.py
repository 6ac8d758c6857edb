"""Slack's Web API as delivery needs it: sends, edits, finds again, and says exactly how a call ended."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.pace import NotYet, Pace, Rate, Turns
from bot.platforms.drawings import Drawings, translator_of
from bot.platforms.port import PACED, DeliveryError
from bot.platforms.slack import render
from bot.platforms.slack.pictures import Pictures
from bot.platforms.slack.ready import Post, posted, with_more
from bot.platforms.slack.refusals import MEANINGS, NO_HISTORY, TOKEN_REFUSED, About, refusal_of
from rituals.messages import Chart
from rituals.ports import Clock
from rituals.posts import PERSON_PROBED_AFTER, ROOM_PROBED_AFTER, Address, Parcel, Place, Refusal, ToRoom

EVENT_TYPE = "comitia_post"
"""The type of the metadata our messages carry; its payload holds the post's opaque key and nothing else."""

PLAIN = {"mrkdwn": False, "parse": "none", "unfurl_links": False, "unfurl_media": False}
"""Nothing in a message is markup, a mention or a link to be shown before our renderer has made it one."""

LOOK_BACK = timedelta(minutes=10)
FIRST_PAGE = 15
PAGE = 200
PAGES = 25
"""How far back a lost post is looked for; beyond, nobody can tell. Some apps are given fifteen messages at a time."""

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
    "users.lookupByEmail": Rate(per_minute=45, burst=5),
    "conversations.list": Rate(per_minute=18, burst=10),
    "views.open": Rate(per_minute=90, burst=20),
    "views.publish": Rate(per_minute=90, burst=20),
    "files.getUploadURLExternal": Rate(per_minute=90, burst=20),
    "files.completeUploadExternal": Rate(per_minute=90, burst=20),
    "files.info": Rate(per_minute=90, burst=20),
}


def rates(posts_per_minute: int) -> dict[str, Rate]:
    """The rates of a workspace that takes so many posts a minute from us."""
    return RATES | {"chat.postMessage": replace(RATES["chat.postMessage"], per_minute=posts_per_minute)}


INVALID_BLOCKS = "invalid_blocks"
INVALID_FILE = "invalid slack file"
"""What Slack says of a picture it has not finished reading; its error is that of any block it does not take."""

TRIES = 3
"""After so many failures a post goes out without the pictures it could not be given."""

RATELIMITED = "ratelimited"
"""Why a call was refused that came too soon after others."""

UNREADABLE = (
    TimeoutError,
    OSError,
    aiohttp.ClientError,
    SlackClientError,
    json.JSONDecodeError,
    UnicodeDecodeError,
)
"""What a call ends with that got no answer, or none that makes sense."""


def counting(pace: Pace) -> aiohttp.TraceConfig:
    """Counts the calls that can wait for nobody: an address to open a form with lasts three seconds."""

    async def asked(_session: object, _context: object, asked: aiohttp.TraceRequestStartParams) -> None:
        method = asked.url.path.rpartition("/")[2]
        if method == "views.open":
            pace.count(method)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(asked)
    return trace


class SlackSender:
    """Answers `bot.platforms.port.Sender`. One for a workspace.

    `token_refused`: why, in Slack's word, until a call is taken again; "" while it is not.
    """

    def __init__(self, client: AsyncWebClient, pace: Pace, clock: Clock, *, post: Post = posted) -> None:
        self._client = client
        self._post = post
        self._pace = pace
        self._clock = clock
        self._drawings = Drawings(lambda message, translator: json.dumps(render.message(message, translator)))
        self.pictures = Pictures(client, self._call)
        self.token_refused = ""

    async def expect(self, parcels: Sequence[Parcel]) -> None:
        """A post says itself where it goes."""

    async def send(self, parcel: Parcel) -> Place:
        """Posts the message with its key in the metadata."""
        channel = parcel.destination or ""
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": parcel.key}}
        more = {"channel": channel, "metadata": metadata, **PLAIN}
        answer = await self._show(parcel, "chat.postMessage", more, within=channel)
        return Place(conversation=str(answer["channel"]), message=str(answer["ts"]))

    async def edit(self, parcel: Parcel, place: Place) -> None:
        """Rewrites the message in place; its metadata stays."""
        more = {"channel": place.conversation, "ts": place.message, "parse": "none"}
        await self._show(parcel, "chat.update", more)

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
        view = render.home(parcel.message, translator_of(parcel))
        await self._call(
            "views.publish", lambda: self._client.views_publish(user_id=parcel.destination or "", view=view)
        )

    async def find(self, parcel: Parcel, *others: Parcel) -> Mapping[str, Place]:
        """Looks for their keys in the conversation's history, from shortly before the first attempt on."""
        wanted = {one.key: one.post for one in (parcel, *others)}
        since = min(one.attempted_at for one in (parcel, *others)) - LOOK_BACK
        try:
            return await self._found(parcel, wanted, since)
        except DeliveryError as error:
            if error.why in NO_HISTORY:
                raise DeliveryError(error.why, unreadable=True) from error
            raise

    async def _found(self, parcel: Parcel, wanted: dict[str, str], since: datetime) -> dict[str, Place]:
        channel, to = parcel.destination or "", parcel.to
        if channel[:1] in {"U", "W"}:
            opened = await self._call(
                "conversations.open", lambda: self._client.conversations_open(users=channel), to=to
            )
            channel = str(opened["channel"]["id"])
        found: dict[str, Place] = {}
        cursor: str | None = None
        for page in range(PAGES):
            answer = await self._call(
                "conversations.history",
                lambda cursor=cursor, limit=PAGE if page else FIRST_PAGE: self._client.conversations_history(  # type: ignore[misc]
                    channel=channel,
                    oldest=str(since.timestamp()),
                    limit=limit,
                    cursor=cursor,
                    include_all_metadata=True,
                ),
                to=to,
            )
            for message in answer["messages"]:
                metadata = message.get("metadata") or {}
                key = (metadata.get("event_payload") or {}).get("key")
                if metadata.get("event_type") == EVENT_TYPE and key in wanted:
                    found[wanted[key]] = Place(conversation=channel, message=str(message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor or len(found) == len(wanted):
                return found
        raise DeliveryError("too_much_history", unreadable=True)

    def turns(self, parcel: Parcel) -> Turns:
        """By the pace of the method that would show it."""
        return self._pace.turns("chat.postMessage" if parcel.place is None else "chat.update")

    async def _show(self, parcel: Parcel, method: str, more: Mapping[str, Any], *, within: str = "") -> dict[str, Any]:
        """Calls with the message as drawn for this workspace, and `more`: its charts by Slack, or else as pictures."""
        translator = translator_of(parcel)

        async def told(drawn: str) -> dict[str, Any]:
            body = with_more(drawn, more)
            return await self._call(
                method, lambda: self._post(self._client, method, body), within=within, to=parcel.to, bulk=parcel.bulk
            )

        charts = any(isinstance(part, Chart) for part in parcel.message.parts)
        if self.pictures.native or not charts:
            try:
                return await told(self._drawings.of(parcel.message, translator))
            except DeliveryError as error:
                if not charts or error.why != INVALID_BLOCKS:
                    raise
        # Refused, so surely not shown: the same message may go out another way.
        files = await self.pictures.of(parcel.message, translator, rather_words=parcel.failures >= TRIES)
        pictured = json.dumps(render.message(parcel.message, translator, pictures=files))
        try:
            answer = await told(pictured)
        except DeliveryError as error:
            if error.why != INVALID_FILE:
                raise
            await self.pictures.settle(files)
            try:
                answer = await told(pictured)
            except DeliveryError as again:
                if again.why == INVALID_FILE:
                    self.pictures.forget(files)
                raise
        self.pictures.refused()
        return answer

    async def _call(
        self,
        method: str,
        call: Callable[[], Awaitable[Any]],
        *,
        within: str = "",
        to: Address | None = None,
        bulk: bool = False,
    ) -> dict[str, Any]:
        try:
            await self._pace.turn(method, within=within, bulk=bulk)
        except NotYet as wait:
            raise DeliveryError(PACED, retry_after=wait.until - self._clock.now()) from None
        try:
            answer = await call()
        except Exception as error:
            outcome = classify(error, to=to)
            if outcome is None:
                raise
            if outcome.why == RATELIMITED and outcome.retry_after is not None:
                self._pace.hold(method, outcome.retry_after)
            if outcome.why in TOKEN_REFUSED:
                self.token_refused = outcome.why
            raise outcome from error
        self.token_refused = ""
        return dict(answer.data)


def classify(error: Exception, *, to: Address | None = None) -> DeliveryError | None:
    """How a call to Slack ended: surely not done, perhaps done, never possible; None for what is a bug of ours.

    `to`: whom it was for, so that a refusal can be theirs.
    """
    if isinstance(error, SlackApiError):
        data = getattr(error.response, "data", None)
        # Where the answer could not be read, `response` is aiohttp's own, which calls it differently.
        status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
        code = data.get("error") if isinstance(data, dict) else None
        if status == 429 or MEANINGS.get(str(code)) is About.PACE:
            return DeliveryError(RATELIMITED, retry_after=_retry_after(error))
        if not isinstance(code, str):
            return DeliveryError(f"http_{status or 'unreadable'}", unknown=True)
        if code == INVALID_BLOCKS and INVALID_FILE in json.dumps(data):
            return DeliveryError(INVALID_FILE, retry_after=timedelta(seconds=5))
        return _refused(code, to)
    if isinstance(error, aiohttp.ClientConnectorError):
        return DeliveryError("no_connection")
    if isinstance(error, UNREADABLE):
        return DeliveryError(type(error).__name__, unknown=True)
    return None


def _refused(code: str, to: Address | None) -> DeliveryError:
    meaning = MEANINGS.get(code)
    if meaning is About.TRANSIENT:
        return DeliveryError(code, unknown=True)
    if meaning is About.OURS:
        return DeliveryError(code, retry_after=timedelta(minutes=1))
    refusal = refusal_of(code, to_room=isinstance(to, ToRoom)) if to is not None else None
    if refusal is not None:
        wait = ROOM_PROBED_AFTER if refusal is Refusal.ROOM else PERSON_PROBED_AFTER
        return DeliveryError(code, retry_after=wait, refusal=refusal)
    if meaning is Refusal.ROOM:
        return DeliveryError(code, retry_after=ROOM_PROBED_AFTER)
    return DeliveryError(code, permanent=True)


def _retry_after(error: SlackApiError) -> timedelta:
    headers = getattr(error.response, "headers", None) or {}
    value = headers.get("Retry-After") or headers.get("retry-after") or 1
    if isinstance(value, list):
        value = value[0]
    try:
        return timedelta(seconds=min(max(float(value), 0.1), 3600))
    except (TypeError, ValueError, OverflowError):
        return timedelta(seconds=1)
