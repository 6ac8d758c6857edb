"""AI initiatives: one use case each, from opportunity to industrialised, and the step it asks the committee for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    """How far an initiative has come."""

    OPPORTUNITY = "opportunity"
    FRAMING = "framing"
    POC = "poc"
    MVP = "mvp"
    PILOT = "pilot"
    INDUSTRIALISED = "industrialised"

    def next(self) -> Stage:
        """The stage a go leads to; the last leads to itself."""
        stages = list(Stage)
        return stages[min(stages.index(self) + 1, len(stages) - 1)]


class Standing(StrEnum):
    """Where an initiative stands with the committee."""

    ACTIVE = "active"  # runs at its stage, asks for nothing
    ASKING = "asking"  # waits for the committee to decide on its next stage
    STOPPED = "stopped"  # a no-go


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiative:
    """One AI use case. `key` is its lasting short name; `asked_on` orders those that wait for a decision."""

    key: str
    title: str
    summary: str
    stage: Stage
    standing: Standing
    department: str
    owner: str | None = None  # e-mail
    asked_on: date | None = None
    carried_over: int = 0  # how many committees have put it off


def renewed(known: Initiative, listed: Initiative, *, decided_on: date | None) -> Initiative:
    """A known initiative after app.yaml was read again. `decided_on`: the day of the committee's last decision on it.

    Its words follow app.yaml; its stage does until the committee has decided once. It asks (again) where app.yaml says
    so since a day after that decision, and no longer asks where app.yaml says it does not.
    """
    renewed = replace(
        known,
        title=listed.title,
        summary=listed.summary,
        department=listed.department,
        owner=listed.owner,
        stage=listed.stage if decided_on is None else known.stage,
    )
    if listed.standing is Standing.ASKING:
        again = decided_on is None or (listed.asked_on is not None and listed.asked_on > decided_on)
        if known.standing is not Standing.ASKING and again:
            return replace(renewed, standing=Standing.ASKING, asked_on=listed.asked_on, carried_over=0)
    elif known.standing is Standing.ASKING:
        return replace(renewed, standing=Standing.ACTIVE, asked_on=None, carried_over=0)
    return renewed
