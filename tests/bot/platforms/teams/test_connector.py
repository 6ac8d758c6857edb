"""What the Bot Connector is asked, at what pace, and how each call ended."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.demo.clock import FollowedClock
from bot.pace import NotYet, Pace
from bot.platforms.port import PACED, DeliveryError
from bot.platforms.teams.activities import Reference
from bot.platforms.teams.brake import LONGEST, SOON
from bot.platforms.teams.connector import CALL, Connector, rates
from bot.platforms.teams.tokens import Anonymous
from rituals.posts import PERSON_PROBED_AFTER, ROOM_PROBED_AFTER, Place, Refusal, ToPerson, ToRoom
from tests.bot.platforms.teams.far_side import Answer, FarSide, far_side, no, says

START = datetime(2026, 1, 26, 8, 0, tzinfo=UTC)
CHAT = "a:1-chat"
CHANNEL = "19:abc@thread.tacv2"
CARD = b'{"type":"message","summary":"\xc3\xa9t\xc3\xa9"}'
MINUTE = timedelta(minutes=1)
ANNA = ToPerson(person="anna")
ROOM = ToRoom(room="committee")


class Bearers:
    """One bearer after another: a new one for each that is forgotten."""

    def __init__(self) -> None:
        self.number = 1

    async def bearer(self, scope: str) -> str:
        return f"{scope} {self.number}"

    def forget(self, scope: str, bearer: str) -> None:
        assert bearer == f"{scope} {self.number}"
        self.number += 1


class Line:
    """A connector, and what is at its other end."""

    def __init__(self, side: FarSide, session: aiohttp.ClientSession) -> None:
        self.side = side
        self.clock = FollowedClock(START, flowing=False)
        self.pace = Pace(self.clock, rates(25))
        self.bearers = Bearers()
        self.service = f"{side.url}/emea/"
        self.patience = timedelta(seconds=20)
        self.session = session
        self.connector = Connector(session, self.bearers, self.pace, self.clock, cloud=side.cloud)

    def later(self, seconds: float) -> None:
        self.clock.follow(self.clock.now() + timedelta(seconds=seconds))

    def reference(self, conversation: str = "", user: str = "") -> Reference:
        return Reference(
            tenant="tenant-1", service_url=self.service, conversation=conversation, bot="28:app", user=user
        )


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with far_side() as side, aiohttp.ClientSession() as session:
        yield Line(side, session)


async def test_a_message_is_posted_as_it_was_drawn_with_our_bearer(line: Line) -> None:
    line.side.answers.append(says({"id": "1485983408511"}, 201))
    place = await line.connector.post(line.service, CHAT, CARD)
    assert place == Place(conversation=CHAT, message="1485983408511")
    (asked,) = line.side.asked
    assert (asked.verb, asked.path) == ("POST", "/emea/v3/conversations/a%3A1-chat/activities")
    assert asked.body == CARD
    assert asked.bearer == "Bearer https://api.botframework.com/.default 1"
    assert asked.headers["Content-Type"] == "application/json; charset=utf-8"


async def test_a_message_is_edited_and_deleted_in_its_place(line: Line) -> None:
    place = Place(conversation=f"{CHANNEL};messageid=17", message="17")
    line.side.answers.extend([says({"id": "17"}), Answer(status=200)])
    await line.connector.put(line.service, place, CARD)
    await line.connector.delete(line.service, place)
    path = "/emea/v3/conversations/19%3Aabc%40thread.tacv2%3Bmessageid%3D17/activities/17"
    assert [(asked.verb, asked.path, asked.body) for asked in line.side.asked] == [
        ("PUT", path, CARD),
        ("DELETE", path, b""),
    ]


async def test_an_id_never_leads_out_of_its_place_in_the_address(line: Line) -> None:
    await line.connector.post(line.service, "../teams/x?y#z", CARD)
    assert line.side.asked[0].path == "/emea/v3/conversations/..%2Fteams%2Fx%3Fy%23z/activities"


async def test_a_conversation_with_a_person_names_bot_member_and_tenant(line: Line) -> None:
    line.side.answers.append(says({"id": CHAT}, 201))
    assert await line.connector.converse(line.reference(user="29:anna")) == CHAT
    (asked,) = line.side.asked
    assert asked.path == "/emea/v3/conversations"
    assert asked.json == {
        "isGroup": False,
        "bot": {"id": "28:app"},
        "members": [{"id": "29:anna"}],
        "tenantId": "tenant-1",
        "channelData": {"tenant": {"id": "tenant-1"}},
    }


async def test_a_post_in_a_channel_begins_a_conversation_of_its_own(line: Line) -> None:
    line.side.answers.append(says({"id": f"{CHANNEL};messageid=17", "activityId": "17"}, 201))
    place = await line.connector.begin(line.reference(CHANNEL), CARD)
    assert place == Place(conversation=f"{CHANNEL};messageid=17", message="17")
    (asked,) = line.side.asked
    assert asked.path == "/emea/v3/conversations"
    assert asked.json == {
        "isGroup": True,
        "bot": {"id": "28:app"},
        "tenantId": "tenant-1",
        "channelData": {"channel": {"id": CHANNEL}, "tenant": {"id": "tenant-1"}},
        "activity": {"type": "message", "summary": "été"},
    }


async def test_a_post_is_known_by_its_conversation_where_its_own_id_is_left_out(line: Line) -> None:
    line.side.answers.append(says({"id": f"{CHANNEL};messageid=17"}, 201))
    assert (await line.connector.begin(line.reference(CHANNEL), CARD)).message == "17"


async def test_a_stand_in_that_asks_for_nobody_gets_no_bearer(line: Line) -> None:
    connector = Connector(line.session, Anonymous(), line.pace, line.clock, cloud=line.side.cloud)
    await connector.post(line.service, CHAT, CARD)
    assert line.side.asked[0].bearer is None


# --- where our bearer goes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "service",
    ["https://evil.example/", "http://127.0.0.1:1/", "", "https://smba.trafficmanager.net@evil.example/", "file:///x"],
)
async def test_nothing_is_sent_to_a_service_url_of_another_cloud(line: Line, service: str) -> None:
    asked: list[str] = []

    class Asking(Bearers):
        async def bearer(self, scope: str) -> str:
            asked.append(scope)
            return "secret"

    connector = Connector(line.session, Asking(), line.pace, line.clock, cloud=line.side.cloud)
    with pytest.raises(DeliveryError) as refused:
        await connector.post(service, CHAT, CARD)
    assert (refused.value.why, refused.value.permanent, refused.value.unknown) == ("service_url_refused", False, False)
    assert refused.value.retry_after is not None
    assert asked == []
    assert line.side.asked == []


async def test_our_bearer_follows_no_redirect(line: Line) -> None:
    line.side.answers.append(Answer(status=307, headers={"Location": f"{line.side.url}/elsewhere"}))
    with pytest.raises(DeliveryError) as refused:
        await line.connector.post(line.service, CHAT, CARD)
    assert (refused.value.why, refused.value.retry_after) == ("http_307", MINUTE)
    assert len(line.side.asked) == 1


# --- how a call ended --------------------------------------------------------------------------------------------

Call = Callable[[Line], Awaitable[object]]


async def post(line: Line) -> object:
    return await line.connector.post(line.service, CHAT, CARD, to=ANNA)


async def begin(line: Line) -> object:
    return await line.connector.begin(line.reference(CHANNEL), CARD, to=ROOM)


async def converse(line: Line) -> object:
    return await line.connector.converse(line.reference(user="29:anna"), to=ANNA)


async def put(line: Line) -> None:
    await line.connector.put(line.service, Place(conversation=CHAT, message="17"), CARD, to=ANNA)


async def delete(line: Line) -> None:
    await line.connector.delete(line.service, Place(conversation=CHAT, message="17"))


async def ended(line: Line, call: Call, answer: Answer) -> DeliveryError:
    line.side.answers.append(answer)
    with pytest.raises(DeliveryError) as refused:
        await call(line)
    assert len(line.side.asked) == 1, "nothing is repeated here"
    return refused.value


SEEN_TWICE = (post, begin)
"""Calls whose repetition would be seen."""

THE_SAME_TWICE = (converse, put, delete)


@pytest.mark.parametrize("status", [412, 503])
@pytest.mark.parametrize("call", [*SEEN_TWICE, *THE_SAME_TWICE])
async def test_what_was_surely_not_done_is_tried_again(line: Line, call: Call, status: int) -> None:
    outcome = await ended(line, call, no(status, "PreconditionFailed" if status == 412 else ""))
    assert (outcome.permanent, outcome.unknown, outcome.refusal, outcome.retry_after) == (False, False, None, None)


@pytest.mark.parametrize("answer", [no(502, "ServiceError"), no(504), no(500, "ServiceError"), Answer(cut=True)])
@pytest.mark.parametrize("call", SEEN_TWICE)
async def test_what_may_have_been_done_is_unknown(line: Line, call: Call, answer: Answer) -> None:
    outcome = await ended(line, call, answer)
    assert (outcome.permanent, outcome.unknown, outcome.refusal) == (False, True, None)


@pytest.mark.parametrize("status", [502, 504])
@pytest.mark.parametrize("call", THE_SAME_TWICE)
async def test_what_may_be_done_twice_is_simply_tried_again(line: Line, call: Call, status: int) -> None:
    outcome = await ended(line, call, no(status))
    assert (outcome.permanent, outcome.unknown) == (False, False)


@pytest.mark.parametrize("call", SEEN_TWICE)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"id": 7}', b'{"id": ""}', b"<html>", b'{"id": "1', b"\xff"])
async def test_an_answer_without_an_id_leaves_unknown_what_was_shown(line: Line, call: Call, body: bytes) -> None:
    outcome = await ended(line, call, Answer(status=201, body=body))
    assert (outcome.permanent, outcome.unknown) == (False, True)


async def test_a_conversation_without_an_id_is_asked_for_again(line: Line) -> None:
    outcome = await ended(line, converse, says({}))
    assert (outcome.permanent, outcome.unknown) == (False, False)


@pytest.mark.parametrize("call", SEEN_TWICE)
async def test_no_answer_in_time_is_unknown(line: Line, call: Call) -> None:
    line.connector = Connector(
        line.session, line.bearers, line.pace, line.clock, cloud=line.side.cloud, patience=timedelta(milliseconds=80)
    )
    outcome = await ended(line, call, Answer(silent=True))
    assert (outcome.permanent, outcome.unknown) == (False, True)


@pytest.mark.parametrize("call", [*SEEN_TWICE, *THE_SAME_TWICE])
async def test_no_connection_is_surely_not_done(line: Line, call: Call) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        line.service = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        cloud = replace(line.side.cloud, services=(line.service.rstrip("/"),))
        line.connector = Connector(line.session, line.bearers, line.pace, line.clock, cloud=cloud)
        with pytest.raises(DeliveryError) as refused:
            await call(line)
    assert (refused.value.why, refused.value.permanent, refused.value.unknown) == ("no_connection", False, False)


async def test_an_error_of_a_call_holds_no_bearer(line: Line) -> None:
    outcome = await ended(line, post, Answer(cut=True))
    assert outcome.__cause__ is None
    assert outcome.__suppress_context__
    assert "api.botframework" not in repr(outcome)


@pytest.mark.parametrize("call", [*SEEN_TWICE, *THE_SAME_TWICE])
@pytest.mark.parametrize(("status", "code"), [(400, "BadArgument"), (413, "MessageSizeTooBig"), (409, ""), (422, "")])
async def test_what_is_wrong_with_the_message_never_gets_through(
    line: Line, call: Call, status: int, code: str
) -> None:
    outcome = await ended(line, call, no(status, code))
    assert (outcome.permanent, outcome.unknown) == (True, False)
    assert outcome.why == (code or f"http_{status}")


@pytest.mark.parametrize("call", THE_SAME_TWICE)
async def test_a_fault_of_teams_is_not_met_twice(line: Line, call: Call) -> None:
    assert (await ended(line, call, no(500, "ServiceError"))).permanent


@pytest.mark.parametrize(
    "answer",
    [
        no(403, "BotNotInConversationRoster"),
        no(403, "ConversationBlockedByUser"),
        no(403, "BotDisabledByAdmin"),
        no(403, "ForbiddenOperationException"),
        no(403),
        Answer(status=403, body=b"<html>"),
        says({"errorCode": 209, "message": '{"subCode":"MessageWritesBlocked"}'}, 403),
        no(404, "ConversationNotFound"),
        no(404),
    ],
)
async def test_a_shut_conversation_is_its_readers_or_its_rooms(line: Line, answer: Answer) -> None:
    outcome = await ended(line, post, answer)
    assert (outcome.refusal, outcome.retry_after) == (Refusal.UNREACHABLE, PERSON_PROBED_AFTER)
    assert (outcome.permanent, outcome.unknown) == (False, False)
    line.side.asked.clear()
    outcome = await ended(line, begin, answer)
    assert (outcome.refusal, outcome.retry_after) == (Refusal.ROOM, ROOM_PROBED_AFTER)
    assert (outcome.permanent, outcome.unknown) == (False, False)


async def test_the_wrong_cloud_is_nobodys_fault_but_ours(line: Line) -> None:
    outcome = await ended(line, post, no(403, "InvalidBotApiHost"))
    assert (outcome.refusal, outcome.permanent, outcome.retry_after) == (None, False, MINUTE)


async def test_a_tenant_that_is_served_elsewhere_is_called_there_from_then_on(line: Line) -> None:
    there = f"{line.side.url}/gcc/"
    line.connector._cloud = replace(line.side.cloud, gcc_url=there)
    line.side.answers.append(no(403, "InvalidBotApiHost"))
    for _ in range(2):
        await post(line)
    assert [asked.path.split("/")[1] for asked in line.side.asked] == ["emea", "gcc", "gcc"]
    line.side.asked.clear()
    assert (await ended(line, post, no(403, "InvalidBotApiHost"))).why == "InvalidBotApiHost", "there is no third place"


async def test_a_message_that_is_gone_is_not_edited_again(line: Line) -> None:
    outcome = await ended(line, put, no(404, "ActivityNotFoundInConversation"))
    assert (outcome.permanent, outcome.refusal) == (True, None)


async def test_a_refused_bearer_is_not_used_again(line: Line) -> None:
    outcome = await ended(line, post, no(401, "BotNotRegistered"))
    assert (outcome.refusal, outcome.permanent, outcome.unknown, outcome.retry_after) == (None, False, False, SOON)
    await post(line)
    assert line.side.asked[1].bearer == "Bearer https://api.botframework.com/.default 2"
    await post(line)
    assert line.bearers.number == 2


async def test_while_a_new_bearer_is_refused_too_one_call_now_and_then_finds_out_for_all(line: Line) -> None:
    line.side.usually = lambda asked: no(401, "BotNotRegistered")

    async def asked(calls: int) -> int:
        """How many of so many calls at once are made."""
        before = len(line.side.asked)
        ends = await asyncio.gather(*(post(line) for _ in range(calls)), return_exceptions=True)
        assert all(isinstance(end, DeliveryError) and end.refusal is None and not end.permanent for end in ends)
        return len(line.side.asked) - before

    assert (await asked(6), line.bearers.number) == (6, 2), "on their way together: one bearer is dropped, once"
    line.later(12)
    assert (await asked(200), line.bearers.number) == (1, 3)
    waits = []
    for _ in range(6):
        assert await asked(200) == 0
        assert line.connector.turns().free == 0
        waits.append(await paced(post(line)))
        line.later(waits[-1].total_seconds())
        assert line.connector.turns().free == 1
        assert await asked(200) == 1
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 10, 10)]
    line.later(600)
    line.side.usually = lambda asked: says({"id": "1"}, 201)
    for _ in range(3):
        await post(line)
    assert line.connector.turns().free > 1


async def test_a_call_that_alone_is_refused_holds_up_no_other_and_costs_no_more_bearers(line: Line) -> None:
    for wait in (SOON, LONGEST, LONGEST):
        line.side.answers.append(no(401, "Unauthorized"))
        with pytest.raises(DeliveryError) as refused:
            await put(line)
        assert refused.value.retry_after == wait
        await post(line)
        line.later(5)
    assert (line.bearers.number, line.connector.token_refused) == (2, "")


async def test_where_the_same_bearer_is_given_again_everything_waits_too(line: Line) -> None:
    line.connector = Connector(line.session, Anonymous(), line.pace, line.clock, cloud=line.side.cloud)
    for _ in range(2):
        line.side.answers.extend([no(401), no(401)])
        for _ in range(2):
            with pytest.raises(DeliveryError):
                await post(line)
        assert line.connector.token_refused == "http_401"
        assert await paced(post(line)) == MINUTE
        line.later(60)
        await post(line)
        line.later(600)


async def test_whoever_is_to_find_out_and_gets_no_answer_leaves_it_to_the_next(line: Line) -> None:
    for answer in (no(401), Answer(cut=True), no(503), no(401)):
        line.side.answers.append(answer)
        with pytest.raises(DeliveryError):
            await post(line)
    assert line.connector.token_refused == "http_401"
    line.later(60)
    await post(line)
    assert line.connector.token_refused == ""


async def test_that_a_new_bearer_is_refused_too_is_known_until_a_call_is_taken(line: Line) -> None:
    for seconds, answer, why in (
        (0, no(401, "BotNotRegistered"), ""),
        (5, no(401, "BotNotRegistered"), "BotNotRegistered"),
        (60, no(503, "ServiceUnavailable"), "BotNotRegistered"),
    ):
        line.later(seconds)
        line.side.asked.clear()
        await ended(line, post, answer)
        assert line.connector.token_refused == why, "whoever is away says nothing of it"
    await post(line)
    assert line.connector.token_refused == ""


async def test_a_code_that_reads_like_none_is_not_repeated(line: Line) -> None:
    outcome = await ended(line, post, no(400, "What Anna wrote: <b>"))
    assert outcome.why == "http_400"


# --- pace --------------------------------------------------------------------------------------------------------


async def paced(call: Awaitable[object]) -> timedelta:
    with pytest.raises(DeliveryError) as refused:
        await call
    assert refused.value.why == PACED
    assert refused.value.retry_after is not None
    return refused.value.retry_after


class Jumping:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment

    async def sleep_until(self, moment: datetime) -> None:
        self.moment = max(moment, self.moment)


async def test_no_conversation_gets_more_than_teams_takes_in_any_stretch_of_time() -> None:
    clock = Jumping()
    pace = Pace(clock, rates(50))
    sent: list[datetime] = []
    while clock.now() < START + timedelta(hours=2):
        try:
            await pace.turn(CALL, within=CHAT)
        except NotYet as wait:
            clock.moment = wait.until
        else:
            sent.append(clock.now())
    assert len(sent) > 3_400
    for seconds, most in ((1, 7), (2, 8), (30, 60), (3600, 1800)):
        beyond = zip(sent, sent[most:], strict=False)  # each with the one that would be too many
        assert all(later - first > timedelta(seconds=seconds) for first, later in beyond)


async def test_every_call_counts_towards_the_one_pace(line: Line) -> None:
    line.side.usually = lambda asked: says({"id": "x", "members": [], "conversations": []})
    for number in range(10):
        match number % 5:
            case 0:
                await line.connector.post(line.service, f"a:{number}", CARD)
            case 1:
                await line.connector.converse(line.reference(user="29:anna"))
            case 2:
                await line.connector.member(line.service, CHAT, "29:anna")
            case 3:
                await line.connector.channels(line.service, "19:team")
            case _:
                await line.connector.put(line.service, Place(conversation=f"a:{number}", message="1"), CARD)
    assert line.pace.turns(CALL).free == 0
    line.later(0.04)
    await line.connector.delete(line.service, Place(conversation="a:11", message="1"))


async def test_a_conversation_that_had_its_share_waits_while_others_go_on(line: Line) -> None:
    for _ in range(6):
        await line.connector.post(line.service, CHAT, CARD)
    line.later(1)
    assert await paced(bulk(line)) > timedelta(seconds=2)
    await line.connector.post(line.service, "a:another", CARD)
    assert len(line.side.asked) == 7


async def test_the_posts_of_a_channel_share_what_the_channel_takes(line: Line) -> None:
    for number in range(6):
        place = Place(conversation=f"{CHANNEL};messageid={number}", message=str(number))
        await line.connector.put(line.service, place, CARD)
    line.later(0.5)
    waiting = asyncio.create_task(begin(line))
    await asyncio.sleep(0)
    assert line.pace.asleep == 1
    assert len(line.side.asked) == 6
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


@pytest.mark.parametrize("posts_per_second", [1, 25, 40, 45, 50])
def test_no_rate_and_its_burst_are_more_than_teams_takes_in_a_second(posts_per_second: int) -> None:
    rate = rates(posts_per_second)[CALL]
    assert rate.per_minute == 60 * posts_per_second
    assert rate.burst >= 1
    assert posts_per_second + rate.burst <= max(50, posts_per_second + 1)


async def bulk(line: Line) -> object:
    return await line.connector.post(line.service, CHAT, CARD, bulk=True)


async def test_bulk_leaves_a_part_of_the_burst_to_what_concerns_somebody_now(line: Line) -> None:
    free = line.pace.turns(CALL).free
    for number in range(free):
        await line.connector.post(line.service, f"a:{number}", CARD, bulk=True)
    assert line.pace.turns(CALL).free == 0
    for number in range(10 - free):
        await line.connector.post(line.service, f"a:now-{number}", CARD)
    assert line.pace.asleep == 0


async def test_a_short_wait_that_teams_asks_for_holds_for_everybody(line: Line) -> None:
    line.side.answers.append(no(429, "Throttled", Retry_After="5"))
    with pytest.raises(DeliveryError) as refused:
        await post(line)
    assert (refused.value.retry_after, refused.value.unknown) == (timedelta(seconds=5), False)
    assert await paced(begin(line)) == timedelta(seconds=5)
    assert len(line.side.asked) == 1
    line.later(5)
    await post(line)


async def test_a_long_wait_is_taken_to_be_the_conversations_until_another_is_told_to_wait(line: Line) -> None:
    line.side.answers.append(no(429, "Throttled", Retry_After="600"))
    with pytest.raises(DeliveryError):
        await post(line)
    assert await paced(post(line)) == timedelta(minutes=10)
    line.side.answers.append(says({"id": "1", "activityId": "1"}))
    await begin(line)
    line.side.answers.append(no(429, "Throttled", Retry_After="600"))
    with pytest.raises(DeliveryError):
        await begin(line)
    assert await paced(line.connector.post(line.service, "a:another", CARD)) == timedelta(minutes=10)
    assert len(line.side.asked) == 3


@pytest.mark.parametrize("said", ["", "soon", "-3", "Mon, 26 Jan 2026 08:00:10 GMT", "nan"])
async def test_a_wait_that_is_not_told_is_a_short_one(line: Line, said: str) -> None:
    line.side.answers.append(no(429, "Throttled", Retry_After=said))
    with pytest.raises(DeliveryError) as refused:
        await post(line)
    assert refused.value.retry_after is None  # delivery waits longer each time
    line.later(1)
    waiting = asyncio.create_task(post(line))
    await asyncio.sleep(0)
    assert line.pace.asleep == 1
    assert line.clock.next_waking == line.clock.now() + timedelta(seconds=1)
    line.later(1)
    await waiting


async def test_no_wait_is_longer_than_an_hour(line: Line) -> None:
    assert (await ended(line, post, no(503, Retry_After="999999999"))).retry_after == timedelta(hours=1)


# --- who is where ------------------------------------------------------------------------------------------------


async def test_the_members_of_a_conversation_come_page_by_page(line: Line) -> None:
    line.side.answers.extend(
        [
            says({"members": [{"id": "29:anna"}, {"id": "29:ben"}], "continuationToken": "more&more"}),
            no(429, "Throttled", Retry_After="0.1"),
            says({"members": [{"id": "29:chloe"}]}),
        ]
    )
    clock = line.clock = FollowedClock(START, flowing=True)
    connector = Connector(line.session, line.bearers, Pace(clock, rates(25)), clock, cloud=line.side.cloud)
    found = [one["id"] async for one in connector.members(line.service, CHANNEL)]
    assert found == ["29:anna", "29:ben", "29:chloe"]
    assert [asked.query for asked in line.side.asked] == [
        {"pageSize": "500"},
        {"pageSize": "500", "continuationToken": "more&more"},
        {"pageSize": "500", "continuationToken": "more&more"},
    ]


async def test_a_member_a_team_and_its_channels_are_looked_up(line: Line) -> None:
    channels = [{"id": "19:team"}, {"id": CHANNEL, "name": "KPIs"}]
    line.side.answers.extend(
        [
            says({"id": "29:anna", "aadObjectId": "0"}),
            says({"id": "19:team", "name": "AI"}),
            says({"conversations": channels}),
        ]
    )
    assert (await line.connector.member(line.service, CHAT, "29:anna"))["aadObjectId"] == "0"
    assert (await line.connector.team(line.service, "19:team"))["name"] == "AI"
    assert await line.connector.channels(line.service, "19:team") == channels
    assert [asked.path for asked in line.side.asked] == [
        "/emea/v3/conversations/a%3A1-chat/members/29%3Aanna",
        "/emea/v3/teams/19%3Ateam",
        "/emea/v3/teams/19%3Ateam/conversations",
    ]
