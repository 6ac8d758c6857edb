"""What is remembered of where Teams' people and channels are met, so that they can be written to again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from bot.platforms.teams.activities import Met, Reference


class References(Protocol):
    """Kept from what Teams sends, and read before we write."""

    async def expect(self, names: Collection[str]) -> None:
        """Reads at once how to write to these people and channels, for whom there is something to come."""

    async def of_person(self, user: str) -> Reference | None:
        """How to write to a person, by Entra object id."""

    async def of_channel(self, channel: str) -> Reference | None:
        """How to write to a channel or a group chat, by its id without a thread."""

    async def keep_conversation(self, user: str, reference: Reference) -> None:
        """How to write to a person, by Entra object id, with the conversation created by us."""

    async def keep(self, met: Met) -> None:
        """Whoever wrote or pressed, and where: the newest counts."""

    def doubt(self, name: str) -> None:
        """Nobody is reached there any more: what another process of ours may have learnt since is to be read."""
