"""A small storm loses nothing and says nothing twice: one process on SQLite, two on PostgreSQL."""

import shutil
from pathlib import Path

import pytest

from tests.crashes.grounds import TEAMS
from tests.databases import Postgres
from tests.soak.storm import Told, Weather, storm

pytestmark = pytest.mark.enable_socket  # a fork is asked for over a socket of the file system

SMALL = Weather(faults=0.5, drops=0.1, doubled=0.5, kills=3, kill_after=(0.2, 1.0), lease=1.0)


def assert_nothing_lost(told: Told) -> None:
    assert (told.duplicates, told.missing, told.strangers) == (0, 0, 0)
    assert told.states == {"shown": told.asked}
    assert told.asked == told.invited > 0
    assert told.answered == told.acknowledged > 0
    assert told.kills > 0
    assert told.faults > 0


async def test_a_process_killed_again_and_again_loses_no_answer_and_says_nothing_twice(
    tmp_path: Path, sqlite_template: Path
) -> None:
    database = Path(shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite"))
    assert_nothing_lost(await storm(tmp_path, database, people=24, seed=1, weeks=1, weather=SMALL))


async def test_of_two_replicas_one_killed_again_and_again_loses_no_answer_and_says_nothing_twice(
    tmp_path: Path, postgres: Postgres
) -> None:
    postgres.clean()
    told = await storm(tmp_path, postgres.url, people=24, seed=2, weeks=1, replicas=2, weather=SMALL)
    assert_nothing_lost(told)
    assert told.senders > 1, "nobody took over"


async def test_on_teams_a_process_killed_again_and_again_loses_no_answer_and_says_nothing_twice(
    tmp_path: Path, sqlite_template: Path
) -> None:
    database = Path(shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite"))
    told = await storm(tmp_path, database, ground=TEAMS, people=24, seed=1, weeks=1, weather=SMALL)
    perhaps = told.states.get("perhaps", 0)
    assert (told.duplicates, told.missing) == (0, 0)
    assert told.strangers <= perhaps, "whatever stands there unknown is counted"
    assert told.states.get("shown", 0) + perhaps == told.asked == told.invited > 0
    assert told.answered == told.acknowledged > 0
    assert told.kills > 0
    assert told.faults > 0
