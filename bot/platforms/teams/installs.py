"""Gives people the app in Teams before they ask, so that we may write to them: batch by batch, at Graph's pace."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.platforms.teams.graph import TEAMWORK, Graph, GraphRefused, listed, quoted

log = logging.getLogger(__name__)

CATALOGUE = "AppCatalog.Read.All"
INSTALL = "TeamsAppInstallation.ReadWriteSelfForUser.All"
"""The permissions it takes. INSTALL also wants the app's Entra id in the manifest (webApplicationInfo)."""

BATCH = 30
"""So many at once: as many as Graph takes in a second."""


class Given(StrEnum):
    """What became of one person's installation. All but the first two may be tried again another day."""

    INSTALLED = "installed"
    THERE = "there"
    REFUSED = "refused"
    """A policy of the tenant's keeps the app from this person."""
    UNKNOWN = "unknown"
    """Graph knows no such person in Teams: gone, without a licence, or never there yet. Or no such app."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One person's, by Entra object id; `why` is Graph's code, "" where all is well."""

    user: str
    given: Given
    why: str = ""


class Installs:
    """The app as the tenant's catalogue has it, and who has it. Raises what Graph raises about us, not about people."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def catalogue_id(self, manifest: str) -> str | None:
        """The id by which Graph installs the app of that manifest's id; None while nobody has uploaded it."""
        query = {"$filter": f"externalId eq {quoted(manifest)}"}
        said = await self._graph.get(TEAMWORK, ("appCatalogs", "teamsApps"), query, permission=CATALOGUE)
        apps = [app for app in listed(said) if app.get("externalId") == manifest and isinstance(app.get("id"), str)]
        # The tenant's own goes before one of the store with the same id.
        apps.sort(key=lambda app: app.get("distributionMethod") != "organization")
        return str(apps[0]["id"]) if apps else None

    async def install(self, app: str, users: Sequence[str]) -> AsyncIterator[list[Outcome]]:
        """Installs the app of that catalogue id for people, by Entra object id; tells batch by batch how it went.

        Whoever stops in the midst goes on with those of whom nothing was told: having it already is an outcome too.
        What ends it for all is raised after what was done has been told.
        """
        body = {"teamsApp@odata.bind": self._graph.name_of("appCatalogs", "teamsApps", app)}
        for begin in range(0, len(users), BATCH):
            found = await asyncio.gather(
                *(self._given(user, body) for user in users[begin : begin + BATCH]), return_exceptions=True
            )
            told = [one for one in found if isinstance(one, Outcome)]
            if told:
                yield told
            for one in found:
                if isinstance(one, BaseException):
                    raise one

    async def chat(self, manifest: str, user: str) -> str | None:
        """The conversation of the app of that manifest's id with somebody; None while they do not have it."""
        apps = ("users", user, "teamwork", "installedApps")
        query = {"$expand": "teamsApp", "$filter": f"teamsApp/externalId eq {quoted(manifest)}"}
        try:
            said = await self._graph.get(TEAMWORK, apps, query, permission=INSTALL)
            ids = [one["id"] for one in listed(said) if isinstance(one.get("id"), str)]
            if not ids:
                return None
            said = await self._graph.get(TEAMWORK, (*apps, ids[0], "chat"), permission=INSTALL)
        except GraphRefused as error:
            if error.status == 404:
                return None
            raise
        chat = said.get("id")
        return chat if isinstance(chat, str) and chat else None

    async def _given(self, user: str, body: dict[str, str]) -> Outcome:
        path = ("users", user, "teamwork", "installedApps")
        try:
            await self._graph.post(TEAMWORK, path, dict(body), permission=INSTALL, bulk=True)
        except GraphRefused as error:
            match error.status:
                case 401:
                    raise
                case 409:
                    return Outcome(user=user, given=Given.THERE)
                case 403:
                    given = Given.REFUSED
                case 404:
                    given = Given.UNKNOWN
                case _:
                    given = Given.FAILED
            return Outcome(user=user, given=given, why=error.why)
        return Outcome(user=user, given=Given.INSTALLED)
