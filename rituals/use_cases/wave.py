"""The waves of a pulse: whom they ask, what they send, and how they end."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rituals.calendar import local_day
from rituals.census import Eligible
from rituals.initiatives import Standing
from rituals.messages import Message
from rituals.occurrences import Occurrence, OccurrenceState, Step, StepName
from rituals.organisation import Organisation
from rituals.ports import Work
from rituals.posts import Post, ToPerson, Window
from rituals.pulses import speech as says
from rituals.pulses.panels import Panelist, Panels, cycle_of, deal, in_turn, turn_of
from rituals.pulses.rules import PulseRules
from rituals.pulses.steps import LAST_CALL, closing, own_hour, own_windows, reminding
from rituals.pulses.waves import (
    ASKING,
    REMINDING,
    REST,
    Invitation,
    Wave,
    WaveState,
    coarsened,
    post_id,
    wave_id,
)

log = logging.getLogger(__name__)

PANELS = 4
"""A quarter of the people is asked at a time."""

EXPOSURE = timedelta(days=14)
"""How long somebody has had a tool before they are asked about it, as in the adoption rate."""

PART = 250
"""Messages that enter in one transaction: none of them holds up a click for long."""

PATIENCE = timedelta(days=3)
"""How much later than the others of their panel somebody may hear, so that 28 days lie between two invitations: after a
launch put off by a holiday, a whole panel would lose its turn for a day."""

PART_TAKES = timedelta(minutes=10)
"""How long chat takes to change the messages of one part (fifty a minute), where each person has two."""

PARTICIPATION_KEPT = timedelta(days=30)
COMMENTS_KEPT = timedelta(days=183)
ANSWERS_KEPT = timedelta(days=730)
"""How long after the close of its wave something is kept: who was asked, comments, answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One launch: the day, whose turn it is, and how much later they may hear."""

    day: date
    panel: int
    round: int
    key: bytes
    panels: Panels
    patience: timedelta


# --- launch --------------------------------------------------------------------------------------------------------


async def launch(
    work: Work, occurrence: Occurrence, rules: PulseRules, organisation: Organisation, *, at: datetime
) -> None:
    """Opens a wave about every initiative there are people to ask about; an occurrence with none is over."""
    zone = rules.recurrence.zone
    day = max(local_day(occurrence.at, occurrence.zone), local_day(at, zone))
    closes = closing(rules, local_day(occurrence.at, occurrence.zone))
    await forget(work, local_day(at, zone))
    topics = await _topics(work, rules, organisation, day)
    opened = 0
    if topics:
        turn = await _turn(work, occurrence, rules, topics, day, left=local_day(closes, zone) - day)
        whereabouts = await work.panelists.whereabouts()
        hours = _Hours(rules, organisation, whereabouts, closes=closes, after=at)
        panelists = await work.panelists.all()
        by_initiative = _in_turn(topics, turn, panelists, organisation, reachable=whereabouts.keys())
        for initiative, population in topics.items():
            found = (_invitation(one, panelists.get(one.person), hours, day) for one in by_initiative[initiative])
            invitations = [one for one in found if one is not None]
            asked = [one.stratum for one in invitations if one.asked]
            k = organisation.thresholds.invitations
            if len(asked) < k:
                # Of so few, whoever knows who they are nearly knows what they said.
                continue
            told = coarsened(asked, k)
            wave = Wave(
                id=wave_id(occurrence.id, initiative),
                occurrence=occurrence.id,
                ritual=rules.key,
                initiative=initiative,
                opened_on=day,
                closes_at=closes,
                barriers=rules.barriers,
                thresholds=organisation.thresholds,
            )
            await work.pulses.launch(
                wave,
                [replace(one, stratum=one.stratum if one.stratum in told else REST) for one in invitations],
                Counter(one.department if one.department in told else REST for one in population),
            )
            await _plan(work, wave, rules, organisation, day, parts=-(-len(asked) // PART), at=at)
            opened += 1
    state = OccurrenceState.HELD if opened else OccurrenceState.CLOSED
    await work.occurrences.put(replace(occurrence, state=state))
    log.info("Waves were launched.", extra={"action": "waves_launched", "occurrence": occurrence.id, "waves": opened})


async def _topics(
    work: Work, rules: PulseRules, organisation: Organisation, day: date
) -> dict[str, Sequence[Eligible]]:
    """The initiatives to ask about, in order, with everybody who has had them for a fortnight: no fewer than may be."""
    topics: dict[str, Sequence[Eligible]] = {}
    for key in sorted(rules.initiatives or await work.census.rolled_out()):
        initiative = await work.initiatives.get(key)
        if initiative is None or initiative.standing is Standing.STOPPED:
            continue
        people = [one for one in await work.census.population(key, day) if one.since <= day - EXPOSURE]
        if len(people) >= organisation.thresholds.invitations:
            topics[key] = people
    return topics


async def _turn(
    work: Work,
    occurrence: Occurrence,
    rules: PulseRules,
    topics: Mapping[str, Sequence[Eligible]],
    day: date,
    *,
    left: timedelta,
) -> _Turn:
    """Whose turn it is. Panels are dealt once a year; who has come since joins one."""
    cycle = cycle_of(day)
    key = await work.panelists.key(rules.key, cycle)
    panels = await work.panelists.panels(rules.key, cycle, count=PANELS)
    departments: dict[str, str] = {}
    have: dict[str, list[str]] = {}
    for initiative, people in topics.items():
        for one in people:
            departments.setdefault(one.person, one.department)
            have.setdefault(one.person, []).append(initiative)
    # People of one department who have the same tools are spread evenly, and so is every tool's population.
    strata = {person: f"{department}|{'|'.join(have[person])}" for person, department in departments.items()}
    known = panels.assigned.keys()
    if panels.assigned:
        panels = panels.joined_by(strata)
    elif strata:
        panels = deal(strata, key=key, cycle=cycle, count=PANELS)
    await work.panelists.keep(rules.key, panels, new=panels.assigned.keys() - known)
    round_, panel = divmod(turn_of(rules.recurrence.rule, occurrence.nominal), PANELS)
    patience = max(min(PATIENCE, left - PATIENCE), timedelta(0))
    return _Turn(day=day, panel=panel, round=round_, key=key, panels=panels, patience=patience)


def _in_turn(
    topics: Mapping[str, Sequence[Eligible]],
    turn: _Turn,
    panelists: Mapping[str, Panelist],
    organisation: Organisation,
    *,
    reachable: Collection[str],
) -> dict[str, list[Eligible]]:
    """By initiative, those whose turn it is to be asked about it. Nobody is asked about two at a time.

    Whoever only the files know, without an account, cannot be asked and has no turn. Of few people everybody is asked
    at one turn in four: a quarter of them would be too few to be left unknown. Where chance gives an initiative too few
    of those who have several, they are asked about another.
    """
    found: dict[str, list[tuple[str, Eligible]]] = {}
    for initiative, everybody in topics.items():
        people = [one for one in everybody if one.person in reachable]
        few = len(people) < PANELS * organisation.thresholds.invitations
        for one in people:
            is_their_turn = turn.panel == (0 if few else turn.panels.assigned[one.person])
            known = panelists.get(one.person)
            if is_their_turn and (known is None or known.is_due(turn.day + turn.patience)):
                found.setdefault(one.person, []).append((initiative, one))
    chosen = {
        person: in_turn(person, [name for name, _ in choices], key=turn.key, turn=turn.round)
        for person, choices in found.items()
    }
    counted = Counter(chosen.values())
    enough = {initiative for initiative, people in counted.items() if people >= organisation.thresholds.invitations}
    by_initiative: dict[str, list[Eligible]] = {initiative: [] for initiative in topics}
    for person, choices in found.items():
        others = [name for name, _ in choices if name in enough]
        if chosen[person] not in enough and others:
            chosen[person] = in_turn(person, others, key=turn.key, turn=turn.round)
        by_initiative[chosen[person]].append(dict(choices)[chosen[person]])
    return by_initiative


class _Hours:
    """When people hear of the waves of one launch."""

    def __init__(
        self,
        rules: PulseRules,
        organisation: Organisation,
        whereabouts: Mapping[str, tuple[ZoneInfo, str | None]],
        *,
        closes: datetime,
        after: datetime,
    ) -> None:
        self._rules = rules
        self._organisation = organisation
        self._whereabouts = whereabouts
        self._closes = closes
        self._after = after
        self._known: dict[tuple[date, str, str | None], date | None] = {}

    def of(self, one: Eligible, day: date) -> tuple[ZoneInfo, str | None, date] | None:
        """The zone and site of somebody, and the day on which they hear there, from `day` on.

        None for somebody who is not there or has no account, or whose site is closed until it would be too late.
        """
        if one.person not in self._whereabouts:
            return None
        zone, site = self._whereabouts[one.person]
        site = one.site or site
        name = (day, zone.key, site)
        if name not in self._known:  # thousands share a few
            hears = own_hour(day, self._rules, zone, self._organisation.working_days_at(site), after=self._after)
            self._known[name] = local_day(hears, zone) if hears < self._closes - LAST_CALL else None
        found = self._known[name]
        return None if found is None else (zone, site, found)


def _invitation(one: Eligible, panelist: Panelist | None, hours: _Hours, day: date) -> Invitation | None:
    """The invitation of somebody whose turn it is; None where they would hear too late."""
    free_from = panelist.free_from if panelist else None
    found = hours.of(one, max(day, free_from or day))
    if found is None:
        return None
    zone, site, invited_on = found
    return Invitation(
        person=one.person,
        stratum=one.department,
        zone=zone,
        site=site,
        invited_on=invited_on,
        asked=panelist is None or not panelist.opted_out,
    )


async def _plan(
    work: Work, wave: Wave, rules: PulseRules, organisation: Organisation, day: date, *, parts: int, at: datetime
) -> None:
    def step(name: StepName, due_at: datetime, subject: str, expires_at: datetime | None = None) -> Step:
        return Step(occurrence=wave.occurrence, name=name, due_at=due_at, expires_at=expires_at, subject=subject)

    reminder = reminding(rules, day, zones(organisation), organisation.working_days)
    for part in range(parts):
        subject = f"{wave.id}/{part}" if part else wave.id
        await work.steps.add(step(StepName.LAUNCH_WAVES, at, subject, wave.closes_at))
        if reminder is not None and at < reminder < wave.closes_at:
            await work.steps.add(step(StepName.REMIND, reminder, subject, wave.closes_at))
    await work.steps.add(step(StepName.CLOSE_WAVE, wave.closes_at, wave.id))


def zones(organisation: Organisation) -> Iterator[ZoneInfo]:
    """The zones people work in, as far as app.yaml tells."""
    yield organisation.zone
    yield from (site.zone for site in organisation.sites.values())


# --- messages ------------------------------------------------------------------------------------------------------


async def topic(work: Work, wave: Wave) -> says.Topic:
    """What a wave is about, in words."""
    initiative = await work.initiatives.get(wave.initiative)
    return says.Topic(
        wave=wave.id,
        tool=initiative.title if initiative else wave.initiative,
        closes_at=wave.closes_at,
        thresholds=wave.thresholds,
    )


async def tell(
    work: Work, subject: str, rules: PulseRules, organisation: Organisation, *, launched: datetime, at: datetime
) -> None:
    """Puts one part of a wave's messages, each for the hour of whom it is for."""
    wave = await work.pulses.wave(_wave_of(subject))
    if wave is None or wave.state is not WaveState.OPEN:
        return
    message = says.question(await topic(work, wave))
    hours: dict[tuple[date, str, str | None], tuple[Window, ...]] = {}  # thousands share a few
    posts = []
    # One part more than need be is looked at: somebody may have been taken off the list meanwhile.
    for one in await work.pulses.untold(wave.id, limit=PART, told=max(_part_of(subject) - 1, 0) * PART):
        when = (one.invited_on, one.zone.key, one.site)
        if when not in hours:
            working_days = organisation.working_days_at(one.site)
            first = own_hour(one.invited_on, rules, one.zone, working_days, after=launched)
            hours[when] = own_windows(
                first, one.zone, working_days, quiet_from=organisation.quiet_from, until=wave.closes_at
            )
        posts.append(_in_bulk(ASKING, wave, one.person, message, hours[when]))
    await work.posts.put_all(posts, at=at)


