"""Whoever subtracts what is published from what is published learns of no group that is hidden."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, combinations
from math import ceil, floor

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rituals.figures.records import Metric
from rituals.measures.adoption import History
from rituals.measures.disclosure import (
    Basis,
    Counted,
    Figure,
    Form,
    Ledger,
    Published,
    Suppressed,
    Thresholds,
    publish,
)
from rituals.measures.statistics import Tier, Window
from tests.rituals.figures.test_reckoning import Keeper, by_usage
from tests.rituals.figures.world import DAY, SUNDAY, WEEK, people, person

K = Thresholds().telemetry
SOME, FEW = 50, 20


@dataclass(frozen=True)
class Range:
    """What a reader knows of a count: from `low` to `high`."""

    low: int
    high: int


def told(figure: Figure, size: int) -> Range:
    """What one figure by itself says of a group of `size` people, to somebody who knows how it was rounded."""
    if isinstance(figure, Suppressed) or figure.carried_forward:
        return Range(0, size)
    if figure.x is not None:
        return Range(figure.x, figure.x)
    display = figure.display
    assert display.low is not None
    assert display.high is not None
    if display.form is Form.BAND:
        # A band holds its lower bound, not its upper one, which belongs to the next band.
        inside = [
            x
            for x in range(size + 1)
            if display.low * size <= 100 * x < display.high * size or (x == size and display.high == 100)
        ]
        return Range(min(inside), max(inside))
    # Whoever sees a multiple of five takes it for one that was rounded to fives only where all are.
    half = 2.5 if size < SOME or display.low % 5 == 0 else 0.5
    low, high = (display.low - half) * size / 100, (display.low + half) * size / 100
    return Range(max(0, ceil(low)), min(size, floor(high) - (floor(high) == high)))


def derived(total: int, groups: Mapping[str, Range]) -> dict[str, Range]:
    """What the total leaves for each group, beside what is told of all the others; nothing more can be known of it."""
    low, high = sum(one.low for one in groups.values()), sum(one.high for one in groups.values())
    return {
        name: Range(max(one.low, total - (high - one.high)), min(one.high, total - (low - one.low)))
        for name, one in groups.items()
    }


def given_away(total: int, sizes: Mapping[str, int], figures: Mapping[str, Figure]) -> list[str]:
    """The groups that are known better than they may be, when the whole's count is known exactly."""
    whole = sum(sizes.values())
    if total in (0, whole):
        return []  # the whole says so by itself, and it may
    hidden = [name for name, figure in figures.items() if isinstance(figure, Suppressed)]
    if len(hidden) == len(figures):
        return []  # nothing to subtract
    known = {name: told(figure, sizes[name]) for name, figure in figures.items() if name not in hidden}
    rest = sum(sizes[name] for name in hidden)
    found = derived(total, {**known, "": Range(0, rest)})
    leaks = [
        name
        for name, own in known.items()
        if sizes[name] < SOME
        and (
            (found[name].low == found[name].high and own.low < own.high)
            or (sizes[name] < FEW and (found[name].high == 0 or found[name].low == sizes[name]))
        )
    ]
    # Any of the hidden groups together, up to all of them.
    for some in chain.from_iterable(combinations(hidden, n) for n in range(1, len(hidden) + 1)):
        size = sum(sizes[name] for name in some)
        low, high = max(0, found[""].low - (rest - size)), min(size, found[""].high)
        if low == high and (len(some) < len(hidden) or size < SOME or high in (0, size)):
            leaks.append("+".join(some))
    return leaks


def published(keeper: Keeper, sunday: date) -> tuple[int, dict[str, Figure]]:
    """The whole's count, and by department what is told of it."""
    records = [one for (metric, _, day), one in keeper.records.items() if metric == Metric.ADOPTION and day == sunday]
    return keeper.counts[Metric.ADOPTION, sunday].x, {one.department: one.figure for one in records if one.department}


def sized(histories: list[History]) -> dict[str, int]:
    """How many there are in each department: everybody knows that."""
    found: dict[str, int] = {}
    for one in histories:
        name = one.placements[0].department
        found[name] = found.get(name, 0) + 1
    return found


departments = st.lists(
    st.integers(1, 75).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size))), min_size=1, max_size=6
)


def staffed(groups: list[tuple[int, int]], on: date = SUNDAY - DAY) -> list[History]:
    return [
        one
        for place, (size, active) in enumerate(groups)
        for one in people(size, active, department=f"D{place}", on=on)
    ]


# --- one run -------------------------------------------------------------------------------------------------------


