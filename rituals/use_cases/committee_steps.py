"""What a prioritisation committee does at its steps: marks, agenda, ballots and their close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from rituals.calendar import Due, local_day
from rituals.committee import speech as says
from rituals.committee.decisions import Ballot, BallotState
from rituals.committee.rules import CommitteeRules
from rituals.committee.steps import closing, sitting_steps
from rituals.initiatives import Stage
from rituals.occurrences import Occurrence, OccurrenceState, PlannedStep, Step, StepName
from rituals.organisation import Organisation
from rituals.ports import Work
from rituals.posts import Post, ToRoom
from rituals.use_cases import home, sitting
from rituals.use_cases.procedure import Procedure


def _steps(rules: CommitteeRules, due: Due, organisation: Organisation) -> Sequence[PlannedStep]:
    return sitting_steps(rules, due, organisation.working_days)


def _later(rules: CommitteeRules, due: Due, organisation: Organisation) -> Sequence[PlannedStep]:
    closes = closing(rules, local_day(due.at, rules.recurrence.zone))
    return (PlannedStep(name=StepName.CLOSE_BALLOT, due_at=closes),)


async def _skip(
    late: Sequence[Step],
    occurrence: Occurrence,
    rules: CommitteeRules,
    work: Work,
    organisation: Organisation,
    at: datetime,
) -> None:
    """One word about them all; a sitting that nobody could open in time is missed."""
    names = [one.name for one in late]
    await sitting.tell_keepers_of_skipped(work, occurrence, rules, late, at=at)
    if StepName.OPEN_BALLOTS in names:
        missed = replace(occurrence, state=OccurrenceState.MISSED)
        await work.occurrences.put(missed)
        await work.marks.discard(occurrence.id)
        for person in await sitting.members(work, rules):
            await work.posts.drop(sitting.marks_call_id(occurrence.id, person.id))
            await sitting.put_marks_call(work, person, missed, rules, organisation, at=at)
            await home.put_home(work, person, organisation, at=at)


async def _let_go(occurrence: Occurrence, work: Work) -> None:
    """Cancels a sitting whose ritual is gone, so that its initiatives are free for another committee."""
    await work.marks.discard(occurrence.id)
    for ballot in await work.ballots.of(occurrence.id):
        if ballot.state is BallotState.OPEN:
            await work.ballots.put(replace(ballot, state=BallotState.CANCELLED))


async def _call_off(
    occurrence: Occurrence, rules: CommitteeRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    """Its initiatives wait for the next sitting. What was decided before stands, and has its minutes."""
    heard = await work.posts.exists(f"agenda:{occurrence.id}")
    await _let_go(occurrence, work)
    for ballot in await work.ballots.of(occurrence.id):
        if ballot.state is BallotState.CANCELLED:
            await sitting.put_card(work, ballot, occurrence, rules, organisation, at=at)
    for person in await sitting.members(work, rules):
        # Nobody's first message may be about a sitting that is off.
        call = sitting.marks_call_id(occurrence.id, person.id)
        heard = (await work.posts.exists(call) and not await work.posts.drop(call)) or heard
        await work.posts.drop(sitting.paper_id(occurrence.id, person.id))
        await sitting.put_marks_call(work, person, occurrence, rules, organisation, at=at)
    for person in await sitting.refresh_papers(work, occurrence, rules, organisation, at=at):
        await home.put_home(work, person, organisation, at=at)
    if await work.ballots.decisions(occurrence.id):
        await sitting.finish_if_over(work, occurrence, rules, at=at)
    elif heard:
        # Only those who had heard of it need to hear that it is off.
        await work.posts.put(
            Post(
                id=f"cancelled:{occurrence.id}",
                to=ToRoom(room=rules.room),
                message=says.sitting_cancelled(
                    ritual=rules.title,
                    sitting=occurrence.at,
                    next_sitting=await sitting.next_sitting(work, occurrence, at=at),
                ),
                ritual=rules.key,
                not_before=at,
            ),
            at=at,
        )


async def _call_for_marks(
    step: Step, occurrence: Occurrence, rules: CommitteeRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    if not await sitting.points_of(work, occurrence, rules):
        return
    for person in await sitting.members(work, rules):
        await sitting.put_marks_call(work, person, occurrence, rules, organisation, at=at)
        await home.put_home(work, person, organisation, at=at)


async def _reveal(
    occurrence: Occurrence, rules: CommitteeRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    """Opens the marks, orders the points and ends the call.

    What an earlier sitting put off comes first; then by headline score, those without one last, as they have waited.
    """
    if await work.marks.revealed(occurrence.id):
        return
    points = await sitting.make_room_for_put_off(work, occurrence, rules)
    await work.marks.reveal(occurrence.id)
    found = await sitting.headlines(work, occurrence, rules, organisation)
    scored = {one.key: found[one.key].median for one in points}
    put_off = {one.key for one in points if one.carried_over}
    # sorted() is stable: equal scores and the unscored keep the order in which they have waited.
    ranked = sorted(scored, key=lambda key: (key not in put_off, scored[key] is None, -(scored[key] or 0)))
    await work.occurrences.put_points(occurrence.id, ranked)
    for person in await sitting.members(work, rules):
        await sitting.put_marks_call(work, person, occurrence, rules, organisation, at=at)
        await home.put_home(work, person, organisation, at=at)


async def _publish_agenda(
    step: Step, occurrence: Occurrence, rules: CommitteeRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    marked = len(await work.marks.participation(occurrence.id))
    await _reveal(occurrence, rules, work, organisation, at)
    found = await sitting.headlines(work, occurrence, rules, organisation)
    points = await sitting.points_of(work, occurrence, rules)
    await work.posts.put(
        Post(
            id=f"agenda:{occurrence.id}",
            to=ToRoom(room=rules.room),
            message=says.agenda(
                ritual=rules.title,
                opens=occurrence.at,
                closes=sitting.deadline(occurrence, rules),
                points=[says.ScoredPoint(point=says.Point.of(one), headline=found[one.key]) for one in points],
                marked=marked,
                members=len(await sitting.members(work, rules)),
            ),
            ritual=rules.key,
            not_before=at,
            not_after=occurrence.at,
        ),
        at=at,
    )


async def _open_ballots(
    step: Step, occurrence: Occurrence, rules: CommitteeRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    await _reveal(occurrence, rules, work, organisation, at)
    members = await sitting.members(work, rules)
    closes = sitting.deadline(occurrence, rules)
    points = [one for one in await sitting.points_of(work, occurrence, rules) if one.stage is not Stage.INDUSTRIALISED]
    if not points or not members:
        # Nothing to decide is no sitting: no empty papers, no empty minutes.
        await work.occurrences.put(replace(occurrence, state=OccurrenceState.CLOSED))
        return
    held = replace(occurrence, state=OccurrenceState.HELD)
    await work.occurrences.put(held)
    ballots = [
        Ballot(
            id=f"{occurrence.id}:{initiative.key}",
            occurrence=occurrence.id,
            initiative=initiative.key,
            position=position,
            title=initiative.title,
            asks=initiative.stage.next(),
            entitled=len(members),
            majority=rules.majority,
            quorum=rules.quorum,
            opened_at=at,
            closes_at=closes,
            state=BallotState.OPEN,
        )
        for position, initiative in enumerate(points, start=1)
    ]
    for ballot in ballots:
        await work.ballots.open(ballot, [one.id for one in members])
        await work.steps.add(
            Step(occurrence=occurrence.id, name=StepName.CLOSE_BALLOT, due_at=closes, subject=ballot.id)
        )
    for ballot in ballots:
        await sitting.put_card(work, ballot, held, rules, organisation, at=at)
    common = await sitting.in_common(work, held, rules, organisation)
    for person in members:
        await sitting.put_paper(work, person, held, rules, organisation, at=at, common=common)
        await home.put_home(work, person, organisation, at=at)


async def _close_ballot(
    step: Step, occurrence: Occurrence, rules: CommitteeRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    ballot = await work.ballots.get(step.subject, lock=True)
    if ballot is None or ballot.state is not BallotState.OPEN:
        return
    await sitting.decide(work, ballot, occurrence, at=at)
    closed = replace(ballot, state=BallotState.CLOSED)
    await sitting.put_card(work, closed, occurrence, rules, organisation, at=at)
    for person in await sitting.refresh_papers(work, occurrence, rules, organisation, at=at):
        await home.put_home(work, person, organisation, at=at)
    await sitting.finish_if_over(work, occurrence, rules, at=at)


PROCEDURE: Procedure[CommitteeRules] = Procedure(
    steps=_steps,
    later=_later,
    skip=_skip,
    let_go=_let_go,
    call_off=_call_off,
    cancel="cancel-sitting",
    effects={
        StepName.CALL_FOR_MARKS: _call_for_marks,
        StepName.PUBLISH_AGENDA: _publish_agenda,
        StepName.OPEN_BALLOTS: _open_ballots,
        StepName.CLOSE_BALLOT: _close_ballot,
    },
)
