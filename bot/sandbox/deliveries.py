"""How what happens reaches the app: signed HTTP requests, and the patience with which events are sent again."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias
from urllib.parse import urlencode

import aiohttp

from bot.local.counts import Counts
from bot.local.json_types import Json, compact
from bot.sandbox.config import App
from bot.sandbox.errors import UndeliveredError
from bot.sandbox.workspace import Workspace

ACK_SECONDS = 3.0
RETRY_AFTER_SECONDS = (0, 60, 300)

Kind: TypeAlias = Literal["events_api", "interactive", "slash_commands"]
_REASONS = {
    "timed_out": "http_timeout",
    "interrupted": "connection_failed",
    "no_app_connected": "connection_failed",
    "server_error": "http_error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    kind: Kind
    payload: Json
    retry_attempt: int = 0
    retry_reason: str = ""


class Line(Protocol):
    """The way to the app: Socket Mode or signed HTTP."""

    def is_up(self) -> bool: ...

    async def deliver(self, delivery: Delivery) -> Json | None:
        """Hand a payload to the app and answer what it said in its acknowledgement; raises UndeliveredError."""
        ...


class SignedHttp:
    """Requests to the app's request URL, signed like Slack's and on real time."""

    def __init__(self, app: App, counts: Counts, session: aiohttp.ClientSession) -> None:
        self.request_url = app.request_url
        self._app = app
        self._counts = counts
        self._session = session

    @classmethod
    @asynccontextmanager
    async def opened(cls, app: App, counts: Counts) -> AsyncIterator["SignedHttp"]:
        timeout = aiohttp.ClientTimeout(total=ACK_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            yield cls(app, counts, session)

    def is_up(self) -> bool:
        return self.request_url is not None

    async def deliver(self, delivery: Delivery) -> Json | None:
        headers = {}
        if delivery.kind == "events_api":
            kind, body = "application/json", compact(delivery.payload)
            if delivery.retry_attempt:
                headers["X-Slack-Retry-Num"] = str(delivery.retry_attempt)
                headers["X-Slack-Retry-Reason"] = delivery.retry_reason
        else:
            kind = "application/x-www-form-urlencoded"
            form = {"payload": compact(delivery.payload)} if delivery.kind == "interactive" else delivery.payload
            body = urlencode(form)
        status, answer, no_retry = await self._send(body.encode(), {**headers, "Content-Type": kind})
        if not 200 <= status < 300:
            self._counts.add("server_errors")
            raise UndeliveredError("server_error", final=no_retry)
        return answer

    async def verify_url(self, challenge: str) -> bool:
        """Answer whether the app echoes the challenge."""
        body = compact({"token": "verification", "challenge": challenge, "type": "url_verification"})
        status, answer, _ = await self._send(body.encode(), {"Content-Type": "application/json"})
        return status == 200 and answer is not None and challenge in (answer.get("challenge"), answer.get("text"))

    def signature(self, body: bytes, timestamp: str) -> str:
        base = f"v0:{timestamp}:".encode() + body
        return "v0=" + hmac.new(self._app.signing_secret.encode(), base, hashlib.sha256).hexdigest()

    async def send_raw(self, body: bytes, headers: dict[str, str]) -> int:
        """Send a request exactly so, for tests of forged ones, and answer the status; raises UndeliveredError."""
        return (await self._post(body, headers))[0]

    async def _send(self, body: bytes, headers: dict[str, str]) -> tuple[int, Json | None, bool]:
        timestamp = str(int(time.time()))
        signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": self.signature(body, timestamp)}
        return await self._post(body, {**headers, **signed, "User-Agent": "Slackbot 1.0"})

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, Json | None, bool]:
        if (url := self.request_url) is None:
            raise UndeliveredError("no_app_connected")
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                text = await response.text()
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                if response.content_type == "application/json" and text:
                    answer = await response.json()
                    return response.status, answer if isinstance(answer, dict) else None, no_retry
                return response.status, {"text": text} if text else None, no_retry
        except TimeoutError as error:
            self._counts.add("unacknowledged")
            raise UndeliveredError("timed_out") from error
        except aiohttp.ClientConnectorError as error:
            raise UndeliveredError("no_app_connected") from error
        except (aiohttp.ClientError, ValueError) as error:
            self._counts.add("interrupted")
            raise UndeliveredError("interrupted") from error


@dataclass(slots=True, kw_only=True)
class _Event:
    payload: Json
    attempts: int = 0
    reason: str = ""
    due: float | None = 0.0
    """On the workspace's clock; None waits for a connection."""
    sending: bool = False


