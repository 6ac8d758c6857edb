"""How long a command takes to say something, beside Python itself starting."""

from __future__ import annotations

import asyncio
import sys
import time

from tests.benchmarks.measure import Line, Round, by_turns

ROUNDS = 5


async def starting() -> list[Line]:
    """`comitia --help`, and the import of the whole bot."""

    def run(*arguments: str) -> Round:
        async def once(_number: int) -> float:
            begun = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
            )
            _out, errors = await process.communicate()
            if process.returncode:
                raise RuntimeError(errors.decode(errors="replace"))
            return time.perf_counter() - begun

        return once

    told, app, python = await by_turns(
        run("-m", "bot", "--help"), run("-c", "import bot.app"), run("-c", "pass"), rounds=ROUNDS
    )
    return [
        Line(group="start", path=what, ours=ours, limit=python, limit_is="python -c pass")
        for what, ours in (("comitia --help", told), ("import bot.app", app))
    ]
