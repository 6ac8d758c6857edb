"""What holds people back: told of every answer once, of no few, and by nothing but what was published."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.figures.barriers import BARRIERS, most_named
from rituals.figures.reckoning import Kept, Known, reckon
from rituals.measures.disclosure import Basis, Counted, Form, Ledger, Published, Thresholds, publish
from rituals.measures.satisfaction import Opinion
from rituals.measures.statistics import Direction, Tier, Window
from rituals.pulses.waves import PlainAnswer, WaveCount
from tests.rituals.figures.test_reckoning import Keeper, by_pulses
from tests.rituals.figures.world import DAY, OPENED, SUNDAY, WEEK, answers, wave

Heard = tuple[WaveCount, list[PlainAnswer]]

CPX, TRN, EXP = "barrier_cpx", "barrier_trn", "barrier_exp"


def heard(closed_on: date, *replies: Sequence[str]) -> Heard:
    """A wave in which these barriers were chosen, answer by answer."""
    of = wave(closed_on, invited=200, answered=max(len(replies), 1), population={"Claims": 400})
    used = answers(of, "Claims", {"every_week": len(replies)})
    named = [PlainAnswer(wave=of.wave, stratum="Claims", question="BAR", codes=tuple(one)) for one in replies]
    return of, [*used, *named]


def told(keeper: Keeper, sunday: date = SUNDAY) -> dict[str, Published]:
    """What was published for a Sunday, by metric."""
    found = {}
    for (metric, _, on), one in keeper.records.items():
        if metric in BARRIERS and on == sunday:
            assert isinstance(one.figure, Published)
            found[metric] = one.figure
    return found


# --- how few -------------------------------------------------------------------------------------------------------


def test_of_fewer_than_five_answers_nothing_is_told_nor_kept() -> None:
    keeper = Keeper()
    keeper.reckon(by_pulses(heard(SUNDAY, *[["B_CPX"]] * 4)))
    assert told(keeper) == {}
    assert not any(metric in BARRIERS for metric, _, _ in keeper.records)


def test_of_five_to_nine_answers_a_word_is_told_and_no_count() -> None:
    keeper = Keeper()
    keeper.reckon(by_pulses(heard(SUNDAY, *[["B_CPX"]] * 3, ["B_TRN", "B_CPX"], ["B_DK"])))
    cpx, trn = told(keeper)[CPX], told(keeper)[TRN]
    assert (cpx.display.form, cpx.display.word, cpx.x, cpx.n) == (Form.WORD, Opinion.UNFAVOURABLE, None, 5)
    assert (trn.display.word, trn.x) == (Opinion.FAVOURABLE, None)
    assert [metric for metric, _ in most_named(told(keeper))] == [CPX]


@pytest.mark.parametrize(("count", "is_told"), [(5, False), (9, False), (10, True)])
def test_that_a_tool_questions_ones_expertise_is_told_from_ten_answers_on(count: int, *, is_told: bool) -> None:
    keeper = Keeper()
    keeper.reckon(by_pulses(heard(SUNDAY, *[["B_EXP", "B_CPX"]] * count)))
    assert (EXP in told(keeper)) is is_told
    assert CPX in told(keeper)
    assert (EXP in dict(most_named(told(keeper)))) is is_told


def test_higher_thresholds_hold_for_barriers_too() -> None:
    known = by_pulses(heard(SUNDAY, *[["B_EXP", "B_CPX"]] * 14))
    for fewest, found in ((14, {CPX, EXP}), (15, set())):
        reckoned = reckon(known, Kept(), until=SUNDAY, thresholds=Thresholds(answers=fewest))
        assert {one.metric for one in reckoned.records if one.metric in (CPX, EXP)} == found


def test_shares_are_of_all_who_were_asked_and_answered_and_add_up_to_more() -> None:
    keeper = Keeper()
    keeper.reckon(
        by_pulses(
            heard(SUNDAY, *[["B_CPX", "B_TRN", "B_EXP"]] * 20, *[["B_CPX"]] * 10, *[["B_DK"]] * 5, *[["B_NON"]] * 5)
        )
    )
    cpx = told(keeper)[CPX]
    assert (cpx.x, cpx.n, cpx.display.low, cpx.tier) == (30, 40, 75, Tier.ESTIMATED)
    assert sum(one.x or 0 for one in told(keeper).values()) == 70
    assert set(told(keeper)) == set(BARRIERS), "neither nothing, nor no answer, nor other"


def test_no_count_of_a_barrier_is_kept_beside_its_figure() -> None:
    found = reckon(by_pulses(heard(SUNDAY, *[["B_CPX"]] * 12)), Kept(), until=SUNDAY, thresholds=Thresholds())
    assert any(one.metric == CPX for one in found.records)
    assert not any(one.metric in BARRIERS for one in found.counts)
    assert not any(metric in BARRIERS for metric, _ in found.releases)


# --- nothing to subtract -------------------------------------------------------------------------------------------


def test_one_more_answer_in_a_second_wave_is_not_had_by_subtraction() -> None:
    first = heard(SUNDAY, *[["B_CPX"]] * 12, *[["B_TRN"]] * 8)
    second = heard(SUNDAY + WEEK, ["B_TRN"])
    third = heard(SUNDAY + 3 * WEEK, *[["B_TRN"]] * 30)
    keeper = Keeper()
    for back in range(5):
        keeper.reckon(by_pulses(first, second, third), SUNDAY + back * WEEK)
    assert told(keeper)[CPX].n == 20
    for back in (1, 2, 3):
        assert told(keeper, SUNDAY + back * WEEK) == {}, "these four weeks share the first wave with those told"
    assert told(keeper, SUNDAY + 4 * WEEK)[TRN].n == 31, "and of these none was told before"


def test_what_is_reckoned_twice_or_for_an_earlier_sunday_tells_nothing_more() -> None:
    early, late = heard(SUNDAY - 2 * WEEK, *[["B_CPX"]] * 20), heard(SUNDAY, *[["B_CPX"]] * 3)
    keeper = Keeper()
    keeper.reckon(by_pulses(early, late))
    before = dict(keeper.records)
    for sunday in (SUNDAY, SUNDAY - WEEK, SUNDAY - 2 * WEEK, SUNDAY - 3 * WEEK):
        keeper.reckon(by_pulses(early, late), sunday)
    assert {key: one for key, one in keeper.records.items() if key[0] in BARRIERS} == {
        key: one for key, one in before.items() if key[0] in BARRIERS
    }


def test_sundays_that_were_missed_are_not_caught_up_with() -> None:
    keeper = Keeper()
    keeper.reckon(by_pulses(heard(SUNDAY - 8 * WEEK, *[["B_CPX"]] * 20)))
    assert told(keeper, SUNDAY - 8 * WEEK) == {}


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 150), st.integers(0, 14)), max_size=16, unique_by=lambda one: one[0]),
    st.lists(st.integers(0, 22), max_size=24),
)
def test_every_answer_is_told_once_whatever_closes_when_and_is_reckoned_when(
    closing: list[tuple[int, int]], reckoned: list[int]
) -> None:
    """Pools without a wave in common leave nothing to subtract, however many of them there are."""
    waves = [heard(SUNDAY + day * DAY, *[["B_CPX", "B_EXP"]] * count) for day, count in closing]
    keeper = Keeper()
    for week in reckoned:
        keeper.reckon(by_pulses(*waves), SUNDAY + week * WEEK)
    pools = {
        one.sunday: {of.wave for of, said in waves if of.closed_on in Window.ending(one.sunday) and said}
        for one in keeper.records.values()
        if one.metric in BARRIERS
    }
    assert sum(len(pool) for pool in pools.values()) == len(set().union(*pools.values()))
    for sunday in pools:
        shown = told(keeper, sunday)
        assert shown[CPX].n == sum(of.answered for of, said in waves if of.wave in pools[sunday] and said) >= 5
        assert (EXP in shown) is (shown[CPX].n >= 10)


def test_before_people_have_the_tool_nothing_is_told() -> None:
    known = replace(Known(initiative="triage", live_since=SUNDAY), answers=(), waves=())
    of, said = heard(SUNDAY, *[["B_CPX"]] * 20)
    keeper = Keeper()
    keeper.reckon(replace(known, waves=(of,), answers=tuple(said)))
    assert told(keeper) == {}
    keeper.reckon(replace(known, live_since=OPENED, waves=(of,), answers=tuple(said)))
    assert CPX in told(keeper)


# --- which are told ------------------------------------------------------------------------------------------------


def barrier(x: int, n: int, metric: str) -> Published:
    counted = Counted(
        metric=metric,
        x=x,
        n=n,
        N=None,
        method="answers",
        window=Window.ending(SUNDAY),
        as_of=SUNDAY,
        tier=Tier.ESTIMATED,
        basis=Basis.ANSWERS,
        members=None,
        direction=Direction.DOWN,
    )
    figure, _ = publish(counted, thresholds=Thresholds(), ledger=Ledger())
    assert isinstance(figure, Published)
    return figure


def test_the_three_most_named_are_told_the_most_named_first_and_then_as_in_the_bank() -> None:
    named = {"barrier_pol": 9, "barrier_acc": 20, "barrier_cpx": 9, "barrier_exp": 9, "barrier_tru": 30}
    found = most_named({metric: barrier(x, 60, metric) for metric, x in named.items()})
    assert [metric for metric, _ in found] == ["barrier_tru", "barrier_acc", "barrier_exp"]


@pytest.mark.parametrize(
    ("x", "n", "is_told"), [(0, 40, 0), (4, 40, 0), (5, 40, 1), (0, 12, 0), (1, 12, 0), (2, 12, 1)]
)
def test_what_one_in_ten_or_fewer_name_is_not_told(x: int, n: int, is_told: int) -> None:
    assert len(most_named({CPX: barrier(x, n, CPX)})) == is_told


@settings(max_examples=100, deadline=None)
@given(st.integers(5, 19), st.lists(st.integers(0, 19), min_size=7, max_size=7))
def test_which_are_told_and_in_what_order_says_no_more_than_what_is_shown(n: int, counts: list[int]) -> None:
    shown = {metric: barrier(min(x, n), n, metric) for metric, x in zip(BARRIERS, counts, strict=True)}
    alike: dict[object, Published] = {}
    same = {metric: alike.setdefault((one.x, one.display), one) for metric, one in shown.items()}
    assert [metric for metric, _ in most_named(shown)] == [metric for metric, _ in most_named(same)]
    assert all(one.n >= 5 for _, one in most_named(shown))
