"""What `comitia doctor` looks at on Teams: who we are to Microsoft, its keys, Graph, rooms, and who can be reached."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from bot.app import Memories
from bot.app.teams import cloud_of
from bot.app.teams_line import TeamsLine, teams_on_the_line
from bot.commands.findings import Finding, Known, Level, Trial, Unreached, clock_finding, named
from bot.platforms.port import DeliveryError, Sender
from bot.platforms.teams.checkup import Silent
from bot.platforms.teams.graph import ConsentMissing
from bot.platforms.teams.package import id_of
from bot.platforms.teams.refusals import WRONG_CLOUD
from bot.rehearsal import Gate
from bot.settings import Settings
from rituals.messages import Text, say
from rituals.ports import Clock

WRONG_SECRET, EXPIRED_SECRET, NO_APP, NO_PRINCIPAL, NO_TENANT = 7000215, 7000222, 700016, 7000229, 90002
"""Entra's numbers for what may be wrong with who we say we are."""

BLOCKED = frozenset({"ConversationBlockedByUser", "MessageWritesBlocked"})
FORBIDDEN = "BotDisabledByAdmin"
"""Why Teams lets us write to nobody: an administrator has blocked the app."""


class TeamsExamination:
    """Answers `bot.commands.findings.Examination`. `looked_for`: the addresses that are to be known."""

    platform = "teams"

    def __init__(
        self,
        settings: Settings,
        line: TeamsLine,
        clock: Clock,
        memories: Memories | None,
        *,
        looked_for: frozenset[str],
    ) -> None:
        self._settings = settings
        self._line = line
        self._clock = clock
        self._memories = memories
        self._looked_for = looked_for
        self._users: dict[str, str] = {}
        self._gone: frozenset[str] = frozenset()
        self._whole = False
        self._unreachable: dict[str, Unreached] = {}
        self.known: Known | None = None

    async def look(self) -> AsyncIterator[Finding]:
        """Token, signing keys, clock, endpoint, directory, installation, rooms, who can be reached."""
        app = await self._app()
        yield app
        async for finding in self._inbound():
            yield finding
        if app.level == "fault":
            yield Finding(level="skipped", what=say("doctor-what-rooms-people"), words=say("doctor-app-first"))
            return
        if self._line.directory is not None:
            yield await self._directory()
        await self._recall()
        async for finding in self._rooms():
            yield finding
        if self._line.installs is not None:
            yield await self._installation()
        async for finding in self._reach():
            yield finding
        self.known = Known(
            platform=self.platform,
            users=self._users,
            gone=self._gone,
            whole=self._whole,
            unreachable=self._unreachable,
        )

    async def tried(self, trial: Trial) -> Finding | None:
        """What became of a trial post; None where it is for nobody and no room here."""
        if self.known is None:
            return None
        room = self._settings.rooms.get(trial.room(self.platform))
        destination = self._users.get(trial.address) if trial.address else room.conversation if room else None
        if destination is None:
            return None
        sender: Sender = self._line.sender
        try:
            if self._settings.rehearsal:
                # As everything else in a rehearsal: to the one person, through the same gate.
                user = self._users.get(self._settings.rehearsal)
                if user is None:
                    return trial.no_rehearser(self.platform)
                destination = await self._line.checkup.conversation(user)
                sender = Gate(sender, trial.stage(user, destination))
            place = await sender.send(trial.parcel(self.platform, destination))
            # Teams lets no bot look for what it wrote: that it is taken back shows that it was there.
            await sender.withdraw(place)
        except DeliveryError as error:
            if error.unknown:
                words = say("doctor-teams-trial-unknown", why=error.why)
                return trial.failed(words, say("doctor-teams-trial-unknown-remedy"))
            return trial.failed(say("doctor-teams-refuses", why=error.why), _remedy_for(error.why))
        except Silent as silence:
            return trial.failed(say("doctor-teams-refuses", why=silence.why), _remedy_for(silence.why))
        return trial.shown()

    # --- who we are ----------------------------------------------------------------------------------------------

    async def _app(self) -> Finding:
        teams, what = self._settings.teams, say("doctor-what-teams-app")
        if teams.anonymous:
            words, remedy = say("doctor-teams-anonymous"), say("doctor-teams-anonymous-remedy")
            return Finding(level="warning", what=what, words=words, remedy=remedy)
        try:
            await self._line.checkup.bearer()
        except Silent as silence:
            if not silence.refused:
                remedy = say("doctor-teams-silent-remedy", host=_host(cloud_of(self._settings).login_url))
                if teams.identity == "managed":
                    remedy = say("doctor-identity-remedy")
                return Finding(level="fault", what=what, words=_silent(silence), remedy=remedy)
            why = f"{silence.why}, AADSTS{silence.number}" if silence.number else silence.why
            words = say("doctor-teams-not-let-in", why=why)
            return Finding(level="fault", what=what, words=words, remedy=self._token_remedy(silence))
        words = say("doctor-teams-bearer", app=teams.app_id or "", tenant=teams.tenant or "")
        return Finding(level="ok", what=what, words=words)

    def _token_remedy(self, silence: Silent) -> Text:
        teams = self._settings.teams
        if teams.identity == "managed":
            return say("doctor-identity-remedy")
        variable = "COMITIA_TEAMS__APP_PASSWORD"
        by_number = {
            WRONG_SECRET: say("doctor-secret-wrong-remedy", variable=variable),
            EXPIRED_SECRET: say("doctor-secret-expired-remedy", variable=variable),
            NO_APP: say("doctor-no-app-remedy"),
            NO_PRINCIPAL: say("doctor-no-principal-remedy", command=f"az ad sp create --id {teams.app_id}"),
            NO_TENANT: say("doctor-no-tenant-remedy"),
        }
        return by_number.get(silence.number, say("doctor-no-token-remedy", variable=variable))

    async def _inbound(self) -> AsyncIterator[Finding]:
        """What it takes to be written to."""
        web, cloud = self._settings.web, cloud_of(self._settings)
        if not self._settings.teams.anonymous:
            what = say("doctor-what-signing-keys")
            try:
                published = await self._line.checkup.published()
            except Silent as silence:
                remedy = say("doctor-signing-keys-remedy", host=_host(cloud.openid_url))
                yield Finding(level="fault", what=what, words=_silent(silence), remedy=remedy)
            else:
                yield Finding(level="ok", what=what, words=say("doctor-signing-keys", count=published.keys))
                if published.told_at is not None:
                    yield clock_finding(self._clock.now(), published.told_at, say("doctor-microsoft"))
        yield Finding(
            level="skipped",
            what=say("doctor-what-endpoint"),
            words=say("doctor-endpoint", path="/teams/messages", place=f"{web.host}:{web.port}"),
            remedy=say("doctor-endpoint-remedy"),
        )

    # --- who is there --------------------------------------------------------------------------------------------

    async def _directory(self) -> Finding:
        assert self._line.directory is not None
        what = say("doctor-what-directory")
        gone: set[str] = set()
        try:
            async for page in self._line.directory.members(self._settings.teams.tenant or ""):
                for account, entry, present in page:
                    if present:
                        self._users[entry.email.lower()] = account.user
                    else:
                        gone.add(entry.email.lower())
        except ConsentMissing as missing:
            words = say("doctor-consent-missing", permission=missing.permission)
            return Finding(level="skipped", what=what, words=words, remedy=say("doctor-directory-consent-remedy"))
        except DeliveryError as error:
            return self._graph_fault(what, error)
        self._gone, self._whole = frozenset(gone - set(self._users)), True
        return Finding(level="ok", what=what, words=say("doctor-directory-well", count=len(self._users)))

    async def _recall(self) -> None:
        """Whoever is kept from an earlier time."""
        if self._memories is None:
            return
        sought = self._looked_for - set(self._users) - self._gone
        async with self._memories.open_work() as work:
            for person in await work.people.reachable(emails=sought):
                account = await work.people.account_of(person.id, self.platform)
                if account is not None:
                    self._users[person.email.lower()] = account.user

    async def _installation(self) -> Finding:
        assert self._line.installs is not None
        what, app = say("doctor-what-installation"), id_of(self._settings.teams.app_id or "")
        somebody = next(iter(self._users.values()), None)
        try:
            if await self._line.installs.catalogue_id(app) is None:
                words, remedy = say("doctor-not-in-catalogue", app=app), say("doctor-not-in-catalogue-remedy")
                return Finding(level="warning", what=what, words=words, remedy=remedy)
            if somebody is not None:
                await self._line.installs.chat(app, somebody)
        except ConsentMissing as missing:
            words = say("doctor-consent-missing", permission=missing.permission)
            return Finding(level="skipped", what=what, words=words, remedy=say("doctor-installation-consent-remedy"))
        except DeliveryError as error:
            return self._graph_fault(what, error)
        words = say("doctor-in-catalogue") if somebody is None else say("doctor-installs")
        return Finding(level="ok", what=what, words=words)

    def _graph_fault(self, what: Text, error: DeliveryError) -> Finding:
        remedy = say("doctor-graph-remedy", host=_host(cloud_of(self._settings).graph_url))
        return Finding(level="warning", what=what, words=say("doctor-graph-refuses", why=error.why), remedy=remedy)

    # --- where we may write --------------------------------------------------------------------------------------

    async def _rooms(self) -> AsyncIterator[Finding]:
        """Whether each room has us; and whoever of those looked for is in it, where no directory tells."""
        for room, channel in self._settings.rooms.items():
            if channel.platform != self.platform:
                continue
            sought = frozenset() if self._whole else self._looked_for - set(self._users)
            try:
                members = await self._line.checkup.members(channel.conversation, sought)
            except Silent as silence:
                yield self._room_fault(room, channel.shown, silence)
                continue
            self._users |= {email: member.user for email, member in members.items()}
            yield Finding(level="ok", what=channel.shown, words=say("doctor-teams-room-joined"))

    def _room_fault(self, room: str, name: str, silence: Silent) -> Finding:
        if not silence.refused:
            return Finding(level="fault", what=name, words=_silent(silence), remedy=say("doctor-room-remedy"))
        if silence.why in {"ConversationNotFound", "http_404"}:
            words, remedy = say("doctor-teams-room-missing"), say("doctor-teams-room-missing-remedy", room=room)
        elif silence.why in {FORBIDDEN, WRONG_CLOUD}:
            words, remedy = say("doctor-teams-refuses", why=silence.why), _remedy_for(silence.why)
        else:
            words, remedy = say("doctor-teams-room-outside", why=silence.why), say("doctor-teams-room-outside-remedy")
        return Finding(level="fault", what=name, words=words, remedy=remedy)

    async def _reach(self) -> AsyncIterator[Finding]:
        """Notes whom of those looked for nobody can write to; tells where it is not about them."""
        for email in sorted(self._looked_for & set(self._users)):
            try:
                await self._line.checkup.conversation(self._users[email])
            except Silent as silence:
                if silence.refused and silence.why not in {FORBIDDEN, WRONG_CLOUD}:
                    self._unreachable[email] = Unreached(why=silence.why, remedy=_remedy_for(silence.why))
                    continue
                level: Level = "fault" if silence.refused else "warning"
                words = say("doctor-teams-refuses", why=silence.why) if silence.refused else _silent(silence)
                yield Finding(level=level, what=say("doctor-what-reach"), words=words, remedy=_remedy_for(silence.why))
                return


@asynccontextmanager
async def examining_teams(
    settings: Settings, *, clock: Clock, memories: Memories | None, to: str | None
) -> AsyncIterator[TeamsExamination]:
    """Teams, to be examined. `to`: who gets a trial post, and is to be known too."""
    looked_for = frozenset(named(settings)) | ({to.lower()} if to is not None and "@" in to else set())
    async with teams_on_the_line(settings, clock=clock, memories=memories) as line:
        yield TeamsExamination(settings, line, clock, memories, looked_for=looked_for)


def _remedy_for(why: str) -> Text:
    if why in BLOCKED:
        return say("doctor-blocked-remedy")
    if why == FORBIDDEN:
        return say("doctor-forbidden-remedy")
    if why == WRONG_CLOUD:
        return say("doctor-wrong-cloud-remedy")
    if why in {"BotNotInConversationRoster", "http_403", "Forbidden"}:
        return say("doctor-not-installed-remedy")
    return say("doctor-teams-look-up-remedy")


def _silent(silence: Silent) -> Text:
    return say("doctor-teams-silent", why=silence.why)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