async def remind(work: Work, subject: str, rules: PulseRules, organisation: Organisation, *, at: datetime) -> None:
    """Puts one reminder, in one part of a wave, for everybody who has not answered."""
    # Locked: somebody who answers right now is not reminded.
    wave = await work.pulses.wave(_wave_of(subject), lock=True)
    if wave is None or wave.state is not WaveState.OPEN:
        return
    message = says.reminder(await topic(work, wave))
    posts = []
    for one in await work.pulses.unreminded(wave.id, part=_part_of(subject), size=PART):
        working_days = organisation.working_days_at(one.site)
        day = working_days.after(one.invited_on, rules.reminder_after)
        hears = own_hour(day, rules, one.zone, working_days, after=at)
        if hears >= wave.closes_at - LAST_CALL:
            continue
        windows = own_windows(hears, one.zone, working_days, quiet_from=organisation.quiet_from, until=wave.closes_at)
        posts.append(_in_bulk(REMINDING, wave, one.person, message, windows))
    await work.posts.put_all(posts, at=at)


def _in_bulk(kind: str, wave: Wave, person: str, message: Message, windows: tuple[Window, ...]) -> Post:
    """One of very many messages of a wave, shown within the hours of whom it is for."""
    return Post(
        id=post_id(kind, wave.id, person),
        to=ToPerson(person=person),
        message=message,
        ritual=wave.ritual,
        not_before=windows[0].opens,
        not_after=wave.closes_at,
        bulk=True,
        windows=windows,
    )


