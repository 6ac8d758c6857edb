"""What may be shown, and that nobody can be told from it."""

from __future__ import annotations

import copy
import json
import pickle
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import FrozenInstanceError, fields, replace
from datetime import date
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rituals.measures.disclosure import (
    FLOORS,
    Basis,
    Counted,
    Display,
    Figure,
    Forged,
    Form,
    Ledger,
    Partition,
    Published,
    Release,
    Suppressed,
    Thresholds,
    comments_may_show,
    hidden_children,
    publish,
    publish_partition,
)
from rituals.measures.satisfaction import Opinion
from rituals.measures.statistics import Direction, Interval, Proportion, Tier, Window, half_up, wilson

GOLDEN = json.loads((Path(__file__).parents[2] / "golden_numbers" / "measures.json").read_text("utf-8"))
AS_OF = date(2026, 3, 29)
DEFAULT = Thresholds()
quick = settings(max_examples=150, deadline=None)


def group(size: int, start: int = 0) -> frozenset[str]:
    return frozenset(f"p{number:03}" for number in range(start, start + size))


def counted(x: int, n: int, **changes: Any) -> Counted:
    values: dict[str, Any] = {
        "metric": "csat",
        "x": x,
        "n": n,
        "N": None,
        "method": "top_two",
        "window": Window.ending(AS_OF),
        "as_of": AS_OF,
        "tier": Tier.ESTIMATED,
        "basis": Basis.ANSWERS,
        "members": group(n),
    }
    return Counted(**(values | changes))


def telemetry(x: int, n: int, **changes: Any) -> Counted:
    return counted(x, n, **({"metric": "adoption", "basis": Basis.TELEMETRY, "tier": Tier.MEASURED} | changes))


def alone(figure: Counted, **changes: Any) -> Figure:
    rules: dict[str, Any] = {"thresholds": DEFAULT, "ledger": Ledger()}
    found, _ = publish(figure, **(rules | changes))
    return found


def shown(figure: Counted, **changes: Any) -> Published:
    found = alone(figure, **changes)
    assert isinstance(found, Published)
    return found


def parts(sizes: Mapping[str, int], xs: Mapping[str, int] | None = None, **changes: Any) -> dict[str, Counted]:
    """Children of these sizes, each of its own people; about half of each are x unless `xs` says otherwise."""
    children, start = {}, 0
    for name, size in sizes.items():
        x = size // 2 if xs is None else xs[name]
        children[name] = counted(x, size, **({"members": group(size, start)} | changes))
        start += size
    return children


def whole(children: Mapping[str, Counted], **changes: Any) -> Counted:
    members: frozenset[str] = frozenset().union(*(child.members or () for child in children.values()))
    return counted(
        sum(child.x for child in children.values()),
        sum(child.n for child in children.values()),
        **({"members": members} | changes),
    )


def partition(children: Mapping[str, Counted], ledger: Ledger | None = None) -> tuple[Partition, Ledger]:
    basis = next(iter(children.values())).basis
    parent = whole(children, basis=basis, tier=Tier.MEASURED if basis is Basis.TELEMETRY else Tier.ESTIMATED)
    return publish_partition(parent, children, thresholds=DEFAULT, ledger=ledger or Ledger())


def suppressed(found: Partition) -> dict[str, str]:
    return {name: figure.kind for name, figure in found.children.items() if isinstance(figure, Suppressed)}


# --- nothing but disclosure makes a published figure ---

FIGURE = shown(counted(24, 40, interval=wilson(Proportion(x=24, n=40))))
VALUES = {field.name: getattr(FIGURE, field.name) for field in fields(Published)}
SUPPRESSED = Suppressed(kind="primary")


def test_a_published_figure_cannot_be_made_elsewhere() -> None:
    unwarranted = {name: value for name, value in VALUES.items() if name != "warrant"}
    with pytest.raises(TypeError, match="warrant"):
        Published(**unwarranted)
    for forged in ("", "0" * 16, SUPPRESSED.kind):
        with pytest.raises(Forged):
            Published(**unwarranted, warrant=forged)


