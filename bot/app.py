"""The composition root: alone knows every part, opens them in order and closes them in the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot import web
from bot.delivery import Delivery
from bot.desk import Desk, with_roster
from bot.pace import Pace
from bot.platforms.slack import directory
from bot.platforms.slack.client import RATES, SlackSender
from bot.platforms.slack.listeners import Identity, SlackListeners
from bot.platforms.slack.replies import Replies
from bot.settings import Settings
from rituals.organisation import Organisation
from rituals.people import RosterEntry
from rituals.ports import Clock, Outbox
from rituals.use_cases.planning import plan_ahead, replan
from rituals.use_cases.run_due_steps import run_due_steps
from storage.engine import WrongSchema, check_schema, open_engine
from storage.work import Memory

log = logging.getLogger(__name__)

COMMAND = "/comitia"
CALL_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
"""slack_sdk ignores its own timeout once it is given a session: the session's is the one that counts."""

REPLAN_EVERY = timedelta(hours=12)


class CannotStart(Exception):
    """Something outside is not as it must be; the message says what and the remedy."""


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

    async def look(self) -> None:
        """Plans ahead where that is due and does every due step."""
        at = self.clock.now()
        try:
            if at - self.planned_at >= REPLAN_EVERY:
                await plan_ahead(at, open_work=self.memory.open_work, organisation=self.organisation)
                self.planned_at = at
            await run_due_steps(at, open_work=self.memory.open_work, organisation=self.organisation)
        except Exception:
            # A loop that must survive: a database that is away comes back.
            self.desk.faults += 1
            log.exception("What is due could not be looked at.", extra={"action": "look_failed"})
        self.delivery.nudge()

    @property
    def quiet(self) -> bool:
        """Whether nothing happens until the clock moves on or somebody does something."""
        if self.replies.busy:
            return False
        return self.delivery.resting or 0 < self.delivery.in_flight == self.pace.asleep


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock) -> AsyncIterator[Application]:
    """Comitia at work on Slack while the context lasts; time (the scheduler) is the caller's. Raises CannotStart."""
    organisation = settings.organisation_rules()
    roster = {entry.email.lower(): entry for entry in settings.roster()}
    async with AsyncExitStack() as stack:
        engine = open_engine(settings.database.address.get_secret_value())
        stack.push_async_callback(engine.dispose)
        try:
            await check_schema(engine)
        except WrongSchema as error:
            raise CannotStart(str(error)) from None
        memory = Memory(engine)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=CALL_TIMEOUT))
        slack = settings.slack
        token = slack.bot_token.get_secret_value() if slack.bot_token else ""
        # No retries by the SDK: on a dropped connection it would silently post twice.
        client = AsyncWebClient(token=token, base_url=slack.api_url, session=session, retry_handlers=[])
        identity = await _identity(client, token)
        outbox = memory.outbox(platform="slack", locale=organisation.locale, zone=str(organisation.zone))
        if memory.embedded:
            # One process on this file: whatever a process before us had claimed is ours to look after now.
            await outbox.release()
        pace = Pace(clock, RATES)
        delivery = Delivery(
            outbox=outbox,
            sender=SlackSender(client, pace, clock),
            clock=clock,
            poll=None if memory.embedded else timedelta(seconds=5),
        )
        desk = Desk(
            open_work=memory.open_work, organisation=organisation, clock=clock, roster=roster, nudge=delivery.nudge
        )
        replies = Replies(await stack.enter_async_context(aiohttp.ClientSession(timeout=CALL_TIMEOUT)))
        stack.push_async_callback(replies.close)
        await _adopt(settings, memory, client, identity, roster, clock.now())
        await replan(clock.now(), open_work=memory.open_work, organisation=organisation)
        bolt = AsyncApp(
            authorize=identity.authorizing(),  # type: ignore[arg-type]  (None is allowed, and means: not ours)
            client=AsyncWebClient(base_url=slack.api_url, session=session, retry_handlers=[]),
            signing_secret=slack.signing_secret.get_secret_value() if slack.signing_secret else None,
            # Acknowledged after commit, and at once: Bolt's own way polls every ten milliseconds.
            process_before_response=True,
            request_verification_enabled=slack.mode == "http",
            ssl_check_enabled=slack.mode == "http",
        )
        SlackListeners(
            identity=identity, desk=desk, replies=replies, outbox=outbox, clock=clock, command=COMMAND
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
            try:
                await outbox.counts()
            except Exception:
                log.exception("The database does not answer.", extra={"action": "database_failing"})
                return False
            return True

        async def delivery_is_well() -> bool:
            return not worker.done()

        probes: dict[str, web.Probe] = {"database": database_is_well, "delivery": delivery_is_well}
        if slack.mode == "socket":
            socket = AsyncSocketModeHandler(
                bolt, app_token=slack.app_token.get_secret_value() if slack.app_token else "", web_client=client
            )
            await socket.connect_async()  # type: ignore[no-untyped-call]
            stack.push_async_callback(socket.close_async)

            async def socket_is_well() -> bool:
                return await socket.client.is_connected()

            probes["slack_socket"] = socket_is_well
        site = web.web_app(probes=probes, bolt=bolt if slack.mode == "http" else None)
        app.port = await stack.enter_async_context(web.serving(site, host=settings.web.host, port=settings.web.port))
        delivery.nudge()
        yield app


async def _stop(worker: asyncio.Task[None], delivery: Delivery) -> None:
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    await delivery.release()


async def _identity(client: AsyncWebClient, token: str) -> Identity:
    try:
        who = await client.auth_test()
    except SlackClientError as error:
        code = getattr(getattr(error, "response", None), "data", None)
        why = code.get("error") if isinstance(code, dict) else type(error).__name__
        raise CannotStart(f"Slack refuses the bot token ({why}): check COMITIA_SLACK__BOT_TOKEN") from None
    except (TimeoutError, OSError, aiohttp.ClientError) as error:
        raise CannotStart(
            f"Slack does not answer ({type(error).__name__}): check the network and slack.api_url"
        ) from None
    return Identity(team=str(who["team_id"]), bot_id=str(who["bot_id"]), bot_user=str(who["user_id"]), bot_token=token)


async def _adopt(
    settings: Settings,
    memory: Memory,
    client: AsyncWebClient,
    identity: Identity,
    roster: dict[str, RosterEntry],
    at: datetime,
) -> None:
    """Brings people, rooms and initiatives up to date with app.yaml and the workspace."""
    organisation = settings.organisation
    default = RosterEntry(email="", locale=organisation.locale, zone=organisation.zone)
    async with memory.open_work() as work:
        await work.people.adopt_roster(list(roster.values()), default=default)
        await work.initiatives.adopt(settings.initiatives_listed())
    try:
        async for page in directory.members(client, identity.team):
            async with memory.open_work() as work:
                for account, entry, present in page:
                    known = with_roster(entry, roster)
                    await work.people.adopt_account(account, _completed(known, default), present=present)
        found = await directory.rooms(client, settings.rooms)
    except SlackClientError as error:
        data = getattr(getattr(error, "response", None), "data", None)
        why = data.get("error") if isinstance(data, dict) else type(error).__name__
        raise CannotStart(
            f"Slack does not list people or channels ({why}): the bot needs users:read, users:read.email, "
            "channels:read and groups:read"
        ) from None
    async with memory.open_work() as work:
        await work.rooms.adopt("slack", found)
    log.info("People, rooms and initiatives are up to date.", extra={"action": "adopted", "rooms": len(found)})


def _completed(entry: RosterEntry, default: RosterEntry) -> RosterEntry:
    return RosterEntry(
        email=entry.email,
        name=entry.name,
        roles=entry.roles,
        site=entry.site,
        locale=entry.locale or default.locale,
        zone=entry.zone or default.zone,
    )


async def migrate_database(settings: Settings) -> None:
    """Brings the database of `settings` to this version's schema."""
    from storage.migrate import migrate  # Alembic is slow to import, and only migrations need it.

    engine = open_engine(settings.database.address.get_secret_value())
    try:
        await migrate(engine)
    finally:
        await engine.dispose()