def _wave_of(subject: str) -> str:
    return subject.partition("/")[0]


def _part_of(subject: str) -> int:
    return int(subject.partition("/")[2] or 0)


# --- the end -------------------------------------------------------------------------------------------------------


async def close(work: Work, subject: str, occurrence: Occurrence, rules: PulseRules, *, at: datetime) -> None:
    """Separates answers from names; with its last wave an occurrence is over."""
    today = local_day(at, rules.recurrence.zone)
    await work.pulses.close(subject, on=today)
    await forget(work, today)
    if all(one.state is not WaveState.OPEN for one in await work.pulses.waves(occurrence.id)):
        await work.occurrences.put(replace(occurrence, state=OccurrenceState.CLOSED))


async def let_go(work: Work, occurrence: Occurrence) -> None:
    """Destroys what was said in the open waves of an occurrence whose ritual is gone."""
    for wave in await work.pulses.waves(occurrence.id):
        await work.pulses.discard(wave.id)


async def call_off(work: Work, occurrence: Occurrence, rules: PulseRules, *, at: datetime) -> None:
    """Destroys what was said in the open waves of an occurrence that somebody calls off, and tells those asked."""
    for wave in await work.pulses.waves(occurrence.id):
        if wave.state is WaveState.OPEN:
            await work.pulses.discard(wave.id, on=local_day(at, rules.recurrence.zone))
            await tell_off(work, wave.id, at=at)


