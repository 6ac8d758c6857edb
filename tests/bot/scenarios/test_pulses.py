"""A pulse as people meet it in chat, on each platform and over both of Slack's doors."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rituals.census import Posting, Target
from rituals.measures.statistics import Window
from storage.statements import insert_all
from storage.tables.columns import table
from storage.tables.sources import FileImportRow
from tests.bot.scenarios.anywhere import DOORS, PLATFORMS, at_work_on, house_on, running_platform
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.horizon import (
    LUC,
    NADIA,
    PEOPLE,
    PRIYA,
    SAM,
    STARTS,
    ZOE,
    AnyHouse,
    Json,
    content,
    email,
    plain,
    words,
)
from tests.bot.scenarios.house import House, house_of

RITUALS = {
    "pulse": {"kind": "pulse", "title": "AI pulse", "when": "every tue", "at": "10:00", "initiatives": ["triage"]}
}
HEARD = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
REMINDED = datetime(2026, 2, 5, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)
WAVE = "pulse-2026-02-03:triage"
ONLY = "This is the only reminder"


async def have_a_tool(house: AnyHouse) -> None:
    """All five have had a tool since the new year. So few are asked all together, in one week of four."""
    async with house.app.memory.transaction() as connection:
        row = {"number": 1, "kind": "people", "file": "p.csv", "at": STARTS, "state": "kept", "settled": False}
        await insert_all(connection, table(FileImportRow), [row])
    async with house.app.memory.open_work() as work:
        handles = [f"mail:{email(name)}" for _, name, _, _ in PEOPLE]
        await work.census.tie(dict(await work.census.owners(handles)), origin=1)
        posting = Posting(valid_from=date(2026, 1, 1), department="Claims")
        await work.census.post([(handle, posting) for handle in handles], origin=1)
        await work.census.target("triage", [Target(rollout_on=date(2026, 1, 1))], origin=1)


async def to_the_question(house: AnyHouse) -> None:
    """Everybody has just been asked."""
    await house.everybody_is_here()
    await have_a_tool(house)
    await house.to(HEARD)
    await house.after(seconds=30)


@pytest.fixture(params=DOORS)
async def asked(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[AnyHouse]:
    """Everybody has just been asked, over any door."""
    async with house_on(request.param, tmp_path, sqlite_template, rituals=RITUALS) as built:
        await to_the_question(built)
        yield built


@pytest.fixture(params=PLATFORMS)
async def heard(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[AnyHouse]:
    """The same on each platform."""
    async with house_on(request.param, tmp_path, sqlite_template, rituals=RITUALS) as built:
        await to_the_question(built)
        yield built


@pytest.fixture
async def house(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[House]:
    """The same over Socket Mode."""
    async with house_of(tmp_path, sqlite_template, rituals=RITUALS) as built:
        await to_the_question(built)
        yield built


async def question(house: AnyHouse, who: str) -> Json:
    """The newest message of the pulse that can be answered."""
    for message in reversed(await house.messages(who)):
        if any(button.action.startswith("pulse-") for button in house.buttons(message)):
            return message
    raise AssertionError(f"{who} was asked nothing")


async def tap(house: AnyHouse, who: str, use: str) -> Json:
    answer = await house.press(who, await question(house, who), "pulse-use", f":{use}")
    await house.settle()
    return answer


async def send(house: AnyHouse, who: str, *chosen: str) -> Json:
    """Chooses in the two menus and presses the one button."""
    answer = await house.press(who, await question(house, who), "pulse-send", chosen=chosen)
    await house.settle()
    return answer


async def answers(house: AnyHouse) -> list[tuple[str, ...]]:
    """What is known of what was said to every question, the first questions first."""
    async with house.app.memory.open_work() as work:
        found = await work.pulses.answers("triage", Window(first=date(2026, 1, 1), last=date(2026, 12, 31)))
    assert {(one.wave, one.stratum) for one in found} <= {(WAVE, "Claims")}
    questions = ["USE1", "SAT1", "BAR"]
    return [one.codes for one in sorted(found, key=lambda one: (questions.index(one.question), one.codes))]


async def test_two_taps_make_a_full_answer(asked: AnyHouse, log: Log) -> None:
    house = asked
    shown = await question(house, SAM)
    for told in ("In the past 4 weeks, have you used Claims triage", "separated from your name", "from 5 answers on"):
        assert told in words(shown)
    before = await house.page.counts()
    assert (await tap(house, SAM, "once_or_twice"))["ok"]
    follow = await question(house, SAM)
    assert follow["id"] == shown["id"], "in place of what was clicked"
    assert "Overall, how satisfied are you" in words(follow)
    assert (await send(house, SAM, "4", "B_CPX", "B_EXP"))["ok"]
    thanks = await question(house, SAM)
    assert (thanks["id"], "Thank you for your answers" in words(thanks)) == (shown["id"], True)
    for kept in (follow, thanks):
        assert "once_or_twice" not in plain(content(kept)).replace("pulse-use", "")
        assert not [button.label for button in house.buttons(kept) if "✓" in button.label]
    # Slack is shown it by the reply address. What Teams is answered is for the client that was clicked in alone.
    edits = (await house.nothing_lost())["edits"] - before["edits"]
    assert edits == (2 if house.platform == "teams" else 0)
    await house.to(CLOSES)
    assert await answers(house) == [("once_or_twice",), ("4",), ("B_EXP", "B_CPX")]
    assert not [line for line in log.lines if "once_or_twice" in line or "B_EXP" in line]


async def test_a_choice_in_a_menu_alone_sends_nothing(house: House) -> None:
    await tap(house, SAM, "never")
    message = await question(house, SAM)
    (block,) = [one for one in message["blocks"] if one.get("block_id", "").endswith("satisfaction")]
    element = {"action_id": block["element"]["action_id"], "block_id": block["block_id"], "type": "static_select"}
    chosen = {**element, "selected_option": block["element"]["options"][0], "action_ts": "1.1"}
    body = {
        "type": "block_actions",
        "team": {"id": "T0HORIZON"},
        "user": {"id": SAM, "team_id": "T0HORIZON"},
        "api_app_id": "A0COMITIA",
        "container": {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]},
        "channel": {"id": message["channel"]},
        "actions": [chosen],
    }
    assert (await house.forge(body))["ok"]
    await house.to(CLOSES)
    assert await answers(house) == [("never",)]


async def test_a_comment_is_written_in_the_one_form_there_is(asked: AnyHouse) -> None:
    house = asked
    await tap(house, LUC, "every_week")
    await house.press(LUC, await question(house, LUC), "pulse-comment")
    assert "Évitez les noms" in words(await house.view(LUC))
    assert (await house.submit(LUC, comment="my-own-words: <!channel> *bravo*"))["ok"]
    assert "est gardé" in await house.last_words(LUC)
    await house.press(LUC, await question(house, LUC), "pulse-comment")
    assert house.given(await house.view(LUC)) == {"comment": "my-own-words: <!channel> *bravo*"}
    await house.to(CLOSES)
    async with house.app.memory.transaction() as connection:
        found = (await connection.exec_driver_sql("SELECT wave, words FROM pulse_comment")).all()
    assert [tuple(row) for row in found] == [(WAVE, "my-own-words: <!channel> *bravo*")]
    assert "my-own-words" not in words(await house.messages(LUC))


async def test_an_answer_is_changed_until_the_close(heard: AnyHouse) -> None:
    house = heard
    await tap(house, SAM, "never")
    await send(house, SAM, "1")
    await house.press(SAM, await question(house, SAM), "pulse-change")
    await house.settle()
    await tap(house, SAM, "every_week")
    assert "What you leave out stays as it was" in words(await question(house, SAM))
    await send(house, SAM)
    await house.to(CLOSES)
    assert await answers(house) == [("every_week",), ("1",)]


async def test_only_those_who_have_not_answered_are_reminded_and_answer_there(asked: AnyHouse) -> None:
    house = asked
    await tap(house, SAM, "never")
    await house.to(REMINDED)
    await house.after(seconds=30)
    assert "only reminder" not in words(await house.messages(SAM))
    await house.press(PRIYA, await house.message(PRIYA, ONLY), "pulse-use", ":never")
    await house.settle()
    await send(house, PRIYA, "2")
    await house.nothing_lost()
    await house.to(CLOSES)
    assert await answers(house) == [("never",), ("never",), ("2",)]


@pytest.mark.parametrize("answered", ["the reminder", "the first message"])
async def test_whoever_answers_after_the_reminder_finds_both_messages_answered(asked: AnyHouse, answered: str) -> None:
    house = asked
    first = await house.message(PRIYA, "Claims triage: one question")
    await house.to(REMINDED)
    await house.after(seconds=30)
    reminder = await house.message(PRIYA, ONLY)
    clicked, other = (reminder, first) if answered == "the reminder" else (first, reminder)
    before = (await house.page.counts())["edits"]
    await house.press(PRIYA, clicked, "pulse-use", ":never")
    await house.settle()
    now = {one["id"]: one for one in await house.messages(PRIYA)}
    assert "Two more if you like" in words(now[clicked["id"]])
    assert "Thank you for your answers about Claims triage" in words(now[other["id"]])
    assert "never" not in plain(content(now[other["id"]]))
    buttons = {button.action for button in house.buttons(now[other["id"]])}
    assert buttons == {"pulse-comment", "pulse-change"}
    edits = (await house.nothing_lost())["edits"] - before
    assert edits == (2 if house.platform == "teams" else 1)
    # The answer is changed in either.
    await house.press(PRIYA, now[other["id"]], "pulse-change")
    await house.settle()
    await house.press(PRIYA, await house.message(PRIYA, "have you used Claims triage"), "pulse-use", ":every_week")
    await house.settle()
    await house.nothing_lost()
    await house.to(CLOSES)
    assert await answers(house) == [("every_week",)]


async def test_where_only_one_was_shown_nothing_else_is_edited(asked: AnyHouse) -> None:
    house = asked
    await house.to(REMINDED - timedelta(seconds=30))
    before = (await house.page.counts())["edits"]
    await tap(house, PRIYA, "never")
    assert (await house.nothing_lost())["edits"] - before == (1 if house.platform == "teams" else 0)
    await house.to(REMINDED)
    await house.after(seconds=30)
    assert "only reminder" not in words(await house.messages(PRIYA))


async def test_a_closed_wave_edits_nothing_and_a_late_click_takes_the_buttons_from_what_was_clicked(
    asked: AnyHouse,
) -> None:
    house = asked
    old = await question(house, LUC)
    await tap(house, SAM, "never")

    async def shown() -> dict[str, Json]:
        return {one["id"]: one for who in (LUC, SAM) for one in await house.messages(who)}

    before = await shown()
    edits = (await house.page.counts())["edits"]
    await house.to(CLOSES)
    assert (await house.page.counts())["edits"] == edits
    closed = await shown()
    assert {content(closed[one]) == content(before[one]) for one in before} == {True}
    assert house.buttons(closed[old["id"]])
    assert (await house.press(LUC, old, "pulse-use", ":never"))["ok"]
    await house.settle()
    after = await shown()
    assert after.keys() == closed.keys(), "nothing is said beside it"
    assert [one for one in after if content(after[one]) != content(closed[one])] == [old["id"]]
    assert "La question sur Claims triage est close" in words(after[old["id"]])
    assert not house.buttons(after[old["id"]])
    assert len(await answers(house)) == 1
    await house.nothing_lost()


async def test_one_tap_stops_it_for_good_and_a_command_brings_it_back(asked: AnyHouse) -> None:
    house = asked
    await house.press(SAM, await question(house, SAM), "pulse-stop")
    await house.settle()
    assert "I will not ask you again about any tool" in words(await question(house, SAM))
    await house.to(REMINDED)
    await house.after(seconds=30)
    assert "only reminder" not in words(await house.messages(SAM))
    for said, told in (
        ("pulse off", "You are already left in peace"),
        ("pulse on", "Welcome back"),
        ("pulse oui", "I ask you now and then already"),
        ("pulse", "pulse off"),
        ("pulse stop", "I will not ask you again"),
    ):
        assert told in words(await house.command(SAM, said)), said
    await house.nothing_lost()


async def test_taps_in_quick_succession_leave_the_last(house: House) -> None:
    shown = await question(house, ZOE)
    # The message is not redrawn in between, as where somebody taps faster than that.
    await house.page.fault("response_url", "http_500", times=4)
    for use in ("never", "never", "every_week", "no_access"):
        assert (await house.press(ZOE, shown, "pulse-use", f":{use}"))["ok"]
    await house.settle()
    await house.to(CLOSES)
    assert await answers(house) == [("no_access",)]


@pytest.mark.parametrize("kind", ["http_500", "reset", "html_502"])
async def test_where_the_reply_address_fails_the_answer_is_kept_and_the_question_stands(
    house: House, kind: str
) -> None:
    shown = await question(house, SAM)
    await house.page.fault("response_url", kind)
    assert (await tap(house, SAM, "never"))["ok"]
    assert (await question(house, SAM))["blocks"] == shown["blocks"]
    edits = (await house.nothing_lost())["edits"]
    await house.after(minutes=10)
    assert (await house.page.counts())["edits"] == edits
    await tap(house, SAM, "every_week")
    assert "Overall, how satisfied are you" in words(await question(house, SAM))
    await house.to(CLOSES)
    assert await answers(house) == [("every_week",)]


async def test_whoever_was_not_asked_is_told_so(heard: AnyHouse) -> None:
    house = heard
    person = await house.person(NADIA)
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql(f"DELETE FROM invitation WHERE person = '{person}'")
    await tap(house, NADIA, "never")
    assert "s’adressait à d’autres" in (await house.told(NADIA))[-1]
    await house.to(CLOSES)
    assert await answers(house) == []


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_restart_between_the_two_taps_loses_neither(
    platform: str, tmp_path: Path, sqlite_template: Path
) -> None:
    database = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, database)
    async with running_platform(platform) as ground:
        async with at_work_on(ground, database, tmp_path, rituals=RITUALS) as house:
            await to_the_question(house)
            await tap(house, SAM, "never")
        async with at_work_on(ground, database, tmp_path, rituals=RITUALS) as house:
            await send(house, SAM, "5", "B_TRN")
            await house.nothing_lost()
            await house.to(CLOSES)
            assert await answers(house) == [("never",), ("5",), ("B_TRN",)]
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM sealed_reply").fetchone() == (0,)
    connection.close()
