"""`comitia status` beside Comitia at work, and where nothing runs: what it says, and its exit code."""

import json
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.app import migrate_database
from bot.commands import status
from bot.sandbox import running_workspace
from bot.settings import load
from rituals.people import Account
from rituals.posts import Window
from rituals.use_cases.reach import tell_of_channels
from storage.engine import open_engine
from storage.people import ACCOUNT
from storage.work import Memory
from tests.bot.scenarios.house import (
    NEWS,
    STARTS,
    House,
    app_yaml,
    at_work,
    email,
    environ,
    until,
    workspace_config,
    write_settings,
)
from tests.bot.scenarios.teams_house import APP, CHANNELS, TENANT, link
from tests.builders import entry, post

NOW = datetime(2026, 1, 26, 8, 0, tzinfo=UTC)
AT_TEN = NOW + timedelta(hours=2)


@dataclass
class Asker:
    """Somebody at a terminal."""

    path: Path
    language: str = "en_GB.UTF-8"

    async def asks(self, *, at: datetime = NOW, as_json: bool = False) -> tuple[int, str]:
        out = StringIO()
        secrets = environ(LANG=self.language)
        code = await status.run(self.path, as_json=as_json, environ=secrets, at=at, out=out)
        return code, out.getvalue()


@pytest.fixture
def asker(tmp_path: Path, sqlite_template: Path) -> Asker:
    database = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, database)
    return Asker(write_settings(tmp_path, app_yaml("http://127.0.0.1:9/", str(database))))


@pytest.fixture
async def memory_here(asker: Asker, tmp_path: Path) -> AsyncIterator[Memory]:
    """What the asker's database remembers."""
    engine = open_engine(f"sqlite:///{tmp_path / 'comitia.sqlite'}")
    yield Memory(engine)
    await engine.dispose()


@pytest.fixture
def unused_tcp_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def lines(said: str) -> dict[str, str]:
    """What is said of each thing, by the thing."""
    found = {}
    for line in said.splitlines()[:-1]:
        _, what, words = (part.strip() for part in line.split("  ") if part.strip())
        found[what] = words
    return found


async def test_where_nothing_runs_it_says_so_and_how_to_start(asker: Asker) -> None:
    code, said = await asker.asks()
    assert code == status.WRONG
    assert lines(said)["Comitia"] == "not at work: start it with comitia run"
    assert lines(said)["posts to come"] == "0"


async def test_the_columns_stand_below_each_other_in_both_languages(asker: Asker) -> None:
    for language in ("en_GB", "fr_FR"):
        asker.language = language
        _, said = await asker.asks()
        rows = said.splitlines()[:-1]
        begins = {row.index(words) for row in rows for words in [row.rsplit("  ", 1)[1]]}
        assert len(begins) == 1, said


async def test_what_waits_too_long_is_paused_or_wrong_is_told(asker: Asker, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'comitia.sqlite'}")
    memory = Memory(engine)
    async with memory.open_work() as work:
        await work.posts.put(post("a", not_before=NOW - timedelta(hours=3)), at=NOW - timedelta(hours=3))
        await work.brakes.pause("pulse", at=NOW, by="ana")
        await work.alarms.ring("deaf", at=NOW - timedelta(minutes=9))
    await engine.dispose()
    code, said = await asker.asks()
    told = lines(said)
    assert code == status.WRONG
    assert told["oldest unsent post"] == "should be out since 3 hours"
    assert told["posts to come"] == "1"
    assert told["paused"] == "pulse, since 2026-01-26 08:00 UTC"
    assert told["alarm"] == "deaf, since 2026-01-26 07:51 UTC, last told 2026-01-26 07:51 UTC"
    code, said = await asker.asks(as_json=True)
    found: dict[str, Any] = json.loads(said)
    assert (code, found["state"], found["oldest_unsent_seconds"]) == (status.WRONG, "wrong", 10800)


async def test_a_database_that_cannot_be_read_cannot_be_told_of(asker: Asker, tmp_path: Path) -> None:
    (tmp_path / "comitia.sqlite").write_bytes(b"no database" * 99)
    code, said = await asker.asks()
    assert code == status.UNKNOWN
    assert "not a database" in said
    code, said = await asker.asks(as_json=True)
    assert (code, json.loads(said)["state"]) == (status.UNKNOWN, "unknown")
    asker.path.write_text("organisation: 7\n")
    assert (await asker.asks())[0] == status.UNKNOWN


async def test_a_look_leaves_no_database_behind(tmp_path: Path) -> None:
    path = write_settings(tmp_path, app_yaml("http://127.0.0.1:1/api/", str(tmp_path / "comitia.sqlite")))
    told = "the database has no tables yet: run `comitia migrate`\n"
    assert await Asker(path).asks() == (status.UNKNOWN, told)
    assert list(tmp_path.iterdir()) == [path]  # noqa: ASYNC240


