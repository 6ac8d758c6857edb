"""A pulse as people meet it in chat, over both of Slack's doors."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.sandbox import running_workspace
from rituals.census import Posting, Target
from rituals.measures.statistics import Window
from storage.statements import insert_all
from storage.tables.columns import table
from storage.tables.sources import FileImportRow
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.house import (
    LUC,
    NADIA,
    NEWS,
    PEOPLE,
    PRIYA,
    SAM,
    STARTS,
    ZOE,
    House,
    Json,
    at_work,
    buttons,
    email,
    house_of,
    plain,
    words,
    workspace_config,
)

RITUALS = {
    "pulse": {"kind": "pulse", "title": "AI pulse", "when": "every tue", "at": "10:00", "initiatives": ["triage"]}
}
HEARD = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
REMINDED = datetime(2026, 2, 5, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)
WAVE = "pulse-2026-02-03:triage"


async def have_a_tool(house: House) -> None:
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


@pytest.fixture(params=["socket", "http"])
async def asked(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[House]:
    """Everybody has just been asked, over either door."""
    async with house_of(tmp_path, sqlite_template, mode=request.param, rituals=RITUALS) as built:
        await have_a_tool(built)
        await built.to(HEARD)
        await built.after(seconds=30)
        yield built


@pytest.fixture
async def house(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[House]:
    """The same over Socket Mode."""
    async with house_of(tmp_path, sqlite_template, rituals=RITUALS) as built:
        await have_a_tool(built)
        await built.to(HEARD)
        await built.after(seconds=30)
        yield built


async def question(house: House, who: str) -> Json:
    """The newest message of the pulse that can be answered."""
    for message in reversed(await house.messages(who)):
        if any(element["action_id"].startswith("pulse-") for _, element in buttons(message)):
            return message
    raise AssertionError(f"{who} was asked nothing")


async def tap(house: House, who: str, use: str) -> Json:
    answer = await house.press(who, await question(house, who), "pulse-use", f":{use}")
    await house.settle()
    return answer


async def send(house: House, who: str, *chosen: str) -> Json:
    """Chooses in the two menus and presses the one button."""
    message = await question(house, who)
    values: Json = {}
    for block in message["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            found = [one for one in element["options"] if one["value"] in chosen]
            many = element["type"] == "multi_static_select"
            if found:
                entry = {"selected_options": found} if many else {"selected_option": found[0]}
                values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **entry}}
    answer = await house.press(who, message, "pulse-send", values=values)
    await house.settle()
    return answer


async def answers(house: House) -> list[tuple[str, ...]]:
    """What is known of what was said to every question, the first questions first."""
    async with house.app.memory.open_work() as work:
        found = await work.pulses.answers("triage", Window(first=date(2026, 1, 1), last=date(2026, 12, 31)))
    assert {(one.wave, one.stratum) for one in found} <= {(WAVE, "Claims")}
    questions = ["USE1", "SAT1", "BAR"]
    return [one.codes for one in sorted(found, key=lambda one: (questions.index(one.question), one.codes))]


async def test_two_taps_make_a_full_answer(asked: House, log: Log) -> None:
    house = asked
    shown = await question(house, SAM)
    for told in ("In the past 4 weeks, have you used Claims triage", "separated from your name", "from 5 answers on"):
        assert told in words(shown)
    before = await house.page.counts()
    assert (await tap(house, SAM, "once_or_twice"))["ok"]
    follow = await question(house, SAM)
    assert follow["ts"] == shown["ts"], "in place of what was clicked"
    assert "Overall, how satisfied are you" in words(follow)
    assert (await send(house, SAM, "4", "B_CPX", "B_EXP"))["ok"]
    thanks = await question(house, SAM)
    assert (thanks["ts"], "Thank you for your answers" in words(thanks)) == (shown["ts"], True)
    for kept in (follow, thanks):
        assert "once_or_twice" not in plain(kept["blocks"]).replace("pulse-use", "")
        assert not [one for _, one in buttons(kept) if one.get("style") == "chosen"]
    counts = await house.nothing_lost()
    assert (counts["redraws"] - before["redraws"], counts["edits"] - before["edits"]) == (2, 0)
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


async def test_a_comment_is_written_in_the_one_form_there_is(asked: House) -> None:
    house = asked
    await tap(house, LUC, "every_week")
    await house.press(LUC, await question(house, LUC), "pulse-comment")
    assert "Évitez les noms" in words(await house.view(LUC))
    assert (await house.submit(LUC, comment="my-own-words: <!channel> *bravo*"))["ok"]
    assert "est gardé" in str((await house.page.get("/api/view", who=LUC))["view"])
    await house.press(LUC, await question(house, LUC), "pulse-comment")
    (block,) = [one for one in (await house.view(LUC))["blocks"] if one["type"] == "input"]
    assert block["element"]["initial_value"] == "my-own-words: <!channel> *bravo*"
    await house.to(CLOSES)
    async with house.app.memory.transaction() as connection:
        found = (await connection.exec_driver_sql("SELECT wave, words FROM pulse_comment")).all()
    assert [tuple(row) for row in found] == [(WAVE, "my-own-words: <!channel> *bravo*")]
    assert "my-own-words" not in words(await house.messages(LUC))


async def test_an_answer_is_changed_until_the_close(house: House) -> None:
    await tap(house, SAM, "never")
    await send(house, SAM, "1")
    await house.press(SAM, await question(house, SAM), "pulse-change")
    await house.settle()
    await tap(house, SAM, "every_week")
    assert "What you leave out stays as it was" in words(
        [block.get("hint") for block in (await question(house, SAM))["blocks"] if block["type"] == "input"]
    )
    await send(house, SAM)
    await house.to(CLOSES)
    assert await answers(house) == [("every_week",), ("1",)]


async def test_only_those_who_have_not_answered_are_reminded_and_answer_there(asked: House) -> None:
    house = asked
    await tap(house, SAM, "never")
    await house.to(REMINDED)
    await house.after(seconds=30)
    assert "only reminder" not in words(await house.messages(SAM))
    first, reminder = (
        await house.message(PRIYA, "Claims triage: one question"),
        await house.message(PRIYA, "This is the only reminder"),
    )
    await house.press(PRIYA, reminder, "pulse-use", ":never")
    await house.settle()
    await send(house, PRIYA, "2")
    # The older message still stands: the last word counts.
    await house.press(PRIYA, first, "pulse-use", ":every_week")
    await house.settle()
    await house.nothing_lost()
    await house.to(CLOSES)
    assert await answers(house) == [("every_week",), ("never",), ("2",)]


async def test_a_closed_wave_edits_nothing_and_a_late_click_gets_a_sentence(asked: House) -> None:
    house = asked
    old = await question(house, LUC)
    await tap(house, SAM, "never")
    before = {who: [one["blocks"] for one in await house.messages(who) if "pulse-" in plain(one)] for who in (LUC, SAM)}
    edits = (await house.page.counts())["edits"]
    await house.to(CLOSES)
    assert (await house.page.counts())["edits"] == edits
    assert (await house.press(LUC, old, "pulse-use", ":never"))["ok"]
    await house.settle()
    told = (await house.messages(LUC))[-1]
    assert told["ephemeral"]
    assert "Cette question est close" in words(told)
    for who, shown in before.items():
        again = [one["blocks"] for one in await house.messages(who) if "pulse-" in plain(one) and not one["ephemeral"]]
        assert again[0] == shown[0]
    assert len(await answers(house)) == 1
    await house.nothing_lost()


async def test_one_tap_stops_it_for_good_and_a_command_brings_it_back(asked: House) -> None:
    house = asked
    await house.press(SAM, await question(house, SAM), "pulse-stop")
    await house.settle()
    assert "I will not ask you again about any tool" in words(await question(house, SAM))
    await house.to(REMINDED)
    await house.after(seconds=30)
    assert "only reminder" not in words(await house.messages(SAM))
    for said, told in (
        ("/comitia pulse off", "You are already left in peace"),
        ("/comitia pulse on", "Welcome back"),
        ("/comitia pulse oui", "I ask you now and then already"),
        ("/comitia pulse", "Type /comitia pulse off"),
        ("/comitia pulse stop", "I will not ask you again"),
    ):
        await house.type(SAM, said, NEWS)
        assert told in words((await house.messages(SAM, NEWS))[-1]), said
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


async def test_whoever_was_not_asked_is_told_so(house: House) -> None:
    person = await house.person(NADIA)
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql(f"DELETE FROM invitation WHERE person = '{person}'")
    await tap(house, NADIA, "never")
    assert "s’adressait à d’autres" in words((await house.messages(NADIA))[-1])
    await house.to(CLOSES)
    assert await answers(house) == []


async def test_a_restart_between_the_two_taps_loses_neither(tmp_path: Path, sqlite_template: Path) -> None:
    database = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, database)
    async with running_workspace(workspace_config()) as workspace:
        async with at_work(workspace, database, tmp_path, rituals=RITUALS) as house:
            await have_a_tool(house)
            await house.to(HEARD)
            await house.after(seconds=30)
            await tap(house, SAM, "never")
        async with at_work(workspace, database, tmp_path, rituals=RITUALS) as house:
            await send(house, SAM, "5", "B_TRN")
            await house.nothing_lost()
            await house.to(CLOSES)
            assert await answers(house) == [("never",), ("5",), ("B_TRN",)]
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM sealed_reply").fetchone() == (0,)
    connection.close()
