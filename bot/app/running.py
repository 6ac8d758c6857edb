"""Comitia at work in chat: every part opened in order, and closed in the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from bot import rehearsal, web
from bot.afterwards import Afterwards
from bot.app.application import Application, measured, probes
from bot.app.database import sends, working_on
from bot.app.line import PATIENCE
from bot.app.side import Around, Side, Station
from bot.delivery import Delivery
from bot.desk import Desk, DeskPorts
from bot.errands import Errands
from bot.metrics import Metrics
from bot.platforms.port import Sender
from bot.rehearsal import Gate, RehearsalDesk, RehearsedOutbox, Stage
from bot.sending import OnlyInTurn, Sending, Turn
from bot.settings import Settings
from bot.settings_listed import listed
from bot.starting import CannotStart, Waits, adopt_roster
from bot.watch import Watch
from rituals.messages import say
from rituals.organisation import Organisation
from rituals.people import Account
from rituals.ports import Clock, Outbox
from rituals.use_cases.planning import replan
from rituals.use_cases.reach import tell_of_channels, tell_of_reach
from rituals.use_cases.voices import heard_on, readdress
from storage.engine import tell_of_errors
from storage.leases import in_turn
from storage.listed import keep_listed
from storage.work import Memory

SAME_PLACE = timedelta(minutes=1)
"""For so long somebody heard is not looked up again, unless somebody was heard to have moved to another platform."""

FAR = datetime.min.replace(tzinfo=UTC)

POLL = timedelta(seconds=2)
"""How often the sender looks unasked where other replicas put posts too."""


def _side(platform: str, around: Around) -> AbstractAsyncContextManager[Side]:
    """That platform's side; what it takes is imported where it is at work, since each SDK takes a second to import."""
    if platform == "teams":
        from bot.app.teams import teams_side

        return teams_side(around)
    from bot.app.slack import slack_side

    return slack_side(around)


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock, patience: timedelta = PATIENCE) -> AsyncIterator[Application]:
    """Comitia at work while the context lasts; time (the scheduler) is the caller's. Raises CannotStart."""
    organisation = settings.organisation_rules()
    metrics, door = Metrics(), web.Door(whose=web.REHEARSAL if settings.rehearsal else web.LIVE)
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(working_on(settings))
        tell_of_errors(engine, metrics.database_errors.inc)
        # Open before anything waits for a platform: whoever asks is told that we are starting.
        port = await _open(door, settings, stack)
        memory, errands = Memory(engine, home=settings.platforms[0]), Errands()
        around = Around(
            settings=settings,
            clock=clock,
            patience=patience,
            memory=memory,
            metrics=metrics,
            door=door,
            roster={entry.email.lower(): entry for entry in settings.roster()},
            errands=errands,
            waits=Waits(),
        )
        sides = [await stack.enter_async_context(_side(name, around)) for name in settings.platforms]
        if memory.embedded:
            # One process on this file: whatever a process before us had claimed is ours to look after now.
            for side in sides:
                await memory.outbox(platform=side.platform, locale="", zone="").release()
        async with in_turn(engine, "start"):
            await adopt_roster(settings, memory.open_work, around.roster)
            missing = {room: name for side in sides for room, name in (await side.adopt()).items()}
            await readdress(open_work=memory.open_work)
            await tell_of_channels(clock.now(), missing, open_work=memory.open_work, organisation=organisation)
        stage = None
        if settings.rehearsal:
            side, stage = await _staged(sides)
            sides = [side]

        stations = [_station(side, around, organisation, stage) for side in sides]

        def nudge() -> None:
            for station in stations:
                station.delivery.nudge()

        afterwards = Afterwards(open_work=memory.open_work, organisation=organisation, clock=clock, nudge=nudge)
        stack.push_async_callback(afterwards.close)
        ports: DeskPorts = {
            "open_work": memory.open_joined,
            "afterwards": afterwards,
            "organisation": organisation,
            "clock": clock,
            "roster": around.roster,
            "look": memory.look_at_ballot,
            "nudge": nudge,
        }
        if len(stations) > 1:
            ports["heard"] = _hearing(around)
        desk = Desk(**ports) if stage is None else RehearsalDesk(stage=stage, **ports)
        stack.push_async_callback(errands.close)
        if stage is not None:
            await rehearsal.begin(stage, at=clock.now(), open_work=memory.open_work, organisation=organisation)
        async with in_turn(engine, "start"):
            await replan(clock.now(), open_work=memory.open_work, organisation=organisation)
            await keep_listed(engine, listed(settings))

        door.acknowledged = metrics.acknowledge
        for station in stations:
            station.connection = await station.side.listen(desk, station.outbox, stack)

        app = Application(
            settings=settings,
            organisation=organisation,
            clock=clock,
            memory=memory,
            stations=tuple(stations),
            desk=desk,
            errands=errands,
            metrics=metrics,
            door=door,
            watch=Watch(
                standing=lambda at: memory.standing(at, counted=False),
                open_work=memory.open_work,
                organisation=organisation,
                connections=[station.connection for station in stations if station.connection is not None],
                reach=partial(tell_of_reach, open_work=memory.open_work, organisation=organisation),
            ),
            port=port,
        )
        for station in stations:
            station.sending.start()
            stack.push_async_callback(station.sending.stop)
        door.alive["delivery"] = lambda: all(station.sending.alive for station in stations)
        door.ready = probes(app)
        door.metrics = measured(app)
        stack.push_async_callback(app.stop)
        nudge()
        yield app


