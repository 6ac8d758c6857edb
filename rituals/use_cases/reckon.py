"""Reckons the figures of initiatives for a Sunday: one initiative at a time, then what changed among them all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

from rituals.figures.alerts import Alert, AlertRule, observe
from rituals.figures.barriers import BARRIERS
from rituals.figures.changes import COMPARED, Pair, confirmed
from rituals.figures.reckoning import WEEK, Kept, Known, Reckoned, looked_at, overlapping, reckon
from rituals.figures.records import AlertEvent, Metric, Record
from rituals.initiatives import Standing
from rituals.kpis import Kpi
from rituals.measures.adoption import is_too_early
from rituals.measures.disclosure import Figure, Published
from rituals.measures.escalation import Conversations
from rituals.measures.statistics import ONE_DAY, Proportion, Tier, Window
from rituals.organisation import Organisation
from rituals.ports import Work

_NONE = Proportion(x=0, n=0)
"""What an alert is shown of a week that tells it nothing: it holds."""

_BLOCK = 4 * WEEK

_SUNDAY = 7
"""By date.isoweekday."""

_ALERTED: Mapping[str, tuple[Metric, ...]] = {
    Metric.ADOPTION: (Metric.ADOPTION_EFFECTIVE, Metric.ADOPTION),
    Metric.ESCALATION: (Metric.ESCALATION_WEEK,),
    Metric.CSAT: (Metric.CSAT_EFFECTIVE, Metric.CSAT),
}
"""What an alert on a figure looks at, the first that was counted."""

_POOLED = (Metric.ADOPTION, Metric.CSAT, Metric.RESPONSE_RATE)
"""What is told of several waves together."""

_WORTH: Mapping[str, Metric] = {
    Metric.ADOPTION: Metric.ADOPTION_EFFECTIVE,
    Metric.CSAT: Metric.CSAT_EFFECTIVE,
}
"""What is tested of a figure that is an estimate: the simple sample it is worth."""


async def reckon_initiative(work: Work, organisation: Organisation, initiative: str, *, until: date) -> None:
    """Publishes what there is to be published of one initiative up to the Sunday `until`; done again, nothing changes.

    Sundays missed since the last one are caught up with, twelve at most; those of the last four weeks are restated
    where what came in late moves them by a point.
    """
    opened = (await work.census.rolled_out()).get(initiative)
    if opened is None or opened > until:
        return
    kept = await _kept(work, initiative, until)
    known = await _known(work, initiative, opened, kept, until)
    # Tens of thousands of people take a second or two, in which others are to be answered.
    found = await asyncio.to_thread(reckon, known, kept, until=until, thresholds=organisation.thresholds)
    await work.figures.publish(found.records, found.counts)
    await work.figures.put_releases(initiative, found.releases)
    await work.figures.put_caveats(initiative, until, found.caveats)
    await _alert(work, organisation, initiative, opened, found)


async def compare(work: Work, initiatives: Sequence[str], *, until: date) -> None:
    """Finds what changed among all these initiatives since four weeks before `until`: one test for them all."""
    before = until - _BLOCK
    told = await work.figures.wholes([before, until], metrics=COMPARED)
    records = {(one.metric, one.initiative, one.sunday): one for one in told}
    counts = await work.figures.counts([*COMPARED, *_WORTH.values()], [before, until])
    pairs = []
    for initiative in initiatives:
        for metric in COMPARED:
            was, now = (records.get((metric, initiative, sunday)) for sunday in (before, until))
            if was is None or now is None:
                continue
            pairs.append(
                Pair(
                    metric=metric,
                    initiative=initiative,
                    before=was.figure,
                    after=now.figure,
                    counted=(_worth(was, counts), _worth(now, counts)),
                )
            )
    await work.figures.put_changes(until, confirmed(pairs, until))


def _worth(record: Record, counts: Mapping[tuple[str, str, date], Proportion]) -> Proportion:
    """What a figure is tested on: never the raw answers of one that was weighed, which may even move the other way."""
    is_weighed = isinstance(record.figure, Published) and record.figure.method == "post_stratified"
    metric = _WORTH.get(record.metric, record.metric) if is_weighed else record.metric
    return counts.get((metric, record.initiative, record.sunday), _NONE)


# --- what is known -------------------------------------------------------------------------------------------------


async def _kept(work: Work, initiative: str, until: date) -> Kept:
    sundays = looked_at(until)
    records = await work.figures.records(initiative, sundays)
    counts = await work.figures.counts(list(Metric), sundays, initiative=initiative)
    last: dict[str, date] = {}
    for one in records:
        if not one.department:
            last[one.metric] = max(one.sunday, last.get(one.metric, one.sunday))
    for metric in _POOLED:
        # However long ago: the next pool of waves must not differ by a few answers from what was told last.
        if (told := await work.figures.latest(metric, initiative, until)) is not None:
            last[metric] = max(told[0], last.get(metric, told[0]))
    return Kept(
        records=records,
        counts={(metric, sunday): counted for (metric, _, sunday), counted in counts.items()},
        releases=await work.figures.releases(initiative),
        last=last,
        barriers_told=bool(await work.figures.wholes(overlapping(until), metrics=BARRIERS, initiative=initiative)),
    )


async def _known(work: Work, initiative: str, opened: date, kept: Kept, until: date) -> Known:
    usage = (await work.sources.last_days("usage")).get(initiative)
    usage_from = (await work.sources.first_days("usage")).get(initiative, date.min)
    conversations = (await work.sources.last_days("conversations")).get(initiative)
    conversations_from = (await work.sources.first_days("conversations")).get(initiative, date.min)
    # All that the Sundays looked at may need: their windows of four weeks, and those of the waves told last.
    span = Window(first=Window.ending(looked_at(until)[0]).first, last=until)
    pooled = Window(
        first=min([span.first, *(Window.ending(kept.last[of]).first for of in _POOLED if of in kept.last)]), last=until
    )
    missed = [sunday for sunday in looked_at(until) if sunday > max(kept.last.get(Metric.ADOPTION, opened), opened)]
    identities = {
        sunday: await work.sources.match_rate([initiative], Window.ending(sunday))
        for sunday in ({*missed, until} if usage is not None else ())
    }
    told = await work.sources.conversations(initiative, span) if conversations is not None else ()
    return Known(
        initiative=initiative,
        live_since=opened,
        histories=await work.census.histories(initiative, span) if usage is not None else (),
        identities=identities,
        usage_from=usage_from,
        usage_until=usage,
        conversations=told,
        conversations_from=_since(told, conversations_from),
        conversations_until=conversations,
        answers=await work.pulses.answers(initiative, pooled),
        waves=await work.pulses.wave_counts(initiative, pooled),
    )


def _since(told: Sequence[tuple[date, Conversations]], first: date) -> date:
    """The first day that conversations are known of: a total by week, told on its Sunday, is of its Monday too."""
    is_by_week = first > date.min + WEEK and all(
        day.isoweekday() == _SUNDAY for day in (first, *(on for on, _ in told))
    )
    return first - WEEK + ONE_DAY if is_by_week else first


# --- alerts --------------------------------------------------------------------------------------------------------


async def _alert(work: Work, organisation: Organisation, initiative: str, opened: date, found: Reckoned) -> None:
    """Shows each alert the weeks that are new to it; one whose target is gone, or its initiative, stands no more."""
    stopped = await stopped_initiatives(work)
    targets = {
        str(kpi.source): kpi
        for kpi in organisation.kpis.values()
        if kpi.initiative == initiative
        and initiative not in stopped
        and kpi.is_share
        and kpi.target is not None
        and kpi.source in _ALERTED
    }
    alerts = await work.figures.alerts(initiative)
    for metric, alert in alerts.items():
        if metric not in targets and alert.is_raised:
            await work.figures.put_alert(initiative, metric, Alert(week=alert.week), None)
    for metric, kpi in targets.items():
        alert = alerts.get(metric, Alert())
        for sunday, seen in _weeks(metric, kpi, found):
            if (alert.week is not None and sunday <= alert.week) or is_too_early(opened, sunday):
                continue
            alert, event = observe(_rule(kpi), alert, week=sunday, seen=seen)
            told = None
            if event is not None and event.is_posted:
                told = AlertEvent(initiative=initiative, metric=metric, sunday=sunday, event=event)
            await work.figures.put_alert(initiative, metric, alert, told)


def _rule(kpi: Kpi) -> AlertRule:
    assert kpi.target is not None
    return AlertRule(target=kpi.target, direction=kpi.direction)


def _weeks(metric: str, kpi: Kpi, found: Reckoned) -> list[tuple[date, Proportion]]:
    """By Sunday, what an alert may go by: nothing that is not shown, carried forward or an indication only."""
    figures = {one.sunday: one.figure for one in found.records if one.metric == metric and not one.department}
    counted = {(one.metric, one.sunday): one.counted for one in found.counts if not one.department}
    weeks = []
    for sunday in sorted(figures):
        if kpi.judged_from is not None and sunday < kpi.judged_from:
            continue
        figure = figures[sunday]
        seen = next((counted[of, sunday] for of in _ALERTED[metric] if (of, sunday) in counted), _NONE)
        is_plain = isinstance(figure, Published) and not figure.carried_forward
        if not is_plain or (isinstance(figure, Published) and figure.tier is Tier.INDICATIVE):
            seen = _NONE
        weeks.append((sunday, seen))
    return weeks


async def shown_initiatives(work: Work, named: Sequence[str], *, until: date) -> list[str]:
    """The initiatives to be figured: those `named` (all, where none is) that people have on that day, by key."""
    opened = await work.census.rolled_out()
    return sorted(key for key, day in opened.items() if day <= until and (not named or key in named))


async def stopped_initiatives(work: Work) -> frozenset[str]:
    """The initiatives a committee has stopped: they are reckoned on, and nobody is told of them any more."""
    return frozenset(one.key for one in await work.initiatives.all() if one.standing is Standing.STOPPED)


def as_headline(initiative: str, figures: Mapping[str, Figure | None]) -> dict[str, object]:
    """What `Figures.headline` tells, as data: {key, adoption, escalation, csat}, None for what was never published."""
    return {
        "key": initiative,
        **{metric: None if figure is None else figure.as_json() for metric, figure in figures.items()},
    }
