"""Wakes of replies: kept with the reply, taken with what they ask for."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.redraws import Redraw
from storage.direct import Direct
from storage.statements import locked
from storage.tables.columns import table
from storage.tables.redraws import RedrawRow

REDRAW = table(RedrawRow)

_KEEP = Direct(lambda _: REDRAW.insert().inline(), blanks=("occurrence", "person", "subject", "asked_at"))


class SqlRedraws:
    """Answers `rituals.ports.redraws.Redraws`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, redraw: Redraw) -> None:
        """Keeps one; it waits for nobody."""
        await _KEEP.run(
            self._connection,
            {
                "occurrence": redraw.occurrence,
                "person": redraw.person,
                "subject": redraw.subject,
                "asked_at": redraw.asked_at,
            },
        )

    async def take(self, *, limit: int) -> Sequence[Redraw]:
        """Takes the oldest; what another replica has just taken is waited for and left out.

        Not left aside at once: whoever clicked is then shown what the other one puts.
        """
        # By itself before all else: as part of the DELETE, PostgreSQL may look for the oldest anew for each it deletes.
        oldest = locked(select(REDRAW.c.id).order_by(REDRAW.c.id).limit(limit)).cte("oldest")
        taken = delete(REDRAW).where(REDRAW.c.id.in_(select(oldest.c.id))).returning(*REDRAW.c)
        rows = await self._connection.execute(taken)
        return [
            Redraw(
                occurrence=row["occurrence"],
                person=row["person"],
                subject=row["subject"],
                asked_at=row["asked_at"],
            )
            for row in sorted(rows.mappings(), key=lambda row: row["id"])
        ]
