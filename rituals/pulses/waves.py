"""Waves: one round of a pulse about one initiative, who was asked, what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainAnswer:
    """What somebody said once their wave has closed, nobody's any more. Codes as in the question bank.

    `stratum`: the department frozen at the launch ("" where too few were asked to tell it). `satisfaction` "1".."5",
    "no_opinion" or None; `barriers` empty where the question was left out.
    """

    wave: str
    stratum: str
    use: str
    satisfaction: str | None = None
    barriers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveCount:
    """A closed wave in people: `invited`, of whom `left` the organisation before the close, and how many `answered`.

    `population`: everybody it stands for, by stratum.
    """

    wave: str
    initiative: str
    closed_on: date
    invited: int
    left: int
    answered: int
    population: dict[str, int]
