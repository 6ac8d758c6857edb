"""How many are asked, which, and how often."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.pulses.panels import (
    Panelist,
    Panels,
    allocate,
    cycle_of,
    deal,
    invitations,
    invited,
    panel_of_week,
    planned_margin,
    sample_size,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))
TODAY = date(2026, 4, 7)
quick = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(("margin", "population", "answers"), GOLDEN["sample_size"]["rows"])
def test_sample_sizes_are_the_golden_ones(margin: str, population: int, answers: int) -> None:
    assert sample_size(Fraction(margin), population) == answers
    assert sample_size(float(margin), population) == answers


@pytest.mark.parametrize(("answers", "population", "margin"), GOLDEN["planned_margin"]["rows"])
def test_planned_margins_are_the_golden_ones(answers: int, population: int, margin: float) -> None:
    assert planned_margin(answers, population) == pytest.approx(margin, abs=5.1e-7)
    pooled, people, wide = GOLDEN["planned_margin"]["pooled"]
    assert planned_margin(pooled, people) == pytest.approx(wide, abs=5.1e-4)


@quick
@given(st.integers(1, 5000), st.integers(1, 50))
def test_the_sample_size_is_the_smallest_that_keeps_its_margin(population: int, points: int) -> None:
    margin = points / 100
    answers = sample_size(margin, population)
    assert planned_margin(answers, population) <= margin + 1e-9
    if answers > 1:
        assert planned_margin(answers - 1, population) > margin - 1e-9


def test_samples_that_cannot_be_are_refused() -> None:
    assert sample_size(0.05, 0) == 0
    assert sample_size(0.05, 1) == 1
    assert planned_margin(7, 7) == 0
    for margin, population in ((0, 10), (1, 10), (0.1, -1)):
        with pytest.raises(ValueError, match="no sample size"):
            sample_size(margin, population)
    with pytest.raises(ValueError, match="answers of"):
        planned_margin(8, 7)


def test_allocations_and_invitations_are_the_golden_ones() -> None:
    golden = GOLDEN["allocation"]
    sizes = golden["N"]
    assert allocate(golden["n_total"], sizes) == golden["proportional"]
    needed = {name: sample_size(Fraction(golden["margin"]), size) for name, size in sizes.items()}
    assert needed == golden["per_stratum_10pts"]
    asked = {
        name: invitations(needed[name], response_rate=Fraction(golden["response_rates"][name]), population=sizes[name])
        for name in sizes
    }
    assert asked == golden["invites"]


@quick
@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 60), max_size=6), st.data())
def test_an_allocation_shares_all_places_within_one_of_the_quota(sizes: dict[str, int], data: st.DataObject) -> None:
    people = sum(sizes.values())
    total = data.draw(st.integers(0, people))
    found = allocate(total, sizes)
    assert sum(found.values()) == total
    for name, size in sizes.items():
        assert 0 <= found[name] <= size
        if people:
            assert abs(found[name] - Fraction(total * size, people)) < 1


def test_places_and_rates_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="places"):
        allocate(3, {"a": 2})
    for rate in (0, 1.1):
        with pytest.raises(ValueError, match="response rate"):
            invitations(5, response_rate=rate, population=10)


# --- panels ---


def test_panels_are_the_golden_ones() -> None:
    golden = GOLDEN["panels"]
    found = deal(golden["users"], key=golden["key"].encode(), cycle=golden["cycle"], count=golden["G"])
    assert found.assigned == golden["assigned"]
    assert found.members(0) == {"U011", "U004", "U005"}


people = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=4), st.sampled_from(["it", "claims", "hr"]))


@quick
@given(people, st.integers(1, 6), st.text("0123", min_size=1, max_size=2))
def test_panels_are_alike_as_a_whole_and_in_every_stratum(strata: dict[str, str], count: int, cycle: str) -> None:
    found = deal(strata, key=b"secret", cycle=cycle, count=count)
    assert set(found.assigned) == set(strata)
    groups = [set(strata), *({name for name in strata if strata[name] == one} for one in set(strata.values()))]
    for group in groups:
        sizes = [len(found.members(panel) & group) for panel in range(count)]
        assert max(sizes) - min(sizes) <= 1
    backwards = dict(reversed(strata.items()))
    assert deal(backwards, key=b"secret", cycle=cycle, count=count).assigned == found.assigned


def test_another_cycle_or_key_deals_other_panels() -> None:
    strata = {f"U{number}": "all" for number in range(40)}
    first = deal(strata, key=b"secret", cycle="2026-Q2")
    assert deal(strata, key=b"secret", cycle="2026-Q3").assigned != first.assigned
    assert deal(strata, key=b"other", cycle="2026-Q2").assigned != first.assigned
    with pytest.raises(ValueError, match="key"):
        deal(strata, key=b"", cycle="2026-Q2")
    with pytest.raises(ValueError, match="panel"):
        deal(strata, key=b"secret", cycle="2026-Q2", count=0)


def test_a_newcomer_joins_the_smallest_panel_of_the_stratum_and_nobody_moves() -> None:
    before = Panels(
        cycle="2026-Q2",
        count=3,
        strata={"a": "it", "b": "it", "c": "it", "d": "hr", "e": "hr"},
        assigned={"a": 0, "b": 1, "c": 0, "d": 2, "e": 2},
    )
    after = before.joined("z", "it")
    assert after.assigned == {**before.assigned, "z": 2}
    assert after.strata["z"] == "it"
    assert before.joined("y", "claims").assigned["y"] == 1  # all are empty of that stratum: the smallest of all
    assert after.joined("z", "hr") == after


@quick
@given(st.lists(st.sampled_from(["it", "hr"]), max_size=20))
def test_newcomers_keep_the_panels_of_a_stratum_alike(strata: list[str]) -> None:
    panels = deal({}, key=b"secret", cycle="2026-Q2")
    for number, stratum in enumerate(strata):
        panels = panels.joined(str(number), stratum)
    for stratum in ("it", "hr"):
        counted = Counter(panels.assigned[name] for name, one in panels.strata.items() if one == stratum)
        sizes = [counted[panel] for panel in range(panels.count)]
        assert max(sizes) - min(sizes) <= 1


def test_a_cycle_is_a_year() -> None:
    assert [cycle_of(day) for day in (date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))] == [
        "2026",
        "2026",
        "2027",
    ]


@quick
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 6))
def test_panels_take_turns_week_by_week(day: date, count: int) -> None:
    monday = day - timedelta(days=day.weekday())
    assert panel_of_week(day, count) == panel_of_week(monday, count)
    assert panel_of_week(day + timedelta(weeks=1), count) == (panel_of_week(day, count) + 1) % count
    with pytest.raises(ValueError, match="panel"):
        panel_of_week(day, 0)


# --- how often ---


@pytest.mark.parametrize(
    ("unanswered", "days", "inclusion"),
    [
        (0, 28, Fraction(1)),
        (2, 28, Fraction(1)),
        (3, 56, Fraction(1, 2)),
        (6, 84, Fraction(1, 3)),
        (60, 84, Fraction(1, 3)),
    ],
)
def test_whoever_does_not_answer_is_asked_less_often(unanswered: int, days: int, inclusion: Fraction) -> None:
    last = TODAY - timedelta(days=days)
    panelist = Panelist(person="ana", last_invited_on=last, unanswered_in_a_row=unanswered)
    assert panelist.may_be_invited(TODAY)
    assert not panelist.may_be_invited(TODAY - timedelta(days=1))
    assert panelist.inclusion == inclusion


def test_only_people_of_the_panel_who_may_be_asked_are() -> None:
    panelists = [
        Panelist(person="new"),
        Panelist(person="out", opted_out=True),
        Panelist(person="recent", last_invited_on=TODAY - timedelta(days=27)),
        Panelist(person="due", last_invited_on=TODAY - timedelta(days=28)),
        Panelist(person="other"),
    ]
    panel = frozenset({"new", "out", "recent", "due"})
    assert invited(panelists, panel, today=TODAY) == ("new", "due")
