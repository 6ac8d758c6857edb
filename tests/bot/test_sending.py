"""One process sends at a time: takes its turn, renews it, and stops before it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot import sending
from bot.metrics import Metrics
from bot.platforms.port import DeliveryError
from bot.sending import OnlyInTurn, Sending, Turn
from rituals.ports.leases import Lease
from rituals.posts import Parcel, Place

LENGTH = timedelta(seconds=0.6)


class Board:
    """Answers `Leases` in memory, with a clock that nobody sets; `away` makes it fail."""

    def __init__(self) -> None:
        self.owner: str | None = None
        self.until = 0.0
        self.away = False

    async def take(self, name: str, *, owner: str, length: timedelta) -> bool:
        if self.away:
            raise ConnectionError
        now = asyncio.get_running_loop().time()
        if self.owner not in {None, owner} and self.until > now:
            return False
        self.owner, self.until = owner, now + length.total_seconds()
        return True

    async def give_back(self, name: str, *, owner: str) -> None:
        if self.owner == owner:
            self.owner = None

    async def holder(self, name: str) -> Lease | None:
        return None


class Work:
    """Stands for delivery and its outbox: knows whether it runs, and what it was told."""

    def __init__(self) -> None:
        self.runs = False
        self.slow = False  # whether what is on its way takes until `over`
        self.over = asyncio.Event()
        self.released: list[str] = []
        self._ends = asyncio.Event()

    async def run(self) -> None:
        self.runs = True
        try:
            await self._ends.wait()
            if self.slow:
                await self.over.wait()
        finally:
            self.runs = False

    def finish(self) -> None:
        self._ends.set()

    async def release(self, owner: str | None = "mine") -> None:
        self.released.append("all" if owner is None else owner)


class Everybodys(Work):
    """The outbox: releasing it without a name releases what anybody had claimed."""

    async def release(self, owner: str | None = None) -> None:
        await super().release(owner)


class Process:
    def __init__(self, board: Board, *, platform: str = "slack", metrics: Metrics | None = None) -> None:
        self.work, self.outbox, self.turn, self.metrics = Work(), Everybodys(), Turn(always=False), metrics or Metrics()
        self.sending = Sending(
            self.work,  # type: ignore[arg-type]
            self.outbox,  # type: ignore[arg-type]
            turn=self.turn,
            leases=board,
            name="send",
            length=LENGTH,
            platform=platform,
            metrics=self.metrics,
        )


@asynccontextmanager
async def at_work(*boards: Board) -> AsyncIterator[list[Process]]:
    """A process for each board, started in this order."""
    processes = [Process(board) for board in boards]
    try:
        for process in processes:
            process.sending.start()
            await asyncio.sleep(0)
        yield processes
    finally:
        for process in processes:
            await process.sending.stop()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  (nothing tells of it)
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_EVERY", 0.02)


async def test_of_two_one_sends_and_goes_on_for_longer_than_its_lease() -> None:
    board = Board()
    async with at_work(board, board) as (first, second):
        await until(lambda: first.work.runs)
        ends = asyncio.get_running_loop().time() + 2 * LENGTH.total_seconds()
        await until(lambda: asyncio.get_running_loop().time() > ends or second.work.runs)
        assert (first.work.runs, second.work.runs) == (True, False)
        assert (first.sending.is_sender, second.sending.is_sender) == (True, False)
        assert first.outbox.released == ["all"], "what a process before it had claimed is free"
        assert b'comitia_is_sender{platform="slack"} 1.0' in first.metrics.text()
        assert b'comitia_is_sender{platform="slack"} 0.0' in second.metrics.text()


async def test_the_other_takes_over_at_once_when_the_lease_is_given_back() -> None:
    board = Board()
    async with at_work(board, board) as (first, second):
        await until(lambda: first.work.runs)
        await first.sending.finish()
        await first.sending.stop()
        begun = asyncio.get_running_loop().time()
        await until(lambda: second.work.runs)
        assert asyncio.get_running_loop().time() - begun < LENGTH.total_seconds()
        assert first.work.released == ["mine"]


async def test_who_cannot_renew_stops_before_its_lease_ends_and_goes_on_when_it_can() -> None:
    board = Board()
    async with at_work(board) as (process,):
        await until(lambda: process.work.runs)
        board.away = True
        await until(lambda: not process.work.runs)
        assert asyncio.get_running_loop().time() < board.until
        assert not process.turn.ours
        board.away = False
        await until(lambda: process.work.runs)
        assert process.outbox.released == ["all", "all"]


async def test_who_has_slept_through_its_lease_stops_when_another_has_it() -> None:
    board = Board()
    async with at_work(board) as (process,):
        await until(lambda: process.work.runs)
        board.owner, board.until = "another", float("inf")
        await until(lambda: not process.work.runs)
        assert not process.sending.is_sender


async def test_who_sends_on_one_platform_says_so_though_another_process_sends_on_the_other() -> None:
    board = Board()
    async with at_work(board) as (slack,):
        teams = Process(Board(), platform="teams", metrics=slack.metrics)
        teams.sending.start()
        await until(lambda: slack.work.runs and teams.work.runs)
        board.owner, board.until = "another", float("inf")
        await until(lambda: not slack.work.runs)
        assert b'comitia_is_sender{platform="slack"} 0.0' in slack.metrics.text()
        assert b'comitia_is_sender{platform="teams"} 1.0' in slack.metrics.text()
        await teams.sending.stop()


class Hands:
    """A platform that takes what it is given, or refuses it."""

    def __init__(self, refusal: DeliveryError | None = None) -> None:
        self.given = 0
        self.refusal = refusal

    async def send(self, parcel: Parcel) -> Place:
        self.given += 1
        if self.refusal is not None:
            raise self.refusal
        return Place(conversation="c", message="1")


async def test_nothing_goes_out_when_it_is_not_ones_turn() -> None:
    hands, turn = Hands(), Turn(always=False)
    sender = OnlyInTurn(hands, turn=turn, metrics=Metrics())  # type: ignore[arg-type]
    sent = asyncio.create_task(sender.send(None))  # type: ignore[arg-type]
    await asyncio.wait({sent}, timeout=0.02)
    sent.cancel()
    await asyncio.gather(sent, return_exceptions=True)
    assert hands.given == 0


async def test_what_becomes_of_posts_is_counted() -> None:
    metrics, hands = Metrics(), Hands(DeliveryError("token_revoked", retry_after=timedelta(minutes=1)))
    sender = OnlyInTurn(hands, turn=Turn(always=True), metrics=metrics)  # type: ignore[arg-type]
    with pytest.raises(DeliveryError):
        await sender.send(None)  # type: ignore[arg-type]
    hands.refusal = None
    await sender.send(None)  # type: ignore[arg-type]
    assert b'comitia_posts_out_total{outcome="sent"} 1.0' in metrics.text()
    hands.refusal = DeliveryError("no_text", permanent=True)
    with pytest.raises(DeliveryError):
        await sender.send(None)  # type: ignore[arg-type]
    assert b'comitia_posts_out_total{outcome="refused"} 1.0' in metrics.text()


async def test_who_ends_keeps_the_lease_for_as_long_as_something_is_on_its_way() -> None:
    board = Board()
    async with at_work(board, board) as (first, second):
        await until(lambda: first.work.runs)
        first.work.slow = True
        ending = asyncio.create_task(first.sending.finish())
        begun = asyncio.get_running_loop().time()
        await until(lambda: asyncio.get_running_loop().time() > begun + 2 * LENGTH.total_seconds())
        assert (first.work.runs, first.turn.ours, second.work.runs) == (True, True, False)
        first.work.over.set()
        await ending
        assert not first.work.runs
        await first.sending.stop()
        await until(lambda: second.work.runs)
