"""What people write and press is served once and soon: Teams is never waited for in Teams' own request, but briefly."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.afterwards import Afterwards
from bot.clock import WallClock
from bot.errands import Errands
from bot.i18n.translator import Translator, translator_for
from bot.pace import Pace
from bot.platforms.drawings import Drawings
from bot.platforms.teams import listeners
from bot.platforms.teams.connector import Connector, rates
from bot.platforms.teams.drawn import draw
from bot.platforms.teams.listeners import AT_ONCE, TeamsListeners
from bot.platforms.teams.tokens import Anonymous
from rituals.messages import Reply, say
from rituals.people import Account, RosterEntry
from tests.bot.platforms.teams.far_side import Answer, Asked, FarSide, far_side, no, says
from tests.bot.platforms.teams.microsoft import TENANT, activity
from tests.bot.platforms.teams.microsoft import execute as pressed
from tests.bot.platforms.teams.test_sender import Remembered

AMEL = Account(platform="teams", workspace=TENANT, user="aad-amel")
CHANNEL = "19:news@thread.tacv2"
HERE = translator_for("en", ZoneInfo("Europe/Paris"))
START = datetime(2026, 1, 26, 8, 0, tzinfo=UTC)


class Desk:
    """Answers a desk's requests, and notes them. `known`: the accounts that are somebody's; `fails`: by a fault."""

    def __init__(self) -> None:
        self.known = {AMEL}
        self.asked: list[str] = []
        self.entries: list[RosterEntry] = []
        self.fails = False
        self.faults = 0
        self.nudged = 0
        self.takes: list[Account] = []  # who was said to take messages again
        self.gate = asyncio.Event()
        self.gate.set()
        self.house_translator = HERE
        self.afterwards = Afterwards(open_work=_none, organisation=_none, clock=WallClock(), nudge=_none)

    def nudge(self) -> None:
        self.nudged += 1

    async def knows(self, account: Account, *, writes: bool = False, **_: object) -> bool:
        if writes and account in self.known:
            self.takes.append(account)
        return account in self.known

    async def translator(self, account: Account) -> Translator:
        return HERE

    async def met(self, account: Account, entry: RosterEntry, *, present: bool) -> None:
        self.known.add(account)
        self.entries.append(entry)

    async def command(self, account: Account, words: str) -> Reply:
        return await self._served(account, words)

    async def press(self, account: Account, action: str, *_: object) -> Reply:
        return await self._served(account, action)

    async def _served(self, account: Account, what: str) -> Reply:
        await self.gate.wait()
        if self.fails:
            raise RuntimeError(what)  # what somebody wrote
        self.asked.append(what)
        return Reply(sentence=say("refused-stranger" if account not in self.known else "rehearsal-over"))


_none: Any = SimpleNamespace()


class House:
    """The listeners, with a desk before them and Teams behind."""

    def __init__(self, side: FarSide, session: aiohttp.ClientSession, *, clock: Any = None) -> None:
        clock = clock or WallClock()
        self.reopened = 0
        self.side, self.desk, self.errands, self.remembered = side, Desk(), Errands(), Remembered()
        desk: Any = self.desk
        self.listeners = TeamsListeners(
            desk=desk,
            connector=Connector(session, Anonymous(), Pace(clock, rates(25)), clock, cloud=side.cloud),
            references=self.remembered,
            outbox=_none,
            clock=clock,
            errands=self.errands,
            drawings=Drawings(draw, kept=1),
            reopen=self._reopen,
        )
        side.usually = self._usually

    async def _reopen(self) -> None:
        self.reopened += 1

    def _usually(self, asked: Asked) -> Answer:
        if asked.verb == "GET":
            return says(self.member(aadObjectId=asked.path.rpartition("-")[2].replace("amel", AMEL.user)))
        return says({"id": "42"}, 201)

    def member(self, **more: object) -> dict[str, object]:
        return {"aadObjectId": AMEL.user, "email": "amel@horizon.example", "name": "Amel", "tenantId": TENANT, **more}

    async def hears(self, raw: dict[str, Any]) -> Any:
        """What Teams is answered at once."""
        return await asyncio.wait_for(self.listeners.serve({**raw, "serviceUrl": f"{self.side.url}/emea/"}), 1)

    @property
    def members_asked(self) -> int:
        return sum(asked.verb == "GET" for asked in self.side.asked)

    def said(self) -> list[str]:
        return [
            f"{asked.path.split('/')[4]}: {asked.json['summary']}" for asked in self.side.asked if asked.verb == "POST"
        ]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with far_side() as side, aiohttp.ClientSession() as session:
        built = House(side, session)
        yield built
        side.gate.set()
        await built.errands.drained()


IN_CHANNEL = {
    "conversation": {"id": f"{CHANNEL};messageid=1", "conversationType": "channel", "isGroup": True},
    "channelData": {"tenant": {"id": TENANT}, "channel": {"id": CHANNEL}, "team": {"id": CHANNEL}},
}


# --- in time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw", [activity(text="votes"), activity(text=None, value={"action": "x"}), activity(text="votes", **IN_CHANNEL)]
)
async def test_what_is_written_is_acknowledged_before_it_is_answered(house: House, raw: dict[str, Any]) -> None:
    house.side.gate.clear()
    assert await house.hears(raw) is None
    assert len(house.desk.asked) == 1
    house.side.gate.set()
    await house.errands.drained()
    assert len(house.said()) == 1


async def test_somebody_new_is_answered_once_teams_has_said_who_they_are(house: House) -> None:
    house.desk.known.clear()
    house.side.gate.clear()
    assert await house.hears(activity(text="votes")) is None
    assert house.desk.asked == []
    house.side.gate.set()
    await house.errands.drained()
    assert (house.desk.asked, house.desk.entries[0].email) == (["votes"], "amel@horizon.example")
    assert house.said() == [f"a%3A1-amel: {HERE.say(say('rehearsal-over'))}"]


async def test_a_click_of_somebody_new_waits_for_teams_and_not_for_long(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "HASTE", 0.01)
    house.desk.known.clear()
    house.side.gate.clear()
    stranger = (await house.hears(pressed())).body
    assert stranger["value"] == HERE.say(say("refused-stranger"))
    house.side.gate.set()
    await house.errands.drained()
    assert (await house.hears(pressed())).body["value"] == HERE.say(say("rehearsal-over"))


async def test_an_answer_waits_as_long_as_teams_asks_to(house: House) -> None:
    house.side.answers.append(no(429, "Throttled", Retry_After="0.1"))
    await house.hears(activity(text="votes"))
    await house.errands.drained()
    assert len(house.said()) == 2


# --- once -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [activity(text="votes"), activity(text=None, value={"action": "x"})])
async def test_what_is_sent_again_while_or_after_it_is_served_is_served_and_answered_once(
    house: House, raw: dict[str, Any]
) -> None:
    house.desk.gate.clear()
    twice = [asyncio.create_task(house.hears(raw)) for _ in range(2)]
    await asyncio.sleep(0)
    assert not any(one.done() for one in twice), "neither is acknowledged before it is kept"
    house.desk.gate.set()
    await asyncio.gather(*twice)
    await house.hears(raw)
    await house.errands.drained()
    assert (len(house.desk.asked), len(house.said())) == (1, 1)
    await house.hears({**raw, "id": "another"})
    await house.errands.drained()
    assert (len(house.desk.asked), len(house.said())) == (2, 2)


async def test_two_messages_without_an_id_are_two(house: House) -> None:
    for _ in range(2):
        await house.hears(activity(text="votes", id=None))
    assert house.desk.asked == ["votes", "votes"]


async def test_what_met_a_fault_is_told_so_and_served_when_it_is_sent_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.desk.fails = True
    assert await house.hears(activity(text="votes")) is None
    await house.errands.drained()
    assert len(house.said()) == 1
    assert "votes" not in caplog.text
    house.desk.fails = False
    await house.hears(activity(text="votes"))
    assert (house.desk.asked, house.desk.faults) == (["votes"], 1)


async def test_what_met_a_fault_while_teams_hung_up_is_served_when_it_is_sent_again(house: House) -> None:
    house.desk.gate.clear()
    house.desk.fails = True
    hung_up = asyncio.create_task(house.hears(activity(text="votes")))
    await asyncio.sleep(0)
    hung_up.cancel()
    await asyncio.wait({hung_up})
    house.desk.gate.set()
    await asyncio.sleep(0)
    house.desk.fails = False
    await house.hears(activity(text="votes"))
    assert house.desk.asked == ["votes"]


# --- who --------------------------------------------------------------------------------------------------------------


def installed(action: str = "add") -> dict[str, Any]:
    return activity(type="installationUpdate", action=action, text=None, entities=None, localTimezone=None)


def members(key: str) -> dict[str, Any]:
    return activity(type="conversationUpdate", text=None, locale=None, **{key: [{"id": activity()["recipient"]["id"]}]})


async def test_an_installation_asks_once_who_it_is_for(house: House) -> None:
    await house.hears(members("membersAdded"))
    await house.hears(installed())
    await house.hears(installed())
    await house.errands.drained()
    await house.hears(activity(text="votes"))
    assert house.members_asked == 1
    assert house.desk.entries[0].locale == "fr"


@pytest.mark.parametrize("where", [{}, IN_CHANNEL], ids=["a chat", "a team"])
async def test_a_thousand_new_members_are_looked_up_by_nobody(house: House, where: dict[str, Any]) -> None:
    # botbuilder's handler asks for each of them (11 in test_botbuilder_bugs).
    house.desk.known.clear()
    added = [{"id": f"29:{number}", "aadObjectId": f"aad-{number}"} for number in range(1000)]
    assert await house.hears({**members("membersAdded"), **where, "membersAdded": added}) is None
    await house.errands.drained()
    assert house.side.asked == []
    assert house.desk.entries == []


@pytest.mark.parametrize("raw", [installed("remove"), installed("remove-upgrade"), members("membersRemoved")])
async def test_nobody_is_asked_anything_when_we_are_taken_away(house: House, raw: dict[str, Any]) -> None:
    house.desk.known.clear()
    await house.hears(raw)
    await house.errands.drained()
    assert house.side.asked == []


def installed_for(number: int) -> dict[str, Any]:
    sender = {"id": f"29:1-{number}", "aadObjectId": f"{number}"}
    conversation = {"id": f"a:1-{number}", "conversationType": "personal", "tenantId": TENANT}
    return installed() | {"from": sender, "conversation": conversation}


class Jumping:
    """A clock on which waiting takes no time but a turn of the loop."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(0)
        self.moment = max(moment, self.moment)


