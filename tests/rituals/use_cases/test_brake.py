"""The brake: pause without losing, resume without a flood, cancel and withdraw for good."""

from datetime import timedelta

import pytest

from rituals.committee.decisions import BallotState
from rituals.errors import NotFound, NothingToDo
from rituals.initiatives import Stage, Standing
from rituals.messages import Reply
from rituals.occurrences import OccurrenceState
from rituals.use_cases import brake, look
from rituals.use_cases.planning import plan_ahead
from tests.rituals.use_cases.house import (
    AGENDA,
    CALL,
    DEADLINE,
    NEXT,
    OPENING,
    SITTING,
    House,
    sentences,
    utc,
    values,
)

CHAIR, ADMIN = "anatolia", "adalbert"


def said(reply: Reply) -> str:
    """The sentence of a reply."""
    (sentence,) = sentences(reply.sentence)
    return sentence


async def brakes(house: House) -> set[str]:
    """What is paused."""
    return {row["ritual"] for row in await house.rows("pause")}


# --- pause and resume ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["committee", "all"])
async def test_while_paused_nothing_starts_and_nothing_is_shown(begun: House, what: str) -> None:
    await begun.ask(CHAIR, brake.pause, what)
    steps = await begun.steps()
    for at in (AGENDA, OPENING, DEADLINE, DEADLINE + timedelta(days=1)):
        assert [one.to.type for one in await begun.go(at) if one.to.type == "room"] == []
    assert await begun.steps() == steps


async def test_what_has_not_passed_when_the_pause_ends_is_done(called: House) -> None:
    await called.ask(CHAIR, brake.pause, "committee")
    await called.go(AGENDA)
    called.at = AGENDA + timedelta(hours=3)
    await called.ask(CHAIR, brake.resume, "committee")
    shown = {one.post for one in await called.go(called.at)}
    assert f"agenda:{SITTING}" in shown
    assert not any(one.startswith("skipped") for one in shown)


async def test_what_has_passed_when_the_pause_ends_is_skipped_with_one_word_and_no_flood(called: House) -> None:
    await called.ask(CHAIR, brake.pause, "all")
    await called.go(DEADLINE)
    called.at = DEADLINE + timedelta(days=1)
    await called.ask(CHAIR, brake.resume, "all")
    shown = [one.post.partition(":")[0] for one in await called.go(called.at)]
    # Members' calls for marks are edited where they stand; the room hears nothing of a sitting that is over.
    assert sorted(shown) == ["marks"] * 5 + ["skipped"]
    assert await called.said("agenda:") == await called.said("paper:") == {}
    assert (await called.sitting()).state is OccurrenceState.MISSED


async def test_posts_that_came_too_late_during_a_pause_expire(voting: House) -> None:
    eluned = f"paper:{SITTING}:{(await voting.person('eluned')).id}"
    await voting.ask(CHAIR, brake.pause, "committee")
    await voting.go(DEADLINE + timedelta(minutes=1))
    await voting.ask(CHAIR, brake.resume, "committee")
    assert eluned not in {one.post for one in await voting.go(voting.at)}
    assert (await voting.said(eluned))[eluned].state == "expired"


async def test_votes_already_open_can_be_cast_during_a_pause_and_are_counted_after_it(voting: House) -> None:
    await voting.ask(CHAIR, brake.pause, "all")
    await voting.vote("cyprian", "triage", "go")
    await voting.have_voted("triage", "gg.")
    await voting.go(DEADLINE + timedelta(days=2))
    assert await voting.decisions() == {}
    await voting.ask(CHAIR, brake.resume, "all")
    await voting.go(voting.at)
    assert (await voting.case("triage")).stage is Stage.MVP
    assert "minutes of Tuesday 7 April" in await voting.reads(f"minutes:{SITTING}")


async def test_a_pause_is_seen_in_the_dates(house: House) -> None:
    await house.ask(CHAIR, brake.pause, "committee")
    assert "Paused for now: AI committee." in sentences((await house.ask("perpetua", look.show_dates)).message)


async def test_a_pause_of_an_unknown_ritual_asks_which(house: House) -> None:
    for what in ("Committee", "nonsense", "a" * 10_000):
        assert said(await house.ask(CHAIR, brake.pause, what)) == "Which one? Name one of: committee; or all."
        assert said(await house.ask(CHAIR, brake.resume, what)) == "Which one? Name one of: committee; or all."
    assert await brakes(house) == set()


async def test_where_there_is_one_ritual_or_one_pause_it_need_not_be_named(house: House) -> None:
    await house.ask(CHAIR, brake.pause, "")
    assert await brakes(house) == {"committee"}
    await house.ask(CHAIR, brake.resume, "")
    assert await brakes(house) == set()
    await house.ask(CHAIR, brake.pause, "all")
    await house.ask(CHAIR, brake.resume, "")
    assert await brakes(house) == set()


