"""Occurrences and what falls due in them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, RowMapping, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.occurrences import Occurrence, OccurrenceState, Step, StepName, StepState
from storage.rules import from_json, to_json
from storage.statements import insert_all, insert_new, locked
from storage.tables.columns import table
from storage.tables.occurrences import OccurrenceRow, PointRow, StepRow

OCCURRENCE = table(OccurrenceRow)
STEP = table(StepRow)
POINT = table(PointRow)

ALIVE = (OccurrenceState.PLANNED, OccurrenceState.HELD)


def _occurrence(row: RowMapping) -> Occurrence:
    return Occurrence(
        id=row["id"],
        ritual=row["ritual"],
        nominal=row["nominal"],
        at=row["at"],
        zone=ZoneInfo(row["zone"]),
        state=OccurrenceState(row["state"]),
        rules=None if row["rules"] is None else from_json(row["rules"]),
        planned_at=row["planned_at"],
    )


def step_of(row: RowMapping) -> Step:
    """The step a row is."""
    return Step(
        occurrence=row["occurrence"],
        name=StepName(row["name"]),
        due_at=row["due_at"],
        expires_at=row["expires_at"],
        subject=row["subject"],
    )


def _has_step(*states: StepState) -> ColumnElement[bool]:
    return exists().where(STEP.c.occurrence == OCCURRENCE.c.id, STEP.c.state.in_(states))


def _is_untouched() -> ColumnElement[bool]:
    touched = [state for state in StepState if state is not StepState.WAITING]
    return (OCCURRENCE.c.state == OccurrenceState.PLANNED) & ~_has_step(*touched)


def _step_values(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "occurrence": step.occurrence,
        "name": step.name,
        "subject": step.subject,
        "due_at": step.due_at,
        "try_at": step.due_at,
        "expires_at": step.expires_at,
        "state": StepState.WAITING,
        "done_at": None,
    }


class SqlOccurrences:
    """Answers `rituals.ports.Occurrences`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, occurrence: str, *, lock: bool = False) -> Occurrence | None:
        """The occurrence; with `lock`, nobody else changes it until this work ends."""
        statement = select(OCCURRENCE).where(OCCURRENCE.c.id == occurrence)
        if lock:
            statement = locked(statement)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return _occurrence(row) if row else None

    async def plan(self, occurrence: Occurrence, steps: Sequence[Step]) -> bool:
        """Adds it with its steps unless it is there; whether it was added."""
        added = await insert_new(
            self._connection,
            OCCURRENCE,
            {
                "id": occurrence.id,
                "ritual": occurrence.ritual,
                "nominal": occurrence.nominal,
                "at": occurrence.at,
                "zone": str(occurrence.zone),
                "state": occurrence.state,
                "rules": None if occurrence.rules is None else to_json(occurrence.rules),
                "planned_at": occurrence.planned_at,
            },
        )
        if added:
            await insert_all(self._connection, STEP, [_step_values(step) for step in steps])
        return added

    async def untouched(self, ritual: str) -> Sequence[Occurrence]:
        """Planned ones of which no step is done yet, soonest first."""
        rows = await self._connection.execute(
            select(OCCURRENCE)
            .where(OCCURRENCE.c.ritual == ritual, _is_untouched())
            .order_by(OCCURRENCE.c.at, OCCURRENCE.c.id)
        )
        return [_occurrence(row) for row in rows.mappings()]

    async def forget(self, occurrence: str) -> None:
        """Removes an untouched one and its steps; one begun meanwhile stays."""
        await self._connection.execute(locked(select(OCCURRENCE.c.id).where(OCCURRENCE.c.id == occurrence)))
        # A statement of its own: only now that the row is ours does it see what another replica did before.
        free = await self._connection.execute(
            select(OCCURRENCE.c.id).where(OCCURRENCE.c.id == occurrence, _is_untouched())
        )
        if free.first() is None:
            return
        await self._connection.execute(delete(STEP).where(STEP.c.occurrence == occurrence))
        await self._connection.execute(delete(POINT).where(POINT.c.occurrence == occurrence))
        await self._connection.execute(delete(OCCURRENCE).where(OCCURRENCE.c.id == occurrence))

    async def begin(self, occurrence: Occurrence) -> None:
        """Keeps the rules it begins with; those kept before stay. Raises ValueError without rules."""
        if occurrence.rules is None:
            raise ValueError("an occurrence begins with rules")
        await self._connection.execute(
            update(OCCURRENCE)
            .where(OCCURRENCE.c.id == occurrence.id, OCCURRENCE.c.rules.is_(None))
            .values(rules=to_json(occurrence.rules))
        )

    async def put(self, occurrence: Occurrence) -> None:
        """Keeps its moment and state as they are now."""
        await self._connection.execute(
            update(OCCURRENCE)
            .where(OCCURRENCE.c.id == occurrence.id)
            .values(at=occurrence.at, state=occurrence.state, zone=str(occurrence.zone))
        )

    async def upcoming(self, after: datetime, *, limit: int) -> Sequence[Occurrence]:
        """Planned and held ones from `after` on, soonest first."""
        rows = await self._connection.execute(
            select(OCCURRENCE)
            .where(OCCURRENCE.c.at >= after, OCCURRENCE.c.state.in_(ALIVE))
            .order_by(OCCURRENCE.c.at, OCCURRENCE.c.id)
            .limit(limit)
        )
        return [_occurrence(row) for row in rows.mappings()]

    async def under_way(self) -> Sequence[Occurrence]:
        """Those with a step done and not ended, soonest first."""
        rows = await self._connection.execute(
            select(OCCURRENCE)
            .where(OCCURRENCE.c.state.in_(ALIVE), _has_step(StepState.DONE))
            .order_by(OCCURRENCE.c.at, OCCURRENCE.c.id)
        )
        return [_occurrence(row) for row in rows.mappings()]

    async def points(self, occurrence: str) -> Sequence[str]:
        """Keys of the initiatives on its agenda, in order."""
        rows = await self._connection.execute(
            select(POINT.c.initiative).where(POINT.c.occurrence == occurrence).order_by(POINT.c.position)
        )
        return list(rows.scalars())

    async def put_points(self, occurrence: str, initiatives: Sequence[str]) -> None:
        """Makes these the points of its agenda, in this order."""
        if initiatives:
            await self._connection.execute(locked(select(OCCURRENCE.c.id).where(OCCURRENCE.c.id == occurrence)))
        await self._connection.execute(delete(POINT).where(POINT.c.occurrence == occurrence))
        await insert_all(
            self._connection,
            POINT,
            [
                {"occurrence": occurrence, "initiative": key, "position": position}
                for position, key in enumerate(initiatives, start=1)
            ],
        )


