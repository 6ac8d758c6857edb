"""Everybody is written to in one place: where they chose to be, else where they spoke last."""

from __future__ import annotations

from rituals.messages import Reply, say
from rituals.people import Account
from rituals.ports import OpenWork
from rituals.use_cases.asking import somebody


async def heard_on(account: Account, *, open_work: OpenWork) -> bool:
    """Somebody did something there: they are written to there from now on, unless they chose another place.

    Whether they were written to elsewhere before.
    """
    async with open_work() as work:
        moved = await work.people.speak_on(account, chosen=False)
        if moved:
            await work.posts.readdress()
        return moved


async def choose(account: Account, *, open_work: OpenWork) -> Reply:
    """Somebody wants to be written to here, wherever else they do something. Raises NotFound, Stranger."""
    async with open_work() as work:
        await somebody(work, account)
        await work.people.speak_on(account, chosen=True)
        await work.posts.readdress()
        return Reply(sentence=say("voice-here"))


async def readdress(*, open_work: OpenWork) -> None:
    """What nobody was shown yet goes out where people and rooms are by now."""
    async with open_work() as work:
        await work.posts.readdress()