@pytest.fixture
async def quick() -> AsyncIterator[House]:
    """A house on a clock that waits for nothing."""
    async with far_side() as side, aiohttp.ClientSession() as session:
        built = House(side, session, clock=Jumping())
        yield built
        await built.errands.drained()


async def test_all_who_are_given_the_app_at_once_become_known_at_the_pace_of_all_calls(quick: House) -> None:
    quick.desk.known.clear()
    quick.side.answers.extend([no(429, "Throttled", Retry_After="3"), no(503), Answer(cut=True)])
    for number in range(300):
        await quick.hears(installed_for(number))
        assert quick.errands.busy <= AT_ONCE, "not one for each"
    await quick.errands.drained()
    assert {account.user for account in quick.desk.known} == {f"{number}" for number in range(300)}
    assert quick.members_asked == 303
    taken = quick.listeners._clock.now() - START
    assert taken > timedelta(seconds=300 / 25)


async def test_a_newcomer_who_does_something_is_asked_about_before_the_others(house: House) -> None:
    house.desk.known.clear()
    house.side.gate.clear()
    for number in range(20):
        await house.hears(installed_for(number))
    await house.hears(activity(text="votes") | {part: installed_for(19)[part] for part in ("from", "conversation")})
    house.side.gate.set()
    await house.errands.drained()
    asked = [asked.path.rpartition("-")[2] for asked in house.side.asked if asked.verb == "GET"]
    assert "19" in asked[: AT_ONCE + 1]
    assert sorted(asked) == sorted(f"{number}" for number in range(20)), "nobody twice"
    assert house.desk.asked == ["votes"]


