"""The demo on Slack, on Teams and on both: equal seeds give the same votes, marks, answers and figures."""

import asyncio
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
import pytest_asyncio

from bot.app import migrate_database
from bot.demo import headless, history, horizon, processes, records
from bot.demo.colleagues import Colleagues
from bot.demo.homes import HOMES, ON_BOTH
from bot.demo.stand_ins import Audit, standing_in
from bot.demo.stepper import Stepper
from bot.settings import load

Json = dict[str, Any]

PLATFORMS = ("slack", "teams", "both")
LONG = timedelta(days=8, hours=10)
"""From the call for marks to the first decisions, with two waves of a pulse."""

SAID = {
    "votes": "SELECT email, ballot, choice, reason FROM vote JOIN person ON person.id = vote.person",
    "marks": "SELECT occurrence, initiative, marks FROM mark_sheet",
    "points": "SELECT occurrence, initiative, position FROM point",
    "decisions": "SELECT ballot, outcome, entitled, yes, no, defer, abstain FROM decision",
    "invited": "SELECT wave, email FROM invitation JOIN person ON person.id = invitation.person",
    "answers": "SELECT wave, question, codes FROM pulse_answer",
    "waves": "SELECT id, state, invited, answered FROM wave",
}
"""What people have said, and what came of it."""

VOICES = """SELECT DISTINCT email, platform FROM post JOIN person ON person.id = post."to"
WHERE to_type = 'person' AND reference IS NOT NULL"""
"""Where people were written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What Comitia counted, what it knows of people, and what became of its messages on each platform."""

    figures: Json
    said: dict[str, list[tuple[Any, ...]]]
    voices: set[tuple[str, str]]
    account: Json
    counts: dict[str, Json]
    audits: dict[str, Audit]


def few_files(directory: Path) -> None:
    """Who belongs where and has what, and nothing that was counted: what takes long, and no platform changes."""
    records.write(directory, weeks=1)
    for kind in records.DATED:
        path = directory / f"{kind}.csv"
        path.write_text(path.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")


async def lived(platform: str, directory: Path, turn: asyncio.Lock) -> Lived:
    """Some days of Horizon there, without a past; `turn`: held where only one at a time may begin in a process."""
    homes, start = HOMES[platform], datetime.fromisoformat(horizon.START)
    few_files(directory / "files")
    async with AsyncExitStack() as stack:
        places = await stack.enter_async_context(processes.stand_ins(directory, stepped=True, homes=homes))
        comitia = await stack.enter_async_context(processes.comitia(directory, places, stepped=True, homes=homes))
        config = directory / "app.yaml"
        settings = load(config, environ=homes.secrets())
        async with turn:
            await migrate_database(settings)
            await history.begin(settings, homes, seed=7, files=directory / "files", config=config, at=start)
        stand_ins = await stack.enter_async_context(standing_in(places))
        crowd = Colleagues(
            homes.chat(stand_ins.pages),
            people=horizon.crowd()[:60],
            leaning={case.key: case.liked for case in horizon.CASES},
            tastes=horizon.TASTES,
            seed=7,
        )
        stepper = Stepper(stand_ins, comitia, crowd)
        await comitia.control()
        await crowd.arrive()
        await stepper.run_until(start.timestamp() + 1)  # from its first look on Comitia knows what lies ahead
        await stepper.run_until((start + LONG).timestamp())
        found = await stepper.figures(), await stepper.account(), await stand_ins.counts(), await stand_ins.audits()
    figures, account, counts, audits = found
    with closing(connect(directory / "comitia.sqlite")) as database:
        said = {name: sorted(database.execute(query).fetchall(), key=str) for name, query in SAID.items()}
        voices = set(database.execute(VOICES).fetchall())
    return Lived(figures=figures, said=said, voices=voices, account=account, counts=counts, audits=audits)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lived]:
    """The same days on each platform, lived once for all who look at them."""
    turn = asyncio.Lock()
    under_way = (lived(name, tmp_path_factory.mktemp(name), turn) for name in PLATFORMS)
    return dict(zip(PLATFORMS, await asyncio.gather(*under_way), strict=True))


