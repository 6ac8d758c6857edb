"""Two thousand activities, thirty-two at once, through the whole of Comitia: its door, listeners, desk and database."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.tenant.config import read_config
from bot.tenant.keys import Keys
from bot.tenant.tenant import Tenant
from tests.bot.scenarios.horizon import MEMBERS, SITTING, Json, address_of, email
from tests.bot.scenarios.teams_house import APP, SOUND, TENANT, TeamsHouse, aad, house_of, tenant_config
from tests.bot.scenarios.test_at_once import votes

CROWD = 32
ACTIVITIES = 2_000

OTHERS = [email(f"Other {number}") for number in range(CROWD - len(MEMBERS))]
"""Who has the app, and is no member."""

BALLOT = f"{SITTING}:triage"
VOTE = {"action": "vote", "value": f"{BALLOT}:go"}
ASKS = {"action": "open-reason", "value": BALLOT}
REASON = {"form": "committee-reason", "subject": BALLOT, "fields": ["reason"], "answer.reason": "my-own-words"}
KINDS: tuple[Json, ...] = (
    {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": {"type": "Action.Execute", "data": VOTE}}},
    {"type": "message", "text": "help"},
    {"type": "invoke", "name": "task/fetch", "value": {"data": ASKS}},
    {"type": "message", "value": VOTE},
    {"type": "invoke", "name": "task/submit", "value": {"data": REASON}},
    {"type": "installationUpdate", "action": "add"},
    {"type": "conversationUpdate", "membersAdded": [{"id": f"28:{APP}"}]},
)
"""A vote, and one from an older client; words; a form that is asked for, and one that is sent; what Teams tells."""


async def test_two_thousand_activities_at_thirty_two_at_once_are_all_answered(
    tmp_path: Path, sqlite_template: Path
) -> None:
    others = [{"mail": mail, "name": "Other", "locale": "fr-FR", "installed": False} for mail in OTHERS]
    people = [*tenant_config()["people"], *others]
    async with house_of(tmp_path, sqlite_template, tenant={"people": people}) as house:
        await house.install(*OTHERS)
        await house.to_ballots()
        accounts = [aad(who) for who in (*(address_of(one) for one in MEMBERS), *OTHERS)]
        outcomes = await _sent(house, accounts)

        assert {status for status, _ in outcomes} == {200}
        assert len(outcomes) == ACTIVITIES
        assert all(body for _, body in outcomes[:: len(KINDS)]), "a vote is answered with what came of it"

        await house.after(minutes=2)
        assert await votes(house) == ["go"] * len(MEMBERS)
        assert house.app.desk.faults == 0
        async with house.app.memory.open_work() as work:
            assert len(await work.people.all_present()) == CROWD + 1, "Zoé is known by the settings"
        counts = await house.page.counts()
        # Whoever asks for the same words again and again is told them as often.
        assert {name for name in SOUND if counts[name]} <= {"duplicates"}
        assert len(await house.said()) > ACTIVITIES / len(KINDS)


@asynccontextmanager
async def time_passing(house: TeamsHouse) -> AsyncIterator[None]:
    """Whatever waits for its turn gets it soon: twenty times as soon as by our own clocks."""

    async def ticking() -> None:
        while True:
            await house.turn_clock(house.clock.now() + timedelta(seconds=1))
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as tasks:
        ticks = tasks.create_task(ticking())
        yield
        ticks.cancel()


async def _sent(house: TeamsHouse, accounts: list[str]) -> list[tuple[int, bytes]]:
    """What each activity was answered, in their order."""
    conversations = {account: await _conversation(house, account) for account in accounts}
    config = read_config(tenant_config(clock={"mode": "stepped", "start": house.clock.now().isoformat()}))
    bearer = Keys(config.app, Tenant(config).clock).token(house.tenant.service_url)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {bearer}"}
    outcomes: dict[int, tuple[int, bytes]] = {}

    async def client(first: int) -> None:
        account = accounts[first]
        for number in range(first, ACTIVITIES, CROWD):
            body = _activity(house, number, account, conversations[account])
            async with session.post(url, data=json.dumps(body).encode(), headers=headers) as answer:
                outcomes[number] = (answer.status, await answer.read())

    url = f"http://127.0.0.1:{house.app.port}/teams/messages"
    async with aiohttp.ClientSession() as session, time_passing(house):
        await asyncio.gather(*(client(first) for first in range(CROWD)))
    return [outcomes[number] for number in range(ACTIVITIES)]


def _activity(house: TeamsHouse, number: int, account: str, conversation: str) -> dict[str, Any]:
    return {
        "id": f"f:{number}",
        "channelId": "msteams",
        "serviceUrl": house.tenant.service_url,
        "from": {"id": f"29:{account}", "aadObjectId": account},
        "recipient": {"id": f"28:{APP}"},
        "conversation": {"id": conversation, "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "fr-FR",
        **KINDS[number % len(KINDS)],
    }


async def _conversation(house: TeamsHouse, account: str) -> str:
    kept = await house.app.memory.references(platform="teams").find(account)
    assert kept is not None
    return kept["conversation"]
