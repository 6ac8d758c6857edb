"""Samples of what a KPI review says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from rituals.kpis import Colour, Grey
from rituals.measures.disclosure import Basis, Counted, Ledger, Suppressed, Thresholds, publish
from rituals.measures.statistics import Direction, Tier, Window
from rituals.messages import Amount, Form, Message, Part, Share
from rituals.reviews import speech as review
from rituals.reviews.actions import Action, ActionKind, ActionState
from rituals.reviews.board import Course, DatedValue, KpiStatus, Outlook
from rituals.reviews.ladder import Deadline, Level

Pen = Callable[[str], str]

HELD = datetime(2026, 4, 9, 12, 0, tzinfo=UTC)
TODAY = date(2026, 4, 9)
REVIEW = "review-2026-04-09"
DUE = date(2026, 4, 23)


def _share(x: int, n: int, on: date) -> Share:
    counted = Counted(
        metric="escalation",
        x=x,
        n=n,
        N=n,
        method="census",
        window=Window.ending(on),
        as_of=on,
        tier=Tier.MEASURED,
        basis=Basis.TELEMETRY,
        members=None,
    )
    figure, _ = publish(counted, thresholds=Thresholds(), ledger=Ledger())
    return Share(figure=figure)


def action(
    pen: Pen,
    kpi: str = "escalation",
    *,
    state: ActionState = ActionState.OPEN,
    kind: ActionKind = ActionKind.REMEDY,
    reached: frozenset[Level] = frozenset(),
    owner: str | None = "p1",
) -> Action:
    """An action about a KPI."""
    due = None if state is ActionState.AWAITED else DUE
    return Action(
        id=f"{REVIEW}:{kpi}",
        occurrence=REVIEW,
        kpi=kpi,
        title=pen("Escalated conversations"),
        kind=kind,
        state=state,
        owner=owner,
        email=pen("ana.silva@example.org"),
        what="" if due is None or kind is ActionKind.TARGET else pen("Rewrite the ten questions that fail most."),
        deadline=replace(Deadline.set(created=TODAY, due=due), reached=reached),
    )


def statuses(pen: Pen) -> tuple[KpiStatus, ...]:
    """One KPI of each kind."""
    sundays = [date(2026, 3, 1) + timedelta(weeks=week) for week in range(6)]
    shares = [_share(225 - 5 * week, 500, on) for week, on in enumerate(sundays)]
    red = KpiStatus(
        kpi="escalation",
        title=pen("Escalated conversations"),
        direction=Direction.DOWN,
        colour=Colour.RED,
        approximate=True,
        value=shares[-1],
        on=sundays[-1],
        n=500,
        before=shares[1],
        baseline=Amount.of(Fraction(46, 100), "%"),
        target=Amount.of(Fraction(3, 10), "%"),
        amber=Amount.of(Fraction(35, 100), "%"),
        progress=Fraction(3, 8),
        course=Course.FALLING,
        outlook=Outlook(on=date(2026, 5, 14), value=Amount.of(Fraction(36, 100), "%")),
        past=tuple(DatedValue(on=on, value=value) for on, value in zip(sundays, shares, strict=True)),
        action=replace(
            action(pen, reached=frozenset({Level.L1, Level.L2, Level.L3})),
            deadline=Deadline(
                created=TODAY, due=DUE, first_due=date(2026, 4, 16), reached=frozenset({Level.L1, Level.L2, Level.L3})
            ),
        ),
    )
    money = Amount.of(Fraction(125_000, 10), "EUR")
    saving = KpiStatus(
        kpi="saving",
        title=pen("Saved each month"),
        direction=Direction.UP,
        colour=Colour.AMBER,
        value=money,
        on=date(2026, 3, 31),
        n=12,
        before=Amount.of(Fraction(14_000), "EUR"),
        baseline=Amount.of(Fraction(13_500), "EUR"),
        target=Amount.of(Fraction(20_000), "EUR"),
        progress=Fraction(-2, 13),
        review_date=date(2026, 4, 1),
        course=Course.UNCLEAR,
        past=(
            DatedValue(on=date(2026, 1, 31), value=Amount.of(Fraction(14_000), "EUR")),
            DatedValue(on=date(2026, 2, 28), value=None),
            DatedValue(on=date(2026, 3, 31), value=money),
        ),
        action=action(pen, "saving", state=ActionState.AWAITED),
    )
    grey = KpiStatus(
        kpi="csat",
        title=pen("Satisfied colleagues"),
        direction=Direction.UP,
        colour=Colour.GREY,
        grey=Grey.NO_TARGET,
        value=_share(30, 60, sundays[-1]),
        on=sundays[-1],
        action=action(pen, "csat", kind=ActionKind.TARGET),
    )
    hidden = KpiStatus(
        kpi="adoption",
        title=pen("Adoption"),
        direction=Direction.UP,
        colour=Colour.GREY,
        grey=Grey.TOO_FEW,
        value=Share(figure=Suppressed(kind="primary")),
        on=sundays[-1],
        target=Amount.of(Fraction(6, 10), "%"),
    )
    stale = replace(
        hidden, kpi="audits", title=pen("Audits"), grey=Grey.STALE, value=Amount.of(Fraction(3), "audits"), n=None
    )
    green = KpiStatus(
        kpi="delay",
        title=pen("Days to settle"),
        direction=Direction.DOWN,
        colour=Colour.GREEN,
        value=Amount.of(Fraction(45, 10), "days"),
        on=TODAY,
        target=Amount.of(Fraction(5), "days"),
        progress=Fraction(11, 10),
        course=Course.RISING,
        action=action(pen, "delay", state=ActionState.DONE),
    )
    lost = replace(red, kpi="lost", action=action(pen, "lost", state=ActionState.AWAITED, owner=None), past=())
    return (red, lost, saving, grey, hidden, stale, green)


def _wanted(pen: Pen) -> tuple[review.Wanted, ...]:
    return (
        review.Wanted(
            kpi="quality",
            title=pen("Files without a fault"),
            unit="%",
            given=Amount.of(Fraction(1, 8), "%"),
            last=DatedValue(on=date(2026, 3, 12), value=Amount.of(Fraction(1, 10), "%")),
            initial="12,5",
        ),
        review.Wanted(
            kpi="delay", title=pen("Days to settle"), unit=pen("working days"), instead_of=pen("bo@example.org")
        ),
        review.Wanted(
            kpi="audits",
            title=pen("Audits passed"),
            unit="",
            last=DatedValue(on=date(2026, 3, 12), value=Amount.of(Fraction(3), "")),
        ),
    )


def _ask(pen: Pen) -> Message:
    return review.ask(occurrence=REVIEW, ritual=pen("KPI review"), review=HELD, wanted=_wanted(pen), open_=True)


def _readings_form(pen: Pen) -> Form:
    return review.readings_form(occurrence=REVIEW, page=1, pages=2, wanted=_wanted(pen))


def _board(pen: Pen) -> Message:
    return review.board(
        ritual=pen("KPI review"),
        review=HELD,
        statuses=statuses(pen),
        names={"p1": pen("Ana Silva")},
        planned=date(2026, 4, 7),
    )


def _actions(pen: Pen) -> Message:
    first, *_ = statuses(pen)
    tasks = (
        review.Task(action=action(pen, state=ActionState.AWAITED), status=first),
        review.Task(action=action(pen), status=first),
        review.Task(action=action(pen, "csat", kind=ActionKind.TARGET), stranger=True),
        review.Task(action=action(pen, state=ActionState.DONE)),
    )
    return review.actions(ritual=pen("KPI review"), tasks=tasks, names={"p1": pen("Ana Silva")})


def _action_list(pen: Pen) -> Message:
    tasks = [review.Task(action=action(pen, f"kpi-{n}")) for n in range(6)]
    return review.action_list(tasks=tasks, names={"p1": pen("Ana Silva")})


def at_home(pen: Pen) -> list[Part]:
    """What a home says of it."""
    late = action(pen, "late")
    moved = replace(late, deadline=replace(late.deadline, missed_due=DUE, due=date(2026, 5, 11)))
    undated = replace(late, deadline=replace(late.deadline, due=None))
    dues = [
        review.Due(action=moved, late=3),
        review.Due(action=undated, late=0),
        review.Due(action=action(pen, "awaited", state=ActionState.AWAITED), late=0),
    ]
    wanted = [
        review.ValuesWanted(occurrence=REVIEW, ritual=pen("KPI review"), until=HELD, kpis=(pen("Days to settle"),)),
        review.ValuesWanted(
            occurrence=f"second-{REVIEW}",
            ritual=pen("Safety review"),
            until=HELD,
            kpis=(pen("Files without a fault"),) * 12,
        ),
    ]
    return [*review.actions_at_home(dues), *review.values_at_home(wanted)]


def _moved_on(pen: Pen) -> Message:
    return review.moved_on(ritual=pen("KPI review"))


def _climb(pen: Pen) -> Message:
    late = replace(
        action(pen, reached=frozenset({Level.L4})), reason=pen("The supplier is late.\nThey promise a fix in May.")
    )
    rungs = (
        review.Rung(task=review.Task(action=late, stranger=True), level=Level.L4, theirs=False),
        review.Rung(task=review.Task(action=action(pen, "saving")), level=Level.L1, theirs=True),
        review.Rung(task=review.Task(action=action(pen, "done", state=ActionState.DONE)), level=Level.L2, theirs=True),
    )
    return review.climb(rungs=rungs, names={"p1": pen("Ana Silva")}, may=[late.id, f"{REVIEW}:saving"])


_DAYS = (date(2026, 4, 16), DUE, date(2026, 4, 30), date(2026, 5, 11))


def _action_form(pen: Pen) -> Form:
    return review.action_form(action=action(pen, state=ActionState.AWAITED), days=_DAYS, initial=DUE)


def _date_form(pen: Pen) -> Form:
    return review.date_form(action=action(pen), days=_DAYS)


def _snooze_form(pen: Pen) -> Form:
    return review.snooze_form(action=action(pen), days=_DAYS[:3], left=2)


def _again_form(pen: Pen) -> Form:
    return review.again_form(action=action(pen, kind=ActionKind.TARGET), days=_DAYS)


MESSAGES: dict[str, Callable[[Pen], Message]] = {
    "review-ask": _ask,
    "review-board": _board,
    "review-actions": _actions,
    "review-action-list": _action_list,
    "review-moved-on": _moved_on,
    "review-climb": _climb,
}

FORMS: dict[str, Callable[[Pen], Form]] = {
    "review-readings": _readings_form,
    "review-action": _action_form,
    "review-date": _date_form,
    "review-snooze": _snooze_form,
    "review-again": _again_form,
}
