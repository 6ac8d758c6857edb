"""The composition root: alone knows every part, opens them in order and closes them in the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import TypeVar
from zoneinfo import ZoneInfo

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import rehearsal, web
from bot.delivery import Delivery
from bot.desk import Desk, DeskPorts, completed, with_roster
from bot.i18n.translator import translator_for
from bot.pace import Pace
from bot.platforms.port import DeliveryError, Sender
from bot.platforms.slack import directory
from bot.platforms.slack.checkup import Checkup
from bot.platforms.slack.client import RATELIMITED, RATES, SlackSender, classify
from bot.platforms.slack.listeners import Identity, SlackListeners
from bot.platforms.slack.manifest import COMMAND
from bot.platforms.slack.replies import Replies
from bot.platforms.slack.socket import Socket
from bot.rehearsal import Gate, RehearsalDesk, RehearsedOutbox, Stage
from bot.settings import Settings
from rituals.calendar import local_day
from rituals.messages import Several, Text, say
from rituals.organisation import Organisation
from rituals.people import RosterEntry
from rituals.ports import Clock, OpenWork, Outbox
from rituals.use_cases.imports_upkeep import forget_old
from rituals.use_cases.planning import plan_ahead, replan
from rituals.use_cases.run_due_steps import run_due_steps
from storage.engine import Unusable, alone_on, check_schema, importing_alone, open_engine, schema_of
from storage.rehearsal import is_rehearsal, mark_rehearsal
from storage.work import Memory

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = timedelta(seconds=20)
"""How long one call to Slack may take before its outcome counts as unknown."""

LONGEST_START = timedelta(minutes=2)
"""How long a start waits in all where Slack asks to, beside its long lists, which are read at Slack's own pace."""

REPLAN_EVERY = timedelta(hours=12)


