"""A pulse in a storm: people asked and answering while calls fail, sockets drop and processes are killed at random."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.demo import colleagues
from bot.demo.chat import Button, Chat, Given
from bot.demo.colleagues import Colleagues, Taste
from bot.demo.page import Json, Page, visiting
from bot.demo.slack import SlackChat
from bot.demo.teams import TeamsChat
from rituals.census import Posting, Target
from storage.statements import insert_all
from storage.tables.columns import table
from storage.tables.sources import FileImportRow
from tests.bot.scenarios.horizon import STARTS, AnyHouse, words
from tests.crashes.grounds import SLACK, TEAMS, Ground
from tests.crashes.lives import Life, live, stand_in_process
from tests.soak.replica import Replica

BREATH = 0.004
CALM = 240.0
"""Seconds between two drops of a socket: more connections than one a minute a workspace does not open."""

REMINDER = "still time to answer"
RETRY_AFTERS = (1, 7, 0.5, 2.25)
END = datetime(2026, 1, 27, 9, 0, tzinfo=UTC)
"""The first launch of the pulse; a quarter of the people is asked each week from then on."""

WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """What can go wrong on a platform: which calls, in which ways, and whether its lines can be cut."""

    chat: Callable[[Page], Chat]
    calls: tuple[str, ...]
    faults: tuple[str, ...]
    cuts: bool


COMMON = ("timeout", "reset", "http_500", "html_502", "truncated", "ratelimited")
CLIMATES: dict[Ground, Climate] = {
    SLACK: Climate(
        chat=SlackChat,
        calls=("chat.postMessage", "chat.update", "chat.delete", "conversations.history", "conversations.open"),
        faults=(*COMMON, "internal_error"),
        cuts=True,
    ),
    TEAMS: Climate(
        chat=TeamsChat,
        calls=("CreateConversation", "SendToConversation", "UpdateActivity", "DeleteActivity"),
        faults=(*COMMON, "http_412", "http_503", "http_504"),
        cuts=False,
    ),
}
UNDONE = {"ratelimited", "http_412", "http_503"}
"""Refusals: what the platform refuses it has not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How bad it is: the part of moments (0..1) at which a fault is planned or the sockets are cut, the part of clicks
    made twice at once, and seconds between two kills of the process that sends first.

    `lease`: seconds after which another one sends in its place.
    """

    faults: float = 0.1
    drops: float = 0.05
    doubled: float = 0.1
    kill_after: tuple[float, float] = (0.5, 3.0)
    kills: int = 5
    lease: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a storm came to; `senders`: how often another process than before was found sending.

    `strangers`: messages that no post, and no reminder, is known to be shown by. Where nothing can be looked for, posts
    that were perhaps shown may be.
    """

    people: int
    seed: int
    replicas: int
    invited: int
    asked: int
    duplicates: int
    missing: int
    strangers: int
    reminders: int
    acknowledged: int
    answered: int
    states: dict[str, int]
    doubled: int
    kills: int
    senders: int
    faults: int
    drops: int
    socket_breaks: int
    rate_limited: int
    seconds: float

    @property
    def well(self) -> bool:
        """Whether nothing was lost, and nothing said twice."""
        perhaps = self.states.get("perhaps", 0)
        whole = self.states.get("shown", 0) + perhaps == self.asked == self.invited
        never = self.duplicates or self.missing or self.strangers > perhaps
        return whole and not never and self.answered == self.acknowledged


class Crowd(Colleagues):
    """Colleagues who keep count of the answers that were acknowledged; some press twice (0..1: `doubled`)."""

    def __init__(self, chat: Chat, *, people: list[str], seed: int, back: Any, doubled: float) -> None:
        super().__init__(
            chat,
            people=people,
            leaning={},
            seed=seed,
            back=back,
            tastes={"triage": Taste(used=0.5, liked=0.5)},
        )
        self.acknowledged: set[tuple[str, str]] = set()
        self.twice = 0
        self._doubled = doubled
        self._fingers = random.Random(seed)

    async def _click(self, user: str, message: str, button: Button, given: Given | None = None) -> bool:
        presses = [super()._click(user, message, button, given)]
        if self._fingers.random() < self._doubled:
            self.twice += 1
            presses.append(super()._click(user, message, button, given))
        done = any(await asyncio.gather(*presses))
        if done and button.action == "pulse-use":
            self.acknowledged.add((user, button.value.rpartition(":")[0]))
        return done


def email(n: int) -> str:
    """The n-th person's address."""
    return f"person.{n}@horizon.example"


SETTINGS: dict[str, Any] = {
    "rooms": {},
    "people": [{"email": email(0), "roles": ["admin"]}],
    "initiatives": [
        {
            "key": "triage",
            "title": "Claims triage",
            "summary": "What it is for.",
            "stage": "pilot",
            "department": "Claims",
        }
    ],
    "rituals": {
        "pulse": {"kind": "pulse", "title": "AI pulse", "when": "every tue", "at": "10:00", "initiatives": ["triage"]}
    },
}


