"""What the parent of all lives has done before it forks: lives of its own, so that each fork finds everything read."""

import asyncio
import tempfile
from pathlib import Path

from rituals.posts import ToRoom
from tests.bot.scenarios import house as slack
from tests.bot.scenarios import teams_house as teams
from tests.bot.scenarios.horizon import STARTS
from tests.builders import post
from tests.databases import compile_once, migrated
from tests.golden.drawing import PLATFORMS, draw, register_everything
from tests.golden.samples import SAMPLES


async def _live_once(directory: Path) -> None:
    for platform in (slack, teams):
        async with platform.house_of(_made(directory, platform.__name__), directory / "template.sqlite") as house:
            await house.put(post("warm", to=ToRoom(room="committee"), not_before=STARTS))
            await house.after(seconds=10)


def _made(directory: Path, name: str) -> Path:
    place = directory / name
    place.mkdir()
    return place


register_everything()
compile_once()
for _kind in SAMPLES:
    for _platform in PLATFORMS:
        draw(_kind, _platform, "en")
with tempfile.TemporaryDirectory() as _place:
    migrated(f"sqlite:///{_place}/template.sqlite")
    asyncio.run(_live_once(Path(_place)))