class CannotStart(Exception):
    """Something outside is not as it must be; `why` says what and the remedy (in English where nobody translates)."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return translator_for("en", ZoneInfo("UTC")).say(self.why)


@dataclass(kw_only=True)
class Application:
    """Comitia, put together. `look()` does what is due; `quiet` says whether nothing is on its way."""

    settings: Settings
    organisation: Organisation
    clock: Clock
    memory: Memory
    outbox: Outbox
    delivery: Delivery
    desk: Desk
    replies: Replies
    pace: Pace
    port: int = 0
    planned_at: datetime = field(default=datetime.min.replace(tzinfo=UTC))
    tidied_on: date = date.min
    blind: bool = False

    async def look(self) -> None:
        """Plans ahead where that is due, does every due step, and forgets what is old once a day."""
        at = self.clock.now()
        try:
            if at - self.planned_at >= REPLAN_EVERY:
                await plan_ahead(at, open_work=self.memory.open_work, organisation=self.organisation)
                self.planned_at = at
            await run_due_steps(at, open_work=self.memory.open_work, organisation=self.organisation)
            today = local_day(at, self.organisation.zone)
            if today != self.tidied_on:
                # Last, so that what is due never waits for it.
                await forget_old(at, open_work=self.memory.open_work, organisation=self.organisation)
                self.tidied_on = today
            if self.blind:
                log.info("What is due is looked at again.", extra={"action": "look_back"})
            self.blind = False
        except Exception:
            # A loop that must survive: a database that is away comes back, and is complained of once.
            if not self.blind:
                self.desk.faults += 1
                log.exception("What is due could not be looked at.", extra={"action": "look_failed"})
            self.blind = True
        self.delivery.nudge()

    @property
    def quiet(self) -> bool:
        """Whether nothing happens until the clock moves on or somebody does something."""
        if self.replies.busy:
            return False
        return self.delivery.resting or 0 < self.delivery.in_flight == self.pace.asleep


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock, patience: timedelta = PATIENCE) -> AsyncIterator[Application]:
    """Comitia at work on Slack while the context lasts; time (the scheduler) is the caller's. Raises CannotStart."""
    organisation = settings.organisation_rules()
    roster = {entry.email.lower(): entry for entry in settings.roster()}
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
        memory = Memory(engine)
        # slack_sdk ignores its own timeout once it is given a session: the session's is the one that counts.
        timeout = aiohttp.ClientTimeout(total=patience.total_seconds(), connect=patience.total_seconds() / 4)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        slack = settings.slack
        token = slack.bot_token.get_secret_value() if slack.bot_token else ""
        # No retries by the SDK: on a dropped connection it would silently post twice.
        client = AsyncWebClient(token=token, base_url=slack.api_url, session=session, retry_handlers=[])
        pace = Pace(clock, RATES)
        waits = _Waits()
        identity = await _identity(client, token, settings, waits)
        outbox: Outbox = memory.outbox(platform="slack", locale=organisation.locale, zone=str(organisation.zone))
        if memory.embedded:
            # One process on this file: whatever a process before us had claimed is ours to look after now.
            await outbox.release()
        slack_directory = directory.Directory(client, pace, clock)
        await _adopt(settings, memory, slack_directory, identity, roster)
        slack_sender = SlackSender(client, pace, clock)
        sender: Sender = slack_sender
        stage = await _stage(settings, memory, slack_directory, identity, waits) if settings.rehearsal else None
        if stage is not None:
            outbox = RehearsedOutbox(outbox, stage=stage, open_work=memory.open_work, organisation=organisation)
            sender = Gate(sender, stage)
        delivery = Delivery(
            outbox=outbox,
            sender=sender,
            clock=clock,
            poll=None if memory.embedded else timedelta(seconds=5),
        )
        ports: DeskPorts = {
            "open_work": memory.open_work,
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
        app = Application(
            settings=settings,
            organisation=organisation,
            clock=clock,
            memory=memory,
            outbox=outbox,
            delivery=delivery,
            desk=desk,
            replies=replies,
            pace=pace,
        )
        worker = asyncio.create_task(delivery.run(), name="delivery")
        stack.push_async_callback(_stop, worker, delivery)

        async def database_is_well() -> bool:
            await outbox.next_due()
            return True

        async def delivery_is_well() -> bool:
            return not worker.done()

        probes: dict[str, web.Probe] = {"database": database_is_well, "delivery": delivery_is_well}
        if slack.mode == "socket":
            app_token = slack.app_token.get_secret_value() if slack.app_token else ""
            socket = Socket(bolt, app_token=app_token, client=client)
            with _telling(lambda why: say("command-refused-app-token", why=why, scope="connections:write")):
                await waits.out(socket.open)
            stack.push_async_callback(socket.close)
            watcher = asyncio.create_task(socket.watch(), name="socket")
            stack.push_async_callback(_cancelled, watcher)
            probes["slack_socket"] = socket.well
        site = web.web_app(probes=probes, bolt=bolt if slack.mode == "http" else None)
        try:
            app.port = await stack.enter_async_context(
                web.serving(site, host=settings.web.host, port=settings.web.port)
            )
        except OSError as error:
            place = f"{settings.web.host}:{settings.web.port}"
            raise CannotStart(say("command-port-taken", place=place, why=str(error.strerror or error))) from None
        delivery.nudge()
        yield app


async def _stop(worker: asyncio.Task[None], delivery: Delivery) -> None:
    await _cancelled(worker)
    try:
        await delivery.release()
    except Exception as error:  # noqa: BLE001
        # At the end, and only a courtesy: what is claimed becomes free by itself.
        log.warning("Posts were not given back.", extra={"action": "release_failed", "why": type(error).__name__})


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class _Waits:
    """What is left of the time that one start waits where Slack asks to."""

    def __init__(self) -> None:
        self._left = LONGEST_START
        self._told = False

    async def out(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What Slack answers, asked again after each wait; raises as `ask`, also where the wait would be too long."""
        while True:
            try:
                return await ask()
            except SlackApiError as error:
                outcome = classify(error)
                if outcome is None or outcome.why != RATELIMITED or outcome.retry_after is None:
                    raise
                if outcome.retry_after > self._left:
                    raise
                wait = outcome.retry_after
            self._left -= wait
            if not self._told:
                log.info("Slack asks to wait; the start goes on when it may.", extra={"action": "start_paced"})
                self._told = True
            # Slack's limits pass in our time, whatever the clock of the rituals says.
            await asyncio.sleep(wait.total_seconds())


@contextmanager
def _telling(refused: Callable[[str], Text]) -> Iterator[None]:
    """Turns whatever Slack, or silence, answers at the start into CannotStart; `refused` says it of a refusal."""
    try:
        yield
    except Exception as error:
        outcome = error if isinstance(error, DeliveryError) else classify(error)
        if outcome is None:
            raise
        if outcome.why == RATELIMITED:
            minutes = ceil((outcome.retry_after or timedelta()) / timedelta(minutes=1))
            raise CannotStart(say("command-slack-waits", minutes=max(minutes, 1))) from None
        if isinstance(error, SlackApiError) and not outcome.unknown:
            raise CannotStart(refused(outcome.why)) from None
        raise CannotStart(say("command-slack-silent", why=outcome.why)) from None


async def _identity(client: AsyncWebClient, token: str, settings: Settings, waits: _Waits) -> Identity:
    with _telling(lambda why: say("command-refused-bot-token", why=why)):
        who = await waits.out(client.auth_test)
    team, bot = str(who.get("team_id")), who.get("bot_id")
    if not bot:
        raise CannotStart(say("command-not-a-bot"))
    if settings.slack.team is not None and settings.slack.team != team:
        raise CannotStart(say("command-other-workspace", team=team, wanted=settings.slack.team))
    return Identity(team=team, bot_id=str(bot), bot_user=str(who.get("user_id")), bot_token=token)


async def _adopt(
    settings: Settings,
    memory: Memory,
    slack: directory.Directory,
    identity: Identity,
    roster: dict[str, RosterEntry],
) -> None:
    """Brings people, rooms and initiatives up to date with app.yaml and the workspace."""
    house = settings.organisation
    default = RosterEntry(email="", locale=house.locale, zone=house.zone)
    async with memory.open_work() as work:
        await work.people.adopt_roster(list(roster.values()), default=default)
        await work.initiatives.adopt(settings.initiatives_listed())
    scopes = Several(items=("users:read", "users:read.email"))
    with _telling(lambda why: say("command-refused-people", why=why, scopes=scopes)):
        async for page in slack.members(identity.team):
            told = [
                (account, completed(with_roster(entry, roster), locale=house.locale, zone=house.zone), present)
                for account, entry, present in page
            ]
            async with memory.open_work() as work:
                await work.people.adopt_accounts(told)
    scopes = Several(items=("channels:read", "groups:read"))
    with _telling(lambda why: say("command-refused-channels", why=why, scopes=scopes)):
        found = await slack.rooms(settings.rooms)
    async with memory.open_work() as work:
        await work.rooms.adopt("slack", found)
        known = await work.rooms.known("slack")
    missing = {room: name for room, name in settings.rooms.items() if room not in found}
    if any(room not in known for room in settings.rooms):
        channels = tuple(say("command-channel", channel=name, room=room) for room, name in missing.items())
        raise CannotStart(say("command-no-channel", channels=Several(items=channels)))
    if missing:
        # Renamed or archived since: it is still the channel it was, and one room less is no reason to stop the rest.
        gone = ", ".join(f"#{name} (room {room})" for room, name in missing.items())
        log.warning("No channel is called %s any more.", gone, extra={"action": "room_renamed"})
    log.info("People, rooms and initiatives are up to date.", extra={"action": "adopted", "rooms": len(found)})


@dataclass(frozen=True, kw_only=True)
class Memories:
    """The database, open for a look."""

    open_work: OpenWork
    outbox: Outbox


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
        pace = Pace(clock, RATES)
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


async def _stage(
    settings: Settings, memory: Memory, slack: directory.Directory, identity: Identity, waits: _Waits
) -> Stage:
    """Finds the one person a rehearsal is for. Raises CannotStart."""
    email = settings.rehearsal or ""
    scopes = Several(items=("users:read.email", "im:write"))
    with _telling(lambda why: say("command-refused-rehearser", why=why, scopes=scopes)):
        account = await waits.out(lambda: slack.account_of(email, identity.team))
        user = account.user if account else ""
        conversation = await waits.out(lambda: slack.direct_messages(user)) if user else ""
    person = None
    if account is not None:
        async with memory.open_work() as work:
            person = await work.people.by_account(account)
    if account is None or person is None:
        raise CannotStart(say("command-no-rehearser", email=email))
    return Stage(person=person.id, name=person.name, user=account.user, conversation=conversation)


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