@settings(max_examples=250, deadline=None)
@given(departments)
def test_one_run_tells_nothing_of_a_small_group_by_itself_by_subtraction_or_by_addition(
    groups: list[tuple[int, int]],
) -> None:
    histories = staffed(groups)
    keeper = Keeper()
    keeper.reckon(by_usage(histories))
    nothing_is_told_below_the_threshold(keeper)
    the_same_people_do_not_add_up_to_a_count_of_few(keeper, len(histories))
    if (Metric.ADOPTION, "", SUNDAY) not in keeper.records:
        return  # nobody has used it yet
    total, figures = published(keeper, SUNDAY)
    assert given_away(total, sized(histories), figures) == []


def nothing_is_told_below_the_threshold(keeper: Keeper) -> None:
    for one in keeper.records.values():
        if isinstance(one.figure, Published):
            assert one.figure.n >= K
            assert one.figure.x is None or one.figure.n >= SOME


def the_same_people_do_not_add_up_to_a_count_of_few(keeper: Keeper, size: int) -> None:
    shown = [
        metric
        for metric in (Metric.ADOPTION, Metric.NEVER, Metric.DORMANT)
        if isinstance(keeper.figure(metric), Published)
    ]
    assert len(shown) < 3 or size >= SOME


def naively(groups: Mapping[str, tuple[int, int]]) -> dict[str, Figure]:
    """What somebody publishes who only looks at the size of each group."""
    return {
        name: publish(
            Counted(
                metric="adoption",
                x=x,
                n=n,
                N=n,
                method="telemetry",
                window=Window.ending(SUNDAY),
                as_of=SUNDAY,
                tier=Tier.MEASURED,
                basis=Basis.TELEMETRY,
                members=None,
            ),
            thresholds=Thresholds(),
            ledger=Ledger(),
        )[0]
        for name, (n, x) in groups.items()
    }


def test_the_attack_finds_leaks_that_were_planted() -> None:
    alone = {"Claims": (60, 20), "Sales": (70, 30), "Legal": (7, 3)}
    assert given_away(53, {name: n for name, (n, _) in alone.items()}, naively(alone)) == ["Legal"]
    # Two hidden groups, enough people together, and nobody among them uses it.
    alike = {"Claims": (60, 20), "Sales": (70, 30), "Legal": (7, 0), "IT": (9, 0)}
    assert "Legal" in given_away(50, {name: n for name, (n, _) in alike.items()}, naively(alike))
    # A group told in a band, and counted exactly by what the others leave.
    banded = {"Claims": (60, 20), "Sales": (70, 30), "IT": (12, 5)}
    assert given_away(55, {name: n for name, (n, _) in banded.items()}, naively(banded)) == ["IT"]


# --- several runs --------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.integers(10, 70),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=5),
    st.integers(60, 90),
)
@example(size=10, moves=[(5, 5)], others=61)
def test_a_small_group_is_never_shown_anew_after_a_few_have_come_or_gone(
    size: int, moves: list[tuple[int, int]], others: int
) -> None:
    first = SUNDAY - WEEK * len(moves)
    small = people(size, size // 3, on=first - DAY)
    large = people(others, others // 2, department="Sales", on=first - DAY)
    keeper, last = Keeper(), None
    numbers = iter(range(1_000))
    for week in range(len(moves) + 1):
        sunday = first + WEEK * week
        if week:
            joined, left = moves[week - 1]
            small = [*small[left:], *(person(f"new {next(numbers)}", used_on=[first - DAY]) for _ in range(joined))]
        everybody = [*small, *large]
        keeper.reckon(by_usage(everybody, sunday=sunday, usage_until=sunday), sunday)
        total, figures = published(keeper, sunday)
        assert given_away(total, sized(everybody), figures) == []
        figure = figures.get("Claims")
        members = frozenset(one.person for one in small)
        if isinstance(figure, Published) and not figure.carried_forward:
            if last is not None and len(small) < SOME:
                assert len(members ^ last) not in range(1, 5)
            last = members


@settings(max_examples=60, deadline=None)
@given(departments, st.integers(1, 4))
def test_two_versions_of_one_sunday_are_of_the_same_people(groups: list[tuple[int, int]], gone: int) -> None:
    """Otherwise their difference would be those who were taken out."""
    histories = staffed(groups)
    keeper = Keeper()
    keeper.reckon(by_usage(histories))
    before = {key: one for key, one in keeper.records.items() if key[2] == SUNDAY}
    later = SUNDAY + WEEK
    corrected = [replace(one, used_on=frozenset({SUNDAY})) for one in histories[gone:]]
    keeper.reckon(by_usage(corrected, sunday=later, usage_until=later), later)
    assert {key: one for key, one in keeper.records.items() if key[2] == SUNDAY and key in before} == before
