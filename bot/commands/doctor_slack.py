"""What `comitia doctor` looks at on Slack: the token and its scopes, the rooms, whom it knows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.app import Line, on_the_line
from bot.commands.findings import Finding, Known, Trial, clock_finding
from bot.platforms.port import DeliveryError, Sender
from bot.platforms.slack.checkup import Bearer, Silent
from bot.platforms.slack.client import RATELIMITED
from bot.rehearsal import Gate
from bot.settings import Settings
from rituals.messages import Several, Text, say
from rituals.ports import Clock
from rituals.posts import Parcel, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Whom and what Slack knows: user by address of those who are there, addresses of those gone, channel by room."""

    users: Mapping[str, str]
    gone: frozenset[str]
    rooms: Mapping[str, str]


class SlackExamination:
    """Answers `bot.commands.findings.Examination`."""

    platform = "slack"

    def __init__(self, settings: Settings, line: Line, clock: Clock) -> None:
        self._settings = settings
        self._line = line
        self._clock = clock
        self._rooms: Mapping[str, str] = {}
        self.known: Known | None = None

    async def look(self) -> AsyncIterator[Finding]:
        """Token, scopes, clock, the second token, rooms."""
        settings, line = self._settings, self._line
        try:
            bearer = await line.checkup.bearer()
        except Silent as silence:
            yield _unanswered(say("doctor-what-bot-token"), silence, say("doctor-bot-token-remedy"))
            return
        good = True
        for finding in _identity(settings, bearer, self._clock.now()):
            good = good and finding.level != "fault"
            yield finding
        yield await _app_token(settings, line)
        if not good:
            yield Finding(level="skipped", what=say("doctor-what-rooms-people"), words=say("doctor-token-first"))
            return
        try:
            directory = await _read(settings, line, bearer.team)
        except Silent as silence:
            yield _unanswered(say("doctor-what-directory"), silence, say("doctor-directory-remedy"))
            return
        async for finding in _rooms(settings, line, directory, bearer):
            yield finding
        self._rooms = directory.rooms
        self.known = Known(platform=self.platform, users=directory.users, gone=directory.gone)

    async def tried(self, trial: Trial) -> Finding | None:
        """What became of a trial post; None where it is for nobody and no room here."""
        if self.known is None:
            return None
        settings, line, users = self._settings, self._line, self.known.users
        destination = users.get(trial.address) if trial.address else self._rooms.get(trial.room(self.platform))
        if destination is None:
            return None
        sender: Sender = line.sender
        try:
            if settings.rehearsal:
                # As everything else in a rehearsal: to the one person, through the same gate.
                user = users.get(settings.rehearsal)
                if user is None:
                    return trial.no_rehearser(self.platform)
                destination = await line.checkup.asked(line.directory.direct_messages(user))
                sender = Gate(sender, trial.stage(user, destination))
            parcel = trial.parcel(self.platform, destination)
            place = await sender.send(parcel)
            seen = (await sender.find(_sent(parcel, place))).get(parcel.post)
            await sender.withdraw(place)
        except DeliveryError as error:
            return _not_sent(trial, error.why, known=not error.unknown)
        except Silent as silence:
            return _not_sent(trial, silence.why, known=silence.refused)
        if seen != place:
            return trial.failed(say("doctor-trial-lost", where=trial.where), say("doctor-trial-lost-remedy"))
        return trial.shown()


@asynccontextmanager
async def examining_slack(settings: Settings, *, clock: Clock) -> AsyncIterator[SlackExamination]:
    """Slack, to be examined."""
    async with on_the_line(settings, clock=clock) as line:
        yield SlackExamination(settings, line, clock)


def _unanswered(what: Text | str, silence: Silent, remedy: Text) -> Finding:
    if silence.why == RATELIMITED:
        words = say("doctor-slack-waits")
        return Finding(level="warning", what=what, words=words, remedy=say("doctor-slack-waits-remedy"))
    if silence.refused:
        return Finding(level="fault", what=what, words=say("doctor-slack-refuses", why=silence.why), remedy=remedy)
    return Finding(level="fault", what=what, words=say("command-slack-silent", why=silence.why))


