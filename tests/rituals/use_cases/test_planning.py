"""Planning ahead, and again after a change of rule: what has begun keeps its rules, what was cancelled stays so."""

from dataclasses import replace
from datetime import time, timedelta

from rituals.calendar import NthWeekday
from rituals.organisation import Organisation
from rituals.people import Role
from rituals.pulses.rules import PulseRules
from rituals.use_cases import brake
from rituals.use_cases.planning import plan_ahead, replan
from tests.rituals.use_cases.house import (
    AGENDA,
    CALL,
    DEADLINE,
    NEXT,
    NEXT_SITTING,
    OPENING,
    RULES,
    SITTING,
    START,
    House,
    ruled,
    utc,
)

LATER = replace(RULES, recurrence=replace(RULES.recurrence, at=time(14)), deadline=time(18), marks_before=3)


async def under(house: House, organisation: Organisation) -> None:
    """The rules of app.yaml are others from now on."""
    house.organisation = organisation
    await replan(house.at, open_work=house.memory.open_work, organisation=organisation)


async def kept(house: House) -> list[list[str]]:
    """What planning writes to, and what it must not."""
    return [sorted(map(repr, await house.rows(table))) for table in ("occurrence", "step", "point", "post", "ballot")]


async def test_an_untouched_sitting_follows_the_new_rules(house: House) -> None:
    await under(house, ruled(LATER))
    assert [one.at for one in await house.upcoming()] == [utc(4, 7, 12), utc(5, 5, 12), utc(6, 2, 12)]
    await house.go(CALL)
    assert await house.said() == {}
    await house.go(utc(4, 1, 7))
    assert len(await house.said("marks:")) == 6


async def test_a_sitting_that_has_begun_keeps_its_day_and_hour(called: House) -> None:
    await under(called, ruled(LATER))
    assert [one.at for one in await called.upcoming()][:3] == [OPENING, utc(5, 5, 12), utc(6, 2, 12)]
    await under(called, ruled(replace(RULES, recurrence=replace(RULES.recurrence, rule=NthWeekday(nth=2, weekday=1)))))
    assert [one.at for one in await called.upcoming()][:2] == [OPENING, utc(4, 14, 8)]


async def test_open_ballots_keep_the_majority_quorum_and_deadline_they_opened_with(voting: House) -> None:
    before = await voting.ballot("triage")
    await under(voting, ruled(replace(LATER, quorum=RULES.quorum * 2)))
    assert await voting.ballot("triage") == before
    await voting.go(DEADLINE)
    assert len(await voting.decisions()) == 2


async def test_a_cancelled_sitting_stays_cancelled(house: House) -> None:
    await house.ask("anatolia", brake.cancel_occurrence, SITTING)
    for organisation in (house.organisation, ruled(LATER), house.organisation):
        await under(house, organisation)
        await plan_ahead(house.at, open_work=house.memory.open_work, organisation=organisation)
    assert SITTING not in [one.id for one in await house.upcoming()]
    for at in (CALL, OPENING, DEADLINE):
        await house.go(at)
    assert await house.said() == {}


async def test_planning_again_under_the_same_rules_changes_nothing_to_be_seen(begun: House) -> None:
    await plan_ahead(begun.at, open_work=begun.memory.open_work, organisation=begun.organisation)
    before = await kept(begun)
    for _ in range(2):
        await under(begun, begun.organisation)
    assert await kept(begun) == before


async def test_a_restart_between_a_moment_and_its_step_loses_nothing(house: House) -> None:
    house.at = CALL + timedelta(hours=1)
    await under(house, house.organisation)
    await house.go(house.at)
    assert len(await house.said("marks:")) == 6


async def test_sittings_of_a_ritual_that_is_gone_are_forgotten_unless_they_have_begun(called: House) -> None:
    await under(called, ruled())
    assert [one.id for one in await called.upcoming()] == [SITTING]


async def test_a_ritual_that_comes_back_is_planned_again(house: House) -> None:
    organisation = house.organisation
    await under(house, ruled())
    assert await house.upcoming() == []
    await under(house, organisation)
    assert [one.id for one in await house.upcoming()][:2] == [SITTING, NEXT]


async def test_the_horizon_moves_on_with_the_clock(house: House) -> None:
    house.at = START + timedelta(days=35)
    assert await plan_ahead(house.at, open_work=house.memory.open_work, organisation=house.organisation) == 2
    assert (await house.upcoming())[0].at == NEXT_SITTING


# --- the rules it began with ------------------------------------------------------------------------------------------


async def test_a_sitting_that_has_begun_runs_to_its_end_by_the_rules_it_began_with(called: House) -> None:
    others = replace(RULES, title="Renamed", voters=frozenset({Role.SPONSOR}), points=1, deadline=time(12))
    await under(called, ruled(others))
    await called.go(OPENING)
    async with called.memory.open_work() as work:
        kept = await work.occurrences.get(SITTING)
        assert called.organisation.rules_of(kept) == RULES
    opened = [await called.ballot(key) for key in ("triage", "fraud")]
    assert all(ballot.closes_at == DEADLINE for ballot in opened), "the deadline and number of points it began with"
    await called.go(DEADLINE)
    assert len(await called.decisions()) == 2
    async with called.memory.open_work() as work:
        following = await work.occurrences.get(NEXT)
        assert following is not None
        assert following.rules is None
        assert called.organisation.rules_of(following) == others, "the next one follows app.yaml"


async def test_what_a_begun_sitting_was_to_say_in_a_room_that_is_gone_it_says_in_the_room_of_today(
    called: House,
) -> None:
    elsewhere = replace(ruled(replace(RULES, room="board")), rooms={"board": "ai-board"})
    async with called.memory.open_work() as work:
        assert elsewhere.rules_of(await work.occurrences.get(SITTING)) == replace(RULES, room="board")


async def test_a_begun_sitting_whose_ritual_is_gone_or_of_another_kind_has_no_rules_of_its_own(called: House) -> None:
    pulse = PulseRules(key="committee", title="A pulse", recurrence=RULES.recurrence)
    async with called.memory.open_work() as work:
        sitting = await work.occurrences.get(SITTING)
    assert replace(ruled(RULES), rituals={}).rules_of(sitting) is None
    assert replace(ruled(RULES), rituals={"committee": pulse}).rules_of(sitting) == pulse
    assert replace(ruled(RULES), rituals={"committee": pulse}).committee_of(sitting) is None


# --- what was too late before it was planned ------------------------------------------------------------------------


async def why_skipped(house: House) -> str:
    (told,) = (await house.said("skipped:")).values()
    return await house.reads(told.id)


async def test_a_step_whose_date_was_moved_into_the_past_is_not_told_as_missed(house: House) -> None:
    house.at = CALL - timedelta(hours=1)
    await under(house, ruled(replace(RULES, marks_before=9, agenda_before=8)))
    await house.go(CALL)
    told = await why_skipped(house)
    assert "Nobody was asked for marks" in told
    assert "Its moment had passed already when this date was set" in told
    assert "I was stopped" not in told


async def test_a_step_that_was_ahead_when_it_was_planned_was_missed_also_after_a_start(house: House) -> None:
    for _ in range(2):
        house.at = AGENDA
        await under(house, ruled(RULES))
    await house.go(AGENDA)
    told = await why_skipped(house)
    assert "I was stopped, paused or cut off at the time" in told
    assert "when this date was set" not in told
