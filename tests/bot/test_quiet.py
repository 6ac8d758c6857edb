"""Comitia is quiet while nothing happens until the clock moves on."""

import pytest

from bot.app.side import at_rest


@pytest.mark.parametrize(
    ("errands", "deliveries", "asleep", "quiet"),
    [
        (0, [0, 0], 0, True),
        (0, [2, 0], 2, True),
        (0, [2, 0], 1, False),
        # Somebody pressed so often at one moment that what answers them waits for its turn, as posts do.
        (3, [0, 0], 3, True),
        (3, [2, 1], 6, True),
        (3, [2, 1], 5, False),
        # Delivery is about to look for what is due.
        (0, [None, 0], 0, False),
        (2, [0, None], 2, False),
        # What else sleeps, reading a directory say, holds up nobody.
        (0, [0], 1, True),
    ],
)
def test_it_is_quiet_where_nothing_is_under_way_but_what_sleeps_towards_its_turn(
    errands: int, deliveries: list[int | None], asleep: int, quiet: bool
) -> None:
    assert at_rest([errands, *deliveries], asleep=asleep) is quiet
