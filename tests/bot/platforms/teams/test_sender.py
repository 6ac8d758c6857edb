"""Posts reach people and channels in Teams: conversations are created once, and nothing is said twice."""

import logging
from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.clock import WallClock
from bot.i18n.translator import translator_for
from bot.pace import Pace
from bot.platforms.port import FAULT, DeliveryError, Sender
from bot.platforms.teams import render
from bot.platforms.teams.activities import Met, Reference
from bot.platforms.teams.connector import Connector, rates
from bot.platforms.teams.sender import RENEWED_AFTER, TeamsSender
from bot.platforms.teams.tokens import Anonymous
from rituals.messages import Message, Paragraph
from rituals.posts import Parcel, Place, Refusal, ToHome, ToPerson, ToRoom
from tests import builders
from tests.bot.platforms.teams.far_side import Answer, Asked, FarSide, far_side, no, says
from tests.bot.test_charts import chart, euros, named

ANNA = "aad-anna"
CHAT = "a:1-anna"
CHANNEL = "19:abc@thread.tacv2"
GROUP = "19:def@thread.v2"


def message(*parts: Any, words: str = "words") -> Message:
    return Message(kind="x", summary=named("summary"), parts=(Paragraph(text=named(words)), *parts))


def parcel(to: ToPerson | ToRoom | ToHome, destination: str, **more: Any) -> Parcel:
    return builders.parcel(**{"to": to, "message": message(), "destination": destination, **more})


def for_anna(**more: Any) -> Parcel:
    return parcel(ToPerson(person="anna"), ANNA, **more)


def for_room(channel: str = CHANNEL, **more: Any) -> Parcel:
    return parcel(ToRoom(room="committee"), channel, **more)


class Remembered:
    """Answers References from dictionaries."""

    def __init__(self) -> None:
        self.people: dict[str, Reference] = {}
        self.channels: dict[str, Reference] = {}
        self.kept: list[tuple[str, str]] = []
        self.elsewhere: dict[str, Reference] = {}  # as another process has met them since
        self.away = False
        self.expected: list[list[str]] = []

    async def expect(self, names: Collection[str]) -> None:
        self.expected.append(sorted(names))

    async def of_person(self, user: str) -> Reference | None:
        if self.away:
            raise RuntimeError("the database is away")
        return self.people.get(user)

    async def of_channel(self, channel: str) -> Reference | None:
        return self.channels.get(channel)

    async def keep_conversation(self, user: str, reference: Reference) -> None:
        self.kept.append((user, reference.conversation))
        self.people[user] = reference

    async def keep(self, met: Met) -> None:
        """Nobody is met here."""

    def doubt(self, name: str) -> None:
        if name in self.elsewhere:
            self.people[name] = self.elsewhere[name]


class Line:
    """A sender, what it remembers, and what is at its other end."""

    def __init__(self, side: FarSide, session: aiohttp.ClientSession) -> None:
        self.side = side
        self.remembered = Remembered()
        clock = WallClock()
        pace = Pace(clock, rates(25))
        connector = Connector(session, Anonymous(), pace, clock, cloud=side.cloud)
        self.sender = TeamsSender(connector, self.remembered, home=self.reference(f"{side.url}/teams/"))
        side.usually = self._usually

    def reference(self, service_url: str = "", **more: str) -> Reference:
        known = {"conversation": "", "user": "", **more}
        return Reference(tenant="tenant-1", service_url=service_url or f"{self.side.url}/emea/", bot="28:app", **known)

    def _usually(self, asked: Asked) -> Answer:
        if asked.path.endswith("/v3/conversations"):
            if asked.json["isGroup"]:
                return says({"id": f"{CHANNEL};messageid=17", "activityId": "17"}, 201)
            return says({"id": CHAT}, 201)
        return says({"id": "42"}, 201)

    @property
    def calls(self) -> list[tuple[str, str]]:
        return [(asked.verb, asked.path) for asked in self.side.asked]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with far_side() as side, aiohttp.ClientSession() as session:
        yield Line(side, session)


def posted(to: str, service: str = "emea") -> tuple[str, str]:
    return "POST", f"/{service}/v3/conversations/{to}/activities"


CREATED = ("POST", "/emea/v3/conversations")
IN_CHAT = "a%3A1-anna"


