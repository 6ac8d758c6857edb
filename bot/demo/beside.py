"""What stands between Comitia and Microsoft's Agents Playground, which knows six people: it is all the others.

A connector of its own on loopback: what is for a place in the Playground is passed on to it as it is, and what is for
somebody beside it ends here, where scripted colleagues find it (`bot.demo.chat.Chat`).
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.demo import horizon
from bot.demo.chat import ANSWERED, LOST, Button, Form, Given, News, Question, Shown, Someone, language_of
from bot.demo.homes import APP, TENANT
from bot.tenant import cards
from bot.tenant.config import made_guid
from rituals.ports import Clock

Json = dict[str, Any]

BOT = f"28:{APP}"

BESIDE = "beside:"
"""How the ids of conversations begin that are not in the Playground."""

ANSWER = "answer."
"""How the ids of a card's inputs begin."""


def object_id(person: horizon.Character) -> str:
    """Somebody's Entra object id."""
    return made_guid(person.email)


def user_id(person: horizon.Character) -> str:
    """Somebody as Teams names them to bots."""
    return f"29:{object_id(person)}"


BREATH = 0.004
LOOKS = 500
"""How often somebody looks whether another form follows the one they sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Something new in a place of the Playground, in the words of its notification."""

    place: str
    words: str


@dataclass(slots=True, kw_only=True)
class _Mailbox:
    """What somebody beside the Playground has before them."""

    person: horizon.Character
    cards: dict[str, Json] = field(default_factory=dict)  # message -> card
    form: Json | None = None


