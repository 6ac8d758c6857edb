"""Teams, as the settings say who we are there: what speaks to it, and what hears of it."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, replace

import aiohttp

from bot.app.side import Around
from bot.desk import Desk
from bot.pace import Pace
from bot.platforms.port import Connection, DeliveryError
from bot.platforms.teams.activities import Met, Reference
from bot.platforms.teams.auth import Anonymous as AdmittingAnybody
from bot.platforms.teams.auth import Authentication
from bot.platforms.teams.clouds import GOVERNMENT, PUBLIC, Cloud
from bot.platforms.teams.connector import Connector, rates
from bot.platforms.teams.door import Door
from bot.platforms.teams.keys import SigningKeys
from bot.platforms.teams.listeners import TeamsListeners
from bot.platforms.teams.sender import TeamsSender
from bot.platforms.teams.tokens import Anonymous, Bearers, ClientCredentials, ManagedIdentity, Tokens
from bot.rehearsal import Stage
from bot.settings import Settings
from bot.starting import CannotStart
from rituals.messages import say
from rituals.ports import Clock, Outbox
from storage.references import SqlReferences

KEPT = 5_000
"""How many references are at hand without asking the database."""

EVERYWHERE = "https://smba.trafficmanager.net/teams/"
"""Where Teams serves whom nobody has met yet."""


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
    return Reference(
        tenant=settings.teams.tenant or "",
        service_url=f"{here.rstrip('/')}/teams/" if here else EVERYWHERE,
        conversation="",
        bot=f"28:{settings.teams.app_id or ''}",
        user="",
    )


class KeptReferences:
    """Answers `bot.platforms.teams.references.References` from the database, the latest from memory."""

    def __init__(self, kept: SqlReferences, clock: Clock) -> None:
        self._kept = kept
        self._clock = clock
        self._at_hand: OrderedDict[str, Reference] = OrderedDict()

    async def of_person(self, user: str) -> Reference | None:
        """How to write to a person."""
        return await self._of(user)

    async def of_channel(self, channel: str) -> Reference | None:
        """How to write to a channel or a group chat."""
        return await self._of(channel)

    async def keep_conversation(self, user: str, conversation: str) -> None:
        """The conversation with a person, created by us."""
        await self._kept.set_conversation(user, conversation)
        self._at_hand.pop(user, None)

    async def keep(self, met: Met) -> None:
        """Whoever wrote or pressed, and where."""
        at = self._clock.now()
        more = {"zone": met.zone, "locale": met.locale, "team": met.team}
        if met.account:
            await self._kept.keep(met.account, asdict(met.of_person) | more, at=at)
            self._at_hand.pop(met.account, None)
        where = met.of_channel
        if met.channel or not met.account or where.conversation != met.of_person.conversation:
            await self._kept.keep(where.conversation, asdict(where) | {"team": met.team}, at=at)
            self._at_hand.pop(where.conversation, None)

    async def _of(self, name: str) -> Reference | None:
        at_hand = self._at_hand.get(name)
        if at_hand is not None:
            return at_hand
        found = await self._kept.find(name)
        if found is None:
            return None
        self._at_hand[name] = Reference(
            **{part: found[part] for part in ("tenant", "service_url", "conversation", "bot", "user")}
        )
        if len(self._at_hand) > KEPT:
            self._at_hand.popitem(last=False)
        return self._at_hand[name]


class TeamsSide:
    """Answers `bot.app.side.Side`."""

    platform = "teams"

    def __init__(self, around: Around, session: aiohttp.ClientSession, *, keys: SigningKeys | None) -> None:
        settings, clock = around.settings, around.clock
        self._around = around
        self._cloud = cloud_of(settings)
        self._tokens = _bearers(settings, session, clock, self._cloud)
        self._keys = keys
        self.pace = Pace(clock, rates(settings.teams.posts_per_second))
        self.connector = Connector(session, self._tokens, self.pace, clock, cloud=self._cloud, patience=around.patience)
        self._references = KeptReferences(around.memory.references(platform=self.platform), clock)
        self.sender = TeamsSender(
            self.connector, self._references, self.pace, home=home_of(settings), dialogs=settings.teams.dialogs
        )

    async def adopt(self) -> Mapping[str, str]:
        """People are met as they come; rooms are where the settings say. Raises CannotStart."""
        settings, memory = self._around.settings, self._around.memory
        try:
            await self._tokens.bearer(self._cloud.scope)
        except DeliveryError as error:
            raise CannotStart(say("command-teams-refused", why=error.why)) from None
        rooms = {key: one.conversation for key, one in settings.rooms.items() if one.platform == self.platform}
        async with memory.open_work() as work:
            await work.rooms.adopt(self.platform, rooms, channels=settings.channels(self.platform))
        return {}

    async def stage(self) -> Stage:
        """The one person a rehearsal is for: they must have written to us, or installed the app. Raises CannotStart."""
        email = self._around.settings.rehearsal or ""
        async with self._around.memory.open_work() as work:
            person = next((one for one in await work.people.reachable(emails=[email])), None)
            account = await work.people.account_of(person.id, self.platform) if person else None
        reference = await self._references.of_person(account.user) if account else None
        if person is None or account is None or reference is None:
            raise CannotStart(say("command-no-rehearser", email=email))
        conversation = reference.conversation or await self.connector.converse(reference)
        return Stage(person=person.id, name=person.name, user=account.user, conversation=conversation)

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
            dialogs=settings.teams.dialogs,
        )
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
        return ""

    async def hang_up(self) -> None:
        """Takes no activity any more."""
        self._around.door.teams = None


def _bearers(settings: Settings, session: aiohttp.ClientSession, clock: Clock, cloud: Cloud) -> Bearers:
    teams = settings.teams
    if teams.anonymous or teams.app_id is None:
        return Anonymous()
    if teams.identity == "managed":
        return Tokens(ManagedIdentity(session, clock, app_id=teams.app_id, environment=os.environ), clock)
    secret = teams.app_password.get_secret_value() if teams.app_password else ""
    credentials = ClientCredentials(
        session, clock, login_url=cloud.login_url, tenant=teams.tenant or "", app_id=teams.app_id, secret=secret
    )
    return Tokens(credentials, clock)


@asynccontextmanager
async def teams_side(around: Around) -> AsyncIterator[TeamsSide]:
    """Teams, not at work yet."""
    watching = [around.metrics.watching()]
    async with aiohttp.ClientSession(trace_configs=watching) as session:
        keys = None
        if not around.settings.teams.anonymous:
            keys = SigningKeys(session, cloud_of(around.settings).openid_url, clock=around.clock)
        try:
            yield TeamsSide(around, session, keys=keys)
        finally:
            if keys is not None:
                await keys.close()
