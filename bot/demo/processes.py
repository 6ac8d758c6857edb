"""The demo's two processes, the workspace and Comitia: started, restarted after a crash, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.demo import horizon
from rituals.messages import say

START_WITHIN = 60.0


class DidNotStart(RuntimeError):
    """A process ended, or said nothing, before it was ready; `why` says which and its exit code, where there is one."""

    def __init__(self, part: str, code: int | None = None) -> None:
        super().__init__(f"{part} did not start (exit code {code})")
        self.why = say("command-demo-part", part=part, code=str(code))


async def _spawn(*arguments: str, environ: dict[str, str]) -> tuple[asyncio.subprocess.Process, dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, stdout=asyncio.subprocess.PIPE, env=environ
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START_WITHIN)
    except TimeoutError:
        line = b""
    if not line.endswith(b"\n"):
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
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
async def workspace(directory: Path, *, stepped: bool, port: int, start: str = horizon.START) -> AsyncIterator[str]:
    """The local workspace with Horizon's people, its clock from `start` on; its address."""
    config = directory / "workspace.json"
    config.write_text(json.dumps(horizon.workspace(stepped=stepped, start=start)), encoding="utf-8")
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


class Comitia:
    """Comitia's own process. It may be killed at any moment: `control()` brings it back first."""

    def __init__(self, directory: Path, workspace_url: str, *, stepped: bool) -> None:
        self._directory = directory
        self._workspace = workspace_url
        self._stepped = stepped
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
            arguments = ["--config", str(self._directory / "app.yaml"), "--workspace", self._workspace]
            if self._stepped:
                arguments.append("--stepped")
            self._process, ready = await _spawn_surely("bot.demo.child", *arguments, environ=_environ(secrets=True))
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
async def comitia(directory: Path, workspace_url: str, *, stepped: bool) -> AsyncIterator[Comitia]:
    """Comitia for Horizon, on SQLite in `directory`."""
    settings = horizon.settings(database=str(directory / "comitia.sqlite"), api_url=f"{workspace_url}/api-slack/")
    (directory / "app.yaml").write_text(settings, encoding="utf-8")
    process = Comitia(directory, workspace_url, stepped=stepped)
    try:
        yield process
    finally:
        await process.stop()


def _environ(*, secrets: bool = False) -> dict[str, str]:
    # Nothing of the caller's own Comitia may leak into the demo.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COMITIA_")}
    if secrets:
        environ |= {
            "COMITIA_SLACK__BOT_TOKEN": horizon.BOT_TOKEN,
            "COMITIA_SLACK__APP_TOKEN": horizon.APP_TOKEN,
            "COMITIA_SLACK__SIGNING_SECRET": horizon.SIGNING_SECRET,
        }
    return environ
