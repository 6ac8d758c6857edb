"""Dated instances of rituals: planned once, forgotten only while untouched, under way once begun."""

import asyncio
from dataclasses import replace
from datetime import date, time
from fractions import Fraction
from typing import get_args
from zoneinfo import ZoneInfo

from rituals.calendar import (
    LAST,
    DayOfMonth,
    HolidayShift,
    NthWeekday,
    Recurrence,
    Weekly,
    WeekOfMonth,
    WorkingDayOfMonth,
)
from rituals.committee.ballots import Majority
from rituals.committee.rules import CommitteeRules
from rituals.digests.rules import DigestRules
from rituals.figures.rules import FigureRules
from rituals.occurrences import OccurrenceState, StepName
from rituals.organisation import Ritual
from rituals.people import Role
from rituals.pulses.rules import PulseRules
from rituals.reviews.rules import ReviewRules
from storage.rules import from_json, to_json
from storage.work import Memory
from tests.builders import AT, after, ids, initiative, occurrence, step
from tests.databases import on_postgres, until_somebody_waits

SITTING = occurrence()
NEXT = occurrence(date(2026, 4, 14))
CALL, AGENDA = step(SITTING), step(SITTING, StepName.PUBLISH_AGENDA, due_at=after(days=3), expires_at=after(days=5))


