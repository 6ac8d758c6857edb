"""One KPI review as the database knows it: its readings, its board and the actions it asks for, put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from rituals.calendar import ONE_DAY, WorkingDays, local_day, moment, sensible
from rituals.kpis import Kpi, KpiSource, Reading
from rituals.measures.statistics import Window
from rituals.messages import Amount
from rituals.occurrences import Occurrence, OccurrenceState, Step, StepName
from rituals.organisation import Organisation
from rituals.people import Act, Person, Role
from rituals.ports import Work
from rituals.posts import Post, ToPerson, ToRoom
from rituals.reviews import speech as says
from rituals.reviews.actions import Action, ActionState
from rituals.reviews.board import DatedValue, KpiStatus
from rituals.reviews.ladder import Level
from rituals.reviews.quantities import write_quantity
from rituals.reviews.readings import MOST_READINGS, Past, of_figure, of_reading, sundays, totals
from rituals.reviews.rules import ReviewRules

MORNING = time(9, 0)
"""Local time at which owners are asked, and told that an action is running late."""

SAVINGS_LOOK_BACK = timedelta(days=3 * 366)
"""How far back savings are summed up."""

LASTING = timedelta(days=10)
"""A call that could not be shown for so long is not shown any more."""

KEEPERS = frozenset({Role.ADMIN, Role.CHAIR, Role.DEPUTY, Role.SPONSOR})


def kpis_of(rules: ReviewRules, organisation: Organisation) -> list[Kpi]:
    """The KPIs a review looks at, in the order of app.yaml."""
    return [kpi for key, kpi in organisation.kpis.items() if not rules.kpis or key in rules.kpis]


def review(organisation: Organisation, occurrence: Occurrence | None) -> ReviewRules | None:
    """The rules a KPI review runs by; None for another ritual, or none."""
    found = organisation.rules_of(occurrence)
    return found if isinstance(found, ReviewRules) else None


def hour_of(person: Person, at: datetime, organisation: Organisation) -> datetime:
    """`at`, or the next hour at which the person is at work."""
    return sensible(at, person.zone, organisation.working_days_at(person.site))


# --- who answers for what ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """Who in chat answers for KPIs: by address, by the address of their initiatives' owners, and by role."""

    by_email: Mapping[str, Person]
    by_role: Mapping[Role, Sequence[Person]]
    initiatives: Mapping[str, str]  # initiative -> its owner's address

    def of(self, kpi: Kpi) -> Person | None:
        """Its owner; whom chat cannot reach is replaced by the owner of its initiative, then by chair and admin."""
        emails = (kpi.owner, self.initiatives.get(kpi.initiative or "", ""))
        found = [person for email in emails if (person := self.by_email.get(email.lower()))]
        return next(iter([*found, *self.by_role[Role.CHAIR], *self.by_role[Role.ADMIN]]), None)

    def playing(self, role: Role, *instead: Role) -> Sequence[Person]:
        """Who plays that role; where nobody does, one of those named `instead`."""
        return next((found for each in (role, *instead) if (found := self.by_role[each])), ())


async def answerable(work: Work, kpis: Iterable[Kpi]) -> Answerable:
    """Who answers for these KPIs."""
    wanted = list(kpis)
    portfolio = await work.initiatives.all() if any(kpi.initiative for kpi in wanted) else ()
    owners = {one.key: one.owner for one in portfolio if one.owner is not None}
    emails = {*(kpi.owner for kpi in wanted), *(owners.get(kpi.initiative or "", "") for kpi in wanted)}
    found = await work.people.reachable(emails=emails, roles=KEEPERS)
    return Answerable(
        by_email={person.email.lower(): person for person in found},
        by_role={role: [one for one in found if role in one.roles] for role in KEEPERS},
        initiatives=owners,
    )


async def names_of(work: Work, people: Iterable[str | None]) -> dict[str, str]:
    """Names by id, of those who have left too."""
    found = [await work.people.get(one) for one in sorted({one for one in people if one is not None})]
    return {one.id: one.name for one in found if one is not None}


# --- readings ------------------------------------------------------------------------------------------------------


