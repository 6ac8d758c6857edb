"""How a stand-in is run from a command line: one file that says what it is made of, until SIGTERM."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from bot.local.config import ConfigError
from bot.local.json_types import Json

C = TypeVar("C")


class Running(Protocol):
    @property
    def url(self) -> str: ...


def parser_of(package: str, description: str | None, config: str) -> argparse.ArgumentParser:
    """A command line with --config, a file of what `config` lists, and --port."""
    parser = argparse.ArgumentParser(prog=f"python -m {package}", description=description)
    parser.add_argument("--config", type=Path, required=True, help=f"{config} (JSON)")
    parser.add_argument("--port", type=int, default=0, help="a free one unless named")
    return parser


def read_file(path: Path, read: Callable[[Json], C], parser: argparse.ArgumentParser) -> C:
    """Answer the configuration in the file; ends the program with a sentence where there is none to be had."""
    try:
        return read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError, ConfigError) as error:
        parser.error(f"{path}: {error}")


async def until_stopped(stand_in: AbstractAsyncContextManager[Running]) -> None:
    """Run it until SIGTERM or SIGINT; says its URL on a line of JSON once it answers there."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with stand_in as running:
        sys.stdout.write(json.dumps({"url": running.url}) + "\n")
        sys.stdout.flush()
        await stopped.wait()
