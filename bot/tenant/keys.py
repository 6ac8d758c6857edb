"""The keys with which the service signs what it sends to the app, and the tokens it signs with them."""

import time
from base64 import urlsafe_b64encode
from functools import cache
from typing import Literal, TypeAlias

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from bot.local.clock import Clock
from bot.local.config import made_id
from bot.local.json_types import Json
from bot.tenant.config import App

ISSUER = "https://api.botframework.com"
LIFETIME = 3600
_RENEWED_BEFORE = 300

Forgery: TypeAlias = Literal["stranger", "withdrawn", "none", "hs256", "unendorsed"]
"""Signed by a key that is not published, by one that no longer is, by none, with the public key as a secret, or by one
that is not endorsed for Teams."""


@cache
def _key(number: int) -> RSAPrivateKey:
    """The same few keys serve every tenant of a process: making one takes a tenth of a second."""
    return generate_private_key(public_exponent=65537, key_size=2048)


class Keys:
    """One key signs; those before it stay published until they are withdrawn.

    A token holds by the tenant's clock and by ours, since nobody knows by which of them the app checks it.
    """

    def __init__(self, app: App, clock: Clock) -> None:
        self._app = app
        self._clock = clock
        self._published = [0]
        self._withdrawn: list[int] = []
        self._made = 1
        self._unendorsed: set[int] = set()
        self._bearer: tuple[str, str, float] | None = None

    @property
    def kid(self) -> str:
        return _kid(self._published[-1])

    def rotate(self, *, keep: bool = True) -> str:
        """Sign with a new key from now on, and go on publishing the old ones only if they are kept."""
        if not keep:
            self._withdrawn += self._published
            self._published = []
        self._published.append(self._new())
        self._bearer = None
        return self.kid

    def as_json(self) -> Json:
        return {"keys": [self._jwk(number) for number in self._published]}

    def bearer(self, service_url: str) -> str | None:
        """The token for the app, made anew some minutes before it expires; None where there is no app id."""
        if not self._app.app_id:
            return None
        latest = max(time.time(), self._clock.now())
        if self._bearer is None or self._bearer[1] != service_url or self._bearer[2] <= latest:
            self._bearer = (self.token(service_url), service_url, latest + LIFETIME - _RENEWED_BEFORE)
        return self._bearer[0]

    def token(self, service_url: str, claims: Json | None = None, forgery: Forgery | None = None) -> str:
        """A token with other claims (None leaves one out) or wrongly signed, for tests of forged requests."""
        first, last = sorted((int(time.time()), int(self._clock.now())))
        whole = {"iss": ISSUER, "aud": self._app.app_id, "nbf": first - 300, "exp": last + LIFETIME}
        said = whole | {"serviceurl": service_url} | (claims or {})
        said = {name: value for name, value in said.items() if value is not None}
        number = self._published[-1]
        if forgery == "none":
            return jwt.encode(said, "", algorithm="none", headers={"kid": _kid(number)})
        if forgery == "hs256":
            secret = _encoded(_key(number).public_key().public_numbers().n)
            return jwt.encode(said, secret, algorithm="HS256", headers={"kid": _kid(number)})
        if forgery == "stranger":
            # The name is one that is published, the key is not.
            return jwt.encode(said, _key(self._new()), algorithm="RS256", headers={"kid": _kid(number)})
        if forgery == "withdrawn":
            number = self._withdrawn[-1] if self._withdrawn else self._new()
        elif forgery == "unendorsed":
            number = self._new()
            self._unendorsed.add(number)
            self._published.insert(0, number)
        return jwt.encode(said, _key(number), algorithm="RS256", headers={"kid": _kid(number), "x5t": _kid(number)})

    def _new(self) -> int:
        self._made += 1
        return self._made - 1

    def _jwk(self, number: int) -> Json:
        public = _key(number).public_key().public_numbers()
        kid = _kid(number)
        named: Json = {"kty": "RSA", "use": "sig", "kid": kid, "x5t": kid}
        endorsements = ["webchat"] if number in self._unendorsed else ["msteams", "webchat", "directline"]
        return {**named, "n": _encoded(public.n), "e": _encoded(public.e), "endorsements": endorsements}


def _kid(number: int) -> str:
    return made_id("K", f"key {number}")


def _encoded(number: int) -> str:
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
