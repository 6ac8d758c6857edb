"""A process killed in the middle of a transaction leaves nothing of it, and all that was kept before."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import AT, post
from tests.databases import Postgres, opened
from tests.killed import killed_in_the_middle


def put_and_stop(url: str, middle: Callable[[], None]) -> None:
    """Puts a post, and in a second transaction other words for it and many more."""

    async def go() -> None:
        async with opened(url) as memory:
            async with memory.open_work() as work:
                await work.posts.put(post("kept"), at=AT)
            async with memory.open_work() as work:
                await work.posts.put(post("kept", "Other words."), at=AT)
                for n in range(200):
                    await work.posts.put(post(f"lost {n}"), at=AT)
                middle()

    asyncio.run(go())


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> str:
    """A database another process can open too."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'comitia.sqlite')}"
    postgres: Postgres = request.getfixturevalue("postgres")
    postgres.clean()
    return postgres.url


@pytest.mark.enable_socket
async def test_a_kill_in_the_middle_of_a_work_leaves_nothing_of_it_and_what_was_kept_before(url: str) -> None:
    await killed_in_the_middle(put_and_stop, url)
    async with opened(url) as memory:
        outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
        assert await outbox.counts() == {"pending": 1}
        async with memory.open_work() as work:
            assert await work.posts.put(post("kept"), at=AT) == 1, "its words are the first ones"
            assert await work.posts.put(post("lost 0"), at=AT) == 1
