"""A made-up committee of any size whose ballots are open, brought there by the real use cases."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.settings import Settings, load
from rituals.messages import Message
from rituals.organisation import Organisation
from rituals.people import Account, RosterEntry
from rituals.use_cases.planning import plan_ahead
from rituals.use_cases.run_due_steps import run_due_steps
from rituals.use_cases.sitting import paper_id
from storage.engine import open_engine
from storage.migrate import migrate
from storage.work import Memory
from tests.databases import opened

TEAM = "T0BENCH"
SIGNING_SECRET = "bench-secret"
START = datetime(2026, 1, 26, 7, 50, tzinfo=UTC)
"""A Monday, some days before the first call for marks."""

ZONES = ("Europe/Paris", "Europe/London", "America/Toronto")
LOCALES = ("fr", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many members vote, and on how many points."""

    members: int
    points: int

    def __str__(self) -> str:
        return f"{self.members} members, {self.points} points"


SMALL = Size(members=8, points=2)
LARGE = Size(members=33, points=5)  # as many points as an agenda has unless told otherwise


def email(number: int) -> str:
    """The address of a member."""
    return f"member.{number}@bench.example"


def account(number: int) -> Account:
    """Their account."""
    return Account(platform="slack", workspace=TEAM, user=f"U{number:05}")


def settings(
    directory: Path,
    size: Size,
    *,
    mode: str = "http",
    api_url: str = "http://127.0.0.1:1/api/",
    database: str | None = None,
    pulse: bool = False,
) -> Settings:
    """The settings of the made-up organisation; its database is the URL `database`, or a file in `directory`.

    `pulse`: with a pulse beside the committee.
    """
    tree: dict[str, Any] = {
        "organisation": {"name": "Bench", "locale": "fr", "zone": ZONES[0], "holidays": "FR"},
        "sites": {f"site-{number}": {"zone": zone} for number, zone in enumerate(ZONES)},
        "rooms": {"committee": "committee"},
        "people": [
            {
                "email": email(number),
                "name": f"Member {number}",
                "roles": ["member" if number else "chair"],
                "site": f"site-{number % len(ZONES)}",
                "locale": LOCALES[number % len(LOCALES)],
            }
            for number in range(size.members)
        ],
        "initiatives": [
            {
                "key": f"initiative-{number}",
                "title": f"Initiative {number}",
                "summary": f"What initiative {number} is for, in a sentence as long as people write them, or nearly.",
                "stage": "poc",
                "department": "Claims",
                "owner": email(0),
                "asks": "2025-10-06",
            }
            for number in range(size.points)
        ],
        "rituals": {
            "committee": {
                "kind": "prioritisation_committee",
                "title": "Prioritisation committee",
                "when": "1st tue",
                "at": "10:00",
                "room": "committee",
                "points": size.points,
            }
        },
        "slack": {"mode": mode, "api_url": api_url},
        "web": {"host": "127.0.0.1", "port": 0},
        "database": {"url": database or f"sqlite:///{directory / 'comitia.sqlite'}"},
        "log": {"level": "error"},
    }
    if pulse:
        tree["rituals"]["pulse"] = {"kind": "pulse", "title": "Pulse", "when": "every fri", "at": "10:00"}
    file = directory / "app.yaml"
    file.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return load(
        file,
        environ={
            "COMITIA_SLACK__BOT_TOKEN": "xoxb-bench",
            "COMITIA_SLACK__APP_TOKEN": "xapp-bench",
            "COMITIA_SLACK__SIGNING_SECRET": SIGNING_SECRET,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A sitting with its ballots open at `at`."""

    memory: Memory
    organisation: Organisation
    at: datetime
    occurrence: str
    ballots: Sequence[str]
    people: Sequence[str]  # the members' ids, by number


@asynccontextmanager
async def memory_at(url: str) -> AsyncIterator[Memory]:
    """The database at `url`, brought to the newest schema."""
    engine = open_engine(url)
    try:
        await migrate(engine)
    finally:
        await engine.dispose()
    async with opened(url) as memory:
        yield memory


@asynccontextmanager
async def sitting(url: str, settings: Settings, size: Size) -> AsyncIterator[Sitting]:
    """The committee in the empty database at `url`."""
    organisation = settings.organisation_rules()
    roster = settings.roster()
    async with memory_at(url) as memory:
        async with memory.open_work() as work:
            default = RosterEntry(email="", locale=organisation.locale, zone=organisation.zone)
            await work.people.adopt_roster(roster, default=default)
            await work.initiatives.adopt(settings.initiatives_listed())
            await work.people.adopt_accounts([(account(n), entry, True) for n, entry in enumerate(roster)])
            await work.rooms.adopt("slack", {"committee": "C0COMMITTEE"})
        await plan_ahead(START, open_work=memory.open_work, organisation=organisation)
        at = START
        found = await state_of(memory, size)
        while found is None:
            async with memory.open_work() as work:
                due = await work.steps.next_due()
            if due is None or due > START + timedelta(days=60):
                raise RuntimeError("no sitting has opened its ballots")
            at = max(at, due)
            await run_due_steps(at, open_work=memory.open_work, organisation=organisation)
            found = await state_of(memory, size)
        occurrence, ballots, people = found
        yield Sitting(
            memory=memory,
            organisation=organisation,
            at=at + timedelta(minutes=20),
            occurrence=occurrence,
            ballots=ballots,
            people=people,
        )


async def state_of(memory: Memory, size: Size) -> tuple[str, list[str], list[str]] | None:
    """The open sitting, its ballots and the members' ids by number; None while no ballot is open."""
    async with memory.open_work() as work:
        ballots = await work.ballots.all_open()
        if not ballots:
            return None
        people = [await work.people.by_account(account(number)) for number in range(size.members)]
    return ballots[0].occurrence, [one.id for one in ballots], [one.id for one in people if one is not None]


async def paper_of(open_: Sitting, number: int) -> Message:
    """The ballot paper of a member as it is kept."""
    outbox = open_.memory.outbox(platform="slack", locale="fr", zone=ZONES[0])
    parcel = await outbox.peek(paper_id(open_.occurrence, open_.people[number]), at=open_.at)
    assert parcel is not None
    return parcel.message


def slack_answers(size: Size, *, link: str = "") -> str:
    """What the stub says of this organisation, as JSON: path -> answer."""
    members = [
        {
            "id": account(number).user,
            "team_id": TEAM,
            "real_name": f"Member {number}",
            "profile": {"email": email(number)},
            "tz": ZONES[number % len(ZONES)],
            "locale": "fr-FR",
        }
        for number in range(size.members)
    ]
    return json.dumps(
        {
            "/api/auth.test": {"ok": True, "team_id": TEAM, "bot_id": "B0BENCH", "user_id": "U0BENCH"},
            "/api/users.list": {"ok": True, "members": members},
            "/api/conversations.list": {"ok": True, "channels": [{"id": "C0COMMITTEE", "name": "committee"}]},
            "/api/apps.connections.open": {"ok": True, "url": link},
        }
    )
