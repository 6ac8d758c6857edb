"""The rules of one pulse, as app.yaml gives them."""

from __future__ import annotations

from dataclasses import dataclass

from rituals.calendar import Recurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseRules:
    """The rules of one pulse. `recurrence.at` is the hour in each person's own zone.

    `initiatives`: keys of those asked about; none means every one that people have.
    """

    key: str
    title: str
    recurrence: Recurrence
    initiatives: tuple[str, ...] = ()
    open_days: int = 7  # days until a wave closes by itself
    reminder_after: int = 2  # working days after the launch; 0: no reminder
    barriers: bool = True  # whether what holds people back is asked
