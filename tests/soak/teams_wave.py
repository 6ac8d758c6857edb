"""A wave through a local tenant at Teams' own limits, on a stepped clock: how much of what is permitted is used."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp

from bot.app.teams import cloud_of, home_of
from bot.app.teams_references import KeptReferences
from bot.demo.clock import FollowedClock
from bot.pace import MINUTE, Pace
from bot.platforms.teams.connector import CALL, CONVERSATION, Connector, rates
from bot.platforms.teams.sender import TeamsSender
from bot.platforms.teams.tokens import Anonymous
from bot.settings import load
from bot.tenant import running_tenant
from bot.tenant.config import made_guid
from rituals.people import Account
from rituals.posts import ToRoom
from tests.bot.page import Page
from tests.bot.scenarios.horizon import ROOM, write_settings
from tests.bot.scenarios.teams_house import APP, CHANNELS, TENANT, environ, teams_yaml, tenant_config
from tests.databases import migrated, opened
from tests.soak.long_wave import START, deliver, fill, post_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a wave came to.

    `over`: calls that found one of Teams' windows full; `deaf`: calls inside a Retry-After told at an earlier moment.
    `used`: the part of what the settings permit while work waited (for a room: of what a conversation takes).
    """

    posts: int
    said: int
    duplicates: int
    calls: int
    refused: int
    over: int
    deaf: int
    minutes: float
    used: float
    seconds: float
    cpu_seconds: float
    states: Mapping[str, int]

    @property
    def well(self) -> bool:
        """Whether everything was said once, as fast as is permitted and never when it was not."""
        whole = self.states == {"shown": self.posts} and self.said == self.posts
        return whole and not (self.duplicates or self.over or self.deaf) and self.used >= 0.98


async def wave_on_teams(
    directory: Path, *, people: int = 0, to_a_room: int = 0, faults: Mapping[str, float] | None = None
) -> Told:
    """Sends a bulk post to each of so many people, none of them met before, and so many posts to one room.

    `faults`: by a call's name, a Retry-After (seconds) with which the first such call is refused. `used` speaks of the
    room where there is nobody else.
    """
    mails = [f"{n}@wave.example" for n in range(people)]
    config = tenant_config(
        app={"app_id": "", "password": "", "tenant": TENANT, "bot": f"28:{APP}"},  # nobody asks who we are
        clock={"mode": "stepped", "start": START.isoformat()},
        people=[{"mail": mail, "name": f"P {n}"} for n, mail in enumerate(mails)],
        teams=[{"name": "All", "channels": [{"name": "AI committee", "id": CHANNELS[ROOM]}]}],
        chats=[],
    )
    path = directory / "comitia.sqlite"
    await asyncio.to_thread(migrated, f"sqlite:///{path}")
    async with running_tenant(config) as tenant, opened(f"sqlite:///{path}") as memory:
        settings = load(write_settings(directory, teams_yaml(tenant.url, str(path))), environ=environ())
        clock = FollowedClock(START, flowing=False)
        async with memory.open_work() as work:
            await work.rooms.adopt("teams", {"committee": CHANNELS[ROOM]}, channels=settings.channels("teams"))
            for n in range(to_a_room):
                await work.posts.put(post_to(ToRoom(room="committee"), f"room:{n:05}", about=str(n)), at=START)
        await fill(memory, [Account(platform="teams", workspace=TENANT, user=made_guid(mail)) for mail in mails])
        moments = array("d")
        async with (
            aiohttp.ClientSession() as visiting,
            aiohttp.ClientSession(trace_configs=[_noting(moments, clock)]) as session,
        ):
            page = Page(visiting, tenant.url)
            for method, seconds in (faults or {}).items():
                await page.fault(method, "ratelimited", retry_after=seconds)

            async def step(to: datetime) -> None:
                await page.post("/api/clock/advance", to=to.timestamp())
                clock.follow(to)

            pace = Pace(clock, rates(settings.teams.posts_per_second))
            connector = Connector(session, Anonymous(), pace, clock, cloud=cloud_of(settings))
            references = KeptReferences(memory.references(platform="teams"), clock)
            sender = TeamsSender(connector, references, home=home_of(settings))
            outbox = memory.outbox(platform="teams", locale="en", zone="UTC")
            begun, cpu = time.perf_counter(), time.process_time()
            await deliver(outbox, sender, pace, clock, step=step)
            taken, taken_cpu = time.perf_counter() - begun, time.process_time() - cpu
            counts = await page.counts()
        rate = rates(settings.teams.posts_per_second)[CALL] if people else CONVERSATION
        whole = timedelta(seconds=moments[-1] - START.timestamp())
        open_for = whole - timedelta(seconds=sum((faults or {}).values()))
        return Told(
            posts=people + to_a_room,
            said=counts["posts_sent"],
            duplicates=counts["duplicates"],
            calls=len(moments),
            refused=counts["rate_limited"],
            over=counts["over"],
            deaf=counts["deaf"],
            minutes=round(whole / MINUTE, 2),
            used=round(len(moments) / (rate.burst + open_for / MINUTE * rate.per_minute), 4),
            seconds=round(taken, 1),
            cpu_seconds=round(taken_cpu, 1),
            states=dict(await outbox.counts()),
        )


def _noting(moments: array[float], clock: FollowedClock) -> aiohttp.TraceConfig:
    """Notes when each call was made."""
    noting = aiohttp.TraceConfig()

    async def note(*_: object) -> None:
        moments.append(clock.now().timestamp())

    noting.on_request_start.append(note)
    return noting
