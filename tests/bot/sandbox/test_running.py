"""Time, restarts and the process itself."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.local.config import ConfigError
from bot.sandbox import RunningWorkspace, running_workspace
from bot.sandbox.config import read_config

from .doors import (
    ANNA,
    APP_TOKEN,
    BOB,
    ROOM,
    START,
    Heard,
    Json,
    Page,
    app_of,
    client_of,
    config,
    connected,
    hear_all,
    home,
    page_of,
)

MAIN = Path(__file__).parents[3]


# Time


async def test_a_stepped_clock_stands_still_until_it_is_advanced(page: Page) -> None:
    assert await page.get("/api/clock") == {"mode": "stepped", "now": START}
    answer = await page.post("/api/clock/advance", to="2026-01-06T09:00:00+01:00")
    assert answer == {"ok": True, "mode": "stepped", "now": START + 86_400}
    assert (await page.until("clock"))["now"] == START + 86_400


@pytest.mark.parametrize("to", [START - 1, "2020-01-01", "tomorrow", None])
async def test_time_does_not_go_backwards_or_to_no_moment(page: Page, to: object) -> None:
    assert await page.status("POST", "/api/clock/advance", json={"to": to}) == 400


async def test_a_flowing_clock_flows_from_its_start_and_can_be_advanced() -> None:
    async with running_workspace(config(clock={"mode": "flowing"})) as workspace, page_of(workspace) as page:
        first = (await page.get("/api/clock"))["now"]
        second = (await page.get("/api/clock"))["now"]
        await page.advance(START + 1000)
        third = (await page.get("/api/clock"))["now"]
    assert START <= first < second < START + 60
    assert START + 1000 <= third < START + 1060


async def test_changes_are_waited_for(page: Page) -> None:
    waiting = asyncio.create_task(page.get("/api/changes", since=0, wait=10))
    await page.get("/api/clock")
    assert not waiting.done()
    await page.advance(START + 1)
    assert [change["type"] for change in (await waiting)["changes"]] == ["clock"]
    assert (await page.get("/api/changes", since=1, wait=0.01)) == {"sequence": 1, "changes": []}


async def test_somebody_elses_change_does_not_end_the_wait(page: Page, workspace: RunningWorkspace) -> None:
    waiting = asyncio.create_task(page.get("/api/changes", since=0, wait=10, who=BOB))
    await client_of(workspace).chat_postMessage(channel=ANNA, text="hers")
    await client_of(workspace).chat_postMessage(channel=BOB, text="his")
    assert [change["message"]["text"] for change in (await waiting)["changes"]] == ["his"]


# Restarts


async def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    data = tmp_path / "workspace.sqlite"
    async with running_workspace(config(), data) as workspace, page_of(workspace) as page:
        client = client_of(workspace)
        await page.advance(START + 100)
        sent = await client.chat_postMessage(
            channel=ANNA, text="t", metadata={"event_type": "e", "event_payload": {"k": 1}}
        )
        gone = await client.chat_postMessage(channel=ROOM, text="gone")
        await client.chat_delete(channel=ROOM, ts=gone["ts"])
        await client.chat_postEphemeral(channel=ROOM, user=ANNA, text="psst")
        view = (await client.views_publish(user_id=ANNA, view=home()))["view"]
        await page.post("/sandbox/people", real_name="Cy Okoro", email="cy@horizon.example")
        before = await page.get("/api/changes", since=0)
    async with running_workspace(config(), data) as workspace, page_of(workspace) as page:
        client = client_of(workspace)
        history = await client.conversations_history(channel=sent["channel"], include_all_metadata=True)
        later = await client.chat_postMessage(channel=ANNA, text="later")
        state = await page.get("/api/state", who=ANNA)
        after = await page.get("/api/changes", since=before["sequence"])
        room = (await page.get("/api/messages", who=ANNA, channel=ROOM))["messages"]
        counts = await page.counts()
        again = (await page.get("/api/home", who=ANNA))["view"]
        found = (await page.get("/api/people", q="okoro"))["people"]
    assert [message["metadata"]["event_payload"] for message in history["messages"]] == [{"k": 1}]
    assert state["clock"]["now"] == START + 100
    assert state["dm"]["id"] == sent["channel"]
    assert later["ts"] > sent["ts"]
    assert [change["sequence"] for change in after["changes"]] == [before["sequence"] + 1]
    assert [message["text"] for message in room] == ["psst"]
    assert (counts["posts_sent"], counts["deletes"], counts["ephemerals"]) == (3, 1, 1)
    assert (again["id"], again["hash"]) == (view["id"], view["hash"])
    assert [one["real_name"] for one in found] == ["Cy Okoro"]


async def test_events_that_waited_are_delivered_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "workspace.sqlite"
    async with running_workspace(config(), data) as workspace, page_of(workspace) as page:
        await page.post("/api/messages", who=ANNA, channel=await page.dm(), text="hello")
    async with running_workspace(config(), data) as workspace:
        app, heard = app_of(workspace), Heard()
        hear_all(app, heard)
        async with connected(app, workspace):
            assert (await heard.next())["event"]["text"] == "hello"


# The configuration


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"colour": "red"}, "the configuration: unknown key 'colour'"),
        ({"team": {"id": "T1"}}, "team.name: missing"),
        ({"clock": {"mode": "backwards"}}, "clock.mode: neither stepped nor flowing"),
        ({"app": {"mode": "pigeon"}}, "app.mode: neither socket nor http"),
        ({"clock": {"start": "noon"}}, "not a moment: 'noon'"),
        ({"people": [{"real_name": "x", "email": "x@x", "tz": "Mars/Olympus"}]}, "people.tz: no such zone"),
        ({"people": [{"real_name": "x", "email": "x@x"}] * 2}, "people: two have the same id"),
        ({"app": {"shape": "round"}}, "app: unknown key 'shape'"),
        ({"app": {"events": ["reaction_added"]}}, "app.events: unknown"),
        ({"people": [{"real_name": "x"}]}, "people.email: missing"),
        ({"people": [{"real_name": "x", "email": "x@x", "age": 7}]}, "people: unknown key 'age'"),
        ({"channels": [{"topic": "x"}]}, "channels.name: missing"),
    ],
)
def test_a_configuration_is_refused_by_the_name_of_its_key(changes: Json, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        read_config(config(**changes))


async def test_a_channel_of_unknown_people_is_refused() -> None:
    channels = [{"name": "x", "members": ["nobody@horizon.example"]}]
    with pytest.raises(ConfigError, match=r"nobody@horizon\.example"):
        async with running_workspace(config(channels=channels)):
            pass


def test_ids_are_made_from_addresses_and_always_the_same() -> None:
    people = [{"real_name": "Zoë Örn", "email": "zoe@horizon.example"}]
    first, second = (read_config(config(people=people, channels=[])).people[0] for _ in range(2))
    assert first == second
    assert first.id.startswith("U")
    assert first.name == "zoe.orn"


# The process


@asynccontextmanager
async def process(*arguments: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.sandbox",
        *map(str, arguments),
        cwd=MAIN,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def test_the_process_says_where_it_is_and_stops_when_told(tmp_path: Path) -> None:
    file, data = tmp_path / "config.json", tmp_path / "workspace.sqlite"
    file.write_text(json.dumps(config()), encoding="utf-8")
    async with process("--config", file, "--data", data) as started, asyncio.timeout(30):
        assert started.stdout is not None
        workspace = RunningWorkspace(url=json.loads(await started.stdout.readline())["url"])
        client = client_of(workspace)
        assert (await client.auth_test())["ok"]
        url = (await client.apps_connections_open(app_token=APP_TOKEN))["url"]
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            await client.chat_postMessage(channel=ROOM, text="kept")
            started.send_signal(signal.SIGTERM)
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        out, errors = await started.communicate()
        assert (started.returncode, out, errors) == (0, b"", b"")
    async with running_workspace(config(), data) as workspace:
        history = await client_of(workspace).conversations_history(channel=ROOM)
    assert [message["text"] for message in history["messages"]] == ["kept"]


async def test_what_was_answered_survives_the_death_of_the_process(tmp_path: Path) -> None:
    file, data = tmp_path / "config.json", tmp_path / "workspace.sqlite"
    file.write_text(json.dumps(config()), encoding="utf-8")
    async with process("--config", file, "--data", data) as started, asyncio.timeout(30):
        assert started.stdout is not None
        workspace = RunningWorkspace(url=json.loads(await started.stdout.readline())["url"])
        client = client_of(workspace)
        for number in range(4):
            await client.chat_postMessage(channel=ROOM, text=str(number))
        await client.auth_test()
        started.kill()
        await started.communicate()
    async with running_workspace(config(), data) as workspace:
        history = await client_of(workspace).conversations_history(channel=ROOM)
    assert len(history["messages"]) == 4


async def test_a_wrong_configuration_stops_the_process_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config(colour="red")), encoding="utf-8")
    async with process("--config", file, "--data", tmp_path / "x.sqlite") as started, asyncio.timeout(30):
        out, errors = await started.communicate()
    assert started.returncode == 2
    assert out == b""
    assert b"unknown key 'colour'" in errors


async def test_the_page_is_served_under_a_strict_policy(workspace: RunningWorkspace) -> None:
    async with aiohttp.ClientSession(workspace.url) as session:
        async with session.get("/") as response:
            assert response.content_type == "text/html"
            assert response.headers["Content-Security-Policy"] == "default-src 'self'"
        for path in ("/nothing.js", "/server.py", "/..%2fserver.py", "/page/../server.py"):
            async with session.get(path) as response:
                assert response.status == 404