async def test_a_sender_answers_what_delivery_asks(line: Line) -> None:
    sender: Sender = line.sender
    assert sender.turns(for_anna()).free >= 1


async def test_where_all_those_are_met_that_something_goes_to_is_looked_up_at_once(line: Line) -> None:
    nobody = parcel(ToPerson(person="p9"), "")
    await line.sender.expect([for_anna(), for_room(), for_anna(), nobody])
    assert line.remembered.expected == [sorted({ANNA, CHANNEL})]
    assert not line.calls


async def test_a_person_gets_one_card_with_a_summary_in_their_conversation(line: Line) -> None:
    line.remembered.people[ANNA] = line.reference(conversation=CHAT, user="29:anna")
    place = await line.sender.send(for_anna())
    assert place == Place(conversation=CHAT, message="42")
    assert line.calls == [posted(IN_CHAT)]
    drawn = render.message(for_anna().message, translator_for("en", ZoneInfo("Europe/Paris")))
    assert line.side.asked[0].json == drawn
    assert set(drawn) == {"type", "summary", "attachments"}
    assert len(drawn["attachments"]) == 1


async def test_the_conversation_with_a_person_is_created_once_and_kept(line: Line) -> None:
    line.remembered.people[ANNA] = line.reference(user="29:anna")
    await line.sender.send(for_anna())
    await line.sender.send(for_anna())
    assert line.calls == [CREATED, posted(IN_CHAT), posted(IN_CHAT)]
    assert line.side.asked[0].json["members"] == [{"id": "29:anna"}]
    assert line.remembered.kept == [(ANNA, CHAT)]


async def test_who_was_never_met_is_written_to_by_object_id_through_the_whole_clouds_service(line: Line) -> None:
    await line.sender.send(for_anna())
    await line.sender.send(for_anna())
    assert line.calls == [("POST", "/teams/v3/conversations"), posted(IN_CHAT, "teams"), posted(IN_CHAT, "teams")]
    asked = line.side.asked[0].json
    assert (asked["members"], asked["tenantId"], asked["bot"]) == ([{"id": ANNA}], "tenant-1", {"id": "28:app"})
    assert line.remembered.kept == [(ANNA, CHAT)]


@pytest.mark.parametrize("answer", [no(502), no(504), Answer(cut=True), says({})])
async def test_a_conversation_that_may_have_been_created_is_created_again(line: Line, answer: Answer) -> None:
    line.side.answers.append(answer)
    with pytest.raises(DeliveryError) as refused:
        await line.sender.send(for_anna())
    assert (refused.value.unknown, refused.value.permanent) == (False, False)
    await line.sender.send(for_anna())
    assert len(line.side.asked) == 3


async def test_who_has_not_installed_us_is_unreachable(line: Line) -> None:
    line.side.answers.append(no(403, "ForbiddenOperationException"))
    with pytest.raises(DeliveryError) as refused:
        await line.sender.send(for_anna())
    assert refused.value.refusal is Refusal.UNREACHABLE
    assert line.remembered.kept == []


async def test_who_refused_us_and_is_tried_again_may_have_another_conversation(line: Line) -> None:
    line.remembered.people[ANNA] = line.reference(conversation="a:0-old", user="29:anna")
    await line.sender.send(for_anna(probes=True))
    assert line.calls == [CREATED, posted(IN_CHAT)]
    assert line.remembered.kept == [(ANNA, CHAT)]
    await line.sender.send(for_anna(probes=True))
    assert line.remembered.kept == [(ANNA, CHAT)]


@pytest.mark.parametrize("answer", [no(403, "BotNotInConversationRoster"), no(404, "ConversationNotFound")])
async def test_who_refuses_us_where_they_were_is_written_to_where_another_process_has_met_them(
    line: Line, answer: Answer
) -> None:
    line.remembered.people[ANNA] = line.reference(conversation="a:0-old", user="29:anna")
    line.remembered.elsewhere[ANNA] = line.reference(conversation=CHAT, user="29:anna")
    line.side.answers.append(answer)
    assert await line.sender.send(for_anna()) == Place(conversation=CHAT, message="42")
    assert line.calls == [posted("a%3A0-old"), posted(IN_CHAT)]


