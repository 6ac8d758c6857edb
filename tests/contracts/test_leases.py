"""Tasks that one process has at a time, by the database's clock."""

import asyncio
from datetime import timedelta

from storage.work import Memory
from tests.databases import on_postgres

LONG = timedelta(minutes=1)
GONE = timedelta(seconds=-1)
"""A lease that has run out when it begins: nobody has to wait for it."""


async def test_a_task_belongs_to_one_and_is_renewed_by_it(memory: Memory) -> None:
    leases = memory.leases()
    assert await leases.holder("send") is None
    assert await leases.take("send", owner="a", length=LONG)
    assert not await leases.take("send", owner="b", length=LONG)
    assert await leases.take("send", owner="a", length=2 * LONG)
    holder = await leases.holder("send")
    assert holder is not None
    assert holder.owner == "a"
    assert LONG < holder.left <= 2 * LONG
    assert await leases.take("other", owner="b", length=LONG)


async def test_another_takes_it_once_the_lease_has_run_out(memory: Memory) -> None:
    leases = memory.leases()
    assert await leases.take("send", owner="a", length=GONE)
    assert await leases.holder("send") is None
    assert await leases.take("send", owner="b", length=LONG)
    assert not await leases.take("send", owner="a", length=LONG)


async def test_another_takes_it_at_once_when_it_was_given_back(memory: Memory) -> None:
    leases = memory.leases()
    assert await leases.take("send", owner="a", length=LONG)
    await leases.give_back("send", owner="b")
    assert not await leases.take("send", owner="b", length=LONG), "nobody gives back what another has"
    await leases.give_back("send", owner="a")
    assert await leases.take("send", owner="b", length=LONG)


@on_postgres
async def test_of_many_who_ask_at_once_one_gets_it(memory: Memory) -> None:
    leases = memory.leases()
    for round_ in range(5):
        got = await asyncio.gather(*(leases.take(f"send {round_}", owner=str(n), length=LONG) for n in range(8)))
        assert got.count(True) == 1
