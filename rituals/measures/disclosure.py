"""Disclosure: the only door through which a figure is published, and the rules that keep people out of sight.

Everything else counts; here it is decided what may be shown. A renderer accepts `Published` and `Suppressed`, and no
other module makes a `Published`: it carries a warrant over all it says, which only this one draws up, so that a figure
is kept as plain data and read again, and whatever was changed on the way is Forged.

Rules: fewer people than the threshold are never shown (R1); nor is what parent and siblings would give away (R2); nor
a set of people that differs too little from one already shown (R3); a group of one mind is not told exactly (R5);
telemetry of few people is told roughly (R6). That nothing is refreshed for a few answers (R4) is seen to where waves
are pooled, in rituals.figures.reckoning.
The literature: Hundepool et al., Statistical Disclosure Control (2012), chapters 4 and 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from itertools import chain, combinations
from math import ceil, floor
from types import MappingProxyType
from typing import Any, Literal, NoReturn, TypedDict, final

from rituals.measures.satisfaction import Opinion, Precision, opinion, precision
from rituals.measures.statistics import Direction, Interval, Number, Tier, Window, exact, percent

# --- thresholds ----------------------------------------------------------------------------------------------------


class Basis(StrEnum):
    """What a figure was counted from."""

    ANSWERS = "answers"  # valid answers to a question
    COMMENTS = "comments"
    TELEMETRY = "telemetry"  # people, or sessions, seen by a system
    INVITATIONS = "invitations"  # people asked: the base of a response rate


FLOORS: Mapping[Basis, int] = MappingProxyType(
    {Basis.ANSWERS: 5, Basis.COMMENTS: 10, Basis.TELEMETRY: 10, Basis.INVITATIONS: 5}
)
"""The lowest thresholds there may be. Never to be lowered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The fewest people of whom anything is shown, fixed for a wave when it is launched.

    Raises ValueError below FLOORS: they are raised at will.
    """

    answers: int = FLOORS[Basis.ANSWERS]
    comments: int = FLOORS[Basis.COMMENTS]
    telemetry: int = FLOORS[Basis.TELEMETRY]
    invitations: int = FLOORS[Basis.INVITATIONS]

    def __post_init__(self) -> None:
        for basis, floor_ in FLOORS.items():
            if self.of(basis) < floor_:
                raise ValueError(f"{basis} are shown from {floor_} or more, never from {self.of(basis)}")

    def of(self, basis: Basis) -> int:
        """The threshold for `basis`."""
        return {
            Basis.ANSWERS: self.answers,
            Basis.COMMENTS: self.comments,
            Basis.TELEMETRY: self.telemetry,
            Basis.INVITATIONS: self.invitations,
        }[basis]


FEWEST_COMMENTS = 5


def comments_may_show(*, answers: int, comments: int, thresholds: Thresholds | None = None) -> bool:
    """Whether the `comments` of a group of so many `answers` may be shown at all."""
    return answers >= (thresholds or Thresholds()).comments and comments >= FEWEST_COMMENTS


# --- before: a figure counted --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A share counted and not yet judged; it never leaves the rules.

    `x` of `n`; `N`: how many there are in all, where the n stand for them. `share`: the estimate (0..1), where it is
    not x / n. `interval`: 95 %, of what is indicative only all that is shown; never of a census. `members`: opaque ids
    of the people counted, so that sets already shown can be compared; None where they are not known (sessions, unlinked
    answers), and then only fixed partitions are safe.
    Raises ValueError for counts that cannot be, or a census with an interval.
    """

    metric: str
    x: int
    n: int
    N: int | None
    method: str
    window: Window
    as_of: date
    tier: Tier
    basis: Basis
    members: frozenset[str] | None
    provisional: bool = False
    direction: Direction = Direction.UP
    share: Number | None = None
    interval: Interval | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.x <= self.n or (self.N is not None and self.n > self.N):
            raise ValueError(f"0 <= x <= n <= N does not hold: {self.x}, {self.n}, {self.N}")
        if self.members is not None and len(self.members) > self.n:
            raise ValueError(f"{len(self.members)} people were counted {self.n} times")
        if self.tier is Tier.MEASURED and self.interval is not None:
            raise ValueError("a census has no sampling error")
        if self.share is not None and not 0 <= self.share <= 1:
            raise ValueError(f"a share lies between 0 and 1, not at {self.share}")

    @property
    def size(self) -> int:
        """The people behind it; where they are not known, what was counted."""
        return self.n if self.members is None else len(self.members)

    @property
    def value(self) -> Fraction:
        """The share to show, 0..1. Raises ZeroDivisionError of nothing."""
        return Fraction(self.x, self.n) if self.share is None else exact(self.share)


