"""Comitia on Slack or on Teams with a database of its own, to be examined by `comitia doctor`."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

import aiohttp

from bot.commands import doctor
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.teams.package import id_of
from bot.sandbox import running_workspace
from bot.tenant import running_tenant
from bot.tenant.config import CONSENTS
from tests.bot.page import Page
from tests.bot.scenarios import house, teams_house
from tests.bot.scenarios.horizon import PEOPLE, Json, address_of, write_settings
from tests.bot.scenarios.teams_house import APP, CHANNELS, PASSWORD, TENANT, aad, tenant_config

DATABASE = "comitia.sqlite"


@dataclass
class Wall:
    """The machine's clock, `off` by so much."""

    off: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off

    async def sleep_until(self, moment: datetime) -> None:
        raise AssertionError(f"nothing here waits, and not until {moment}")


@dataclass
class Patient(ABC):
    """A platform, a database and settings with `changes`."""

    platform: ClassVar[str]
    unspeakable: ClassVar[Sequence[str]]
    """What must never be printed."""

    page: Page
    folder: Path
    secrets: dict[str, str]
    changes: Json = field(default_factory=dict)

    @property
    @abstractmethod
    def tree(self) -> Json:
        """What the settings say."""

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def path(self) -> Path:
        return write_settings(self.folder, self.tree)

    @property
    def well_itself(self) -> Sequence[str]:
        """What is said first, of all but the platform, where there is no fault and nothing has been done yet."""
        return [
            f"ok       settings: {self.path} is good",
            f"ok       platforms: {self.platform}",
            "ok       database: it answers, and its schema is this version’s",
            "ok       pause: nothing is paused",
            "skipped  usage: nothing is imported",
            "skipped  conversations: nothing is imported",
            "skipped  savings: nothing is imported",
            "ok       posts: none yet",
        ]

    async def examined(self, to: str | None = None, *, off: timedelta = timedelta()) -> tuple[int, list[str]]:
        out = StringIO()
        code = await doctor.run(self.path, to=to, environ=self.secrets, clock=Wall(off), out=out)
        said = out.getvalue()
        assert not [secret for secret in self.unspeakable if secret in said], said
        return code, said.splitlines()


def line(lines: list[str], containing: str) -> str:
    found = [one for one in lines if containing in one]
    assert found, f"nothing says {containing!r} in:\n" + "\n".join(lines)
    return found[0]


# --- on Slack ---------------------------------------------------------------------------------------------------------


@dataclass
class SlackPatient(Patient):
    platform = "Slack"
    unspeakable = house.SECRETS

    api_url: str = field(kw_only=True)

    @property
    def tree(self) -> Json:
        return house.app_yaml(self.api_url, str(self.database), **self.changes)

    async def sees(self, who: str, channel: str | None = None) -> list[Json]:
        """What stands in a channel, or in somebody's own conversation with the app."""
        where = channel or (await self.page.get("/api/state", who=who))["dm"]["id"]
        found: list[Json] = (await self.page.get("/api/messages", who=who, channel=where))["messages"]
        return found


@asynccontextmanager
async def on_slack(folder: Path, template: Path, **workspace: Any) -> AsyncIterator[SlackPatient]:
    """Whoever is on Horizon's workspace, but for what is said otherwise; `app` is merged."""
    shutil.copyfile(template, folder / DATABASE)
    config = house.workspace_config(**{key: value for key, value in workspace.items() if key != "app"})
    config["app"] |= {"scopes": sorted(SCOPES), **workspace.get("app", {})}
    async with running_workspace(config) as running, aiohttp.ClientSession() as session:
        page = Page(session, running.url)
        yield SlackPatient(page, folder, house.environ(), api_url=running.api_url)


# --- on Teams ---------------------------------------------------------------------------------------------------------


@dataclass
class TeamsPatient(Patient):
    platform = "Teams"
    unspeakable = (PASSWORD,)

    @property
    def tree(self) -> Json:
        return teams_house.teams_yaml(self.page.url, str(self.database), **self.changes)

    def teams(self, **changes: Any) -> None:
        """Says something else under `teams`."""
        self.changes["teams"] = {"app_id": APP, "tenant": TENANT, "api_url": self.page.url, **changes}

    async def sees(self, who: str, channel: str | None = None) -> list[Json]:
        """What stands in a channel, or in somebody's own conversation with the app."""
        where = {} if channel is None else {"conversation": CHANNELS[channel]}
        found: list[Json] = (await self.page.get("/page/messages", who=aad(who), **where))["messages"]
        return found


def people(*, without: Sequence[str] = (), **changes: Any) -> list[Json]:
    """Horizon's people, who have the app, but for some."""
    return [
        {"mail": address_of(user), "name": name, "installed": user not in without, **changes}
        for user, name, _, _ in PEOPLE
    ]


def teams(**installed: bool) -> list[Json]:
    """The two teams, which have the app but for some."""
    found: list[Json] = tenant_config()["teams"]
    for team, room in zip(found, ("committee", "news"), strict=True):
        team["installed"] = installed.get(room, True)
    return found


def consents(*granted: str) -> Json:
    """The app, with these permissions of Graph's."""
    return {
        "app_id": APP,
        "password": PASSWORD,
        "tenant": TENANT,
        "external_id": id_of(APP),
        "consents": list(granted),
    }


@asynccontextmanager
async def on_teams(folder: Path, template: Path, **tenant: Any) -> AsyncIterator[TeamsPatient]:
    """Whoever is in Horizon's tenant, but for what is said otherwise."""
    shutil.copyfile(template, folder / DATABASE)
    config = tenant_config(**{"people": people(), "app": consents(*CONSENTS), **tenant})
    async with running_tenant(config) as running, aiohttp.ClientSession() as session:
        yield TeamsPatient(Page(session, running.url), folder, teams_house.environ())
