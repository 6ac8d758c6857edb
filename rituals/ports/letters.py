"""When each reader wants the digest, and what they were last told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from rituals.digests.wishes import Wish


class Letters(Protocol):
    """Readers' wishes, and what each was last told."""

    async def wish(self, person: str) -> Wish | None:
        """When the person wants the letter; None where they have chosen nothing."""

    async def put_wish(self, person: str, wish: Wish) -> None: ...
    async def told(self, digest: str, person: str) -> frozenset[str]:
        """The names of all that the last letter of that digest told the person."""

    async def put_told(self, digest: str, person: str, told: Collection[str]) -> None: ...
