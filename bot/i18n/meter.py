"""Draws a progress as a few block characters; the words that say it are its label."""

from __future__ import annotations

from rituals.messages import Meter

FULL = "█"
EMPTY = "░"
THRESHOLD = "│"

CELLS = 10
"""Most characters a bar takes, its threshold included: what a screen reader may spell out one by one."""


def bar(meter: Meter) -> str:
    """The bar: a cell for each of `whole` up to ten, empty and full only at 0 and at the whole; "│" at `needed`.

    Nothing at all ("") for a whole of nothing.
    """
    if meter.whole <= 0:
        return ""
    # A threshold at either end marks nothing.
    marked = meter.needed is not None and 0 < meter.needed < meter.whole
    cells = min(meter.whole, CELLS - 1 if marked else CELLS)
    full = _cells(meter.done, meter.whole, cells)
    drawn = FULL * full + EMPTY * (cells - full)
    if not marked or meter.needed is None:
        return drawn
    at = _cells(meter.needed, meter.whole, cells)
    return drawn[:at] + THRESHOLD + drawn[at:]


def _cells(part: int, whole: int, cells: int) -> int:
    """How many of `cells` a part of the whole fills: none only for nothing, all only for everything."""
    if part <= 0:
        return 0
    if part >= whole:
        return cells
    return min(max(part * cells // whole, 1), cells - 1)
