"""What a changed app.yaml would do to what is planned, found out without doing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rituals.occurrences import Occurrence, OccurrenceState, Rules
from rituals.organisation import Organisation, Ritual, shown_on
from rituals.people import Role, RosterEntry
from rituals.ports import OpenWork, Work
from rituals.use_cases.planning import HORIZON, planned_by
from rituals.use_cases.sitting import EVERY

A_DAY = timedelta(days=1)
A_MONTH = timedelta(days=31)


class Fate(StrEnum):
    """What would become of an occurrence."""

    ADDED = "added"
    MOVES = "moves"  # itself, or a step of it
    FALLS_AWAY = "falls-away"
    KEEPS = "keeps"  # it has begun, by rules that are no longer those of app.yaml
    LET_GO = "let-go"  # it has begun, and app.yaml no longer has its ritual (of that kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One occurrence that a restart would change or leave as it began. `then`: its moment by the new rules.

    `rules`: for what keeps the rules it began with, which of them are others by now, by their names in app.yaml.
    """

    fate: Fate
    occurrence: Occurrence
    title: str
    then: datetime
    rules: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """Somebody whose roles would be others."""

    email: str
    gains: frozenset[Role]
    loses: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChange:
    """A room that would be another channel, as people write it: from none where it is new, to none where it is gone."""

    room: str
    before: str | None
    then: str | None


Listed = Mapping[str, str]
"""What app.yaml says, flat: a value as it is written by its path ("rituals.committee.deadline": "17:00")."""

THINGS = ("rituals", "kpis", "initiatives")
"""What app.yaml lists by key, each with keys of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One key of a thing: what it was and what it is by now, None where it is not given."""

    key: str
    before: str | None
    then: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingChange:
    """A ritual, KPI or initiative that would begin, end or be another. `kind` is one of THINGS; `name` its key.

    `values`: what of it changes; none where it is new or gone.
    """

    kind: str
    name: str
    fate: Fate
    values: Sequence[Value] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """All that would change, occurrences in order of time."""

    changes: Sequence[Change]
    roles: Sequence[RoleChange]
    rooms: Sequence[RoomChange]
    things: Sequence[ThingChange] = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.roles or self.rooms or self.things)


async def foresee(
    at: datetime,
    *,
    open_work: OpenWork,
    organisation: Organisation,
    roster: Sequence[RosterEntry],
    platforms: Sequence[str],
    before: Listed | None = None,
    then: Listed | None = None,
) -> Foreseen:
    """What a start at `at` would do with these settings; nothing is changed. `platforms`: whose rooms.

    `before`: what app.yaml said at the last start, `then` what it says now; None where that is not known.
    """
    async with open_work() as work:
        changes = [one async for one in _changes(work, organisation, at)]
        roles = [one async for one in _roles(work, roster)]
        listed = {platform: await work.rooms.listed(platform) for platform in platforms}
    changes = _paired(changes, list(_out_of_sight(organisation, at)))
    changes.sort(key=lambda one: (one.then, one.occurrence.id))
    return Foreseen(
        changes=changes,
        roles=sorted(roles, key=lambda one: one.email),
        rooms=list(_rooms(listed, organisation)),
        things=list(_things(before, then)) if before and then else [],
    )


def _out_of_sight(organisation: Organisation, at: datetime) -> Iterator[Change]:
    """Dates beyond what is planned ahead, to which one of the last that are planned may move."""
    for occurrence, _ in planned_by(organisation, at, ahead=HORIZON + A_MONTH):
        if occurrence.at > at + HORIZON - A_DAY:
            title = organisation.rituals[occurrence.ritual].title
            yield Change(fate=Fate.ADDED, occurrence=occurrence, title=title, then=occurrence.at)


def _paired(changes: Sequence[Change], beyond: Sequence[Change]) -> list[Change]:
    """What falls away and is added anew in the same month moves: it is the same ritual, on other days.

    Where a ritual has as many dates before as after in a month (those `beyond` count where they make it so), the first
    moves to the first, and so on.
    """
    months: dict[tuple[str, int, int], list[Change]] = defaultdict(list)
    for one in (*changes, *beyond):
        if one.fate in {Fate.FALLS_AWAY, Fate.ADDED}:
            local = one.then.astimezone(one.occurrence.zone)
            months[one.occurrence.ritual, local.year, local.month].append(one)
    unseen, paired = set(map(id, beyond)), {}
    for dates in months.values():
        gone, come = ([one for one in dates if one.fate is fate] for fate in (Fate.FALLS_AWAY, Fate.ADDED))
        gone.sort(key=lambda one: one.then)
        come.sort(key=lambda one: one.then)
        while len(come) > len(gone) and id(come[-1]) in unseen:
            come.pop()
        if len(gone) == len(come):
            for former, later in zip(gone, come, strict=True):
                paired[id(former)] = replace(former, fate=Fate.MOVES, title=later.title, then=later.then)
                unseen.add(id(later))
    return [paired.get(id(one), one) for one in changes if id(one) not in unseen]


def _things(before: Listed, then: Listed) -> Iterator[ThingChange]:
    for kind in THINGS:
        was, now = _by_name(before, kind), _by_name(then, kind)
        for name in sorted({*was, *now}):
            if name not in was or name not in now:
                yield ThingChange(kind=kind, name=name, fate=Fate.ADDED if name in now else Fate.FALLS_AWAY)
                continue
            values = [
                Value(key=key, before=was[name].get(key), then=now[name].get(key))
                for key in sorted({*was[name], *now[name]})
                if was[name].get(key) != now[name].get(key)
            ]
            if values:
                yield ThingChange(kind=kind, name=name, fate=Fate.MOVES, values=values)


def _by_name(listed: Listed, kind: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path, value in listed.items():
        section, name, key = path.split(".", 2)
        if section == kind:
            found.setdefault(name, {})[key] = value
    return found


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
                differing = tuple(_differing(rules, now))
                yield Change(fate=Fate.KEEPS, occurrence=occurrence, title=title, then=occurrence.at, rules=differing)
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


def _differing(begun: Rules, now: Ritual) -> Iterator[str]:
    """Which rules are others by now, by their names in app.yaml: a recurrence has several."""
    for name in (one.name for one in fields(now)):
        was, is_now = getattr(begun, name), getattr(now, name)
        if name != "recurrence":
            yield from [name] if was != is_now else []
            continue
        for part, written in (("rule", "when"), ("at", "at"), ("zone", "zone"), ("shift", "holiday")):
            if getattr(was, part) != getattr(is_now, part):
                yield written


async def _roles(work: Work, roster: Iterable[RosterEntry]) -> AsyncIterator[RoleChange]:
    then = {entry.email.lower(): entry.roles for entry in roster}
    for person in await work.people.all_present():
        wanted = then.get(person.email, frozenset())
        if wanted != person.roles:
            yield RoleChange(email=person.email, gains=wanted - person.roles, loses=person.roles - wanted)


def _rooms(listed: Mapping[str, Mapping[str, str]], organisation: Organisation) -> Iterator[RoomChange]:
    """`listed`: by platform, the channels' names by room."""
    known: dict[str, str] = {}
    for platform, rooms in listed.items():
        for room, name in rooms.items():
            # One that went from a platform to another is still kept on both.
            if room not in known or organisation.platforms.get(room) == platform:
                known[room] = shown_on(platform, name) if name else ""
    for room in sorted({*known, *organisation.rooms}):
        before, then = known.get(room), organisation.called(room) if room in organisation.rooms else None
        # A channel whose name was never written down is told only when its room falls away.
        if before != then and not (before == "" and then is not None):
            yield RoomChange(room=room, before=before, then=then)
