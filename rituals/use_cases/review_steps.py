"""What a KPI review does at its steps: asks for values, shows the board, asks for actions and tells of late ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from rituals.calendar import Due, local_day, moment
from rituals.kpis import Colour, Grey, Kpi, KpiSource
from rituals.measures.adoption import JUDGED_AFTER
from rituals.occurrences import Occurrence, OccurrenceState, PlannedStep, Step, StepName
from rituals.organisation import Organisation
from rituals.people import Person
from rituals.ports import Work
from rituals.posts import Post, ToPerson
from rituals.reviews import speech as says
from rituals.reviews.actions import Action, ActionKind, ActionState, action_id
from rituals.reviews.board import KpiStatus, most_pressing_first
from rituals.reviews.ladder import Deadline
from rituals.reviews.readings import assess
from rituals.reviews.rules import ReviewRules
from rituals.use_cases import home, reviewing, sitting
from rituals.use_cases.procedure import Procedure, nothing_later

HELD_WITHIN = 5
"""Working days after its day on which a review that could not be held still is."""

ONE_MONTH = timedelta(days=30)


def _steps(rules: ReviewRules, due: Due, organisation: Organisation) -> Sequence[PlannedStep]:
    zone = rules.recurrence.zone
    day = local_day(due.at, zone)
    last = organisation.working_days.after(day, HELD_WITHIN)
    ask = moment(organisation.working_days.before(day, rules.ask_before), reviewing.MORNING, zone)
    return (
        PlannedStep(name=StepName.ASK_READINGS, due_at=ask, expires_at=due.at),
        PlannedStep(name=StepName.HOLD_REVIEW, due_at=due.at, expires_at=moment(last, rules.recurrence.at, zone)),
    )


async def _skip(
    late: Sequence[Step],
    occurrence: Occurrence,
    rules: ReviewRules,
    work: Work,
    organisation: Organisation,
    at: datetime,
) -> None:
    """One word about them all; a review that nobody could hold in time is missed."""
    asked = await _asked(work, rules, organisation)
    missed_steps = [one for one in late if asked or one.name is not StepName.ASK_READINGS]
    names = [one.name for one in missed_steps]
    if names:
        await sitting.tell_keepers_of_skipped(work, occurrence, rules, missed_steps, at=at)
    if StepName.HOLD_REVIEW in names:
        missed = replace(occurrence, state=OccurrenceState.MISSED)
        await work.occurrences.put(missed)
        await _ask_no_more(asked, missed, rules, work, organisation, at)
        await home.put_homes(work, [one.id for one in asked], organisation, at=at)


async def _let_go(occurrence: Occurrence, work: Work) -> None:
    """What was given and asked for stays; nobody is told of it any more."""


async def _call_off(
    occurrence: Occurrence, rules: ReviewRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    """Nobody is asked for values any more; those given stay, for the next review."""
    asked = await _asked(work, rules, organisation)
    await _ask_no_more(asked, occurrence, rules, work, organisation, at)
    await home.put_homes(work, [one.id for one in asked], organisation, at=at)


async def _ask_no_more(
    asked: Sequence[Person],
    occurrence: Occurrence,
    rules: ReviewRules,
    work: Work,
    organisation: Organisation,
    at: datetime,
) -> None:
    """Takes back the calls for values that nobody has seen, and closes the others."""
    for person in asked:
        await work.posts.drop(reviewing.ask_id(occurrence.id, person.id))
        await reviewing.put_ask(work, person, occurrence, rules, organisation, at=at)


async def _asked(work: Work, rules: ReviewRules, organisation: Organisation) -> list[Person]:
    """Who is asked for values."""
    asked = [kpi for kpi in reviewing.kpis_of(rules, organisation) if kpi.source is KpiSource.ASKED]
    who = await reviewing.answerable(work, asked)
    found = {person.id: person for kpi in asked if (person := who.of(kpi)) is not None}
    return sorted(found.values(), key=lambda one: one.email)


async def _ask_readings(
    step: Step, occurrence: Occurrence, rules: ReviewRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    asked = await _asked(work, rules, organisation)
    for person in asked:
        await reviewing.put_ask(work, person, occurrence, rules, organisation, at=at)
    await home.put_homes(work, [one.id for one in asked], organisation, at=at)


# --- the day -------------------------------------------------------------------------------------------------------


async def _hold_review(
    step: Step, occurrence: Occurrence, rules: ReviewRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    kpis = reviewing.kpis_of(rules, organisation)
    # A review held late is of the day it is held.
    today = local_day(at, occurrence.zone)
    late = today > local_day(occurrence.at, occurrence.zone)
    held = replace(occurrence, at=at if late else occurrence.at, state=OccurrenceState.CLOSED)
    await work.occurrences.put(held)
    asked = await _asked(work, rules, organisation)
    await _ask_no_more(asked, held, rules, work, organisation, at)
    concerned = {one.id for one in asked} | await _owners(work)
    await _review(kpis, held, rules, work, organisation, at)
    await home.put_homes(work, concerned | await _owners(work), organisation, at=at)


async def _owners(work: Work) -> set[str | None]:
    """Who has an open action."""
    return {one.owner for one in await work.reviews.open_actions()}


async def _review(
    kpis: Sequence[Kpi],
    held: Occurrence,
    rules: ReviewRules,
    work: Work,
    organisation: Organisation,
    at: datetime,
) -> None:
    """Shows the board, and asks for actions."""
    if not kpis:
        return
    today = local_day(held.at, held.zone)
    before = await work.reviews.latest_review(rules.key)
    ahead = await sitting.next_sitting(work, held, at=at) or at + ONE_MONTH
    shown = {one.kpi: one.told for _, one in await work.reviews.latest_board()}
    opened = await work.census.rolled_out()
    statuses = []
    for kpi in kpis:
        past = await reviewing.past_of(work, kpi, today)
        status = assess(_as_judged(kpi, opened), past, today=today, ahead=local_day(ahead, held.zone))
        statuses.append(replace(status, before=shown.get(kpi.key)))
    await work.reviews.keep_board(held.id, most_pressing_first(statuses))
    await _ask_for_actions(statuses, held, rules, work, organisation, at)
    await reviewing.put_board(work, held, rules, organisation, at=at)
    if before is not None:
        await _move_on(before, rules, work, at)
    owners = {one.action.owner for one in await work.reviews.board(held.id) if one.action and one.action.is_open}
    for owner in sorted(one for one in owners if one is not None):
        if (found := await work.people.get(owner)) is not None:
            await reviewing.put_actions(work, found, held, rules, organisation, at=at)


def _as_judged(kpi: Kpi, opened: Mapping[str, date]) -> Kpi:
    """`kpi` with the day its colours begin: of adoption never before people have had the tool for JUDGED_AFTER."""
    first = opened.get(kpi.initiative or "") if kpi.source is KpiSource.ADOPTION else None
    if first is None:
        return kpi
    return replace(kpi, judged_from=max(first + JUDGED_AFTER, kpi.judged_from or date.min))


async def _ask_for_actions(
    statuses: Sequence[KpiStatus],
    occurrence: Occurrence,
    rules: ReviewRules,
    work: Work,
    organisation: Organisation,
    at: datetime,
) -> None:
    """A red KPI takes an action of its owner's, one without a target takes the agreement on one; once at a time."""
    today = local_day(at, occurrence.zone)
    kpis = {kpi.key: kpi for kpi in reviewing.kpis_of(rules, organisation)}
    who = await reviewing.answerable(work, kpis.values())
    for status in statuses:
        kpi = kpis[status.kpi]
        owner = who.of(kpi)
        wanted = ActionKind.REMEDY if status.colour is Colour.RED else None
        if status.grey is Grey.NO_TARGET:
            wanted = ActionKind.TARGET
        known = [await work.reviews.action(one.id, lock=True) for one in await work.reviews.actions_of(kpi.key)]
        open_ = [one for one in known if one is not None and one.is_open]
        for action in open_:
            if action.kind is ActionKind.TARGET and wanted is not ActionKind.TARGET:
                await work.reviews.put_action(action.done(today))
            elif action.state is ActionState.AWAITED and wanted is not ActionKind.REMEDY:
                await work.reviews.put_action(replace(action, state=ActionState.LAPSED, closed_on=today))
            elif owner is not None and await _is_gone(work, action):
                await work.reviews.put_action(replace(action, owner=owner.id))
        if wanted is None or any(one.kind is wanted for one in open_):
            continue
        action = _new(kpi, wanted, owner, occurrence, rules, organisation, today)
        await work.reviews.put_action(action)
        await reviewing.plan_climb(work, action, organisation, after=today)


