"""Microsoft Graph: who may ask it, the organisation's app catalogue, and the app given to people."""

import asyncio
import re
from base64 import urlsafe_b64encode
from collections.abc import Coroutine
from json import loads
from typing import Any

from aiohttp import web

from bot.local.json_types import Json
from bot.local.routes import PageError
from bot.tenant.answering import Answering, Do, Handler
from bot.tenant.config import Person, made_guid
from bot.tenant.directory import Directory, collection, condition
from bot.tenant.entra import GRAPH, Bearers
from bot.tenant.errors import Refused, Undelivered
from bot.tenant.limits import Limits
from bot.tenant.talk import Talk
from bot.tenant.tenant import Tenant

_BIND = re.compile(r"https://graph\.microsoft\.com/v1\.0/appCatalogs/teamsApps/([0-9a-f-]{36})")


class Graph:
    def __init__(self, tenant: Tenant, limits: Limits, bearers: Bearers, answering: Answering, talk: Talk) -> None:
        self._tenant = tenant
        self._limits = limits
        self._bearers = bearers
        self._answering = answering
        self._talk = talk
        self._directory = Directory(tenant)
        self._telling: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        users, apps = "/graph/v1.0/users", "/teamwork/installedApps"
        read, install = "User.Read.All", "TeamsAppInstallation.ReadWriteSelfForUser.All"
        return [
            web.get(users, self._handler("ListUsers", read, self._directory.list)),
            web.get(users + "/delta", self._handler("DeltaUsers", read, self._directory.delta)),
            web.get(users + "/{user}", self._handler("GetUser", read, self._directory.user)),
            web.get(
                "/graph/v1.0/appCatalogs/teamsApps",
                self._handler("ListTeamsApps", "AppCatalog.Read.All", self._catalogue),
            ),
            web.get(users + "/{user}" + apps, self._handler("ListInstalledApps", install, self._installed)),
            web.post(users + "/{user}" + apps, self._handler("InstallApp", install, self._install)),
            web.delete(users + "/{user}" + apps + "/{id}", self._handler("UninstallApp", install, self._uninstall)),
            web.get(users + "/{user}" + apps + "/{id}/chat", self._handler("GetAppChat", install, self._chat)),
        ]

    async def close(self) -> None:
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    def _handler(self, method: str, consent: str, do: Do) -> Handler:
        async def admitted(request: web.Request) -> tuple[int, object]:
            if not self._bearers.admits(request.headers.get("Authorization"), GRAPH):
                raise Refused.coded(401, "InvalidAuthenticationToken", "Access token is empty, expired or not for us.")
            if consent not in self._tenant.consents:
                why = "Insufficient privileges to complete the operation."
                raise Refused.coded(403, "Authorization_RequestDenied", why)
            self._limits.admit_graph()
            return await do(request)

        return self._answering.handler(method, admitted)

    # The app

    async def _catalogue(self, request: web.Request) -> tuple[int, Json]:
        app = self._tenant.app
        listed = app.in_catalogue
        if wanted := request.query.get("$filter"):
            for one in wanted.split(" and "):
                name, value = condition(one, ("externalId", "distributionMethod", "displayName", "id"))
                listed = listed and self._listed()[name] == value
        return 200, collection("appCatalogs/teamsApps", [self._listed()] if listed else [])

    async def _installed(self, request: web.Request) -> tuple[int, Json]:
        person = self._directory.person(request)
        found = person.id in self._tenant.installed
        if wanted := request.query.get("$filter"):
            name, value = condition(wanted, ("teamsApp/externalId", "teamsApp/id"))
            found = found and self._listed()[name.removeprefix("teamsApp/")] == value
        one: Json = {"id": self._installation(person)}
        if "teamsApp" in request.query.get("$expand", "").split(","):
            one["teamsApp"] = self._listed()
        return 200, collection(f"users('{person.id}')/teamwork/installedApps", [one] if found else [])

    async def _install(self, request: web.Request) -> tuple[int, None]:
        person = self._directory.person(request)
        self._limits.admit_install()
        try:
            given = loads(await request.read())
        except ValueError as error:
            raise Refused.coded(400, "BadRequest", "The body is no JSON.") from error
        bound = _BIND.fullmatch(str(given.get("teamsApp@odata.bind")) if isinstance(given, dict) else "")
        if bound is None:
            raise Refused.coded(400, "BadRequest", "Invalid bind property name teamsApp in request.")
        if not self._tenant.app.in_catalogue or bound[1] != self._tenant.app.catalogue_id:
            raise Refused.coded(404, "NotFound", "App is not found in the app catalog.")
        if person.id in self._tenant.installed:
            raise Refused.coded(409, "Conflict", "App has already been installed.")
        self._tell(self._talk.install(person, self._tenant.personal(person.id)))
        # The task has not begun: what is installed is so from now on.
        await asyncio.sleep(0)
        return 201, None

    async def _uninstall(self, request: web.Request) -> tuple[int, None]:
        person = self._installed_person(request)
        self._tell(self._talk.uninstall(person, self._tenant.personal(person.id)))
        await asyncio.sleep(0)
        return 204, None

    async def _chat(self, request: web.Request) -> tuple[int, Json]:
        person = self._installed_person(request)
        return 200, {"id": self._tenant.chat_id(person.id), "chatType": "oneOnOne", "topic": None}

    def _installed_person(self, request: web.Request) -> Person:
        person = self._directory.person(request)
        if person.id not in self._tenant.installed or request.match_info["id"] != self._installation(person):
            raise Refused.coded(404, "NotFound", "The app is not installed.")
        return person

    def _tell(self, change: Coroutine[Any, Any, None]) -> None:
        """Graph answers before the app hears of it, and whether it does or not."""

        async def quietly() -> None:
            with self._tenant.counts.under_way():
                try:
                    await change
                except (Undelivered, PageError):
                    return

        task = asyncio.create_task(quietly())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    def _listed(self) -> Json:
        app = self._tenant.app
        named = {"id": app.catalogue_id, "externalId": app.external_id, "displayName": app.name}
        return {**named, "distributionMethod": "organization"}

    def _installation(self, person: Person) -> str:
        return urlsafe_b64encode(made_guid(f"{person.id} has {self._tenant.app.app_id}").encode()).decode()
