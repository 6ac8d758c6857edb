"""A database of any earlier schema, with data in it, becomes this version's with all of it, or stays as it was."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, event, inspect
from sqlalchemy.ext.asyncio import AsyncEngine

from rituals.committee.scoring import Criterion
from rituals.measures.statistics import Window
from rituals.people import Account
from rituals.pulses.waves import WaveState
from rituals.use_cases.home import put_home
from rituals.use_cases.planning import plan_ahead, replan
from rituals.use_cases.run_due_steps import run_due_steps
from storage.engine import HEAD, REVISIONS, check_schema, open_engine, schema_of
from storage.migrate import migrate, upgrade
from storage.work import Memory
from tests.databases import Postgres
from tests.killed import killed_in_the_middle
from tests.rituals.use_cases.house import ORGANISATION
from tests.storage.past import ACTION, ANSWERS_TOGETHER, BALLOT, CLOSED, NEXT, OPEN, PULSE, REVIEW, ROWS, SITTING, Row
from tests.storage.templates import copied, opened_engine

EARLIER = REVISIONS[:-1]
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
YEAR = Window(first=date(2025, 3, 3), last=date(2026, 3, 3))
Kept = Mapping[str, list[Row]]


def rows_of(name: str, revision: str) -> list[Row]:
    return ANSWERS_TOGETHER if name == "pulse_answer" and revision < "0007" else ROWS[name]


def filled(connection: Connection, revision: str, then: str | None = None) -> None:
    """Makes the tables of that schema, fills every one of them, and brings them to the schema `then`."""
    upgrade(connection, revision)
    for table in tables_of(connection).sorted_tables:
        if table.name != "alembic_version":
            rows = rows_of(table.name, revision)
            connection.execute(table.insert(), [{c.name: row[c.name] for c in table.columns} for row in rows])
    if then is not None and then != revision:
        upgrade(connection, then)


def tables_of(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


def kept(connection: Connection) -> Kept:
    """Every row of every table, as the database itself tells it."""
    # Not by reflection: to ask for every column of every table takes longer than all else here.
    return {
        name: sorted((dict(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings()), key=repr)
        for name in inspect(connection).get_table_names()
    }


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database another process can open too."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'past.sqlite'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.blank()


@asynccontextmanager
async def at_revision(url: str, revision: str) -> AsyncIterator[tuple[AsyncEngine, Kept]]:
    """A database of that schema, filled and open, and what it holds."""
    await copied(url, filled, filled=revision, revision=revision)
    async with opened_engine(url) as engine:
        async with engine.connect() as connection:
            before = await connection.run_sync(kept)
        yield engine, before


@pytest.mark.parametrize("revision", EARLIER)
async def test_all_that_an_earlier_version_left_is_there_after_the_migration_and_is_worked_on(
    url: str, revision: str
) -> None:
    async with at_revision(url, revision) as (engine, before):
        await migrate(engine)
        await check_schema(engine)
        async with engine.connect() as connection:
            compare(before, await connection.run_sync(kept), revision)
        await work_on(Memory(engine), revision)


def compare(before: Kept, after: Kept, revision: str) -> None:
    """Every row is there, with all that it held."""
    changed = {"alembic_version"} | ({"pulse_answer"} if revision < "0007" else set())
    for name in before.keys() - changed:
        columns = before[name][0].keys() - ({"message"} if name == "post" else set())
        assert _these(columns, after[name]) == _these(columns, before[name]), name
    said = sorted((row["id"], row["message"]) for row in before["post"])
    assert sorted((row["post"], row["message"]) for row in after["words"]) == said
    if "0003" <= revision < "0007":
        apart = sorted((row["question"], row["codes"]) for row in after["pulse_answer"])
        assert apart == [("BAR", "B_EXP B_TRN"), ("USE1", "never")]


def _these(columns: Collection[str], rows: Iterable[Row]) -> list[Row]:
    return sorted(({name: row[name] for name in sorted(columns)} for row in rows), key=repr)


async def work_on(memory: Memory, revision: str) -> None:
    """Reads all of it as the rules do, and does what is due."""
    await replan(NOW, open_work=memory.open_work, organisation=ORGANISATION)
    await plan_ahead(NOW, open_work=memory.open_work, organisation=ORGANISATION)
    await read_first_tables(memory)
    for since, read in (
        ("0002", read_sources),
        ("0003", read_pulses),
        ("0004", read_figures),
        ("0005", read_reviews),
        ("0006", read_letters),
    ):
        if revision >= since:
            await read(memory)
    late = datetime(2026, 3, 3, 16, 30, tzinfo=UTC)
    await run_due_steps(late, open_work=memory.open_work, organisation=ORGANISATION)
    async with memory.open_work() as work:
        assert {one.ballot for one in await work.ballots.decisions(SITTING)} == {BALLOT, f"{SITTING}:search"}
        closed, going = await work.occurrences.get(SITTING), await work.occurrences.get(NEXT)
        assert closed is not None
        assert closed.rules == ORGANISATION.rituals["committee"], "from its next step on it has rules of its own"
        assert going is not None
        assert going.rules is None, "it began before rules were kept, and nothing of it has been due since"


async def read_first_tables(memory: Memory) -> None:
    outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
    async with memory.open_work() as work:
        ana = await work.people.by_account(Account(platform="slack", workspace="T1", user="U1"))
        assert ana is not None
        assert [one.id for one in await work.people.all_present()] == ["ana", "ben"]
        assert [one.key for one in await work.initiatives.asking()] == ["triage"]
        assert {one.id for one in await work.occurrences.under_way()} >= {SITTING, NEXT, PULSE}
        assert await work.occurrences.points(NEXT) == ["triage"]
        assert [one.name for one in await work.steps.waiting(SITTING)] == ["close_ballot"]
        assert (await work.marks.mine(NEXT, "ben"))["triage"][next(iter(Criterion))] == 4
        assert len((await work.marks.sheets(SITTING))["triage"]) == 1
        assert [one.id for one in await work.ballots.open_for("ben")] == [BALLOT]
        assert [one.reason for one in await work.ballots.votes(BALLOT)] == ["Because."]
        assert list(await work.brakes.paused()) == ["figures"]
        assert [one.id for one in await work.posts.in_rooms(limit=9)] == ["minutes:1"]
        await put_home(work, ana, ORGANISATION, at=NOW)
        assert (await work.personal.kept("ana", today=NOW.date())).votes
    parcels = {one.post: one for one in await outbox.claim(NOW, owner="x", lease_until=NOW, limit=9)}
    assert parcels["agenda:2"].key == "key of agenda:2", "messages in chat bear the key they were sent with"


async def read_sources(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert [one.number for one in await work.sources.imports()] == [1, 2]
        assert len(await work.sources.conversations("triage", YEAR)) == 1
        assert len(await work.sources.savings("triage", YEAR)) == 1
        assert len(await work.sources.readings("claims-days", NOW.date())) == 1
        assert await work.sources.folded() == {"triage": date(2025, 10, 5)}
        assert await work.census.departments() == {"Claims"}
        assert len(await work.census.population("triage", NOW.date())) == 2
        assert len(await work.census.histories("triage", YEAR)) == 2
        assert list(await work.census.told()) == ["triage"]
        assert await work.census.rolled_out() == {"triage": date(2025, 9, 1)}


async def read_pulses(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert await work.panelists.key("pulse", "2026") == b"c" * 32
        assert (await work.panelists.panels("pulse", "2026", count=4)).assigned
        assert {name: one.opted_out for name, one in (await work.panelists.all()).items()} == {
            "ana": True,
            "ben": False,
        }
        assert sorted(one.state for one in await work.pulses.waves(PULSE)) == [WaveState.CLOSED, WaveState.OPEN]
        ben = await work.pulses.answering(Account(platform="slack", workspace="T1", user="U2"), OPEN)
        assert ben is not None
        assert ben.reply is not None
        assert (ben.reply.use, ben.reply.comment) == ("never", "Too slow.")
        assert len(await work.pulses.answers("search", YEAR)) == 2
        assert [one.wave for one in await work.pulses.wave_counts("search", YEAR)] == [CLOSED]


async def read_figures(memory: Memory) -> None:
    sunday = date(2026, 2, 1)
    async with memory.open_work() as work:
        assert await work.figures.latest("adoption", "triage", sunday) is not None
        assert len(await work.figures.changes(sunday)) == 1
        assert len(await work.figures.caveats(sunday)) == 1
        assert len(await work.figures.events(after=date(2026, 1, 1), until=sunday)) == 1
        assert list(await work.figures.alerts("triage")) == ["adoption"]
        assert len(await work.figures.cards("news")) == 1
        assert list(await work.figures.releases("triage")) == [("adoption", "Claims")]
        assert len(await work.figures.records("triage", [sunday])) == 1


async def read_reviews(memory: Memory) -> None:
    async with memory.open_work() as work:
        assert list(await work.reviews.given(REVIEW)) == ["claims-days"]
        (status,) = await work.reviews.board(REVIEW)
        assert status.title == "Days to settle"
        assert [one.id for one in await work.reviews.open_actions()] == [ACTION]
        assert len(await work.reviews.told("ana")) == 1


async def read_letters(memory: Memory) -> None:
    async with memory.open_work() as work:
        wish = await work.letters.wish("ana")
        assert wish is not None
        assert wish.weekday == 3
        assert "red:claims-days" in await work.letters.told("digest", "ana")
        assert await work.personal.objections() == 1


# --- a migration that does not come to its end -----------------------------------------------------------------------


def migrate_and_stop(url: str, statement: str, middle: Callable[[], None]) -> None:
    """Migrates, and stops after the statement with these words."""

    def stop(_connection: object, _cursor: object, said: str, *_more: object) -> None:
        if statement in said:
            middle()

    engine = open_engine(url)
    event.listen(engine.sync_engine, "after_cursor_execute", stop)
    asyncio.run(migrate(engine))


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("revision", "statement"),
    [
        ("0001", "CREATE TABLE usage_day"),
        ("0006", "DROP TABLE pulse_answer"),
        ("0007", "ADD COLUMN rules"),
        ("0008", "DROP COLUMN message"),
    ],
)
async def test_a_kill_in_the_middle_of_a_migration_leaves_the_old_schema_whole_and_it_can_be_run_again(
    url: str, revision: str, statement: str
) -> None:
    async with at_revision(url, revision) as (_, before):
        pass
    await killed_in_the_middle(migrate_and_stop, url, statement)
    engine = open_engine(url)
    try:
        assert await schema_of(engine) == revision
        async with engine.connect() as connection:
            assert await connection.run_sync(kept) == before
        await migrate(engine)
        assert await schema_of(engine) == HEAD
    finally:
        await engine.dispose()
