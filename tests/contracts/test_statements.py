"""Statements handed straight to the driver: lists of any length, and what they give once the transaction has ended."""

import pytest
from sqlalchemy import select

from storage.direct import Direct
from storage.people import PERSON
from storage.statements import among
from storage.work import Memory
from tests.builders import NOBODY, entry

NAMED = Direct(
    lambda dialect: select(PERSON.c.email).where(among(dialect, PERSON.c.email, "them")).order_by(PERSON.c.email)
)


@pytest.mark.parametrize("many", [0, 1, 2, 8, 9, 64, 65, 600])
async def test_a_list_finds_each_of_its_texts_once_however_many_they_are(memory: Memory, many: int) -> None:
    everybody = [f"{number:04}@example.org" for number in range(700)]
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry(email) for email in everybody], default=NOBODY)
    them = everybody[:many]
    async with memory.transaction() as connection:
        assert [row["email"] for row in await NAMED.rows(connection, {"them": them})] == them
        assert [row["email"] for row in await NAMED.rows(connection, {"them": [*them, *them, "nobody"]})] == them


async def test_what_a_statement_gives_soon_is_there_once_the_transaction_has_ended(memory: Memory) -> None:
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry("ana@example.org")], default=NOBODY)
    async with memory.transaction() as connection:
        asked = [await NAMED.soon(connection, {"them": [f"{name}@example.org"]}) for name in ("ana", "nobody")]
    assert [found() for found in asked] == [[{"email": "ana@example.org"}], []]
