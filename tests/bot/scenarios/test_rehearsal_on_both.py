"""A rehearsal of an organisation on both platforms: it is where the one person is, and shows what would go to both."""

from __future__ import annotations

import re
from pathlib import Path

from rituals.posts import ToRoom
from tests.bot.scenarios.both_houses import both_houses
from tests.bot.scenarios.horizon import (
    BALLOTS_OPEN,
    LUC,
    NADIA,
    NEWS,
    PRIYA,
    ROOM,
    SAM,
    STARTS,
    ZOE,
    AnyHouse,
    address_of,
    french,
    words,
)
from tests.builders import post

ON_SLACK, ON_TEAMS = (NADIA, SAM, LUC), (PRIYA, ZOE, LUC)


async def nobody_has_anything(house: AnyHouse, *people: str) -> None:
    """Neither these people, of whom the last is in the room as well, nor the room."""
    for person in people:
        assert await house.messages(person) == []
    room = ROOM if house.platform == "slack" else NEWS
    assert [one for one in await house.messages(people[-1], room) if not one["alone"]] == []


async def marks(house: AnyHouse, who: str, *expected: str) -> set[str]:
    """Those of the `expected` marks that somebody's copies have, each of which has one."""
    said = [french(words(one)) for one in await house.messages(who)]
    said = [one.replace("Répétition : pour", "Rehearsal: for").replace(", sur ", ", on ") for one in said]
    found = [{mark for mark in expected if re.search(f"Rehearsal: {mark}(?!,)", one)} for one in said]
    assert {len(of_one) for of_one in found} == {1}
    return set().union(*found)


async def test_on_slack_it_shows_what_would_go_to_people_and_rooms_of_teams(
    tmp_path: Path, sqlite_template: Path
) -> None:
    sam = address_of(SAM)
    async with both_houses(tmp_path, sqlite_template, on_slack=ON_SLACK, on_teams=ON_TEAMS, rehearsal=sam) as both:
        await both.slack.put(post("news", to=ToRoom(room="news"), not_before=STARTS))
        await both.slack.to(BALLOTS_OPEN)
        await both.slack.after(minutes=5)
        there = {"for Nadia Benali", "for Luc Moreau", "for Sam Taylor", "for #ai-committee"}
        everywhere = {*there, "for Priya Shah, on Teams", "for AI news, on Teams"}
        assert await marks(both.slack, SAM, *everywhere) == everywhere
        await nobody_has_anything(both.slack, NADIA, LUC)
        await nobody_has_anything(both.teams, *ON_TEAMS)
        theirs = [one for one in await both.slack.messages(SAM) if "for Priya Shah, on Teams" in words(one)]
        await both.slack.press(SAM, theirs[-1], "rehearsal", "triage:go")
        await both.slack.settle()
        assert "this copy is for somebody else" in (await both.slack.told(SAM))[-1]
        await both.slack.nothing_lost()


async def test_whoever_is_on_teams_alone_rehearses_there(tmp_path: Path, sqlite_template: Path) -> None:
    priya = address_of(PRIYA)
    async with both_houses(tmp_path, sqlite_template, on_slack=ON_SLACK, on_teams=ON_TEAMS, rehearsal=priya) as both:
        await both.teams.to(BALLOTS_OPEN)
        await both.teams.after(minutes=5)
        elsewhere = {f"for {name}, on Slack" for name in ("Nadia Benali", "Luc Moreau", "Sam Taylor", "#ai-committee")}
        everywhere = {*elsewhere, "for Priya Shah"}
        assert await marks(both.teams, PRIYA, *everywhere) == everywhere
        (paper,) = [
            one for one in await both.teams.messages(PRIYA) if "for Priya Shah" in words(one) and one["buttons"][4:]
        ]
        assert "✓ Go" in words((await both.teams.press(PRIYA, paper, "rehearsal", "triage:go"))["shown"]["card"])
        await nobody_has_anything(both.slack, *ON_SLACK)
        await nobody_has_anything(both.teams, ZOE, LUC)
        await both.teams.nothing_lost()
