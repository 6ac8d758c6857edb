"""Health, the connection to Slack, faults people are told of, and starting and stopping."""

import asyncio
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy.exc import OperationalError

from bot import delivery
from bot.app import CannotStart, running
from bot.clock import WallClock
from bot.sandbox import running_workspace
from bot.settings import load
from bot.web import Door
from rituals.posts import PostState, ToRoom
from tests.bot.scenarios.anywhere import house_on
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.horizon import AnyHouse
from tests.bot.scenarios.house import (
    APP_TOKEN,
    LUC,
    NEWS,
    PEOPLE,
    ROOM,
    SAM,
    SECRETS,
    STARTS,
    House,
    Json,
    app_yaml,
    at_work,
    environ,
    house_of,
    until,
    words,
    workspace_config,
    write_settings,
)
from tests.builders import post

MAIN = Path(__file__).parents[3]


# --- health and the connection ----------------------------------------------------------------------------------------


async def test_health_names_its_parts(any_door: AnyHouse) -> None:
    status, parts = await any_door.health()
    assert (status, parts) == (200, dict.fromkeys(("database", "schema", any_door.platform, "posts"), "ok"))
    status, parts = await any_door.health("/healthz")
    assert (status, set(parts.values())) == (200, {"ok"})
    assert set(parts) >= {"delivery"}


async def test_a_start_that_is_waited_for_is_not_ready_and_no_part_is_failing(log: Log) -> None:
    door = Door()
    for _ in range(2):
        assert await door.states() == {"start": "failing: starting"}

    async def away() -> str:
        return "gone"

    door.ready = {"database": away}
    await door.states()
    (failing,) = [line for line in log.lines if "health_failing" in line]
    assert "database" in failing, "what does fail is said"


async def test_a_database_that_does_not_answer_is_named(anywhere: AnyHouse, log: Log) -> None:
    house = anywhere
    await house.settle()
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE post RENAME TO gone")
    for _ in range(3):
        status, parts = await house.health()
        assert (status, parts[house.platform]) == (503, "ok")
        assert parts["database"].startswith("failing: ")
        assert (await house.health("/healthz"))[0] == 200, "a restart of ours would not mend it"
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE gone RENAME TO post")
    assert (await house.health())[0] == 200
    failing = [line for line in log.lines if "health_failing" in line]
    assert len(failing) == 2, "each part says so once: the database, and the posts it cannot tell of"


@pytest.mark.parametrize("reason", ["refresh_requested", "reset"])
async def test_a_connection_that_ends_is_replaced_and_nothing_is_lost(house: House, reason: str) -> None:
    assert (await house.page.post("/sandbox/disconnect", reason=reason))["connections"] == 1
    await house.type(SAM, "hello", await house.dm(SAM))
    await until(lambda: house_is_well(house))
    await house.page.post("/sandbox/retry_now")
    await house.settle()
    await house.after(minutes=10)
    assert sum("Hello Sam Taylor" in words(one) for one in await house.messages(SAM)) == 1
    assert (await house.type(SAM, "/comitia help"))["ok"]
    # What was under way on the old connection may have had to be sent again, but never twice to us.
    assert (await house.page.counts())["duplicates"] == 0


async def house_is_well(house: House) -> bool:
    return (await house.health())[0] == 200 and bool((await house.page.post("/sandbox/retry_now"))["ok"])


async def test_while_slack_is_away_health_says_so_and_afterwards_all_is_well(
    tmp_path: Path, sqlite_template: Path, log: Log
) -> None:
    async with house_of(tmp_path, sqlite_template) as house:
        await house.page.fault("apps.connections.open", "http_500", times=3)
        await house.page.post("/sandbox/disconnect", reason="reset")
        await until(lambda: any("socket_lost" in line for line in log.lines))
        status, parts = await house.health()
        assert status == 503
        assert parts["slack"].startswith("failing: ")
        await until(lambda: any("socket_back" in line for line in log.lines))
        assert (await house.health())[0] == 200
        assert (await house.type(SAM, "/comitia help"))["ok"]


