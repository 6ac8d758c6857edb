"""Teams as people have it before them: a client of the local tenant's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.demo.chat import ANSWERED, Button, Form, Given, News, Question, Shown, Someone, language_of, refusal
from bot.demo.page import Json, Page

ANSWER = "answer."
"""How the ids of a card's inputs begin."""


class TeamsChat:
    """Answers `bot.demo.chat.Chat`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._rooms: dict[str, str] = {}  # user -> personal conversation with the app
        self._owners: dict[str, str] = {}
        self._since = 0

    async def find(self, email: str) -> Someone:
        """Who has that address."""
        found = (await self._page.get("/page/people", q=email))["people"][0]
        user = str(found["id"])
        state = await self._page.get("/page/state", **{"as": user})
        room = str(state["conversations"][0]["id"])
        self._rooms[user], self._owners[room] = room, user
        self._since = state["sequence"]
        return Someone(user=user, language=language_of(str(found["locale"])), room=room)

    async def news(self) -> Sequence[News]:
        """What is new in people's chats with the app."""
        answer = await self._page.get("/page/changes", since=self._since)
        self._since = answer["sequence"]
        return [
            News(user=self._owners[change["conversation"]], message=change["id"], at=change["message"]["at"])
            for change in answer["changes"]
            if change["type"] in {"message", "changed"}
            and change["conversation"] in self._owners
            and "message" in change
        ]

    async def message(self, user: str, message: str) -> Shown | None:
        """A message as it is now."""
        told = await self._page.get("/page/messages", **{"as": user, "conversation": self._rooms[user]})
        found = next((one for one in told["messages"] if one["id"] == message), None)
        if found is None:
            return None
        return Shown(buttons=tuple(_buttons(found)), questions=tuple(_questions(found)))

    async def press(self, user: str, message: str, button: Button, given: Given | None = None) -> str:
        """Presses a button of the card, with what was chosen in it."""
        asked = {"as": user, "conversation": self._rooms[user], "message": message, "data": _named(button)}
        if given:
            shown = await self.message(user, message) or Shown()
            asked["inputs"] = {one.own: list(given[one.name]) for one in shown.questions if one.name in given}
        return _end(await self._page.post("/page/press", asked))

    async def form(self, user: str) -> Form | None:
        """The dialog that is open."""
        dialog: Json | None = (await self._page.get("/page/dialog", **{"as": user}))["dialog"]
        if dialog is None:
            return None
        about = next((one["data"].get("subject", "") for one in dialog["buttons"] if "data" in one), "")
        return Form(id=dialog["id"], about=about, questions=tuple(_questions(dialog)))

    async def submit(self, user: str, form: Form, answers: Mapping[str, str]) -> str:
        """Sends the dialog."""
        inputs = {one.own: answers[one.name] for one in form.questions}
        return _end(await self._page.post("/page/dialog/submit", {"as": user, "dialog": form.id, "inputs": inputs}))

    async def close(self, user: str, form: Form) -> None:
        """Closes the dialog."""
        await self._page.post("/page/dialog/close", {"as": user, "dialog": form.id})


def _end(answer: Json) -> str:
    """Why a click came to nothing: the tenant refused it, or the app met a fault."""
    return "fault" if answer.get("shown", {}).get("kind") == "error" else refusal(answer)


def _named(button: Button) -> Json:
    return {"action": button.action, "value": button.value}


def _buttons(message: Json) -> Iterator[Button]:
    for one in message["buttons"]:
        data = one.get("data", {})
        if "action" in data:
            yield Button(
                action=data["action"],
                value=data.get("value", ""),
                answered=str(one.get("title", "")).startswith(ANSWERED),
                primary=one.get("style") == "positive",
            )


def _questions(card: Json) -> Iterator[Question]:
    for one in card["inputs"]:
        name = one["id"].removeprefix(ANSWER).rpartition("|")[2]
        yield Question(name=name, options=tuple(choice["value"] for choice in one.get("choices", ())), own=one["id"])