@pytest.mark.xdist_group("headless")
def test_equal_seeds_give_equal_votes_marks_answers_and_figures(lives: dict[str, Lived]) -> None:
    slack, teams, both = (lives[platform] for platform in PLATFORMS)
    assert teams.said == both.said == slack.said
    assert teams.figures == both.figures == slack.figures
    assert {name for name, rows in slack.said.items() if not rows} == set()
    assert slack.figures["decisions"] == 5
    assert {choice for _, _, choice, _ in slack.said["votes"]} >= {"go", "no_go"}
    assert any(reason for _, _, _, reason in slack.said["votes"])


@pytest.mark.xdist_group("headless")
@pytest.mark.parametrize("platform", PLATFORMS)
def test_nothing_is_said_twice_or_lost_anywhere(lives: dict[str, Lived], platform: str) -> None:
    one = lives[platform]
    assert tuple(one.counts) == HOMES[platform].platforms
    for where, counted in one.counts.items():
        told = headless.chat(dict.fromkeys(counted, 0), counted, one.account, one.audits[where], platform=where)
        assert told["posts_sent"] > 20
        assert {what: told[what] for what in headless.SOUND} == {"duplicates": 0, "missing": 0, "errors": 0}
    assert one.account["failed"] == one.account["perhaps"] == 0


@pytest.mark.xdist_group("headless")
def test_whoever_has_two_accounts_is_written_to_where_they_are_at_home(lives: dict[str, Lived]) -> None:
    everybody = {(email, home) for email, (_, home) in ON_BOTH.everybody.items()}
    written_to = lives["both"].voices
    assert written_to <= everybody
    on_slack, on_teams = _accounts()
    assert {home for email, home in written_to if email in on_slack & on_teams} == {"slack", "teams"}


def test_where_people_are_on_both_platforms_half_are_at_home_on_each_and_some_have_two_accounts() -> None:
    on_slack, on_teams = _accounts()
    assert on_slack | on_teams == set(ON_BOTH.everybody)
    assert abs(len(on_slack) - len(on_teams)) <= 1
    assert 4 <= len(on_slack & on_teams) <= len(on_slack | on_teams) / 8
    members = {person.email for person in horizon.CAST if "member" in person.roles}
    assert members & on_slack - on_teams
    assert members & on_teams - on_slack


def _accounts() -> tuple[set[str], set[str]]:
    slack, teams = ON_BOTH.workspace(stepped=True, start=horizon.START), ON_BOTH.tenant(stepped=True, start="")
    return {one["email"] for one in slack["people"]}, {one["mail"] for one in teams["people"]}


def test_a_message_that_is_not_in_chat_any_more_is_missing() -> None:
    account = {"showing": [["teams", "1"], ["teams", "2"], ["slack", "3"]]}
    told = headless.chat({}, {"posts_sent": 3, "edits": 0, "duplicates": 0}, account, AUDIT, platform="teams")
    assert told["missing"] == 1
    assert told["errors"] == 4


AUDIT = Audit(said=frozenset({"1"}), problems=4)


@pytest.mark.parametrize("found", headless.SOUND)
async def test_the_demo_fails_where_something_was_said_twice_lost_or_wrong(
    found: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = iter([dict.fromkeys(headless.SOUND, 0), {**dict.fromkeys(headless.SOUND, 0), found: 1}])

    async def played(**_: object) -> Json:
        return next(ends)

    monkeypatch.setattr(headless, "play", played)
    monkeypatch.setenv("LANG", "en_GB")
    ended = [await headless.run(weeks=1, seed=7, as_json=True, directory=None) for _ in range(2)]
    assert ended == [0, 1]
    assert found in capsys.readouterr().err


async def test_a_directory_of_an_earlier_demo_serves_no_second_one_on_teams(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "comitia.sqlite").touch()
    assert await headless.run(weeks=1, seed=7, as_json=True, directory=tmp_path, platform="teams") == 1
    assert str(tmp_path) in capsys.readouterr().err
