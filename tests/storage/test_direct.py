"""Statements handed straight to the driver fail, and connections that are lost are replaced, as with any other."""

from collections.abc import Mapping

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from rituals.redraws import Redraw
from storage.direct import Direct
from storage.engine import open_engine, tell_of_errors
from storage.redraws import REDRAW
from storage.work import Memory
from tests.builders import AT
from tests.databases import Postgres

NAMELESS = Direct(lambda _: REDRAW.insert().inline(), blanks=("occurrence", "person", "subject", "asked_at"))


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "SQLite":
        return "sqlite://"
    server: Postgres = request.getfixturevalue("postgres")
    server.clean()  # whoever was here before may have left something
    return server.url


async def _run(statement: Direct, values: Mapping[str, object], memory: Memory) -> None:
    async with memory.open_joined() as work:
        await statement.run(work._connection, values)


async def test_a_driver_s_error_is_told_of_and_raised_as_usual(url: str) -> None:
    engine = open_engine(url)
    told: list[None] = []
    tell_of_errors(engine, lambda: told.append(None))
    memory = Memory(engine)
    if memory.embedded:
        async with memory.transaction() as connection:
            await connection.run_sync(REDRAW.create)
    values = {"occurrence": None, "person": "ana", "subject": "b1", "asked_at": AT}
    with pytest.raises(IntegrityError):
        await _run(NAMELESS, values, memory)
    assert len(told) == 1
    async with memory.open_joined() as work:
        await work.redraws.ask(Redraw(occurrence="committee", person="ana", subject="b1", asked_at=AT))
        assert [one.person for one in await work.redraws.take(limit=8)] == ["ana"]
    await engine.dispose()


async def test_connections_that_the_server_ended_meanwhile_are_replaced_unnoticed(postgres: Postgres) -> None:
    engine = open_engine(postgres.url)
    memory = Memory(engine)
    async with memory.transaction() as connection:
        process = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    with psycopg.connect(postgres.url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (process,))
    async with memory.transaction() as connection:
        assert (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one() != process
    await engine.dispose()
