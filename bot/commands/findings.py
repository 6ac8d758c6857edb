"""What `comitia doctor` finds: a line each; who is known on a platform, who is to be known, and a post on trial."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, get_args

from bot.i18n.translator import Translator
from bot.rehearsal import Stage
from bot.settings import Settings
from rituals.messages import Several, Text, say
from rituals.ports import Clock
from rituals.posts import Parcel, ToPerson, ToRoom
from rituals.rehearsal.copies import copy_of
from rituals.rehearsal.speech import trial_post

SKEWED, BROKEN_CLOCK = timedelta(seconds=30), timedelta(minutes=5)
"""From the second on Slack's signed requests are refused, and Teams' activities too."""

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
class Unreached:
    """Why nobody can write to somebody, in the platform's word, and what to do about it."""

    why: str
    remedy: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whom a platform knows, by address in lower case: the account of those who are there, and who is gone.

    `whole`: everybody was read, not only who was looked for. `unreachable`: those there whom we cannot write to.
    """

    platform: str
    users: Mapping[str, str]
    gone: frozenset[str] = frozenset()
    whole: bool = True
    unreachable: Mapping[str, Unreached] = field(default_factory=dict)


class Examination(Protocol):
    """A platform, examined. `known`: None until it has told whom it knows."""

    platform: str
    known: Known | None

    def look(self) -> AsyncIterator[Finding]:
        """All that is looked at there."""

    async def tried(self, trial: Trial) -> Finding | None:
        """What became of a trial post; None where it is for nobody and no room there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A post on trial. `to`: an address or a room, by either name."""

    settings: Settings
    to: str
    clock: Clock

    @property
    def address(self) -> str | None:
        """The address it is for, in lower case; None for a room."""
        return self.to.lower() if "@" in self.to else None

    def room(self, platform: str) -> str:
        """The room on that platform it is for; "" for none."""
        name = self.to.removeprefix("#")
        channels = self.settings.channels(platform)
        return name if name in channels else next((key for key, one in channels.items() if one == name), "")

    @property
    def where(self) -> Text | str:
        """Who gets it."""
        rehearser = self.settings.rehearsal
        return say("doctor-trial-rehearser", email=rehearser) if rehearser else self.to

    def stage(self, user: str, conversation: str) -> Stage:
        """In a rehearsal, the one person it goes to, as everything else does."""
        return Stage(person="", name="", user=user, conversation=conversation)

    def parcel(self, platform: str, destination: str) -> Parcel:
        """What is sent to `destination` there; in a rehearsal, a copy."""
        house, room = self.settings.organisation, self.room(platform)
        message = trial_post(organisation=house.name)
        if self.settings.rehearsal:
            for_room = say("rehearsal-for", name=self.settings.rooms[room].shown if room else "")
            here = say("rehearsal-for", name=self.to) if self.address else for_room
            message = copy_of(message, to=here, owner="")
        return Parcel(
            post="trial",
            revision=1,
            to=ToPerson(person="") if self.address else ToRoom(room=room),
            message=message,
            key=secrets.token_hex(16),
            wanted=True,
            locale=house.locale,
            zone=str(house.zone),
            destination=destination,
            place=None,
            unsettled=False,
            attempted_at=self.clock.now(),
            failures=0,
        )

    def shown(self) -> Finding:
        """All went well."""
        return Finding(level="ok", what=say("doctor-what-trial"), words=say("doctor-trial-well", where=self.where))

    def failed(self, words: Text, remedy: Text) -> Finding:
        """It did not."""
        return Finding(level="fault", what=say("doctor-what-trial"), words=words, remedy=remedy)

    def no_rehearser(self, platform: str) -> Finding:
        """The one person a rehearsal is for is not there."""
        email = self.settings.rehearsal or ""
        words = say("doctor-trial-rehearser-unknown", email=email, chat=chat((platform,)))
        return self.failed(words, say("doctor-trial-rehearser-remedy"))


def chat(platforms: Sequence[str]) -> Text:
    """Platforms by name: "Slack", "Teams", "Slack or Teams"."""
    return say("doctor-chat-both" if len(platforms) > 1 else f"doctor-chat-{platforms[0]}")


def named(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The addresses the settings name, and what each is named for, in the words of the settings."""
    found = {person.email: tuple(role.value for role in person.roles) for person in settings.people}
    owners = [one.owner for one in settings.initiatives if one.owner] + [kpi.owner for kpi in settings.kpis]
    found |= {owner: ("owner",) for owner in owners if owner not in found}
    if settings.rehearsal:
        found.setdefault(settings.rehearsal, ("rehearsal",))
    return found


def clock_finding(now: datetime, told_at: datetime, whose: Text) -> Finding:
    """How far the machine's clock is from that of `whose`."""
    skew = abs(now - told_at)
    what, words = say("doctor-what-clock"), say("doctor-clock", seconds=round(skew.total_seconds()), whose=whose)
    if skew < SKEWED:
        return Finding(level="ok", what=what, words=words)
    level: Level = "fault" if skew >= BROKEN_CLOCK else "warning"
    return Finding(level=level, what=what, words=words, remedy=say("doctor-clock-remedy"))


def person_of(email: str, roles: Sequence[str]) -> Text | str:
    """Somebody by address, with what they are named for."""
    return say("doctor-person", email=email, roles=Several(items=tuple(roles))) if roles else email
