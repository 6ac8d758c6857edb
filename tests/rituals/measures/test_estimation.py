"""How sure a usage figure is, and what pulses and partial telemetry say of everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.measures.estimation import (
    CrossTable,
    Disagreement,
    calibrated,
    difference_estimate,
    disagreement,
    non_response,
    stratified_on_telemetry,
    tier,
)
from rituals.measures.statistics import Proportion, Tier

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))
SIX = 5.1e-7
quick = settings(max_examples=60, deadline=None)


def near(values: object, tolerance: float = SIX) -> Any:
    return pytest.approx(values, abs=tolerance)


@pytest.mark.parametrize(
    ("matched", "every_surface", "joined", "answers", "invited", "expected"),
    [
        (95, True, False, 0, 0, Tier.MEASURED),
        (94, True, True, 40, 100, Tier.CALIBRATED),
        (95, False, True, 40, 100, Tier.CALIBRATED),
        (50, False, True, 30, 150, Tier.CALIBRATED),
        (49, False, True, 40, 100, Tier.ESTIMATED),
        (80, False, False, 40, 100, Tier.ESTIMATED),
        (0, False, False, 29, 100, Tier.INDICATIVE),
        (80, False, True, 29, 100, Tier.INDICATIVE),
        (0, False, False, 30, 151, Tier.INDICATIVE),
    ],
)
def test_the_tier_follows_from_what_there_is(
    matched: int, every_surface: bool, joined: bool, answers: int, invited: int, expected: Tier
) -> None:
    found = tier(
        matched=matched, people=100, every_surface=every_surface, joined=joined, answers=answers, invited=invited
    )
    assert found is expected


def test_nobody_is_no_census() -> None:
    assert tier(matched=0, people=0, every_surface=True, joined=True) is Tier.INDICATIVE


CASE = GOLDEN["calibrated"]
TABLE = CrossTable(
    both=CASE["table"][0], telemetry_only=CASE["table"][1], reported_only=CASE["table"][2], neither=CASE["table"][3]
)


@pytest.mark.parametrize("finite", [True, False])
@pytest.mark.parametrize("method", ["post_stratified", "difference"])
def test_calibrated_estimates_are_the_golden_ones(method: str, finite: bool) -> None:
    estimate = stratified_on_telemetry if method == "post_stratified" else difference_estimate
    found = estimate(TABLE, telemetry_active=48, population=400, finite=finite)
    golden = CASE[method]
    errors = golden["finite" if finite else "infinite"]
    assert found.method == method
    assert found.share == near(golden["share"])
    assert found.standard_error == near(errors["se"])
    assert [found.interval.low, found.interval.high] == near(errors["ci"])
    if "neff" in errors:
        assert found.n_eff == near(errors["neff"], 5.1e-5)
    assert float(TABLE.reported.share) == near(CASE["self_report"])


def test_the_better_estimate_is_chosen_where_both_sides_are_large_enough() -> None:
    assert calibrated(TABLE, telemetry_active=48, population=400, finite=True).method == "post_stratified"
    few = CrossTable(both=5, telemetry_only=4, reported_only=15, neither=84)
    assert calibrated(few, telemetry_active=48, population=400, finite=True).method == "difference"
    ten = CrossTable(both=6, telemetry_only=4, reported_only=5, neither=5)
    assert calibrated(ten, telemetry_active=48, population=400, finite=True).method == "post_stratified"


def test_the_difference_stays_a_share() -> None:
    over = CrossTable(both=0, telemetry_only=9, reported_only=0, neither=1)
    found = difference_estimate(over, telemetry_active=10, population=100, finite=False)
    assert found.share == found.interval.low == found.interval.high == 0


def test_tables_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        calibrated(TABLE, telemetry_active=20, population=400, finite=True)
    with pytest.raises(ValueError, match="does not fit"):
        calibrated(TABLE, telemetry_active=48, population=119, finite=True)
    with pytest.raises(ValueError, match="0 or more"):
        CrossTable(both=-1, telemetry_only=0, reported_only=0, neither=0)
    one = CrossTable(both=1, telemetry_only=0, reported_only=0, neither=0)
    with pytest.raises(ValueError, match="spread"):
        difference_estimate(one, telemetry_active=1, population=3, finite=True)


def test_those_who_answered_use_it_more_than_the_others_as_in_the_golden_case() -> None:
    golden = CASE["non_response"]
    found = non_response(TABLE, telemetry_active=48, population=400)
    assert found is not None
    assert float(found.respondents.share) == near(golden["respondents"])
    assert float(found.others.share) == near(golden["others"])
    assert found.z == near(golden["z"], 5.1e-4)
    assert found.p_value == near(golden["p"], 5.1e-5)
    everybody = CrossTable(both=1, telemetry_only=1, reported_only=1, neither=1)
    assert non_response(everybody, telemetry_active=2, population=4) is None


def test_disagreement_is_named_for_what_is_more() -> None:
    assert TABLE.agreement == Proportion(x=102, n=120)
    assert disagreement(TABLE) is Disagreement.REPORTED_MORE
    turned = CrossTable(both=18, telemetry_only=15, reported_only=3, neither=84)
    assert disagreement(turned) is Disagreement.MEASURED_MORE
    assert not TABLE.may_show
    alike = CrossTable(both=30, telemetry_only=5, reported_only=5, neither=60)
    assert disagreement(alike) is Disagreement.CONCORDANT
    assert alike.may_show
    at_odds = CrossTable(both=10, telemetry_only=20, reported_only=20, neither=10)
    assert disagreement(at_odds) is Disagreement.UNCLEAR


@quick
@given(st.lists(st.integers(0, 40), min_size=4, max_size=4), st.integers(0, 60), st.integers(0, 60))
def test_calibrating_answers_of_everybody_gives_what_they_say(cells: list[int], more: int, others: int) -> None:
    table = CrossTable(both=cells[0] + 1, telemetry_only=cells[1], reported_only=cells[2], neither=cells[3] + 1)
    active, population = table.measured.x, table.n
    for estimate in (stratified_on_telemetry, difference_estimate):
        found = estimate(table, telemetry_active=active, population=population, finite=True)
        assert found.share == pytest.approx(float(table.reported.share))
        wider = estimate(table, telemetry_active=active + more, population=population + more + others, finite=True)
        assert 0 <= wider.interval.low <= wider.share + 1e-12
        assert wider.share - 1e-12 <= wider.interval.high <= 1