async def past_of(work: Work, kpi: Kpi, until: date) -> list[Past]:
    """The last values of a KPI up to that day, oldest first, wherever they come from."""
    match kpi.source:
        case KpiSource.ASKED:
            return [of_reading(one, kpi.unit) for one in await work.reviews.readings(kpi.key, until)]
        case KpiSource.IMPORTED:
            told = await work.sources.readings(kpi.key, until)
            readings = [Reading(value=value, on=on, n=n) for on, value, n in told[-MOST_READINGS:]]
            return [of_reading(one, kpi.unit) for one in readings]
        case KpiSource.SAVING:
            window = Window(first=until - SAVINGS_LOOK_BACK, last=until)
            amounts = await work.sources.savings(kpi.initiative or "", window)
            return [of_reading(one, kpi.unit) for one in totals(amounts, kpi.frequency, until)]
        case _:
            return await _figures(work, kpi, until)


async def _figures(work: Work, kpi: Kpi, until: date) -> list[Past]:
    days = sundays(until)
    found = await work.figures.series(kpi.source, kpi.initiative or "", days)
    past = [of_figure(figure, on) for on, figure in zip(days, found, strict=True) if figure is not None]
    if past:
        return past
    # Older than three months: said, and said to be too old.
    latest = await work.figures.latest(kpi.source, kpi.initiative or "", until)
    return [of_figure(latest[1], latest[0])] if latest else []


async def wanted_of(
    work: Work, person: Person, occurrence: Occurrence, rules: ReviewRules, organisation: Organisation
) -> list[says.Wanted]:
    """The values a person is asked for by a review, with what they have said so far."""
    asked = [kpi for kpi in kpis_of(rules, organisation) if kpi.source is KpiSource.ASKED]
    who = await answerable(work, asked)
    theirs = [kpi for kpi in asked if (found := who.of(kpi)) is not None and found.id == person.id]
    return await wanted(work, theirs, person, occurrence)


async def wanted(work: Work, kpis: Sequence[Kpi], person: Person, occurrence: Occurrence) -> list[says.Wanted]:
    """These KPIs as `person` is asked for them."""
    given = await work.reviews.given(occurrence.id)
    found = []
    for kpi in kpis:
        mine = given.get(kpi.key)
        day = local_day(occurrence.at, occurrence.zone)
        earlier = [one for one in await work.reviews.readings(kpi.key, day, limit=2) if one != mine]
        last = earlier[-1] if earlier else None
        found.append(
            says.Wanted(
                kpi=kpi.key,
                title=kpi.title,
                unit=kpi.unit,
                given=None if mine is None else Amount.of(mine.value, kpi.unit),
                last=None if last is None else DatedValue(on=last.on, value=Amount.of(last.value, kpi.unit)),
                initial=None if mine is None else write_quantity(mine.value, unit=kpi.unit, locale=person.locale),
                instead_of=None if kpi.owner.lower() == person.email.lower() else kpi.owner,
            )
        )
    return found


async def values_wanted(work: Work, person: Person, organisation: Organisation) -> list[says.ValuesWanted]:
    """The values a person was asked for and has not given, by review, the soonest first."""
    found = []
    for occurrence in await work.occurrences.under_way():
        rules = review(organisation, occurrence)
        if rules is None or occurrence.state is not OccurrenceState.PLANNED:
            continue
        asked = [kpi for kpi in kpis_of(rules, organisation) if kpi.source is KpiSource.ASKED]
        who, given = await answerable(work, asked), await work.reviews.given(occurrence.id)
        theirs = [kpi for kpi in asked if (owner := who.of(kpi)) is not None and owner.id == person.id]
        if left := [kpi.title for kpi in theirs if kpi.key not in given]:
            found.append(
                says.ValuesWanted(occurrence=occurrence.id, ritual=rules.title, until=occurrence.at, kpis=left)
            )
    return found


def ask_id(occurrence: str, person: str) -> str:
    """The lasting name of somebody's call for values."""
    return f"readings:{occurrence}:{person}"


async def put_ask(
    work: Work,
    person: Person,
    occurrence: Occurrence,
    rules: ReviewRules,
    organisation: Organisation,
    *,
    at: datetime,
) -> None:
    """Keeps somebody's call for values up to date, sent at a sensible hour of theirs."""
    found = await wanted_of(work, person, occurrence, rules, organisation)
    open_ = occurrence.state is OccurrenceState.PLANNED
    off = occurrence.state in (OccurrenceState.CANCELLED, OccurrenceState.MISSED)
    post = ask_id(occurrence.id, person.id)
    if not found or (not open_ and not await work.posts.exists(post)):
        return
    await work.posts.put(
        Post(
            id=post,
            to=ToPerson(person=person.id),
            message=says.ask(
                occurrence=occurrence.id, ritual=rules.title, review=occurrence.at, wanted=found, open_=open_, off=off
            ),
            ritual=rules.key,
            not_before=hour_of(person, at, organisation),
            not_after=occurrence.at,
        ),
        at=at,
    )


