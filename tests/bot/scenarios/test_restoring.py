"""A restored Comitia does again what it no longer knows to have done, and nobody is told anything twice.

On Slack alone, which lets us read what we wrote: on Teams, what may have been sent is not sent again.
"""

from contextlib import AsyncExitStack
from io import StringIO
from pathlib import Path

import pytest

from bot.commands.backup import back_up, restore
from bot.commands.migrate import run as migrate
from bot.sandbox import running_workspace
from tests.bot.scenarios.horizon import settings_and_secrets
from tests.bot.scenarios.house import (
    AGENDA_OUT,
    MARKS_CALLED,
    MEMBERS,
    NADIA,
    ROOM,
    STARTS,
    House,
    app_yaml,
    at_work,
    environ,
    words,
    workspace_config,
)
from tests.databases import Postgres

ENGLISH = {"LANG": "en_GB.UTF-8"}


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """An empty database: a file, or a URL."""
    if request.param == "sqlite":
        return tmp_path / "comitia.sqlite"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.blank()


async def all_that_is_said(house: House) -> dict[str, list[str]]:
    """Every message, by who reads it and where, in order."""
    found = {user: [words(one) for one in await house.messages(user)] for user in MEMBERS}
    return found | {ROOM: [words(one) for one in await house.messages(NADIA, ROOM)]}


async def test_what_was_sent_after_a_backup_is_not_sent_again_by_the_one_it_is_restored_to(
    database: Path | str, tmp_path: Path
) -> None:
    backup, out = tmp_path / "backup.zip", StringIO()
    async with AsyncExitStack() as stack:
        workspace = await stack.enter_async_context(running_workspace(workspace_config()))
        tree = app_yaml(workspace.api_url, str(database))
        settings, secrets = settings_and_secrets(tmp_path, database, tree, environ(**ENGLISH))
        assert await migrate(settings, environ=secrets, out=out) == 0

        async with at_work(workspace, database, tmp_path) as house:
            await house.settle()
            assert await back_up(settings, backup, force=False, environ=secrets, at=STARTS, out=out) == 0, (
                out.getvalue()
            )
            await house.jump(MARKS_CALLED)
            await house.after(minutes=1)
            before = await all_that_is_said(house)
            now = house.clock.now()
        assert [len(said) for said in before.values()] == [1, 1, 1, 1, 0], "four calls for marks"

        assert await restore(settings, backup, environ=secrets, at=now, out=out) == 0, out.getvalue()
        async with at_work(workspace, database, tmp_path) as house:
            async with house.app.memory.open_work() as work:
                assert len(await work.occurrences.under_way()) == 1, "the call for marks is done again"
            await house.after(minutes=1)
            await house.nothing_lost()
            assert await all_that_is_said(house) == before
            await house.jump(AGENDA_OUT)
            await house.after(minutes=1)
            await house.nothing_lost()
            said = await all_that_is_said(house)
            assert [len(one) for one in said.values()] == [1, 1, 1, 1, 1], "and it goes on"