@pytest.mark.parametrize("name", [name for name in VALUES if name != "type"])
def test_a_published_figure_cannot_be_changed_into_another(name: str) -> None:
    value = VALUES[name]
    other: Any = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else "other"
    with pytest.raises(Forged):
        replace(FIGURE, **{name: other})
    with pytest.raises(FrozenInstanceError):
        setattr(FIGURE, name, VALUES[name])


def test_what_was_published_once_is_made_again_from_what_it_says_and_nothing_else() -> None:
    assert Published(**VALUES) == FIGURE
    assert pickle.loads(pickle.dumps(FIGURE)) == FIGURE
    assert copy.deepcopy(FIGURE) == FIGURE


def test_a_published_figure_has_no_subclass() -> None:
    with pytest.raises(Forged):
        type("Fake", (Published,), {})


def test_a_published_figure_is_recorded_with_all_it_takes_to_read_it() -> None:
    assert json.loads(json.dumps(FIGURE.as_json())) == {
        "metric": "csat",
        "x": 24,
        "n": 40,
        "N": None,
        "method": "top_two",
        "window": ["2026-03-02", "2026-03-29"],
        "as_of": "2026-03-29",
        "tier": "estimated",
        "provisional": False,
        "carried_forward": False,
        "ci_low": pytest.approx(0.445959, abs=1e-6),
        "ci_high": pytest.approx(0.736517, abs=1e-6),
        "display": {"form": "percent", "low": 60, "high": 60, "word": None, "indicative": False},
    }


# --- R1 ---


@pytest.mark.parametrize("n", range(5))
def test_too_few_look_the_same_whatever_they_said(n: int) -> None:
    for x in range(n + 1):
        found, ledger = publish(counted(x, n), thresholds=DEFAULT, ledger=Ledger())
        assert found == Suppressed(kind="primary")
        assert ledger == Ledger()
        assert found.as_json() == {"suppressed": "primary"}
        assert {field.name for field in fields(found)} == {"type", "kind"}


@pytest.mark.parametrize("basis", Basis)
def test_each_basis_has_its_threshold_which_is_raised_and_never_lowered(basis: Basis) -> None:
    k = FLOORS[basis]
    assert isinstance(alone(counted(2, k - 1, basis=basis)), Suppressed)
    assert isinstance(alone(counted(2, k, basis=basis)), Published)
    assert isinstance(alone(counted(2, k, basis=basis), thresholds=Thresholds(**{basis.value: k + 1})), Suppressed)
    with pytest.raises(ValueError, match=f"{k} or more"):
        Thresholds(**{basis.value: k - 1})


def test_people_count_and_not_their_sessions() -> None:
    few_people = telemetry(100, 300, members=group(9))
    assert isinstance(alone(few_people), Suppressed)
    assert isinstance(alone(replace(few_people, members=group(10))), Published)
    assert isinstance(alone(telemetry(3, 10, members=None)), Published)
    assert isinstance(alone(telemetry(3, 9, members=None)), Suppressed)


def test_comments_take_ten_answers_and_five_comments() -> None:
    assert comments_may_show(answers=10, comments=5)
    assert not comments_may_show(answers=9, comments=9)
    assert not comments_may_show(answers=50, comments=4)
    assert not comments_may_show(answers=10, comments=5, thresholds=Thresholds(comments=11))


# --- R2 ---


@pytest.mark.parametrize(("sizes", "hidden"), GOLDEN["complementary"]["rows"])
def test_complementary_suppression_is_the_golden_one(sizes: dict[str, int], hidden: list[str]) -> None:
    k = GOLDEN["complementary"]["k"]
    assert sorted(hidden_children(sizes, k)) == hidden
    found, _ = partition(parts(sizes))
    assert isinstance(found.parent, Published)
    empty = [name for name, size in sizes.items() if not size]
    assert sorted(suppressed(found)) == sorted([*hidden, *empty])
    for name, kind in suppressed(found).items():
        assert kind == ("primary" if sizes[name] < k else "complementary")


