"""Tells a room what is new among the weekly figures: one message a week at most, and none where nothing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from rituals.calendar import local_day
from rituals.figures.cards import CardFacts, News, news
from rituals.figures.changes import is_told_flat
from rituals.figures.reckoning import WEEK, looked_at
from rituals.figures.records import Card, Metric
from rituals.figures.rules import FigureRules
from rituals.figures.speech import MOST_CARDS, adoption_post
from rituals.kpis import Kpi, KpiSource, Reading
from rituals.measures.adoption import is_too_early
from rituals.measures.disclosure import Figure
from rituals.measures.statistics import Window
from rituals.occurrences import Occurrence
from rituals.organisation import Organisation
from rituals.ports import Work
from rituals.posts import Post, ToRoom
from rituals.reviews.readings import totals

LIFE = timedelta(days=5)
"""How long a message waits for chat to come back."""

_MONTH = timedelta(days=30)
_SAVINGS_BACK = timedelta(days=190)


async def tell(
    work: Work,
    organisation: Organisation,
    occurrence: Occurrence,
    rules: FigureRules,
    initiatives: Sequence[str],
    *,
    until: date,
    at: datetime,
) -> None:
    """Posts the cards that are news or due as one message, where there are any and the room had none yet this week."""
    today = local_day(at, organisation.zone)
    cards = await work.figures.cards(rules.room)
    if any(card.shown_on.isocalendar()[:2] == today.isocalendar()[:2] for card in cards):
        return
    last = {card.initiative: card for card in cards if card.ritual == rules.key}
    found = await _facts(work, organisation, initiatives, last, until)
    every = WEEK * rules.card_every
    reasons = {one.initiative: news(one, today=today, every=every) for one in found}
    told = sorted(
        ((reason, one) for one in found if (reason := reasons[one.initiative]) is not None),
        key=lambda each: (each[0], each[1].title.casefold()),
    )
    if not told:
        return
    others = [one for one in found if reasons[one.initiative] is None and one.figures]
    await work.posts.put(
        Post(
            id=f"figures:{occurrence.id}",
            to=ToRoom(room=rules.room),
            message=adoption_post(
                ritual=rules.title,
                sunday=until,
                cards=[one for _, one in told],
                others=sorted(others, key=lambda one: one.title.casefold()),
                news=sum(reason is not News.DUE for reason, _ in told),
            ),
            ritual=rules.key,
            not_before=at,
            not_after=at + LIFE,
        ),
        at=at,
    )
    for place, (reason, one) in enumerate(told):
        if reason is News.DUE and place >= MOST_CARDS:
            continue  # it had no room: due again next week
        await work.figures.put_card(
            Card(
                ritual=rules.key,
                room=rules.room,
                initiative=one.initiative,
                sunday=until,
                shown_on=today,
                arrow=one.arrow,
            )
        )


async def _facts(
    work: Work, organisation: Organisation, initiatives: Sequence[str], last: Mapping[str, Card], until: date
) -> list[CardFacts]:
    sundays = looked_at(until)
    titles = {one.key: one.title for one in await work.initiatives.all()}
    opened = await work.census.rolled_out()
    figures: dict[str, dict[str, dict[date, Figure]]] = {}
    for record in await work.figures.wholes(sundays, metrics=list(Metric)):
        figures.setdefault(record.initiative, {}).setdefault(record.metric, {})[record.sunday] = record.figure
    changes = {one.initiative: one for one in await work.figures.changes(until) if one.metric == Metric.ADOPTION}
    oldest = min((card.sunday for card in last.values()), default=sundays[0] - WEEK)
    events = await work.figures.events(after=oldest, until=until)
    caveats = await work.figures.caveats(until)
    found = []
    for key in initiatives:
        known = figures.get(key, {})
        adoption = known.get(Metric.ADOPTION, {})
        kpis = {str(kpi.source): kpi for kpi in organisation.kpis.values() if kpi.initiative == key}
        since = last[key].sunday if key in last else date.min
        alerts = await work.figures.alerts(key)
        found.append(
            CardFacts(
                initiative=key,
                title=titles.get(key, key),
                figures={metric: by_day[max(by_day)] for metric, by_day in known.items()},
                series=[(sunday, adoption.get(sunday)) for sunday in sundays],
                saving=await _saving(work, key, kpis.get(KpiSource.SAVING), until),
                currency=organisation.currency,
                kpis=kpis,
                change=changes.get(key),
                is_flat=is_told_flat(adoption.get(until - 4 * WEEK), adoption.get(until)),
                is_too_early=key in opened and is_too_early(opened[key], until),
                raised=frozenset(metric for metric, alert in alerts.items() if alert.is_raised),
                events=tuple(one for one in events if one.initiative == key and one.sunday > since),
                caveats=tuple(one for one in caveats if one.initiative == key),
                last=last.get(key),
            )
        )
    return found


async def _saving(work: Work, initiative: str, kpi: Kpi | None, until: date) -> Reading | None:
    """What was saved in the last period that is over."""
    amounts = await work.sources.savings(initiative, Window(first=until - _SAVINGS_BACK, last=until))
    readings = totals(amounts, _MONTH if kpi is None else kpi.frequency, until)
    return readings[-1] if readings else None
