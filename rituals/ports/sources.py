"""What other systems counted: usage, conversations, savings, readings, and how fresh each source is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol

from rituals.imports import Counted, FileImport, Reading, UsageCount
from rituals.measures.escalation import Conversations
from rituals.measures.statistics import Window


class Sources(Protocol):
    """Counts that came in by file."""

    async def conversations(self, initiative: str, window: Window) -> Sequence[tuple[date, Conversations]]:
        """Conversations by day (a week's total stands on its last day), in order."""

    async def savings(self, initiative: str, window: Window) -> Sequence[tuple[date, Fraction]]:
        """Amounts saved, by the last day of the period each is of, in order; in the organisation's currency."""

    async def readings(self, kpi: str, until: date) -> Sequence[tuple[date, Fraction, int | None]]:
        """The values of a followed figure up to `until`, in order: day, value, and of how many it is."""

    async def last_days(self, kind: str) -> dict[str, date]:
        """The last day told of by "usage", "conversations", "savings" or "readings", by initiative (or figure)."""

    async def first_days(self, kind: str) -> dict[str, date]:
        """The first day told of by the same: of what came before it nothing is known, which is not that there was none.

        A week's total of conversations counts as the day it stands on.
        """

    async def match_rate(self, initiatives: Collection[str], window: Window) -> tuple[int, int]:
        """Identities in the usage of any of these in `window` that are people the files know, of all of them."""

    # --- imports ---

    async def imports(self) -> Sequence[FileImport]:
        """Those that count, oldest first."""

    async def begin(self, kind: str, *, file: str, at: datetime) -> int:
        """A new import, which counts for nothing until it is kept; its number."""

    async def keep(self, number: int, counted: Counted) -> None:
        """From now on it counts."""

    async def drop(self, number: int) -> None:
        """It counts for nothing any more; its usage, where there is any, is left to `sweep`."""

    async def leftovers(self) -> Sequence[tuple[int, str, date]]:
        """Import, initiative and day of usage that counts for nothing."""

    async def sweep(self, leftovers: Sequence[tuple[int, str, date]]) -> None:
        """Deletes those."""

    async def sweep_imports(self) -> None:
        """Forgets the imports that were dropped, or never kept, and have nothing left."""

    async def add_usage(self, number: int, counts: Sequence[UsageCount]) -> Counted:
        """Adds what is not as it was already; no two of one initiative, day and identity within an import."""

    async def add_conversations(self, number: int, told: Mapping[tuple[str, date], Conversations]) -> Counted:
        """Adds what is not as it was already."""

    async def add_savings(self, number: int, told: Mapping[tuple[str, date], str]) -> Counted:
        """Adds what is not as it was already; amounts as exact decimal text."""

    async def add_readings(self, number: int, told: Mapping[tuple[str, date], Reading]) -> Counted:
        """Adds what is not as it was already."""

    # --- retention ---

    async def folded(self) -> Mapping[str, date]:
        """The last day of each initiative's usage that is summed up by week."""

    async def weeks_to_fold(self, until: date) -> Sequence[tuple[str, date]]:
        """Initiative and Monday of the weeks that end by `until` and are still kept by day."""

    async def fold(self, initiative: str, monday: date) -> None:
        """Sums up one week: the days are deleted, first and last use kept."""

    async def forget_weeks(self, before: date) -> None:
        """Deletes the weeks that begin before that day, and the first and last use of unknown identities since then."""

    async def forget_uses(self, people: Sequence[str]) -> None:
        """Deletes everything these people used, first and last use included."""
