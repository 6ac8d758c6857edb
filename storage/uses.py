"""What people did with initiatives, out of the counts of days, weeks and spans that are kept of it."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from rituals.measures.adoption import PersonWeek
from storage.identities import everybodys
from storage.sources import USAGE_DAY, USAGE_SPAN, USAGE_WEEK, counts_now


class Use:
    """What one person did with one initiative, as it is read."""

    def __init__(self) -> None:
        self.days: set[date] = set()
        self.weeks: dict[date, int] = defaultdict(int)
        self.first: date | None = None
        self.last: date | None = None

    def count(self, day: date, actions: int) -> None:
        self.days.add(day)
        self.weeks[day - timedelta(days=day.weekday())] += actions
        self.span(day, day)

    def span(self, first: date, last: date | None) -> None:
        self.first = first if self.first is None else min(self.first, first)
        if last is not None:
            self.last = last if self.last is None else max(self.last, last)

    def person_weeks(self) -> tuple[PersonWeek, ...]:
        return tuple(PersonWeek(monday=monday, actions=actions) for monday, actions in sorted(self.weeks.items()))


async def used(connection: AsyncConnection, initiative: str, until: date) -> Mapping[str, Use]:
    """What each person (or unknown identity) did with an initiative up to and with a day."""
    owner = await everybodys(connection)
    found: dict[str, Use] = defaultdict(Use)

    def of(identity: int) -> Use:
        return found[owner.get(identity) or f"unknown:{identity}"]

    spans = await connection.execute(
        select(USAGE_SPAN).where(USAGE_SPAN.c.initiative == initiative, USAGE_SPAN.c.first_on <= until)
    )
    for row in spans.mappings():
        of(row["identity"]).span(row["first_on"], row["last_on"] if row["last_on"] <= until else None)
    weeks = await connection.execute(
        select(USAGE_WEEK.c.identity, USAGE_WEEK.c.monday, USAGE_WEEK.c.actions).where(
            USAGE_WEEK.c.initiative == initiative, USAGE_WEEK.c.monday <= until - timedelta(days=6)
        )
    )
    for identity, monday, actions in weeks:
        of(identity).weeks[monday] += actions
    days = await connection.execute(
        select(USAGE_DAY.c.identity, USAGE_DAY.c.on_day, USAGE_DAY.c.actions)
        .where(USAGE_DAY.c.initiative == initiative, USAGE_DAY.c.on_day <= until, counts_now())
        .order_by(USAGE_DAY.c.on_day, USAGE_DAY.c.identity, USAGE_DAY.c.origin)
    )
    last: tuple[int, date, int] | None = None
    for identity, day, actions in days:
        # Of several imports that tell of the same day, which follow each other here, the newest holds.
        if last is not None and last[:2] != (identity, day):
            _count(of, last)
        last = (identity, day, actions)
    if last is not None:
        _count(of, last)
    return found


def _count(of: Callable[[int], Use], told: tuple[int, date, int]) -> None:
    identity, day, actions = told
    if actions:
        of(identity).count(day, actions)
