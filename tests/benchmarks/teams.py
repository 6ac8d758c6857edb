"""Teams: a vote by Action.Execute until it is committed and answered, and posts from the outbox, beside bare limits.

A vote's limit is an aiohttp route that calls `process_activity` with our own mends of the SDK, the very authentication
of ours included, and answers with words, in this process and on this loop; a post's is aiohttp's client that posts the
same bytes. Microsoft's side (its keys, tokens and connector) and whoever presses are processes of their own, so that
the processor time counted here is the bot's alone; that of a PostgreSQL server is not in it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from pydantic import SecretStr
from sqlalchemy import delete, func, select

from bot.app import Application, running
from bot.app.teams import cloud_of, home_of
from bot.app.teams_references import KeptReferences
from bot.delivery import AT_ONCE as SENT_AT_ONCE
from bot.delivery import Delivery
from bot.demo.clock import FollowedClock
from bot.i18n.translator import translator_for
from bot.pace import Pace
from bot.platforms.teams import render
from bot.platforms.teams.activities import Reference
from bot.platforms.teams.auth import Authentication
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.keys import SigningKeys
from bot.platforms.teams.mends import Adapter
from bot.platforms.teams.sender import TeamsSender
from bot.platforms.teams.tokens import ClientCredentials, Tokens
from bot.settings import Settings
from bot.settings_tree import SlackSettings, TeamsSettings
from bot.settings_values import Channel
from rituals.messages import Message
from rituals.people import Account, RosterEntry
from rituals.posts import Parcel, Post, ToPerson
from rituals.use_cases.sitting import paper_id
from storage.ballots import VOTE
from storage.references import REFERENCE
from storage.work import Memory
from tests.benchmarks.acknowledging import open_ballots, own_database
from tests.benchmarks.committee import (
    LARGE,
    SMALL,
    START,
    ZONES,
    Size,
    memory_at,
    paper_of,
    settings,
    sitting,
    state_of,
)
from tests.benchmarks.measure import Line, Spread, by_turns
from tests.benchmarks.posts import sent
from tests.benchmarks.presser import Presser, presser
from tests.benchmarks.pressing import ACKNOWLEDGED_WITHIN, AT_ONCE, GOAL, ROUNDS, pressing_by_turns
from tests.benchmarks.stub import HERE, stub

APP = "0b1e6a54-5c33-4a0e-8d32-6a4f0c1d7e11"
TENANT = "6d7b6a2e-2f8c-4f5a-9f6d-3a1b2c4d5e6f"
CHANNEL = "19:committee@thread.tacv2"
KEY_ID = "bench"

POSTS = 2_000
SLICE = 320
"""Posts sent in a round, of those that wait."""

POST_GOAL = 3.0

Json = dict[str, Any]


# --- Microsoft's side ------------------------------------------------------------------------------------------------


def user(number: int) -> str:
    """A member's Entra object id."""
    return str(uuid5(NAMESPACE_URL, f"member.{number}"))


def account(number: int) -> Account:
    """A member's account."""
    return Account(platform="teams", workspace=TENANT, user=user(number))


def reference(number: int, address: str) -> Reference:
    """Where a member was met."""
    return Reference(
        tenant=TENANT,
        service_url=f"{address}/teams/",
        conversation=f"a:{number}",
        bot=f"28:{APP}",
        user=f"29:{number}",
    )


MESSAGE = "1769500800000"
"""The id of whatever is posted, in its conversation."""


def answers(key: RSAPrivateKey) -> str:
    """What the stub says for Microsoft, as JSON: path -> answer."""
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return json.dumps(
        {
            "/v1/.well-known/openidconfiguration": {
                "issuer": "https://api.botframework.com",
                "jwks_uri": f"{HERE}/v1/.well-known/keys",
            },
            "/v1/.well-known/keys": {
                "keys": [{**public, "kid": KEY_ID, "x5t": KEY_ID, "use": "sig", "endorsements": ["msteams"]}]
            },
            f"/{TENANT}/oauth2/v2.0/token": {"token_type": "Bearer", "expires_in": 86_400, "access_token": "a" * 1_500},
            "*": {"id": MESSAGE, "activityId": MESSAGE},
        }
    )


def bearer(key: RSAPrivateKey, address: str) -> str:
    """The header by which Microsoft's activities are known."""
    claims = {
        "iss": "https://api.botframework.com",
        "aud": APP,
        "serviceurl": f"{address}/teams/",
        "nbf": int(START.timestamp()),
        "exp": int((START + timedelta(days=365)).timestamp()),
    }
    return "Bearer " + jwt.encode(claims, key, algorithm="RS256", headers={"kid": KEY_ID, "x5t": KEY_ID})


