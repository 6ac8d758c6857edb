"""What the parent of all lives has done before it forks: a life of its own, so that each fork finds everything read."""

import asyncio
import tempfile
from pathlib import Path

from bot.i18n.translator import LANGUAGES
from rituals.posts import ToRoom
from tests.bot.scenarios.house import STARTS, house_of
from tests.builders import post
from tests.databases import compile_once, migrated
from tests.golden.drawing import draw, register_everything
from tests.golden.samples import SAMPLES


async def _live_once(directory: Path) -> None:
    async with house_of(directory, directory / "template.sqlite") as house:
        await house.put(post("warm", to=ToRoom(room="committee"), not_before=STARTS))
        await house.after(seconds=10)


register_everything()
compile_once()
for _kind in SAMPLES:
    for _language in LANGUAGES:
        draw(_kind, "slack", _language)
with tempfile.TemporaryDirectory() as _place:
    migrated(f"sqlite:///{_place}/template.sqlite")
    asyncio.run(_live_once(Path(_place)))
