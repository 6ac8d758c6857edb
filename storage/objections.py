"""Who is left out of everything at their own request, told by hashes that hold no name."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.identities import Identities
from storage.tables.columns import table
from storage.tables.letters import ObjectionRow

OBJECTION = table(ObjectionRow)


def objecting_identities() -> Any:
    """The identities that nothing may be kept of, to be asked for within a statement."""
    return select(OBJECTION.c.identity)


async def objecting(connection: AsyncConnection, handles: Iterable[str]) -> set[str]:
    """Those of these handles ("mail:…", "id:…") whose owner is left out."""
    numbers = set((await connection.execute(objecting_identities())).scalars())
    if not numbers:
        return set()
    found = await Identities(connection).find(handles)
    return {handle for handle, number in found.items() if number in numbers}
