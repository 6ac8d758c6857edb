"""Teams, as the settings say who we are there: what speaks to it, and what hears of it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from ssl import PROTOCOL_TLS_CLIENT, SSLContext

import aiohttp
import httpx

from bot.app.side import Around
from bot.app.teams_people import TeamsPeople
from bot.app.teams_references import KeptReferences
from bot.app.teams_stage import adopt_from_rooms, stage_on_teams
from bot.desk import Desk
from bot.pace import Pace
from bot.platforms.port import Connection, DeliveryError
from bot.platforms.teams.activities import Reference
from bot.platforms.teams.auth import Anonymous as AdmittingAnybody
from bot.platforms.teams.auth import Authentication
from bot.platforms.teams.clouds import GOVERNMENT, PUBLIC, Cloud
from bot.platforms.teams.connector import Connector, rates
from bot.platforms.teams.door import Door
from bot.platforms.teams.keys import SigningKeys
from bot.platforms.teams.listeners import TeamsListeners
from bot.platforms.teams.sender import TeamsSender
from bot.platforms.teams.tokens import Anonymous, Bearers, ClientCredentials, ManagedIdentity, Source, Tokens
from bot.rehearsal import Stage
from bot.settings import Settings
from bot.starting import CannotStart
from rituals.messages import say
from rituals.ports import Clock, Outbox
from storage.reopened import reopen

EVERYWHERE = {
    "public": "https://smba.trafficmanager.net/teams/",
    "government": "https://smba.infra.gov.teams.microsoft.us/teams/",
}
"""Where each of Microsoft's clouds serves whom nobody has met yet."""


def cloud_of(settings: Settings) -> Cloud:
    """Microsoft's cloud as the settings name it, or a local stand-in for it."""
    teams = settings.teams
    cloud = {"public": PUBLIC, "government": GOVERNMENT}[teams.cloud]
    if teams.api_url is None:
        return cloud
    here = teams.api_url.rstrip("/")
    return replace(
        cloud,
        openid_url=f"{here}/v1/.well-known/openidconfiguration",
        login_url=here,
        graph_url=f"{here}/graph/v1.0",
        services=(here,),
    )


def home_of(settings: Settings) -> Reference:
    """How to write to whom nobody has met yet."""
    here = settings.teams.api_url
    # Where nobody asks who we are, nothing but the connector is stood in for.
    there = here if here is None or settings.teams.anonymous else f"{here.rstrip('/')}/teams/"
    return Reference(
        tenant=settings.teams.tenant or "",
        service_url=there or EVERYWHERE[settings.teams.cloud],
        conversation="",
        bot=f"28:{settings.teams.app_id or ''}",
        user="",
    )


