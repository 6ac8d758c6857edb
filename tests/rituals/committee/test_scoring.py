"""What a committee's marks say."""

from __future__ import annotations

import json
import statistics
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.committee.scoring import (
    DIRECTION,
    WEIGHTS,
    Criterion,
    Direction,
    Headline,
    Marks,
    disagreement_index,
    headline,
    median,
    percentile,
    weighted,
)
from rituals.errors import InvalidReply

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))["committee"]
PASS_MARK = Fraction(7, 2)
COSTS = {Criterion.RISK, Criterion.EFFORT}

sheets = st.builds(Marks, given=st.fixed_dictionaries({criterion: st.integers(1, 5) for criterion in Criterion}))
quick = settings(max_examples=40, deadline=None)
committees = st.lists(sheets, min_size=5, max_size=9)


def sheet(impact: int, feasibility: int, alignment: int, risk: int, effort: int) -> Marks:
    """Marks as asked: risk and effort as costs."""
    return Marks(given=dict(zip(Criterion, (impact, feasibility, alignment, risk, effort), strict=True)))


def asked(favourable: list[int]) -> Marks:
    """Favourable marks (5 = good) put as the form asks for them: risk and effort turned into costs."""
    impact, feasibility, alignment, risk, effort = favourable
    return sheet(impact, feasibility, alignment, 6 - risk, 6 - effort)


MEMBERS = {name: asked(favourable) for name, favourable in GOLDEN["favourable"].items()}


def test_the_weights_are_the_golden_ones_and_sum_to_one_exactly() -> None:
    assert [Fraction(weight, 1000) for weight in WEIGHTS.values()] == [Fraction(one) for one in GOLDEN["weights"]]
    assert list(WEIGHTS) == list(Criterion)
    assert sum(WEIGHTS.values()) == 1000


def test_risk_and_effort_are_costs_and_the_rest_benefits() -> None:
    assert {criterion for criterion in Criterion if DIRECTION[criterion] is Direction.COST} == COSTS


@pytest.mark.parametrize("member", MEMBERS)
def test_each_golden_member_has_the_composite_reckoned_by_hand(member: str) -> None:
    assert MEMBERS[member].composite == Fraction(GOLDEN["composites"][member])


def test_costs_read_as_benefits_would_give_other_scores_to_all_but_the_first_member() -> None:
    unturned = {name: asked(marks).composite for name, marks in GOLDEN["favourable"].items()}
    misread = {
        name: weighted({criterion: Fraction(mark) for criterion, mark in marks.items()})
        for name, marks in MEMBERS.items()
    }
    assert {name for name in MEMBERS if misread[name] != unturned[name]} == {"B", "C", "D", "E"}
    assert misread["A"] == unturned["A"] == 4  # the coincidence that makes this member prove nothing


def test_the_golden_headline_fails_while_the_composite_of_medians_and_the_mean_pass() -> None:
    found = headline(list(MEMBERS.values()), k=5, pass_mark=Fraction(GOLDEN["pass_mark"]))
    assert found.scorers == 5
    assert found.median == Fraction(GOLDEN["median"])
    assert found.composite_of_medians == Fraction(GOLDEN["composite_of_medians"])
    assert found.mean == Fraction(GOLDEN["mean"])
    assert found.passes is False
    assert found.paradox
    assert found.suppressed is None
    assert sum(marks.composite >= PASS_MARK for marks in MEMBERS.values()) == GOLDEN["members_at_the_pass_mark"]
    assert found.disagreement == ()
    assert found.lone_voice == (Criterion.IMPACT,)


@pytest.mark.parametrize("case", GOLDEN["disagreement"])
def test_disagreement_is_the_golden_one(case: dict[str, list[int] | float]) -> None:
    values = case["values"]
    assert isinstance(values, list)
    assert float(disagreement_index(values)) == pytest.approx(case["index"], abs=5e-7)


