"""The rules of one KPI review, as app.yaml gives them."""

from __future__ import annotations

from dataclasses import dataclass

from rituals.calendar import Recurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRules:
    """The rules of one KPI review. `kpis`: keys of those reviewed; none means every one."""

    key: str
    title: str
    recurrence: Recurrence
    room: str
    kpis: tuple[str, ...] = ()
    ask_before: int = 3  # working days before the review on which owners are asked for values
    action_days: int = 10  # working days an owner is offered for an action
