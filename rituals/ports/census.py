"""Who belongs where and has what, dated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from rituals.census import Eligible
from rituals.measures.adoption import History
from rituals.measures.statistics import Window


class Census(Protocol):
    """Departments, sites, access and rollouts by person and day."""

    async def population(self, initiative: str, on: date) -> Sequence[Eligible]:
        """Everybody in the target population of `initiative` on that day, people who are present only."""

    async def histories(self, initiative: str, window: Window) -> Sequence[History]:
        """Of everybody who was eligible, had access or used `initiative` within `window` or before."""

    async def rolled_out(self) -> Mapping[str, date]:
        """The initiatives that people have, by key, with the day of their first rollout."""
