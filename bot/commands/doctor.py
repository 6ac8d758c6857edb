"""`comitia doctor`: looks at everything Comitia needs to be at work, and says what to do about what is missing."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TextIO, get_args

from bot.app import CannotStart, Line, Memories, on_the_line, recalling
from bot.commands.check import refuse
from bot.commands.speaking import speaker
from bot.i18n.translator import Translator
from bot.platforms.port import DeliveryError, Sender
from bot.platforms.slack.checkup import Bearer, Silent
from bot.platforms.slack.client import RATELIMITED
from bot.rehearsal import Gate, Stage
from bot.settings import Settings, SettingsError, load
from rituals.committee.ballots import Tally
from rituals.committee.rules import CommitteeRules
from rituals.messages import Several, Text, say
from rituals.ports import Clock
from rituals.posts import Parcel, Place, PostState, ToPerson, ToRoom
from rituals.rehearsal.copies import copy_of
from rituals.rehearsal.speech import trial_post

SOURCES = ("usage", "conversations", "savings")

STALE = timedelta(days=10)
"""A source that is older tells nothing of the last whole week."""

SKEWED, BROKEN_CLOCK = timedelta(seconds=30), timedelta(minutes=5)
"""From the second on Slack's signed requests are refused."""

LATE = timedelta(hours=1)