def test_an_empty_child_has_the_label_of_a_small_one() -> None:
    found, _ = partition(parts({"a": 30, "b": 0, "c": 12}))
    assert found.children["b"] == Suppressed(kind="primary")


def test_of_equally_small_children_the_first_by_name_is_hidden() -> None:
    assert hidden_children({"d": 4, "c": 8, "b": 8, "a": 30}, 5) == {"d", "b"}


def test_a_large_child_is_never_hidden_alone() -> None:
    assert hidden_children({"a": 20, "b": 10, "c": 9}, 5, frozenset({"b"})) == {"b", "c"}


def test_a_parent_too_small_hides_its_children() -> None:
    found, ledger = partition(parts({"a": 2, "b": 2}))
    assert found.parent == Suppressed(kind="primary")
    assert set(found.children.values()) == {Suppressed(kind="primary")}
    assert ledger == Ledger()


def test_children_that_do_not_make_up_the_parent_are_refused() -> None:
    children = parts({"a": 12, "b": 9})
    parent = whole(children)
    for wrong in (
        {"a": children["a"]},
        children | {"b": replace(children["b"], x=5)},
        children | {"b": replace(children["b"], basis=Basis.INVITATIONS)},
        children | {"b": replace(children["b"], members=None)},
        children | {"b": replace(children["b"], members=group(9))},
        children | {"b": replace(children["b"], members=group(8, 12))},
    ):
        with pytest.raises(ValueError, match="parent"):
            publish_partition(parent, wrong, thresholds=DEFAULT, ledger=Ledger())


def test_a_partition_of_unknown_people_is_published_by_its_counts() -> None:
    children = parts({"a": 12, "b": 7, "c": 4}, members=None)
    found, ledger = publish_partition(whole(children, members=None), children, thresholds=DEFAULT, ledger=Ledger())
    assert suppressed(found) == {"b": "complementary", "c": "primary"}
    assert ledger == Ledger()


# An attacker who knows every set that was shown, and solves for those that were not.


def in_span(target: Sequence[int], rows: Sequence[Sequence[int]]) -> bool:
    """Whether `target` is a linear combination of `rows`."""

    def rank(matrix: list[list[Fraction]]) -> int:
        found = 0
        for column in range(len(target)):
            pivot = next((row for row in range(found, len(matrix)) if matrix[row][column]), None)
            if pivot is None:
                continue
            matrix[found], matrix[pivot] = matrix[pivot], matrix[found]
            for row in range(found + 1, len(matrix)):
                factor = matrix[row][column] / matrix[found][column]
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[found], strict=True)]
            found += 1
        return found

    known = [[Fraction(value) for value in row] for row in rows]
    return rank([*known, [Fraction(value) for value in target]]) == rank([list(row) for row in known])


def derived(sets: Iterable[frozenset[str]], most: int = 3) -> set[frozenset[str]]:
    """The groups whose total is a sum or difference of up to `most` of the `sets`."""
    found = set()
    for size in range(1, most + 1):
        for some in combinations(sets, size):
            for signs in product((1, -1), repeat=size):
                counts: Counter[str] = Counter()
                for sign, members in zip(signs, some, strict=True):
                    for person in members:
                        counts[person] += sign
                if set(counts.values()) <= {0, 1}:
                    found.add(frozenset(person for person, count in counts.items() if count))
    return found - {frozenset()}


size_maps = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 14), min_size=1)