class Outbox:
    """Events on their way: sent once, then again at once, after a minute and after five, under the same event_id."""

    def __init__(self, workspace: Workspace, line: Line) -> None:
        self._workspace = workspace
        self._line = line
        self._tasks: set[asyncio.Task[None]] = set()
        self._bell = asyncio.Event()
        self._events = {
            name: _Event(payload=record["payload"], attempts=record["attempts"])
            for name, record in workspace.memory.all("event")
        }

    def announce(self, name: str, event: Json) -> None:
        """Send an event to the app if it has subscribed to it."""
        app, team, now = self._workspace.app, self._workspace.team, self._workspace.clock.now()
        if name not in app.events:
            return
        event_id = f"Ev{self._workspace.new_id().upper():0>10}"
        payload: Json = {
            "token": "verification",
            "team_id": team.id,
            "context_team_id": team.id,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(now),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": app.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }
        self._events[event_id] = _Event(payload=payload)
        self._keep(event_id)
        self._attempt(event_id)

    def waiting(self) -> int:
        """Count the events that are neither acknowledged nor given up."""
        return len(self._events)

    def retry_now(self) -> int:
        """Send everything that waits, whatever it waits for, and answer how much that was."""
        names = [name for name, event in self._events.items() if not event.sending]
        for name in names:
            self._attempt(name)
        return len(names)

    def wake(self) -> None:
        """Look again at what is due: the clock was advanced."""
        self._bell.set()

    async def run(self) -> None:
        """Send events again when they fall due, for ever."""
        clock = self._workspace.clock
        while True:
            self._bell.clear()
            waits = {name: event.due for name, event in self._events.items() if not event.sending}
            due = [name for name, moment in waits.items() if moment is not None and moment <= clock.now()]
            for name in due:
                self._attempt(name)
            later = [moment for name, moment in waits.items() if moment is not None and name not in due]
            seconds = min(later) - clock.now() if later and clock.mode == "flowing" else None
            try:
                async with asyncio.timeout(seconds):
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _attempt(self, name: str) -> None:
        event = self._events[name]
        if not self._line.is_up():
            event.due = None
            return
        event.sending = True
        # Busy from now on, not only once the task runs: somebody may ask in between.
        self._workspace.counts.begin()
        task = asyncio.create_task(self._send(name, event))
        self._tasks.add(task)
        task.add_done_callback(self._sent)

    async def _send(self, name: str, event: _Event) -> None:
        delivery = Delivery(
            kind="events_api", payload=event.payload, retry_attempt=event.attempts, retry_reason=event.reason
        )
        try:
            await self._line.deliver(delivery)
        except UndeliveredError as error:
            event.sending = False
            self._put_off(name, event, error)
        else:
            self._drop(name)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._workspace.counts.end()

    def _put_off(self, name: str, event: _Event, error: UndeliveredError) -> None:
        if error.reason == "no_app_connected" and not self._line.is_up():
            event.due = None
        elif error.final or event.attempts >= len(RETRY_AFTER_SECONDS):
            self._workspace.counts.add("dropped_events")
            self._drop(name)
        else:
            event.reason = _REASONS[error.reason]
            event.due = self._workspace.clock.now() + RETRY_AFTER_SECONDS[event.attempts]
            event.attempts += 1
            self._keep(name)
        self._bell.set()

    def _keep(self, name: str) -> None:
        event = self._events[name]
        self._workspace.memory.keep("event", name, {"payload": event.payload, "attempts": event.attempts})

    def _drop(self, name: str) -> None:
        del self._events[name]
        self._workspace.memory.forget("event", name)
