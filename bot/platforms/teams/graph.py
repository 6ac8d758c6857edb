"""Microsoft Graph, one call at a time: never to another host, at Graph's pace, and how each call ended."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import quote

import httpx

from bot.pace import NotYet, Pace, Rate
from bot.platforms.port import DeliveryError
from bot.platforms.teams.activities import Json
from bot.platforms.teams.bodies import object_in
from bot.platforms.teams.clouds import Cloud
from bot.platforms.teams.refusals import OURS, THROTTLED, retry_after
from bot.platforms.teams.tokens import Bearers
from rituals.messages import Text, say
from rituals.ports import Clock

log = logging.getLogger(__name__)

USERS = "users"
TEAMWORK = "teamwork"
"""What the pace calls calls: Graph holds its directory and Teams to limits of their own."""

# Graph takes thirty installations a second from an app in a tenant: six at once and 24 a second stay below in any one.
RATES = {TEAMWORK: Rate(per_minute=60 * 24, burst=6)}

TIMEOUT = httpx.Timeout(30, connect=5)

TRIES = 8
"""How often a call is made in all that Graph asks to make later."""

SILENCES = 4
"""And one that nobody answers."""

LONGEST = timedelta(minutes=5)
"""A longer wait is the caller's: nothing here stands still for an hour."""

BACKOFF_AT_MOST = timedelta(minutes=1)

_LATER = frozenset({429, 503, 504})
_CODE = re.compile(r"[A-Za-z_.]{1,60}")


class GraphRefused(DeliveryError):
    """Graph's no. `codes`: what it calls it, the widest first; its words, which may hold names, are left behind."""

    def __init__(self, status: int, codes: tuple[str, ...]) -> None:
        super().__init__(codes[0] if codes else f"http_{status}", retry_after=OURS)
        self.status = status
        self.codes = codes


class ConsentMissing(DeliveryError):
    """Nobody has granted us `permission`; `told` says how somebody does."""

    def __init__(self, permission: str) -> None:
        super().__init__(f"consent_missing:{permission}", retry_after=OURS)
        self.permission = permission

    @property
    def told(self) -> Text:
        """What is missing and the remedy, for whoever runs us."""
        return say("graph-consent-missing", permission=self.permission)