def _identity(settings: Settings, bearer: Bearer, now: datetime) -> Iterator[Finding]:
    wanted = settings.slack.team
    what = say("doctor-what-bot-token")
    if not bearer.is_bot:
        words, remedy = say("doctor-not-a-bot"), say("doctor-not-a-bot-remedy")
        yield Finding(level="fault", what=what, words=words, remedy=remedy)
    elif wanted is not None and wanted != bearer.team:
        words = say("doctor-other-workspace", team=bearer.team, wanted=wanted)
        yield Finding(level="fault", what=what, words=words, remedy=say("doctor-other-workspace-remedy"))
    else:
        words = say("doctor-bearer", name=bearer.user_name, workspace=bearer.team_name, team=bearer.team)
        yield Finding(level="ok", what=what, words=words)
    what, again = say("doctor-what-scopes"), say("doctor-scopes-remedy")
    if bearer.scopes is None:
        yield Finding(level="skipped", what=what, words=say("doctor-scopes-untold"))
    elif bearer.missing:
        words = say("doctor-scopes-missing", scopes=Several(items=tuple(sorted(bearer.missing))))
        yield Finding(level="fault", what=what, words=words, remedy=again)
    elif bearer.surplus:
        words = say("doctor-scopes-surplus", scopes=Several(items=tuple(sorted(bearer.surplus))))
        yield Finding(level="warning", what=what, words=words, remedy=again)
    else:
        yield Finding(level="ok", what=what, words=say("doctor-scopes-well"))
    if bearer.told_at is not None:
        yield clock_finding(now, bearer.told_at, say("doctor-chat-slack"))


async def _app_token(settings: Settings, line: Line) -> Finding:
    slack = settings.slack
    if slack.mode == "http":
        what, place = say("doctor-what-signing-secret"), f"{settings.web.host}:{settings.web.port}"
        if slack.signing_secret is None:
            return Finding(level="skipped", what=what, words=say("doctor-http", place=place))
        return Finding(level="ok", what=what, words=say("doctor-http-signed", place=place))
    what = say("doctor-what-app-token")
    if slack.app_token is None:
        return Finding(level="skipped", what=what, words=say("doctor-app-token-missing"))
    try:
        await line.checkup.try_app_token(slack.app_token.get_secret_value())
    except Silent as silence:
        return _unanswered(what, silence, say("doctor-app-token-remedy", scope="connections:write"))
    return Finding(level="ok", what=what, words=say("doctor-app-token-well"))


async def _read(settings: Settings, line: Line, team: str) -> Directory:
    users: dict[str, str] = {}
    gone: set[str] = set()
    async for page in line.checkup.pages(line.directory.members(team)):
        for account, entry, present in page:
            if present:
                users[entry.email.lower()] = account.user
            else:
                gone.add(entry.email.lower())
    rooms = await line.checkup.asked(line.directory.rooms(settings.channels("slack")))
    return Directory(users=users, gone=frozenset(gone - set(users)), rooms=rooms)


async def _rooms(settings: Settings, line: Line, directory: Directory, bearer: Bearer) -> AsyncIterator[Finding]:
    for room in settings.channels("slack"):
        what = settings.rooms[room].shown
        if room not in directory.rooms:
            words, remedy = say("doctor-room-missing"), say("doctor-room-missing-remedy", room=room)
            yield Finding(level="fault", what=what, words=words, remedy=remedy)
            continue
        try:
            channel = await line.checkup.channel(directory.rooms[room])
        except Silent as silence:
            yield _unanswered(what, silence, say("doctor-room-remedy"))
            continue
        if channel.joined:
            yield Finding(level="ok", what=what, words=say("doctor-room-joined"))
        else:
            words, remedy = say("doctor-room-outside"), say("doctor-room-outside-remedy", name=bearer.user_name)
            yield Finding(level="fault", what=what, words=words, remedy=remedy)


def _sent(parcel: Parcel, place: Place) -> Parcel:
    """The parcel as it is looked for: since the moment Slack's own clock gave it."""
    return replace(parcel, attempted_at=datetime.fromtimestamp(float(place.message), UTC))


def _not_sent(trial: Trial, why: str, *, known: bool) -> Finding:
    if not known:
        return trial.failed(say("doctor-trial-unknown", why=why), say("doctor-trial-unknown-remedy"))
    remedies = {
        "not_in_channel": say("doctor-trial-invite"),
        "messages_tab_disabled": say("doctor-trial-tab"),
        "missing_scope": say("doctor-scopes-remedy"),
    }
    return trial.failed(say("doctor-slack-refuses", why=why), remedies.get(why, say("doctor-trial-look-up")))
