"""Posts from the outbox into chat, beside a bare client that posts the same JSON, and the layers between the two."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Table, literal, select

from bot.delivery import AT_ONCE, BATCH, Delivery
from bot.demo.clock import FollowedClock
from bot.i18n.translator import translator_for
from bot.pace import Pace, Turns
from bot.platforms.slack import render
from bot.platforms.slack.client import EVENT_TYPE, SlackSender
from rituals.messages import Message, Paragraph, say
from rituals.people import Account, RosterEntry
from rituals.ports import Clock
from rituals.posts import Parcel, Place, Post, ToPerson, Window
from rituals.use_cases.wave import PART
from storage.people import PERSON
from storage.posts import POST, WORDS
from storage.work import Memory
from tests.benchmarks.bare import Bare, bare
from tests.benchmarks.committee import SMALL, START, TEAM, ZONES, memory_at, paper_of, settings, sitting
from tests.benchmarks.measure import Layers, Line, by_turns
from tests.benchmarks.stub import stub

POSTS = 2_000
ROUNDS = 5
WAVE = 10_000
SLICE = 2 * BATCH
"""Posts sent in a round, of those that wait; half as many where each has words of its own."""

Json = dict[str, Any]


class Nowhere:
    """A platform that shows everything at once and does nothing: what is left is the outbox."""

    async def expect(self, parcels: Sequence[Parcel]) -> None:
        """Nothing to look up."""

    async def send(self, parcel: Parcel) -> Place:
        """Shown."""
        return Place(conversation="D1", message=parcel.key)

    async def edit(self, parcel: Parcel, place: Place) -> None:
        """Shown."""

    async def withdraw(self, place: Place) -> None:
        """Gone."""

    async def publish_home(self, parcel: Parcel) -> None:
        """Shown."""

    async def find(self, parcel: Parcel, *others: Parcel) -> dict[str, Place]:
        """Nothing is ever lost."""
        return {}

    def turns(self, parcel: Parcel) -> Turns:
        """No limit."""
        return Turns(method="", free=len(parcel.post), opens_at=START)


async def posts(directory: Path, postgres: str | None = None) -> list[Line | Layers]:
    """Of 2,000 waiting ballot papers of two points, to as many people; on SQLite, or at the URL `postgres`."""
    place = directory / ("posts-postgres" if postgres else "posts")
    place.mkdir()
    small = place / "committee"
    small.mkdir()
    async with sitting(f"sqlite:///{small / 'comitia.sqlite'}", settings(small, SMALL), SMALL) as open_:
        paper = await paper_of(open_, 0)
    url = postgres or f"sqlite:///{place / 'comitia.sqlite'}"
    async with stub(place) as address, memory_at(url) as memory, aiohttp.ClientSession() as session:
        on = "PostgreSQL" if postgres else "SQLite"
        await _fill(memory, paper)
        found = await _measured(memory, paper, address, session, on=on)
        await _fill_with_words_of_their_own(memory, paper)
        return [
            *found,
            *await _measured(memory, paper, address, session, on=on, alike=False),
            *await _entering(memory, url, paper),
        ]


async def _entering(memory: Memory, url: str, paper: Message, *, rounds: int = ROUNDS) -> list[Line | Layers]:
    """A wave's messages into the outbox, part by part as when one is launched."""
    opens, closes = START + timedelta(days=1), START + timedelta(days=12)
    hours = (Window(opens=opens, closes=closes),)
    wave = [
        Post(
            id=f"wave:{n:06}",
            to=ToPerson(person=f"person {n:06}"),
            message=paper,
            ritual="pulse",
            not_before=opens,
            not_after=closes,
            bulk=True,
            windows=hours,
        )
        for n in range(WAVE)
    ]

    async def put(_: int = 0) -> None:
        for begin in range(0, WAVE, PART):
            async with memory.open_work() as work:
                await work.posts.put_all(wave[begin : begin + PART], at=START)

    await put()
    with bare(url) as driver:
        whole = {POST: "ritual = 'pulse'", WORDS: "post BETWEEN 'wave:' AND 'wave;'"}
        kept = [_again(driver, table, which) for table, which in whole.items()]

        async def by_driver(_: int) -> None:
            driver.write_all(*kept)

        def timed(enters: Callable[[int], Coroutine[Any, Any, None]]) -> Callable[[int], Coroutine[Any, Any, float]]:
            async def entered(number: int) -> float:
                driver.clear({table.name: which for table, which in reversed(whole.items())})
                begun = time.perf_counter()
                await enters(number)
                return (time.perf_counter() - begun) / WAVE

            return entered

        ours, limit = await by_turns(timed(put), timed(by_driver), rounds=rounds)
        return [
            Line(
                group="post",
                path=f"a message of a wave of {WAVE:,} into the outbox on {driver.database}, {PART} a transaction",
                ours=ours,
                limit=limit,
                limit_is=f"{driver.driver}'s executemany of the same rows, one transaction, {driver.durable}",
                database=driver.database,
                most_times=3.0,
            )
        ]


def _again(driver: Bare, table: Table, which: str) -> tuple[str, list[Any]]:
    """What inserts these rows of a table once more."""
    names = [f'"{column.name}"' for column in table.c]
    rows = driver.read(f"SELECT {', '.join(names)} FROM {table.name} WHERE {which}")
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows


