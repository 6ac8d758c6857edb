"""The procedures of all kinds of rituals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rituals.committee.rules import CommitteeRules
from rituals.digests.rules import DigestRules
from rituals.figures.rules import FigureRules
from rituals.organisation import Ritual
from rituals.pulses.rules import PulseRules
from rituals.reviews.rules import ReviewRules
from rituals.use_cases import committee_steps, figure_steps, letter_steps, pulse_steps, review_steps
from rituals.use_cases.procedure import Procedure

PROCEDURES: Mapping[type, Procedure[Any]] = {
    CommitteeRules: committee_steps.PROCEDURE,
    PulseRules: pulse_steps.PROCEDURE,
    FigureRules: figure_steps.PROCEDURE,
    ReviewRules: review_steps.PROCEDURE,
    DigestRules: letter_steps.PROCEDURE,
}
"""How rituals of each kind run, by the type of their rules."""


def procedure_of(rules: Ritual) -> Procedure[Any]:
    """The procedure of a ritual's kind."""
    return PROCEDURES[type(rules)]


def all_procedures() -> Sequence[Procedure[Any]]:
    """Every procedure, for an occurrence whose rules are gone."""
    return tuple(PROCEDURES.values())
