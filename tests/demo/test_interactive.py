"""The demo a person tries: what its buttons do and say, and that nobody acts in the name of those who are played."""

import asyncio
import re
import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.commands.speaking import speaker
from bot.demo import horizon, interactive, processes
from bot.demo.colleagues import REASONS, Colleagues
from bot.demo.interactive import HAPPENED, Press
from bot.demo.page import Page, visiting
from bot.demo.progress import progress
from bot.demo.slack import SlackChat
from bot.demo.stand_ins import StandIns
from bot.demo.stepper import Stepper
from bot.web import serving
from rituals.messages import say

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    page: Page
    crowd: Colleagues
    press: Press

    async def come_to(self, step: str) -> None:
        """Presses on until that has happened, a month or so ahead at most."""
        for _ in range(60):
            said = await self.press.next()
            if all(HAPPENED[step][language] in said[language] for language in said):
                return
        pytest.fail(f"{step} never came")

    async def messages(self, person: horizon.Character, place: str = "dm") -> list[Json]:
        user = self.crowd.user(person.email)
        state = await self.page.get("/api/state", **{"as": user})
        rooms = {one["name"]: one["id"] for one in state["channels"]} | {"dm": state["dm"]["id"]}
        found = await self.page.get("/api/messages", **{"as": user, "channel": rooms[place]})
        return list(found["messages"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What those who are played could press in their messages, by name, and what the room was told at the end."""

    asked_for_marks: dict[str, list[str]]
    agenda: str
    asked_to_vote: dict[str, list[str]]
    afterwards: dict[str, list[str]]
    minutes: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def months(tmp_path_factory: pytest.TempPathFactory) -> list[Month]:
    """Two months of the demo, lived once for all who look at them."""
    directory = tmp_path_factory.mktemp("demo")
    async with AsyncExitStack() as stack:
        places = await stack.enter_async_context(processes.stand_ins(directory, stepped=True))
        comitia = await stack.enter_async_context(processes.comitia(directory, places, stepped=True))
        page = await stack.enter_async_context(visiting(places["slack"]))
        crowd = Colleagues(
            SlackChat(page),
            people=[person.email for person in horizon.CAST],
            leaning={case.key: case.liked for case in horizon.CASES},
            seed=7,
            played=frozenset(person.email for person in horizon.PLAYED),
            hurry=0.02,
            grain=0,
        )
        stepper = Stepper(StandIns({"slack": page}), comitia, crowd)
        await comitia.control()
        await crowd.arrive()
        demo = Demo(page=page, crowd=crowd, press=Press(page, stepper, crowd))
        return [await lived(demo) for _ in range(2)]


async def lived(demo: Demo) -> Month:
    """A month, until the committee's minutes are out."""
    await demo.come_to("call_for_marks")
    asked_for_marks = await offered(demo)
    await demo.come_to("publish_agenda")
    agenda = str((await demo.messages(horizon.PLAYED[0], "ai-committee"))[-1])
    await demo.come_to("open_ballots")
    asked_to_vote = await offered(demo)
    await demo.come_to("close_ballot")
    return Month(
        asked_for_marks=asked_for_marks,
        agenda=agenda,
        asked_to_vote=asked_to_vote,
        afterwards=await offered(demo),
        minutes=str((await demo.messages(horizon.PLAYED[0], "ai-committee"))[-1]),
    )


async def offered(demo: Demo) -> dict[str, list[str]]:
    return {
        person.name: [name for message in await demo.messages(person) for name in actions(message)]
        for person in horizon.PLAYED
    }


def actions(message: Json) -> list[str]:
    return [
        element["action_id"].split("|")[0] + ("✓" if element["text"]["text"].startswith("✓") else "")
        for block in message.get("blocks") or []
        if block["type"] == "actions"
        for element in block["elements"]
    ]


@pytest.mark.xdist_group("headless")
def test_every_month_both_may_mark_and_vote_and_nobody_does_it_for_them(months: list[Month]) -> None:
    for month in months:
        for person in horizon.PLAYED:
            assert "open-marks" in month.asked_for_marks[person.name]
            assert "vote" in month.asked_to_vote[person.name]
            assert not [name for name in month.afterwards[person.name] if name.endswith("✓")]
            assert person.name not in month.minutes
        voted = [int(count) for count in re.findall(r"(\d) of 9 voted", month.minutes)]
        assert voted
        assert max(voted) <= 7
        assert min(voted) >= 5


@pytest.mark.xdist_group("headless")
def test_every_initiative_has_a_score_though_those_who_are_played_give_no_marks(months: list[Month]) -> None:
    for month in months:
        assert len(re.findall(r"[0-9.]+ out of 5", month.agenda)) == 5
        assert "No score" not in month.agenda


@pytest.mark.xdist_group("headless")
def test_reasons_fit_the_vote_and_the_language(months: list[Month]) -> None:
    fits = 0
    for choice, name in {"go": "Go", "no_go": "No-go", "defer": "Defer", "abstain": "Abstain"}.items():
        for language, reasons in REASONS[choice].items():
            for reason, month in product(reasons, months):
                for after in month.minutes.split(reason)[1:]:
                    who = next(one for one in horizon.CAST if one.name in after[: after.index(f"({name})")])
                    assert who.locale.startswith(language)
                    assert len(re.findall(r"\((?:Go|No-go|Defer|Abstain)\)", after[: after.index(f"({name})")])) == 0
                    fits += 1
    assert fits >= 1


class Inbox:
    """What those who are played find in their direct messages: buttons, by message."""

    def __init__(self, **messages: set[str]) -> None:
        self._messages = messages

    def user(self, email: str) -> str:
        return email

    def room(self, user: str) -> str:
        return f"with {user}"

    async def offered(self, user: str, message: str) -> set[str]:
        return self._messages[message]


ROOM, OURS = "ai-news", f"with {horizon.PLAYED[0].email}"


@pytest.mark.parametrize(
    ("name", "news", "told"),
    [
        ("launch_waves", {(OURS, "pulse")}, ["launch_waves"]),
        ("launch_waves", {(OURS, "paper"), (ROOM, "cards")}, ["open_ballots"]),
        ("launch_waves", {(OURS, "pulse"), (OURS, "paper")}, ["open_ballots", "launch_waves"]),
        ("post_figures", {(OURS, "paper"), (ROOM, "figures")}, ["open_ballots", "post_figures"]),
        ("post_figures", {(OURS, "paper")}, ["open_ballots"]),
        ("launch_waves", {(ROOM, "cards")}, []),
    ],
)
async def test_what_a_press_says_is_what_came_whatever_was_next(
    name: str, news: set[tuple[str, str]], told: list[str]
) -> None:
    nothing: Any = None
    crowd: Any = Inbox(pulse={"pulse-use", "pulse-stop"}, paper={"vote", "open-reason"})
    said = await Press(nothing, nothing, crowd)._told(name, news)
    expected = " ".join(HAPPENED[step]["en"] for step in told) or interactive.NEWS["en"]
    assert said["en"] == expected


class Nobody(Press):
    def __init__(self) -> None:
        pass

    async def next(self) -> interactive.Words:
        raise processes.DidNotStart("bot.demo.child")


async def test_a_button_says_in_both_languages_that_comitia_did_not_answer() -> None:
    async with (
        serving(interactive._buttons(Nobody()), host="127.0.0.1", port=0) as port,
        httpx.AsyncClient() as client,
    ):
        answer = (await client.post(f"http://127.0.0.1:{port}/button", json={"button": "next"})).json()
    assert answer["ok"] is False
    assert set(answer["message"]) == {"en", "fr"}


async def test_comitia_killed_while_it_starts_is_started_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawn = processes._spawn
    tries = 0

    async def dies_first(*arguments: str, environ: dict[str, str]) -> tuple[asyncio.subprocess.Process, Json]:
        nonlocal tries
        if arguments[0] == "bot.demo.child":
            tries += 1
            if tries == 1:
                raise processes.DidNotStart("bot.demo.child", -9)
        return await spawn(*arguments, environ=environ)

    monkeypatch.setattr(processes, "_spawn", dies_first)
    async with (
        processes.stand_ins(tmp_path, stepped=True) as places,
        processes.comitia(tmp_path, places, stepped=True) as comitia,
    ):
        assert (await comitia.control()).startswith("http://127.0.0.1:")
    assert tries == 2


def test_progress_in_a_file_is_a_line_for_every_ten_percent(capsys: pytest.CaptureFixture[str]) -> None:
    told = progress(0, 100, say("command-demo-weeks", weeks=2), speaker({}))
    for now in range(0, 101):
        told(now)
    written = capsys.readouterr().err
    assert "\r" not in written
    assert len(written.splitlines()) == 11
    assert written.startswith("2 weeks: 0%  1970-01-01\n")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en_GB", ["in English, as Sam", "press “Give my marks”"]),
        ("fr_FR", ["en anglais, Sam", "« Donner mes notes »"]),
    ],
)
def test_what_to_try_is_said_in_the_terminals_language(language: str, told: list[str]) -> None:
    links = [(say("command-demo-english", name="Sam"), "LINK"), (say("command-demo-french", name="Luc"), "LINK")]
    lines = interactive.ready(speaker({"LANG": language}), links).splitlines()
    assert all(any(one in line.replace("\u202f", " ") for line in lines) for one in told)
    assert len({line.index("LINK") for line in lines if "LINK" in line}) == 1
    assert max(map(len, lines)) <= 118


