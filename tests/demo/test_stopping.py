"""A demo that is told to stop ends with one sentence and leaves nothing behind, whatever it was doing."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import headless, interactive, processes, stopping
from tests.bot.scenarios.house import until

SAID = {"en_GB": "The demo has stopped.", "fr_FR": "La démo est arrêtée."}


@pytest.fixture(autouse=True)
def heeded() -> Iterator[None]:
    """No signal is ignored from the start, whatever the tests were started by (`nohup`, say)."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGTERM, signal.SIGHUP)}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Waiting:
    """Stands in for what takes long; notes whether it could put away what it had opened."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.tidied = 0

    async def __call__(self, *_: object, **__: object) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.tidied += 1


async def tell(waiting: Waiting, *signals: signal.Signals) -> None:
    await waiting.begun.wait()
    for number in signals:
        os.kill(os.getpid(), number)


@pytest.mark.parametrize("told", [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGHUP,), (signal.SIGINT,) * 3])
@pytest.mark.parametrize("language", SAID)
async def test_it_ends_with_a_sentence_and_the_exit_code_of_its_signal(
    told: tuple[signal.Signals, ...], language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", f"{language}.UTF-8")
    monkeypatch.setattr(headless, "play", waiting := Waiting())
    running = headless.run(weeks=1, seed=7, as_json=True, directory=None)
    code, _ = await asyncio.gather(running, tell(waiting, *told))
    assert (code, waiting.tidied) == (128 + told[0], 1)
    assert capsys.readouterr() == ("", f"\n{SAID[language]}\n")


async def test_the_one_with_a_page_ends_well_even_while_it_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setattr(interactive, "_start", waiting := Waiting())
    running = interactive.run(port=0, seed=7, directory=None)
    code, _ = await asyncio.gather(running, tell(waiting, signal.SIGINT))
    assert (code, waiting.tidied) == (0, 1)
    assert capsys.readouterr().err == f"\n{SAID['en_GB']}\n"


async def test_what_is_ignored_from_the_start_as_under_nohup_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        waiting = Waiting()
        running = asyncio.create_task(stopping.unless_stopped(waiting()))
        await tell(waiting, signal.SIGHUP)
        await asyncio.sleep(0)
        assert (running.done(), waiting.tidied, signal.getsignal(signal.SIGHUP)) == (False, 0, signal.SIG_IGN)
        await tell(waiting, signal.SIGTERM)
        with pytest.raises(stopping.Stopped):
            await running
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


async def test_who_cancels_it_otherwise_is_not_told_that_it_was_stopped() -> None:
    running = asyncio.create_task(stopping.unless_stopped(asyncio.Event().wait()))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_part_that_is_just_starting_is_ended_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = tmp_path / "pid"
    slow = tmp_path / "slow"
    slow.write_text(f"#!/bin/sh\necho $$ > {noted}\nexec sleep 60\n", encoding="utf-8")
    slow.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(slow))
    async with processes.comitia(tmp_path, {"slack": "nowhere"}, stepped=True) as comitia:
        starting = asyncio.create_task(comitia.control())
        await until(lambda: noted.exists() and noted.read_text(encoding="utf-8").endswith("\n"))
        process = int(noted.read_text(encoding="utf-8"))
        assert os.getsid(process) == process, "Ctrl-C in our terminal is not told to it as well"
        starting.cancel()
        await asyncio.wait({starting})
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