async def tell_off(work: Work, subject: str, *, at: datetime) -> None:
    """Changes one part of a called-off wave's messages into the word that it is off, and plans the next part."""
    wave = await work.pulses.wave(_wave_of(subject))
    if wave is None:
        return
    part = _part_of(subject)
    message = says.called_off(await topic(work, wave))
    for kind in (ASKING, REMINDING):
        heard = await work.pulses.heard(wave.id, kind, part=part, size=PART)
        if heard is None:
            # Everybody has been told; whoever was sent a reminder had not answered, which is nobody's business.
            await work.pulses.forget_reminders(wave.id)
            return
        # What was shown is changed at any hour: an edit calls nobody.
        now = (Window(opens=at, closes=max(at, wave.closes_at)),)
        await work.posts.put_all([_in_bulk(kind, wave, person, message, now) for person in heard], at=at)
    await work.steps.add(
        Step(
            occurrence=wave.occurrence,
            name=StepName.CLOSE_WAVE,
            due_at=at + PART_TAKES,
            subject=f"{wave.id}/{part + 1}",
        )
    )


async def forget(work: Work, today: date) -> None:
    """Deletes what has been kept long enough."""
    await work.pulses.forget(
        participation=today - PARTICIPATION_KEPT, comments=today - COMMENTS_KEPT, answers=today - ANSWERS_KEPT
    )
