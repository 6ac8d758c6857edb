"""What is delivered twice counts once, and what comes at the same moment is all kept, by every door."""

import asyncio

from tests.bot.scenarios.horizon import LUC, MEMBERS, NADIA, PRIYA, SAM, AnyHouse, Json
from tests.bot.scenarios.house import TEAM, House, buttons


async def votes(house: AnyHouse) -> list[str]:
    async with house.app.memory.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT choice FROM vote WHERE ballot LIKE '%triage%' ORDER BY choice")
        return [row[0] for row in rows]


async def envelope(house: House, who: str, choice: str) -> Json:
    """What Slack sends for a vote, to be sent as often as one likes."""
    paper = await house.paper(who)
    _, element = next(
        (block, one) for block, one in buttons(paper) if one.get("value", "").endswith(f"triage:{choice}")
    )
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": who, "team_id": TEAM},
        "api_app_id": "A0COMITIA",
        "container": {"type": "message", "message_ts": paper["ts"], "channel_id": paper["channel"]},
        "channel": {"id": paper["channel"]},
        "actions": [{**element, "action_ts": "1.1"}],
    }


async def test_a_vote_that_is_delivered_again_and_again_counts_once(either: House) -> None:
    house = either
    await house.to_ballots()
    sent = await envelope(house, SAM, "go")
    assert (await house.forge(sent))["ok"]
    copies = await asyncio.gather(*(house.forge(sent) for _ in range(3)))
    assert all(copy["ok"] for copy in copies)
    await house.after(minutes=5)
    assert await votes(house) == ["go"]
    await house.nothing_lost()


async def test_votes_and_double_clicks_of_the_same_moment_are_each_kept_once(any_door: AnyHouse) -> None:
    house = any_door
    await house.to_ballots()
    chosen = {NADIA: "go", PRIYA: "no_go", SAM: "go", LUC: "no_go"}
    assert set(chosen) == set(MEMBERS)
    presses = await asyncio.gather(*(house.vote(who, choice) for who, choice in chosen.items() for _ in range(2)))
    assert all(press["ok"] for press in presses)
    await house.after(minutes=5)
    assert await votes(house) == ["go", "go", "no_go", "no_go"]
    await house.nothing_lost()
