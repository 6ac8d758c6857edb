"""One organisation on both platforms: everybody is met where they are, and counts once wherever they do something.

Nadia and Sam are on Slack only, Priya and Zoé on Teams only, Luc on both, under one address.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.scenarios.both_houses import BothHouses, both_houses
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.horizon import (
    BALLOTS_CLOSE,
    LUC,
    NADIA,
    NEWS,
    PRIYA,
    RITUALS,
    ROOM,
    SAM,
    SITTING,
    ZOE,
    AnyHouse,
    french,
    words,
)
from tests.bot.scenarios.test_pulses import CLOSES, HEARD, REMINDED, answers, have_a_tool, tap
from tests.bot.scenarios.test_pulses import RITUALS as PULSE

ON_SLACK, ON_TEAMS = (NADIA, SAM, LUC), (PRIYA, ZOE, LUC)


@pytest.fixture
async def both(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[BothHouses]:
    """Everybody on Teams has the app."""
    async with both_houses(
        tmp_path, sqlite_template, on_slack=ON_SLACK, on_teams=ON_TEAMS, rituals=RITUALS | PULSE
    ) as built:
        await built.teams.install(*ON_TEAMS)
        await built.teams.after(seconds=1)
        yield built


async def asked(house: AnyHouse, who: str, action: str) -> int:
    """How many of somebody's messages from Comitia there have a button of that kind."""
    return sum(
        any(button.action.startswith(action) for button in house.buttons(one)) for one in await house.messages(who)
    )


async def nothing_lost(both: BothHouses) -> None:
    await both.slack.nothing_lost()
    await both.teams.nothing_lost()


async def test_each_votes_where_they_are_once_and_the_minutes_stand_in_one_room(both: BothHouses) -> None:
    slack, teams = both.slack, both.teams
    await slack.to_ballots()
    assert {who: await asked(slack, who, "vote") for who in ON_SLACK} == {NADIA: 1, SAM: 1, LUC: 1}
    assert {who: await asked(teams, who, "vote") for who in ON_TEAMS} == {PRIYA: 1, ZOE: 0, LUC: 0}
    assert (await slack.vote(NADIA, "go"))["ok"]
    assert (await teams.vote(PRIYA, "go"))["ok"]
    assert (await slack.vote(LUC, "go"))["ok"]
    await slack.settle()
    await teams.command(LUC, "votes")
    assert (await teams.vote(LUC, "no_go"))["ok"]
    await slack.after(seconds=30)
    for house in (slack, teams):
        assert "✓ No-go" in french(words(await house.paper(LUC))), house.platform
    assert "3 of 4 have voted" in words(await slack.message(SAM, "Claims triage", ROOM))
    async with slack.app.memory.open_work() as work:
        votes = await work.ballots.votes(f"{SITTING}:triage")
    assert sorted(vote.choice.value for vote in votes) == ["go", "go", "no_go"]
    await slack.to(BALLOTS_CLOSE)
    await slack.after(minutes=1)
    assert [words(one).count("minutes of") > 0 for one in await slack.messages(SAM, ROOM)].count(True) == 1
    assert await teams.messages(ZOE, NEWS) == []
    await nothing_lost(both)


async def test_a_pulse_asks_everybody_once_where_they_spoke_last_and_hears_one_answer(
    both: BothHouses, log: Log
) -> None:
    slack, teams = both.slack, both.teams
    assert await teams.command(LUC, "dates")
    await have_a_tool(slack)
    await slack.to(HEARD)
    await slack.after(seconds=30)
    assert {who: await asked(slack, who, "pulse-use") for who in ON_SLACK} == {NADIA: 1, SAM: 1, LUC: 0}
    assert {who: await asked(teams, who, "pulse-use") for who in ON_TEAMS} == {PRIYA: 1, ZOE: 1, LUC: 1}
    # Who chose a place is reminded there, whatever they do elsewhere: by a message of its own.
    assert "ici" in words(await slack.command(LUC, "here"))
    assert await teams.command(LUC, "dates")
    await slack.to(REMINDED)
    await slack.after(seconds=30)
    assert (await asked(slack, LUC, "pulse-use"), await asked(teams, LUC, "pulse-use")) == (1, 1)
    assert (await tap(slack, LUC, "every_week"))["ok"]
    assert (await tap(teams, LUC, "never"))["ok"]
    for house in (slack, teams):
        assert await asked(house, LUC, "pulse-use") == 0, "answered where it was pressed"
    await slack.to(CLOSES)
    assert await answers(slack) == [("never",)]
    assert not [line for line in log.lines if "every_week" in line]
    await nothing_lost(both)
