"""The weekly figures as a ritual: reckoned initiative by initiative, told where there is news and nowhere else."""

from datetime import date, timedelta

import pytest

from rituals.measures.disclosure import Published
from rituals.kpis import KpiSource
from storage.work import Memory
from tests.rituals.figures.world import DAY, SUNDAY, WEEK, World, kpi, moment, people, sessions, monday_after
from tests.rituals.use_cases.house import sentences


async def test_try(memory: Memory) -> None:
    world = World(memory, kpis=[kpi(KpiSource.ADOPTION, "0.6", amber="0.4")])
    world.case.histories = people(250, 30)
    world.case.identities = (100, 100)
    world.case.usage_until = SUNDAY + 30 * DAY
    world.case.conversations = {SUNDAY - WEEK * n: sessions(45, 55) for n in range(-1, 12)}
    await world.settle_in()
    await world.plan(moment(monday_after(SUNDAY)-DAY))
    for message in await world.week(SUNDAY):
        print("\n".join(sentences(message, "fr")))
        print("\n".join(sentences(message, "en")))
    assert await world.week(SUNDAY + WEEK) == []
    assert 0
