"""What is kept of one person, for their own eyes, and its erasure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Protocol

from rituals.people import Person
from rituals.personal.data import Kept


class Personal(Protocol):
    """Everything tied to one person, wherever it lies."""

    async def kept(self, person: str, *, today: date) -> Kept:
        """All that is tied to the person. For their own eyes, in a direct reply, and nobody else's."""

    async def by_address(self, email: str) -> Person | None:
        """The person of that address (small letters), present or not."""

    async def decided_in(self, person: str) -> Sequence[str]:
        """The ended sittings whose minutes quote a reason of theirs."""

    async def has_duties(self, person: Person) -> tuple[bool, bool]:
        """Whether they are entitled to an open ballot, and whether an initiative or an open action is theirs."""

    async def forget_reasons(self, person: str) -> None:
        """Deletes the reasons of all their votes; the votes stay."""

    async def object(self, person: Person, *, on: date) -> None:
        """Leaves them out of all figures from now on, under hashes that hold no name."""

    async def erase(self, person: Person, *, forget: bool) -> None:
        """Deletes what is tied to the person; with `forget` their duties too, and then the person."""

    async def objected(self, handles: Iterable[str]) -> frozenset[str]:
        """Those of these addresses ("mail:…") and numbers ("id:…") whose owner is left out of everything."""

    async def widen(self, people: Iterable[Collection[str]]) -> None:
        """Of somebody one of whose handles is left out, leaves out all the others they are told to have."""

    async def objections(self) -> int:
        """How many people are left out."""

    async def lift(self, email: str) -> bool:
        """Leaves the owner of that address out no longer; False where they were not."""
