"""What other systems counted."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, case, delete, distinct, exists, func, literal, select, text, tuple_, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.imports import Counted, FileImport, Reading, UsageCount
from rituals.measures.escalation import Conversations
from rituals.measures.statistics import Window
from storage.identities import TIE, chunks
from storage.objections import objecting_identities
from storage.statements import insert, insert_all, upsert
from storage.tables.columns import table
from storage.tables.sources import (
    ConversationCountRow,
    FileImportRow,
    ReadingRow,
    SavingRow,
    UsageDayRow,
    UsageFoldRow,
    UsageSpanRow,
    UsageWeekRow,
)

IMPORT = table(FileImportRow)
USAGE_DAY = table(UsageDayRow)
USAGE_WEEK = table(UsageWeekRow)
USAGE_SPAN = table(UsageSpanRow)
USAGE_FOLD = table(UsageFoldRow)
CONVERSATION = table(ConversationCountRow)
SAVING = table(SavingRow)
READING = table(ReadingRow)

STAGING, KEPT, DROPPED, UNDONE = "staging", "kept", "dropped", "undone"

_CONVERSATIONS = tuple(field.name for field in fields(Conversations))

# What is known of usage that comes in, by its place there; found in the key of the long table. Kept ones, oldest first.
_KNOWN_OF_THESE = "WHERE u.origin IN (SELECT number FROM file_import WHERE state = 'kept') ORDER BY u.origin"
_KNOWN = {
    # As a list of rows and not by json_each: over long lists SQLite 3.40 crashes now and then.
    "sqlite": f"""
        WITH told (place, initiative, on_day, identity) AS (VALUES {{rows}})
        SELECT told.place, u.actions FROM told CROSS JOIN usage_day AS u
            ON u.initiative = told.initiative AND u.on_day = told.on_day AND u.identity = told.identity
        {_KNOWN_OF_THESE}""",  # noqa: S608
    "postgresql": f"""
        SELECT i.key - 1, u.actions FROM jsonb_array_elements(CAST(:told AS jsonb)) WITH ORDINALITY AS i (value, key)
        JOIN usage_day AS u ON u.initiative = i.value->>0 AND u.on_day = CAST(i.value->>1 AS date)
            AND u.identity = CAST(i.value->>2 AS integer)
        {_KNOWN_OF_THESE}""",  # noqa: S608
}

# By the driver alone where it is quick, and as one parameter where it spends several times as long on a million lines.
_ADD = {
    "sqlite": "INSERT INTO usage_day (initiative, on_day, identity, actions, origin) VALUES (?, ?, ?, ?, ?)",
    "postgresql": """
        INSERT INTO usage_day (initiative, on_day, identity, actions, origin)
        SELECT i.value->>0, CAST(i.value->>1 AS date), CAST(i.value->>2 AS integer), CAST(i.value->>3 AS integer),
            :origin
        FROM jsonb_array_elements(CAST(:told AS jsonb)) AS i (value)""",
}

AT_A_TIME = 500
"""Rows in a list that SQLite is given."""

Told = tuple[str, str, int, int]
"""Usage as the database takes it: initiative, day, identity, actions."""


def counts_now() -> Any:
    """Whether a day's usage counts: its import is neither still coming in nor taken back."""
    return USAGE_DAY.c.origin.in_(select(IMPORT.c.number).where(IMPORT.c.state == KEPT))