def test_on_nine_points_disagreement_is_the_published_example() -> None:
    case = GOLDEN["disagreement_of_nine_points"]
    marks = [case["p30"]] * 4 + [case["p70"]] * 4
    assert percentile(marks, Fraction(3, 10)) == case["p30"]
    assert percentile(marks, Fraction(7, 10)) == case["p70"]
    assert float(disagreement_index(marks, 1, 9)) == pytest.approx(case["index"], abs=5e-7)
    assert disagreement_index(marks, 1, 9) == 1 / Fraction("6.1")


def test_a_split_committee_disagrees_and_one_far_mark_is_a_lone_voice() -> None:
    impacts, risks = (1, 1, 3, 5, 5), (2, 4, 5, 5, 5)
    found = headline(
        [sheet(impact, 3, 3, risk, 3) for impact, risk in zip(impacts, risks, strict=True)], k=5, pass_mark=PASS_MARK
    )
    assert found.disagreement == (Criterion.IMPACT,)
    assert found.lone_voice == (Criterion.RISK,)


def test_an_even_committee_has_the_mean_of_its_two_middle_composites() -> None:
    six = [*MEMBERS.values(), asked([5, 5, 5, 5, 5])]
    assert headline(six, k=5, pass_mark=PASS_MARK).median == (Fraction("3.45") + Fraction("4.0")) / 2


def test_the_pass_mark_itself_passes() -> None:
    found = headline([asked([4, 3, 4, 3, 3])] * 5, k=5, pass_mark=PASS_MARK)
    assert found.median == PASS_MARK
    assert found.passes
    assert not found.paradox


@quick
@given(st.lists(sheets, max_size=6), st.lists(sheets, max_size=6))
def test_under_the_threshold_nothing_shows_not_even_how_many_gave_marks(one: list[Marks], other: list[Marks]) -> None:
    found = headline(one, k=7, pass_mark=PASS_MARK)
    assert found == headline(other, k=7, pass_mark=PASS_MARK)
    assert found == Headline(
        scorers=None,
        median=None,
        suppressed="primary",
        passes=None,
        mean=None,
        composite_of_medians=None,
        paradox=False,
        disagreement=(),
        lone_voice=(),
    )


def test_the_threshold_is_raised_at_will_and_never_below_five() -> None:
    assert headline(list(MEMBERS.values()), k=6, pass_mark=PASS_MARK).suppressed == "primary"
    with pytest.raises(ValueError, match="5 marks or more"):
        headline(list(MEMBERS.values()), k=4, pass_mark=PASS_MARK)


@pytest.mark.parametrize("criterion", Criterion)
def test_without_a_mark_for_every_criterion_there_is_no_score(criterion: Criterion) -> None:
    incomplete = {other: 3 for other in Criterion if other is not criterion}
    with pytest.raises(InvalidReply) as refusal:
        Marks(given=incomplete)
    assert refusal.value.field == criterion
    with pytest.raises(ValueError, match="every criterion"):
        weighted({other: Fraction(3) for other in incomplete})


@pytest.mark.parametrize("mark", [0, 6, -1, True, 3.0, "3", None, Fraction(3)])
def test_a_mark_is_a_whole_number_from_one_to_five(mark: object) -> None:
    given: dict[Criterion, object] = {**dict.fromkeys(Criterion, 3), Criterion.RISK: mark}
    with pytest.raises(InvalidReply) as refusal:
        Marks(given=given)  # type: ignore[arg-type]
    assert refusal.value.field == "risk"


def test_a_mark_nobody_asked_for_is_refused() -> None:
    with pytest.raises(InvalidReply) as refusal:
        Marks(given={**dict.fromkeys(Criterion, 3), "charm": 5})  # type: ignore[dict-item]
    assert refusal.value.field == "charm"


def test_marks_are_their_own_copy_and_read_like_a_mapping() -> None:
    form = dict.fromkeys(Criterion, 3)
    marks = Marks(given=form)
    form[Criterion.RISK] = 5
    assert marks[Criterion.RISK] == 3
    assert dict(marks) == dict.fromkeys(Criterion, 3)
    assert len(marks) == 5
    assert list(marks) == list(Criterion)
    with pytest.raises(TypeError):
        marks.given[Criterion.RISK] = 1  # type: ignore[index]