class Graph:
    """One for a tenant. Every call raises DeliveryError: GraphRefused for a no, ConsentMissing where that is why.

    A call waits as long as Graph asks to, up to some minutes; all its calls may be made twice. `client` is the
    caller's to close. `permission`: what a call needs, to be named where it was not granted. `method`: USERS or
    TEAMWORK. `bulk`: one of very many, which leaves others half of what may go at once.
    """

    def __init__(self, client: httpx.AsyncClient, tokens: Bearers, clock: Clock, *, cloud: Cloud) -> None:
        self._client = client
        self._tokens = tokens
        self._clock = clock
        self._pace = Pace(clock, RATES)
        self._root = httpx.URL(cloud.graph_url.rstrip("/"))
        self._name = cloud.graph_name
        self._scope = f"{cloud.graph_name}/.default"

    def name_of(self, *path: str) -> str:
        """How one thing in Graph is named to another, as in `…@odata.bind`."""
        return f"{self._name}/v1.0/{_joined(path)}"

    def leads_home(self, link: str) -> bool:
        """Whether a link leads to Graph itself: nothing else is called, and nothing else sees our bearer."""
        return self._within(link) is not None

    async def get(
        self, method: str, path: Sequence[str], query: Mapping[str, str] | None = None, *, permission: str
    ) -> Json:
        """What lies at `path`."""
        return await self._called("GET", method, self._at(path, query), permission=permission)

    async def follow(self, method: str, link: str, *, permission: str) -> Json:
        """What lies behind a link that Graph gave us."""
        url = self._within(link)
        if url is None:
            raise DeliveryError("link_astray", retry_after=OURS)
        return await self._called("GET", method, url, permission=permission)

    async def post(self, method: str, path: Sequence[str], body: Json, *, permission: str, bulk: bool = False) -> None:
        """Adds something at `path`."""
        content = json.dumps(body).encode()
        await self._called("POST", method, self._at(path), content, permission=permission, bulk=bulk)

    def _at(self, path: Sequence[str], query: Mapping[str, str] | None = None) -> httpx.URL:
        url = httpx.URL(f"{self._root}/{_joined(path)}")
        return url.copy_with(params=dict(query)) if query else url

    def _within(self, link: str) -> httpx.URL | None:
        """The address a link is, as it will be called, if it lies within Graph's; None for any other.

        Dots that lead upwards are gone by then where they are plain; escaped ones are refused, and so is a name before
        the host, which would take our bearer's place.
        """
        try:
            url = httpx.URL(link)
        except (httpx.InvalidURL, ValueError):
            return None
        same = (url.scheme, url.host, url.port) == (self._root.scheme, self._root.host, self._root.port)
        inside = url.path.startswith(f"{self._root.path}/") and ".." not in url.path
        return url if same and inside and not url.userinfo else None

    async def _called(
        self,
        verb: str,
        method: str,
        url: httpx.URL,
        content: bytes | None = None,
        *,
        permission: str,
        bulk: bool = False,
    ) -> Json:
        tries, silences, renewed = 0, 0, False
        while True:
            await self._turn(method, bulk=bulk)
            bearer = await self._tokens.bearer(self._scope)
            try:
                answer = await self._asked(verb, url, content, bearer)
            except DeliveryError:
                silences += 1
                if silences == SILENCES:
                    raise
                await self._clock.sleep_until(self._clock.now() + _backoff(silences))
                continue
            if answer.is_success:
                return _read(answer.content)
            if answer.status_code == 401 and not renewed:
                self._tokens.forget(self._scope, bearer)
                renewed = True
            elif answer.status_code in _LATER:
                tries += 1
                wait = retry_after(answer.headers) or _backoff(tries)
                self._pace.hold(method, wait)
                if tries == TRIES:
                    raise DeliveryError(THROTTLED, retry_after=wait)
                log.info("Graph asks to wait.", extra={"action": "graph_paced"})
            else:
                raise _refused(answer, permission)

    async def _turn(self, method: str, *, bulk: bool) -> None:
        """Returns when it is our turn; where Graph asked to wait for one call, that holds for all of this method."""
        while True:
            try:
                return await self._pace.turn(method, bulk=bulk)
            except NotYet as wait:
                left = wait.until - self._clock.now()
                if left > LONGEST:
                    raise DeliveryError(THROTTLED, retry_after=left) from None
                await self._clock.sleep_until(wait.until)

    async def _asked(self, verb: str, url: httpx.URL, content: bytes | None, bearer: str) -> httpx.Response:
        headers = {"Accept": "application/json"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        try:
            return await self._client.request(
                verb, url, content=content, headers=headers, timeout=TIMEOUT, follow_redirects=False
            )
        except httpx.RequestError as error:
            # Its name alone: the error itself holds the request, and with it the bearer and whom it was about.
            raise DeliveryError(type(error).__name__) from None


def quoted(text: str) -> str:
    """`text` as a value in a $filter."""
    return "'" + text.replace("'", "''") + "'"


def listed(said: Json) -> list[Json]:
    """What a collection holds."""
    found = said.get("value")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _joined(path: Sequence[str]) -> str:
    return "/".join(quote(part, safe="") for part in path)


def _backoff(tries: int) -> timedelta:
    return min(timedelta(seconds=2**tries), BACKOFF_AT_MOST)


def _read(content: bytes) -> Json:
    """What an answer says; none at all says nothing."""
    said = object_in(content)
    if said is None:
        raise DeliveryError("unreadable", retry_after=OURS)
    return said


def _refused(answer: httpx.Response, permission: str) -> DeliveryError:
    error = (object_in(answer.content) or {}).get("error")
    words = error.get("message") if isinstance(error, dict) else None
    codes: list[str] = []
    while isinstance(error, dict):
        code = error.get("code")
        if isinstance(code, str) and _CODE.fullmatch(code):
            codes.append(code)
        error = error.get("innerError") or error.get("innererror")
    # Teams' part of Graph says Forbidden of people and of ourselves alike, and tells the two apart by words only.
    ours = isinstance(words, str) and words.startswith("Missing role permissions")
    if answer.status_code == 403 and ("Authorization_RequestDenied" in codes or ours):
        return ConsentMissing(permission)
    return GraphRefused(answer.status_code, tuple(codes))
