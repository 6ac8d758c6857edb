"""The demo's processes, what stands in for the platforms and Comitia: started, restarted after a crash, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bot.demo import horizon
from bot.demo.homes import ON_SLACK, Homes
from rituals.messages import Text, say

START_WITHIN = 60.0


class DidNotStart(RuntimeError):
    """A process ended, or said nothing, before it was ready; `why` says which and its exit code, where there is one."""

    def __init__(self, part: str, code: int | None = None) -> None:
        super().__init__(f"{part} did not start (exit code {code})")
        self.why = say("command-demo-part", part=part, code=str(code))


class PortTaken(Exception):
    """Nobody can listen on a port; `why` says which, and the remedy."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why


def free_port(port: int) -> int:
    """`port`, or any for 0. Raises PortTaken."""
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind(("127.0.0.1", port))
        except OSError as error:
            why = str(error.strerror or error)
            raise PortTaken(say("command-workspace-port", port=str(port), why=why)) from None
        return int(trying.getsockname()[1])


async def _spawn(*arguments: str, environ: dict[str, str]) -> tuple[asyncio.subprocess.Process, dict[str, Any]]:
    # Ctrl-C is for us, who then end it in its turn: a terminal would tell it at the same time.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, stdout=asyncio.subprocess.PIPE, env=environ, start_new_session=True
    )
    assert process.stdout is not None
    line = b""
    try:
        with contextlib.suppress(TimeoutError):
            line = await asyncio.wait_for(process.stdout.readline(), START_WITHIN)
    finally:
        if not line.endswith(b"\n"):
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if not line.endswith(b"\n"):
        raise DidNotStart(arguments[0], process.returncode)
    return process, json.loads(line)


async def _spawn_surely(*arguments: str, environ: dict[str, str]) -> tuple[asyncio.subprocess.Process, dict[str, Any]]:
    # It may be killed while it starts, as at any other moment: that is worth one more try.
    with contextlib.suppress(DidNotStart):
        return await _spawn(*arguments, environ=environ)
    return await _spawn(*arguments, environ=environ)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        await process.wait()


@asynccontextmanager
async def stand_ins(
    directory: Path, *, stepped: bool, port: int = 0, start: str = horizon.START, homes: Homes = ON_SLACK
) -> AsyncIterator[Mapping[str, str]]:
    """What stands in for the platforms that Horizon is on, clocks from `start` on: addresses by platform.

    `port`: the local workspace's.
    """
    async with AsyncExitStack() as stack:
        places: dict[str, str] = {}
        if "slack" in homes.platforms:
            config = homes.workspace(stepped=stepped, start=start)
            places["slack"] = await stack.enter_async_context(_workspace(directory, config, port=port))
        if "teams" in homes.platforms:
            config = homes.tenant(stepped=stepped, start=start)
            places["teams"] = await stack.enter_async_context(_tenant(directory, config))
        yield places


@asynccontextmanager
async def _workspace(directory: Path, document: Mapping[str, Any], *, port: int) -> AsyncIterator[str]:
    config = directory / "workspace.json"
    config.write_text(json.dumps(document), encoding="utf-8")
    process, ready = await _spawn(
        "bot.sandbox",
        "--config",
        str(config),
        "--data",
        str(directory / "workspace.sqlite"),
        "--port",
        str(port),
        environ=_environ(),
    )
    try:
        yield str(ready["url"])
    finally:
        await _stop(process)


@asynccontextmanager
async def _tenant(directory: Path, document: Mapping[str, Any]) -> AsyncIterator[str]:
    config = directory / "tenant.json"
    config.write_text(json.dumps(document), encoding="utf-8")
    process, ready = await _spawn("bot.tenant", "--config", str(config), environ=_environ())
    try:
        yield str(ready["url"])
    finally:
        await _stop(process)


class Comitia:
    """Comitia's own process. It may be killed at any moment: `control()` brings it back first."""

    def __init__(self, directory: Path, places: Mapping[str, str], *, stepped: bool, homes: Homes) -> None:
        self._directory = directory
        self._places = places
        self._stepped = stepped
        self._homes = homes
        self._process: asyncio.subprocess.Process | None = None
        self._address = ""
        self._turn = asyncio.Lock()
        self.restarts = 0

    async def control(self) -> str:
        """Where it can be asked; started first where it does not run. Raises DidNotStart."""
        async with self._turn:
            if self._process is not None and self._process.returncode is None:
                return self._address
            if self._process is not None:
                self.restarts += 1
            arguments = ["--config", str(self._directory / "app.yaml")]
            for platform, place in self._places.items():
                arguments += [f"--{platform}", place]
            if self._stepped:
                arguments.append("--stepped")
            environ = _environ() | self._homes.secrets()
            self._process, ready = await _spawn_surely("bot.demo.child", *arguments, environ=environ)
            self._address = str(ready["control"])
            return self._address

    def kill(self) -> bool:
        """SIGKILL, at once; whether there was something to kill."""
        if self._process is None or self._process.returncode is not None:
            return False
        self._process.send_signal(signal.SIGKILL)
        return True

    async def stop(self) -> None:
        """Ends it properly."""
        if self._process is not None:
            await _stop(self._process)


@asynccontextmanager
async def comitia(
    directory: Path, places: Mapping[str, str], *, stepped: bool, homes: Homes = ON_SLACK
) -> AsyncIterator[Comitia]:
    """Comitia for Horizon, on SQLite in `directory`; `places`: addresses by platform."""
    settings = homes.settings(places, database=str(directory / "comitia.sqlite"))
    (directory / "app.yaml").write_text(settings, encoding="utf-8")
    process = Comitia(directory, places, stepped=stepped, homes=homes)
    try:
        yield process
    finally:
        await process.stop()


def _environ() -> dict[str, str]:
    # Nothing of the caller's own Comitia may leak into the demo.
    return {name: value for name, value in os.environ.items() if not name.startswith("COMITIA_")}
