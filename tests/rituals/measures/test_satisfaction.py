"""Scores, promoters, response rates and short scales."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.measures.satisfaction import (
    Opinion,
    Precision,
    Promoters,
    Response,
    Scores,
    opinion,
    precision,
    system_usability,
    umux_lite,
    usefulness_and_ease,
)
from rituals.measures.statistics import Direction, Proportion, wilson

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))
quick = settings(max_examples=60, deadline=None)


def near(values: object, tolerance: float = 5.1e-7) -> Any:
    return pytest.approx(values, abs=tolerance)


def test_csat_is_the_golden_one() -> None:
    golden = GOLDEN["csat"]
    found = Scores(counts={int(score): count for score, count in golden["counts"].items()})
    assert found.n == golden["n"]
    assert float(found.csat.share) == near(golden["csat"])
    assert [wilson(found.csat).low, wilson(found.csat).high] == near(golden["ci"])
    assert float(found.dsat.share) == near(golden["dsat"])
    assert found.mean == Fraction(str(golden["mean"]))
    assert found.deviation == near(golden["sd"])
    assert found.mean_interval is not None
    assert [found.mean_interval.low, found.mean_interval.high] == near(golden["mean_ci"])


def test_no_opinion_is_in_no_denominator() -> None:
    found = Scores(counts={5: 3}, skipped=7)
    assert found.csat == Proportion(x=3, n=3)
    assert found.skipped == 7


def test_few_answers_have_no_interval() -> None:
    assert Scores(counts={}).mean is None
    assert Scores(counts={}).csat.rate is None
    assert Scores(counts={4: 1}).mean_interval is None
    alike = Scores(counts={4: 2}).mean_interval
    assert alike is not None
    assert (alike.low, alike.high) == (4, 4)


@pytest.mark.parametrize("counts", [{0: 1}, {6: 1}, {3: -1}])
def test_scores_off_the_scale_are_refused(counts: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        Scores(counts=counts)


@quick
@given(st.dictionaries(st.integers(1, 5), st.integers(0, 50)))
def test_satisfied_dissatisfied_and_neither_are_everybody(counts: dict[int, int]) -> None:
    found = Scores(counts=counts)
    assert found.csat.x + found.dsat.x + counts.get(3, 0) == found.n
    if found.mean_interval is not None and found.mean is not None:
        assert found.mean_interval.low <= found.mean <= found.mean_interval.high


def test_nps_is_the_golden_one() -> None:
    golden = GOLDEN["nps"]
    found = Promoters(promoters=golden["prom"], passives=golden["passive"], detractors=golden["detr"])
    assert found.nps is not None
    assert float(found.nps) == near(golden["nps"], 5.1e-5)
    assert found.margin == near(golden["moe_trinomial"], 5.1e-5)
    assert float(found.adjusted_centre) == near(golden["adjwald_centre"], 5.1e-5)
    assert found.interval is not None
    assert [found.interval.low, found.interval.high] == near(golden["adjwald_ci"], 5.1e-5)


def test_nps_of_nobody_and_of_one_mind() -> None:
    nobody = Promoters(promoters=0, passives=0, detractors=0)
    assert nobody.nps is None
    assert nobody.margin is None
    assert nobody.interval is None
    fans = Promoters(promoters=9, passives=0, detractors=0)
    assert fans.margin == 0
    assert fans.interval is not None
    assert 0 < fans.interval.low < fans.interval.high == 100
    with pytest.raises(ValueError, match="0 or more"):
        Promoters(promoters=-1, passives=0, detractors=0)


def test_response_rates_are_the_golden_ones() -> None:
    golden = GOLDEN["response"]
    found = Response(
        invited=golden["invited"], ineligible=golden["left"], complete=golden["complete"], partial=golden["partial"]
    )
    assert float(found.rr1.share) == near(golden["RR1"])
    assert float(found.rr2.share) == near(golden["RR2"])
    assert float(found.rr1.share) != near(golden["of_delivered"])
    with pytest.raises(ValueError, match="exceed"):
        Response(invited=10, ineligible=1, complete=9, partial=1)


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, Precision.NOTHING),
        (4, Precision.NOTHING),
        (5, Precision.WORD),
        (9, Precision.WORD),
        (10, Precision.FIVE_POINTS),
        (29, Precision.FIVE_POINTS),
        (30, Precision.WHOLE),
    ],
)
def test_few_answers_say_little(n: int, expected: Precision) -> None:
    assert precision(n) is expected


def test_words_have_their_bounds() -> None:
    assert opinion(Fraction(7, 10)) is Opinion.FAVOURABLE
    assert opinion(0.7) is Opinion.FAVOURABLE
    assert opinion(Fraction(69, 100)) is opinion(0.4) is Opinion.DIVIDED
    assert opinion(Fraction(39, 100)) is Opinion.UNFAVOURABLE
    assert opinion(Fraction(3, 10), Direction.DOWN) is Opinion.FAVOURABLE
    assert opinion(1, Direction.DOWN) is Opinion.UNFAVOURABLE


def test_short_scales_are_the_golden_ones() -> None:
    golden = GOLDEN["short_scales"]
    for scale, case in (
        (umux_lite, golden["umux_lite"]),
        (usefulness_and_ease, golden["usefulness_and_ease"]),
    ):
        found = [scale(one, other) for one, other in case["items"]]
        assert [float(score) for score in found] == near(case["scores"], 5.1e-5)
        assert float(sum(found, Fraction()) / len(found)) == near(case["mean"], 5.1e-5)
    assert system_usability(golden["sus"]["items"]) == golden["sus"]["score"]


def test_items_off_their_scale_are_refused() -> None:
    for scale, items in ((umux_lite, (8, 1)), (usefulness_and_ease, (6, 1)), (usefulness_and_ease, (1, 0))):
        with pytest.raises(ValueError, match="items go from"):
            scale(*items)
    for answers in ([3] * 9, [*[3] * 9, 6]):
        with pytest.raises(ValueError, match="ten items"):
            system_usability(answers)
