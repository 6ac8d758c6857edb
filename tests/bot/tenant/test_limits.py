"""Teams' windows for the calls of an app, counted on the tenant's clock."""

from collections.abc import Callable

import pytest

from bot.local.clock import Clock
from bot.local.config import ClockSetting
from bot.local.memory import Forgetful
from bot.tenant.errors import Throttled
from bot.tenant.limits import READS, SENDS, Limits

WINDOWS = [*((window, Limits.admit_send) for window in SENDS), *((window, Limits.admit_read) for window in READS)]


@pytest.fixture
def clock() -> Clock:
    return Clock(ClockSetting(mode="stepped", start=0.0), Forgetful())


@pytest.fixture
def limits(clock: Clock) -> Limits:
    return Limits(clock, 50)


@pytest.mark.parametrize(("window", "admit"), WINDOWS)
def test_a_window_is_full_after_so_many_calls_and_says_when_it_is_not(
    clock: Clock, limits: Limits, window: tuple[int, float], admit: Callable[[Limits, str], None]
) -> None:
    most, seconds = window
    # Evenly spread, so that no smaller window is full before.
    for number in range(most):
        admit(limits, "one")
        clock.advance((number + 1) * seconds / (most + 0.5))
    with pytest.raises(Throttled) as refused:
        admit(limits, "one")
    assert 1 <= refused.value.retry_after <= seconds
    admit(limits, "another")
    clock.advance(clock.now() + refused.value.retry_after)
    admit(limits, "one")


def test_a_refused_call_takes_nothing(clock: Clock, limits: Limits) -> None:
    for _ in range(7):
        limits.admit_send("one")
    for _ in range(20):
        with pytest.raises(Throttled):
            limits.admit_send("one")
    assert limits.impatient == 19
    clock.advance(1.0)
    limits.admit_send("one")


def test_calls_that_were_under_way_with_a_refused_one_are_told_from_those_that_did_not_listen(
    clock: Clock, limits: Limits
) -> None:
    limits.close("one", 2.5)
    for moment in (0.0, 2.4):
        clock.advance(moment)
        with pytest.raises(Throttled):
            limits.admit_send("one")
    assert (limits.impatient, limits.deaf, limits.over) == (2, 1, 0)
    clock.advance(2.5)
    for _ in range(7):
        limits.admit_send("one")
    with pytest.raises(Throttled):
        limits.admit_send("one")
    assert (limits.impatient, limits.deaf, limits.over) == (2, 1, 1)


def test_questions_and_messages_are_counted_apart(limits: Limits) -> None:
    for _ in range(7):
        limits.admit_send("one")
    limits.admit_read("one")


def test_graph_installs_thirty_a_second(clock: Clock, limits: Limits) -> None:
    for _ in range(30):
        limits.admit_install()
    with pytest.raises(Throttled):
        limits.admit_install()
    clock.advance(1.0)
    limits.admit_install()
