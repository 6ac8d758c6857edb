"""One sitting of the committee as the database knows it: its points, papers, cards and minutes put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rituals import speech
from rituals.calendar import local_day, sensible
from rituals.committee import speech as says
from rituals.committee.ballots import Outcome, VoteChoice, tally
from rituals.committee.decisions import Ballot, BallotState, Decision
from rituals.committee.rules import CommitteeRules
from rituals.committee.scoring import Headline, headline
from rituals.committee.steps import closing
from rituals.initiatives import Initiative, Stage, Standing
from rituals.messages import Text
from rituals.occurrences import Occurrence, OccurrenceState, Step, StepName
from rituals.organisation import Organisation, Ritual
from rituals.people import Person, Role
from rituals.ports import Work
from rituals.posts import Post, ToPerson, ToRoom

EVERY = 1_000
"""More sittings than are ever planned ahead, all rituals together."""

SHOWN = 4
"""How many sittings a list of dates names."""

LATE_SITTING = timedelta(hours=7)
"""How long ballots stay open for a sitting that was moved to after its own closing hour."""


def deadline(occurrence: Occurrence, rules: CommitteeRules) -> datetime:
    """When the ballots of a sitting close, wherever it was moved to: at the rules' hour of its own day."""
    closes = closing(rules, local_day(occurrence.at, rules.recurrence.zone))
    return closes if closes > occurrence.at else occurrence.at + LATE_SITTING


async def members(work: Work, rules: CommitteeRules) -> list[Person]:
    """Who marks and votes in this committee, in a lasting order."""
    everybody = await work.people.all_present()
    return sorted((one for one in everybody if one.has_any(rules.voters)), key=lambda one: one.email)


async def points_of(work: Work, occurrence: Occurrence, rules: CommitteeRules) -> list[Initiative]:
    """The initiatives this sitting decides on: fixed the first time it is asked, put-off ones first."""
    keys = await work.occurrences.points(occurrence.id)
    if not keys:
        keys = [one.key for one in await _free(work, occurrence)][: rules.points]
        await work.occurrences.put_points(occurrence.id, keys)
    found = [await work.initiatives.get(key) for key in keys]
    return [one for one in found if one is not None]


async def make_room_for_put_off(work: Work, occurrence: Occurrence, rules: CommitteeRules) -> list[Initiative]:
    """The points with those added, while there is room, that a sitting put off after this one's points were fixed.

    A weekly committee asks for marks before its last sitting has closed; what that one puts off comes back even so.
    """
    points = await points_of(work, occurrence, rules)
    keys = [one.key for one in points]
    put_off = [one for one in await _free(work, occurrence) if one.carried_over and one.key not in keys]
    if put_off and len(keys) < rules.points:
        await work.occurrences.put_points(
            occurrence.id, [*keys, *(one.key for one in put_off[: rules.points - len(keys)])]
        )
        points = await points_of(work, occurrence, rules)
    return points


async def _free(work: Work, occurrence: Occurrence) -> list[Initiative]:
    """Initiatives that wait for a decision and are on no other sitting's agenda."""
    taken = {
        key
        for other in await work.occurrences.under_way()
        if other.id != occurrence.id
        for key in await work.occurrences.points(other.id)
    }
    # Beyond the last stage there is nothing to ask for.
    return [
        one for one in await work.initiatives.asking() if one.key not in taken and one.stage is not Stage.INDUSTRIALISED
    ]


async def headlines(
    work: Work, occurrence: Occurrence, rules: CommitteeRules, organisation: Organisation
) -> dict[str, Headline]:
    """What the revealed marks say of each point (never before the reveal: then there are no sheets to read)."""
    sheets = await work.marks.sheets(occurrence.id)
    keys = await work.occurrences.points(occurrence.id)
    return {key: headline(sheets.get(key, ()), k=organisation.k_score, pass_mark=rules.pass_mark) for key in keys}


# --- what people see -----------------------------------------------------------------------------------------------


def _at_their_hour(person: Person, at: datetime, organisation: Organisation) -> datetime:
    """`at`, or the next sensible hour where the person works: by their own zone, and the days off of their site."""
    site = organisation.sites.get(person.site or "")
    return sensible(at, person.zone, site.working_days if site else organisation.working_days)


