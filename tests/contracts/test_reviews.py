"""Readings that owners give, boards, actions and who was told."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from rituals.kpis import Colour, Grey, Reading
from rituals.measures.disclosure import Suppressed
from rituals.measures.statistics import Direction
from rituals.messages import Amount, Share
from rituals.people import Role
from rituals.reviews.actions import Action, ActionKind, ActionState, action_id
from rituals.reviews.board import Course, DatedValue, KpiStatus, Outlook
from rituals.reviews.ladder import Deadline, Level
from storage.work import Memory
from tests.builders import NOBODY, entry, occurrence, slack
from tests.golden.samples import share

MARCH = occurrence(date(2026, 3, 12), ritual="review")
APRIL = occurrence(date(2026, 4, 9), ritual="review")

STATUS = KpiStatus(
    kpi="escalation",
    title="Escalation",
    direction=Direction.DOWN,
    colour=Colour.RED,
    approximate=True,
    value=share(180, 400),
    on=date(2026, 4, 5),
    n=400,
    target=Amount.of(Fraction(3, 10), "%"),
    amber=Amount.of(Fraction(35, 100), "%"),
    progress=Fraction(1, 3),
    review_date=date(2026, 4, 1),
    course=Course.FALLING,
    outlook=Outlook(on=date(2026, 5, 14), value=Amount.of(Fraction(2, 5), "%")),
    past=(DatedValue(on=date(2026, 3, 29), value=None), DatedValue(on=date(2026, 4, 5), value=share(180, 400))),
)
HIDDEN = KpiStatus(
    kpi="adoption",
    title="Adoption",
    direction=Direction.UP,
    colour=Colour.GREY,
    grey=Grey.TOO_FEW,
    value=Share(figure=Suppressed(kind="primary")),
)


def action(kpi: str = "escalation", *, due: date | None = date(2026, 4, 23), review: str = APRIL.id) -> Action:
    return Action(
        id=action_id(review, kpi),
        occurrence=review,
        kpi=kpi,
        title=kpi.title(),
        kind=ActionKind.REMEDY,
        state=ActionState.OPEN if due else ActionState.AWAITED,
        owner="p1",
        email="ana@example.org",
        what="Rewrite ten questions" if due else "",
        deadline=Deadline.set(created=date(2026, 4, 9), due=due),
    )


async def planned(memory: Memory) -> None:
    async with memory.open_work() as work:
        for one in (MARCH, APRIL):
            await work.occurrences.plan(one, [])


def reading(value: str, on: date, n: int | None = None) -> Reading:
    return Reading(value=Fraction(value), on=on, n=n)


async def test_a_later_reading_for_the_same_review_replaces_an_earlier_one(memory: Memory) -> None:
    await planned(memory)
    async with memory.open_work() as work:
        await work.reviews.give(APRIL.id, "quality", reading("1/3", date(2026, 4, 3)), by="p1")
        await work.reviews.give(APRIL.id, "quality", reading("-2/7", date(2026, 4, 7), 12), by="p2")
        await work.reviews.give(APRIL.id, "delay", reading("5", date(2026, 4, 7)), by="p1")
        await work.reviews.take_back(APRIL.id, "delay")
    async with memory.open_work() as work:
        assert await work.reviews.given(APRIL.id) == {"quality": reading("-2/7", date(2026, 4, 7), 12)}
        assert await work.reviews.given(MARCH.id) == {}


async def test_the_last_readings_come_oldest_first_and_end_on_the_day_asked_for(memory: Memory) -> None:
    await planned(memory)
    first, second = reading("1/10", date(2026, 3, 9)), reading("2/10", date(2026, 4, 7))
    async with memory.open_work() as work:
        await work.reviews.give(APRIL.id, "quality", second, by="p1")
        await work.reviews.give(MARCH.id, "quality", first, by="p1")
        assert await work.reviews.readings("quality", date(2026, 4, 7)) == [first, second]
        assert await work.reviews.readings("quality", date(2026, 4, 6)) == [first]
        assert await work.reviews.readings("quality", date(2026, 4, 7), limit=1) == [second]
        assert await work.reviews.readings("delay", date(2026, 4, 7)) == []


async def test_a_board_is_kept_as_it_was_shown_and_once(memory: Memory) -> None:
    await planned(memory)
    async with memory.open_work() as work:
        await work.reviews.keep_board(APRIL.id, [STATUS, HIDDEN])
        await work.reviews.keep_board(APRIL.id, [replace(STATUS, colour=Colour.GREEN)])
    async with memory.open_work() as work:
        assert list(await work.reviews.board(APRIL.id)) == [STATUS, HIDDEN]
        assert list(await work.reviews.board(MARCH.id)) == []
        assert (await work.counts())["kpi_reviews_held"] == 1


async def test_a_board_has_the_newest_action_of_each_kpi_an_open_one_first(memory: Memory) -> None:
    await planned(memory)
    march = replace(action(review=MARCH.id), state=ActionState.DONE, closed_on=date(2026, 4, 10))
    lapsed = replace(action("adoption"), state=ActionState.LAPSED)
    async with memory.open_work() as work:
        await work.reviews.keep_board(APRIL.id, [STATUS, HIDDEN])
        for one in (march, lapsed):
            await work.reviews.put_action(one)
        assert [one.action for one in await work.reviews.board(APRIL.id)] == [march, None]
        await work.reviews.put_action(action())
        assert [one.action for one in await work.reviews.board(APRIL.id)] == [action(), None]


async def test_the_latest_board_has_each_kpi_as_it_was_last_reviewed(memory: Memory) -> None:
    await planned(memory)
    async with memory.open_work() as work:
        assert await work.reviews.latest_review("review") is None
        await work.reviews.keep_board(MARCH.id, [replace(STATUS, colour=Colour.GREEN), HIDDEN])
        assert await work.reviews.latest_review("review") == MARCH.id
        await work.reviews.keep_board(APRIL.id, [STATUS])
        assert await work.reviews.latest_review("review") == APRIL.id
        assert await work.reviews.latest_review("committee") is None
        found = await work.reviews.latest_board()
        assert [one for _, one in found] == [HIDDEN, STATUS]
        assert [on for on, _ in found] == [one.at.astimezone(one.zone).date() for one in (MARCH, APRIL)]


async def test_an_action_is_kept_whole(memory: Memory) -> None:
    await planned(memory)
    whole = replace(
        action(),
        reason="The supplier is late.",
        closed_on=date(2026, 5, 1),
        state=ActionState.DONE,
        deadline=Deadline(
            created=date(2026, 4, 9),
            due=date(2026, 4, 30),
            first_due=date(2026, 4, 23),
            missed_due=date(2026, 4, 23),
            reached=frozenset({Level.L1, Level.L2, Level.L3}),
            snoozes=2,
            snoozed_until=date(2026, 4, 20),
        ),
    )
    async with memory.open_work() as work:
        await work.reviews.put_action(action())
        await work.reviews.put_action(whole)
    async with memory.open_work() as work:
        assert await work.reviews.action(whole.id) == whole
        assert await work.reviews.action(whole.id, lock=True) == whole
        assert await work.reviews.action("nothing", lock=True) is None


async def test_open_actions_come_by_date_and_those_without_one_last(memory: Memory) -> None:
    await planned(memory)
    dated, undated = action("delay", due=date(2026, 4, 16)), action("audits", due=None)
    done = replace(action("done"), state=ActionState.DONE)
    async with memory.open_work() as work:
        for one in (undated, action(), dated, done):
            await work.reviews.put_action(one)
        assert list(await work.reviews.open_actions()) == [dated, action(), undated]
        assert list(await work.reviews.actions_of("delay")) == [dated]


async def test_somebody_told_twice_on_a_day_is_told_of_the_higher_level(memory: Memory) -> None:
    await planned(memory)
    day, other = date(2026, 4, 16), date(2026, 4, 17)
    async with memory.open_work() as work:
        for one in (action(), action("delay")):
            await work.reviews.put_action(one)
        await work.reviews.tell("p1", day, action().id, Level.L1)
        await work.reviews.tell("p1", day, action("delay").id, Level.L1)
        await work.reviews.tell("p1", day, action("delay").id, Level.L3)
        await work.reviews.tell("p2", other, action().id, Level.L2)
        told = await work.reviews.told("p1")
        assert list(told) == [(day, action("delay").id, Level.L3), (day, action().id, Level.L1)]
        await work.reviews.tell("p1", other, action().id, Level.L2)
        assert (await work.reviews.told("p1"))[0] == (other, action().id, Level.L2), "the newest day comes first"
        assert list(await work.reviews.tellings(action().id)) == [("p1", day), ("p1", other), ("p2", other)]


async def test_chat_reaches_people_with_an_account_by_address_or_role(memory: Memory) -> None:
    async with memory.open_work() as work:
        listed = [entry("ana@example.org"), entry("bo@example.org", Role.CHAIR), entry("cyr@example.org", Role.CHAIR)]
        await work.people.adopt_roster(listed, default=NOBODY)
        await work.people.adopt_account(slack("ana"), listed[0], present=True)
        await work.people.adopt_account(slack("bo"), listed[1], present=True)
        chairs = frozenset({Role.CHAIR})
        found = await work.people.reachable(emails=["Ana@Example.org", "cyr@example.org"], roles=chairs)
        assert [one.email for one in found] == ["ana@example.org", "bo@example.org"]
        await work.people.adopt_account(slack("bo"), listed[1], present=False)
        assert await work.people.reachable(roles=chairs) == []
        assert await work.people.reachable() == []
