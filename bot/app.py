"""The composition root: alone knows every part, opens them in order and closes them in the other."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import rehearsal, web
from bot.afterwards import Afterwards
from bot.delivery import Delivery
from bot.desk import Desk, DeskPorts
from bot.metrics import Metrics
from bot.pace import Pace
from bot.platforms.port import Sender
from bot.platforms.slack import directory
from bot.platforms.slack.checkup import Checkup
from bot.platforms.slack.client import SlackSender, counting, rates
from bot.platforms.slack.listeners import SlackListeners
from bot.platforms.slack.manifest import COMMAND
from bot.platforms.slack.replies import Replies
from bot.platforms.slack.socket import Socket
from bot.rehearsal import Gate, RehearsalDesk, RehearsedOutbox
from bot.sending import OnlyInTurn, Sending, Turn
from bot.settings import Settings
from bot.starting import CannotStart as CannotStart
from bot.starting import Waits, adopt, identity_of, stage_of, telling
from bot.watch import Watch
from rituals.calendar import local_day
from rituals.messages import say
from rituals.organisation import Organisation
from rituals.ports import Clock, OpenWork, Outbox
from rituals.ports.leases import Lease
from rituals.standing import Standing
from rituals.use_cases.catch_up import catch_up
from rituals.use_cases.imports_upkeep import forget_old
from rituals.use_cases.planning import plan_ahead, replan
from rituals.use_cases.reach import tell_of_reach
from rituals.use_cases.run_due_steps import run_due_steps
from storage.engine import (
    HEAD,
    Unusable,
    alone_on,
    check_schema,
    importing_alone,
    is_taken,
    open_engine,
    schema_of,
    tell_of_errors,
)
from storage.leases import in_turn
from storage.rehearsal import is_rehearsal, mark_rehearsal
from storage.work import Memory

if TYPE_CHECKING:
    from storage.backups import Manifest, Restored

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=20)
"""How long one call to Slack may take before its outcome counts as unknown."""

REPLAN_EVERY = timedelta(hours=12)

POLL = timedelta(seconds=2)
"""How often the sender looks unasked where other replicas put posts too."""

SENDS = "send slack"
"""The lease of whoever sends."""

COUNT_EVERY = 15.0
"""Seconds for which posts counted by state serve whoever asks for /metrics."""


@dataclass(kw_only=True)
class Application:
    """Comitia, put together. `look()` does what is due; `quiet` says whether nothing is on its way."""

    settings: Settings
    organisation: Organisation
    clock: Clock
    memory: Memory
    outbox: Outbox
    delivery: Delivery
    sending: Sending
    desk: Desk
    replies: Replies
    pace: Pace
    metrics: Metrics
    door: web.Door
    watch: Watch
    socket: Socket | None = None
    port: int = 0
    planned_at: datetime = field(default=datetime.min.replace(tzinfo=UTC))
    tidied_on: date = date.min
    blind_since: datetime | None = None
    ending: bool = False
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> None:
        """Plans ahead where that is due, does every due step, and forgets what is old once a day."""
        async with self._looking:
            await self._look(self.clock.now())
        self.delivery.nudge()

    async def _look(self, at: datetime) -> None:
        try:
            if not timedelta() <= at - self.planned_at < REPLAN_EVERY:
                await plan_ahead(at, open_work=self.memory.open_work, organisation=self.organisation)
                self.planned_at = at
            await run_due_steps(
                at,
                open_work=self.memory.open_work,
                organisation=self.organisation,
                ended=lambda step, end: self.metrics.step(end, (at - step.due_at).total_seconds()),
                goes_on=lambda: not self.ending,
            )
            if self.ending:
                return
            # What a replica that is gone, or we before the last stop, acknowledged and did not come to show.
            await catch_up(at, open_work=self.memory.open_work, organisation=self.organisation)
            if (since := self.blind_since) is not None:
                log.info("What is due is looked at again.", extra={"action": "look_back"})
                self.blind_since = None
                await self.watch.saw_again(since, at)
            await self.watch.look(at)
            today = local_day(at, self.organisation.zone)
            if today != self.tidied_on:
                # Last, so that what is due never waits for it.
                await forget_old(at, open_work=self.memory.open_work, organisation=self.organisation)
                self.tidied_on = today
        except Exception as error:
            # A loop that must survive: a database that is away comes back, and is complained of once.
            if self.blind_since is None:
                self.desk.faults += 1
                log.exception("What is due could not be looked at.", extra={"action": "look_failed"})
                self.blind_since = at
            self.watch.cannot_see(error)

    async def stop(self) -> None:
        """Takes nothing new, and returns once what is under way has ended, or the time for a stop has.

        The step that is being done is finished, clicks are acknowledged, replies and posts on their way are settled.
        What there is no time for is not lost: it is found again at the next start.
        """
        if self.ending:
            return
        self.ending = True
        self.door.ready = {"stop": _stopping}
        ends = (self._looked(), self._hung_up(), self.sending.finish())
        try:
            async with asyncio.timeout(self.settings.delivery.stop_within):
                await asyncio.gather(*ends)
                await self.replies.drained()
        except TimeoutError:
            log.warning("Not everything under way could end in time.", extra={"action": "stopped_short"})

    async def _looked(self) -> None:
        async with self._looking:
            return

    async def _hung_up(self) -> None:
        if self.socket is not None:
            await self.socket.close()
        while self.door.under_way:  # noqa: ASYNC110  (for as long as an acknowledgement takes)
            await asyncio.sleep(0.01)
        self.door.bolt = None

    @property
    def quiet(self) -> bool:
        """Whether nothing happens until the clock moves on or somebody does something."""
        if self.replies.busy:
            return False
        if not self.sending.is_sender:
            return True
        return self.delivery.resting or 0 < self.delivery.in_flight == self.pace.asleep


async def _stopping() -> str:
    return "stopping"


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock, patience: timedelta = PATIENCE) -> AsyncIterator[Application]:
    """Comitia at work on Slack while the context lasts; time (the scheduler) is the caller's. Raises CannotStart."""
    organisation = settings.organisation_rules()
    roster = {entry.email.lower(): entry for entry in settings.roster()}
    metrics, door = Metrics(), web.Door()
    async with AsyncExitStack() as stack:
        engine = open_engine(settings.database.address.get_secret_value())
        stack.push_async_callback(engine.dispose)
        try:
            await check_schema(engine)
            stack.enter_context(alone_on(engine))
            if settings.rehearsal:
                # Beside Comitia at work in earnest: Slack would hand each of the two a part of what people do.
                stack.enter_context(alone_on(open_engine(settings.database.live.get_secret_value())))
            await _check_purpose(engine, settings)
        except Unusable as error:
            raise CannotStart(error.why) from None
        tell_of_errors(engine, metrics.database_errors.inc)
        # Open before anything waits for Slack: whoever asks is told that we are starting.
        port = await _open(door, settings, stack)
        memory = Memory(engine)
        # slack_sdk ignores its own timeout once it is given a session: the session's is the one that counts.
        timeout = aiohttp.ClientTimeout(total=patience.total_seconds(), connect=patience.total_seconds() / 4)
        slack = settings.slack
        pace = Pace(clock, rates(slack.posts_per_minute))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=timeout, trace_configs=[metrics.watching(), counting(pace)])
        )
        token = slack.bot_token.get_secret_value() if slack.bot_token else ""
        # No retries by the SDK: on a dropped connection it would silently post twice.
        client = AsyncWebClient(token=token, base_url=slack.api_url, session=session, retry_handlers=[])
        waits = Waits()
        identity = await identity_of(client.auth_test, token, settings, waits)
        outbox: Outbox = memory.outbox(platform="slack", locale=organisation.locale, zone=str(organisation.zone))
        if memory.embedded:
            # One process on this file: whatever a process before us had claimed is ours to look after now.
            await outbox.release()
        slack_directory = directory.Directory(client, pace, clock)
        async with in_turn(engine, "start"):
            await adopt(settings, memory.open_work, slack_directory, identity, roster)
        slack_sender = SlackSender(client, pace, clock)
        turn = Turn(always=memory.embedded)
        sender: Sender = OnlyInTurn(slack_sender, turn=turn, metrics=metrics)
        stage = None
        if settings.rehearsal:
            stage = await stage_of(settings, memory.open_work, slack_directory, identity, waits)
            outbox = RehearsedOutbox(outbox, stage=stage, open_work=memory.open_work, organisation=organisation)
            sender = Gate(sender, stage)
        delivery = Delivery(
            outbox=outbox,
            sender=sender,
            clock=clock,
            poll=None if memory.embedded else POLL,
            on_unknown=settings.delivery.on_unknown,
            on_reach=partial(tell_of_reach, open_work=memory.open_work, organisation=organisation, platform="slack"),
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
        replies = Replies(await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout)))
        stack.push_async_callback(replies.close)
        if stage is not None:
            await rehearsal.begin(stage, at=clock.now(), open_work=memory.open_work, organisation=organisation)
        async with in_turn(engine, "start"):
            await replan(clock.now(), open_work=memory.open_work, organisation=organisation)
        bolt = AsyncApp(
            authorize=identity.authorizing(),
            before_authorize=identity.ours_only(),
            client=AsyncWebClient(base_url=slack.api_url, session=session, retry_handlers=[]),
            signing_secret=slack.signing_secret.get_secret_value() if slack.signing_secret else None,
            # Acknowledged after commit, and at once: Bolt's own way polls every ten milliseconds.
            process_before_response=True,
            request_verification_enabled=slack.mode == "http",
            ssl_check_enabled=slack.mode == "http",
            # What nobody listens for is an error to Bolt, so that our own handler can acknowledge it.
            raise_error_for_unhandled_request=True,
        )
        SlackListeners(
            identity=identity,
            desk=desk,
            replies=replies,
            outbox=outbox,
            clock=clock,
            command=COMMAND,
            pictures=slack_sender.pictures,
        ).listen(bolt)
        socket = None
        door.acknowledged = metrics.acknowledge
        if slack.mode == "socket":
            app_token = slack.app_token.get_secret_value() if slack.app_token else ""
            socket = Socket(bolt, app_token=app_token, client=client, acknowledged=metrics.acknowledge)
            with telling(lambda why: say("command-refused-app-token", why=why, scope="connections:write")):
                await waits.out(socket.open)
            stack.push_async_callback(socket.close)
            watcher = asyncio.create_task(socket.watch(), name="socket")
            stack.push_async_callback(_cancelled, watcher)
            door.alive["socket"] = lambda: not watcher.done()
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
            pace=pace,
            metrics=metrics,
            door=door,
            watch=Watch(
                standing=lambda at: memory.standing(at, platform="slack", counted=False),
                open_work=memory.open_work,
                organisation=organisation,
                connection=socket,
            ),
            socket=socket,
            port=port,
        )
        sending.start()
        stack.push_async_callback(sending.stop)
        door.alive["delivery"] = lambda: sending.alive
        door.ready = _probes(app)
        door.metrics = _measured(app)
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