@pytest.mark.parametrize("what", ["committee", "all"])
async def test_to_pause_what_is_paused_or_resume_what_runs_is_nothing_to_do(house: House, what: str) -> None:
    with pytest.raises(NothingToDo):
        await house.ask(CHAIR, brake.resume, what)
    await house.ask(CHAIR, brake.pause, what)
    with pytest.raises(NothingToDo):
        await house.ask(CHAIR, brake.pause, what)


async def test_to_resume_all_lifts_every_pause(house: House) -> None:
    await house.ask(CHAIR, brake.pause, "committee")
    assert said(await house.ask(CHAIR, brake.resume, "all")).startswith("Everything runs again.")
    assert await brakes(house) == set()


async def test_one_ritual_does_not_run_while_everything_is_paused_and_nobody_says_it_does(house: House) -> None:
    await house.ask(CHAIR, brake.pause, "all")
    assert said(await house.ask(CHAIR, brake.resume, "committee")).startswith("Everything is paused")
    assert await brakes(house) == {"all"}


# --- cancelling a sitting ------------------------------------------------------------------------------------------


async def test_a_sitting_nobody_has_heard_of_is_cancelled_in_silence(house: House) -> None:
    reply = await house.ask(CHAIR, brake.cancel_occurrence, SITTING)
    assert said(reply) == "AI committee of Tuesday 7 April, 10:00 is cancelled."
    assert await house.said() == {}
    for at in (CALL, AGENDA, OPENING, DEADLINE):
        assert await house.go(at) == []
    await house.go(utc(4, 27, 7))
    assert await house.points(NEXT) == ["triage", "fraud"]


async def test_the_room_hears_that_a_sitting_it_knows_of_is_off_and_when_the_next_one_is(begun: House) -> None:
    await begun.ask(CHAIR, brake.cancel_occurrence, SITTING)
    word = await begun.reads(f"cancelled:{SITTING}")
    assert "AI committee of Tuesday 7 April, 10:00 will not be held." in word
    assert "Next sitting: Tuesday 5 May, 10:00" in word
    call = await begun.post(f"marks:{SITTING}:{(await begun.person('cyprian')).id}")
    assert "The sitting of Tuesday 7 April is off" in "\n".join(sentences(call))
    assert "agenda" not in "\n".join(sentences(call))
    assert values(call) == []
    for at in (AGENDA, OPENING, DEADLINE):
        await begun.go(max(at, begun.at))
    assert await begun.said("minutes:") == {}
    assert await begun.decisions() == {}
    assert (await begun.sitting()).state is OccurrenceState.CANCELLED
    assert {(await begun.case(key)).carried_over for key in ("triage", "fraud")} == {0}
    await begun.go(utc(4, 27, 7))
    assert sorted(await begun.points(NEXT)) == ["fraud", "triage"]


async def test_ballots_of_a_cancelled_sitting_count_nothing_and_say_so(voting: House) -> None:
    await voting.votes("triage", "ggg")
    await voting.ask(CHAIR, brake.cancel_occurrence, SITTING)
    assert (await voting.ballot("triage")).state is BallotState.CANCELLED
    paper = f"paper:{SITTING}:{(await voting.person('cyprian')).id}"
    for post in (paper, f"card:{SITTING}:01:triage"):
        assert "This ballot was cancelled." in await voting.reads(post)
        assert values(await voting.post(post)) == []
    await voting.go(DEADLINE)
    assert (await voting.case("triage")).stage is Stage.POC


async def test_what_was_decided_before_a_sitting_is_cancelled_stands_and_has_its_minutes(voting: House) -> None:
    await voting.have_voted("triage", "gggggg")
    await voting.vote("fionnuala", "triage", "abstain")
    await voting.go(OPENING + timedelta(minutes=1))
    reply = await voting.ask(CHAIR, brake.cancel_occurrence, SITTING)
    assert "What was decided before stands" in said(reply)
    assert await voting.said("cancelled:") == {}
    minutes = await voting.reads(f"minutes:{SITTING}")
    assert "Go: it moves on to MVP." in minutes
    assert "Signs of fraud\nThis ballot was cancelled." in minutes
    assert (await voting.sitting()).state is OccurrenceState.CLOSED


async def test_a_sitting_can_be_chosen_to_be_cancelled_until_it_ends(begun: House) -> None:
    for at in (begun.at, DEADLINE - timedelta(minutes=1)):
        begun.at = at
        shown = await begun.ask(CHAIR, brake.list_to_cancel)
        assert f"cancel-sitting {SITTING}" in values(shown.message)
    await begun.go(DEADLINE)
    assert f"cancel-sitting {SITTING}" not in values((await begun.ask(CHAIR, brake.list_to_cancel)).message)