async def prepare(house: AnyHouse, given: Json) -> None:
    """Everybody has had a tool since the new year."""
    async with house.app.memory.transaction() as connection:
        row = {"number": 1, "kind": "people", "file": "p.csv", "at": STARTS, "state": "kept", "settled": False}
        await insert_all(connection, table(FileImportRow), [row])
    async with house.app.memory.open_work() as work:
        handles = [f"mail:{email(n)}" for n in range(given["people"])]
        await work.census.tie(dict(await work.census.owners(handles)), origin=1)
        posting = Posting(valid_from=date(2026, 1, 1), department="Claims")
        await work.census.post([(handle, posting) for handle in handles], origin=1)
        await work.census.target("triage", [Target(rollout_on=date(2026, 1, 1))], origin=1)


async def account_for(house: AnyHouse, _given: Json) -> Json:
    """Where the database says that everything is shown; and what was counted at the close."""
    await house.settle()
    async with house.app.memory.transaction() as connection:
        rows = [tuple(row) for row in await connection.exec_driver_sql("SELECT id, state, kind FROM post")]
        waves = [tuple(row) for row in await connection.exec_driver_sql("SELECT id, state, invited FROM wave")]
    places: list[str] = []
    for post, state, _ in rows:
        if state == "shown":
            parcel = await house.station.outbox.peek(post, at=house.clock.now())
            assert parcel is not None
            assert parcel.place is not None
            places.append(f"{parcel.place.conversation} {parcel.place.message}")
    async with house.app.memory.open_work() as work:
        counted = await work.counts()
    return {
        "places": places,
        "asked": sum(kind == "pulse-question" for _, _, kind in rows),
        "states": Counter(state for _, state, _ in rows),
        "invited": sum(invited for _, _, invited in waves),
        "closed": [wave for wave, state, _ in waves if state == "closed"],
        "answered": counted["pulses_answered"],
    }


async def storm(
    directory: Path,
    database: Path | str,
    *,
    people: int,
    seed: int,
    ground: Ground = SLACK,
    replicas: int = 1,
    weather: Weather | None = None,
    weeks: int = WEEKS,
    told: Callable[[str], None] = lambda words: None,
) -> Told:
    """Lives through it: a fresh stand-in, `replicas` processes on one migrated database, so many weeks of a pulse."""
    begun = time.perf_counter()
    # Who is asked when is drawn anew each time: even of six at least one has to answer.
    colleagues.RESPONDING = 0.9
    config = ground.crowd({email(n): f"Person {n}" for n in range(people)}, [])
    with stand_in_process(ground, config) as url:
        life = Life(ground=ground, url=url, database=database, directory=directory, settings=SETTINGS, story=prepare)
        await asyncio.to_thread(live, replace(life, given={"people": people}))
        async with visiting(url) as page:
            crew = [
                Replica(
                    ground=ground,
                    url=url,
                    database=database,
                    directory=directory / f"replica{n}",
                    settings=SETTINGS,
                    page=page,
                    lease=(weather or Weather()).lease,
                )
                for n in range(replicas)
            ]
            try:
                scene = _Scene(
                    page,
                    crew,
                    climate=CLIMATES[ground],
                    people=people,
                    seed=seed,
                    weather=weather or Weather(),
                    told=told,
                )
                await scene.crowd.arrive()
                await scene.run_until((END + timedelta(weeks=weeks, days=1)).timestamp())
            finally:
                for replica in crew:
                    replica.end()
            await page._ask("DELETE", "/sandbox/faults")
            audit = await page.get("/sandbox/audit")
            counts = await page.get("/sandbox/counts")
        final = (await asyncio.to_thread(live, replace(life, story=account_for))).answer
    said, places = {_place_of(one) for one in audit["messages"]}, set(final["places"])
    # At the close nothing is kept that tells who was reminded.
    reminders = {_place_of(one) for one in audit["messages"] if REMINDER in words(one)} - places
    return Told(
        people=people,
        seed=seed,
        replicas=replicas,
        invited=final["invited"],
        asked=final["asked"],
        duplicates=counts["duplicates"],
        missing=len(places - said),
        strangers=len(said - places - reminders),
        reminders=len(reminders),
        acknowledged=sum(wave in final["closed"] for _, wave in scene.crowd.acknowledged),
        answered=final["answered"],
        states=dict(final["states"]),
        doubled=scene.crowd.twice,
        kills=sum(replica.kills for replica in crew),
        senders=scene.senders,
        faults=scene.faults,
        drops=scene.drops,
        socket_breaks=counts["interrupted"],
        rate_limited=counts["rate_limited"],
        seconds=round(time.perf_counter() - begun, 1),
    )


