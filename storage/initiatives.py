"""The portfolio."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.initiatives import Initiative, Stage, Standing, renewed
from storage.ballots import DECISION
from storage.statements import insert_new, upsert
from storage.tables.columns import table
from storage.tables.initiatives import InitiativeRow

INITIATIVE = table(InitiativeRow)


def _initiative(row: RowMapping) -> Initiative:
    return Initiative(**{**row, "stage": Stage(row["stage"]), "standing": Standing(row["standing"])})


class SqlInitiatives:
    """Answers `rituals.ports.Initiatives`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, key: str) -> Initiative | None:
        """The initiative of that key."""
        found = await self._connection.execute(select(INITIATIVE).where(INITIATIVE.c.key == key))
        row = found.mappings().one_or_none()
        return _initiative(row) if row else None

    async def asking(self) -> Sequence[Initiative]:
        """Those that wait for a decision: most often put off first, then the longest waiting, then by key."""
        rows = await self._connection.execute(
            select(INITIATIVE)
            .where(INITIATIVE.c.standing == Standing.ASKING)
            # Where nothing is the least and where it is the greatest differs between databases: it is said here.
            .order_by(INITIATIVE.c.carried_over.desc(), INITIATIVE.c.asked_on.nulls_last(), INITIATIVE.c.key)
        )
        return [_initiative(row) for row in rows.mappings()]

    async def put(self, initiative: Initiative) -> None:
        """Keeps the initiative as it is now."""
        await upsert(self._connection, INITIATIVE, asdict(initiative))

    async def adopt(self, listed: Sequence[Initiative]) -> None:
        """Adds the listed that are new and renews the words of the known; a stage once decided here stays."""
        for one in listed:
            if await insert_new(self._connection, INITIATIVE, asdict(one)):
                continue
            known = await self.get(one.key)
            if known is not None:
                await self.put(renewed(known, one, decided_on=await self._decided_on(one.key)))

    async def _decided_on(self, key: str) -> date | None:
        found = await self._connection.execute(
            select(func.max(DECISION.c.decided_at)).where(DECISION.c.initiative == key)
        )
        moment: datetime | None = found.scalar_one_or_none()
        return moment.date() if moment is not None else None

    async def all(self) -> Sequence[Initiative]:
        """The whole portfolio by key."""
        rows = await self._connection.execute(select(INITIATIVE).order_by(INITIATIVE.c.key))
        return [_initiative(row) for row in rows.mappings()]
