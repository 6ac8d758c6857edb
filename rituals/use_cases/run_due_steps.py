"""Does what falls due: each step once, in one transaction with its effect; what is too late is skipped with a word."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from rituals.committee import speech as says
from rituals.committee.decisions import Ballot, BallotState
from rituals.committee.rules import CommitteeRules
from rituals.initiatives import Stage
from rituals.occurrences import Occurrence, OccurrenceState, Step, StepName
from rituals.organisation import Organisation
from rituals.ports import OpenWork, Work
from rituals.posts import Post, ToRoom
from rituals.use_cases import sitting

log = logging.getLogger(__name__)

TRY_AGAIN = timedelta(minutes=5)
"""How long a step waits whose effect failed."""


async def run_due_steps(at: datetime, *, open_work: OpenWork, organisation: Organisation) -> int:
    """Does every step due by `at`, oldest first, each in a transaction of its own; how many were done or skipped.

    A step whose effect fails is logged once, put off by five minutes and does not hold up the others.
    """
    done = 0
    while True:
        step: Step | None = None
        try:
            async with open_work() as work:
                paused = await work.brakes.paused()
                if "all" in paused:
                    return done
                step = await work.steps.claim_due(at, leaving=paused)
                if step is None:
                    return done
                await _take(step, work, organisation, at=at)
            done += 1
        except Exception:
            # A loop that must survive: one broken ritual may not stop the others.
            if step is None:
                raise
            log.exception("A step failed and will be tried again.", extra={"action": "step_failed", "step": step.id})
            async with open_work() as work:
                await work.steps.put_off(step, until=at + TRY_AGAIN)


async def _take(step: Step, work: Work, organisation: Organisation, *, at: datetime) -> None:
    occurrence = await work.occurrences.get(step.occurrence, lock=True)
    rules = organisation.rituals.get(occurrence.ritual) if occurrence else None
    if occurrence is None or rules is None:
        await work.steps.mark_skipped(step)
        if occurrence is not None:
            await _let_go(occurrence, work)
        log.warning(
            "A step was skipped: app.yaml no longer has its ritual.", extra={"action": "step_orphaned", "step": step.id}
        )
        return
    if _is_too_late(step, at):
        await _skip(step, occurrence, rules, work, organisation, at)
        return
    await EFFECTS[step.name](step, occurrence, rules, work, organisation, at)
    log.info("A step was done.", extra={"action": "step_done", "step": step.id})


def _is_too_late(step: Step, at: datetime) -> bool:
    return step.expires_at is not None and at >= step.expires_at


async def _skip(
    step: Step, occurrence: Occurrence, rules: CommitteeRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    """Skips a step together with the later ones of its sitting that are too late as well: one word about them all."""
    late = [step, *(one for one in await work.steps.waiting(occurrence.id) if _is_too_late(one, at))]
    for one in late:
        await work.steps.mark_skipped(one)
        log.warning("A step was skipped: its moment has passed.", extra={"action": "step_skipped", "step": one.id})
    names = [one.name for one in late]
    await sitting.tell_keepers_of_skipped(work, occurrence, rules, names, at=at)
    if StepName.OPEN_BALLOTS in names:
        missed = replace(occurrence, state=OccurrenceState.MISSED)
        await work.occurrences.put(missed)
        await work.marks.discard(occurrence.id)
        for person in await sitting.members(work, rules):
            await work.posts.drop(sitting.marks_call_id(occurrence.id, person.id))
            await sitting.put_marks_call(work, person, missed, rules, organisation, at=at)
            await sitting.put_home(work, person, organisation, at=at)


async def _let_go(occurrence: Occurrence, work: Work) -> None:
    """Cancels a sitting whose ritual is gone, so that its initiatives are free for another committee."""
    await work.steps.cancel(occurrence.id)
    await work.marks.discard(occurrence.id)
    await work.occurrences.put(replace(occurrence, state=OccurrenceState.CANCELLED))
    for ballot in await work.ballots.of(occurrence.id):
        if ballot.state is BallotState.OPEN:
            await work.ballots.put(replace(ballot, state=BallotState.CANCELLED))


Effect = Callable[[Step, Occurrence, CommitteeRules, Work, Organisation, datetime], Awaitable[None]]


async def _call_for_marks(
    step: Step, occurrence: Occurrence, rules: CommitteeRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    if not await sitting.points_of(work, occurrence, rules):
        return
    for person in await sitting.members(work, rules):
        await sitting.put_marks_call(work, person, occurrence, rules, organisation, at=at)
        await sitting.put_home(work, person, organisation, at=at)


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
        await sitting.put_home(work, person, organisation, at=at)


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
        await sitting.put_home(work, person, organisation, at=at)


async def _close_ballot(
    step: Step, occurrence: Occurrence, rules: CommitteeRules, work: Work, organisation: Organisation, at: datetime
) -> None:
    ballot = await work.ballots.get(step.subject, lock=True)
    if ballot is None or ballot.state is not BallotState.OPEN:
        return
    await sitting.decide(work, ballot, occurrence, at=at)
    closed = replace(ballot, state=BallotState.CLOSED)
    await sitting.put_card(work, closed, occurrence, rules, organisation, at=at)
    await sitting.refresh_after_close(work, occurrence, rules, organisation, at=at)
    await sitting.finish_if_over(work, occurrence, rules, organisation, at=at)


EFFECTS: dict[StepName, Effect] = {
    StepName.CALL_FOR_MARKS: _call_for_marks,
    StepName.PUBLISH_AGENDA: _publish_agenda,
    StepName.OPEN_BALLOTS: _open_ballots,
    StepName.CLOSE_BALLOT: _close_ballot,
}
