"""Benchmarks are run at a tiny size, so that they still run when they are needed; nothing here looks at the clock."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks.acknowledging import acknowledging
from tests.benchmarks.committee import SMALL
from tests.benchmarks.figures import figures
from tests.benchmarks.imports import imports
from tests.benchmarks.letters import letters
from tests.benchmarks.measure import Line, Spread
from tests.benchmarks.planning import planning
from tests.benchmarks.pulses import pulses
from tests.benchmarks.table import as_json, table
from tests.benchmarks.teams import executing, posting
from tests.databases import Postgres


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """An empty database, migrated already, which is what takes long."""
    if request.param == "SQLite":
        copied = shutil.copy(sqlite_template, tmp_path / "comitia.sqlite")
        yield f"sqlite:///{copied}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    yield server.url
    server.clean()


def _whole(lines: list[Line], *, group: str, url: str) -> None:
    assert {one.group for one in lines} == {group}
    assert {one.database for one in lines} == {"SQLite" if url.startswith("sqlite") else "PostgreSQL"}
    for one in lines:
        assert one.limit is not None
        for taken in (one.ours, one.limit):
            assert 0 < taken.least <= taken.median <= taken.most


async def test_votes_and_answers_until_they_are_acknowledged_are_measured(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'comitia.sqlite'}"
    lines = await acknowledging(tmp_path, url, size=SMALL, people=2, rounds=1, transports=["Socket Mode"])
    assert {one.transport for one in lines} == {"Socket Mode"}
    assert len([one for one in lines if one.most_times is not None]) == 3
    _whole([one for one in lines if one.limit is not None], group="acknowledge", url=url)


async def test_votes_on_teams_until_they_are_answered_are_measured(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'comitia.sqlite'}"
    lines = await executing(tmp_path, url, size=SMALL, people=2, rounds=1)
    assert len([one for one in lines if one.most_times is not None]) == 1
    _whole([one for one in lines if one.limit is not None], group="teams", url=url)


async def test_a_year_kept_is_measured_beside_the_same_rows(tmp_path: Path) -> None:
    _, kept, idle = await planning(tmp_path)
    assert int(kept.path.split(": ")[1].split()[0]) > 300
    _whole([kept, idle], group="plan", url="sqlite://")


async def test_posts_to_teams_are_measured(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'comitia.sqlite'}"
    _whole(await posting(tmp_path, url, posts=140, size=16, rounds=1), group="teams", url=url)


async def test_an_import_of_usage_is_measured_on_the_wall_and_by_the_processor(tmp_path: Path, url: str) -> None:
    lines = await imports(tmp_path, url, lines=25, people=10, rounds=1)
    assert [one.unit for one in lines] == ["s", "s CPU"]
    _whole(lines, group="import", url=url)


async def test_both_taps_of_a_pulse_are_measured(tmp_path: Path, url: str) -> None:
    lines = await pulses(tmp_path, url, at_once=5, rounds=1)
    assert [one.path.split(",")[0] for one in lines] == ["a pulse's first tap", "a pulse's Send"]
    _whole(lines, group="pulse", url=url)


async def test_a_week_of_figures_is_measured(tmp_path: Path, url: str) -> None:
    _whole(await figures(tmp_path, url, people=60, rounds=1), group="figure", url=url)


async def test_a_letter_is_measured(tmp_path: Path, url: str) -> None:
    _whole(await letters(tmp_path, url, initiatives=2, rounds=1), group="letter", url=url)


def test_a_group_that_fails_is_told_of_and_loses_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def failing(_: Path) -> list[Line]:
        raise ZeroDivisionError

    async def measured(_: Path) -> list[Line]:
        return [LINE]

    monkeypatch.setattr(command, "GROUPS", {"post": failing, "vote": measured})
    monkeypatch.setattr(command, "ON_POSTGRES", {})
    monkeypatch.setattr("sys.argv", ["benchmarks", "--write", str(tmp_path / "bench.json")])
    with pytest.raises(SystemExit) as ended:
        command.main()
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "a vote on SQLite" in said
    assert "Not measured: post (ZeroDivisionError)" in said
    assert [one["path"] for one in json.loads((tmp_path / "bench.json").read_text())] == ["a vote on SQLite"]


LINE = Line(
    group="vote",
    path="a vote on SQLite",
    ours=Spread.of([0.003, 0.002, 0.0055]),
    limit=Spread.of([0.0005, 0.0006, 0.0004]),
    limit_is="sqlite3: one upsert",
    database="SQLite",
)


def _table_row(line: Line) -> str:
    return " ".join(next(one for one in table([line]).splitlines() if one.startswith("a vote")).split())


def test_the_table_shows_each_median_with_the_least_and_the_most() -> None:
    assert _table_row(LINE) == "a vote on SQLite 3.0 ms (2.0 … 5.5) 500 µs (400 … 600) 6.0x sqlite3: one upsert"


def test_the_table_says_whether_a_goal_is_met() -> None:
    assert " 6.0x 4.0x MISSED " in _table_row(replace(LINE, most_times=4.0))
    assert " 6.0x 6.0x met " in _table_row(replace(LINE, most_times=6.0))
    assert _table_row(replace(LINE, limit=None, limit_is="", under=0.25)).endswith(" < 250.0 ms met")


def test_the_json_says_the_same_in_seconds() -> None:
    (line,) = json.loads(as_json([replace(LINE, most_times=4.0)]))
    assert line == {
        "path": "a vote on SQLite",
        "database": "SQLite",
        "transport": None,
        "limit": 0.0005,
        "ours": 0.003,
        "unit": "s",
        "ratio": 6.0,
        "goal": 4.0,
        "met": False,
        "goal_of": "ratio",
        "limit_least": 0.0004,
        "limit_most": 0.0006,
        "limit_is": "sqlite3: one upsert",
        "ours_least": 0.002,
        "ours_most": 0.0055,
        "rounds": 3,
        "group": "vote",
    }


def test_a_line_without_a_limit_or_a_goal_has_none_in_the_json_either() -> None:
    (line,) = json.loads(as_json([replace(LINE, limit=None)]))
    assert [line[name] for name in ("limit", "ratio", "goal", "met")] == [None] * 4
