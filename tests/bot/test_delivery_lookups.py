"""What may have been shown is looked up in few calls, holds up nobody else, and ends as the settings say."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery import Delivery, OnUnknown
from bot.demo.clock import FollowedClock
from bot.pace import Turns
from bot.platforms.port import DeliveryError
from rituals.posts import Parcel, Place, ToRoom
from storage.work import Memory
from tests.bot.scenarios.house import until
from tests.builders import AT, after, post
from tests.contracts.delivering import claimed
from tests.databases import opened


@dataclass
class Platform:
    """Shows what it is told to; `gone` are posts it took without saying so, `dumb` is one whose history is shut."""

    gone: set[str] = field(default_factory=set)
    dumb: bool = False
    blind: bool = False
    shown: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    looked_for: list[list[str]] = field(default_factory=list)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def expect(self, parcels: Sequence[Parcel]) -> None:
        self.expected += [parcel.post for parcel in parcels]
        if self.blind:
            raise RuntimeError("nothing can be looked up")

    async def send(self, parcel: Parcel) -> Place:
        self.shown.append(parcel.post)
        return Place(conversation=parcel.destination or "", message=parcel.post)

    async def edit(self, parcel: Parcel, place: Place) -> None:
        """Done."""

    async def withdraw(self, place: Place) -> None:
        """Done."""

    async def publish_home(self, parcel: Parcel) -> None:
        """Done."""

    async def find(self, parcel: Parcel, *others: Parcel) -> dict[str, Place]:
        self.looked_for.append([one.post for one in (parcel, *others)])
        await self.answers.wait()
        if self.dumb:
            raise DeliveryError("missing_scope", unreadable=True)
        return {
            one.post: Place(conversation=one.destination or "", message=one.post)
            for one in (parcel, *others)
            if one.post in self.gone
        }

    def turns(self, parcel: Parcel) -> Turns:
        return Turns(method="send", free=9, opens_at=AT)


@pytest.fixture
async def memory(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Memory]:
    """Two rooms; three posts in one whose attempts never learnt their outcome, one new in the other."""
    database = tmp_path / "comitia.sqlite"
    shutil.copyfile(sqlite_template, database)
    async with opened(f"sqlite:///{database}") as memory:
        async with memory.open_work() as work:
            await work.rooms.adopt("slack", {"ai": "C1", "board": "C2"})
            for name in ("a", "b", "c"):
                await work.posts.put(post(name, to=ToRoom(room="ai")), at=AT)
        outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
        assert len(await claimed(outbox)) == 3
        await outbox.release()
        async with memory.open_work() as work:
            await work.posts.put(post("new", to=ToRoom(room="board")), at=AT)
        yield memory


async def delivered(memory: Memory, platform: Platform, on_unknown: OnUnknown = "skip") -> dict[str, int]:
    """Delivers until nothing is due; the posts by state."""
    clock = FollowedClock(after(minutes=1), flowing=False)
    outbox = memory.outbox(platform="slack", locale="en", zone="UTC")
    delivery = Delivery(outbox=outbox, sender=platform, clock=clock, poll=None, on_unknown=on_unknown)
    working = asyncio.create_task(delivery.run())
    async with asyncio.timeout(5):
        await until(lambda: "new" in platform.shown)
        assert platform.looked_for == [["a", "b", "c"]], "one look for one conversation, while another goes on"
        platform.answers.set()
        await until(lambda: delivery.resting)
        clock.follow(clock.now() + timedelta(seconds=5))
        await until(lambda: delivery.resting and clock.next_waking is None)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return dict(await outbox.counts())


async def test_what_is_found_is_not_sent_again_and_what_is_not_is(memory: Memory) -> None:
    platform = Platform(gone={"a", "c"})
    assert await delivered(memory, platform) == {"shown": 4}
    assert sorted(platform.shown) == ["b", "new"]


async def test_what_cannot_be_looked_up_is_rather_missed(memory: Memory) -> None:
    platform = Platform(dumb=True)
    assert await delivered(memory, platform, "skip") == {"perhaps": 3, "shown": 1}
    assert platform.shown == platform.expected == ["new"]


async def test_where_nothing_can_be_looked_up_at_once_each_post_goes_by_itself(memory: Memory) -> None:
    platform = Platform(dumb=True, blind=True)
    assert await delivered(memory, platform, "skip") == {"perhaps": 3, "shown": 1}
    assert platform.shown == platform.expected == ["new"]


async def test_or_rather_said_twice_where_the_settings_say_so(memory: Memory) -> None:
    platform = Platform(dumb=True)
    assert await delivered(memory, platform, "resend") == {"shown": 4}
    assert sorted(platform.shown) == ["a", "b", "c", "new"]
