"""Who belongs where and has what, dated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from rituals.census import Eligible, Posting, Target, Told
from rituals.initiatives import Initiative
from rituals.measures.adoption import History
from rituals.measures.statistics import Window
from rituals.people import RosterEntry


class Census(Protocol):
    """Departments, sites, access and rollouts by person and day."""

    async def population(self, initiative: str, on: date) -> Sequence[Eligible]:
        """Everybody in the target population of `initiative` on that day, people who are present only."""

    async def histories(self, initiative: str, window: Window) -> Sequence[History]:
        """Of everybody who was eligible, had access or used `initiative` within `window` or before.

        Use by an identity that is nobody we know makes a history of its own, eligible never. What happened after
        `window` is left out.
        """

    async def rolled_out(self) -> Mapping[str, date]:
        """The initiatives that people have, by key, with the day of their first rollout."""

    async def told(self) -> Mapping[str, Told]:
        """What the files say of each initiative they name."""

    async def departments(self) -> frozenset[str]:
        """Every department anybody was ever told to be in."""

    # --- what imports need; `origin` is the number of the import ---

    async def owners(self, handles: Iterable[str]) -> Mapping[str, str]:
        """Whose these addresses ("mail:…") and employer's numbers ("id:…") are; nobody's are left out."""

    async def identities(self, handles: Iterable[str], *, make: bool = True) -> Mapping[str, int]:
        """What stands for each of these handles here; made where it is new, or else left out."""

    async def postings(self, people: Iterable[str]) -> Mapping[str, Sequence[Posting]]:
        """The postings of these people, oldest first."""

    async def make_people(self, entries: Sequence[RosterEntry], *, origin: int) -> Sequence[str]:
        """New people with what `entries` say, in that order; their ids."""

    async def merge(self, people: Iterable[str], *, origin: int) -> str:
        """Makes one person of several, whose accounts and identities become theirs; the id that remains."""

    async def tie(self, owners: Mapping[str, str], *, origin: int) -> None:
        """Keeps whose each handle is."""

    async def post(self, told: Sequence[tuple[str, Posting]], *, origin: int) -> None:
        """Adds postings, each by the address its line names first ("mail:…")."""

    async def target(self, initiative: str, targets: Sequence[Target], *, origin: int) -> None:
        """All the targets of an initiative from now on."""

    async def tell(self, initiative: str, told: Told, words: Initiative | None, *, origin: int) -> None:
        """Keeps what a file says of an initiative; `words`: what the portfolio then has (None: app.yaml's stay)."""

    async def take_back(self, origin: int) -> None:
        """Everything as it was before that import."""

    async def settle(self, today: date) -> None:
        """Brings presence, site and, where no platform tells it, name in line with today's postings."""

    async def left_before(self, day: date) -> Sequence[str]:
        """Whoever left before that day and has not come back, nor will."""

    async def forget_strays(self) -> None:
        """Deletes the identities that nothing speaks of any more."""
