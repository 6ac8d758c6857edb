"""A vote is kept first and shown next, whatever happens between the two."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from rituals.committee.decisions import BallotState
from rituals.pulses.waves import CLOCKS_DIFFER
from rituals.use_cases import answer_pulse, cast_vote
from rituals.use_cases.catch_up import SOME, catch_up
from storage.work import Memory
from tests.builders import entry, slack
from tests.rituals.use_cases.house import MEMBERS, OPENING, SITTING, House, email
from tests.rituals.use_cases.pulse_house import LAUNCH, REMINDED, WAVE, PulseHouse


async def card(house: House) -> str:
    """What the ballot's card says."""
    (found,) = [one for one in await house.said("card:") if one.endswith(":triage")]
    return await house.reads(found)


async def test_a_vote_puts_no_post_before_it_is_acknowledged(voting: House) -> None:
    before = await voting.said()
    await voting.vote("cyprian", "triage", "go", catching_up=False)
    assert (await voting.cast("triage")).keys() == {"cyprian"}
    assert await voting.said() == before


async def test_an_acknowledged_vote_whose_process_died_is_shown_by_the_next_one(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go", catching_up=False)
    after_the_start = House(voting.memory, voting.organisation, OPENING + timedelta(minutes=5))
    assert await after_the_start.catch_up() == 1
    paper = f"paper:{SITTING}:{(await voting.person('cyprian')).id}"
    assert "Your vote: Go." in await after_the_start.reads(paper)
    assert "One of 6 has voted" in await card(after_the_start)


async def test_catching_up_twice_is_catching_up_once(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go")
    once = await voting.said()
    assert await voting.catch_up() == 0
    assert await voting.said() == once


async def test_a_catch_up_that_fails_is_made_up_for_by_the_next(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go", catching_up=False)

    async def fail() -> None:
        async with voting.memory.open_work() as work:
            await work.redraws.take(limit=SOME)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await voting.catch_up() == 1


async def test_many_votes_change_the_card_once(voting: House) -> None:
    for who in MEMBERS[:4]:
        await voting.vote(who, "triage", "go", catching_up=False)
    (before,) = [one for name, one in (await voting.said("card:")).items() if name.endswith(":triage")]
    await voting.catch_up()
    after = (await voting.said("card:"))[before.id]
    assert after.revision == before.revision + 1
    assert "4 of 6 have voted" in await card(voting)


async def test_the_same_vote_again_leaves_nothing_to_put_anew(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go")
    await voting.vote("cyprian", "triage", "go", catching_up=False)
    assert await voting.catch_up() == 0


async def test_when_everybody_has_voted_the_catch_up_closes_the_ballot_soon(voting: House) -> None:
    for who in MEMBERS:
        await voting.vote(who, "triage", "go", catching_up=False)
    assert (await voting.ballot("triage")).closes_at > OPENING + timedelta(hours=1)
    await voting.catch_up()
    closes = (await voting.ballot("triage")).closes_at
    assert closes <= OPENING + timedelta(minutes=5)
    await voting.go(closes)
    assert (await voting.ballot("triage")).state is BallotState.CLOSED


async def test_a_catch_up_after_the_close_reopens_nothing(voting: House) -> None:
    for who in MEMBERS:
        await voting.vote(who, "triage", "go", catching_up=False)
    await voting.go((await voting.ballot("triage")).closes_at)
    shown = {name: one.json for name, one in (await voting.said()).items()}
    await voting.catch_up()
    assert (await voting.ballot("triage")).state is BallotState.CLOSED
    assert {name: one.json for name, one in (await voting.said()).items()} == shown


async def test_the_paper_of_somebody_who_has_just_left_stays_as_it_is(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go", catching_up=False)
    paper = f"paper:{SITTING}:{(await voting.person('cyprian')).id}"
    before = await voting.said(paper)
    gone = entry(email("cyprian"), name="Cyprian")
    async with voting.memory.open_work() as work:
        await work.people.adopt_account(slack("cyprian"), gone, present=False)
    await voting.catch_up()
    assert await voting.said(paper) == before
    assert "One of 6 has voted" in await card(voting)


async def test_a_vote_of_a_ritual_that_is_gone_from_app_yaml_is_let_go(voting: House) -> None:
    await voting.vote("cyprian", "triage", "go", catching_up=False)
    voting.organisation = type(voting.organisation)(
        name="Three Rivers", locale="fr", zone=voting.organisation.zone, working_days=voting.organisation.working_days
    )
    before = await voting.said()
    assert await catch_up(voting.at, open_work=voting.memory.open_work, organisation=voting.organisation) == 1
    assert await voting.said() == before


async def test_an_answer_to_a_pulse_leaves_no_wake(memory: Memory) -> None:
    house = PulseHouse(memory)
    await house.move_in()
    await house.go(LAUNCH)
    who = (await house.asked())[0]
    await house.ask(who, answer_pulse.answer, WAVE, "every_week", catching_up=False)
    assert await house.rows("redraw") == []


class Statements:
    """What a database is asked while the context lasts."""

    def __init__(self, memory: Memory) -> None:
        self._engine = memory._engine.sync_engine
        self.seen: list[str] = []

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.seen.append(statement.split()[0])

    def __enter__(self) -> list[str]:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self.seen

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)


async def test_a_vote_costs_one_query_and_two_rows(voting: House) -> None:
    request = (slack("cyprian"), f"{SITTING}:triage", "go")
    with Statements(voting.memory) as seen:
        await cast_vote.cast_vote(
            *request,
            at=voting.at,
            look=voting.memory.look_at_ballot,
            open_work=voting.memory.open_work,
            organisation=voting.organisation,
        )
    assert seen == ["SELECT", "INSERT", "INSERT"]


async def test_an_answer_costs_one_query_and_one_seal_and_later_the_reminder_it_spares(memory: Memory) -> None:
    house = PulseHouse(memory)
    await house.move_in()
    await house.go(LAUNCH)
    who = slack((await house.asked())[0])

    async def answered(at: datetime) -> list[str]:
        with Statements(memory) as seen:
            await answer_pulse.answer(
                who, WAVE, "never", at=at, open_work=memory.open_work, organisation=house.organisation
            )
        return seen

    assert await answered(LAUNCH) == ["SELECT", "INSERT"]
    assert await answered(LAUNCH) == ["SELECT", "UPDATE"]
    # The clock of the replica that reminds may be ahead.
    assert await answered(REMINDED - CLOCKS_DIFFER) == ["SELECT", "UPDATE", "UPDATE"]
