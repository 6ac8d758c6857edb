"""What people do with cards and dialogs, and what the app's answers make of it, as Teams' clients have it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from bot.local.json_types import Json
from bot.local.routes import PageError
from bot.tenant.activities import THEME, Activities
from bot.tenant.cards import Button, buttons, inputs, is_card, too_new
from bot.tenant.config import Person
from bot.tenant.conversations import CARD_TYPE, Conversation, Message
from bot.tenant.errors import Undelivered
from bot.tenant.line import Line
from bot.tenant.tenant import Tenant

TOAST = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"
_SIZES = ("small", "medium", "large")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which button of a card somebody means: by its place, or the first with that title, verb or data."""

    index: int | None = None
    title: str | None = None
    verb: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def among(self, card: Json) -> Button:
        """Raises PageError where there is none."""
        for index, button in enumerate(buttons(card)):
            action = button.action
            data = action.get("data")
            given: Json = data if isinstance(data, dict) else {}
            if (
                self.index in (None, index)
                and self.title in (None, action.get("title"))
                and self.verb in (None, action.get("verb"))
                and given | dict(self.data) == given
            ):
                return button
        raise PageError("no_such_button")


@dataclass(slots=True, kw_only=True)
class Dialog:
    id: str
    person: str
    conversation: Conversation
    thread: str
    value: Json

    def as_page(self) -> Json:
        card = self.card
        return {
            "id": self.id,
            **{name: self.value[name] for name in ("title", "height", "width", "url") if name in self.value},
            "card": card,
            "buttons": [] if card is None else [each.as_page(at) for at, each in enumerate(buttons(card))],
            "inputs": [] if card is None else inputs(card),
        }

    @property
    def card(self) -> Json | None:
        card = self.value.get("card")
        return None if card is None else card["content"]