async def _is_gone(work: Work, action: Action) -> bool:
    owner = await work.people.get(action.owner) if action.owner else None
    return owner is None or not owner.present


def _new(
    kpi: Kpi,
    kind: ActionKind,
    owner: Person | None,
    occurrence: Occurrence,
    rules: ReviewRules,
    organisation: Organisation,
    today: date,
) -> Action:
    due = None
    if kind is ActionKind.TARGET:
        due = organisation.working_days_at(owner.site if owner else None).after(today, rules.action_days)
    return Action(
        id=action_id(occurrence.id, kpi.key),
        occurrence=occurrence.id,
        kpi=kpi.key,
        title=kpi.title,
        kind=kind,
        state=ActionState.OPEN if kind is ActionKind.TARGET else ActionState.AWAITED,
        owner=owner.id if owner else None,
        email=kpi.owner,
        deadline=Deadline.set(created=today, due=due),
    )


async def _move_on(before: str, rules: ReviewRules, work: Work, at: datetime) -> None:
    """The messages about the actions of an earlier review point to the newer ones."""
    owners = {one.action.owner for one in await work.reviews.board(before) if one.action}
    for person in sorted(one for one in owners if one is not None):
        if not await work.posts.exists(reviewing.actions_id(before, person)):
            continue
        await work.posts.put(
            Post(
                id=reviewing.actions_id(before, person),
                to=ToPerson(person=person),
                message=says.moved_on(ritual=rules.title),
                ritual=rules.key,
                not_before=at,
            ),
            at=at,
        )


