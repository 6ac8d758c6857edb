"""Pictures that an app uploads and names in its messages, and a workspace that draws no charts."""

from __future__ import annotations

import struct
import zlib

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import RunningWorkspace, running_workspace

from .doors import ANNA, ROOM, Json, Page, client_of, config, page_of, refusal

CHART: Json = {
    "type": "data_visualization",
    "title": "T",
    "chart": {
        "type": "line",
        "series": [{"name": "S", "data": [{"label": "A", "value": 1}]}],
        "axis_config": {"categories": ["A"]},
    },
}


def _picture() -> bytes:
    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00\x00\x72\xb2")
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", body) + part(b"IEND", b"")


PICTURE = _picture()


async def upload(client: AsyncWebClient, content: bytes = PICTURE, *, form: bool = False) -> str:
    """An upload as far as it goes before it is completed; the file's id."""
    place = await client.files_getUploadURLExternal(filename="a.png", length=len(content))
    data: bytes | aiohttp.FormData = content
    if form:
        data = aiohttp.FormData()
        data.add_field("file", content, filename="a.png")
    async with aiohttp.ClientSession() as session, session.post(place["upload_url"], data=data) as answer:
        assert (answer.status, await answer.text()) == (200, f"OK - {len(content)}")
    return str(place["file_id"])


def image(file: str) -> Json:
    return {"type": "image", "slack_file": {"id": file}, "alt_text": "A chart"}


@pytest.mark.parametrize("form", [False, True])
async def test_a_picture_goes_up_and_is_shown_in_a_message(
    workspace: RunningWorkspace, client: AsyncWebClient, page: Page, form: bool
) -> None:
    file = await upload(client, form=form)
    done = await client.files_completeUploadExternal(files=[{"id": file, "title": "Adoption"}])
    assert done["files"] == [{"id": file, "title": "Adoption"}]
    known = (await client.files_info(file=file))["file"]
    assert (known["mimetype"], known["size"], known["title"]) == ("image/png", len(PICTURE), "Adoption")
    await client.chat_postMessage(channel=ROOM, text="t", blocks=[image(file)])
    async with aiohttp.ClientSession() as session, session.get(f"{workspace.url}/files/{file}") as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", PICTURE)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (await page.counts())["uploads"] == 1


async def test_an_upload_is_completed_once_and_after_its_bytes(client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a.png", length=5)
    early = await refusal(client.files_completeUploadExternal(files=[{"id": place["file_id"]}]))
    assert early["error"] == "file_not_found"
    file = await upload(client)
    await client.files_completeUploadExternal(files=[{"id": file}])
    again = await refusal(client.files_completeUploadExternal(files=[{"id": file}]))
    assert again["error"] == "file_not_found"


async def test_an_upload_address_takes_what_was_announced_and_once(client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a.png", length=5)
    async with aiohttp.ClientSession() as session:
        statuses = []
        for content in (b"1234", b"12345", b"12345"):
            async with session.post(place["upload_url"], data=content) as answer:
                statuses.append(answer.status)
    assert statuses == [400, 200, 400]


@pytest.mark.parametrize("length", ["0", "x", str(10**9)])
async def test_an_upload_of_no_size_is_refused(client: AsyncWebClient, length: str) -> None:
    given = {"filename": "a.png", "length": length}
    assert (await refusal(client.api_call("files.getUploadURLExternal", params=given)))["error"] == "invalid_arguments"


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
async def test_only_a_picture_is_shown(workspace: RunningWorkspace, client: AsyncWebClient, content: bytes) -> None:
    file = await upload(client, content)
    await client.files_completeUploadExternal(files=[{"id": file}])
    refused = await refusal(client.chat_postMessage(channel=ROOM, text="t", blocks=[image(file)]))
    assert refused["response_metadata"]["messages"] == [
        "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"
    ]
    async with aiohttp.ClientSession() as session, session.get(f"{workspace.url}/files/{file}") as answer:
        assert answer.status == 404


async def test_a_file_that_is_not_there_is_shown_nowhere(client: AsyncWebClient) -> None:
    context = {"type": "context", "elements": [{"type": "plain_text", "text": "t"}, image("F0NONE")]}
    section = {"type": "section", "text": {"type": "plain_text", "text": "t"}, "accessory": image("F0NONE")}
    for block, where in ((context, "/blocks/0/elements/1"), (section, "/blocks/0/accessory")):
        refused = await refusal(client.chat_postMessage(channel=ROOM, text="t", blocks=[block]))
        assert refused["errors"] == [f"invalid slack file [json-pointer:{where}/slack_file]"]
    assert (await refusal(client.files_info(file="F0NONE")))["error"] == "file_not_found"


async def test_a_workspace_may_take_its_time_to_read_a_file(client: AsyncWebClient, page: Page) -> None:
    await page.post("/sandbox/faults", lacks="processed_files", times=2)
    file = await upload(client)
    await client.files_completeUploadExternal(files=[{"id": file}])
    assert (await client.files_info(file=file))["file"]["mimetype"] == ""
    assert (await refusal(client.chat_postMessage(channel=ROOM, text="t", blocks=[image(file)])))["error"] == (
        "invalid_blocks"
    )
    assert (await client.files_info(file=file))["file"]["mimetype"] == "image/png"
    await client.chat_postMessage(channel=ROOM, text="t", blocks=[image(file)])


async def test_a_workspace_may_draw_no_charts_until_faults_are_cleared(client: AsyncWebClient, page: Page) -> None:
    posted = await client.chat_postMessage(channel=ROOM, text="t", blocks=[CHART])
    await page.post("/sandbox/faults", lacks="native_charts")
    assert (await page.get("/sandbox/faults"))["faults"] == [{"lacks": "native_charts", "times": 1}]
    for call in (
        client.chat_postMessage(channel=ROOM, text="t", blocks=[CHART]),
        client.chat_update(channel=ROOM, ts=str(posted["ts"]), text="t", blocks=[CHART]),
        client.chat_postEphemeral(channel=ROOM, user=ANNA, text="t", blocks=[CHART]),
    ):
        refused = await refusal(call)
        assert refused["errors"] == ["unsupported type: data_visualization [json-pointer:/blocks/0/type]"]
    assert await page.status("DELETE", "/sandbox/faults") == 200
    await client.chat_postMessage(channel=ROOM, text="t", blocks=[CHART])


@pytest.mark.parametrize(
    "fault", [{"lacks": "manners"}, {"lacks": "native_charts", "times": "x"}, {"lacks": 1, "a": 2}]
)
async def test_a_workspace_does_without_nothing_it_does_not_know(page: Page, fault: Json) -> None:
    assert (await page.post("/sandbox/faults", **fault))["error"] == "invalid_fault"


async def test_pictures_are_there_after_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("workspace") / "data.sqlite"
    async with running_workspace(config(), data) as before:
        client = client_of(before)
        file = await upload(client)
        await client.files_completeUploadExternal(files=[{"id": file}])
    async with running_workspace(config(), data) as after, page_of(after) as page:
        assert await page.status("GET", f"/files/{file}") == 200
        await client_of(after).chat_postMessage(channel=ROOM, text="t", blocks=[image(file)])
