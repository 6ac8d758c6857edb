"""Payloads of Slack nobody meant to send (Teams' are in test_teams_edges): acknowledged, not obeyed, nowhere logged."""

import hashlib
import hmac
import io
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.platforms.slack.replies import Replies
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.house import (
    LUC,
    ROOM,
    SAM,
    SIGNING_SECRET,
    SITTING,
    TEAM,
    House,
    Json,
    house_of,
    words,
)

HUGE = "my-own-words" * 20_000


def pressed(**changes: Any) -> Json:
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": SAM, "team_id": TEAM},
        "api_app_id": "A0COMITIA",
        "trigger_id": "1.2.3",
        "container": {"type": "message"},
        "actions": [
            {
                "type": "button",
                "block_id": "b",
                "action_id": "vote|0",
                "value": f"{SITTING}:triage:go",
                "action_ts": "1",
            }
        ],
        **changes,
    }


def button(action_id: str, value: object) -> Json:
    return {"type": "button", "block_id": "b", "action_id": action_id, "value": value}


def sent(callback: str, values: object, **changes: Any) -> Json:
    view = {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": f"{SITTING}:triage",
        "state": {"values": values},
    }
    return {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": SAM, "team_id": TEAM},
        "view": view,
        **changes,
    }


HARMLESS = {
    "an unknown action": pressed(actions=[button("drop-everything|0", "my-own-words")]),
    "an action of no kind": pressed(actions=[button("", "")]),
    "a ballot there is not": pressed(actions=[button("vote|0", "no:such:ballot:go")]),
    "a choice there is not": pressed(actions=[button("vote|0", f"{SITTING}:triage:perhaps")]),
    "a value without a choice": pressed(actions=[button("vote|0", "go")]),
    "a huge value": pressed(actions=[button("vote|0", HUGE)]),
    "a value with a zero byte": pressed(actions=[button("vote|0", f"{SITTING}:tri\x00age:go")]),
    "a value that is a number": pressed(actions=[button("open-reason|0", 7)]),
    "marks of a sitting there is not": pressed(actions=[button("open-marks|0", "none:none")]),
    "a sitting to cancel there is not": pressed(actions=[button("cancel-sitting|0", "none")]),
    "a post to take back there is not": pressed(actions=[button("withdraw|0", "none")]),
    "an unknown form": sent("drop-everything", {}),
    "a form without answers": sent("committee-marks", {}),
    "a form with other fields": sent("committee-marks", {"x": {"y": {"type": "plain_text_input", "value": HUGE}}}),
    "a mark that is a text": sent(
        "committee-marks", {"impact": {"answer": {"type": "plain_text_input", "value": "my-own-words"}}}
    ),
    "a shortcut": {
        "type": "shortcut",
        "callback_id": "x",
        "team": {"id": TEAM},
        "user": {"id": SAM},
        "trigger_id": "1",
    },
    "an old kind of button": {
        "type": "interactive_message",
        "callback_id": "x",
        "team": {"id": TEAM},
        "user": {"id": SAM},
        "actions": [{"name": "my-own-words", "value": "x"}],
    },
    "a type there is not": {"type": "my-own-words", "team": {"id": TEAM}, "user": {"id": SAM}},
    "nothing": {},
}

BROKEN = {
    "no user": {key: value for key, value in pressed().items() if key != "user"},
    "a user without an id": pressed(user={"name": "my-own-words"}),
    "a user that is a text": pressed(user="my-own-words"),
    "an action without an id": pressed(actions=[{"type": "button", "block_id": "b", "value": "my-own-words"}]),
    "no actions": pressed(actions=[]),
    "a submission without a state": {**sent("committee-marks", {}), "view": {"type": "modal", "callback_id": "x"}},
    "answers that are a text": sent("committee-marks", "my-own-words"),
    "answers nested wrongly": sent("committee-marks", {"impact": {"answer": "my-own-words"}}),
}


