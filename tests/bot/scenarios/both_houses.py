"""Horizon on Slack and on Teams at once: one Comitia at work in a workspace and in a tenant, on one clock."""

from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import PATIENCE, migrate_database, running
from bot.sandbox import running_workspace
from bot.settings import load
from bot.tenant import running_tenant
from tests.bot.scenarios import house as slack
from tests.bot.scenarios import teams_house as teams
from tests.bot.scenarios.horizon import (
    NEWS,
    PEOPLE,
    Page,
    address_of,
    clock_of,
    database_in,
    horizon_yaml,
    write_settings,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BothHouses:
    """The same Comitia as people meet it on each platform; time goes on with either."""

    slack: slack.House
    teams: teams.TeamsHouse


@asynccontextmanager
async def both_houses(
    tmp_path: Path,
    template: Path,
    *,
    on_slack: Collection[str],
    on_teams: Collection[str],
    consents: Collection[str] = (),
    **changes: Any,
) -> AsyncIterator[BothHouses]:
    """Who of PEOPLE has an account on which; nobody on Teams has the app yet. The committee's room is on Slack.

    A rehearsal makes its database itself, as `comitia run --rehearse` does.
    """
    database = database_in(tmp_path, template)
    tenant = teams.tenant_config()
    tenant["app"]["consents"] = list(consents)
    tenant["people"] = [one for one in tenant["people"] if one["mail"] in {address_of(user) for user in on_teams}]
    for team in tenant["teams"]:
        team["members"] = [address_of(user) for user, *_ in PEOPLE if user in on_teams]
    workspace = slack.workspace_config()
    workspace["people"] = [one for one in workspace["people"] if one["id"] in on_slack]
    workspace["channels"][0]["members"] = [address_of(user) for user, *_ in PEOPLE if user in on_slack]
    async with AsyncExitStack() as stack:
        workplace = await stack.enter_async_context(running_workspace(workspace))
        tenancy = await stack.enter_async_context(running_tenant(tenant | {"chats": []}))
        tree = horizon_yaml(
            str(database),
            **{
                "rooms": {"committee": "ai-committee", "news": teams.link(teams.CHANNELS[NEWS], "AI news")},
                "slack": {"mode": "socket", "api_url": workplace.api_url},
                "teams": {"app_id": teams.APP, "tenant": teams.TENANT, "api_url": tenancy.url},
                **changes,
            },
        )
        settings = load(write_settings(tmp_path, tree), environ=slack.environ(**teams.environ()))
        if settings.rehearsal:
            await migrate_database(settings)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        pages = [Page(session, workplace.url), Page(session, tenancy.url)]
        clock = await clock_of(pages[0])
        app = await stack.enter_async_context(running(settings, clock=clock, patience=PATIENCE))
        await teams.introduce(pages[1], app)
        there = BothHouses(
            slack=slack.House(workplace, pages[0], app, clock), teams=teams.TeamsHouse(tenancy, pages[1], app, clock)
        )
        for house in (there.slack, there.teams):
            house.pages = pages
        await app.look()
        yield there