class TeamsSide:
    """Answers `bot.app.side.Side`."""

    platform = "teams"

    def __init__(
        self,
        around: Around,
        session: aiohttp.ClientSession,
        *,
        keys: SigningKeys | None,
        client: httpx.AsyncClient | None,
    ) -> None:
        settings, clock = around.settings, around.clock
        self._around = around
        self._cloud = cloud_of(settings)
        self._tokens = bearers_of(source_of(settings, session, clock, self._cloud), clock)
        self._keys = keys
        self.pace = Pace(clock, rates(settings.teams.posts_per_second))
        self.connector = Connector(
            session,
            self._tokens,
            self.pace,
            clock,
            cloud=self._cloud,
            patience=around.patience,
            throttled=around.metrics.throttled,
        )
        self._references = KeptReferences(around.memory.references(platform=self.platform), clock)
        self.sender = TeamsSender(
            self.connector, self._references, home=home_of(settings), dialogs=settings.teams.dialogs
        )
        self._silent: Mapping[str, str] = {}  # rooms that did not tell a rehearsal who is in them, and why
        self._listeners: TeamsListeners | None = None
        self.people = TeamsPeople(around, client, self._tokens, cloud=self._cloud) if client is not None else None

    async def adopt(self) -> Mapping[str, str]:
        """People are read where they may be, else met as they come; rooms are where the settings say.

        Raises CannotStart.
        """
        settings, memory = self._around.settings, self._around.memory
        try:
            await self._tokens.bearer(self._cloud.scope)
        except DeliveryError as error:
            raise CannotStart(say("command-teams-refused", why=error.why)) from None
        rooms = {key: one.conversation for key, one in settings.rooms.items() if one.platform == self.platform}
        async with memory.open_work() as work:
            await work.rooms.adopt(self.platform, rooms, channels=settings.channels(self.platform))
        if self.people is not None:
            await self.people.adopt()
        if settings.rehearsal:
            self._silent = await adopt_from_rooms(
                self._around, connector=self.connector, references=self._references, home=home_of(settings)
            )
        return {}

    def look(self, at: datetime) -> None:
        """Lets who has changed in the directory be read, by the hour."""
        if self.people is not None:
            self.people.look(at)

    async def stage(self) -> Stage:
        """The one person a rehearsal is for. Raises CannotStart."""
        return await stage_on_teams(
            self._around,
            connector=self.connector,
            references=self._references,
            home=home_of(self._around.settings),
            silent=self._silent,
        )

    async def listen(self, desk: Desk, outbox: Outbox, stack: AsyncExitStack) -> Connection | None:
        """Hears what Teams posts to /teams/messages."""
        settings, around = self._around.settings, self._around
        listeners = TeamsListeners(
            desk=desk,
            connector=self.connector,
            references=self._references,
            outbox=outbox,
            clock=around.clock,
            errands=around.errands,
            drawings=self.sender.drawings,
            copies=self.sender.copies,
            reopen=self._reopen,
            sender=self.sender,
        )
        self._listeners = listeners
        stack.callback(listeners.close)
        listeners.welcome(await self._references.unknown())
        admission = (
            AdmittingAnybody(host=settings.web.host)
            if self._keys is None
            else Authentication(
                app_id=settings.teams.app_id or "",
                tenants=[settings.teams.tenant or ""],
                cloud=self._cloud,
                keys=self._keys,
                clock=around.clock,
            )
        )
        around.door.teams = Door(admission, listeners.serve).handle
        return None

    async def why_unwell(self) -> str:
        """Whether we are let in."""
        try:
            await self._tokens.bearer(self._cloud.scope)
        except DeliveryError as error:
            return error.why
        return self.connector.token_refused

    async def hang_up(self) -> None:
        """Takes no activity any more."""
        self._around.door.teams = None
        if self._listeners is not None:
            self._listeners.close()

    async def _reopen(self) -> None:
        """Rooms that refused us may take messages again."""
        async with self._around.memory.transaction() as connection:
            await reopen(connection, platform=self.platform)


def source_of(settings: Settings, session: aiohttp.ClientSession, clock: Clock, cloud: Cloud) -> Source | None:
    """Whoever gives us tokens; None where nobody asks who we are."""
    teams = settings.teams
    if teams.anonymous or teams.app_id is None:
        return None
    if teams.identity == "managed":
        return ManagedIdentity(session, clock, app_id=teams.app_id, environment=os.environ)
    secret = teams.app_password.get_secret_value() if teams.app_password else ""
    return ClientCredentials(
        session, clock, login_url=cloud.login_url, tenant=teams.tenant or "", app_id=teams.app_id, secret=secret
    )


def bearers_of(source: Source | None, clock: Clock) -> Bearers:
    """The tokens of a source, kept."""
    return Anonymous() if source is None else Tokens(source, clock)


@asynccontextmanager
async def teams_side(around: Around) -> AsyncIterator[TeamsSide]:
    """Teams, not at work yet."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        keys, client = None, None
        if not around.settings.teams.anonymous:
            cloud = cloud_of(around.settings)
            keys = SigningKeys(session, cloud.openid_url, clock=around.clock)
            stack.push_async_callback(keys.close)
            client = await stack.enter_async_context(graph_client(cloud))
        side = TeamsSide(around, session, keys=keys, client=client)
        if side.people is not None:
            stack.push_async_callback(side.people.close)
        yield side


def graph_client(cloud: Cloud) -> httpx.AsyncClient:
    """Who calls Graph. For a local stand-in, which is not called by https, no certificates are read: it takes long."""
    local = SSLContext(PROTOCOL_TLS_CLIENT) if cloud.graph_url.startswith("http://") else True
    return httpx.AsyncClient(verify=local)
