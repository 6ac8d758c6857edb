"""The public keys Microsoft signs activities with: fetched without holding anybody up, kept, and renewed in time."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import jwt
from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from bot.platforms.teams.clouds import leads_home
from rituals.ports import Clock

log = logging.getLogger(__name__)

RENEWED_AFTER = timedelta(hours=24)
"""Microsoft asks for at least one look a day, since a key may be withdrawn."""

TRUSTED_FOR = timedelta(days=5)
"""How long keys are believed while they cannot be renewed. After that a withdrawn one would never be noticed."""

LOOKED_FOR_AGAIN_AFTER = timedelta(minutes=2)
"""How soon an unknown key makes us look again: anybody can name one, and new ones are published before they sign."""

TRIED_AGAIN_AFTER = timedelta(seconds=5)
"""How soon they are asked for again where there are none at all."""

_WITHIN = ClientTimeout(total=5.0)
_MOST = 1 << 20


class KeysUnavailable(Exception):
    """There are no keys to judge a signature by: neither right nor wrong can be said of any token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A public key, and the channels Microsoft lets it speak for ("msteams")."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """The keys behind an OpenID document, by their ids. One request to it is under way at a time, whoever waits."""

    def __init__(self, session: ClientSession, openid_url: str, *, clock: Clock) -> None:
        self._session = session
        self._openid_url = openid_url
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._fetched: datetime | None = None
        self._tried: datetime | None = None
        self._fetching: asyncio.Task[None] | None = None

    @property
    def known(self) -> Mapping[str, Key]:
        """The keys as last fetched; another mapping after each fetch."""
        return self._keys

    async def ensure(self) -> None:
        """Returns once there are keys to judge by.

        Raises:
            KeysUnavailable: they cannot be had, and none fetched before may still be believed.
        """
        fetched = self._fetched
        if fetched is None or self._past(fetched, TRUSTED_FOR):
            if self._fetching is not None or self._past(self._tried, TRIED_AGAIN_AFTER):
                await self._renewed()
            if self._fetched == fetched:
                raise KeysUnavailable
        elif self._past(fetched, RENEWED_AFTER) and self._past(self._tried, LOOKED_FOR_AGAIN_AFTER):
            self._begin()  # nobody waits for it: the keys at hand are still believed

    async def find(self, kid: str) -> Key | None:
        """The key of this id, None if Microsoft has none such. Raises KeysUnavailable."""
        await self.ensure()
        key = self._keys.get(kid)
        if key is None and (self._fetching is not None or self._past(self._tried, LOOKED_FOR_AGAIN_AFTER)):
            await self._renewed()
            key = self._keys.get(kid)
        return key

    async def close(self) -> None:
        """Ends what is under way."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])

    def _past(self, moment: datetime | None, span: timedelta) -> bool:
        # A clock that was set back must not keep us from asking.
        return moment is None or not timedelta() <= self._clock.now() - moment < span

    async def _renewed(self) -> None:
        # Whoever hangs up while waiting must not end what others wait for.
        await asyncio.shield(self._begin())

    def _begin(self) -> asyncio.Task[None]:
        if self._fetching is None:
            self._tried = self._clock.now()
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(self._ended)
        return self._fetching

    def _ended(self, _: asyncio.Task[None]) -> None:
        self._fetching = None

    async def _fetch(self) -> None:
        try:
            document = await self._read(self._openid_url)
            keys = _keys(await self._read(self._keys_url(document)))
        except (ClientError, TimeoutError, ValueError, RuntimeError, RecursionError, OSError) as error:
            # RuntimeError: the session was closed meanwhile.
            extra = {"action": "signing_keys_unavailable", "why": type(error).__name__}
            log.warning("Microsoft's signing keys could not be fetched.", extra=extra)
            return
        self._keys, self._fetched = keys, self._clock.now()
        log.info("Microsoft's signing keys were fetched.", extra={"action": "signing_keys", "count": len(keys)})

    async def _read(self, url: str) -> dict[str, Any]:
        async with self._session.get(url, timeout=_WITHIN, allow_redirects=False) as response:
            if response.status != 200:
                raise ValueError("status")
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > _MOST:
                    raise ValueError("size")
        read = json.loads(body)
        if not isinstance(read, dict):
            raise ValueError("shape")
        return read

    def _keys_url(self, document: dict[str, Any]) -> str:
        url = document.get("jwks_uri")
        local = leads_home(self._openid_url) and isinstance(url, str) and leads_home(url)
        if not isinstance(url, str) or not (url.startswith("https://") or local):
            raise ValueError("jwks_uri")
        return url


def _keys(document: dict[str, Any]) -> dict[str, Key]:
    listed = document.get("keys")
    keys = {}
    for each in listed if isinstance(listed, list) else []:
        kid = each.get("kid") if isinstance(each, dict) else None
        if not isinstance(kid, str) or each.get("kty") != "RSA" or each.get("use", "sig") != "sig":
            continue
        try:
            public = RSAAlgorithm.from_jwk(each)
        except (jwt.PyJWTError, ValueError, TypeError):
            continue  # one that cannot be read leaves the others
        if isinstance(public, RSAPublicKey) and public.key_size >= 2048:
            endorsements = cast(object, each.get("endorsements"))
            named = endorsements if isinstance(endorsements, list) else []
            keys[kid] = Key(public=public, endorsements=frozenset(str(name) for name in named))
    if not keys:
        raise ValueError("no keys")
    return keys