class Beside:
    """The connector. `at`: the Playground's own; `mine`: who looks at it, and which conversation is theirs alone.

    `withdrawn`: what stands where a message was taken back: the Playground deletes none.
    `messages` and `quiet`: where Comitia takes activities, and whether it is done with them, told once it listens.
    """

    def __init__(
        self, session: aiohttp.ClientSession, clock: Clock, *, at: str, mine: Mapping[str, str], withdrawn: Json
    ) -> None:
        self._session = session
        self._clock = clock
        self._at = at
        self._mine = mine
        self._withdrawn = withdrawn
        self._boxes: dict[str, _Mailbox] = {
            object_id(person): _Mailbox(person=person)
            for person in (*horizon.CAST, *horizon.extras())
            if object_id(person) not in mine
        }
        self._news: list[News] = []
        self._ids = itertools.count(1)
        self.url = ""
        self.messages = ""
        self.quiet: Callable[[], bool] = lambda: True
        self.opened = asyncio.Event()
        """Somebody has opened the Playground's page: what was said before, it does not show."""
        self.shown: list[Came] = []
        """What was new in the Playground, one after the other."""

    def app(self) -> web.Application:
        """Its routes."""
        app = web.Application()
        app.router.add_post("/v3/conversations", self._converse)
        app.router.add_route("*", "/v3/conversations/{conversation}/{rest:.*}", self._speak)
        app.router.add_route("*", "/{rest:.*}", self._pass_on)
        return app

    # --- the connector ----------------------------------------------------------------------------------------------

    async def _converse(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if asked.get("isGroup"):
            return await self._pass_on(request)
        user = str(asked["members"][0]["id"]).removeprefix("29:")
        return web.json_response({"id": self._mine.get(user, f"{BESIDE}{user}")}, status=201)

    async def _speak(self, request: web.Request) -> web.Response:
        box = self._boxes.get(request.match_info["conversation"].removeprefix(BESIDE))
        if box is None:
            return await self._pass_on(request)
        if request.method not in {"POST", "PUT"}:
            return web.Response()
        user = object_id(box.person)
        message = request.match_info["rest"].partition("/")[2] or str(next(self._ids))
        said = await request.json()
        for attachment in said.get("attachments", ()):
            if _is_form(attachment["content"]):
                box.form = attachment["content"]  # the one that follows the form they sent
                continue
            box.cards[message] = attachment["content"]
            self._news.append(News(user=user, message=message, at=self._clock.now().timestamp()))
        return web.json_response({"id": message}, status=201 if request.method == "POST" else 200)

    async def _pass_on(self, request: web.Request) -> web.Response:
        url = f"{self._at}{request.rel_url.raw_path_qs}"
        method, body = request.method, await request.read()
        if method == "DELETE":
            method, body = "PUT", json.dumps(self._withdrawn).encode()
        if method == "GET" and request.match_info.get("conversation") in self._mine.values():
            # As it opens, the page says that the app was installed: Comitia asks who it is that has it now.
            self.opened.set()
        headers = {"Content-Type": "application/json"} if body else {}
        async with self._session.request(method, url, data=body, headers=headers) as answer:
            if method == "POST" and answer.ok:
                self.shown.append(_came(request.match_info.get("conversation"), json.loads(body)))
            return web.Response(status=answer.status, body=await answer.read(), content_type=answer.content_type)

    # --- people, as `bot.demo.chat.Chat` has them -------------------------------------------------------------------

    async def find(self, email: str) -> Someone:
        """Who has that address."""
        user, box = next((user, box) for user, box in self._boxes.items() if box.person.email == email)
        return Someone(user=user, language=language_of(box.person.locale), room=f"{BESIDE}{user}")

    async def news(self) -> Sequence[News]:
        """What is new for those beside the Playground."""
        news, self._news = self._news, []
        return news

    async def message(self, user: str, message: str) -> Shown | None:
        """A message as it is now."""
        card = self._boxes[user].cards.get(message)
        return None if card is None else Shown(buttons=_buttons(card), questions=_questions(card))

    async def press(self, user: str, message: str, button: Button, given: Given | None = None) -> str:
        """Presses a button of the card, with what was chosen in it."""
        box = self._boxes[user]
        given = given or {}
        inputs = {one.own: ",".join(given[one.name]) for one in _questions(box.cards[message]) if one.name in given}
        return await self._invoke(box, message, {**button.own, "data": button.own["data"] | inputs})

    async def form(self, user: str) -> Form | None:
        """The form that stands before somebody."""
        card = self._boxes[user].form
        if card is None:
            return None
        about = next(one.action["data"]["subject"] for one in cards.buttons(card) if "form" in one.action["data"])
        return Form(id="", about=about, questions=_questions(card))

    async def submit(self, user: str, form: Form, answers: Mapping[str, str]) -> str:
        """Sends the form."""
        box = self._boxes[user]
        assert box.form is not None
        send = next(one.action for one in cards.buttons(box.form) if "form" in one.action["data"])
        inputs = {one.own: answers[one.name] for one in form.questions}
        box.form = None
        why = await self._invoke(box, "", {**send, "data": send["data"] | inputs})
        # A form that follows comes a moment later, as a message of its own.
        for _ in range(LOOKS):
            if why or box.form is not None or self.quiet():
                break
            await asyncio.sleep(BREATH)
        return why

    async def close(self, user: str, form: Form) -> None:
        """Leaves the form."""
        self._boxes[user].form = None

    async def _invoke(self, box: _Mailbox, message: str, action: Json) -> str:
        """As Teams tells of a click; why it came to nothing."""
        user = object_id(box.person)
        raw = activity(box.person, {"id": f"{BESIDE}{user}", "conversationType": "personal"}, service_url=self.url)
        pressed = {name: action[name] for name in ("type", "verb", "data") if name in action}
        raw |= {"type": "invoke", "name": "adaptiveCard/action", "replyToId": message, "value": {"action": pressed}}
        try:
            async with self._session.post(self.messages, json=raw) as answer:
                said = await answer.json() if answer.ok else {}
        except aiohttp.ClientError:
            return min(LOST)
        if not answer.ok:
            return str(answer.status)
        if cards.is_card(said.get("value")):
            if _is_form(said["value"]):
                box.form = said["value"]
            elif message:
                box.cards[message] = said["value"]
        return ""


def activity(person: horizon.Character, conversation: Json, *, service_url: str) -> Json:
    """What every activity of somebody's has."""
    return {
        "id": made_guid(f"{person.email}:{conversation['id']}"),
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": user_id(person), "aadObjectId": object_id(person), "name": person.name},
        "recipient": {"id": BOT, "name": "Comitia"},
        "conversation": {**conversation, "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": person.locale,
        "entities": [{"type": "clientInfo", "locale": person.locale, "timezone": person.zone}],
    }


def _came(conversation: str | None, body: Json) -> Came:
    """What a POST to the connector shows: in a conversation there is, or as a new one in a channel."""
    if conversation is not None:
        return Came(place=conversation.partition(";")[0], words=str(body.get("summary", "")))
    return Came(place=str(body["channelData"]["channel"]["id"]), words=str(body["activity"].get("summary", "")))


def _is_form(card: Json) -> bool:
    return any("form" in one.action.get("data", {}) for one in cards.buttons(card))


def _buttons(card: Json) -> tuple[Button, ...]:
    return tuple(
        Button(
            action=one.action["data"]["action"],
            value=one.action["data"].get("value", ""),
            answered=str(one.action.get("title", "")).startswith(ANSWERED),
            primary=one.action.get("style") == "positive",
            own=one.action,
        )
        for one in cards.buttons(card)
        if "action" in one.action.get("data", {})
    )


def _questions(card: Json) -> tuple[Question, ...]:
    return tuple(
        Question(
            name=one["id"].removeprefix(ANSWER).rpartition("|")[2],
            options=tuple(choice["value"] for choice in one.get("choices", ())),
            own=one["id"],
        )
        for one in cards.inputs(card)
    )