async def _fill(memory: Memory, paper: Message) -> None:
    people = [
        (
            Account(platform="slack", workspace=TEAM, user=f"U{n:05}"),
            RosterEntry(email=f"{n}@bench.example", name=f"P {n}", locale="fr", zone=ZoneInfo(ZONES[0])),
            True,
        )
        for n in range(POSTS)
    ]
    async with memory.open_work() as work:
        for begin in range(0, POSTS, 200):
            await work.people.adopt_accounts(people[begin : begin + 200])
        first = (await work.people.all_present())[0].id
        to = ToPerson(person=first)
        await work.posts.put(
            Post(id=f"paper:{first}", to=to, message=paper, ritual="committee", not_before=START), at=START
        )
    # The others are copies of it, made by the database: two thousand puts would take longer than what is measured.
    own: dict[str, Any] = {"id": literal("paper:") + PERSON.c.id, "to": PERSON.c.id, "key": PERSON.c.id}
    columns = {column.name: own.get(column.name, column) for column in POST.c}
    async with memory.transaction() as connection:
        everybody_else = POST.join(PERSON, PERSON.c.id != POST.c.to)
        copies = select(*columns.values()).select_from(everybody_else).order_by(PERSON.c.id)
        await connection.execute(POST.insert().from_select(list(columns), copies))
        said = select(POST.c.id, WORDS.c.message).join(WORDS, WORDS.c.post != POST.c.id).order_by(POST.c.id)
        await connection.execute(WORDS.insert().from_select(["post", "message"], said))


async def _fill_with_words_of_their_own(memory: Memory, paper: Message) -> None:
    async with memory.open_work() as work:
        people = await work.people.all_present()
    async with memory.transaction() as connection:
        await connection.execute(POST.delete())
    for begin in range(0, len(people), PART):
        put = [
            Post(
                id=f"own:{one.id}",
                to=ToPerson(person=one.id),
                message=replace(paper, parts=(Paragraph(text=say("greeting", name=one.name)), *paper.parts)),
                ritual="committee",
                not_before=START,
            )
            for one in people[begin : begin + PART]
        ]
        async with memory.open_work() as work:
            await work.posts.put_all(put, at=START)


async def sent(delivery: Delivery, clock: Clock, size: int) -> float:
    """Sends at least `size` of what waits: seconds of processor time a post."""
    done = 0
    begun = time.process_time()
    while done < size:
        batch = await delivery.deliver_batch(clock.now())
        if not batch:
            raise RuntimeError("fewer posts than were to be sent")
        done += batch
    return (time.process_time() - begun) / done


async def _measured(
    memory: Memory, paper: Message, address: str, session: aiohttp.ClientSession, *, on: str, alike: bool = True
) -> list[Line | Layers]:
    """`alike`: whether the posts that wait say the same to everybody, as a wave does."""
    size = SLICE if alike else SLICE // 2
    clock = FollowedClock(START, flowing=False)
    outbox = memory.outbox(platform="slack", locale="fr", zone=ZONES[0])
    # No retries and no pace, so that nothing but the work is timed; all else as in `bot.app`.
    client = AsyncWebClient(token="xoxb-bench", base_url=f"{address}/api/", session=session, retry_handlers=[])
    sender = SlackSender(client, Pace(clock, {}), clock)

    def delivering(to: SlackSender | Nowhere) -> Callable[[int], Coroutine[Any, Any, float]]:
        delivery = Delivery(outbox=outbox, sender=to, clock=clock, poll=None)

        return lambda _: sent(delivery, clock, size)

    translator = translator_for("fr", ZoneInfo(ZONES[0]))

    def said(number: int, drawn: Json) -> Json:
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": f"{number:032x}"}}
        return {
            "channel": f"U{number:05}",
            **drawn,
            "mrkdwn": False,
            "parse": "none",
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": metadata,
        }

    once = render.message(paper, translator)
    headers = {"Authorization": "Bearer xoxb-bench"}

    async def by_hand(number: int) -> None:
        async with session.post(f"{address}/api/chat.postMessage", json=said(number, once), headers=headers) as answer:
            await answer.json()

    async def by_sdk(number: int) -> None:
        await client.chat_postMessage(**said(number, once))

    async def by_sdk_drawn(number: int) -> None:
        await client.chat_postMessage(**said(number, render.message(paper, translator)))

    def eight_at_a_time(
        post: Callable[[int], Coroutine[Any, Any, None]],
    ) -> Callable[[int], Coroutine[Any, Any, float]]:
        async def sent(_: int) -> float:
            begun = time.process_time()
            for begin in range(0, size, AT_ONCE):
                await asyncio.gather(*(post(number) for number in range(begin, begin + AT_ONCE)))
            return (time.process_time() - begun) / size

        return sent

    # The layers are those of any words: to measure them once is enough.
    layers = [eight_at_a_time(by_hand), eight_at_a_time(by_sdk_drawn), delivering(Nowhere())] if alike else []
    ours, sdk, *rest = await by_turns(delivering(sender), eight_at_a_time(by_sdk), *layers, rounds=ROUNDS)
    counts = await outbox.counts()
    delivered = (2 if alike else 1) * size * (ROUNDS + 1)
    if counts.get("shown", 0) != delivered or sum(counts.values()) != POSTS:
        raise RuntimeError(f"not every post was shown: {dict(counts)}")
    words = "of a wave: the same words to everybody" if alike else "each with words of its own"
    what = f"a post from an outbox of {POSTS:,} on {on}, {words}"
    line = Line(
        group="post",
        path=what,
        ours=ours,
        limit=sdk,
        limit_is="slack_sdk's AsyncWebClient on a shared session, the same JSON, eight at a time",
        database=on,
        transport="Slack's web API",
        unit="s CPU",
        most_times=1.5 if alike else None,
    )
    if not alike:
        return [line]
    by_aiohttp, drawn, nowhere = rest
    return [
        line,
        Layers(
            what=what,
            steps=(
                ("aiohttp's client", by_aiohttp),
                ("slack_sdk on a shared session", sdk),
                ("and drawing each post", drawn),
                ("claiming and settling alone, without a platform", nowhere),
                ("all of delivery", ours),
            ),
        ),
    ]
