"""One organisation on both platforms: everybody is met where they are, and counts once wherever they do something.

Nadia and Sam are on Slack only, Priya and Zoé on Teams only, Luc on both, under one address.
"""

import json
import socket
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.app.running import SAME_PLACE
from bot.commands import status
from rituals.posts import ToPerson, ToRoom
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
from tests.bot.scenarios.house import environ
from tests.bot.scenarios.test_pulses import CLOSES, HEARD, REMINDED, answers, have_a_tool, tap
from tests.bot.scenarios.test_pulses import RITUALS as PULSE
from tests.builders import post

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


async def test_who_comes_back_to_a_platform_within_the_minute_is_written_to_there(both: BothHouses) -> None:
    slack, teams = both.slack, both.teams
    began = slack.clock.now()
    for house in (slack, teams, slack):
        assert await house.command(LUC, "dates")
        await house.settle()
    assert slack.clock.now() - began < SAME_PLACE
    await slack.put(post("one", to=ToPerson(person=await slack.person(LUC)), not_before=slack.clock.now()))
    await slack.after(seconds=5)
    shown = [sum("Good morning." in words(one) for one in await house.messages(LUC)) for house in (slack, teams)]
    assert shown == [1, 0]


async def refuse_tokens(both: BothHouses, platform: str, *, refused: bool) -> str:
    """From now on the platform refuses our token, or takes it again; what it calls that."""
    if platform == "slack":
        client = both.slack.app.station("slack").side._line.client  # type: ignore[attr-defined]
        client.token = "xoxb-revoked" if refused else environ()["COMITIA_SLACK__BOT_TOKEN"]
        return "invalid_auth"
    if refused:
        await both.teams.page.fault("CreateConversation", "http_401", times=10_000)
    else:
        await both.teams.page.delete("/sandbox/faults")
    return "Unauthorized"


@pytest.mark.parametrize(("here", "there"), [("slack", "teams"), ("teams", "slack")])
async def test_a_token_refused_on_one_platform_stays_seen_until_it_is_taken_there_again(
    tmp_path: Path, sqlite_template: Path, here: str, there: str
) -> None:
    rooms = {"slack": ToRoom(room="committee"), "teams": ToRoom(room="news")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        web = {"host": "127.0.0.1", "port": free.getsockname()[1]}
    async with both_houses(tmp_path, sqlite_template, on_slack=ON_SLACK, on_teams=ON_TEAMS, web=web) as both:
        house, houses = both.slack, {"slack": both.slack, "teams": both.teams}

        async def stands() -> tuple[int, int, dict[str, Any], list[str]]:
            ready, parts = await house.health()
            out = StringIO()
            code = await status.run(
                tmp_path / "app.yaml", as_json=True, environ=environ(), at=house.clock.now(), out=out
            )
            found = json.loads(out.getvalue())
            states = {name: one["state"] for name, one in found["platforms"].items()}
            assert states == {name: parts[name] for name in states}, "/readyz and `comitia status` agree"
            alarms = [one["name"] for one in found["alarms"] if one["over_at"] is None]
            return ready, code, states, alarms

        async def shown_there(name: str) -> None:
            await houses[there].put(post(name, f"News {name}.", to=rooms[there], not_before=house.clock.now()))
            await house.after(seconds=10)
            assert await houses[there].message(ZOE if there == "teams" else SAM, f"News {name}.", NAMED[there])

        assert await stands() == (200, status.WELL, {here: "ok", there: "ok"}, [])
        failing = {here: f"failing: {await refuse_tokens(both, here, refused=True)}", there: "ok"}
        await houses[here].put(post("kept", to=rooms[here], not_before=house.clock.now()))
        await house.after(seconds=10)
        assert await stands() == (503, status.WRONG, failing, [])
        await shown_there("one")
        assert await stands() == (503, status.WRONG, failing, [])
        await house.after(minutes=75)
        await shown_there("two")
        await house.after(minutes=2)
        assert await stands() == (503, status.WRONG, failing, ["stuck"])
        await refuse_tokens(both, here, refused=False)
        await house.after(minutes=12)  # for so long nobody may have tried
        assert await stands() == (200, status.WELL, {here: "ok", there: "ok"}, [])


NAMED = {"slack": ROOM, "teams": NEWS}
"""The room on each platform."""