class SqlSources:
    """Answers `rituals.ports.sources.Sources`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # --- questions ---

    async def conversations(self, initiative: str, window: Window) -> Sequence[tuple[date, Conversations]]:
        """Conversations by day (a week's total stands on its last day), in order."""
        rows = await self._newest(CONVERSATION, CONVERSATION.c.initiative, initiative, window.first, window.last)
        return [(day, Conversations(**{name: row[name] for name in _CONVERSATIONS})) for day, row in rows]

    async def savings(self, initiative: str, window: Window) -> Sequence[tuple[date, Fraction]]:
        """Amounts saved, by the last day of the period each is of, in order; in the organisation's currency."""
        rows = await self._newest(SAVING, SAVING.c.initiative, initiative, window.first, window.last)
        return [(day, Fraction(row["amount"])) for day, row in rows]

    async def readings(self, kpi: str, until: date) -> Sequence[tuple[date, Fraction, int | None]]:
        """The values of a followed figure up to `until`, in order: day, value, and of how many it is."""
        rows = await self._newest(READING, READING.c.kpi, kpi, date.min, until)
        return [(day, Fraction(row["value"]), row["n"]) for day, row in rows]

    async def _newest(self, of: Any, column: Any, key: str, first: date, last: date) -> list[tuple[date, Any]]:
        """The rows of those days, of each the one the newest import told."""
        rows = await self._connection.execute(
            select(of).where(column == key, of.c.on_day.between(first, last)).order_by(of.c.on_day, of.c.origin)
        )
        return list({row["on_day"]: row for row in rows.mappings()}.items())

    async def last_days(self, kind: str) -> dict[str, date]:
        """The last day told of by "usage", "conversations", "savings" or "readings", by initiative (or figure)."""
        return {subject: max(days) for subject, days in (await self._days(kind)).items()}

    async def first_days(self, kind: str) -> dict[str, date]:
        """The first day told of by the same: of what came before it nothing is known, which is not that there was none.

        A week's total of conversations counts as the day it stands on.
        """
        return {subject: min(days) for subject, days in (await self._days(kind)).items()}

    async def _days(self, kind: str) -> dict[str, list[date]]:
        """First and last days told of, by initiative (or figure)."""
        if kind == "usage":
            day, key = USAGE_DAY.c.on_day, USAGE_DAY.c.initiative
            daily = select(key, func.min(day), func.max(day)).where(counts_now(), USAGE_DAY.c.actions > 0)
            span = USAGE_SPAN.c
            folded = select(span.initiative, func.min(span.first_on), func.max(span.last_on))
            statements = [daily.group_by(key), folded.group_by(span.initiative)]
        else:
            of = {"conversations": CONVERSATION, "savings": SAVING, "readings": READING}[kind]
            key = of.c.kpi if kind == "readings" else of.c.initiative
            statements = [select(key, func.min(of.c.on_day), func.max(of.c.on_day)).group_by(key)]
        found: dict[str, list[date]] = defaultdict(list)
        for statement in statements:
            for subject, first, last in await self._connection.execute(statement):
                found[subject] += (first, last)
        return found

    async def match_rate(self, initiatives: Collection[str], window: Window) -> tuple[int, int]:
        """Identities in the usage of any of these in `window` that are people the files know, of all of them."""
        days = select(USAGE_DAY.c.identity).where(
            USAGE_DAY.c.initiative.in_(initiatives),
            USAGE_DAY.c.on_day.between(window.first, window.last),
            USAGE_DAY.c.actions > 0,
            counts_now(),
        )
        weeks = select(USAGE_WEEK.c.identity).where(
            USAGE_WEEK.c.initiative.in_(initiatives),
            USAGE_WEEK.c.monday.between(window.first, window.last - timedelta(days=6)),
        )
        seen = union(days, weeks).subquery()
        known = exists().where(TIE.c.identity == seen.c.identity)
        everybody, matched = (
            await self._connection.execute(
                select(func.count(distinct(seen.c.identity)), func.count(distinct(seen.c.identity)).filter(known))
            )
        ).one()
        return int(matched), int(everybody)

    # --- imports ---

    async def imports(self) -> Sequence[FileImport]:
        """Those that count, oldest first."""
        rows = await self._connection.execute(select(IMPORT).where(IMPORT.c.state == KEPT).order_by(IMPORT.c.number))
        return [
            FileImport(
                number=row["number"],
                kind=row["kind"],
                file=row["file"],
                at=row["at"],
                counted=Counted(lines=row["lines"], new=row["new"], changed=row["changed"]),
                settled=row["settled"],
            )
            for row in rows.mappings()
        ]

    async def begin(self, kind: str, *, file: str, at: datetime) -> int:
        """A new import, which counts for nothing until it is kept; its number."""
        last = (await self._connection.execute(select(func.max(IMPORT.c.number)))).scalar_one()
        number = int(last or 0) + 1
        row = {"number": number, "kind": kind, "file": file, "at": at, "state": STAGING}
        await insert_all(self._connection, IMPORT, [row | {"lines": 0, "new": 0, "changed": 0, "settled": False}])
        return number

    async def keep(self, number: int, counted: Counted) -> None:
        """From now on it counts."""
        await self._connection.execute(
            update(IMPORT).where(IMPORT.c.number == number).values(state=KEPT, **asdict(counted))
        )

    async def drop(self, number: int) -> None:
        """It counts for nothing any more; its usage, where there is any, is left to `sweep`."""
        for told in (CONVERSATION, SAVING, READING):
            await self._connection.execute(delete(told).where(told.c.origin == number))
        was_told = IMPORT.c.state.in_([KEPT, UNDONE])
        await self._connection.execute(
            update(IMPORT)
            .where(IMPORT.c.number == number)
            .values(state=case((was_told, literal(UNDONE)), else_=literal(DROPPED)))
        )

    async def leftovers(self) -> Sequence[tuple[int, str, date]]:
        """Import, initiative and day of usage that counts for nothing."""
        numbers = (await self._connection.execute(select(IMPORT.c.number).where(IMPORT.c.state != KEPT))).scalars()
        rows = await self._connection.execute(
            select(USAGE_DAY.c.origin, USAGE_DAY.c.initiative, USAGE_DAY.c.on_day)
            .where(USAGE_DAY.c.origin.in_(list(numbers)))
            .distinct()
        )
        return rows.all()

    async def sweep(self, leftovers: Sequence[tuple[int, str, date]]) -> None:
        """Deletes those."""
        for number, initiative, day in leftovers:
            await self._connection.execute(
                delete(USAGE_DAY).where(
                    USAGE_DAY.c.initiative == initiative, USAGE_DAY.c.on_day == day, USAGE_DAY.c.origin == number
                )
            )

    async def sweep_imports(self) -> None:
        """Forgets the imports that were dropped, or never kept, and have nothing left.

        One that was taken back stays while it is the last: somebody was told its number, which is not given again.
        """
        last = select(func.max(IMPORT.c.number)).where(IMPORT.c.state.in_([KEPT, UNDONE])).scalar_subquery()
        is_last = and_(IMPORT.c.state == UNDONE, IMPORT.c.number == last)
        await self._connection.execute(delete(IMPORT).where(IMPORT.c.state != KEPT, ~is_last))

    async def add_usage(self, number: int, counts: Sequence[UsageCount]) -> Counted:
        """Adds what is not as it was already; nothing of those who objected."""
        objected = set((await self._connection.execute(objecting_identities())).scalars())
        counts = [one for one in counts if one.identity not in objected]
        told = [(one.initiative, one.day.isoformat(), one.identity, one.actions) for one in counts]
        known = await self._known(told)
        # No use on a day of which nothing was known is nothing new.
        new = [place for place, one in enumerate(counts) if known.get(place, 0) != one.actions]
        if new:
            await self._add_told([told[place] for place in new], number)
        changed = sum(place in known for place in new)
        return Counted(lines=len(counts), new=len(new) - changed, changed=changed)

    async def _known(self, told: Sequence[Told]) -> dict[int, int]:
        """The actions that are known already, by the place of what is told."""
        known: dict[int, int] = {}
        if self._connection.dialect.name != "sqlite":
            rows = await self._connection.execute(text(_KNOWN["postgresql"]), {"told": json.dumps(told)})
            return {int(place): actions for place, actions in rows}
        for some in chunks(enumerate(told), AT_A_TIME):
            statement = _KNOWN["sqlite"].format(rows=", ".join(["(?, ?, ?, ?)"] * len(some)))
            given = tuple(value for place, (*key, _) in some for value in (place, *key))
            rows = await self._connection.exec_driver_sql(statement, given)
            known.update((row.place, row.actions) for row in rows)
        return known

    async def _add_told(self, told: Sequence[Told], number: int) -> None:
        if self._connection.dialect.name == "sqlite":
            await self._connection.exec_driver_sql(_ADD["sqlite"], [(*one, number) for one in told])
        else:
            given = {"told": json.dumps(told), "origin": number}
            await self._connection.execute(text(_ADD["postgresql"]), given)

    async def add_conversations(self, number: int, told: Mapping[tuple[str, date], Conversations]) -> Counted:
        """Adds what is not as it was already."""
        rows = {key: {name: getattr(counts, name) for name in _CONVERSATIONS} for key, counts in told.items()}
        return await self._add(CONVERSATION, "initiative", rows, number)

    async def add_savings(self, number: int, told: Mapping[tuple[str, date], str]) -> Counted:
        """Adds what is not as it was already; amounts as exact decimal text."""
        return await self._add(SAVING, "initiative", {key: {"amount": amount} for key, amount in told.items()}, number)

    async def add_readings(self, number: int, told: Mapping[tuple[str, date], Reading]) -> Counted:
        """Adds what is not as it was already."""
        return await self._add(READING, "kpi", {key: asdict(reading) for key, reading in told.items()}, number)

    async def _add(
        self, of: Any, column: str, told: Mapping[tuple[str, date], Mapping[str, Any]], number: int
    ) -> Counted:
        known: dict[tuple[str, date], dict[str, Any]] = {}
        for some in chunks(told, 1000):
            rows = await self._connection.execute(
                select(of).where(tuple_(of.c[column], of.c.on_day).in_(some)).order_by(of.c.origin)
            )
            for row in rows.mappings():
                values = {name: row[name] for name in row if name not in {column, "on_day", "origin"}}
                known[row[column], row["on_day"]] = values
        new = [(key, values) for key, values in told.items() if known.get(key) != values]
        await insert_all(
            self._connection,
            of,
            [{column: key, "on_day": day, "origin": number, **values} for (key, day), values in new],
        )
        changed = sum(key in known for key, _ in new)
        return Counted(lines=len(told), new=len(new) - changed, changed=changed)

    # --- retention ---

    async def folded(self) -> Mapping[str, date]:
        """The last day of each initiative's usage that is summed up by week."""
        return dict((await self._connection.execute(select(USAGE_FOLD.c.initiative, USAGE_FOLD.c.until))).all())

    async def weeks_to_fold(self, until: date) -> Sequence[tuple[str, date]]:
        """Initiative and Monday of the weeks that end by `until` and are still kept by day."""
        rows = await self._connection.execute(
            select(USAGE_DAY.c.initiative, USAGE_DAY.c.on_day)
            .where(USAGE_DAY.c.on_day <= until, counts_now())
            .distinct()
        )
        weeks = {(initiative, day - timedelta(days=day.weekday())) for initiative, day in rows}
        return sorted(week for week in weeks if week[1] + timedelta(days=6) <= until)

    async def fold(self, initiative: str, monday: date) -> None:
        """Sums up one week: the days are deleted, first and last use kept."""
        sunday = monday + timedelta(days=6)
        this_week = and_(USAGE_DAY.c.initiative == initiative, USAGE_DAY.c.on_day.between(monday, sunday), counts_now())
        rows = await self._connection.execute(
            select(USAGE_DAY.c.identity, USAGE_DAY.c.on_day, USAGE_DAY.c.origin, USAGE_DAY.c.actions)
            .where(this_week)
            .order_by(USAGE_DAY.c.origin)
        )
        days: dict[int, dict[date, int]] = defaultdict(dict)
        origins = set()
        for identity, day, origin, actions in rows:
            days[identity][day] = actions
            origins.add(origin)
        used = {
            identity: (min(day for day, count in of.items() if count), max(day for day, count in of.items() if count))
            for identity, of in sorted(days.items())
            if any(of.values())
        }
        await self._add_weeks(initiative, monday, {identity: sum(days[identity].values()) for identity in used})
        await self._add_spans(initiative, used)
        await self._connection.execute(delete(USAGE_DAY).where(this_week))
        await self._connection.execute(update(IMPORT).where(IMPORT.c.number.in_(origins)).values(settled=True))
        until = (await self.folded()).get(initiative)
        await upsert(
            self._connection,
            USAGE_FOLD,
            {"initiative": initiative, "until": sunday if until is None else max(until, sunday)},
        )

    async def _add_weeks(self, initiative: str, monday: date, actions: Mapping[int, int]) -> None:
        if not actions:
            return
        statement = insert(self._connection, USAGE_WEEK)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["initiative", "monday", "identity"],
                set_={"actions": USAGE_WEEK.c.actions + statement.excluded.actions},
            ),
            [
                {"initiative": initiative, "monday": monday, "identity": identity, "actions": count}
                for identity, count in actions.items()
            ],
        )

    async def _add_spans(self, initiative: str, used: Mapping[int, tuple[date, date]]) -> None:
        known: dict[int, tuple[date, date]] = {}
        for some in chunks(used):
            rows = await self._connection.execute(
                select(USAGE_SPAN.c.identity, USAGE_SPAN.c.first_on, USAGE_SPAN.c.last_on).where(
                    USAGE_SPAN.c.initiative == initiative, USAGE_SPAN.c.identity.in_(some)
                )
            )
            known |= {identity: (first, last) for identity, first, last in rows}
        statement = insert(self._connection, USAGE_SPAN)
        rows_now = [
            {
                "initiative": initiative,
                "identity": identity,
                "first_on": min(first, known.get(identity, (first, last))[0]),
                "last_on": max(last, known.get(identity, (first, last))[1]),
            }
            for identity, (first, last) in used.items()
        ]
        if rows_now:
            new = {"first_on": statement.excluded.first_on, "last_on": statement.excluded.last_on}
            await self._connection.execute(
                statement.on_conflict_do_update(index_elements=["initiative", "identity"], set_=new), rows_now
            )

    async def forget_weeks(self, before: date) -> None:
        """Deletes the weeks that begin before that day, and the first and last use of unknown identities since then."""
        await self._connection.execute(delete(USAGE_WEEK).where(USAGE_WEEK.c.monday < before))
        await self._connection.execute(
            delete(USAGE_SPAN).where(
                USAGE_SPAN.c.last_on < before, ~exists().where(TIE.c.identity == USAGE_SPAN.c.identity)
            )
        )

    async def forget_uses(self, people: Sequence[str]) -> None:
        """Deletes everything these people used, first and last use included."""
        for some in chunks(people):
            theirs = select(TIE.c.identity).where(TIE.c.person.in_(some))
            for of in (USAGE_DAY, USAGE_WEEK, USAGE_SPAN):
                await self._connection.execute(delete(of).where(of.c.identity.in_(theirs)))
