"""The rules of the weekly figures post, as app.yaml gives them."""

from __future__ import annotations

from dataclasses import dataclass

from rituals.calendar import Recurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRules:
    """The rules of one adoption post. `initiatives`: keys of those shown; none means every one that people have."""

    key: str
    title: str
    recurrence: Recurrence
    room: str
    initiatives: tuple[str, ...] = ()
    card_every: int = 4  # weeks after which a card is due even where nothing changed
    lag: int = 3  # days until the sources of a Sunday count as complete
