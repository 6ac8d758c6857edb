"""Horizon on the platform that a scenario is told: the same people, the same rooms, the same clock."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

from bot.app import migrate_database
from bot.sandbox import RunningWorkspace, running_workspace
from bot.settings import load
from bot.tenant import RunningTenant, running_tenant
from bot.tenant.config import CONSENTS
from tests.bot.scenarios import house as slack
from tests.bot.scenarios import teams_house as teams
from tests.bot.scenarios.horizon import SAM, STARTS, AnyHouse, Json, address_of, email, write_settings

PLATFORMS = ("slack", "teams")
DOORS = ("socket", "http", "teams")
"""Slack has two."""

Ground: TypeAlias = RunningWorkspace | RunningTenant


def running_platform(platform: str) -> AbstractAsyncContextManager[Ground]:
    """A workspace or a tenant in which nobody is at work yet."""
    return running_tenant(teams.tenant_config()) if platform == "teams" else running_workspace(slack.workspace_config())


def running_for_many(
    platform: str, *, others: Sequence[str] = (), flowing: bool = False
) -> AbstractAsyncContextManager[Ground]:
    """One for several processes of Comitia: everybody has the app and stands in the directory, so do `others`.

    `flowing`: its clock goes on by itself.
    """
    changes: Json = {"clock": {"mode": "flowing" if flowing else "stepped", "start": STARTS.isoformat()}}
    if platform == "teams":
        config = teams.tenant_config(**changes)
        more = [{"mail": email(name), "name": name} for name in others]
        people = [*({**one, "installed": True} for one in config["people"]), *more]
        return running_tenant({**config, "app": {**config["app"], "consents": CONSENTS}, "people": people})
    config = slack.workspace_config(**changes)
    more = [{"id": f"U0OTHER{n}", "real_name": name, "email": email(name)} for n, name in enumerate(others)]
    return running_workspace({**config, "people": [*config["people"], *more]})


def one_more_on(ground: Ground, database: Path | str, tmp_path: Path) -> AbstractAsyncContextManager[AnyHouse]:
    """A process of Comitia at work there, on a migrated database (a file, or a URL); what Teams sends is its from now
    on."""
    if isinstance(ground, RunningWorkspace):
        return slack.at_work(ground, database, tmp_path)
    return teams.at_work(ground, database, tmp_path)


@asynccontextmanager
async def at_work_on(ground: Ground, database: Path | str, tmp_path: Path, **changes: Any) -> AsyncIterator[AnyHouse]:
    """Comitia at work there, on a migrated database; on Teams everybody but Zoé has the app."""
    if isinstance(ground, RunningWorkspace):
        async with slack.at_work(ground, database, tmp_path, **changes) as house:
            yield house
    else:
        async with teams.at_work(ground, database, tmp_path, **changes) as house:
            await house.everybody_installs()
            yield house


@asynccontextmanager
async def rehearsal_on(
    ground: Ground, tmp_path: Path, *, rehearser: str = address_of(SAM), **changes: Any
) -> AsyncIterator[AnyHouse]:
    """A rehearsal at work there, on a database as `comitia run --rehearse` makes it; on Teams nobody has the app."""
    database = tmp_path / "comitia.sqlite"
    changes = {"rehearsal": rehearser, **changes}
    if isinstance(ground, RunningWorkspace):
        tree = slack.app_yaml(ground.api_url, str(database), **changes)
        await migrate_database(load(write_settings(tmp_path, tree), environ=slack.environ()))
        async with slack.at_work(ground, database, tmp_path, **changes) as house:
            yield house
    else:
        tree = teams.teams_yaml(ground.url, str(database), **changes)
        await migrate_database(load(write_settings(tmp_path, tree), environ=teams.environ()))
        async with teams.at_work(ground, database, tmp_path, **changes) as built:
            yield built


@asynccontextmanager
async def house_on(door: str, tmp_path: Path, template: Path, **changes: Any) -> AsyncIterator[AnyHouse]:
    """A new one with Comitia at work, by one of PLATFORMS or DOORS."""
    if door == "teams":
        async with teams.house_of(tmp_path, template, **changes) as house:
            yield house
    else:
        mode = "http" if door == "http" else "socket"
        async with slack.house_of(tmp_path, template, mode=mode, **changes) as built:
            yield built
