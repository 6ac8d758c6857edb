"""How a demo ends when it is told to: by Ctrl-C, by SIGTERM, or by a terminal that closes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """It was told to stop; `code` is the exit code of what ends by that signal."""

    def __init__(self, told: signal.Signals) -> None:
        super().__init__(told.name)
        self.code = 128 + told


async def unless_stopped(demo: Coroutine[Any, Any, T]) -> T:
    """What comes of the demo. Raises Stopped once it has put away what it had opened, at whatever moment it was told.

    The demo is cancelled then, and is not hurried by being told again.
    """
    loop, told = asyncio.get_running_loop(), list[signal.Signals]()
    running = loop.create_task(demo)

    def stop(number: signal.Signals) -> None:
        if not told:
            running.cancel()
        told.append(number)

    # What is ignored from the start stays so: `nohup` has a demo outlive its terminal.
    heeded = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heeded:
        loop.add_signal_handler(number, stop, number)
    try:
        return await running
    except asyncio.CancelledError:
        if not told:
            raise
        raise Stopped(told[0]) from None
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)
