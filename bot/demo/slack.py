"""Slack as people have it before them: a client of the local workspace's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.demo.chat import ANSWERED, Button, Form, Given, News, Question, Shown, Someone, language_of, refusal
from bot.demo.page import Json, Page

SELECTS = {"static_select", "multi_static_select"}


class SlackChat:
    """Answers `bot.demo.chat.Chat`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._rooms: dict[str, str] = {}  # user -> direct conversation with the app
        self._owners: dict[str, str] = {}
        self._since = 0

    async def find(self, email: str) -> Someone:
        """Who has that address."""
        found = (await self._page.get("/api/people", q=email))["people"][0]
        user = str(found["id"])
        state = await self._page.get("/api/state", **{"as": user})
        room = str(state["dm"]["id"])
        self._rooms[user], self._owners[room] = room, user
        self._since = state["sequence"]
        return Someone(user=user, language=language_of(str(found["locale"])), room=room)

    async def news(self) -> Sequence[News]:
        """What is new in people's direct messages."""
        answer = await self._page.get("/api/changes", since=self._since)
        self._since = answer["sequence"]
        return [
            News(user=self._owners[change["channel"]], message=change["ts"], at=float(change["ts"]))
            for change in answer["changes"]
            if change["type"] in {"message", "changed"} and change["channel"] in self._owners
        ]

    async def message(self, user: str, message: str) -> Shown | None:
        """A message as it is now."""
        told = await self._page.get("/api/messages", **{"as": user, "channel": self._rooms[user]})
        found = next((one for one in told["messages"] if one["ts"] == message), None)
        if found is None:
            return None
        return Shown(buttons=tuple(_buttons(found)), questions=tuple(_menus(found)))

    async def press(self, user: str, message: str, button: Button, given: Given | None = None) -> str:
        """Presses a button, and says yes where it asks back."""
        block, element = button.own
        asked = {
            "as": user,
            "container": {"channel": self._rooms[user], "ts": message},
            "block_id": block,
            "action_id": element,
            "value": button.value,
            "confirmed": True,
        }
        if given:
            shown = await self.message(user, message) or Shown()
            asked["values"] = {
                menu.own[0]: {menu.own[1]["action_id"]: _picked(menu.own[1], given[menu.name])}
                for menu in shown.questions
                if menu.name in given
            }
        return refusal(await self._page.post("/api/actions", asked))

    async def form(self, user: str) -> Form | None:
        """The view that is open."""
        view = await self._view(user)
        if view is None:
            return None
        questions = tuple(
            Question(name=block["block_id"], options=_options(block["element"]), own=block["element"])
            for block in view["blocks"]
            if block["type"] == "input"
        )
        return Form(id=view["id"], about=view.get("private_metadata", ""), questions=questions)

    async def submit(self, user: str, form: Form, answers: Mapping[str, str]) -> str:
        """Sends the view."""
        values: Json = {}
        for question in form.questions:
            element = question.own
            said: Json = {"type": element["type"], "value": answers[question.name]}
            if question.options:
                said = _picked(element, (answers[question.name],))
            values[question.name] = {element["action_id"]: said}
        return refusal(await self._page.post("/api/view/submit", {"as": user, "view": form.id, "values": values}))

    async def close(self, user: str, form: Form) -> None:
        """Closes the view."""
        await self._page.post("/api/view/close", {"as": user, "view": form.id})

    async def _view(self, user: str) -> Json | None:
        view: Json | None = (await self._page.get("/api/view", **{"as": user}))["view"]
        return view


def _buttons(message: Json) -> Iterator[Button]:
    for block in message.get("blocks") or []:
        for element in block["elements"] if block.get("type") == "actions" else ():
            if element["type"] == "button":
                yield Button(
                    action=element["action_id"].partition("|")[0],
                    value=element.get("value", ""),
                    answered=str(element["text"]["text"]).startswith(ANSWERED),
                    primary=element.get("style") == "primary",
                    own=(block["block_id"], element["action_id"]),
                )


def _menus(message: Json) -> Iterator[Question]:
    for block in message.get("blocks") or []:
        for element in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and element.get("type") in SELECTS:
                name = block["block_id"]
                yield Question(name=name.rpartition("|")[2], options=_options(element), own=(name, element))


def _options(element: Json) -> tuple[str, ...]:
    return tuple(str(one["value"]) for one in element.get("options", ()))


def _picked(element: Json, values: Sequence[str]) -> Json:
    chosen = [one for one in element["options"] if one["value"] in values]
    if element["type"] == "multi_static_select":
        return {"type": element["type"], "selected_options": chosen}
    return {"type": element["type"], "selected_option": chosen[0] if chosen else None}
