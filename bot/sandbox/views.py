"""Modals, at most three on top of each other for a person, and everybody's Home tab."""

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.local.json_types import Json
from bot.sandbox.blocks import elements, name_everything
from bot.sandbox.errors import SlackError
from bot.sandbox.states import same_inputs
from bot.sandbox.workspace import Workspace

STACK = 3


@dataclass(slots=True, kw_only=True)
class View:
    id: str
    person: str
    kind: Literal["modal", "home"]
    hash: str
    content: Json
    root: str
    previous: str | None = None
    chosen: dict[str, dict[str, Json]] = field(default_factory=dict)
    """What the person has put in the inputs so far, by block and action."""

    def as_record(self) -> Json:
        return {
            "id": self.id,
            "person": self.person,
            "kind": self.kind,
            "hash": self.hash,
            "content": self.content,
            "root": self.root,
            "previous": self.previous,
            "chosen": self.chosen,
        }


class Views:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._all: dict[str, View] = {}
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}
        self._by_external_id: dict[str, str] = {}
        for _, record in sorted(workspace.memory.all("view"), key=lambda item: len(item[1]["stack"])):
            view = View(**{key: value for key, value in record.items() if key != "stack"})
            self._enter(view)
            if view.kind == "home":
                self._homes[view.person] = view
            else:
                self._stacks.setdefault(view.person, []).append(view)

    def top(self, person: str) -> View | None:
        stack = self._stacks.get(person)
        return stack[-1] if stack else None

    def home(self, person: str) -> View | None:
        return self._homes.get(person)

    def find(self, view_id: str | None = None, external_id: str | None = None) -> View | None:
        if external_id:
            view_id = self._by_external_id.get(external_id)
        return self._all.get(view_id or "")

    def is_shown(self, view: View) -> bool:
        return view is self._homes.get(view.person) or view is self.top(view.person)

    def open(self, person: str, content: Json) -> View:
        """Show a modal instead of any that person had open."""
        self._clear(person)
        return self._stack_up(person, content, root=None)

    def push(self, person: str, content: Json) -> View:
        """Put a modal on top of the person's others; raises SlackError."""
        stack = self._stacks.get(person)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")
        return self._stack_up(person, content, root=stack[0])

    def update(self, view: View, content: Json) -> View:
        """Give a view another content; what was put in inputs that are still there stays. Raises SlackError."""
        if content["type"] != view.kind:
            message = "must match the `type` of the view [json-pointer:/view/type]"
            raise SlackError("invalid_arguments", messages=[message])
        self._claim_external_id(content, view.id)
        self._by_external_id.pop(view.content.get("external_id", ""), None)
        name_everything(content["blocks"], self._workspace.new_id)
        view.chosen = same_inputs(view.chosen, view.content["blocks"], content["blocks"])
        view.content = content
        view.hash = self._new_hash()
        self._enter(view)
        self._keep(view)
        self._workspace.changes.add("home" if view.kind == "home" else "view", user=view.person, view=view.id)
        return view

    def publish(self, person: str, content: Json) -> View:
        """Make this the person's Home tab; raises SlackError."""
        view = self._homes.get(person)
        if view is not None:
            return self.update(view, content)
        self._claim_external_id(content, None)
        name_everything(content["blocks"], self._workspace.new_id)
        view_id = self._new_view_id()
        view = View(id=view_id, person=person, kind="home", hash=self._new_hash(), content=content, root=view_id)
        self._homes[person] = view
        self._enter(view)
        self._keep(view)
        self._workspace.changes.add("home", user=person, view=view.id)
        return view

    def close(self, view: View) -> None:
        """Take a modal off the stack, together with whatever stands on it."""
        stack = self._stacks.get(view.person, [])
        if view not in stack:
            return
        while stack:
            closed = stack.pop()
            self._leave(closed)
            self._workspace.changes.add("view_closed", user=closed.person, view=closed.id)
            if closed is view:
                break
        if stack:
            self._workspace.changes.add("view", user=view.person, view=stack[-1].id)

    def close_all(self, person: str) -> None:
        self._clear(person)

    def remember(self, view: View, chosen: dict[str, dict[str, Json]]) -> None:
        view.chosen = chosen
        self._keep(view)

    def as_slack(self, view: View, values: dict[str, Any]) -> Json:
        """Answer the view object of the Web API and of payloads."""
        content, app = view.content, self._workspace.app
        shared: Json = {
            "id": view.id,
            "team_id": self._workspace.team.id,
            "type": view.kind,
            "blocks": content["blocks"],
            "private_metadata": content.get("private_metadata", ""),
            "callback_id": content.get("callback_id", ""),
            "state": {"values": values},
            "hash": view.hash,
            "title": content.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": content.get("clear_on_close", False),
            "notify_on_close": content.get("notify_on_close", False),
            "close": content.get("close"),
            "submit": content.get("submit"),
            "previous_view_id": view.previous,
            "root_view_id": view.root,
            "app_id": app.id,
            "external_id": content.get("external_id", ""),
            "app_installed_team_id": self._workspace.team.id,
            "bot_id": app.bot_id,
        }
        return shared

    def _stack_up(self, person: str, content: Json, root: View | None) -> View:
        self._claim_external_id(content, None)
        name_everything(content["blocks"], self._workspace.new_id)
        stack = self._stacks.setdefault(person, [])
        view_id = self._new_view_id()
        view = View(
            id=view_id,
            person=person,
            kind="modal",
            hash=self._new_hash(),
            content=content,
            root=root.id if root else view_id,
            previous=stack[-1].id if stack else None,
        )
        stack.append(view)
        self._enter(view)
        self._keep(view)
        self._workspace.changes.add("view", user=person, view=view.id)
        return view

    def _clear(self, person: str) -> None:
        stack = self._stacks.pop(person, [])
        for view in reversed(stack):
            self._leave(view)
            self._workspace.changes.add("view_closed", user=person, view=view.id)

    def _claim_external_id(self, content: Json, own: str | None) -> None:
        external_id = content.get("external_id")
        if external_id and self._by_external_id.get(external_id, own) != own:
            raise SlackError("duplicate_external_id")

    def _enter(self, view: View) -> None:
        self._all[view.id] = view
        if view.content.get("external_id"):
            self._by_external_id[view.content["external_id"]] = view.id

    def _leave(self, view: View) -> None:
        self._all.pop(view.id, None)
        self._by_external_id.pop(view.content.get("external_id", ""), None)
        self._workspace.memory.forget("view", view.id)

    def _keep(self, view: View) -> None:
        below = [each.id for each in self._stacks.get(view.person, [])] if view.kind == "modal" else []
        self._workspace.memory.keep("view", view.id, {**view.as_record(), "stack": below})

    def _new_view_id(self) -> str:
        return f"V{self._workspace.new_id().upper():0>10}"

    def _new_hash(self) -> str:
        return f"{int(self._workspace.clock.now())}.{self._workspace.new_id()}"


def has_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json] | None:
    """Answer the block and the element of those names."""
    for block, element in elements(blocks):
        if block["block_id"] == block_id and element["action_id"] == action_id:
            return block, element
    return None
