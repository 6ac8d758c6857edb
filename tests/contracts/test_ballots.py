"""Ballots, who may vote in them, votes and decisions."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from rituals.committee.ballots import Outcome, VoteChoice
from rituals.committee.decisions import Ballot, BallotState
from rituals.occurrences import OccurrenceState
from storage.work import Memory, SqlWork
from tests.builders import AT, NOBODY, after, ballot, decision, entry, initiative, occurrence, slack, vote
from tests.databases import on_postgres, until_somebody_waits

SITTING, EARLIER = occurrence(), occurrence(date(2026, 2, 10))
BOT = ballot(SITTING, "bot")
DESK = ballot(SITTING, "desk", position=2)


@pytest.fixture
async def people(memory: Memory) -> list[str]:
    """The ids of three people, by e-mail; two sittings and three initiatives are there too."""
    async with memory.open_work() as work:
        await work.people.adopt_roster([entry(f"{name}@example.org") for name in ("ana", "bo", "cyr")], default=NOBODY)
        found = [person.id for person in await work.people.all_present()]
        await work.occurrences.plan(SITTING, [])
        await work.occurrences.plan(EARLIER, [])
        for key in ("bot", "desk", "early"):
            await work.initiatives.put(initiative(key))
    return found


async def opened(work: SqlWork, voters: Sequence[str], *ballots: Ballot) -> None:
    for one in ballots:
        await work.ballots.open(one, voters)


async def test_a_ballot_comes_back_as_it_was_opened_with_its_voters(memory: Memory, people: list[str]) -> None:
    async with memory.open_work() as work:
        await opened(work, people[:2], BOT)
        assert await work.ballots.get(BOT.id) == BOT
        assert await work.ballots.get(BOT.id, lock=True) == BOT
        assert sorted(await work.ballots.voters(BOT.id)) == sorted(people[:2])
        assert await work.ballots.get("another") is None
        assert await work.ballots.get("another", lock=True) is None
        assert await work.ballots.voters("another") == []


async def test_opening_again_changes_neither_the_ballot_nor_its_voters(memory: Memory, people: list[str]) -> None:
    async with memory.open_work() as work:
        await opened(work, people[:2], BOT)
        await opened(work, people, replace(BOT, entitled=9))
        assert await work.ballots.get(BOT.id) == BOT
        assert len(await work.ballots.voters(BOT.id)) == 2


async def test_putting_keeps_a_ballot_as_it_is_now(memory: Memory, people: list[str]) -> None:
    closed = replace(BOT, state=BallotState.CLOSED, closes_at=after(minutes=1))
    async with memory.open_work() as work:
        await opened(work, people, BOT)
        await work.ballots.put(closed)
        assert await work.ballots.get(BOT.id) == closed
        assert len(await work.ballots.voters(BOT.id)) == 3


async def test_the_ballots_of_a_sitting_come_in_agenda_order(memory: Memory, people: list[str]) -> None:
    async with memory.open_work() as work:
        await opened(work, people, DESK, BOT, ballot(EARLIER, "early"))
        assert await work.ballots.of(SITTING.id) == [BOT, DESK]
        assert await work.ballots.of("another") == []


async def test_open_ballots_are_those_not_closed_or_cancelled_oldest_sitting_first(
    memory: Memory, people: list[str]
) -> None:
    ana, bo, _ = people
    early = ballot(EARLIER, "early", position=3, opened_at=after(days=-1))
    async with memory.open_work() as work:
        await opened(work, [ana, bo], DESK, BOT)
        await opened(work, [ana], early)
        assert await work.ballots.all_open() == [early, BOT, DESK]
        assert await work.ballots.open_for(ana) == [early, BOT, DESK]
        assert await work.ballots.open_for(bo) == [BOT, DESK]
        await work.ballots.put(replace(BOT, state=BallotState.CLOSED))
        await work.ballots.put(replace(early, state=BallotState.CANCELLED))
        assert await work.ballots.all_open() == await work.ballots.open_for(ana) == [DESK]
        assert await work.ballots.open_for("nobody") == []


async def test_a_later_vote_replaces_an_earlier_one(memory: Memory, people: list[str]) -> None:
    ana, bo, _ = people
    later = vote(BOT, ana, VoteChoice.NO_GO, reason="Too dear — « vraiment »", cast_at=after(hours=1))
    async with memory.open_work() as work:
        await opened(work, people, BOT, DESK)
        await work.ballots.cast(vote(BOT, ana), seen=BOT)
        await work.ballots.cast(vote(DESK, ana, VoteChoice.DEFER), seen=DESK)
        await work.ballots.cast(vote(BOT, bo, VoteChoice.ABSTAIN), seen=BOT)
        await work.ballots.cast(later, seen=BOT)
    async with memory.open_work() as work:
        assert sorted(await work.ballots.votes(BOT.id), key=lambda one: one.person != ana) == [
            later,
            vote(BOT, bo, VoteChoice.ABSTAIN),
        ]
        assert sorted(await work.ballots.choices(BOT.id)) == [VoteChoice.ABSTAIN, VoteChoice.NO_GO]
        assert await work.ballots.votes_of(ana, [BOT.id, DESK.id, "another"]) == {
            BOT.id: later,
            DESK.id: vote(DESK, ana, VoteChoice.DEFER),
        }
        assert await work.ballots.votes_of(ana, []) == {}
        assert await work.ballots.votes("another") == []
        assert await work.ballots.choices("another") == []


@pytest.mark.parametrize(
    "now",
    [
        replace(BOT, state=BallotState.CLOSED),
        replace(BOT, state=BallotState.CANCELLED),
        replace(BOT, closes_at=BOT.closes_at - timedelta(microseconds=1)),
    ],
    ids=["closed", "cancelled", "closing sooner"],
)
async def test_a_vote_is_kept_only_while_its_ballot_is_as_it_was_seen(
    memory: Memory, people: list[str], now: Ballot
) -> None:
    ana, bo, _ = people
    async with memory.open_work() as work:
        await opened(work, people, BOT)
        kept = await work.ballots.cast(vote(BOT, ana), seen=BOT)
    assert kept()
    async with memory.open_work() as work:
        await work.ballots.put(now)
    async with memory.open_joined() as work:
        again = await work.ballots.cast(vote(BOT, ana, VoteChoice.NO_GO), seen=BOT)
        new = await work.ballots.cast(vote(BOT, bo), seen=BOT)
    assert not again()
    assert not new()
    async with memory.open_work() as work:
        assert await work.ballots.votes(BOT.id) == [vote(BOT, ana)]


@on_postgres
async def test_a_vote_waits_for_a_close_that_is_under_way_and_is_not_kept_after_it(
    memory: Memory, people: list[str]
) -> None:
    async with memory.open_work() as work:
        await opened(work, people, BOT)

    async def cast() -> bool:
        async with memory.open_joined() as work:
            kept = await work.ballots.cast(vote(BOT, people[0]), seen=BOT)
        return kept()

    async with memory.open_work() as work:
        assert await work.ballots.get(BOT.id, lock=True) is not None
        casting = asyncio.create_task(cast())
        await until_somebody_waits(memory)
        assert await work.ballots.votes(BOT.id) == []
        await work.ballots.put(replace(BOT, state=BallotState.CLOSED))
    assert not await casting
    async with memory.open_work() as work:
        assert await work.ballots.votes(BOT.id) == []


async def test_all_who_come_together_are_before_their_own_ballots(memory: Memory, people: list[str]) -> None:
    ana, bo, _ = people
    async with memory.open_work() as work:
        accounts = [(slack(name), entry(f"{name}@example.org"), True) for name in ("ana", "bo")]
        await work.people.adopt_accounts(accounts)
        await opened(work, [ana, bo], BOT)
        await opened(work, [ana], DESK)
        await work.ballots.cast(vote(BOT, ana), seen=BOT)

    async def look(who: str, ballot: str) -> tuple[str | None, bool, VoteChoice | None] | None:
        voting = await memory.look_at_ballot(slack(who), ballot)
        if voting is None:
            return None
        assert voting.ballot == ballot
        return voting.person, voting.is_entitled, voting.choice

    asked = [(who, ballot) for who in ("ana", "bo", "nobody") for ballot in (BOT.id, DESK.id, "another")]
    found = dict(zip(asked, await asyncio.gather(*(look(*one) for one in asked)), strict=True))
    assert found == {
        ("ana", BOT.id): (ana, True, VoteChoice.GO),
        ("ana", DESK.id): (ana, True, None),
        ("ana", "another"): None,
        ("bo", BOT.id): (bo, True, None),
        ("bo", DESK.id): (bo, False, None),
        ("bo", "another"): None,
        ("nobody", BOT.id): (None, False, None),
        ("nobody", DESK.id): (None, False, None),
        ("nobody", "another"): None,
    }


async def test_decisions_come_in_agenda_order_and_a_ballot_is_decided_once(memory: Memory, people: list[str]) -> None:
    async with memory.open_work() as work:
        await opened(work, people, BOT, DESK)
        await work.ballots.decide(decision(DESK, Outcome.NOT_ADOPTED))
        await work.ballots.decide(decision(BOT))
        await work.ballots.decide(decision(BOT, Outcome.NO_GO))
        assert await work.ballots.decisions(SITTING.id) == [decision(BOT), decision(DESK, Outcome.NOT_ADOPTED)]
        assert await work.ballots.decisions(EARLIER.id) == []


@on_postgres
async def test_votes_in_a_locked_ballot_follow_one_another(memory: Memory, people: list[str]) -> None:
    async with memory.open_work() as work:
        await opened(work, people, BOT)
    seen: list[int] = []

    async def cast(person: str) -> None:
        async with memory.open_work() as work:
            assert await work.ballots.get(BOT.id, lock=True) is not None
            await work.ballots.cast(vote(BOT, person), seen=BOT)
            seen.append(len(await work.ballots.choices(BOT.id)))

    await asyncio.gather(*(cast(person) for person in people))
    assert sorted(seen) == [1, 2, 3], "no card counts one too few"


@on_postgres
async def test_a_vote_and_a_cancelling_wait_for_each_other_in_no_ring(memory: Memory, people: list[str]) -> None:
    async with memory.open_work() as work:
        await opened(work, people, BOT)

    async def cast() -> BallotState:
        async with memory.open_work() as work:
            found = await work.ballots.get(BOT.id, lock=True)
            assert found is not None
            await work.occurrences.get(SITTING.id, lock=True)
            return found.state

    async with memory.open_work() as cancelling, asyncio.timeout(5):
        await cancelling.occurrences.get(SITTING.id, lock=True)
        casting = asyncio.create_task(cast())
        await until_somebody_waits(memory)
        await cancelling.occurrences.put(replace(SITTING, state=OccurrenceState.CANCELLED))
        await cancelling.ballots.put(replace(BOT, state=BallotState.CANCELLED))
    assert await casting is BallotState.CANCELLED


async def test_opened_at_is_kept_to_the_microsecond(memory: Memory, people: list[str]) -> None:
    exact = replace(BOT, opened_at=AT.replace(microsecond=123456))
    async with memory.open_work() as work:
        await opened(work, people, exact)
        assert await work.ballots.get(BOT.id) == exact
