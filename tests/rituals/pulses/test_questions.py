"""What a pulse may ask, and how an answer counts."""

from __future__ import annotations

from random import Random

import pytest

from rituals.errors import InvalidReply
from rituals.measures.statistics import Proportion
from rituals.pulses.questions import (
    BANK,
    BAR,
    COM,
    SAT1,
    TIM,
    USE1,
    Answering,
    barrier_shares,
    reported_use,
    scores,
)


def test_the_bank_has_every_question_once_and_every_option_its_own_key() -> None:
    assert list(BANK) == ["USE1", "USE2", "SAT1", "USF", "EAS", "TRU", "TIM", "BAR", "HLP", "COM"]
    keys = [one.key for one in BANK.values()] + [one.option_key(code) for one in BANK.values() for code in one.codes]
    assert len(set(keys)) == len(keys)
    assert USE1.option_key("every_week") == "pulse-use1-every-week"
    assert BAR.option_key("B_EXP") == "pulse-bar-b-exp"


def test_no_pulse_word_is_a_sentence() -> None:
    for one in BANK.values():
        assert all(" " not in word for word in (one.code, one.key, *one.codes))


def test_a_scale_goes_from_one_to_five_and_may_have_a_way_out() -> None:
    assert SAT1.codes == ("1", "2", "3", "4", "5", "no_opinion")
    assert BANK["EAS"].codes == ("1", "2", "3", "4", "5")


def test_barriers_are_shuffled_but_for_the_last_three() -> None:
    orders = {tuple(option.code for option in BAR.shown(Random(seed))) for seed in range(20)}
    assert len(orders) > 1
    assert {order[7:] for order in orders} == {("B_OTH", "B_NON", "B_DK")}
    assert {frozenset(order) for order in orders} == {frozenset(BAR.codes)}
    assert [option.code for option in TIM.shown(Random(1))] == list(TIM.codes)


def test_to_feel_one_s_expertise_questioned_takes_ten_people_to_show() -> None:
    assert {option.code: option.fewest for option in BAR.options if option.fewest} == {"B_EXP": 10}


def test_replies_are_kept_in_the_order_of_the_bank() -> None:
    assert BAR.checked(["B_POL", "B_EXP"]) == ("B_EXP", "B_POL")
    assert SAT1.checked(["4"]) == ("4",)
    assert COM.checked(["  it helps \n"]) == ("it helps",)
    assert COM.checked(["é" * 500]) == ("é" * 500,)


@pytest.mark.parametrize(
    ("code", "reply"),
    [
        ("USE1", []),
        ("USE1", ["every_week", "never"]),
        ("USE1", ["always"]),
        ("SAT1", ["6"]),
        ("SAT1", ["0"]),
        ("BAR", ["B_EXP", "B_CPX", "B_TRN", "B_TRU"]),
        ("BAR", ["B_EXP", "B_EXP"]),
        ("COM", [" "]),
        ("COM", ["x" * 501]),
        ("COM", ["one", "two"]),
    ],
)
def test_what_was_not_offered_is_refused(code: str, reply: list[str]) -> None:
    with pytest.raises(InvalidReply) as refusal:
        BANK[code].checked(reply)
    assert refusal.value.field == code


def test_without_access_people_are_not_active_and_stay_in_the_adoption_base() -> None:
    found = reported_use(["every_week", "once_or_twice", "not_lately", "never", "no_access", "no_access"])
    assert found.adoption == Proportion(x=2, n=6)
    assert found.active_of_enabled == Proportion(x=2, n=4)


def test_no_opinion_is_skipped() -> None:
    found = scores(SAT1, ["5", "4", "no_opinion", "1"])
    assert found.csat == Proportion(x=2, n=3)
    assert found.skipped == 1
    with pytest.raises(ValueError, match="scale"):
        scores(TIM, ["saved"])
    assert TIM.answering is Answering.ONE


def test_barriers_are_counted_among_all_who_answered_the_most_chosen_first() -> None:
    found = barrier_shares([("B_CPX", "B_EXP"), ("B_CPX",), ("B_DK",), ("B_TRN", "B_CPX", "B_EXP")])
    assert list(found)[:3] == ["B_CPX", "B_EXP", "B_TRN"]
    assert found["B_CPX"] == Proportion(x=3, n=4)
    assert found["B_ACC"] == Proportion(x=0, n=4)
    assert sum(share.x for share in found.values()) == 7
