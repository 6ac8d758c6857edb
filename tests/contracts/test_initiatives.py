"""The portfolio."""

from dataclasses import replace
from datetime import date

from rituals.initiatives import Stage, Standing
from storage.work import Memory
from tests.builders import AT, ballot, decision, initiative, occurrence


async def test_an_initiative_comes_back_as_it_was_put(memory: Memory) -> None:
    one = initiative("bot", carried_over=2)
    bare = replace(initiative("bare"), owner=None, asked_on=None)
    async with memory.open_work() as work:
        await work.initiatives.put(one)
        await work.initiatives.put(bare)
        assert await work.initiatives.get("bot") == one
        assert await work.initiatives.get("bare") == bare
        assert await work.initiatives.get("other") is None


async def test_a_later_put_replaces_the_earlier_one(memory: Memory) -> None:
    later = initiative("bot", stage=Stage.PILOT, standing=Standing.STOPPED)
    async with memory.open_work() as work:
        await work.initiatives.put(initiative("bot"))
        await work.initiatives.put(later)
        assert await work.initiatives.all() == [later]


async def test_those_asking_come_most_put_off_first_then_the_longest_waiting_then_by_key(memory: Memory) -> None:
    async with memory.open_work() as work:
        for one in (
            initiative("undated", asked_on=None),
            initiative("b-later", asked_on=date(2026, 2, 2)),
            initiative("a-later", asked_on=date(2026, 2, 2)),
            initiative("first", asked_on=date(2026, 1, 5)),
            initiative("twice", asked_on=date(2026, 2, 20), carried_over=2),
            initiative("active", standing=Standing.ACTIVE),
            initiative("stopped", standing=Standing.STOPPED),
        ):
            await work.initiatives.put(one)
        asking = [one.key for one in await work.initiatives.asking()]
        everything = [one.key for one in await work.initiatives.all()]
    assert asking == ["twice", "first", "a-later", "b-later", "undated"]
    assert everything == sorted([*asking, "active", "stopped"])


async def test_adopting_adds_the_new_and_renews_the_words_of_the_known(memory: Memory) -> None:
    decided = initiative("bot", stage=Stage.MVP, standing=Standing.ACTIVE, asked_on=None)
    listed = replace(
        initiative("bot", title="A better bot"), summary="New words.", department="Legal", owner="bo@example.org"
    )
    held = occurrence(AT.date())
    async with memory.open_work() as work:
        await work.initiatives.put(decided)
        await work.occurrences.plan(held, [])
        await work.ballots.open(ballot(held, "bot"), [])
        await work.ballots.decide(decision(ballot(held, "bot")))
        await work.initiatives.adopt([listed, initiative("new")])
        kept = await work.initiatives.get("bot")
        assert await work.initiatives.get("new") == initiative("new")
    assert kept == replace(
        decided, title="A better bot", summary="New words.", department="Legal", owner="bo@example.org"
    ), "its stage and standing were decided here and stay"
