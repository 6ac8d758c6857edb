"""The platforms on which processes of ours are killed: all that differs from one to the other."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Protocol

from aiohttp import web
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.platforms.slack import client
from bot.platforms.slack.client import SlackSender
from bot.platforms.teams.sender import TeamsSender
from bot.sandbox import RunningWorkspace, running_workspace
from bot.tenant import RunningTenant, running_tenant
from tests.bot.scenarios import house as slack
from tests.bot.scenarios import teams_house as teams
from tests.bot.scenarios.horizon import AnyHouse, Json
from tests.crashes.wrapping import wrap


class StandIn(Protocol):
    """A platform's local stand-in."""

    @property
    def url(self) -> str:
        """Where people's side of it is."""


class Ground(Protocol):
    """A platform: its stand-in, our process at work in it, and how what delivery does there is told apart."""

    sender: type
    operations: tuple[str, ...]
    """What delivery does there with a post: methods of `sender`."""

    def is_call(self, operation: str, verb: str, path: str, *, to_room: bool) -> bool:
        """Whether it is by this call that the operation is done, and not one that only prepares it."""

    def ready(self) -> None:
        """What a process does before it starts, so that its start takes no time that somebody would have to step."""

    def stand_in(self, config: Json) -> AbstractAsyncContextManager[StandIn]:
        """Runs the platform."""

    def horizon(self) -> Json:
        """Horizon, for the stand-in."""

    def crowd(self, people: Mapping[str, str], rooms: Sequence[str]) -> Json:
        """So many people (their names by address) and rooms, for the stand-in."""

    def rooms(self, names: Sequence[str]) -> Json:
        """How app.yaml names these rooms, each by its own name."""

    def at_work(
        self, url: str, database: Path | str, directory: Path, **settings: Any
    ) -> AbstractAsyncContextManager[AnyHouse]:
        """Comitia at work in a stand-in that runs."""

    def at_acknowledgements(self, told: Callable[[], None]) -> None:
        """Calls `told` whenever whoever pressed something has been answered."""


class Slack:
    """Slack over Socket Mode: what was lost can be looked for."""

    sender: type = SlackSender
    operations: tuple[str, ...] = ("send", "edit", "withdraw", "publish_home", "find")
    _CALLS: ClassVar = {
        "send": "chat.postMessage",
        "edit": "chat.update",
        "withdraw": "chat.delete",
        "publish_home": "views.publish",
        "find": "conversations.history",
    }

    def is_call(self, operation: str, verb: str, path: str, *, to_room: bool) -> bool:
        return path.rpartition("/")[2] == self._CALLS[operation]

    def ready(self) -> None:
        # The whole directory is read in one burst, as the workspace permits.
        client.RATES["users.list"] = replace(client.RATES["users.list"], burst=20)

    def stand_in(self, config: Json) -> AbstractAsyncContextManager[StandIn]:
        return running_workspace(config)

    def horizon(self) -> Json:
        return slack.workspace_config()

    def crowd(self, people: Mapping[str, str], rooms: Sequence[str]) -> Json:
        return slack.workspace_config(
            people=[
                {"id": f"U{n:05}", "real_name": name, "email": mail, "tz": "Europe/Paris", "locale": "en-GB"}
                for n, (mail, name) in enumerate(people.items())
            ],
            channels=[{"name": f"the-{room}", "members": "*", "app_is_member": True} for room in rooms],
        )

    def rooms(self, names: Sequence[str]) -> Json:
        return {name: f"the-{name}" for name in names}

    def at_work(
        self, url: str, database: Path | str, directory: Path, **settings: Any
    ) -> AbstractAsyncContextManager[AnyHouse]:
        return slack.at_work(RunningWorkspace(url=url), database, directory, **settings)

    def at_acknowledgements(self, told: Callable[[], None]) -> None:
        def acknowledging(send: Callable[..., Awaitable[None]]) -> Callable[..., Any]:
            async def sent(self: SocketModeClient, *given: Any) -> None:
                await send(self, *given)
                told()

            return sent

        wrap(SocketModeClient, "send_socket_mode_response", acknowledging)


class Teams:
    """Teams: no home, and nothing can be looked for. People are known from the directory and have never been met."""

    sender: type = TeamsSender
    operations: tuple[str, ...] = ("send", "edit", "withdraw")
    _VERBS: ClassVar = {"send": "POST", "edit": "PUT", "withdraw": "DELETE"}
    _CONVERSATIONS = re.compile(r"/v3/conversations(/.*)?")

    def is_call(self, operation: str, verb: str, path: str, *, to_room: bool) -> bool:
        if verb != self._VERBS[operation] or not (found := self._CONVERSATIONS.search(path)):
            return False
        # In a channel a post is a conversation of its own; with a person there has to be one first.
        return operation != "send" or to_room or bool(found[1])

    def ready(self) -> None:
        pass

    def stand_in(self, config: Json) -> AbstractAsyncContextManager[StandIn]:
        return running_tenant(config)

    def horizon(self) -> Json:
        return self._config(people=[{**one, "installed": True} for one in teams.tenant_config()["people"]])

    def crowd(self, people: Mapping[str, str], rooms: Sequence[str]) -> Json:
        return self._config(
            people=[
                {"mail": mail, "name": name, "tz": "Europe/Paris", "locale": "en-GB"} for mail, name in people.items()
            ],
            teams=[{"name": "All", "channels": [{"name": room, "id": _channel(room)} for room in rooms]}],
            chats=[],
            calls_per_second=1_000,  # all of a kind are to stand at a point together
        )

    def rooms(self, names: Sequence[str]) -> Json:
        return {name: teams.link(_channel(name), name) for name in names}

    def at_work(
        self, url: str, database: Path | str, directory: Path, **settings: Any
    ) -> AbstractAsyncContextManager[AnyHouse]:
        return teams.at_work(RunningTenant(url=url), database, directory, **settings)

    def at_acknowledgements(self, told: Callable[[], None]) -> None:
        def answering(write: Callable[..., Awaitable[None]]) -> Callable[..., Any]:
            async def written(self: web.Response, *given: Any) -> None:
                path = self._req.path if self._req is not None else ""
                await write(self, *given)
                if path == "/teams/messages":
                    told()

            return written

        wrap(web.Response, "write_eof", answering)

    def _config(self, **changes: Any) -> Json:
        app = teams.tenant_config()["app"]
        return teams.tenant_config(app={**app, "consents": ["User.Read.All"]}, **changes)


def _channel(room: str) -> str:
    return f"19:{room}@thread.tacv2"


SLACK, TEAMS = Slack(), Teams()
GROUNDS: dict[str, Ground] = {"slack": SLACK, "teams": TEAMS}
