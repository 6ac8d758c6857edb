"""Where people and channels are met is kept column by column, the newest word of each."""

from collections.abc import Mapping

from rituals.people import Account
from storage.references import SqlReferences
from storage.work import Memory
from tests.builders import AT, after, entry

ANA = {"tenant": "t1", "service_url": "https://one.example/", "user": "29:ana", "conversation": "a:1", "zone": "UTC"}


def references(memory: Memory, platform: str = "teams") -> SqlReferences:
    return memory.references(platform=platform)


async def told(memory: Memory, id: str, platform: str = "teams") -> Mapping[str, str] | None:
    return await references(memory, platform).find(id)


async def test_whoever_was_never_met_is_not_known(memory: Memory) -> None:
    assert await told(memory, "ana") is None


async def test_what_was_told_is_found_again_on_its_platform_only(memory: Memory) -> None:
    await references(memory).keep("ana", ANA, at=AT)
    found = await told(memory, "ana")
    assert found == {**ANA, "bot": "", "team": "", "locale": ""}
    assert await told(memory, "ana", "slack") is None


async def test_the_newest_word_counts_and_silence_changes_nothing(memory: Memory) -> None:
    await references(memory).keep("ana", ANA, at=AT)
    later = {"tenant": "t1", "service_url": "https://two.example/", "conversation": "", "zone": "", "locale": "fr-FR"}
    await references(memory).keep("ana", later, at=after(days=1))
    found = await told(memory, "ana")
    assert found is not None
    assert (found["service_url"], found["locale"]) == ("https://two.example/", "fr-FR")
    assert (found["conversation"], found["user"], found["zone"]) == ("a:1", "29:ana", "UTC")


async def test_a_conversation_is_kept_with_the_person_it_is_with_and_changes_nothing_else(memory: Memory) -> None:
    await references(memory).keep("ana", ANA, at=AT)
    await references(memory).keep("bo", {**ANA, "conversation": ""}, at=AT)
    older = {**ANA, "conversation": "a:2", "service_url": "https://older.example/", "zone": ""}
    await references(memory).keep_conversation("bo", older, at=after(days=1))
    assert await told(memory, "ana") == {**ANA, "bot": "", "team": "", "locale": ""}
    assert await told(memory, "bo") == {**ANA, "conversation": "a:2", "bot": "", "team": "", "locale": ""}


async def test_a_conversation_with_somebody_never_met_is_kept_with_all_that_leads_there(memory: Memory) -> None:
    await references(memory).keep_conversation("ana", ANA, at=AT)
    assert await told(memory, "ana") == {**ANA, "bot": "", "team": "", "locale": ""}


async def test_those_of_many_are_found_at_once_without_whoever_was_never_met(memory: Memory) -> None:
    for name in ("ana", "bo"):
        await references(memory).keep(name, ANA, at=AT)
    found = await references(memory).find_all(["bo", "nobody", "ana"])
    assert sorted(found) == ["ana", "bo"]
    assert await references(memory).find_all([]) == {}


async def test_those_with_a_conversation_whose_account_is_nobodys_are_found(memory: Memory) -> None:
    kept = references(memory)
    for name in ("ana", "bo"):
        await kept.keep(name, ANA, at=AT)
    await kept.keep("in-a-channel", {**ANA, "conversation": ""}, at=AT)
    await kept.keep("a-channel", {**ANA, "user": ""}, at=AT)
    await references(memory, "slack").keep("elsewhere", ANA, at=AT)
    account = Account(platform="teams", workspace="t1", user="bo")
    async with memory.open_work() as work:
        await work.people.adopt_account(account, entry("bo@example.org", locale="en"), present=False)
    assert await kept.unknown() == {"ana": {**ANA, "bot": "", "team": "", "locale": ""}}
