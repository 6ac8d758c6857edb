"""A process killed in the middle of a transaction leaves nothing of it, and all that was kept before."""

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from tests.builders import AT, post
from tests.databases import Postgres, opened

PROCESS = """
import asyncio, sys
from tests.builders import AT, post
from tests.databases import opened

async def main() -> None:
    async with opened(sys.argv[1]) as memory:
        async with memory.open_work() as work:
            await work.posts.put(post("kept"), at=AT)
        async with memory.open_work() as work:
            await work.posts.put(post("kept", "Other words."), at=AT)
            for n in range(200):
                await work.posts.put(post(f"lost {n}"), at=AT)
            sys.stdout.write("in the middle\\n")
            sys.stdout.flush()
            await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> str:
    """A database another process can open too."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'comitia.sqlite')}"
    postgres: Postgres = request.getfixturevalue("postgres")
    postgres.clean()
    return postgres.url


async def test_a_kill_in_the_middle_of_a_work_leaves_nothing_of_it_and_what_was_kept_before(url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROCESS, url, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"in the middle\n"
    process.kill()
    await process.wait()
    async with opened(url) as memory:
        outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
        assert await outbox.counts() == {"pending": 1}
        async with memory.open_work() as work:
            assert await work.posts.put(post("kept"), at=AT) == 1, "its words are the first ones"
            assert await work.posts.put(post("lost 0"), at=AT) == 1
