"""Paused rituals."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import insert_new
from storage.tables.brakes import PauseRow
from storage.tables.columns import table

PAUSE = table(PauseRow)


class SqlBrakes:
    """Answers `rituals.ports.Brakes`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def paused(self) -> Mapping[str, datetime]:
        """Paused rituals and since when."""
        rows = await self._connection.execute(select(PAUSE.c.ritual, PAUSE.c.since))
        return dict(rows.all())

    async def pause(self, ritual: str, *, at: datetime, by: str) -> bool:
        """Pauses it; whether it was not already."""
        return await insert_new(self._connection, PAUSE, {"ritual": ritual, "since": at, "by": by})

    async def resume(self, ritual: str) -> datetime | None:
        """Lifts the pause; since when it had stood, None where there was none."""
        lifted = await self._connection.execute(delete(PAUSE).where(PAUSE.c.ritual == ritual).returning(PAUSE.c.since))
        since: datetime | None = lifted.scalar_one_or_none()
        return since