async def votes(house: House) -> int:
    async with house.app.memory.open_work() as work:
        assert await work.ballots.get(f"{SITTING}:triage") is not None
        return len(await work.ballots.votes(f"{SITTING}:triage"))


async def test_forged_payloads_are_acknowledged_and_change_nothing(house: House, log: Log) -> None:
    await house.to_ballots()
    for name, payload in HARMLESS.items():
        answer = await house.forge(payload)
        assert answer["ok"], (name, answer)
        assert not log.errors, name
    await house.settle()
    assert await votes(house) == 0
    await house.nothing_lost()


async def test_broken_payloads_are_acknowledged_and_complained_of_without_their_words(house: House, log: Log) -> None:
    await house.to_ballots()
    for name, payload in BROKEN.items():
        answer = await house.forge(payload)
        assert answer["ok"], (name, answer)
    for kind, event in (
        ("events_api", {"type": "event_callback", "event": {"type": "message", "channel_type": "im", "user": SAM}}),
        ("events_api", {"type": "event_callback", "event": {"type": "team_join", "user": "my-own-words"}}),
        ("events_api", {"type": "event_callback", "event": {"type": "app_home_opened"}}),
        ("events_api", {"type": "event_callback", "event": {"type": "my-own-words"}}),
        ("events_api", {"type": "event_callback"}),
        ("slash_commands", {"command": "/comitia", "text": "my-own-words"}),
        ("slash_commands", {"command": "/other", "user_id": SAM, "text": "x"}),
    ):
        assert (await house.forge(event, kind))["ok"], event
    await house.settle()
    assert await votes(house) == 0
    await house.nothing_lost()
    log.faults = len(log.errors)
    assert 0 < log.faults <= len(BROKEN) + 7
    # And the house still stands.
    assert (await house.vote(SAM, "go"))["ok"]
    await house.settle()
    assert await votes(house) == 1


@pytest.mark.parametrize("door", ["team", "user"])
async def test_what_comes_from_another_workspace_is_not_obeyed(house: House, door: str) -> None:
    await house.to_ballots()
    other = {"team": {"id": "T0OTHER"}} if door == "team" else {"user": {"id": SAM, "team_id": "T0OTHER"}}
    assert (await house.forge(pressed(**other))) == {"ok": True, "ack": None}
    command = {"command": "/comitia", "text": "help", "team_id": "T0OTHER", "user_id": SAM}
    assert (await house.forge(command, "slash_commands")) == {"ok": True, "ack": None}
    await house.settle()
    assert await votes(house) == 0
    await house.nothing_lost()


async def test_a_person_of_another_workspace_is_told_that_nobody_knows_them(house: House) -> None:
    await house.to_ballots()
    stranger = {"id": LUC, "team_id": "T0OTHER"}
    address = await reply_address(house)
    assert (await house.forge(pressed(user=stranger, response_url=address)))["ok"]
    answer = await house.forge(sent("committee-reason", {}, user=stranger))
    assert answer["ack"]["response_action"] == "update"
    await house.settle()
    assert await votes(house) == 0
    assert any(
        "I do not know you yet" in words(one) or "ne vous connais pas" in words(one)
        for one in await house.messages(SAM)
    )


async def reply_address(house: House) -> str:
    """An address the workspace really gave out, for a click of Sam's in his own conversation."""
    heard: list[str] = []
    post = Replies.post

    async def listening(self: Replies, address: str, payload: Json) -> bool:
        heard.append(address)
        return await post(self, address, payload)

    Replies.post = listening  # type: ignore[method-assign]
    await house.press(SAM, await house.paper(SAM), "vote", "search:go")
    await house.settle()
    Replies.post = post  # type: ignore[method-assign]
    return heard[0]


# --- the signed door --------------------------------------------------------------------------------------------------


