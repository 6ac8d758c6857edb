"""A rehearsal's database, marked so that neither a rehearsal nor the real thing ever works on the other's."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

MARK = 0x43524548
"""SQLite's application_id of a rehearsal's file: it needs no table, and a rehearsal is always in a file of its own."""


async def mark_rehearsal(engine: AsyncEngine) -> None:
    """Marks the database as a rehearsal's."""
    async with engine.begin() as connection:
        await connection.execute(text(f"PRAGMA application_id = {MARK}"))


async def is_rehearsal(engine: AsyncEngine) -> bool:
    """Whether the database is a rehearsal's."""
    if engine.dialect.name != "sqlite":
        return False
    async with engine.connect() as connection:
        mark: int = (await connection.execute(text("PRAGMA application_id"))).scalar_one()
    return mark == MARK