Level = Literal["ok", "skipped", "warning", "fault"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line: what was looked at and how it is; what is not well has its remedy."""

    level: Level
    what: Text | str
    words: Text
    remedy: Text | None = None

    def said(self, speak: Translator) -> str:
        """The line, its level in a column of its own."""
        levels: dict[Level, str] = {level: speak.say(say(f"doctor-level-{level}")) for level in get_args(Level)}
        line = say("doctor-line", what=self.what, words=self.words)
        if self.remedy is not None:
            line = say("doctor-line-remedy", what=self.what, words=self.words, remedy=self.remedy)
        return f"{levels[self.level]:<{max(map(len, levels.values()))}}  {speak.say(line)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Whom and what Slack knows: user by address of those who are there, addresses of those gone, channel by room."""

    users: Mapping[str, str]
    gone: frozenset[str]
    rooms: Mapping[str, str]


async def run(path: Path, *, to: str | None, environ: Mapping[str, str], clock: Clock, out: TextIO) -> int:
    """Writes a line for each thing looked at; the exit code, 1 where one of them is a fault.

    `to`: an address or a room that gets a trial post, which is taken back at once. No token is ever written.
    """
    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        return refuse(error, out, environ=environ, then=say("check-then-not-looked-at"))
    speak = speaker(environ, otherwise=settings.organisation.locale)
    faults = warnings = 0
    async for finding in _examined(settings, path, to=to, clock=clock):
        faults += finding.level == "fault"
        warnings += finding.level == "warning"
        out.write(f"{finding.said(speak)}\n")
        out.flush()
    counted = say(
        "doctor-counted",
        faults=say("doctor-counted-faults", count=faults),
        warnings=say("doctor-counted-warnings", count=warnings),
    )
    out.write(f"{speak.say(counted)}\n")
    return 1 if faults else 0


async def _examined(settings: Settings, path: Path, *, to: str | None, clock: Clock) -> AsyncIterator[Finding]:
    missing = settings.missing_secrets()
    what = say("doctor-what-settings")
    yield Finding(level="ok", what=what, words=say("doctor-settings-good", path=str(path)))
    for name in missing:
        words, remedy = say("doctor-secret-missing", name=name), say("doctor-secret-remedy", file=f"{name}_FILE")
        yield Finding(level="fault", what=what, words=words, remedy=remedy)
    if settings.rehearsal:
        words, remedy = say("doctor-rehearsal", email=settings.rehearsal), say("doctor-rehearsal-remedy")
        yield Finding(level="warning", what=say("doctor-what-rehearsal"), words=words, remedy=remedy)
    what = say("doctor-what-database")
    async with AsyncExitStack() as stack:
        try:
            memories = await stack.enter_async_context(recalling(settings))
        except CannotStart as error:
            yield Finding(level="fault", what=what, words=error.why)
        else:
            yield Finding(level="ok", what=what, words=say("doctor-database-well"))
            async for finding in _remembered(settings, memories, clock.now()):
                yield finding
    if settings.slack.bot_token is None:
        yield Finding(level="skipped", what="slack", words=say("doctor-slack-no-token"))
        return
    async with on_the_line(settings, clock=clock) as line:
        async for finding in _on_slack(settings, line, to=to, clock=clock):
            yield finding


# --- what the database tells ---------------------------------------------------------------------------------------


async def _remembered(settings: Settings, memories: Memories, at: datetime) -> AsyncIterator[Finding]:
    async with memories.open_work() as work:
        paused = await work.brakes.paused()
        days = {kind: await work.sources.last_days(kind) for kind in SOURCES}
    for ritual, since in sorted(paused.items()):
        yield Finding(
            level="warning",
            what=say("doctor-what-pause"),
            words=say(
                "doctor-paused",
                ritual=say("doctor-pause-all") if ritual == "all" else ritual,
                since=f"{since:%Y-%m-%d %H:%M} UTC",
            ),
            remedy=say("doctor-pause-remedy", ritual=ritual),
        )
    if not paused:
        yield Finding(level="ok", what=say("doctor-what-pause"), words=say("doctor-pause-none"))
    for kind, last in days.items():
        yield _freshness(kind, last, at, settings)
    counts = await memories.outbox.counts()
    what = say("doctor-what-posts")
    told = tuple(say(f"doctor-posts-{state}", count=count) for state, count in sorted(counts.items()))
    words = say("doctor-posts", counts=Several(items=told)) if told else say("doctor-posts-none")
    yield Finding(level="ok", what=what, words=words)
    if failed := counts.get(PostState.FAILED):
        words, remedy = say("doctor-posts-not-shown", count=failed), say("doctor-posts-not-shown-remedy")
        yield Finding(level="warning", what=what, words=words, remedy=remedy)
    if expired := counts.get(PostState.EXPIRED):
        words, remedy = say("doctor-posts-too-late", count=expired), say("doctor-posts-too-late-remedy")
        yield Finding(level="warning", what=what, words=words, remedy=remedy)
    if overdue := await memories.outbox.overdue(at - LATE):
        words, remedy = say("doctor-posts-overdue", count=overdue), say("doctor-posts-overdue-remedy")
        yield Finding(level="warning", what=what, words=words, remedy=remedy)


def _freshness(kind: str, days: Mapping[str, date], at: datetime, settings: Settings) -> Finding:
    if not days:
        return Finding(level="skipped", what=kind, words=say("doctor-source-none"))
    today = at.astimezone(settings.organisation.zone).date()
    stale = {key: day for key, day in days.items() if today - day > STALE}
    if stale:
        told = tuple(say("doctor-source-ends", initiative=key, day=str(day)) for key, day in sorted(stale.items()))
        words, remedy = say("doctor-source-stale", told=Several(items=told)), say("doctor-source-remedy", kind=kind)
        return Finding(level="warning", what=kind, words=words, remedy=remedy)
    words = say("doctor-source-fresh", day=str(max(days.values())), count=len(days))
    return Finding(level="ok", what=kind, words=words)


# --- what Slack tells ----------------------------------------------------------------------------------------------


async def _on_slack(settings: Settings, line: Line, *, to: str | None, clock: Clock) -> AsyncIterator[Finding]:
    try:
        bearer = await line.checkup.bearer()
    except Silent as silence:
        yield _unanswered(say("doctor-what-bot-token"), silence, say("doctor-bot-token-remedy"))
        return
    good = True
    for finding in _identity(settings, bearer, clock.now()):
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
    for finding in _people(settings, directory):
        yield finding
    for finding in _quorums(settings, directory):
        yield finding
    if to is not None:
        yield await _trial(settings, line, directory, to, clock)


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
        skew = abs(now - bearer.told_at)
        what, words = say("doctor-what-clock"), say("doctor-clock", seconds=round(skew.total_seconds()))
        if skew < SKEWED:
            yield Finding(level="ok", what=what, words=words)
        else:
            level: Level = "fault" if skew >= BROKEN_CLOCK else "warning"
            yield Finding(level=level, what=what, words=words, remedy=say("doctor-clock-remedy"))


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
    for room, name in settings.channels("slack").items():
        what = f"#{name}"
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


def _people(settings: Settings, directory: Directory) -> Iterator[Finding]:
    what = say("doctor-what-people")
    if not directory.users:
        words, remedy = say("doctor-people-untold"), say("doctor-people-untold-remedy", scope="users:read.email")
        yield Finding(level="fault", what=what, words=words, remedy=remedy)
        return
    # What each is named for, in the words of the settings.
    named = {person.email: tuple(role.value for role in person.roles) for person in settings.people}
    owners = [one.owner for one in settings.initiatives if one.owner] + [kpi.owner for kpi in settings.kpis]
    named |= {owner: ("owner",) for owner in owners if owner not in named}
    if settings.rehearsal:
        named.setdefault(settings.rehearsal, ("rehearsal",))
    unknown = [email for email in named if email not in directory.users]
    words = say("doctor-people", found=len(named) - len(unknown), named=len(named), count=len(directory.users))
    yield Finding(level="warning" if unknown else "ok", what=what, words=words)
    for email in unknown:
        roles = Several(items=named[email])
        person = say("doctor-person", email=email, roles=roles) if named[email] else email
        if email in directory.gone:
            words, remedy = say("doctor-person-left", person=person), say("doctor-person-left-remedy")
            yield Finding(level="warning", what=what, words=words, remedy=remedy)
            continue
        near = get_close_matches(email, directory.users, n=1, cutoff=0.8)
        remedy = say("doctor-person-near", email=near[0]) if near else say("doctor-person-remedy")
        level: Level = "fault" if email == settings.rehearsal else "warning"
        yield Finding(level=level, what=what, words=say("doctor-person-unknown", person=person), remedy=remedy)


def _quorums(settings: Settings, directory: Directory) -> Iterator[Finding]:
    for key, rules in settings.organisation_rules().rituals.items():
        if not isinstance(rules, CommitteeRules):
            continue
        voters = [
            entry.email.lower()
            for entry in settings.roster()
            if entry.roles & rules.voters and entry.email.lower() not in directory.gone
        ]
        found = sum(1 for email in voters if email in directory.users)
        needed = Tally(entitled=len(voters)).quorum_needed(rules.quorum)
        words = say("doctor-quorum", found=found, voters=len(voters), quorum=needed)
        what = f"rituals.{key}"
        if found < max(needed, 1):
            yield Finding(level="fault", what=what, words=words, remedy=say("doctor-quorum-remedy"))
        elif found < settings.thresholds.k_score:
            words = say("doctor-quorum-unscored", quorum=words, least=settings.thresholds.k_score)
            yield Finding(level="warning", what=what, words=words, remedy=say("doctor-quorum-unscored-remedy"))
        else:
            yield Finding(level="ok", what=what, words=words)


# --- a trial post --------------------------------------------------------------------------------------------------


async def _trial(settings: Settings, line: Line, directory: Directory, to: str, clock: Clock) -> Finding:
    house = settings.organisation
    name = to.removeprefix("#")
    channels = settings.channels("slack")
    room = name if name in directory.rooms else next((key for key, one in channels.items() if one == name), "")
    destination = directory.users.get(to.lower()) if "@" in to else directory.rooms.get(room)
    what = say("doctor-what-trial")
    if destination is None:
        remedy = say("doctor-trial-remedy")
        if channels:
            rooms = tuple(say("doctor-trial-room", room=key, channel=one) for key, one in channels.items())
            remedy = say("doctor-trial-remedy-rooms", rooms=Several(items=rooms))
        return Finding(level="fault", what=what, words=say("doctor-trial-nobody", to=to), remedy=remedy)
    message = trial_post(organisation=house.name)
    sender: Sender = line.sender
    where: Text | str = to
    try:
        if settings.rehearsal:
            # As everything else in a rehearsal: to the one person, through the same gate.
            user = directory.users.get(settings.rehearsal)
            if user is None:
                words = say("doctor-trial-rehearser-unknown", email=settings.rehearsal)
                return Finding(level="fault", what=what, words=words, remedy=say("doctor-trial-rehearser-remedy"))
            conversation = await line.checkup.asked(line.directory.direct_messages(user))
            sender = Gate(sender, Stage(person="", name="", user=user, conversation=conversation))
            here = say("rehearsal-for-person", name=to) if "@" in to else say("rehearsal-for-room", room=channels[room])
            message, destination = copy_of(message, to=here, owner=""), conversation
            where = say("doctor-trial-rehearser", email=settings.rehearsal)
        parcel = Parcel(
            post="trial",
            revision=1,
            to=ToPerson(person="") if "@" in to else ToRoom(room=room),
            message=message,
            key=secrets.token_hex(16),
            wanted=True,
            locale=house.locale,
            zone=str(house.zone),
            destination=destination,
            place=None,
            unsettled=False,
            attempted_at=clock.now(),
            failures=0,
        )
        place = await sender.send(parcel)
        seen = (await sender.find(_sent(parcel, place))).get(parcel.post)
        await sender.withdraw(place)
    except DeliveryError as error:
        return _not_sent(error.why, known=not error.unknown)
    except Silent as silence:
        return _not_sent(silence.why, known=silence.refused)
    if seen != place:
        words, remedy = say("doctor-trial-lost", where=where), say("doctor-trial-lost-remedy")
        return Finding(level="fault", what=what, words=words, remedy=remedy)
    return Finding(level="ok", what=what, words=say("doctor-trial-well", where=where))


def _sent(parcel: Parcel, place: Place) -> Parcel:
    """The parcel as it is looked for: since the moment Slack's own clock gave it."""
    return replace(parcel, attempted_at=datetime.fromtimestamp(float(place.message), UTC))


def _not_sent(why: str, *, known: bool) -> Finding:
    what = say("doctor-what-trial")
    if not known:
        words, remedy = say("doctor-trial-unknown", why=why), say("doctor-trial-unknown-remedy")
        return Finding(level="fault", what=what, words=words, remedy=remedy)
    remedies = {
        "not_in_channel": say("doctor-trial-invite"),
        "messages_tab_disabled": say("doctor-trial-tab"),
        "missing_scope": say("doctor-scopes-remedy"),
    }
    remedy = remedies.get(why, say("doctor-trial-look-up"))
    return Finding(level="fault", what=what, words=say("doctor-slack-refuses", why=why), remedy=remedy)
