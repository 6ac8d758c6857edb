"""A process killed at a commit of its plan, of a step, of an answer or of what follows one, does each of them once."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.bot.page import Page
from tests.bot.scenarios.horizon import (
    BALLOTS_CLOSE,
    MEMBERS,
    PEOPLE,
    SITTING,
    AnyHouse,
    Json,
    words,
)
from tests.bot.scenarios.test_pulses import CLOSES, HEARD, RITUALS, answers, have_a_tool, question, tap
from tests.crashes.grounds import GROUNDS, Ground
from tests.crashes.lives import Life, live, stand_in_process
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


def arm_steps(_: Ground, given: Json) -> None:
    arm_commits(given["moments"], Register(Path(given["register"])), steps_of)


async def sit(house: AnyHouse, _given: Json) -> Json:
    """From the call for marks to the minutes, and what everybody was told."""
    await house.to(END)
    counts, posts = await house.page.counts(), await house.station.outbox.counts()
    said = await house.said()
    return {"said": [told(one) for one in said], "posts": dict(posts), "duplicates": counts["duplicates"]}


def told(message: Json) -> str:
    """Where a message stands, and what it says."""
    cards = [one["content"] for one in message.get("attachments", ())]
    return f"{message.get('channel', message.get('conversation'))} {words(message)} {words(cards)}"


def sitting(ground: Ground, directory: Path, template: Path, *, moments: Sequence[str] = ()) -> tuple[Any, set[str]]:
    """A sitting lived through in as many lives as it takes; what it came to, and where it was cut."""
    directory.mkdir()
    register = directory / "register"
    with stand_in_process(ground, ground.horizon()) as url:
        life = Life(
            ground=ground,
            url=url,
            database=Path(shutil.copyfile(template, directory / "comitia.sqlite")),
            directory=directory,
            story=sit,
            arm=arm_steps,
            given={"moments": moments, "register": str(register)},
        )
        for _ in range(LIVES):
            end = live(life)
            if not end.killed:
                assert end.faults == []
                return end.answer, names_in(register)
    raise AssertionError("never done")


@pytest.mark.parametrize("platform", GROUNDS)
def test_a_sitting_cut_at_both_sides_of_every_commit_of_its_plan_and_steps_says_what_an_undisturbed_one_says(
    platform: str, tmp_path: Path, sqlite_template: Path
) -> None:
    ground, moments = GROUNDS[platform], ("before", "after")
    calm, nowhere = sitting(ground, tmp_path / "calm", sqlite_template)
    cut, where = sitting(ground, tmp_path / "cut", sqlite_template, moments=moments)
    assert nowhere == set()
    assert {f"{moment} plan" for moment in moments} <= where
    assert len(where) > len(moments) * len(STEPS)
    assert Counter(cut["said"]) == Counter(calm["said"])
    assert cut["posts"] == calm["posts"]
    assert set(calm["posts"]) <= {"shown", "withdrawn", "expired"}
    assert cut["duplicates"] == calm["duplicates"] == 0


# --- answers ----------------------------------------------------------------------------------------------------------


def vote_of(writes: Writes) -> set[str]:
    return {"vote" for statement, _ in writes if statement.startswith("INSERT INTO vote ")}


def catch_up_of(writes: Writes) -> set[str]:
    """What follows a vote, and not a look that finds nothing to follow."""
    takes = any("DELETE FROM redraw" in statement for statement, _ in writes)
    puts = any("UPDATE post" in statement or "INSERT INTO post" in statement for statement, _ in writes)
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


Press = tuple[str, str]
"""Who presses, and for what."""

Do = Callable[[AnyHouse, Press], Awaitable[object]]


def arm_answer(house: AnyHouse, given: Json) -> None:
    register = Register(Path(given["register"]))
    point = (POINTS | ANSWER_POINTS)[given["point"]]
    if point is None:
        arm_acknowledgement(GROUNDS[house.platform], register)
    else:
        arm_commits({point[0]}, register, point[1])


async def press_at_the_point(house: AnyHouse, given: Json) -> None:
    """Whoever was not acknowledged in the life before presses again; then this life is to end over a new press."""
    do: Do = given["do"]
    for press in given["again"]:
        await do(house, press)
    await house.settle()
    arm_answer(house, given)
    await do(house, given["press"])
    await house.settle()


def killed_at_each(
    life: Life, points: Iterable[str], presses: Sequence[Press], do: Do, *, table: str
) -> tuple[dict[str, tuple[int, bool]], list[Press]]:
    """Each point ends a life over a press of its own.

    By point: the rows in `table` that the press left, and whether it was acknowledged. And what is to be pressed again.
    """
    assert isinstance(life.database, Path)
    found: dict[str, tuple[int, bool]] = {}
    again: list[Press] = []
    unanswered = 0
    for n, (point, press) in enumerate(zip(points, presses, strict=False)):
        register = life.directory / f"point{n}"
        given = {"do": do, "again": again, "press": press, "point": point, "register": str(register)}
        assert live(replace(life, story=press_at_the_point, given=given)).killed, f"not reached: {point}"
        assert TOO_LATE not in names_in(register), point
        with closing(sqlite3.connect(life.database)) as connection:
            rows = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        counts = asyncio.run(counts_at(life.url))
        acknowledged = counts["interrupted"] + counts["unacknowledged"] == unanswered
        found[point] = (rows - n, acknowledged)
        again = [] if acknowledged else [press]
        unanswered = counts["interrupted"] + counts["unacknowledged"]
    return found, again


async def counts_at(url: str) -> Json:
    async with aiohttp.ClientSession() as session:
        return await Page(session, url).counts()


async def to_the_ballots(house: AnyHouse, _given: Json) -> None:
    await house.to_ballots()


async def vote(house: AnyHouse, press: Press) -> None:
    who, about = press
    await house.vote(who, "go", about)


async def vote_by_all(house: AnyHouse, given: Json) -> Json:
    """All others vote at once, each with a double click; who has voted."""
    for press in given["again"]:
        await vote(house, press)
    await asyncio.gather(*(house.vote(who, "no_go", about) for who, about in given["others"] for _ in range(2)))
    await house.after(minutes=10)
    async with house.app.memory.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT ballot, person, choice FROM vote ORDER BY choice")
        votes = [tuple(row) for row in rows]
    return {"votes": votes, "duplicates": (await house.page.counts())["duplicates"]}


@pytest.mark.parametrize("platform", GROUNDS)
def test_a_vote_whose_process_is_killed_counts_once_and_is_kept_if_it_was_acknowledged(
    platform: str, tmp_path: Path, sqlite_template: Path
) -> None:
    ground: Ground = GROUNDS[platform]
    with stand_in_process(ground, ground.horizon()) as url:
        life = Life(
            ground=ground,
            url=url,
            database=Path(shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")),
            directory=tmp_path,
            story=to_the_ballots,
        )
        assert live(life).faults == []
        presses = [(who, about) for about in ("triage", "search") for who in MEMBERS]
        found, again = killed_at_each(life, POINTS, presses, vote, table="vote")
        others = presses[len(POINTS) :]
        end = live(replace(life, story=vote_by_all, given={"again": again, "others": others}))
    assert end.faults == []
    assert found == {
        "before the vote commits": (0, False),
        "after the vote committed": (1, False),
        ACKNOWLEDGED: (1, True),
        "before the catch-up commits": (1, True),
        "after the catch-up committed": (1, True),
    }
    votes = end.answer["votes"]
    assert [choice for *_, choice in votes] == ["go"] * len(POINTS) + ["no_go"] * len(others)
    assert len({(ballot, person) for ballot, person, _ in votes}) == len(presses)
    assert end.answer["duplicates"] == 0


# --- answers to a pulse -----------------------------------------------------------------------------------------------


async def to_the_question(house: AnyHouse, _given: Json) -> None:
    await have_a_tool(house)
    await house.to(HEARD)
    await house.after(seconds=30)


async def answer(house: AnyHouse, press: Press) -> None:
    who, use = press
    await tap(house, who, use)


async def answer_by_all(house: AnyHouse, given: Json) -> Json:
    """Two others at once and twice each; what is counted."""
    for press in given["again"]:
        await answer(house, press)
    asked = {who: await question(house, who) for who in given["others"]}
    presses = [house.press(who, asked[who], "pulse-use", ":every_week") for who in asked for _ in range(2)]
    await asyncio.gather(*presses)
    await house.settle()
    await house.to(CLOSES)
    await house.after(minutes=5)
    return {"answers": await answers(house), "duplicates": (await house.page.counts())["duplicates"]}


@pytest.mark.parametrize("platform", GROUNDS)
def test_an_answer_whose_process_is_killed_counts_once_and_is_kept_if_it_was_acknowledged(
    platform: str, tmp_path: Path, sqlite_template: Path
) -> None:
    ground: Ground = GROUNDS[platform]
    with stand_in_process(ground, ground.horizon()) as url:
        life = Life(
            ground=ground,
            url=url,
            database=Path(shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")),
            directory=tmp_path,
            settings={"rituals": RITUALS},
            story=to_the_question,
        )
        assert live(life).faults == []
        presses = [(who, "never") for who, *_ in PEOPLE]
        found, again = killed_at_each(life, ANSWER_POINTS, presses, answer, table="sealed_reply")
        others = [who for who, _ in presses[len(ANSWER_POINTS) :]]
        end = live(replace(life, story=answer_by_all, given={"again": again, "others": others}))
    assert end.faults == []
    assert found == {
        "before the answer commits": (0, False),
        "after the answer committed": (1, False),
        ACKNOWLEDGED: (1, True),
    }
    assert end.answer["answers"] == [["every_week"]] * len(others) + [["never"]] * len(ANSWER_POINTS)
    assert end.answer["duplicates"] == 0