def _place_of(message: Json) -> str:
    """Where a message of either platform stands."""
    return " ".join((message.get("channel") or message["conversation"], message.get("ts") or message["id"]))


class _Scene:
    """The stand-in, the processes and the people, moved on together."""

    def __init__(
        self,
        page: Page,
        crew: list[Replica],
        *,
        climate: Climate,
        people: int,
        seed: int,
        weather: Weather,
        told: Callable[[str], None],
    ) -> None:
        self._page = page
        self._climate = climate
        self._crew = crew
        self._weather = weather
        self._chance = random.Random(seed)
        self._told = told
        self.crowd = Crowd(
            climate.chat(page),
            people=[email(n) for n in range(people)],
            seed=seed,
            back=self._back,
            doubled=weather.doubled,
        )
        self.faults = 0
        self.drops = 0
        self._dropped = 0.0
        self.senders = 0
        self._sender: tuple[int, int] | None = None

    async def run_until(self, end: float) -> None:
        """Goes through everything that happens until then."""
        killer = asyncio.create_task(self._kill())
        day = None
        try:
            while True:
                await self._worsen(await self._now())
                ahead = await self._settle()
                now = await self._now()
                today = datetime.fromtimestamp(now, UTC).date()
                if today != day:
                    day = today
                    self._told(f"{day}: {len(self.crowd.acknowledged)} answers")
                if now >= end:
                    return
                await self._page.post("/api/clock/advance", {"to": max(min([end, *ahead]), now)})
                await self._tick()
        finally:
            killer.cancel()
            await asyncio.gather(killer, return_exceptions=True)

    async def _tick(self) -> None:
        for replica in self._crew:
            await replica.ask("/tick", {"now": await self._now()})

    async def _settle(self) -> list[float]:
        """Waits until nothing is on its way; the moments ahead."""
        looks = 0
        while True:
            await self.crowd.notice()
            now = await self._now()
            if await self.crowd.act(now):
                looks = 0
                continue
            states = [await replica.ask("/state") for replica in self._crew]
            self._note_sender(states)
            if await self._now() != now:
                await self._tick()  # somebody was brought back meanwhile
                continue
            idle = (await self._page.get("/sandbox/idle"))["idle"]
            # What is due goes on in one of them, and there waits for its turn; or it waits for nobody but us.
            due = any(state["due"] for state in states) and not any(state["at_work"] for state in states)
            still = all(state["at_rest"] for state in states) and not any(state["step_due"] for state in states)
            if still and idle and not due:
                looks += 1
                if looks >= 2:
                    # A pause that only looks whether others have put something is not worth a stop by itself.
                    working = any(state["due"] for state in states)
                    sleeping = [state["sleeps_until"] for state in states if state["at_work"] or len(states) == 1]
                    ahead = [*(state["next"] for state in states), *sleeping, self.crowd.next_at]
                    if working and not any(sleeping):
                        ahead.append(now + 1)
                    return [moment for moment in ahead if isinstance(moment, int | float) and moment > now]
                continue
            looks = 0
            await asyncio.sleep(BREATH)

    async def _worsen(self, now: float) -> None:
        chance, weather = self._chance, self._weather
        if chance.random() < weather.faults:
            fault = {
                "method": chance.choice(self._climate.calls),
                "kind": chance.choice(self._climate.faults),
                "stored": chance.random() < 0.5,
                "seconds": 0.02,
                "retry_after": chance.choice(RETRY_AFTERS),
            }
            if fault["kind"] in UNDONE:
                fault["stored"] = False
            waiting = (await self._page.get("/sandbox/faults"))["faults"]
            if sum(one["method"] == fault["method"] for one in waiting) < 2:
                await self._page.post("/sandbox/faults", fault)
                self.faults += 1
        if self._climate.cuts and chance.random() < weather.drops and now > self._dropped + CALM:
            self.drops += 1
            self._dropped = now
            await self._page.post("/sandbox/disconnect", {"reason": chance.choice(("reset", "refresh_requested"))})

    def _note_sender(self, states: list[Json]) -> None:
        for n, (replica, state) in enumerate(zip(self._crew, states, strict=True)):
            if state["sends"] and self._sender != (n, replica.starts):
                self._sender = (n, replica.starts)
                self.senders += 1

    async def _kill(self) -> None:
        while self._sender is None:  # noqa: ASYNC110  (a plain value, watched from one place)
            await asyncio.sleep(BREATH)
        # One and the same again and again, and first while it is the one that sends.
        victim = self._crew[self._sender[0]]
        done = 0
        while done < self._weather.kills:
            await asyncio.sleep(self._chance.uniform(*self._weather.kill_after))
            if victim.kill():
                done += 1
                self._told(f"killed {done}")

    async def _back(self) -> None:
        for replica in self._crew:
            await replica.ask("/state")

    async def _now(self) -> float:
        return float((await self._page.get("/api/clock"))["now"])
