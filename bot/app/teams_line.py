"""Teams, as the settings meet it, for whoever looks at it without being at work there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.app.database import Memories
from bot.app.line import PATIENCE
from bot.app.teams import bearers_of, cloud_of, graph_client, home_of, source_of
from bot.app.teams_references import KeptReferences
from bot.pace import Pace
from bot.platforms.teams.activities import Met, Reference
from bot.platforms.teams.checkup import Checkup
from bot.platforms.teams.connector import Connector, rates
from bot.platforms.teams.directory import Directory
from bot.platforms.teams.graph import Graph
from bot.platforms.teams.installs import Installs
from bot.platforms.teams.sender import TeamsSender
from bot.settings import Settings
from rituals.ports import Clock

BESIDE = 5
"""Most calls a second of a command: a Comitia may be at work beside it, and the tenant's limit is one for both."""


class _Looked:
    """Answers `bot.platforms.teams.references.References`: what is kept is read, and nothing is changed."""

    def __init__(self, kept: KeptReferences | None) -> None:
        self._kept = kept

    async def of_person(self, user: str) -> Reference | None:
        """How to write to a person."""
        return await self._kept.of_person(user) if self._kept else None

    async def of_channel(self, channel: str) -> Reference | None:
        """How to write to a channel or a group chat."""
        return await self._kept.of_channel(channel) if self._kept else None

    async def expect(self, names: Collection[str]) -> None:
        """A look shows one message at a time."""

    async def keep_conversation(self, user: str, reference: Reference) -> None:
        """It is the same one whenever it is created again."""

    async def keep(self, met: Met) -> None:
        """Nobody is met in a look."""

    def doubt(self, name: str) -> None:
        """What is kept was read a moment ago."""


@dataclass(frozen=True, kw_only=True)
class TeamsLine:
    """Teams, on the line. `directory` and `installs`: None where nobody asks who we are, and there is no Graph."""

    checkup: Checkup
    sender: TeamsSender
    directory: Directory | None
    installs: Installs | None


@asynccontextmanager
async def teams_on_the_line(settings: Settings, *, clock: Clock, memories: Memories | None) -> AsyncIterator[TeamsLine]:
    """Teams as the settings meet it; what is kept of it is in `memories`, where the database can be read."""
    cloud = cloud_of(settings)
    async with aiohttp.ClientSession() as session, graph_client(cloud) as client:
        source = source_of(settings, session, clock, cloud)
        tokens, pace = bearers_of(source, clock), Pace(clock, rates(min(settings.teams.posts_per_second, BESIDE)))
        connector = Connector(session, tokens, pace, clock, cloud=cloud, patience=PATIENCE)
        references = _Looked(KeptReferences(memories.references("teams"), clock) if memories else None)
        home = home_of(settings)
        graph = Graph(client, tokens, clock, cloud=cloud) if source else None
        yield TeamsLine(
            checkup=Checkup(session, source, connector, references, clock, cloud=cloud, home=home),
            sender=TeamsSender(connector, references, home=home, dialogs=settings.teams.dialogs),
            directory=Directory(graph, sites=settings.sites) if graph else None,
            installs=Installs(graph) if graph else None,
        )
