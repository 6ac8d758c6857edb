"""The route for activities answers each in our own words, and nobody outside can make it fail."""

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from bot.platforms.teams import door as doors
from bot.platforms.teams.activities import Malformed
from bot.platforms.teams.answers import Answer
from bot.platforms.teams.door import MOST
from bot.web import serving
from tests.bot.platforms.teams.microsoft import (
    Clock,
    Knock,
    Served,
    activity,
    authentication,
    execute,
    knocking,
    microsoft,
    open_door,
    signed,
)

GOOD = signed()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", 400),
        (b"vote", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"7", 400),
        (b"null", 400),
        (b"\xff\xfe\x00", 400),
        (b"[" * 200_000, 400),
        (b"1" * 10_000, 400),
        (json.dumps(activity(conversation=None)).encode(), 400),
        (json.dumps(execute(value={"action": "vote"})).encode(), 400),
        (json.dumps(execute(value={"action": {"verb": {}, "data": 7}})).encode(), 400),
        (json.dumps(execute(name="task/submit", value=7)).encode(), 400),
        (b'"' + b"x" * MOST + b'"', 413),
    ],
    ids=lambda given: str(given)[:40],
)
async def test_what_is_no_activity_is_refused_before_it_is_served(body: bytes, outcome: int) -> None:
    served = Served()

    async with open_door(served) as (knock, _, _):
        assert await knock(body, bearer=GOOD) == outcome

    assert served.raws == []


async def test_nothing_is_read_of_what_is_too_large_or_not_signed() -> None:
    async with open_door(Served()) as (knock, _, _):
        url = URL(knock.url)
        for header, outcome in (
            (f"Authorization: {GOOD}\r\nContent-Length: {MOST + 1}", 413),
            ("Content-Length: 9", 401),
        ):
            reader, writer = await asyncio.open_connection(url.host, url.port)
            head = f"POST {url.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{header}\r\n\r\n"
            writer.write(head.encode())

            assert (await reader.readline()).decode().split()[1] == str(outcome)
            writer.close()


async def test_a_body_without_a_length_is_cut_off_at_the_same_size() -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(32):
            yield b"x" * (MOST // 16)

    async with open_door(Served()) as (knock, _, _):
        headers = {"Content-Type": "application/json", "Authorization": GOOD}
        async with knock.session.post(knock.url, data=endless(), headers=headers) as response:
            assert response.status == 413


async def test_a_body_that_does_not_arrive_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "READ_WITHIN", 0.05)
    over = asyncio.Event()

    async def halting() -> AsyncIterator[bytes]:
        yield b"{"
        await over.wait()

    async with open_door(Served()) as (knock, _, _):
        headers = {"Content-Type": "application/json", "Authorization": GOOD}
        async with knock.session.post(knock.url, data=halting(), headers=headers) as response:
            assert response.status == 408
        over.set()


async def test_a_body_that_says_it_is_compressed_and_is_not_is_refused() -> None:
    async with open_door(Served()) as (knock, _, _):
        for encoding in ("gzip", "deflate", "br", "zstd"):
            assert await knock(activity(), bearer=GOOD, headers={"Content-Encoding": encoding}) == 400


async def test_a_small_body_that_unpacks_to_a_large_one_is_refused() -> None:
    async with open_door(Served()) as (knock, _, _):
        packed = gzip.compress(b" " * (MOST * 8))
        assert await knock(packed, bearer=GOOD, headers={"Content-Encoding": "gzip"}) == 413


async def test_who_hangs_up_while_sending_is_no_fault_of_ours() -> None:
    begun, answered = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def handle(request: web.Request) -> web.Response:
        begun.set()
        answered.set_result(await door.handle(request))
        return web.Response()

    app = web.Application()
    app.router.add_post("/", handle)
    async with (
        microsoft() as stand_in,
        authentication(stand_in, Clock()) as ours,
        serving(app, host="127.0.0.1", port=0) as port,
    ):
        door = doors.Door(ours, Served())
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: {GOOD}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        await begun.wait()
        writer.close()

        assert (await answered).status == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_what_does_not_call_itself_json_is_refused(kind: str) -> None:
    async with open_door(Served()) as (knock, _, _):
        assert await knock(activity(), bearer=GOOD, headers={"Content-Type": kind}) == 415


async def test_the_activity_is_served_as_it_was_sent() -> None:
    served, raw = Served(), activity(futureField={"x": [1, None]}, **{"from": {"id": "29:x", "role": "user"}})

    async with open_door(served) as (knock, _, _):
        assert await knock.asking(raw, bearer=GOOD) == (200, None)

    assert served.raws == [raw]


