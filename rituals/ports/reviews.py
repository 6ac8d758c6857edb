"""KPI readings, the boards of reviews, the actions they ask for, and who was told that one is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from rituals.kpis import Reading
from rituals.reviews.actions import Action
from rituals.reviews.board import KpiStatus
from rituals.reviews.ladder import Level


class Reviews(Protocol):
    """Readings, boards and actions."""

    # --- readings that owners give ---

    async def give(self, occurrence: str, kpi: str, reading: Reading, *, by: str) -> None:
        """Keeps a reading given for a review; a later one for the same review replaces it. `by`: a person's id."""

    async def take_back(self, occurrence: str, kpi: str) -> None:
        """Forgets the reading given for a review, where there is one."""

    async def given(self, occurrence: str) -> Mapping[str, Reading]:
        """What was given for a review, by KPI."""

    async def readings(self, kpi: str, until: date, *, limit: int = 12) -> Sequence[Reading]:
        """The last readings given of a KPI, of days no later than `until`, oldest first."""

    # --- boards ---

    async def keep_board(self, occurrence: str, statuses: Sequence[KpiStatus]) -> None:
        """Keeps what a review shows, in its order, once; what is kept already stays."""

    async def board(self, occurrence: str) -> Sequence[KpiStatus]:
        """What that review showed, in its order, each with its action as it is now; empty where it showed nothing."""

    async def latest_board(self) -> Sequence[tuple[date, KpiStatus]]:
        """How each KPI stood when it was last reviewed, by KPI; of all reviews.

        Each with the day that review was held, in its zone.
        """

    async def latest_review(self, ritual: str) -> str | None:
        """The newest occurrence of a ritual that showed a board."""

    # --- actions ---

    async def put_action(self, action: Action) -> None:
        """Keeps the action as it is now."""

    async def action(self, action: str, *, lock: bool = False) -> Action | None:
        """The action; with `lock`, nobody else changes it until this work ends.

        Whoever also locks a review locks the review first: who locks in one order never waits in a ring.
        """

    async def open_actions(self) -> Sequence[Action]:
        """All that are still to be done or to be said what: by due date, those without one last."""

    async def actions_of(self, kpi: str) -> Sequence[Action]:
        """All actions ever asked for about a KPI, oldest first."""

    # --- who was told ---

    async def tell(self, person: str, on: date, action: str, level: Level) -> None:
        """Records that somebody is told on that day that an action has reached a level."""

    async def told(self, person: str) -> Sequence[tuple[date, str, Level]]:
        """All the (day, action, level) somebody was told of, newest day first, its highest level first."""

    async def tellings(self, action: str) -> Sequence[tuple[str, date]]:
        """The (person, day) who were told of an action."""
