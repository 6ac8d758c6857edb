"""What people do to the app: clicks, commands, submitted and closed modals, as the payloads that Slack would send."""

from dataclasses import dataclass

from bot.local.json_types import Json
from bot.local.routes import PageError
from bot.sandbox import states
from bot.sandbox.blocks import elements
from bot.sandbox.config import Person
from bot.sandbox.conversations import Conversation, Message
from bot.sandbox.deliveries import Delivery, Kind, Line, Outbox
from bot.sandbox.drafts import read_view
from bot.sandbox.errors import SlackError, UndeliveredError
from bot.sandbox.replies import Replies
from bot.sandbox.triggers import Triggers
from bot.sandbox.views import View, Views, has_element
from bot.sandbox.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """One element used: `given` holds value, selected_option(s), selected_date, selected_time or selected_user."""

    block_id: str
    action_id: str
    given: Json
    confirmed: bool = False
    values: Json | None = None
    """What stands in the other inputs of the same message or view."""


class Interactions:
    """Each waits for the app's acknowledgement and raises PageError when there is none: they are not sent again."""

    def __init__(
        self, workspace: Workspace, *, line: Line, outbox: Outbox, views: Views, triggers: Triggers, replies: Replies
    ) -> None:
        self._workspace = workspace
        self._line = line
        self._outbox = outbox
        self._views = views
        self._triggers = triggers
        self._replies = replies
        self._chosen: dict[tuple[str, str], states.Chosen] = {}

    async def use_message(self, person: Person, message: Message, click: Click) -> None:
        """Deliver a click on a message that the person sees."""
        conversation = self._workspace.conversations[message.channel]
        name = (person.id, f"{message.channel}:{message.ts}")
        chosen = states.same_inputs(self._chosen.get(name, {}), message.blocks, message.blocks)
        action = self._action(message.blocks, click, chosen)
        self._chosen[name] = chosen
        whispered = message.ephemeral_for is not None
        payload: Json = {
            **self._shared("block_actions", person),
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": whispered,
            },
            "channel": {"id": conversation.id, "name": conversation.name},
            "state": {"values": states.values(message.blocks, chosen)},
            "response_url": self._replies.new_url(person.id, message.channel, message.ts),
            "actions": [action],
        }
        if not whispered:
            payload["message"] = self._workspace.message_object(message)
        await self._deliver(person, "interactive", payload)

    async def use_view(self, person: Person, view: View, click: Click) -> None:
        """Deliver a click in a modal or in the Home tab."""
        chosen = states.same_inputs(view.chosen, view.content["blocks"], view.content["blocks"])
        action = self._action(view.content["blocks"], click, chosen)
        self._views.remember(view, chosen)
        payload = {
            **self._shared("block_actions", person),
            "container": {"type": "view", "view_id": view.id},
            "view": self.view_object(view),
            "actions": [action],
        }
        await self._deliver(person, "interactive", payload)

    async def submit(self, person: Person, view: View, given: Json) -> None:
        """Deliver a submitted modal and do what the app's acknowledgement says; raises PageError with the errors."""
        chosen, errors = self._filled_in(person, view, given)
        if errors:
            raise PageError("invalid_input", more={"errors": errors})
        self._views.remember(view, chosen)
        payload = {**self._shared("view_submission", person), "view": self.view_object(view), "response_urls": []}
        answer = await self._deliver(person, "interactive", payload) or {}
        try:
            self._obey(person, view, answer)
        except SlackError as error:
            self._warn(person, "invalid_view_response")
            raise PageError("invalid_view_response", more=error.as_answer() | {"ok": False}) from error

    async def close(self, person: Person, view: View, *, everything: bool) -> None:
        """Close a modal, and tell the app if it wished to know."""
        everything = everything or bool(view.content.get("clear_on_close"))
        shown = self.view_object(view)
        if everything:
            self._views.close_all(person.id)
        else:
            self._views.close(view)
        if view.content.get("notify_on_close"):
            payload = {**self._shared("view_closed", person), "view": shown, "is_cleared": everything}
            del payload["trigger_id"]
            await self._deliver(person, "interactive", payload)

    async def command(self, person: Person, conversation: Conversation, text: str) -> None:
        """Deliver a slash command and show what the app acknowledged it with."""
        app, team = self._workspace.app, self._workspace.team
        name, _, words = text.partition(" ")
        if name not in app.commands:
            raise PageError("unknown_command")
        payload = {
            "token": "verification",
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": conversation.id,
            "channel_name": conversation.name,
            "user_id": person.id,
            "user_name": person.name,
            "command": name,
            "text": words.strip(),
            "api_app_id": app.id,
            "is_enterprise_install": "false",
            "response_url": self._replies.new_url(person.id, conversation.id),
            "trigger_id": self._triggers.new(person.id),
        }
        answer = await self._deliver(person, "slash_commands", payload) or {}
        if answer.get("text") or answer.get("blocks"):
            try:
                self._replies.say(person.id, conversation.id, answer)
            except SlackError as error:
                self._warn(person, "invalid_command_response")
                raise PageError("invalid_command_response", more=error.as_answer()) from error

    def open_home(self, person: Person, tab: str) -> View | None:
        """Tell the app that the person looks at its Home or Messages tab, and answer what Home shows so far."""
        view = self._views.home(person.id)
        now = self._workspace.clock.event_stamp()
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": self._workspace.direct(person.id).id,
            "tab": tab,
            "event_ts": now,
        }
        if view is not None and tab == "home":
            event["view"] = self.view_object(view)
        self._outbox.announce("app_home_opened", event)
        return view

    async def forge(self, kind: Kind, payload: Json) -> Json | None:
        """Deliver any payload untouched and answer what was acknowledged; raises UndeliveredError."""
        with self._workspace.counts.under_way():
            return await self._line.deliver(Delivery(kind=kind, payload=payload))

    def view_object(self, view: View) -> Json:
        return self._views.as_slack(view, states.values(view.content["blocks"], view.chosen))

    def _shared(self, kind: str, person: Person) -> Json:
        team = self._workspace.team
        return {
            "type": kind,
            "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": team.id},
            "api_app_id": self._workspace.app.id,
            "token": "verification",
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._triggers.new(person.id),
        }

    def _action(self, blocks: list[Json], click: Click, chosen: states.Chosen) -> Json:
        """Answer the action of a payload, and put what it and its neighbours hold into `chosen`."""
        found = has_element(blocks, click.block_id, click.action_id)
        if found is None:
            raise PageError("no_such_element")
        block, element = found
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise PageError("not_dispatched")
        if "confirm" in element and not click.confirmed:
            raise PageError("not_confirmed")
        self._take_in(blocks, click.values or {}, chosen)
        action: Json = {
            "type": element["type"],
            "block_id": click.block_id,
            "action_id": click.action_id,
            "action_ts": self._workspace.clock.event_stamp(),
        }
        if element["type"] == "button":
            if click.given.get("value", element.get("value")) != element.get("value"):
                raise PageError("no_such_element")
            action |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        elif element["type"] == "overflow":
            action["selected_option"] = self._accepted({**element, "type": "static_select"}, click.given)[
                "selected_option"
            ]
        else:
            entry = self._accepted(element, click.given)
            chosen.setdefault(click.block_id, {})[click.action_id] = entry
            action |= entry
            action |= {key: value for key, value in element.items() if key.startswith(("initial_", "placeholder"))}
        return action

    def _accepted(self, element: Json, given: Json) -> Json:
        try:
            return states.accept(element, given, self._is_person)
        except states.InputError as error:
            raise PageError("invalid_value", more={"reason": error.key}) from error

    def _take_in(self, blocks: list[Json], values: Json, chosen: states.Chosen) -> None:
        """Note what stands in the inputs around the one that was used; what no input could hold is left out."""
        for block, element in elements(blocks):
            given = _entry(values, block["block_id"], element["action_id"])
            if given is not None and states.keeps_state(element):
                try:
                    entry = states.accept(element, given, self._is_person)
                except states.InputError:
                    continue
                chosen.setdefault(block["block_id"], {})[element["action_id"]] = entry

    def _filled_in(self, person: Person, view: View, given: Json) -> tuple[states.Chosen, dict[str, str]]:
        """Answer what stands in the modal's inputs and, by block, what is wrong with it."""
        chosen = states.same_inputs(view.chosen, view.content["blocks"], view.content["blocks"])
        errors: dict[str, str] = {}
        known = set()
        for block, element in elements(view.content["blocks"]):
            block_id, action_id = block["block_id"], element["action_id"]
            if not states.keeps_state(element):
                continue
            known.add((block_id, action_id))
            entry = chosen.get(block_id, {}).get(action_id) or states.initial(element)
            try:
                if (part := _entry(given, block_id, action_id)) is not None:
                    entry = states.accept(element, part, self._is_person)
                if block["type"] == "input" and not block.get("optional") and states.is_empty(entry):
                    raise states.InputError("required")
            except states.InputError as error:
                errors[block_id] = error.sentence(person.locale)
            chosen.setdefault(block_id, {})[action_id] = entry
        for block_id, parts in given.items():
            if not isinstance(parts, dict) or any((block_id, action_id) not in known for action_id in parts):
                raise PageError("no_such_element")
        return chosen, errors

    def _is_person(self, identity: str) -> bool:
        return identity in self._workspace.people

    def _obey(self, person: Person, view: View, answer: Json) -> None:
        action = answer.get("response_action")
        if action == "errors":
            raise PageError("errors", more={"errors": answer.get("errors", {})})
        if action == "clear":
            self._views.close_all(person.id)
        elif action == "update":
            self._views.update(view, read_view(answer.get("view")))
        elif action == "push":
            self._views.push(person.id, read_view(answer.get("view")))
        else:
            self._views.close(view)

    async def _deliver(self, person: Person, kind: Kind, payload: Json) -> Json | None:
        with self._workspace.counts.under_way():
            try:
                return await self._line.deliver(Delivery(kind=kind, payload=payload))
            except UndeliveredError as error:
                self._warn(person, error.reason)
                raise PageError(error.reason) from error

    def _warn(self, person: Person, reason: str) -> None:
        self._workspace.changes.add("notice", user=person.id, notice=reason)


def _entry(values: Json, block_id: str, action_id: str) -> Json | None:
    """Answer what a page says stands in an input."""
    block = values.get(block_id)
    entry = block.get(action_id) if isinstance(block, dict) else None
    return entry if isinstance(entry, dict) else None