# --- the board -----------------------------------------------------------------------------------------------------


async def put_board(
    work: Work, occurrence: Occurrence, rules: ReviewRules, organisation: Organisation, *, at: datetime
) -> None:
    """Keeps the board of a review up to date in its room."""
    day = local_day(occurrence.at, occurrence.zone)
    statuses = [_shown(one, day) for one in await work.reviews.board(occurrence.id)]
    planned = organisation.working_days.next_working(occurrence.nominal)
    await work.posts.put(
        Post(
            id=f"board:{occurrence.id}",
            to=ToRoom(room=rules.room),
            message=says.board(
                ritual=rules.title,
                review=occurrence.at,
                statuses=statuses,
                names=await names_of(work, [one.action.owner for one in statuses if one.action]),
                planned=planned if planned < day else None,
            ),
            ritual=rules.key,
            not_before=at,
            not_after=at + LASTING,
        ),
        at=at,
    )


def _shown(status: KpiStatus, day: date) -> KpiStatus:
    """Without an action that was done before the review."""
    closed = status.action.closed_on if status.action else None
    return replace(status, action=None) if closed is not None and closed < day else status


# --- actions -------------------------------------------------------------------------------------------------------


def actions_id(occurrence: str, person: str) -> str:
    """The lasting name of somebody's message about the actions a review asks for."""
    return f"actions:{occurrence}:{person}"


async def put_actions(
    work: Work, person: Person, occurrence: Occurrence, rules: ReviewRules, organisation: Organisation, *, at: datetime
) -> None:
    """Keeps somebody's message about their actions up to date."""
    day = local_day(occurrence.at, occurrence.zone)
    statuses = [_shown(one, day) for one in await work.reviews.board(occurrence.id)]
    tasks = [
        says.Task(action=one.action, status=one, stranger=one.action.email.lower() != person.email.lower())
        for one in statuses
        if one.action is not None and one.action.owner == person.id
    ]
    if not tasks:
        return
    await work.posts.put(
        Post(
            id=actions_id(occurrence.id, person.id),
            to=ToPerson(person=person.id),
            message=says.actions(ritual=rules.title, tasks=tasks, names={person.id: person.name}),
            ritual=rules.key,
            not_before=hour_of(person, at, organisation),
            not_after=at + LASTING,
        ),
        at=at,
    )


async def newest(work: Work, ritual: str) -> Occurrence | None:
    """The review whose board lives: the newest one, locked, so that what is drawn of it is drawn in turn."""
    found = await work.reviews.latest_review(ritual)
    return await work.occurrences.get(found, lock=True) if found is not None else None


async def catch_up(work: Work, action: Action, organisation: Organisation, *, at: datetime) -> None:
    """Shows an action as it is now wherever it is shown: board, its owner's message, and everybody's living letter."""
    asked_at = await work.occurrences.get(action.occurrence)
    asking = review(organisation, asked_at)
    living = await newest(work, asking.key) if asking else None
    rules = review(organisation, living)
    if living is not None and rules is not None:
        await put_board(work, living, rules, organisation, at=at)
        owner = await work.people.get(action.owner) if action.owner else None
        if owner is not None and await work.posts.exists(actions_id(living.id, owner.id)):
            await put_actions(work, owner, living, rules, organisation, at=at)
    for reader in sorted({reader for reader, _ in await work.reviews.tellings(action.id)}):
        person = await work.people.get(reader)
        if person is not None:
            await put_letter(work, person, organisation, at=at)


# --- the ladder ----------------------------------------------------------------------------------------------------


async def working_days_of(work: Work, action: Action, organisation: Organisation) -> tuple[WorkingDays, Person | None]:
    """The working days an action is counted in: those where its owner works."""
    owner = await work.people.get(action.owner) if action.owner else None
    return organisation.working_days_at(owner.site if owner else None), owner


