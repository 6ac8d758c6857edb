"""Where people are met on Teams is at hand for a moment, and what another process has learnt is seen soon."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from bot.app.teams_references import FRESH, KeptReferences
from bot.platforms.teams.activities import Reference, met
from tests.bot.platforms.teams.microsoft import Clock, activity

AMEL = "aad-amel"


class Kept:
    """Answers what is asked of the database, for all processes; `asked`: how often it was."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, str]] = {}
        self.asked = 0

    async def find_all(self, ids: Collection[str]) -> dict[str, dict[str, str]]:
        self.asked += 1
        return {id: self.rows[id] for id in ids if id in self.rows}

    async def keep(self, id: str, told: dict[str, str], **_: object) -> None:
        self.rows[id] = {**told, **self.rows.get(id, {}), **{name: value for name, value in told.items() if value}}

    keep_conversation = keep


def replicas() -> tuple[KeptReferences, KeptReferences, Kept, Clock]:
    kept, clock = Kept(), Clock()
    there: Any = kept
    time: Any = clock
    return KeptReferences(there, time), KeptReferences(there, time), kept, clock


async def conversation(references: KeptReferences) -> str:
    found = await references.of_person(AMEL)
    return found.conversation if found else ""


def moved(to: str) -> dict[str, Any]:
    return activity(conversation={"conversationType": "personal", "id": to})


async def test_what_another_process_has_heard_is_known_within_a_minute() -> None:
    one, other, kept, clock = replicas()
    await one.keep(met(moved("a:1")))
    assert await conversation(one) == "a:1"
    await other.keep(met(moved("a:2")))
    assert await conversation(other) == "a:2"
    assert (await conversation(one), kept.asked) == ("a:1", 2), "for a moment the database is not asked"
    clock.at += FRESH
    assert await conversation(one) == "a:2"


async def test_what_is_doubted_is_looked_up_at_once() -> None:
    one, other, _, _ = replicas()
    await one.keep(met(moved("a:1")))
    assert await conversation(one) == "a:1"
    await other.keep_conversation(AMEL, met(moved("a:2")).of_person)
    one.doubt(AMEL)
    assert await conversation(one) == "a:2"


async def test_what_is_doubted_while_it_is_read_is_not_at_hand_afterwards() -> None:
    one, _, kept, _ = replicas()
    await one.keep(met(moved("a:1")))
    reading, go_on = asyncio.Event(), asyncio.Event()
    find_all = kept.find_all

    async def slowly(ids: Collection[str]) -> dict[str, dict[str, str]]:
        found = await find_all(ids)
        reading.set()
        await go_on.wait()
        return found

    kept.find_all = slowly  # type: ignore[method-assign]
    early = asyncio.create_task(conversation(one))
    await reading.wait()
    await one.keep(met(moved("a:2")))
    go_on.set()
    assert (await early, await conversation(one)) == ("a:1", "a:2")


async def test_those_expected_are_read_at_once_and_at_hand_when_they_come() -> None:
    one, _, kept, _ = replicas()
    await one.keep(met(moved("a:1")))
    await one.expect({AMEL, "aad-nobody"})
    assert kept.asked == 1
    assert await conversation(one) == "a:1"
    await one.expect({AMEL})
    assert kept.asked == 1
    assert await one.of_person("aad-nobody") is None


async def test_a_clock_that_is_set_back_keeps_nothing_at_hand() -> None:
    one, other, _, clock = replicas()
    await one.keep(met(moved("a:1")))
    assert await conversation(one) == "a:1"
    await other.keep(met(moved("a:2")))
    clock.at -= timedelta(hours=1)
    assert await conversation(one) == "a:2"


async def test_a_channel_is_known_by_its_id_and_whoever_wrote_there_has_no_conversation_yet() -> None:
    one, _, _, _ = replicas()
    news = "19:news@thread.tacv2"
    where = {"conversationType": "channel", "id": f"{news};messageid=1"}
    await one.keep(met(activity(conversation=where, channelData={"channel": {"id": news}})))
    found = await one.of_channel(news)
    assert isinstance(found, Reference)
    assert (found.conversation, found.user, await conversation(one)) == (news, "", "")
