"""A procedure: what a kind of ritual plans, does at its steps, and does when it is too late."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from rituals.calendar import Due
from rituals.occurrences import Occurrence, PlannedStep, Step, StepName
from rituals.organisation import Organisation
from rituals.ports import Work

R = TypeVar("R")

Effect = Callable[[Step, Occurrence, R, Work, Organisation, datetime], Awaitable[None]]
"""Does one step, whole, within the transaction that has claimed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Generic[R]):
    """How rituals of one kind run; `R` is their rules.

    `steps`: what is planned ahead for one due date. `later`: the steps that others add as it goes, for a calendar.
    `effects`: what each step does. `skip`: told of the steps of one occurrence whose moment has passed, all together.
    `let_go`: ends an occurrence whose ritual app.yaml no longer has. `call_off`: ends one that somebody has cancelled,
    and tells whoever had heard of it. `cancel`: what the button asks for that does so; its sentences begin with it.
    """

    steps: Callable[[R, Due, Organisation], Sequence[PlannedStep]]
    effects: Mapping[StepName, Effect[R]]
    skip: Callable[[Sequence[Step], Occurrence, R, Work, Organisation, datetime], Awaitable[None]]
    let_go: Callable[[Occurrence, Work], Awaitable[None]]
    call_off: Callable[[Occurrence, R, Work, Organisation, datetime], Awaitable[None]]
    cancel: str
    later: Callable[[R, Due, Organisation], Sequence[PlannedStep]]


def nothing_later(rules: object, due: Due, organisation: Organisation) -> Sequence[PlannedStep]:
    """No step is added as it goes."""
    return ()