def _probes(app: Application) -> dict[str, web.Probe]:
    """What it takes to be at work, each with how to find out."""
    late_after = timedelta(minutes=app.settings.delivery.late_after)

    async def database() -> str:
        await app.outbox.next_due()
        return ""

    async def schema() -> str:
        return "" if (found := await app.memory.revision()) == HEAD else f"at_{found}"

    async def slack() -> str:
        if app.socket is not None and not await app.socket.well():
            return app.socket.why or "not_connected"
        return app.metrics.token_refused

    async def posts() -> str:
        at = app.clock.now()
        standing = await app.memory.standing(at, platform="slack", counted=False)
        return "oldest_unsent_too_old" if standing.unsent_for(at) >= late_after else ""

    return {"database": database, "schema": schema, "slack": slack, "posts": posts}


def _measured(app: Application) -> Callable[[], Awaitable[bytes]]:
    """Everything measured, as text; the database is asked every few seconds at most, however often this is."""
    counted_at = -COUNT_EVERY

    async def measured() -> bytes:
        nonlocal counted_at
        app.metrics.connected.set(1 if app.socket is None or await app.socket.well() else 0)
        if time.monotonic() - counted_at >= COUNT_EVERY:
            counted_at = time.monotonic()
            at = app.clock.now()
            with suppress(Exception):  # counted among the errors; what was known before stands
                app.metrics.stand(await app.memory.standing(at, platform="slack"), at)
        return app.metrics.text()

    return measured


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@dataclass(frozen=True, kw_only=True)
class Memories:
    """The database, open for a look."""

    open_work: OpenWork
    outbox: Outbox
    standing: Callable[[datetime], Awaitable[Standing]]
    sender: Callable[[], Awaitable[Lease | None]]
    taken: bool | None  # whether a process is at work on it, as far as that can be seen: on a SQLite file


