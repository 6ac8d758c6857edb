"""Steps are done once, caught up within their grace and skipped with a word past it; one that fails stops no other."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from rituals.committee.decisions import BallotState
from rituals.errors import NotAMember, NotFound
from rituals.initiatives import Stage
from rituals.occurrences import OccurrenceState
from rituals.people import Role
from rituals.use_cases import brake, cast_vote, look
from rituals.use_cases.planning import plan_ahead, replan
from rituals.use_cases.run_due_steps import TRY_AGAIN, run_due_steps
from storage.work import Memory
from tests.builders import NOBODY, entry
from tests.rituals.use_cases.house import (
    AGENDA,
    CALL,
    DEADLINE,
    MEMBERS,
    NEXT,
    NEXT_SITTING,
    OPENING,
    ROLES,
    RULES,
    SITTING,
    House,
    email,
    ruled,
    sentences,
    utc,
)

MINUTE = timedelta(minutes=1)
DATA = replace(RULES, key="data", title="Data board", points=1, voters=frozenset({Role.SECRETARY, Role.ADMIN}))


async def steps(house: House, sitting: str = SITTING) -> dict[str, str]:
    """The states of the steps of a sitting, by name and subject."""
    states = await house.steps()
    return {
        name.removeprefix(f"{sitting}/").strip("/"): state for name, state in states.items() if name.startswith(sitting)
    }


async def skipped(house: House) -> dict[str, str]:
    """What the keepers were told, by the name of the keeper."""
    told = await house.said("skipped:")
    people = {(await house.person(who)).id: who for who in ROLES}
    return {people[one.to]: await house.reads(one.id) for one in told.values()}


# --- once ----------------------------------------------------------------------------------------------------------


async def test_a_step_is_done_once_however_often_and_late_it_is_looked_for(begun: House) -> None:
    before = await begun.image()
    for later in (timedelta(), timedelta(seconds=1), timedelta(hours=5)):
        assert (
            await run_due_steps(begun.at + later, open_work=begun.memory.open_work, organisation=begun.organisation)
            == 0
        )
    assert await begun.image() == before


async def test_a_clock_that_jumps_back_undoes_and_repeats_nothing(begun: House) -> None:
    before = await begun.image()
    await begun.go(CALL - timedelta(days=30))
    await begun.go(begun.at)
    assert await begun.image() == before


async def test_every_step_of_a_sitting_is_done_in_its_order(house: House) -> None:
    for at in (CALL, AGENDA, OPENING, DEADLINE):
        await house.go(at)
    assert set((await steps(house)).values()) == {"done"}
    done = sorted((row["done_at"], row["name"]) for row in await house.rows("step") if row["done_at"])
    assert [name for _, name in done] == [
        *("call_for_marks", "publish_agenda", "open_ballots", "close_ballot", "close_ballot"),
    ]
    assert await skipped(house) == {}


# --- late ----------------------------------------------------------------------------------------------------------


async def test_late_steps_are_caught_up_within_their_grace(house: House) -> None:
    await house.go(AGENDA - MINUTE)
    assert len(await house.said("marks:")) == len(MEMBERS)
    await house.go(OPENING - MINUTE)
    assert len(await house.said("agenda:")) == 1
    await house.go(DEADLINE - MINUTE)
    assert (await house.ballot("triage")).closes_at == DEADLINE
    await house.have_voted("triage", "ggg")
    await house.go(DEADLINE + timedelta(days=10))
    assert (await house.case("triage")).stage is Stage.MVP
    assert await skipped(house) == {}


async def test_a_call_for_marks_is_too_late_once_the_agenda_is_due(house: House) -> None:
    await house.go(AGENDA)
    assert await steps(house) == {"call_for_marks": "skipped", "publish_agenda": "done", "open_ballots": "waiting"}
    told = await skipped(house)
    assert list(told) == ["adalbert"]
    assert "A step of AI committee was skipped" in told["adalbert"]
    assert "Nobody was asked for marks" in told["adalbert"]
    assert "Tuesday 7 April, 10:00" in told["adalbert"]
    assert await house.said("marks:") == {}


async def test_an_agenda_is_too_late_once_ballots_are_due_and_they_open_all_the_same(called: House) -> None:
    await called.go(OPENING)
    assert "The agenda was not posted" in (await skipped(called))["adalbert"]
    assert await called.said("agenda:") == {}
    assert len(await called.said("paper:")) == len(MEMBERS)
    assert "Score 3.45" in await called.reads(f"card:{SITTING}:01:triage")


async def test_ballots_are_too_late_once_they_would_close_and_the_sitting_is_missed(called: House) -> None:
    await called.go(AGENDA)
    await called.go(DEADLINE)
    assert (await called.sitting()).state is OccurrenceState.MISSED
    assert await called.rows("ballot") == []
    assert "The ballots did not open" in (await skipped(called))["adalbert"]
    call = await called.reads(f"marks:{SITTING}:{(await called.person('cyprian')).id}")
    assert "The sitting of Tuesday 7 April is off" in call
    await called.go(utc(4, 27, 7))
    assert await called.points(NEXT) == ["triage", "fraud"]


async def test_without_an_admin_the_chair_hears_of_what_was_skipped(house: House) -> None:
    async with house.memory.open_work() as work:
        await work.people.adopt_roster(
            [entry(email(who), *roles) for who, roles in ROLES.items() if who != "adalbert"], default=NOBODY
        )
    await house.go(AGENDA)
    assert list(await skipped(house)) == ["anatolia"]


async def test_after_weeks_of_silence_there_is_one_word_a_sitting_and_no_flood(house: House) -> None:
    # Two sittings have passed; the third is near enough for its marks.
    shown = await house.go(utc(5, 27, 8))
    keeper = (await house.person("adalbert")).id
    words = sorted(one.post for one in shown if one.post.startswith("skipped"))
    assert words == [f"skipped:{sitting}:call_for_marks:{keeper}" for sitting in (SITTING, NEXT)]
    word = await house.reads(words[0])
    for late in ("Nobody was asked for marks", "The agenda was not posted", "The ballots did not open"):
        assert late in word
    assert set((await steps(house)).values()) == {"skipped"}
    assert await house.points("committee-2026-06-02") == ["triage", "fraud"]
    await plan_ahead(house.at, open_work=house.memory.open_work, organisation=house.organisation)
    assert (await house.upcoming())[-1].at > utc(8, 1)


# --- failing -------------------------------------------------------------------------------------------------------


@pytest.fixture
async def two_committees(memory: Memory) -> House:
    """Two committees vote on the same day, each on one case."""
    house = House(memory, ruled(replace(RULES, points=1), DATA))
    await house.settle_in()
    await house.come_to("voting")
    return house


async def test_a_failing_effect_is_put_off_and_does_not_stop_the_others(
    two_committees: House, caplog: pytest.LogCaptureFixture
) -> None:
    house = two_committees
    await house.have_voted("triage", "ggg")
    await house.break_row("ballot", f"{SITTING}:triage", quorum_denominator=0)
    with caplog.at_level(logging.INFO):
        await house.go(DEADLINE)
    failed = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert [(one.__dict__["action"], one.__dict__["step"]) for one in failed] == [
        ("step_failed", f"{SITTING}/close_ballot/{SITTING}:triage")
    ]
    assert (await house.ballot("fraud", "data-2026-04-07")).state is BallotState.CLOSED
    assert await house.decisions() == {}
    caplog.clear()
    await house.go(DEADLINE + TRY_AGAIN - timedelta(seconds=1))
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
    await house.break_row("ballot", f"{SITTING}:triage", quorum_denominator=2)
    await house.go(DEADLINE + TRY_AGAIN)
    assert (await house.case("triage")).stage is Stage.MVP
    assert len(await house.said("minutes:")) == 2


async def test_a_failing_effect_leaves_nothing_behind(called: House) -> None:
    called.organisation = replace(called.organisation, k_score=1)  # never below five: the scores refuse
    before = {table: await called.rows(table) for table in ("post", "point", "reveal", "sealed_marks", "mark_sheet")}
    await called.go(AGENDA, deliver=False)
    assert {table: await called.rows(table) for table in before} == before
    assert (await steps(called))["publish_agenda"] == "waiting"
    called.organisation = replace(called.organisation, k_score=5)
    await called.go(AGENDA + TRY_AGAIN)
    assert "Score 3.45" in await called.reads(f"agenda:{SITTING}")


async def test_a_step_that_failed_until_it_was_too_late_is_skipped_with_a_word(called: House) -> None:
    called.organisation = replace(called.organisation, k_score=1)
    await called.go(AGENDA)
    called.organisation = replace(called.organisation, k_score=5)
    await called.go(OPENING)
    assert "The agenda was not posted" in (await skipped(called))["adalbert"]
    assert (await called.sitting()).state is OccurrenceState.HELD


# --- rules that are gone -------------------------------------------------------------------------------------------


async def test_a_sitting_whose_ritual_is_gone_ends_and_frees_its_initiatives(
    begun: House, caplog: pytest.LogCaptureFixture
) -> None:
    begun.organisation = ruled(replace(RULES, key="board", title="Board"))
    await replan(begun.at, open_work=begun.memory.open_work, organisation=begun.organisation)
    assert [one.id for one in await begun.upcoming() if one.ritual == "committee"] in ([SITTING], [])
    before = (await begun.sitting()).state
    assert before in {OccurrenceState.PLANNED, OccurrenceState.HELD}
    with caplog.at_level(logging.INFO):
        await begun.go(DEADLINE)
    assert "step_orphaned" in {one.__dict__.get("action") for one in caplog.records}
    assert (await begun.sitting()).state is OccurrenceState.CANCELLED
    assert "open" not in {row["state"] for row in await begun.rows("ballot")}
    await begun.go(utc(4, 27, 7))
    assert await begun.points("board-2026-05-05") == ["triage", "fraud"]


async def test_ballots_of_a_ritual_that_is_gone_are_nobodys_any_more(voting: House) -> None:
    voting.organisation = ruled()
    with pytest.raises(NotFound):
        await voting.vote("cyprian", "triage", "go")
    assert (await voting.ask("cyprian", look.show_mine)).message is None
    assert "There is nothing to cancel." in sentences((await voting.ask("anatolia", brake.list_to_cancel)).message)
    await voting.ask("cyprian", look.open_home)


async def test_a_ritual_that_is_gone_stops_no_other(two_committees: House) -> None:
    house = two_committees
    house.organisation = ruled(DATA)
    await house.go(DEADLINE)
    assert (await house.sitting()).state is OccurrenceState.CANCELLED
    assert (await house.sitting("data-2026-04-07")).state is OccurrenceState.CLOSED
    assert len(await house.said("minutes:")) == 1


# --- two committees ------------------------------------------------------------------------------------------------


async def test_nobody_votes_on_the_ballot_of_a_committee_they_are_not_on(two_committees: House) -> None:
    house = two_committees
    before = await house.image()
    for who in ("cyprian", "anatolia"):
        with pytest.raises(NotAMember):
            await house.vote(who, "fraud", "go", "data-2026-04-07")
        with pytest.raises(NotAMember):
            await house.ask(who, cast_vote.give_reason, "data-2026-04-07:fraud", "Because.")
    with pytest.raises(NotFound):
        await house.vote("cyprian", "triage", "go", "data-2026-04-07")
    assert await house.image() == before
    await house.vote("sidonie", "fraud", "go", "data-2026-04-07")


async def test_an_initiative_is_on_one_agenda_at_a_time(two_committees: House) -> None:
    assert await two_committees.points() == ["triage"]
    assert await two_committees.points("data-2026-04-07") == ["fraud"]


async def test_the_next_sitting_is_that_of_the_same_committee(two_committees: House) -> None:
    await two_committees.go(DEADLINE)
    for minutes in await two_committees.said("minutes:"):
        assert "Next sitting: Tuesday 5 May, 10:00" in await two_committees.reads(minutes)
    assert utc(5, 5, 8) == NEXT_SITTING
