"""Somebody with an account on each platform is one person: one vote and one answer, from wherever they come."""

from rituals.committee.ballots import VoteChoice
from rituals.people import Account
from rituals.use_cases import answer_pulse, cast_vote
from storage.work import Memory
from tests.builders import entry, slack
from tests.rituals.use_cases.house import MEMBER, SITTING, House, email
from tests.rituals.use_cases.pulse_house import CLOSE, LAUNCH, WAVE, PulseHouse


async def on_teams_too(house: House, who: str) -> Account:
    """They have an account there of the same address, written otherwise."""
    account = Account(platform="teams", workspace="t1", user=f"aad-{who}")
    async with house.memory.open_work() as work:
        await work.people.adopt_account(account, entry(email(who).upper()), present=True)
    return account


async def test_a_vote_from_teams_takes_the_place_of_the_one_from_slack(voting: House) -> None:
    teams = await on_teams_too(voting, MEMBER)
    ballot = f"{SITTING}:triage"
    for account, choice in ((slack(MEMBER), "go"), (teams, "defer")):
        await cast_vote.cast_vote(
            account,
            ballot,
            choice,
            at=voting.at,
            look=voting.memory.look_at_ballot,
            open_work=voting.memory.open_work,
            organisation=voting.organisation,
        )
    async with voting.memory.open_work() as work:
        (kept,) = await work.ballots.votes(ballot)
    assert kept.choice is VoteChoice.DEFER


async def test_an_answer_from_teams_takes_the_place_of_the_one_from_slack(memory: Memory) -> None:
    house = PulseHouse(memory)
    await house.move_in()
    await house.go(LAUNCH)
    asked = await house.asked()
    teams = await on_teams_too(house, asked[0])
    for who in asked:
        await house.answer(who, "every_week")
    await answer_pulse.answer(
        teams, WAVE, "never", at=house.at, open_work=memory.open_work, organisation=house.organisation
    )
    await house.go(CLOSE)
    said = [one.codes for one in await house.answers() if "every_week" in one.codes or "never" in one.codes]
    assert (len(said), said.count(("never",))) == (len(asked), 1)