@asynccontextmanager
async def recalling(settings: Settings) -> AsyncIterator[Memories]:
    """The database of `settings`, beside whoever works on it. Raises CannotStart."""
    engine = open_engine(settings.database.address.get_secret_value())
    try:
        try:
            await check_schema(engine)
            await _check_purpose(engine, settings)
        except Unusable as error:
            raise CannotStart(error.why) from None
        memory = Memory(engine)
        house = settings.organisation
        yield Memories(
            open_work=memory.open_work,
            outbox=memory.outbox(platform="slack", locale=house.locale, zone=str(house.zone)),
            standing=lambda at: memory.standing(at, platform="slack"),
            sender=lambda: memory.leases().holder(SENDS),
            taken=is_taken(engine),
        )
    finally:
        await engine.dispose()


@asynccontextmanager
async def importing(settings: Settings) -> AsyncIterator[OpenWork]:
    """The database of `settings` for one import at a time, beside whoever works on it. Raises CannotStart."""
    async with AsyncExitStack() as stack:
        engine = open_engine(settings.database.address.get_secret_value())
        stack.push_async_callback(engine.dispose)
        try:
            await check_schema(engine)
            await _check_purpose(engine, settings)
            await stack.enter_async_context(importing_alone(engine))
        except Unusable as error:
            raise CannotStart(error.why) from None
        yield Memory(engine).open_work