async def test_planning_adds_an_occurrence_with_its_steps(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert await work.occurrences.plan(SITTING, [AGENDA, CALL])
        assert await work.occurrences.get(SITTING.id) == SITTING
        assert await work.occurrences.get(SITTING.id, lock=True) == SITTING
        assert await work.steps.waiting(SITTING.id) == [CALL, AGENDA]
        assert await work.occurrences.get("another") is None


async def test_planning_again_changes_nothing_and_says_so(memory: Memory) -> None:
    moved = replace(SITTING, at=after(days=20), state=OccurrenceState.HELD)
    async with memory.open_work() as work:
        await work.occurrences.plan(SITTING, [CALL])
        await work.occurrences.put(moved)
    async with memory.open_work() as work:
        assert not await work.occurrences.plan(SITTING, [CALL, AGENDA])
        assert await work.occurrences.get(SITTING.id) == moved
        assert await work.steps.waiting(SITTING.id) == [CALL]


async def test_one_ritual_has_one_occurrence_a_day_whatever_it_is_called(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.occurrences.plan(SITTING, [])
        assert not await work.occurrences.plan(replace(SITTING, id="by another name"), [])
        assert await work.occurrences.plan(occurrence(ritual="another"), [])


async def test_putting_keeps_the_moment_the_zone_and_the_state(memory: Memory) -> None:
    moved = replace(SITTING, at=after(days=20), zone=ZoneInfo("Asia/Tokyo"), state=OccurrenceState.MISSED)
    async with memory.open_work() as work:
        await work.occurrences.plan(SITTING, [])
        await work.occurrences.put(moved)
        assert await work.occurrences.get(SITTING.id) == moved


async def test_an_occurrence_is_untouched_until_one_of_its_steps_is_done_or_it_ends(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.occurrences.plan(NEXT, [])
        await work.occurrences.plan(SITTING, [CALL, AGENDA])
        await work.occurrences.plan(occurrence(date(2026, 5, 12), state=OccurrenceState.CANCELLED), [])
        await work.occurrences.plan(occurrence(ritual="another"), [])
        assert ids(await work.occurrences.untouched("committee")) == ids([SITTING, NEXT])
        await work.steps.claim_due(AT, leaving=())
        assert ids(await work.occurrences.untouched("committee")) == ids([NEXT])


async def test_a_skipped_step_has_touched_its_occurrence(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.occurrences.plan(SITTING, [CALL])
        await work.steps.mark_skipped(CALL)
        assert await work.occurrences.untouched("committee") == []


async def test_forgetting_removes_an_untouched_occurrence_its_steps_and_its_points(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.occurrences.plan(SITTING, [CALL])
        await work.initiatives.put(initiative("bot"))
        await work.occurrences.put_points(SITTING.id, ["bot"])
        await work.occurrences.forget(SITTING.id)
        assert await work.occurrences.get(SITTING.id) is None
        assert await work.steps.waiting(SITTING.id) == []
        assert await work.occurrences.points(SITTING.id) == []
        assert await work.occurrences.plan(SITTING, [CALL])


async def test_what_has_begun_is_not_forgotten(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.occurrences.plan(SITTING, [CALL])
        await work.steps.claim_due(AT, leaving=())
        await work.occurrences.forget(SITTING.id)
        assert await work.occurrences.get(SITTING.id) == SITTING


@on_postgres
async def test_what_another_replica_begins_meanwhile_is_not_forgotten(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.occurrences.plan(SITTING, [CALL, AGENDA])

    async def replan() -> None:
        async with memory.open_work() as work:
            await work.occurrences.forget(SITTING.id)

    async with memory.open_work() as other:
        await other.steps.claim_due(AT, leaving=())
        replanning = asyncio.create_task(replan())
        await until_somebody_waits(memory)
    await replanning
    async with memory.open_work() as work:
        assert await work.occurrences.get(SITTING.id) == SITTING
        assert await work.steps.waiting(SITTING.id) == [AGENDA]


async def test_upcoming_are_the_planned_and_held_ones_from_a_moment_on_soonest_first(memory: Memory) -> None:
    held = occurrence(date(2026, 3, 10), state=OccurrenceState.HELD)
    async with memory.open_work() as work:
        for one in (
            NEXT,
            held,
            occurrence(date(2026, 3, 9)),
            occurrence(date(2026, 3, 11), state=OccurrenceState.CANCELLED),
            occurrence(date(2026, 3, 12), state=OccurrenceState.CLOSED),
            occurrence(date(2026, 3, 13), state=OccurrenceState.MISSED),
            occurrence(date(2026, 5, 12)),
        ):
            await work.occurrences.plan(one, [])
        assert await work.occurrences.upcoming(held.at, limit=2) == [held, NEXT]
        assert len(await work.occurrences.upcoming(held.at, limit=9)) == 3


async def test_an_occurrence_is_under_way_from_its_first_step_done_to_its_end(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.occurrences.plan(SITTING, [CALL, AGENDA])
        await work.occurrences.plan(NEXT, [step(NEXT, due_at=after(days=30))])
        assert await work.occurrences.under_way() == []
        await work.steps.claim_due(AT, leaving=())
        assert await work.occurrences.under_way() == [SITTING]
        await work.occurrences.put(replace(SITTING, state=OccurrenceState.HELD))
        assert ids(await work.occurrences.under_way()) == [SITTING.id]
        await work.occurrences.put(replace(SITTING, state=OccurrenceState.CLOSED))
        assert await work.occurrences.under_way() == []


async def test_points_keep_their_order_and_are_replaced_as_a_whole(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.occurrences.plan(SITTING, [])
        for key in ("a", "b", "c"):
            await work.initiatives.put(initiative(key))
        assert await work.occurrences.points(SITTING.id) == []
        await work.occurrences.put_points(SITTING.id, ["c", "a"])
        assert await work.occurrences.points(SITTING.id) == ["c", "a"]
        await work.occurrences.put_points(SITTING.id, ["a", "b", "c"])
        assert await work.occurrences.points(SITTING.id) == ["a", "b", "c"]
        await work.occurrences.put_points(SITTING.id, [])
        assert await work.occurrences.points(SITTING.id) == []


@on_postgres
async def test_two_replicas_plan_an_occurrence_once(memory: Memory) -> None:
    async def plan() -> bool:
        async with memory.open_work() as work:
            return await work.occurrences.plan(SITTING, [CALL, AGENDA])

    assert sorted(await asyncio.gather(*(plan() for _ in range(4)))) == [False, False, False, True]
    async with memory.open_work() as work:
        assert await work.steps.waiting(SITTING.id) == [CALL, AGENDA]


@on_postgres
async def test_two_replicas_that_fix_the_points_at_once_leave_one_agenda(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.occurrences.plan(SITTING, [])
        for key in ("a", "b", "c"):
            await work.initiatives.put(initiative(key))

    async def fix(keys: list[str]) -> None:
        async with memory.open_work() as work:
            await work.occurrences.put_points(SITTING.id, keys)

    await asyncio.gather(*(fix(keys) for keys in (["a", "b"], ["b", "c"], ["a", "b"], ["b", "c"])))
    async with memory.open_work() as work:
        assert await work.occurrences.points(SITTING.id) in (["a", "b"], ["b", "c"])


async def test_one_that_begins_keeps_its_rules_whatever_others_it_is_told_to_begin_with_later(memory: Memory) -> None:
    async with memory.open_work() as work:
        for n, rules in enumerate(EVERY_KIND):
            day = date(2026, 3, 10 + n)
            await work.occurrences.plan(occurrence(day), [])
            await work.occurrences.begin(replace(occurrence(day), rules=rules))
            await work.occurrences.begin(replace(occurrence(day), rules=replace(rules, title="Another")))
            kept = await work.occurrences.get(occurrence(day).id)
            assert kept is not None
            assert kept.rules == rules


RECURRENCES = [
    Recurrence(rule=rule, at=time(9, 30), zone=ZoneInfo("America/Toronto"), shift=HolidayShift.PREVIOUS)
    for rule in (
        NthWeekday(nth=LAST, weekday=4),
        DayOfMonth(day=15),
        WorkingDayOfMonth(nth=1),
        Weekly(weekday=0, every=2, start=date(2026, 1, 5)),
        WeekOfMonth(week=3, weekday=1),
    )
]
EVERY_KIND: list[Ritual] = [
    CommitteeRules(
        key="committee",
        title="Comité «\u202fIA\u202f»",
        recurrence=RECURRENCES[0],
        room="committee",
        voters=frozenset({Role.SPONSOR, Role.CHAIR}),
        deadline=time(16, 30),
        quorum=Fraction(2, 3),
        majority=Majority.ABSOLUTE,
        pass_mark=Fraction(31, 10),
    ),
    PulseRules(key="pulse", title="Pulse", recurrence=RECURRENCES[1], initiatives=("a", "b"), barriers=False),
    FigureRules(key="figures", title="Figures", recurrence=RECURRENCES[2], room="news", card_every=2),
    ReviewRules(key="review", title="Review", recurrence=RECURRENCES[3], room="news", kpis=("k",)),
    DigestRules(key="digest", title="Digest", recurrence=RECURRENCES[4], readers=frozenset({Role.ADMIN, Role.CHAIR})),
]
"""Rules of each kind, none of them as usual, over every kind of recurrence."""


def test_the_same_rules_give_the_same_text() -> None:
    texts = [to_json(rules) for rules in EVERY_KIND]
    assert texts[0] == (
        '{"kind":"committee","rules":{"key":"committee","title":"Comité «\u202fIA\u202f»","recurrence":{"rule":'
        '{"nth":-1,"weekday":4},"at":"09:30:00","zone":"America/Toronto","shift":"previous"},"room":"committee",'
        '"voters":["chair","sponsor"],"marks_before":5,"agenda_before":2,"deadline":"16:30:00","quorum":"2/3",'
        '"majority":"absolute","points":5,"pass_mark":"31/10","closing_wait":60}}'
    ), "what databases hold is read for years: change it only with a migration"
    assert [to_json(from_json(text)) for text in texts] == texts


def test_every_kind_of_ritual_can_be_kept() -> None:
    assert {type(rules) for rules in EVERY_KIND} == set(get_args(Ritual))
