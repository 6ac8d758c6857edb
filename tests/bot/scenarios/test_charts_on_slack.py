"""Charts a workspace does not draw, and a menu's own clicks: Slack's alone, for a card of Teams holds both itself.

There each chart has its words as a fallback, with no picture to upload, and a menu is sent with its button.
"""

from dataclasses import replace

import pytest

from rituals.messages import Choice, Choices, Message, Reply
from rituals.posts import ToRoom
from tests.bot.scenarios.house import ROOM, SAM, STARTS, TEAM, House, Json
from tests.bot.scenarios.test_forged import reply_address
from tests.bot.test_charts import chart, euros, named
from tests.builders import post

COMMITTEE = ToRoom(room="committee")
FIRST = Message(kind="x", summary=named("first"), parts=(chart((euros(1), euros(2))),))
SECOND = Message(kind="x", summary=named("second"), parts=(chart((euros(2), euros(1))),))


async def shown(house: House) -> list[list[str]]:
    return [[block["type"] for block in message["blocks"]] for message in await house.messages(SAM, ROOM)]


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not-stored"])
@pytest.mark.parametrize(
    "method", ["chat.postMessage", "files.getUploadURLExternal", "files.completeUploadExternal", "files.info"]
)
async def test_a_chart_no_workspace_draws_is_said_once_whatever_answer_is_lost(
    house: House, method: str, stored: bool
) -> None:
    await house.page.post("/sandbox/faults", lacks="native_charts")
    for name, message in (("first", FIRST), ("second", SECOND)):
        await house.page.fault(method, "reset", stored=stored)
        await house.put(replace(post(name, to=COMMITTEE, not_before=STARTS), message=message))
        await house.after(minutes=3)
    assert await shown(house) == [["image", "context"]] * 2
    assert (await house.nothing_lost())["posts_sent"] == 2


async def test_a_choice_that_is_not_sent_yet_is_acknowledged_and_nobody_says_anything(house: House) -> None:
    await house.to_ballots()
    address = await reply_address(house)
    before = await house.page.get("/sandbox/counts")
    chosen: Json = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": SAM, "team_id": TEAM},
        "trigger_id": "1.2.3",
        "container": {"type": "message"},
        "response_url": address,
        "actions": [{"type": "static_select", "block_id": "wave-1|csat", "action_id": "answer-csat", "action_ts": "1"}],
    }
    assert await house.forge(chosen) == {"ok": True, "ack": None}
    await house.settle()
    after = await house.page.get("/sandbox/counts")
    assert after == before


async def test_an_answer_with_a_chart_is_put_into_words_where_the_workspace_draws_none(house: House) -> None:
    await house.page.post("/sandbox/faults", lacks="native_charts")
    await house.to_ballots()

    async def figures(*_: object, **__: object) -> Reply:
        return Reply(message=FIRST)

    house.app.desk.press = figures  # type: ignore[method-assign]
    await house.vote(SAM, "go")
    await house.settle()
    [whisper] = [one for one in await house.messages(SAM) if one["ephemeral"]]
    assert [block["type"] for block in whisper["blocks"]] == ["rich_text"]


@pytest.mark.parametrize(("at_hand", "redraws"), [(True, 1), (False, 0)])
async def test_a_clicked_card_is_redrawn_at_once_with_a_picture_that_is_uploaded_and_edited_with_one_that_is_not(
    house: House, at_hand: bool, redraws: int
) -> None:
    button = Choices(group="g", choices=(Choice(action="look", value="1", label=named("Look")),))
    first, second = (replace(message, parts=(*message.parts, button)) for message in (FIRST, SECOND))
    await house.page.post("/sandbox/faults", lacks="native_charts")
    await house.put(replace(post("card", to=COMMITTEE, not_before=STARTS), message=first))
    await house.settle()

    async def redrawn(*_: object, **__: object) -> Reply:
        message = replace(first, summary=named("again")) if at_hand else second
        await house.put(replace(post("card", to=COMMITTEE, not_before=STARTS), message=message), nudge=False)
        return Reply(redrawn="card")

    house.app.desk.press = redrawn  # type: ignore[method-assign]
    await house.press(SAM, (await house.messages(SAM, ROOM))[0], "look")
    await house.after(minutes=1)
    assert await shown(house) == [["image", "context", "actions"]]
    counts = await house.page.get("/sandbox/counts")
    assert (counts["redraws"], counts["uploads"]) == (redraws, 2 - redraws)
