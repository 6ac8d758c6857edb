"""Delivery as the tests play it: puts, claims and settles in one line each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rituals.ports import Outbox
from rituals.posts import Fate, Parcel, Place, Post, Refusal, Settlement, Window
from storage.work import Memory
from tests.builders import AT, after, post

LEASE = timedelta(minutes=3)

DAY = Window(opens=AT, closes=after(hours=8))
NEXT_DAY = Window(opens=after(days=1), closes=after(days=1, hours=8))
"""When the tests' readers are at work."""


def bulk(name: str, *windows: Window, not_after: datetime | None = None, words: str = "one") -> Post:
    """A post among very many."""
    return replace(post(name, words, not_after=not_after), bulk=True, windows=windows)


def place_of(post: str) -> Place:
    """Where the tests' platform shows a post."""
    return Place(conversation="C1", message=f"{post}.1")


async def put(memory: Memory, post: Post, *, at: datetime = AT, hold: datetime | None = None) -> int:
    """Puts a post in a work of its own; its revision."""
    async with memory.open_work() as work:
        return await work.posts.put(post, at=at, hold=hold)


async def claimed(outbox: Outbox, *, at: datetime = AT, owner: str = "one", limit: int = 9) -> Sequence[Parcel]:
    """What is due at `at`, its attempts on record."""
    parcels = await outbox.claim(at, owner=owner, lease_until=at + LEASE, limit=limit)
    begun = await outbox.settle([], at=at, attempting=parcels, owner=owner)
    # Another claim may just be looking at one: it is given back, as delivery does, for whoever claims next.
    passed_over = [parcel for parcel in parcels if parcel.post not in begun]
    await outbox.settle(
        [Settlement(post=one.post, revision=one.revision, fate=Fate.RETURNED) for one in passed_over], at=at
    )
    return [parcel for parcel in parcels if parcel.post in begun]


async def settled(
    outbox: Outbox,
    parcel: Parcel,
    fate: Fate,
    *,
    at: datetime = AT,
    revision: int | None = None,
    try_again: datetime | None = None,
    why: str = "",
    refusal: Refusal | None = None,
) -> None:
    """Settles one parcel."""
    settlement = Settlement(
        post=parcel.post,
        revision=parcel.revision if revision is None else revision,
        fate=fate,
        place=place_of(parcel.post) if fate is Fate.SHOWN else None,
        try_again=try_again,
        why=why,
        refusal=refusal,
    )
    await outbox.settle([settlement], at=at)


async def shown(outbox: Outbox, *, at: datetime = AT) -> Place:
    """Shows the one post that is due; where."""
    (parcel,) = await claimed(outbox, at=at)
    await settled(outbox, parcel, Fate.SHOWN, at=at)
    return place_of(parcel.post)