@pytest.mark.parametrize(
    ("language", "press", "marks"),
    [
        ("en_GB", "“To the next thing due”", "“Give my marks”"),
        ("fr_FR", "« À la prochaine échéance »", "« Donner mes notes »"),
    ],
)
def test_the_clock_is_to_be_pressed_before_there_is_a_button_to_give_marks(
    language: str, press: str, marks: str
) -> None:
    links = [(say("command-demo-english", name="Sam"), "LINK")]
    told = " ".join(interactive.ready(speaker({"LANG": language}), links).split()).replace("\u202f", " ")
    assert 0 < told.index(press) < told.index(marks)


def test_the_first_ten_asking_initiatives_are_the_first_two_committees() -> None:
    asking = sorted((case for case in horizon.CASES if case.asks), key=lambda case: str(case.asks))
    assert asking == [case for case in horizon.CASES if case.asks]
    assert [case.key for case in asking[9:11]] == ["churn-forecast", "complaint-sorting"]


async def test_a_port_that_is_taken_is_named_with_the_remedy_before_anything_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert await interactive.run(port=port, seed=7, directory=tmp_path / "demo") == 1
    told = f"Port {port} cannot be listened on (Address already in use): name another, --port\n"
    assert capsys.readouterr().err == told
    assert not (tmp_path / "demo").exists()