async def put_marks_call(
    work: Work,
    person: Person,
    occurrence: Occurrence,
    rules: CommitteeRules,
    organisation: Organisation,
    *,
    at: datetime,
) -> None:
    """Keeps the member's call for marks up to date, sent at a sensible hour of theirs."""
    open_ = not await work.marks.revealed(occurrence.id) and occurrence.state is OccurrenceState.PLANNED
    post = marks_call_id(occurrence.id, person.id)
    if not open_ and not await work.posts.exists(post):
        return
    until = await marks_until(work, occurrence)
    points = [says.Point.of(one) for one in await points_of(work, occurrence, rules)]
    await work.posts.put(
        Post(
            id=post,
            to=ToPerson(person=person.id),
            message=says.marks_call(
                occurrence=occurrence.id,
                ritual=rules.title,
                sitting=occurrence.at,
                until=until,
                points=points,
                given=frozenset(await work.marks.mine(occurrence.id, person.id)),
                open_=open_,
                held=occurrence.state in (OccurrenceState.PLANNED, OccurrenceState.HELD),
            ),
            ritual=rules.key,
            not_before=_at_their_hour(person, at, organisation),
            not_after=until,
        ),
        at=at,
    )


async def marks_until(work: Work, occurrence: Occurrence) -> datetime:
    """When the marks of a sitting are revealed: with its agenda, at the latest when its ballots open."""
    steps = {step.name: step.due_at for step in await work.steps.waiting(occurrence.id)}
    return steps.get(StepName.PUBLISH_AGENDA, occurrence.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What everybody's papers of a sitting have in common: read once for all of them. By initiative, or by ballot."""

    ballots: Sequence[Ballot]
    decided: Mapping[str, Decision]
    scores: Mapping[str, Text]
    summaries: Mapping[str, str]


async def in_common(work: Work, occurrence: Occurrence, rules: CommitteeRules, organisation: Organisation) -> Common:
    """The ballots of a sitting, with what is said of them to everybody."""
    ballots = await work.ballots.of(occurrence.id)
    initiatives = [await work.initiatives.get(one.initiative) for one in ballots]
    return Common(
        ballots=ballots,
        decided={one.ballot: one for one in await work.ballots.decisions(occurrence.id)},
        scores=await score_texts(work, occurrence, rules, organisation),
        summaries={one.key: one.summary for one in initiatives if one is not None},
    )


async def lines_for(work: Work, person: Person, ballots: Sequence[Ballot], common: Common) -> list[says.PaperLine]:
    """The person's own lines of some ballots."""
    mine = await work.ballots.votes_of(person.id, [one.id for one in ballots])
    lines = []
    for ballot in ballots:
        vote = mine.get(ballot.id)
        lines.append(
            says.PaperLine(
                ballot=ballot,
                summary=common.summaries.get(ballot.initiative, ""),
                score=common.scores[ballot.initiative],
                choice=vote.choice if vote else None,
                has_reason=bool(vote and vote.reason),
                decision=common.decided.get(ballot.id),
            )
        )
    return lines


async def score_texts(
    work: Work, occurrence: Occurrence, rules: CommitteeRules, organisation: Organisation
) -> dict[str, Text]:
    """Each point's headline score in words."""
    return {key: says.score_words(one) for key, one in (await headlines(work, occurrence, rules, organisation)).items()}


async def put_paper(
    work: Work,
    person: Person,
    occurrence: Occurrence,
    rules: CommitteeRules,
    organisation: Organisation,
    *,
    at: datetime,
    hold: datetime | None = None,
    common: Common | None = None,
) -> int:
    """Keeps a member's ballot paper up to date; its revision. `common`: where it has been read already."""
    common = common or await in_common(work, occurrence, rules, organisation)
    closes = max((one.closes_at for one in common.ballots), default=occurrence.at)
    early = _at_their_hour(person, at, organisation)
    return await work.posts.put(
        Post(
            id=paper_id(occurrence.id, person.id),
            to=ToPerson(person=person.id),
            message=says.paper(ritual=rules.title, lines=await lines_for(work, person, common.ballots, common)),
            ritual=rules.key,
            # A vote open for a day is worth an early message, if its hour at their place would come too late.
            not_before=early if early < closes - timedelta(hours=2) else at,
            not_after=closes,
        ),
        at=at,
        hold=hold,
    )


def marks_call_id(occurrence: str, person: str) -> str:
    """The lasting name of a member's call for marks."""
    return f"marks:{occurrence}:{person}"


def paper_id(occurrence: str, person: str) -> str:
    """The lasting name of a member's ballot paper."""
    return f"paper:{occurrence}:{person}"


async def put_card(
    work: Work,
    ballot: Ballot,
    occurrence: Occurrence,
    rules: CommitteeRules,
    organisation: Organisation,
    *,
    at: datetime,
) -> None:
    """Keeps the ballot's living card in the room up to date."""
    initiative = await work.initiatives.get(ballot.initiative)
    decision = next((one for one in await work.ballots.decisions(occurrence.id) if one.ballot == ballot.id), None)
    counted = tally(await work.ballots.choices(ballot.id), entitled=ballot.entitled)
    await work.posts.put(
        Post(
            id=f"card:{ballot.occurrence}:{ballot.position:02}:{ballot.initiative}",
            to=ToRoom(room=rules.room),
            message=says.card(
                ballot=ballot,
                summary=initiative.summary if initiative else "",
                score=(await score_texts(work, occurrence, rules, organisation))[ballot.initiative],
                present=counted.present,
                quorum_needed=counted.quorum_needed(ballot.quorum),
                decision=decision,
            ),
            ritual=rules.key,
            not_before=at,
            not_after=ballot.closes_at + timedelta(days=1),
        ),
        at=at,
    )


async def open_lines(
    work: Work, person: Person, organisation: Organisation, *, at: datetime
) -> list[tuple[CommitteeRules, list[says.PaperLine]]]:
    """The person's lines of the ballots that take votes, by sitting, oldest first."""
    by_sitting: dict[str, list[Ballot]] = {}
    for ballot in await work.ballots.open_for(person.id):
        if at < ballot.closes_at:
            by_sitting.setdefault(ballot.occurrence, []).append(ballot)
    found = []
    for sitting, ballots in by_sitting.items():
        occurrence = await work.occurrences.get(sitting)
        rules = organisation.committee_of(occurrence)
        if occurrence and rules:
            common = await in_common(work, occurrence, rules, organisation)
            found.append((rules, await lines_for(work, person, ballots, common)))
    return found


async def points_to_mark(work: Work, person: Person, organisation: Organisation) -> list[says.PointToMark]:
    """What the person may mark now, over all sittings."""
    points: list[says.PointToMark] = []
    for occurrence in await work.occurrences.under_way():
        rules = organisation.committee_of(occurrence)
        if rules is None or not person.has_any(rules.voters) or occurrence.state is not OccurrenceState.PLANNED:
            continue
        if await work.marks.revealed(occurrence.id):
            continue
        given = await work.marks.mine(occurrence.id, person.id)
        points += [
            says.PointToMark(occurrence=occurrence.id, point=says.Point.of(one), given=one.key in given)
            for one in await points_of(work, occurrence, rules)
        ]
    return points


async def coming(work: Work, organisation: Organisation, *, at: datetime) -> list[says.ComingSitting]:
    """The next sittings and those at work now, soonest first."""
    found = await work.occurrences.upcoming(at - timedelta(days=1), limit=EVERY)
    return [
        says.ComingSitting(ritual=rules.title, at=one.at, voting=one.state is OccurrenceState.HELD)
        for one in found
        if (one.at > at or one.state is OccurrenceState.HELD) and (rules := organisation.committee_of(one))
    ][:SHOWN]


async def next_sitting(work: Work, occurrence: Occurrence, *, at: datetime) -> datetime | None:
    """When the same committee sits next."""
    found = await work.occurrences.upcoming(max(at, occurrence.at) + timedelta(seconds=1), limit=EVERY)
    return next((one.at for one in found if one.ritual == occurrence.ritual and one.id != occurrence.id), None)


# --- closing -------------------------------------------------------------------------------------------------------


async def decide(work: Work, ballot: Ballot, occurrence: Occurrence, *, at: datetime) -> Decision | None:
    """Closes a ballot, records its decision and moves the initiative; None if its initiative is gone."""
    await work.ballots.put(replace(ballot, state=BallotState.CLOSED))
    initiative = await work.initiatives.get(ballot.initiative)
    if initiative is None:
        return None
    counted = tally(await work.ballots.choices(ballot.id), entitled=ballot.entitled)
    outcome = counted.outcome(ballot.majority, ballot.quorum)
    moved = moved_by(initiative, outcome, ballot)
    await work.initiatives.put(moved)
    decision = Decision(
        ballot=ballot.id,
        occurrence=occurrence.id,
        initiative=initiative.key,
        title=ballot.title,
        outcome=outcome,
        tally=counted,
        from_stage=initiative.stage,
        to_stage=ballot.asks if outcome is Outcome.GO else initiative.stage,
        decided_at=at,
    )
    await work.ballots.decide(decision)
    return decision


def moved_by(initiative: Initiative, outcome: Outcome, ballot: Ballot) -> Initiative:
    """The initiative after a decision: a go moves its stage, a no-go stops it, anything else puts it off."""
    if outcome is Outcome.GO:
        return replace(initiative, stage=ballot.asks, standing=Standing.ACTIVE, asked_on=None, carried_over=0)
    if outcome is Outcome.NO_GO:
        return replace(initiative, standing=Standing.STOPPED, asked_on=None, carried_over=0)
    return replace(initiative, carried_over=initiative.carried_over + 1)


async def finish_if_over(work: Work, occurrence: Occurrence, rules: CommitteeRules, *, at: datetime) -> None:
    """Posts the minutes once no ballot of the sitting is open any more."""
    ballots = await work.ballots.of(occurrence.id)
    if any(one.state is BallotState.OPEN for one in ballots):
        return
    await work.occurrences.put(replace(occurrence, state=OccurrenceState.CLOSED))
    await put_minutes(work, occurrence, rules, at=at)


async def put_minutes(work: Work, occurrence: Occurrence, rules: CommitteeRules, *, at: datetime) -> None:
    """Keeps the minutes of an ended sitting up to date: decisions, who voted what, and the reasons still kept."""
    ballots = await work.ballots.of(occurrence.id)
    # Somebody who left after voting has voted all the same.
    names = {one.id: one.name for one in await _voters(work, ballots)}
    points = []
    for decision in await work.ballots.decisions(occurrence.id):
        votes = sorted(await work.ballots.votes(decision.ballot), key=lambda one: names[one.person])
        points.append(
            says.MinutesPoint(
                decision=decision,
                by_choice={
                    choice: tuple(names[one.person] for one in votes if one.choice is choice) for choice in VoteChoice
                },
                reasons=[(names[one.person], one.choice, one.reason) for one in votes if one.reason],
            )
        )
    decided = {decision.ballot for decision in await work.ballots.decisions(occurrence.id)}
    # Frozen when the ballots opened, and the same for all of a sitting.
    rule = next(((one.majority, one.quorum) for one in ballots if one.id in decided), None)
    await work.posts.put(
        Post(
            id=f"minutes:{occurrence.id}",
            to=ToRoom(room=rules.room),
            message=says.minutes(
                ritual=rules.title,
                sitting=occurrence.at,
                points=points,
                cancelled=[one.title for one in ballots if one.state is BallotState.CANCELLED],
                rule=rule,
                next_sitting=await next_sitting(work, occurrence, at=at),
            ),
            ritual=rules.key,
            not_before=at,
        ),
        at=at,
    )


async def _voters(work: Work, ballots: Sequence[Ballot]) -> list[Person]:
    """Who was entitled to one of the ballots when it opened, whatever became of them since."""
    entitled = {person for ballot in ballots for person in await work.ballots.voters(ballot.id)}
    present = {one.id: one for one in await work.people.all_present()}
    found = [present.get(person) or await work.people.get(person) for person in sorted(entitled)]
    return [one for one in found if one is not None]


async def refresh_papers(
    work: Work, occurrence: Occurrence, rules: CommitteeRules, organisation: Organisation, *, at: datetime
) -> Sequence[Person]:
    """Shows every voter and member what became of the ballots, where they have been shown them; whom it concerns."""
    common = await in_common(work, occurrence, rules, organisation)
    everybody = [*await _voters(work, common.ballots), *await members(work, rules)]
    concerned = list({one.id: one for one in everybody if one.present}.values())
    for person in concerned:
        if await work.posts.exists(paper_id(occurrence.id, person.id)):
            await put_paper(work, person, occurrence, rules, organisation, at=at, common=common)
    return concerned


# --- words of warning ----------------------------------------------------------------------------------------------


async def tell_keepers_of_skipped(
    work: Work, occurrence: Occurrence, rules: Ritual, late: Sequence[Step], *, at: datetime
) -> None:
    """Tells those who look after the bot that steps came too late: admins, or the chair where there is none."""
    steps = [one.name for one in late]
    everybody = await work.people.all_present()
    keepers = [one for one in everybody if Role.ADMIN in one.roles] or [
        one for one in everybody if Role.CHAIR in one.roles
    ]
    for person in keepers:
        await work.posts.put(
            Post(
                id=f"skipped:{occurrence.id}:{steps[0]}:{person.id}",
                to=ToPerson(person=person.id),
                message=speech.step_skipped(
                    ritual=rules.title,
                    step=steps[0],
                    also=steps[1:],
                    at=says.sitting_named(rules.title, occurrence.at),
                    stopped=not all(map(occurrence.never_had, late)),
                ),
                ritual="keeping",
                not_before=at,
                not_after=at + timedelta(days=3),
            ),
            at=at,
        )
