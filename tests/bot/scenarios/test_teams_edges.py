"""Only Teams': what an activity may never do, whatever its parts are, and what Teams' own noes come to."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.platforms.teams import listeners
from rituals.posts import ToPerson, ToRoom
from tests.bot.scenarios.conftest import Log
from tests.bot.scenarios.horizon import LUC, MEMBERS, ROOM, SAM, SITTING, STARTS, Json, address_of, plain, words
from tests.bot.scenarios.teams_house import APP, TENANT, TeamsHouse, aad, house_of
from tests.bot.scenarios.test_forged import HOSTILE as HOSTILE_WORDS
from tests.bot.scenarios.test_forged import elements_of
from tests.builders import post


@pytest.fixture
async def house(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[TeamsHouse]:
    """Comitia at work on the Monday before anything is due."""
    async with house_of(tmp_path, sqlite_template) as built:
        yield built


def said_by_sam(house: TeamsHouse, **more: Any) -> Json:
    """All that Teams sends along with something that Sam does."""
    channel = "19:news@thread.tacv2"
    return {
        "type": "message",
        "id": "1",
        "name": "adaptiveCard/action",
        "action": "add",
        "channelId": "msteams",
        "serviceUrl": house.tenant.service_url,
        "from": {"id": "29:1sam", "name": "Sam Taylor", "aadObjectId": aad(SAM)},
        "recipient": {"id": f"28:{APP}", "name": "Comitia"},
        "conversation": {"id": f"{channel};messageid=1", "conversationType": "channel", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}, "channel": {"id": channel}, "team": {"id": channel}},
        "entities": [
            {"type": "clientInfo", "locale": "en-GB", "timezone": "Europe/Paris"},
            {"type": "mention", "text": "<at>Comitia</at>", "mentioned": {"id": f"28:{APP}"}},
        ],
        "locale": "en-GB",
        "localTimezone": "Europe/Paris",
        "replyToId": "2",
        "membersAdded": [{"id": f"28:{APP}"}],
        "membersRemoved": [{"id": "29:1sam"}],
        "text": "<at>Comitia</at> dance",
        **more,
    }


SENT = (
    {"action": "vote", "value": "triage:go", "group": "g", "fields": ["reason"], "answer.reason": "my-own-words"},
    {"form": "committee-reason", "subject": "triage", "fields": ["reason"], "answer.reason": "my-own-words"},
)
KINDS = (
    *({"type": kind} for kind in ("installationUpdate", "conversationUpdate", "messageReaction")),
    *({"type": "message", "value": data} for data in (None, *SENT)),
    *(
        {"type": "invoke", "name": name, "value": {"data": data}}
        for name in ("task/fetch", "task/submit")
        for data in SENT
    ),
    *({"type": "invoke", "value": {"action": {"type": "Action.Execute", "verb": "v", "data": data}}} for data in SENT),
)
KEPT = {("serviceUrl",), ("channelId",), ("channelData", "tenant", "id"), ("type",)}
"""What makes an activity one of Teams' own, of our tenant; all else is anything."""

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\0 \ud83d <at>"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def paths(found: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    for name in found if isinstance(found, dict) else range(len(found)):
        if (path := (*above, name)) not in KEPT:
            yield path
        if isinstance(found[name], dict | list):
            yield from paths(found[name], path)


def changed(document: Json, path: tuple[Any, ...], value: object) -> None:
    """Puts a value there, where that place is still there."""
    place: Any = document
    with suppress(LookupError, TypeError):
        for name in path[:-1]:
            place = place[name]
        if path not in {kept[: len(path)] for kept in KEPT}:
            place[path[-1]] = value


async def test_no_part_of_an_activity_makes_us_fail(house: TeamsHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "HASTE", 0.0)  # by the wall clock, while the house's stands still
    loop = asyncio.get_running_loop()

    async def forged(activity: Json) -> int:
        return int((await house.page.post("/sandbox/forge", body=json.dumps(activity)))["status"])

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(KINDS), st.data())
    def fuzz(kind: Json, data: st.DataObject) -> None:
        activity = copy.deepcopy(said_by_sam(house, **kind))
        for path in data.draw(st.lists(st.sampled_from(list(paths(activity))), min_size=1, max_size=3)):
            changed(activity, path, data.draw(ANYTHING))
        status = asyncio.run_coroutine_threadsafe(forged(activity), loop).result(10)
        unknown = activity["type"] == "invoke" and activity["name"] != kind.get("name", "adaptiveCard/action")
        assert status in ({200, 400, 501} if unknown else {200, 400}), activity

    await asyncio.to_thread(fuzz)
    await house.after(seconds=40)
    assert (await house.page.counts())["server_errors"] == 0
    assert house.app.desk.faults == 0


