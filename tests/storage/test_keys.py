"""What keys there are is told without the keys; a new one loses nothing that the former made."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from rituals.posts import Fate
from storage.engine import Unusable, alone_on, importing_alone
from storage.keys import kept_keys, rotate_identity, rotate_sending
from storage.sending import SENDING_KEY, sending
from storage.work import Memory
from tests.builders import AT, NOBODY, after, entry, post
from tests.contracts.delivering import claimed, put, settled
from tests.databases import Postgres
from tests.refusals import refused
from tests.storage.templates import opened_engine

LATER = after(days=9)


@pytest.fixture(params=["sqlite", "postgres"])
def migrated_url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a database with every table and nothing in it."""
    if request.param == "sqlite":
        shutil.copyfile(sqlite_template, tmp_path / "comitia.sqlite")
        return f"sqlite:///{tmp_path / 'comitia.sqlite'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    postgres.clean()
    return postgres.url


@pytest.fixture
async def engine(migrated_url: str) -> AsyncIterator[AsyncEngine]:
    """A database with every table and nothing in it."""
    async with opened_engine(migrated_url) as opened:
        yield opened


async def keys_in(engine: AsyncEngine) -> list[object]:
    async with engine.connect() as connection:
        found = [(await connection.execute(text(f"SELECT key FROM {name}"))).scalars() for name in TABLES]
        return [bytes(key) for keys in found for key in keys]


TABLES = ("sending_key", "identity_key", "seal_key", "pulse_cycle")


async def test_what_there_is_is_told_without_the_keys(engine: AsyncEngine) -> None:
    assert [(one.kind, one.count) for one in await kept_keys(engine)] == [
        ("sending", 0),
        ("identity", 0),
        ("panels", 0),
        ("seals", 0),
    ]
    async with engine.begin() as connection:
        await sending(connection, at=AT)
    async with Memory(engine).open_work() as work:
        await work.panelists.key("pulse", "2026")
    told = await kept_keys(engine)
    assert [(one.kind, one.count, one.since) for one in told if one.count] == [("sending", 1, AT), ("panels", 1, None)]
    keys = await keys_in(engine)
    assert len(keys) == 2
    assert not any(repr(key) in repr(told) for key in keys)


async def test_a_new_key_leaves_what_is_under_way_the_mark_it_was_sent_with(engine: AsyncEngine) -> None:
    memory = Memory(engine)
    async with memory.open_work() as work:
        await work.rooms.adopt("slack", {"ai": "C1"})
    await put(memory, post("tried"))
    (tried,) = await claimed(memory.outbox(platform="slack", locale="en", zone="UTC"))
    await put(memory, post("waits"), at=after(minutes=1))
    before = await keys_in(engine)
    assert await rotate_sending(engine, at=LATER) == 1
    assert await keys_in(engine) != before
    outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
    await outbox.release()
    found = {one.post: one for one in await claimed(outbox, at=LATER, owner="two")}
    assert (found["tried"].unsettled, found["tried"].key) == (True, tried.key)
    async with engine.connect() as connection:
        ours = await sending(connection, at=LATER)
    assert found["waits"].key == ours.key_of("waits")
    await settled(outbox, found["tried"], Fate.SHOWN, at=LATER)
    await put(memory, post("tried", "Other words"), at=LATER)
    assert await rotate_sending(engine, at=LATER) == 1, "only `waits`: what is shown is known by its place"


async def test_while_a_restore_is_careful_its_key_stays(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await sending(connection, at=AT)
        await connection.execute(SENDING_KEY.update().values(lost_since=AT, careful_until=None))
    before = await keys_in(engine)
    with refused(Unusable, match="since the last restore"):
        await rotate_sending(engine, at=after(hours=1))
    async with engine.begin() as connection:
        await sending(connection, at=after(hours=1))
    with refused(Unusable, match="since the last restore"):
        await rotate_sending(engine, at=after(hours=48))
    assert await keys_in(engine) == before
    assert await rotate_sending(engine, at=after(hours=50)) == 0


async def test_nobody_works_on_the_database_meanwhile(engine: AsyncEngine, migrated_url: str) -> None:
    async with opened_engine(migrated_url) as other:
        if other.dialect.name == "sqlite":
            with alone_on(other), refused(Unusable, match="a Comitia is at work on .*: stop it"):
                await rotate_sending(engine, at=AT)
            async with importing_alone(other):
                with refused(Unusable, match="another import"):
                    await rotate_identity(engine)
        else:
            async with other.connect() as connection:
                await connection.execute(text("SELECT 1"))
                with refused(Unusable, match="is in use"):
                    await rotate_sending(engine, at=AT)
    assert await rotate_sending(engine, at=AT) == 0


async def test_addresses_that_are_all_known_are_hashed_anew_and_mean_the_same(engine: AsyncEngine) -> None:
    memory = Memory(engine)
    with refused(Unusable, match="no such key"):
        await rotate_identity(engine)
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ana@example.org"), entry("ben@example.org")], default=NOBODY)
        numbers = await work.census.identities(["mail:ana@example.org", "mail:ben@example.org"])
    before = await keys_in(engine)
    assert await rotate_identity(engine) == 2
    assert await keys_in(engine) != before
    async with memory.open_work() as work:
        assert await work.census.identities(numbers, make=False) == numbers


async def test_where_a_hash_is_a_stranger_s_nothing_is_changed_and_it_says_how_many(engine: AsyncEngine) -> None:
    memory = Memory(engine)
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ana@example.org")], default=NOBODY)
        numbers = await work.census.identities(["mail:ana@example.org", "id:4711", "mail:gone@example.org"])
    before = await keys_in(engine)
    with refused(Unusable, match="2 of 3 hashes belong to no address that is known"):
        await rotate_identity(engine)
    assert await keys_in(engine) == before
    async with memory.open_work() as work:
        assert await work.census.identities(numbers, make=False) == numbers
