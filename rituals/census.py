"""Who belongs where and has what, dated: the organisation as its CSV files tell it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rituals.initiatives import Stage
from rituals.measures.adoption import Placement, Spell, eligible_spell
from rituals.measures.statistics import ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """Somebody in the target population of an initiative on a day, `since` when (local day)."""

    person: str
    department: str
    site: str | None
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Where somebody belongs from `valid_from` on, until their next posting begins or they leave.

    `left_on` is the last day there. `access`: keys of the initiatives they may use; `manager` an e-mail;
    `employee` stands for the employer's number.
    """

    valid_from: date
    department: str
    site: str | None = None
    manager: str | None = None
    access: frozenset[str] = frozenset()
    left_on: date | None = None
    name: str | None = None
    employee: int | None = None

    def says_the_same(self, other: Posting) -> bool:
        """Whether nothing but the day it begins differs."""
        return replace(self, valid_from=other.valid_from) == other


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Who gets an initiative on `rollout_on`: a department, a site, both, or everybody (None)."""

    rollout_on: date
    department: str | None = None
    site: str | None = None

    def takes_in(self, posting: Posting) -> bool:
        """Whether it means people of that posting; capitals and spaces make no difference."""
        return _alike(self.department, posting.department) and _alike(self.site, posting.site)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the files say of an initiative, None where they say nothing.

    `owner` and `sponsor` are e-mails; `bucket` is core, bet or exploration. Of an initiative that app.yaml lists the
    words up to `owner` are app.yaml's and None here.
    """

    title: str | None = None
    summary: str | None = None
    stage: Stage | None = None
    department: str | None = None
    owner: str | None = None
    sponsor: str | None = None
    bucket: str | None = None
    targets: tuple[Target, ...] = ()


def same_words(text: str) -> str:
    """What two spellings of one name have in common."""
    return " ".join(text.split()).casefold()


def _alike(wanted: str | None, found: str | None) -> bool:
    return wanted is None or (found is not None and same_words(wanted) == same_words(found))


def spells(postings: Sequence[Posting]) -> list[tuple[Posting, Spell]]:
    """When each of one person's postings holds: up to the day before the next, and no longer than they stay."""
    ordered = sorted(postings, key=lambda posting: posting.valid_from)
    found = []
    for number, posting in enumerate(ordered):
        ends = [posting.left_on] if posting.left_on is not None else []
        if number + 1 < len(ordered):
            ends.append(ordered[number + 1].valid_from - ONE_DAY)
        last = min(ends, default=None)
        if last is None or last >= posting.valid_from:
            found.append((posting, Spell(first=posting.valid_from, last=last)))
    return found


def posting_on(postings: Sequence[Posting], day: date) -> Posting | None:
    """The posting that holds on `day`; None before the first, after leaving."""
    return next((posting for posting, spell in spells(postings) if day in spell), None)


def eligible_spells(postings: Sequence[Posting], targets: Iterable[Target]) -> tuple[Spell, ...]:
    """When one person is in the target population, each stretch once and whole."""
    wanted = list(targets)
    found = [
        eligible_spell(spell, target.rollout_on)
        for posting, spell in spells(postings)
        for target in wanted
        if target.takes_in(posting)
    ]
    return _joined(spell for spell in found if spell is not None)


def access_spells(postings: Sequence[Posting], initiative: str) -> tuple[Spell, ...]:
    """When one person has access to `initiative`, each stretch once and whole."""
    return _joined(spell for posting, spell in spells(postings) if initiative in posting.access)


def placements(postings: Sequence[Posting]) -> tuple[Placement, ...]:
    """The departments of one person."""
    return tuple(Placement(department=posting.department, spell=spell) for posting, spell in spells(postings))


def _joined(found: Iterable[Spell]) -> tuple[Spell, ...]:
    joined: list[Spell] = []
    for spell in sorted(found, key=lambda spell: spell.first):
        before = joined[-1] if joined else None
        if before is None or (before.last is not None and before.last + ONE_DAY < spell.first):
            joined.append(spell)
        elif before.last is not None:
            last = None if spell.last is None else max(before.last, spell.last)
            joined[-1] = Spell(first=before.first, last=last)
    return tuple(joined)