async def test_an_edit_at_which_teams_breaks_down_is_shown_later_and_so_are_newer_words(house: TeamsHouse) -> None:
    room = ToRoom(room="committee")
    await house.put(post("one", to=room, not_before=STARTS))
    await house.after(seconds=30)
    await house.fault("edit", "http_500", stored=False)
    await house.put(post("one", "The second words.", to=room, not_before=STARTS))
    await house.after(minutes=1)
    assert "Good morning." in words(await house.messages(SAM, ROOM))
    await house.after(minutes=5)
    assert "The second words." in words(await house.messages(SAM, ROOM))
    await house.nothing_lost()


async def test_whoever_writes_to_us_after_blocking_us_is_written_to_again(house: TeamsHouse) -> None:
    assert (await house.page.post("/page/block", who=aad(SAM)))["ok"]
    await house.put(post("one", to=ToPerson(person=await house.person(SAM)), not_before=STARTS))
    await house.after(minutes=1)
    assert (await house.page.post("/page/unblock", who=aad(SAM)))["ok"]
    await house.after(minutes=1)
    assert await house.messages(SAM) == []
    assert (await house.write(SAM, "hello"))["ok"]
    await house.after(minutes=1)
    told = await house.told(SAM)
    assert sum("Good morning." in one for one in told) == 1
    assert sum("Hello Sam Taylor" in one for one in told) == 1
    await house.nothing_lost()


async def test_what_is_written_is_answered_once_however_often_teams_sends_it(house: TeamsHouse) -> None:
    personal = {"conversation": (await conversation_of(house, SAM)), "channelData": {"tenant": {"id": TENANT}}}
    for number, text in enumerate(("hello", "votes")):
        activity = said_by_sam(house, id=f"f:{number}", text=text, **personal)
        for _ in range(2):
            assert (await house.page.post("/sandbox/forge", activity=activity))["status"] == 200
    await house.after(seconds=30)
    told = await house.told(SAM)
    assert sum("Hello Sam Taylor" in one for one in told) == 1
    assert sum("No ballot waits for you." in one for one in told) == 1
    assert len(told) == 2
    await house.nothing_lost()


async def conversation_of(house: TeamsHouse, who: str) -> Json:
    kept = await house.app.memory.references(platform="teams").find(aad(who))
    assert kept is not None
    return {"id": kept["conversation"], "conversationType": "personal", "tenantId": TENANT}


HOSTILE = "<at>everyone</at> <b>*bold*</b> [a](http://e.vil) &amp; # x"


async def test_a_name_is_shown_as_it_is_and_calls_nobody(house: TeamsHouse) -> None:
    new = "ana.neu@horizon.example"
    assert (await house.page.post("/sandbox/people", mail=new, name=HOSTILE, locale="en-GB", tz="Europe/Paris"))["ok"]
    assert (await house.page.post("/page/messages", who=aad(new), text="hello"))["ok"]
    await house.after(seconds=5)
    (_, said) = (await house.page.get("/page/messages", who=aad(new)))["messages"]
    assert f"Hello {HOSTILE}" in words(said["cards"])
    for element in elements_of(said["cards"]):
        assert element.get("type") != "TextBlock" or HOSTILE not in words(element), "Teams would read it as Markdown"
    (whole,) = [one for one in await house.said() if one["id"] == said["id"]]
    assert not any(whole.get(name) for name in ("entities", "text"))
    await house.nothing_lost()


# --- what a button holds ----------------------------------------------------------------------------------------------

BALLOT = f"{SITTING}:triage"
WORDS = "my-own-words"


def pressed(data: Json) -> Json:
    return {"type": "invoke", "value": {"action": {"type": "Action.Execute", "verb": "vote", "data": data}}}


async def forged(house: TeamsHouse, activity: Json) -> int:
    """Whatever its parts are, it is signed as Teams signs; the status it is answered with."""
    return int((await house.page.post("/sandbox/forge", activity=activity))["status"])


async def kept(house: TeamsHouse) -> list[tuple[str, ...]]:
    """Who has voted what, and why."""
    await house.after(seconds=30)
    async with house.app.memory.transaction() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT email, ballot, choice, reason FROM vote JOIN person ON person.id = vote.person"
        )
        return [(email, ballot, choice, reason) for email, ballot, choice, reason in map(tuple, rows)]