# --- the ladder ----------------------------------------------------------------------------------------------------


async def _climb(
    step: Step, occurrence: Occurrence, rules: ReviewRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    await reviewing.newest(work, rules.key)
    action = await work.reviews.action(step.subject.rpartition("@")[0], lock=True)
    if action is None or action.state is not ActionState.OPEN:
        return
    working_days, owner = await reviewing.working_days_of(work, action, organisation)
    owner = owner if owner is not None and owner.present else None
    today = local_day(at, owner.zone if owner else organisation.zone)
    deadline, level = action.deadline.climbed(today, working_days)
    if level is not None:
        action = replace(action, deadline=deadline)
        await work.reviews.put_action(action)
        who = await reviewing.answerable(work, ())
        for person in reviewing.told_of(level, owner, who):
            day = local_day(at, person.zone)
            await work.reviews.tell(person.id, day, action.id, level)
            await reviewing.put_letter(work, person, organisation, at=at, on=day)
        await reviewing.catch_up(work, action, organisation, at=at)
        await home.put_homes(work, [action.owner], organisation, at=at)
    await reviewing.plan_climb(work, action, organisation, after=today)


PROCEDURE: Procedure[ReviewRules] = Procedure(
    steps=_steps,
    later=nothing_later,
    skip=_skip,
    let_go=_let_go,
    call_off=_call_off,
    cancel="cancel-review",
    effects={
        StepName.ASK_READINGS: _ask_readings,
        StepName.HOLD_REVIEW: _hold_review,
        StepName.CLIMB: _climb,
    },
)
