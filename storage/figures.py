"""The weekly figures and what was published of them."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, select, true, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.figures.alerts import Alert, Event, Severity
from rituals.figures.records import AlertEvent, Card, Caveat, CaveatKind, Change, Count, Metric, Record
from rituals.measures.disclosure import Figure, Published, Release, Suppressed
from rituals.measures.statistics import Direction, Proportion
from storage.statements import insert, insert_all, upsert
from storage.tables.columns import table
from storage.tables.figures import (
    FigureAlertRow,
    FigureCardRow,
    FigureCaveatRow,
    FigureChangeRow,
    FigureCountRow,
    FigureEventRow,
    FigureMemberRow,
    FigureReleaseRow,
    FigureRow,
)

FIGURE = table(FigureRow)
COUNT = table(FigureCountRow)
RELEASE = table(FigureReleaseRow)
MEMBER = table(FigureMemberRow)
ALERT = table(FigureAlertRow)
EVENT = table(FigureEventRow)
CHANGE = table(FigureChangeRow)
CAVEAT = table(FigureCaveatRow)
CARD = table(FigureCardRow)

WHOLE = ""
"""The department of a figure about a whole initiative."""

_AT_ONCE = 200
"""Rows written by one statement."""


@cache
def _figures() -> TypeAdapter[Figure]:
    return TypeAdapter(Figure)


def to_json(figure: Figure) -> str:
    """The figure as compact JSON, its warrant with it."""
    return _figures().dump_json(figure).decode()


def from_json(text: str) -> Figure:
    """The figure a JSON text holds. Raises Forged where it was changed since it was published."""
    return _figures().validate_json(text)


def _published(text: str) -> Published:
    figure = from_json(text)
    assert isinstance(figure, Published)
    return figure


def _record(row: RowMapping) -> Record:
    return Record(
        metric=row["metric"],
        initiative=row["initiative"],
        department=row["department"],
        sunday=row["sunday"],
        figure=from_json(row["figure"]),
        population=row["population"],
        revised=row["revised"],
    )


class SqlFigures:
    """Answers `rituals.ports.figures.Figures`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # --- what was published ---

    async def latest(self, metric: str, initiative: str, until: date) -> tuple[date, Figure] | None:
        """What was last published of the whole initiative, for a Sunday no later than `until`."""
        rows = await self._connection.execute(
            select(FIGURE.c.sunday, FIGURE.c.figure)
            .where(_of(FIGURE, initiative, metric), FIGURE.c.sunday <= until)
            .order_by(FIGURE.c.sunday.desc())
            .limit(1)
        )
        found = rows.first()
        return None if found is None else (found.sunday, from_json(found.figure))

    async def series(self, metric: str, initiative: str, sundays: Sequence[date]) -> Sequence[Figure | None]:
        """What was published of the whole initiative for each of `sundays`; None where nothing was."""
        rows = await self._connection.execute(
            select(FIGURE.c.sunday, FIGURE.c.figure).where(
                _of(FIGURE, initiative, metric), FIGURE.c.sunday.in_(list(sundays))
            )
        )
        found = {row.sunday: from_json(row.figure) for row in rows}
        return [found.get(sunday) for sunday in sundays]

    async def headline(self, initiative: str, until: date) -> Mapping[str, Figure | None]:
        """The last "adoption", "escalation" and "csat" published of it; None where there is none."""
        found: dict[str, Figure | None] = {}
        for metric in (Metric.ADOPTION, Metric.ESCALATION, Metric.CSAT):
            last = await self.latest(metric, initiative, until)
            found[metric.value] = None if last is None else last[1]
        return found

    async def last_sunday(self, until: date) -> date | None:
        """The last Sunday, no later than `until`, for which anything was published."""
        found = await self._connection.execute(select(func.max(FIGURE.c.sunday)).where(FIGURE.c.sunday <= until))
        last: date | None = found.scalar_one()
        return last

    async def suppressed(self, sunday: date) -> int:
        """How many groups of people were too small, or too easily told from others, to be shown for that Sunday."""
        # One group is one initiative's department (or all of it), however many figures of it were withheld.
        groups = (
            select(FIGURE.c.initiative, FIGURE.c.department)
            .where(FIGURE.c.sunday == sunday, FIGURE.c.is_suppressed)
            .distinct()
            .subquery()
        )
        return int((await self._connection.execute(select(func.count()).select_from(groups))).scalar_one())

    async def records(self, initiative: str, sundays: Sequence[date]) -> Sequence[Record]:
        """All that was published of an initiative for these Sundays, departments too, oldest first."""
        rows = await self._connection.execute(
            select(FIGURE)
            .where(FIGURE.c.initiative == initiative, FIGURE.c.sunday.in_(list(sundays)))
            .order_by(FIGURE.c.sunday, FIGURE.c.metric, FIGURE.c.department)
        )
        return [_record(row) for row in rows.mappings()]

    async def wholes(
        self, sundays: Sequence[date], *, metrics: Collection[str] | None = None, initiative: str | None = None
    ) -> Sequence[Record]:
        """All that was published of whole initiatives (or one) for these Sundays, oldest first; of `metrics` alone."""
        rows = await self._connection.execute(
            select(FIGURE)
            .where(
                FIGURE.c.sunday.in_(list(sundays)),
                FIGURE.c.department == WHOLE,
                true() if metrics is None else FIGURE.c.metric.in_([str(metric) for metric in metrics]),
                true() if initiative is None else FIGURE.c.initiative == initiative,
            )
            .order_by(FIGURE.c.sunday, FIGURE.c.initiative, FIGURE.c.metric)
        )
        return [_record(row) for row in rows.mappings()]

    async def publish(self, records: Sequence[Record], counts: Sequence[Count]) -> None:
        """Keeps what is published and what it was counted from; the same key again replaces it."""
        await self._upsert_all(
            FIGURE,
            [
                {
                    "initiative": one.initiative,
                    "metric": str(one.metric),
                    "department": one.department,
                    "sunday": one.sunday,
                    "is_suppressed": isinstance(one.figure, Suppressed),
                    "figure": to_json(one.figure),
                    "population": one.population,
                    "revised": one.revised,
                }
                for one in records
            ],
        )
        await self._upsert_all(
            COUNT,
            [
                {
                    "sunday": one.sunday,
                    "metric": str(one.metric),
                    "initiative": one.initiative,
                    "department": one.department,
                    "x": one.counted.x,
                    "n": one.counted.n,
                }
                for one in counts
            ],
        )

    async def _upsert_all(self, into: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        keys = [column.name for column in into.primary_key.columns]
        rest = [column.name for column in into.columns if column.name not in keys]
        for start in range(0, len(rows), _AT_ONCE):
            statement = insert(self._connection, into).values(list(rows[start : start + _AT_ONCE]))
            await self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=keys, set_={name: getattr(statement.excluded, name) for name in rest}
                )
            )

    async def counts(
        self, metrics: Sequence[str], sundays: Sequence[date], *, initiative: str | None = None
    ) -> Mapping[tuple[str, str, date], Proportion]:
        """What was counted of whole initiatives (or one), by metric, initiative and Sunday. Never to be shown."""
        rows = await self._connection.execute(
            select(COUNT.c.metric, COUNT.c.initiative, COUNT.c.sunday, COUNT.c.x, COUNT.c.n).where(
                COUNT.c.sunday.in_(list(sundays)),
                COUNT.c.metric.in_([str(metric) for metric in metrics]),
                COUNT.c.department == WHOLE,
                true() if initiative is None else COUNT.c.initiative == initiative,
            )
        )
        return {(row.metric, row.initiative, row.sunday): Proportion(x=row.x, n=row.n) for row in rows}

    # --- small groups ---

    async def releases(self, initiative: str) -> Mapping[tuple[str, str], Release]:
        """What was last shown of each small group of an initiative, by metric and department."""
        members: dict[tuple[str, str], set[str]] = {}
        for row in await self._connection.execute(
            select(MEMBER.c.metric, MEMBER.c.department, MEMBER.c.person).where(MEMBER.c.initiative == initiative)
        ):
            members.setdefault((row.metric, row.department), set()).add(row.person)
        rows = await self._connection.execute(
            select(RELEASE.c.metric, RELEASE.c.department, RELEASE.c.figure).where(RELEASE.c.initiative == initiative)
        )
        return {
            (row.metric, row.department): Release(
                figure=_published(row.figure), members=frozenset(members.get((row.metric, row.department), ()))
            )
            for row in rows
        }

    async def put_releases(self, initiative: str, releases: Mapping[tuple[str, str], Release | None]) -> None:
        """Keeps what was last shown of small groups, in place of what was known of each; None forgets it."""
        for (metric, department), release in releases.items():
            key = {"initiative": initiative, "metric": str(metric), "department": department}
            for rows in (MEMBER, RELEASE):
                await self._connection.execute(
                    delete(rows).where(_of(rows, initiative, metric, department)),
                )
            if release is not None:
                await insert_all(self._connection, RELEASE, [{**key, "figure": to_json(release.figure)}])
                await insert_all(
                    self._connection, MEMBER, [{**key, "person": person} for person in sorted(release.members)]
                )

    async def forget(self, person: str) -> None:
        """Takes the person's id out of everything kept here; groups stay as large as they were.

        A token takes its place: were the group one person smaller on both sides, the next figure would tell of them.
        """
        await self._connection.execute(
            update(MEMBER).where(MEMBER.c.person == person).values(person=f"forgotten-{secrets.token_hex(8)}")
        )

    # --- alerts ---

    async def alerts(self, initiative: str) -> Mapping[str, Alert]:
        """Where the alerts on its figures stand, by metric."""
        rows = await self._connection.execute(select(ALERT).where(ALERT.c.initiative == initiative))
        return {
            row["metric"]: Alert(
                worst=None if row["worst"] is None else Severity(row["worst"]),
                past=row["past"],
                better=row["better"],
                week=row["week"],
                posted=row["posted"],
            )
            for row in rows.mappings()
        }

    async def put_alert(self, initiative: str, metric: str, alert: Alert, event: AlertEvent | None) -> None:
        """Keeps where an alert stands and what its last week brought about."""
        await upsert(
            self._connection,
            ALERT,
            {
                "initiative": initiative,
                "metric": str(metric),
                "worst": None if alert.worst is None else int(alert.worst),
                "past": alert.past,
                "better": alert.better,
                "week": alert.week,
                "posted": alert.posted,
            },
        )
        if event is not None:
            await upsert(
                self._connection,
                EVENT,
                {
                    "sunday": event.sunday,
                    "initiative": event.initiative,
                    "metric": str(event.metric),
                    "event": event.event.value,
                },
            )

    async def events(self, *, after: date, until: date) -> Sequence[AlertEvent]:
        """What became of alerts on Sundays after the one and up to the other, oldest first."""
        rows = await self._connection.execute(
            select(EVENT)
            .where(EVENT.c.sunday > after, EVENT.c.sunday <= until)
            .order_by(EVENT.c.sunday, EVENT.c.initiative, EVENT.c.metric)
        )
        return [AlertEvent(**{**row, "event": Event(row["event"])}) for row in rows.mappings()]

    # --- what was said about them ---

    async def followed(self) -> frozenset[str]:
        """The initiatives of which anything was ever published, or is watched by an alert."""
        found = await self._connection.execute(union(select(FIGURE.c.initiative), select(ALERT.c.initiative)))
        return frozenset(found.scalars())

    async def changes(self, sunday: date) -> Sequence[Change]:
        """The changes confirmed over all figures of that Sunday, by initiative and metric."""
        rows = await self._connection.execute(
            select(CHANGE).where(CHANGE.c.sunday == sunday).order_by(CHANGE.c.initiative, CHANGE.c.metric)
        )
        return [
            Change(
                metric=row["metric"],
                initiative=row["initiative"],
                sunday=row["sunday"],
                before=_published(row["before"]),
                after=_published(row["after"]),
                direction=Direction(row["direction"]),
            )
            for row in rows.mappings()
        ]

    async def put_changes(self, sunday: date, changes: Sequence[Change]) -> None:
        """Makes these the confirmed changes of that Sunday."""
        await self._replace(
            CHANGE,
            and_(true(), CHANGE.c.sunday == sunday),
            (
                {
                    "sunday": sunday,
                    "initiative": one.initiative,
                    "metric": str(one.metric),
                    "before": to_json(one.before),
                    "after": to_json(one.after),
                    "direction": one.direction.value,
                }
                for one in changes
            ),
        )

    async def caveats(self, sunday: date) -> Sequence[Caveat]:
        """What to know about the figures of that Sunday, by initiative and kind."""
        rows = await self._connection.execute(
            select(CAVEAT)
            .where(CAVEAT.c.sunday == sunday)
            .order_by(CAVEAT.c.initiative, CAVEAT.c.kind, CAVEAT.c.metric)
        )
        return [
            Caveat(
                kind=CaveatKind(row["kind"]),
                initiative=row["initiative"],
                sunday=row["sunday"],
                metric=row["metric"],
                figure=None if row["figure"] is None else from_json(row["figure"]),
                on=row["on"],
            )
            for row in rows.mappings()
        ]

    async def put_caveats(self, initiative: str, sunday: date, caveats: Sequence[Caveat]) -> None:
        """Makes these what is to be known about an initiative's figures of that Sunday."""
        await self._replace(
            CAVEAT,
            and_(CAVEAT.c.sunday == sunday, CAVEAT.c.initiative == initiative),
            (
                {
                    "sunday": sunday,
                    "initiative": initiative,
                    "kind": one.kind.value,
                    "metric": str(one.metric),
                    "figure": None if one.figure is None else to_json(one.figure),
                    "on": one.on,
                }
                for one in caveats
            ),
        )

    async def _replace(self, into: Any, those: ColumnElement[bool], rows: Iterable[Mapping[str, Any]]) -> None:
        await self._connection.execute(delete(into).where(those))
        await insert_all(self._connection, into, list(rows))

    async def cards(self, room: str) -> Sequence[Card]:
        """The last card of each initiative that each ritual showed a room."""
        rows = await self._connection.execute(
            select(CARD).where(CARD.c.room == room).order_by(CARD.c.ritual, CARD.c.initiative)
        )
        return [
            Card(**{**row, "arrow": None if row["arrow"] is None else Direction(row["arrow"])})
            for row in rows.mappings()
        ]

    async def put_card(self, card: Card) -> None:
        """Keeps that a card was shown."""
        await upsert(
            self._connection,
            CARD,
            {
                "room": card.room,
                "ritual": card.ritual,
                "initiative": card.initiative,
                "sunday": card.sunday,
                "shown_on": card.shown_on,
                "arrow": None if card.arrow is None else card.arrow.value,
            },
        )


def _of(rows: Any, initiative: str, metric: str, department: str = WHOLE) -> ColumnElement[bool]:
    return and_(rows.c.initiative == initiative, rows.c.metric == str(metric), rows.c.department == department)