async def test_a_vote_and_a_reason_are_of_whom_entra_names_whoever_else_is_named(house: TeamsHouse) -> None:
    await house.to_ballots()
    personal = {"conversation": await conversation_of(house, SAM), "text": None}
    whose = {name: aad(LUC) for name in ("aadObjectId", "user", "account", "who", "id")}
    luc = {**whose, "from": {"id": "29:1luc", "aadObjectId": aad(LUC)}, "person": await house.person(LUC)}
    vote = {"action": "vote", "value": f"{BALLOT}:go", **luc}
    reason = {"form": "committee-reason", "subject": BALLOT, "fields": ["reason"], "answer.reason": WORDS, **luc}
    sent = (
        pressed(vote),
        {"value": {**vote, "value": f"{BALLOT}:no_go"}},  # as an older client sends it
        {"type": "invoke", "name": "task/submit", "value": {"data": reason, **luc}},
    )
    for number, each in enumerate(sent):
        activity = said_by_sam(house, **{**personal, "id": f"f:{number}", **each}, onBehalfOf=[luc["from"]])
        activity["channelData"] = {"tenant": {"id": TENANT}, **luc}
        assert await forged(house, activity) == 200
    assert await kept(house) == [(address_of(SAM), BALLOT, "no_go", WORDS)]

    # What Teams calls somebody for this app alone changes nothing beside Entra's name, and without one is nobody.
    for sender in (
        {"id": "29:1luc", "aadObjectId": aad(SAM)},
        {"id": "29:1luc"},
        {"id": aad(LUC), "name": "Luc Moreau"},
    ):
        choice = "defer" if "aadObjectId" in sender else "go"
        activity = said_by_sam(
            house, **{**personal, **pressed({**vote, "value": f"{BALLOT}:{choice}"}), "from": sender}
        )
        assert await forged(house, activity) == 200
    assert await kept(house) == [(address_of(SAM), BALLOT, "defer", "")], "a reason goes with the vote it argues for"


async def test_a_button_that_holds_what_was_never_offered_changes_nothing(house: TeamsHouse, log: Log) -> None:
    await house.to_ballots()
    huge = WORDS * 5_000
    reason = {"form": "committee-reason", "subject": BALLOT, "fields": ["reason"], "answer.reason": WORDS}
    personal = {"conversation": await conversation_of(house, SAM), "channelData": {"tenant": {"id": TENANT}}}
    for data in (
        {"action": "vote", "value": "no:such:ballot:go"},
        {"action": "vote", "value": f"{SITTING}:nothing:go"},
        {"action": "vote", "value": f"{BALLOT}:perhaps"},
        {"action": "vote", "value": "go"},
        {"action": "vote", "value": huge},
        {"action": "vote", "value": f"{SITTING}:tri\x00age:go"},
        {"action": "open-reason", "value": 7},
        {"action": "open-marks", "value": "none:none"},
        {"action": "cancel-sitting", "value": SITTING},
        {"action": "withdraw", "value": "none"},
        {"action": "drop-everything", "value": WORDS},
        {"action": "", "value": ""},
        {"form": "drop-everything", "subject": BALLOT, "fields": [], "answer.x": WORDS},
        reason | {"subject": f"{SITTING}:nothing"},
        reason | {"fields": ["impact"], "answer.impact": huge},
        {"form": "committee-marks", "subject": BALLOT, "fields": ["impact"], "answer.impact": WORDS},
        {"back": "drop-everything", "subject": BALLOT},
    ):
        for name in ("adaptiveCard/action", "task/fetch", "task/submit"):
            value = {"action": {"type": "Action.Execute", "data": data}} if "/action" in name else {"data": data}
            activity = said_by_sam(house, type="invoke", name=name, value=value, **personal)
            assert await forged(house, activity) == 200, (name, data)
            assert not log.errors, (name, data)
    assert await kept(house) == []
    assert house.app.desk.faults == 0
    await house.nothing_lost()


async def test_hostile_reasons_are_shown_in_the_minutes_as_they_are(house: TeamsHouse) -> None:
    reasons = [*HOSTILE_WORDS, HOSTILE, "x" * 400]
    who = [(member, about) for about in ("triage", "search") for member in MEMBERS][: len(reasons)]
    await house.to_ballots()
    for (member, about), reason in zip(who, reasons, strict=True):
        await house.vote(member, "go", about)
        await house.settle()
        await house.press(member, await house.paper(member), "open-reason", about)
        assert (await house.submit(member, reason=reason))["ok"]
        await house.after(seconds=10)
    await house.after(hours=8)
    cards = (await house.message(SAM, "minutes of", ROOM))["cards"]
    shown = words(cards)
    for reason in (*HOSTILE_WORDS[:2], HOSTILE, "x" * 400):
        assert reason in shown
    assert "\u202e" not in plain(cards)
    for element in elements_of(cards):
        assert element.get("type") != "TextBlock" or "e.vil" not in words(element), "Teams would read it as Markdown"
        assert element.get("type") not in {"Image", "Action.OpenUrl"}
        assert "selectAction" not in element
    assert not any(one.get("entities") or one.get("text") for one in await house.said())
    await house.nothing_lost()