async def test_newcomers_still_waiting_at_the_end_are_told_of_and_wait_for_the_next_start(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    house.side.gate.clear()
    for number in range(20):
        await house.hears(installed_for(number))
    house.listeners.close()
    house.side.gate.set()
    await house.errands.drained()
    assert house.members_asked == AT_ONCE
    (told,) = [record for record in caplog.records if getattr(record, "action", "") == "newcomers_wait"]
    assert told.__dict__["people"] == 20 - AT_ONCE


@pytest.mark.parametrize("answer", [no(403, "BotNotInConversationRoster"), no(404), no(500)])
async def test_a_newcomer_of_whom_teams_tells_nothing_is_not_asked_about_again_and_again(
    quick: House, answer: Answer
) -> None:
    quick.side.answers.append(answer)
    await quick.hears(installed())
    await quick.errands.drained()
    assert quick.members_asked == 1


async def test_whoever_has_us_anew_takes_messages_before_teams_has_told_of_them(house: House) -> None:
    house.side.gate.clear()
    await house.hears(installed())
    assert house.desk.takes == [AMEL]


IN_TEAM = {
    "conversation": {"id": CHANNEL, "conversationType": "channel", "isGroup": True},
    "channelData": {"tenant": {"id": TENANT}, "team": {"id": CHANNEL}},
}
IN_CHAT = {"conversation": {"id": "19:two@thread.v2", "conversationType": "groupChat", "isGroup": True}}


@pytest.mark.parametrize("where", [IN_TEAM, IN_CHAT])
async def test_rooms_that_refused_us_are_tried_at_once_where_we_are_given_to_a_team_or_chat(
    house: House, where: dict[str, Any]
) -> None:
    somebody = {"membersAdded": [{"id": "29:1-luc"}]}
    removed = [installed("remove"), members("membersRemoved"), members("membersAdded") | somebody]
    for raw in removed:
        await house.hears(raw | where)
    assert (house.reopened, house.desk.nudged) == (0, 0)
    unnamed = {"from": {"id": "29:1-amel"}}  # by a policy
    for number, raw in enumerate(
        [installed(), installed("add-upgrade"), members("membersAdded"), installed() | unnamed], 1
    ):
        await house.hears(raw | where)
        assert (house.reopened, house.desk.nudged) == (number, number)


async def test_whoever_teams_could_not_tell_of_is_asked_about_again(house: House) -> None:
    house.desk.known.clear()
    house.side.answers.append(no(503))
    for number in range(2):
        await house.hears(activity(text="votes", id=f"{number}"))
        await house.errands.drained()
    assert house.members_asked == 2
    assert AMEL in house.desk.known


@pytest.mark.parametrize("more", [{"tenantId": "another"}, {"userRole": "guest"}, {"email": "", "name": "no address"}])
async def test_people_of_other_organisations_are_strangers(house: House, more: dict[str, object]) -> None:
    house.desk.known.clear()
    house.side.answers.append(says(house.member(**more)))
    await house.hears(activity(text="votes"))
    await house.errands.drained()
    assert house.desk.entries == []
    assert house.said() == [f"a%3A1-amel: {HERE.say(say('refused-stranger'))}"]


async def test_somebody_new_in_a_thread_is_asked_about_in_its_channel(house: House) -> None:
    house.desk.known.clear()
    await house.hears(activity(text="votes", **IN_CHANNEL))
    await house.errands.drained()
    assert house.side.asked[0].path == "/emea/v3/conversations/19%3Anews%40thread.tacv2/members/29%3A1-amel"


async def test_a_click_says_nothing_of_what_was_clicked_and_is_answered_all_the_same(house: House) -> None:
    for replied in (None, {"id": "1"}, 7):
        assert (await house.hears(pressed(replyToId=replied))).body["value"] == HERE.say(say("rehearsal-over"))