@quick
@given(size_maps)
def test_no_linear_combination_of_what_is_shown_gives_a_hidden_group_or_fewer_than_k(sizes: dict[str, int]) -> None:
    found, _ = partition(parts(sizes))
    names = sorted(sizes)
    rows = [[int(name == one) for name in names] for one in names if isinstance(found.children[one], Published)]
    if isinstance(found.parent, Published):
        rows.append([1] * len(names))
    else:
        assert not rows  # never a child beside a hidden parent
    filled = [name for name in names if sizes[name]]
    for count in range(1, len(filled) + 1):
        for some in combinations(filled, count):
            target = [int(name in some) for name in names]
            # Empty children may come and go with anybody: they are nobody.
            empties = [[int(name == one) for name in names] for one in names if not sizes[one]]
            if sum(sizes[name] for name in some) < 5 or (count == 1 and some[0] in suppressed(found)):
                assert not in_span(target, rows + empties)


@quick
@given(size_maps)
def test_what_is_hidden_is_two_groups_and_k_people_or_more_and_never_more_than_needed(sizes: dict[str, int]) -> None:
    hidden = hidden_children(sizes, 5)
    small = {name for name, size in sizes.items() if 0 < size < 5}
    filled = {name for name, size in sizes.items() if size}
    assert small <= hidden <= filled
    assert bool(hidden) == bool(small)
    if hidden and hidden != filled:
        assert len(hidden) >= 2
        assert sum(sizes[name] for name in hidden) >= 5
    if hidden > small:
        largest = max(hidden - small, key=lambda name: (sizes[name], name))
        rest = hidden - {largest}
        assert len(rest) < 2 or sum(sizes[name] for name in rest) < 5


# --- R3 ---


def test_differencing_recovers_one_person_and_the_ledger_stops_it() -> None:
    golden = GOLDEN["differencing"]
    means = [golden["mean_B"], golden["mean_A"]]
    assert [float(half_up(mean, 1)) for mean in means] == golden["shown_1dec"]
    fits = {
        total - rest
        for total in range(14, 71)
        for rest in range(13, 66)
        if [float(half_up(Fraction(total, 14), 1)), float(half_up(Fraction(rest, 13), 1))] == golden["shown_1dec"]
        and 1 <= total - rest <= 5
    }
    assert fits == {golden["recovered"]}
    ledger = Ledger().including(group(golden["n_B"]))
    assert alone(counted(8, golden["n_A"], members=group(golden["n_A"])), ledger=ledger) == Suppressed(kind="ledger")


def test_the_ledger_refuses_what_the_golden_audit_refuses() -> None:
    golden = GOLDEN["ledger"]
    k = golden["k"]

    def span(first: int, last: int) -> frozenset[str]:
        return group(last + 1 - first, first)

    everybody, claims, lyon = group(golden["all"]), span(*golden["claims"]), span(*golden["lyon"])
    ledger = Ledger().including(everybody, claims, lyon)
    assert ledger.revealed(claims | lyon, k) == (claims & lyon,)
    assert len(claims & lyon) == golden["or"]
    one_less = claims - group(1)
    assert [len(one) for one in ledger.revealed(one_less, k)] == [golden["claims_but_one"]]
    fewer = everybody - span(20, 22)
    assert [len(one) for one in ledger.revealed(fewer, k)] == [golden["all_but_three"]]
    assert ledger.allows(span(*golden["allowed"]), k)


def test_what_was_shown_may_be_shown_again() -> None:
    first, ledger = publish(counted(7, 12), thresholds=DEFAULT, ledger=Ledger())
    again, same = publish(counted(7, 12), thresholds=DEFAULT, ledger=ledger)
    assert again == first
    assert same == ledger


def test_two_parts_shown_one_by_one_do_not_give_the_third_away() -> None:
    ledger = Ledger().including(group(25), group(12))
    assert ledger.revealed(group(10, 12), 5) == (group(3, 22),)
    assert ledger.allows(group(8, 12), 5)


