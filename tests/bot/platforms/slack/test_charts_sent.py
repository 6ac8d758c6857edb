"""A message with a chart reaches every workspace: drawn by Slack where it can, as one uploaded picture where not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp
import pytest

from bot.clock import WallClock
from bot.pace import Pace
from bot.platforms.port import DeliveryError
from bot.platforms.slack.client import SlackSender
from bot.platforms.slack.pictures import Pictures
from bot.sandbox import RunningWorkspace, running_workspace
from rituals.messages import Chart, Message, Paragraph
from rituals.posts import Parcel, Place
from tests import builders
from tests.bot.sandbox.doors import ANNA, BOT_TOKEN, OPEN, ROOM, Page, client_of, config, page_of
from tests.bot.test_charts import ENGLISH, chart, euros, named

Json = dict[str, Any]

CHART = chart((euros(1), euros(2), euros(3)))
OTHER = chart((euros(3), euros(2), euros(1)))


def parcel(*charts: Chart, to: str = ROOM, **changes: Any) -> Parcel:
    message = Message(kind="x", summary=named("x"), parts=(Paragraph(text=named("words")), *charts))
    return builders.parcel(message=message, destination=to, **changes)


class House:
    """A sender in a workspace, and what people see there."""

    def __init__(self, workspace: RunningWorkspace, page: Page, session: aiohttp.ClientSession) -> None:
        self.page = page
        self.client = client_of(workspace)
        self.client.session = session
        clock = WallClock()
        self.sender = SlackSender(self.client, Pace(clock, {}), clock)
        self.looks = 0
        self.sender.pictures = Pictures(self.client, self.sender._call, sleep=self._look)

    async def _look(self, seconds: float) -> None:
        self.looks += 1

    async def lacks(self, what: str, times: int = 1) -> None:
        assert (await self.page.post("/sandbox/faults", lacks=what, times=times))["ok"]

    async def fault(self, method: str, **more: Any) -> None:
        assert (await self.page.post("/sandbox/faults", method=method, **more))["ok"]

    async def blocks(self, channel: str = ROOM) -> list[list[str]]:
        """The types of the blocks of each message of a channel."""
        messages = (await self.page.get("/api/messages", who=ANNA, channel=channel))["messages"]
        return [[block["type"] for block in message["blocks"]] for message in messages]

    async def images(self, channel: str = ROOM) -> list[Json]:
        messages = (await self.page.get("/api/messages", who=ANNA, channel=channel))["messages"]
        return [block for message in messages for block in message["blocks"] if block["type"] == "image"]

    async def count(self, name: str) -> int:
        found: int = (await self.page.get("/sandbox/counts"))[name]
        return found


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with (
        running_workspace(config()) as workspace,
        page_of(workspace) as page,
        aiohttp.ClientSession() as session,
    ):
        yield House(workspace, page, session)


NATIVE = ["rich_text", "data_visualization", "context"]
PICTURED = ["rich_text", "image", "context"]
IN_WORDS = ["rich_text", "rich_text"]


# --- drawn by Slack ------------------------------------------------------------------------------------------------


async def test_a_workspace_that_draws_charts_is_sent_no_picture(house: House) -> None:
    place = await house.sender.send(parcel(CHART))
    await house.sender.edit(parcel(OTHER), place)
    assert await house.blocks() == [NATIVE]
    assert await house.count("uploads") == 0


async def test_a_third_chart_is_put_into_words(house: House) -> None:
    await house.sender.send(parcel(CHART, OTHER, CHART))
    assert await house.blocks() == [[*NATIVE, *NATIVE[1:], "rich_text"]]


# --- as a picture --------------------------------------------------------------------------------------------------


async def test_a_refused_chart_is_sent_as_a_picture_that_says_what_it_is(house: House) -> None:
    await house.lacks("native_charts")
    await house.sender.send(parcel(CHART))
    assert await house.blocks() == [PICTURED]
    image = (await house.images())[0]
    assert image["alt_text"] == "✓ Adoption"
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{house.client.base_url.removesuffix('/api-slack/')}/files/{image['slack_file']['id']}") as answer,
    ):
        assert answer.content_type == "image/png"
        assert (await answer.read()).startswith(b"\x89PNG")


async def test_one_picture_is_uploaded_for_every_room_that_shows_it(house: House) -> None:
    await house.lacks("native_charts")
    await asyncio.gather(
        *(house.sender.send(parcel(CHART, to=to, key=f"{to}{at}")) for to in (ROOM, ANNA) for at in range(2))
    )
    assert await house.count("uploads") == 1
    images = await house.images() + await house.images(await house.page.dm())
    assert len({image["slack_file"]["id"] for image in images}) == 1
    assert len(images) == 4


async def test_each_language_and_each_state_of_a_chart_has_its_picture(house: House) -> None:
    await house.lacks("native_charts")
    place = await house.sender.send(parcel(CHART))
    await house.sender.edit(parcel(CHART), place)
    assert await house.count("uploads") == 1
    await house.sender.edit(parcel(OTHER), place)
    await house.sender.send(parcel(CHART, locale="fr", key="2"))
    assert await house.count("uploads") == 3
    assert await house.blocks() == [PICTURED, PICTURED]


async def test_a_refusal_is_remembered(house: House) -> None:
    await house.lacks("native_charts")
    await house.sender.send(parcel(CHART))
    assert not house.sender.pictures.native
    await house.page.status("DELETE", "/sandbox/faults")
    await house.sender.send(parcel(OTHER, key="2"))
    assert await house.blocks() == [PICTURED, PICTURED]


class WithAFaultOfOurs:
    """A session that adds a block which no workspace takes to what is posted."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.tries: list[list[str]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def post(self, url: str, *, data: bytes, **more: Any) -> Any:
        if url.endswith("/chat.postMessage"):
            given = json.loads(data)
            self.tries.append([block["type"] for block in given["blocks"]])
            data = json.dumps({**given, "blocks": [*given["blocks"], {"type": "nonsense"}]}).encode()
        return self._session.post(url, data=data, **more)


