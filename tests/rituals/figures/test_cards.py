"""Whether a card is news, how its figures stand to their targets, and what it proposes next."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from rituals.figures.alerts import Event
from rituals.figures.cards import (
    CardFacts,
    News,
    NextStep,
    Trend,
    Verdict,
    news,
    next_step,
    verdict,
    verdict_on_amount,
)
from rituals.figures.changes import confirmed
from rituals.figures.records import AlertEvent, Card, Metric
from rituals.kpis import Kpi, KpiSource, Reading
from rituals.measures.disclosure import Figure, Published, Suppressed
from rituals.measures.statistics import Direction, Tier
from tests.rituals.figures.test_changes import figure, pair
from tests.rituals.figures.world import SUNDAY, WEEK, kpi

TODAY = SUNDAY + timedelta(days=8)
FOUR_WEEKS = 4 * WEEK


def shown(metric: Metric, x: int, n: int, *, tier: Tier = Tier.MEASURED) -> Published:
    found = figure(metric, x, n, SUNDAY, tier=tier)
    assert isinstance(found, Published)
    return found


ADOPTION = shown(Metric.ADOPTION, 30, 250)
UP = confirmed([pair(Metric.ADOPTION, (30, 250), (60, 250))], SUNDAY)[0]
DOWN = confirmed([pair(Metric.ADOPTION, (60, 250), (30, 250))], SUNDAY)[0]
LAST = Card(ritual="adoption", room="everybody", initiative="triage", sunday=SUNDAY - WEEK, shown_on=TODAY - WEEK)


def facts(figures: Mapping[str, Figure] | None = None, **known: Any) -> CardFacts:
    return CardFacts(
        initiative="triage",
        title="Triage",
        figures={Metric.ADOPTION: ADOPTION} if figures is None else figures,
        **{"last": LAST, **known},
    )


def event(kind: Event, metric: Metric = Metric.ESCALATION) -> AlertEvent:
    return AlertEvent(initiative="triage", metric=metric, sunday=SUNDAY, event=kind)


# --- news ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, None),
        ({"last": None}, News.FIRST),
        ({"last": replace(LAST, shown_on=TODAY - FOUR_WEEKS)}, News.DUE),
        ({"last": replace(LAST, shown_on=TODAY - FOUR_WEEKS + timedelta(days=1))}, None),
        ({"events": (event(Event.RAISE),)}, News.ALERT),
        ({"events": (event(Event.WORSEN),)}, News.ALERT),
        ({"events": (event(Event.CLEAR),)}, News.CLEAR),
        ({"events": (event(Event.REMIND),)}, None),
        ({"events": (event(Event.RAISE), event(Event.CLEAR))}, News.CLEAR),
        ({"change": UP}, News.UP),
        ({"change": DOWN}, News.DOWN),
        ({"change": UP, "last": replace(LAST, arrow=Direction.UP)}, None),
        ({"change": DOWN, "last": replace(LAST, arrow=Direction.UP)}, News.DOWN),
        ({"change": UP, "last": None}, News.UP),
        ({"last": replace(LAST, arrow=Direction.UP)}, None),
        ({"figures": {}, "last": None}, None),
        ({"figures": {Metric.ADOPTION: Suppressed(kind="primary")}, "last": None}, News.FIRST),
    ],
)
def test_a_card_is_news_where_something_changed_state(known: dict[str, Any], expected: News | None) -> None:
    assert news(facts(**known), today=TODAY, every=FOUR_WEEKS) is expected


def test_the_most_pressing_comes_first() -> None:
    assert sorted(News) == [News.ALERT, News.DOWN, News.CLEAR, News.UP, News.FIRST, News.DUE]


def test_a_trend_is_flat_only_where_it_could_have_been_told() -> None:
    assert facts(change=UP).trend is Trend.UP
    assert facts(is_flat=True).trend is Trend.FLAT
    assert facts().trend is None


# --- targets -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "of", "expected"),
    [
        (None, shown(Metric.ADOPTION, 30, 250), Verdict.NONE),
        ("0.12", shown(Metric.ADOPTION, 30, 250), Verdict.MET),
        ("0.13", shown(Metric.ADOPTION, 30, 250), Verdict.MISSED),
        ("0.30", shown(Metric.ADOPTION, 5, 15), Verdict.NEAR),  # 20 to 40 %
        ("0.50", shown(Metric.ADOPTION, 5, 15), Verdict.MISSED),
        ("0.20", shown(Metric.ADOPTION, 5, 15), Verdict.MET),
        ("0.60", shown(Metric.CSAT, 24, 40), Verdict.NEAR),  # from 45 to 74 %
        ("0.80", shown(Metric.CSAT, 24, 40), Verdict.MISSED),
        ("0.40", shown(Metric.CSAT, 24, 40), Verdict.MET),
        ("0.80", shown(Metric.CSAT, 5, 7), Verdict.OPEN),
        ("0.95", shown(Metric.CSAT, 12, 12), Verdict.NEAR),  # 90 % or more
    ],
)
def test_a_verdict_goes_by_what_is_shown(target: str | None, of: Published, expected: Verdict) -> None:
    assert verdict(kpi(KpiSource.ADOPTION, target), of) is expected


@pytest.mark.parametrize(
    ("target", "expected"), [("0.30", Verdict.MISSED), ("0.45", Verdict.MET), ("0.50", Verdict.MET)]
)
def test_the_same_escalation_is_good_or_bad_by_what_was_agreed(target: str, expected: Verdict) -> None:
    assert verdict(kpi(KpiSource.ESCALATION, target), shown(Metric.ESCALATION, 396, 880)) is expected


@pytest.mark.parametrize(
    ("target", "expected"), [(None, Verdict.NONE), ("20000", Verdict.MET), ("20001", Verdict.MISSED)]
)
def test_an_amount_is_held_against_its_target(target: str | None, expected: Verdict) -> None:
    reading = Reading(value=Fraction(20_000), on=SUNDAY)
    assert verdict_on_amount(kpi(KpiSource.SAVING, target), reading) is expected


# --- what next -----------------------------------------------------------------------------------------------------

WANTED: Mapping[str, Kpi] = {"adoption": kpi(KpiSource.ADOPTION, "0.6", amber="0.4")}
NEVER, DORMANT = shown(Metric.NEVER, 100, 250), shown(Metric.DORMANT, 80, 250)
FEW_NEVER = shown(Metric.NEVER, 60, 250)
ESCALATION, CSAT = shown(Metric.ESCALATION, 396, 880), shown(Metric.CSAT, 24, 80)
INDICATED = shown(Metric.ADOPTION, 30, 250, tier=Tier.INDICATIVE)
INDICATED_WELL = shown(Metric.ADOPTION, 200, 250, tier=Tier.INDICATIVE)
USED = shown(Metric.ADOPTION, 150, 250)


@pytest.mark.parametrize(
    ("figures", "known", "expected"),
    [
        ({Metric.ESCALATION: ESCALATION}, {"raised": frozenset({"escalation"})}, NextStep.HANDOVERS),
        ({Metric.ADOPTION: ADOPTION, Metric.ESCALATION: ESCALATION}, {"kpis": WANTED}, NextStep.THRESHOLD),
        ({}, {}, NextStep.WAIT),
        ({Metric.ADOPTION: Suppressed(kind="primary")}, {"kpis": WANTED}, NextStep.WAIT),
        ({Metric.ADOPTION: ADOPTION}, {}, NextStep.TARGET),
        ({Metric.ADOPTION: ADOPTION}, {"kpis": {"adoption": kpi(KpiSource.ADOPTION, None)}}, NextStep.TARGET),
        ({Metric.ADOPTION: ADOPTION, Metric.NEVER: NEVER}, {"kpis": WANTED, "is_too_early": True}, NextStep.WAIT),
        (
            {Metric.ADOPTION: ADOPTION, Metric.NEVER: NEVER, Metric.DORMANT: DORMANT},
            {"kpis": WANTED},
            NextStep.ONBOARDING,
        ),
        (
            {Metric.ADOPTION: ADOPTION, Metric.NEVER: FEW_NEVER, Metric.DORMANT: DORMANT},
            {"kpis": WANTED},
            NextStep.CONVERSATION,
        ),
        ({Metric.ADOPTION: ADOPTION}, {"kpis": WANTED}, NextStep.BARRIERS),
        (
            {Metric.ADOPTION: USED, Metric.CSAT: CSAT},
            {"kpis": {**WANTED, "csat": kpi(KpiSource.CSAT, "0.7")}},
            NextStep.LISTEN,
        ),
        ({Metric.ADOPTION: USED, Metric.NEVER: NEVER}, {"kpis": WANTED}, NextStep.GO_ON),
        ({Metric.ADOPTION: INDICATED}, {"kpis": WANTED}, NextStep.WAIT),
        ({Metric.ADOPTION: INDICATED_WELL}, {"kpis": WANTED}, NextStep.GO_ON),
    ],
)
def test_the_next_step_follows_from_what_is_shown(
    figures: Mapping[str, Figure], known: dict[str, Any], expected: NextStep
) -> None:
    assert next_step(facts(figures, **known)) is expected
