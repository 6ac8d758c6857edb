"""A wave to very many people at a platform's pace, on a stepped clock: how much of what is permitted is used."""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import time
from array import array
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Delivery
from bot.demo.clock import FollowedClock
from bot.pace import Pace
from bot.platforms.port import Sender
from bot.platforms.slack.client import SlackSender, rates
from rituals.messages import Message, Paragraph, say
from rituals.people import Account, RosterEntry
from rituals.ports import Outbox
from rituals.posts import Address, Post, ToPerson
from storage.work import Memory
from tests.databases import migrated, opened

START = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
PER_MINUTE = 300
"""What the platform permits, and what Comitia is told of it."""

BURST = 20
LONGEST = timedelta(hours=12)
PART = 1_000
"""People and posts that are prepared at a time."""

TURNS = 100
"""Turns of the loop after which whoever steps the clock looks less often."""

PLATFORM, TEAM = "slack", "T1"


@dataclass(slots=True, kw_only=True)
class Answer:
    """What a call came to, as slack_sdk hands it on."""

    data: dict[str, Any]
    status_code: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def get(self, name: str, otherwise: Any = None) -> Any:
        """One of its fields."""
        return self.data.get(name, otherwise)


class Platform:
    """Stands in for Slack's client, by simulated time: a bucket of so many calls a minute, which refuses what is more.

    `moods`: by the number of a call, a Retry-After (seconds) with which that one is refused whatever the bucket holds.
    `silent_from`: from that call on everything is stored and nothing answered, once.
    """

    def __init__(self, clock: FollowedClock, people: int, *, moods: dict[int, float], silent_from: int) -> None:
        self._clock = clock
        self._tokens = float(BURST)
        self._at = clock.now()
        self._moods = moods
        self._silent_from = silent_from
        self._closed_until = clock.now()
        self._stored: list[str | None] = [None] * people
        self.times = array("H", [0]) * people
        self.calls = self.stored = self.refused = self.too_soon = self.unanswered = 0
        self.closed = timedelta()
        self.last = clock.now()

    def open_line(self) -> None:
        """Everything is answered again."""
        self._silent_from = -1

    async def post(self, _: object, method: str, body: bytes) -> Any:
        calls = {"chat.postMessage": self.chat_postMessage, "chat.update": self.chat_update}
        return await calls[method](**json.loads(body))

    async def chat_postMessage(self, *, channel: str, metadata: dict[str, Any], **_: Any) -> Answer:  # noqa: N802
        now = self._clock.now()
        self.calls += 1
        if now < self._closed_until:
            self.too_soon += 1
            raise _refused((self._closed_until - now).total_seconds())
        self._tokens = min(BURST, self._tokens + (now - self._at).total_seconds() * PER_MINUTE / 60)
        self._at = now
        mood = self._moods.pop(self.calls, None)
        if mood is not None or self._tokens < 1 - 1e-6:
            wait = (1 - self._tokens) * 60 / PER_MINUTE if mood is None else mood
            self._closed_until = now + timedelta(seconds=wait)
            self.closed += self._closed_until - now
            self.refused += 1
            raise _refused(wait)
        self._tokens -= 1
        person = int(channel[1:])
        self._stored[person] = metadata["event_payload"]["key"]
        self.times[person] += 1
        self.stored += 1
        self.last = now
        if 0 <= self._silent_from <= self.stored:
            self.unanswered += 1
            await asyncio.Event().wait()
        return Answer(data={"ok": True, "channel": f"D{person}", "ts": "1.1"})

    async def chat_update(self, **_: Any) -> Answer:
        return Answer(data={"ok": True})

    async def conversations_open(self, *, users: str, **_: Any) -> Answer:
        return Answer(data={"ok": True, "channel": {"id": f"D{users[1:]}"}})

    async def conversations_history(self, *, channel: str, **_: Any) -> Answer:
        key = self._stored[int(channel[1:])]
        metadata = {"event_type": "comitia_post", "event_payload": {"key": key}}
        messages = [] if key is None else [{"ts": "1.1", "metadata": metadata}]
        return Answer(data={"ok": True, "messages": messages})


