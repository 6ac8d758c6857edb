"""Panels: how many people a pulse asks, which, and how often each."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from math import ceil, floor, sqrt

from rituals.calendar import Rule, Weekly
from rituals.measures.statistics import ONE_DAY, Number, Z, exact

# --- how many ------------------------------------------------------------------------------------------------------


def sample_size(margin: Number, population: int, share: Number = Fraction(1, 2)) -> int:
    """The answers that give a 95 % margin of `margin` (0..1, so 0.05 for 5 points) on a `share` of `population` people.

    n0 = z² p (1 - p) / e², n = n0 / (1 + (n0 - 1) / N), rounded up (Cochran, 1977). Never more than the population.
    Raises ValueError for a margin or a share outside 0..1, or a negative population.
    """
    e, p = exact(margin), exact(share)
    if not 0 < e < 1 or not 0 < p < 1 or population < 0:
        raise ValueError(f"no sample size for a margin of {margin} on {share} of {population}")
    if population == 0:
        return 0
    without_end = exact(Z) ** 2 * p * (1 - p) / e**2
    return min(population, ceil(without_end / (1 + (without_end - 1) / population)))


def planned_margin(n: int, population: int) -> float:
    """The 95 % margin (0..1) around one half that `n` random answers of `population` people promise.

    z sqrt(p (1 - p) / n (N - n) / (N - 1)) (Cochran, 1977); of answers in hand show the Wilson interval instead.
    Raises ValueError for n outside 1..population.
    """
    if not 1 <= n <= population:
        raise ValueError(f"{n} answers of {population} people")
    return 0.0 if n == population else Z * sqrt(0.25 / n * (population - n) / (population - 1))


def invitations(answers: int, *, response_rate: Number, population: int) -> int:
    """How many to invite for so many `answers` at an expected `response_rate` (0..1), never more than there are.

    Raises ValueError for a response rate outside 0..1 or of 0.
    """
    rate = exact(response_rate)
    if not 0 < rate <= 1:
        raise ValueError(f"a response rate lies between 0 and 1, not at {response_rate}")
    return min(population, ceil(answers / rate))


def allocate(total: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """`total` places shared in proportion to `sizes`, by largest remainder (Hamilton).

    Of equal remainders the larger stratum goes first, then the first by name. Raises ValueError for more places than
    people, or a size or total below 0.
    """
    people = sum(sizes.values())
    if not 0 <= total <= people or min(sizes.values(), default=0) < 0:
        raise ValueError(f"{total} places for {people} people")
    if not people:
        return dict.fromkeys(sizes, 0)
    quotas = {name: Fraction(total * size, people) for name, size in sizes.items()}
    places = {name: floor(quota) for name, quota in quotas.items()}
    left = total - sum(places.values())
    by_remainder = sorted(sizes, key=lambda name: (places[name] - quotas[name], -sizes[name], name))
    for name in by_remainder[:left]:
        places[name] += 1
    return places


# --- which ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """Who is in which panel, 0 to `count` - 1, of one cycle; `strata`: the stratum each was dealt in.

    Fixed for the cycle: people move when the next is dealt. For reckoning, never for showing.
    """

    cycle: str
    count: int
    strata: Mapping[str, str]
    assigned: Mapping[str, int]

    def members(self, panel: int) -> frozenset[str]:
        """The people of `panel`."""
        return frozenset(person for person, place in self.assigned.items() if place == panel)

    def joined(self, person: str, stratum: str) -> Panels:
        """With a newcomer in the smallest panel of their stratum; of equal ones the smallest of all, then the first."""
        if person in self.assigned:
            return self
        return self.joined_by({person: stratum})

    def joined_by(self, newcomers: Mapping[str, str]) -> Panels:
        """With all `newcomers` (the stratum of each), one after the other; whoever is there already stays in place."""
        strata, assigned = dict(self.strata), dict(self.assigned)
        everybody = Counter(assigned.values())
        own = Counter((strata[person], place) for person, place in assigned.items())
        for person, stratum in newcomers.items():
            if person in assigned:
                continue
            panel = min(range(self.count), key=lambda place: (own[stratum, place], everybody[place], place))
            strata[person], assigned[person] = stratum, panel
            everybody[panel] += 1
            own[stratum, panel] += 1
        return Panels(cycle=self.cycle, count=self.count, strata=strata, assigned=assigned)


def deal(strata: Mapping[str, str], *, key: bytes, cycle: str, count: int = 4) -> Panels:
    """People dealt to `count` panels, alike in size and in strata, in an order nobody without `key` can foresee.

    `strata`: the stratum of each person. Within each they are ordered by HMAC-SHA256(key, "cycle:person") (RFC 2104)
    and dealt round, each stratum where the one before ended, larger ones first: no panel of a stratum, nor any panel
    as a whole, has more than one person more than another. Raises ValueError for less than one panel or an empty key.
    """
    if count < 1 or not key:
        raise ValueError("a deal takes a key and at least one panel")
    by_stratum: dict[str, list[str]] = {}
    for person, stratum in strata.items():
        by_stratum.setdefault(stratum, []).append(person)
    assigned: dict[str, int] = {}
    for stratum in sorted(by_stratum, key=lambda name: (-len(by_stratum[name]), name)):
        offset = len(assigned)
        ordered = sorted(by_stratum[stratum], key=lambda person: _place(key, cycle, person))
        assigned.update({person: (offset + rank) % count for rank, person in enumerate(ordered)})
    return Panels(cycle=cycle, count=count, strata=dict(strata), assigned=assigned)


def _place(key: bytes, cycle: str, person: str) -> bytes:
    return hmac.digest(key, f"{cycle}:{person}".encode(), sha256)


def cycle_of(day: date) -> str:
    """The cycle of `day`, its year: "2026".

    Dealing anew puts some people in a panel whose turn comes before their 28 days are over, and they lose it: for four
    weeks three invitations in eight. Once a year that is little.
    """
    return str(day.year)


def panel_of_week(day: date, count: int = 4) -> int:
    """The panel asked in the ISO week of `day`: 0, 1 … `count` - 1 and again, whatever the cycle.

    Raises ValueError for less than one panel.
    """
    if count < 1:
        raise ValueError("there is at least one panel")
    return (day - ONE_DAY * day.weekday()).toordinal() // 7 % count


def turn_of(rule: Rule, day: date) -> int:
    """How many times `rule` has fallen due before `day`, give or take a constant: the turns of a rotation.

    Weeks count for a weekly rule, every nth of them for one of every n weeks; months for any other.
    """
    if isinstance(rule, Weekly):
        return (day - ONE_DAY * day.weekday()).toordinal() // 7 // rule.every
    return day.year * 12 + day.month - 1


def in_turn(person: str, topics: Sequence[str], *, key: bytes, turn: int) -> str:
    """Which of `topics`, in their order, `person` is asked about at `turn`: each after the other, people mixed.

    Somebody who may only be asked once at a time would otherwise never hear of any but the first.
    Raises ValueError where there is none.
    """
    if not topics:
        raise ValueError("nothing to ask about")
    start = int.from_bytes(_place(key, "topic", person)[:4], "big")
    return topics[(start + turn) % len(topics)]


# --- how often -----------------------------------------------------------------------------------------------------

INTERVAL = timedelta(days=28)
LONGEST_INTERVAL = timedelta(days=84)
PATIENCE = 3
MOST_QUESTIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Panelist:
    """What is kept of somebody's invitations to all pulses together. `opted_out` is for good, and leaves no rate."""

    person: str
    last_invited_on: date | None = None
    unanswered_in_a_row: int = 0
    opted_out: bool = False

    @property
    def interval(self) -> timedelta:
        """The least time between two invitations: 28 days, doubled by every 3 unanswered in a row, 84 at most."""
        doublings = min(self.unanswered_in_a_row // PATIENCE, 2)
        return min(INTERVAL * (1 << doublings), LONGEST_INTERVAL)

    @property
    def inclusion(self) -> Fraction:
        """How likely they are asked beside somebody who answers, 0..1; an answer weighs 1 over it."""
        return Fraction(INTERVAL.days, self.interval.days)

    @property
    def free_from(self) -> date | None:
        """The first day on which it is their turn again; None where any is."""
        return None if self.last_invited_on is None else self.last_invited_on + self.interval

    def merged(self, other: Panelist) -> Panelist:
        """`other`, who turned out to be the same person: who opted out as either did, and was asked when either was."""
        return Panelist(
            person=other.person,
            last_invited_on=max(filter(None, (self.last_invited_on, other.last_invited_on)), default=None),
            unanswered_in_a_row=min(self.unanswered_in_a_row, other.unanswered_in_a_row),
            opted_out=self.opted_out or other.opted_out,
        )

    def may_be_invited(self, today: date) -> bool:
        """Whether they may be asked on `today`."""
        return not self.opted_out and self.is_due(today)

    def is_due(self, today: date) -> bool:
        """Whether they would be asked on `today`, had they not opted out: those who had stay in the rate."""
        return self.free_from is None or today >= self.free_from


def invited(panelists: Sequence[Panelist], panel: frozenset[str], *, today: date) -> tuple[str, ...]:
    """The people of `panel` who may be asked on `today`, in the order of `panelists`."""
    return tuple(one.person for one in panelists if one.person in panel and one.may_be_invited(today))