def execute(number: int, action: Json, address: str) -> Json:
    """A member's press of a button, as Teams sends it."""
    zone = ZONES[number % len(ZONES)]
    return {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "id": f"f:{number}",
        "timestamp": "2026-01-27T09:00:00.000Z",
        "localTimestamp": "2026-01-27T10:00:00.000+01:00",
        "localTimezone": zone,
        "channelId": "msteams",
        "serviceUrl": f"{address}/teams/",
        "from": {"id": f"29:{number}", "name": f"Member {number}", "aadObjectId": user(number)},
        "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": f"a:{number}"},
        "recipient": {"id": f"28:{APP}", "name": "Comitia"},
        "entities": [
            {"type": "clientInfo", "locale": "fr-FR", "country": "FR", "platform": "Web", "timezone": zone},
        ],
        "channelData": {"tenant": {"id": TENANT}, "source": {"name": "message"}},
        "locale": "fr-FR",
        "replyToId": MESSAGE,
        "value": {
            "action": {name: action[name] for name in ("type", "id", "title", "verb", "data") if name in action},
            "trigger": "manual",
        },
    }


def _signed(activity: Json, header: str) -> bytes:
    """The activity as Teams would send it: a whole HTTP request."""
    body = json.dumps(activity, separators=(",", ":")).encode()
    head = (
        "POST /teams/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Authorization: {header}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def teams_settings(directory: Path, size: Size, address: str, database: str) -> Settings:
    """The made-up organisation on Teams alone."""
    return settings(directory, size, database=database).model_copy(
        update={
            "slack": SlackSettings(),
            "rooms": {"committee": Channel("Committee", "teams", CHANNEL)},
            "teams": TeamsSettings(
                app_id=APP, tenant=TENANT, api_url=address, posts_per_second=40, app_password=SecretStr("bench")
            ),
        }
    )


# --- votes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A port of ours that activities are posted to."""

    platform: Presser
    port: int
    header: str

    async def press(self, payloads: Sequence[Json], *, at_once: bool) -> list[float]:
        """Presses, and the seconds until each was answered."""
        requests = [_signed(one, self.header) for one in payloads]
        return await self.platform.press_at(self.port, requests, at_once=at_once)


@asynccontextmanager
async def only_answering(given: Settings) -> AsyncIterator[int]:
    """The limit's route, at a port: everybody is authenticated, and answered with words."""
    clock = FollowedClock(START, flowing=False)
    async with aiohttp.ClientSession() as session, AsyncExitStack() as stack:
        cloud = cloud_of(given)
        keys = SigningKeys(session, cloud.openid_url, clock=clock)
        stack.push_async_callback(keys.close)
        adapter = Adapter(Authentication(app_id=APP, tenants=[TENANT], cloud=cloud, keys=keys, clock=clock))

        async def answer(request: web.Request) -> web.Response:
            raw = await request.json()
            body: Json = {}

            async def turn() -> None:
                body.update(statusCode=200, type="application/vnd.microsoft.activity.message", value="Merci.")

            await adapter.process(request.headers["Authorization"], raw, turn)
            return web.json_response(body)

        app = web.Application()
        app.router.add_post("/teams/messages", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield int(runner.addresses[0][1])


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The bot at work on Teams with open ballots, each member's paper shown, and the votes they may send."""

    app: Application
    clock: FollowedClock
    door: Door
    votes: Callable[[int], list[Json]]  # by the number of the round: everybody changes their mind

    async def forget(self) -> None:
        """Nobody has voted yet, and enough time passes for each conversation to take messages again."""
        self.clock.follow(self.clock.now() + timedelta(minutes=1))
        await self.settled()
        async with self.app.memory.transaction() as connection:
            await connection.execute(delete(VOTE))

    async def settled(self) -> None:
        """Lets time pass until nothing of what was pressed is left to do, the edits of papers included."""
        station = self.app.station("teams")
        for _ in range(100_000):
            if self.app.quiet and not station.delivery.in_flight:
                return
            if self.app.quiet:  # what is on its way waits for its turn
                self.clock.follow(self.clock.now() + timedelta(milliseconds=50))
            await asyncio.sleep(0.0005)
        raise RuntimeError("the bot does not come to rest")

    async def kept(self) -> int:
        """How many votes there are."""
        async with self.app.memory.transaction() as connection:
            return int((await connection.execute(select(func.count()).select_from(VOTE))).scalar_one())


@asynccontextmanager
async def house(
    given: Settings, address: str, platform: Presser, header: str, *, size: Size, people: int
) -> AsyncIterator[House]:
    """The whole bot on the empty database of `given`."""
    async with memory_at(given.database.address.get_secret_value()) as memory:
        await _meet(memory, address, given)
    clock = FollowedClock(START, flowing=False)
    async with running(given, clock=clock) as app:
        found = House(
            app=app,
            clock=clock,
            door=Door(platform=platform, port=app.port, header=header),
            votes=lambda _: [],
        )
        while not app.station("teams").sending.is_sender:  # noqa: ASYNC110  (for as long as a lease takes)
            await asyncio.sleep(0.01)
        await found.settled()
        await open_ballots(app, clock, size)
        state = await state_of(app.memory, size)
        assert state is not None
        occurrence, ballots, _ = state
        for _ in range(5):  # papers go out in each member's own hours
            clock.follow(clock.now() + timedelta(hours=1))
            app.desk.nudge()
            await asyncio.sleep(0.01)
            await found.settled()
        papers = []
        for number in range(people):
            async with app.memory.open_work() as work:
                person = await work.people.by_account(account(number))
            assert person is not None
            parcel = await app.station("teams").outbox.peek(paper_id(occurrence, person.id), at=clock.now())
            assert parcel is not None
            assert parcel.place is not None, "a paper is not shown"
            papers.append(_drawn(parcel))

        def votes(number: int) -> list[Json]:
            value = f"{ballots[0]}:{('go', 'no_go')[number % 2]}"
            return [execute(n, _button(drawn, value), address) for n, drawn in enumerate(papers)]

        yield House(app=app, clock=clock, door=found.door, votes=votes)
        if app.desk.faults:
            raise RuntimeError("presses failed: what was measured is not an answer")


async def _meet(memory: Memory, address: str, given: Settings) -> None:
    """Everybody has written to the bot before."""
    house = given.organisation
    async with memory.open_work() as work:
        await work.people.adopt_roster(
            given.roster(), default=RosterEntry(email="", locale=house.locale, zone=house.zone)
        )
        await work.people.adopt_accounts([(account(n), entry, True) for n, entry in enumerate(given.roster())])
    await _keep(memory, len(given.people), address)


async def _keep(memory: Memory, people: int, address: str) -> None:
    """Where so many were met, in one transaction."""
    more = {"platform": "teams", "seen_at": START, "team": "", "zone": "", "locale": ""}
    rows = [{"id": user(n), **asdict(reference(n, address)), **more} for n in range(people)]
    async with memory.transaction() as connection:
        await connection.execute(REFERENCE.insert(), rows)


def _drawn(parcel: Parcel) -> Json:
    return render.message(parcel.message, translator_for(parcel.locale, ZoneInfo(parcel.zone)))


def _button(drawn: object, value: str) -> Json:
    """The button of a card that sends `value`."""
    found = _find(drawn, value)
    assert found is not None, value
    return found


def _find(part: object, value: str) -> Json | None:
    if isinstance(part, dict):
        data = part.get("data")
        if part.get("type") == "Action.Execute" and isinstance(data, dict) and data.get("value") == value:
            return part
        part = list(part.values())
    if isinstance(part, list):
        return next((found for one in part if (found := _find(one, value)) is not None), None)
    return None


async def executing(
    directory: Path, url: str, *, size: Size = LARGE, people: int = AT_ONCE, rounds: int = ROUNDS
) -> list[Line]:
    """Votes on the empty database at `url`."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    place = directory / "teams"
    place.mkdir()
    async with AsyncExitStack() as stack:
        platform = await stack.enter_async_context(presser(place))
        address = await stack.enter_async_context(stub(place, answers(key)))
        own = own_database(place, url, "teams")
        given = teams_settings(place, size, address, own)
        header = bearer(key, address)
        port = await stack.enter_async_context(only_answering(given))
        bare = Door(platform=platform, port=port, header=header)
        ours = await stack.enter_async_context(house(given, address, platform, header, size=size, people=people))
        return await _votes(bare, ours, "PostgreSQL" if url.startswith("postgresql") else "SQLite", rounds)


async def _votes(bare: Door, ours: House, database: str, rounds: int) -> list[Line]:
    lines: list[Line] = []

    def line(path: str, found: Sequence[float], limits: Sequence[float] = (), **goal: Any) -> None:
        lines.append(
            Line(
                group="teams",
                path=f"{path}, Teams, {database}",
                ours=Spread.of(found),
                limit=Spread.of(limits) if limits else None,
                limit_is="process_activity with our mends, which only answers" if limits else "",
                database=database,
                transport="Teams' activities",
                **goal,
            )
        )

    limits, found = await pressing_by_turns(bare, ours, ours.votes, at_once=True, changing=False, rounds=rounds)
    people = len(ours.votes(0))
    if await ours.kept() != people:
        raise RuntimeError("not every vote is kept: what was measured is not an answer")
    crowd = f"a vote by Action.Execute, {people} at once"
    cpu = [one.processor for one in limits]
    line(f"{crowd}, each", [one.processor for one in found], cpu, unit="s CPU", most_times=GOAL)
    slow = [one.slow for one in found]
    line(f"{crowd}, the slowest but 1%", slow, [one.slow for one in limits], under=ACKNOWLEDGED_WITHIN)
    line(f"{crowd}, after the answer", [one.after for one in found], unit="s CPU")
    limits, found = await pressing_by_turns(bare, ours, ours.votes, at_once=False, changing=False, rounds=rounds)
    line("a vote by Action.Execute alone, the median", [one.middle for one in found], [one.middle for one in limits])
    return lines


# --- posts -----------------------------------------------------------------------------------------------------------


async def posting(
    directory: Path, url: str, *, posts: int = POSTS, size: int = SLICE, rounds: int = ROUNDS
) -> list[Line]:
    """Of `posts` waiting ballot papers, to as many people met before, `size` a round; on `url`'s server."""
    place = directory / "teams-posts"
    place.mkdir()
    small = place / "committee"
    small.mkdir()
    async with sitting(f"sqlite:///{small / 'comitia.sqlite'}", settings(small, SMALL), SMALL) as open_:
        paper = await paper_of(open_, 0)
    key = generate_private_key(public_exponent=65537, key_size=2048)
    async with (
        stub(place, answers(key)) as address,
        memory_at(own_database(place, url, "teams-posts")) as memory,
        aiohttp.ClientSession() as session,
    ):
        await _fill(memory, paper, address, posts)
        on = "PostgreSQL" if url.startswith("postgresql") else "SQLite"
        given = teams_settings(place, SMALL, address, url)
        return await _posted(memory, paper, given, session, on=on, posts=posts, size=size, rounds=rounds)


async def _fill(memory: Memory, paper: Message, address: str, posts: int) -> None:
    found = [
        (
            account(n),
            RosterEntry(email=f"{n}@bench.example", name=f"P {n}", locale="fr", zone=ZoneInfo(ZONES[0])),
            True,
        )
        for n in range(posts)
    ]
    async with memory.open_work() as work:
        for begin in range(0, posts, 200):
            await work.people.adopt_accounts(found[begin : begin + 200])
        people = await work.people.all_present()
    await _keep(memory, posts, address)
    put = [
        Post(id=f"paper:{one.id}", to=ToPerson(person=one.id), message=paper, ritual="committee", not_before=START)
        for one in people
    ]
    async with memory.open_work() as work:
        await work.posts.put_all(put, at=START)


async def _posted(
    memory: Memory,
    paper: Message,
    given: Settings,
    session: aiohttp.ClientSession,
    *,
    on: str,
    posts: int,
    size: int,
    rounds: int,
) -> list[Line]:
    clock = FollowedClock(START, flowing=False)
    cloud = cloud_of(given)
    credentials = ClientCredentials(
        session, clock, login_url=cloud.login_url, tenant=TENANT, app_id=APP, secret="bench"
    )
    tokens = Tokens(credentials, clock)
    # No pace, so that nothing but the work is timed; all else as in `bot.app`.
    pace = Pace(clock, {})
    connector = Connector(session, tokens, pace, clock, cloud=cloud)
    references = KeptReferences(memory.references(platform="teams"), clock)
    outbox = memory.outbox(platform="teams", locale="fr", zone=ZONES[0])
    sender = TeamsSender(connector, references, home=home_of(given))
    delivery = Delivery(outbox=outbox, sender=sender, clock=clock, poll=None)

    drawn = render.message(paper, translator_for("fr", ZoneInfo(ZONES[0])))
    body = json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Authorization": f"Bearer {await tokens.bearer(cloud.scope)}",
        "Content-Type": "application/json; charset=utf-8",
    }

    async def by_hand(number: int) -> None:
        url = f"{cloud.login_url}/teams/v3/conversations/a:{number}/activities"
        async with session.post(url, data=body, headers=headers) as answer:
            await answer.json()

    async def bare(_: int) -> float:
        begun = time.process_time()
        for begin in range(0, size, SENT_AT_ONCE):
            await asyncio.gather(*(by_hand(number) for number in range(begin, begin + SENT_AT_ONCE)))
        return (time.process_time() - begun) / size

    taken, limit = await by_turns(lambda _: sent(delivery, clock, size), bare, rounds=rounds)
    counts = await outbox.counts()
    if counts.get("shown", 0) < size * (rounds + 1) or sum(counts.values()) != posts:
        raise RuntimeError(f"not every post was shown: {dict(counts)}")
    return [
        Line(
            group="teams",
            path=f"a post from an outbox of {posts:,} on {on} to Teams, the same words to everybody",
            ours=taken,
            limit=limit,
            limit_is=f"aiohttp's client on a shared session, the same bytes, {SENT_AT_ONCE} at a time",
            database=on,
            transport="Bot Connector",
            unit="s CPU",
            most_times=POST_GOAL,
        )
    ]


async def teams(directory: Path, url: str) -> list[Line]:
    """Votes and posts, on the empty database at `url` (or ones beside it)."""
    return [*await executing(directory, url), *await posting(directory, url)]
