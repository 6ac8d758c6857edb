"""A world whose people, sources and pulses are plain lists, over a real memory of what was published of them."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from rituals.calendar import Recurrence, Weekly, WorkingDays
from rituals.figures.rules import FigureRules
from rituals.kpis import Kpi, KpiSource
from rituals.measures.adoption import History, PersonWeek, Placement, Spell
from rituals.measures.escalation import Conversations
from rituals.measures.statistics import Direction, Window
from rituals.messages import Message
from rituals.organisation import Organisation
from rituals.pulses.waves import PlainAnswer, WaveCount
from rituals.use_cases.planning import plan_ahead
from rituals.use_cases.run_due_steps import run_due_steps
from storage.messages import from_json
from storage.posts import POST, WORDS
from storage.work import Memory, SqlWork
from tests.builders import initiative

PARIS = ZoneInfo("Europe/Paris")
SUNDAY = date(2026, 3, 29)
"""The last complete Sunday of a message on Monday 6 April 2026."""

WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
OPENED = date(2025, 9, 1)

RULES = FigureRules(
    key="adoption",
    title="AI in use",
    recurrence=Recurrence(rule=Weekly(weekday=0), at=time(9, 30), zone=PARIS),
    room="everybody",
)


def monday_after(sunday: date) -> date:
    """The Monday whose message tells of `sunday`: a lag of three days keeps it for eight."""
    return sunday + 8 * DAY


def moment(day: date, hour: int = 10) -> datetime:
    """That hour of a day in Paris."""
    return datetime.combine(day, time(hour), tzinfo=PARIS).astimezone(ZoneInfo("UTC"))


def person(
    name: str,
    *,
    department: str = "Claims",
    used_on: Iterable[date] = (),
    since: date = OPENED,
    until: date | None = None,
    weeks: Iterable[PersonWeek] = (),
) -> History:
    """Somebody who is eligible, and has access, from a day on."""
    spell = Spell(first=since, last=until)
    return History(
        person=name,
        eligible=(spell,),
        enabled=(spell,),
        used_on=frozenset(used_on),
        weeks=tuple(weeks),
        placements=(Placement(department=department, spell=spell),),
    )


def people(count: int, active: int, *, department: str = "Claims", on: date = SUNDAY - DAY) -> list[History]:
    """A department of so many, of whom so many used it on that day."""
    return [
        person(f"{department}-{number:04}", department=department, used_on=[on] if number < active else [])
        for number in range(count)
    ]


def until(histories: Iterable[History], last: date) -> list[History]:
    """What is known of these people up to a day."""
    return [replace(one, used_on=frozenset(day for day in one.used_on if day <= last)) for one in histories]


def wave(closed_on: date, *, invited: int, answered: int, population: Mapping[str, int], left: int = 0) -> WaveCount:
    """A closed wave."""
    return WaveCount(
        wave=f"pulse-{closed_on}",
        initiative="triage",
        closed_on=closed_on,
        invited=invited,
        left=left,
        answered=answered,
        population=dict(population),
    )


def answers(of: WaveCount, stratum: str, uses: Mapping[str, int], scores: Sequence[str] = ()) -> list[PlainAnswer]:
    """So many answers of each use, and these scores."""
    used = [use for use, count in uses.items() for _ in range(count)]
    return [
        PlainAnswer(wave=of.wave, stratum=stratum, question=question, codes=(code,))
        for question, said in (("USE1", used), ("SAT1", scores))
        for code in said
    ]


def sessions(escalated: int, resolved: int) -> Conversations:
    """Conversations of a week."""
    return Conversations(unengaged=3, escalated=escalated, confirmed=resolved, implied=0, abandoned=0)


def kpi(source: KpiSource, target: str | None, *, amber: str | None = None, of: str = "triage") -> Kpi:
    """A followed figure."""
    return Kpi(
        key=f"{of}-{source}",
        title=f"{of} {source}",
        unit="EUR" if source is KpiSource.SAVING else "%",
        direction=Direction.DOWN if source is KpiSource.ESCALATION else Direction.UP,
        owner="ana@example.org",
        source=source,
        frequency=timedelta(days=30),
        initiative=of,
        baseline=Fraction(1, 10),
        target=None if target is None else Fraction(target),
        amber=None if amber is None else Fraction(amber),
    )


@dataclass
class Case:
    """What the world knows of one initiative."""

    histories: list[History] = field(default_factory=list)
    opened: date = OPENED
    identities: tuple[int, int] = (0, 0)
    usage_from: date = OPENED
    usage_until: date | None = None
    conversations: dict[date, Conversations] = field(default_factory=dict)
    savings: dict[date, Fraction] = field(default_factory=dict)
    waves: list[WaveCount] = field(default_factory=list)
    answers: list[PlainAnswer] = field(default_factory=list)


class World:
    """Answers the ports of census, sources and pulses from plain lists, up to the day `now`."""

    def __init__(self, memory: Memory, *rules: FigureRules, kpis: Iterable[Kpi] = ()) -> None:
        self.memory = memory
        self.cases: dict[str, Case] = {"triage": Case()}
        self.now = SUNDAY
        self.organisation = Organisation(
            name="Three Rivers",
            locale="fr",
            zone=PARIS,
            working_days=WorkingDays(),
            rooms={"everybody": "general"},
            rituals={one.key: one for one in (rules or (RULES,))},
            kpis={one.key: one for one in kpis},
        )

    @property
    def case(self) -> Case:
        """The one initiative most tests need."""
        return self.cases["triage"]

    async def settle_in(self) -> None:
        """Initiatives are listed."""
        async with self.memory.open_work() as work:
            await work.initiatives.adopt([initiative(key, title=f"The case of {key}") for key in self.cases])

    @asynccontextmanager
    async def open_work(self) -> AsyncIterator[SqlWork]:
        """One transaction."""
        async with self.memory.open_work() as work:
            seen: Any = work
            seen.census = seen.sources = _Known(self)
            seen.pulses = _Heard(self)
            seen.pulses.destroyed = False
            yield work

    async def plan(self, at: datetime) -> None:
        """Rituals are planned from that moment on."""
        await plan_ahead(at, open_work=self.open_work, organisation=self.organisation)

    async def go(self, at: datetime) -> None:
        """The clock shows `at`: due steps are done."""
        self.now = at.date()
        await run_due_steps(at, open_work=self.open_work, organisation=self.organisation)

    async def week(self, sunday: date) -> list[Message]:
        """The Monday that tells of `sunday`; what it adds to the room."""
        before = await self.said()
        await self.go(moment(monday_after(sunday)))
        return [message for id_, message in (await self.said()).items() if id_ not in before]

    async def said(self) -> dict[str, Message]:
        """What the room was told, by post."""
        async with self.memory.transaction() as connection:
            words = select(POST.c.id, WORDS.c.message).join(WORDS, WORDS.c.post == POST.c.id)
            rows = await connection.execute(words.where(POST.c.to_type == "room").order_by(POST.c.not_before))
            return {row["id"]: from_json(row["message"]) for row in rows.mappings()}


class _Known:
    """Census and sources."""

    def __init__(self, world: World) -> None:
        self._world = world

    def _case(self, initiative: str) -> Case:
        return self._world.cases[initiative]

    async def rolled_out(self) -> Mapping[str, date]:
        return {key: case.opened for key, case in self._world.cases.items()}

    async def histories(self, initiative: str, window: Window) -> Sequence[History]:
        return until(self._case(initiative).histories, window.last)

    async def conversations(self, initiative: str, window: Window) -> Sequence[tuple[date, Conversations]]:
        told = self._case(initiative).conversations
        return [(day, told[day]) for day in sorted(told) if day in window and day <= self._world.now]

    async def savings(self, initiative: str, window: Window) -> Sequence[tuple[date, Fraction]]:
        told = self._case(initiative).savings
        return [(day, told[day]) for day in sorted(told) if day in window]

    async def last_days(self, kind: str) -> dict[str, date]:
        found = {}
        for key, case in self._world.cases.items():
            day = case.usage_until if kind == "usage" else max(case.conversations, default=None)
            if day is not None:
                found[key] = min(day, self._world.now)
        return found

    async def first_days(self, kind: str) -> dict[str, date]:
        if kind == "usage":
            return {key: case.usage_from for key, case in self._world.cases.items() if case.usage_until is not None}
        return {key: min(case.conversations) for key, case in self._world.cases.items() if case.conversations}

    async def match_rate(self, initiatives: Collection[str], window: Window) -> tuple[int, int]:
        [initiative] = initiatives
        return self._case(initiative).identities


class _Heard:
    """Pulses."""

    destroyed = False

    def __init__(self, world: World) -> None:
        self._world = world

    async def wave_counts(self, initiative: str, window: Window) -> Sequence[WaveCount]:
        return [one for one in self._world.cases[initiative].waves if one.closed_on in window]

    async def answers(self, initiative: str, window: Window) -> Sequence[PlainAnswer]:
        closed = {one.wave for one in await self.wave_counts(initiative, window)}
        return [one for one in self._world.cases[initiative].answers if one.wave in closed]