def test_a_child_refused_by_the_ledger_takes_another_with_it() -> None:
    children = parts({"a": 20, "b": 10, "c": 9})
    members = children["b"].members
    assert members is not None
    before = Ledger().including(members - {min(members)})
    found, after = partition(children, before)
    assert suppressed(found) == {"b": "ledger", "c": "complementary"}
    assert members not in after.released
    third = children["c"].members
    assert third is not None
    assert members | third in after.released  # as good as shown


def test_hidden_children_together_may_be_too_much_as_well() -> None:
    children = parts({"a": 20, "b": 10, "c": 4, "d": 3})
    hidden = (children["c"].members or frozenset()) | (children["d"].members or frozenset())
    before = Ledger().including(hidden - {min(hidden)})
    found, _ = partition(children, before)
    assert suppressed(found) == {"b": "complementary", "c": "primary", "d": "primary"}


def test_children_harmless_one_by_one_may_not_be_so_together() -> None:
    children = parts({"a": 10, "b": 10, "c": 20, "d": 20})
    before = Ledger().including(group(18))  # a and b together, but for two people
    found, after = partition(children, before)
    assert suppressed(found) == {"a": "complementary", "b": "ledger", "c": "complementary"}
    assert all(len(one) >= 5 for one in derived(after.released))


def test_a_parent_refused_by_the_ledger_hides_everything() -> None:
    children = parts({"a": 20, "b": 10})
    before = Ledger().including(group(29))
    found, after = partition(children, before)
    assert found.parent == Suppressed(kind="ledger")
    assert set(suppressed(found).values()) == {"ledger"}
    assert len(suppressed(found)) == 2
    assert after == before


some_people = st.frozensets(st.sampled_from(sorted(group(14))), min_size=1)


@quick
@given(st.lists(some_people, max_size=10))
def test_no_sum_or_difference_of_three_shown_sets_is_fewer_than_k_people(asked: list[frozenset[str]]) -> None:
    ledger = Ledger()
    published = []
    for members in asked:
        figure, ledger = publish(counted(1, len(members), members=members), thresholds=DEFAULT, ledger=ledger)
        if isinstance(figure, Published):
            published.append(members)
    assert ledger.released == frozenset(published)
    assert all(len(one) >= 5 for one in derived(dict.fromkeys(published)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=16, max_size=16), min_size=1, max_size=3))
def test_partitions_after_each_other_give_nobody_away_either(ways: list[list[str]]) -> None:
    ledger = Ledger()
    published = set()
    for way in ways:
        people: dict[str, set[str]] = {}
        for person, name in zip(sorted(group(16)), way, strict=True):
            people.setdefault(name, set()).add(person)
        children = {name: counted(0, len(one), members=frozenset(one)) for name, one in people.items()}
        found, ledger = partition(children, ledger)
        if isinstance(found.parent, Published):
            published.add(group(16))
        published |= {
            children[name].members or frozenset()
            for name, figure in found.children.items()
            if isinstance(figure, Published)
        }
    assert all(len(one) >= 5 for one in derived(published))
    assert published <= ledger.released


# --- R5, R6 and small samples ---


def display(form: Form, **values: Any) -> Display:
    return Display(form=form, **values)


@pytest.mark.parametrize(
    ("x", "n", "expected", "told"),
    [
        (5, 5, display(Form.WORD, word=Opinion.FAVOURABLE, indicative=True), False),
        (4, 9, display(Form.WORD, word=Opinion.DIVIDED, indicative=True), False),
        (0, 9, display(Form.WORD, word=Opinion.UNFAVOURABLE, indicative=True), False),
        (10, 10, display(Form.AT_LEAST, low=90, indicative=True), False),
        (9, 10, display(Form.AT_LEAST, low=90, indicative=True), False),
        (8, 10, display(Form.PERCENT, low=80, high=80, indicative=True), True),
        (0, 19, display(Form.AT_MOST, high=10, indicative=True), False),
        (1, 19, display(Form.AT_MOST, high=10, indicative=True), False),
        (2, 19, display(Form.PERCENT, low=10, high=10, indicative=True), True),
        (20, 20, display(Form.PERCENT, low=100, high=100, indicative=True), True),
        (13, 29, display(Form.PERCENT, low=45, high=45, indicative=True), True),
        (13, 30, display(Form.PERCENT, low=43, high=43), True),
        (30, 250, display(Form.PERCENT, low=12, high=12), True),
    ],
)
def test_answers_are_shown_as_precisely_as_their_number_allows(x: int, n: int, expected: Display, told: bool) -> None:
    found = shown(counted(x, n, interval=wilson(Proportion(x=x, n=n))))
    assert found.display == expected
    assert found.x == (x if told else None)
    assert (found.ci_low is not None) is told
    assert found.n == n


