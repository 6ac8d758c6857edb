"""One reader's weekly letter, gathered and put into the outbox, beside one query of the figures it tells of."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from datetime import time as hour
from pathlib import Path

from rituals.calendar import Recurrence, Weekly
from rituals.digests.rules import DigestRules
from rituals.figures.records import Change, Metric, Record
from rituals.initiatives import Standing
from rituals.measures.statistics import Direction
from rituals.occurrences import StepName, occurrence_id
from rituals.people import Role
from rituals.use_cases.letter_steps import KIND_OF_POST, PROCEDURE
from storage.work import Memory
from tests.benchmarks.bare import bare
from tests.benchmarks.committee import memory_at
from tests.benchmarks.measure import Line, by_turns
from tests.builders import PARIS, initiative
from tests.golden.samples_digest import published
from tests.rituals.use_cases.house import ORGANISATION, RULES, House, utc

INITIATIVES = 12
WEEKS = 12
ROUNDS = 5
OFTEN = 10
"""How much more often the query is asked in a round: it is short."""

LETTER = DigestRules(
    key="letter",
    title="AI letter",
    recurrence=Recurrence(rule=Weekly(weekday=1), at=hour(8, 30), zone=PARIS),
    readers=frozenset({Role.CHANGE_MANAGER, Role.MEMBER}),
)
NOMINAL = date(2026, 3, 31)
PLANNED, SENT = utc(3, 28, 22), utc(3, 31, 6, 30)
SUNDAY = date(2026, 3, 29)
METRICS = (Metric.ADOPTION, Metric.ESCALATION, Metric.CSAT)

SAME_FIGURES = "SELECT initiative, metric, sunday, figure FROM figure WHERE department = '' AND sunday = ?"
FORGET = {"post": f"id LIKE '{KIND_OF_POST}:%'", "letter_told": "true"}


async def letters(_: Path, url: str, *, initiatives: int = INITIATIVES, rounds: int = ROUNDS) -> list[Line]:
    """A letter in which one figure has changed and all others are stable, in the empty database at `url`."""
    async with memory_at(url) as memory:
        house = House(memory, replace(ORGANISATION, rituals={"committee": RULES, LETTER.key: LETTER}))
        keys = [f"initiative-{n:02}" for n in range(initiatives)]
        await house.settle_in([initiative(key, title=key, standing=Standing.ACTIVE, asked_on=None) for key in keys])
        await house.go(PLANNED, deliver=False)
        await _publish(memory, keys)
        week = occurrence_id(LETTER.key, NOMINAL)
        async with memory.open_work() as work:
            steps = [one for one in await work.steps.waiting(week) if one.name is StepName.SEND_LETTER]
        send = PROCEDURE.effects[StepName.SEND_LETTER]
        with bare(url) as driver:

            async def ours(_: int) -> float:
                driver.clear(FORGET)
                begun = time.perf_counter()
                for step in steps:
                    async with memory.open_work() as work:
                        occurrence = await work.occurrences.get(week, lock=True)
                        assert occurrence is not None
                        await send(step, occurrence, LETTER, work, house.organisation, SENT)
                taken = time.perf_counter() - begun
                if len(await house.said(f"{KIND_OF_POST}:{week}:")) != len(steps):
                    raise RuntimeError("what was measured put too few letters")
                return taken / len(steps)

            async def limit(_: int) -> float:
                begun = time.perf_counter()
                for _ in range(OFTEN):
                    driver.read(SAME_FIGURES, SUNDAY.isoformat())
                return (time.perf_counter() - begun) / OFTEN

            letter, read = await by_turns(ours, limit, rounds=rounds)
            shown = len(driver.read(SAME_FIGURES, SUNDAY.isoformat()))
            return [
                Line(
                    group="letter",
                    path=f"a digest letter, {initiatives} initiatives with {WEEKS} weeks of figures, {driver.database}",
                    ours=letter,
                    limit=read,
                    limit_is=f"{driver.driver}: one query of its {shown} figures",
                    database=driver.database,
                )
            ]


async def _publish(memory: Memory, keys: list[str]) -> None:
    """Three figures of each initiative for every Sunday, one of which has changed on the last."""
    figures = {metric: published(90, 200, metric) for metric in METRICS}
    async with memory.open_work() as work:
        for back in range(WEEKS):
            sunday = SUNDAY - timedelta(weeks=back)
            records = [
                Record(metric=metric, initiative=key, sunday=sunday, figure=figure)
                for key in keys
                for metric, figure in figures.items()
            ]
            await work.figures.publish(records, [])
        risen = Change(
            metric=Metric.ADOPTION,
            initiative=keys[0],
            sunday=SUNDAY,
            before=published(60, 200),
            after=figures[Metric.ADOPTION],
            direction=Direction.UP,
        )
        await work.figures.put_changes(SUNDAY, [risen])
