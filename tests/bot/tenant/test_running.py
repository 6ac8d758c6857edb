"""What a tenant is made of, and how it runs by itself."""

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.local.config import ConfigError
from bot.tenant.config import read_config

from .doors import ANNA, APP_ID, Json, config


def test_what_is_not_given_is_made_and_is_the_same_each_time() -> None:
    document = config(people=[{"name": "Anna Keller", "mail": "anna@x.example"}], teams=[{"name": "T"}], chats=[])
    [first], [again] = read_config(document).people, read_config(document).people
    assert first == again
    assert first.user.startswith("29:")
    [team] = read_config(document).teams
    assert [channel.id for channel in team.channels] == [team.id]
    app = read_config(document).app
    assert (app.bot, app.external_id) == (f"28:{APP_ID}", APP_ID)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"shoes": 1}, "shoes"),
        ({"people": [{"mail": "a@x.example"}]}, "people.name"),
        ({"people": [{"name": "A", "mail": "a@x.example", "tz": "Mars/Base"}]}, "Mars/Base"),
        ({"people": [{"name": "A", "mail": "a@x.example"}] * 2}, "same id"),
        ({"app": {"password": None}}, "app.password"),
        ({"app": {"color": "red"}}, "color"),
        ({"clock": {"mode": "backwards"}}, "backwards"),
        ({"chats": [{"name": "C", "members": "*"}]}, "chats.members"),
        ({"teams": [{"name": "T", "members": "anna@x.example"}]}, "teams.members"),
    ],
)
def test_a_configuration_that_cannot_be_used_names_what_is_wrong(changes: Json, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        read_config(config(**changes))


async def test_a_tenant_runs_by_itself_until_it_is_told_to_stop(tmp_path: Path) -> None:
    file = tmp_path / "tenant.json"
    file.write_text(json.dumps(config()), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.tenant", "--config", str(file), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = json.loads(await process.stdout.readline())["url"]
    async with aiohttp.ClientSession(url) as session, session.get("/page/state", params={"as": ANNA}) as response:
        assert (await response.json())["me"]["name"] == "Anna Keller"
    process.terminate()
    assert await process.wait() == 0
