"""Our own bearers, from Entra or the machine's managed identity: kept, renewed early, asked for once for all."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp

from bot.platforms.port import DeliveryError
from bot.platforms.teams.bodies import object_in
from bot.platforms.teams.refusals import retry_after
from rituals.ports import Clock

log = logging.getLogger(__name__)

EARLY = timedelta(minutes=5)
"""A token is renewed so long before it ends, or at half its life where that is later."""

AGAIN = timedelta(seconds=10)
"""How long nobody asks again after a no, at least: whoever waits for a token would otherwise storm the door."""

AT_MOST = timedelta(minutes=5)
"""And at most, whatever Retry-After says."""

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)

IMDS = "http://169.254.169.254/metadata/identity/oauth2/token"
"""Where a virtual machine of Azure asks for its identity's tokens."""

_CODE = re.compile(r"[a-z_]{1,40}")


class Refused(Exception):
    """There is no token. `why` is a code: never a text of the answer, which may quote what was asked.

    `number`: Entra's own, as in "AADSTS7000222", which tells apart what one code stands for; 0 where it gives none.
    """

    def __init__(self, why: str, *, retry_after: timedelta | None = None, number: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.retry_after = retry_after
        self.number = number


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A bearer and how long it is good for."""

    bearer: str = field(repr=False)
    life: timedelta


class Source(Protocol):
    """Whoever gives out tokens."""

    async def ask(self, scope: str) -> Granted:
        """A new token for a scope, "https://…/.default". Raises Refused, and aiohttp's errors and TimeoutError."""


class Bearers(Protocol):
    """What a client of Microsoft's needs: see Tokens."""

    async def bearer(self, scope: str) -> str: ...
    def forget(self, scope: str, bearer: str) -> None: ...


class ClientCredentials:
    """Answers Source: the app's id and secret at Entra's token endpoint of one tenant."""

    def __init__(
        self, session: aiohttp.ClientSession, clock: Clock, *, login_url: str, tenant: str, app_id: str, secret: str
    ) -> None:
        self._session = session
        self._clock = clock
        self._url = f"{login_url.rstrip('/')}/{quote(tenant, safe='')}/oauth2/v2.0/token"
        self._app_id = app_id
        self._secret = secret

    async def ask(self, scope: str) -> Granted:
        """As `grant_type=client_credentials` of OAuth 2.0."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app_id,
            "client_secret": self._secret,
            "scope": scope,
        }
        async with self._session.post(self._url, data=form, timeout=TIMEOUT, allow_redirects=False) as answer:
            return await _granted(answer, self._clock)


class ManagedIdentity:
    """Answers Source: the identity Azure gives to the machine itself, so that there is no secret to keep.

    `environment`: App Service and Container Apps name their endpoint there (IDENTITY_ENDPOINT, and IDENTITY_HEADER to
    prove that it is asked from inside); a virtual machine has one at a fixed address.
    """

    def __init__(
        self, session: aiohttp.ClientSession, clock: Clock, *, app_id: str, environment: Mapping[str, str]
    ) -> None:
        self._session = session
        self._clock = clock
        endpoint, header = environment.get("IDENTITY_ENDPOINT"), environment.get("IDENTITY_HEADER")
        self._app_id = app_id
        if endpoint and header:
            self._url, self._version = endpoint, "2019-08-01"
            self._headers = {"X-IDENTITY-HEADER": header}
        else:
            self._url, self._version = IMDS, "2018-02-01"
            self._headers = {"Metadata": "true"}

    async def ask(self, scope: str) -> Granted:
        """As App Service's and the instance metadata's token endpoints of Azure take it: a resource, not a scope."""
        query = {
            "resource": scope.removesuffix("/.default"),
            "api-version": self._version,
            "client_id": self._app_id,
        }
        async with self._session.get(
            self._url, params=query, headers=self._headers, timeout=TIMEOUT, allow_redirects=False
        ) as answer:
            return await _granted(answer, self._clock)


class Tokens:
    """The bearers of one source, by scope. Whoever asks while one is on its way waits for the same."""

    def __init__(self, source: Source, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._asking: dict[str, asyncio.Task[Granted]] = {}
        self._refused: dict[str, _No] = {}

    async def bearer(self, scope: str) -> str:
        """A bearer for a scope, good for some minutes yet where a new one can be had, else as long as the old one is.

        Raises DeliveryError: nothing was sent.
        """
        now = self._clock.now()
        kept = self._kept.get(scope)
        if kept is not None and now < kept.renewed_at:
            return kept.bearer
        no = self._refused.get(scope)
        if no is None or not now < no.until <= now + AT_MOST:  # further ahead: the clock was set back
            try:
                return (await self._asked(scope)).bearer
            except DeliveryError as error:
                no = _No(why=error.why, until=self._clock.now() + (error.retry_after or AGAIN))
                self._refused[scope] = no
        if kept is not None and now < kept.ends_at and self._kept.get(scope) is kept:
            return kept.bearer  # the old one is good while the new one cannot be had
        raise DeliveryError(no.why, retry_after=no.until - now)

    def forget(self, scope: str, bearer: str) -> None:
        """That bearer is refused although its time has not come: the next caller asks for another."""
        kept = self._kept.get(scope)
        if kept is not None and kept.bearer == bearer:
            del self._kept[scope]

    async def _asked(self, scope: str) -> Granted:
        asking = self._asking.get(scope)
        if asking is None:
            asking = self._asking[scope] = asyncio.create_task(self._ask(scope), name="token")
            asking.add_done_callback(lambda done: self._done(scope, done))
        # A caller that is cancelled leaves the others theirs.
        return await asyncio.shield(asking)

    async def _ask(self, scope: str) -> Granted:
        at = self._clock.now()
        try:
            granted = await self._source.ask(scope)
        except Refused as error:
            why, wait = f"token_{error.why}", min(max(error.retry_after or AGAIN, AGAIN), AT_MOST)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            # The name alone: the error itself may hold the request, and with it the secret.
            why, wait = f"token_{type(error).__name__}", AGAIN
        else:
            early = min(EARLY, granted.life / 2)
            self._kept[scope] = _Kept(
                bearer=granted.bearer, renewed_at=at + granted.life - early, ends_at=at + granted.life
            )
            self._refused.pop(scope, None)
            return granted
        if scope not in self._refused:  # said once, until there is one again
            log.warning("Microsoft gives us no token.", extra={"action": "no_token", "why": why})
        raise DeliveryError(why, retry_after=wait)

    def _done(self, scope: str, done: asyncio.Task[Granted]) -> None:
        del self._asking[scope]
        if not done.cancelled():
            done.exception()  # seen, even where whoever asked is gone


class Anonymous:
    """Answers Bearers where nobody asks who we are: a stand-in for Microsoft on this machine."""

    async def bearer(self, scope: str) -> str:
        """None at all."""
        return ""

    def forget(self, scope: str, bearer: str) -> None:
        """There was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    bearer: str = field(repr=False)
    renewed_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _No:
    why: str
    until: datetime


async def _granted(answer: aiohttp.ClientResponse, clock: Clock) -> Granted:
    said = object_in(await answer.read()) or {}
    if answer.status != 200:
        code = said.get("error")
        known = isinstance(code, str) and _CODE.fullmatch(code)
        numbers = said.get("error_codes")
        number = numbers[0] if isinstance(numbers, list) and numbers and isinstance(numbers[0], int) else 0
        raise Refused(
            str(code) if known else f"http_{answer.status}", retry_after=retry_after(answer.headers), number=number
        )
    bearer = said.get("access_token")
    if not isinstance(bearer, str) or not bearer:
        raise Refused("unreadable")
    return Granted(bearer=bearer, life=_life(said, clock))


def _life(said: Mapping[str, Any], clock: Clock) -> timedelta:
    """`expires_in` in seconds, or `expires_on` as seconds since 1970; Azure writes both as text too."""
    try:
        if "expires_in" in said:
            return timedelta(seconds=max(int(said["expires_in"]), 1))
        return timedelta(seconds=max(int(said["expires_on"]) - clock.now().timestamp(), 1))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Refused("unreadable") from error