def signed(body: str, *, secret: str = SIGNING_SECRET, at: float | None = None) -> dict[str, str]:
    stamp = str(int(at or time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }


async def test_the_signed_door_opens_to_slack_alone(tmp_path: Path, sqlite_template: Path) -> None:
    async with house_of(tmp_path, sqlite_template, mode="http") as house, aiohttp.ClientSession() as session:
        await house.to_ballots()
        url = f"http://127.0.0.1:{house.app.port}/slack/events"
        body = urlencode({"payload": json.dumps(pressed())})

        async def status(headers: dict[str, str], data: str | io.BytesIO = body) -> int:
            async with session.post(url, data=data, headers=headers) as answer:
                return answer.status

        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert await status(form) == 401
        assert await status(signed(body, secret="another")) == 401
        assert await status(signed(body, at=time.time() - 301)) == 401
        assert await status(signed(body, at=time.time() + 301)) == 401
        assert await status(signed(body), data=body.replace("go", "no")) == 401
        assert await status(signed(body) | {"X-Slack-Request-Timestamp": "my-own-words"}) in {400, 401}
        assert await votes(house) == 0
        assert await status(signed("payload=my-own-words{"), data="payload=my-own-words{") == 400
        assert await status(signed(HUGE), data=io.BytesIO((HUGE * 8).encode())) == 413
        assert await status(signed(body)) == 200
        assert await votes(house) == 1
        assert (await house.page.post("/sandbox/verify_url"))["ok"]


async def test_forged_payloads_are_harmless_over_the_signed_door_too(
    tmp_path: Path, sqlite_template: Path, log: Log
) -> None:
    async with house_of(tmp_path, sqlite_template, mode="http") as house:
        await house.to_ballots()
        for name, payload in HARMLESS.items():
            if payload:
                answer = await house.forge(payload)
                assert answer["ok"], (name, answer)
        await house.settle()
        assert await votes(house) == 0
        assert not log.errors
        await house.nothing_lost()


# --- hostile words ----------------------------------------------------------------------------------------------------

HOSTILE = (
    "<!channel> <!here> @everyone <@U0SAM>",
    "*bold* _it_ ~no~ `code` :tada:",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "[a](http://e.vil) <http://e.vil|click>",
    '{ $x } \\ " &lt; &amp;',
)


@pytest.mark.parametrize(
    "hostile", [*HOSTILE, "x" * 10_000], ids=["pings", "markup", "bidi", "links", "syntax", "long"]
)
async def test_hostile_names_and_reasons_appear_as_they_are(
    tmp_path: Path, sqlite_template: Path, hostile: str
) -> None:
    async with house_of(tmp_path, sqlite_template) as house:
        async with house.app.memory.transaction() as connection:
            await connection.exec_driver_sql("UPDATE person SET name = ? WHERE email LIKE 'sam%'", (hostile,))
        await house.to_ballots()
        await house.vote(SAM, "go")
        await house.settle()
        reason = {"reason": {"answer": {"type": "plain_text_input", "value": hostile[:500]}}}
        answer = await house.forge({**sent("committee-reason", reason)})
        assert answer["ok"]
        await house.type(SAM, f"/comitia {hostile}"[:1000])
        await house.after(hours=8)
        shown = [*await house.messages(SAM), *await house.messages(SAM, ROOM)]
        assert any("minutes of" in words(one) for one in shown)
        told = json.dumps([one["blocks"] for one in shown], ensure_ascii=False)
        for element in elements_of([one["blocks"] for one in shown]):
            # Nothing anywhere is parsed for markup, mentions, links or emoji.
            assert element.get("type") not in {"mrkdwn", "markdown", "link", "user", "broadcast", "emoji", "usergroup"}
            assert not element.get("emoji")
        for one in shown:
            assert "<!" not in one["text"]
            assert "<@" not in one["text"]
            assert "<http" not in one["text"]
        assert "\u202e" not in told
        if hostile in HOSTILE[:2]:
            assert json.dumps(hostile, ensure_ascii=False)[1:-1] in told
        await house.nothing_lost()


def elements_of(found: object) -> list[Json]:
    """Every object in some blocks."""
    if isinstance(found, dict):
        return [found, *(each for value in found.values() for each in elements_of(value))]
    if isinstance(found, list):
        return [each for value in found for each in elements_of(value)]
    return []