def test_marks_keyed_by_name_are_the_same_marks() -> None:
    named = json.loads(json.dumps({criterion.value: 4 for criterion in reversed(Criterion)}))
    assert Marks(given=named) == Marks(given=dict.fromkeys(Criterion, 4))
    assert hash(Marks(given=named)) == hash(Marks(given=dict.fromkeys(Criterion, 4)))


def test_weights_that_do_not_sum_to_one_are_refused() -> None:
    marks = dict.fromkeys(Criterion, Fraction(3))
    with pytest.raises(ValueError, match="1000"):
        weighted(marks, {**WEIGHTS, Criterion.IMPACT: 299})
    with pytest.raises(ValueError, match="1000"):
        weighted(marks, {Criterion.IMPACT: 1000})


def test_a_percentile_needs_a_value_and_a_disagreement_a_scale() -> None:
    with pytest.raises(ValueError, match="percentile"):
        median([])
    with pytest.raises(ValueError, match="percentile"):
        disagreement_index([])
    with pytest.raises(ValueError, match="share"):
        percentile([1], Fraction(2))
    with pytest.raises(ValueError, match="scale"):
        disagreement_index([1, 6])
    with pytest.raises(ValueError, match="scale"):
        disagreement_index([3], 3, 3)


@quick
@given(sheets)
def test_a_composite_stays_on_the_scale_of_its_marks(marks: Marks) -> None:
    favourable = [marks.favourable(criterion) for criterion in Criterion]
    assert min(favourable) <= marks.composite <= max(favourable)


@quick
@given(sheets, st.sampled_from(Criterion))
def test_a_higher_benefit_raises_the_score_and_a_higher_cost_lowers_it(marks: Marks, criterion: Criterion) -> None:
    if marks[criterion] == 5:
        return
    changed = Marks(given={**marks, criterion: marks[criterion] + 1}).composite - marks.composite
    assert changed == Fraction(WEIGHTS[criterion], 1000) * (-1 if criterion in COSTS else 1)


@quick
@given(committees, st.randoms(use_true_random=False))
def test_the_order_of_sheets_does_not_matter(marks: list[Marks], chance: Random) -> None:
    shuffled = list(marks)
    chance.shuffle(shuffled)
    assert headline(marks, k=5, pass_mark=PASS_MARK) == headline(shuffled, k=5, pass_mark=PASS_MARK)


@quick
@given(committees.filter(lambda marks: len(marks) % 2 == 1))
def test_with_an_odd_committee_the_headline_passes_exactly_when_a_majority_of_members_do(marks: list[Marks]) -> None:
    willing = sum(one.composite >= PASS_MARK for one in marks)
    assert headline(marks, k=5, pass_mark=PASS_MARK).passes == (2 * willing > len(marks))


@quick
@given(committees)
def test_a_headline_agrees_with_the_standard_library(marks: list[Marks]) -> None:
    found = headline(marks, k=5, pass_mark=PASS_MARK)
    composites = [one.composite for one in marks]
    assert found.median == statistics.median(composites)
    assert found.mean == statistics.mean(composites)
    assert not set(found.disagreement) & set(found.lone_voice)


@quick
@given(st.lists(st.integers(1, 5), min_size=2, max_size=40))
def test_percentiles_are_of_type_seven(values: list[int]) -> None:
    deciles = statistics.quantiles([Fraction(value) for value in values], n=10, method="inclusive")
    assert [percentile(values, Fraction(tenth, 10)) for tenth in range(1, 10)] == deciles


@quick
@given(st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_turning_a_scale_round_leaves_its_disagreement_as_it_is(values: list[int]) -> None:
    assert disagreement_index(values) == disagreement_index([6 - value for value in values])


@quick
@given(st.integers(1, 5), st.integers(1, 40))
def test_people_of_one_mind_do_not_disagree(value: int, people: int) -> None:
    assert disagreement_index([value] * people) == 0
