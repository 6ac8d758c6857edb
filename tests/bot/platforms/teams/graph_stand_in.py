"""A little of Microsoft Graph, as strict as its documents: users and their changes, the catalogue, installations."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any

import httpx
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.platforms.teams.clouds import PUBLIC, Cloud
from bot.platforms.teams.graph import Graph
from tests.bot.platforms.teams.microsoft import NOW, Clock

Json = dict[str, Any]

MANIFEST = "f31b1263-ba99-435a-a679-911d24850d7c"
CATALOGUE_ID = "b1c5353a-7aca-41b3-830f-27d5218fe0e5"
SELECTED = "id,displayName,mail,userPrincipalName,accountEnabled,userType,preferredLanguage,officeLocation"
NO_TLS = SSLContext(PROTOCOL_TLS_CLIENT)
"""Trusts nobody, and takes no time to: nothing here is asked by https."""

PERMISSIONS = frozenset({"User.Read.All", "AppCatalog.Read.All", "TeamsAppInstallation.ReadWriteSelfForUser.All"})


def user(name: str, **other: Any) -> Json:
    """Somebody as Graph tells of them."""
    return {
        "id": f"id-of-{name}",
        "displayName": name.capitalize(),
        "mail": f"{name}@example.org",
        "userPrincipalName": f"{name}@example.org",
        "accountEnabled": True,
        "userType": "Member",
        "preferredLanguage": None,
        "officeLocation": None,
    } | other


class Bearers:
    """Gives out `bearer-1`, and another after each that is forgotten."""

    def __init__(self) -> None:
        self.given = 1
        self.scopes: set[str] = set()

    async def bearer(self, scope: str) -> str:
        self.scopes.add(scope)
        return f"bearer-{self.given}"

    def forget(self, scope: str, bearer: str) -> None:
        assert bearer == f"bearer-{self.given}"
        self.given += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What comes instead of what would."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


def no(status: int, code: str, inner: str = "", words: str = "In words.", **headers: str) -> Answer:
    """A no of Graph's; `Retry_After` is the header Retry-After."""
    error: Json = {"code": code, "message": words, "innerError": {"code": inner} if inner else {"request-id": "1"}}
    return Answer(
        status=status,
        body={"error": error},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


class GraphStandIn:
    """`answers` come first, in their order; then what the documents say."""

    def __init__(self) -> None:
        self.rounds: list[list[list[Json]]] = [[[]]]  # what each round of the users' changes tells, page by page
        self.users: dict[str, Json] = {}
        self.answers: deque[Answer] = deque()
        self.instead: dict[str, Answer] = {}  # by person, for installations
        self.consents = set(PERMISSIONS)
        self.good = "bearer-1"
        self.apps: list[Json] = [{"id": CATALOGUE_ID, "externalId": MANIFEST, "distributionMethod": "organization"}]
        self.installed: set[str] = set()
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.url = ""

    def link(self, kind: str, *where: int) -> str:
        return f"{self.url}/v1.0/users/delta?${kind}token={'-'.join(str(each) for each in where)}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.path, dict(request.query)))
        answer = self.answers.popleft() if self.answers else self._answer(request, await request.read())
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        return web.Response(status=answer.status, body=b"" if answer.body is None else body, headers=answer.headers)

    def _answer(self, request: web.Request, body: bytes) -> Answer:
        if request.headers.get("Authorization") != f"Bearer {self.good}":
            return no(401, "InvalidAuthenticationToken")
        match request.method, request.path.split("/")[1:]:
            case "GET", ["v1.0", "users", "delta"]:
                return self._delta(dict(request.query)) if self._may("User.Read.All") else DENIED
            case "GET", ["v1.0", "users", name]:
                assert dict(request.query) == {"$select": SELECTED}
                found = self.users.get(name)
                return Answer(status=200, body=found) if found else no(404, "Request_ResourceNotFound")
            case "GET", ["v1.0", "appCatalogs", "teamsApps"]:
                return self._catalogue(dict(request.query)) if self._may("AppCatalog.Read.All") else UNGRANTED
            case method, ["v1.0", "users", name, "teamwork", "installedApps", *rest]:
                if not self._may("TeamsAppInstallation.ReadWriteSelfForUser.All"):
                    return UNGRANTED
                return self._install(name, json.loads(body)) if method == "POST" else self._apps(name, rest, request)
        return no(400, "BadRequest")

    def _may(self, permission: str) -> bool:
        return permission in self.consents

    def _delta(self, query: dict[str, str]) -> Answer:
        """`$skiptoken=round-page`, `$deltatoken=round`; nothing else beside them, and $select at first alone."""
        if query == {"$select": SELECTED}:
            turn, page = 0, 0
        elif set(query) == {"$skiptoken"}:
            turn, page = (int(each) for each in query["$skiptoken"].split("-"))
        elif set(query) == {"$deltatoken"}:
            turn, page = int(query["$deltatoken"]), 0
        else:
            return no(400, "Request_UnsupportedQuery")
        pages = self.rounds[turn] if turn < len(self.rounds) else [[]]
        last = page + 1 == len(pages)
        following = (
            {"@odata.deltaLink": self.link("delta", turn + 1)}
            if last
            else {"@odata.nextLink": self.link("skip", turn, page + 1)}
        )
        return Answer(status=200, body={"value": pages[page], **following})

    def _catalogue(self, query: dict[str, str]) -> Answer:
        found = [app for app in self.apps if query == {"$filter": f"externalId eq '{app['externalId']}'"}]
        return Answer(status=200, body={"value": found})

    def _install(self, name: str, body: Json) -> Answer:
        if body != {"teamsApp@odata.bind": f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{CATALOGUE_ID}"}:
            return no(400, "BadRequest")
        if name in self.instead:
            return self.instead[name]
        if name in self.installed:
            return no(409, "Conflict")
        self.installed.add(name)
        return Answer(status=201)

    def _apps(self, name: str, rest: list[str], request: web.Request) -> Answer:
        installation = f"{name}##{CATALOGUE_ID}="
        if rest:
            there = name in self.installed and rest == [installation, "chat"]
            return Answer(status=200, body={"id": f"19:{name}@unq.gbl.spaces"}) if there else no(404, "NotFound")
        wanted = {"$expand": "teamsApp", "$filter": f"teamsApp/externalId eq '{MANIFEST}'"}
        if dict(request.query) != wanted:
            return no(400, "BadRequest")
        found = [{"id": installation, "teamsApp": self.apps[0]}] if name in self.installed else []
        return Answer(status=200, body={"value": found})


DENIED = no(403, "Authorization_RequestDenied", words="Insufficient privileges to complete the operation.")
UNGRANTED = no(403, "Forbidden", words="Missing role permissions on the request. API requires one of 'X'.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Graph and us. `calls`: when each request left, by our clock."""

    far: GraphStandIn
    graph: Graph
    clock: Clock
    bearers: Bearers
    calls: list[datetime]

    @property
    def waited(self) -> float:
        """How many seconds passed since the beginning."""
        return (self.clock.now() - NOW).total_seconds()


@asynccontextmanager
async def talk() -> AsyncIterator[Talk]:
    """One on a port of this machine."""
    far, clock, bearers, calls = GraphStandIn(), Clock(), Bearers(), list[datetime]()

    async def left(_: httpx.Request) -> None:
        calls.append(clock.now())

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", far.handle)
    async with (
        TestServer(app, host="127.0.0.1", shutdown_timeout=0) as server,
        httpx.AsyncClient(event_hooks={"request": [left]}, verify=NO_TLS, follow_redirects=True) as client,
    ):
        far.url = str(server.make_url("")).rstrip("/")
        graph = Graph(client, bearers, clock, cloud=cloud_at(f"{far.url}/v1.0"))
        yield Talk(far=far, graph=graph, clock=clock, bearers=bearers, calls=calls)


def cloud_at(graph_url: str) -> Cloud:
    """The public cloud, but for where its Graph is."""
    return Cloud(
        issuer=PUBLIC.issuer,
        openid_url=PUBLIC.openid_url,
        login_url=PUBLIC.login_url,
        scope=PUBLIC.scope,
        graph_url=graph_url,
        services=PUBLIC.services,
    )