async def test_who_refuses_us_where_they_still_are_is_not_asked_twice(line: Line) -> None:
    line.remembered.people[ANNA] = line.reference(conversation=CHAT, user="29:anna")
    line.side.answers.append(no(403, "BotNotInConversationRoster"))
    with pytest.raises(DeliveryError) as refused:
        await line.sender.send(for_anna())
    assert refused.value.refusal is Refusal.UNREACHABLE
    assert line.calls == [posted(IN_CHAT)]


async def test_a_post_that_may_have_been_shown_is_never_looked_up(line: Line) -> None:
    line.remembered.people[ANNA] = line.reference(conversation=CHAT, user="29:anna")
    line.side.answers.append(no(504))
    with pytest.raises(DeliveryError) as refused:
        await line.sender.send(for_anna())
    assert refused.value.unknown
    with pytest.raises(DeliveryError) as unreadable:
        await line.sender.find(for_anna(unsettled=True))
    assert (unreadable.value.unreadable, unreadable.value.permanent) == (True, False)


async def test_what_fails_before_anything_is_sent_is_surely_not_shown(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    line.remembered.away = True
    for failures in (0, 1):
        with pytest.raises(DeliveryError) as refused:
            await line.sender.send(for_anna(failures=failures))
        assert (refused.value.why, refused.value.unknown, refused.value.permanent) == (FAULT, False, False)
    assert line.calls == []
    assert [record.levelno for record in caplog.records] == [logging.ERROR]  # said once


async def test_a_message_too_long_for_teams_waits_until_it_is_mended(line: Line) -> None:
    whole = message(*([Paragraph(text=named("x" * 200))] * 400))
    with pytest.raises(DeliveryError) as refused:
        await line.sender.send(for_anna(message=whole))
    assert refused.value.why == FAULT
    assert line.calls == []


# --- channels ----------------------------------------------------------------------------------------------------


async def test_a_channel_gets_a_post_of_its_own_that_can_be_edited_and_withdrawn(line: Line) -> None:
    line.remembered.channels[CHANNEL] = line.reference(conversation=CHANNEL)
    place = await line.sender.send(for_room())
    assert place == Place(conversation=f"{CHANNEL};messageid=17", message="17")
    await line.sender.edit(for_room(place=place), place)
    await line.sender.withdraw(place)
    path = "/emea/v3/conversations/19%3Aabc%40thread.tacv2%3Bmessageid%3D17/activities/17"
    assert line.calls == [CREATED, ("PUT", path), ("DELETE", path)]
    begun, edited, _ = line.side.asked
    assert begun.json["channelData"]["channel"] == {"id": CHANNEL}
    assert begun.json["activity"] == edited.json


async def test_a_channel_of_the_settings_needs_not_have_been_met(line: Line) -> None:
    await line.sender.send(for_room())
    assert line.calls == [("POST", "/teams/v3/conversations")]
    assert line.side.asked[0].json["channelData"] == {"channel": {"id": CHANNEL}, "tenant": {"id": "tenant-1"}}


async def test_a_group_chat_gets_a_message_like_others(line: Line) -> None:
    line.remembered.channels[GROUP] = line.reference(conversation=GROUP)
    assert await line.sender.send(for_room(GROUP)) == Place(conversation=GROUP, message="42")
    assert line.calls == [posted("19%3Adef%40thread.v2")]


async def test_a_room_that_refuses_us_is_refused_as_a_room(line: Line) -> None:
    line.side.answers.append(no(403, "BotNotInConversationRoster"))
    with pytest.raises(DeliveryError) as refused:
        await line.sender.send(for_room())
    assert refused.value.refusal is Refusal.ROOM


# --- afterwards --------------------------------------------------------------------------------------------------


async def test_an_edit_goes_where_the_person_is_served_now(line: Line) -> None:
    place = Place(conversation=CHAT, message="42")
    line.remembered.people[ANNA] = line.reference(conversation=CHAT, user="29:anna")
    await line.sender.edit(for_anna(place=place), place)
    line.remembered.people[ANNA] = line.reference(f"{line.side.url}/amer/", conversation=CHAT, user="29:anna")
    await line.sender.edit(for_anna(place=place), place)
    assert line.calls == [
        ("PUT", f"/emea/v3/conversations/{IN_CHAT}/activities/42"),
        ("PUT", f"/amer/v3/conversations/{IN_CHAT}/activities/42"),
    ]


@pytest.mark.parametrize("answer", [no(500, "ServiceError"), no(500), Answer(status=500, body=b"<html>")])
async def test_an_edit_at_which_teams_breaks_down_is_made_anew_rarely_and_not_for_ever(
    line: Line, answer: Answer
) -> None:
    place = Place(conversation=CHAT, message="42")

    async def broken() -> tuple[bool, timedelta | None]:
        line.side.answers.append(answer)
        with pytest.raises(DeliveryError) as refused:
            await line.sender.edit(for_anna(place=place), place)
        return refused.value.permanent, refused.value.retry_after

    assert [await broken() for _ in range(4)] == [*((False, wait) for wait in RENEWED_AFTER), (True, None)]
    assert await broken() == (False, RENEWED_AFTER[0]), "later words have their time anew"


async def test_an_edit_that_got_through_has_its_time_anew_where_teams_breaks_down_at_the_next(line: Line) -> None:
    place = Place(conversation=CHAT, message="42")
    for _ in range(2):
        line.side.answers.append(no(500))
        with pytest.raises(DeliveryError) as refused:
            await line.sender.edit(for_anna(place=place), place)
        assert refused.value.retry_after == RENEWED_AFTER[0]
        await line.sender.edit(for_anna(place=place), place)


async def test_a_person_whose_conversation_teams_breaks_down_at_is_written_to_later(line: Line) -> None:
    line.side.answers.append(no(500, "ServiceError"))
    with pytest.raises(DeliveryError) as refused:
        await line.sender.send(for_anna())
    assert (refused.value.permanent, refused.value.unknown) == (False, False)
    await line.sender.send(for_anna(failures=1))


async def test_what_teams_breaks_down_at_taking_back_is_taken_back_later_and_not_for_ever(line: Line) -> None:
    ends: list[tuple[bool, timedelta | None]] = []
    for _ in range(4):
        line.side.answers.append(no(500, "ServiceError"))
        with pytest.raises(DeliveryError) as refused:
            await line.sender.withdraw(Place(conversation=CHAT, message="42"))
        ends.append((refused.value.permanent, refused.value.retry_after))
    assert ends == [*((False, wait) for wait in RENEWED_AFTER), (True, None)]


async def test_an_edit_that_is_no_card_to_teams_is_not_made_again(line: Line) -> None:
    place = Place(conversation=CHAT, message="42")
    line.side.answers.append(no(400, "BadArgument"))
    with pytest.raises(DeliveryError) as refused:
        await line.sender.edit(for_anna(place=place), place)
    assert refused.value.permanent


@pytest.mark.parametrize("code", ["ActivityNotFoundInConversation", "ConversationNotFound", ""])
async def test_what_is_gone_already_is_withdrawn(line: Line, code: str) -> None:
    line.side.answers.append(no(404, code))
    await line.sender.withdraw(Place(conversation=CHAT, message="42"))
    assert line.calls == [("DELETE", f"/teams/v3/conversations/{IN_CHAT}/activities/42")]


async def test_a_withdrawal_that_is_refused_is_told(line: Line) -> None:
    line.side.answers.append(no(403, "BotNotInConversationRoster"))
    with pytest.raises(DeliveryError):
        await line.sender.withdraw(Place(conversation=CHAT, message="42"))


async def test_teams_has_no_home_to_publish(line: Line) -> None:
    await line.sender.publish_home(parcel(ToHome(person="anna"), ANNA))
    assert line.calls == []


# --- drawing -----------------------------------------------------------------------------------------------------


async def test_a_chart_is_drawn_by_teams_with_words_for_who_sees_none(line: Line) -> None:
    line.remembered.people[ANNA] = line.reference(conversation=CHAT, user="29:anna")
    await line.sender.send(for_anna(message=message(chart((euros(1), euros(2), euros(3))))))
    body = line.side.asked[0].json["attachments"][0]["content"]["body"]
    drawn = next(element for element in body if element["type"].startswith("Chart."))
    assert drawn["fallback"]["type"] == "RichTextBlock"
