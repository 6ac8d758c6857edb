"""What replicas agree on: who sends, and what a person has been told is wrong."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import RowMapping, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rituals.alarms import Alarm
from rituals.ports.leases import Lease
from storage.statements import insert, insert_new, locked
from storage.tables.columns import table
from storage.tables.leases import AlarmRow, LeaseRow

ALARM = table(AlarmRow)
LEASE = table(LeaseRow)


class SqlLeases:
    """Answers `rituals.ports.leases.Leases`, by the clock of the database."""

    def __init__(self, transaction: Callable[[], AbstractAsyncContextManager[AsyncConnection]]) -> None:
        self._transaction = transaction

    async def take(self, name: str, *, owner: str, length: timedelta) -> bool:
        """Takes the task, or renews it, for so long from now on; False where another has it."""
        async with self._transaction() as connection:
            now = await _now(connection)
            wanted = insert(connection, LEASE).values(name=name, owner=owner, until=now + length)
            # Of two who ask at once the second waits for the first's row, and then finds it taken.
            taken = await connection.execute(
                wanted.on_conflict_do_update(
                    index_elements=["name"],
                    set_={"owner": wanted.excluded.owner, "until": wanted.excluded.until},
                    where=(LEASE.c.owner == owner) | (LEASE.c.until <= now),
                ).returning(LEASE.c.name)
            )
            return taken.first() is not None

    async def give_back(self, name: str, *, owner: str) -> None:
        """Somebody else may have it at once."""
        async with self._transaction() as connection:
            await connection.execute(delete(LEASE).where(LEASE.c.name == name, LEASE.c.owner == owner))

    async def holder(self, name: str) -> Lease | None:
        """Who has it; None where nobody does."""
        async with self._transaction() as connection:
            now = await _now(connection)
            found = await connection.execute(
                select(LEASE.c.owner, LEASE.c.until).where(LEASE.c.name == name, LEASE.c.until > now)
            )
            row = found.one_or_none()
            return None if row is None else Lease(owner=row.owner, until=row.until, left=row.until - now)


async def _now(connection: AsyncConnection) -> datetime:
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)  # the one process on it has no other clock to agree with
    # Not now(): that is when the transaction began, perhaps long before it was let in.
    moment: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return moment


@asynccontextmanager
async def in_turn(engine: AsyncEngine, name: str) -> AsyncIterator[None]:
    """One replica after the other while the context lasts (PostgreSQL); a turn ends with its connection, too."""
    if engine.dialect.name == "sqlite":
        yield
        return
    async with engine.connect() as connection:
        session = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await session.execute(text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": f"comitia {name}"})
        try:
            yield
        finally:
            await session.execute(text("SELECT pg_advisory_unlock(hashtext(:name))"), {"name": f"comitia {name}"})


class SqlAlarms:
    """Answers `rituals.ports.alarms.Alarms`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ring(self, name: str, *, at: datetime) -> bool:
        """It is wrong at `at`; whether a person is to be told now."""
        if await insert_new(self._connection, ALARM, _values(Alarm(name=name, since=at, told_at=at))):
            return True
        before = await self._kept(name)
        after = before.rung(at)
        if after == before:
            return False
        await self._connection.execute(update(ALARM).where(ALARM.c.name == name).values(**_values(after)))
        return after.told_at == at

    async def over(self, name: str, *, at: datetime) -> datetime | None:
        """It is well again: since when it was wrong where somebody was told so."""
        ended = await self._connection.execute(
            update(ALARM).where(ALARM.c.name == name, ALARM.c.over_at.is_(None)).values(over_at=at).returning(ALARM)
        )
        row = ended.mappings().one_or_none()
        if row is None:
            return None
        alarm = _alarm(row)
        return alarm.since if alarm.told else None

    async def standing(self) -> Sequence[Alarm]:
        """What is wrong now, the oldest first."""
        rows = await self._connection.execute(
            select(ALARM).where(ALARM.c.over_at.is_(None)).order_by(ALARM.c.since, ALARM.c.name)
        )
        return [_alarm(row) for row in rows.mappings()]

    async def latest(self, *, limit: int) -> Sequence[Alarm]:
        """What somebody was told last, over or not, newest first."""
        rows = await self._connection.execute(select(ALARM).order_by(ALARM.c.told_at.desc(), ALARM.c.name).limit(limit))
        return [_alarm(row) for row in rows.mappings()]

    async def _kept(self, name: str) -> Alarm:
        found = await self._connection.execute(locked(select(ALARM).where(ALARM.c.name == name)))
        return _alarm(found.mappings().one())


def _values(alarm: Alarm) -> dict[str, object]:
    return {
        "name": alarm.name,
        "since": alarm.since,
        "told_at": alarm.told_at,
        "times": alarm.times,
        "over_at": alarm.over_at,
    }


def _alarm(row: RowMapping) -> Alarm:
    return Alarm(**row)