def test_where_less_is_better_the_word_is_for_the_rest() -> None:
    assert shown(counted(1, 6, direction=Direction.DOWN)).display.word is Opinion.FAVOURABLE


@pytest.mark.parametrize(
    ("x", "n", "expected"),
    [
        (0, 10, display(Form.BAND, low=0, high=20)),
        (1, 10, display(Form.BAND, low=0, high=20)),
        (2, 10, display(Form.BAND, low=20, high=40)),
        (3, 10, display(Form.BAND, low=20, high=40)),
        (5, 10, display(Form.BAND, low=40, high=60)),
        (8, 10, display(Form.BAND, low=80, high=100)),
        (19, 19, display(Form.BAND, low=80, high=100)),
        (9, 40, display(Form.PERCENT, low=25, high=25)),
        (48, 49, display(Form.PERCENT, low=100, high=100)),
        (24, 50, display(Form.PERCENT, low=48, high=48)),
    ],
)
def test_telemetry_of_few_people_is_shown_roughly_and_not_counted(x: int, n: int, expected: Display) -> None:
    found = shown(telemetry(x, n))
    assert found.display == expected
    assert found.x == (x if n >= 50 else None)


@pytest.mark.parametrize("n", range(10, 20))
def test_no_band_of_few_people_tells_their_count_by_itself(n: int) -> None:
    bands = Counter(shown(telemetry(x, n)).display.low for x in range(n + 1))
    assert min(bands.values()) >= 2


@pytest.mark.parametrize(
    ("x", "n", "expected"),
    [
        (5, 5, display(Form.BAND, low=80, high=100)),
        (19, 19, display(Form.AT_LEAST, low=90)),
        (9, 19, display(Form.PERCENT, low=47, high=47)),
        (20, 20, display(Form.PERCENT, low=100, high=100)),
    ],
)
def test_a_response_rate_does_not_say_that_everybody_answered(x: int, n: int, expected: Display) -> None:
    assert shown(counted(x, n, basis=Basis.INVITATIONS)).display == expected


@quick
@given(st.sampled_from([Basis.ANSWERS, Basis.INVITATIONS, Basis.TELEMETRY]), st.integers(5, 19), st.data())
def test_below_twenty_no_display_tells_that_all_or_none_did(basis: Basis, n: int, data: st.DataObject) -> None:
    n = max(n, FLOORS[basis])
    x = data.draw(st.sampled_from([0, n]))
    near = 1 if x == 0 else n - 1

    def record(count: int) -> dict[str, Any]:
        interval = None if basis is Basis.TELEMETRY else wilson(Proportion(x=count, n=n))
        tier = Tier.MEASURED if basis is Basis.TELEMETRY else Tier.ESTIMATED
        return dict(shown(counted(count, n, basis=basis, tier=tier, interval=interval)).as_json())

    assert record(x) == record(near)


def test_what_is_only_an_indication_shows_its_bounds() -> None:
    found = shown(counted(9, 25, tier=Tier.INDICATIVE, interval=Interval(low=0.2025, high=0.5548)))
    assert found.display == Display(form=Form.BAND, low=20, high=56, indicative=True)
    assert found.x is found.ci_low is found.ci_high is None
    everybody = shown(counted(12, 12, tier=Tier.INDICATIVE, interval=wilson(Proportion(x=12, n=12))))
    assert everybody.display.form is Form.AT_LEAST


