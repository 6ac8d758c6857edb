"""`comitia check --diff`: what a start with the settings as they are now would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.commands.check import day_and_time, refuse
from bot.commands.speaking import speaker
from bot.i18n.translator import Translator
from bot.settings import SettingsError, load
from bot.settings_listed import PEOPLE, listed
from rituals.messages import Several, Text, say
from rituals.people import Role
from rituals.use_cases.foreseeing import (
    Change,
    Fate,
    Foreseen,
    RoleChange,
    RoomChange,
    ThingChange,
    Value,
    foresee,
)

LONGEST = 60
"""Characters of a value that is shown; of a longer one it is only said that it is another."""


async def run(path: Path, *, environ: Mapping[str, str], at: datetime, out: TextIO) -> int:
    """Writes what would be added, move, fall away or keep its rules; 0 where nothing would, else 1 (2: not known)."""
    from bot.app import CannotStart, recalling

    try:
        settings = load(path, environ=environ, need_secrets=False)
    except SettingsError as error:
        refuse(error, out, environ=environ)
        return 2
    speak = speaker(environ, otherwise=settings.organisation.locale)
    try:
        async with recalling(settings) as memories:
            found = await foresee(
                at,
                open_work=memories.open_work,
                organisation=settings.organisation_rules(),
                roster=settings.roster(),
                platforms=settings.platforms,
                before=await memories.listed_before(),
                then=listed(settings),
            )
    except CannotStart as error:
        out.write(f"{speak.say(say('kept-diff-not', why=error.why))}\n")
        return 2
    out.writelines(f"{line}\n" for line in _lines(found, speak))
    return 1 if found else 0


def _lines(found: Foreseen, speak: Translator) -> Iterator[str]:
    if not found:
        yield speak.say(say("kept-diff-none"))
        return
    yield speak.say(say("kept-diff"))
    for change in found.changes:
        yield f"  {speak.say(_told(change, speak))}"
    for thing in found.things:
        yield f"  {speak.say(_thing(thing))}"
    for room in found.rooms:
        yield f"  {speak.say(_room(room))}"
    for role in found.roles:
        yield from (f"  {speak.say(line)}" for line in _roles(role))


def _told(change: Change, speak: Translator) -> Text:
    zone = change.occurrence.zone
    then = day_and_time(change.then, zone, speak.locale)
    if change.rules:
        return say("kept-diff-keeps-rules", title=change.title, then=then, rules=Several(items=tuple(change.rules)))
    if change.fate is not Fate.MOVES:
        return say(f"kept-diff-{change.fate}", title=change.title, then=then)
    if change.then == change.occurrence.at:
        return say("kept-diff-steps", title=change.title, then=then)
    before = day_and_time(change.occurrence.at, zone, speak.locale)
    return say("kept-diff-moves", title=change.title, before=before, then=then)


def _thing(change: ThingChange) -> Text:
    if change.fate is not Fate.MOVES:
        return say(f"kept-diff-{change.kind}-{change.fate}", name=change.name)
    values = Several(items=tuple(map(_value, change.values)))
    return say(f"kept-diff-{change.kind}-other", name=change.name, values=values)


def _value(value: Value) -> Text:
    if value.key in PEOPLE or max(len(value.before or ""), len(value.then or "")) > LONGEST:
        return say("kept-diff-value-other", named=value.key)
    if value.before is None:
        return say("kept-diff-value-new", named=value.key, then=value.then or "")
    if value.then is None:
        return say("kept-diff-value-gone", named=value.key, before=value.before)
    return say("kept-diff-value", named=value.key, before=value.before, then=value.then)


def _room(change: RoomChange) -> Text:
    if change.before is None:
        return say("kept-diff-room-added", room=change.room, then=change.then or "")
    if change.then is None:
        return say("kept-diff-room-gone", room=change.room)
    return say("kept-diff-room-moves", room=change.room, before=change.before, then=change.then)


def _roles(change: RoleChange) -> Iterator[Text]:
    if change.gains:
        yield say("kept-diff-gains", email=change.email, roles=_named(change.gains))
    if change.loses:
        yield say("kept-diff-loses", email=change.email, roles=_named(change.loses))


def _named(roles: frozenset[Role]) -> Several:
    return Several(items=tuple(sorted(role.value for role in roles)))