@dataclass(frozen=True, kw_only=True)
class Line:
    """Slack, for a few questions and a trial post."""

    checkup: Checkup
    directory: directory.Directory
    sender: Sender


@asynccontextmanager
async def on_the_line(settings: Settings, *, clock: Clock, patience: timedelta = PATIENCE) -> AsyncIterator[Line]:
    """Slack as the bot token of `settings` meets it, without being at work there."""
    slack = settings.slack
    timeout = aiohttp.ClientTimeout(total=patience.total_seconds(), connect=patience.total_seconds() / 4)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        token = slack.bot_token.get_secret_value() if slack.bot_token else ""
        client = AsyncWebClient(token=token, base_url=slack.api_url, session=session, retry_handlers=[])
        pace = Pace(clock, rates(slack.posts_per_minute))
        yield Line(
            checkup=Checkup(client),
            directory=directory.Directory(client, pace, clock),
            sender=SlackSender(client, pace, clock),
        )


async def _check_purpose(engine: AsyncEngine, settings: Settings) -> None:
    """Raises CannotStart where a rehearsal would work on a real database, or the real thing on a rehearsal's."""
    rehearsed = await is_rehearsal(engine)
    if rehearsed and not settings.rehearsal:
        raise CannotStart(say("command-database-rehearsed", name=engine.url.database or ""))
    if settings.rehearsal and not rehearsed:
        raise CannotStart(say("command-database-live", name=engine.url.database or ""))


async def migrate_database(settings: Settings) -> None:
    """Brings the database of `settings` to this version's schema. Raises CannotStart."""
    from storage.migrate import migrate  # Alembic is slow to import, and only migrations need it.

    engine = open_engine(settings.database.address.get_secret_value())
    try:
        if await schema_of(engine) is not None:
            await _check_purpose(engine, settings)
            await migrate(engine)
            return
        await migrate(engine)
        if settings.rehearsal:
            await mark_rehearsal(engine)
    except Unusable as error:
        raise CannotStart(error.why) from None
    finally:
        await engine.dispose()


async def back_up_database(settings: Settings, file: Path, *, at: datetime, force: bool) -> Manifest:
    """Writes all that the database of `settings` holds to a file, beside whoever works on it. Raises CannotStart."""
    from storage.backups import back_up

    engine = open_engine(settings.database.address.get_secret_value())
    try:
        return await back_up(engine, file, at=at, force=force)
    except Unusable as error:
        raise CannotStart(error.why) from None
    finally:
        await engine.dispose()


async def restore_database(settings: Settings, file: Path, *, at: datetime) -> Restored:
    """Makes the database of `settings` what a backup holds; the former one is kept. Raises CannotStart."""
    from storage.backups import restore

    engine = open_engine(settings.database.address.get_secret_value())
    try:
        return await restore(engine, file, at=at, rehearsal=settings.rehearsal is not None)
    except Unusable as error:
        raise CannotStart(error.why) from None
    finally:
        await engine.dispose()