def test_an_estimate_is_shown_instead_of_the_plain_share() -> None:
    found = shown(counted(39, 120, N=400, share=0.248529, interval=Interval(low=0.188017, high=0.320823)))
    assert found.display.low == 25
    assert (found.x, found.n, found.N) == (39, 120, 400)
    assert (found.ci_low, found.ci_high) == (0.188017, 0.320823)


def test_a_census_has_no_interval() -> None:
    assert shown(telemetry(48, 400)).ci_low is None
    with pytest.raises(ValueError, match="census"):
        telemetry(48, 400, interval=Interval(low=0.1, high=0.2))


@pytest.mark.parametrize(
    "changes", [{"x": 41}, {"x": -1}, {"N": 39}, {"share": 1.1}, {"share": -0.1}, {"members": group(41)}]
)
def test_counts_that_cannot_be_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"hold|counted|between"):
        counted(**({"x": 10, "n": 40} | changes))


def test_beside_a_rough_child_no_exact_count_is_told() -> None:
    interval = Interval(low=0.1234, high=0.5678)
    rough, _ = partition(parts({"a": 60, "b": 30}, basis=Basis.TELEMETRY, tier=Tier.ESTIMATED, interval=interval))
    figures = [rough.parent, *rough.children.values()]
    assert all(isinstance(one, Published) and one.x is None for one in figures)
    large, small = rough.children["a"], rough.children["b"]
    assert isinstance(large, Published)
    assert isinstance(small, Published)
    assert (large.ci_low, large.ci_high) == (0.12, 0.57)
    assert (small.ci_low, small.ci_high) == (0.1, 0.6)
    exact, _ = partition(parts({"a": 60, "b": 50}, basis=Basis.TELEMETRY, tier=Tier.MEASURED))
    assert [one.x for one in exact.children.values() if isinstance(one, Published)] == [30, 25]


def test_a_small_group_that_hardly_changed_keeps_its_last_figure() -> None:
    before = telemetry(9, 30)
    last = Release(figure=shown(before), members=group(30))
    now = telemetry(15, 32, members=group(32), as_of=date(2026, 4, 26))
    kept, ledger = publish(now, thresholds=DEFAULT, ledger=Ledger(), last=last)
    assert isinstance(kept, Published)
    assert kept.carried_forward
    assert (kept.display, kept.as_of, kept.n, kept.x) == (last.figure.display, AS_OF, 30, None)
    assert ledger == Ledger()
    for fresh in (
        telemetry(15, 30),  # the same people
        telemetry(15, 35, members=group(35)),  # five more
        telemetry(15, 50, members=group(50)),
        counted(15, 32, members=group(32)),  # answers
    ):
        assert not shown(fresh, last=last).carried_forward
    swapped = telemetry(15, 30, members=group(30, 2))  # two left, two came
    assert shown(swapped, last=last).carried_forward
    fallen = telemetry(4, 9, members=group(9))
    assert alone(fallen, last=Release(figure=last.figure, members=group(10))) == Suppressed(kind="primary")


def test_a_child_may_keep_its_last_figure_within_a_partition() -> None:
    children = parts({"a": 60, "b": 30}, basis=Basis.TELEMETRY, tier=Tier.MEASURED)
    members = children["b"].members or frozenset()
    last = Release(figure=shown(telemetry(9, 29)), members=members - {min(members)})
    parent = whole(children, basis=Basis.TELEMETRY, tier=Tier.MEASURED)
    found, ledger = publish_partition(parent, children, thresholds=DEFAULT, ledger=Ledger(), last={"b": last})
    kept = found.children["b"]
    assert isinstance(kept, Published)
    assert kept.carried_forward
    assert members not in ledger.released
