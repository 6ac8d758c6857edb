"""A process killed at a commit of its plan, of a step, of a vote or of what follows one, does each of them once."""

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bot.scenarios.house import BALLOTS_CLOSE, MEMBERS, ROOM, SAM, SITTING, House, Json, words, workspace_config
from tests.crashes.lives import Life, live, workspace_process
from tests.crashes.points import Register, arm_commits, names_in

pytestmark = pytest.mark.enable_socket  # a fork is asked for over a socket of the file system

LIVES = 60
END = BALLOTS_CLOSE + timedelta(hours=3)
STEPS = {"call_marks", "agenda", "open", "close", "minutes"}


# --- steps ------------------------------------------------------------------------------------------------------------


Writes = Sequence[tuple[str, frozenset[str]]]


def steps_of(writes: Writes) -> set[str]:
    """The plan and each of its steps, by what a transaction does to the table of steps."""
    plan = {"plan" for statement, _ in writes if statement.startswith("INSERT INTO step")}
    done = (texts for statement, texts in writes if statement.startswith("UPDATE step"))
    return plan | {text for texts in done for text in texts if text.startswith(SITTING)}


def arm_steps(given: Json) -> None:
    arm_commits(given["moment"], Register(Path(given["register"])), steps_of)


async def sit(house: House, _given: Json) -> Json:
    """From the call for marks to the minutes, and what everybody was told."""
    await house.to(END)
    said = (await house.page.get("/sandbox/audit"))["messages"]
    counts = await house.page.counts()
    return {
        "said": sorted(f"{one['channel']} {words(one)}" for one in said),
        "keys": sorted(Counter(one["metadata"]["event_payload"]["key"] for one in said).values()),
        "duplicates": counts["duplicates"],
    }


def sitting(directory: Path, template: Path, *, moment: str = "") -> tuple[Any, set[str]]:
    """A sitting lived through in as many lives as it takes; what it came to, and where it was cut."""
    directory.mkdir()
    register = directory / "register"
    with workspace_process(workspace_config()) as url:
        life = Life(
            workspace=url,
            database=Path(shutil.copyfile(template, directory / "comitia.sqlite")),
            directory=directory,
            story=sit,
            arm=arm_steps if moment else None,
            given={"moment": moment, "register": str(register)},
        )
        for _ in range(LIVES):
            end = live(life)
            if not end.killed:
                assert end.faults == []
                return end.answer, names_in(register)
    raise AssertionError("never done")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_sitting_cut_at_every_commit_of_its_plan_and_steps_says_what_an_undisturbed_one_says(
    moment: str, tmp_path: Path, sqlite_template: Path
) -> None:
    calm, _ = sitting(tmp_path / "calm", sqlite_template)
    cut, where = sitting(tmp_path / "cut", sqlite_template, moment=moment)
    assert "plan" in where
    assert len(where) > len(STEPS)
    assert cut["said"] == calm["said"]
    assert set(cut["keys"]) == {1}
    assert cut["duplicates"] == calm["duplicates"] == 0


# --- answers ----------------------------------------------------------------------------------------------------------


def vote_of(writes: Writes) -> set[str]:
    return {"vote" for statement, _ in writes if statement.startswith("INSERT INTO vote ")}


def catch_up_of(writes: Writes) -> set[str]:
    """What follows a vote, and not a look that finds nothing to follow."""
    takes = any(statement.startswith("DELETE FROM redraw") for statement, _ in writes)
    puts = any(statement.startswith(("UPDATE post", "INSERT INTO post")) for statement, _ in writes)
    return {"catch-up"} if takes and puts else set()


POINTS = {
    "before the vote commits": ("before", vote_of),
    "after the vote committed": ("after", vote_of),
    "before the catch-up commits": ("before", catch_up_of),
    "after the catch-up committed": ("after", catch_up_of),
}


def arm_answer(given: Json) -> None:
    moment, names = POINTS[given["point"]]
    arm_commits(moment, Register(Path(given["register"])), names)


async def to_the_ballots(house: House, _given: Json) -> None:
    await house.to_ballots()


async def vote(house: House, _given: Json) -> None:
    await house.vote(SAM, "go")
    await house.settle()


async def vote_by_all(house: House, given: Json) -> Json:
    """Who was not acknowledged presses again, and then everybody else votes; who has voted, and what the card says."""
    votes = "SELECT person, choice FROM vote WHERE ballot LIKE '%triage%'"
    async with house.app.memory.transaction() as connection:
        kept = [tuple(row) for row in await connection.exec_driver_sql(votes)]
    counts = await house.page.counts()
    if counts["interrupted"] or counts["unacknowledged"]:
        await house.vote(SAM, "go")
    for who in given["others"]:
        await house.vote(who, "no_go")
    await house.after(minutes=10)
    async with house.app.memory.transaction() as connection:
        rows = [tuple(row) for row in await connection.exec_driver_sql(votes)]
    card = await house.message(SAM, "triage", ROOM)
    return {
        "acknowledged": not (counts["interrupted"] or counts["unacknowledged"]),
        "kept": len(kept),
        "votes": sorted(choice for _, choice in rows),
        "people": len({person for person, _ in rows}),
        "card": words(card),
        "duplicates": (await house.page.counts())["duplicates"],
    }


@pytest.mark.parametrize("point", POINTS)
def test_a_vote_whose_process_is_killed_counts_once_and_is_kept_if_it_was_acknowledged(
    point: str, tmp_path: Path, sqlite_template: Path
) -> None:
    with workspace_process(workspace_config()) as url:
        life = Life(
            workspace=url,
            database=Path(shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")),
            directory=tmp_path,
            story=to_the_ballots,
        )
        assert live(life).faults == []
        register = tmp_path / "register"
        killed = live(replace(life, story=vote, arm=arm_answer, given={"point": point, "register": str(register)}))
        assert killed.killed, "not reached"
        others = [who for who in MEMBERS if who != SAM][:1]
        end = live(replace(life, story=vote_by_all, given={"others": others}))
    assert end.faults == []
    found = end.answer
    if found["acknowledged"]:
        assert found["kept"] == 1
    assert found["kept"] == (0 if point == "before the vote commits" else 1)
    assert found["acknowledged"] == ("catch-up" in point)
    assert found["votes"] == ["go", "no_go"]
    assert found["people"] == 2
    assert found["duplicates"] == 0
