"""What a changed app.yaml would do to what is planned, found out without doing it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rituals.occurrences import Occurrence, OccurrenceState
from rituals.organisation import Organisation
from rituals.people import Role, RosterEntry
from rituals.ports import OpenWork, Work
from rituals.use_cases.planning import HORIZON, planned_by
from rituals.use_cases.sitting import EVERY

A_DAY = timedelta(days=1)


class Fate(StrEnum):
    """What would become of an occurrence."""

    ADDED = "added"
    MOVES = "moves"  # itself, or a step of it
    FALLS_AWAY = "falls-away"
    KEEPS = "keeps"  # it has begun, by rules that are no longer those of app.yaml
    LET_GO = "let-go"  # it has begun, and app.yaml no longer has its ritual (of that kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One occurrence that a restart would change or leave as it began. `then`: its moment by the new rules."""

    fate: Fate
    occurrence: Occurrence
    title: str
    then: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """Somebody whose roles would be others."""

    email: str
    gains: frozenset[Role]
    loses: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChange:
    """A room that would be another channel: from none where it is new, to none where it falls away."""

    room: str
    before: str | None
    then: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """All that would change, occurrences in order of time."""

    changes: Sequence[Change]
    roles: Sequence[RoleChange]
    rooms: Sequence[RoomChange]

    def __bool__(self) -> bool:
        return bool(self.changes or self.roles or self.rooms)


async def foresee(
    at: datetime, *, open_work: OpenWork, organisation: Organisation, roster: Sequence[RosterEntry], platform: str
) -> Foreseen:
    """What a start at `at` would do with these settings; nothing is changed. `platform`: whose rooms."""
    async with open_work() as work:
        changes = [one async for one in _changes(work, organisation, at)]
        roles = [one async for one in _roles(work, roster)]
        listed = await work.rooms.listed(platform)
    changes.sort(key=lambda one: (one.then, one.occurrence.id))
    rooms = list(_rooms(listed, organisation.rooms))
    return Foreseen(changes=changes, roles=sorted(roles, key=lambda one: one.email), rooms=rooms)


async def _changes(work: Work, organisation: Organisation, at: datetime) -> AsyncIterator[Change]:
    planned = {one.id: (one, steps) for one, steps in planned_by(organisation, at)}
    under_way = await work.occurrences.under_way()
    begun = {one.id for one in under_way}
    known = {one.id: one for one in (*under_way, *await work.occurrences.upcoming(at, limit=EVERY))}
    for occurrence in known.values():
        now = organisation.rituals.get(occurrence.ritual)
        title = now.title if now else occurrence.rules.title if occurrence.rules else occurrence.ritual
        if occurrence.id in begun or occurrence.state is OccurrenceState.HELD:
            rules = occurrence.rules
            if now is None or (rules is not None and type(rules) is not type(now)):
                yield Change(fate=Fate.LET_GO, occurrence=occurrence, title=title, then=occurrence.at)
            elif rules is not None and rules != now:
                yield Change(fate=Fate.KEEPS, occurrence=occurrence, title=title, then=occurrence.at)
            continue
        found = planned.get(occurrence.id)
        if found is None:
            yield Change(fate=Fate.FALLS_AWAY, occurrence=occurrence, title=title, then=occurrence.at)
            continue
        there = {(step.id, step.due_at) for step in await work.steps.waiting(occurrence.id)}
        if found[0].at != occurrence.at or there != {(step.id, step.due_at) for step in found[1]}:
            yield Change(fate=Fate.MOVES, occurrence=occurrence, title=title, then=found[0].at)
    for occurrence, _ in planned.values():
        if occurrence.at > at + HORIZON - A_DAY:
            continue  # what comes in sight by itself, as time passes, no setting adds
        if occurrence.id not in known and await work.occurrences.get(occurrence.id) is None:
            title = organisation.rituals[occurrence.ritual].title
            yield Change(fate=Fate.ADDED, occurrence=occurrence, title=title, then=occurrence.at)


async def _roles(work: Work, roster: Iterable[RosterEntry]) -> AsyncIterator[RoleChange]:
    then = {entry.email.lower(): entry.roles for entry in roster}
    for person in await work.people.all_present():
        wanted = then.get(person.email, frozenset())
        if wanted != person.roles:
            yield RoleChange(email=person.email, gains=wanted - person.roles, loses=person.roles - wanted)


def _rooms(listed: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[RoomChange]:
    for room in sorted({*listed, *wanted}):
        before, then = listed.get(room), wanted.get(room)
        # A channel whose name was never written down is told only when its room falls away.
        if before != then and not (before == "" and then is not None):
            yield RoomChange(room=room, before=before, then=then)