async def test_beside_comitia_at_work_all_is_well_in_its_own_words_too(
    tmp_path: Path, sqlite_template: Path, unused_tcp_port: int
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
    web = {"host": "127.0.0.1", "port": unused_tcp_port}
    async with (
        running_workspace(workspace_config()) as running,
        at_work(running, tmp_path / "comitia.sqlite", tmp_path, web=web) as house,
    ):
        await house.settle()
        asker = Asker(tmp_path / "app.yaml")
        code, said = await asker.asks(at=STARTS)
        assert code == status.WELL, said
        assert lines(said)["Comitia"] == "at work, and answers"
        assert said.splitlines()[-1] == "All is well."
        await running_down(house)
        code, said = await asker.asks(at=STARTS)
        assert code == status.WRONG
        assert lines(said)["Slack"].startswith("failing (")
    assert load(asker.path, environ=environ()).web.port == unused_tcp_port


async def test_a_rehearsal_at_work_is_not_taken_for_comitia_at_work(
    tmp_path: Path, sqlite_template: Path, unused_tcp_port: int
) -> None:
    live = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, live)
    web = {"host": "127.0.0.1", "port": unused_tcp_port}
    rehearser = email("Sam Taylor")
    async with running_workspace(workspace_config()) as running:
        tree = app_yaml(running.api_url, str(live), web=web, rehearsal=rehearser)
        await migrate_database(load(write_settings(tmp_path, tree), environ=environ()))
        async with at_work(running, live, tmp_path, web=web, rehearsal=rehearser) as house:
            await house.settle()
            code, said = await Asker(tmp_path / "app.yaml").asks(at=STARTS)
            assert lines(said)["Comitia"] == "a rehearsal is at work; everything below is of the rehearsal"
            assert lines(said)["database"].startswith("the rehearsal’s own")
            (tmp_path / "live").mkdir()
            asker = Asker(write_settings(tmp_path / "live", app_yaml(running.api_url, str(live), web=web)))
            code, said = await asker.asks(at=STARTS)
            assert code == status.WRONG
            assert lines(said)["Comitia"].startswith("not at work: a rehearsal is")
            found = json.loads((await asker.asks(at=STARTS, as_json=True))[1])
            assert (found["at_work"], found["rehearsed_instead"], found["parts"]) == (False, True, None)
    assert lines((await asker.asks(at=STARTS))[1])["Comitia"] == "not at work: start it with comitia run"


async def test_posts_to_many_that_wait_for_their_hours_are_counted_with_the_next_moment(
    asker: Asker, memory_here: Memory
) -> None:
    hours = (
        Window(opens=NOW - timedelta(hours=9), closes=NOW),
        Window(opens=AT_TEN, closes=AT_TEN + timedelta(hours=8)),
    )
    async with memory_here.open_work() as work:
        for name in "ab":
            early = post(name, not_before=NOW - timedelta(hours=1))
            await work.posts.put(replace(early, bulk=True, windows=hours), at=NOW - timedelta(hours=1))
    told = lines((await asker.asks())[1])
    assert told["held back"] == "2 posts wait for their readers’ hours, the first until 2026-01-26 10:00 UTC"
    assert "posts to many" not in told
    told = lines((await asker.asks(at=AT_TEN + timedelta(minutes=20)))[1])
    assert told["posts to many"] == "some could go, and none has for 20 minutes"
    assert "held back" not in told


async def test_a_room_without_a_channel_of_its_name_is_told_with_the_remedy(asker: Asker, memory_here: Memory) -> None:
    settings = load(asker.path, environ=environ(), need_secrets=False)
    room, channel = next((room, str(channel)) for room, channel in settings.rooms.items())
    rules = settings.organisation_rules()
    await tell_of_channels(NOW, {room: channel}, open_work=memory_here.open_work, organisation=rules)
    code, said = await asker.asks()
    assert code == status.WRONG
    assert lines(said)["room"].startswith(
        f"{room}: no channel is called #{channel}, so posts go where they went before;"
    )
    await tell_of_channels(NOW + timedelta(hours=1), {}, open_work=memory_here.open_work, organisation=rules)
    told = lines((await asker.asks())[1])
    assert "room" not in told
    assert told["alarm"] == f"channel:{room}, over since 2026-01-26 09:00 UTC"


async def test_each_platform_has_a_line_with_its_sender_and_whom_it_takes_no_message_for(
    tmp_path: Path, sqlite_template: Path
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
    both = app_yaml(
        "http://127.0.0.1:9/",
        str(tmp_path / "comitia.sqlite"),
        rooms={"committee": "ai-committee", "news": link(CHANNELS[NEWS])},
        teams={"app_id": APP, "tenant": TENANT},
    )
    asker = Asker(write_settings(tmp_path, both))
    engine = open_engine(f"sqlite:///{tmp_path / 'comitia.sqlite'}")
    memory = Memory(engine)
    await memory.leases().take("send teams", owner="0123456789abcdef", length=timedelta(minutes=1))
    async with memory.open_work() as work:
        zoe = Account(platform="teams", workspace=TENANT, user="zoe")
        await work.people.adopt_account(zoe, entry("zoe@horizon.example"), present=True)
    async with engine.begin() as connection:
        await connection.execute(ACCOUNT.update().values(refused="BotNotInConversationRoster", refused_at=NOW))
    await engine.dispose()
    told = lines((await asker.asks())[1])
    assert told["Slack"] == "nobody sends"
    assert told["Teams"].startswith("process 01234567 sends, until ")
    assert told["Teams"].endswith(" UTC unless it renews; 1 person takes no message")
    found = json.loads((await asker.asks(as_json=True))[1])
    assert found["unreachable"] == {"rooms": {}, "people": 1}
    slack, teams = found["platforms"]["slack"], found["platforms"]["teams"]
    assert slack == {"state": None, "sender": None, "unreachable": 0}
    assert (teams["sender"]["owner"], teams["unreachable"]) == ("0123456789abcdef", 1)


async def running_down(house: House) -> None:
    """Slack goes away, for long enough."""
    await house.page.fault("apps.connections.open", "http_500", times=50)
    await house.page.post("/sandbox/disconnect", reason="reset")

    async def failing() -> bool:
        return (await house.health())[0] == 503

    await until(failing)
