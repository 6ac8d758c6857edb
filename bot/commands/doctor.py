"""`comitia doctor`: looks at everything Comitia needs to be at work, and says what to do about what is missing."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TextIO

from bot.app import CannotStart, Line, Memories, on_the_line, recalling
from bot.commands.check import refuse
from bot.platforms.port import DeliveryError
from bot.platforms.slack.checkup import Bearer, Silent
from bot.rehearsal import Gate, Stage
from bot.settings import Settings, SettingsError, load
from rituals.committee.ballots import Tally
from rituals.committee.rules import CommitteeRules
from rituals.messages import say
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
    what: str
    words: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f": {self.remedy}" if self.remedy else ""
        return f"{self.level:<8} {self.what}: {self.words}{remedy}"


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
        return refuse(error, out, then="nothing else was looked at")
    faults = warnings = 0
    async for finding in _examined(settings, path, to=to, clock=clock):
        faults += finding.level == "fault"
        warnings += finding.level == "warning"
        out.write(f"{finding}\n")
        out.flush()
    out.write(f"{_counted(faults, 'fault').capitalize()}, {_counted(warnings, 'warning')}.\n")
    return 1 if faults else 0


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


async def _examined(settings: Settings, path: Path, *, to: str | None, clock: Clock) -> AsyncIterator[Finding]:
    missing = settings.missing_secrets()
    yield Finding(level="ok", what="settings", words=f"{path} is good")
    for name in missing:
        yield Finding(level="fault", what="settings", words=f"{name} is not given", remedy=f"set it, or {name}_FILE")
    if settings.rehearsal:
        words = f"everything goes to {settings.rehearsal}, and to nobody else"
        remedy = "take `rehearsal` out of the settings and the environment when it is over"
        yield Finding(level="warning", what="rehearsal", words=words, remedy=remedy)
    async with AsyncExitStack() as stack:
        try:
            memories = await stack.enter_async_context(recalling(settings))
        except CannotStart as error:
            words, _, remedy = str(error).partition(": ")
            yield Finding(level="fault", what="database", words=words, remedy=remedy)
        else:
            yield Finding(level="ok", what="database", words="it answers, and its schema is this version's")
            async for finding in _remembered(settings, memories, clock.now()):
                yield finding
    if settings.slack.bot_token is None:
        yield Finding(level="skipped", what="slack", words="without a bot token there is nobody to ask")
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
        name = "everything" if ritual == "all" else ritual
        yield Finding(
            level="warning",
            what="pause",
            words=f"{name} is paused since {since:%Y-%m-%d %H:%M} UTC",
            remedy=f"/comitia resume {ritual}",
        )
    if not paused:
        yield Finding(level="ok", what="pause", words="nothing is paused")
    for kind, last in days.items():
        yield _freshness(kind, last, at, settings)
    counts = await memories.outbox.counts()
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    yield Finding(level="ok", what="posts", words=told or "none yet")
    for state, remedy in (
        (PostState.FAILED, "the log says why (action post_not_shown)"),
        (PostState.EXPIRED, "they came too late to be shown; the log says what was away"),
    ):
        if counts.get(state):
            words = f"{_counted(counts[state], 'post')} {state.value}"
            yield Finding(level="warning", what="posts", words=words, remedy=remedy)
    if overdue := await memories.outbox.overdue(at - LATE):
        words = f"{_counted(overdue, 'post')} should have been shown more than an hour ago"
        yield Finding(
            level="warning", what="posts", words=words, remedy="see that `comitia run` is at work, and its log"
        )


def _freshness(kind: str, days: Mapping[str, date], at: datetime, settings: Settings) -> Finding:
    if not days:
        return Finding(level="skipped", what=kind, words="nothing is imported")
    today = at.astimezone(settings.organisation.zone).date()
    stale = {key: day for key, day in days.items() if today - day > STALE}
    if stale:
        told = ", ".join(f"{key} ends on {day}" for key, day in sorted(stale.items()))
        return Finding(level="warning", what=kind, words=told, remedy=f"comitia import {kind} FILE.csv")
    newest = max(days.values())
    return Finding(level="ok", what=kind, words=f"up to {newest}, for {_counted(len(days), 'initiative')}")


# --- what Slack tells ----------------------------------------------------------------------------------------------


async def _on_slack(settings: Settings, line: Line, *, to: str | None, clock: Clock) -> AsyncIterator[Finding]:
    try:
        bearer = await line.checkup.bearer()
    except Silent as silence:
        yield _unanswered("bot token", silence, "copy it anew from the Slack app, OAuth & Permissions")
        return
    good = True
    for finding in _identity(settings, bearer, clock.now()):
        good = good and finding.level != "fault"
        yield finding
    yield await _app_token(settings, line)
    if not good:
        yield Finding(level="skipped", what="rooms, people", words="first the bot token and its scopes")
        return
    try:
        directory = await _read(settings, line, bearer.team)
    except Silent as silence:
        yield _unanswered("directory", silence, "see that the app has the scopes of `comitia manifest slack`")
        return
    async for finding in _rooms(settings, line, directory, bearer):
        yield finding
    for finding in _people(settings, directory):
        yield finding
    for finding in _quorums(settings, directory):
        yield finding
    if to is not None:
        yield await _trial(settings, line, directory, to, clock)


def _unanswered(what: str, silence: Silent, remedy: str) -> Finding:
    if silence.why == "ratelimited":
        return Finding(level="warning", what=what, words="Slack asks to wait", remedy="try again in a minute")
    if silence.refused:
        return Finding(level="fault", what=what, words=f"Slack refuses it ({silence.why})", remedy=remedy)
    remedy = "check the network and slack.api_url"
    return Finding(level="fault", what=what, words=f"Slack does not answer ({silence.why})", remedy=remedy)


def _identity(settings: Settings, bearer: Bearer, now: datetime) -> Iterator[Finding]:
    wanted = settings.slack.team
    if not bearer.is_bot:
        remedy = "COMITIA_SLACK__BOT_TOKEN takes the one that begins with xoxb-"
        yield Finding(level="fault", what="bot token", words="it is not a bot's", remedy=remedy)
    elif wanted is not None and wanted != bearer.team:
        words = f"it belongs to workspace {bearer.team}, slack.team says {wanted}"
        yield Finding(level="fault", what="bot token", words=words, remedy="correct the one or the other")
    else:
        words = f"it is @{bearer.user_name} in {bearer.team_name} ({bearer.team})"
        yield Finding(level="ok", what="bot token", words=words)
    again = "take the manifest of `comitia manifest slack` (App Manifest), and install the app again"
    if bearer.scopes is None:
        yield Finding(level="skipped", what="scopes", words="Slack does not say which were granted")
    elif bearer.missing:
        words = f"missing: {', '.join(sorted(bearer.missing))}"
        yield Finding(level="fault", what="scopes", words=words, remedy=again)
    elif bearer.surplus:
        words = f"granted and not needed: {', '.join(sorted(bearer.surplus))}"
        yield Finding(level="warning", what="scopes", words=words, remedy=again)
    else:
        yield Finding(level="ok", what="scopes", words="all that are needed, and no other")
    if bearer.told_at is not None:
        skew = abs(now - bearer.told_at)
        words = f"this machine and Slack differ by {skew.total_seconds():.0f} seconds"
        if skew < SKEWED:
            yield Finding(level="ok", what="clock", words=words)
        else:
            level: Level = "fault" if skew >= BROKEN_CLOCK else "warning"
            yield Finding(level=level, what="clock", words=words, remedy="have it set by the network (NTP)")


async def _app_token(settings: Settings, line: Line) -> Finding:
    slack = settings.slack
    if slack.mode == "http":
        words = f"Slack calls /slack/events on {settings.web.host}:{settings.web.port} through your proxy"
        if slack.signing_secret is None:
            return Finding(level="skipped", what="signing secret", words=words)
        return Finding(level="ok", what="signing secret", words=f"it is given; {words}")
    if slack.app_token is None:
        return Finding(level="skipped", what="app token", words="it is not given")
    try:
        await line.checkup.try_app_token(slack.app_token.get_secret_value())
    except Silent as silence:
        remedy = "make one with the scope connections:write (Basic Information), and see that Socket Mode is on"
        return _unanswered("app token", silence, remedy)
    return Finding(level="ok", what="app token", words="Socket Mode can connect")


async def _read(settings: Settings, line: Line, team: str) -> Directory:
    users: dict[str, str] = {}
    gone: set[str] = set()
    async for page in line.checkup.pages(line.directory.members(team)):
        for account, entry, present in page:
            if present:
                users[entry.email.lower()] = account.user
            else:
                gone.add(entry.email.lower())
    rooms = await line.checkup.asked(line.directory.rooms(settings.rooms))
    return Directory(users=users, gone=frozenset(gone - set(users)), rooms=rooms)


async def _rooms(settings: Settings, line: Line, directory: Directory, bearer: Bearer) -> AsyncIterator[Finding]:
    for room, name in settings.rooms.items():
        what = f"#{name}"
        if room not in directory.rooms:
            remedy = f"make it, invite the bot if it is private, or correct rooms.{room}"
            yield Finding(
                level="fault", what=what, words="there is no such channel that the bot can see", remedy=remedy
            )
            continue
        try:
            channel = await line.checkup.channel(directory.rooms[room])
        except Silent as silence:
            yield _unanswered(what, silence, "try again")
            continue
        if channel.joined:
            yield Finding(level="ok", what=what, words="the bot is in it")
        else:
            remedy = f"type /invite @{bearer.user_name} there"
            yield Finding(level="fault", what=what, words="the bot is not in it and cannot post there", remedy=remedy)


def _people(settings: Settings, directory: Directory) -> Iterator[Finding]:
    if not directory.users:
        remedy = "see that the app has the scope users:read.email and that the workspace shows addresses to apps"
        yield Finding(level="fault", what="people", words="Slack tells nobody's e-mail address", remedy=remedy)
        return
    named = {person.email: " and ".join(role.value for role in person.roles) for person in settings.people}
    owners = [one.owner for one in settings.initiatives if one.owner] + [kpi.owner for kpi in settings.kpis]
    named |= {owner: "owner" for owner in owners if owner not in named}
    if settings.rehearsal:
        named.setdefault(settings.rehearsal, "rehearses")
    unknown = [email for email in named if email not in directory.users]
    words = (
        f"{len(named) - len(unknown)} of the {len(named)} named in the settings are among the {len(directory.users)}"
    )
    yield Finding(level="warning" if unknown else "ok", what="people", words=f"{words} in Slack")
    for email in unknown:
        part = f"{email} ({named[email]})" if named[email] else email
        if email in directory.gone:
            yield Finding(level="warning", what="people", words=f"{part} has left Slack", remedy="name somebody else")
            continue
        near = get_close_matches(email, directory.users, n=1, cutoff=0.8)
        remedy = f"did you mean {near[0]}?" if near else "write the address of their Slack account"
        level: Level = "fault" if email == settings.rehearsal else "warning"
        yield Finding(level=level, what="people", words=f"{part} is not in Slack", remedy=remedy)


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
        words = f"{found} of {len(voters)} who vote are in Slack, the quorum is {needed}"
        what = f"rituals.{key}"
        if found < max(needed, 1):
            remedy = "correct their addresses, or name others: it could never decide anything"
            yield Finding(level="fault", what=what, words=words, remedy=remedy)
        elif found < settings.thresholds.k_score:
            words = f"{words}; no score is shown of fewer than {settings.thresholds.k_score} who mark"
            yield Finding(level="warning", what=what, words=words, remedy="name more, or do without scores")
        else:
            yield Finding(level="ok", what=what, words=words)


# --- a trial post --------------------------------------------------------------------------------------------------


async def _trial(settings: Settings, line: Line, directory: Directory, to: str, clock: Clock) -> Finding:
    house = settings.organisation
    name = to.removeprefix("#")
    room = name if name in directory.rooms else next((key for key, one in settings.rooms.items() if one == name), "")
    destination = directory.users.get(to.lower()) if "@" in to else directory.rooms.get(room)
    if destination is None:
        remedy = f"give the address of a Slack account, or one of {', '.join(settings.rooms) or 'no rooms there are'}"
        return Finding(level="fault", what="trial post", words=f"{to} is nobody and no room", remedy=remedy)
    message, sender, where = trial_post(organisation=house.name), line.sender, to
    try:
        if settings.rehearsal:
            # As everything else in a rehearsal: to the one person, through the same gate.
            user = directory.users.get(settings.rehearsal)
            if user is None:
                words = f"the rehearsal is for {settings.rehearsal}, who is not in Slack"
                return Finding(level="fault", what="trial post", words=words, remedy="correct `rehearsal`")
            conversation = await line.checkup.asked(line.directory.direct_messages(user))
            sender = Gate(sender, Stage(person="", name="", user=user, conversation=conversation))
            here = (
                say("rehearsal-for-person", name=to)
                if "@" in to
                else say("rehearsal-for-room", room=settings.rooms[room])
            )
            message, destination = copy_of(message, to=here, owner=""), conversation
            where = f"{settings.rehearsal}, who rehearses,"
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
        seen = await sender.find(_sent(parcel, place))
        await sender.withdraw(place)
    except DeliveryError as error:
        return _not_sent(error.why, known=not error.unknown)
    except Silent as silence:
        return _not_sent(silence.why, known=silence.refused)
    if seen != place:
        words = f"it went to {where} and was not found there again"
        remedy = "see that the app has the history scopes of `comitia manifest slack`"
        return Finding(level="fault", what="trial post", words=words, remedy=remedy)
    return Finding(level="ok", what="trial post", words=f"{where} was shown it, and it was taken back")


def _sent(parcel: Parcel, place: Place) -> Parcel:
    """The parcel as it is looked for: since the moment Slack's own clock gave it."""
    return replace(parcel, attempted_at=datetime.fromtimestamp(float(place.message), UTC))


def _not_sent(why: str, *, known: bool) -> Finding:
    if not known:
        words = f"Slack did not answer ({why}), and it may still be there"
        return Finding(level="fault", what="trial post", words=words, remedy="delete it by hand, and try again")
    remedies = {
        "not_in_channel": "invite the bot there",
        "messages_tab_disabled": "turn the Messages tab on (App Home)",
        "missing_scope": "take the manifest of `comitia manifest slack`, and install the app again",
    }
    remedy = remedies.get(why, "look that word up among the errors of chat.postMessage in Slack's reference")
    return Finding(level="fault", what="trial post", words=f"Slack refuses it ({why})", remedy=remedy)