# --- after: a figure published, or not -----------------------------------------------------------------------------


class Form(StrEnum):
    """How a share is shown."""

    PERCENT = "percent"  # `low` and `high` are the same
    BAND = "band"  # from `low` to `high`
    AT_LEAST = "at_least"  # `low` or more
    AT_MOST = "at_most"  # `high` or less
    WORD = "word"  # `word`


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """What a reader may see of a share: whole percents 0..100, or a word. `indicative`: too few to be relied on."""

    form: Form
    low: int | None = None
    high: int | None = None
    word: Opinion | None = None
    indicative: bool = False


class Forged(TypeError):
    """Somebody made a published figure without the rules of disclosure. A bug, never a refusal."""


Kind = Literal["primary", "complementary", "ledger"]


def _warrant(told: Mapping[str, Any]) -> str:
    """A digest of all a figure says. No secret: it is there against habit and accident, not against our own code."""
    said = sorted((name, str(value)) for name, value in told.items() if name != "warrant")
    return sha256(f"comitia disclosure {said}".encode()).hexdigest()[:16]


def _warranted(**told: Any) -> Published:
    told = {"type": "published", **told}
    return Published(**told, warrant=_warrant(told))


class PublishedJson(TypedDict):
    """A published figure as data; shares 0..1, days in ISO 8601."""

    metric: str
    x: int | None
    n: int
    N: int | None
    method: str
    window: list[str]
    as_of: str
    tier: str
    provisional: bool
    carried_forward: bool
    ci_low: float | None
    ci_high: float | None
    display: dict[str, int | str | bool | None]


class SuppressedJson(TypedDict):
    """A suppressed figure as data."""

    suppressed: Kind


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A share that may be shown: `x` of `n`, with all that is needed to read it. Made by `publish` alone.

    `x` is None where the exact count would say more than `display` does; `ci_low` and `ci_high` (0..1) are then rounded
    outwards or None, and None of a census. `carried_forward`: the figure of an earlier day, kept because too few people
    have come or gone since.
    `warrant`: that the rules of disclosure were applied to just this. Made, changed or subclassed elsewhere it raises
    Forged; what was published once may be kept as data and made again from it.
    """

    type: Literal["published"] = "published"

    metric: str
    x: int | None
    n: int
    N: int | None
    method: str
    window: Window
    as_of: date
    tier: Tier
    provisional: bool
    ci_low: float | None
    ci_high: float | None
    display: Display
    carried_forward: bool
    warrant: str

    def __post_init__(self) -> None:
        if self.warrant != _warrant({field.name: getattr(self, field.name) for field in fields(self)}):
            raise Forged("a published figure is made by rituals.measures.disclosure and nowhere else")

    def __init_subclass__(cls) -> NoReturn:
        raise Forged("a published figure has no other kinds")

    def as_json(self) -> PublishedJson:
        """The record of what was published."""
        return {
            "metric": self.metric,
            "x": self.x,
            "n": self.n,
            "N": self.N,
            "method": self.method,
            "window": [self.window.first.isoformat(), self.window.last.isoformat()],
            "as_of": self.as_of.isoformat(),
            "tier": self.tier.value,
            "provisional": self.provisional,
            "carried_forward": self.carried_forward,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "display": {
                "form": self.display.form.value,
                "low": self.display.low,
                "high": self.display.high,
                "word": None if self.display.word is None else self.display.word.value,
                "indicative": self.display.indicative,
            },
        }


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """A figure that may not be shown, and nothing about it: the same whatever its counts.

    `kind`: "primary", too few people; "complementary", it would give others away; "ledger", with what was shown before.
    """

    type: Literal["suppressed"] = "suppressed"
    kind: Kind

    def as_json(self) -> SuppressedJson:
        """Only that it was suppressed, and by which rule."""
        return {"suppressed": self.kind}


Figure = Published | Suppressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What was last published of a group, and of whom it was counted: a figure carried forward keeps its people."""

    figure: Published
    members: frozenset[str]


