"""Houses at several stages of a sitting: each is lived through once, and copied for every test."""

import asyncio
import copy
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import aiosqlite
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import open_engine
from storage.work import Memory
from tests.databases import in_memory, opened
from tests.rituals.use_cases.house import STAGES, House


@pytest.fixture(scope="session")
def lived(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A database file for every stage, and an empty one ("")."""
    folder = tmp_path_factory.mktemp("lived")
    files = {"": sqlite_template}
    for stage in STAGES:
        files[stage] = folder / f"{stage}.sqlite"
        shutil.copy(sqlite_template, files[stage])
        asyncio.run(_live(files[stage], stage))
    return files


async def _live(file: Path, stage: str) -> None:
    async with opened(f"sqlite:///{file}") as memory:
        house = House(memory)
        await house.settle_in()
        await house.come_to(stage)


@pytest.fixture(scope="session")
def engine() -> Iterator[AsyncEngine]:
    """One engine for all tests here: to compile every statement anew for each would take most of their time."""
    engine = open_engine("sqlite://")
    yield engine
    asyncio.run(engine.dispose())


H = TypeVar("H", bound=House)


class LivedThrough(Protocol):
    """Gives a house at the end of a story."""

    async def __call__(self, story: Callable[[Memory], Awaitable[H]], /) -> H: ...


_ENDS: dict[Callable[..., Any], tuple[bytes, House]] = {}
"""Where stories end: the database, and the house without it."""


@pytest.fixture
def lived_through(engine: AsyncEngine, memory: Memory) -> LivedThrough:
    """Lives a story through, once; every other test begins with a copy of its end."""

    async def lived_through(story: Callable[[Memory], Awaitable[H]], /) -> H:
        if story not in _ENDS:
            house = await story(memory)
            _ENDS[story] = ((await _driver(engine))._conn.serialize(), _copied(house))
            return house
        image, end = _ENDS[story]
        (await _driver(engine))._conn.deserialize(image)
        house = cast("H", _copied(end))
        house.memory, house.outbox = memory, memory.outbox(platform="slack", locale="fr", zone="Europe/Paris")
        return house

    return lived_through


def _copied(house: H) -> H:
    """The house with what it has noted down, to go on by itself."""
    copied = copy.copy(house)
    vars(copied).update({name: copy.copy(told) for name, told in vars(house).items() if isinstance(told, set | list)})
    return copied


async def _filled(engine: AsyncEngine, file: Path) -> Memory:
    (await _driver(engine))._conn.deserialize(in_memory(file))
    return Memory(engine)


async def _driver(engine: AsyncEngine) -> aiosqlite.Connection:
    """The one connection of an engine in memory."""
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, aiosqlite.Connection)
    return driver


@pytest.fixture
async def memory(engine: AsyncEngine, lived: dict[str, Path]) -> Memory:
    """A database with every table and nothing in it."""
    return await _filled(engine, lived[""])


@pytest.fixture
async def house(engine: AsyncEngine, lived: dict[str, Path]) -> House:
    """People, two cases and planned sittings."""
    return House(await _filled(engine, lived["planned"]))


@pytest.fixture
async def called(engine: AsyncEngine, lived: dict[str, Path]) -> House:
    """Marks were asked for, and five members have marked one case."""
    return House(await _filled(engine, lived["called"]), at=STAGES["called"])


@pytest.fixture
async def voting(engine: AsyncEngine, lived: dict[str, Path]) -> House:
    """Ballots on two cases have just opened."""
    return House(await _filled(engine, lived["voting"]), at=STAGES["voting"])


@pytest.fixture
def fresh(engine: AsyncEngine, lived: dict[str, Path]) -> Callable[[str], Awaitable[House]]:
    """Another house at a stage, in place of the one before."""

    async def fresh(stage: str) -> House:
        return House(await _filled(engine, lived[stage]), at=STAGES[stage])

    return fresh


@pytest.fixture(params=[stage for stage in STAGES if stage != "planned"])
async def begun(engine: AsyncEngine, lived: dict[str, Path], request: pytest.FixtureRequest) -> House:
    """A sitting after its call, after its agenda, and while it votes."""
    return House(await _filled(engine, lived[request.param]), at=STAGES[request.param])