async def test_a_message_refused_for_another_reason_does_not_change_how_charts_are_sent(house: House) -> None:
    assert house.client.session is not None
    session = WithAFaultOfOurs(house.client.session)
    house.client.session = cast(aiohttp.ClientSession, session)
    with pytest.raises(DeliveryError) as refused:
        await house.sender.send(parcel(CHART))
    assert (refused.value.why, refused.value.permanent) == ("invalid_blocks", True)
    assert session.tries == [NATIVE, PICTURED]
    assert house.sender.pictures.native


async def test_a_chart_without_a_number_is_put_into_words_and_not_uploaded(house: House) -> None:
    await house.lacks("native_charts")
    await house.sender.send(parcel(CHART, chart((None, None)), key="2"))
    assert await house.blocks() == [[*PICTURED, "rich_text"]]
    assert await house.count("uploads") == 1


async def test_a_message_without_charts_is_tried_once(house: House) -> None:
    with pytest.raises(DeliveryError) as refused:
        await house.sender.send(parcel(to=OPEN))
    assert refused.value.why == "not_in_channel"


# --- while Slack is reading it -------------------------------------------------------------------------------------


async def test_a_picture_is_shown_once_slack_has_read_it(house: House) -> None:
    await house.lacks("native_charts")
    await house.lacks("processed_files", times=3)
    await house.sender.send(parcel(CHART))
    assert await house.blocks() == [PICTURED]
    assert house.looks == 2


async def test_a_picture_slack_takes_longer_for_is_waited_for_once_more(house: House) -> None:
    await house.lacks("native_charts")
    await house.lacks("processed_files", times=6)
    await house.sender.send(parcel(CHART))
    assert await house.blocks() == [PICTURED]
    assert await house.count("posts_sent") == 1


