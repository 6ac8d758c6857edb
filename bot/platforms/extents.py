"""How much of a message is shown, where all of it would be more than a platform takes."""

from __future__ import annotations

from dataclasses import dataclass


class MessageTooLong(ValueError):
    """A message or form beyond what a platform shows, however much is cut: the use case that built it says too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Characters of a text and of a quote, items of a list, quotes in a row, and whether dividers are drawn.

    A platform on which dividers take no room draws them all the same.
    """

    text: int
    quote: int
    items: int
    quotes: int
    dividers: bool = True


EXTENTS = (
    Extent(text=3_000, quote=2_000, items=40, quotes=20),
    Extent(text=1_000, quote=1_000, items=25, quotes=10),
    Extent(text=400, quote=400, items=10, quotes=5, dividers=False),
    Extent(text=150, quote=150, items=5, quotes=2, dividers=False),
)
"""A message is drawn with the first in which it fits, a form with the first."""