async def plan_climb(work: Work, action: Action, organisation: Organisation, *, after: date) -> None:
    """Adds the step of the next moment at which a level is reached, in the owner's morning.

    An earlier step that no longer holds finds nothing to do. Its subject names the day, so that each is a new one.
    """
    working_days, owner = await working_days_of(work, action, organisation)
    day = action.deadline.next_climb(after, working_days)
    if day is None:
        return
    due_at = moment(day, MORNING, owner.zone if owner else organisation.zone)
    subject = f"{action.id}@{day.isoformat()}"
    await work.steps.add(Step(occurrence=action.occurrence, name=StepName.CLIMB, due_at=due_at, subject=subject))


def told_of(level: Level, owner: Person | None, who: Answerable) -> list[Person]:
    """Who is told that an action has reached a level, each once; the chair where a role is nobody's."""
    owners = [owner] if owner is not None else list(who.playing(Role.CHAIR, Role.ADMIN))
    match level:
        case Level.L2:
            found = [*owners, *who.playing(Role.DEPUTY)]
        case Level.L3:
            found = [*owners, *who.playing(Role.CHAIR, Role.ADMIN)]
        case Level.L4:
            found = [*owners, *who.playing(Role.SPONSOR, Role.CHAIR, Role.ADMIN)]
        case Level.L5:
            found = [
                *owners,
                *who.playing(Role.CHAIR, Role.ADMIN),
                *who.playing(Role.SPONSOR, Role.CHAIR, Role.ADMIN),
            ]
        case _:
            found = owners
    return list({one.id: one for one in found}.values())


def letter_id(person: str, on: date) -> str:
    """The lasting name of somebody's message about actions that are running late."""
    return f"climb:{person}:{on.isoformat()}"


async def put_letter(
    work: Work, person: Person, organisation: Organisation, *, at: datetime, on: date | None = None
) -> None:
    """Keeps somebody's one living message about actions that are running late up to date.

    `on`: the day of a rung just told, whose message takes the place of the one before: that is taken back, and what is
    still open of it goes on in the new one. Without it, only a message that was put before is changed.
    """
    told = await work.reviews.told(person.id)
    newest = told[0][0] if told else None
    if newest is None or (on is None and not await work.posts.exists(letter_id(person.id, newest))):
        return
    if newest == on:
        for before in sorted({day for day, _, _ in told if day < newest})[-1:]:
            await work.posts.withdraw(letter_id(person.id, before), at=at)
    rungs: list[says.Rung] = []
    today = local_day(at, person.zone)
    for reached, (day, level) in _last_told(told).items():
        action = await work.reviews.action(reached)
        owner = await work.people.get(action.owner) if action and action.owner else None
        if action is not None and (day == newest or _still_climbing(action, level, today)):
            gone = owner is None or not owner.present
            rungs.append(
                says.Rung(task=says.Task(action=action, stranger=gone), level=level, theirs=action.owner == person.id)
            )
    if not rungs:
        return
    actions = [rung.task.action for rung in rungs]
    await work.posts.put(
        Post(
            id=letter_id(person.id, newest),
            to=ToPerson(person=person.id),
            message=says.climb(
                rungs=rungs,
                names=await names_of(work, [one.owner for one in actions]),
                may=[one.id for one in actions if may_act(person, one)],
            ),
            ritual=await _ritual_of(work, actions[0]),
            not_before=hour_of(person, at, organisation),
            not_after=at + 3 * ONE_DAY,
        ),
        at=at,
    )


def _last_told(told: Sequence[tuple[date, str, Level]]) -> dict[str, tuple[date, Level]]:
    """The newest day and level of each action, in the order of `told`, which begins with the newest."""
    found: dict[str, tuple[date, Level]] = {}
    for day, action, level in told:
        found.setdefault(action, (day, level))
    return found


def _still_climbing(action: Action, level: Level, today: date) -> bool:
    """Whether what was told of an action some days ago still holds."""
    deadline = action.deadline
    put_off = deadline.snoozed_until is not None and today < deadline.snoozed_until
    return action.state is ActionState.OPEN and level in deadline.reached and not put_off


async def _ritual_of(work: Work, action: Action) -> str:
    occurrence = await work.occurrences.get(action.occurrence)
    return occurrence.ritual if occurrence else ""


def may_act(person: Person, action: Action) -> bool:
    """Whether somebody may change an action: its owner, and those who steer."""
    return person.id == action.owner or person.may(Act.STEER_ACTIONS)
