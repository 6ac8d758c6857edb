"""Gathers what a letter tells from everything Comitia knows; reads only, so that a look changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from rituals.calendar import ONE_DAY, local_day
from rituals.committee.rules import CommitteeRules
from rituals.digests.facts import (
    Ahead,
    Breach,
    Caveats,
    Changed,
    Doubt,
    HeldBack,
    How,
    Kind,
    LetterFacts,
    Overdue,
    Red,
    Sitting,
    Undecided,
    Untargeted,
)
from rituals.figures.alerts import Event
from rituals.figures.barriers import BARRIERS, most_named
from rituals.figures.records import Metric
from rituals.initiatives import Initiative, Standing
from rituals.kpis import Colour
from rituals.measures.disclosure import Basis, Counted, Figure, Ledger, Published, publish
from rituals.measures.statistics import Direction, Tier, Window
from rituals.occurrences import Occurrence, OccurrenceState
from rituals.organisation import Organisation
from rituals.ports import Work
from rituals.pulses.rules import PulseRules
from rituals.reviews.actions import Action, ActionKind
from rituals.reviews.ladder import Level
from rituals.reviews.rules import ReviewRules
from rituals.use_cases.sitting import EVERY

WEEK = timedelta(days=7)
SOON = timedelta(days=14)
"""How near a sitting is that is said to decide on what waits, before its agenda is fixed."""

_OVERLAPPING = 4
"""Sundays running of which the four weeks have some in common."""

HALF_A_YEAR = timedelta(weeks=26)

_HOW = {Event.RAISE: How.RAISED, Event.WORSEN: How.WORSENED, Event.CLEAR: How.CLEARED}
_FOLLOWED = (Metric.ADOPTION, Metric.ESCALATION, Metric.CSAT)

Key = tuple[str, str]
"""An initiative and a metric."""


async def gather(work: Work, organisation: Organisation, *, at: datetime) -> LetterFacts:
    """All that a letter of this moment may tell; figures only as they were published."""
    today = local_day(at, organisation.zone)
    initiatives = {one.key: one for one in await work.initiatives.all()}
    sunday = await work.figures.last_sunday(today)
    # What was stopped is nobody's concern any more, whatever is still counted of it.
    stopped = {key for key, one in initiatives.items() if one.standing is Standing.STOPPED}
    changed, still = await _changed(work, initiatives, stopped, sunday) if sunday else ([], set())
    # Of all the others there is nothing to look up.
    counted = {*await work.figures.followed(), *await work.census.rolled_out()} - stopped
    followed = {key: one for key, one in initiatives.items() if key in counted}
    breaches = await _breaches(work, organisation, followed, sunday) if sunday else []
    told = {(one.initiative, one.metric) for one in changed} | {(one.initiative, one.metric) for one in breaches}
    actions = await work.reviews.open_actions()
    overdue = await _overdue(work, organisation, actions, today)
    asked = {
        one.kpi for one in actions if one.kind is ActionKind.TARGET and one.id in {late.action for late in overdue}
    }
    return LetterFacts(
        undecided=tuple(await _undecided(work, organisation, at=at, today=today)),
        overdue=tuple(overdue),
        untargeted=tuple(
            Untargeted(kpi=one.key, title=one.title)
            for one in organisation.kpis.values()
            if not one.is_agreed and one.key not in asked and one.initiative not in stopped
        ),
        changed=tuple(changed),
        held_back=tuple(await _held_back(work, followed, sunday)) if sunday else (),
        breaches=tuple(breaches),
        reds=tuple(await _reds(work, organisation, stopped, told)),
        ahead=tuple(await _ahead(work, organisation, actions, at=at, today=today)),
        stable=await _stable(work, followed, told | still, sunday) if sunday else 0,
        caveats=await _caveats(work, organisation, followed, stopped, sunday, today),
    )


# --- decisions -----------------------------------------------------------------------------------------------------


async def _undecided(work: Work, organisation: Organisation, *, at: datetime, today: date) -> Iterable[Undecided]:
    """What waits for a decision: what is being voted on, then by its sitting, then what is on no agenda."""
    sittings: dict[str, Sitting] = {}
    for ballot in await work.ballots.all_open():
        occurrence = await work.occurrences.get(ballot.occurrence)
        rules = organisation.committee_of(occurrence)
        if rules is not None:
            sittings[ballot.initiative] = Sitting(ritual=rules.title, at=ballot.closes_at, voting=True)
    asking = await work.initiatives.asking()
    for occurrence, rules in await _planned_sittings(work, organisation, at=at):
        fixed = await work.occurrences.points(occurrence.id)
        free = [one.key for one in asking if one.key not in sittings][: rules.points]
        for key in fixed or (free if occurrence.at - at <= SOON else ()):
            sittings.setdefault(key, Sitting(ritual=rules.title, at=occurrence.at))
    found = [
        Undecided(
            initiative=one.key,
            title=one.title,
            sitting=sittings.get(one.key),
            put_off=one.carried_over,
            since=one.asked_on,
            waited=(today - one.asked_on).days if one.asked_on else 0,
        )
        for one in asking
    ]
    return sorted(
        (one for one in found if one.needs_deciding),
        key=lambda one: (one.sitting is None, not (one.sitting and one.sitting.voting), one.title.casefold()),
    )


async def _planned_sittings(
    work: Work, organisation: Organisation, *, at: datetime
) -> Sequence[tuple[Occurrence, CommitteeRules]]:
    """The next sitting of each committee, soonest first."""
    found: dict[str, tuple[Occurrence, CommitteeRules]] = {}
    for one in await work.occurrences.upcoming(at, limit=EVERY):
        rules = organisation.committee_of(one)
        if rules is not None and one.state is OccurrenceState.PLANNED:
            found.setdefault(one.ritual, (one, rules))
    return list(found.values())


async def _overdue(work: Work, organisation: Organisation, actions: Sequence[Action], today: date) -> Sequence[Overdue]:
    """Actions past their date, the latest first; an action put off tells nobody of itself."""
    found = []
    for one in actions:
        owner = await work.people.get(one.owner) if one.owner else None
        days = organisation.working_days_at(owner.site if owner else None)
        level = one.deadline.level(today, days)
        snoozed = one.deadline.snoozed_until is not None and today < one.deadline.snoozed_until
        due = one.deadline.missed_due or one.deadline.due
        if level >= Level.L3 and due is not None and not snoozed:
            found.append(
                Overdue(
                    action=one.id,
                    title=one.title,
                    what=one.what,
                    owner=owner.name if owner else one.email,
                    due=due,
                    days=one.deadline.overdue(today, days),
                    level=level,
                )
            )
    return sorted(found, key=lambda one: (one.due, one.title.casefold(), one.action))


# --- figures -------------------------------------------------------------------------------------------------------


def _title(initiatives: Mapping[str, Initiative], key: str) -> str:
    known = initiatives.get(key)
    return known.title if known else key


def _told_as(metric: str) -> str:
    """The figure that is told where another, which is never published, raised the alert."""
    return Metric.ESCALATION if metric == Metric.ESCALATION_WEEK else metric


async def _changed(
    work: Work, initiatives: Mapping[str, Initiative], stopped: Collection[str], sunday: date
) -> tuple[list[Changed], set[Key]]:
    """What was confirmed for that Sunday, and alerts of its week; by title, never by value.

    A change is told once: it is confirmed again for each Sunday whose four weeks overlap those it was first told of.
    Those told before come second: they are neither news nor stable.
    """
    earlier = {
        (one.initiative, one.metric, one.direction)
        for back in range(1, _OVERLAPPING)
        for one in await work.figures.changes(sunday - WEEK * back)
    }
    changes = [one for one in await work.figures.changes(sunday) if one.initiative not in stopped]
    still = {(one.initiative, one.metric) for one in changes if (one.initiative, one.metric, one.direction) in earlier}
    found: dict[Key, Changed] = {
        (one.initiative, one.metric): Changed(
            initiative=one.initiative,
            title=_title(initiatives, one.initiative),
            metric=one.metric,
            figure=one.after,
            how=How.UP if one.direction is Direction.UP else How.DOWN,
            before=one.before,
        )
        for one in changes
        if (one.initiative, one.metric) not in still
    }
    for event in await work.figures.events(after=sunday - WEEK, until=sunday):
        if event.initiative in stopped:
            continue
        metric = _told_as(event.metric)
        figure = await _published(work, metric, event.initiative, sunday)
        if event.event in _HOW and figure is not None:
            found[event.initiative, metric] = Changed(
                initiative=event.initiative,
                title=_title(initiatives, event.initiative),
                metric=metric,
                figure=figure,
                how=_HOW[event.event],
            )
    return sorted(found.values(), key=lambda one: (one.title.casefold(), one.metric)), still


async def _figure(work: Work, metric: str, initiative: str, sunday: date) -> Figure | None:
    last = await work.figures.latest(metric, initiative, sunday)
    return last[1] if last is not None else None


async def _published(work: Work, metric: str, initiative: str, sunday: date) -> Published | None:
    figure = await _figure(work, metric, initiative, sunday)
    return figure if isinstance(figure, Published) else None


async def _breaches(
    work: Work, organisation: Organisation, initiatives: Mapping[str, Initiative], sunday: date
) -> list[Breach]:
    """The alerts that stand, with the target each is past and since when."""
    raised: dict[Key, date] = {}
    for event in await work.figures.events(after=sunday - HALF_A_YEAR, until=sunday):
        if event.event is Event.RAISE:
            raised[event.initiative, _told_as(event.metric)] = event.sunday
    targets = {(one.initiative, str(one.source)): one.target for one in organisation.kpis.values() if one.is_share}
    found = []
    for key in initiatives:
        for counted, alert in (await work.figures.alerts(key)).items():
            metric = _told_as(counted)
            figure = await _figure(work, metric, key, sunday)
            if alert.is_raised and figure is not None:
                found.append(
                    Breach(
                        initiative=key,
                        title=_title(initiatives, key),
                        metric=metric,
                        figure=figure,
                        target=targets.get((key, metric)),
                        since=raised.get((key, metric)),
                    )
                )
    return sorted(found, key=lambda one: (one.title.casefold(), one.metric))


async def _held_back(work: Work, initiatives: Mapping[str, Initiative], sunday: date) -> list[HeldBack]:
    """What holds people back, by title; as long as nothing newer may be told of it, so that nobody misses it."""
    shown: dict[str, dict[str, Published]] = {}
    sundays = [sunday - WEEK * back for back in range(_OVERLAPPING)]
    for one in await work.figures.wholes(sundays, metrics=BARRIERS):
        if one.initiative in initiatives and isinstance(one.figure, Published):
            shown.setdefault(one.initiative, {})[one.metric] = one.figure
    found = [
        HeldBack(initiative=key, title=_title(initiatives, key), barriers=tuple(most_named(figures)))
        for key, figures in shown.items()
    ]
    return sorted((one for one in found if one.barriers), key=lambda one: (one.title.casefold(), one.initiative))


async def _reds(work: Work, organisation: Organisation, stopped: Collection[str], told: set[Key]) -> list[Red]:
    """What is red on the last board, but for what an alert tells already and what was stopped since."""
    found = []
    for on, one in await work.reviews.latest_board():
        kpi = organisation.kpis.get(one.kpi)
        if kpi is not None and kpi.initiative in stopped:
            continue
        is_told = kpi is not None and kpi.initiative is not None and (kpi.initiative, str(kpi.source)) in told
        if one.colour is Colour.RED and one.value is not None and one.target is not None and kpi and not is_told:
            found.append(
                Red(
                    kpi=one.kpi,
                    title=one.title,
                    value=one.value,
                    target=one.target,
                    on=on,
                    approximate=one.approximate,
                )
            )
    return sorted(found, key=lambda one: (one.title.casefold(), one.kpi))


async def _stable(work: Work, initiatives: Mapping[str, Initiative], told: set[Key], sunday: date) -> int:
    count = 0
    for key in initiatives:
        for metric in _FOLLOWED:
            if (key, metric) not in told and await _published(work, metric, key, sunday) is not None:
                count += 1
    return count


# --- what is due ---------------------------------------------------------------------------------------------------


async def _ahead(
    work: Work, organisation: Organisation, actions: Sequence[Action], *, at: datetime, today: date
) -> list[Ahead]:
    """What falls within a week, soonest first; pulses, of which there is one every week, last."""
    found: list[tuple[date, Ahead]] = []
    for one in await work.occurrences.upcoming(at, limit=EVERY):
        rules = organisation.rules_of(one)
        kind = (
            Kind.SITTING
            if isinstance(rules, CommitteeRules)
            else Kind.REVIEW
            if isinstance(rules, ReviewRules)
            else Kind.PULSE
            if isinstance(rules, PulseRules)
            else None
        )
        on = local_day(one.at, organisation.zone)
        if rules is not None and kind is not None and on <= today + WEEK:
            found.append((on, Ahead(kind=kind, id=one.id, title=rules.title, on=one.at)))
    for action in actions:
        due = action.deadline.due
        if due is not None and action.deadline.missed_due is None and today <= due <= today + WEEK:
            found.append((due, Ahead(kind=Kind.ACTION, id=action.id, title=action.title, on=due, what=action.what)))
    found.sort(key=lambda one: (one[1].kind is Kind.PULSE, one[0], one[1].title.casefold(), one[1].id))
    return [one for _, one in found]


# --- how far to trust it -------------------------------------------------------------------------------------------


async def _caveats(
    work: Work,
    organisation: Organisation,
    initiatives: Mapping[str, Initiative],
    stopped: Collection[str],
    sunday: date | None,
    today: date,
) -> Caveats:
    window = Window.ending(sunday or today - ONE_DAY)
    known, seen = await work.sources.match_rate(list(initiatives), window)
    asked = answered = 0
    for key in initiatives:
        for wave in await work.pulses.wave_counts(key, Window.ending(today)):
            asked, answered = asked + wave.invited - wave.left, answered + wave.answered
    found = await work.figures.caveats(sunday) if sunday else ()
    return Caveats(
        known=known,
        seen=seen,
        response=_response(organisation, asked=asked, answered=min(answered, asked), window=Window.ending(today)),
        suppressed=await work.figures.suppressed(sunday) if sunday else 0,
        objected=await work.personal.objections(),
        doubts=tuple(
            sorted(
                (
                    Doubt(title=_title(initiatives, one.initiative), caveat=one)
                    for one in found
                    if one.initiative not in stopped
                ),
                key=lambda one: (one.title.casefold(), one.caveat.kind, one.caveat.metric),
            )
        ),
    )


def _response(organisation: Organisation, *, asked: int, answered: int, window: Window) -> Figure | None:
    if not asked:
        return None
    counted = Counted(
        metric=Metric.RESPONSE_RATE,
        x=answered,
        n=asked,
        N=None,
        method="census of invitations",
        window=window,
        as_of=window.last,
        tier=Tier.MEASURED,
        basis=Basis.INVITATIONS,
        members=None,
    )
    figure, _ = publish(counted, thresholds=organisation.thresholds, ledger=Ledger())
    return figure
