"""botbuilder 4.17.1 is archived with its faults: none of them reaches anybody by way of us.

Those not here are shown where the part they would touch is tested: malformed activities and raising listeners
(test_door), tokens and missing headers (test_auth), tenants and zones lost by the models (test_activities), sending
(test_connector, test_sender, test_tokens).
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from botbuilder.schema import Activity, DeliveryModes
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import AppCredentials

import bot
from bot.platforms.teams.answers import Answer
from bot.platforms.teams.keys import LOOKED_FOR_AGAIN_AFTER, RENEWED_AFTER
from bot.platforms.teams.mends import Adapter
from tests.bot.platforms.teams.microsoft import (
    Clock,
    Served,
    activity,
    authentication,
    execute,
    microsoft,
    open_door,
    signed,
)

BOT = Path(bot.__file__).parent
THEIRS = ("botbuilder", "botframework", "msrest", "msal", "requests", "jsonpickle")
USED = {
    "Activity",
    "AuthenticateRequestResult",
    "BotFrameworkAuthentication",
    "ClaimsIdentity",
    "CloudAdapterBase",
    "ConnectorFactory",
    "TurnContext",
}


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (execute(), {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {"body": []}}),
        (execute(), {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Noté."}),
        (execute(name="task/fetch", value={}), {"task": {"type": "continue", "value": {"title": "Vote"}}}),
        (execute(name="task/submit", value={}), {"task": {"type": "message", "value": "Merci"}}),
        (execute(deliveryMode=DeliveryModes.expect_replies), {"statusCode": 200}),
    ],
)
async def test_an_invoke_with_a_body_is_answered_and_is_no_fault(raw: dict[str, Any], body: dict[str, Any]) -> None:
    # 1, 2: the stock adapter serialises a body that is serialised already (500), and takes no words for one (501).
    async with open_door(Served(Answer(body=body))) as (knock, _, _):
        assert await knock.asking(raw, bearer=signed()) == (200, body)


async def test_keys_are_renewed_while_activities_are_answered() -> None:
    # 4: the stock keys are fetched by a call that holds the event loop, without end where Microsoft does not answer.
    served = Served()
    async with open_door(served) as (knock, stand_in, clock):
        assert await knock(activity(), bearer=signed()) == 200
        clock.at += RENEWED_AFTER
        stand_in.answers.clear()
        good, unknown = signed(at=clock.at), signed(kid="key-2", number=2, at=clock.at)
        stand_in.published["key-2"] = 2

        assert await knock(activity(), bearer=good) == 200
        waiting = asyncio.create_task(knock(activity(), bearer=unknown))
        assert await knock(activity(), bearer=good) == 200
        assert not waiting.done()

        stand_in.answers.set()
        assert await waiting == 200
    assert stand_in.asked == 2


async def test_a_key_published_minutes_ago_opens_and_one_nobody_published_is_no_fault() -> None:
    # 4: the stock keys raise IndexError for an id they do not know, before they would look again, for a day.
    async with open_door(Served()) as (knock, stand_in, clock):
        await knock(activity(), bearer=signed())
        stand_in.published = {"key-2": 2}
        clock.at += LOOKED_FOR_AGAIN_AFTER

        assert await knock(activity(), bearer=signed(kid="key-2", number=2)) == 200
        assert await knock(activity(), bearer=signed(kid="key-3", number=3)) == 401


@pytest.fixture
def tripwires(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names whatever of the SDK's own sending is touched."""
    touched: list[str] = []
    for owner, method in [
        (AppCredentials, "__init__"),
        (ConnectorClient, "__init__"),
        (requests.Session, "__init__"),
        (Activity, "deserialize"),
    ]:

        def trip(*_: object, name: str = f"{owner.__name__}.{method}", **__: object) -> None:
            touched.append(name)
            raise AssertionError(name)

        monkeypatch.setattr(owner, method, trip)
    return touched


async def test_no_turn_builds_a_client_credentials_or_a_request(tripwires: list[str]) -> None:
    # 5, 6, 7, 14: the stock turn builds a client with its retry policy, credentials and a token request, each time.
    served = Served(Answer(body={}))
    async with open_door(served) as (knock, _, _):
        assert {await knock(raw, bearer=signed()) for raw in (activity(), execute()) for _ in range(3)} == {200}

    assert len(served.raws) == 6
    assert tripwires == []


async def test_a_thousand_new_members_are_one_activity_and_no_request(tripwires: list[str]) -> None:
    # 11: the stock handler asks the connector for each of them (that our listeners do not: test_listeners).
    served = Served()
    added = activity(type="conversationUpdate", membersAdded=[{"id": f"29:{number}"} for number in range(1000)])

    async with open_door(served) as (knock, _, _):
        assert await knock(added, bearer=signed()) == 200

    assert len(served.raws) == 1
    assert tripwires == []


async def test_nothing_can_be_sent_by_the_sdk_within_a_turn() -> None:
    # 7, 8, 10: its client sends through six threads, tries again without being asked, and blocks the event loop.
    seen: list[object] = []
    async with microsoft() as stand_in, authentication(stand_in, Clock()) as ours:
        adapter = Adapter(ours)._adapter
        raw = activity()
        turn = Activity(
            type="message",
            channel_id="msteams",
            service_url=raw["serviceUrl"],
            channel_data=raw["channelData"]["tenant"]["id"],
        )

        async def logic(context: Any) -> None:
            seen.append(context)
            await context.send_activity("hello")

        with pytest.raises(AttributeError, match="connector module"):
            await adapter.process_activity(signed(), turn, logic)
    assert len(seen) == 1


def _imports() -> Iterator[tuple[str, str, str]]:
    for path in BOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not any(name in text for name in THEIRS):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                yield from ((path.relative_to(BOT).as_posix(), name.name, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from ((path.relative_to(BOT).as_posix(), node.module, name.name) for name in node.names)


def test_one_module_knows_the_sdk_and_uses_none_of_the_rest_of_it() -> None:
    # 8, 10, 12, 14, 15, 16: TeamsInfo, ActivityHandler, on_turn_error, ConnectorClient, configured authentication and
    # BotState are left alone.
    found = {(path, name) for path, module, name in _imports() if module.partition(".")[0] in THEIRS}

    assert {path for path, _ in found} == {"platforms/teams/mends.py"}
    assert {name for _, name in found} == USED