async def test_the_list_to_cancel_asks_a_second_time(voting: House) -> None:
    shown = (await voting.ask(CHAIR, brake.list_to_cancel)).message
    assert values(shown)[:3] == [
        f"cancel-ballot {SITTING}:triage",
        f"cancel-ballot {SITTING}:fraud",
        f"cancel-sitting {SITTING}",
    ]
    asked = "Cancel the ballot on “Triage of claims”? The votes cast so far will not count, and the initiative waits"
    assert any(asked in sentence for sentence in sentences(shown))


# --- cancelling a ballot -------------------------------------------------------------------------------------------


async def test_when_one_ballot_is_cancelled_the_others_go_on(voting: House) -> None:
    await voting.have_voted("fraud", "ggg")
    reply = await voting.ask(CHAIR, brake.cancel_ballot, f"{SITTING}:triage")
    assert said(reply) == "The ballot on “Triage of claims” is cancelled. Its initiative waits for the next sitting."
    assert (await voting.sitting()).state is OccurrenceState.HELD
    await voting.vote("dagmar", "fraud", "go")
    await voting.go(DEADLINE)
    minutes = await voting.reads(f"minutes:{SITTING}")
    assert "one decision" in minutes
    assert "Triage of claims\nThis ballot was cancelled." in minutes
    triage = await voting.case("triage")
    assert (triage.standing, triage.carried_over) == (Standing.ASKING, 0)


async def test_the_last_ballot_cancelled_ends_the_sitting_with_minutes_that_say_so(voting: House) -> None:
    for key in ("triage", "fraud"):
        await voting.ask(CHAIR, brake.cancel_ballot, f"{SITTING}:{key}")
    assert (await voting.sitting()).state is OccurrenceState.CLOSED
    minutes = await voting.reads(f"minutes:{SITTING}")
    assert "No decision was taken." in minutes
    assert minutes.count("This ballot was cancelled.") == 2
    steps = await voting.steps()
    assert {state for step, state in steps.items() if "close_ballot" in step} == {"cancelled"}
    await voting.deliver()
    before = await voting.said("minutes:")
    await voting.go(DEADLINE)
    assert await voting.said("minutes:") == before


async def test_the_last_open_ballot_cancelled_after_the_others_closed_ends_the_sitting(voting: House) -> None:
    await voting.have_voted("triage", "gggggg")
    await voting.vote("fionnuala", "triage", "no_go")
    await voting.go(OPENING + timedelta(minutes=1))
    assert await voting.said("minutes:") == {}
    await voting.ask(CHAIR, brake.cancel_ballot, f"{SITTING}:fraud")
    assert "Go: it moves on to MVP." in await voting.reads(f"minutes:{SITTING}")


# --- taking posts back ---------------------------------------------------------------------------------------------


async def test_a_withdrawn_post_leaves_the_room_and_never_comes_back(voting: House) -> None:
    card = f"card:{SITTING}:01:triage"
    await voting.ask(ADMIN, brake.withdraw, card)
    assert [(one.post, one.wanted) for one in await voting.deliver() if one.post == card] == [(card, False)]
    await voting.vote("cyprian", "triage", "go")
    await voting.have_voted("triage", "ggg")
    later = [one.post for one in await voting.go(DEADLINE)]
    assert card not in later
    assert (await voting.said(card))[card].state == "withdrawn"
    assert (await voting.case("triage")).stage is Stage.MVP
    with pytest.raises(NotFound):
        await voting.ask(ADMIN, brake.withdraw, card)


async def test_a_post_can_be_withdrawn_during_a_pause(voting: House) -> None:
    card = f"card:{SITTING}:01:triage"
    await voting.ask(CHAIR, brake.pause, "all")
    await voting.ask(CHAIR, brake.withdraw, card)
    assert [one.post for one in await voting.deliver()] == [card]


async def test_the_list_to_withdraw_has_what_rooms_were_shown_and_nothing_personal(voting: House) -> None:
    shown = (await voting.ask(ADMIN, brake.list_to_withdraw)).message
    assert values(shown) == [
        f"withdraw card:{SITTING}:01:triage",
        f"withdraw card:{SITTING}:02:fraud",
        f"withdraw agenda:{SITTING}",
    ]


async def test_where_there_is_nothing_to_take_back_the_lists_say_so(house: House) -> None:
    assert "There is no post to take back." in sentences((await house.ask(ADMIN, brake.list_to_withdraw)).message)
    for one in await house.upcoming():
        await house.ask(ADMIN, brake.cancel_occurrence, one.id)
    assert "There is nothing to cancel." in sentences((await house.ask(ADMIN, brake.list_to_cancel)).message)
    assert await plan_ahead(house.at, open_work=house.memory.open_work, organisation=house.organisation) == 0
