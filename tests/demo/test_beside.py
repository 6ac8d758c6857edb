"""What stands between Comitia and the Playground: what it passes on, what it keeps, and what it makes of a deletion."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.demo import horizon
from bot.demo.beside import BESIDE, Beside, Came, object_id
from bot.demo.clock import FollowedClock
from bot.demo.colleagues import Colleagues
from bot.web import serving

Json = dict[str, Any]

SAM, CAMILLE = horizon.PLAYED
MINE = "a:mine"
WITHDRAWN = {"type": "message", "summary": "Taken back."}
ASKED = ("claims-assistant", "support-chatbot", "recommender")


@dataclass(slots=True, kw_only=True)
class Around:
    """The Playground and Comitia on either side; the Playground takes no deletion, Comitia asks form after form."""

    beside: Beside
    http: aiohttp.ClientSession
    passed_on: list[tuple[str, str, Json]] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    later: list[asyncio.Future[aiohttp.ClientResponse]] = field(default_factory=list)

    async def playground(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        self.passed_on.append((request.method, request.path, body))
        if request.method == "DELETE":
            return web.json_response({"error": {"code": "DeleteActivityAPINotImplemented"}}, status=501)
        return web.json_response({"id": "1"})

    async def comitia(self, request: web.Request) -> web.Response:
        data = (await request.json())["value"]["action"]["data"]
        left = ASKED[len(self.marked) :]
        if "form" in data:
            self.marked.append(data["subject"].partition(":")[2])
            if len(self.marked) < len(ASKED):
                there = f"{self.beside.url}/v3/conversations/{BESIDE}{object_id(CAMILLE)}/activities"
                following = self.http.post(there, json=message(form(ASKED[len(self.marked)])))
                # Once the click is answered.
                asyncio.get_running_loop().call_later(0.01, lambda: self.later.append(asyncio.ensure_future(following)))
            return web.json_response({"value": card([])})
        return web.json_response({"value": form(left[0])})


@asynccontextmanager
async def around() -> AsyncIterator[Around]:
    async with aiohttp.ClientSession() as http:
        clock = FollowedClock(datetime.fromisoformat(horizon.START), flowing=False)
        both = Around(beside=Beside(http, clock, at="", mine={object_id(SAM): MINE}, withdrawn=WITHDRAWN), http=http)
        there = web.Application()
        there.router.add_post("/messages", both.comitia)
        there.router.add_route("*", "/{rest:.*}", both.playground)
        async with (
            serving(there, host="127.0.0.1", port=0) as port,
            serving(both.beside.app(), host="127.0.0.1", port=0) as own,
        ):
            both.beside._at = f"http://127.0.0.1:{port}"
            both.beside.url, both.beside.messages = f"http://127.0.0.1:{own}", f"http://127.0.0.1:{port}/messages"
            yield both


def card(actions: list[Json], *inputs: Json) -> Json:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(inputs), "actions": actions}


def form(initiative: str) -> Json:
    send = {"type": "Action.Execute", "title": "Send", "data": {"form": "marks", "subject": f"sitting:{initiative}"}}
    choices = [{"title": str(mark), "value": str(mark)} for mark in range(1, 6)]
    return card([send], {"type": "Input.ChoiceSet", "id": "answer.value", "choices": choices})


def message(content: Json) -> Json:
    return {"type": "message", "summary": "Marks wanted", "attachments": [{"content": content}]}


async def test_what_is_taken_back_is_edited_where_nothing_can_be_deleted() -> None:
    async with (
        around() as both,
        both.http.delete(f"{both.beside.url}/v3/conversations/{MINE}/activities/7") as answer,
    ):
        assert answer.status == 200
    assert both.passed_on == [("PUT", f"/v3/conversations/{MINE}/activities/7", WITHDRAWN)]


async def test_what_is_new_is_told_by_its_place_and_the_words_of_its_notification() -> None:
    async with around() as both:
        base = f"{both.beside.url}/v3/conversations"
        await both.http.post(f"{base}/{MINE}/activities", json=message(card([])))
        channel = {"isGroup": True, "channelData": {"channel": {"id": "19:news"}}, "activity": {"summary": "This week"}}
        await both.http.post(base, json=channel)
        await both.http.put(f"{base}/{MINE}/activities/1", json=message(card([])))
    assert both.beside.shown == [
        Came(place=MINE, words="Marks wanted"),
        Came(place="19:news", words="This week"),
    ]


async def test_the_page_is_open_once_somebody_is_looked_up_where_they_are_alone() -> None:
    async with around() as both:
        await both.http.get(f"{both.beside.url}/v3/conversations/19:committee/members/29:sam")
        assert not both.beside.opened.is_set()
        await both.http.get(f"{both.beside.url}/v3/conversations/{MINE}/members/29:sam")
        assert both.beside.opened.is_set()


@pytest.mark.parametrize("played", [frozenset({SAM.email}), frozenset({CAMILLE.email})], ids=["beside", "played"])
async def test_a_colleague_marks_every_initiative_though_each_form_comes_as_a_message(played: frozenset[str]) -> None:
    async with around() as both:
        both.beside.quiet = lambda: len(both.marked) == len(ASKED)
        crowd = Colleagues(both.beside, people=[CAMILLE.email], leaning={}, seed=7, played=played, grain=0)
        await crowd.arrive()
        button = {"type": "Action.Execute", "title": "Marks", "data": {"action": "open-marks", "value": "sitting:x"}}
        there = f"{both.beside.url}/v3/conversations/{BESIDE}{object_id(CAMILLE)}/activities"
        await both.http.post(there, json=message(card([button])))
        await crowd.notice()
        await crowd.act(float("inf"))
    assert both.marked == ([] if CAMILLE.email in played else list(ASKED))
