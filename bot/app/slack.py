"""Slack's side of Comitia: who we are in the workspace, its people and channels, and what hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import aiohttp

from bot.app.line import Line, hearing, on_the_line, timeout_of
from bot.app.side import Around
from bot.desk import Desk
from bot.pace import Pace
from bot.platforms.port import Connection, Sender
from bot.platforms.slack.listeners import Identity, SlackListeners
from bot.platforms.slack.manifest import COMMAND
from bot.platforms.slack.replies import Replies
from bot.platforms.slack.socket import Socket
from bot.rehearsal import Stage
from bot.starting import Waits, adopt_workspace, identity_of, stage_of, telling
from bot.web import Door
from rituals.messages import say
from rituals.ports import Outbox


class SlackSide:
    """Answers `bot.app.side.Side`."""

    platform = "slack"

    def __init__(self, around: Around, line: Line, identity: Identity) -> None:
        self._around = around
        self._line = line
        self._identity = identity
        self.socket: Socket | None = None
        self.replies: Replies | None = None

    @property
    def sender(self) -> Sender:
        """The platform's hands."""
        return self._line.sender

    @property
    def pace(self) -> Pace:
        """How fast it may be asked."""
        return self._line.pace

    async def adopt(self) -> Mapping[str, str]:
        """Brings people and rooms up to date; the rooms whose channel is not there by its name. Raises CannotStart."""
        settings, open_work, roster = self._around.settings, self._around.memory.open_work, self._around.roster
        return await adopt_workspace(settings, open_work, self._line.directory, self._identity, roster)

    async def stage(self) -> Stage:
        """The one person a rehearsal is for. Raises CannotStart."""
        around = self._around
        return await stage_of(
            around.settings, around.memory.open_work, self._line.directory, self._identity, around.waits
        )

    async def listen(self, desk: Desk, outbox: Outbox, stack: AsyncExitStack) -> Connection | None:
        """Hears what people do, over Socket Mode or as signed requests. Raises CannotStart."""
        around, slack = self._around, self._around.settings.slack
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout_of(around.patience)))
        self.replies = Replies(session, around.errands)
        bolt = hearing(around.settings, self._line, self._identity)
        SlackListeners(
            identity=self._identity,
            desk=desk,
            replies=self.replies,
            outbox=outbox,
            clock=around.clock,
            command=COMMAND,
            pictures=self._line.sender.pictures,
            sender=self._line.sender,
        ).listen(bolt)
        if slack.mode != "socket":
            around.door.bolt = bolt
            return None
        app_token = slack.app_token.get_secret_value() if slack.app_token else ""
        self.socket = Socket(
            bolt, app_token=app_token, client=self._line.client, acknowledged=around.metrics.acknowledge
        )
        await _connected(self.socket, around.door, around.waits, stack)
        return self.socket

    def look(self, at: datetime) -> None:
        """Nothing is due: Slack tells of each change itself."""

    async def why_unwell(self) -> str:
        """Why it cannot be worked with just now."""
        if self.socket is not None and not await self.socket.well():
            return self.socket.why or "not_connected"
        return self._line.sender.token_refused

    async def hang_up(self) -> None:
        """Hears nothing new; returns once what was heard is acknowledged."""
        if self.socket is not None:
            await self.socket.close()


async def _connected(socket: Socket, door: Door, waits: Waits, stack: AsyncExitStack) -> None:
    """Opens the socket, and watches over it until the stack is closed. Raises CannotStart."""
    with telling(lambda why: say("command-refused-app-token", why=why, scope="connections:write")):
        await waits.out(socket.open)
    stack.push_async_callback(socket.close)
    watcher = asyncio.create_task(socket.watch(), name="socket")
    stack.push_async_callback(_cancelled, watcher)
    door.alive["socket"] = lambda: not watcher.done()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def slack_side(around: Around) -> AsyncIterator[SlackSide]:
    """Slack, not at work yet. Raises CannotStart."""
    async with on_the_line(
        around.settings, clock=around.clock, patience=around.patience, metrics=around.metrics
    ) as line:
        identity = await identity_of(line.client.auth_test, line.token, around.settings, around.waits)
        yield SlackSide(around, line, identity)
