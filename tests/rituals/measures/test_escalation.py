"""How conversations end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.measures.escalation import Conversations, Handover, Outcome, outcome
from rituals.measures.statistics import wilson

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))[
    "conversations"
]
counts = st.integers(0, 500)


def near(values: object, tolerance: float = 5.1e-7) -> Any:
    return pytest.approx(values, abs=tolerance)


@pytest.mark.parametrize("escalated", [True, False])
@pytest.mark.parametrize("resolved", [True, False])
def test_an_engaged_session_has_one_outcome_and_another_none(escalated: bool, resolved: bool) -> None:
    found = outcome(engaged=True, escalated=escalated, resolved=resolved)
    if escalated:
        assert found is Outcome.ESCALATED
    else:
        assert found is (Outcome.RESOLVED if resolved else Outcome.ABANDONED)
    assert outcome(engaged=False, escalated=escalated, resolved=resolved) is None


def test_a_handover_by_rule_is_not_avoidable() -> None:
    assert [reason for reason in Handover if reason.is_avoidable] == [Handover.USER_ASKED, Handover.FAILED]


def test_rates_are_the_golden_ones() -> None:
    found = Conversations(
        unengaged=GOLDEN["unengaged"],
        escalated=GOLDEN["escalated"],
        confirmed=GOLDEN["resolved"] - 100,
        implied=100,
        abandoned=GOLDEN["abandoned"],
        avoidable=300,
        contacted_again=GOLDEN["contacted_again"],
        resolved_and_contacted=GOLDEN["resolved_and_contacted"],
    )
    assert found.engaged == GOLDEN["sessions"] - GOLDEN["unengaged"]
    assert float(found.escalation_rate.share) == near(GOLDEN["escalation"])
    assert found.escalated / GOLDEN["sessions"] == near(GOLDEN["escalation_of_all_sessions"])
    interval = wilson(found.escalation_rate)
    assert [interval.low, interval.high] == near(GOLDEN["ci"])
    assert float(found.containment.share) == near(GOLDEN["containment"])
    assert float(found.resolution_rate.share) == near(GOLDEN["resolution"])
    assert float(found.abandon_rate.share) == near(GOLDEN["abandon"])
    assert float(found.containment_without_contact.share) == near(GOLDEN["containment_without_contact"])
    assert float(found.deflection.share) == near(GOLDEN["deflection"])
    assert found.avoidable_escalation.x == 300
    assert found.confirmed_resolution_rate.x == 330


@settings(max_examples=60, deadline=None)
@given(counts, counts, counts, counts, counts)
def test_the_three_outcomes_are_all_there_is(
    unengaged: int, escalated: int, confirmed: int, implied: int, abandoned: int
) -> None:
    found = Conversations(
        unengaged=unengaged, escalated=escalated, confirmed=confirmed, implied=implied, abandoned=abandoned
    )
    rates = (found.escalation_rate, found.resolution_rate, found.abandon_rate)
    assert sum(rate.x for rate in rates) == found.engaged
    assert found.containment.x + found.escalation_rate.x == found.engaged
    if not found.engaged:
        assert found.escalation_rate.rate is None


@pytest.mark.parametrize("part", ["avoidable", "contacted_again", "resolved_and_contacted"])
def test_a_part_is_no_larger_than_its_whole(part: str) -> None:
    def counted(value: int) -> Conversations:
        return Conversations(unengaged=0, escalated=3, confirmed=3, implied=0, abandoned=0, **{part: value})

    assert counted(3).engaged == 6
    for value in (-1, 4):
        with pytest.raises(ValueError, match="exceeds"):
            counted(value)