async def test_what_no_database_takes_is_replaced_and_a_whole_emoji_kept() -> None:
    served = Served()

    async with open_door(served) as (knock, _, _):
        raw = json.dumps(activity(text="AB😀", value={"AB": ["AB"]})).replace("AB", "a\\ud83d\\u0000").encode()
        assert await knock(raw, bearer=GOOD) == 200

    assert (served.raws[0]["text"], served.raws[0]["value"]) == ("a??😀", {"a??": ["a??"]})


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body={"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {"body": []}}),
        Answer(body={"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Noté 👍"}),
        Answer(body={"task": {"type": "continue", "value": {"title": "Vote", "card": {}}}}),
        Answer(body={}),
        Answer(status=412, body={"statusCode": 412, "type": "application/vnd.microsoft.error", "value": {}}),
        Answer(),
    ],
)
async def test_an_invoke_is_answered_with_what_it_was_served(answer: Answer) -> None:
    async with open_door(Served(answer)) as (knock, _, _):
        assert await knock.asking(execute(), bearer=GOOD) == (answer.status, answer.body)


async def test_what_asks_for_no_answer_gets_none() -> None:
    async with open_door(Served(Answer(status=418, body={"said": "aloud"}))) as (knock, _, _):
        assert await knock.asking(activity(), bearer=GOOD) == (200, None)
    async with open_door(Served()) as (knock, _, _):
        assert await knock.asking(execute(name="composeExtension/query"), bearer=GOOD) == (200, None)


async def test_what_the_listeners_find_malformed_is_the_senders_fault() -> None:
    async def serve(_: dict[str, Any]) -> Answer | None:
        raise Malformed("value.data.action")

    async with open_door(serve) as (knock, _, _):
        assert await knock(execute(), bearer=GOOD) == 400


@pytest.mark.parametrize("raw", [activity(text="my secret"), execute({"answer": "my secret"})])
async def test_a_fault_of_ours_is_logged_once_and_told_to_nobody(
    raw: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def serve(raw: dict[str, Any]) -> Answer | None:
        raise RuntimeError(f"cannot read {raw}")

    with caplog.at_level(logging.WARNING):
        async with open_door(serve) as (knock, _, _):
            assert await knock.asking(raw, bearer=GOOD) == (500, None)

    (record,) = caplog.records
    assert record.__dict__["reference"] in record.getMessage()
    assert record.__dict__["why"].startswith("RuntimeError at test_door.py:")
    assert record.exc_info is None
    assert "secret" not in str(record.__dict__)


async def test_an_answer_that_is_no_json_is_a_fault_of_ours_too(caplog: pytest.LogCaptureFixture) -> None:
    async with open_door(Served(Answer(body={"at": object()}))) as (knock, _, _):
        assert await knock(execute(), bearer=GOOD) == 500

    assert [record.__dict__.get("action") for record in caplog.records if record.levelno >= logging.ERROR] == ["fault"]


async def test_refusals_are_logged_by_a_word_without_token_or_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        async with open_door(Served()) as (knock, _, _):
            await knock(activity(text="my secret"), bearer=signed(number=2))
            await knock(activity(conversation={"id": ["my secret"]}), bearer=GOOD)

    told = [record.__dict__["why"] for record in caplog.records if record.__dict__.get("action") == "activity_refused"]
    assert told == ["signature", "conversation.id"]
    assert not any("secret" in str(record.__dict__) or "eyJ" in str(record.__dict__) for record in caplog.records)


async def test_who_is_refused_is_told_how_to_ask_and_who_must_wait_for_how_long() -> None:
    async with microsoft() as stand_in, authentication(stand_in, Clock()) as ours:
        stand_in.down = True
        async with knocking(ours, Served()) as knock, knock.session.post(knock.url, json=activity()) as unsigned:
            headers = {"Authorization": GOOD}
            async with knock.session.post(knock.url, json=activity(), headers=headers) as waiting:
                assert (unsigned.status, unsigned.headers["WWW-Authenticate"]) == (401, "Bearer")
                assert (waiting.status, waiting.headers["Retry-After"]) == (503, "5")


async def test_two_thousand_activities_at_thirty_two_at_once_are_all_served() -> None:
    served = Served(Answer(body={"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": ""}))
    raws = [activity(), execute(), activity(type="installationUpdate", action="add"), execute(name="task/submit")]
    bearers = [signed({"jti": str(number)}) for number in range(8)]
    bodies = [json.dumps(raw).encode() for raw in raws]

    async def client(knock: Knock, numbers: range) -> list[int]:
        return [await knock(bodies[number % 4], bearer=bearers[number % 8]) for number in numbers]

    async with open_door(served) as (knock, _, _):
        outcomes = await asyncio.gather(*(client(knock, range(first, 2000, 32)) for first in range(32)))

    assert {outcome for client_outcomes in outcomes for outcome in client_outcomes} == {200}
    assert len(served.raws) == 2000
