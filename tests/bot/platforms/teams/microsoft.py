"""A stand-in for what Microsoft shows of its signing keys, and for the Bot Connector that signs with them."""

from __future__ import annotations

import asyncio
import base64
import json
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

import jwt
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from jwt.warnings import InsecureKeyLengthWarning

from bot.platforms.teams.answers import Answer
from bot.platforms.teams.auth import Admission, Authentication
from bot.platforms.teams.clouds import PUBLIC, Cloud
from bot.platforms.teams.door import Door, Serve
from bot.platforms.teams.keys import SigningKeys

Json = dict[str, Any]

APP = "0b1e6a54-5c33-4a0e-8d32-6a4f0c1d7e11"
TENANT = "6d7b6a2e-2f8c-4f5a-9f6d-3a1b2c4d5e6f"
SERVICE_URL = "https://smba.trafficmanager.net/emea/"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    async def sleep_until(self, moment: datetime) -> None:
        self.at = max(self.at, moment)


@cache
def private_key(number: int) -> RSAPrivateKey:
    """One of Microsoft's keys, or a forger's."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Microsoft:
    """Publishes keys by id; counts who asks. `down`: answers 500. `junk`: publishes that instead.

    `answers`: nothing is answered until it is set.
    """

    published: dict[str, int] = field(default_factory=lambda: {"key-1": 1})
    endorsements: list[str] = field(default_factory=lambda: ["msteams", "webchat"])
    down: bool = False
    junk: bytes | None = None
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    url: str = ""

    def cloud(self) -> Cloud:
        """The public cloud, with its keys here."""
        return Cloud(
            issuer=PUBLIC.issuer,
            openid_url=f"{self.url}/v1/.well-known/openidconfiguration",
            login_url=PUBLIC.login_url,
            scope=PUBLIC.scope,
            graph_url=PUBLIC.graph_url,
            services=PUBLIC.services,
        )

    async def document(self, _: web.Request) -> web.Response:
        self.asked += 1
        await self.answers.wait()
        if self.down:
            return web.Response(status=500)
        return web.json_response({"issuer": PUBLIC.issuer, "jwks_uri": f"{self.url}/v1/.well-known/keys"})

    async def keys(self, _: web.Request) -> web.Response:
        if self.junk is not None:
            return web.Response(body=self.junk, content_type="application/json")
        return web.json_response({"keys": [self.jwk(kid, number) for kid, number in self.published.items()]})

    def jwk(self, kid: str, number: int) -> Json:
        """A key as it is published."""
        public = RSAAlgorithm.to_jwk(private_key(number).public_key(), as_dict=True)
        return {**public, "kid": kid, "x5t": kid, "use": "sig", "endorsements": self.endorsements}


def signed(
    claims: Json | None = None,
    *,
    kid: str | None = "key-1",
    number: int = 1,
    algorithm: str = "RS256",
    without: str = "",
    at: datetime = NOW,
    key: RSAPrivateKey | None = None,
) -> str:
    """A bearer as the Bot Connector sends it, but for what is said otherwise."""
    said = {
        "iss": PUBLIC.issuer,
        "aud": APP,
        "serviceurl": SERVICE_URL,
        "nbf": int(at.timestamp()),
        "exp": int((at + timedelta(hours=1)).timestamp()),
        **(claims or {}),
    }
    said.pop(without, None)
    secret: Any = key or private_key(number)
    if algorithm != "RS256":
        secret = None if algorithm == "none" else "x" * 64
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        return "Bearer " + jwt.encode(said, secret, algorithm=algorithm, headers={"kid": kid} if kid else None)


def unsigned(header: object, payload: object) -> str:
    """A bearer of whatever is given, with a signature of no key."""

    def part(value: object) -> str:
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    return f"Bearer {part(header)}.{part(payload)}.{part(b'nothing')}"


def activity(**more: Any) -> Json:
    """A message in a personal chat as Teams sends it, but for what is said otherwise; None leaves a part out."""
    whole: Json = {
        "type": "message",
        "id": "1700000000001",
        "timestamp": "2026-11-23T09:00:00.000Z",
        "localTimezone": "Europe/Paris",
        "channelId": "msteams",
        "serviceUrl": SERVICE_URL,
        "from": {"id": "29:1-amel", "name": "Amel Benali", "aadObjectId": "aad-amel"},
        "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": "a:1-amel"},
        "recipient": {"id": f"28:{APP}", "name": "Comitia"},
        "entities": [{"type": "clientInfo", "locale": "fr-FR", "country": "FR", "timezone": "Europe/Paris"}],
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "fr-FR",
        "text": "bonjour",
        **more,
    }
    return {name: part for name, part in whole.items() if part is not None}


def execute(data: Json | None = None, **more: Any) -> Json:
    """A button pressed."""
    action = {"type": "Action.Execute", "verb": "vote", "data": {"action": "vote"} if data is None else data}
    return activity(
        **{"type": "invoke", "name": "adaptiveCard/action", "text": None, "value": {"action": action}, **more}
    )


@dataclass
class Knock:
    """Posts to a door: status, JSON if there is any, and headers."""

    session: ClientSession
    url: str

    async def __call__(self, raw: object, *, bearer: str | None = None, headers: Json | None = None) -> int:
        status, _ = await self.asking(raw, bearer=bearer, headers=headers)
        return status

    async def asking(
        self, raw: object, *, bearer: str | None = None, headers: Json | None = None
    ) -> tuple[int, Json | None]:
        sent = {"Content-Type": "application/json", **(headers or {})}
        if bearer is not None:
            sent["Authorization"] = bearer
        body = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
        async with self.session.post(self.url, data=BytesIO(body), headers=sent) as response:
            read = await response.read()
            is_json = response.content_type == "application/json" and read
            return response.status, json.loads(read) if is_json else None


class Served:
    """What a door let in; answers each as told."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer
        self.raws: list[Json] = []

    async def __call__(self, raw: Json) -> Answer | None:
        self.raws.append(raw)
        return self.answer