def _hearing(around: Around) -> Callable[[Account], None]:
    """Lets whoever does something be written to where they do it, a moment later."""
    lately: dict[Account, datetime] = {}

    def heard(account: Account) -> None:
        now = around.clock.now()
        if not timedelta() <= now - lately.get(account, FAR) < SAME_PLACE:
            lately[account] = now
            around.errands.later(hear(account))

    async def hear(account: Account) -> None:
        if await heard_on(account, open_work=around.memory.open_work):
            # They may come back within the minute: which account is theirs there, only the database knows.
            for elsewhere in [one for one in lately if one.platform != account.platform]:
                del lately[elsewhere]

    return heard


async def _staged(sides: Sequence[Side]) -> tuple[Side, Stage]:
    """The one person a rehearsal is for, and the first platform that has them. Raises CannotStart."""
    refused: list[CannotStart] = []
    for side in sides:
        try:
            return side, await side.stage()
        except CannotStart as error:
            refused.append(error)
    raise refused[0]


def _station(side: Side, around: Around, organisation: Organisation, stage: Stage | None) -> Station:
    """What sends on one side, which hears nothing yet."""
    memory, settings = around.memory, around.settings
    outbox = _outbox(side.platform, around, organisation)
    turn = Turn(always=memory.embedded)
    sender: Sender = OnlyInTurn(side.sender, turn=turn, metrics=around.metrics)
    if stage is not None:
        others = [platform for platform in settings.platforms if platform != side.platform]
        outboxes = {side.platform: outbox, **{one: _outbox(one, around, organisation) for one in others}}
        outbox = RehearsedOutbox(outboxes, stage=stage, open_work=memory.open_work, organisation=organisation)
        sender = Gate(sender, stage)
    delivery = Delivery(
        outbox=outbox,
        sender=sender,
        clock=around.clock,
        poll=None if memory.embedded else POLL,
        on_unknown=settings.delivery.on_unknown,
        on_reach=partial(tell_of_reach, open_work=memory.open_work, organisation=organisation),
    )
    sending = Sending(
        delivery,
        outbox,
        turn=turn,
        leases=None if memory.embedded else memory.leases(),
        name=sends(side.platform),
        length=timedelta(seconds=settings.delivery.lease),
        platform=side.platform,
        metrics=around.metrics,
    )
    return Station(side=side, outbox=outbox, delivery=delivery, sending=sending)


def _outbox(platform: str, around: Around, organisation: Organisation) -> Outbox:
    return around.memory.outbox(platform=platform, locale=organisation.locale, zone=str(organisation.zone))


async def _open(door: web.Door, settings: Settings, stack: AsyncExitStack) -> int:
    """Opens the port that `settings` name, and says which it is. Raises CannotStart."""
    try:
        return await stack.enter_async_context(
            web.serving(web.web_app(door), host=settings.web.host, port=settings.web.port)
        )
    except OSError as error:
        place = f"{settings.web.host}:{settings.web.port}"
        raise CannotStart(say("command-port-taken", place=place, why=str(error.strerror or error))) from None
