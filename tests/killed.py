"""A process killed in the middle of what it does: a fork of one that has imported everything."""

import asyncio
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from threading import Event
from typing import Any

from tests.crashes.lives import FORKS

WITHIN = 60.0
"""Seconds a process may take until it is in the middle."""


async def killed_in_the_middle(doing: Callable[..., object], *given: Any) -> None:
    """Lets a process do that, with what is given and with the function that it calls in the middle.

    Whoever asks needs the mark `enable_socket`: a fork is asked for over a socket of the file system.
    """
    here, there = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=_done, args=(doing, given, there), daemon=True)
    process.start()
    there.close()
    with here:
        assert await asyncio.to_thread(here.poll, WITHIN), "it never came so far"
        here.recv()
    process.kill()
    await asyncio.to_thread(process.join)
    assert process.exitcode == -signal.SIGKILL


def _done(doing: Callable[..., object], given: tuple[Any, ...], there: Connection) -> None:
    def middle() -> None:
        there.send(None)
        Event().wait()

    doing(*given, middle)
