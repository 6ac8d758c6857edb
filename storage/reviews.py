"""KPI readings, boards of reviews and actions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.calendar import local_day
from rituals.kpis import Reading
from rituals.reviews.actions import Action, ActionKind, ActionState
from rituals.reviews.board import KpiStatus
from rituals.reviews.ladder import Deadline, Level
from storage.occurrences import OCCURRENCE
from storage.statements import insert_new, locked, upsert
from storage.tables.columns import table
from storage.tables.reviews import ActionRow, GivenReadingRow, KpiStatusRow, TellingRow

GIVEN = table(GivenReadingRow)
STATUS = table(KpiStatusRow)
ACTION = table(ActionRow)
TELLING = table(TellingRow)

OPEN = (ActionState.AWAITED, ActionState.OPEN)


@cache
def _statuses() -> TypeAdapter[KpiStatus]:
    return TypeAdapter(KpiStatus)


def _reading(row: RowMapping) -> Reading:
    return Reading(value=Fraction(row["value"]), on=row["on"], n=row["n"])


def _action(row: RowMapping) -> Action:
    return Action(
        id=row["id"],
        occurrence=row["occurrence"],
        kpi=row["kpi"],
        title=row["title"],
        kind=ActionKind(row["kind"]),
        state=ActionState(row["state"]),
        owner=row["owner"],
        email=row["email"],
        what=row["what"],
        reason=row["reason"],
        closed_on=row["closed_on"],
        deadline=Deadline(
            created=row["created"],
            due=row["due"],
            first_due=row["first_due"],
            missed_due=row["missed_due"],
            reached=frozenset(Level(int(level)) for level in row["reached"].split()),
            snoozes=row["snoozes"],
            snoozed_until=row["snoozed_until"],
        ),
    )


def _action_values(action: Action) -> dict[str, Any]:
    deadline = action.deadline
    return {
        "id": action.id,
        "occurrence": action.occurrence,
        "kpi": action.kpi,
        "title": action.title,
        "kind": action.kind,
        "state": action.state,
        "owner": action.owner,
        "email": action.email,
        "what": action.what,
        "reason": action.reason,
        "created": deadline.created,
        "due": deadline.due,
        "first_due": deadline.first_due,
        "missed_due": deadline.missed_due,
        "reached": " ".join(str(int(level)) for level in sorted(deadline.reached)),
        "snoozes": deadline.snoozes,
        "snoozed_until": deadline.snoozed_until,
        "closed_on": action.closed_on,
    }


class SqlReviews:
    """Answers `rituals.ports.reviews.Reviews`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # --- readings that owners give ---

    async def give(self, occurrence: str, kpi: str, reading: Reading, *, by: str) -> None:
        """Keeps a reading given for a review; a later one for the same review replaces it."""
        await upsert(
            self._connection,
            GIVEN,
            {
                "occurrence": occurrence,
                "kpi": kpi,
                "on": reading.on,
                "value": str(reading.value),
                "n": reading.n,
                "by": by,
            },
        )

    async def take_back(self, occurrence: str, kpi: str) -> None:
        """Forgets the reading given for a review."""
        await self._connection.execute(delete(GIVEN).where(GIVEN.c.occurrence == occurrence, GIVEN.c.kpi == kpi))

    async def given(self, occurrence: str) -> Mapping[str, Reading]:
        """What was given for a review, by KPI."""
        rows = await self._connection.execute(select(GIVEN).where(GIVEN.c.occurrence == occurrence))
        return {row["kpi"]: _reading(row) for row in rows.mappings()}

    async def readings(self, kpi: str, until: date, *, limit: int = 12) -> Sequence[Reading]:
        """The last readings given of a KPI, of days no later than `until`, oldest first."""
        rows = await self._connection.execute(
            select(GIVEN)
            .where(GIVEN.c.kpi == kpi, GIVEN.c.on <= until)
            .order_by(GIVEN.c.on.desc(), GIVEN.c.occurrence.desc())
            .limit(limit)
        )
        return [_reading(row) for row in reversed(rows.mappings().all())]

    # --- boards ---

    async def keep_board(self, occurrence: str, statuses: Sequence[KpiStatus]) -> None:
        """Keeps what a review shows, in its order; what is kept already stays."""
        for place, status in enumerate(statuses):
            told = _statuses().dump_json(replace(status, action=None)).decode()
            row = {"occurrence": occurrence, "kpi": status.kpi, "place": place, "told": told}
            await insert_new(self._connection, STATUS, row)

    async def board(self, occurrence: str) -> Sequence[KpiStatus]:
        """What that review showed, each with its action as it is now."""
        rows = await self._connection.execute(
            select(STATUS.c.told).where(STATUS.c.occurrence == occurrence).order_by(STATUS.c.place)
        )
        return await self._with_actions([_statuses().validate_json(told) for told in rows.scalars()])

    async def latest_board(self) -> Sequence[tuple[date, KpiStatus]]:
        """How each KPI stood when it was last reviewed, and on which day, by KPI."""
        of = STATUS.join(OCCURRENCE, OCCURRENCE.c.id == STATUS.c.occurrence)
        columns = (STATUS.c.kpi, STATUS.c.told, OCCURRENCE.c.at, OCCURRENCE.c.zone)
        statement = select(*columns).select_from(of).order_by(OCCURRENCE.c.at, OCCURRENCE.c.id)
        newest = {row["kpi"]: row for row in (await self._connection.execute(statement)).mappings()}
        rows = [newest[kpi] for kpi in sorted(newest)]
        statuses = await self._with_actions([_statuses().validate_json(row["told"]) for row in rows])
        days = [local_day(row["at"], ZoneInfo(row["zone"])) for row in rows]
        return list(zip(days, statuses, strict=True))

    async def latest_review(self, ritual: str) -> str | None:
        """The newest occurrence of a ritual that showed a board."""
        found = await self._connection.execute(
            select(OCCURRENCE.c.id)
            .where(OCCURRENCE.c.ritual == ritual, OCCURRENCE.c.id.in_(select(STATUS.c.occurrence)))
            .order_by(OCCURRENCE.c.at.desc(), OCCURRENCE.c.id.desc())
            .limit(1)
        )
        return found.scalar_one_or_none()

    async def _with_actions(self, statuses: Sequence[KpiStatus]) -> list[KpiStatus]:
        rows = await self._connection.execute(
            select(ACTION)
            .where(ACTION.c.kpi.in_([one.kpi for one in statuses]), ACTION.c.state != ActionState.LAPSED)
            # An open one is shown rather than one done since.
            .order_by(ACTION.c.state.in_(OPEN), ACTION.c.created, ACTION.c.id)
        )
        newest = {row["kpi"]: _action(row) for row in rows.mappings()}
        return [replace(one, action=newest.get(one.kpi)) for one in statuses]

    # --- actions ---

    async def put_action(self, action: Action) -> None:
        """Keeps the action as it is now."""
        await upsert(self._connection, ACTION, _action_values(action))

    async def action(self, action: str, *, lock: bool = False) -> Action | None:
        """The action; with `lock`, nobody else changes it until this work ends."""
        statement = select(ACTION).where(ACTION.c.id == action)
        row = (await self._connection.execute(locked(statement) if lock else statement)).mappings().one_or_none()
        return _action(row) if row else None

    async def open_actions(self) -> Sequence[Action]:
        """All that are still to be done or to be said what: by due date, those without one last."""
        return await self._actions(select(ACTION).where(ACTION.c.state.in_(OPEN)))

    async def actions_of(self, kpi: str) -> Sequence[Action]:
        """All actions ever asked for about a KPI, oldest first."""
        rows = await self._connection.execute(
            select(ACTION).where(ACTION.c.kpi == kpi).order_by(ACTION.c.created, ACTION.c.id)
        )
        return [_action(row) for row in rows.mappings()]

    async def _actions(self, statement: Any) -> list[Action]:
        rows = await self._connection.execute(statement.order_by(ACTION.c.due.nulls_last(), ACTION.c.id))
        return [_action(row) for row in rows.mappings()]

    # --- who was told ---

    async def tell(self, person: str, on: date, action: str, level: Level) -> None:
        """Records that somebody is told on that day that an action has reached a level."""
        await upsert(self._connection, TELLING, {"person": person, "on": on, "action": action, "level": int(level)})

    async def told(self, person: str) -> Sequence[tuple[date, str, Level]]:
        """All the (day, action, level) somebody was told of, newest day first, its highest level first."""
        rows = await self._connection.execute(
            select(TELLING.c.on, TELLING.c.action, TELLING.c.level)
            .where(TELLING.c.person == person)
            .order_by(TELLING.c.on.desc(), TELLING.c.level.desc(), TELLING.c.action)
        )
        return [(on, action, Level(level)) for on, action, level in rows]

    async def tellings(self, action: str) -> Sequence[tuple[str, date]]:
        """The (person, day) who were told of an action."""
        rows = await self._connection.execute(
            select(TELLING.c.person, TELLING.c.on)
            .where(TELLING.c.action == action)
            .order_by(TELLING.c.on, TELLING.c.person)
        )
        return [(person, on) for person, on in rows]


async def held_reviews(connection: AsyncConnection) -> int:
    """How many reviews have shown their board."""
    found = await connection.execute(select(func.count(STATUS.c.occurrence.distinct())))
    return int(found.scalar_one())