async def test_what_is_measured_names_nobody(either: House) -> None:
    await either.to_ballots()
    assert (await either.vote(SAM, "go"))["ok"]
    await either.settle()
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{either.app.port}/metrics") as answer:
        assert answer.status == 200
        said = await answer.text()
    for state in PostState:
        assert f'comitia_posts{{state="{state}"}} ' in said, "0 is said too"
    assert 'comitia_acknowledgement_seconds_count{kind="action"} 1.0' in said
    assert 'comitia_steps_total{end="done"} ' in said
    assert 'comitia_is_sender{platform="slack"} 1.0' in said
    assert "comitia_socket_connected 1.0" in said
    assert "comitia_oldest_unsent_seconds 0.0" in said
    assert not [word for word in ("triage", "Sam", "prioritisation", ROOM, SAM) if word in said]


async def test_what_teams_sends_is_measured_as_activities(tmp_path: Path, sqlite_template: Path) -> None:
    async with house_on("teams", tmp_path, sqlite_template) as house:
        assert await house.command(SAM, "help")
        await house.settle()
        said = house.app.metrics.text().decode()
    assert re.search(r'comitia_acknowledgement_seconds_count\{kind="activity"\} [1-9]', said)
    assert 'comitia_acknowledgement_seconds_count{kind="other"} 0.0' in said


