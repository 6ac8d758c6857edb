"""Houses at several stages of a sitting: each is lived through once, and copied for every test."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import open_engine
from storage.work import Memory
from tests.databases import opened
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


async def _filled(engine: AsyncEngine, file: Path) -> Memory:
    async with engine.connect() as connection, aiosqlite.connect(file) as source:
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, aiosqlite.Connection)
        await source.backup(driver)
    return Memory(engine)


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
