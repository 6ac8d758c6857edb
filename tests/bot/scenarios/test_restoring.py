"""A restored Comitia does again what it no longer knows to have done, and nobody is told anything twice.

Slack lets us read what we wrote, and what was sent is found again. Teams does not: what may have been sent is not sent
again, and what cannot have been goes out.
"""

from contextlib import AsyncExitStack
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from bot.commands.backup import back_up, restore
from bot.commands.migrate import run as migrate
from bot.sandbox import RunningWorkspace
from tests.bot.scenarios import house as slack
from tests.bot.scenarios import teams_house as teams
from tests.bot.scenarios.anywhere import PLATFORMS, at_work_on, running_platform
from tests.bot.scenarios.horizon import (
    AGENDA_OUT,
    BALLOTS_OPEN,
    MARKS_CALLED,
    MEMBERS,
    NADIA,
    ROOM,
    STARTS,
    AnyHouse,
    settings_and_secrets,
    words,
)
from tests.databases import Postgres

ENGLISH = {"LANG": "en_GB.UTF-8"}

LATER = AGENDA_OUT - timedelta(hours=20)
"""When the restored one starts: the agenda falls due while it is still careful."""


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """An empty database: a file, or a URL."""
    if request.param == "sqlite":
        return tmp_path / "comitia.sqlite"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.blank()


async def all_that_is_said(house: AnyHouse) -> dict[str, list[str]]:
    """Every message, by who reads it and where, in order."""
    found = {user: [words(one) for one in await house.messages(user)] for user in MEMBERS}
    return found | {ROOM: [words(one) for one in await house.messages(NADIA, ROOM)]}


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_what_was_sent_after_a_backup_is_not_sent_again_by_the_one_it_is_restored_to(
    platform: str, database: Path | str, tmp_path: Path
) -> None:
    backup, out = tmp_path / "backup.zip", StringIO()
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(running_platform(platform))
        if isinstance(ground, RunningWorkspace):
            tree, environ = slack.app_yaml(ground.api_url, str(database)), slack.environ(**ENGLISH)
        else:
            tree, environ = teams.teams_yaml(ground.url, str(database)), teams.environ(**ENGLISH)
        settings, secrets = settings_and_secrets(tmp_path, database, tree, environ)
        assert await migrate(settings, environ=secrets, out=out) == 0

        async with at_work_on(ground, database, tmp_path) as house:
            await house.settle()
            assert await back_up(settings, backup, force=False, environ=secrets, at=STARTS, out=out) == 0, (
                out.getvalue()
            )
            greeted = {reader: len(said) for reader, said in (await all_that_is_said(house)).items()}
            await house.jump(MARKS_CALLED)
            await house.after(minutes=1)
            before = await all_that_is_said(house)
            await house.jump(LATER)
            now = house.clock.now()
        new = [len(said) - greeted[reader] for reader, said in before.items()]
        assert new == [1, 1, 1, 1, 0], "four calls for marks"

        assert await restore(settings, backup, environ=secrets, at=now, out=out) == 0, out.getvalue()
        async with at_work_on(ground, database, tmp_path) as house:
            async with house.app.memory.open_work() as work:
                assert len(await work.occurrences.under_way()) == 1, "the call for marks is done again"
            await house.after(minutes=1)
            await house.nothing_lost()
            assert await all_that_is_said(house) == before
            await house.jump(AGENDA_OUT)
            await house.after(minutes=1)
            await house.nothing_lost()
            said = await all_that_is_said(house)
            assert len(said[ROOM]) == len(before[ROOM]) + 1, "and it goes on"
            await house.jump(BALLOTS_OPEN)
            await house.after(minutes=1)
            await house.nothing_lost()
            said = await all_that_is_said(house)
            assert all(len(said[user]) == len(before[user]) + 1 for user in MEMBERS), "each has a ballot paper"