async def test_what_cannot_be_measured_is_complained_of_once_and_the_rest_told(
    house: House, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.application.COUNT_EVERY", 0.0)
    at = f"http://127.0.0.1:{house.app.port}/metrics"

    async def told() -> str:
        async with aiohttp.ClientSession() as session, session.get(at) as answer:
            assert answer.status == 200
            return await answer.text()

    def fails(*_: object) -> None:
        raise KeyError

    for _ in range(2):
        with monkeypatch.context() as broken:
            broken.setattr(house.app.metrics, "stand", fails)
            assert "comitia_socket_connected 1.0" in await told()
            assert "comitia_socket_connected 1.0" in await told()
        log.faults += 1
        assert len(log.errors) == log.faults
        assert "measure_failed" in log.errors[-1]
        await told()


async def test_a_429_is_counted_by_its_method(house: House) -> None:
    await house.page.fault("chat.postMessage", "ratelimited", retry_after=1)
    assert (await house.type(SAM, "hello", await house.dm(SAM)))["ok"]
    await house.after(minutes=1)
    assert b'comitia_rate_limited_total{method="chat.postMessage"} 1.0' in house.app.metrics.text()


async def test_whoever_is_stopped_finishes_what_is_under_way_and_takes_nothing_new(anywhere: AnyHouse) -> None:
    house = anywhere
    assert await house.command(SAM, "help")
    await house.app.stop()
    assert await house.health() == (503, {"stop": "failing: stopping"})
    assert not house.station.delivery.in_flight
    async with house.app.memory.open_work() as work:
        due = await work.steps.next_due()
    await house.jump(house.clock.now() + timedelta(days=9))
    async with house.app.memory.open_work() as work:
        assert await work.steps.next_due() == due, "a step that no longer begins here is due elsewhere"
    await house.nothing_lost()


# --- faults people are told of ----------------------------------------------------------------------------------------


async def test_a_fault_becomes_a_sentence_with_a_reference_that_is_in_the_log_once(
    anywhere: AnyHouse, log: Log
) -> None:
    house = anywhere
    await house.to_ballots()
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE vote RENAME TO gone")
    assert (await house.vote(LUC, "go"))["ok"]
    await house.settle()
    found = re.search(r"référence\s*: ([0-9a-f]{8})", (await house.told(LUC))[-1])
    assert found
    assert sum(f'"reference": "{found[1]}"' in line for line in log.lines) == 1
    log.faults = 1
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE gone RENAME TO vote")
    assert (await house.vote(LUC, "go"))["ok"]
    await house.settle()
    assert "Votre vote" in words(await house.paper(LUC))
    await house.nothing_lost()


async def test_with_the_whole_database_gone_people_still_get_a_sentence(any_door: AnyHouse, log: Log) -> None:
    house = any_door
    await house.to_ballots()
    paper = await house.paper(SAM)
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE account RENAME TO gone")
    assert (await house.press(SAM, paper, "vote", "triage:go"))["ok"]
    await house.ask(SAM, "")

    async def both_told() -> bool:
        return sum("pass on this reference" in one for one in await house.told(SAM)) == 2

    # Over a socket an envelope is acknowledged before its answer is on its way.
    await until(both_told)
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE gone RENAME TO account")
    log.faults = len(log.errors)
    assert sum("reference" in line for line in log.errors) == 2
    await house.settle()
    await house.nothing_lost()


async def test_a_vote_for_which_the_disk_has_no_room_is_not_taken_and_its_voter_is_told(house: House, log: Log) -> None:
    await house.to_ballots()
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("CREATE TABLE ballast (words)")
    with suppress(OperationalError):
        async with house.app.memory.transaction() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            while True:
                await connection.exec_driver_sql("INSERT INTO ballast VALUES (zeroblob(100))")
    paper = await house.paper(LUC)
    told: list[Json] = []
    for number in range(400):
        assert (await house.press(LUC, paper, "vote", f"triage:{('go', 'defer')[number % 2]}"))["ok"]
        if number % 20 == 19 and (told := [one for one in await house.messages(LUC) if one["ephemeral"]]):
            break
    assert "référence" in words(told[-1])
    assert "disk is full" in "".join(log.errors)
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    log.faults = len(log.errors)
    assert (await house.vote(LUC, "go"))["ok"]
    await house.settle()
    assert "Votre vote" in words(await house.paper(LUC))
    await house.nothing_lost()


async def test_a_post_of_which_a_full_disk_cannot_note_that_it_was_shown_is_shown_once(
    house: House, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LONGEST_OUTAGE_WAIT", 0.01)
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql(
            "CREATE TRIGGER no_room BEFORE UPDATE OF shown_revision ON post WHEN new.shown_revision > 0 "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    await house.put(post("news", "Something new.", to=ToRoom(room="committee"), not_before=house.clock.now()))
    await until(lambda: any("delivery_failed" in line for line in log.lines))
    async with house.app.memory.transaction() as connection:
        await connection.exec_driver_sql("DROP TRIGGER no_room")
    await until(lambda: any("delivery_back" in line for line in log.lines))
    await house.after(minutes=1)
    assert sum("Something new." in words(one) for one in await house.messages(SAM, ROOM)) == 1
    assert await house.station.outbox.counts() == {"shown": 1}
    log.faults = len(log.errors)
    await house.nothing_lost()


# --- starting ---------------------------------------------------------------------------------------------------------


async def refusal(
    tmp_path: Path, template: Path | None, *, workspace: Json | None = None, fault: Json | None = None, **changes: Any
) -> str:
    """Why Comitia does not start."""
    database = tmp_path / "comitia.sqlite"
    if template is not None:
        shutil.copyfile(template, database)
    async with running_workspace(workspace_config(**(workspace or {}))) as running:
        async with aiohttp.ClientSession() as session:
            for one in [fault] if fault else []:
                await (await session.post(f"{running.url}/sandbox/faults", json=one)).json()
        with pytest.raises(CannotStart) as refused:
            async with at_work(running, database, tmp_path, **changes):
                raise AssertionError("it started")
    said = str(refused.value)
    assert "\n" not in said
    assert not any(secret in said for secret in SECRETS)
    return said


async def test_a_missing_room_stops_the_start(tmp_path: Path, sqlite_template: Path) -> None:
    said = await refusal(tmp_path, sqlite_template, rooms={"committee": "ai-committee", "news": "nowhere"})
    assert "#nowhere (room news)" in said


async def test_a_private_room_the_bot_is_not_in_stops_the_start(tmp_path: Path, sqlite_template: Path) -> None:
    channels = [{"id": ROOM, "name": "ai-committee", "members": "*", "is_private": True}]
    said = await refusal(
        tmp_path, sqlite_template, workspace={"channels": channels}, rooms={"committee": "ai-committee"}
    )
    assert "invite the bot" in said


async def test_an_empty_database_stops_the_start_with_its_remedy(tmp_path: Path) -> None:
    assert "comitia migrate" in await refusal(tmp_path, None)


async def test_a_database_of_another_schema_stops_the_start_with_its_remedy(
    tmp_path: Path, sqlite_template: Path
) -> None:
    import sqlite3

    database = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, database)
    for version, remedy in (("0000", "does not know"), ("9999", "install the newer Comitia")):
        connection = sqlite3.connect(database)
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()
        connection.close()
        async with running_workspace(workspace_config()) as running:
            with pytest.raises(CannotStart, match=remedy):
                async with at_work(running, database, tmp_path):
                    raise AssertionError("it started")


async def test_a_slack_that_answers_nonsense_stops_the_start(tmp_path: Path, sqlite_template: Path) -> None:
    for method in ("auth.test", "users.list", "conversations.list", "apps.connections.open"):
        for kind in ("html_502", "reset", "truncated"):
            # Twice, because aiohttp asks again by itself where a question that changes nothing was cut off.
            said = await refusal(tmp_path, sqlite_template, fault={"method": method, "kind": kind, "times": 2})
            assert "Slack does not answer" in said


async def test_a_start_waits_where_slack_asks_to_and_says_so_once(
    tmp_path: Path, sqlite_template: Path, log: Log
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
    async with running_workspace(workspace_config()) as running, aiohttp.ClientSession() as session:
        for method in ("auth.test", "apps.connections.open"):
            fault = {"method": method, "kind": "ratelimited", "retry_after": 0}
            await (await session.post(f"{running.url}/sandbox/faults", json=fault)).json()
        async with at_work(running, tmp_path / "comitia.sqlite", tmp_path) as house:
            assert (await house.health())[0] == 200
    assert sum("start_paced" in line for line in log.lines) == 1


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_start_does_not_wait_ten_minutes_and_calls_no_token_refused(
    tmp_path: Path, sqlite_template: Path, method: str
) -> None:
    fault = {"method": method, "kind": "ratelimited", "retry_after": 600}
    said = await refusal(tmp_path, sqlite_template, fault=fault)
    assert said == "Slack asks to wait: try again in 10 minutes"


async def test_all_waits_of_a_start_together_have_an_end(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.starting.LONGEST_START", timedelta(seconds=0.15))
    fault = {"method": "auth.test", "kind": "ratelimited", "retry_after": 0, "times": 2}
    said = await refusal(tmp_path, sqlite_template, fault=fault)
    assert said == "Slack asks to wait: try again in 1 minute"


async def test_another_workspace_than_the_settings_name_stops_the_start(tmp_path: Path, sqlite_template: Path) -> None:
    async with running_workspace(workspace_config()) as running:
        shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
        slack = {"mode": "socket", "api_url": running.api_url, "team": "T0OTHER"}
        with pytest.raises(CannotStart, match="T0HORIZON"):
            async with at_work(running, tmp_path / "comitia.sqlite", tmp_path, slack=slack):
                raise AssertionError("it started")


async def test_a_taken_port_stops_the_start(tmp_path: Path, sqlite_template: Path) -> None:
    async with a_slack_without_scopes() as url:
        port = int(url.rpartition(":")[2].strip("/"))
        said = await refusal(tmp_path, sqlite_template, web={"host": "127.0.0.1", "port": port})
    assert str(port) in said


async def test_a_long_directory_is_read_at_slacks_pace(tmp_path: Path, sqlite_template: Path) -> None:
    config = workspace_config(clock={"mode": "flowing", "start": STARTS.isoformat()})
    async with running_workspace(config) as running, aiohttp.ClientSession() as session:
        shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
        fault = {"method": "users.list", "kind": "ratelimited", "retry_after": 0}
        await (await session.post(f"{running.url}/sandbox/faults", json=fault)).json()
        async with (
            at_work(running, tmp_path / "comitia.sqlite", tmp_path) as house,
            house.app.memory.open_work() as work,
        ):
            assert len(await work.people.all_present()) == len(PEOPLE)


# --- the process ------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def a_slack_without_scopes() -> AsyncIterator[str]:
    """Answers as Slack does to a bot that was given too few scopes."""

    async def answer(request: web.Request) -> web.Response:
        if request.match_info["method"] == "auth.test":
            return web.json_response(
                {"ok": True, "team_id": "T0HORIZON", "user_id": "U0COMITIA", "bot_id": "B0COMITIA", "url": "x"}
            )
        return web.json_response({"ok": False, "error": "missing_scope", "needed": "users:read", "provided": ""})

    application = web.Application()
    application.router.add_post("/{method}", answer)
    application.router.add_get("/{method}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def comitia_run(tmp_path: Path, api_url: str, **secrets: str) -> asyncio.subprocess.Process:
    path = write_settings(tmp_path, app_yaml(api_url, str(tmp_path / "comitia.sqlite")))
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "bot", "run", "--config", str(path)),
        cwd=MAIN,
        env={"PATH": "", **environ(**secrets)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    said = (out + err).decode()
    assert "Traceback" not in said
    assert not any(secret in said for secret in (*SECRETS, "xoxb-", "xapp-"))
    return process.returncode, said


async def said_by(process: asyncio.subprocess.Process, words: str) -> str:
    """The line with these words, once the process has said it."""
    assert process.stderr is not None
    said = []
    async with asyncio.timeout(20):
        while line := (await process.stderr.readline()).decode():
            said.append(line)
            if words in line:
                return line
    raise AssertionError("".join(said))


async def test_what_slack_refuses_stops_the_start_and_names_what_to_mend(
    tmp_path: Path, sqlite_template: Path, log: Log
) -> None:
    database = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, database)
    async with running_workspace(workspace_config()) as workspace, a_slack_without_scopes() as poor:
        for secrets, url, remedy in (
            ({"COMITIA_SLACK__BOT_TOKEN": "xoxb-wrong"}, workspace.api_url, "COMITIA_SLACK__BOT_TOKEN"),
            ({"COMITIA_SLACK__APP_TOKEN": "xapp-wrong"}, workspace.api_url, "COMITIA_SLACK__APP_TOKEN"),
            ({"COMITIA_SLACK__APP_TOKEN": APP_TOKEN}, poor, "users:read"),
        ):
            settings = load(write_settings(tmp_path, app_yaml(url, str(database))), environ=environ(**secrets))
            with pytest.raises(CannotStart, match=remedy) as refused:
                async with running(settings, clock=WallClock()):
                    raise AssertionError("it started")
            assert not any(token in "\n".join((str(refused.value), *log.lines)) for token in ("xoxb-", "xapp-"))


async def test_comitia_run_says_in_a_sentence_why_it_cannot_start(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
    code, said = await ended(await comitia_run(tmp_path, "http://127.0.0.1:9/"))
    assert code == 1
    assert said.count("Comitia cannot start: ") == 1
    assert "Slack does not answer" in said
    assert said.strip().splitlines()[-1].startswith("Comitia cannot start: ")


async def test_comitia_run_works_until_it_is_told_to_stop(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
    config = workspace_config(clock={"mode": "flowing", "start": STARTS.isoformat()})
    async with running_workspace(config) as running:
        process = await comitia_run(tmp_path, running.api_url)
        await said_by(process, "Comitia is at work")
        async with aiohttp.ClientSession() as session:
            body = {"as": SAM, "channel": NEWS, "text": "/comitia help"}
            async with session.post(f"{running.url}/api/messages", json=body) as answer:
                assert (await answer.json())["ok"]
        process.send_signal(signal.SIGTERM)
        code, said = await ended(process)
        assert code == 0, said
        assert said.splitlines()[-1] == "Comitia has stopped."


async def test_a_start_that_waits_for_slack_can_be_stopped(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
    async with running_workspace(workspace_config()) as running, aiohttp.ClientSession() as session:
        fault = {"method": "apps.connections.open", "kind": "ratelimited", "retry_after": 100}
        await (await session.post(f"{running.url}/sandbox/faults", json=fault)).json()
        process = await comitia_run(tmp_path, running.api_url, LANG="fr_FR.UTF-8")
        await said_by(process, "Slack asks to wait")
        process.send_signal(signal.SIGTERM)
        assert await ended(process) == (0, "Comitia est arrêté.\n")
