"""AI initiatives: one use case each, from opportunity to industrialised, and the step it asks the committee for."""

from __future__ import annotations

from dataclasses import dataclass
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
