"""Whom a platform takes no message for is told to whoever looks after the bot: once, and with what to do about it."""

from datetime import timedelta

from rituals.people import Account
from rituals.use_cases.reach import tell_of_reach
from storage.people import ACCOUNT
from tests.builders import entry
from tests.rituals.use_cases.house import House

HOUR = timedelta(hours=1)


async def uninstalled(house: House, *people: int) -> None:
    """These, and nobody else, have an account on Teams that takes no message."""
    async with house.memory.open_work() as work:
        for n in people:
            account = Account(platform="teams", workspace="t1", user=f"aad-{n}")
            await work.people.adopt_account(account, entry(f"p{n}@example.org"), present=True)
    async with house.memory.transaction() as connection:
        theirs = ACCOUNT.c.user.in_([f"aad-{n}" for n in people])
        await connection.execute(ACCOUNT.update().values(refused="", refused_at=None))
        found = ACCOUNT.update().where(theirs).values(refused="BotNotInConversationRoster", refused_at=house.at)
        await connection.execute(found)


async def told(house: House, after: timedelta) -> int:
    """How many words about it were put in all, once that was looked at."""
    await tell_of_reach(house.at + after, open_work=house.memory.open_work, organisation=house.organisation)
    return len(await house.said("alarm:uninstalled"))


async def test_who_lacks_the_app_is_told_once_and_again_when_ten_times_as_many_do(called: House) -> None:
    await uninstalled(called, 1)
    assert await told(called, HOUR / 60) == 0, "a wave may still be finding out how many they are"
    once = await told(called, HOUR)
    assert once
    await uninstalled(called, *range(9))
    assert await told(called, 100 * HOUR) == once
    await uninstalled(called, *range(10))
    assert await told(called, 200 * HOUR) == 2 * once
    await uninstalled(called, *range(9))
    assert await told(called, 300 * HOUR) == 2 * once
    await uninstalled(called, *range(12))
    assert await told(called, 400 * HOUR) == 2 * once


async def test_once_all_are_reached_the_next_one_is_told_of(called: House) -> None:
    await uninstalled(called, 1)
    once = await told(called, HOUR)
    await uninstalled(called)
    assert await told(called, 2 * HOUR) == once, "that it is over needs nobody"
    await uninstalled(called, 2)
    assert await told(called, 100 * HOUR) == 2 * once
