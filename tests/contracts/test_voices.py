"""Everybody is written to in one place: where they chose to be, else where they spoke last."""

from collections.abc import Sequence

from rituals.people import Account
from rituals.ports import Work
from rituals.posts import Fate, Refusal, ToPerson
from rituals.use_cases.voices import choose, heard_on, readdress
from storage.work import Memory
from tests.builders import AT, after, entry, post, slack
from tests.contracts.delivering import settled

ANA_SLACK = slack("UANA")
ANA_TEAMS = Account(platform="teams", workspace="t1", user="aad-ana")


async def meet(work: Work, *accounts: Account) -> str:
    """Ana, who has those accounts, in that order."""
    for account in accounts:
        await work.people.adopt_account(account, entry("ana@example.org"), present=True)
    ana = await work.people.by_account(accounts[0])
    assert ana is not None
    return ana.id


async def due_on(memory: Memory) -> dict[str, list[str]]:
    """The posts that wait, by the platform that would send them."""
    found: dict[str, list[str]] = {}
    for platform in ("slack", "teams"):
        outbox = memory.outbox(platform=platform, locale="en", zone="UTC")
        claimed: Sequence[object] = [
            one.post for one in await outbox.claim(after(minutes=1), owner="me", lease_until=after(hours=1), limit=9)
        ]
        found[platform] = [str(one) for one in claimed]
        await outbox.release("me")
    return found


async def test_two_accounts_of_one_address_are_one_person(memory: Memory) -> None:
    async with memory.open_work() as work:
        await meet(work, ANA_SLACK, ANA_TEAMS)
        one, other = await work.people.by_account(ANA_SLACK), await work.people.by_account(ANA_TEAMS)
        assert one is not None
        assert one == other
        assert len(await work.people.all_present()) == 1


async def test_whoever_speaks_elsewhere_is_written_to_there_with_what_waits(memory: Memory) -> None:
    async with memory.open_work() as work:
        ana = await meet(work, ANA_SLACK, ANA_TEAMS)
        await work.posts.put(post("before", to=ToPerson(person=ana)), at=AT)
    assert await due_on(memory) == {"slack": ["before"], "teams": []}
    await heard_on(ANA_TEAMS, open_work=memory.open_work)
    assert await due_on(memory) == {"slack": [], "teams": ["before"]}
    async with memory.open_work() as work:
        await work.posts.put(post("new", to=ToPerson(person=ana)), at=AT)
    assert await due_on(memory) == {"slack": [], "teams": ["before", "new"]}


async def test_what_was_shown_stays_where_it_is(memory: Memory) -> None:
    async with memory.open_work() as work:
        ana = await meet(work, ANA_SLACK, ANA_TEAMS)
        await work.posts.put(post("shown", to=ToPerson(person=ana)), at=AT)
    async with memory.transaction() as connection:
        from storage.posts import POST

        await connection.execute(POST.update().values(first_shown_at=AT))
    await heard_on(ANA_TEAMS, open_work=memory.open_work)
    assert await due_on(memory) == {"slack": ["shown"], "teams": []}


async def test_a_choice_outlasts_what_is_done_elsewhere_until_another_is_made(memory: Memory) -> None:
    async with memory.open_work() as work:
        ana = await meet(work, ANA_SLACK, ANA_TEAMS)
        await work.posts.put(post("waits", to=ToPerson(person=ana)), at=AT)
    assert (await choose(ANA_TEAMS, open_work=memory.open_work)).sentence is not None
    await heard_on(ANA_SLACK, open_work=memory.open_work)
    assert await due_on(memory) == {"slack": [], "teams": ["waits"]}
    await choose(ANA_SLACK, open_work=memory.open_work)
    await heard_on(ANA_TEAMS, open_work=memory.open_work)
    assert await due_on(memory) == {"slack": ["waits"], "teams": []}


async def test_it_is_new_only_once(memory: Memory) -> None:
    async with memory.open_work() as work:
        await meet(work, ANA_SLACK, ANA_TEAMS)
        assert await work.people.speak_on(ANA_TEAMS, chosen=False)
        assert not await work.people.speak_on(ANA_TEAMS, chosen=False)
        assert await work.people.speak_on(ANA_TEAMS, chosen=True)
        assert not await work.people.speak_on(ANA_TEAMS, chosen=True)
        assert not await work.people.speak_on(ANA_SLACK, chosen=False)


async def test_a_stranger_moves_nobody(memory: Memory) -> None:
    async with memory.open_work() as work:
        await meet(work, ANA_SLACK)
        assert not await work.people.speak_on(Account(platform="teams", workspace="t1", user="who"), chosen=True)


async def test_whoever_leaves_the_platform_they_chose_is_written_to_on_the_other(memory: Memory) -> None:
    async with memory.open_work() as work:
        ana = await meet(work, ANA_SLACK, ANA_TEAMS)
        await work.people.speak_on(ANA_TEAMS, chosen=True)
        await work.posts.put(post("waits", to=ToPerson(person=ana)), at=AT)
        await work.people.adopt_account(ANA_TEAMS, entry("ana@example.org"), present=False)
    await readdress(open_work=memory.open_work)
    assert await due_on(memory) == {"slack": ["waits"], "teams": []}
    await heard_on(ANA_SLACK, open_work=memory.open_work)
    async with memory.open_work() as work:
        # The choice went with the platform: another platform may be moved to without one.
        await work.people.adopt_account(ANA_TEAMS, entry("ana@example.org"), present=True)
        assert await work.people.speak_on(ANA_TEAMS, chosen=False)


async def refuse(memory: Memory, platform: str) -> None:
    """The platform refuses the first post that is due there, for a day."""
    outbox = memory.outbox(platform=platform, locale="en", zone="UTC")
    (first, *_) = await outbox.claim(after(minutes=1), owner="me", lease_until=after(hours=1), limit=9)
    await outbox.release("me")
    at, why = after(minutes=1), "BotNotInConversationRoster"
    await settled(outbox, first, Fate.NOT_SENT, at=at, try_again=after(hours=25), why=why, refusal=Refusal.UNREACHABLE)


async def test_whom_one_platform_refuses_messages_is_written_to_on_the_other_at_once(memory: Memory) -> None:
    async with memory.open_work() as work:
        ana = await meet(work, ANA_SLACK, ANA_TEAMS)
        await work.people.speak_on(ANA_TEAMS, chosen=True)
        for name in ("tried", "waits"):
            await work.posts.put(post(name, to=ToPerson(person=ana)), at=AT)
    await refuse(memory, "teams")
    assert await due_on(memory) == {"slack": ["tried", "waits"], "teams": []}
    async with memory.open_work() as work:
        assert (await work.posts.refused()).people == {}, "they are reached"
        await work.people.adopt_account(ANA_TEAMS, entry("ana@example.org"), present=True)
    assert await due_on(memory) == {"slack": ["tried", "waits"], "teams": []}, "until they speak there"
    await heard_on(ANA_TEAMS, open_work=memory.open_work)
    assert await due_on(memory) == {"slack": [], "teams": ["tried", "waits"]}


async def test_whom_both_refuse_waits_where_they_were(memory: Memory) -> None:
    async with memory.open_work() as work:
        ana = await meet(work, ANA_SLACK, ANA_TEAMS)
        await work.posts.put(post("waits", to=ToPerson(person=ana)), at=AT)
    await refuse(memory, "slack")
    await refuse(memory, "teams")
    assert await due_on(memory) == {"slack": [], "teams": []}
    async with memory.open_work() as work:
        assert (await work.posts.refused()).people == {"teams": 1}, "one person, told of once"
