"""What every scenario has: a house, and an ear on the log that no scenario may fill with secrets or faults."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.logs import JsonLines, _Own
from tests.bot.scenarios.anywhere import DOORS, PLATFORMS, house_on
from tests.bot.scenarios.horizon import PEOPLE, AnyHouse
from tests.bot.scenarios.house import SECRETS, House, house_of
from tests.bot.scenarios.teams_house import PASSWORD

PERSONAL = ("my-own-words", "@horizon.example", *(name for _, name, _, _ in PEOPLE))
"""What nobody may find in a log; reasons in these tests have "my-own-words" in them."""


class Log(logging.Handler):
    """What Comitia logs, as `comitia run` would print it. `faults`: how many errors the scenario means to cause."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.errors: list[str] = []
        self.faults = 0
        self.setFormatter(JsonLines())
        self.addFilter(_Own())

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        self.lines.append(line)
        if record.levelno >= logging.ERROR:
            self.errors.append(line)


@pytest.fixture(autouse=True)
def log() -> Iterator[Log]:
    """No record of any scenario holds a secret, a name, an address, a reason or a vote."""
    ear, root = Log(), logging.getLogger()
    before = root.level
    root.setLevel(logging.INFO)
    root.addHandler(ear)
    try:
        yield ear
    finally:
        root.removeHandler(ear)
        root.setLevel(before)
    everything = "\n".join(ear.lines)
    leaked = [word for word in (*SECRETS, PASSWORD, *PERSONAL) if word in everything]
    assert not leaked, f"{leaked} in the log:\n{everything}"
    assert len(ear.errors) == ear.faults, "\n".join(ear.errors) or "no fault was logged"


@pytest.fixture
async def house(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[House]:
    """Comitia at work over Socket Mode, on the Monday before anything is due."""
    async with house_of(tmp_path, sqlite_template) as built:
        yield built


@pytest.fixture(params=["socket", "http"])
async def either(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[House]:
    """The same over both doors: Socket Mode and signed HTTP."""
    async with house_of(tmp_path, sqlite_template, mode=request.param) as built:
        yield built


@pytest.fixture(params=PLATFORMS)
async def anywhere(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[AnyHouse]:
    """The same on each platform."""
    async with house_on(request.param, tmp_path, sqlite_template) as built:
        yield built


@pytest.fixture(params=DOORS)
async def any_door(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[AnyHouse]:
    """The same on each platform, over each of its doors."""
    async with house_on(request.param, tmp_path, sqlite_template) as built:
        yield built