@asynccontextmanager
async def microsoft() -> AsyncIterator[Microsoft]:
    """Microsoft's key documents on loopback."""
    stand_in = Microsoft()
    stand_in.answers.set()
    app = web.Application()
    app.router.add_get("/v1/.well-known/openidconfiguration", stand_in.document)
    app.router.add_get("/v1/.well-known/keys", stand_in.keys)
    async with TestServer(app) as server:
        stand_in.url = str(server.make_url("")).rstrip("/")
        yield stand_in


@asynccontextmanager
async def authentication(stand_in: Microsoft, clock: Clock) -> AsyncIterator[Authentication]:
    """Ours, with its keys from the stand-in."""
    cloud = stand_in.cloud()
    async with ClientSession() as session:
        keys = SigningKeys(session, cloud.openid_url, clock=clock)
        yield Authentication(app_id=APP, tenants={TENANT}, cloud=cloud, keys=keys, clock=clock)
        await keys.close()


@asynccontextmanager
async def knocking(admission: Admission, serve: Serve) -> AsyncIterator[Knock]:
    """A door on loopback, and a hand before it."""
    app = web.Application()
    app.router.add_post("/teams/messages", Door(admission, serve).handle)
    async with TestServer(app) as server, ClientSession() as session:
        yield Knock(session, str(server.make_url("/teams/messages")))


@asynccontextmanager
async def open_door(serve: Serve | None = None) -> AsyncIterator[tuple[Knock, Microsoft, Clock]]:
    """A door that lets in what Microsoft's stand-in signs: a hand before it, the stand-in and our clock."""
    clock = Clock()
    async with (
        microsoft() as stand_in,
        authentication(stand_in, clock) as ours,
        knocking(ours, serve or Served()) as knock,
    ):
        yield knock, stand_in, clock
