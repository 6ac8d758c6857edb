"""Comitia at work on Slack: every part opened in order, and closed in the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

import aiohttp

from bot import rehearsal, web
from bot.afterwards import Afterwards
from bot.app.application import Application, measured, probes
from bot.app.database import SENDS, working_on
from bot.app.line import PATIENCE, hearing, on_the_line, timeout_of
from bot.delivery import Delivery
from bot.desk import Desk, DeskPorts
from bot.metrics import Metrics
from bot.platforms.port import Sender
from bot.platforms.slack.listeners import SlackListeners
from bot.platforms.slack.manifest import COMMAND
from bot.platforms.slack.replies import Replies
from bot.platforms.slack.socket import Socket
from bot.rehearsal import Gate, RehearsalDesk, RehearsedOutbox
from bot.sending import OnlyInTurn, Sending, Turn
from bot.settings import Settings
from bot.starting import CannotStart, Waits, adopt, identity_of, stage_of, telling
from bot.watch import Watch
from rituals.messages import say
from rituals.ports import Clock, Outbox
from rituals.use_cases.planning import replan
from rituals.use_cases.reach import tell_of_reach
from storage.engine import tell_of_errors
from storage.leases import in_turn
from storage.work import Memory

POLL = timedelta(seconds=2)
"""How often the sender looks unasked where other replicas put posts too."""


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock, patience: timedelta = PATIENCE) -> AsyncIterator[Application]:
    """Comitia at work on Slack while the context lasts; time (the scheduler) is the caller's. Raises CannotStart."""
    organisation = settings.organisation_rules()
    roster = {entry.email.lower(): entry for entry in settings.roster()}
    metrics, door, waits = Metrics(), web.Door(), Waits()
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(working_on(settings))
        tell_of_errors(engine, metrics.database_errors.inc)
        # Open before anything waits for Slack: whoever asks is told that we are starting.
        port = await _open(door, settings, stack)
        memory = Memory(engine)
        line = await stack.enter_async_context(on_the_line(settings, clock=clock, patience=patience, metrics=metrics))
        identity = await identity_of(line.client.auth_test, line.token, settings, waits)
        outbox: Outbox = memory.outbox(platform="slack", locale=organisation.locale, zone=str(organisation.zone))
        if memory.embedded:
            # One process on this file: whatever a process before us had claimed is ours to look after now.
            await outbox.release()
        async with in_turn(engine, "start"):
            await adopt(settings, memory.open_work, line.directory, identity, roster)

        turn = Turn(always=memory.embedded)
        sender: Sender = OnlyInTurn(line.sender, turn=turn, metrics=metrics)
        stage = None
        if settings.rehearsal:
            stage = await stage_of(settings, memory.open_work, line.directory, identity, waits)
            outbox = RehearsedOutbox(outbox, stage=stage, open_work=memory.open_work, organisation=organisation)
            sender = Gate(sender, stage)
        reach = partial(tell_of_reach, open_work=memory.open_work, organisation=organisation, platform="slack")
        delivery = Delivery(
            outbox=outbox,
            sender=sender,
            clock=clock,
            poll=None if memory.embedded else POLL,
            on_unknown=settings.delivery.on_unknown,
            on_reach=reach,
        )
        sending = Sending(
            delivery,
            outbox,
            turn=turn,
            leases=None if memory.embedded else memory.leases(),
            name=SENDS,
            length=timedelta(seconds=settings.delivery.lease),
            metrics=metrics,
        )

        afterwards = Afterwards(
            open_work=memory.open_work, organisation=organisation, clock=clock, nudge=delivery.nudge
        )
        stack.push_async_callback(afterwards.close)
        ports: DeskPorts = {
            "open_work": memory.open_joined,
            "afterwards": afterwards,
            "organisation": organisation,
            "clock": clock,
            "roster": roster,
            "nudge": delivery.nudge,
        }
        desk = Desk(**ports) if stage is None else RehearsalDesk(stage=stage, **ports)
        replies = Replies(await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout_of(patience))))
        stack.push_async_callback(replies.close)
        if stage is not None:
            await rehearsal.begin(stage, at=clock.now(), open_work=memory.open_work, organisation=organisation)
        async with in_turn(engine, "start"):
            await replan(clock.now(), open_work=memory.open_work, organisation=organisation)

        bolt = hearing(settings, line, identity)
        SlackListeners(
            identity=identity,
            desk=desk,
            replies=replies,
            outbox=outbox,
            clock=clock,
            command=COMMAND,
            pictures=line.sender.pictures,
        ).listen(bolt)
        door.acknowledged = metrics.acknowledge
        socket = None
        if settings.slack.mode == "socket":
            app_token = settings.slack.app_token.get_secret_value() if settings.slack.app_token else ""
            socket = Socket(bolt, app_token=app_token, client=line.client, acknowledged=metrics.acknowledge)
            await _connected(socket, door, waits, stack)
        else:
            door.bolt = bolt

        app = Application(
            settings=settings,
            organisation=organisation,
            clock=clock,
            memory=memory,
            outbox=outbox,
            delivery=delivery,
            sending=sending,
            desk=desk,
            replies=replies,
            pace=line.pace,
            metrics=metrics,
            door=door,
            watch=Watch(
                standing=lambda at: memory.standing(at, platform="slack", counted=False),
                open_work=memory.open_work,
                organisation=organisation,
                connection=socket,
                reach=reach,
            ),
            socket=socket,
            port=port,
        )
        sending.start()
        stack.push_async_callback(sending.stop)
        door.alive["delivery"] = lambda: sending.alive
        door.ready = probes(app)
        door.metrics = measured(app)
        stack.push_async_callback(app.stop)
        delivery.nudge()
        yield app


async def _open(door: web.Door, settings: Settings, stack: AsyncExitStack) -> int:
    """Opens the port that `settings` name, and says which it is. Raises CannotStart."""
    try:
        return await stack.enter_async_context(
            web.serving(web.web_app(door), host=settings.web.host, port=settings.web.port)
        )
    except OSError as error:
        place = f"{settings.web.host}:{settings.web.port}"
        raise CannotStart(say("command-port-taken", place=place, why=str(error.strerror or error))) from None


async def _connected(socket: Socket, door: web.Door, waits: Waits, stack: AsyncExitStack) -> None:
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