def _refused(wait: float) -> SlackApiError:
    # A whole number of seconds, or one with a fraction: both are met.
    text = f"{wait:.3f}".rstrip("0").rstrip(".")
    answer = Answer(data={"ok": False, "error": "ratelimited"}, status_code=429, headers={"Retry-After": text})
    return SlackApiError("ratelimited", answer)  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a wave came to; `used`: the part of what was permitted while work waited, waits after a refusal aside."""

    people: int
    duplicates: int
    missing: int
    minutes: float
    used: float
    refused: int
    within_retry_after: int
    lost_at_the_restart: int
    seconds: float
    cpu_seconds: float
    grown_mb: float
    states: dict[str, int]

    @property
    def well(self) -> bool:
        """Whether everybody heard once, as fast as is permitted and never when it was not."""
        once = not (self.duplicates or self.missing or self.within_retry_after)
        return once and self.used >= 0.98 and self.states == {"shown": self.people}


async def wave(directory: Path, people: int, *, moods: dict[int, float] | None = None) -> Told:
    """Sends a post to each of so many people, with a restart in the middle."""
    url = f"sqlite:///{directory / 'comitia.sqlite'}"
    await asyncio.to_thread(migrated, url)
    async with opened(url) as memory:
        await fill(memory, [Account(platform=PLATFORM, workspace=TEAM, user=f"U{n}") for n in range(people)])
        begun, cpu = time.perf_counter(), time.process_time()
        clock = FollowedClock(START, flowing=False)
        platform = Platform(clock, people, moods=moods or {}, silent_from=people // 2)
        sizes = await _deliver(memory, clock, platform, until=lambda: platform.unanswered > 0)
        # The process ends here with calls on their way; the next one finds them in the database.
        lost, dark = platform.unanswered, clock.now()
        platform.open_line()
        clock.follow(clock.now() + timedelta(seconds=20))
        outbox = memory.outbox(platform=PLATFORM, locale="en", zone="UTC")
        await outbox.release()
        dark_for = clock.now() - dark
        sizes += await _deliver(memory, clock, platform, until=lambda: False)
        states = dict(await outbox.counts())
        open_for = platform.last - START - platform.closed - dark_for
        permitted = BURST + open_for.total_seconds() * PER_MINUTE / 60
        return Told(
            people=people,
            duplicates=sum(times - 1 for times in platform.times if times > 1),
            missing=sum(times == 0 for times in platform.times),
            minutes=round((platform.last - START).total_seconds() / 60, 2),
            used=round(platform.stored / permitted, 4),
            refused=platform.refused,
            within_retry_after=platform.too_soon,
            lost_at_the_restart=lost,
            seconds=round(time.perf_counter() - begun, 1),
            cpu_seconds=round(time.process_time() - cpu, 1),
            grown_mb=round(max(sizes[len(sizes) // 4 :]) - sizes[len(sizes) // 4], 1),
            states=states,
        )


async def fill(memory: Memory, accounts: Sequence[Account]) -> None:
    """Somebody for each account, and a bulk post to each of them."""
    for begin in range(0, len(accounts), PART):
        found = [
            (
                account,
                RosterEntry(
                    email=f"{n}@wave.example", name=f"P {n}", locale=("en", "fr")[n % 2], zone=ZoneInfo("Europe/Paris")
                ),
                True,
            )
            for n, account in enumerate(accounts[begin : begin + PART], begin)
        ]
        async with memory.open_work() as work:
            await work.people.adopt_accounts(found)
    async with memory.open_work() as work:
        ids = [one.id for one in await work.people.all_present()]
    for begin in range(0, len(ids), PART):
        posts = [
            replace(post_to(ToPerson(person=person), f"wave:{person}"), bulk=True)
            for person in ids[begin : begin + PART]
        ]
        async with memory.open_work() as work:
            await work.posts.put_all(posts, at=START)


def post_to(to: Address, name: str, *, about: str = "Ana") -> Post:
    """A few words, due from the beginning."""
    return Post(id=name, to=to, message=_message(about), ritual="pulse", not_before=START)


@cache
def _message(about: str) -> Message:
    words = say("greeting", name=about)
    return Message(kind="greeting", summary=words, parts=(Paragraph(text=words),))


async def _deliver(memory: Memory, clock: FollowedClock, platform: Platform, *, until: Any) -> list[float]:
    pace = Pace(clock, rates(PER_MINUTE))
    sender = SlackSender(cast(AsyncWebClient, platform), pace, clock, post=platform.post)

    async def step(to: datetime) -> None:
        clock.follow(to)

    outbox = memory.outbox(platform=PLATFORM, locale="en", zone="UTC")
    return await deliver(outbox, sender, pace, clock, step=step, until=until)


async def deliver(
    outbox: Outbox,
    sender: Sender,
    pace: Pace,
    clock: FollowedClock,
    *,
    step: Callable[[datetime], Awaitable[None]],
    until: Callable[[], bool] = lambda: False,
) -> list[float]:
    """Lets a new Delivery work, the clock moving by `step`, until `until` or all is done; sizes on the way (MB)."""
    delivery = Delivery(outbox=outbox, sender=sender, clock=clock, poll=None)
    worker = asyncio.create_task(delivery.run())
    sizes = []
    steps = turns = 0
    try:
        while not until():
            # The disk takes a while, and looking all the time would take the processor from what is measured.
            await asyncio.sleep(0 if turns < TURNS else 0.0005)
            assert not worker.done()
            turns += 1
            if not (delivery.resting or 0 < delivery.in_flight == pace.asleep):
                continue
            turns = 0
            waking = clock.next_waking
            if waking is None:
                if await outbox.next_due() is None:
                    break
                continue
            steps += 1
            if steps % 200 == 1:
                sizes.append(_size())
            await step(max(waking, clock.now()))
            assert clock.now() < START + LONGEST, "it never ends"
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    return sizes


def _size() -> float:
    """What the process holds in memory, in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6