class SqlSteps:
    """Answers `rituals.ports.Steps`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.due_at: datetime | None = None
        """When the step was due that this work does, if it does one."""

    async def claim_due(self, at: datetime, *, leaving: Iterable[str]) -> Step | None:
        """The first step due by `at`, now done unless this work fails; its occurrence is locked.

        Both rows are locked or passed over, so that two replicas never take two steps of one occurrence at a time.
        """
        statement = (
            select(STEP)
            # The occurrence first: rows are locked in this order, and where it is taken its steps stay free.
            .select_from(OCCURRENCE.join(STEP, OCCURRENCE.c.id == STEP.c.occurrence))
            .where(STEP.c.state == StepState.WAITING, STEP.c.try_at <= at, OCCURRENCE.c.ritual.not_in(list(leaving)))
            .order_by(STEP.c.try_at, STEP.c.due_at, STEP.c.id)
            .limit(1)
        )
        row = (await self._connection.execute(locked(statement, waiting=False))).mappings().one_or_none()
        if row is None:
            return None
        claimed = await self._connection.execute(
            update(STEP)
            .where(STEP.c.id == row["id"], STEP.c.state == StepState.WAITING)
            .values(state=StepState.DONE, done_at=at)
        )
        if claimed.rowcount != 1:
            return None
        step = step_of(row)
        self.due_at = step.due_at
        return step

    async def mark_skipped(self, step: Step) -> None:
        """Records that its moment had passed."""
        await self._connection.execute(update(STEP).where(STEP.c.id == step.id).values(state=StepState.SKIPPED))

    async def put_off(self, step: Step, *, until: datetime) -> None:
        """Tries a step again later."""
        await self._connection.execute(
            update(STEP).where(STEP.c.id == step.id, STEP.c.state == StepState.WAITING).values(try_at=until)
        )

    async def add(self, step: Step) -> None:
        """Adds the step, or moves the waiting one of the same name and subject."""
        values = _step_values(step)
        if not await insert_new(self._connection, STEP, values):
            await self._connection.execute(
                update(STEP)
                .where(STEP.c.id == step.id, STEP.c.state == StepState.WAITING)
                .values(due_at=step.due_at, try_at=step.due_at, expires_at=step.expires_at)
            )

    async def cancel(self, occurrence: str, *, subject: str | None = None) -> None:
        """Cancels the waiting steps of an occurrence, or those about one subject."""
        statement = update(STEP).where(STEP.c.occurrence == occurrence, STEP.c.state == StepState.WAITING)
        if subject is not None:
            statement = statement.where(STEP.c.subject == subject)
        await self._connection.execute(statement.values(state=StepState.CANCELLED))

    async def next_due(self) -> datetime | None:
        """When the next step falls due."""
        found = await self._connection.execute(select(func.min(STEP.c.try_at)).where(STEP.c.state == StepState.WAITING))
        moment: datetime | None = found.scalar_one_or_none()
        return moment

    async def next_name(self) -> str | None:
        """What falls due next."""
        found = await self._connection.execute(
            select(STEP.c.name).where(STEP.c.state == StepState.WAITING).order_by(STEP.c.try_at, STEP.c.id).limit(1)
        )
        return found.scalar_one_or_none()

    async def waiting(self, occurrence: str) -> Sequence[Step]:
        """What the occurrence still has to do."""
        rows = await self._connection.execute(
            select(STEP)
            .where(STEP.c.occurrence == occurrence, STEP.c.state == StepState.WAITING)
            .order_by(STEP.c.due_at, STEP.c.id)
        )
        return [step_of(row) for row in rows.mappings()]
