"""Horizon's past: what its files say is what the posts, the charts and the figures say."""

import csv
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from bot.app import importing
from bot.demo import history, horizon, processes, records
from bot.settings import load

Json = dict[str, Any]
Rows = list[list[str]]

MONDAY = datetime.fromisoformat(horizon.START) - timedelta(weeks=1, hours=4)


def edit(path: Path, change: Callable[[Rows], Rows]) -> None:
    """Rewrites the rows of a file below its header, as somebody with a spreadsheet does."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *change(rows)])


async def live(directory: Path, change: Callable[[Path], None]) -> tuple[dict[str, Json], str]:
    """A week of the past on changed files: the figures of each initiative, and all that #ai-news was shown."""
    records.write(directory / "files", weeks=1)
    change(directory / "files")
    async with AsyncExitStack() as stack:
        places = await stack.enter_async_context(processes.stand_ins(directory, stepped=True, start=MONDAY.isoformat()))
        await history.live_through(directory, places, seed=7)
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=places["slack"], timeout=30))
        person = (await client.get("/api/people", params={"q": horizon.CAST[0].email})).json()["people"][0]["id"]
        state = (await client.get("/api/state", params={"as": person})).json()
        room = next(one["id"] for one in state["channels"] if one["name"] == "ai-news")
        shown = (await client.get("/api/messages", params={"as": person, "channel": room})).text
    settings_file = directory / "app.yaml"
    settings_file.write_text(
        horizon.settings(database=str(directory / "comitia.sqlite"), api_url="http://127.0.0.1:1/api/"), "utf-8"
    )
    async with importing(load(settings_file, environ={}, need_secrets=False)) as open_work, open_work() as work:
        found = {
            key: {
                metric: figure.as_json()
                for metric, figure in (await work.figures.headline(key, horizon.START_DAY)).items()
                if figure is not None
            }
            for key in ("claims-assistant", "support-chatbot")
        }
    return found, shown


def fewer_users(files: Path) -> None:
    users = sorted({row[1] for row in _rows(files / "usage.csv") if row[0] == "claims-assistant"})
    recent = [row[1] for row in _rows(files / "usage.csv") if row[0] == "claims-assistant" and row[2] > "2025-12-22"]
    gone = sorted(set(users) & set(recent))[:3]
    edit(
        files / "usage.csv", lambda rows: [row for row in rows if not (row[0] == "claims-assistant" and row[1] in gone)]
    )


def fewer_escalations(files: Path) -> None:
    # Ninety conversations fewer a week that went to a human, and as many more that were settled.
    edit(
        files / "conversations.csv",
        lambda rows: [[*row[:3], str(int(row[3]) - 45), str(int(row[4]) + 45), *row[5:7], "10"] for row in rows],
    )


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


async def test_the_twelve_and_the_forty_five_percent_come_from_the_files(tmp_path: Path) -> None:
    figures, shown = await live(tmp_path, lambda files: None)
    assert (figures["claims-assistant"]["adoption"]["x"], figures["claims-assistant"]["adoption"]["n"]) == (9, 75)
    assert (figures["support-chatbot"]["escalation"]["x"], figures["support-chatbot"]["escalation"]["n"]) == (405, 900)
    assert "12%" in shown
    assert "45%" in shown


async def test_whoever_changes_a_row_changes_the_figures_and_what_is_posted(tmp_path: Path) -> None:
    def change(files: Path) -> None:
        fewer_users(files)
        fewer_escalations(files)

    figures, shown = await live(tmp_path, change)
    assert (figures["claims-assistant"]["adoption"]["x"], figures["claims-assistant"]["adoption"]["n"]) == (6, 75)
    assert (figures["support-chatbot"]["escalation"]["x"], figures["support-chatbot"]["escalation"]["n"]) == (225, 900)
    assert "8%" in shown
    assert "12%" not in shown
    assert "45%" not in shown