async def test_a_picture_slack_never_reads_keeps_the_post_for_later_and_is_surely_not_shown(house: House) -> None:
    await house.lacks("native_charts")
    await house.lacks("processed_files", times=1_000)
    with pytest.raises(DeliveryError) as waiting:
        await house.sender.send(parcel(CHART))
    error = waiting.value
    assert (error.why, error.unknown, error.permanent) == ("invalid slack file", False, False)
    assert error.retry_after == timedelta(seconds=5)
    await house.lacks("processed_files", times=0)
    await house.sender.send(parcel(CHART))
    assert await house.blocks() == [PICTURED]
    assert await house.count("uploads") == 2


# --- when the upload goes wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["reset", "internal_error"])
@pytest.mark.parametrize("stored", [True, False])
async def test_an_upload_that_fails_is_surely_no_message(house: House, method: str, kind: str, stored: bool) -> None:
    await house.lacks("native_charts")
    await house.fault(method, kind=kind, stored=stored)
    with pytest.raises(DeliveryError) as failed:
        await house.sender.send(parcel(CHART))
    assert (failed.value.unknown, failed.value.permanent) == (False, False)
    assert await house.count("posts_sent") == 0
    await house.sender.send(parcel(CHART, failures=1))
    assert await house.blocks() == [PICTURED]


async def test_a_post_that_failed_often_goes_out_in_words(house: House) -> None:
    await house.lacks("native_charts")
    await house.fault("files.getUploadURLExternal", kind="http_500")
    await house.sender.send(parcel(CHART, failures=3))
    assert await house.blocks() == [IN_WORDS]


async def test_without_the_right_to_upload_charts_are_put_into_words(house: House) -> None:
    await house.lacks("native_charts")

    async def forbidden(method: str, call: Any) -> Json:
        raise DeliveryError("missing_scope", retry_after=timedelta(minutes=1))

    house.sender.pictures = Pictures(house.client, forbidden)
    await house.sender.send(parcel(CHART))
    assert await house.blocks() == [IN_WORDS]


async def test_whether_a_picture_was_posted_is_unknown_as_with_any_post(house: House) -> None:
    await house.lacks("native_charts")
    await house.sender.send(parcel(CHART))
    await house.fault("chat.postMessage", kind="reset", stored=True)
    lost = parcel(CHART, key="lost")
    with pytest.raises(DeliveryError) as silent:
        await house.sender.send(lost)
    assert silent.value.unknown
    found = (await house.sender.find(replace(lost, attempted_at=datetime(2026, 1, 5, 8, tzinfo=UTC)))).get(lost.post)
    assert isinstance(found, Place)


async def test_neither_token_nor_names_of_people_are_in_what_is_uploaded(house: House) -> None:
    await house.lacks("native_charts")
    asked: list[Json] = []
    original = house.client.api_call

    async def listening(*args: Any, **given: Any) -> Any:
        asked.append({"method": args[0], **given})
        return await original(*args, **given)

    house.client.api_call = listening  # type: ignore[method-assign]
    await house.sender.send(parcel(CHART))
    queries = [str(each.get("params")) for each in asked if each["method"].startswith("files.")]
    assert len(queries) == 3
    assert not any("Adoption" in query or BOT_TOKEN in query for query in queries)


# --- for answers that cannot wait ----------------------------------------------------------------------------------


async def test_what_is_at_hand_for_an_answer_is_what_was_uploaded_before(house: House) -> None:
    said = parcel(CHART)
    assert house.sender.pictures.at_hand(said.message, ENGLISH) is None
    await house.lacks("native_charts")
    await house.sender.send(said)
    other = parcel(CHART, OTHER).message
    at_hand = house.sender.pictures.at_hand(other, ENGLISH)
    assert at_hand is not None
    assert [file is not None for file in at_hand] == [True, False]
