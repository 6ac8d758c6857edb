"""A meter is drawn with at most ten characters, none filled only for nothing and all only for everything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.meter import CELLS, EMPTY, FULL, THRESHOLD, bar
from rituals.messages import Meter, say

LABEL = say("renderer-close")


@pytest.mark.parametrize(
    ("done", "whole", "needed", "drawn"),
    [
        (5, 8, 4, "████│█░░░"),
        (0, 3, None, "░░░"),
        (3, 3, None, "███"),
        (1, 1_000, None, "█░░░░░░░░░"),
        (999, 1_000, None, "█████████░"),
        (2, 4, 4, "██░░"),
        (9, 4, 0, "████"),
        (0, 0, None, ""),
    ],
)
def test_a_bar_is_drawn_to_scale(done: int, whole: int, needed: int | None, drawn: str) -> None:
    assert bar(Meter(label=LABEL, done=done, whole=whole, needed=needed)) == drawn


@given(st.integers(0, 500), st.integers(1, 500), st.none() | st.integers(0, 500))
def test_a_bar_is_short_and_tells_nothing_from_some_and_some_from_all(
    done: int, whole: int, needed: int | None
) -> None:
    drawn = bar(Meter(label=LABEL, done=done, whole=whole, needed=needed))
    assert 1 <= len(drawn) <= CELLS
    if len(drawn.replace(THRESHOLD, "")) > 1:
        assert (FULL in drawn) == (done > 0)
        assert (EMPTY in drawn) == (done < whole)
    if needed is not None and 0 < needed < whole:
        before = drawn.partition(THRESHOLD)[0]
        assert EMPTY not in before or done < needed
