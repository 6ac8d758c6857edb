"""Samples of the weekly figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from rituals.figures.alerts import Event
from rituals.figures.cards import CardFacts
from rituals.figures.changes import Pair, confirmed
from rituals.figures.records import AlertEvent, Caveat, CaveatKind, Change, Metric
from rituals.figures.speech import adoption_post
from rituals.kpis import Kpi, KpiSource, Reading
from rituals.measures.disclosure import Basis, Counted, Figure, Ledger, Release, Suppressed, Thresholds, publish
from rituals.measures.statistics import Direction, Interval, Proportion, Tier, Window, wilson
from rituals.messages import Message

Pen = Callable[[str], str]

SUNDAY = date(2026, 3, 29)
WEEK = timedelta(weeks=1)
SUNDAYS = [SUNDAY - WEEK * back for back in reversed(range(12))]


def measured(
    x: int,
    n: int,
    *,
    metric: Metric = Metric.ADOPTION,
    on: date = SUNDAY,
    method: str = "telemetry",
    provisional: bool = False,
    last: Release | None = None,
) -> Figure:
    """What telemetry says; of so few accounts, where `method` is partial, that it is only an indication."""
    counted = Counted(
        metric=metric,
        x=x,
        n=n,
        N=n,
        method=method,
        window=Window.ending(on),
        as_of=on,
        tier=Tier.INDICATIVE if method == "telemetry_partial" else Tier.MEASURED,
        basis=Basis.INVITATIONS if metric is Metric.RESPONSE_RATE else Basis.TELEMETRY,
        members=frozenset(map(str, range(n))) if metric is Metric.ADOPTION else None,
        provisional=provisional,
        direction=metric.better,
    )
    return publish(counted, thresholds=Thresholds(), ledger=Ledger(), last=last)[0]


def said(x: int, n: int, *, metric: Metric = Metric.CSAT, people: int | None = None, on: date = SUNDAY) -> Figure:
    """What people say: satisfaction, or adoption among so many `people`."""
    share = Proportion(x=x, n=n)
    counted = Counted(
        metric=metric,
        x=x,
        n=n,
        N=people,
        method="answers" if people is None else "post_stratified",
        window=Window.ending(on),
        as_of=on,
        tier=Tier.ESTIMATED if people is None or n >= 30 else Tier.INDICATIVE,
        basis=Basis.ANSWERS,
        members=None,
        interval=wilson(share) if n else Interval(low=0.0, high=1.0),
    )
    return publish(counted, thresholds=Thresholds(), ledger=Ledger())[0]


def kpi(source: KpiSource, target: str | None, *, amber: str | None = None) -> Kpi:
    """What was agreed."""
    return Kpi(
        key=str(source),
        title=str(source),
        unit="EUR" if source is KpiSource.SAVING else "%",
        direction=Direction.DOWN if source is KpiSource.ESCALATION else Direction.UP,
        owner="ana@example.org",
        source=source,
        frequency=timedelta(days=30),
        initiative="triage",
        baseline=Fraction(1, 10),
        target=None if target is None else Fraction(target),
        amber=None if amber is None else Fraction(amber),
    )


def series(*counts: int, n: int = 250) -> list[tuple[date, Figure | None]]:
    """Adoption on the last Sundays."""
    known = [None] * (12 - len(counts)) + list(counts)
    return [(on, None if x is None else measured(x, n, on=on)) for on, x in zip(SUNDAYS, known, strict=True)]


def change(before: int, after: int, n: int = 250) -> Change:
    """A confirmed change of adoption."""
    pair = Pair(
        metric=Metric.ADOPTION,
        initiative="triage",
        before=measured(before, n, on=SUNDAY - 4 * WEEK),
        after=measured(after, n),
        counted=(Proportion(x=before, n=n), Proportion(x=after, n=n)),
    )
    return confirmed([pair], SUNDAY)[0]


def event(kind: Event, metric: Metric) -> AlertEvent:
    """What became of an alert."""
    return AlertEvent(initiative="triage", metric=metric, sunday=SUNDAY, event=kind)


def caveat(kind: CaveatKind, metric: Metric, figure: Figure | None = None, on: date | None = None) -> Caveat:
    """Something to know."""
    return Caveat(kind=kind, initiative="triage", sunday=SUNDAY, metric=metric, figure=figure, on=on)


WANTED: Mapping[str, Kpi] = {
    "adoption": kpi(KpiSource.ADOPTION, "0.6", amber="0.4"),
    "escalation": kpi(KpiSource.ESCALATION, "0.3", amber="0.35"),
    "csat": kpi(KpiSource.CSAT, "0.7"),
    "saving": kpi(KpiSource.SAVING, "20000"),
}


def rising(pen: Pen) -> CardFacts:
    """Adoption goes up and is far from its target, escalation is past what was agreed."""
    counts = (12, 14, 15, 18, 20, 22, 26, 30, 34, 40, 48, 60)
    return CardFacts(
        initiative="triage",
        title=pen("Triage of claims"),
        figures={
            Metric.ADOPTION: measured(60, 250),
            Metric.HABIT: measured(40, 230, metric=Metric.HABIT, method="habit"),
            Metric.NEVER: measured(150, 250, metric=Metric.NEVER),
            Metric.DORMANT: measured(40, 250, metric=Metric.DORMANT),
            Metric.ESCALATION: measured(396, 880, metric=Metric.ESCALATION, method="sessions"),
            Metric.CSAT: said(24, 40),
        },
        series=series(*counts),
        saving=Reading(value=Fraction(12_500), on=date(2026, 2, 28)),
        currency="EUR",
        kpis=WANTED,
        change=change(30, 60),
        raised=frozenset({"escalation"}),
        events=(event(Event.RAISE, Metric.ESCALATION),),
    )


def falling(pen: Pen) -> CardFacts:
    """Adoption goes down; a source is late and a figure was revised."""
    return CardFacts(
        initiative="fraud",
        title=pen("Signs of fraud"),
        figures={
            Metric.ADOPTION: measured(100, 250, provisional=True),
            Metric.NEVER: measured(60, 250, metric=Metric.NEVER),
            Metric.DORMANT: measured(90, 250, metric=Metric.DORMANT),
            Metric.ESCALATION: measured(30, 120, metric=Metric.ESCALATION, method="sessions", provisional=True),
            Metric.CSAT: said(9, 15),
        },
        series=series(150, 148, 140, 130, 120, 100),
        currency="EUR",
        kpis={**WANTED, "adoption": kpi(KpiSource.ADOPTION, "0.6", amber="0.5")},
        change=change(148, 100),
        events=(event(Event.CLEAR, Metric.ESCALATION), event(Event.WORSEN, Metric.ADOPTION)),
        caveats=(
            caveat(CaveatKind.LATE, Metric.ADOPTION, on=SUNDAY - timedelta(days=4)),
            caveat(CaveatKind.LATE, Metric.ESCALATION, on=SUNDAY - timedelta(days=3)),
            caveat(CaveatKind.REVISED, Metric.ADOPTION, measured(120, 250, on=SUNDAY - WEEK), SUNDAY - WEEK),
            caveat(CaveatKind.REVISED, Metric.ESCALATION, measured(36, 120, on=SUNDAY - WEEK), SUNDAY - WEEK),
        ),
    )


def estimated(pen: Pen) -> CardFacts:
    """Known by pulses, with no target, and no clear change."""
    known = said(39, 120, metric=Metric.ADOPTION, people=400)
    return CardFacts(
        initiative="search",
        title=pen("Search in contracts"),
        figures={Metric.ADOPTION: known, Metric.CSAT: said(5, 7)},
        is_flat=True,
        series=[(SUNDAY - WEEK, known), (SUNDAY, known)],
        currency="EUR",
        caveats=(caveat(CaveatKind.RESPONSE, Metric.RESPONSE_RATE, measured(30, 200, metric=Metric.RESPONSE_RATE)),),
    )


def suppressed(pen: Pen) -> CardFacts:
    """Too few of everything."""
    hidden = Suppressed(kind="primary")
    return CardFacts(
        initiative="legal",
        title=pen("Draft clauses"),
        figures={Metric.ADOPTION: hidden, Metric.ESCALATION: hidden, Metric.CSAT: hidden},
        series=[(on, hidden) for on in SUNDAYS],
        currency="EUR",
        kpis=WANTED,
    )


def small(pen: Pen) -> CardFacts:
    """A group so small that its figure is carried forward; few accounts are recognised elsewhere."""
    before = measured(14, 40, on=SUNDAY - WEEK)
    assert not isinstance(before, Suppressed)
    members = frozenset(map(str, range(40)))
    return CardFacts(
        initiative="audit",
        title=pen("Audit notes"),
        figures={Metric.ADOPTION: measured(15, 40, last=Release(figure=before, members=members | {"gone"}))},
        series=[(SUNDAY - WEEK, before)],
        currency="EUR",
        kpis=WANTED,
        is_too_early=True,
    )


def partial(pen: Pen) -> CardFacts:
    """Telemetry that knows four accounts of five, and a saving without a target."""
    return CardFacts(
        initiative="routing",
        title=pen("Routing of mail"),
        figures={
            Metric.ADOPTION: measured(90, 150, method="telemetry_partial"),
            Metric.HABIT: measured(30, 140, metric=Metric.HABIT, method="habit_4w"),
        },
        saving=Reading(value=Fraction(3_400), on=date(2026, 2, 28)),
        currency="EUR",
        kpis={"adoption": kpi(KpiSource.ADOPTION, "0.5")},
        caveats=(
            caveat(
                CaveatKind.COVERAGE, Metric.ADOPTION, measured(80, 100, metric=Metric.COVERAGE, method="identities")
            ),
        ),
    )


def few_answers(pen: Pen) -> CardFacts:
    """A pulse that only a few have answered."""
    return CardFacts(
        initiative="translation",
        title=pen("Translation of letters"),
        figures={Metric.ADOPTION: said(8, 24, metric=Metric.ADOPTION, people=120), Metric.CSAT: said(12, 12)},
        currency="EUR",
        kpis=WANTED,
    )


def in_a_word(pen: Pen) -> CardFacts:
    """A pulse that hardly anybody has answered."""
    return CardFacts(
        initiative="minutes",
        title=pen("Minutes of meetings"),
        figures={Metric.ADOPTION: said(6, 8, metric=Metric.ADOPTION, people=60)},
        currency="EUR",
        kpis=WANTED,
    )


def unknown(pen: Pen) -> CardFacts:
    """Conversations and nothing else."""
    return CardFacts(
        initiative="helpdesk",
        title=pen("Helpdesk assistant"),
        figures={Metric.ESCALATION: measured(90, 200, metric=Metric.ESCALATION, method="sessions")},
        currency="EUR",
    )


VARIANTS: Mapping[str, Callable[[Pen], CardFacts]] = {
    one.__name__.replace("_", "-"): one
    for one in (rising, falling, estimated, suppressed, small, partial, few_answers, in_a_word, unknown)
}


def post(pen: Pen, cards: Sequence[CardFacts], others: Sequence[CardFacts] = ()) -> Message:
    """The message that tells of these."""
    return adoption_post(ritual=pen("AI in use"), sunday=SUNDAY, cards=cards, others=others, news=len(cards))


def _post(pen: Pen) -> Message:
    cards = [rising(pen), falling(pen), estimated(pen), suppressed(pen)]
    return post(pen, cards, [small(pen), partial(pen), few_answers(pen), in_a_word(pen), unknown(pen)])


MESSAGES = {"figures-post": _post}
