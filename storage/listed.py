"""What app.yaml listed at the last start, which is what Comitia works by until the next."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.statements import insert_all
from storage.tables.columns import table
from storage.tables.listed import ListedRow

LISTED = table(ListedRow)


async def listed_before(engine: AsyncEngine) -> Mapping[str, str]:
    """Values by their paths; empty before the first start."""
    async with engine.connect() as connection:
        found = await connection.execute(select(LISTED.c.path, LISTED.c.value))
        return {path: value for path, value in found}  # noqa: C416  (rows are no pairs to mypy)


async def keep_listed(engine: AsyncEngine, listed: Mapping[str, str]) -> None:
    """Keeps these values by their paths, and nothing else."""
    if await listed_before(engine) == listed:
        return
    async with engine.begin() as connection:
        await connection.execute(delete(LISTED))
        await insert_all(connection, LISTED, [{"path": path, "value": value} for path, value in listed.items()])
