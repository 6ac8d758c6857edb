"""A process killed at a commit of its plan, of a step, of an answer or of what follows one, does each of them once."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bot.scenarios.house import (
    BALLOTS_CLOSE,
    LUC,
    MEMBERS,
    PRIYA,
    ROOM,
    SAM,
    SITTING,
    House,
    Json,
    words,
    workspace_config,
)
from tests.bot.scenarios.test_pulses import CLOSES, HEARD, RITUALS, answers, have_a_tool, question, tap
from tests.crashes.lives import Life, live, workspace_process
from tests.crashes.points import TOO_LATE, Register, arm_acknowledgement, arm_commits, names_in

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


def answer_of(writes: Writes) -> set[str]:
    return {"answer" for statement, _ in writes if statement.startswith("INSERT INTO sealed_reply ")}


ACKNOWLEDGED = "after the acknowledgement and before what follows it begins"

POINTS = {
    "before the vote commits": ("before", vote_of),
    "after the vote committed": ("after", vote_of),
    ACKNOWLEDGED: None,
    "before the catch-up commits": ("before", catch_up_of),
    "after the catch-up committed": ("after", catch_up_of),
}
ANSWER_POINTS = {
    "before the answer commits": ("before", answer_of),
    "after the answer committed": ("after", answer_of),
    ACKNOWLEDGED: None,
}


def arm_answer(given: Json) -> None:
    register = Register(Path(given["register"]))
    point = (POINTS | ANSWER_POINTS)[given["point"]]
    if point is None:
        arm_acknowledgement(register)
    else:
        arm_commits(point[0], register, point[1])


async def to_the_ballots(house: House, _given: Json) -> None:
    await house.to_ballots()


async def vote(house: House, _given: Json) -> None:
    await house.vote(SAM, "go")
    await house.settle()


async def vote_by_all(house: House, given: Json) -> Json:
    """Who was not acknowledged presses again, and then all others vote at once, each with a double click; who has
    voted, and what the card says.
    """
    votes = "SELECT person, choice FROM vote WHERE ballot LIKE '%triage%'"
    async with house.app.memory.transaction() as connection:
        kept = [tuple(row) for row in await connection.exec_driver_sql(votes)]
    counts = await house.page.counts()
    if counts["interrupted"] or counts["unacknowledged"]:
        await house.vote(SAM, "go")
    await asyncio.gather(*(house.vote(who, "no_go") for who in given["others"] for _ in range(2)))
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
        assert TOO_LATE not in names_in(register)
        others = [who for who in MEMBERS if who != SAM]
        end = live(replace(life, story=vote_by_all, given={"others": others}))
    assert end.faults == []
    found = end.answer
    if found["acknowledged"]:
        assert found["kept"] == 1
    assert found["kept"] == (0 if point == "before the vote commits" else 1)
    assert found["acknowledged"] == (point == ACKNOWLEDGED or "catch-up" in point)
    assert found["votes"] == ["go", *("no_go" for _ in others)]
    assert found["people"] == len(MEMBERS)
    assert found["duplicates"] == 0


# --- answers to a pulse -----------------------------------------------------------------------------------------------


async def to_the_question(house: House, _given: Json) -> None:
    await have_a_tool(house)
    await house.to(HEARD)
    await house.after(seconds=30)


async def answer(house: House, _given: Json) -> None:
    await tap(house, SAM, "never")


async def answer_by_all(house: House, _given: Json) -> Json:
    """Who was not acknowledged presses again, and then two others at once and twice each; what is counted."""
    async with house.app.memory.transaction() as connection:
        kept = (await connection.exec_driver_sql("SELECT count(*) FROM sealed_reply")).scalar_one()
    counts = await house.page.counts()
    acknowledged = not (counts["interrupted"] or counts["unacknowledged"])
    if not acknowledged:
        await tap(house, SAM, "never")
    asked = {who: await question(house, who) for who in (PRIYA, LUC)}
    presses = [house.press(who, asked[who], "pulse-use", ":every_week") for who in asked for _ in range(2)]
    await asyncio.gather(*presses)
    await house.settle()
    await house.to(CLOSES)
    await house.after(minutes=5)
    return {
        "acknowledged": acknowledged,
        "kept": kept,
        "answers": await answers(house),
        "duplicates": (await house.page.counts())["duplicates"],
    }


@pytest.mark.parametrize("point", ANSWER_POINTS)
def test_an_answer_whose_process_is_killed_counts_once_and_is_kept_if_it_was_acknowledged(
    point: str, tmp_path: Path, sqlite_template: Path
) -> None:
    with workspace_process(workspace_config()) as url:
        life = Life(
            workspace=url,
            database=Path(shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")),
            directory=tmp_path,
            settings={"rituals": RITUALS},
            story=to_the_question,
        )
        assert live(life).faults == []
        register = tmp_path / "register"
        killed = live(replace(life, story=answer, arm=arm_answer, given={"point": point, "register": str(register)}))
        assert killed.killed, "not reached"
        assert TOO_LATE not in names_in(register)
        end = live(replace(life, story=answer_by_all))
    assert end.faults == []
    found = end.answer
    assert found["kept"] == (0 if point == "before the answer commits" else 1)
    assert found["acknowledged"] == (point == ACKNOWLEDGED)
    assert found["answers"] == [["every_week"], ["every_week"], ["never"]]
    assert found["duplicates"] == 0
