"""What a changed app.yaml would do is told without doing it, and is what a restart does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from rituals.calendar import NthWeekday, parse_rule
from rituals.organisation import Organisation
from rituals.people import Role
from rituals.use_cases.foreseeing import Fate, Foreseen, foresee
from rituals.use_cases.planning import replan
from tests.builders import entry
from tests.rituals.use_cases.house import NEXT, RULES, SITTING, House, ruled, utc

LATER = replace(RULES, recurrence=replace(RULES.recurrence, at=time(14)), deadline=time(18))


async def foreseen(house: House, organisation: Organisation) -> Foreseen:
    async with house.memory.open_work() as work:
        roster = [entry(one.email, *one.roles) for one in await work.people.all_present()]
    return await foresee(
        house.at,
        open_work=house.memory.open_work,
        organisation=organisation,
        roster=roster,
        platforms=["slack", "teams"],
    )


def fates(found: Foreseen) -> Sequence[tuple[str, Fate]]:
    return [(one.occurrence.id, one.fate) for one in found.changes]


async def test_the_settings_as_they_are_change_nothing(called: House) -> None:
    assert not await foreseen(called, called.organisation)


async def test_what_has_not_begun_would_move_and_what_has_keeps_its_rules(called: House) -> None:
    before = [await called.rows(table) for table in ("occurrence", "step")]
    found = await foreseen(called, ruled(LATER))
    assert fates(found)[:2] == [(SITTING, Fate.KEEPS), (NEXT, Fate.MOVES)]
    assert [await called.rows(table) for table in ("occurrence", "step")] == before, "it only looks"
    await replan(called.at, open_work=called.memory.open_work, organisation=ruled(LATER))
    moments = {one.id: one.at for one in await called.upcoming()}
    assert {one.occurrence.id: one.then for one in found.changes}.items() <= moments.items(), "it is what happens"
    assert fates(await foreseen(called, ruled(LATER))) == [(SITTING, Fate.KEEPS)]


async def test_a_step_that_moves_is_told_though_its_sitting_stays(called: House) -> None:
    found = await foreseen(called, ruled(replace(RULES, marks_before=7)))
    moved = next(one for one in found.changes if one.occurrence.id == NEXT)
    assert (moved.fate, moved.then) == (Fate.MOVES, moved.occurrence.at)


async def test_a_ritual_that_is_gone_lets_go_what_has_begun_and_the_rest_falls_away(called: House) -> None:
    found = await foreseen(called, replace(called.organisation, rituals={}))
    assert fates(found)[:2] == [(SITTING, Fate.LET_GO), (NEXT, Fate.FALLS_AWAY)]


async def test_a_new_ritual_adds_its_occurrences(called: House) -> None:
    second = replace(RULES, key="second", title="A second committee")
    added = await foreseen(called, replace(called.organisation, rituals={"committee": RULES, "second": second}))
    assert {one.fate for one in added.changes} == {Fate.ADDED}
    assert {one.title for one in added.changes} == {"A second committee"}


async def test_roles_that_change_are_told_by_address(called: House) -> None:
    async with called.memory.open_work() as work:
        chair = next(one for one in await work.people.all_present() if Role.CHAIR in one.roles)
        others = [entry(one.email, *one.roles) for one in await work.people.all_present() if one.id != chair.id]
    found = await foresee(
        called.at,
        open_work=called.memory.open_work,
        organisation=called.organisation,
        roster=[*others, entry(chair.email.upper(), Role.SPONSOR)],
        platforms=["slack", "teams"],
    )
    (change,) = found.roles
    assert (change.email, change.gains) == (chair.email, frozenset({Role.SPONSOR}))
    assert Role.CHAIR in change.loses


async def test_rooms_that_are_new_gone_or_another_channel_are_told(called: House) -> None:
    def rooms(**channels: str) -> Organisation:
        return replace(called.organisation, rooms=channels)

    before = {"committee": "ai-committee", "news": "ai-news"}
    async with called.memory.open_work() as work:
        await work.rooms.adopt("slack", {"committee": "C1", "news": "C2"}, channels=before)
    assert not (await foreseen(called, rooms(**before))).rooms
    found = (await foreseen(called, rooms(committee="board", lobby="lobby"))).rooms
    assert [(one.room, one.before, one.then) for one in found] == [
        ("committee", "#ai-committee", "#board"),
        ("lobby", None, "#lobby"),
        ("news", "#ai-news", None),
    ]
    async with called.memory.open_work() as work:
        await work.rooms.adopt("slack", {"lobby": "C3"}, channels={"committee": "board", "lobby": "lobby"})
    assert not (await foreseen(called, rooms(committee="board", lobby="lobby"))).rooms, "it is told until it is done"


async def test_a_room_that_goes_to_another_platform_is_told_once(called: House) -> None:
    here = replace(called.organisation, rooms={"committee": "AI committee"}, platforms={"committee": "teams"})
    async with called.memory.open_work() as work:
        await work.rooms.adopt("slack", {"committee": "C1"}, channels={"committee": "ai-committee"})
    (found,) = (await foreseen(called, here)).rooms
    assert (found.before, found.then) == ("#ai-committee", "AI committee")
    async with called.memory.open_work() as work:
        await work.rooms.adopt("teams", {"committee": "19:x"}, channels={"committee": "AI committee"})
    assert not (await foreseen(called, here)).rooms


async def test_a_ritual_whose_day_changes_moves_month_by_month(called: House) -> None:
    later = replace(RULES, recurrence=replace(RULES.recurrence, rule=NthWeekday(nth=2, weekday=1)))
    found = await foreseen(called, ruled(later))
    moved = [one for one in found.changes if one.fate is Fate.MOVES]
    assert [(one.occurrence.at, one.then) for one in moved][:2] == [
        (utc(5, 5, 8), utc(5, 12, 8)),
        (utc(6, 2, 8), utc(6, 9, 8)),
    ]
    assert not [one for one in found.changes if one.fate is Fate.FALLS_AWAY], "also what moves out of sight"
    added = [one.then for one in found.changes if one.fate is Fate.ADDED]
    assert added == [utc(4, 14, 8)], "that of April has begun, and stays beside the new date"


async def test_a_ritual_that_comes_more_often_is_told_as_more_of_it_and_not_as_moved(called: House) -> None:
    weekly = replace(RULES, recurrence=replace(RULES.recurrence, rule=parse_rule("every thu")))
    fate = {one.fate for one in (await foreseen(called, ruled(weekly))).changes}
    assert fate == {Fate.KEEPS, Fate.FALLS_AWAY, Fate.ADDED}


async def test_what_has_begun_says_which_of_its_rules_are_others_by_now(called: House) -> None:
    later = replace(LATER, quorum=RULES.quorum / 2)
    keeps = next(one for one in (await foreseen(called, ruled(later))).changes if one.fate is Fate.KEEPS)
    assert keeps.rules == ("at", "deadline", "quorum")


async def test_what_is_listed_anew_no_longer_or_otherwise_is_told_by_its_keys(called: House) -> None:
    before = {"rituals.committee.deadline": "17:00", "kpis.csat.target": "4", "initiatives.triage.title": "Triage"}
    then = {
        "rituals.committee.deadline": "18:00",
        "rituals.committee.quorum": "2/3",
        "initiatives.triage.title": "Triage",
    }
    found = await foresee(
        called.at,
        open_work=called.memory.open_work,
        organisation=called.organisation,
        roster=[],
        platforms=["slack", "teams"],
        before=before,
        then=then | {"initiatives.search.title": "Search"},
    )
    assert [(one.kind, one.name, one.fate) for one in found.things] == [
        ("rituals", "committee", Fate.MOVES),
        ("kpis", "csat", Fate.FALLS_AWAY),
        ("initiatives", "search", Fate.ADDED),
    ]
    assert [(one.key, one.before, one.then) for one in found.things[0].values] == [
        ("deadline", "17:00", "18:00"),
        ("quorum", None, "2/3"),
    ]
