"""What a committee's votes decide."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from math import ceil
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.committee.ballots import Majority, Outcome, Tally, VoteChoice, tally

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))["votes"][
    "rows"
]
HALF = Fraction(1, 2)
RESULTS = {
    "adopted": Outcome.GO,
    "rejected": Outcome.NOT_ADOPTED,  # in these rows: the majority missed with no fewer yes than no
    "tie": Outcome.NOT_ADOPTED,
    "no_decision": Outcome.NOT_ADOPTED,
    "no_quorum": Outcome.NO_QUORUM,
}

quick = settings(max_examples=60, deadline=None)
majorities = st.sampled_from(Majority)
quorums = st.fractions(min_value=Fraction(1, 100), max_value=1, max_denominator=100)
votes = st.lists(st.sampled_from(VoteChoice), max_size=15)


@st.composite
def tallies(draw: st.DrawFn, *, missing: int = 0) -> Tally:
    """Any count that can be while at least `missing` people have not voted."""
    choices = draw(votes)
    return tally(choices, entitled=len(choices) + draw(st.integers(missing, 10)))


@pytest.mark.parametrize(("members", "present", "yes", "no", "abstain", "rule", "result", "needed"), GOLDEN)
def test_the_golden_votes_come_out_as_reckoned_by_hand(
    members: int, present: int, yes: int, no: int, abstain: int, rule: str, result: str, needed: int
) -> None:
    name, _, recused = rule.removesuffix(")").partition("(recused=")
    counted = Tally(entitled=members - int(recused or 0), yes=yes, no=no, abstain=abstain)
    assert counted.present == present
    assert counted.quorum_needed(HALF) == needed
    assert counted.outcome(Majority(name), HALF) is RESULTS[result]


def test_four_yes_of_six_are_two_thirds_though_floats_say_otherwise() -> None:
    assert not 4 / 6 >= 0.667
    assert Majority.TWO_THIRDS.met(yes=4, no=2, entitled=9)


def test_one_yes_among_nine_is_a_weak_mandate_and_a_quarter_is_not() -> None:
    weak = Tally(entitled=9, yes=1, abstain=6)
    assert weak.outcome(Majority.SIMPLE, HALF) is Outcome.GO
    assert weak.weak_mandate
    assert not Tally(entitled=8, yes=2, no=1, abstain=1).weak_mandate


@pytest.mark.parametrize("majority", Majority)
def test_nothing_is_adopted_without_a_yes(majority: Majority) -> None:
    assert Tally(entitled=5, abstain=5).outcome(majority, HALF) is Outcome.NOT_ADOPTED
    assert tally([], entitled=0).outcome(majority, HALF) is Outcome.NOT_ADOPTED


def test_only_more_no_than_yes_is_a_no_go() -> None:
    assert Tally(entitled=5, yes=2, no=3).outcome(Majority.SIMPLE, HALF) is Outcome.NO_GO
    assert Tally(entitled=4, yes=2, no=2).outcome(Majority.SIMPLE, HALF) is Outcome.NOT_ADOPTED
    assert Tally(entitled=4, yes=2, no=1).outcome(Majority.THREE_QUARTERS, HALF) is Outcome.NOT_ADOPTED
    assert Tally(entitled=4, yes=3, no=1).outcome(Majority.THREE_QUARTERS, HALF) is Outcome.GO


def test_a_defer_counts_as_present_and_is_neither_yes_nor_no() -> None:
    counted = Tally(entitled=9, yes=2, no=1, defer=2)
    assert counted.present == 5
    assert counted.outcome(Majority.SIMPLE, HALF) is Outcome.GO
    assert counted.outcome(Majority.TWO_THIRDS, HALF) is Outcome.GO


def test_a_proposal_is_put_off_when_more_people_say_so_than_say_yes_or_say_no() -> None:
    assert Tally(entitled=9, yes=2, no=1, defer=3).outcome(Majority.SIMPLE, HALF) is Outcome.DEFERRED
    assert Tally(entitled=9, yes=1, no=3, defer=3).outcome(Majority.SIMPLE, HALF) is Outcome.NO_GO
    assert Tally(entitled=9, yes=3, no=0, defer=3).outcome(Majority.SIMPLE, HALF) is Outcome.GO
    assert Tally(entitled=5, defer=1, abstain=4).outcome(Majority.SIMPLE, HALF) is Outcome.DEFERRED


def test_without_a_quorum_nothing_is_decided_not_even_to_put_it_off() -> None:
    assert Tally(entitled=9, defer=4).outcome(Majority.SIMPLE, HALF) is Outcome.NO_QUORUM


def test_everybody_has_voted_when_nobody_is_left_and_somebody_might() -> None:
    assert Tally(entitled=2, yes=1, abstain=1).everybody_voted
    assert not Tally(entitled=2, yes=1).everybody_voted
    assert not Tally(entitled=0).everybody_voted


def test_a_count_that_cannot_be_is_not_one() -> None:
    with pytest.raises(ValueError, match="3 votes of 2 people"):
        tally([VoteChoice.GO] * 3, entitled=2)
    with pytest.raises(ValueError, match="negative"):
        Tally(entitled=2, yes=-1)
    with pytest.raises(ValueError, match="negative"):
        Tally(entitled=-1)


@pytest.mark.parametrize("quorum", [Fraction(0), Fraction(-1, 2), Fraction(3, 2)])
def test_a_quorum_is_a_share_of_the_members(quorum: Fraction) -> None:
    with pytest.raises(ValueError, match="quorum"):
        Tally(entitled=9).quorum_needed(quorum)


@quick
@given(st.integers(0, 1000), quorums)
def test_a_quorum_is_the_smallest_number_of_people_that_makes_the_share(entitled: int, quorum: Fraction) -> None:
    needed = Tally(entitled=entitled).quorum_needed(quorum)
    assert needed == ceil(quorum * entitled)
    assert needed >= quorum * entitled > needed - 1


@quick
@given(votes, st.randoms(use_true_random=False), majorities, quorums)
def test_the_order_of_votes_does_not_matter(
    choices: list[VoteChoice], chance: Random, majority: Majority, quorum: Fraction
) -> None:
    shuffled = list(choices)
    chance.shuffle(shuffled)
    one, other = (tally(order, entitled=30) for order in (choices, shuffled))
    assert one == other
    assert one.outcome(majority, quorum) is other.outcome(majority, quorum)


@quick
@given(tallies(missing=1), majorities, quorums)
def test_one_more_abstention_changes_nothing_but_the_quorum(
    counted: Tally, majority: Majority, quorum: Fraction
) -> None:
    more = replace(counted, abstain=counted.abstain + 1)
    before, then = counted.outcome(majority, quorum), more.outcome(majority, quorum)
    assert before in {then, Outcome.NO_QUORUM}


@quick
@given(tallies(), majorities, quorums)
def test_a_no_turned_into_a_yes_never_undoes_an_adoption(counted: Tally, majority: Majority, quorum: Fraction) -> None:
    adopted = False
    for converted in range(counted.no + 1):
        yes, no = counted.yes + converted, counted.no - converted
        kinder = Tally(entitled=counted.entitled, yes=yes, no=no, defer=counted.defer, abstain=counted.abstain)
        now = kinder.outcome(majority, quorum) is Outcome.GO
        assert now >= adopted
        adopted = now


@quick
@given(tallies(), majorities, quorums)
def test_what_is_adopted_has_more_yes_than_no_and_what_is_a_no_go_fewer(
    counted: Tally, majority: Majority, quorum: Fraction
) -> None:
    outcome = counted.outcome(majority, quorum)
    if outcome is Outcome.GO:
        assert counted.yes > counted.no
    if outcome is Outcome.NO_GO:
        assert counted.no > counted.yes
    if outcome is Outcome.DEFERRED:
        assert counted.defer > max(counted.yes, counted.no)


@quick
@given(tallies(), quorums)
def test_a_stricter_majority_adopts_nothing_that_a_laxer_one_does_not(counted: Tally, quorum: Fraction) -> None:
    adopted = [counted.outcome(majority, quorum) is Outcome.GO for majority in Majority]
    simple, absolute, two_thirds, three_quarters = adopted
    assert three_quarters <= two_thirds <= simple
    assert absolute <= simple