class Interactions:
    """A person has at most one dialog open."""

    def __init__(self, tenant: Tenant, line: Line) -> None:
        self._tenant = tenant
        self._line = line
        self._activities = Activities(tenant)
        self.dialogs: dict[str, Dialog] = {}

    async def press(
        self,
        person: Person,
        conversation: Conversation,
        message: Message,
        choice: Choice,
        given: Mapping[str, Any],
        *,
        old_client: bool = False,
    ) -> Json:
        """Press a button with these inputs filled in, and answer what the person sees; raises PageError, Undelivered.

        An old client does not know Action.Execute and takes its fallback.
        """
        card = next(iter(message.cards(person.id)), None)
        if card is None:
            raise PageError("no_card")
        button = choice.among(card)
        data, action = button.gathered(given), button.action
        if action["type"] == "Action.Execute" and old_client:
            action = action.get("fallback", {})
            if not isinstance(action, dict):
                raise PageError("no_such_button")
            data = Button(action=action, cards=button.cards).gathered(given)
        match action.get("type"):
            case "Action.Execute":
                value = self._activities.pressed(action, data)
                answer = await self._invoke("adaptiveCard/action", person, conversation, message.thread, value, message)
                return self._apply(message, person, answer)
            case "Action.Submit" if _special(data) == "task/fetch":
                value = {"data": data, "context": THEME}
                answer = await self._invoke("task/fetch", person, conversation, message.thread, value, message)
                return self._open(person, conversation, message.thread, answer)
            case "Action.Submit":
                return await self._submit(person, conversation, message, data)
        raise PageError("nothing_to_send")

    async def submit(self, person: Person, dialog: Dialog, choice: Choice, given: Mapping[str, Any]) -> Json:
        """Press a button of a dialog; raises PageError, Undelivered, and the dialog stays open."""
        if dialog.card is None:
            raise PageError("no_card")
        button = choice.among(dialog.card)
        if button.action["type"] != "Action.Submit":
            # A dialog knows no Action.Execute: the client does nothing at all.
            raise PageError("nothing_to_send")
        value = {"data": button.gathered(given), "context": THEME}
        answer = await self._invoke("task/submit", person, dialog.conversation, dialog.thread, value, None)
        if answer is None:
            self.close(dialog)
            return {"kind": "nothing"}
        return self._open(person, dialog.conversation, dialog.thread, answer)

    def close(self, dialog: Dialog) -> None:
        if self.dialogs.pop(dialog.person, None) is not None:
            self._tenant.changes.add("dialog", user=dialog.person, id=None)

    async def _invoke(
        self,
        name: str,
        person: Person,
        conversation: Conversation,
        thread: str,
        value: Json,
        message: Message | None,
    ) -> Json | None:
        self._tenant.counts.add("invokes")
        card = None if message is None else message.id
        activity = self._activities.invoke(name, person, conversation, thread, value, card=card)
        return (await self._line.deliver(activity)).body

    async def _submit(self, person: Person, conversation: Conversation, message: Message, data: Json) -> Json:
        conversation.said_lately.clear()
        special, told = _special(data), data.get("msteams", {})
        if special in ("imBack", "messageBack"):
            text = str(told.get("text" if special == "messageBack" else "value", ""))
            shown = text if special == "imBack" else told.get("displayText")
            if shown:
                self._tenant.say(conversation, person.id, {"text": shown}, thread=message.thread)
            said = self._activities.message(person, conversation, message.thread, str(uuid4()), text)
            if special == "messageBack":
                said |= {"value": told.get("value"), "replyToId": message.id}
        else:
            said = self._activities.submitted(person, conversation, message.thread, message.id, data)
        await self._line.deliver(said)
        return {"kind": "nothing"}

    def _apply(self, message: Message, person: Person, answer: Json | None) -> Json:
        """Do with an answer to adaptiveCard/action what a client does."""
        status = (answer or {}).get("statusCode")
        kind, value = (answer or {}).get("type"), (answer or {}).get("value")
        if status == 200 and kind == CARD_TYPE and isinstance(value, dict) and is_card(value):
            self._note(value)
            # Only who pressed sees it: everybody else's card is the message's.
            self._tenant.show_alone(message, person.id, value)
            return {"kind": "card", "card": value}
        if status == 200 and kind == TOAST and isinstance(value, str):
            return {"kind": "toast", "text": value}
        if isinstance(status, int) and status >= 400 and kind == ERROR and isinstance(value, dict):
            return {"kind": "error", "text": str(value.get("message", "")), "code": str(value.get("code", ""))}
        return self._bad()

    def _open(self, person: Person, conversation: Conversation, thread: str, answer: Json | None) -> Json:
        """Do with an answer to task/fetch or task/submit what a client does."""
        task = (answer or {}).get("task")
        kind = task.get("type") if isinstance(task, dict) else None
        value = task.get("value") if isinstance(task, dict) else None
        if kind == "message" and isinstance(value, str):
            if (open_now := self.dialogs.get(person.id)) is not None:
                self.close(open_now)
            return {"kind": "message", "text": value}
        if kind == "continue" and isinstance(value, dict) and _is_dialog(value):
            if "card" in value:
                self._note(value["card"]["content"])
            dialog = Dialog(id=str(uuid4()), person=person.id, conversation=conversation, thread=thread, value=value)
            self.dialogs[person.id] = dialog
            self._tenant.changes.add("dialog", user=person.id, id=dialog.id)
            return {"kind": "dialog", "dialog": dialog.as_page()}
        return self._bad()

    def _bad(self) -> Json:
        self._tenant.counts.add("bad_answers")
        raise Undelivered("bad_answer")

    def _note(self, card: Json) -> None:
        if too_new(card):
            self._tenant.counts.add("too_new_cards")


def _special(data: Json) -> str | None:
    told = data.get("msteams")
    return str(told.get("type")) if isinstance(told, dict) else None


def _is_dialog(value: Json) -> bool:
    sizes = (value.get("height", "medium"), value.get("width", "medium"))
    if not isinstance(value.get("title", ""), str) or any(
        size not in _SIZES and not isinstance(size, int) for size in sizes
    ):
        return False
    if "card" not in value:
        return isinstance(value.get("url"), str)
    card = value["card"]
    return isinstance(card, dict) and card.get("contentType") == CARD_TYPE and is_card(card.get("content"))