def released(counted: Counted, figure: Figure) -> Release | None:
    """What to remember of a `figure` just shown of `counted`, so that it is carried forward when few come or go.

    None where that can never be: the group is not known, or so large that no few make it small.
    """
    if not isinstance(figure, Published) or counted.members is None or counted.basis is not Basis.TELEMETRY:
        return None
    return None if counted.size >= SOME + FEWEST_MOVED - 1 else Release(figure=figure, members=counted.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A parent and the parts it is made of, published together."""

    parent: Figure
    children: Mapping[str, Figure]


# --- what was shown before (R3) ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Every set of people of whom one figure was shown, to anybody: colleagues show each other their screens.

    One ledger for each question of a wave, or each metric and day. It sees what sums and differences of two or three
    sets give away, not those of more: ask for fixed partitions, never for free filters.
    """

    released: frozenset[frozenset[str]] = frozenset()

    def revealed(self, members: frozenset[str], k: int) -> tuple[frozenset[str], ...]:
        """The groups of 1 to `k` - 1 people that showing `members` would give away, the smallest first.

        With one set shown before: what either has beyond the other. With two: what one has beyond the others where
        these share nobody, and what two count once too often where the third is their union, or nearly.
        """
        if members in self.released:
            return ()
        sums = [((members,), (one,)) for one in self.released] + [((one,), (members,)) for one in self.released]
        found = {_difference(plus, minus, k) for plus, minus in sums}
        size = len(members)
        for one, other in combinations(self.released, 2):
            sets, sizes = (members, one, other), (size, len(one), len(other))
            total = sum(sizes)
            for place in range(3):
                others = sets[:place] + sets[place + 1 :]
                # What one has beyond the two others, and these beyond it; by their numbers first, which is quick.
                beyond = 2 * sizes[place] - total
                if 0 < beyond < k:
                    found.add(_difference((sets[place],), others, k))
                elif 0 < -beyond < k:
                    found.add(_difference(others, (sets[place],), k))
        return tuple(sorted((group for group in found if group), key=lambda group: (len(group), sorted(group))))

    def allows(self, members: frozenset[str], k: int) -> bool:
        """Whether showing `members` gives away no group of fewer than `k`."""
        return not self.revealed(members, k)

    def including(self, *shown: frozenset[str]) -> Ledger:
        """This ledger after `shown` were."""
        return Ledger(released=self.released | {members for members in shown if members})


def _difference(plus: Sequence[frozenset[str]], minus: Sequence[frozenset[str]], k: int) -> frozenset[str]:
    """The 1 to `k` - 1 people whose total is that of all `plus` less that of all `minus`; nobody where it is not so."""
    if not 0 < sum(map(len, plus)) - sum(map(len, minus)) < k:
        return frozenset()
    counts = Counter(chain.from_iterable(plus))
    counts.subtract(chain.from_iterable(minus))
    if not set(counts.values()) <= {0, 1}:
        return frozenset()
    return frozenset(person for person, count in counts.items() if count)


# --- publishing ----------------------------------------------------------------------------------------------------


def publish(
    counted: Counted, *, thresholds: Thresholds, ledger: Ledger, last: Release | None = None
) -> tuple[Figure, Ledger]:
    """The figure as it may be shown alone, and the ledger after it.

    `ledger`: that of its question and wave, or metric and day. `last`: what was last shown of the same group.
    """
    k = thresholds.of(counted.basis)
    if counted.size < k:
        return Suppressed(kind="primary"), ledger
    if counted.members is None:
        return _sealed(counted), ledger
    if not ledger.allows(counted.members, k):
        return Suppressed(kind="ledger"), ledger
    if (kept := _carried(counted, last)) is not None:
        return kept, ledger
    return _sealed(counted), ledger.including(counted.members)


def publish_partition(
    parent: Counted,
    children: Mapping[str, Counted],
    *,
    thresholds: Thresholds,
    ledger: Ledger,
    last: Mapping[str, Release] | None = None,
) -> tuple[Partition, Ledger]:
    """`parent` with the `children` it is made of, as they may be shown together, and the ledger after them.

    A parent that may not be shown hides its children. Beside a shown parent what is hidden of its children could be
    had by subtraction: it is always two groups or more, together no smaller than the threshold, and not what the
    ledger forbids. Where one shown child is told roughly (R5, R6), the exact counts of all are withheld, or it could be
    reckoned from them; where it still could, or all that is hidden could, large children are told roughly as well, and
    where that is not enough only the parent is shown. `last`: by child, what was last shown of it.
    Raises ValueError unless the children, of the parent's basis, make up the parent and share nobody.
    """
    _check_partition(parent, children)
    k = thresholds.of(parent.basis)
    if parent.size < k:
        return _nothing(children, "primary"), ledger
    if parent.members is not None:
        if not ledger.allows(parent.members, k):
            return _nothing(children, "ledger"), ledger
        ledger = ledger.including(parent.members)
    sizes = {name: child.size for name, child in children.items()}
    hidden, refused = hidden_children(sizes, k), frozenset[str]()
    while parent.members is not None and hidden < _filled(sizes):
        objection = _objection(children, hidden, ledger, k)
        if objection is None:
            break
        if objection in hidden:
            # The hidden ones together are as good as shown, and that set too would give somebody away.
            hidden |= {_smallest(sizes, hidden)}
        else:
            refused |= {objection}
            hidden = hidden_children(sizes, k, hidden | refused)
    kept = {name: (last or {}).get(name) for name, child in children.items() if name not in hidden and child.size > 0}
    carried = {name: _carried(children[name], release) for name, release in kept.items()}
    rough = any(figure is not None for figure in carried.values()) or any(
        not _shown(children[name])[1] for name in kept
    )
    step = 1
    if parent.basis is Basis.TELEMETRY:
        groups = {name: _possible(child, rough=rough) for name, child in children.items() if name in kept}
        groups |= {name: (0, children[name].size) for name in kept if carried[name] is not None}
        apart = {name: children[name].size for name in kept}
        if _gives_away(parent, groups, apart):
            rough, step = True, ROUGH
            groups = {
                name: _possible(children[name], rough=True, step=ROUGH) if carried[name] is None else possible
                for name, possible in groups.items()
            }
            if _gives_away(parent, groups, apart):
                return _parent_alone(parent, children, k), ledger
    figures: dict[str, Figure] = {}
    for name, child in children.items():
        if name in kept:
            figures[name] = carried[name] or _sealed(child, rough=rough, step=step)
        elif child.size < k:
            figures[name] = Suppressed(kind="primary")
        else:
            figures[name] = Suppressed(kind="ledger" if name in refused else "complementary")
    if parent.members is not None:
        ledger = ledger.including(
            *(_people(children, frozenset({name})) for name in kept if carried[name] is None),
            _people(children, hidden),
        )
    return Partition(parent=_sealed(parent, rough=rough), children=MappingProxyType(figures)), ledger


def _parent_alone(parent: Counted, children: Mapping[str, Counted], k: int) -> Partition:
    figures: dict[str, Figure] = {
        name: Suppressed(kind="primary" if child.size < k else "complementary") for name, child in children.items()
    }
    return Partition(parent=_sealed(parent), children=MappingProxyType(figures))


def _gives_away(parent: Counted, shown: Mapping[str, tuple[int, int]], sizes: Mapping[str, int]) -> bool:
    """Whether a small group's count could be reckoned from the parent and the other children (R5, R6).

    `shown`: by child, the fewest and the most that what it shows leaves possible; of `sizes` people. The groups: each
    of these below SOME, and all that are hidden, together. A reader is taken to know the parent's count exactly. Given
    away is a group's exact count, unless what it shows itself says no more, or that it is of one mind: of a shown group
    below FEW, and of the hidden ones whatever their number, for each of them would be known with it.
    """
    ranges, people = dict(shown), dict(sizes)
    if rest := parent.size - sum(sizes.values()):
        ranges[""], people[""] = (0, rest), rest
    low, high = sum(least for least, _ in ranges.values()), sum(most for _, most in ranges.values())
    for name, (least, most) in ranges.items():
        # What all the others leave for it.
        lowest, highest = max(least, parent.x - (high - most)), min(most, parent.x - (low - least))
        # Of all that are hidden together every one would be known, however many they are.
        if (people[name] < FEW or not name) and (highest == 0 or lowest == people[name]):
            return True
        if people[name] < SOME and lowest == highest and least < most:
            return True
    return False


def _possible(child: Counted, *, rough: bool, step: int = 1) -> tuple[int, int]:
    """The fewest and the most of `child` that what it shows leaves possible."""
    if child.size >= SOME and not rough:
        return child.x, child.x
    if child.size >= SOME:
        points, half = percent(child.value, step=step), Fraction(step, 2)
        least = ceil((points - half) * child.n / 100)
        most = ceil((points + half) * child.n / 100) - 1
        return max(least, 0), min(most, child.n)
    return _alike(child.x, child.n)


@lru_cache(maxsize=4096)
def _alike(x: int, n: int) -> tuple[int, int]:
    """The fewest and the most of a group of `n` below SOME that show what `x` does."""
    display = _seen(Fraction(x, n), n, ROUGH)
    alike = [other for other in range(n + 1) if _seen(Fraction(other, n), n, ROUGH) == display]
    return min(alike), max(alike)


def hidden_children(sizes: Mapping[str, int], k: int, refused: frozenset[str] = frozenset()) -> frozenset[str]:
    """Which of the children with these `sizes` are hidden beside a shown parent (R1, R2), empty ones left out.

    Those of 1 to `k` - 1 people and those `refused` for another reason; then, until they are two or more and `k` people
    or more together, the smallest of the others, the first by name of equals. All of them, where that is not enough.
    An empty child has nothing to hide and hides nobody.
    """
    hidden = frozenset(name for name, size in sizes.items() if 0 < size < k or (size and name in refused))
    others = sum(size > 0 for size in sizes.values()) - len(hidden)
    while hidden and others and (len(hidden) < 2 or sum(sizes[name] for name in hidden) < k):
        hidden |= {_smallest(sizes, hidden)}
        others -= 1
    return hidden


def _objection(children: Mapping[str, Counted], hidden: frozenset[str], ledger: Ledger, k: int) -> str | None:
    """A shown child that the ledger forbids, or a hidden one if it forbids all of those together; None if neither."""
    for name in sorted(children, key=lambda name: (-children[name].size, name)):
        members = _people(children, frozenset({name}))
        if name in hidden or not members:
            continue
        if not ledger.allows(members, k):
            return name
        ledger = ledger.including(members)
    return min(hidden) if hidden and not ledger.allows(_people(children, hidden), k) else None


def _filled(sizes: Mapping[str, int]) -> frozenset[str]:
    return frozenset(name for name, size in sizes.items() if size)


def _smallest(sizes: Mapping[str, int], hidden: frozenset[str]) -> str:
    return min(
        (name for name, size in sizes.items() if size and name not in hidden), key=lambda name: (sizes[name], name)
    )


def _people(children: Mapping[str, Counted], names: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(children[name].members or () for name in names))


def _nothing(children: Mapping[str, Counted], kind: Kind) -> Partition:
    return Partition(
        parent=Suppressed(kind=kind), children=MappingProxyType(dict.fromkeys(children, Suppressed(kind=kind)))
    )


def _check_partition(parent: Counted, children: Mapping[str, Counted]) -> None:
    parts = list(children.values())
    if any(child.basis is not parent.basis for child in parts):
        raise ValueError("parent and children are counted from the same")
    if (sum(child.x for child in parts), sum(child.n for child in parts)) != (parent.x, parent.n):
        raise ValueError("the children do not add up to the parent: what is missing could be had by subtraction")
    known = [child.members for child in parts if child.members is not None]
    if len(known) != (0 if parent.members is None else len(parts)):
        raise ValueError("the people of parent and children are all known, or none are")
    if parent.members is not None:
        together: frozenset[str] = frozenset().union(*known)
        if together != parent.members or sum(map(len, known)) != len(together):
            raise ValueError("every person of the parent is in one child and only one")


# --- how precisely (R5, R6) ----------------------------------------------------------------------------------------

FEW = 20
"""Below it a group of one mind is not told as such."""

SOME = 50
"""Below it telemetry is not told to the point, nor counted."""

FEWEST_MOVED = 5
"""With fewer come or gone, a group below SOME keeps its last figure."""

ROUGH, COARSE = 5, 20


def _sealed(counted: Counted, *, rough: bool = False, step: int = 1) -> Published:
    """`counted` as it is published; `rough`: without its exact counts; a large group to the nearest `step` points."""
    display, told = _shown(counted, step=step)
    ci_low = ci_high = None
    if counted.interval is not None and display.form is Form.PERCENT:
        ci_low, ci_high = counted.interval.low, counted.interval.high
        if rough or not told:
            points = ROUGH if counted.basis is Basis.TELEMETRY and counted.size < SOME else 1
            ci_low = floor(exact(ci_low) * 100 / points) * points / 100
            ci_high = ceil(exact(ci_high) * 100 / points) * points / 100
    return _warranted(
        metric=counted.metric,
        x=counted.x if told and not rough else None,
        n=counted.n,
        N=counted.N,
        method=counted.method,
        window=counted.window,
        as_of=counted.as_of,
        tier=counted.tier,
        provisional=counted.provisional,
        ci_low=ci_low,
        ci_high=ci_high,
        display=display,
        carried_forward=False,
    )


def _shown(counted: Counted, *, step: int = 1) -> tuple[Display, bool]:
    """What is shown of `counted`, and whether its exact count may be told beside it."""
    share, size = counted.value, counted.size
    if counted.basis is Basis.TELEMETRY:
        display = _seen(share, size, step)
        return replace(display, indicative=counted.tier is Tier.INDICATIVE), size >= SOME
    if counted.basis is Basis.INVITATIONS:
        if size < 10:
            return _band(share, size), False
        return _extreme(share, size) or (_percent(share), True)
    told = precision(size)
    if told in (Precision.NOTHING, Precision.WORD):
        return Display(form=Form.WORD, word=opinion(share, counted.direction), indicative=True), False
    if counted.tier is Tier.INDICATIVE and counted.interval is not None:
        return _extreme(share, size, indicative=True) or (_bounds(counted.interval), False)
    if told is Precision.FIVE_POINTS:
        return _extreme(share, size, indicative=True) or (_percent(share, step=ROUGH, indicative=True), True)
    return _percent(share), True


def _seen(share: Fraction, size: int, step: int) -> Display:
    """R6: a band below FEW, the nearest ROUGH points below SOME, else the nearest `step`."""
    return _band(share, size) if size < FEW else _percent(share, step=ROUGH if size < SOME else step)


def _extreme(share: Fraction, size: int, *, indicative: bool = False) -> tuple[Display, bool] | None:
    """R5 for every share near an end: were it for the ends alone, seeing it would be seeing that all said the same."""
    if size >= FEW:
        return None
    if 10 * share >= 9:
        return Display(form=Form.AT_LEAST, low=90, indicative=indicative), False
    if 10 * share <= 1:
        return Display(form=Form.AT_MOST, high=10, indicative=indicative), False
    return None


def _percent(share: Fraction, *, step: int = 1, indicative: bool = False) -> Display:
    points = percent(share, step=step)
    return Display(form=Form.PERCENT, low=points, high=points, indicative=indicative)


def _bounds(interval: Interval) -> Display:
    low, high = floor(exact(interval.low) * 100), ceil(exact(interval.high) * 100)
    return Display(form=Form.BAND, low=low, high=high, indicative=True)


def _band(share: Fraction, size: int) -> Display:
    # A share on a bound goes to the band above: so each band of ten people or more holds two counts at least, and none
    # tells the count by itself. Of fewer it goes to the outer band, or 0 of 5 would be alone in its own.
    place = share * 100 / COARSE
    outer = size * COARSE < 200 and 2 * share <= 1
    low = COARSE * (max(ceil(place) - 1, 0) if outer else min(floor(place), 100 // COARSE - 1))
    return Display(form=Form.BAND, low=low, high=low + COARSE)


def _carried(counted: Counted, last: Release | None) -> Published | None:
    """The last figure of a small group that 1 to 4 people have joined or left since (R6), else None."""
    if last is None or counted.members is None or counted.basis is not Basis.TELEMETRY or counted.size >= SOME:
        return None
    if not 1 <= len(counted.members ^ last.members) < FEWEST_MOVED:
        return None
    figure = last.figure
    return _warranted(
        metric=figure.metric,
        x=None,
        n=figure.n,
        N=figure.N,
        method=figure.method,
        window=figure.window,
        as_of=figure.as_of,
        tier=figure.tier,
        provisional=figure.provisional,
        ci_low=figure.ci_low,
        ci_high=figure.ci_high,
        display=figure.display,
        carried_forward=True,
    )
