"""Entra's and Bot Framework's public side: tokens for the app, and the keys by which it knows the service."""

import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from bot.local.clock import Clock
from bot.local.json_types import Json
from bot.tenant.answering import Answering
from bot.tenant.errors import Refused
from bot.tenant.keys import ISSUER, Keys
from bot.tenant.tenant import Tenant

CONNECTOR = "https://api.botframework.com"
GRAPH = "https://graph.microsoft.com"
LIFETIME = 3599


class Bearers:
    """The access tokens given out, opaque to the app; they live in the tenant's time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given: dict[str, tuple[str, float]] = {}
        self.lifetime = LIFETIME

    def give(self, audience: str) -> Json:
        token = secrets.token_urlsafe(48)
        self._given[token] = (audience, self._clock.now() + self.lifetime)
        return {
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "ext_expires_in": self.lifetime,
            "access_token": token,
        }

    def revoke(self) -> None:
        self._given.clear()

    def admits(self, authorization: str | None, audience: str) -> bool:
        kind, _, token = (authorization or "").partition(" ")
        given = self._given.get(token)
        return kind == "Bearer" and given is not None and given[0] == audience and given[1] > self._clock.now()


class Entra:
    def __init__(self, tenant: Tenant, keys: Keys, bearers: Bearers, answering: Answering) -> None:
        self._tenant = tenant
        self._keys = keys
        self._bearers = bearers
        self._answering = answering

    def routes(self) -> list[web.RouteDef]:
        handler = self._answering.handler
        return [
            web.get("/v1/.well-known/openidconfiguration", handler("GetOpenId", self._openid)),
            web.get("/v1/.well-known/keys", handler("GetKeys", self._published)),
            web.post("/{tenant}/oauth2/v2.0/token", handler("GetToken", self._token)),
            web.get("/msi/token", handler("GetToken", self._identity)),
            web.get("/metadata/identity/oauth2/token", handler("GetToken", self._identity)),
        ]

    async def _openid(self, request: web.Request) -> tuple[int, Json]:
        return 200, {
            "issuer": ISSUER,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{self._tenant.url}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }

    async def _published(self, request: web.Request) -> tuple[int, Json]:
        return 200, self._keys.as_json()

    async def _token(self, request: web.Request) -> tuple[int, Json]:
        app = self._tenant.app
        if request.match_info["tenant"] != app.tenant:
            raise _denied(400, "invalid_request", 90002, "Tenant not found.")
        given = dict(parse_qsl((await request.read()).decode()))
        if request.content_type != "application/x-www-form-urlencoded" or "grant_type" not in given:
            raise _denied(400, "invalid_request", 900144, "The request body must contain 'grant_type'.")
        if given["grant_type"] != "client_credentials":
            raise _denied(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        if not app.app_id or given.get("client_id") != app.app_id:
            raise _denied(400, "unauthorized_client", 700016, "Application was not found in the directory.")
        if not secrets.compare_digest(given.get("client_secret", "").encode(), app.password.encode()):
            raise _denied(401, "invalid_client", 7000215, "Invalid client secret provided.")
        audience = given.get("scope", "").removesuffix("/.default")
        if audience not in (CONNECTOR, GRAPH) or audience == given.get("scope"):
            raise _denied(400, "invalid_scope", 70011, "The provided value for 'scope' is not valid.")
        return 200, self._bearers.give(audience)

    async def _identity(self, request: web.Request) -> tuple[int, Json]:
        """A managed identity's token, asked for as App Service or as a virtual machine has it."""
        app, given = self._tenant.app, request.query
        by_service = request.path == "/msi/token"
        version, needed = ("2019-08-01", app.identity_header) if by_service else ("2018-02-01", "true")
        proof = request.headers.get("X-IDENTITY-HEADER" if by_service else "Metadata", "")
        if proof.lower() != needed.lower() or given.get("api-version") != version:
            raise _denied(400, "invalid_request", 0, "Required header or api-version missing.")
        if given.get("client_id", app.app_id) != app.app_id:
            raise _denied(400, "invalid_request", 0, "Identity not found.")
        audience = _resource(given)
        if audience not in (CONNECTOR, GRAPH):
            raise _denied(400, "invalid_resource", 500011, "The resource principal was not found.")
        bearer = self._bearers.give(audience)
        expires_on = str(int(self._tenant.clock.now()) + self._bearers.lifetime)
        return 200, {
            "access_token": bearer["access_token"],
            "expires_on": expires_on,
            "resource": given["resource"],
            "token_type": "Bearer",
            "client_id": app.app_id,
        }


def _resource(given: Mapping[str, str]) -> str:
    return given.get("resource", "").rstrip("/")


def _denied(status: int, error: str, number: int, sentence: str) -> Refused:
    body: Json = {"error": error, "error_description": f"AADSTS{number}: {sentence}", "error_codes": [number]}
    return Refused(status, body)
