"""Who belongs where and has what, dated: the organisation as its CSV files tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """Somebody in the target population of an initiative on a day, `since` when (local day)."""

    person: str
    department: str
    site: str | None
    since: date
