"""Samples of the weekly digest: a letter with everything in it, and the form of its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from fractions import Fraction

from rituals.digests import speech as digest
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
from rituals.digests.wishes import Wish
from rituals.figures.records import Caveat, CaveatKind
from rituals.measures.disclosure import Basis, Counted, Ledger, Published, Thresholds, publish
from rituals.measures.statistics import Direction, Tier, Window
from rituals.messages import Amount, Form, Message, Share
from rituals.reviews.ladder import Level

Pen = Callable[[str], str]

SUNDAY = date(2026, 4, 5)
SITTING = datetime(2026, 4, 7, 8, 0, tzinfo=UTC)


def published(
    x: int,
    n: int,
    metric: str = "adoption",
    *,
    basis: Basis = Basis.TELEMETRY,
    tier: Tier = Tier.MEASURED,
    direction: Direction = Direction.UP,
    sunday: date = SUNDAY,
) -> Published:
    """A figure as disclosure lets it be shown."""
    counted = Counted(
        metric=metric,
        x=x,
        n=n,
        N=n,
        method="census",
        window=Window.ending(sunday),
        as_of=sunday,
        tier=tier,
        basis=basis,
        members=None,
        direction=direction,
    )
    figure, _ = publish(counted, thresholds=Thresholds(), ledger=Ledger())
    assert isinstance(figure, Published)
    return figure


def barrier(x: int, n: int, metric: str, sunday: date = SUNDAY) -> tuple[str, Published]:
    """What so many of the answers name."""
    return metric, published(
        x, n, metric, basis=Basis.ANSWERS, tier=Tier.ESTIMATED, direction=Direction.DOWN, sunday=sunday
    )


def facts(pen: Pen) -> LetterFacts:
    """Something in every part of the letter."""
    return LetterFacts(
        undecided=(
            Undecided(
                initiative="triage",
                title=pen("Triage of claims"),
                sitting=Sitting(ritual=pen("AI committee"), at=SITTING, voting=True),
            ),
            Undecided(
                initiative="search",
                title=pen("Contract search"),
                sitting=Sitting(ritual=pen("AI committee"), at=SITTING),
                put_off=1,
                since=date(2026, 3, 2),
                waited=35,
            ),
            Undecided(initiative="fraud", title=pen("Signs of fraud"), put_off=2, since=date(2025, 12, 1), waited=126),
        ),
        overdue=(
            Overdue(
                action="a1",
                title=pen("Adoption of the triage"),
                what=pen("Train the second team"),
                owner=pen("Ana Lima"),
                due=date(2026, 3, 20),
                days=11,
                level=Level.L4,
            ),
            Overdue(
                action="a2",
                title=pen("Delay of the triage"),
                what=pen("Write down the hand-over"),
                owner=pen("Bo Lind"),
                due=date(2026, 4, 3),
                days=1,
                level=Level.L3,
            ),
        ),
        untargeted=(Untargeted(kpi="satisfaction", title=pen("Satisfaction")),),
        changed=(
            Changed(
                initiative="search",
                title=pen("Contract search"),
                metric="adoption",
                figure=published(90, 200),
                how=How.UP,
                before=published(60, 200),
            ),
            Changed(
                initiative="triage",
                title=pen("Triage of claims"),
                metric="escalation",
                figure=published(396, 880, "escalation"),
                how=How.WORSENED,
            ),
        ),
        held_back=(
            HeldBack(
                initiative="search",
                title=pen("Contract search"),
                barriers=(
                    barrier(18, 42, "barrier_cpx"),
                    barrier(15, 42, "barrier_exp"),
                    barrier(9, 42, "barrier_pol"),
                ),
            ),
            HeldBack(
                initiative="fraud",
                title=pen("Signs of fraud"),
                barriers=(barrier(5, 7, "barrier_trn"), barrier(3, 7, "barrier_acc")),
            ),
        ),
        breaches=(
            Breach(
                initiative="fraud",
                title=pen("Signs of fraud"),
                metric="csat",
                figure=published(30, 60, "csat", basis=Basis.ANSWERS, tier=Tier.ESTIMATED),
                target=Fraction(7, 10),
                since=date(2026, 3, 15),
            ),
        ),
        reds=(
            Red(
                kpi="delay",
                title=pen("Days to settle"),
                value=Amount.of(Fraction(25, 2), pen("days")),
                target=Amount.of(Fraction(9), pen("days")),
                on=date(2026, 3, 12),
            ),
            Red(
                kpi="share",
                title=pen("Settled at once"),
                value=Share(figure=published(24, 60)),
                target=Amount.of(Fraction(6, 10), "%"),
                on=date(2026, 3, 12),
                approximate=True,
            ),
        ),
        ahead=(
            Ahead(kind=Kind.SITTING, id="committee-2026-04-07", title=pen("AI committee"), on=SITTING),
            Ahead(
                kind=Kind.REVIEW,
                id="review-2026-04-09",
                title=pen("KPI review"),
                on=datetime(2026, 4, 9, 12, tzinfo=UTC),
            ),
            Ahead(
                kind=Kind.ACTION,
                id="a3",
                title=pen("Savings of the triage"),
                what=pen("Spend a morning with two teams"),
                on=date(2026, 4, 10),
            ),
            Ahead(kind=Kind.PULSE, id="pulse-2026-04-07", title=pen("Pulse"), on=datetime(2026, 4, 7, 8, tzinfo=UTC)),
        ),
        stable=4,
        caveats=Caveats(
            known=470,
            seen=500,
            response=published(41, 100, "response_rate", basis=Basis.INVITATIONS),
            suppressed=3,
            objected=2,
            doubts=(
                Doubt(
                    title=pen("Triage of claims"),
                    caveat=Caveat(
                        kind=CaveatKind.LATE,
                        initiative="triage",
                        sunday=SUNDAY,
                        metric="adoption",
                        on=date(2026, 3, 27),
                    ),
                ),
                Doubt(
                    title=pen("Contract search"),
                    caveat=Caveat(
                        kind=CaveatKind.REVISED,
                        initiative="search",
                        sunday=SUNDAY,
                        metric="adoption",
                        figure=published(61, 200),
                        on=date(2026, 3, 8),
                    ),
                ),
            ),
        ),
    )


def _letter(pen: Pen) -> Message:
    return digest.letter(
        ritual=pen("AI letter"),
        digest="letter",
        facts=facts(pen),
        whole=True,
        next_letter=datetime(2026, 4, 13, 6, 30, tzinfo=UTC),
    )


def _form(_: Pen) -> Form:
    return digest.day_form(digest="letter", wish=Wish(weekday=1, at=time(8, 30)))


MESSAGES: dict[str, Callable[[Pen], Message]] = {"digest": _letter}
FORMS: dict[str, Callable[[Pen], Form]] = {"digest-day": _form}
