"""Whether an activity is Microsoft's, meant for us, and from an organisation we serve; refused before it is read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from bot.platforms.teams.clouds import Cloud, is_loopback, leads_home
from bot.platforms.teams.keys import Key, SigningKeys
from rituals.ports import Clock

CHANNEL = "msteams"
LEEWAY = 300.0
"""Seconds by which clocks may differ, as the Bot Connector's documents have it."""

_ALGORITHM = "RS256"
_REMEMBERED = 256

# Moments are compared by our own clock, and an audience must be one word, not a list with us among it.
_UNTIMED: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}


class Refused(Exception):
    """An activity is not taken. `why`: a word for the log, which holds nothing of what was sent."""

    status = 403

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Unauthenticated(Refused):
    """Nothing shows that Microsoft sent it to us."""

    status = 401


class Forbidden(Refused):
    """Microsoft sent it, and it is none of ours: another channel, address or organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked at before anything else is: the Authorization header, and where the activity says it is from."""

    header: str
    channel: str
    service_url: str
    tenant: str


class Admission(Protocol):
    """Who lets activities in."""

    @property
    def anonymous(self) -> bool:
        """Whether it takes anybody's word, so that nobody but this machine may be heard."""

    async def admit(self, asked: Asked) -> Mapping[str, Any]:
        """The claims of whoever sent it. Raises Refused, KeysUnavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verified:
    kid: str
    key: Key
    claims: Mapping[str, Any]


class Authentication:
    """Lets in what the Bot Connector signed for our app, from a tenant we serve.

    A token comes with many activities during its hour: one whose signature held is remembered as long as its key is
    the one Microsoft names, and everything else is looked at each time.
    """

    anonymous = False

    def __init__(self, *, app_id: str, tenants: Iterable[str], cloud: Cloud, keys: SigningKeys, clock: Clock) -> None:
        self._app_id = app_id.lower()
        self._tenants = frozenset(tenant.lower() for tenant in tenants)
        if not self._app_id or not self._tenants or "" in self._tenants:
            raise ValueError("An app id and at least one tenant are needed to know whose activities are taken.")
        self._cloud = cloud
        self._keys = keys
        self._clock = clock
        self._verified: OrderedDict[str, _Verified] = OrderedDict()

    async def admit(self, asked: Asked) -> Mapping[str, Any]:
        """The claims of the token.

        Raises:
            Unauthenticated, Forbidden: it is not let in.
            KeysUnavailable: nobody can tell, since Microsoft's keys cannot be had.
        """
        token = _token(asked.header)
        verified = self._verified.get(token)
        if verified is None or self._keys.known.get(verified.kid) is not verified.key:
            verified = await self._verify(token)
        claims = verified.claims
        self._timely(claims)
        if CHANNEL not in verified.key.endorsements:
            raise Unauthenticated("endorsement")
        if asked.channel != CHANNEL:
            raise Forbidden("channel")
        if claims.get("serviceurl") != asked.service_url or not self._cloud.serves(asked.service_url):
            raise Forbidden("service_url")
        if asked.tenant.lower() not in self._tenants:
            raise Forbidden("tenant")
        return claims

    async def _verify(self, token: str) -> _Verified:
        self._verified.pop(token, None)
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Unauthenticated("malformed") from error
        kid = header.get("kid")
        if header.get("alg") != _ALGORITHM:
            raise Unauthenticated("algorithm")
        key = await self._keys.find(kid) if isinstance(kid, str) else None
        if key is None:
            raise Unauthenticated("unknown_key")
        try:
            claims = jwt.decode(token, key.public, algorithms=[_ALGORITHM], options=_UNTIMED)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Unauthenticated("signature") from error
        if claims.get("iss") != self._cloud.issuer:
            raise Unauthenticated("issuer")
        audience = claims.get("aud")
        if not isinstance(audience, str) or audience.lower() != self._app_id:
            raise Unauthenticated("audience")
        self._timely(claims)
        verified = _Verified(kid=str(kid), key=key, claims=claims)
        self._verified[token] = verified
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)
        return verified

    def _timely(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        # So written that what is no number, "not a number" too, is refused.
        if not now < _moment(claims.get("exp")) + LEEWAY:
            raise Unauthenticated("expired")
        if "nbf" in claims and not now >= _moment(claims["nbf"]) - LEEWAY:
            raise Unauthenticated("not_yet")


class Anonymous:
    """Takes anybody's word, for trying Comitia out beside a local client: no token, and nobody but this machine.

    `host`: the address we listen on.
    """

    anonymous = True

    def __init__(self, *, host: str) -> None:
        if not is_loopback(host):
            raise ValueError("Activities are taken unsigned only from this machine itself, on 127.0.0.1.")

    async def admit(self, asked: Asked) -> Mapping[str, Any]:
        """No claims. What is answered goes to this machine only. Raises Forbidden."""
        if not leads_home(asked.service_url):
            raise Forbidden("service_url")
        return {}


def _token(header: str) -> str:
    if not header:
        raise Unauthenticated("missing")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("malformed")
    return token


def _moment(claim: object) -> float:
    return float(claim) if isinstance(claim, int | float) and abs(claim) < 1e12 else float("nan")
